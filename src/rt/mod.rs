//! The ground outside: sockets, clocks, signals, tasks, files. The one folder that names a runtime.
//!
//! async-std is a facade over async-io, whose reactor the sockets here use directly: that gives a
//! true half-close, a listen backlog and readiness. All of it speaks the traits of futures-io, so
//! that the floors above know no runtime; to leave async-std is this folder and one manifest line.

pub mod files;
pub mod net;
pub mod process;
pub mod task;
pub mod time;
pub mod tls;
