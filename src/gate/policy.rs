//! What is served: what the gophermap links, and nothing else.
//!
//! A link to an FTP URL makes that URL reachable and everything below it; a link to a local file or
//! folder makes that reachable. An open gateway (`--open`) lifts the rule for FTP, and then the
//! addresses that only we can reach are out of bounds.

use super::error::Error;
use super::path::Path;
use super::reach::Reach;
use super::target::{self, Target};

/// Files that menus are made of, and not what they show.
pub const OURS: [&[u8]; 2] = [b"gophermap", b"gophergate.toml"];

/// The rule for FTP targets and local paths.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    ftp: Vec<Target>,
    local: Vec<Path>,
    urls: Vec<Vec<u8>>,
    open: Option<Reach>,
}

impl Policy {
    /// Nothing is served but what is linked; with `open`, any FTP host within that reach too.
    pub fn new(open: Option<Reach>) -> Self {
        Self {
            open,
            ..Self::default()
        }
    }

    /// Whether any FTP host may be named.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// A menu links this FTP target.
    pub fn link_ftp(&mut self, target: Target) {
        self.ftp.push(target);
    }

    /// A menu links this local file or folder.
    pub fn link_local(&mut self, path: Path) {
        self.local.push(path);
    }

    /// A menu links this URL (`URL:...`).
    pub fn link_url(&mut self, url: Vec<u8>) {
        self.urls.push(url);
    }

    /// Whether a menu links this URL.
    pub fn links_url(&self, url: &[u8]) -> bool {
        self.urls.iter().any(|own| own == url)
    }

    /// Lets a target pass, with the reach that its addresses must lie in.
    pub fn admit(&self, mut target: Target) -> Result<(Target, Reach), Error> {
        let linked = |path: &Path| {
            let covers = |link: &&Target| {
                link.host == target.host
                    && link.port == target.port
                    && path.below(&link.path).is_some()
            };
            self.ftp.iter().any(|link| covers(&link))
        };
        let reach = match (linked(&target.path), self.open) {
            (true, _) => Reach::Anywhere,
            (false, Some(reach)) => reach,
            (false, None) => {
                return Err(Error::NotLinked {
                    what: target.to_string(),
                });
            }
        };
        if reach == Reach::Anywhere && !target.literal.as_ref().is_some_and(linked) {
            target.literal = None;
        }
        Ok((target, reach))
    }

    /// The local paths that a selector may name, in the order to try: decoded, as our menus write
    /// them encoded; then as sent, because some clients decode before they send.
    pub fn local(&self, selector: &[u8]) -> Result<Vec<Path>, Error> {
        let sent = selector.strip_prefix(b"/").unwrap_or(selector);
        let decoded: Vec<u8> = percent_encoding::percent_decode(sent).collect();
        let mut paths = vec![Path::parse(&decoded)?, Path::parse(sent)?];
        paths.dedup();
        paths.retain(|path| self.serves(path));
        if paths.is_empty() {
            return Err(Error::Selector(target::Error::NotFtp));
        }
        Ok(paths)
    }

    /// What is ours is served as a file only if it is linked itself, not with its folder.
    fn serves(&self, path: &Path) -> bool {
        let ours = OURS.contains(&path.name());
        let covers = |link: &Path| path == link || (!ours && path.below(link).is_some());
        !path.is_hidden() && self.local.iter().any(covers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::site::Sites;

    fn target(selector: &str) -> Target {
        Target::parse(selector.as_bytes(), &Sites::default()).unwrap()
    }

    fn policy(links: &[&str]) -> Policy {
        let mut policy = Policy::new(None);
        for link in links {
            policy.link_ftp(target(link));
        }
        policy
    }

    #[test]
    fn a_link_serves_itself_and_what_is_below_it() {
        let policy = policy(&[
            "/ftp/ftp.example.org/pub/",
            "ftp://files.example.org:2121/a.txt",
        ]);
        for selector in [
            "/ftp/ftp.example.org/pub/",
            "/ftp/FTP.Example.ORG/pub",
            "/ftp/ftp.example.org/pub/a/b",
            "ftp://ftp.example.org:21/pub/a/b;type=i",
            "ftp:ftp.example.org@/pub/x/",
            "/ftp/files.example.org:2121/a.txt",
        ] {
            let (_, reach) = policy.admit(target(selector)).unwrap();
            assert_eq!(reach, Reach::Anywhere, "{selector}");
        }
        for selector in [
            "/ftp/ftp.example.org/",
            "/ftp/ftp.example.org/public/",
            "/ftp/ftp.example.org/%2Fpub/",
            "/ftp/ftp.example.org:2121/pub/",
            "/ftp/files.example.org/a.txt",
            "/ftp/files.example.org:2121/b.txt",
            "/ftp/example.org/pub/",
        ] {
            let denied = policy.admit(target(selector));
            assert!(matches!(denied, Err(Error::NotLinked { .. })), "{selector}");
        }
    }

    #[test]
    fn an_open_gateway_reaches_strangers_on_public_addresses_only() {
        let mut policy = Policy::new(Some(Reach::Public));
        policy.link_ftp(target("/ftp/10.0.0.1/"));
        let reach = |selector| policy.admit(target(selector)).unwrap().1;
        assert_eq!(reach("/ftp/ftp.example.org/"), Reach::Public);
        assert_eq!(reach("/ftp/10.0.0.1/pub/"), Reach::Anywhere);
    }

    #[test]
    fn the_literal_spelling_of_a_path_must_be_linked_too() {
        let policy = policy(&["/ftp/h.example/pub/"]);
        let (inside, _) = policy.admit(target("/ftp/h.example/pub/%41")).unwrap();
        let (outside, _) = policy.admit(target("/ftp/h.example/%70ub/x")).unwrap();
        assert!(inside.literal.is_some());
        assert_eq!(outside.literal, None);
    }

    #[test]
    fn local_files_are_served_where_linked_and_never_if_hidden() {
        let mut policy = Policy::new(None);
        policy.link_local(Path::parse(b"docs").unwrap());
        policy.link_local(Path::parse(b"a b.txt").unwrap());
        for selector in ["/docs", "docs/", "/docs/x/y.txt", "/a b.txt", "/a%20b.txt"] {
            assert!(policy.local(selector.as_bytes()).is_ok(), "{selector}");
        }
        for selector in [
            "/",
            "/docs2",
            "/docs/.git/config",
            "/secret",
            "/docs/%2e%2e/secret",
            "/docs/../secret",
            "/docs/gophermap",
        ] {
            assert!(policy.local(selector.as_bytes()).is_err(), "{selector}");
        }
    }
}
