//! The words of Gopher: RFC 1436 as pure functions over bytes, without sockets, clock or log.
//!
//! * [`item`]: item types and the five parts of a directory entity (section 3.8, appendix)
//! * [`menu`]: menus as bytes on the wire, in RFC 1436's form and in Gopher+'s
//! * [`output`]: the character set that people get to read
//! * [`request`]: the one line that a client sends (section 2)
//! * [`text`]: the TextFile transfer with its lastline (section 3.9)
//! * [`map`]: the gophermap, in which an administrator writes a menu (no RFC: Bucktooth's format
//!   with Gophernicus's lines)
//!
//! Left out: CSO phone books, telnet items and Gopher+ forms, which an FTP archive never needs.

pub mod item;
pub mod map;
pub mod menu;
pub mod output;
pub mod request;
pub mod text;

pub use item::{DirEntity, Field, FieldError, ItemType};
pub use map::{IncludeError, Line, Link, Map};
pub use menu::{Style, TooLong};
pub use output::Output;
pub use request::{Plus, Request, RequestReader};
pub use text::TextEncoder;
