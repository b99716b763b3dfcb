//! What holds for any input at all: lines of every dialect, damaged.

use jiff::civil::DateTime;

use super::tests::NOW;
use super::{Entry, Format, Kind, Line, MAX_LINE, Reader, parse_line};

const FORMATS: [Format; 3] = [Format::Mlsd, Format::List, Format::Nlst];

/// One line of each kind.
const SAMPLES: [&[u8]; 44] = [
    b"type=file;size=1024;modify=20261122101112.530; a name",
    b"Type=OS.unix=slink:/pub/a b;Size=8;Modify=20261122101112; to ab",
    b"type=cdir;unique=8U1;perm=el; /pub",
    b"type=dir;unique=8U1;perm=el; loop",
    b"+i8.77,m1795342272,r,s1024,\tplan of record.txt",
    b"-rw-r--r--   1 ftp      staff        1024 Nov 21 10:11 plan.txt",
    b" 131 8 drwxr-xr-x+  2 500 500 4096 Feb 29 23:59 pub",
    b"lrwxrwxrwx   1 ftp staff 6 Nov 21  2025 a -> b -> c",
    b"crw-rw-rw-   1 root sys 13, 27 Dec 31 24:00 x",
    b"-rw-r--r--   1 ftp staff 7 2026-11-21 11:11:12.123456789 +0100 x",
    b"-rw-r--r--   1 ftp staff 7 2026-11-21  x",
    b"-rw-r--r--   1 ftp staff 7 11\xe6\x9c\x88 21\xe6\x97\xa5 2026\xe5\xb9\xb4 \xff\xfe",
    b"-rw-r--r--   1 ftp staff 7 2026\xc4\xea11\xd4\xc221\xc8\xd5 10:11 x",
    b"-rw-r--r--   1 ftp sysadmin12345678 21. M\xe4r 10:11:12 2026 x",
    b"d [R----F--] admin            512       Nov 21 10:11    pub",
    b"-------r--         326  1391972  1392298 Nov 22  1995 plan.sit",
    b"11-22-26  10:11AM                 1024 plan of record.txt",
    b"11-22-2026  12:11 PM       <JUNCTION>     old [2] [D:\\data]",
    b"PLAN.TXT;3      2/9   2-NOV-2026 10:11:12.13 [FTP,STAFF] (RWED,RWED,RE,)",
    b"DISK$A:[PUB.DOCS]MORE.DIR;1\r   1  2-NOV-2026 10:11",
    b"LOGIN.COM;1   %RMS-E-PRV, insufficient privilege",
    b"A_LONG_NAME.TXT;3",
    b"                     2/9   2-NOV-2026 10:11 [FTP] (RWED,,,)",
    b"Volume Unit    Referred Ext Used Recfm Lrecl BlkSz Dsorg Dsname",
    b"WORK01 3390   2026/11/22  1   15  FB      80  3120  PO  HLQ.PLAN",
    b" Name     VV.MM   Created       Changed      Size  Init   Mod   Id",
    b"PLAN$1    01.03 26/09/12 26/11/22 10:11    11    11     0 OWNER",
    b"PLAN      00B308   000411  00 FO                31    ANY",
    b"OWNER1A  JOB01234 OWNER1   OUTPUT A        RC=0000 3 spool files",
    b"OWNER  1024 26.11.21 10:11:12 *FILE      PLAN.FILE/",
    b"PLAN     TEXT     A1 F      80     10     1       11/22/126 10:11:12",
    b"  0  RSA    DIR     11-22-26   10:11  docs",
    b"512    NOV-22-2026  10:11:12   docs              <DIR>",
    b"0  Nov 22, 2026 10:11 docs/",
    b"PLANTEXT   O    101        1024 22-Nov-2026 10:11:12 255, 12 \"----\"",
    b"20.20  2026/11/22 1011   d-ewrewr     10      512 docs",
    b"0120777   500  101   7    1795342272       a -> /pub/b",
    b"docs/                 =  Nov 21 10:11  -> ../docs",
    b"PLAN      PROG    128W  FB           3        100   1      112  1  *",
    b"d????????? ? ?    ?        ?            ? a plan",
    b"4.0K -rw-r--r-- 1 ftp staff 33.5K Nov 21 25 10:11 x",
    b"-rw-r--r-- 1 ftp staff 7 2025. 11. 22. 10:11 x",
    b"-rw-r--r-- 1 ftp staff 7 9. 22 10:11 x",
    b"startup.cfg      1,024  11/22/26  Sun.   10:11:12",
];

/// Octets that mean something somewhere.
const SPECIAL: &[u8] = b" \t\r\n\0/\\;=,:.-+[]<>*\"09dlA\xe6\xff";

/// Asserts what every entry must keep to, which came of so many octets.
fn check(entry: &Entry, octets: usize, shown: &str) {
    assert!(!entry.name.is_empty(), "{shown}");
    assert!(entry.name.len() <= octets, "{shown}");
    let is_barred = |byte: &u8| b"/\r\n\0".contains(byte);
    assert!(!entry.name.iter().any(is_barred), "{shown}");
    assert!(entry.name != b"." && entry.name != b"..", "{shown}");
    let target = entry.target.as_deref();
    assert!(target.is_none_or(|target| target.len() < octets), "{shown}");
    assert!(target != Some(b"") || entry.kind != Kind::Link, "{shown}");
}

/// Reads a line in each format and by clocks of any time.
fn check_alone(line: &[u8]) {
    for format in FORMATS {
        for now in [None, Some(NOW), Some(DateTime::MIN), Some(DateTime::MAX)] {
            if let Line::Entry(entry) = parse_line(format, line, now) {
                check(&entry, line.len(), &line.escape_ascii().to_string());
            }
        }
    }
}

/// Reads a line behind others. Each line comes out once, as an entry or as what was
/// not understood.
fn check_behind(reader: &mut Reader, before: &mut Vec<u8>, line: &[u8]) {
    let shown = format!("{} / {}", before.escape_ascii(), line.escape_ascii());
    let read = reader.line(line);
    if let Some(unread) = reader.unread() {
        assert!(before.starts_with(&unread), "{shown}");
    }
    assert_eq!(reader.unread(), None, "{shown}");
    if let Some(Line::Entry(entry)) = read {
        check(&entry, before.len() + line.len(), &shown);
    }
    *before = line.to_vec();
}

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(bound).unwrap()).unwrap()
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// A sample with up to three places damaged.
    fn damaged(&mut self) -> Vec<u8> {
        let mut line = self.of(&SAMPLES).to_vec();
        for _ in 0..=self.below(3) {
            if line.is_empty() {
                break;
            }
            let at = self.below(line.len());
            match self.below(7) {
                0 => line[at] = *self.of(SPECIAL),
                1 => line.insert(at, *self.of(SPECIAL)),
                2 => drop(line.remove(at)),
                3 => line[at] ^= 1 << self.below(8),
                4 => line.truncate(at),
                5 => {
                    let piece = line[at..].to_vec();
                    line.extend_from_slice(&piece);
                }
                _ => {
                    let other = self.of(&SAMPLES);
                    let from = self.below(other.len());
                    line.truncate(at);
                    line.extend_from_slice(&other[from..]);
                }
            }
        }
        line
    }
}

#[test]
fn every_piece_of_a_line_is_survived() {
    for sample in SAMPLES {
        for end in 0..=sample.len() {
            check_alone(&sample[..end]);
            check_alone(&sample[end..]);
        }
    }
}

#[test]
fn every_damaged_line_is_survived() {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for _ in 0..4_000 {
        check_alone(&numbers.damaged());
    }
}

#[test]
fn every_damaged_listing_is_survived() {
    let mut numbers = Numbers(0x2545_f491_4f6c_dd1d);
    for format in FORMATS {
        let mut reader = Reader::new(format, Some(NOW));
        let mut before = Vec::new();
        for _ in 0..4_000 {
            let line = match numbers.below(3) {
                0 => numbers.of(&SAMPLES).to_vec(),
                _ => numbers.damaged(),
            };
            check_behind(&mut reader, &mut before, &line);
        }
    }
}

#[test]
fn long_lines_of_one_octet_or_two_take_no_time() {
    for first in SPECIAL {
        for second in SPECIAL {
            let line: Vec<u8> = [*first, *second].repeat(MAX_LINE / 2);
            for format in FORMATS {
                let mut reader = Reader::new(format, Some(NOW));
                check_behind(&mut reader, &mut Vec::new(), &line);
            }
        }
    }
    for sample in SAMPLES {
        let mut line = sample.repeat(MAX_LINE / sample.len() + 1);
        line.truncate(MAX_LINE);
        check_alone(&line);
    }
}

/// What a line is, tells no other dialect's reader anything: each sample gives the
/// same behind any other as alone, unless it is the second half of one.
#[test]
fn a_line_with_a_mark_is_the_same_behind_any_other() {
    for before in SAMPLES {
        for sample in SAMPLES.iter().filter(|sample| !sample.starts_with(b"   ")) {
            let alone = parse_line(Format::List, sample, Some(NOW));
            if !matches!(alone, Line::Entry(_)) {
                continue;
            }
            let mut reader = Reader::new(Format::List, Some(NOW));
            reader.line(before);
            assert_eq!(
                reader.line(sample),
                Some(alone),
                "{}",
                sample.escape_ascii()
            );
        }
    }
}
