//! MLSD entries, RFC 3659 section 7.2: `fact=value;fact=value; name`.
//!
//! Read from the facts: `type`, `size`, `modify`. `sizd`, `perm`, `unique`, `lang`,
//! `charset` and the `UNIX.` ones are passed over.
//!
//! More lenient than the RFC in two places, because servers are: the semicolon
//! behind the last fact may be missing, and the target in `type=OS.unix=slink:`
//! may hold blanks.

use jiff::civil::DateTime;

use super::{Entry, Kind, Line, admit, after_one_blank, clock, number};

/// The `type` values with which servers announce a symbolic link; a colon and the
/// target may follow.
const LINK_TYPES: [&[u8]; 2] = [b"os.unix=slink", b"os.unix=symlink"];

/// The facts of one entry that are of use here.
#[derive(Debug, Default)]
struct Facts<'a> {
    type_: Option<&'a [u8]>,
    size: Option<&'a [u8]>,
    modify: Option<&'a [u8]>,
}

impl<'a> Facts<'a> {
    /// Takes one `fact=value`; `None` when it is not one.
    fn take(&mut self, fact: &'a [u8]) -> Option<()> {
        let equals = memchr::memchr(b'=', fact)?;
        let (name, value) = (fact.get(..equals)?, fact.get(equals + 1..)?);
        match name.to_ascii_lowercase().as_slice() {
            b"type" => self.type_ = Some(value),
            b"size" => self.size = Some(value),
            b"modify" => self.modify = Some(value),
            _ => {}
        }
        Some(())
    }

    fn is_empty(&self) -> bool {
        self.type_.is_none() && self.size.is_none() && self.modify.is_none()
    }
}

/// A line of MLSD. A line that begins with the blank has no facts, only a name.
pub(super) fn parse(line: &[u8]) -> Option<Line> {
    let (facts, name) = split(line)?;
    Some(entry(&facts, name))
}

/// A line that came from LIST but looks like one of MLSD.
pub(super) fn parse_list(line: &[u8], _now: Option<DateTime>) -> Option<Line> {
    let (facts, name) = split(line)?;
    (!facts.is_empty()).then(|| entry(&facts, name))
}

/// Takes the facts off the line. Exactly one blank separates the name.
fn split(line: &[u8]) -> Option<(Facts<'_>, &[u8])> {
    let mut facts = Facts::default();
    let mut rest = line;
    while !rest.starts_with(b" ") {
        let end = memchr::memchr(b';', rest);
        let fact = rest.get(..end.unwrap_or(rest.len()))?;
        match memchr::memchr(b' ', fact) {
            Some(blank) if end.is_none() || link_target(fact).is_none() => {
                let (last, name) = fact_and_name(rest, blank)?;
                facts.take(last)?;
                return Some((facts, name));
            }
            _ => facts.take(fact)?,
        }
        rest = rest.get(end? + 1..)?;
    }
    Some((facts, after_one_blank(rest)))
}

fn fact_and_name(rest: &[u8], blank: usize) -> Option<(&[u8], &[u8])> {
    Some((rest.get(..blank)?, rest.get(blank + 1..)?))
}

/// The target in a whole fact `type=OS.unix=slink:target`.
fn link_target(fact: &[u8]) -> Option<&[u8]> {
    let value = strip_prefix_of_any_case(fact, b"type=")?;
    LINK_TYPES
        .iter()
        .find_map(|kind| strip_prefix_of_any_case(value, kind)?.strip_prefix(b":"))
}

fn entry(facts: &Facts<'_>, name: &[u8]) -> Line {
    let type_ = facts.type_.unwrap_or_default();
    let mut target = None;
    let kind = match type_.to_ascii_lowercase().as_slice() {
        // The directory itself and its parent (RFC 3659 section 7.5.1.2 and 3).
        b"cdir" | b"pdir" => return Line::Noise,
        b"dir" => Kind::Directory,
        _ => match LINK_TYPES
            .iter()
            .find_map(|kind| strip_prefix_of_any_case(type_, kind))
        {
            Some(rest) => {
                target = rest.strip_prefix(b":").map(<[u8]>::to_vec);
                Kind::Link
            }
            None => Kind::File,
        },
    };
    admit(Entry {
        name: name.to_vec(),
        kind,
        size: facts.size.and_then(number),
        modified: facts.modify.and_then(clock::time_value),
        target,
    })
}

fn strip_prefix_of_any_case<'a>(text: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{at, directory, file, link, second};
    use super::super::{Entry, Format, Line, parse_line};

    fn mlsd(line: &[u8]) -> Line {
        parse_line(Format::Mlsd, line, None)
    }

    #[test]
    fn facts_come_in_any_case_and_order() {
        let modified = second(2026, 11, 22, 10, 11, 12);
        assert_eq!(
            mlsd(b"Type=file;Size=1024;Modify=20261122101112;Perm=r; plan.txt"),
            Line::Entry(Entry {
                modified,
                ..file(b"plan.txt", 1024)
            })
        );
        assert_eq!(
            mlsd(b"MODIFY=20261122101112.530;UNIX.mode=0755;TYPE=DIR;sizd=4096; pub\r"),
            Line::Entry(Entry {
                modified,
                ..directory(b"pub")
            })
        );
    }

    #[test]
    fn exactly_one_blank_separates_the_name() {
        assert_eq!(
            mlsd(b"type=file;size=1;  two  blanks "),
            at(file(b" two  blanks ", 1))
        );
        assert_eq!(
            mlsd(b"type=file;size=1; a; b=c; d"),
            at(file(b"a; b=c; d", 1))
        );
        assert_eq!(
            mlsd(b" bare name"),
            at(Entry {
                size: None,
                ..file(b"bare name", 0)
            })
        );
    }

    #[test]
    fn the_last_semicolon_may_be_missing() {
        assert_eq!(
            mlsd(b"type=file;size=7 a name; more"),
            at(file(b"a name; more", 7))
        );
        assert_eq!(mlsd(b"type=dir pub"), at(directory(b"pub")));
    }

    #[test]
    fn the_directory_itself_and_its_parent_are_no_entries() {
        assert_eq!(mlsd(b"type=cdir;modify=20261122101112; ."), Line::Noise);
        assert_eq!(mlsd(b"Type=CDIR; /pub/a"), Line::Noise);
        assert_eq!(mlsd(b"type=pdir; .."), Line::Noise);
        assert_eq!(mlsd(b"type=dir; .."), Line::Noise);
    }

    #[test]
    fn links_carry_their_target() {
        assert_eq!(
            mlsd(b"type=OS.unix=slink:/pub/a b;size=8; to ab"),
            at(Entry {
                size: Some(8),
                ..link(b"to ab", Some(b"/pub/a b"))
            })
        );
        assert_eq!(mlsd(b"type=OS.UNIX=symlink; to"), at(link(b"to", None)));
        assert_eq!(mlsd(b"type=os.unix=slink:; to"), at(link(b"to", None)));
        assert_eq!(
            mlsd(b"type=OS.unix=slink:a b c"),
            at(link(b"b c", Some(b"a"))),
            "without a semicolon the first blank ends the facts"
        );
    }

    #[test]
    fn other_types_are_files() {
        let unknown = Entry {
            size: None,
            ..file(b"x", 0)
        };
        assert_eq!(mlsd(b"type=OS.unix=chr-13/29; x"), at(unknown.clone()));
        assert_eq!(mlsd(b"type=; x"), at(unknown.clone()));
        assert_eq!(mlsd(b"size=;modify=; x"), at(unknown));
    }

    #[test]
    fn nonsense_in_a_fact_costs_only_that_fact() {
        for line in [
            &b"type=file;size=99999999999999999999;modify=20261322101112; x"[..],
            b"type=file;size=-1;modify=2026112210111; x",
            b"type=file;size=1k;modify=2026112210111x; x",
        ] {
            assert_eq!(
                mlsd(line),
                at(Entry {
                    size: None,
                    ..file(b"x", 0)
                })
            );
        }
        let edge = Entry {
            modified: second(2016, 12, 31, 23, 59, 59),
            ..file(b"x", u64::MAX)
        };
        assert_eq!(
            mlsd(b"size=18446744073709551615;modify=20161231235960; x"),
            at(edge)
        );
    }

    #[test]
    fn what_cannot_be_fetched_is_unusable() {
        assert_eq!(mlsd(b"type=file; a/b"), Line::Unusable);
        assert_eq!(mlsd(b"type=file; "), Line::Unusable);
        assert_eq!(mlsd(b"type=file; a\0b"), Line::Unusable);
        assert_eq!(mlsd(b"type=file; a\rb"), Line::Unusable);
        assert_eq!(mlsd(b"type=file; a\nb"), Line::Unusable);
    }

    #[test]
    fn other_text_is_noise() {
        for line in [
            &b""[..],
            b"total 4",
            b"type=file;",
            b"-rw-r--r-- 1 a b 5 Jan  1  2026 x",
        ] {
            assert_eq!(mlsd(line), Line::Noise);
        }
    }

    #[test]
    fn facts_are_known_in_a_list_too() {
        let list = |line| parse_line(Format::List, line, None);
        assert_eq!(list(b"type=dir; pub"), at(directory(b"pub")));
        assert_eq!(list(b" pub"), Line::Noise);
        assert_eq!(list(b"colour=red; pub"), Line::Noise);
    }
}
