//! What a server says that it can do (FEAT, RFC 2389).

use super::reply::Reply;

/// The features that this client makes use of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// MLSD and MLST (RFC 3659 section 7).
    pub mlsd: bool,
    /// SIZE (RFC 3659 section 4).
    pub size: bool,
    /// MDTM (RFC 3659 section 3).
    pub mdtm: bool,
    /// Names are UTF-8 (RFC 2640).
    pub utf8: bool,
}

impl Features {
    /// Reads the 211 that answers FEAT. A feature's name is the first word of its line.
    pub fn parse(reply: &Reply) -> Self {
        let mut features = Self::default();
        for line in &reply.lines {
            let word = line.trim_ascii_start();
            let word = word
                .split(|byte| matches!(byte, b' ' | b';'))
                .next()
                .unwrap_or_default();
            match word.to_ascii_uppercase().as_slice() {
                b"MLST" | b"MLSD" => features.mlsd = true,
                b"SIZE" => features.size = true,
                b"MDTM" => features.mdtm = true,
                b"UTF8" => features.utf8 = true,
                _ => {}
            }
        }
        features
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ftp::reply::ReplyReader;

    #[test]
    fn features_are_the_first_words_in_any_case() {
        let mut reader = ReplyReader::new();
        reader.handle(b"211-Features:\r\n mdtm\r\n MLST type*;size*;\r\n UTF8\r\n211 End SIZE\r\n");
        let reply = reader.next_reply().unwrap().unwrap();
        assert_eq!(
            Features::parse(&reply),
            Features {
                mlsd: true,
                size: false,
                mdtm: true,
                utf8: true
            }
        );
    }
}
