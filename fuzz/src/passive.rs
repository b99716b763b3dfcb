//! Where the data connection is: 227, 229 and 151 (RFC 959, 1579, 2428).

use super::replies;
use gophergate::ftp::passive::data_port;

/// Asserts it.
pub fn check(data: &[u8]) {
    for reply in replies([data]).0 {
        let Some(port) = data_port(&reply) else {
            continue;
        };
        assert!(matches!(reply.code.number(), 151 | 227 | 229), "{reply}");
        // It stands there, as a number or as the last two of six.
        let [high, low] = port.to_be_bytes().map(u64::from);
        let is_there = reply.lines.iter().any(|line| {
            let numbers = numbers(line);
            let pair = |pair: &[u64]| pair == [high, low];
            numbers.contains(&u64::from(port)) || numbers.windows(2).any(pair)
        });
        assert!(is_there, "{port} in {reply}");
    }
}

/// All runs of digits, as far as they are numbers.
fn numbers(line: &[u8]) -> Vec<u64> {
    let runs = line.split(|byte| !byte.is_ascii_digit());
    let texts = runs.filter_map(|run| std::str::from_utf8(run).ok());
    texts.filter_map(|text| text.parse().ok()).collect()
}
