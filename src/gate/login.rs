//! Who we are on each FTP host.
//!
//! A password goes to the one service that it is for. A client may name any port of a host, so that an
//! account is for one port: 21, unless a site says another. And a client of an open gateway may name
//! any host, so that the `default` of a netrc file is for the operator's own commands only.

use std::fmt;

use url::Host;

use super::netrc::Netrc;
use crate::ftp::{Arg, CONTROL_PORT, Login};

/// The accounts on all FTP hosts; "anonymous" on those that have none.
#[derive(Clone, Debug)]
pub struct Logins {
    accounts: Vec<Account>,
    netrc: Netrc,
    anonymous: Login,
}

/// The account on one host and port.
#[derive(Clone, Debug)]
struct Account {
    host: Host,
    port: u16,
    login: Login,
}

/// What a site says of its account.
#[derive(Clone)]
pub struct SiteLogin {
    /// The host.
    pub host: Host,
    /// The port of its control connection; 21, if unset.
    pub port: Option<u16>,
    /// The account; without one, the netrc file's for this host holds for this port too.
    pub user: Option<Arg>,
    /// The user's password; if unset, the netrc file's for this user.
    pub password: Option<Arg>,
    /// What ACCT carries; if unset, what the netrc file says.
    pub account: Option<Arg>,
}

impl fmt::Debug for SiteLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SiteLogin")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

impl Logins {
    /// The accounts of the sites, and those of a netrc file. A site goes before the file.
    pub fn new(sites: impl IntoIterator<Item = SiteLogin>, netrc: Netrc) -> Self {
        let accounts = sites
            .into_iter()
            .filter_map(|site| account(site, &netrc))
            .collect();
        Self {
            accounts,
            netrc,
            anonymous: Login::anonymous(),
        }
    }

    /// Who we are on a host and port that a client named.
    pub fn of(&self, host: &Host, port: u16) -> Login {
        let netrc = || (port == CONTROL_PORT).then(|| self.netrc.login(host, None));
        self.site(host, port)
            .cloned()
            .or_else(|| netrc().flatten())
            .unwrap_or_else(|| self.anonymous.clone())
    }

    /// Who we are on a host and port that the operator named, perhaps with a user: the netrc file
    /// holds for every port then, and so does its default.
    pub fn asked(&self, host: &Host, port: u16, user: Option<&Arg>) -> Login {
        let site = self
            .site(host, port)
            .filter(|login| user.is_none_or(|user| *user == login.user));
        let unknown = || match user {
            None => self.anonymous.clone(),
            Some(user) => Login {
                user: user.clone(),
                password: Arg::default(),
                account: None,
            },
        };
        site.cloned()
            .or_else(|| self.netrc.login(host, user))
            .or_else(|| self.netrc.default_login(user))
            .unwrap_or_else(unknown)
    }

    fn site(&self, host: &Host, port: u16) -> Option<&Login> {
        let fits = |account: &&Account| account.host == *host && account.port == port;
        self.accounts.iter().find(fits).map(|own| &own.login)
    }
}

fn account(site: SiteLogin, netrc: &Netrc) -> Option<Account> {
    let noted = netrc.login(&site.host, site.user.as_ref());
    let (password, account) = match &noted {
        None => (None, None),
        Some(login) => (Some(login.password.clone()), login.account.clone()),
    };
    let login = Login {
        user: site.user.or_else(|| noted.map(|login| login.user))?,
        password: site.password.or(password).unwrap_or_default(),
        account: site.account.or(account),
    };
    Some(Account {
        host: site.host,
        port: site.port.unwrap_or(CONTROL_PORT),
        login,
    })
}

impl Default for Logins {
    fn default() -> Self {
        Self::new([], Netrc::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arg(text: &str) -> Arg {
        Arg::parse(text).unwrap()
    }

    fn site(host: &str, port: Option<u16>, user: &str, password: &str) -> SiteLogin {
        let some = |text: &str| (!text.is_empty()).then(|| arg(text));
        SiteLogin {
            host: Host::parse(host).unwrap(),
            port,
            user: some(user),
            password: some(password),
            account: None,
        }
    }

    fn logins() -> Logins {
        let netrc = b"machine b login bob password 2\nmachine c login carl password 3 account x\n\
                      machine d login dora password 4\ndefault login eve password 5";
        let sites = [
            site("a", None, "ann", "1"),
            site("a", Some(2121), "amy", "6"),
            site("b", None, "bea", "7"),
            site("c", None, "carl", ""),
            site("d", Some(2121), "", ""),
        ];
        Logins::new(sites, Netrc::parse(netrc).unwrap())
    }

    fn shown(login: &Login) -> String {
        let text = |arg: &Arg| String::from_utf8(arg.as_bytes().to_vec()).unwrap();
        format!("{}:{}", text(&login.user), text(&login.password))
    }

    #[test]
    fn a_password_goes_to_the_port_that_it_is_for_and_to_no_other() {
        let anonymous = "anonymous:gophergate@example.com";
        for (host, port, login) in [
            ("a", 21, "ann:1"),
            ("a", 2121, "amy:6"),
            ("a", 22, anonymous),
            ("b", 21, "bea:7"),
            ("b", 2121, anonymous),
            ("c", 21, "carl:3"),
            ("c", 20, anonymous),
            ("d", 21, "dora:4"),
            ("d", 2121, "dora:4"),
            ("d", 2122, anonymous),
            ("e", 21, anonymous),
        ] {
            let host = Host::parse(host).unwrap();
            assert_eq!(shown(&logins().of(&host, port)), login, "{host}:{port}");
        }
    }

    #[test]
    fn no_password_is_shown() {
        let own = SiteLogin {
            account: Some(arg("staff")),
            ..site("a", None, "ann", "hunter2")
        };
        let netrc = Netrc::parse(b"machine b login bob password hunter2 account staff").unwrap();
        let shown = format!("{own:?} {:?}", Logins::new([own.clone()], netrc));
        assert!(
            !shown.contains("hunter2") && !shown.contains("staff"),
            "{shown}"
        );
    }

    #[test]
    fn the_operator_may_name_any_port_and_a_user() {
        for (host, port, user, login) in [
            ("a", 21, None, "ann:1"),
            ("a", 21, Some("ann"), "ann:1"),
            ("a", 21, Some("joe"), "joe:"),
            ("c", 2121, None, "carl:3"),
            ("c", 2121, Some("joe"), "joe:"),
            ("e", 2121, None, "eve:5"),
            ("e", 2121, Some("eve"), "eve:5"),
            ("e", 2121, Some("joe"), "joe:"),
        ] {
            let host = Host::parse(host).unwrap();
            let user = user.map(arg);
            let found = logins().asked(&host, port, user.as_ref());
            assert_eq!(shown(&found), login, "{host}:{port}");
        }
    }

    #[test]
    fn an_account_of_the_site_goes_before_that_of_the_file() {
        let netrc = Netrc::parse(b"machine c login carl password 3 account x").unwrap();
        let account = |own: Option<&str>| {
            let site = SiteLogin {
                account: own.map(arg),
                ..site("c", None, "carl", "")
            };
            let logins = Logins::new([site], netrc.clone());
            logins.of(&Host::parse("c").unwrap(), 21).account
        };
        assert_eq!(account(Some("y")), Some(arg("y")));
        assert_eq!(account(None), Some(arg("x")));
    }
}
