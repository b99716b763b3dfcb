//! Who logs in, and how the password is kept out of what is shown.

use std::fmt;

use memchr::memmem;

use crate::ftp::command::Arg;

/// Shortest password that is looked for in a server's words: shorter ones stand in any text.
pub const MIN_REDACTED: usize = 4;

/// What USER, PASS and ACCT carry (RFC 1635 for anonymous).
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// The user name.
    pub user: Arg,
    /// The password; never shown.
    pub password: Arg,
    /// The account, if the server asks for one with a 332; never shown either.
    pub account: Option<Arg>,
}

impl Login {
    /// RFC 1635: user "anonymous", and something like an address for a password.
    pub fn anonymous() -> Self {
        let arg = |text: &str| Arg::parse(text).unwrap_or_default();
        Self {
            user: arg("anonymous"),
            password: arg("gophergate@example.com"),
            account: None,
        }
    }

    /// Takes password and account out of a server's words before anybody sees them: a server may
    /// repeat what it was sent, and its replies go to clients and to the log.
    pub fn redact(&self, words: &mut Vec<u8>) {
        let secrets = [Some(&self.password), self.account.as_ref()];
        for secret in secrets.into_iter().flatten().map(Arg::as_bytes) {
            if secret.len() >= MIN_REDACTED && memmem::find(words, secret).is_some() {
                *words = without(words, secret);
            }
        }
    }
}

fn without(words: &[u8], secret: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(words.len());
    let mut from = 0;
    for at in memmem::find_iter(words, secret) {
        kept.extend_from_slice(words.get(from..at).unwrap_or_default());
        kept.extend_from_slice(b"***");
        from = at + secret.len();
    }
    kept.extend_from_slice(words.get(from..).unwrap_or_default());
    kept
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(password: &str, words: &str) -> String {
        let login = Login {
            password: Arg::parse(password).unwrap(),
            account: Some(Arg::parse("staff").unwrap()),
            ..Login::anonymous()
        };
        let mut words = words.as_bytes().to_vec();
        login.redact(&mut words);
        String::from_utf8(words).unwrap()
    }

    #[test]
    fn a_server_that_repeats_the_password_is_not_repeated() {
        for (words, shown) in [
            ("PASS hunter2: no", "PASS ***: no"),
            ("hunter2hunter2", "******"),
            ("hunter", "hunter"),
            ("no account staff", "no account ***"),
            ("", ""),
        ] {
            assert_eq!(redacted("hunter2", words), shown);
        }
        assert_eq!(redacted("1234", "213 1234"), "213 ***");
        assert_eq!(redacted("123", "213 1234"), "213 1234");
        assert_eq!(redacted("", "213 1234"), "213 1234");
    }

    #[test]
    fn a_login_shows_its_user_only() {
        let shown = format!("{:?}", Login::anonymous());
        assert_eq!(shown, "Login { user: \"anonymous\", .. }");
    }
}
