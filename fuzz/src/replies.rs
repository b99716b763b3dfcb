//! Replies (RFC 959 section 4.2): the same however the stream is cut, and within their bounds.

use super::{pieces, replies};
use gophergate::ftp::reply::{MAX_REPLY, MAX_REPLY_LINE, MAX_REPLY_LINES};

/// Asserts it.
pub fn check(data: &[u8]) {
    let whole = replies([data]);
    assert_eq!(replies(pieces(data)), whole);
    assert_eq!(replies(data.chunks(1)), whole);
    for reply in whole.0 {
        assert!((100..600).contains(&reply.code.number()));
        assert!((1..=MAX_REPLY_LINES).contains(&reply.lines.len()));
        let bytes: usize = reply.lines.iter().map(Vec::len).sum();
        assert!(bytes <= MAX_REPLY + MAX_REPLY_LINE);
        for line in &reply.lines {
            assert!(
                line.len() <= MAX_REPLY_LINE && !line.iter().any(|byte| b"\n\0".contains(byte))
            );
        }
        assert!(!reply.to_string().contains(char::is_control));
    }
}
