//! Exact conversations, without a socket.
//!
//! A conversation is text. A line that begins with `<` is a reply line fed to the machine, one with
//! `*` something that the driver reports; the lines below it are all that the machine gives then:
//! `>` one piece to send, its commands joined by `|`, and `!` an event.

mod doubled;
mod hostile;
mod listing;
mod login;
mod passive;
mod restart;
mod tls;
mod transfer;
mod utf8;

use std::fmt::Write;

use super::*;

/// A login, in both windows, up to the point where the directory or the data connection is due.
const LOGIN_1: &str = "< 220 ready\n> USER anonymous\n< 331 who\n> PASS me@here\n< 230 in\n";
const LOGIN_8: &str = "< 220 ready\n> USER anonymous|PASS me@here\n< 331 who\n< 230 in\n";

fn arg(text: impl Into<Vec<u8>>) -> Arg {
    Arg::parse(text).unwrap()
}

fn order(want: Want, window: usize) -> Order {
    Order {
        login: Login {
            user: arg("anonymous"),
            password: arg("me@here"),
            account: None,
        },
        want,
        spellings: vec![arg("a")],
        representation: Representation::Image,
        restart: 0,
        methods: Method::list(false, false),
        data_ports: 1024..=65535,
        tls: Tls::Never,
        window,
        names: Names::Utf8,
    }
}

fn file(window: usize) -> Order {
    order(Want::File, window)
}

fn directory(window: usize) -> Order {
    order(Want::Directory, window)
}

fn either(window: usize) -> Order {
    order(Want::Either, window)
}

fn active(order: Order) -> Order {
    Order {
        methods: Method::list(false, true),
        ..order
    }
}

/// A machine whose every word is written down.
struct Talk {
    pi: UserPi,
    record: String,
    /// How often it said that it is over.
    endings: usize,
}

impl Talk {
    fn new(order: Order) -> Self {
        let mut talk = Self {
            pi: UserPi::new(order),
            record: String::new(),
            endings: 0,
        };
        talk.drain();
        talk
    }

    /// Takes all that the machine gives, as the driver does: events first.
    fn drain(&mut self) {
        loop {
            while let Some(event) = self.pi.poll_event() {
                assert_eq!(self.endings, 0, "{event:?} after the end:\n{}", self.record);
                self.endings += usize::from(matches!(event, Event::Complete | Event::Failed(_)));
                writeln!(self.record, "! {}", shown(&event)).unwrap();
            }
            let piece = self.pi.poll_send();
            if let Some(piece) = &piece {
                let lines = piece.strip_suffix(b"\r\n").expect("a command without CRLF");
                let lines = lines.escape_ascii().to_string().replace("\\r\\n", "|");
                assert!(
                    !lines.contains("\\r") && !lines.contains("\\n"),
                    "{lines} is not whole commands"
                );
                writeln!(self.record, "> {lines}").unwrap();
            } else if self.pi.events.is_empty() {
                return;
            }
        }
    }

    fn reply(&mut self, bytes: &[u8]) {
        self.pi.handle_bytes(bytes);
        self.drain();
    }

    /// Feeds a line of a conversation, its reply in pieces of at most `size` bytes.
    fn feed(&mut self, line: &str, size: usize) {
        writeln!(self.record, "{line}").unwrap();
        let (kind, rest) = line.split_at(2);
        let mut words = rest.split(' ');
        match (kind, words.next().unwrap_or_default()) {
            ("< ", _) => {
                for piece in format!("{rest}\r\n").as_bytes().chunks(size) {
                    self.reply(piece);
                }
            }
            ("* ", "data") => self.pi.handle_data(words.next().unwrap().parse().unwrap()),
            ("* ", "eof") => self.pi.handle_data_end(),
            ("* ", "failed") => self.pi.handle_data_failed(),
            ("* ", "end") => self.pi.handle_end(),
            ("* ", "grace") => self.pi.handle_missing_preliminary(),
            ("* ", "secured") => self.pi.handle_secured(),
            ("* ", "quit") => self.pi.quit(),
            ("* ", "listening") => {
                let addr = words.next().unwrap().parse().unwrap();
                self.pi.handle_listening(addr);
            }
            _ => panic!("{line:?} is no input"),
        }
        self.drain();
    }
}

fn shown(event: &Event) -> String {
    match event {
        Event::Secure => "secure".to_owned(),
        Event::Connect(port) => format!("connect {port}"),
        Event::Listen => "listen".to_owned(),
        Event::DropData => "drop".to_owned(),
        Event::Message(lines) => format!("message {}", lines.join(&b"|"[..]).escape_ascii()),
        Event::Begun(begun) => {
            let mut text = match begun.listing {
                None => "begun".to_owned(),
                Some(format) => format!("begun {format:?}"),
            };
            if let Some(size) = begun.size {
                write!(text, " size={size}").unwrap();
            }
            if let Some(modified) = begun.modified {
                write!(text, " modified={modified}").unwrap();
            }
            if begun.restart > 0 {
                write!(text, " restart={}", begun.restart).unwrap();
            }
            if begun.spelling > 0 {
                write!(text, " spelling={}", begun.spelling).unwrap();
            }
            text
        }
        Event::Complete => "complete".to_owned(),
        Event::Failed(error) => format!("failed: {error}"),
    }
}

fn is_input(line: &&str) -> bool {
    line.starts_with(['<', '*'])
}

/// Holds the machine to a conversation: whole, with its replies cut into single bytes and at every
/// byte, and broken off by the end of the control connection after every line.
#[track_caller]
fn check(order: &Order, conversation: &str) {
    let longest = conversation.lines().map(str::len).max().unwrap_or_default();
    for size in (1..=longest + 2).rev() {
        let mut talk = Talk::new(order.clone());
        for line in conversation.lines().filter(is_input) {
            talk.feed(line, size);
        }
        assert_eq!(talk.record, conversation, "in pieces of {size} bytes");
    }
    let inputs: Vec<_> = conversation.lines().filter(is_input).collect();
    for kept in 0..inputs.len() {
        let mut talk = Talk::new(order.clone());
        inputs[..kept].iter().for_each(|line| talk.feed(line, 999));
        talk.feed("* end", 0);
        let completed = talk.pi.completed;
        assert_eq!(talk.endings + usize::from(completed && !talk.pi.over), 1);
        talk.feed("* eof", 0);
        assert_eq!(talk.endings, 1, "{}", talk.record);
    }
}
