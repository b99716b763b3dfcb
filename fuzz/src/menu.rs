//! Menus: no text, selector or host breaks the line that it stands in. The input is the three of them,
//! divided by form feeds.

use gophergate::gopher::menu::{MAX_LINE, columns, encode, error, gopher_plus_error};
use gophergate::gopher::{DirEntity, Field, ItemType, Style};

/// Asserts it.
pub fn check(data: &[u8]) {
    let mut parts = data.split(|byte| *byte == b'\x0c');
    let mut next = || parts.next().unwrap_or_default();
    let (text, selector, host) = (next(), next(), next());
    let display = Field::display(text, data.len() / 2);
    assert!(display.as_bytes().len() <= data.len() / 2);
    assert_text(display.as_bytes(), text);
    for item in [DirEntity::info(text), DirEntity::error(text)] {
        assert_encoded(&item);
    }
    for answer in [error(text), gopher_plus_error(text)] {
        assert!(answer.ends_with(b"\r\n.\r\n"));
        assert!(
            answer
                .split_inclusive(|byte| *byte == b'\n')
                .all(|line| line.len() < MAX_LINE)
        );
    }
    if let (Ok(selector), Ok(host)) = (Field::parse(selector), Field::parse(host)) {
        let (kind, port) = (ItemType::BINARY, 70);
        assert_encoded(&DirEntity {
            kind,
            display,
            selector,
            host,
            port,
        });
    }
    let width = data.len() % 100;
    let size = Some(text.len() as u64 * 0x9E37_79B9).filter(|size| size % 3 > 0);
    let date = Some("2024-05-01").filter(|_| text.len().is_multiple_of(2));
    let text = String::from_utf8_lossy(text);
    let shown = columns(&text, size, date, width);
    // Other characters may be as wide as two, or take no room.
    assert!(
        !text.is_ascii() || shown.len() <= width,
        "{shown} in {width}"
    );
    assert_text(shown.as_bytes(), text.as_bytes());
}

/// Without controls, and UTF-8 if it was made from such.
fn assert_text(shown: &[u8], from: &[u8]) {
    assert!(!shown.iter().any(u8::is_ascii_control));
    if std::str::from_utf8(from).is_ok() {
        let shown = std::str::from_utf8(shown).expect("still UTF-8");
        assert!(!shown.contains(char::is_control));
    }
}

fn assert_encoded(item: &DirEntity) {
    for style in [Style::Plain, Style::GopherPlus, Style::Attributes] {
        let mut line = b"before".to_vec();
        if let Err(error) = encode(style, item, &mut line) {
            assert!(error.bytes >= MAX_LINE && line == b"before");
            continue;
        }
        let line = &line[6..];
        assert!(line.len() < MAX_LINE && line.ends_with(b"\r\n"));
        let count = |wanted: u8| line.iter().filter(|byte| **byte == wanted).count();
        assert_eq!([b'\t', b'\r', b'\n', 0].map(count), [3, 1, 1, 0]);
    }
}
