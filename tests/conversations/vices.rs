//! Every vice of the scripted server stands in an exact transcript, in both windows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// At least so many ways to be a bad server are shown.
const FEWEST: usize = 60;

/// Vices without such a transcript, and why.
const EXCEPT: [(&str, &str); 1] = [(
    "NobodyListens",
    "the kernel may refuse the data connection before or after RETR is sent",
)];

/// The parts of a test that make it one: what asserts a transcript, and what runs both windows.
const ASSERTS: [&str; 2] = [".saw(", "without_address("];
const WINDOWS: [&str; 3] = ["both(", "each(", "for window in WINDOWS"];

/// The names of the variants of `Vice`.
fn named() -> BTreeSet<String> {
    let source = include_str!("../support/ftpd/vice.rs");
    let body = source.split_once("pub enum Vice {").unwrap().1;
    let body = body.split_once("\n}").unwrap().0;
    let names = body.lines().filter_map(|line| {
        let line = line.strip_prefix("    ")?;
        let name = line.split(['(', ',']).next()?;
        name.starts_with(|first: char| first.is_ascii_uppercase())
            .then(|| name.to_owned())
    });
    names.collect()
}

/// The vices that a piece of source names.
fn vices(text: &str) -> BTreeSet<String> {
    let after = text.split("Vice::").skip(1);
    let name = |rest: &str| {
        let end = rest.find(|other: char| !other.is_ascii_alphanumeric());
        rest.get(..end.unwrap_or(rest.len())).map(str::to_owned)
    };
    after.filter_map(name).collect()
}

/// The functions and constants of a file: name and text.
fn items(source: &str) -> BTreeMap<String, String> {
    let mut items = BTreeMap::new();
    let mut name = String::new();
    for line in source.lines() {
        let head = line
            .strip_prefix("fn ")
            .or_else(|| line.strip_prefix("const "));
        if let Some(head) = head {
            let end = head.find(|other: char| !other.is_ascii_alphanumeric() && other != '_');
            name = head[..end.unwrap_or(head.len())].to_owned();
        }
        let text: &mut String = items.entry(name.clone()).or_default();
        text.push_str(line);
        text.push('\n');
        if line == "}" {
            name.clear();
        }
    }
    items.remove("");
    items
}

/// The text of an item, and of all that it calls in its file.
fn with_helpers(
    name: &str,
    items: &BTreeMap<String, String>,
    seen: &mut BTreeSet<String>,
) -> String {
    let mut whole = items[name].clone();
    seen.insert(name.to_owned());
    let is_word = |text: &str, word: &str| {
        let ends = |other: char| !other.is_ascii_alphanumeric() && other != '_';
        text.split(ends).any(|other| other == word)
    };
    let helpers: Vec<&String> = items
        .keys()
        .filter(|helper| is_word(&items[name], helper))
        .collect();
    for helper in helpers {
        if !seen.contains(helper) {
            whole.push_str(&with_helpers(helper, items, seen));
        }
    }
    whole
}

#[test]
fn every_vice_has_a_transcript_in_both_windows() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conversations");
    let mut shown: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let own = path.ends_with("vices.rs") || path.ends_with("main.rs");
        if own || path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let items = items(&fs::read_to_string(&path).unwrap());
        let tests = items.keys().filter(|name| name.contains('_'));
        for test in tests {
            let text = with_helpers(test, &items, &mut BTreeSet::new());
            let has = |marks: &[&str]| marks.iter().any(|mark| text.contains(mark));
            if has(&ASSERTS) && has(&WINDOWS) {
                let place = format!("{}::{test}", path.file_stem().unwrap().to_string_lossy());
                for vice in vices(&text) {
                    shown.entry(vice).or_default().insert(place.clone());
                }
            }
        }
    }
    let named = named();
    let except = EXCEPT.map(|(name, _)| name.to_owned());
    let missing: Vec<&String> = named
        .iter()
        .filter(|name| !shown.contains_key(*name) && !except.contains(name))
        .collect();
    assert!(missing.is_empty(), "no transcript of {missing:?}");
    assert!(except.iter().all(|name| named.contains(name)));
    let count = named
        .iter()
        .filter(|name| shown.contains_key(*name))
        .count();
    assert!(count >= FEWEST, "{count} vices");
    println!("{} vices, {count} with transcripts", named.len());
    for (vice, places) in &shown {
        println!("{vice}: {}", places.iter().next().unwrap());
    }
}
