//! In place of a TLS library, where the cargo feature `tls` is off: there is nobody to trust, and so no
//! session and nothing secured.

use std::io;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::io::{AsyncRead, AsyncWrite};
use url::Host;

use crate::gate::TlsFailure;
use crate::rt::net::Stream;

/// Who vouches for servers: nobody.
#[derive(Clone, Debug)]
pub enum Trust {}

/// What the connections of one fetch have in common under TLS: none are.
#[derive(Clone, Debug)]
pub enum Session {}

/// A connection under TLS: there is none.
#[derive(Debug)]
pub enum Secured {}

impl Trust {
    /// Never.
    ///
    /// # Errors
    ///
    /// Always, and with the reason.
    pub fn load(_: Option<&Path>) -> Result<Self, String> {
        Err("tls is asked for, and this build has none: the cargo feature `tls` is off".to_owned())
    }

    /// What is doubtful about it.
    pub fn doubt(&self) -> Option<&'static str> {
        match *self {}
    }
}

impl Session {
    /// Never.
    ///
    /// # Errors
    ///
    /// None.
    pub fn new(trust: &Trust, _: &Host<String>) -> Result<Self, TlsFailure> {
        match *trust {}
    }

    /// Never.
    ///
    /// # Errors
    ///
    /// None.
    pub async fn secure(&self, _: Stream) -> Result<Secured, TlsFailure> {
        match *self {}
    }
}

impl Secured {
    /// The connection below.
    pub(super) fn stream(&self) -> &Stream {
        match *self {}
    }

    /// How it is secured, for the log.
    pub fn describe(&self) -> String {
        match *self {}
    }
}

impl AsyncRead for Secured {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        match *self {}
    }
}

impl AsyncWrite for Secured {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        match *self {}
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        match *self {}
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        match *self {}
    }
}
