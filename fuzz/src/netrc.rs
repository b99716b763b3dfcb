//! The netrc file: any bytes are one, or an error that names one of its lines.

use gophergate::gate::netrc::{MAX_NETRC, Netrc};

use super::lines;

/// Asserts it.
pub fn check(data: &[u8]) {
    match Netrc::parse(data) {
        Ok(netrc) => {
            assert!(data.len() <= MAX_NETRC);
            let host = url::Host::Domain("h.example".to_owned());
            let found = [netrc.login(&host, None), netrc.default_login(None)];
            for login in found.into_iter().flatten() {
                let values = [
                    Some(&login.user),
                    Some(&login.password),
                    login.account.as_ref(),
                ];
                for value in values.into_iter().flatten() {
                    assert!(value.as_bytes().len() <= data.len());
                    assert!(!value.as_bytes().iter().any(|byte| b"\r\n\0".contains(byte)));
                }
            }
        }
        Err(error) => assert!((1..=lines(data).count()).contains(&error.line), "{error:?}"),
    }
}
