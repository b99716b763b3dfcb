//! What a server says that it can do (FEAT, RFC 2389).

use super::reply::Reply;

/// The features that this client makes use of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// MLSD and MLST (RFC 3659 section 7).
    pub mlsd: bool,
    /// Names in UTF-8 (RFC 2640).
    pub utf8: bool,
}

impl Features {
    /// Reads the 211 that answers FEAT. A feature's name is the first word of its line.
    pub fn parse(reply: &Reply) -> Self {
        let names = reply.lines.iter().map(|line| {
            let mut words = line
                .trim_ascii_start()
                .split(|byte| matches!(byte, b' ' | b';'));
            words.next().unwrap_or_default().to_ascii_uppercase()
        });
        let mut features = Self::default();
        for name in names {
            features.mlsd |= matches!(name.as_slice(), b"MLST" | b"MLSD");
            features.utf8 |= name == b"UTF8";
        }
        features
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ftp::reply::ReplyReader;

    fn features(text: &str) -> Features {
        let mut reader = ReplyReader::new();
        reader.handle(text.as_bytes());
        Features::parse(&reader.next_reply().unwrap().unwrap())
    }

    #[test]
    fn a_feature_is_the_first_word_of_a_line_in_any_case() {
        for (line, mlsd, utf8) in [
            ("MLST type*;size*;", true, false),
            ("mlst", true, false),
            (" Mlsd", true, false),
            ("MLST;", true, false),
            ("UTF8", false, true),
            ("utf8 ON", false, true),
            ("UTF8-NAMES", false, false),
        ] {
            let reply = format!("211-Features:\r\n MDTM\r\n {line}\r\n211 End\r\n");
            assert_eq!(features(&reply), Features { mlsd, utf8 }, "{line}");
        }
        let without = "211-No MLST is here:\r\n SIZE MLST\r\n X-MLST\r\n211 End\r\n";
        assert_eq!(features(without), Features::default());
    }
}
