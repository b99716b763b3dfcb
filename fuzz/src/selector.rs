//! Selectors: what is read has one canonical form, which is read back as the same.

use std::sync::LazyLock;

use super::sites;
use gophergate::gate::path::MAX_PATH;
use gophergate::gate::{Kind, Sites, Target};
use gophergate::gopher::RequestReader;
use gophergate::gopher::request::MAX_REQUEST;

static SITES: LazyLock<Sites> = LazyLock::new(sites);

/// Asserts it.
pub fn check(data: &[u8]) {
    let Ok(target) = Target::parse(data, &SITES) else {
        return;
    };
    assert_ne!(target.port, 0);
    let paths = [Some(&target.path), target.literal.as_ref()];
    for path in paths.into_iter().flatten() {
        let mut segments = path.as_bytes().split(|byte| *byte == b'/');
        assert!(path.is_root() || segments.all(|part| !matches!(part, b"" | b"." | b"..")));
        assert!(
            path.as_bytes().len() <= MAX_PATH,
            "{}",
            path.as_bytes().len()
        );
        assert!(!path.wire().iter().any(|byte| b"\r\n\0".contains(byte)));
    }
    let spellings = target.spellings();
    assert!((1..=4).contains(&spellings.len()));
    for at in 0..spellings.len() {
        assert_canonical(&target.taken(at));
    }
    assert!(!target.to_string().contains(char::is_control));
}

fn assert_canonical(target: &Target) {
    let selector = target.selector(&SITES);
    let shown = selector.escape_ascii().to_string();
    let safe = |byte: &u8| byte.is_ascii_alphanumeric() || b"%/._~!$&'()*+,;=:@-".contains(byte);
    assert!(
        selector.starts_with(b"/") && selector.iter().all(safe),
        "{shown}"
    );
    let again = Target::parse(&selector, &SITES).unwrap_or_else(|error| panic!("{shown}: {error}"));
    assert_eq!(again.selector(&SITES), selector);
    assert_eq!(
        (&again.host, again.port, &again.path),
        (&target.host, target.port, &target.path)
    );
    let is_directory = |target: &Target| target.kind == Kind::Directory || target.path.is_root();
    // The root of a site with a name is a directory, whatever the selector said.
    let is_site_root = selector.iter().filter(|byte| **byte == b'/').count() == 2;
    let same_kind = is_directory(&again) == is_directory(target);
    assert!(same_kind || is_site_root, "{shown}");
    // And a client can send it.
    if selector.len() + 2 <= MAX_REQUEST {
        let request = RequestReader::new().handle(&[&selector, &b"\r\n"[..]].concat());
        assert_eq!(
            request.map(|request| request.map(|request| request.selector)),
            Ok(Some(selector))
        );
    }
}
