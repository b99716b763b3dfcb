//! The user protocol interpreter against servers and drivers that do anything at all.
//!
//! An input is a conversation. Its first line says by letters what is ordered (see
//! [`order`]) and after a blank which path; every other is a reply line, or with a mark
//! before it something else: `~` bytes without a line end, `*` what happened to the data connection.

use super::{assert_commands, lines, order, pieces};
use gophergate::ftp::{Event, UserPi};

/// Most commands of any conversation about a path this short: all spellings, methods and listings, and a
/// walk by its segments.
const MAX_COMMANDS: usize = 300;

/// Asserts it.
pub fn check(data: &[u8]) {
    let mut inputs = lines(data);
    let first = inputs.next().unwrap_or_default();
    let (how, path) = match first.iter().position(|byte| *byte == b' ') {
        Some(at) => (&first[..at], &first[at + 1..]),
        None => (first, &b"pub/a"[..]),
    };
    let mut talk = Talk {
        pi: UserPi::new(order(how, &path[..path.len().min(64)])),
        commands: 0,
        endings: 0,
    };
    talk.drain(1);
    for input in inputs.take(200) {
        match input {
            [b'~', bytes @ ..] => talk.say(bytes),
            [b'*', what @ ..] => talk.happen(what),
            line => talk.say(&[line, b"\r\n"].concat()),
        }
    }
    // Whatever came before, it ends with the connections.
    talk.happen(b"x");
    talk.happen(b"e");
    assert_eq!(talk.endings, 1);
}

struct Talk {
    pi: UserPi,
    commands: usize,
    endings: usize,
}

impl Talk {
    fn say(&mut self, bytes: &[u8]) {
        for piece in pieces(bytes) {
            self.pi.handle_bytes(piece);
            self.drain(1 + piece.iter().filter(|byte| **byte == b'\n').count());
        }
    }

    fn happen(&mut self, what: &[u8]) {
        let pi = &mut self.pi;
        match what {
            [b'd', digits @ ..] => pi.handle_data(digits.len()),
            [b'D', ..] => pi.handle_data(usize::MAX),
            [b'e', ..] => pi.handle_data_end(),
            [b'f', ..] => pi.handle_data_failed(),
            [b'g', ..] => pi.handle_missing_preliminary(),
            [b'l', ..] => pi.handle_listening(([127, 0, 0, 1], 5000).into()),
            [b'L', ..] => pi.handle_listening(([0, 0, 0, 0, 0, 0, 0, 1u16], 5000).into()),
            [b'q', ..] => pi.quit(),
            [b's', ..] => pi.handle_secured(),
            [b'x', ..] => pi.handle_end(),
            _ => {}
        }
        self.drain(1);
    }

    /// Takes all that the machine gives, as the driver does; `inputs` is how much may have caused it.
    fn drain(&mut self, inputs: usize) {
        let mut events = 0;
        let mut idle = false;
        while !std::mem::replace(&mut idle, true) {
            while let Some(event) = self.pi.poll_event() {
                assert_eq!(self.endings, 0, "{event:?} after the end");
                self.endings += usize::from(matches!(event, Event::Complete | Event::Failed(_)));
                if let Event::Connect(port) = event {
                    assert!(port >= 1024);
                }
                events += 1;
                idle = false;
            }
            if let Some(piece) = self.pi.poll_send() {
                for command in assert_commands(&piece) {
                    assert!(
                        self.endings == 0 || command == b"QUIT",
                        "{}",
                        command.escape_ascii()
                    );
                    assert!(command.len() < 150, "{}", command.escape_ascii());
                    self.commands += 1;
                }
                idle = false;
            }
        }
        assert!(events <= 4 * inputs, "{events} events");
        assert!(self.commands <= MAX_COMMANDS, "it goes on for ever");
        let _ = (
            self.pi.awaits(),
            self.pi.method(),
            self.pi.is_transferring(),
        );
    }
}
