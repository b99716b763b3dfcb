//! MLSD entries, RFC 3659 section 7.2: `fact=value;fact=value; name`.
//!
//! Read from the facts: `type`, `size` (`sizd` for directories), `modify`, `unique`,
//! and `perm` where the type is missing or a link's. `lang`, `charset`, `media-type`
//! and the `UNIX.` ones are passed over: names stay bytes.
//!
//! More lenient than the RFC in some places, because servers are: the semicolon behind
//! the last fact may be missing, nothing at all may stand between two, the target in
//! `type=OS.unix=slink:` and the names of owners and groups may hold blanks, and the
//! blank that a reply to MLST begins with may stand before the facts.

use jiff::civil::DateTime;

use super::{Entry, Kind, Line, admit, after_one_blank, clock, number, strip_prefix_of_any_case};

/// The `type` values with which servers announce a symbolic link; a colon and the
/// target may follow.
const LINK_TYPES: [&[u8]; 2] = [b"os.unix=slink", b"os.unix=symlink"];

/// Facts whose value is a name of the server's people, which may hold blanks. RFC 3659
/// section 7.2 has none in a value.
const OWNERS: [&[u8]; 4] = [
    b"unix.owner=",
    b"unix.ownername=",
    b"unix.group=",
    b"unix.groupname=",
];

/// The letters of a `perm` fact that only a directory has (RFC 3659 section 7.5.5):
/// create, enter, list, make, purge.
const DIRECTORY_PERMISSIONS: &[u8] = b"celmp";

/// What is known of the directory that is listed, to tell an entry that leads back
/// to it. It holds two values of at most a line each.
///
/// A directory or a link whose `unique` fact is that of the directory itself or of
/// its parent is a loop (RFC 3659 section 7.5.2). It is left out: whoever follows it
/// comes back to what he has seen, and a robot would never stop. Only where the fact
/// was seen to differ between entries, though: a server that gives the same value to
/// all would lose its directories.
#[derive(Debug, Default)]
pub(super) struct Here {
    this: Option<Vec<u8>>,
    parent: Option<Vec<u8>>,
    varies: bool,
}

impl Here {
    fn is_loop(&mut self, unique: &[u8]) -> bool {
        let is_same = |known: &Option<Vec<u8>>| known.as_deref() == Some(unique);
        let is_loop = is_same(&self.this) || is_same(&self.parent);
        self.varies |= self.this.is_some() && !is_loop;
        is_loop && self.varies
    }
}

/// The facts of one entry that are of use here.
#[derive(Debug, Default)]
struct Facts<'a> {
    type_: Option<&'a [u8]>,
    size: Option<&'a [u8]>,
    modify: Option<&'a [u8]>,
    perm: &'a [u8],
    unique: Option<&'a [u8]>,
}

impl<'a> Facts<'a> {
    /// Takes one `fact=value`; `None` when it is not one.
    fn take(&mut self, fact: &'a [u8]) -> Option<()> {
        let equals = memchr::memchr(b'=', fact)?;
        let (name, value) = (fact.get(..equals)?, fact.get(equals + 1..)?);
        match name.to_ascii_lowercase().as_slice() {
            b"type" => self.type_ = Some(value),
            b"size" | b"sizd" => self.size = Some(value),
            b"modify" => self.modify = Some(value),
            b"perm" => self.perm = value,
            b"unique" if !value.is_empty() => self.unique = Some(value),
            _ => {}
        }
        Some(())
    }

    fn is_empty(&self) -> bool {
        self.type_.is_none() && self.size.is_none() && self.modify.is_none()
    }

    /// Whether only a directory has these permissions.
    fn is_permitted_as_directory(&self) -> bool {
        let is_of_directory =
            |byte: &u8| DIRECTORY_PERMISSIONS.contains(&byte.to_ascii_lowercase());
        self.perm.iter().any(is_of_directory)
    }
}

/// A line of MLSD. A line that begins with the blank has no facts, only a name.
pub(super) fn parse(line: &[u8], here: &mut Here) -> Option<Line> {
    let (facts, name) = match line {
        [b' ', facts @ ..] if strip_prefix_of_any_case(facts, b"type=").is_some() => split(facts)?,
        _ => split(line)?,
    };
    Some(entry(&facts, name, here))
}

/// A line that came from LIST but looks like one of MLSD.
pub(super) fn parse_list(line: &[u8], _now: Option<DateTime>) -> Option<Line> {
    let (facts, name) = split(line)?;
    (!facts.is_empty()).then(|| entry(&facts, name, &mut Here::default()))
}

/// Takes the facts off the line. Exactly one blank separates the name.
fn split(line: &[u8]) -> Option<(Facts<'_>, &[u8])> {
    let mut facts = Facts::default();
    let mut rest = line;
    while !rest.starts_with(b" ") {
        let end = memchr::memchr(b';', rest);
        let fact = rest.get(..end.unwrap_or(rest.len()))?;
        match memchr::memchr(b' ', fact) {
            Some(blank) if end.is_none() || !may_hold_blanks(fact) => {
                let (last, name) = fact_and_name(rest, blank)?;
                facts.take(last)?;
                return Some((facts, name));
            }
            // Some servers leave a value out with its name.
            _ if fact.is_empty() => {}
            _ => facts.take(fact)?,
        }
        rest = rest.get(end? + 1..)?;
    }
    Some((facts, after_one_blank(rest)))
}

fn fact_and_name(rest: &[u8], blank: usize) -> Option<(&[u8], &[u8])> {
    Some((rest.get(..blank)?, rest.get(blank + 1..)?))
}

/// Whether a whole fact is one with blanks in its value.
fn may_hold_blanks(fact: &[u8]) -> bool {
    let is_name = |name: &[u8]| strip_prefix_of_any_case(fact, name).is_some();
    link_target(fact).is_some() || OWNERS.iter().any(|name| is_name(name))
}

/// The target in a whole fact `type=OS.unix=slink:target`.
fn link_target(fact: &[u8]) -> Option<&[u8]> {
    let value = strip_prefix_of_any_case(fact, b"type=")?;
    LINK_TYPES
        .iter()
        .find_map(|kind| strip_prefix_of_any_case(value, kind)?.strip_prefix(b":"))
}

fn entry(facts: &Facts<'_>, name: &[u8], here: &mut Here) -> Line {
    let type_ = facts.type_.unwrap_or_default();
    let mut target = None;
    let kind = match type_.to_ascii_lowercase().as_slice() {
        // The directory itself and its parent (RFC 3659 section 7.5.1.2 and 3).
        b"cdir" => {
            here.this = facts.unique.map(<[u8]>::to_vec);
            return Line::Noise;
        }
        b"pdir" => {
            here.parent = facts.unique.map(<[u8]>::to_vec);
            return Line::Noise;
        }
        b"dir" => Kind::Directory,
        b"link" | b"slink" | b"symlink" => Kind::Link,
        b"" if facts.is_permitted_as_directory() => Kind::Directory,
        _ => match LINK_TYPES
            .iter()
            .find_map(|kind| strip_prefix_of_any_case(type_, kind))
        {
            Some(rest) => {
                target = Some(rest.strip_prefix(b":").unwrap_or_default().to_vec());
                if facts.is_permitted_as_directory() {
                    Kind::Directory
                } else {
                    Kind::Link
                }
            }
            None => Kind::File,
        },
    };
    if let Some(unique) = facts.unique {
        // Asked of files too: they show that the fact differs.
        let is_loop = here.is_loop(unique);
        if is_loop && kind != Kind::File {
            return Line::Noise;
        }
    }
    admit(Entry {
        name: name.to_vec(),
        kind,
        size: facts.size.and_then(number),
        modified: facts.modify.and_then(clock::time_value),
        target,
    })
}

#[cfg(test)]
mod tests;
