//! A [`Fetch`] under TLS: the handshakes of its two connections.

use log::debug;

use super::Fetch;
use crate::gate::{Error, TlsFailure};
use crate::rt::time::timeout;
use crate::rt::tls::{Channel, Session};

impl Fetch {
    /// Puts the control connection under TLS, now that the server agreed to it.
    pub(super) async fn secure(&mut self) -> Result<(), Error> {
        let control = std::mem::replace(&mut self.control, Channel::Closed);
        let (Channel::Plain(stream), Some(tls)) = (control, &self.tls) else {
            return Err(self.tls_failed(TlsFailure::Broken(std::io::ErrorKind::Unsupported)));
        };
        let Ok(secured) = timeout(self.deadlines.reply, tls.secure(stream)).await else {
            return Err(self.deadline("a TLS handshake", self.deadlines.reply));
        };
        let secured = secured.map_err(|failure| self.tls_failed(failure))?;
        debug!("#{} TLS: {}", self.session, secured.describe());
        self.control = Channel::Tls(Box::new(secured));
        // Whatever was said before may be anybody's.
        self.messages.clear();
        self.pi.handle_secured();
        Ok(())
    }

    /// The session for a data connection that is to go under TLS.
    pub(super) fn data_session(&self) -> Option<Session> {
        self.tls.clone().filter(|_| self.pi.is_protected())
    }

    /// The handshake of the data connection is done, or failed.
    pub(super) fn data_secured(&mut self, done: Result<String, TlsFailure>) -> Result<(), Error> {
        match done {
            Ok(how) => debug!("#{} TLS for data: {how}", self.session),
            // Somebody else may have been quicker at the port than we.
            Err(failure) if failure.is_of_certificate() => return Err(self.tls_failed(failure)),
            // Otherwise the server's reply says more.
            Err(failure) => self.data_broken = Some(self.tls_failed(failure)),
        }
        Ok(())
    }

    /// Whether the data connection waits for the word that the transfer begins, and may get none.
    pub(super) fn awaits_handshake(&self) -> bool {
        self.begun.is_none() && self.data.is_connected() && self.pi.is_transferring()
    }

    fn tls_failed(&self, failure: TlsFailure) -> Error {
        Error::Tls {
            host: self.host.clone(),
            failure,
        }
    }
}
