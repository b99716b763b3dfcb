//! One file or directory from an FTP server: drives a [`UserPi`] over real connections.
//!
//! As RFC 1579 says of a Gopher daemon, one control connection serves one file: a [`Fetch`] is one
//! control connection and one target, and dropping it closes both connections.

mod secure;
pub mod transcript;
mod wait;

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures::io::{AsyncReadExt, AsyncWriteExt};
use log::debug;

use transcript::Transcript;
use wait::Input;

use super::control::dial;
use super::data::{Data, Happened};
use super::door::{Doors, Knock};
use super::service::Deadlines;
use crate::ftp::links::LinkProbe;
use crate::ftp::user_pi::{Method, Names};
use crate::ftp::{self, Begun, Event, Login, Order, UserPi};
use crate::gate::reach::Reach;
use crate::gate::site::{Active, Settings};
use crate::gate::{Decoder, Error, Target};
use crate::rt::net::Listener;
use crate::rt::time::{Alarm, now, sleep, timeout};
use crate::rt::tls::{Channel, Session, Trust};

/// Bytes of data held at once.
const BUFFER: usize = 64 * 1024;
/// Most lines of the server's words to its visitors that are kept.
pub const MAX_MESSAGE_LINES: usize = 200;
/// How often a server that says it is busy is asked again.
pub const MAX_BUSY_RETRIES: usize = 1;
/// How long the goodbye may take.
const QUIT_DEADLINE: Duration = Duration::from_secs(1);

/// How long the server may take to say where a directory's links lead.
const LINKS_DEADLINE: Duration = Duration::from_secs(5);

/// What to fetch and how.
#[derive(Clone, Debug)]
pub struct Errand<'a> {
    /// What.
    pub target: &'a Target,
    /// Where its host may be.
    pub reach: Reach,
    /// The site's settings.
    pub settings: &'a Settings,
    /// Who vouches for the host, if its connections go under TLS.
    pub trust: Option<&'a Trust>,
    /// Who we are.
    pub login: &'a Login,
    /// Where in a file to begin, in bytes, if the server does that: see [`Begun::restart`].
    pub restart: u64,
    /// The queues before FTP servers.
    pub doors: &'a Doors,
    /// How long anything may take.
    pub deadlines: &'a Deadlines,
    /// The number of the client's connection, for the log.
    pub session: u64,
}

/// A transfer that has begun. See [`Fetch::open`].
#[derive(Debug)]
pub struct Fetch {
    host: String,
    session: u64,
    transcript: Transcript,
    deadlines: Deadlines,
    /// How many commands may be unanswered at once.
    window: usize,
    control: Channel,
    /// What its connections have in common under TLS.
    tls: Option<Session>,
    /// The control connection is to go under TLS now.
    handshake_due: bool,
    /// Our place before the server's door, until it greets us.
    knock: Option<Knock>,
    control_ended: bool,
    peer: SocketAddr,
    pi: UserPi,
    data: Data,
    data_failed: bool,
    /// By when a server that was told where to call must have called.
    call_by: Option<Instant>,
    /// By when the final reply must be here, once the data has ended.
    final_by: Option<Instant>,
    /// What became of the data connection, until the server has said its word on it.
    data_broken: Option<Error>,
    alarm: Alarm,
    buffer: Vec<u8>,
    held: usize,
    begun: Option<Begun>,
    /// Reads the server's words.
    decoder: Decoder,
    messages: VecDeque<String>,
    complete: bool,
}

impl Fetch {
    /// Connects, logs in and asks for the target, up to the point where its first bytes, or its
    /// success without any, are here. A data connection that cannot be opened is tried again in the
    /// next way, over a new control connection; a server that is busy is asked once more after a
    /// pause, if there is time for it.
    ///
    /// # Errors
    ///
    /// Whatever stands in the way; nothing of the target was passed on then.
    pub async fn open(errand: &Errand<'_>) -> Result<Self, Error> {
        let by = now() + errand.deadlines.begin;
        let seconds = errand.deadlines.begin.as_secs();
        let host = || errand.target.authority();
        let mut tried = 0;
        let mut busy = 0;
        loop {
            let knock = errand.doors.knock(errand.target);
            let Ok(knock) = timeout(by.saturating_duration_since(now()), knock).await else {
                return Err(Error::Queue {
                    host: host(),
                    seconds,
                });
            };
            let attempt = Self::attempt(errand, tried, knock);
            let Ok(opened) = timeout(by.saturating_duration_since(now()), attempt).await else {
                let awaiting = "the beginning of an answer";
                return Err(Error::UpstreamDeadline {
                    host: host(),
                    awaiting,
                    seconds,
                });
            };
            match opened {
                Ok(Attempt::Begun(fetch)) => return Ok(*fetch),
                Ok(Attempt::OtherWay(way)) => {
                    debug!("#{} no data connection, another way", errand.session);
                    tried = way;
                }
                Err(error) => {
                    let pause = errand.deadlines.busy;
                    let again = is_busy(&error) && busy < MAX_BUSY_RETRIES && !pause.is_zero();
                    if !again || now() + pause >= by {
                        return Err(error);
                    }
                    debug!("#{} {error}: once more in {pause:?}", errand.session);
                    busy += 1;
                    sleep(pause).await;
                }
            }
        }
    }

    /// Tries with the methods from number `tried` on, over one control connection.
    async fn attempt(errand: &Errand<'_>, tried: usize, knock: Knock) -> Result<Attempt, Error> {
        let mut fetch = Self::connect(errand, tried, knock).await?;
        match fetch.begin().await {
            Ok(()) => Ok(Attempt::Begun(Box::new(fetch))),
            Err(error) => fetch
                .way_after(&error, errand.settings)
                .map(Attempt::OtherWay)
                .ok_or(error),
        }
    }

    /// Which of the methods to try after a data connection that could not be opened.
    fn way_after(&self, error: &Error, settings: &Settings) -> Option<usize> {
        let Error::Upstream {
            error: ftp::Error::DataConnection { method, .. },
            ..
        } = error
        else {
            return None;
        };
        let methods = methods(settings, self.peer);
        let tried = methods.iter().position(|own| own == method)?;
        (tried + 1 < methods.len()).then_some(tried + 1)
    }

    /// What is being sent.
    pub fn begun(&self) -> Option<&Begun> {
        self.begun.as_ref()
    }

    /// The server's words to its visitors, oldest first.
    pub fn messages(&mut self) -> impl Iterator<Item = String> {
        std::mem::take(&mut self.messages).into_iter()
    }

    /// The next bytes; `None` when all of it came: the server said so, and the size agrees.
    ///
    /// # Errors
    ///
    /// Anything else than the whole. What was given so far is then a part of it only.
    pub async fn next(&mut self) -> Result<Option<&[u8]>, Error> {
        if self.held == 0 {
            while !self.complete && self.held == 0 {
                self.step().await?;
            }
        }
        let held = std::mem::take(&mut self.held);
        if held == 0 {
            return Ok(None);
        }
        Ok(self.buffer.get(..held))
    }

    /// The error of a listing past its bounds.
    pub fn listing_too_long(&self) -> Error {
        Error::ListingTooLong {
            host: self.host.clone(),
        }
    }

    /// Asks the server, after a whole listing, which of these names of it lead to directories. What it
    /// does not tell within a moment stays unknown.
    pub async fn probe_links(&mut self, links: Vec<Vec<u8>>) -> Vec<Option<bool>> {
        let mut probe = LinkProbe::new(links, self.window);
        // What came until then is an answer, too.
        let _ = timeout(LINKS_DEADLINE, self.talk(&mut probe)).await;
        probe.answers().collect()
    }

    async fn talk(&mut self, probe: &mut LinkProbe) -> std::io::Result<()> {
        let mut bytes = [0; 1024];
        while !probe.is_over() {
            if let Some(flight) = probe.poll_send() {
                self.transcript.sent(&flight);
                self.control.write_all(&flight).await?;
                self.control.flush().await?;
            }
            let read = self.control.read(&mut bytes).await?;
            let bytes = bytes.get(..read).unwrap_or_default();
            if bytes.is_empty() {
                break;
            }
            self.transcript.received(bytes);
            probe.handle_bytes(bytes);
        }
        Ok(())
    }

    /// Says goodbye, and waits a moment for the answer: a server whose 221 is met with a reset logs
    /// an error.
    pub async fn quit(mut self) {
        self.data = Data::None;
        self.pi.quit();
        let Some(flight) = self.pi.poll_send() else {
            return;
        };
        self.transcript.sent(&flight);
        let goodbye = async {
            let mut answer = [0; 512];
            self.control.write_all(&flight).await?;
            self.control.flush().await?;
            let read = self.control.read(&mut answer).await?;
            let transcript = &mut self.transcript;
            transcript.received(answer.get(..read).unwrap_or_default());
            transcript.end();
            std::io::Result::Ok(())
        };
        let _ = timeout(QUIT_DEADLINE, goodbye).await;
    }

    async fn connect(errand: &Errand<'_>, tried: usize, knock: Knock) -> Result<Self, Error> {
        let host = errand.target.authority();
        let tls = errand
            .trust
            .map(|trust| Session::new(trust, &errand.target.host));
        let tls = tls.transpose().map_err(|failure| Error::Tls {
            host: host.clone(),
            failure,
        })?;
        let control = dial(errand.target, errand.reach, errand.deadlines).await?;
        let peer = control.peer_addr().map_err(|error| Error::Connect {
            host: host.clone(),
            kind: error.kind(),
        })?;
        debug!("#{} connected to {host} at {peer}", errand.session);
        let order = Order {
            login: errand.login.clone(),
            want: errand.target.want(),
            spellings: errand.target.spellings(),
            representation: errand.target.representation(),
            restart: errand.restart,
            methods: methods(errand.settings, peer).split_off(tried),
            data_ports: errand.settings.data_ports.clone(),
            tls: errand.settings.tls,
            window: errand.settings.window,
            names: names(errand.settings),
        };
        Ok(Self {
            host,
            session: errand.session,
            transcript: Transcript::new(errand.session, errand.login),
            deadlines: *errand.deadlines,
            window: errand.settings.window,
            control: Channel::Plain(control),
            tls,
            handshake_due: false,
            knock: Some(knock),
            control_ended: false,
            peer,
            pi: UserPi::new(order),
            data: Data::None,
            data_failed: false,
            call_by: None,
            final_by: None,
            data_broken: None,
            alarm: Alarm::new(now() + errand.deadlines.reply),
            buffer: Vec::new(),
            held: 0,
            begun: None,
            decoder: Decoder::at(&errand.target.host, errand.settings.encoding),
            messages: VecDeque::new(),
            complete: false,
        })
    }

    async fn begin(&mut self) -> Result<(), Error> {
        while !self.complete && (self.begun.is_none() || self.held == 0) {
            self.step().await?;
        }
        Ok(())
    }

    /// Sends what is to be sent, does what is to be done, then waits for one thing to happen.
    async fn step(&mut self) -> Result<(), Error> {
        self.flush().await?;
        if self.complete {
            return Ok(());
        }
        match self.wait().await {
            Input::Control(Ok(0)) => self.end_control(),
            Input::Control(Ok(_)) => self.knock = None,
            // Without close_notify; of the control connection only the replies count.
            Input::Control(Err(error)) if error.kind() == ErrorKind::UnexpectedEof => {
                self.end_control();
            }
            Input::Control(Err(_)) if self.pi.is_completed() => self.control_ended = true,
            Input::Control(Err(error)) => return Err(self.broken(&error)),
            Input::Data(Happened::Opened(Ok(()))) => self.call_by = None,
            Input::Data(Happened::Opened(Err(error))) => self.fail_data(&error.to_string()),
            Input::Data(Happened::Secured(done)) => self.data_secured(done)?,
            Input::Data(Happened::Read(Ok(0))) => {
                // Our end goes first: some servers send no 226 before that.
                self.data = Data::None;
                self.final_by = Some(now() + self.deadlines.reply);
                self.pi.handle_data_end();
            }
            Input::Data(Happened::Read(Ok(bytes))) => {
                self.held += bytes;
                self.pi.handle_data(bytes);
            }
            Input::Data(Happened::Read(Err(error))) => {
                // A server may reset the data connection of what it refuses: its reply says more.
                self.data = Data::None;
                self.data_broken = Some(self.broken(&error));
            }
            Input::Deadline if self.awaits_handshake() => self.data.secure(self.deadlines.reply),
            Input::Deadline if self.begun.is_none() && self.held > 0 => {
                self.pi.handle_missing_preliminary();
            }
            Input::Deadline if self.is_call_overdue() => {
                self.data = Data::None;
                self.fail_data("the server does not call");
            }
            Input::Deadline => return Err(self.missed_deadline()),
        }
        self.flush().await?;
        // A server that is content has no more to say of a data connection that broke.
        match self.data_broken.take_if(|_| self.pi.is_completed()) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    fn end_control(&mut self) {
        self.control_ended = true;
        self.transcript.end();
        self.pi.handle_end();
    }

    async fn flush(&mut self) -> Result<(), Error> {
        loop {
            while let Some(event) = self.pi.poll_event() {
                self.handle_event(event)?;
            }
            if std::mem::take(&mut self.handshake_due) {
                self.secure().await?;
            }
            let Some(flight) = self.pi.poll_send() else {
                match self.pi.poll_event() {
                    Some(event) => self.handle_event(event)?,
                    None => return Ok(()),
                }
                continue;
            };
            self.transcript.sent(&flight);
            if matches!(self.data, Data::Opening(..)) && self.pi.is_transferring() {
                self.call_by
                    .get_or_insert_with(|| now() + self.deadlines.data_connect);
            }
            let write = async {
                self.control.write_all(&flight).await?;
                self.control.flush().await
            };
            match timeout(self.deadlines.reply, write).await {
                Ok(Ok(())) => {}
                // What the server said before it went away is still to be read, and says more.
                Ok(Err(_)) if !self.control_ended => {}
                Ok(Err(error)) => return Err(self.broken(&error)),
                Err(_) => return Err(self.deadline("taking a command", self.deadlines.reply)),
            }
        }
    }

    fn handle_event(&mut self, event: Event) -> Result<(), Error> {
        match event {
            Event::Secure => self.handshake_due = true,
            Event::Connect(port) => {
                let mut addr = self.peer;
                addr.set_port(port);
                let deadline = self.deadlines.data_connect;
                self.data = Data::connect(addr, deadline, self.data_session());
            }
            Event::Listen => match self.listen() {
                Ok(()) => {}
                Err(error) => {
                    debug!(
                        "#{} cannot listen for the data connection: {error}",
                        self.session
                    );
                    self.pi.handle_data_failed();
                }
            },
            Event::DropData => {
                self.data = Data::None;
                self.data_failed = false;
                self.final_by = None;
                self.call_by = None;
                self.data_broken = None;
                self.held = 0;
                self.begun = None;
            }
            Event::Message(lines) => {
                let room = MAX_MESSAGE_LINES.saturating_sub(self.messages.len());
                // The lines make one text, and the first may be the shortest.
                lines.iter().for_each(|line| self.decoder.learn(line));
                let lines = lines.iter().take(room);
                let lines = lines.map(|line| self.decoder.decode(line).into_owned());
                self.messages.extend(lines);
            }
            Event::Begun(begun) => self.begun = Some(begun),
            Event::Complete => self.complete = true,
            Event::Failed(mut error) => {
                for line in error
                    .reply_mut()
                    .into_iter()
                    .flat_map(|reply| &mut reply.lines)
                {
                    *line = self.decoder.decode(line).into_owned().into_bytes();
                }
                return Err(Error::Upstream {
                    host: self.host.clone(),
                    error,
                });
            }
        }
        Ok(())
    }

    /// Listens on the control connection's own address, before the server is told of it.
    fn listen(&mut self) -> std::io::Result<()> {
        let own = self.control.local_addr()?;
        let listener = Listener::bind(SocketAddr::new(own.ip(), 0))?;
        let addr = listener.local_addr()?;
        self.data = Data::accept(listener, self.peer, self.data_session());
        self.pi.handle_listening(addr);
        Ok(())
    }
}

enum Attempt {
    Begun(Box<Fetch>),
    /// The data connection could not be opened; the number of the method to try next.
    OtherWay(usize),
}

fn names(settings: &Settings) -> Names {
    match settings.encoding {
        Some(encoding) if !encoding.is_utf8() => Names::Other,
        _ => Names::Utf8,
    }
}

/// Whether it is the server's word that it has no room now.
fn is_busy(error: &Error) -> bool {
    let Error::Upstream { error, .. } = error else {
        return false;
    };
    matches!(error, ftp::Error::Busy(_))
}

fn methods(settings: &Settings, peer: SocketAddr) -> Vec<Method> {
    let others = Method::list(peer.is_ipv6(), settings.active == Active::Fallback);
    let first = settings.apsv.then_some(Method::AllPassive);
    first.into_iter().chain(others).collect()
}
