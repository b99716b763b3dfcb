//! A listing becomes a menu: every item fits a line, and its selector leads to the name that was listed.

use std::sync::LazyLock;

use super::{NOW, lines, sites};
use gophergate::ftp::listing::{Entry, Format, Line, try_parse_line};
use gophergate::gate::directory::{Directory, Here};
use gophergate::gate::links::{Leads, Links, Taken};
use gophergate::gate::path::is_name;
use gophergate::gate::{Sites, Target, Types};
use gophergate::gopher::{Field, Output, Style, menu};

static SITES: LazyLock<Sites> = LazyLock::new(sites);
static TYPES: LazyLock<Types> = LazyLock::new(Types::default);
static HERE: LazyLock<Here> = LazyLock::new(|| Here {
    host: Field::parse("gopher.example").expect("plain"),
    port: 70,
});

/// Asserts it.
pub fn check(data: &[u8]) {
    let entries = entries(data);
    let total = entries.len();
    let mut links = Links::new(&TYPES);
    let mut shown = Vec::new();
    for entry in entries.iter().cloned() {
        match links.take(entry) {
            Taken::Ready(entry, leads) => shown.push((entry, leads)),
            Taken::Waits => {}
            Taken::Released(all) => shown.extend(all),
        }
    }
    let doubts = links.in_doubt().len();
    let answers = (0..doubts).map(|at| {
        [Some(true), Some(false), None]
            .into_iter()
            .nth(at % 3)
            .flatten()
    });
    shown.extend(links.end(answers));
    // All of them, in the listing's order.
    assert!(
        shown.iter().map(|(entry, _)| entry).eq(&entries),
        "{total} entries"
    );
    for (base, columns, output) in [
        ("/gnu/", true, Output::Utf8),
        ("/six/", true, Output::Latin1),
        ("/ftp/h.example/%2Fa%20b/", false, Output::Ascii),
    ] {
        let base = Target::parse(base.as_bytes(), &SITES).expect("valid");
        let mut directory = Directory::new(&base, &SITES, &TYPES, &HERE, columns, output);
        for (entry, leads) in &shown {
            assert_item(&base, &mut directory, entry, *leads);
        }
    }
}

fn entries(listing: &[u8]) -> Vec<Entry> {
    let parsed = lines(listing).map(|line| try_parse_line(Format::List, line, Some(NOW)));
    parsed
        .filter_map(|line| match line {
            Some(Line::Entry(entry)) => Some(entry),
            _ => None,
        })
        .collect()
}

fn assert_item(base: &Target, directory: &mut Directory<'_>, entry: &Entry, leads: Leads) {
    let Some(item) = directory.entity(entry, leads) else {
        assert!(!is_name(&entry.name), "{entry:?}");
        return;
    };
    let mut line = Vec::new();
    if menu::encode(Style::Plain, &item, &mut line).is_ok() {
        assert!(line.len() < menu::MAX_LINE);
        assert_eq!(
            line.iter().filter(|byte| byte.is_ascii_control()).count(),
            5
        );
    }
    match Target::parse(item.selector.as_bytes(), &SITES) {
        Ok(target) => {
            assert_eq!(target.path.name(), entry.name);
            assert_eq!((target.host, target.port), (base.host.clone(), base.port));
            assert_eq!(target.path.is_absolute(), base.path.is_absolute());
        }
        Err(error) => assert_eq!(error, gophergate::gate::path::Error::TooLong, "{entry:?}"),
    }
}
