//! MLSD (RFC 3659 section 7), line by line.

use jiff::civil::DateTime;

use super::{NOW, assert_line, lines};
use gophergate::ftp::listing::{Format, try_parse_line};

/// Asserts it.
pub fn check(data: &[u8]) {
    for line in lines(data) {
        for now in [None, Some(NOW), Some(DateTime::MIN), Some(DateTime::MAX)] {
            assert_line(try_parse_line(Format::Mlsd, line, now), line.len());
        }
        // A line that was cut, as at the end of a connection that broke.
        let half = &line[..line.len() / 2];
        assert_line(try_parse_line(Format::Mlsd, half, None), half.len());
    }
}
