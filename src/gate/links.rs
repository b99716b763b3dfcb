//! Symbolic links of a directory: what each leads to, found out with as few questions as can be.
//!
//! A link says where it leads when its target ends in `/`, when a name of the same listing is the
//! target, or when an extension that is known makes it a file. Any other is in doubt: it waits, and
//! all entries behind it wait with it so that the menu keeps the listing's order, until the server
//! was asked at the listing's end. Past a bound nothing waits any longer, and links in doubt are
//! taken for what [`Types::of_link`] guesses.

use std::collections::HashSet;

use super::types::Types;
use crate::ftp::links::MAX_LINKS;
use crate::ftp::listing::{Entry, Kind};

/// Most bytes of entries that wait: some hundreds of them.
pub const MAX_WAITING: usize = 64 * 1024;
/// What an entry counts for beside its name and target.
const ENTRY: usize = 128;
/// Most directories of one listing that are known by name.
pub const MAX_KNOWN: usize = 4096;

/// What an entry that is a link leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leads {
    /// To a directory.
    ToDirectory,
    /// To a file.
    ToFile,
    /// Nobody knows.
    Somewhere,
}

/// What became of an entry.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// It can be shown.
    Ready(Entry, Leads),
    /// It waits.
    Waits,
    /// So many wait that none can wait any longer: all of them, in their order.
    Released(Vec<(Entry, Leads)>),
}

/// The links of one directory, while its listing comes in.
#[derive(Debug)]
pub struct Links<'a> {
    types: &'a Types,
    directories: HashSet<Vec<u8>>,
    waiting: Vec<(Entry, Leads)>,
    bytes: usize,
    in_doubt: usize,
    released: bool,
}

impl<'a> Links<'a> {
    /// Before the first entry.
    pub fn new(types: &'a Types) -> Self {
        Self {
            types,
            directories: HashSet::new(),
            waiting: Vec::new(),
            bytes: 0,
            in_doubt: 0,
            released: false,
        }
    }

    /// Takes the next entry.
    pub fn take(&mut self, entry: Entry) -> Taken {
        if entry.kind == Kind::Directory && self.directories.len() < MAX_KNOWN {
            self.directories.insert(entry.name.clone());
        }
        let leads = self.leads(&entry);
        let in_doubt = is_in_doubt(&entry, leads);
        if self.released || (self.waiting.is_empty() && !in_doubt) {
            return Taken::Ready(entry, leads);
        }
        self.in_doubt += usize::from(in_doubt);
        self.bytes += ENTRY + entry.name.len() + entry.target.as_ref().map_or(0, Vec::len);
        self.waiting.push((entry, leads));
        if self.in_doubt <= MAX_LINKS && self.bytes <= MAX_WAITING {
            return Taken::Waits;
        }
        self.released = true;
        Taken::Released(self.settled())
    }

    /// The names that are in doubt at the listing's end.
    pub fn in_doubt(&mut self) -> Vec<Vec<u8>> {
        self.waiting = self.settled();
        let links = self
            .waiting
            .iter()
            .filter(|(entry, leads)| is_in_doubt(entry, *leads));
        links.map(|(entry, _)| entry.name.clone()).collect()
    }

    /// Ends the waiting. `answers` are those about [`Self::in_doubt`]: whether it is a directory.
    pub fn end(&mut self, answers: impl IntoIterator<Item = Option<bool>>) -> Vec<(Entry, Leads)> {
        let mut answers = answers.into_iter();
        let mut waiting = std::mem::take(&mut self.waiting);
        for (entry, leads) in &mut waiting {
            if is_in_doubt(entry, *leads) {
                *leads = match answers.next().flatten() {
                    Some(true) => Leads::ToDirectory,
                    Some(false) => Leads::ToFile,
                    None => Leads::Somewhere,
                };
            }
        }
        waiting
    }

    /// Those that wait, with what is known of them by now.
    fn settled(&mut self) -> Vec<(Entry, Leads)> {
        let mut waiting = std::mem::take(&mut self.waiting);
        for (entry, leads) in &mut waiting {
            *leads = self.leads(entry);
        }
        waiting
    }

    fn leads(&self, entry: &Entry) -> Leads {
        if entry.kind != Kind::Link {
            return Leads::Somewhere;
        }
        let target = entry.target.as_deref().unwrap_or_default();
        let sibling = target.strip_prefix(b"./").unwrap_or(target);
        let last = target.rsplit(|byte| *byte == b'/').next();
        let up = matches!(last, Some(b"." | b".."));
        if up || entry.is_directory_hint() || self.directories.contains(sibling) {
            Leads::ToDirectory
        } else if self.types.knows_link(&entry.name, entry.target.as_deref()) {
            Leads::ToFile
        } else {
            Leads::Somewhere
        }
    }
}

fn is_in_doubt(entry: &Entry, leads: Leads) -> bool {
    entry.kind == Kind::Link && leads == Leads::Somewhere
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: Kind, name: &str, target: &str) -> Entry {
        Entry {
            name: name.into(),
            kind,
            size: None,
            modified: None,
            target: (!target.is_empty()).then(|| target.into()),
        }
    }

    fn link(name: &str, target: &str) -> Entry {
        entry(Kind::Link, name, target)
    }

    fn named(entries: &[(Entry, Leads)]) -> Vec<(&str, Leads)> {
        let text = |name| str::from_utf8(name).unwrap();
        let entries = entries.iter();
        entries
            .map(|(entry, leads)| (text(&entry.name), *leads))
            .collect()
    }

    #[test]
    fn a_link_that_says_where_it_leads_does_not_wait() {
        let types = Types::default();
        let mut links = Links::new(&types);
        let directory = entry(Kind::Directory, "v2", "");
        assert_eq!(
            links.take(directory.clone()),
            Taken::Ready(directory, Leads::Somewhere)
        );
        for (target, leads) in [
            ("v2", Leads::ToDirectory),
            ("./v2", Leads::ToDirectory),
            ("elsewhere/", Leads::ToDirectory),
            ("..", Leads::ToDirectory),
            ("../..", Leads::ToDirectory),
            ("foo-1.2.tar.gz", Leads::ToFile),
        ] {
            let link = link("latest", target);
            assert_eq!(
                links.take(link.clone()),
                Taken::Ready(link, leads),
                "{target}"
            );
        }
        assert!(links.in_doubt().is_empty());
        assert!(links.end([]).is_empty());
    }

    #[test]
    fn what_is_behind_a_link_in_doubt_waits_with_it_and_keeps_its_place() {
        let types = Types::default();
        let mut links = Links::new(&types);
        for entry in [
            link("a", "../x"),
            entry(Kind::File, "b", ""),
            link("c", "v2"),
            link("d", "/y"),
            link("e", "/z"),
            entry(Kind::Directory, "v2", ""),
        ] {
            assert_eq!(links.take(entry), Taken::Waits);
        }
        assert_eq!(links.in_doubt(), [&b"a"[..], b"d", b"e"]);
        let all = links.end([Some(true), Some(false)]);
        let expected = [
            ("a", Leads::ToDirectory),
            ("b", Leads::Somewhere),
            ("c", Leads::ToDirectory),
            ("d", Leads::ToFile),
            ("e", Leads::Somewhere),
            ("v2", Leads::Somewhere),
        ];
        assert_eq!(named(&all), expected);
    }

    #[test]
    fn past_a_bound_nothing_waits() {
        let types = Types::default();
        let mut links = Links::new(&types);
        for _ in 0..MAX_LINKS {
            assert_eq!(links.take(link("a", "x")), Taken::Waits);
        }
        let Taken::Released(all) = links.take(link("a", "x")) else {
            panic!("it waits");
        };
        assert_eq!(all.len(), MAX_LINKS + 1);
        assert!(matches!(links.take(link("a", "x")), Taken::Ready(..)));

        let mut links = Links::new(&types);
        let rest = "y".repeat(MAX_WAITING - 2 * ENTRY - 2);
        assert_eq!(links.take(link("a", "x")), Taken::Waits);
        assert_eq!(links.take(entry(Kind::File, &rest, "")), Taken::Waits);
        assert!(matches!(
            links.take(entry(Kind::File, "z", "")),
            Taken::Released(_)
        ));
    }

    #[test]
    fn only_so_many_directories_are_known() {
        let types = Types::default();
        let mut links = Links::new(&types);
        for n in 0..=MAX_KNOWN {
            links.take(entry(Kind::Directory, &n.to_string(), ""));
        }
        let last = (MAX_KNOWN - 1).to_string();
        assert!(matches!(links.take(link("a", &last)), Taken::Ready(..)));
        let past = MAX_KNOWN.to_string();
        assert_eq!(links.take(link("a", &past)), Taken::Waits);
    }
}
