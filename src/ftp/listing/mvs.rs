//! MVS (z/OS) listings: data sets by name, and the members of a partitioned one.
//!
//! A partitioned data set (`PO`) takes CWD, others RETR. The date of a data set is
//! when it was last referred to, the only one that there is. Neither data sets nor
//! members tell a size in octets.

use jiff::civil::DateTime;

use super::{
    Entry, Kind, Line, Modified, admit, clock, columns, date, is_blank, last_column, skip_blanks,
    token, trim_end,
};

/// What stands for the columns of a data set that is not on a disk, and what it is.
/// Both kinds of data set migrate; RETR is the better guess, for it brings them back.
const ELSEWHERE: [(&[u8], Kind); 10] = [
    (b"Migrated", Kind::File),
    (b"MIGRAT", Kind::File),
    (b"ARCIVE Not Direct Access Device", Kind::File),
    (b"ARCIVE", Kind::File),
    (b"Not Direct Access Device", Kind::File),
    (b"Not Mounted", Kind::File),
    (b"Tape", Kind::File),
    (b"VSAM", Kind::File),
    (b"Error determining attributes", Kind::File),
    (b"Pseudo Directory", Kind::Directory),
];

/// How many blanks there are at least before the name of one of these: their column
/// is 56 wide.
const MIN_GAP: usize = 8;

/// How long a name of a member may be.
const MAX_MEMBER: usize = 8;

/// What a heading announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table {
    DataSets,
    Members,
    LoadModules,
}

impl Table {
    pub(super) fn announced_by(line: &[u8]) -> Option<Self> {
        let ([first, second, third], _) = columns(line)?;
        match (first, second, third) {
            (b"Volume", b"Unit", b"Referred") => Some(Self::DataSets),
            (b"Name", b"VV.MM", b"Created") => Some(Self::Members),
            (b"Name", b"Size", b"TTR") => Some(Self::LoadModules),
            _ => None,
        }
    }

    /// A line below the heading that has no mark of its own.
    pub(super) fn line(self, line: &[u8]) -> Option<Line> {
        let (name, rest) = token(line);
        let is_alone = trim_end(rest).is_empty();
        match self {
            Self::DataSets => not_on_disk(line, 1),
            // Without statistics.
            Self::Members if is_alone && is_member(name) => entry(name, Kind::File, None),
            Self::LoadModules if is_member(name) && (is_alone || is_hex(token(rest).0)) => {
                entry(name, Kind::File, None)
            }
            Self::Members | Self::LoadModules => None,
        }
    }
}

pub(super) fn parse(line: &[u8], _now: Option<DateTime>) -> Option<Line> {
    data_set(line)
        .or_else(|| member(line))
        .or_else(|| load_module(line))
        .or_else(|| not_on_disk(line, MIN_GAP))
}

/// `WORK01 3390   2026/11/22  1   15  FB      80  3120  PS  PLAN.TEXT`
fn data_set(line: &[u8]) -> Option<Line> {
    let ([volume, unit, referred], rest) = columns(line)?;
    if volume.len() > 6 || unit.len() > 8 || !unit.iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    let (columns, name) = last_column(rest);
    let (_, organisation) = last_column(columns);
    // A VSAM data set has no columns between unit and organisation.
    let (organisation, referred) = if columns.iter().all(|byte| is_blank(*byte)) {
        let is_unit = unit.iter().all(u8::is_ascii_digit);
        (Some(referred).filter(|_| is_unit)?, None)
    } else if referred == b"**NONE**" {
        (organisation, None)
    } else {
        (organisation, date::year_first(referred)?)
    };
    let kind = match organisation.split(|byte| *byte == b'-').next()? {
        b"PO" | b"POU" => Kind::Directory,
        b"PS" | b"PSU" | b"DA" | b"DAU" | b"IS" | b"ISU" | b"VS" | b"VSAM" | b"GDG" | b"PATH"
        | b"HFS" | b"?" | b"NONE" => Kind::File,
        _ => return None,
    };
    entry(name, kind, clock::at_day(referred))
}

/// `PLAN      01.03 2026/09/12 2026/11/22 10:11    11    11     0 OWNER`
fn member(line: &[u8]) -> Option<Line> {
    let ([name, version, created, changed, time], _) = columns(line)?;
    let [v1, v2, b'.', m1, m2] = version else {
        return None;
    };
    let is_version = [v1, v2, m1, m2].iter().all(|byte| byte.is_ascii_digit());
    if !is_version || !is_member(name) {
        return None;
    }
    date::short_year_first(created)?;
    let changed = date::short_year_first(changed)?;
    entry(
        name,
        Kind::File,
        clock::at(changed, clock::time_of_day(time)?),
    )
}

/// `PLAN      00B308   000411  00 FO                31    ANY`: size and place in hex,
/// and at the end how it is addressed.
fn load_module(line: &[u8]) -> Option<Line> {
    let ([name, size, place], rest) = columns(line)?;
    let (rest, residence) = last_column(rest);
    let (_, addressing) = last_column(rest);
    let is_mode = |text: &[u8]| matches!(text, b"24" | b"31" | b"64" | b"ANY");
    let is_module = is_member(name) && is_hex(size) && is_hex(place);
    (is_module && is_mode(residence) && is_mode(addressing))
        .then(|| entry(name, Kind::File, None))?
}

fn not_on_disk<'a>(line: &'a [u8], gap: usize) -> Option<Line> {
    // The volume may be known all the same.
    let (volume, columns) = token(line);
    let is_volume = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let behind_volume = Some(skip_blanks(columns))
        .filter(|_| (1..=6).contains(&volume.len()) && volume.iter().all(is_volume));
    ELSEWHERE.iter().find_map(|(mark, kind)| {
        let after = |columns: &'a [u8]| columns.strip_prefix(*mark);
        let rest = trim_end(after(line).or_else(|| after(behind_volume?))?);
        let name = skip_blanks(rest);
        let is_one = !name.is_empty() && !name.iter().any(|byte| is_blank(*byte));
        let is_apart = rest.len() - name.len() >= gap;
        (is_one && is_apart).then(|| entry(name, *kind, None))?
    })
}

fn entry(name: &[u8], kind: Kind, modified: Option<Modified>) -> Option<Line> {
    Some(admit(Entry {
        name: name.to_vec(),
        kind,
        size: None,
        modified,
        target: None,
    }))
}

fn is_member(name: &[u8]) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_uppercase() || b"$#@{".contains(byte);
    name.len() <= MAX_MEMBER
        && name.first().is_some_and(is_letter)
        && name.iter().all(|b| is_letter(b) || b.is_ascii_digit())
}

fn is_hex(text: &[u8]) -> bool {
    (6..=8).contains(&text.len()) && text.iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{NOW, at, day, day_time, directory, file, list};
    use super::super::{Entry, Format, Line, Reader};

    fn unsized_file(name: &[u8]) -> Entry {
        Entry {
            size: None,
            ..file(name, 0)
        }
    }

    #[test]
    fn data_sets_are_files_and_partitioned_ones_directories() {
        let modified = day(2026, 11, 22);
        for (columns, expected) in [
            ("1   15  FB      80  3120  PS  ", unsized_file(b"HLQ.PLAN")),
            ("115807  FB   29600 29600  PS  ", unsized_file(b"HLQ.PLAN")),
            ("1    1  VB   27994 27998  PO  ", directory(b"HLQ.PLAN")),
            ("1    1  U        0 32760  PO-E  ", directory(b"HLQ.PLAN")),
        ] {
            let line = format!("WORK01 3390   2026/11/22  {columns}HLQ.PLAN");
            let expected = Entry {
                modified,
                ..expected
            };
            assert_eq!(list(line.as_bytes()), at(expected), "{line}");
        }
        for line in [
            "WORK01 3390   **NONE**    1   15  NONE     0     0  PS  HLQ.PLAN",
            "WORK01 3390                                             VSAM HLQ.PLAN",
            "Migrated                                                HLQ.PLAN",
            "MIGRAT                                                  HLQ.PLAN",
            "ARCIVE Not Direct Access Device                         HLQ.PLAN",
            "Error determining attributes                            HLQ.PLAN",
            "WORK01 Not Mounted                                      HLQ.PLAN",
            "WORK01 Tape                                             HLQ.PLAN",
            "WORK01 3390   **NONE**    1   15  ?        ?     ?  ?   HLQ.PLAN",
        ] {
            assert_eq!(
                list(line.as_bytes()),
                at(unsized_file(b"HLQ.PLAN")),
                "{line}"
            );
        }
        let line = b"Pseudo Directory                                        HLQ";
        assert_eq!(list(line), at(directory(b"HLQ")));
    }

    #[test]
    fn members_are_files() {
        for line in [
            &b"PLAN$1    01.03 2026/09/12 2026/11/22 10:11    11    11     0 OWNER"[..],
            b" PLAN$1   01.03 26/09/12 26/11/22 10:11    11    11     0 OWNER",
        ] {
            let expected = Entry {
                modified: day_time(2026, 11, 22, 10, 11),
                ..unsized_file(b"PLAN$1")
            };
            assert_eq!(list(line), at(expected));
        }
        let line = b"PLAN      00B308   000411  00 FO                31    ANY";
        assert_eq!(list(line), at(unsized_file(b"PLAN")));
    }

    #[test]
    fn a_heading_announces_lines_without_a_mark() {
        for (heading, line, is_entry) in [
            (
                " Name     VV.MM   Created       Changed      Size  Init   Mod   Id",
                "PLAN    ",
                true,
            ),
            (
                " Name     VV.MM   Created       Changed      Size  Init   Mod   Id",
                "two words",
                false,
            ),
            (
                " Name      Size     TTR   Alias-of AC Attributes Amode Rmode",
                "PLAN    ",
                true,
            ),
            (
                " Name      Size     TTR   Alias-of AC Attributes Amode Rmode",
                "PLAN 0005A0",
                true,
            ),
            (
                "Volume Unit    Referred Ext Used Recfm Lrecl BlkSz Dsorg Dsname",
                "Migrated HLQ.X",
                true,
            ),
            ("total 5", "Migrated HLQ.X", false),
        ] {
            let mut reader = Reader::new(Format::List, Some(NOW));
            assert_eq!(reader.line(heading.as_bytes()), Some(Line::Noise));
            let read = reader.line(line.as_bytes());
            assert_eq!(matches!(read, Some(Line::Entry(_))), is_entry, "{line}");
        }
    }

    #[test]
    fn other_text_is_noise() {
        for line in [
            &b"PLAN"[..],
            b"Migrated files",
            b"WORK01 3390   2026/11/22  1   15  FB      80  3120  XX  HLQ.PLAN",
            b"WORK01X 3390   2026/11/22  1   15  FB      80  3120  PS  HLQ.PLAN",
            b"plan      01.03 2026/09/12 2026/11/22 10:11    11    11     0 OWNER",
            b"PLAN      01.3 2026/09/12 2026/11/22 10:11    11    11     0 OWNER",
            b"PLAN      00B308   000411  00 FO                32    ANY",
        ] {
            assert_eq!(list(line), Line::Noise, "{}", line.escape_ascii());
        }
    }
}
