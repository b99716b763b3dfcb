//! FTP as a client speaks it: words and rules, without a socket, a clock or a log.
//!
//! RFC 959 (the protocol), RFC 1123 section 4.1 (how it is really spoken), RFC 1579 (passive
//! first), RFC 2389 (FEAT), RFC 2428 (EPSV and EPRT), RFC 2640 (UTF-8), RFC 3659 (SIZE, MDTM, MLSD),
//! RFC 4217 (AUTH TLS, PBSZ, PROT). The one thing with a memory is [`UserPi`], the user protocol
//! interpreter of RFC 959 section 2.2.

pub mod command;
pub mod features;
pub mod links;
pub mod listing;
pub mod passive;
pub mod reply;
pub mod user_pi;

/// The port of a server's control connection (RFC 959 section 8).
pub const CONTROL_PORT: u16 = 21;

pub use command::Arg;
pub use features::Features;
pub use reply::{Code, Reply};
pub use user_pi::{Begun, Error, Event, Login, Method, Order, Tls, UserPi, Want};
