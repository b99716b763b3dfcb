//! The netrc file: who logs in where, as ftp(1) and curl keep it.
//!
//! Words stand apart by blanks and line ends: `machine HOST`, or `default`, then `login`, `password`
//! and `account`, each with its value. A value may stand in double quotes, in which `\"`, `\\`, `\n`,
//! `\r` and `\t` are what they are in C. `#` begins a comment where a keyword could stand, `macdef`
//! one that goes on to an empty line. A word that is not known is skipped.

use std::fmt;
use std::net::Ipv6Addr;

use url::Host;

use crate::ftp::{Arg, Login};

/// Longest file, in bytes: a thousand accounts.
pub const MAX_NETRC: usize = 64 * 1024;

/// What a netrc file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Netrc {
    entries: Vec<Entry>,
}

/// The account on one machine.
#[derive(Clone, Default, PartialEq, Eq)]
struct Entry {
    /// `None` is `default`.
    machine: Option<Host>,
    login: Option<Arg>,
    password: Option<Arg>,
    account: Option<Arg>,
}

/// What is wrong with a netrc file. It never holds a value of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    /// The line, counted from 1.
    pub line: usize,
    /// What it is.
    pub what: &'static str,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)
    }
}

impl std::error::Error for Error {}

#[derive(Clone, Copy)]
enum Key {
    Machine,
    Login,
    Password,
    Account,
    Macro,
}

impl Netrc {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// For a quote that does not end on its line, a value with CR, LF or NUL in it, a keyword without
    /// its value, and a file past [`MAX_NETRC`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::default();
        for line in bytes.split(|byte| *byte == b'\n') {
            reader.line += 1;
            reader.take_line(line).map_err(|what| reader.wrong(what))?;
        }
        if bytes.len() > MAX_NETRC {
            return Err(reader.wrong("the file is too long"));
        }
        match reader.key {
            Some(_) => Err(reader.wrong("a keyword without its value")),
            None => Ok(Self {
                entries: reader.entries,
            }),
        }
    }

    /// The account on a host, of this user or of any.
    pub fn login(&self, host: &Host, user: Option<&Arg>) -> Option<Login> {
        self.find(Some(host), user)
    }

    /// The account on every host that has none of its own.
    pub fn default_login(&self, user: Option<&Arg>) -> Option<Login> {
        self.find(None, user)
    }

    fn find(&self, machine: Option<&Host>, user: Option<&Arg>) -> Option<Login> {
        let fits = |entry: &&Entry| {
            let same_user = match (&entry.login, user) {
                (Some(own), Some(user)) => own == user,
                (own, user) => own.is_some() || user.is_some(),
            };
            entry.machine.as_ref() == machine && same_user
        };
        let entry = self.entries.iter().find(fits)?;
        Some(Login {
            user: entry.login.as_ref().or(user)?.clone(),
            password: entry.password.clone().unwrap_or_default(),
            account: entry.account.clone(),
        })
    }
}

#[derive(Default)]
struct Reader {
    entries: Vec<Entry>,
    line: usize,
    /// A keyword that waits for its value.
    key: Option<Key>,
    /// Whether the machine that is read is one: the values of another are skipped.
    in_entry: bool,
    in_macro: bool,
}

impl Reader {
    fn wrong(&self, what: &'static str) -> Error {
        Error {
            line: self.line,
            what,
        }
    }

    fn take_line(&mut self, line: &[u8]) -> Result<(), &'static str> {
        if self.in_macro {
            self.in_macro = !line.trim_ascii().is_empty();
            return Ok(());
        }
        let mut rest = line.trim_ascii_start();
        while !rest.is_empty() {
            if self.key.is_none() && rest.starts_with(b"#") {
                return Ok(());
            }
            let (word, after) = word(rest)?;
            match self.key.take() {
                Some(key) => self.value(key, word)?,
                None => self.keyword(&word),
            }
            if self.in_macro {
                return Ok(());
            }
            rest = after.trim_ascii_start();
        }
        Ok(())
    }

    fn keyword(&mut self, word: &[u8]) {
        self.key = match word.to_ascii_lowercase().as_slice() {
            b"machine" => Some(Key::Machine),
            b"login" => Some(Key::Login),
            b"password" => Some(Key::Password),
            b"account" => Some(Key::Account),
            b"macdef" => Some(Key::Macro),
            b"default" => {
                self.entries.push(Entry::default());
                self.in_entry = true;
                None
            }
            _ => None,
        };
    }

    fn value(&mut self, key: Key, word: Vec<u8>) -> Result<(), &'static str> {
        match key {
            Key::Macro => {
                self.in_macro = true;
                return Ok(());
            }
            Key::Machine => {
                let machine = host(&word);
                self.in_entry = machine.is_some();
                if machine.is_some() {
                    self.entries.push(Entry {
                        machine,
                        ..Entry::default()
                    });
                }
                return Ok(());
            }
            Key::Login | Key::Password | Key::Account => {}
        }
        let value = Arg::parse(word)
            .map_err(|_| "a value holds a line end or a NUL, which no FTP command can carry")?;
        if let Some(entry) = self.entries.last_mut().filter(|_| self.in_entry) {
            match key {
                Key::Login => entry.login = Some(value),
                Key::Password => entry.password = Some(value),
                _ => entry.account = Some(value),
            }
        }
        Ok(())
    }
}

/// The first word of a text that begins with one, and what follows it.
fn word(text: &[u8]) -> Result<(Vec<u8>, &[u8]), &'static str> {
    let Some(quoted) = text.strip_prefix(b"\"") else {
        let end = text.iter().position(u8::is_ascii_whitespace);
        let (word, rest) = text
            .split_at_checked(end.unwrap_or(text.len()))
            .unwrap_or((text, &[]));
        return Ok((word.to_vec(), rest));
    };
    let mut word = Vec::new();
    let mut rest = quoted;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after.split_first()) {
            (b'"', _) => return Ok((word, after)),
            (b'\\', Some((&escaped, after))) => {
                word.push(match escaped {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    other => other,
                });
                rest = after;
            }
            _ => word.push(byte),
        }
    }
    Err("a quote that does not end")
}

fn host(word: &[u8]) -> Option<Host> {
    let text = std::str::from_utf8(word).ok()?;
    let address = text.parse::<Ipv6Addr>().ok().map(Host::Ipv6);
    address.or_else(|| Host::parse(text).ok())
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("machine", &self.machine)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `user:password:account` of a host.
    fn found(netrc: &str, name: &str, user: Option<&str>) -> Option<String> {
        let netrc = Netrc::parse(netrc.as_bytes()).unwrap();
        let user = user.map(|user| Arg::parse(user).unwrap());
        let login = match name {
            "default" => netrc.default_login(user.as_ref()),
            name => netrc.login(&Host::parse(name).unwrap(), user.as_ref()),
        }?;
        let text = |arg: &Arg| String::from_utf8(arg.as_bytes().to_vec()).unwrap();
        let account = login.account.as_ref().map(text).unwrap_or_default();
        let (user, password) = (text(&login.user), text(&login.password));
        Some(format!("{user}:{password}:{account}"))
    }

    #[test]
    fn accounts_are_found_however_their_words_are_laid_out() {
        for text in [
            "machine h login u password p account a",
            "machine h\n\tlogin u\r\n\tpassword p\n\taccount\na\n",
            "# a comment\n machine h # another login x\nlogin u password p account a",
            "MACHINE H LOGIN u Password p account a",
            "machine \"h\" login \"u\" password \"p\" account \"a\"",
            "login lost machine h protocol ftp login u password p account a machine i login x",
            "machine i login x password y\nmachine h login u password p account a",
            "macdef init\nmachine h login wrong\n\nmachine h login u password p account a",
            "machine h login u password p account a macdef m\nlogin wrong\n \nmachine i login v",
            "machine no/host login x\nmachine h login u password p account a",
            "default login x password y\nmachine h login u password p account a",
        ] {
            assert_eq!(found(text, "h", None).as_deref(), Some("u:p:a"), "{text}");
        }
    }

    #[test]
    fn quotes_hold_blanks_and_escapes_and_a_password_may_begin_with_a_hash() {
        let text =
            r#"machine h login "a b" password "say \"x\\y\"	z" machine i login u password #1"#;
        assert_eq!(found(text, "h", None).unwrap(), "a b:say \"x\\y\"\tz:");
        assert_eq!(found(text, "i", None).unwrap(), "u:#1:");
    }

    #[test]
    fn hosts_are_told_apart_and_addresses_are_hosts() {
        let text = "machine ftp.example.org login u password p\nmachine ::1 login six\n\
                    machine 127.0.0.1 login four";
        assert_eq!(found(text, "FTP.example.org", None).unwrap(), "u:p:");
        assert_eq!(found(text, "[::1]", None).unwrap(), "six::");
        assert_eq!(found(text, "127.0.0.1", None).unwrap(), "four::");
        for other in ["example.org", "ftp.example.org.", "x.ftp.example.org"] {
            assert_eq!(found(text, other, None), None);
        }
    }

    #[test]
    fn of_two_accounts_the_user_decides() {
        let text = "machine h login a password 1\nmachine h login b password 2\n\
                    machine i password 3\ndefault login d password 4";
        assert_eq!(found(text, "h", None).unwrap(), "a:1:");
        assert_eq!(found(text, "h", Some("b")).unwrap(), "b:2:");
        assert_eq!(found(text, "h", Some("c")), None);
        assert_eq!(found(text, "i", None), None);
        assert_eq!(found(text, "i", Some("c")).unwrap(), "c:3:");
        assert_eq!(found(text, "default", None).unwrap(), "d:4:");
        assert_eq!(found(text, "default", Some("e")), None);
    }

    #[test]
    fn what_is_wrong_is_told_by_its_line_and_never_by_its_value() {
        for (text, line, what) in [
            ("\nmachine h password \"x", 2, "a quote that does not end"),
            ("machine h login", 1, "a keyword without its value"),
            ("machine h login\n\n", 3, "a keyword without its value"),
            (
                "machine h\npassword \"a\\nb\"",
                2,
                "a value holds a line end or a NUL, which no FTP command can carry",
            ),
            (
                "machine h password a\0b",
                1,
                "a value holds a line end or a NUL, which no FTP command can carry",
            ),
        ] {
            let error = Netrc::parse(text.as_bytes()).unwrap_err();
            assert_eq!(error, Error { line, what }, "{text}");
        }
    }

    #[test]
    fn a_file_at_the_bound_passes_and_one_past_it_does_not() {
        let mut text = b"machine h login u\n".to_vec();
        text.resize(MAX_NETRC, b' ');
        assert!(Netrc::parse(&text).is_ok());
        text.push(b' ');
        assert_eq!(
            Netrc::parse(&text).unwrap_err().what,
            "the file is too long"
        );
    }

    #[test]
    fn nothing_shows_a_password() {
        let netrc = Netrc::parse(b"machine h login u password hunter2 account staff").unwrap();
        let shown = format!("{netrc:?}");
        assert!(
            !shown.contains("hunter2") && !shown.contains("staff"),
            "{shown}"
        );
    }
}
