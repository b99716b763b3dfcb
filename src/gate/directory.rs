//! An FTP directory as a menu: one listing entry to one item.

use jiff::civil::Date;

use super::charset::Decoder;
use super::links::Leads;
use super::path::{is_name, push_encoded};
use super::site::Sites;
use super::target::{Kind, Target};
use super::types::Types;
use crate::ftp::listing::{Entry, Kind as EntryKind};
use crate::gopher::Output;
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
    /// What the selectors of all entries begin with.
    prefix: Vec<u8>,
    types: &'a Types,
    here: &'a Here,
    columns: bool,
    output: Output,
    decoder: Decoder,
}

impl<'a> Directory<'a> {
    /// For the directory `target`. With `columns`, size and date stand after the name. Its own path is
    /// the first that tells in what character set its names are.
    pub fn new(
        target: &Target,
        sites: &Sites,
        types: &'a Types,
        here: &'a Here,
        columns: bool,
        output: Output,
    ) -> Self {
        let settings = sites.settings(&target.host, target.port);
        let mut decoder = Decoder::at(&target.host, settings.encoding);
        decoder.learn(target.path.as_bytes());
        let target = Target {
            kind: Kind::Directory,
            ..target.clone()
        };
        Self {
            prefix: target.selector(sites),
            types,
            here,
            columns,
            output,
            decoder,
        }
    }

    /// The item of an entry, and of a link by what it leads to; `None` if no selector could ask for
    /// it.
    pub fn entity(&mut self, entry: &Entry, leads: Leads) -> Option<DirEntity> {
        let target = entry.target.as_deref();
        let item = match (entry.kind, leads) {
            (EntryKind::Directory, _) | (EntryKind::Link, Leads::ToDirectory) => ItemType::MENU,
            (EntryKind::Link, Leads::ToFile) => self.types.of_link_to_file(&entry.name, target),
            (EntryKind::Link, Leads::Somewhere) => self.types.of_link(&entry.name, target),
            (EntryKind::File, _) => self.types.of_file(&entry.name),
        };
        let is_directory = match entry.kind {
            EntryKind::Directory => true,
            EntryKind::Link => leads == Leads::ToDirectory,
            EntryKind::File => false,
        };
        Some(DirEntity {
            kind: item,
            display: self.display(entry),
            selector: Field::parse(self.selector(&entry.name, is_directory)?).ok()?,
            host: self.here.host.clone(),
            port: self.here.port,
        })
    }

    /// The selector of a name; `None` for one that the reader of selectors would refuse.
    fn selector(&self, name: &[u8], is_directory: bool) -> Option<Vec<u8>> {
        if !is_name(name) {
            return None;
        }
        let mut selector = Vec::with_capacity(self.prefix.len() + name.len() + 1);
        selector.extend_from_slice(&self.prefix);
        push_encoded(name, &mut selector);
        if is_directory {
            selector.push(b'/');
        }
        Some(selector)
    }

    /// What else came instead of an entry, as text.
    pub fn text(&mut self, bytes: &[u8]) -> String {
        self.decoder.decode(bytes).into_owned()
    }

    fn display(&mut self, entry: &Entry) -> Field {
        let date = entry.modified.map(|modified| modified.at.date());
        let size = entry.size.filter(|_| entry.kind == EntryKind::File);
        let name = self.decoder.decode(&entry.name);
        display(&name, size, date, self.columns, self.output)
    }
}

/// What is shown of a file or directory: its name, and its size and date in columns after it.
pub fn display(
    name: &str,
    size: Option<u64>,
    date: Option<Date>,
    in_columns: bool,
    output: Output,
) -> Field {
    let mut text = output.show(name);
    if in_columns {
        let date = date.map(|date| date.to_string());
        text = columns(&text, size, date.as_deref(), DISPLAY_WIDTH);
    }
    Field::display(&output.encode(&text), MAX_DISPLAY)
}
