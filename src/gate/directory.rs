//! An FTP directory as a menu: one listing entry to one item.

use super::path::Path;
use super::site::Sites;
use super::target::{Kind, Target};
use super::types::Types;
use crate::ftp::listing::{Entry, Kind as EntryKind};
use crate::gopher::item::{DirEntity, Field, ItemType, MAX_DISPLAY};
use crate::gopher::menu::columns;

/// Columns of a display string: what a terminal of 80 shows, less what clients put around it. The
/// UMN client has the least room: `" -->  [1]  "` before it and `" <Picture>"` after it.
pub const DISPLAY_WIDTH: usize = 57;

/// Where menus say that their items are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Here {
    /// Our host name or address.
    pub host: Field,
    /// Our port.
    pub port: u16,
}

/// Turns the entries of one directory into items.
#[derive(Debug)]
pub struct Directory<'a> {
    target: &'a Target,
    sites: &'a Sites,
    types: &'a Types,
    here: &'a Here,
    columns: bool,
}

impl<'a> Directory<'a> {
    /// For the directory `target`. With `columns`, size and date stand after the name.
    pub fn new(
        target: &'a Target,
        sites: &'a Sites,
        types: &'a Types,
        here: &'a Here,
        columns: bool,
    ) -> Self {
        Self {
            target,
            sites,
            types,
            here,
            columns,
        }
    }

    /// The item of an entry; `None` if its selector cannot be one.
    pub fn entity(&self, entry: &Entry) -> Option<DirEntity> {
        // What the selector's reader would refuse is not offered.
        Path::parse(&entry.name)
            .ok()
            .filter(|path| !path.is_root())?;
        let (kind, item) = match entry.kind {
            EntryKind::Directory => (Kind::Directory, ItemType::MENU),
            EntryKind::Link if entry.is_directory_hint() => (Kind::Directory, ItemType::MENU),
            EntryKind::Link => (
                Kind::Unsaid,
                self.types.of_link(&entry.name, entry.target.as_deref()),
            ),
            EntryKind::File => (Kind::Unsaid, self.types.of_file(&entry.name)),
        };
        Some(DirEntity {
            kind: item,
            display: self.display(entry),
            selector: Field::parse(self.target.child(&entry.name, kind).selector(self.sites))
                .ok()?,
            host: self.here.host.clone(),
            port: self.here.port,
        })
    }

    fn display(&self, entry: &Entry) -> Field {
        let name = Field::display(&entry.name, MAX_DISPLAY);
        if !self.columns {
            return name;
        }
        let date = entry
            .modified
            .map(|modified| modified.at.date().to_string());
        let size = entry.size.filter(|_| entry.kind == EntryKind::File);
        let text = columns(name.as_bytes(), size, date.as_deref(), DISPLAY_WIDTH);
        Field::display(&text, MAX_DISPLAY)
    }
}
