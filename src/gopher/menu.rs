//! Menus as bytes: RFC 1436 section 3 and appendix (`Menu ::= {DirEntity} Lastline`), and the
//! Gopher+ form (`+INFO:` blocks) that the UMN client asks for.
//!
//! Every item has all four fields, because a line without them corrupts the lines after it in the
//! UMN client, and every line ends in CRLF.
//!
//! Left out: the other Gopher+ blocks (`+ADMIN`, `+VIEWS`); who knows a date or a size may append
//! them after [`encode`].

use std::fmt;

use super::item::{DirEntity, Field};
use super::output::width as columns_of;

/// Bytes of a whole line, CRLF included, stay under this: lynx and Mosaic read into 1024 bytes, and
/// a longer line becomes two broken items there.
pub const MAX_LINE: usize = 1024;

/// Width of the size column, which fits `1023M`.
const SIZE_WIDTH: usize = 5;

/// Width of the date column, which fits `2024-05-01`.
const DATE_WIDTH: usize = 10;

/// Blanks between two columns.
const GAP: usize = 2;

/// A column is left out rather than squeeze the name below this width.
const MIN_NAME: usize = 12;

/// The last line of a menu.
const LASTLINE: &[u8] = b".\r\n";

/// How a menu is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// RFC 1436.
    Plain,
    /// Gopher+ content (`+`): RFC 1436 behind a header that says that a lone `.` ends the answer.
    GopherPlus,
    /// Gopher+ attributes (`$`): the same header, and each item is a `+INFO:` block.
    Attributes,
}

/// An item whose selector and host alone fill a line: nothing was written for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// Bytes that the line would have without any display text, CRLF included.
    pub bytes: usize,
}

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a menu line of {} bytes cannot be kept under {MAX_LINE}",
            self.bytes
        )
    }
}

impl std::error::Error for TooLong {}

/// Writes what stands before the first item.
pub fn begin(style: Style, out: &mut Vec<u8>) {
    if style != Style::Plain {
        out.extend_from_slice(b"+-1\r\n");
    }
}

/// Writes one item; the display text is cut where the line would reach [`MAX_LINE`].
///
/// # Errors
///
/// [`TooLong`] when the line is too long even without its display text; `out` is untouched then.
pub fn encode(style: Style, entity: &DirEntity, out: &mut Vec<u8>) -> Result<(), TooLong> {
    let prefix: &[u8] = match style {
        Style::Plain | Style::GopherPlus => b"",
        Style::Attributes => b"+INFO: ",
    };
    let selector = entity.selector.as_bytes();
    let host = entity.host.as_bytes();
    let port = entity.port.to_string();
    let fixed = prefix.len() + b"T\t\t\t\r\n".len() + selector.len() + host.len() + port.len();
    let Some(room) = (MAX_LINE - 1).checked_sub(fixed) else {
        return Err(TooLong { bytes: fixed });
    };
    out.extend_from_slice(prefix);
    out.push(entity.kind.byte());
    for field in [entity.display.head(room), selector, host] {
        out.extend_from_slice(field);
        out.push(b'\t');
    }
    out.extend_from_slice(port.as_bytes());
    out.extend_from_slice(b"\r\n");
    Ok(())
}

/// Writes the lastline, in either style.
pub fn end(out: &mut Vec<u8>) {
    out.extend_from_slice(LASTLINE);
}

/// A whole answer that consists of one error item.
#[must_use]
pub fn error(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    // An error item has no selector, so it fits a line whatever its text.
    let written = encode(Style::Plain, &DirEntity::error(text), &mut out);
    debug_assert_eq!(written, Ok(()));
    end(&mut out);
    out
}

/// A whole answer that is an error in the Gopher+ form, with the code 1, "item is not available":
/// `--1`, a line with the code and the text, and the lastline.
#[must_use]
pub fn gopher_plus_error(text: &[u8]) -> Vec<u8> {
    let room = MAX_LINE - 1 - b"1 \r\n".len();
    let mut out = b"--1\r\n1 ".to_vec();
    out.extend_from_slice(Field::display(text, room).as_bytes());
    out.extend_from_slice(b"\r\n");
    end(&mut out);
    out
}

/// The display text of a file: the name, and right-aligned after it the size and the date.
///
/// It is never wider than `width`, counted in the columns of a terminal, of which a character of East
/// Asia takes two. A name that does not fit is cut and ends in `~`. Sizes are bytes below 1024, then
/// `1.4K`, `12M`, `4.7G` (powers of 1024, rounded). Where a column would cut the name, or leave fewer
/// than 12 columns for it, it is left out, the date first. With neither size nor date only the name
/// remains; with one of them both columns keep their place, so that a menu lines up.
#[must_use]
pub fn columns(name: &str, size: Option<u64>, date: Option<&str>, width: usize) -> String {
    let name = Field::display(name.as_bytes(), usize::MAX);
    let name = std::str::from_utf8(name.as_bytes()).unwrap_or_default();
    let mut tail = String::new();
    if size.is_some() || date.is_some() {
        let size = size.map(human).unwrap_or_default();
        let date = date.unwrap_or_default();
        let sized = format!("{:GAP$}{size:>SIZE_WIDTH$}", "");
        let both = format!("{sized}{:GAP$}{date:>DATE_WIDTH$}", "");
        let length = wide(name);
        let fits = |tail: &str| tail.len() + length.max(MIN_NAME) <= width;
        if fits(&both) {
            tail = both;
        } else if fits(&sized) {
            tail = sized;
        }
    }
    let room = width.saturating_sub(tail.len());
    let mut out = fit(name, room);
    let tail = tail.trim_end();
    if !tail.is_empty() {
        let blanks = room.saturating_sub(wide(&out));
        out.extend(std::iter::repeat_n(' ', blanks));
        out.push_str(tail);
    }
    out
}

/// `name` in at most `room` columns.
fn fit(name: &str, room: usize) -> String {
    if wide(name) <= room {
        return name.to_owned();
    }
    let mut left = room.saturating_sub(1);
    let fits = |c: &char| {
        let rest = left.checked_sub(columns_of(*c));
        left = rest.unwrap_or_default();
        rest.is_some()
    };
    let mut out: String = name.chars().take_while(fits).collect();
    if room > 0 {
        out.push('~');
    }
    out
}

/// Columns that a terminal gives a text.
fn wide(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// A number of bytes in at most five characters.
fn human(size: u64) -> String {
    if size < 1024 {
        return size.to_string();
    }
    let size = u128::from(size);
    let mut unit: u128 = 1024;
    let mut letter = 'E';
    for candidate in ['K', 'M', 'G', 'T', 'P'] {
        if (size + unit / 2) / unit < 1024 {
            letter = candidate;
            break;
        }
        unit *= 1024;
    }
    let tenths = (size * 10 + unit / 2) / unit;
    if tenths < 100 {
        format!("{}.{}{letter}", tenths / 10, tenths % 10)
    } else {
        format!("{}{letter}", (size + unit / 2) / unit)
    }
}

#[cfg(test)]
mod tests {
    use super::super::item::ItemType;
    use super::*;

    fn item(display: &[u8], selector: &[u8]) -> DirEntity {
        DirEntity {
            kind: ItemType::MENU,
            display: Field::parse(display).unwrap(),
            selector: Field::parse(selector).unwrap(),
            host: Field::parse(b"gopher.example".as_slice()).unwrap(),
            port: 70,
        }
    }

    #[test]
    fn a_menu_has_four_fields_crlf_and_a_lastline() {
        let mut out = Vec::new();
        begin(Style::Plain, &mut out);
        encode(Style::Plain, &item(b"GNU", b"/gnu/"), &mut out).unwrap();
        encode(Style::Plain, &DirEntity::info(b"hello"), &mut out).unwrap();
        end(&mut out);
        assert_eq!(
            out,
            b"1GNU\t/gnu/\tgopher.example\t70\r\nihello\t\terror.host\t1\r\n.\r\n"
        );
    }

    #[test]
    fn a_gopher_plus_menu_has_info_blocks() {
        let mut out = Vec::new();
        begin(Style::Attributes, &mut out);
        encode(Style::Attributes, &item(b"GNU", b"/gnu/"), &mut out).unwrap();
        end(&mut out);
        assert_eq!(
            out,
            b"+-1\r\n+INFO: 1GNU\t/gnu/\tgopher.example\t70\r\n.\r\n"
        );
    }

    #[test]
    fn every_line_stays_under_1024_bytes() {
        for style in [Style::Plain, Style::Attributes] {
            for length in 900..1100 {
                let mut out = Vec::new();
                encode(style, &item(&vec![b'd'; length], b"/s"), &mut out).unwrap();
                assert!(out.len() < MAX_LINE, "{style:?} {length}: {}", out.len());
                assert!(out.ends_with(b"d\t/s\tgopher.example\t70\r\n"));
            }
        }
        let mut out = Vec::new();
        encode(
            Style::Plain,
            &item("\u{20ac}".repeat(400).as_bytes(), b"/s"),
            &mut out,
        )
        .unwrap();
        assert!(std::str::from_utf8(&out).is_ok());
    }

    #[test]
    fn a_selector_that_fills_the_line_is_refused_and_one_byte_less_is_not() {
        // 1 + three TABs + host 14 + port 2 + CRLF: 22 bytes beside the selector.
        let mut out = b"kept".to_vec();
        assert_eq!(
            encode(Style::Plain, &item(b"name", &[b's'; 1001]), &mut out),
            Ok(())
        );
        assert_eq!(out.len(), 4 + 1023);
        let mut out = b"kept".to_vec();
        let refused = encode(Style::Plain, &item(b"name", &[b's'; 1002]), &mut out);
        assert_eq!(refused, Err(TooLong { bytes: 1024 }));
        assert_eq!(out, b"kept");
    }

    #[test]
    fn an_error_is_a_whole_answer_in_both_forms() {
        assert_eq!(
            error(b"the archive\r\nis away"),
            b"3the archive is away\t\terror.host\t1\r\n.\r\n"
        );
        assert_eq!(
            gopher_plus_error(b"the archive\x1b is away"),
            b"--1\r\n1 the archive is away\r\n.\r\n"
        );
        for answer in [error(&[b'x'; 5000]), gopher_plus_error(&[b'x'; 5000])] {
            assert!(
                answer
                    .split(|&b| b == b'\n')
                    .all(|line| line.len() + 1 < MAX_LINE)
            );
            assert!(answer.ends_with(b"\r\n.\r\n"));
        }
    }

    #[test]
    fn columns_line_up() {
        let show = |name, size, date| columns(name, size, date, 40);
        assert_eq!(
            show("README", Some(1434), Some("2024-05-01")),
            "README                  1.4K  2024-05-01"
        );
        assert_eq!(
            show("pub", None, Some("2024-05-01")),
            "pub                           2024-05-01"
        );
        assert_eq!(
            show("a.iso", Some(5_046_586_573), None),
            "a.iso                   4.7G"
        );
        assert_eq!(show("bare", None, None), "bare");
        let long = |name| show(name, Some(0), Some("2024-05-01"));
        assert_eq!(
            long("a-name-that-leaves-no-room-for-1"),
            "a-name-that-leaves-no-room-for-1       0"
        );
        assert_eq!(
            long("a-name-that-leaves-no-room-for-either"),
            "a-name-that-leaves-no-room-for-either"
        );
        assert_eq!(
            long("a-name-that-is-longer-than-fits-in-any-way"),
            "a-name-that-is-longer-than-fits-in-any-~"
        );
    }

    #[test]
    fn a_column_is_what_a_terminal_makes_of_a_character() {
        let show = |name| columns(name, Some(9), None, 20);
        assert_eq!(show("漢字"), format!("漢字{:>16}", 9));
        assert_eq!(
            show("e\u{301}te\u{301}"),
            ["e\u{301}te\u{301}", "                9"].concat()
        );
        assert_eq!(columns("漢字漢字", None, None, 8), "漢字漢字");
        // The half of a wide character that is left stays free.
        assert_eq!(columns("漢字漢字", None, None, 7), "漢字漢~");
        assert_eq!(columns("漢字漢字", None, None, 6), "漢字~");
    }

    #[test]
    fn columns_never_pass_the_width() {
        let names = [
            "n".repeat(200),
            "\u{e9}".repeat(200),
            "\u{6f22}".repeat(200),
            "e\u{301}".repeat(200),
            String::from("s"),
            String::new(),
        ];
        for width in 0..100 {
            for name in &names {
                for (size, date) in [
                    (None, None),
                    (Some(u64::MAX), Some("2024-05-01")),
                    (Some(9), None),
                ] {
                    let text = columns(name, size, date, width);
                    assert!(wide(&text) <= width, "{width}: {text}");
                }
            }
        }
    }

    #[test]
    fn sizes_are_short_and_rounded() {
        for (size, text) in [
            (0, "0"),
            (1023, "1023"),
            (1024, "1.0K"),
            (1434, "1.4K"),
            (10_188, "9.9K"),
            (10_235, "10K"),
            (1_047_551, "1023K"),
            (1_048_063, "1023K"),
            (1_048_064, "1.0M"),
            (12 << 20, "12M"),
            (5_046_586_573, "4.7G"),
            (u64::MAX, "16E"),
        ] {
            assert_eq!(human(size), text);
        }
    }
}
