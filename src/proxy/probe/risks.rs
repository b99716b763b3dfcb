//! What may upset a server, each in a session of its own.

use std::net::SocketAddr;
use std::pin::pin;

use futures::future::{Either, maybe_done, select};

use super::Probe;
use super::findings::Offered;
use super::session::{CALL_DEADLINE, Session, Trouble};
use crate::ftp::command::{eprt_argument, port_argument};
use crate::ftp::passive::data_port;
use crate::ftp::reply::Class;
use crate::proxy::data::accept_from;
use crate::rt::net::Listener;
use crate::rt::time::{now, timeout};

impl Probe<'_> {
    /// The flights of a fetch, and whether they are answered as in lock-step.
    pub(super) async fn flights(&mut self) -> Result<(), Trouble> {
        let mut session = self.open().await?;
        let greeting = session.last_reply().await?;
        let login = self.errand.login;
        if greeting.code.number() != 230 {
            let user = ("USER", Some(login.user.as_bytes()));
            let password = ("PASS", Some(login.password.as_bytes()));
            session.send(&[user, password]).await?;
            let user = session.last_reply().await?;
            let mut reply = session.last_reply().await?;
            if let (332, Some(account)) = (reply.code.number(), &login.account) {
                reply = session.ask("ACCT", Some(account.as_bytes())).await?;
            }
            // A password that nobody asked for may be refused.
            if user.code.number() != 230 && reply.code.class() != Class::Completion {
                let words = session.words(&reply);
                self.found.pipelining =
                    Offered::No(format!("PASS in one segment with USER: {words}"));
                session.quit().await;
                return Ok(());
            }
        }
        if let Some(directory) = &self.directory {
            session.ask("CWD", Some(directory)).await?;
        }
        self.found.pipelining = self.flight(&mut session).await?;
        session.quit().await;
        Ok(())
    }

    async fn flight(&mut self, session: &mut Session<'_>) -> Result<Offered, Trouble> {
        let verb = match self.found.passive {
            Offered::Yes(_) => "PASV",
            _ => "EPSV",
        };
        let mut flight = vec![(verb, None), ("TYPE", Some(&b"I"[..]))];
        if let (Some(file), false) = (&self.file, self.facts.is_empty()) {
            flight.extend([("SIZE", Some(file.as_slice())), ("MDTM", Some(file))]);
        }
        session.send(&flight).await?;
        let mut codes = Vec::new();
        for _ in &flight {
            codes.push(session.last_reply().await?.code.number());
        }
        let passive = matches!(codes.first(), Some(227 | 229));
        let expected = [&[200], self.facts.as_slice()].concat();
        let verbs: Vec<&str> = flight.iter().map(|(verb, _)| *verb).collect();
        let verbs = verbs.join(", ");
        if passive && codes.get(1..) == Some(expected.as_slice()) {
            return Ok(Offered::Yes(format!("USER, PASS; {verbs}")));
        }
        let codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
        let codes = codes.join(", ");
        Ok(Offered::No(format!("{verbs} in one segment: {codes}")))
    }

    pub(super) async fn active(&mut self) -> Result<(), Trouble> {
        let mut session = self.start().await?;
        let listening = Listener::bind(SocketAddr::new(session.own.ip(), 0));
        let listening = listening.and_then(|own| Ok((own.local_addr()?, own)));
        let Ok((addr, listener)) = listening else {
            self.found.active = Offered::No("nothing to listen on here".to_owned());
            return Ok(());
        };
        let (verb, argument) = match port_argument(&addr) {
            Some(argument) => ("PORT", argument),
            None => ("EPRT", eprt_argument(&addr)),
        };
        // Strangers are turned away, and early callers taken, while PORT is still unanswered.
        let call = timeout(CALL_DEADLINE, accept_from(listener, session.peer));
        let mut call = pin!(maybe_done(call));
        let asked = session.ask(verb, Some(argument.as_bytes()));
        let reply = match select(pin!(asked), call.as_mut()).await {
            Either::Left((reply, _)) => reply?,
            Either::Right((_, asked)) => asked.await?,
        };
        let offered = match reply.code.class() {
            Class::Completion => match session.list_called(call, self.lister).await? {
                Ok(_) => Offered::Yes(format!("{verb}: the server calls; nothing here needs it")),
                Err(why) => Offered::No(format!("{verb} is taken, but then: {why}")),
            },
            _ => Offered::No(session.words(&reply)),
        };
        self.found.active = offered;
        session.quit().await;
        Ok(())
    }

    pub(super) async fn apsv(&mut self) -> Result<(), Trouble> {
        let mut session = self.start().await?;
        let reply = session.ask("APSV", None).await?;
        self.found.apsv = match reply.code.class() {
            Class::Completion => self.list_by_151(&mut session).await?,
            _ => Offered::No(session.words(&reply)),
        };
        session.quit().await;
        Ok(())
    }

    /// RFC 1579: after APSV the answer to a transfer command names the port.
    async fn list_by_151(&mut self, session: &mut Session<'_>) -> Result<Offered, Trouble> {
        let from = now();
        let reply = session.ask_for(self.lister).await?;
        let refused = |why: String| Offered::No(format!("taken, but then: {why}"));
        let port = data_port(&reply).filter(|port| self.errand.data_ports.contains(port));
        let Some(port) = port.filter(|_| reply.code.number() == 151) else {
            return Ok(refused(session.words(&reply)));
        };
        let data = match session.connect_data(port).await {
            Ok(data) => data,
            Err(why) => return Ok(refused(why)),
        };
        let listed = session.receive(data, reply, from).await?;
        Ok(match listed {
            Ok(_) => Offered::Yes("a 151 names the port (RFC 1579)".to_owned()),
            Err(why) => refused(why),
        })
    }

    pub(super) async fn tls(&mut self) -> Result<(), Trouble> {
        let mut session = self.open().await?;
        session.last_reply().await?;
        let reply = session.ask("AUTH", Some(b"TLS")).await?;
        let words = session.words(&reply);
        if matches!(reply.code.number(), 234 | 334) {
            // TLS would be next, and a QUIT in the clear is none.
            self.found.tls = Offered::Yes(words);
        } else {
            self.found.tls = Offered::No(words);
            session.quit().await;
        }
        Ok(())
    }
}
