//! What each reply means for the command that it answers.

use super::{
    Begun, Cover, Data, Error, Event, MAX_PRELIMINARY, Names, Representation, Step, Tls, UserPi,
    Want, directory_script, error, whole_script,
};
use crate::ftp::command::Arg;
use crate::ftp::features::Features;
use crate::ftp::listing::{Format, parse_timestamp};
use crate::ftp::passive::data_port;
use crate::ftp::reply::{Class, Reply};

impl UserPi {
    pub(super) fn handle_reply(&mut self, reply: Reply) {
        // After a 226 a server may hang up as it likes: the rest is in the data connection.
        if reply.code.number() == 421 && !self.completed {
            return self.fail(Error::Busy(reply));
        }
        let Some(index) = self.claim(&reply) else {
            return self.count_preliminary(reply, "no command");
        };
        let step = self.pending.get(index).copied().unwrap_or(Step::Quit);
        if reply.code.class() == Class::Preliminary {
            if step.is_transfer() {
                self.prepared(&reply, step);
            }
            return self.count_preliminary(reply, self.name(step));
        }
        self.pending.remove(index);
        match step {
            Step::Greeting => self.greeted(reply),
            Step::Auth => self.auth_answered(reply),
            Step::User => self.user_answered(reply),
            Step::Pass | Step::Acct => self.login_answered(reply, step),
            Step::Prot => self.prot_answered(reply),
            Step::Apsv if reply.code.class() == Class::Completion => {}
            Step::Apsv => self.method += 1,
            Step::Cwd => self.cwd_answered(reply),
            Step::Passive => self.passive_answered(reply),
            Step::Feat if reply.code.number() == 211 => {
                self.featured(Features::parse(&reply));
            }
            Step::Feat => self.features = Some(Features::default()),
            Step::Size if reply.code.number() == 213 => self.size = first_number(reply.text()),
            Step::Mdtm if reply.code.number() == 213 => {
                self.modified = parse_timestamp(reply.text()).map(|modified| modified.at);
            }
            Step::Type => {
                // A server that has no TYPE at all has no other than the one that is wanted.
                let known = !matches!(reply.code.number(), 200..=299 | 500 | 502);
                self.type_refusal = known.then_some(reply);
            }
            Step::Rest if reply.code.number() == 350 => self.restart = self.order.restart,
            // What these refuse, the transfer does without.
            Step::Pbsz | Step::Utf8 | Step::Rest | Step::Size | Step::Mdtm | Step::Quit => {}
            Step::Retr | Step::List => self.transfer_answered(reply, step),
        }
    }

    /// Which pending command a reply answers: the first, unless its code says that it answers a
    /// later one (some servers answer a flight out of order).
    fn claim(&self, reply: &Reply) -> Option<usize> {
        let number = reply.code.number();
        let is_time = number == 213 && parse_timestamp(reply.text()).is_some();
        let passive = self.method().is_passive();
        let own = |step: &Step| match step {
            Step::Greeting => number == 220,
            Step::Auth => number == 234,
            Step::User => matches!(number, 230 | 331 | 332),
            Step::Pass | Step::Acct => matches!(number, 202 | 230 | 332),
            Step::Apsv => number == 200,
            Step::Cwd => number == 250,
            Step::Passive if passive => matches!(number, 227 | 229),
            Step::Passive => number == 200,
            Step::Pbsz | Step::Prot | Step::Type | Step::Utf8 => number == 200,
            Step::Feat => number == 211,
            // A server out of order says 213 to both; 14 digits that make a time are no size.
            Step::Size => number == 213 && !is_time,
            Step::Mdtm => is_time,
            Step::Rest => number == 350,
            Step::Retr | Step::List => matches!(number, 110..=159 | 226 | 250),
            Step::Quit => number == 221,
        };
        // The second half of a doubled reply answers nothing, and only 226 and 250 end a transfer.
        let front = self.pending.front();
        let stray = match number {
            220 => matches!(front, Some(Step::Auth | Step::User)),
            226 | 426 => !self.is_transferring(),
            227 | 229 => front != Some(&Step::Passive),
            230 => !matches!(
                front,
                Some(Step::Greeting | Step::User | Step::Pass | Step::Acct)
            ),
            250 if front == Some(&Step::Passive) => true,
            200..=299 => front.is_some_and(Step::is_transfer),
            _ => false,
        };
        let first = (!self.pending.is_empty() && !stray).then_some(0);
        self.pending.iter().position(own).or(first)
    }

    fn count_preliminary(&mut self, reply: Reply, command: &'static str) {
        self.preliminaries += 1;
        if self.preliminaries > MAX_PRELIMINARY {
            self.fail(Error::Unexpected { command, reply });
        }
    }

    fn greeted(&mut self, reply: Reply) {
        self.preliminaries = 0;
        match reply.code.number() {
            230 => self.logged_in(&reply),
            220..=299 => {}
            _ if reply.code.class() == Class::Completion => {}
            _ => self.refuse_login(reply),
        }
    }

    fn auth_answered(&mut self, reply: Reply) {
        match reply.code.class() {
            _ if reply.code.number() == 234 => {
                self.cover = Cover::Agreed;
                self.events.push_back(Event::Secure);
            }
            Class::TransientNegative | Class::PermanentNegative => match self.order.tls {
                Tls::Require => self.fail(Error::TlsRefused(reply)),
                Tls::Never | Tls::Try => self
                    .script
                    .retain(|step| !matches!(step, Step::Pbsz | Step::Prot)),
            },
            // Nobody could say whether the server waits for a handshake now.
            _ => self.fail(Error::Unexpected {
                command: "AUTH",
                reply,
            }),
        }
    }

    fn prot_answered(&mut self, reply: Reply) {
        match reply.code.class() {
            Class::Completion => self.protected = true,
            // Data in clear is what holds without PROT (RFC 4217 section 9).
            Class::TransientNegative | Class::PermanentNegative
                if self.order.tls != Tls::Require => {}
            Class::TransientNegative | Class::PermanentNegative => {
                self.fail(Error::ProtectionRefused(reply));
            }
            _ => self.fail(Error::Unexpected {
                command: "PROT",
                reply,
            }),
        }
    }

    fn user_answered(&mut self, reply: Reply) {
        match reply.code.number() {
            331 => {}
            332 => self.send_account(reply),
            _ if reply.code.class() == Class::Completion => {
                self.user_accepted = true;
                self.logged_in(&reply);
            }
            _ => self.refuse_login(reply),
        }
    }

    fn login_answered(&mut self, reply: Reply, step: Step) {
        match reply.code.number() {
            332 if step == Step::Pass => self.send_account(reply),
            _ if reply.code.class() == Class::Completion => self.logged_in(&reply),
            // A password that nobody asked for may be refused: USER alone was the login.
            _ if self.user_accepted && step == Step::Pass => {}
            _ => self.refuse_login(reply),
        }
    }

    fn send_account(&mut self, reply: Reply) {
        if self.order.login.account.is_none() {
            return self.fail(Error::AccountNeeded(reply));
        }
        // A password that is already on its way may still be refused.
        self.user_accepted = true;
        self.script
            .retain(|step| !matches!(step, Step::Pass | Step::Acct));
        self.script.push_front(Step::Acct);
    }

    fn logged_in(&mut self, reply: &Reply) {
        self.script
            .retain(|step| !matches!(step, Step::User | Step::Pass));
        self.tell(reply);
    }

    fn refuse_login(&mut self, reply: Reply) {
        self.fail(if error::says_busy(&reply) {
            Error::Busy(reply)
        } else {
            Error::LoginRefused(reply)
        });
    }

    /// Passes on what a server says to its visitors: all but the last line, which is for programs.
    fn tell(&mut self, reply: &Reply) {
        if let Some((_, lines @ [_, ..])) = reply.lines.split_last() {
            let mut lines = lines.to_vec();
            lines
                .iter_mut()
                .for_each(|line| self.order.login.redact(line));
            self.events.push_back(Event::Message(lines));
        }
    }

    fn cwd_answered(&mut self, reply: Reply) {
        if reply.code.class() == Class::Completion {
            if !self.segments.is_empty() {
                self.entered += 1;
            }
            return self.tell(&reply);
        }
        self.refused("CWD", reply);
    }

    /// A server that offers UTF-8 is asked for it before it lists.
    fn featured(&mut self, features: Features) {
        self.features = Some(features);
        let wanted = features.utf8 && self.order.names == Names::Utf8 && !self.utf8_asked;
        let list = self.script.iter().position(|step| *step == Step::List);
        if let Some(list) = list.filter(|_| wanted) {
            self.script.insert(list, Step::Utf8);
        }
    }

    fn passive_answered(&mut self, reply: Reply) {
        let class = reply.code.class();
        if !self.method().is_passive() && class == Class::Completion {
            self.data = Data::Agreed;
            return;
        }
        let port = data_port(&reply).filter(|port| self.order.data_ports.contains(port));
        if let Some(port) = port {
            self.data = Data::Agreed;
            return self.events.push_back(Event::Connect(port));
        }
        if self.method + 1 >= self.order.methods.len() {
            return self.fail(Error::NoDataConnection(reply));
        }
        self.drop_data();
        self.method += 1;
        self.script.push_front(Step::Passive);
    }

    /// A 1xx to a transfer: it begins, and with APSV this says where.
    fn prepared(&mut self, reply: &Reply, step: Step) {
        if self.data == Data::Unsaid {
            let port = data_port(reply).filter(|port| self.order.data_ports.contains(port));
            let Some(port) = port else {
                return self.fail(Error::DataConnection {
                    method: self.method(),
                    reply: Some(reply.clone()),
                });
            };
            self.data = Data::Agreed;
            self.events.push_back(Event::Connect(port));
        }
        self.begin(reply.text(), step);
    }

    pub(super) fn begin(&mut self, text: &[u8], step: Step) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        let file = step == Step::Retr;
        self.file = file;
        let image = self.order.representation == Representation::Image;
        // Of a transfer that does not begin at 0, a 150 may tell the rest or the whole.
        if file && image && self.size.is_none() && self.restart == 0 {
            self.size = announced_size(text);
        }
        // In another TYPE than the one asked for, only the size can tell that the bytes are right.
        if file
            && self.size.is_none()
            && let Some(reply) = self.type_refusal.take()
        {
            return self.fail(Error::of("TYPE", reply));
        }
        self.events.push_back(Event::Begun(Begun {
            listing: (!file).then_some(self.format),
            size: self.size.filter(|_| file),
            modified: self.modified.filter(|_| file),
            restart: if file { self.restart } else { 0 },
            spelling: self.spelling,
        }));
    }

    fn transfer_answered(&mut self, reply: Reply, step: Step) {
        let connected = !matches!(self.data, Data::Failed | Data::Unsaid);
        if reply.code.class() == Class::Completion && connected {
            self.begin(reply.text(), step);
            self.completed = true;
            return self.check_complete();
        }
        let command = self.name(step);
        let number = reply.code.number();
        // 503: it agreed to APSV, and asks for the PASV that this should spare.
        let unsaid = number == 503 && self.data == Data::Unsaid;
        if number == 425 || unsaid || (!connected && !matches!(number, 450 | 451 | 500..)) {
            let reply = Some(reply);
            self.fail(Error::DataConnection {
                method: self.method(),
                reply,
            })
        } else if self.received > 0 || number == 426 {
            self.fail(Error::Broken { command, reply })
        } else if step == Step::Retr {
            self.refused(command, reply)
        } else {
            self.listing_refused(command, reply)
        }
    }

    fn listing_refused(&mut self, command: &'static str, reply: Reply) {
        let old = reply.code.number() == 450;
        if (old || self.format == Format::Nlst) && error::says_empty(&reply) {
            self.drop_data();
            self.begun = false;
            self.begin(reply.text(), Step::List);
            return self.complete();
        }
        self.format = match self.format {
            Format::Mlsd => Format::List,
            Format::List => Format::Nlst,
            Format::Nlst => return self.fail(Error::of(command, reply)),
        };
        self.refusal.get_or_insert((command, reply));
        self.start_again([Step::Passive, Step::List]);
    }

    /// The server would not take the path as a file or as a directory: as what else to try it.
    fn refused(&mut self, command: &'static str, reply: Reply) {
        let permanent = reply.code.class() == Class::PermanentNegative;
        if !permanent && !matches!(reply.code.number(), 450 | 451) {
            return self.fail(Error::of(command, reply));
        }
        let is_ordinary = error::says_missing(&reply);
        self.refusal.get_or_insert((command, reply));
        if command == "RETR" && self.order.want == Want::Either {
            let script = directory_script(&self.order);
            return self.start_again(script);
        }
        if self.segments.is_empty() && self.spelling + 1 < self.order.spellings.len() {
            self.spelling += 1;
            let script = whole_script(&self.order);
            return self.start_again(script);
        }
        if permanent && !is_ordinary && self.go_by_segment() {
            return;
        }
        if let Some((command, reply)) = self.refusal.take() {
            self.fail(Error::of(command, reply));
        }
    }
}

impl UserPi {
    /// Walks to the path by one CWD for each of its segments: false if it has only one, or if that
    /// was tried.
    fn go_by_segment(&mut self) -> bool {
        let segments = self.order.spellings.first().map(Arg::segments);
        let segments = segments.unwrap_or_default();
        if segments.len() < 2 || !self.segments.is_empty() {
            return false;
        }
        let folders = segments.len() - 1;
        let last = whole_script(&self.order);
        self.spelling = 0;
        self.segments = segments;
        self.start_again(std::iter::repeat_n(Step::Cwd, folders).chain(last));
        true
    }
}

/// The number that a 213 to SIZE begins with.
fn first_number(text: &[u8]) -> Option<u64> {
    let text = text.trim_ascii();
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(text.get(..digits)?).ok()?.parse().ok()
}

/// The `(1234 bytes)` at the end of a 150.
fn announced_size(text: &[u8]) -> Option<u64> {
    let open = text.iter().rposition(|byte| *byte == b'(')?;
    let inside = text.get(open + 1..)?;
    let digits = inside
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    inside
        .get(digits..)?
        .starts_with(b" bytes")
        .then(|| first_number(inside))?
}
