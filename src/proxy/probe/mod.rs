//! What an FTP site can do: a few short conversations in lock-step, one after the other, each ended
//! with QUIT. `findings` is what comes of them.
//!
//! Each thing that may upset a server has a session of its own: EPSV ALL forbids PASV from there on
//! (RFC 2428), PORT calls us, APSV changes what a transfer command means (RFC 1579), a flight may
//! confuse it, and after AUTH TLS (RFC 4217) nothing else would follow but TLS.

mod findings;
mod listings;
mod risks;
mod session;

use std::ops::RangeInclusive;

use crate::ftp::reply::Class;
use crate::ftp::{Arg, Login};
use crate::gate::reach::Reach;
use crate::gate::{Kind, Target};
use crate::proxy::service::Deadlines;
use crate::rt::time::now;
pub use findings::{Findings, Offered, Row, Verdict};
use findings::{by_class, features, software};
use session::{Session, Trouble};

/// NOOPs whose answers are timed.
const ROUND_TRIPS: usize = 5;
/// PASVs beside those that are used, to see which ports are named.
const MORE_PORTS: usize = 3;

/// What to probe and how.
#[derive(Clone, Debug)]
pub struct Errand<'a> {
    /// A directory to list, or a file to ask about.
    pub target: &'a Target,
    /// Where its host may be.
    pub reach: Reach,
    /// The ports that a 227 or 229 may name.
    pub data_ports: &'a RangeInclusive<u16>,
    /// Who we are.
    pub login: &'a Login,
    /// How long anything may take.
    pub deadlines: &'a Deadlines,
}

/// Finds out what a site offers.
pub async fn probe(errand: &Errand<'_>) -> Findings {
    let mut probe = Probe {
        errand,
        found: Findings::default(),
        directory: None,
        file: None,
        lister: "LIST",
        facts: Vec::new(),
    };
    probe.run().await;
    probe.found
}

struct Probe<'a> {
    errand: &'a Errand<'a>,
    found: Findings,
    /// For CWD; the login directory if there is none.
    directory: Option<Vec<u8>>,
    /// A file of it.
    file: Option<Vec<u8>>,
    /// A command that lists it.
    lister: &'static str,
    /// The codes that SIZE and MDTM of that file were answered with.
    facts: Vec<u16>,
}

/// The first of these that nothing is known of is what a broken conversation was about.
fn blame(offers: &mut [&mut Offered], done: Result<(), Trouble>) {
    let unknown = offers
        .iter_mut()
        .find(|offered| ***offered == Offered::Unknown);
    if let (Some(offered), Err(trouble)) = (unknown, done) {
        **offered = Offered::No(trouble.to_string());
    }
}

impl<'a> Probe<'a> {
    async fn run(&mut self) {
        let done = self.passive().await;
        let found = &mut self.found;
        let offers = &mut [
            &mut found.greeting,
            &mut found.login,
            &mut found.system,
            &mut found.features,
            &mut found.utf8,
            &mut found.passive,
            &mut found.mlsd,
            &mut found.listing,
        ];
        blame(offers, done);
        if matches!(self.found.greeting, Offered::Yes(_)) {
            let done = self.tls().await;
            blame(&mut [&mut self.found.tls], done);
        }
        if !matches!(self.found.login, Offered::Yes(_)) {
            return;
        }
        let done = self.extended().await;
        let found = &mut self.found;
        let offers = &mut [
            &mut found.extended,
            &mut found.size,
            &mut found.modified,
            &mut found.restart,
            &mut found.extended_all,
        ];
        blame(offers, done);
        let done = self.flights().await;
        blame(&mut [&mut self.found.pipelining], done);
        let done = self.active().await;
        blame(&mut [&mut self.found.active], done);
        let done = self.apsv().await;
        blame(&mut [&mut self.found.apsv], done);
    }

    async fn open(&mut self) -> Result<Session<'a>, Trouble> {
        let session = Session::open(self.errand).await?;
        let best = self.found.connect.unwrap_or(session.connect);
        self.found.connect = Some(best.min(session.connect));
        Ok(session)
    }

    /// A session that is logged in, in the directory and in TYPE I.
    async fn start(&mut self) -> Result<Session<'a>, Trouble> {
        let mut session = self.open().await?;
        let (_, login) = session.log_in().await?;
        if login.code.class() != Class::Completion {
            return Err(Trouble::Refused(session.words(&login)));
        }
        if let Some(directory) = &self.directory {
            session.ask("CWD", Some(directory)).await?;
        }
        session.ask("TYPE", Some(b"I")).await?;
        Ok(session)
    }

    async fn passive(&mut self) -> Result<(), Trouble> {
        let mut session = self.open().await?;
        let (greeting, login) = session.log_in().await?;
        if greeting.code.class() != Class::Completion {
            self.found.greeting = Offered::No(session.words(&greeting));
            return Ok(());
        }
        self.found.greeting = Offered::Yes(software(&session.clean(&greeting)));
        self.found.login = by_class(&login, session.words(&login));
        if login.code.class() != Class::Completion {
            session.quit().await;
            return Ok(());
        }
        let reply = session.ask("SYST", None).await?;
        self.found.system = by_class(&reply, session.words(&reply));
        let reply = session.ask("FEAT", None).await?;
        self.found.features = match reply.code.number() {
            211 => Offered::Yes(features(&session.clean(&reply))),
            _ => Offered::No(session.words(&reply)),
        };
        let reply = session.ask("OPTS", Some(b"UTF8 ON")).await?;
        self.found.utf8 = by_class(&reply, session.words(&reply));
        for _ in 0..ROUND_TRIPS {
            let from = now();
            session.ask("NOOP", None).await?;
            self.found.round_trips.push(now().duration_since(from));
        }
        self.enter(&mut session).await?;
        session.ask("TYPE", Some(b"I")).await?;
        self.found.passive = self.list_by(&mut session, "PASV").await?;
        if matches!(self.found.passive, Offered::Yes(_)) {
            for _ in 0..MORE_PORTS {
                drop(self.port(&mut session, "PASV").await?);
            }
        }
        session.quit().await;
        Ok(())
    }

    /// Goes to the directory that the URL names, or takes its path for that of a file.
    async fn enter(&mut self, session: &mut Session<'_>) -> Result<(), Trouble> {
        let target = self.errand.target;
        let path = target.spellings().into_iter().next();
        let path = path.map(|path| Arg::as_bytes(&path).to_vec());
        let Some(path) = path.filter(|path| !path.is_empty()) else {
            return Ok(());
        };
        if matches!(target.kind, Kind::File | Kind::AsciiFile) {
            self.file = Some(path);
            return Ok(());
        }
        let reply = session.ask("CWD", Some(&path)).await?;
        match (reply.code.class(), target.kind) {
            (Class::Completion, _) => self.directory = Some(path),
            (_, Kind::Unsaid) => self.file = Some(path),
            _ => {}
        }
        Ok(())
    }

    async fn extended(&mut self) -> Result<(), Trouble> {
        let mut session = self.start().await?;
        self.found.extended = self.list_by(&mut session, "EPSV").await?;
        self.ask_facts(&mut session).await?;
        let reply = session.ask("EPSV", Some(b"ALL")).await?;
        self.found.extended_all = match reply.code.class() {
            Class::Completion => match self.list_by(&mut session, "EPSV").await? {
                Offered::No(why) => Offered::No(format!("taken, but then: {why}")),
                works => works,
            },
            _ => Offered::No(session.words(&reply)),
        };
        session.quit().await;
        Ok(())
    }

    /// SIZE, MDTM and REST.
    async fn ask_facts(&mut self, session: &mut Session<'_>) -> Result<(), Trouble> {
        if let Some(file) = self.file.clone() {
            let size = session.ask("SIZE", Some(&file)).await?;
            self.found.size = by_class(&size, session.words(&size));
            let modified = session.ask("MDTM", Some(&file)).await?;
            self.found.modified = by_class(&modified, session.words(&modified));
            self.facts = vec![size.code.number(), modified.code.number()];
        }
        let reply = session.ask("REST", Some(b"1")).await?;
        let words = session.words(&reply);
        self.found.restart = match reply.code.number() {
            350 => Offered::Yes(words),
            _ => Offered::No(words),
        };
        // The next transfer is to be whole.
        session.ask("REST", Some(b"0")).await?;
        Ok(())
    }
}
