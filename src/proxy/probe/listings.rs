//! Listings through PASV and EPSV, and what they show.

use super::Probe;
use super::findings::{self, Offered, a_file, counted, look_at};
use super::session::{Session, Transfer, Trouble};
use crate::ftp::listing::Format;
use crate::ftp::passive::{data_port, named_address};
use crate::rt::time::now;

impl Probe<'_> {
    /// The port that a 227 or 229 names.
    pub(super) async fn port(
        &mut self,
        session: &mut Session<'_>,
        verb: &str,
    ) -> Result<Result<u16, String>, Trouble> {
        let reply = session.ask(verb, None).await?;
        let Some(port) = data_port(&reply) else {
            return Ok(Err(session.words(&reply)));
        };
        self.found.ports.push(port);
        if let Some(named) = named_address(&reply) {
            self.found.address = Some((named, session.peer.ip()));
        }
        if !self.errand.data_ports.contains(&port) {
            return Ok(Err(format!("it names port {port}, which is not permitted")));
        }
        Ok(Ok(port))
    }

    /// Listings by the commands of which nothing is known yet, at least one, each through a data
    /// connection of this kind.
    pub(super) async fn list_by(
        &mut self,
        session: &mut Session<'_>,
        way: &str,
    ) -> Result<Offered, Trouble> {
        let mut offered = Offered::Unknown;
        for verb in ["MLSD", "LIST", "NLST"] {
            let needless = match verb {
                "MLSD" => self.found.mlsd != Offered::Unknown,
                "LIST" => false,
                _ => matches!(offered, Offered::Yes(_)),
            };
            if needless {
                continue;
            }
            let port = match self.port(session, way).await? {
                Ok(port) => port,
                Err(why) => return Ok(Offered::No(why)),
            };
            let data = match session.connect_data(port).await {
                Ok(data) => data,
                Err(why) => return Ok(Offered::No(why)),
            };
            let from = now();
            let reply = session.ask_for(verb).await?;
            let listed = session.receive(data, reply, from).await?;
            let through = self.take_listing(verb, &listed);
            if !matches!(offered, Offered::Yes(_)) || matches!(through, Offered::Yes(_)) {
                offered = through;
            }
        }
        Ok(offered)
    }

    /// What a listing says of the command that it came by, and of its data connection.
    fn take_listing(&mut self, verb: &'static str, listed: &Result<Transfer, String>) -> Offered {
        let format = match verb {
            "MLSD" => Format::Mlsd,
            "LIST" => Format::List,
            _ => Format::Nlst,
        };
        let transfer = match listed {
            Ok(transfer) => transfer,
            Err(why) => {
                let refused = Offered::No(why.clone());
                match verb {
                    "MLSD" => self.found.mlsd = refused.clone(),
                    "LIST" => self.found.listing = refused.clone(),
                    _ => {}
                }
                return refused;
            }
        };
        self.lister = verb;
        let (names, looks) = look_at(format, &transfer.bytes);
        match format {
            Format::Mlsd => self.found.mlsd = Offered::Yes(counted(names)),
            Format::List => self.found.listing = looks,
            Format::Nlst => self.found.listing = Offered::Yes("names only".to_owned()),
        }
        if format != Format::Nlst && self.file.is_none() {
            self.file = a_file(format, &transfer.bytes);
        }
        let took = findings::milliseconds(transfer.took);
        let more = if transfer.is_cut { "more than " } else { "" };
        Offered::Yes(format!("{verb} of {more}{} in {took}", counted(names)))
    }
}
