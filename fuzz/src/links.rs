//! The conversation about links. The first line names them, divided by `/`; the rest is what the server
//! says.

use super::{assert_commands, lines, pieces};
use gophergate::ftp::links::{LinkProbe, MAX_LINKS};

/// Asserts it.
pub fn check(data: &[u8]) {
    let names = lines(data).next().unwrap_or_default();
    let said = data.get(names.len() + 1..).unwrap_or_default();
    // As listings give them.
    let fetchable =
        |name: &&[u8]| !name.is_empty() && !name.iter().any(|byte| b"\r\0".contains(byte));
    let names = names.split(|byte| *byte == b'/').filter(fetchable);
    let names: Vec<_> = names.map(<[u8]>::to_vec).collect();
    talk(&names, 1, pieces(said));
    talk(&names, 1, said.chunks(1));
    talk(&names, 1 + names.len() % 4, [said]);
}

fn talk<'a>(names: &[Vec<u8>], window: usize, said: impl IntoIterator<Item = &'a [u8]>) {
    let mut probe = LinkProbe::new(names.to_vec(), window);
    let mut sent = Vec::new();
    for piece in [&b""[..]].into_iter().chain(said) {
        probe.handle_bytes(piece);
        while let Some(flight) = probe.poll_send() {
            assert!(!probe.is_over());
            sent.extend(assert_commands(&flight).map(<[u8]>::to_vec));
        }
    }
    for (at, command) in sent.iter().enumerate() {
        let whole = matches!(command.strip_prefix(b"CWD "), Some([b'/', ..]));
        assert_eq!(whole, at > 0, "{}", command.escape_ascii());
    }
    assert!(sent.len() <= 1 + MAX_LINKS);
    assert_eq!(probe.answers().count(), names.len().min(MAX_LINKS));
}
