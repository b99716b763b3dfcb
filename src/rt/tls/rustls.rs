//! TLS by rustls.

use std::fmt;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::io::{AsyncRead, AsyncWrite};
use futures_rustls::TlsConnector;
use futures_rustls::client::TlsStream;
use futures_rustls::rustls::client::{Resumption, WebPkiServerVerifier};
use futures_rustls::rustls::crypto::ring;
use futures_rustls::rustls::pki_types::pem::PemObject;
use futures_rustls::rustls::pki_types::{CertificateDer, ServerName};
use futures_rustls::rustls::{CertificateError, ClientConfig, Error, HandshakeKind, RootCertStore};
use url::Host;

use super::paced::Paced;
use super::verify::Verifier;
use crate::gate::TlsFailure;
use crate::rt::net::Stream;

/// Sessions that one fetch remembers: those of its own control connection.
const SESSIONS: usize = 1;

/// Who vouches for servers.
#[derive(Clone)]
pub struct Trust {
    config: Arc<ClientConfig>,
    /// The system names no authority, and no file does.
    empty: bool,
}

impl Trust {
    /// The authorities of the system, and those of a PEM file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or has no certificate, or one that cannot vouch for anybody.
    pub fn load(ca_file: Option<&Path>) -> Result<Self, String> {
        let mut roots = RootCertStore::empty();
        // What of the system's cannot be read is as if it were not there.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let own = ca_file.map(|file| {
            read(file, &mut roots).map_err(|why| format!("ca_file {}: {why}", file.display()))
        });
        let own = own.transpose()?.unwrap_or_default();
        let empty = roots.is_empty();
        let config = config(roots, own).map_err(|error| error.to_string())?;
        Ok(Self {
            config: Arc::new(config),
            empty,
        })
    }

    /// What is doubtful about it.
    pub fn doubt(&self) -> Option<&'static str> {
        self.empty.then_some(
            "tls is asked for, and this system trusts no certificate authority: no certificate of \
             an FTP server will do without a ca_file",
        )
    }
}

fn read(file: &Path, roots: &mut RootCertStore) -> Result<Vec<CertificateDer<'static>>, String> {
    let bytes = std::fs::read(file).map_err(|error| error.to_string())?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let certificates = certificates.map_err(|error| format!("it is not PEM: {error}"))?;
    for certificate in &certificates {
        let added = roots.add(certificate.clone());
        added.map_err(|error| format!("a certificate in it cannot be used: {error}"))?;
    }
    if certificates.is_empty() {
        return Err("it has no certificate in it".to_owned());
    }
    Ok(certificates)
}

fn config(roots: RootCertStore, own: Vec<CertificateDer<'static>>) -> Result<ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?;
    if roots.is_empty() {
        // Of nobody that is trusted: every server is a stranger.
        return Ok(builder.with_root_certificates(roots).with_no_client_auth());
    }
    let authorities = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
        .build()
        .map_err(|error| Error::General(error.to_string()))?;
    let verifier = Verifier::new(authorities, own);
    Ok(builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trust").finish_non_exhaustive()
    }
}

/// What the connections of one fetch have in common. A data connection takes up the session of its
/// own control connection, by which a server knows that both are one client's; so that no ticket gets
/// into another's hands, each fetch has a store of its own.
#[derive(Clone)]
pub struct Session {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl Session {
    /// A session with a host, whose certificate must be for this name or address.
    ///
    /// # Errors
    ///
    /// When no certificate can be for such a name.
    pub fn new(trust: &Trust, host: &Host<String>) -> Result<Self, TlsFailure> {
        let name = match host {
            Host::Ipv4(addr) => ServerName::from(std::net::IpAddr::from(*addr)),
            Host::Ipv6(addr) => ServerName::from(std::net::IpAddr::from(*addr)),
            Host::Domain(name) => ServerName::try_from(name.trim_end_matches('.').to_owned())
                .map_err(|_| TlsFailure::OtherName)?,
        };
        let mut config = ClientConfig::clone(&trust.config);
        config.resumption = Resumption::in_memory_sessions(SESSIONS);
        Ok(Self {
            connector: Arc::new(config).into(),
            name,
        })
    }

    /// Does the handshake. There is no deadline.
    ///
    /// # Errors
    ///
    /// What is wrong with the server's certificate, or with the handshake.
    pub async fn secure(&self, stream: Stream) -> Result<Secured, TlsFailure> {
        let connected = self
            .connector
            .connect(self.name.clone(), Paced::new(stream));
        let connected = connected.await;
        connected.map(Secured).map_err(|error| failure(&error))
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

fn failure(error: &io::Error) -> TlsFailure {
    let inner = error.get_ref();
    match inner.and_then(|inner| inner.downcast_ref::<Error>()) {
        None => TlsFailure::Broken(error.kind()),
        Some(Error::InvalidCertificate(problem)) => match problem {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                TlsFailure::Expired
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                TlsFailure::NotValidYet
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                TlsFailure::OtherName
            }
            // The second is signed in the name of an authority, and not by it.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                TlsFailure::UnknownIssuer
            }
            _ => TlsFailure::Unusable,
        },
        Some(Error::NoCertificatesPresented) => TlsFailure::Unusable,
        Some(Error::AlertReceived(alert)) => TlsFailure::Alert(u8::from(*alert)),
        Some(Error::PeerIncompatible(_)) => TlsFailure::NothingInCommon,
        Some(_) => TlsFailure::Garbled,
    }
}

/// A connection under TLS. Dropping it says close_notify, for servers that take its lack for a
/// transfer that was cut.
#[derive(Debug)]
pub struct Secured(TlsStream<Paced<Stream>>);

impl Secured {
    /// The connection below.
    pub(super) fn stream(&self) -> &Stream {
        self.0.get_ref().0.get_ref()
    }

    /// How it is secured, for the log.
    pub fn describe(&self) -> String {
        let (_, session) = self.0.get_ref();
        let version = session.protocol_version().and_then(|v| v.as_str());
        let resumed = session.handshake_kind() == Some(HandshakeKind::Resumed);
        let resumed = if resumed { ", resumed" } else { "" };
        format!("{}{resumed}", version.unwrap_or("TLS"))
    }
}

impl Drop for Secured {
    fn drop(&mut self) {
        let (stream, session) = self.0.get_mut();
        session.send_close_notify();
        // Once, without waiting: a peer that takes no byte takes no goodbye either.
        let _ = session.write_tls(&mut stream.get_ref().without_waiting());
    }
}

impl AsyncRead for Secured {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Secured {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_close(cx)
    }
}
