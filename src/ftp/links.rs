//! Which symbolic links of a directory lead to directories: the server is asked by CWD.
//!
//! LIST does not say what a link points to, and a Gopher menu has to. After the listing, on the same
//! control connection, [`LinkProbe`] asks for the directory's own name (PWD, RFC 959 section 4.1.1)
//! and then sends CWD for each link by its whole path, so that no answer depends on the one before.
//! As [`UserPi`](super::UserPi) it has no socket and no clock.
//!
//! It never fails: what a server does not answer, or answers in a way that makes no sense, stays
//! unknown.

use super::command::{self, Arg};
use super::reply::{Class, Reply, ReplyReader};
use super::user_pi::MAX_PRELIMINARY;

/// Most links of one directory that the server is asked about: each costs a round trip in lock-step.
pub const MAX_LINKS: usize = 32;

/// The conversation about the links of one directory.
#[derive(Debug)]
pub struct LinkProbe {
    replies: ReplyReader,
    links: Vec<Vec<u8>>,
    /// How many commands may be unanswered at once.
    window: usize,
    directory: Directory,
    sent: usize,
    answers: Vec<bool>,
    /// Replies that answered nothing.
    strays: usize,
    over: bool,
}

/// What is known of the directory's own name.
#[derive(Debug, PartialEq, Eq)]
enum Directory {
    Unasked,
    Asked,
    Known(Vec<u8>),
}

impl LinkProbe {
    /// About these names of the directory that the server is in; those past [`MAX_LINKS`] are not
    /// asked for.
    pub fn new(mut links: Vec<Vec<u8>>, window: usize) -> Self {
        links.truncate(MAX_LINKS);
        Self {
            replies: ReplyReader::new(),
            over: links.is_empty(),
            links,
            window: window.max(1),
            directory: Directory::Unasked,
            sent: 0,
            answers: Vec::new(),
            strays: 0,
        }
    }

    /// Bytes to write, in one write; `None` until something else happened.
    pub fn poll_send(&mut self) -> Option<Vec<u8>> {
        let mut flight = Vec::new();
        match &self.directory {
            _ if self.over => {}
            Directory::Asked => {}
            Directory::Unasked => {
                self.directory = Directory::Asked;
                command::encode("PWD", None, &mut flight);
            }
            Directory::Known(directory) => {
                let room = (self.window + self.answers.len()).saturating_sub(self.sent);
                for link in self.links.iter().skip(self.sent).take(room) {
                    let path = [directory, &b"/"[..], link].concat();
                    // A name that no command can carry stands in no listing.
                    let path = Arg::spellings(&path).unwrap_or_default();
                    let path = path.first().map(Arg::as_bytes);
                    command::encode("CWD", Some(path.unwrap_or_default()), &mut flight);
                    self.sent += 1;
                }
            }
        }
        (!flight.is_empty()).then_some(flight)
    }

    /// Takes bytes from the control connection.
    pub fn handle_bytes(&mut self, bytes: &[u8]) {
        self.replies.handle(bytes);
        while !self.over {
            match self.replies.next_reply() {
                Ok(Some(reply)) => self.handle_reply(&reply),
                Ok(None) => return,
                Err(_) => self.over = true,
            }
        }
    }

    /// Whether there is nothing more to ask.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// For each name whether it leads to a directory, as far as that is known.
    pub fn answers(&self) -> impl Iterator<Item = Option<bool>> {
        (0..self.links.len()).map(|at| self.answers.get(at).copied())
    }

    fn handle_reply(&mut self, reply: &Reply) {
        match (&self.directory, reply.code.class()) {
            (Directory::Asked, _) if reply.code.number() == 257 => match directory(reply) {
                Some(directory) => self.directory = Directory::Known(directory),
                None => self.over = true,
            },
            (Directory::Known(_), Class::Completion) if reply.code.number() == 250 => {
                self.answer(true);
            }
            (Directory::Known(_), Class::PermanentNegative) => self.answer(false),
            // Such as a second 226 to the listing.
            (_, Class::Completion | Class::Preliminary) if self.strays < MAX_PRELIMINARY => {
                self.strays += 1;
            }
            _ => self.over = true,
        }
    }

    fn answer(&mut self, is_directory: bool) {
        if self.answers.len() == self.sent {
            self.over = true;
            return;
        }
        self.answers.push(is_directory);
        self.over |= self.answers.len() == self.links.len();
    }
}

/// The path in a 257: quoted, a quote in it doubled (RFC 959 appendix II); `None` if it is not one of
/// segments and slashes, or none that a command can carry. Without a `/` at its end.
fn directory(reply: &Reply) -> Option<Vec<u8>> {
    let rest = reply.text().trim_ascii_start().strip_prefix(b"\"")?;
    let mut path = Vec::new();
    let mut bytes = rest.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if byte == b'"' && bytes.next_if_eq(&b'"').is_none() {
            let kept = path.iter().rposition(|byte| *byte != b'/');
            let absolute = path.first() == Some(&b'/');
            path.truncate(kept.map_or(0, |last| last + 1));
            // A line of a reply may hold a lone CR.
            return (absolute && Arg::parse(path.as_slice()).is_ok()).then_some(path);
        }
        path.push(byte);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays a conversation: what is sent, after each reply.
    fn talk(links: &[&str], window: usize, replies: &[&str]) -> (Vec<String>, Vec<Option<bool>>) {
        let links = links.iter().map(|link| link.as_bytes().to_vec()).collect();
        let mut probe = LinkProbe::new(links, window);
        let mut sent = Vec::new();
        let mut send = |probe: &mut LinkProbe| {
            while let Some(flight) = probe.poll_send() {
                let flight = flight.escape_ascii().to_string();
                sent.push(flight.trim_end_matches("\\r\\n").replace("\\r\\n", "|"));
            }
        };
        send(&mut probe);
        for reply in replies {
            probe.handle_bytes(format!("{reply}\r\n").as_bytes());
            send(&mut probe);
        }
        (sent, probe.answers().collect())
    }

    #[test]
    fn each_link_is_asked_for_by_its_whole_path() {
        let replies = [
            "257 \"/pub\" is it",
            "250 in",
            "550 no",
            "250-Hello\r\n250 in",
        ];
        let answers = vec![Some(true), Some(false), Some(true)];
        let (sent, told) = talk(&["a", "b c", "d"], 1, &replies);
        assert_eq!(sent, ["PWD", "CWD /pub/a", "CWD /pub/b c", "CWD /pub/d"]);
        assert_eq!(told, answers);
        let (sent, told) = talk(&["a", "b c", "d"], 8, &replies);
        assert_eq!(sent, ["PWD", "CWD /pub/a|CWD /pub/b c|CWD /pub/d"]);
        assert_eq!(told, answers);
    }

    #[test]
    fn a_directory_may_have_quotes_in_its_name_and_the_root_has_none() {
        let (sent, _) = talk(&["x"], 1, &["257 \"/a\"\"b\" \"c\""]);
        assert_eq!(sent[1], "CWD /a\\\"b/x");
        let (sent, _) = talk(&["x"], 1, &["226 again", "257 \"/\""]);
        assert_eq!(sent[1], "CWD /x");
        for other in [
            "257 DISK:[PUB]",
            "257 \"DISK:[PUB]\"",
            "257 \"/pub",
            "257 \"/p\rub\"",
            "500 no",
            "257",
        ] {
            let (sent, told) = talk(&["x"], 1, &[other]);
            assert_eq!((sent.len(), told), (1, vec![None]), "{other}");
        }
    }

    #[test]
    fn what_makes_no_sense_leaves_the_rest_unknown() {
        for reply in ["421 bye", "331 who", "what", "450 later"] {
            let (sent, told) = talk(&["a", "b"], 1, &["257 \"/\"", "250 in", reply, "250 in"]);
            assert_eq!(sent.len(), 3, "{reply}");
            assert_eq!(told, [Some(true), None], "{reply}");
        }
        // More answers than questions.
        let (_, told) = talk(&["a", "b"], 1, &["257 \"/\"\r\n250 one\r\n250 two"]);
        assert_eq!(told, [None, None]);
    }

    #[test]
    fn questions_and_strays_are_bounded() {
        for (links, asked) in [(MAX_LINKS, MAX_LINKS), (MAX_LINKS + 1, MAX_LINKS)] {
            let (sent, told) = talk(&vec!["a"; links], 99, &["257 \"/\""]);
            assert_eq!(sent[1].split('|').count(), asked);
            assert_eq!(told.len(), asked);
        }
        for (strays, asked) in [(MAX_PRELIMINARY, 2), (MAX_PRELIMINARY + 1, 1)] {
            let mut replies = vec!["226 done"; strays];
            replies.push("257 \"/\"");
            assert_eq!(talk(&["a"], 1, &replies).0.len(), asked);
        }
        assert!(LinkProbe::new(Vec::new(), 1).is_over());
    }
}
