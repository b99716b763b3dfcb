//! EPLF, the "easily parsed LIST format" of publicfile and anonftpd: a plus sign,
//! facts that each end in a comma, a TAB and the name.
//!
//! Read: `/` (CWD works), `r` (RETR works), `s` (size), `m` (seconds since 1970).
//! Passed over: `i` (an identifier) and `up` (permissions).

use jiff::civil::DateTime;

use super::{Entry, Kind, Line, admit, clock, number};

pub(super) fn parse(line: &[u8], _now: Option<DateTime>) -> Option<Line> {
    let facts_and_name = line.strip_prefix(b"+")?;
    let tab = memchr::memchr(b'\t', facts_and_name)?;
    let (facts, name) = (facts_and_name.get(..tab)?, facts_and_name.get(tab + 1..)?);
    let (mut kind, mut size, mut modified) = (None, None, None);
    for fact in facts.split(|byte| *byte == b',') {
        match fact {
            b"/" => kind = Some(Kind::Directory),
            b"r" if kind.is_none() => kind = Some(Kind::File),
            [b's', digits @ ..] => size = number(digits),
            [b'm', digits @ ..] => modified = clock::unix_time(digits),
            _ => {}
        }
    }
    let Some(kind) = kind else {
        return Some(Line::Unusable);
    };
    Some(admit(Entry {
        name: name.to_vec(),
        kind,
        size,
        modified,
        target: None,
    }))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{at, directory, file, list, second};
    use super::super::{Entry, Line};

    #[test]
    fn a_file_and_a_directory_are_told_apart() {
        let modified = second(2026, 11, 22, 10, 11, 12);
        assert_eq!(
            list(b"+i8.77,m1795342272,r,s1024,\tplan of record.txt"),
            at(Entry {
                modified,
                ..file(b"plan of record.txt", 1024)
            })
        );
        assert_eq!(
            list(b"+m1795342272,/,\t pub"),
            at(Entry {
                modified,
                ..directory(b" pub")
            })
        );
        assert_eq!(list(b"+r,/,up644,\tboth"), at(directory(b"both")));
    }

    #[test]
    fn nonsense_costs_only_its_own_fact() {
        let line = b"+m99999999999999999999,r,s-4,\tx";
        assert_eq!(
            list(line),
            at(Entry {
                size: None,
                ..file(b"x", 0)
            })
        );
    }

    #[test]
    fn what_neither_retr_nor_cwd_takes_is_unusable() {
        assert_eq!(list(b"+i1,s4,\tx"), Line::Unusable);
        assert_eq!(list(b"+r,\t"), Line::Unusable);
        assert_eq!(list(b"+r,s4, x"), Line::Noise);
    }
}
