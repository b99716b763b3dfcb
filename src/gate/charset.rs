//! Names and words of FTP servers as text. What goes back to the server is never made of this:
//! selectors hold the bytes that the server listed.
//!
//! A text is read, in this order,
//!
//! 1. as ASCII, if it is nothing else;
//! 2. by the `encoding` of the site, since its operator knows. What is malformed in it was written
//!    by somebody else, and is read as if nothing were set but without a guess;
//! 3. as UTF-8, if it is valid: text in another set is so by chance only, and the less the longer
//!    it is. This is asked of each text by itself, as old and new names lie side by side;
//! 4. by a guess from all the texts so far that were no UTF-8, and from the top-level domain. One
//!    name is too short to guess from, a directory is not; what was learnt from a name serves those
//!    after it, so that nothing has to wait. A text that is malformed in the guess is not of it;
//! 5. as Latin-1, which can read everything; with windows-1252's quotes and dashes at 0x80 to 0x9F,
//!    as the Encoding Standard reads it, where ISO 8859-1 has the C1 controls.
//!
//! ISO-2022-JP is ASCII to the eye and never guessed; a site that lists in it must be told so.

use std::borrow::Cow;
use std::fmt;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use url::Host;

/// Bytes that a guess is made from: far more than it takes, and bounded because every one is looked
/// at in more than twenty character sets.
pub const MAX_FED: usize = 16 * 1024;

/// A character set of names, by any of its labels in the Encoding Standard (`koi8-r`, `shift_jis`,
/// `latin1`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct Charset(&'static Encoding);

impl Charset {
    /// The set of this label. None for one that is unknown, and for UTF-16, whose names could stand
    /// in no FTP command.
    pub fn parse(label: &str) -> Option<Self> {
        let encoding = Encoding::for_label_no_replacement(label.as_bytes())?;
        (encoding.output_encoding() == encoding).then_some(Self(encoding))
    }

    /// Whether it is UTF-8.
    pub fn is_utf8(self) -> bool {
        self.0 == UTF_8
    }
}

impl TryFrom<String> for Charset {
    type Error = String;

    fn try_from(label: String) -> Result<Self, String> {
        let unknown = || {
            format!("encoding = {label:?} is no character set of names, as \"koi8-r\" would be one")
        };
        Self::parse(&label).ok_or_else(unknown)
    }
}

/// Reads the texts of one server, and learns from each.
pub struct Decoder {
    charset: Option<Charset>,
    domain: Option<Vec<u8>>,
    /// Made when there is something to guess from, which is seldom.
    detector: Option<Box<EncodingDetector>>,
    fed: usize,
    /// The last guess, once nothing is fed any more.
    settled: Option<&'static Encoding>,
}

impl Decoder {
    /// For a server whose set is known, or is not.
    pub fn new(charset: Option<Charset>) -> Self {
        Self {
            charset,
            domain: None,
            detector: None,
            fed: 0,
            settled: None,
        }
    }

    /// For a server whose set may be the one of its country.
    pub fn at(host: &Host, charset: Option<Charset>) -> Self {
        let domain = match host {
            Host::Domain(name) => name.rsplit_once('.').map(|(_, last)| last),
            _ => None,
        };
        // The detector takes a label as DNS has it, and nothing else.
        let is_label = |domain: &&str| {
            let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
            !domain.is_empty() && domain.bytes().all(plain)
        };
        Self {
            domain: domain
                .filter(is_label)
                .map(|domain| domain.as_bytes().to_vec()),
            ..Self::new(charset)
        }
    }

    /// A text that is not shown by itself, and tells of the others.
    pub fn learn(&mut self, text: &[u8]) {
        if self.charset.is_some() || std::str::from_utf8(text).is_ok() {
            return;
        }
        let room = MAX_FED.saturating_sub(self.fed);
        let taken = text.get(..room).unwrap_or(text);
        if !taken.is_empty() {
            let new = || Box::new(EncodingDetector::new(Iso2022JpDetection::Deny));
            let detector = self.detector.get_or_insert_with(new);
            detector.feed(taken, false);
            // Two texts make no word together.
            detector.feed(b"\n", false);
            self.fed += taken.len() + 1;
        }
    }

    /// Reads a text.
    pub fn decode<'a>(&mut self, text: &'a [u8]) -> Cow<'a, str> {
        let read = |encoding: &'static Encoding| {
            encoding.decode_without_bom_handling_and_without_replacement(text)
        };
        let own = self.charset.and_then(|charset| read(charset.0));
        if let Some(text) = own.or_else(|| std::str::from_utf8(text).ok().map(Cow::Borrowed)) {
            return text;
        }
        self.learn(text);
        let guess = self.charset.is_none().then(|| self.guess());
        guess
            .and_then(read)
            .unwrap_or_else(|| WINDOWS_1252.decode_without_bom_handling(text).0)
    }

    fn guess(&mut self) -> &'static Encoding {
        if let Some(encoding) = self.settled {
            return encoding;
        }
        let domain = self.domain.as_deref();
        let Some(detector) = &self.detector else {
            return WINDOWS_1252;
        };
        let guess = detector.guess(domain, Utf8Detection::Deny);
        self.settled = (self.fed >= MAX_FED).then_some(guess);
        guess
    }
}

impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder")
            .field("charset", &self.charset)
            .field("domain", &self.domain)
            .field("fed", &self.fed)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(label: &str, text: &str) -> Vec<u8> {
        let encoding = Encoding::for_label(label.as_bytes()).unwrap();
        let (bytes, _, lost) = encoding.encode(text);
        assert!(!lost, "{label} has not all of {text}");
        bytes.into_owned()
    }

    fn site(label: &str) -> Decoder {
        Decoder::new(Some(Charset::parse(label).unwrap()))
    }

    #[test]
    fn a_label_is_one_of_the_encoding_standards() {
        for label in [
            "utf-8",
            "UTF8",
            "koi8-r",
            "Shift_JIS",
            "latin1",
            "iso-2022-jp",
        ] {
            assert!(Charset::parse(label).is_some(), "{label}");
        }
        for label in [
            "",
            "klingon",
            "utf-16",
            "utf-16le",
            "hz-gb-2312",
            "replacement",
        ] {
            assert!(Charset::parse(label).is_none(), "{label}");
        }
        assert!(Charset::parse("utf-8").unwrap().is_utf8());
        assert!(!Charset::parse("latin1").unwrap().is_utf8());
    }

    #[test]
    fn the_sites_own_set_comes_first() {
        let name = bytes("koi8-r", "Привет");
        assert_eq!(site("koi8-r").decode(&name), "Привет");
        assert_eq!(site("windows-1251").decode(&name), "рТЙЧЕФ");
        assert_eq!(site("iso-2022-jp").decode(b"\x1b$BF|K\\\x1b(B"), "日本");
        // By chance it is UTF-8 too.
        assert_eq!(site("koi8-r").decode("я".as_bytes()), "я▐");
    }

    #[test]
    fn what_the_sites_set_cannot_read_is_utf_8_or_else_latin_1() {
        assert_eq!(site("utf-8").decode(b"caf\xe9"), "café");
        assert_eq!(site("shift_jis").decode("à".as_bytes()), "à");
        assert_eq!(site("shift_jis").decode(b"caf\xe9"), "café");
    }

    #[test]
    fn utf_8_is_seen_name_by_name() {
        let mut decoder = Decoder::new(None);
        for (name, expected) in [
            (&b"caf\xc3\xa9"[..], "café"),
            (b"caf\xe9", "café"),
            (b"caf\xc3\xa9", "café"),
            (b"plain", "plain"),
        ] {
            assert_eq!(decoder.decode(name), expected);
        }
    }

    /// From the third name on; the first ones are out already.
    #[test]
    fn a_directory_tells_its_set() {
        let russian = [
            "Документы",
            "Музыка",
            "Фотографии",
            "Книги",
            "Программы",
            "Разное",
        ];
        let japanese = [
            "写真.zip",
            "音楽データ",
            "説明書.txt",
            "新しいフォルダ",
            "更新履歴.txt",
        ];
        let chinese = ["新建文件夹", "音乐", "说明.txt", "照片", "软件下载"];
        let korean = ["새 폴더", "음악", "사진", "설명서.txt", "자료실"];
        let greek = ["Έγγραφα", "Μουσική", "Φωτογραφίες", "Βιβλία", "Διάφορα"];
        let polish = ["Książki", "Zdjęcia", "Różne pliki", "Źródła", "Śpiewnik"];
        let french = [
            "Été à la plage",
            "Données",
            "Français.txt",
            "Façade",
            "Noël",
        ];
        for (label, names) in [
            ("koi8-r", &russian[..]),
            ("windows-1251", &russian),
            ("ibm866", &russian),
            ("shift_jis", &japanese),
            ("euc-jp", &japanese),
            ("gbk", &chinese),
            ("euc-kr", &korean),
            ("iso-8859-7", &greek),
            ("windows-1250", &polish),
            ("iso-8859-1", &french),
        ] {
            let mut decoder = Decoder::new(None);
            for (at, name) in names.iter().enumerate() {
                let raw = bytes(label, name);
                let got = decoder.decode(&raw);
                assert!(at < 2 || got == *name, "{label}: {got}, not {name}");
            }
        }
    }

    #[test]
    fn a_country_helps_where_a_name_is_short() {
        let host = |name: &str| Host::Domain(name.to_owned());
        let name = bytes("windows-1251", "Мир");
        assert_eq!(
            Decoder::at(&host("ftp.example.ru"), None).decode(&name),
            "Мир"
        );
        for odd in ["", ".", "a.", "localhost", "a.X", "a.\u{e9}", "a.b_c"] {
            Decoder::at(&host(odd), None).decode(&name);
        }
    }

    #[test]
    fn every_byte_is_read_as_something() {
        let all: Vec<u8> = (0..=u8::MAX).collect();
        for decoder in [None, Charset::parse("utf-8"), Charset::parse("big5")] {
            let text = Decoder::new(decoder).decode(&all).into_owned();
            assert!(!text.contains('\u{fffd}'), "{text:?}");
            assert!(text.chars().count() >= 128);
        }
    }

    #[test]
    fn the_guess_is_settled_at_its_bound() {
        let mut decoder = Decoder::new(None);
        decoder.learn(&vec![0xE9; MAX_FED - 2]);
        assert_eq!(decoder.fed, MAX_FED - 1);
        decoder.guess();
        assert!(decoder.settled.is_none());
        decoder.learn(b"\xe9\xe9");
        assert_eq!(decoder.fed, MAX_FED + 1);
        decoder.guess();
        assert!(decoder.settled.is_some());
        decoder.learn(b"\xe9");
        assert_eq!(decoder.fed, MAX_FED + 1);
    }
}
