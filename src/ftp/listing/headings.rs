//! Lines of a listing that are no entries and need no explanation: totals and the
//! headings of tables.

use super::{columns, is_blank, token, trim_end};

/// How the headings and the last lines of tables begin, in lower case. Digits stand
/// for any number.
const BEGINNINGS: [&[&[u8]]; 16] = [
    // VMS
    &[b"total", b"of"],
    &[b"grand", b"total", b"of"],
    &[b"%direct-w-nofiles,"],
    // MS-DOS
    &[b"volume", b"in", b"drive"],
    &[b"volume", b"serial", b"number"],
    &[b"directory", b"of"],
    &[b"0", b"file(s)"],
    &[b"0", b"dir(s)"],
    // MVS
    &[b"volume", b"unit", b"referred"],
    &[b"name", b"vv.mm", b"created"],
    &[b"name", b"size", b"ttr"],
    &[b"jobname", b"jobid"],
    // VM/CMS
    &[b"filename", b"filetype"],
    // NonStop, OS-9, VxWorks
    &[b"file", b"code", b"eof"],
    &[b"owner", b"last", b"modified"],
    &[b"size", b"date", b"time"],
];

/// Whether a line is blank, a total, a heading or a rule between them.
pub(super) fn is_one(line: &[u8]) -> bool {
    is_total(line)
        || is_rule(line)
        || is_place(line)
        || BEGINNINGS.iter().any(|words| begins_with(line, words))
}

/// What `ls -l` begins with: `total 12`, in any language.
fn is_total(line: &[u8]) -> bool {
    let Some(([word, count], rest)) = columns(line) else {
        return false;
    };
    let has_count = count.first().is_some_and(u8::is_ascii_digit);
    trim_end(rest).is_empty() && !word.contains(&b':') && has_count
}

/// A blank line or one of dashes.
fn is_rule(line: &[u8]) -> bool {
    line.iter()
        .all(|byte| is_blank(*byte) || matches!(byte, b'-' | b'='))
}

/// The directory that follows: `Directory DISK:[PUB]`, `DISK:[PUB]`, `DISK:` of VMS,
/// `./pub:` of `ls -R`.
fn is_place(line: &[u8]) -> bool {
    let (first, rest) = token(line);
    if !trim_end(rest).is_empty() {
        let (place, _) = token(rest);
        let is_named = place.contains(&b'[') || place.contains(&b':');
        return first.eq_ignore_ascii_case(b"directory") && is_named;
    }
    first.ends_with(b":") || first.ends_with(b"]") && first.contains(&b'[')
}

fn begins_with(line: &[u8], words: &[&[u8]]) -> bool {
    let mut rest = line;
    words.iter().all(|word| {
        let (found, after) = token(rest);
        rest = after;
        let is_number = *word == b"0" && found.first().is_some_and(u8::is_ascii_digit);
        is_number || found.eq_ignore_ascii_case(word)
    })
}

#[cfg(test)]
mod tests {
    use super::is_one;

    #[test]
    fn headings_and_totals_are_known() {
        for line in [
            &b""[..],
            b" \t ",
            b"--------       ------     ------    --------",
            b"total 12",
            b"\xd0\xb8\xd1\x82\xd0\xbe\xd0\xb3\xd0\xbe 12",
            b"Total of 3 files, 12/18 blocks.",
            b"Grand total of 2 directories, 9 files.",
            b"Directory SYS$DISK:[PUB.DOCS]",
            b"SYS$DISK:[PUB]",
            b"./pub:",
            b" Volume in drive D is DATA",
            b"               3 File(s)      1,024 bytes",
            b"Volume Unit    Referred Ext Used Recfm Lrecl BlkSz Dsorg Dsname",
            b"JOBNAME  JOBID    OWNER    STATUS CLASS",
        ] {
            assert!(is_one(line), "{}", line.escape_ascii());
        }
    }

    #[test]
    fn messages_are_not() {
        for line in [
            &b"ls: 3"[..],
            b"total eclipse",
            b"can not access .: Permission denied",
            b"Directory not found",
            b"%DCL-E-OPENIN, error opening PUB as input",
        ] {
            assert!(!is_one(line), "{}", line.escape_ascii());
        }
    }
}
