//! What can be wrong with TLS to an FTP server, in words for the person at the other end.

use std::fmt;
use std::io::ErrorKind;

/// Why no connection under TLS came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsFailure {
    /// The certificate is past its time.
    Expired,
    /// The certificate's time is still to come.
    NotValidYet,
    /// The certificate is for another host than the one that was asked for.
    OtherName,
    /// No authority that we trust has signed the certificate.
    UnknownIssuer,
    /// Anything else that is wrong with the certificate.
    Unusable,
    /// The server broke off the handshake, with this alert (RFC 8446 section 6).
    Alert(u8),
    /// No version or cipher that both sides take.
    NothingInCommon,
    /// What came is not TLS, or breaks its rules.
    Garbled,
    /// The connection broke, or a deadline passed.
    Broken(ErrorKind),
}

/// Alerts by which a server says what it lacks; the others are numbers only.
const ALERTS: [(u8, &str); 8] = [
    (0, "close_notify"),
    (40, "handshake_failure"),
    (47, "illegal_parameter"),
    (70, "protocol_version"),
    (71, "insufficient_security"),
    (80, "internal_error"),
    (112, "unrecognized_name"),
    (116, "certificate_required"),
];

impl TlsFailure {
    /// Whether the server could not show that it is who it should be.
    pub fn is_of_certificate(self) -> bool {
        matches!(
            self,
            Self::Expired
                | Self::NotValidYet
                | Self::OtherName
                | Self::UnknownIssuer
                | Self::Unusable
        )
    }

    /// The sentence for a host.
    pub(super) fn write(self, host: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let certificate = match self {
            Self::Expired => "expired",
            Self::NotValidYet => "is not valid yet",
            Self::OtherName => "is for another name",
            Self::UnknownIssuer => "is signed by nobody we trust",
            Self::Unusable => "cannot be used",
            Self::Alert(alert) => {
                write!(
                    f,
                    "the FTP server {host} broke off the TLS handshake: alert {alert}"
                )?;
                let name = ALERTS.iter().find(|(number, _)| *number == alert);
                return name.map_or(Ok(()), |(_, name)| write!(f, ", {name}"));
            }
            Self::NothingInCommon => {
                return write!(
                    f,
                    "the FTP server {host} speaks no version of TLS that we speak"
                );
            }
            Self::Garbled => {
                return write!(
                    f,
                    "the FTP server {host} agreed to TLS and does not speak it"
                );
            }
            Self::Broken(kind) => {
                return write!(
                    f,
                    "the TLS handshake with the FTP server {host} broke off: {kind}"
                );
            }
        };
        write!(
            f,
            "the TLS certificate of the FTP server {host} {certificate}"
        )
    }
}
