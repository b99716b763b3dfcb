//! Menu items: RFC 1436 section 3.8 (item types) and the appendix (DirEntity, UNASCII).
//!
//! A [`Field`] can be written between two TABs without a further look, so whoever holds a
//! [`DirEntity`] holds something that cannot break the line that it becomes.
//!
//! Left out: the redundant server (`+`) and the telnet types, which have no use here; they are
//! still valid [`ItemType`]s when a gophermap names them.

use std::fmt;

use crate::wire::is_invisible;

/// Bytes of a display string kept for an info or error line: more than fits in a menu's line, so
/// that the menu's encoder, which knows the line, makes the cut; bounded because the text is a
/// peer's.
pub const MAX_DISPLAY: usize = 1024;

/// The host that lines without a destination name. Clients know it and make no link of it.
const NO_HOST: &[u8] = b"error.host";

/// The port that goes with [`NO_HOST`].
const NO_PORT: u16 = 1;

/// What an item is: one printable ASCII character (RFC 1436 section 3.8).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ItemType(u8);

impl ItemType {
    /// `0`, a text file.
    pub const TEXT: Self = Self(b'0');
    /// `1`, a menu.
    pub const MENU: Self = Self(b'1');
    /// `3`, an error.
    pub const ERROR: Self = Self(b'3');
    /// `4`, a BinHexed Macintosh file.
    pub const BINHEX: Self = Self(b'4');
    /// `5`, an archive: a binary that the client may unpack.
    pub const ARCHIVE: Self = Self(b'5');
    /// `7`, a search.
    pub const SEARCH: Self = Self(b'7');
    /// `9`, a binary file.
    pub const BINARY: Self = Self(b'9');
    /// `g`, a GIF image.
    pub const GIF: Self = Self(b'g');
    /// `h`, an HTML page, or a URL when the selector begins with `URL:`.
    pub const HTML: Self = Self(b'h');
    /// `i`, text in a menu that leads nowhere.
    pub const INFO: Self = Self(b'i');
    /// `I`, an image of another kind than GIF.
    pub const IMAGE: Self = Self(b'I');
    /// `s`, a sound.
    pub const SOUND: Self = Self(b's');

    /// The type that `byte` stands for; none unless it is printable ASCII and not the space.
    #[must_use]
    pub const fn new(byte: u8) -> Option<Self> {
        if byte.is_ascii_graphic() {
            Some(Self(byte))
        } else {
            None
        }
    }

    /// The byte on the wire.
    #[must_use]
    pub const fn byte(self) -> u8 {
        self.0
    }
}

impl fmt::Debug for ItemType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", char::from(self.0))
    }
}

/// A string that may stand in a menu's line: RFC 1436's UNASCII, free of TAB, CR, LF and NUL.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Field(Vec<u8>);

impl Field {
    /// Takes `bytes` as they are, whatever their character set.
    ///
    /// # Errors
    ///
    /// The first TAB, CR, LF or NUL, and where it stands.
    pub fn parse(bytes: impl Into<Vec<u8>>) -> Result<Self, FieldError> {
        let bytes = bytes.into();
        let forbidden = |byte: &u8| matches!(byte, b'\t' | b'\r' | b'\n' | 0);
        match bytes
            .iter()
            .copied()
            .enumerate()
            .find(|(_, b)| forbidden(b))
        {
            Some((at, byte)) => Err(FieldError { byte, at }),
            None => Ok(Self(bytes)),
        }
    }

    /// Display text from a peer made fit for a menu, at most `max_bytes` long.
    ///
    /// A run of TAB, CR and LF becomes one blank. Every other C0 control, DEL and the C1 controls
    /// are dropped, because some clients hand them to the terminal: U+0080 to U+009F when the text
    /// is valid UTF-8, the bytes 0x80 to 0x9F when it is not. So are the characters that reorder or
    /// hide their neighbours. Valid UTF-8 stays valid when it is cut.
    #[must_use]
    pub fn display(bytes: &[u8], max_bytes: usize) -> Self {
        let mut cleaner = Cleaner::default();
        if let Ok(text) = std::str::from_utf8(bytes) {
            for (at, c) in text.char_indices() {
                let encoded = text.get(at..at + c.len_utf8()).unwrap_or_default();
                let is_control = c.is_control() || is_invisible(c);
                if !cleaner.push(encoded.as_bytes(), is_control, max_bytes) {
                    break;
                }
            }
        } else {
            for byte in bytes {
                let is_control = byte.is_ascii_control() || matches!(byte, 0x80..=0x9F);
                if !cleaner.push(std::slice::from_ref(byte), is_control, max_bytes) {
                    break;
                }
            }
        }
        Self(cleaner.out)
    }

    /// The bytes as they go on the wire.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first part of it, at most `max_bytes` long; valid UTF-8 stays valid.
    pub(super) fn head(&self, max_bytes: usize) -> &[u8] {
        let end = match std::str::from_utf8(&self.0) {
            Ok(text) => (0..=max_bytes.min(text.len()))
                .rev()
                .find(|&at| text.is_char_boundary(at))
                .unwrap_or_default(),
            Err(_) => max_bytes.min(self.0.len()),
        };
        self.0.get(..end).unwrap_or_default()
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

/// A byte that cannot stand in a menu's line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The byte: TAB, CR, LF or NUL.
    pub byte: u8,
    /// Its offset, in bytes from 0.
    pub at: usize,
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.byte {
            b'\t' => "a TAB",
            b'\r' => "a CR",
            b'\n' => "an LF",
            _ => "a NUL",
        };
        write!(f, "{name} at byte {} cannot stand in a menu", self.at)
    }
}

impl std::error::Error for FieldError {}

/// One line of a menu (RFC 1436 appendix: DirEntity).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirEntity {
    /// What the item is.
    pub kind: ItemType,
    /// What people read.
    pub display: Field,
    /// What the client sends to get it.
    pub selector: Field,
    /// The host to send it to.
    pub host: Field,
    /// The port there.
    pub port: u16,
}

impl DirEntity {
    /// A line of text in a menu, cleaned by [`Field::display`]; it leads nowhere.
    #[must_use]
    pub fn info(text: &[u8]) -> Self {
        Self::nowhere(ItemType::INFO, text)
    }

    /// An error in a menu, cleaned by [`Field::display`]; it leads nowhere.
    #[must_use]
    pub fn error(text: &[u8]) -> Self {
        Self::nowhere(ItemType::ERROR, text)
    }

    fn nowhere(kind: ItemType, text: &[u8]) -> Self {
        Self {
            kind,
            display: Field::display(text, MAX_DISPLAY),
            selector: Field::default(),
            host: Field(NO_HOST.to_vec()),
            port: NO_PORT,
        }
    }
}

/// Display text as it is being cleaned.
#[derive(Default)]
struct Cleaner {
    out: Vec<u8>,
    after_break: bool,
}

impl Cleaner {
    /// Takes one encoded character; `false` when there is no room for it.
    fn push(&mut self, character: &[u8], is_control: bool, max_bytes: usize) -> bool {
        let is_break = matches!(character, b"\t" | b"\r" | b"\n");
        let again = is_break && self.after_break;
        // A control that is dropped does not end a run of breaks.
        self.after_break = is_break || (is_control && self.after_break);
        let kept: &[u8] = match (is_break, is_control) {
            (true, _) if !again => b" ",
            (false, false) => character,
            _ => return true,
        };
        let fits = self.out.len() + kept.len() <= max_bytes;
        if fits {
            self.out.extend_from_slice(kept);
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_type_is_one_printable_character() {
        for byte in 0..=u8::MAX {
            let expected = (0x21..=0x7E).contains(&byte);
            assert_eq!(ItemType::new(byte).is_some(), expected, "{byte:#04x}");
        }
        assert_eq!(ItemType::new(b'9'), Some(ItemType::BINARY));
        assert_eq!(format!("{:?}", ItemType::MENU), "'1'");
    }

    #[test]
    fn a_field_takes_every_byte_but_four() {
        for byte in 0..=u8::MAX {
            let got = Field::parse([b'a', byte]);
            if matches!(byte, b'\t' | b'\r' | b'\n' | 0) {
                assert_eq!(got, Err(FieldError { byte, at: 1 }));
            } else {
                assert_eq!(got.unwrap().as_bytes(), [b'a', byte]);
            }
        }
    }

    #[test]
    fn display_text_loses_its_controls() {
        let cases: &[(&[u8], &[u8])] = &[
            (b"plain", b"plain"),
            (b"two\r\nlines\there", b"two lines here"),
            (b"a\r\x00\nb", b"a b"),
            (b"\x1b[31mred\x1b[0m\x07\x7f", b"[31mred[0m"),
            (
                "caf\u{e9}\u{85}\u{9b}31m".as_bytes(),
                "caf\u{e9}31m".as_bytes(),
            ),
            (
                "\u{feff}a\u{202e}gpj.exe\u{2066}\u{200b}".as_bytes(),
                b"agpj.exe",
            ),
            (b"Latin-1 \xE9\x9b31m", b"Latin-1 \xE931m"),
            (b"", b""),
        ];
        for (given, expected) in cases {
            let got = Field::display(given, MAX_DISPLAY);
            assert_eq!(got.as_bytes(), *expected, "{}", given.escape_ascii());
        }
    }

    #[test]
    fn nothing_that_display_makes_breaks_a_line() {
        let all: Vec<u8> = (0..=u8::MAX).collect();
        for text in [&all[..], &all[..128]] {
            let field = Field::display(text, MAX_DISPLAY);
            assert_eq!(Field::parse(field.as_bytes()), Ok(field.clone()));
            assert!(!field.as_bytes().iter().any(u8::is_ascii_control));
        }
    }

    #[test]
    fn a_cut_never_splits_a_character() {
        let text = "a\u{20ac}\u{20ac}".as_bytes();
        for (max, len) in [
            (0, 0),
            (1, 1),
            (2, 1),
            (3, 1),
            (4, 4),
            (6, 4),
            (7, 7),
            (9, 7),
        ] {
            assert_eq!(Field::display(text, max).as_bytes().len(), len, "{max}");
            assert_eq!(Field::parse(text).unwrap().head(max).len(), len, "{max}");
        }
        assert_eq!(Field::display(b"\xE9\xE9\xE9", 2).as_bytes(), b"\xE9\xE9");
        assert_eq!(
            Field::parse(b"\xE9\xE9\xE9".as_slice()).unwrap().head(2),
            b"\xE9\xE9"
        );
    }

    #[test]
    fn info_and_error_lines_lead_nowhere() {
        let info = DirEntity::info(b"hello\tthere");
        assert_eq!(info.kind, ItemType::INFO);
        assert_eq!(info.display.as_bytes(), b"hello there");
        assert!(info.selector.is_empty());
        assert_eq!((info.host.as_bytes(), info.port), (&b"error.host"[..], 1));
        assert_eq!(DirEntity::error(b"no").kind, ItemType::ERROR);
        let long = DirEntity::info(&[b'x'; MAX_DISPLAY + 1]);
        assert_eq!(long.display.as_bytes().len(), MAX_DISPLAY);
    }
}
