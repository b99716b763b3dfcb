//! The character set that menus go out in. RFC 1436 asks for ISO Latin-1 where a display string has
//! more than ASCII, today's clients read UTF-8, and an old terminal may have nothing but ASCII.
//!
//! Only what people read is written so: display strings and error texts. Selectors are ASCII, and
//! files stay as they are.
//!
//! What a set does not have is written by what comes near: composed first, then without its accents
//! (Unicode's canonical decomposition), then by a small table (ligatures, typographic marks,
//! Cyrillic), and else as `?`. Controls are in no set: see [`Field::display`].

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_normalizer::properties::{CanonicalDecompositionBorrowed, Decomposed};
use unicode_width::UnicodeWidthChar;

use super::item::Field;

/// Most decompositions of one character, one within the other: Unicode has none deeper than four.
const MAX_DECOMPOSITIONS: usize = 8;

/// A character set of menus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
pub enum Output {
    /// UTF-8: every character.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// ISO 8859-1: the first 256.
    #[serde(rename = "latin-1")]
    Latin1,
    /// ASCII: the first 128.
    #[serde(rename = "ascii")]
    Ascii,
}

impl Output {
    /// Its name in the registry of character sets (RFC 2978).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Latin1 => "ISO-8859-1",
            Self::Ascii => "US-ASCII",
        }
    }

    /// `text` cleaned as by [`Field::display`], in characters that this set has.
    #[must_use]
    pub fn show(self, text: &str) -> String {
        let clean = Field::display(text.as_bytes(), usize::MAX);
        let clean = std::str::from_utf8(clean.as_bytes()).unwrap_or_default();
        if self == Self::Utf8 || clean.is_ascii() {
            return clean.to_owned();
        }
        let mut out = String::with_capacity(clean.len());
        let composed = ComposingNormalizerBorrowed::new_nfc().normalize_iter(clean.chars());
        composed.for_each(|c| self.push_nearest(c, &mut out));
        out
    }

    /// The bytes of what [`Self::show`] gives.
    #[must_use]
    pub fn encode(self, text: &str) -> Vec<u8> {
        let text = self.show(text);
        match self {
            Self::Utf8 | Self::Ascii => text.into_bytes(),
            Self::Latin1 => text.chars().filter_map(|c| u8::try_from(c).ok()).collect(),
        }
    }

    /// Text of the operator's own, who wrote it in UTF-8 or in Latin-1. As UTF-8 is asked for unless
    /// something else is, it then goes out as it was written.
    #[must_use]
    pub fn recode(self, text: &Field) -> Field {
        let bytes = text.as_bytes();
        if self == Self::Utf8 || bytes.is_ascii() {
            return text.clone();
        }
        let recoded = match std::str::from_utf8(bytes) {
            Ok(text) => self.encode(text),
            Err(_) => {
                let text: String = bytes.iter().copied().map(char::from).collect();
                self.encode(&text)
            }
        };
        Field::display(&recoded, usize::MAX)
    }

    fn has(self, c: char) -> bool {
        match self {
            Self::Utf8 => true,
            Self::Latin1 => c <= '\u{ff}',
            Self::Ascii => c.is_ascii(),
        }
    }

    fn push_nearest(self, c: char, out: &mut String) {
        let mut base = c;
        for _ in 0..MAX_DECOMPOSITIONS {
            if self.has(base) {
                return out.push(base);
            }
            if let Some(text) = nearest(base) {
                return out.push_str(text);
            }
            base = match CanonicalDecompositionBorrowed::new().decompose(base) {
                Decomposed::Expansion(first, _) | Decomposed::Singleton(first) => first,
                Decomposed::Default => break,
            };
        }
        // An accent whose letter went before it, or a mark that changes how one is drawn.
        if width(c) > 0 {
            out.push('?');
        }
    }
}

/// Columns that a terminal gives a character: two for those of East Asia, none for combining ones.
pub(super) fn width(c: char) -> usize {
    c.width().unwrap_or_default()
}

/// ASCII that stands for a character which has no decomposition.
fn nearest(c: char) -> Option<&'static str> {
    let text = match c {
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => " ",
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "-",
        '\u{2018}'..='\u{201b}' | '\u{2032}' | '´' => "'",
        '\u{201c}'..='\u{201f}' | '\u{2033}' => "\"",
        '«' => "<<",
        '»' => ">>",
        '‹' => "<",
        '›' => ">",
        '…' => "...",
        '•' | '·' => "*",
        '¡' => "!",
        '×' => "x",
        '€' => "EUR",
        '©' => "(C)",
        '®' => "(R)",
        '™' => "(TM)",
        '№' => "No",
        'Æ' => "AE",
        'æ' => "ae",
        'Œ' => "OE",
        'œ' => "oe",
        'Ø' => "O",
        'ø' => "o",
        'ß' => "ss",
        'Đ' | 'Ð' => "D",
        'đ' | 'ð' => "d",
        'Þ' => "Th",
        'þ' => "th",
        'Ħ' => "H",
        'ħ' => "h",
        'ı' => "i",
        'Ł' => "L",
        'ł' => "l",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        _ => return cyrillic(c),
    };
    Some(text)
}

/// A letter of the Russian and Ukrainian alphabets, in the way of passports and maps.
fn cyrillic(c: char) -> Option<&'static str> {
    const UPPER: [&str; 32] = [
        "A", "B", "V", "G", "D", "E", "Zh", "Z", "I", "Y", "K", "L", "M", "N", "O", "P", "R", "S",
        "T", "U", "F", "Kh", "Ts", "Ch", "Sh", "Shch", "\"", "Y", "'", "E", "Yu", "Ya",
    ];
    const LOWER: [&str; 32] = [
        "a", "b", "v", "g", "d", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s",
        "t", "u", "f", "kh", "ts", "ch", "sh", "shch", "\"", "y", "'", "e", "yu", "ya",
    ];
    let at = |first: char| (c as usize).checked_sub(first as usize);
    let letter =
        |table: &[&'static str; 32], first| at(first).and_then(|at| table.get(at).copied());
    match c {
        'Є' => Some("Ye"),
        'є' => Some("ye"),
        'І' => Some("I"),
        'і' => Some("i"),
        'Ґ' => Some("G"),
        'ґ' => Some("g"),
        'А'..='Я' => letter(&UPPER, 'А'),
        'а'..='я' => letter(&LOWER, 'а'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_set_shows_what_it_has_and_what_comes_near_to_the_rest() {
        for (text, latin1, ascii) in [
            ("plain ~", "plain ~", "plain ~"),
            ("Ångström naïve", "Ångström naïve", "Angstrom naive"),
            // As macOS writes it, with the accents behind their letters.
            ("re\u{301}sume\u{301}", "résumé", "resume"),
            ("Dvořák Łódź", "Dvorák Lódz", "Dvorak Lodz"),
            ("tr\u{1ed1}ng \u{1d6}", "trông ü", "trong u"),
            ("Straße Ærø", "Straße Ærø", "Strasse AEro"),
            ("“a” – ‘b’…", "\"a\" - 'b'...", "\"a\" - 'b'..."),
            ("«x»\u{a0}€5", "«x»\u{a0}EUR5", "<<x>> EUR5"),
            (
                "Ёлки, щука й Київ",
                "Elki, shchuka y Kiiv",
                "Elki, shchuka y Kiiv",
            ),
            ("日本語.txt", "???.txt", "???.txt"),
            ("한글", "??", "??"),
            ("\u{2764}\u{fe0f}", "?", "?"),
        ] {
            assert_eq!(Output::Utf8.show(text), text);
            assert_eq!(Output::Latin1.show(text), latin1);
            assert_eq!(Output::Ascii.show(text), ascii);
        }
    }

    #[test]
    fn bytes_are_those_of_the_set() {
        assert_eq!(Output::Utf8.encode("é"), b"\xc3\xa9");
        assert_eq!(Output::Latin1.encode("é"), b"\xe9");
        assert_eq!(Output::Ascii.encode("é"), b"e");
    }

    #[test]
    fn no_set_lets_out_what_a_terminal_obeys() {
        let all: String = (0..=0x2_0000).filter_map(char::from_u32).collect();
        for output in [Output::Utf8, Output::Latin1, Output::Ascii] {
            let text = output.show(&all);
            assert!(!text.chars().any(char::is_control), "{output:?}");
            for c in ['\u{202e}', '\u{2066}', '\u{2028}', '\u{feff}', '\u{200f}'] {
                assert!(!text.contains(c), "{output:?}");
            }
            assert!(text.chars().all(|c| output.has(c)), "{output:?}");
            let bytes = output.encode(&all);
            assert_eq!(output == Output::Ascii, bytes.is_ascii());
            if output == Output::Latin1 {
                assert!(
                    !bytes
                        .iter()
                        .any(|byte| matches!(byte, 0..0x20 | 0x7f..0xa0))
                );
            }
        }
    }

    #[test]
    fn a_gophermap_goes_out_as_it_was_written_unless_another_set_is_asked_for() {
        let recode = |output: Output, bytes: &[u8]| {
            let field = Field::parse(bytes).unwrap();
            output.recode(&field).as_bytes().to_vec()
        };
        for written in [&b"caf\xe9"[..], b"caf\xc3\xa9"] {
            assert_eq!(recode(Output::Utf8, written), written);
            assert_eq!(recode(Output::Latin1, written), b"caf\xe9");
            assert_eq!(recode(Output::Ascii, written), b"cafe");
        }
    }
}
