//! What a server says that it can do: FEAT (RFC 2389).

use super::replies;
use gophergate::ftp::Features;

/// Asserts it.
pub fn check(data: &[u8]) {
    for reply in replies([data]).0 {
        let features = Features::parse(&reply);
        let lines = reply.lines.iter().map(|line| line.to_ascii_lowercase());
        let said = lines.map(|line| line.trim_ascii_start().to_vec());
        let says_mlsd = said.into_iter().any(|line| line.starts_with(b"mls"));
        assert!(!features.mlsd || says_mlsd, "{:?}", reply.lines);
    }
}
