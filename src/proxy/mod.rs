//! The acts: a request is served, a target fetched, its bytes relayed.
//!
//! The only floor where protocol, policy and sockets meet. Every wait here stands under a deadline
//! of [`Deadlines`], and dropping any of these futures closes what it held.

pub mod access;
pub mod client;
pub mod control;
pub mod data;
pub mod door;
pub mod fetch;
mod listing;
mod local;
mod menus;
pub mod probe;
pub mod relay;
pub mod serve;
pub mod service;
pub mod trust;

pub use fetch::Fetch;
pub use listing::{MAX_ENTRIES, MAX_LISTING};
pub use serve::serve;
pub use service::{Deadlines, Options, Service, TextMode};
