//! The properties that the fuzzer asserts, on its seeds and on what is near them: each seed whole, cut at
//! every byte, with each byte changed, left out and doubled, with a part of it repeated. An input that once
//! broke something is a seed from then on.

#![allow(missing_docs, reason = "a test crate")]
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a property that does not hold may panic"
)]
#![allow(
    unreachable_pub,
    reason = "the properties are a crate of their own elsewhere"
)]

use std::fs;
use std::path::Path;

#[path = "../fuzz/src/lib.rs"]
mod properties;

/// A longer seed is cut and changed at so many places only, spread over all of it.
const MAX_PLACES: usize = 64;

/// What a byte is changed into: what ends lines, words and numbers, and what is none of it.
const BYTES: &[u8] = b"\0\t\n\r /-9\xff";

#[track_caller]
fn hold(target: &str, check: fn(&[u8])) {
    hold_with(target, target, check);
}

#[track_caller]
fn hold_with(target: &str, seeds: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/seeds")
        .join(seeds);
    let mut count = 0;
    for file in fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        let seed = fs::read(&path).unwrap();
        let held = std::panic::catch_unwind(|| near(&seed, check));
        assert!(held.is_ok(), "{target}, near {}", path.display());
        count += 1;
    }
    assert!(count > 0, "no seeds in {}", folder.display());
}

fn near(seed: &[u8], check: fn(&[u8])) {
    check(seed);
    check(&[seed, seed].concat());
    let step = seed.len() / MAX_PLACES + 1;
    for at in (0..seed.len()).step_by(step) {
        let (head, tail) = seed.split_at(at);
        check(head);
        check(tail);
        check(&[head, &tail[..1], tail].concat());
        check(&[head, &tail[1..]].concat());
        check(&[head, tail, tail].concat());
        let other = BYTES[at / step % BYTES.len()];
        for byte in [other, tail[0] ^ 1] {
            check(&[head, &[byte], &tail[1..]].concat());
        }
    }
}

#[test]
fn replies() {
    hold("replies", properties::replies::check);
}

#[test]
fn netrc() {
    hold("netrc", properties::netrc::check);
}

#[test]
fn passive() {
    hold("passive", properties::passive::check);
}

#[test]
fn features() {
    hold("features", properties::features::check);
}

#[test]
fn timestamps() {
    hold("timestamps", properties::timestamps::check);
}

#[test]
fn links() {
    hold("links", properties::links::check);
}

#[test]
fn user_pi() {
    hold("user_pi", properties::user_pi::check);
}

#[test]
fn listing_mlsd() {
    hold("listing_mlsd", properties::listing_mlsd::check);
}

#[test]
fn listing_list() {
    hold("listing_list", properties::listing_list::check);
}

#[test]
fn listing_nlst() {
    hold("listing_nlst", properties::listing_nlst::check);
}

#[test]
fn directory() {
    hold("directory", properties::directory::check);
}

#[test]
fn directory_of_every_dialect() {
    hold_with("directory", "listing_list", properties::directory::check);
}

#[test]
fn gophermap() {
    hold("gophermap", properties::gophermap::check);
}

#[test]
fn selector() {
    hold("selector", properties::selector::check);
}

#[test]
fn request() {
    hold("request", properties::request::check);
}

#[test]
fn menu() {
    hold("menu", properties::menu::check);
}

#[test]
fn text() {
    hold("text", properties::text::check);
}

#[test]
fn wire() {
    hold("wire", properties::wire::check);
}

#[test]
fn charset() {
    hold("charset", properties::charset::check);
}

#[test]
fn config() {
    hold("config", properties::config::check);
}

#[test]
fn listing_reader() {
    hold_with(
        "listing_reader",
        "listing_list",
        properties::listing_reader::check,
    );
}
