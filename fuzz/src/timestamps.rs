//! Times as MDTM and MLSD tell them (RFC 3659 section 2.3).

use super::assert_modified;
use gophergate::ftp::listing::{Precision, parse_timestamp};

/// Asserts it.
pub fn check(data: &[u8]) {
    if let Some(modified) = parse_timestamp(data) {
        assert_modified(modified);
        let text = modified.at.strftime("%Y%m%d%H%M%S").to_string();
        let again = parse_timestamp(text.as_bytes());
        assert_eq!(again.map(|again| again.at), Some(modified.at));
        let seconds = again.map(|again| again.precision);
        assert_eq!(seconds, Some(Precision::Second));
    }
}
