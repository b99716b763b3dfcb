//! The smallest pieces that the dialects share: numbers and columns.

/// A number in decimal digits and nothing else; `None` past 2^64.
pub(super) fn number<T: TryFrom<u64>>(digits: &[u8]) -> Option<T> {
    if digits.is_empty() {
        return None;
    }
    let value = digits.iter().try_fold(0_u64, |value, &digit| {
        let digit = char::from(digit).to_digit(10)?;
        value.checked_mul(10)?.checked_add(u64::from(digit))
    })?;
    T::try_from(value).ok()
}

/// What stands between thousands: also the hard blanks of Latin-1 and of code page 850.
const THOUSANDS: &[u8] = b",.'\xa0\xff";

/// A size in octets, with or without a mark between the thousands.
pub(super) fn size(column: &[u8]) -> Option<u64> {
    let Some(mark) = column.iter().find(|byte| THOUSANDS.contains(byte)) else {
        return number(column);
    };
    let mut groups = column.split(|byte| byte == mark);
    let first = groups
        .next()
        .filter(|group| (1..=3).contains(&group.len()))?;
    let mut digits = first.to_vec();
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        digits.extend_from_slice(group);
    }
    number(&digits)
}

pub(super) fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

pub(super) fn skip_blanks(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take_while(|byte| is_blank(**byte)).count();
    text.split_at(blanks).1
}

/// The next run of octets that are no blanks, and what follows it (which then
/// begins with a blank or is empty). Blanks before it are skipped.
pub(super) fn token(text: &[u8]) -> (&[u8], &[u8]) {
    let text = skip_blanks(text);
    let end = text
        .iter()
        .position(|byte| is_blank(*byte))
        .unwrap_or(text.len());
    text.split_at(end)
}

/// What follows exactly one blank. A second one belongs to the name.
pub(super) fn after_one_blank(text: &[u8]) -> &[u8] {
    match text.split_first() {
        Some((first, rest)) if is_blank(*first) => rest,
        _ => &[],
    }
}

/// The first `N` columns and what follows the last of them; `None` if there are fewer.
pub(super) fn columns<const N: usize>(text: &[u8]) -> Option<([&[u8]; N], &[u8])> {
    let mut found: [&[u8]; N] = [&[]; N];
    let mut rest = text;
    for column in &mut found {
        (*column, rest) = token(rest);
        if column.is_empty() {
            return None;
        }
    }
    Some((found, rest))
}

/// The last column and what stands before it. Blanks behind it are skipped.
pub(super) fn last_column(text: &[u8]) -> (&[u8], &[u8]) {
    let text = trim_end(text);
    let start = text
        .iter()
        .rposition(|byte| is_blank(*byte))
        .map_or(0, |blank| blank + 1);
    text.split_at(start)
}

/// `text` without the blanks at its end.
pub(super) fn trim_end(text: &[u8]) -> &[u8] {
    let end = text
        .iter()
        .rposition(|byte| !is_blank(*byte))
        .map_or(0, |last| last + 1);
    text.split_at(end).0
}

/// What follows `prefix`, whose letters may be of either case.
pub(super) fn strip_prefix_of_any_case<'a>(text: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// What stands before `suffix`, whose letters may be of either case.
pub(super) fn strip_suffix_of_any_case<'a>(text: &'a [u8], suffix: &[u8]) -> Option<&'a [u8]> {
    let (rest, end) = text.split_at_checked(text.len().checked_sub(suffix.len())?)?;
    end.eq_ignore_ascii_case(suffix).then_some(rest)
}
