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

/// How many digits of a fraction are read.
const MAX_FRACTION: usize = 3;

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

/// A size as people like to read it, `33.5K` or `2MB`, in octets: no more exact than it is
/// written.
pub(super) fn rounded_size(column: &[u8]) -> Option<u64> {
    let is_of_number = |byte: &&u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',');
    let digits = column.iter().take_while(is_of_number).count();
    let (digits, unit) = column.split_at_checked(digits)?;
    let (letter, rest) = unit.split_first()?;
    let unit: u64 = match (letter.to_ascii_uppercase(), rest) {
        (b'B', b"") => 1,
        (letter, b"" | b"b" | b"B" | b"iB") => match letter {
            b'K' => 1 << 10,
            b'M' => 1 << 20,
            b'G' => 1 << 30,
            b'T' => 1 << 40,
            _ => return None,
        },
        _ => return None,
    };
    let mut parts = digits.split(|byte| matches!(byte, b'.' | b','));
    let whole = number::<u64>(parts.next()?)?.checked_mul(unit)?;
    let fraction = match parts.next() {
        Some(tenths) if tenths.len() <= MAX_FRACTION => {
            let parts = (0..tenths.len()).fold(1, |parts, _| parts * 10);
            number::<u64>(tenths)?.checked_mul(unit)?.div_ceil(parts)
        }
        Some(_) => return None,
        None => 0,
    };
    parts
        .next()
        .is_none()
        .then(|| whole.checked_add(fraction))?
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

#[cfg(test)]
mod tests {
    use super::rounded_size;

    #[test]
    fn a_rounded_size_is_read_in_octets() {
        for (text, octets) in [
            ("5B", 5),
            ("33.5k", 34_304),
            ("1,5K", 1_536),
            ("2M", 2 << 20),
            ("0.001KB", 2),
            ("1.25GiB", 5 << 28),
            ("3Tb", 3 << 40),
        ] {
            assert_eq!(rounded_size(text.as_bytes()), Some(octets), "{text}");
        }
        for text in [
            "5",
            "K",
            ".5K",
            "1.K",
            "1.2345K",
            "1.2.3K",
            "5Kx",
            "5Bb",
            "5X",
            "99999999T",
            "18446744073709551615K",
        ] {
            assert_eq!(rounded_size(text.as_bytes()), None, "{text}");
        }
    }
}
