//! gophergate: a Gopher daemon with an FTP proxy behind it.
//!
//! RFC 1579, Firewall-Friendly FTP (1994), section "Recommendation": "We recommend that vendors
//! convert their FTP client programs (including FTP proxy agents such as Gopher daemons) to use PASV
//! instead of PORT." It adds that such an agent transfers one file per control connection. That is
//! the charter of this program: a Gopher client opens a menu, the menu is an FTP archive, and both
//! connections to it are outgoing calls, which a packet filter lets pass.
//!
//! The crate is built in floors; imports go down only.
//!
//! | floor | modules | |
//! |---|---|---|
//! | 5 | `main`, [`cli`], [`config`], [`load`] | the program |
//! | 4 | [`server`] | accept, admit, drain |
//! | 3 | [`proxy`] | the acts: serve, fetch, relay |
//! | 2 | [`rt`] | the ground outside: sockets, clocks, signals, files |
//! | 1 | [`gate`] | the rules that join both protocols |
//! | 0 | [`gopher`], [`ftp`], [`wire`] | words: pure, no I/O, no clock |

pub mod cli;
pub mod config;
pub mod ftp;
pub mod gate;
pub mod gopher;
pub mod load;
pub mod proxy;
pub mod rt;
pub mod server;
pub mod wire;
