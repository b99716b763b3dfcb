//! The gophermap: a menu as an administrator writes it. No RFC describes it; the format is
//! Bucktooth's (1999) with Gophernicus's extra lines.
//!
//! | line | means |
//! |---|---|
//! | `T` name TAB selector TAB host TAB port | a link of type `T`; only the name is required |
//! | `# ...` | a comment, also with a TAB in it |
//! | `!title` | the menu's title |
//! | `-name` | leave that file out of the listing |
//! | `:ext=T` | files with that extension have the item type `T` |
//! | `*` alone | the listing of the folder; the map ends here |
//! | `.` alone | the map ends here |
//! | `=file` | the lines of another map |
//! | `~` or `%` alone | Gophernicus's lists of users and virtual hosts: ignored |
//! | anything else without a TAB | text |
//!
//! Lines are bytes of any character set and end in LF or CRLF. In pure Bucktooth maps the extra
//! lines are text, so they count only in the exact shape above: a ruler (`-----`, `=====`), `* news
//! *` or
//! `:-)` stay text. Nothing in a map is an error; what is doubtful becomes a [`Warning`].
//!
//! Left out: running programs (`=command`), globs, and Geomyidae's `[..]` links.

mod line;
mod message;
#[cfg(test)]
mod tests;

pub use message::{IncludeError, Message, Position, Warning};

use super::item::ItemType;
use line::Parsed;

/// Bytes of one map, included ones each for themselves: a menu of that size is beyond every client.
pub const MAX_MAP: usize = 1 << 20;

/// Lines of a map and of everything that it includes: twice what fits [`MAX_MAP`] as short links,
/// and an end to maps that include each other.
pub const MAX_MAP_LINES: usize = 65_536;

/// How deep maps may include maps; Gophernicus's number. The map itself is not counted.
pub const MAX_INCLUDE_DEPTH: usize = 4;

/// Includes in one map in all. Without it, a map that includes itself `n` times is read
/// `n` to the power of [`MAX_INCLUDE_DEPTH`] times.
pub const MAX_INCLUDES: usize = 256;

/// A parsed gophermap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map {
    /// What the menu shows, in order.
    pub lines: Vec<Line>,
    /// Names that the listing leaves out.
    pub hidden: Vec<Vec<u8>>,
    /// Extensions, in lower case and without the dot, and their item types; a later one wins.
    pub types: Vec<(Vec<u8>, ItemType)>,
    /// What the administrator should look at, in the order of the lines.
    pub warnings: Vec<Warning>,
}

/// One line of a menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// Text.
    Info(Vec<u8>),
    /// The menu's title.
    Title(Vec<u8>),
    /// An item.
    Link(Link),
    /// The folder's listing goes here; it is the last line.
    Listing,
}

/// An item as the map has it. No field holds a TAB, CR, LF or NUL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The item type.
    pub kind: ItemType,
    /// What people read.
    pub display: Vec<u8>,
    /// The selector as written. Empty in the map, it is the display string, except that text and
    /// error items (`i`, `3`) lead nowhere and keep it empty.
    pub selector: Vec<u8>,
    /// The host; `None` is this server (missing, empty or `+` in the map).
    pub host: Option<Vec<u8>>,
    /// The port; `None` is this server's (missing, empty, `+` or not a port in the map).
    pub port: Option<u16>,
    /// Where it was written.
    pub at: Position,
}

/// Gives the bytes of a map that an `=name` line in the file (the first argument) names (the
/// second).
pub type Include<'a> = dyn FnMut(&str, &[u8]) -> Result<Vec<u8>, IncludeError> + 'a;

/// Parses the map `bytes`; `file` is what warnings call it.
///
/// `include` gives the bytes of a map named in an `=name` line, or a reason; it gets the file with
/// the line and the name as written. Positions call an included file by its name behind the folder
/// part of the including file, so names are relative to the folder of the file they stand in.
///
/// The parser itself reads nothing. It never asks for a name that is absolute, has a `..` component
/// or holds a NUL; keeping symbolic links inside the folder is up to `include`.
pub fn parse(file: &str, bytes: &[u8], include: &mut Include<'_>) -> Map {
    let mut parser = Parser {
        map: Map::default(),
        line_count: 0,
        include_count: 0,
        include,
    };
    parser.file(file, bytes, 0);
    parser.map
}

struct Parser<'a> {
    map: Map,
    line_count: usize,
    include_count: usize,
    include: &'a mut Include<'a>,
}

impl Parser<'_> {
    fn file(&mut self, file: &str, bytes: &[u8], depth: usize) {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let (bytes, is_cut) = line::whole_lines(bytes);
        let mut at = Position {
            file: String::from(file),
            line: 0,
        };
        for raw in line::split(bytes) {
            at.line += 1;
            self.line_count += 1;
            if self.line_count > MAX_MAP_LINES {
                // One warning, though every including file comes past here too.
                if self.line_count == MAX_MAP_LINES + 1 {
                    self.warn(&at, Message::TooManyLines);
                }
                return;
            }
            match line::parse(raw) {
                Parsed::Comment => {}
                Parsed::Ignored(message) => self.warn(&at, message),
                Parsed::End => return,
                Parsed::Listing if depth > 0 => {
                    self.warn(&at, Message::ListingInInclude);
                    return;
                }
                Parsed::Listing => {
                    self.map.lines.push(Line::Listing);
                    return;
                }
                Parsed::Hide(name) => self.map.hidden.push(name),
                Parsed::Type(extension, kind) => self.map.types.push((extension, kind)),
                Parsed::Title(text) => self.map.lines.push(Line::Title(text)),
                Parsed::Info(text, message) => {
                    self.map.lines.push(Line::Info(text));
                    self.map
                        .warnings
                        .extend(message.map(|message| Warning::new(&at, message)));
                }
                Parsed::Link(fields, messages) => {
                    self.map.lines.push(Line::Link(fields.into_link(&at)));
                    self.map
                        .warnings
                        .extend(messages.into_iter().map(|m| Warning::new(&at, m)));
                }
                Parsed::Include(name) => self.include(&at, name, depth),
            }
        }
        if is_cut {
            at.line += 1;
            self.warn(&at, Message::TooLong);
        }
    }

    fn include(&mut self, at: &Position, name: &[u8], depth: usize) {
        if depth >= MAX_INCLUDE_DEPTH {
            return self.warn(at, Message::TooDeep);
        }
        self.include_count += 1;
        if self.include_count > MAX_INCLUDES {
            return self.warn(at, Message::TooManyIncludes);
        }
        let given = if line::may_include(name) {
            (self.include)(&at.file, name)
        } else {
            Err(IncludeError::Outside)
        };
        match given {
            Ok(bytes) => self.file(&beside(&at.file, name), &bytes, depth + 1),
            Err(error) => {
                let mut text = b"=".to_vec();
                text.extend(line::cleaned(name));
                self.map.lines.push(Line::Info(text));
                self.warn(at, Message::Include(name.to_vec(), error));
            }
        }
    }

    fn warn(&mut self, at: &Position, message: Message) {
        self.map.warnings.push(Warning::new(at, message));
    }
}

/// What positions call the file `name` when `file` includes it.
fn beside(file: &str, name: &[u8]) -> String {
    let folder = file
        .rfind('/')
        .and_then(|at| file.get(..=at))
        .unwrap_or_default();
    match std::str::from_utf8(name) {
        Ok(name) => format!("{folder}{name}"),
        Err(_) => format!("{folder}{}", name.escape_ascii()),
    }
}
