//! Every command that needs no data connection, and the word that leads to the others.

use std::sync::atomic::Ordering;

use super::session::{End, Login, Session};
use super::tree::{MODIFIED, Node, facts, resolve};
use super::vice::Vice;

impl Session {
    /// Answers one command that no vice has answered.
    pub(super) fn command(&mut self, word: &str, argument: &[u8]) -> Result<(), End> {
        match word {
            "USER" | "PASS" | "ACCT" => return self.log_in(word),
            "QUIT" => {
                self.say("221 Goodbye")?;
                return Err(End);
            }
            "NOOP" => return self.say("200 Nothing done"),
            "SYST" => return self.say("215 UNIX Type: L8"),
            "FEAT" => return self.feat(),
            "" => return self.say("500 Empty command"),
            _ if self.login != Login::In => return self.say("530 Please login with USER and PASS"),
            _ => {}
        }
        if self.has(&Vice::SegmentsOnly) && argument.len() > 1 && argument.contains(&b'/') {
            return self.say("501 Invalid directory syntax");
        }
        match word {
            "PWD" => self.say(&format!("257 \"{}\"", String::from_utf8_lossy(&self.cwd))),
            "CWD" | "CDUP" => {
                let path = resolve(&self.cwd, if word == "CDUP" { b".." } else { argument });
                if !matches!(self.shared.tree.get(&path), Some(Node::Dir)) {
                    return self.say("550 Failed to change directory");
                }
                self.cwd = path;
                self.say("250 Directory changed")
            }
            "TYPE" => match argument {
                b"A" | b"I" | b"A N" | b"L 8" | b"a" | b"i" => self.say("200 Type set"),
                _ => self.say("504 Unknown type"),
            },
            "OPTS" => self.say("200 Option set"),
            "REST" => match std::str::from_utf8(argument).map(str::parse) {
                Ok(Ok(offset)) => {
                    self.rest = offset;
                    self.say(&format!("350 Restarting at {offset}"))
                }
                _ => self.say("501 Not a number"),
            },
            "ABOR" => {
                self.abort.store(false, Ordering::SeqCst);
                self.say("226 Nothing to abort any more")
            }
            "SIZE" if !self.has(&Vice::NoSize) => self.size(argument),
            "MDTM" if !self.has(&Vice::NoMdtm) => {
                match self.shared.tree.get(&resolve(&self.cwd, argument)) {
                    Some(Node::File(_)) => self.say(&format!("213 {MODIFIED}")),
                    _ => self.say("550 Could not get file modification time"),
                }
            }
            "MLST" if !self.has(&Vice::NoMlsd) && !self.has(&Vice::NlstOnly) => {
                let path = resolve(&self.cwd, argument);
                let Some(facts) = self.shared.tree.get(&path).map(facts) else {
                    return self.say("550 No such file or directory");
                };
                self.out
                    .extend_from_slice(format!("250-Listing\r\n {facts}").as_bytes());
                self.out.extend_from_slice(&path);
                self.say("\r\n250 End")
            }
            "PASV" | "EPSV" => self.passive(word == "EPSV", argument),
            "PORT" | "EPRT" => self.active(word == "EPRT", argument),
            "APSV" if self.understands_apsv() => {
                self.apsv = !self.has(&Vice::ApsvForgotten);
                self.say("200 All transfers will be passive")
            }
            "RETR" => self.retrieve(argument),
            "MLSD" | "LIST" | "NLST" => self.list(word, argument),
            _ => self.say("500 Unknown command"),
        }
    }

    fn understands_apsv(&self) -> bool {
        let kinds = [
            Vice::UnderstandsApsv,
            Vice::ApsvBarePort,
            Vice::ApsvForgotten,
        ];
        kinds.iter().any(|kind| self.has(kind))
    }

    fn log_in(&mut self, word: &str) -> Result<(), End> {
        let lines = |vice: &Vice| match vice {
            Vice::MessageOf230(lines) => Some(lines.clone()),
            _ => None,
        };
        match (word, &self.login) {
            ("PASS", Login::In) => return self.say("503 You are already logged in"),
            ("USER", Login::In) => return self.say("230 Already logged in"),
            ("USER", _) if !self.has(&Vice::LoginWithoutPassword) => {
                self.login = Login::Named;
                return self.say("331 Please specify the password");
            }
            ("USER", _) => {}
            ("PASS", Login::Named) if self.has(&Vice::LoginRefused) => {
                self.login = Login::Nobody;
                return self.say("530 Login incorrect");
            }
            ("PASS", Login::Named) if self.has(&Vice::TooManyUsers) => {
                let most = "the maximum number of clients (1) are already connected";
                self.say(&format!("530 Sorry, {most}"))?;
                return Err(End);
            }
            ("PASS", Login::Named) if self.has(&Vice::PassIsSuperfluous) => {
                self.login = Login::In;
                return self.say("202 No password needed");
            }
            ("PASS", Login::Named) if self.has(&Vice::NeedAccount) => {
                self.login = Login::Passed;
                return self.say("332 Need account for login");
            }
            ("PASS", Login::Named) | ("ACCT", Login::Passed) => {}
            _ => return self.say("503 Login with USER first"),
        }
        self.login = Login::In;
        for line in self.vices.find(lines).unwrap_or_default() {
            self.out
                .extend_from_slice(format!("230-{line}\r\n").as_bytes());
        }
        self.say("230 Login successful")
    }

    fn feat(&mut self) -> Result<(), End> {
        if self.has(&Vice::NoFeat) {
            return self.say("500 Unknown command");
        }
        if self.has(&Vice::FeatOneLine) {
            return self.say("211 MLST type*;size*;");
        }
        if self.has(&Vice::FeatEmpty) {
            return self.say("211-Features:\r\n211 End");
        }
        let mut reply = String::from("211-Features:\r\n");
        for line in &self.shared.features {
            reply = reply + " " + line + "\r\n";
        }
        self.say(&(reply + "211 End"))
    }

    /// The size that the server claims for a file.
    pub(super) fn claimed(&self, size: usize) -> u64 {
        let lie = |vice: &Vice| match vice {
            Vice::Size(size) => Some(*size),
            _ => None,
        };
        self.vices.find(lie).unwrap_or(size as u64)
    }

    fn size(&mut self, argument: &[u8]) -> Result<(), End> {
        let size = match self.shared.tree.get(&resolve(&self.cwd, argument)) {
            Some(Node::File(body)) => self.claimed(body.len()),
            Some(Node::Dir) if self.has(&Vice::SizeOfDirectory) => 4096,
            _ => return self.say("550 Could not get file size"),
        };
        self.say(&format!("213 {size}"))
    }
}
