//! The gophermap and the maps that it includes, which stand behind it, divided by form feeds.

use gophergate::gopher::map::{IncludeError, MAX_INCLUDES, MAX_MAP_LINES, parse};
use gophergate::gopher::{Line, Link};

/// Asserts it.
pub fn check(data: &[u8]) {
    let files: Vec<_> = data.split(|byte| *byte == b'\x0c').collect();
    let mut included = 0;
    let map = parse("gophermap", files[0], &mut |_, name| {
        included += 1;
        assert!(!name.starts_with(b"/") && !name.contains(&0) && !name.contains(&b'\n'));
        assert!(!name.split(|byte| *byte == b'/').any(|part| part == b".."));
        // The last letter of its name says which one it is.
        let file = name
            .last()
            .and_then(|last| files.get(usize::from(last % 8)));
        file.map(|file| file.to_vec()).ok_or(IncludeError::Outside)
    });
    assert!(included <= MAX_INCLUDES);
    assert!(map.lines.len() <= MAX_MAP_LINES && map.warnings.len() <= 3 * MAX_MAP_LINES);
    let clean = |text: &[u8]| !text.iter().any(|byte| b"\t\r\n\0".contains(byte));
    for (at, line) in map.lines.iter().enumerate() {
        match line {
            Line::Info(text) | Line::Title(text) => assert!(clean(text)),
            Line::Link(Link {
                display,
                selector,
                host,
                ..
            }) => {
                assert!(clean(display) && clean(selector));
                assert!(
                    host.as_deref()
                        .is_none_or(|host| clean(host) && !host.is_empty())
                );
            }
            Line::Listing => assert_eq!(at + 1, map.lines.len()),
        }
    }
    for (extension, _) in &map.types {
        assert!(!extension.is_empty() && extension.to_ascii_lowercase() == *extension);
    }
    for name in &map.hidden {
        assert!(!name.contains(&b'/') && clean(name));
    }
    for warning in &map.warnings {
        assert!(warning.at.line > 0 && !warning.to_string().is_empty());
    }
}
