//! Directory listings: what MLSD (RFC 3659 section 7), LIST and NLST (RFC 959
//! section 4.1.3) send over the data connection, one line at a time.
//!
//! RFC 959 leaves the text of LIST to the server, so [`Reader`] tries the dialects
//! one after the other, one file here each, for each line anew. A line that none of
//! them knows (a `total` line, an error message) is never a name. One bad line never
//! fails the list.
//!
//! Names stay bytes: no character set is assumed, nothing is converted.

use jiff::civil::DateTime;

mod charset;
mod clock;
mod cms;
mod column;
mod date;
mod dls;
mod dos;
mod eplf;
mod headings;
mod jes;
mod loose;
mod mlsx;
mod months;
mod mpe;
mod mvs;
mod name_first;
mod nlst;
mod nonstop;
mod octal;
mod os2;
mod os400;
mod os9;
#[cfg(test)]
mod properties;
mod reader;
#[cfg(test)]
mod tests;
mod text;
mod unix;
mod vms;
mod vshell;
mod vxworks;

pub use reader::Reader;
use text::{
    after_one_blank, columns, is_blank, last_column, number, rounded_size, size, skip_blanks,
    strip_prefix_of_any_case, strip_suffix_of_any_case, token, trim_end,
};

/// The longest line that is looked at, in bytes without the line end. POSIX
/// gives 255 to a name and commonly 4096 to a link's target; a longer line is
/// no entry of any server and is [`Line::Noise`].
pub const MAX_LINE: usize = 4096;

/// How many CRs before the LF are taken for a part of the line end: servers in
/// text mode send CR LF, some of them CR CR LF.
const MAX_TRAILING_CR: usize = 2;

/// Which command produced the listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// MLSD: facts and a name (RFC 3659 section 7.2).
    Mlsd,
    /// LIST: text for people, in one of many dialects.
    List,
    /// NLST: bare names.
    Nlst,
}

/// What an entry is, as far as the listing says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A name for CWD.
    Directory,
    /// A name for RETR; also devices, pipes and whatever the listing leaves open.
    File,
    /// A symbolic link: the listing does not say to what kind of thing.
    Link,
}

/// One name of the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name as RETR or CWD takes it: not empty, no CR, LF, NUL or `/` in it.
    pub name: Vec<u8>,
    /// What it is.
    pub kind: Kind,
    /// The size in octets as the listing tells it, which may be rounded (`1.5K`, blocks);
    /// `None` where it does not, or tells a number that is none (negative, past 2^64, a
    /// device's numbers).
    pub size: Option<u64>,
    /// The time of the last modification.
    pub modified: Option<Modified>,
    /// Where a link points to. Only for display: it may hold any octet but CR,
    /// LF and NUL. A [`Kind::Directory`] has one too when it is a junction or
    /// another link that is known to lead to a directory; it is empty where the
    /// listing does not say to which.
    pub target: Option<Vec<u8>>,
}

impl Entry {
    /// Whether CWD is the better guess than RETR: a directory, or a link whose
    /// target ends in `/`.
    #[must_use]
    pub fn is_directory_hint(&self) -> bool {
        match self.kind {
            Kind::Directory => true,
            Kind::File => false,
            Kind::Link => self.target.as_ref().is_some_and(|t| t.ends_with(b"/")),
        }
    }

    /// Whether it is a link of some sort, be it known to what kind of thing or not.
    #[must_use]
    pub fn is_link(&self) -> bool {
        self.kind == Kind::Link || self.target.is_some()
    }
}

/// When an entry was last modified.
///
/// MLSD and EPLF speak UTC, and so does a line that names its zone. Any other
/// line gives the server's own clock, whose zone it does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Modified {
    /// The date and time; what the listing leaves out is 0.
    pub at: DateTime,
    /// How much of it the listing gave.
    pub precision: Precision,
}

/// The smallest unit that a listing gave for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// A date alone.
    Day,
    /// A date, hours and minutes.
    Minute,
    /// A date and a time with seconds.
    Second,
}

/// What one line of a listing is.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    /// A name of the directory.
    Entry(Entry),
    /// No name: a message, a total, `.` or `..`, an unknown dialect.
    Noise,
    /// An entry that cannot be fetched: its name is empty or holds CR, LF, NUL or
    /// `/`, or the server says that neither RETR nor CWD takes it.
    Unusable,
}

/// A dialect of LIST: what people call it, and how a line is read in it; `None` when it is not
/// written in it.
type Dialect = (&'static str, fn(&[u8], Option<DateTime>) -> Option<Line>);

/// The dialects in the order in which they are tried: those with an unmistakable
/// mark first, the one with the weakest last.
const DIALECTS: [Dialect; 19] = [
    ("MLSx facts", mlsx::parse_list),
    ("EPLF", eplf::parse),
    ("NetWare", unix::parse_netware),
    ("Unix", unix::parse),
    ("MS-DOS", dos::parse),
    ("VMS", vms::parse),
    ("OS/400", os400::parse),
    ("OS/2", os2::parse),
    ("VxWorks", vxworks::parse),
    ("V-Shell", vshell::parse),
    ("MVS", mvs::parse),
    ("JES", jes::parse),
    ("VM/CMS", cms::parse),
    ("NonStop", nonstop::parse),
    ("MPE", mpe::parse),
    ("OS-9", os9::parse),
    ("octal modes", octal::parse),
    ("name first", name_first::parse),
    ("dls", dls::parse),
];

/// The time that a 213 to MDTM or a `modify` fact gives: `YYYYMMDDHHMMSS[.fff]`, UTC (RFC 3659
/// section 2.3).
pub fn parse_timestamp(text: &[u8]) -> Option<Modified> {
    clock::time_value(text.trim_ascii())
}

/// Reads one line of a listing; a line that is not understood is noise. See [`try_parse_line`].
#[must_use]
pub fn parse_line(format: Format, line: &[u8], now: Option<DateTime>) -> Line {
    try_parse_line(format, line, now).unwrap_or(Line::Noise)
}

/// Reads one line of a listing; `None` if it is not understood: an error message in the data, or a
/// dialect that is not known here.
///
/// `line` comes without its LF; one or two CRs at its end are dropped. `now` is
/// the current time in UTC, from which the year of a date without one is worked
/// out; without it such an entry has no time.
///
/// What a line says may hang on those before it: [`Reader`] remembers what matters of them.
#[must_use]
pub fn try_parse_line(format: Format, line: &[u8], now: Option<DateTime>) -> Option<Line> {
    Reader::new(format, now).parse(line)
}

/// The last check of an entry, whatever the dialect.
///
/// A directory's name may come with one `/` at its end (`ls -p`), which is not a
/// part of it. A target that could not be shown on one line is dropped.
fn admit(mut entry: Entry) -> Line {
    if entry.kind == Kind::Directory && entry.name.len() > 1 && entry.name.ends_with(b"/") {
        entry.name.pop();
    }
    if entry.name == b"." || entry.name == b".." {
        return Line::Noise;
    }
    let is_line_breaking = |byte: &u8| matches!(byte, b'\0' | b'\r' | b'\n');
    if entry.name.is_empty() || entry.name.iter().any(|b| *b == b'/' || is_line_breaking(b)) {
        return Line::Unusable;
    }
    if let Some(target) = &mut entry.target {
        if target.iter().any(is_line_breaking) {
            target.clear();
        }
        // That it is a link says the kind already.
        if target.is_empty() && entry.kind == Kind::Link {
            entry.target = None;
        }
    }
    Line::Entry(entry)
}
