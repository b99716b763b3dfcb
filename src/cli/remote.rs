//! An FTP URL on the command line (RFC 1738), and how its host is dealt with.

use percent_encoding::percent_decode;

use super::Remote;
use crate::config::Config;
use crate::ftp::{Arg, Login};
use crate::gate::{Logins, Sites, Target};

/// An FTP URL. Unlike a selector it may carry a user and a password: it is the operator's own.
#[derive(Debug)]
pub(super) struct Url {
    pub(super) target: Target,
    account: Option<Account>,
}

struct Account {
    user: Arg,
    password: Option<Arg>,
}

impl Url {
    /// Reads a URL. What is wrong with one is told without repeating it.
    pub(super) fn parse(url: &str) -> Result<Self, String> {
        let scheme = url.get(..6);
        let rest = scheme
            .filter(|scheme| scheme.eq_ignore_ascii_case("ftp://"))
            .and_then(|_| url.get(6..))
            .ok_or("the URL does not begin with ftp://")?;
        let authority = rest.split('/').next().unwrap_or(rest);
        let (account, rest) = match authority.rsplit_once('@') {
            None => (None, rest),
            Some((account, _)) => (
                Some(Account::parse(account)?),
                rest.get(account.len() + 1..).unwrap_or_default(),
            ),
        };
        let target = Target::parse(format!("ftp://{rest}").as_bytes(), &Sites::default())
            .map_err(|error| error.to_string().replace("the selector", "the URL"))?;
        Ok(Self { target, account })
    }

    /// Who logs in.
    pub(super) fn login(&self, logins: &Logins) -> Login {
        let user = self.account.as_ref().map(|account| &account.user);
        let mut login = logins.asked(&self.target.host, self.target.port, user);
        let password = self.account.as_ref().and_then(|own| own.password.clone());
        login.password = password.unwrap_or(login.password);
        login
    }
}

impl Account {
    fn parse(text: &str) -> Result<Self, String> {
        let (user, password) = match text.split_once(':') {
            None => (text, None),
            Some((user, password)) => (user, Some(password)),
        };
        let decoded = |text: &str| {
            Arg::parse(percent_decode(text.as_bytes()).collect::<Vec<u8>>())
                .map_err(|_| "the user or the password in the URL holds a line end or a NUL")
        };
        let password = password.map(decoded).transpose()?;
        if user.is_empty() {
            return Err("the URL has an account without a user".to_owned());
        }
        Ok(Self {
            user: decoded(user)?,
            password,
        })
    }
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// What the configuration says of FTP servers.
pub(super) struct Known {
    pub(super) config: Config,
    pub(super) sites: Sites,
    pub(super) logins: Logins,
    pub(super) warnings: Vec<String>,
}

impl Known {
    /// Reads the files that a command line names.
    pub(super) fn read(remote: &Remote) -> Result<Self, String> {
        let mut config = super::read_config(remote.config.as_deref())?;
        config.netrc = remote.netrc.clone().or(config.netrc);
        let (logins, warnings) = config.logins()?;
        let sites = config.sites()?;
        Ok(Self {
            config,
            sites,
            logins,
            warnings,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<String, String> {
        let url = Url::parse(url)?;
        let login = url.login(&Logins::default());
        let text = |arg: &Arg| String::from_utf8(arg.as_bytes().to_vec()).unwrap();
        let (user, password) = (text(&login.user), text(&login.password));
        Ok(format!("{} {user} {password}", url.target))
    }

    #[test]
    fn an_account_may_stand_in_a_url_and_is_decoded() {
        for (url, expected) in [
            ("ftp://h/a", "ftp://h/a anonymous gophergate@example.com"),
            ("FTP://joe@h:2121/a/", "ftp://h:2121/a/ joe "),
            ("ftp://joe:@h/", "ftp://h/ joe "),
            ("ftp://joe:a%40b:c@h/x@y", "ftp://h/x@y joe a@b:c"),
            ("ftp://joe:a@b@h/", "ftp://h/ joe a@b"),
            ("ftp://anonymous@h/", "ftp://h/ anonymous "),
        ] {
            assert_eq!(read(url).as_deref(), Ok(expected), "{url}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_url_is_told_without_its_password() {
        for (url, wrong) in [
            ("gopher://h/", "the URL does not begin with ftp://"),
            ("/ftp/h/", "the URL does not begin with ftp://"),
            ("ftp://:hunter2@h/", "the URL has an account without a user"),
            (
                "ftp://joe:hunter2%0d%0aDELE@h/",
                "the user or the password in the URL holds a line end or a NUL",
            ),
            ("ftp://joe:hunter2@/", "the URL names no valid FTP host"),
            ("ftp://joe:hunter2@h:x/", "the URL names no valid port"),
            ("ftp://joe:hunter2@h/..", "a selector may not hold \"..\""),
        ] {
            assert_eq!(read(url).unwrap_err(), wrong, "{url}");
        }
        let shown = format!("{:?}", Url::parse("ftp://joe:hunter2@h/").unwrap());
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
