//! The gophermaps that are served, by folder, with every link resolved.

use std::collections::HashMap;

use super::path::{Path, encode_selector};
use super::site::Sites;
use super::target::Target;
use crate::gopher::item::{DirEntity, Field, ItemType, MAX_DISPLAY};
use crate::gopher::map::{Line, Link, Map, Position};

use super::directory::Here;

/// All menus. The root menu's folder is the empty path.
#[derive(Clone, Debug, Default)]
pub struct Menus(HashMap<Vec<u8>, Menu>);

/// One gophermap's menu.
#[derive(Clone, Debug, Default)]
pub struct Menu {
    /// Its lines, in order.
    pub lines: Vec<MenuLine>,
    /// Names that its folder's listing leaves out.
    pub hidden: Vec<Vec<u8>>,
    types: Vec<(Vec<u8>, ItemType)>,
}

/// A line of a menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MenuLine {
    /// An item elsewhere, or text.
    Item(DirEntity),
    /// An item here: host and port depend on how the client reached us.
    Own {
        /// Its item type.
        kind: ItemType,
        /// What is shown.
        display: Field,
        /// Its selector.
        selector: Field,
    },
    /// The folder's listing.
    Listing,
}

/// What a link of a gophermap makes reachable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Linked {
    /// An FTP target.
    Ftp(Target),
    /// A local file or folder.
    Local(Path),
    /// A URL for which there is a page that names it (`URL:...`, type h).
    Url(Vec<u8>),
    /// Nothing of ours.
    Elsewhere,
}

/// Where we are by our own configuration, to know a link to us from one that leads away.
#[derive(Clone, Copy, Debug)]
pub struct Own<'a> {
    /// Our host name, if we have one.
    pub hostname: Option<&'a str>,
    /// Our port, which links without one have too.
    pub port: u16,
}

impl Own<'_> {
    fn is(&self, link: &Link) -> bool {
        let named = |host: &Vec<u8>| {
            self.hostname
                .is_some_and(|own| own.as_bytes().eq_ignore_ascii_case(host))
        };
        link.host.as_ref().is_some_and(named) && link.port.is_none_or(|port| port == self.port)
    }
}

impl Menus {
    /// The menu of a folder.
    pub fn get(&self, folder: &Path) -> Option<&Menu> {
        self.0.get(folder.as_bytes())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes a folder's map; gives what its links make reachable, and what is wrong with them as
    /// `file:line: message`. A link to where we are is one to us.
    pub fn insert(
        &mut self,
        folder: &Path,
        map: Map,
        sites: &Sites,
        own: &Own<'_>,
    ) -> (Vec<(Linked, Position)>, Vec<String>) {
        let mut menu = Menu {
            lines: Vec::new(),
            hidden: map.hidden,
            types: map.types,
        };
        let mut links = Vec::new();
        let mut complaints = Vec::new();
        for line in map.lines {
            match line {
                Line::Info(text) | Line::Title(text) => {
                    menu.lines.push(MenuLine::Item(DirEntity::info(&text)))
                }
                Line::Listing => {
                    menu.lines.push(MenuLine::Listing);
                    links.push((Linked::Local(folder.clone()), Position::default()));
                }
                Line::Link(mut link) => {
                    if own.is(&link) {
                        link.host = None;
                    }
                    match resolve(&link, folder, sites, own.port) {
                        Ok((line, linked)) => {
                            menu.lines.push(line);
                            links.push((linked, link.at));
                        }
                        Err(complaint) => complaints.push(format!("{}: {complaint}", link.at)),
                    }
                }
            }
        }
        self.0.insert(folder.as_bytes().to_vec(), menu);
        (links, complaints)
    }
}

impl Menu {
    /// The item type that the map gives a name (`:ext=T`).
    pub fn item_type(&self, name: &[u8]) -> Option<ItemType> {
        let name = name.to_ascii_lowercase();
        let fits = |extension: &[u8]| {
            name.strip_suffix(extension)
                .is_some_and(|rest| rest.ends_with(b"."))
        };
        self.types
            .iter()
            .rev()
            .find(|(extension, _)| fits(extension))
            .map(|(_, item)| *item)
    }
}

impl MenuLine {
    /// The item, for a client that reached us `here`; `None` for the listing.
    pub fn item(&self, here: &Here) -> Option<DirEntity> {
        match self {
            Self::Item(item) => Some(item.clone()),
            Self::Own {
                kind,
                display,
                selector,
            } => Some(DirEntity {
                kind: *kind,
                display: display.clone(),
                selector: selector.clone(),
                host: here.host.clone(),
                port: here.port,
            }),
            Self::Listing => None,
        }
    }
}

/// A link, as the menu shows it and as it makes something reachable.
fn resolve(
    link: &Link,
    folder: &Path,
    sites: &Sites,
    port: u16,
) -> Result<(MenuLine, Linked), String> {
    let display = Field::display(&link.display, MAX_DISPLAY);
    let field = |bytes: Vec<u8>| Field::parse(bytes).map_err(|error| error.to_string());
    let own = |kind, selector: Vec<u8>, linked| {
        Ok((
            MenuLine::Own {
                kind,
                display: display.clone(),
                selector: field(selector)?,
            },
            linked,
        ))
    };
    if let Some(host) = &link.host {
        let item = DirEntity {
            kind: link.kind,
            display,
            selector: field(link.selector.clone())?,
            host: field(host.clone())?,
            port: link.port.unwrap_or(port),
        };
        return Ok((MenuLine::Item(item), Linked::Elsewhere));
    }
    if matches!(link.kind, ItemType::INFO | ItemType::ERROR) {
        return own(link.kind, link.selector.clone(), Linked::Elsewhere);
    }
    let bare = link.selector.strip_prefix(b"/").unwrap_or(&link.selector);
    if let Some(url) = bare.strip_prefix(b"URL:") {
        return own(link.kind, link.selector.clone(), Linked::Url(url.to_vec()));
    }
    match Target::parse(&link.selector, sites) {
        Ok(target) => return own(link.kind, target.selector(sites), Linked::Ftp(target)),
        Err(super::target::Error::NotFtp) => {}
        Err(error) => return Err(error.to_string()),
    }
    let path = local_path(&link.selector, folder).map_err(|error| error.to_string())?;
    if path.is_root() {
        return own(link.kind, b"/".to_vec(), Linked::Elsewhere);
    }
    own(
        link.kind,
        encode_selector(path.as_bytes(), link.kind == ItemType::MENU),
        Linked::Local(path),
    )
}

/// A selector that is not absolute starts from the map's folder; `..` is resolved here, where the
/// administrator wrote it.
fn local_path(selector: &[u8], folder: &Path) -> Result<Path, super::target::Error> {
    let mut segments: Vec<&[u8]> = Vec::new();
    if !selector.starts_with(b"/") {
        let folders = folder.as_bytes().split(|byte| *byte == b'/');
        segments.extend(folders.filter(|segment| !segment.is_empty()));
    }
    for segment in selector.split(|byte| *byte == b'/') {
        match segment {
            b"" | b"." => {}
            b".." => {
                segments.pop().ok_or(super::target::Error::DotDot)?;
            }
            segment => segments.push(segment),
        }
    }
    Path::parse(&segments.join(&b'/'))
}
