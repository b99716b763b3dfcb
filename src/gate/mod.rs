//! The rules that join Gopher to FTP: what a selector names, what is served, how it is shown.
//!
//! Pure like the words below it. `gopher` and `ftp` do not know each other; they meet here.

pub mod admission;
pub mod charset;
pub mod directory;
pub mod error;
pub mod links;
pub mod login;
pub mod menus;
pub mod netrc;
pub mod path;
pub mod policy;
pub mod reach;
pub mod site;
pub mod target;
pub mod tls;
pub mod types;

pub use admission::Admission;
pub use charset::{Charset, Decoder};
pub use directory::Directory;
pub use error::Error;
pub use login::Logins;
pub use netrc::Netrc;
pub use policy::Policy;
pub use site::{Site, Sites};
pub use target::{Kind, Target};
pub use tls::TlsFailure;
pub use types::Types;
