//! Who we are on FTP hosts: the files that hold passwords.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{Config, SiteConfig};
use crate::ftp::Arg;
use crate::gate::login::SiteLogin;
use crate::gate::netrc::MAX_NETRC;
use crate::gate::target::parse_authority;
use crate::gate::{Logins, Netrc};

/// Longest password file, in bytes: its first line is the password.
pub const MAX_PASSWORD_FILE: usize = 4 * 1024;

/// The permissions of a file that others than its owner can read.
const OTHERS: u32 = 0o077;

impl Config {
    /// The accounts on FTP hosts, and warnings about files that others can read.
    ///
    /// # Errors
    ///
    /// For a file that cannot be read, or holds what no password can be.
    pub fn logins(&self) -> Result<(Logins, Vec<String>), String> {
        let mut warnings = Vec::new();
        let netrc = match &self.netrc {
            None => Netrc::default(),
            Some(file) => read_netrc(file, &mut warnings)?,
        };
        let mut sites = Vec::new();
        for (authority, site) in &self.site {
            sites.push(site.login(authority, &mut warnings)?);
        }
        Ok((Logins::new(sites, netrc), warnings))
    }

    /// Takes the names of files for relative to the folder of the configuration file.
    pub fn resolve_files(&mut self, folder: &Path) {
        let own = [&mut self.gophermap, &mut self.netrc, &mut self.ca_file];
        let sites = self.site.values_mut();
        let sites = sites.flat_map(|site| [&mut site.password_file, &mut site.ca_file]);
        for file in own.into_iter().chain(sites).flatten() {
            *file = folder.join(&*file);
        }
    }
}

impl SiteConfig {
    /// Checks what of its account stands in the configuration itself.
    ///
    /// # Errors
    ///
    /// For a user or an account that cannot be one, and for a password of nobody.
    pub(super) fn check_login(&self, authority: &str) -> Result<(), String> {
        let wrong = |what: &str| Err(format!("site.{authority:?}: {what}"));
        if self.user.is_none() && self.password_file.is_some() {
            return wrong("password_file means nothing without user");
        }
        if self.user.is_none() && self.account.is_some() {
            return wrong("account means nothing without user");
        }
        if self.user.as_ref().is_some_and(String::is_empty) {
            return wrong("user is empty");
        }
        let texts = [("user", &self.user), ("account", &self.account)];
        for (key, text) in texts {
            if text.as_ref().is_some_and(|text| arg(text).is_none()) {
                return wrong(&format!("{key} holds a line end or a NUL"));
            }
        }
        Ok(())
    }

    fn login(&self, authority: &str, warnings: &mut Vec<String>) -> Result<SiteLogin, String> {
        let (host, port) = parse_authority(authority.as_bytes())
            .map_err(|error| format!("site.{authority:?}: {error}"))?;
        let password = self.password_file.as_deref().map(|file| {
            read_password(file, warnings).map_err(|error| {
                format!(
                    "site.{authority:?}: password_file {}: {error}",
                    file.display()
                )
            })
        });
        Ok(SiteLogin {
            host,
            port: Some(port),
            user: self.user.as_ref().and_then(|text| arg(text)),
            password: password.transpose()?,
            account: self.account.as_ref().and_then(|text| arg(text)),
        })
    }
}

fn arg(text: &str) -> Option<Arg> {
    Arg::parse(text).ok()
}

/// The first line of a file.
fn read_password(file: &Path, warnings: &mut Vec<String>) -> Result<Arg, String> {
    let bytes = read(file, MAX_PASSWORD_FILE, warnings)?;
    if bytes.len() > MAX_PASSWORD_FILE {
        return Err(format!("longer than {MAX_PASSWORD_FILE} bytes"));
    }
    let line = bytes.split(|byte| *byte == b'\n').next();
    let line = line.unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.is_empty() {
        return Err("its first line is empty".to_owned());
    }
    Arg::parse(line).map_err(|_| "the password holds a carriage return or a NUL".to_owned())
}

fn read_netrc(file: &Path, warnings: &mut Vec<String>) -> Result<Netrc, String> {
    let bytes = read(file, MAX_NETRC, warnings)
        .map_err(|error| format!("netrc {}: {error}", file.display()))?;
    Netrc::parse(&bytes).map_err(|error| format!("{}:{}: {error}", file.display(), error.line))
}

/// One byte more than a file may have tells that there was more.
fn read(file: &Path, most: usize, warnings: &mut Vec<String>) -> Result<Vec<u8>, String> {
    let text = |error: std::io::Error| error.to_string();
    let opened = File::open(file).map_err(text)?;
    if opened.metadata().map_err(text)?.permissions().mode() & OTHERS != 0 {
        warnings.push(format!(
            "{}: others than its owner can read the passwords in it: chmod 600",
            file.display()
        ));
    }
    let mut bytes = Vec::new();
    opened
        .take(most as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(text)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use url::Host;

    use super::*;
    use crate::ftp::Login;

    /// A file of this test's own.
    struct Scratch(std::path::PathBuf);

    impl Scratch {
        fn new(name: &str, bytes: &[u8], mode: u32) -> Self {
            let name = format!("gophergate-{}-{name}", std::process::id());
            let file = std::env::temp_dir().join(name);
            fs::write(&file, bytes).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            Self(file)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_file(&self.0);
        }
    }

    fn logins(site: &str) -> Result<(Login, Vec<String>), String> {
        let config = Config::parse("g.toml", site).map_err(|error| error.to_string())?;
        let (logins, warnings) = config.logins()?;
        Ok((logins.of(&Host::parse("h").unwrap(), 21), warnings))
    }

    fn with_password(name: &str, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let file = Scratch::new(name, bytes, 0o600);
        let shown = file.0.display();
        let site = format!("[site.h]\nuser = \"u\"\npassword_file = \"{shown}\"");
        let (login, warnings) = logins(&site).map_err(|e| e.replace(&shown.to_string(), "F"))?;
        assert_eq!(warnings, [""; 0]);
        Ok(login.password.as_bytes().to_vec())
    }

    #[test]
    fn a_password_is_the_first_line_of_its_file() {
        for (number, bytes) in [&b"a b"[..], b"a b\n", b"a b\r\n", b"a b\nnot this\n"]
            .iter()
            .enumerate()
        {
            let name = format!("line-{number}");
            assert_eq!(with_password(&name, bytes).unwrap(), b"a b");
        }
    }

    #[test]
    fn what_no_password_can_be_is_refused_without_showing_it() {
        let wrong = |what: &str| Err(format!("site.\"h\": password_file F: {what}"));
        let bad = wrong("the password holds a carriage return or a NUL");
        assert_eq!(with_password("cr", b"hunter\r2\n"), bad);
        assert_eq!(with_password("nul", b"hunter\x002"), bad);
        assert_eq!(
            with_password("empty", b"\nx"),
            wrong("its first line is empty")
        );
        let most = vec![b'x'; MAX_PASSWORD_FILE];
        assert_eq!(with_password("most", &most).unwrap(), most);
        let more = vec![b'x'; MAX_PASSWORD_FILE + 1];
        assert_eq!(
            with_password("more", &more),
            wrong("longer than 4096 bytes")
        );
        let site = "[site.h]\nuser = \"u\"\npassword_file = \"/nowhere/at/all\"";
        assert_eq!(
            logins(site).unwrap_err(),
            "site.\"h\": password_file /nowhere/at/all: No such file or directory (os error 2)"
        );
    }

    #[test]
    fn a_netrc_file_that_others_can_read_is_used_with_a_warning() {
        let file = Scratch::new("netrc", b"machine h login u password p", 0o640);
        let shown = file.0.display();
        let (login, warnings) = logins(&format!("netrc = \"{shown}\"")).unwrap();
        assert_eq!(login.password.as_bytes(), b"p");
        let words = "others than its owner can read the passwords in it: chmod 600";
        assert_eq!(warnings, [format!("{shown}: {words}")]);
        let file = Scratch::new("wrong", b"\nmachine h login \"u", 0o600);
        let shown = file.0.display();
        assert_eq!(
            logins(&format!("netrc = \"{shown}\"")).unwrap_err(),
            format!("{shown}:2: a quote that does not end")
        );
    }

    #[test]
    fn half_an_account_is_refused() {
        for (keys, what) in [
            (
                "password_file = \"f\"",
                "password_file means nothing without user",
            ),
            ("account = \"a\"", "account means nothing without user"),
            ("user = \"\"", "user is empty"),
            ("user = \"a\\r\\nDELE x\"", "user holds a line end or a NUL"),
            (
                "user = \"u\"\naccount = \"\\u0000\"",
                "account holds a line end or a NUL",
            ),
        ] {
            let text = format!("[site.h]\n{keys}");
            let error = Config::parse("g.toml", &text).unwrap_err();
            assert_eq!(error.to_string(), format!("g.toml: site.\"h\": {what}"));
        }
    }

    #[test]
    fn names_of_files_are_relative_to_the_configuration() {
        let text = "gophermap = \"map\"\nnetrc = \"/etc/netrc\"\n[site.h]\nuser = \"u\"\n\
                    password_file = \"secret\"";
        let mut config = Config::parse("g.toml", text).unwrap();
        config.resolve_files(Path::new("/a/b"));
        assert_eq!(config.gophermap.as_deref(), Some(Path::new("/a/b/map")));
        assert_eq!(config.netrc.as_deref(), Some(Path::new("/etc/netrc")));
        let site = &config.site["h"];
        assert_eq!(
            site.password_file.as_deref(),
            Some(Path::new("/a/b/secret"))
        );
    }
}
