//! OS/400 (IBM i) listings: owner, size, date, time, type of the object, name.
//!
//! Objects without a size have neither date nor time. The date is in the order of the
//! server's job, which is not told: see [`date::in_any_order`].

use jiff::civil::DateTime;

use super::{
    Entry, Kind, Line, Modified, admit, clock, date, number, skip_blanks, strip_suffix_of_any_case,
    token, trim_end,
};

/// How long the name of an owner may be.
const MAX_OWNER: usize = 10;

pub(super) fn parse(line: &[u8], now: Option<DateTime>) -> Option<Line> {
    // The owner is left out for anonymous users, but not its column.
    let (owner, rest) = match line.first() {
        Some(b' ') => (&[][..], line),
        _ => token(line),
    };
    if owner.len() > MAX_OWNER {
        return None;
    }
    let (column, after) = token(rest);
    let (size, rest) = match number::<u64>(column) {
        Some(size) => (Some(size), after),
        None => (None, rest),
    };
    let (modified, rest) = time(rest, now).unwrap_or((None, rest));
    let (type_, rest) = token(rest);
    let name = trim_end(skip_blanks(rest));
    let kind = kind(type_, name)?;
    // A name may come with the path that was asked for; a directory's with a slash.
    let name = name.strip_suffix(b"/").unwrap_or(name);
    let name = name.rsplit(|byte| *byte == b'/').next().unwrap_or(name);
    Some(admit(Entry {
        name: name.to_vec(),
        kind,
        size,
        modified,
        target: None,
    }))
}

/// What takes CWD: directories, libraries and folders, and files with members. Those
/// go by `.FILE` where they do, and else (in the older way to name things) take RETR.
/// `None`: no type.
fn kind(type_: &[u8], name: &[u8]) -> Option<Kind> {
    let letters = type_.strip_prefix(b"*")?;
    let is_type = letters.len() >= 2 && letters.iter().all(u8::is_ascii_uppercase);
    let has_members = || strip_suffix_of_any_case(name, b".FILE").is_some();
    match letters {
        _ if !is_type => None,
        _ if name.ends_with(b"/") => Some(Kind::Directory),
        b"DIR" | b"DDIR" | b"LIB" | b"FLR" => Some(Kind::Directory),
        b"FILE" if has_members() => Some(Kind::Directory),
        b"SYMLNK" => Some(Kind::Link),
        _ => Some(Kind::File),
    }
}

fn time(text: &[u8], now: Option<DateTime>) -> Option<(Option<Modified>, &[u8])> {
    let (date, rest) = token(text);
    let date = date::in_any_order(date, now)?;
    let (time, rest) = token(rest);
    // The separator is the job's too.
    let is_separator = |byte: u8| byte == b'.' || byte == b',';
    let time: Vec<u8> = time
        .iter()
        .map(|byte| if is_separator(*byte) { b':' } else { *byte })
        .collect();
    Some((clock::at(date, clock::time_of_day(&time)?), rest))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{at, directory, file, list, second};
    use super::super::{Entry, Kind, Line};

    #[test]
    fn objects_are_told_apart_by_their_type() {
        let modified = second(2026, 11, 21, 10, 11, 12);
        for (columns, entry) in [
            (
                "1024 11/21/26 10:11:12 *STMF      plan of record.txt",
                file(b"plan of record.txt", 1024),
            ),
            (
                "1024 26/11/21 10:11:12 *DIR       docs/",
                directory(b"docs"),
            ),
            (
                "1024 21.11.26 10:11:12 *LIB       DOCS.LIB",
                directory(b"DOCS.LIB"),
            ),
            (
                "1024 26-11-21 10:11:12 *FILE      PLAN.FILE",
                directory(b"PLAN.FILE"),
            ),
            (
                "1024 11/21/26 10:11:12 *FILE      PLAN.SAVF",
                file(b"PLAN.SAVF", 1024),
            ),
            (
                "1024 11/21/26 10:11:12 *DOC       /pub/plan.doc  ",
                file(b"plan.doc", 1024),
            ),
        ] {
            let line = format!("OWNER       {columns}");
            let expected = Entry {
                size: Some(1024),
                modified,
                ..entry
            };
            assert_eq!(list(line.as_bytes()), at(expected), "{line}");
        }
        for line in [
            &b"             1024 11/21/26 10:11:12 *STMF      x"[..],
            b"OWNER        1024 21.11.26 10.11.12 *STMF      x",
        ] {
            let expected = Entry {
                modified,
                ..file(b"x", 1024)
            };
            assert_eq!(list(line), at(expected));
        }
        let member = Entry {
            size: None,
            ..file(b"ONE.MBR", 0)
        };
        let line = b"OWNER                                   *MEM       PLAN.FILE/ONE.MBR";
        assert_eq!(list(line), at(member));
    }

    #[test]
    fn the_order_of_a_date_is_the_first_that_is_not_to_come() {
        for (date, year, month, day) in [
            ("04/03/18", 2018, 4, 3),
            ("04/03/27", 2004, 3, 27),
            ("04.03.18", 2018, 3, 4),
            ("31/12/18", 2018, 12, 31),
        ] {
            let line = format!("OWNER  1 {date} 10:11:12 *STMF x");
            let expected = Entry {
                modified: second(year, month, day, 10, 11, 12),
                ..file(b"x", 1)
            };
            assert_eq!(list(line.as_bytes()), at(expected), "{line}");
        }
    }

    #[test]
    fn other_text_is_noise() {
        for line in [
            &b"OWNER 1024 11/21/26 10:11:12 *stmf x"[..],
            b"OWNER 1024 11/21/26 10:11:12 STMF x",
            b"OWNER 1024 11/21/26 *STMF x",
            b"AN_OWNER_TOO_LONG *STMF x",
            b"*** *** ***",
        ] {
            assert_eq!(list(line), Line::Noise, "{}", line.escape_ascii());
        }
        assert_eq!(list(b"OWNER 1 11/21/26 10:11:12 *STMF"), Line::Unusable);
        let line = b"OWNER 1 11/21/26 10:11:12 *SYMLNK x";
        assert!(matches!(list(line), Line::Entry(entry) if entry.kind == Kind::Link));
    }
}
