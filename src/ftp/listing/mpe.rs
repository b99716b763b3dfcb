//! MPE listings (HP 3000), as `LISTF` writes them: file, perhaps its code, record size,
//! type, records, limit, and what it takes on the disk.
//!
//! There is no time. A size in octets is told only by records of a fixed length.

use jiff::civil::DateTime;

use super::{Entry, Kind, Line, admit, columns, number, token, trim_end};

/// How long a name of a file may be, without the mark of one that is in use.
const MAX_NAME: usize = 8;

pub(super) fn parse(line: &[u8], _now: Option<DateTime>) -> Option<Line> {
    let (name, rest) = token(line);
    let (code, after) = token(rest);
    let rest = if record_size(code).is_some() {
        rest
    } else {
        after
    };
    let (
        [
            record,
            type_,
            records,
            limit,
            factor,
            sectors,
            extents,
            most,
        ],
        rest,
    ) = columns(rest)?;
    let record = record_size(record)?;
    let records = number::<u64>(records)?;
    let are_numbers = [limit, factor, sectors, extents]
        .iter()
        .all(|column| number::<u64>(column).is_some());
    let is_most = most == b"*" || number::<u64>(most).is_some();
    let is_end = trim_end(rest).is_empty();
    let name = name.strip_suffix(b"*").unwrap_or(name);
    if !are_numbers || !is_most || !is_end || !is_name(name) || !is_type(type_) {
        return None;
    }
    let is_fixed = type_.starts_with(b"F") || type_.starts_with(b"B");
    Some(admit(Entry {
        name: name.to_vec(),
        kind: Kind::File,
        size: record.checked_mul(records).filter(|_| is_fixed),
        modified: None,
        target: None,
    }))
}

/// `80B` or `128W`, a word of two octets, in octets.
fn record_size(text: &[u8]) -> Option<u64> {
    let (unit, digits) = text.split_last()?;
    match unit {
        b'B' => number(digits),
        b'W' => number::<u64>(digits)?.checked_mul(2),
        _ => None,
    }
}

/// Fixed, variable, undefined or stream of bytes; ASCII or binary; what else it is.
fn is_type(text: &[u8]) -> bool {
    matches!(text, [b'F' | b'V' | b'U' | b'B', b'A' | b'B', rest @ ..]
        if rest.len() <= 1 && rest.iter().all(u8::is_ascii_uppercase))
}

fn is_name(text: &[u8]) -> bool {
    text.len() <= MAX_NAME
        && text.first().is_some_and(u8::is_ascii_uppercase)
        && text
            .iter()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{at, file, list};
    use super::super::{Entry, Line};

    #[test]
    fn fixed_records_tell_a_size() {
        for (line, size) in [
            (
                "PLAN               80B  FA          14         14   1       16  1  1",
                Some(1120),
            ),
            (
                "PLAN      PROG    128W  FB           3        100   1      112  1  *",
                Some(768),
            ),
            (
                "PLAN*     1029      1B  BA          10   16384000   1       16  1  1",
                Some(10),
            ),
            (
                "PLAN              256B  VA          14         14   1       16  1  1",
                None,
            ),
        ] {
            let expected = Entry {
                size,
                ..file(b"PLAN", 0)
            };
            assert_eq!(list(line.as_bytes()), at(expected), "{line}");
        }
    }

    #[test]
    fn other_text_is_noise() {
        for line in [
            &b" ACCOUNT=  SYS         GROUP=  PUB"[..],
            b"FILENAME  CODE  ------------LOGICAL RECORD-----------  ----SPACE----",
            b"                  SIZE  TYP        EOF      LIMIT R/B  SECTORS #X MX",
            b"PLAN    80B  XA    14   14   1   16  1  1",
            b"PLAN    80   FA    14   14   1   16  1  1",
            b"PLAN    80B  FA    14   14   1   16  1",
            b"PLAN    80B  FA    14   14   1   16  1  1  1",
            b"A-PLAN  80B  FA    14   14   1   16  1  1",
        ] {
            assert_eq!(list(line), Line::Noise, "{}", line.escape_ascii());
        }
    }
}
