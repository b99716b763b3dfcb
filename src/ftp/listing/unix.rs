//! Unix listings: the `ls -l` of many systems and of the servers that imitate it.
//!
//! Only the two ends are certain: the mode at the start, and the date column. So
//! the date is searched for from the left; what is before it is the size, and
//! exactly one blank separates it from the name. Between mode and size there may
//! be a link count, an owner and a group, or not, and they may hold blanks.
//!
//! Also known: NetWare's rights in brackets instead of the mode, and the inode and
//! the blocks that `ls -lis` has before it.

use jiff::civil::DateTime;

use super::{
    Entry, Kind, Line, Modified, admit, after_one_blank,
    column::{after_unknown_month, column},
    columns, loose, number, rounded_size, size, skip_blanks, token,
};

/// How many columns are tried for the start of the date. `ls` has four before it;
/// the others are for owners and groups with blanks in them.
const MAX_COLUMNS: usize = 32;

/// How long a mode is, with the type and without an access list's mark.
const MODE_LENGTH: usize = 10;

/// How many columns of numbers may stand before the mode: inode and blocks.
const MAX_NUMBERS: usize = 2;

/// What old servers have before a month. Directly before the date it is not the size.
pub(super) const WEEKDAYS: [&[u8]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];

/// What `ls` writes between a link's name and its target.
const ARROW: &[u8] = b" -> ";

/// What the first column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mode {
    kind: Kind,
    is_device: bool,
    is_netware: bool,
}

pub(super) fn parse(line: &[u8], now: Option<DateTime>) -> Option<Line> {
    let (mode, rest) = mode(line).or_else(|| mode_behind_numbers(line))?;
    if let Some(name) = behind_question_marks(line, rest) {
        return Some(admit(Entry {
            name: name.to_vec(),
            kind: mode.kind,
            size: None,
            modified: None,
            target: None,
        }));
    }
    let (size_column, modified, rest) = find_date(rest, now)?;
    let size = if mode.is_device {
        None
    } else {
        size_in(size_column)
    };
    // NetWare pads the name's column and has no names that begin with a blank.
    let name = if mode.is_netware {
        skip_blanks(rest)
    } else {
        after_one_blank(rest)
    };
    let (name, target) = match mode.kind {
        Kind::Link => name_and_target(name, size),
        Kind::Directory | Kind::File => (name, None),
    };
    let (name, target) = (name.to_vec(), target.map(<[u8]>::to_vec));
    Some(admit(Entry {
        name,
        kind: mode.kind,
        size,
        modified,
        target,
    }))
}

/// The same with NetWare's rights in brackets.
pub(super) fn parse_netware(line: &[u8], now: Option<DateTime>) -> Option<Line> {
    let (mode, _) = mode(line)?;
    mode.is_netware.then(|| parse(line, now))?
}

/// Reads the type and checks the permissions behind it; an access list's mark
/// (`+`, `.`, `@`) or a link count glued to them stays in what follows.
fn mode(line: &[u8]) -> Option<(Mode, &[u8])> {
    let (&type_, rest) = line.split_first()?;
    let kind = match type_ {
        b'd' => Kind::Directory,
        b'l' => Kind::Link,
        // Files, devices, pipes, sockets, doors and what else Unixes have.
        _ if b"-bcpsDCMPfnmwhF?".contains(&type_) => Kind::File,
        _ => return None,
    };
    let is_device = matches!(type_, b'b' | b'c');
    if let Some(rights) = skip_blanks(rest).strip_prefix(b"[") {
        let end = memchr::memchr(b']', rights)?;
        let is_rights = |byte: &u8| byte.is_ascii_uppercase() || *byte == b'-';
        if !rights.get(..end)?.iter().all(is_rights) {
            return None;
        }
        return Some((
            Mode {
                kind,
                is_device,
                is_netware: true,
            },
            rights.get(end + 1..)?,
        ));
    }
    let (permissions, rest) = rest.split_at_checked(MODE_LENGTH - 1)?;
    let is_posix = |byte: &u8| b"-rwxsStTlL?".contains(byte);
    // Connect:Enterprise gives a batch's flags: `-C--E-----`.
    let is_flag = |byte: &u8| byte.is_ascii_uppercase() || *byte == b'-';
    (permissions.iter().all(is_posix) || type_ == b'-' && permissions.iter().all(is_flag))
        .then_some((
            Mode {
                kind,
                is_device,
                is_netware: false,
            },
            rest,
        ))
}

/// The mode where `ls` had other options: behind blanks and numbers.
fn mode_behind_numbers(line: &[u8]) -> Option<(Mode, &[u8])> {
    let mut rest = skip_blanks(line);
    for _ in 0..MAX_NUMBERS {
        if let Some(found) = mode(rest) {
            return Some(found);
        }
        let (column, after) = token(rest);
        number::<u64>(column).or_else(|| rounded_size(column))?;
        rest = skip_blanks(after);
    }
    mode(rest)
}

/// The name where GNU `ls` knows nothing else, for it was not allowed to look:
/// `d????????? ? ?    ?        ?            ? name`.
fn behind_question_marks<'a>(line: &[u8], rest: &'a [u8]) -> Option<&'a [u8]> {
    let mode = line.get(1..MODE_LENGTH)?;
    if !mode.iter().all(|byte| *byte == b'?') {
        return None;
    }
    let (marks, name) = columns::<5>(rest)?;
    let is_unknown = marks.iter().all(|mark| *mark == b"?");
    is_unknown.then(|| after_one_blank(name))
}

/// The first date column: what stands before it, the date, what follows.
///
/// If there is none, one of a rare form or with an unknown month may stand behind a size.
fn find_date(columns: &[u8], now: Option<DateTime>) -> Option<(&[u8], Option<Modified>, &[u8])> {
    let known = find(columns, |_, text| column(text, now));
    let is_size = |text: &[u8]| size(text).or_else(|| rounded_size(text)).is_some();
    known
        .or_else(|| {
            find(columns, |before, text| {
                is_size(before).then(|| loose::column(text, now))?
            })
        })
        .or_else(|| {
            find(columns, |before, text| {
                is_size(before).then(|| Some((None, after_unknown_month(text)?)))?
            })
        })
}

/// The first column at which `read` finds a date, given the column before it.
fn find<'a>(
    columns: &'a [u8],
    read: impl Fn(&[u8], &'a [u8]) -> Option<(Option<Modified>, &'a [u8])>,
) -> Option<(&'a [u8], Option<Modified>, &'a [u8])> {
    let (mut before, mut last): (&[u8], &[u8]) = (&[], &[]);
    let mut rest = columns;
    for _ in 0..MAX_COLUMNS {
        if let Some((modified, after)) = read(last, rest) {
            let size = if WEEKDAYS.contains(&last) {
                before
            } else {
                last
            };
            return Some((size, modified, after));
        }
        before = last;
        (last, rest) = token(rest);
        if last.is_empty() {
            return None;
        }
    }
    None
}

/// The size, also where a wide group has grown into it (`sysadmin12345678`).
fn size_in(column: &[u8]) -> Option<u64> {
    if let Some(size) = size(column).or_else(|| rounded_size(column)) {
        return Some(size);
    }
    let digits = column
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let (group, digits) = column.split_at_checked(column.len() - digits)?;
    // Signs and points: a negative number or a fraction is no size at all.
    let is_group = group.last().is_some_and(|byte| !b"-+.,".contains(byte));
    if is_group { number(digits) } else { None }
}

/// Splits `name -> target`. Both may hold the arrow. The size that `ls` gives for a
/// link is the length of its target, so the arrow with as much behind it is the
/// one; without such an arrow it is the first.
pub(super) fn name_and_target(text: &[u8], size: Option<u64>) -> (&[u8], Option<&[u8]>) {
    let split = |at: usize| Some((text.get(..at)?, text.get(at + ARROW.len()..)?));
    let of_that_size = size
        .and_then(|size| text.len().checked_sub(usize::try_from(size).ok()?))
        .and_then(|start| split(start.checked_sub(ARROW.len())?))
        .filter(|(name, target)| text.get(name.len()..text.len() - target.len()) == Some(ARROW));
    let first = || split(memchr::memmem::find(text, ARROW)?);
    match of_that_size.or_else(first) {
        Some((name, target)) => (name, Some(target)),
        // The target was cut off.
        None => (text.strip_suffix(b" ->").unwrap_or(text), None),
    }
}

#[cfg(test)]
mod tests;
