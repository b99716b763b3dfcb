//! NLST, RFC 959 section 4.1.3: one name a line and nothing else.
//!
//! Some servers send paths; the last segment is the name. A `/` at the end marks
//! a directory (`ls -p`); without it the kind is not known and a file is assumed.
//!
//! Servers that run `ls` send its complaints as if they were names. Only the
//! few that are certain are left out, for anything may be a name.

use super::{Entry, Kind, Line, admit};

/// How a complaint of `ls` ends.
const COMPLAINTS: [&[u8]; 3] = [
    b": No such file or directory",
    b": Permission denied",
    b": Not a directory",
];

pub(super) fn parse(line: &[u8]) -> Option<Line> {
    if line.is_empty() || COMPLAINTS.iter().any(|complaint| line.ends_with(complaint)) {
        return None;
    }
    let (path, kind) = match line.strip_suffix(b"/") {
        Some(path) => (path, Kind::Directory),
        None => (line, Kind::File),
    };
    let name = path
        .rsplit(|byte| *byte == b'/')
        .next()
        .unwrap_or(path)
        .to_vec();
    Some(admit(Entry {
        name,
        kind,
        size: None,
        modified: None,
        target: None,
    }))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{at, directory, file};
    use super::super::{Entry, Format, Line, parse_line};

    fn nlst(line: &[u8]) -> Line {
        parse_line(Format::Nlst, line, None)
    }

    fn name(name: &[u8]) -> Line {
        at(Entry {
            size: None,
            ..file(name, 0)
        })
    }

    #[test]
    fn a_line_is_a_name_whatever_it_looks_like() {
        assert_eq!(nlst(b"plan.txt\r"), name(b"plan.txt"));
        assert_eq!(nlst(b" two  blanks "), name(b" two  blanks "));
        assert_eq!(nlst(b"total 5"), name(b"total 5"));
        assert_eq!(nlst(b"\xd0\xff -> x"), name(b"\xd0\xff -> x"));
    }

    #[test]
    fn a_path_is_reduced_to_its_last_segment() {
        assert_eq!(nlst(b"./plan.txt"), name(b"plan.txt"));
        assert_eq!(nlst(b"/pub/docs/plan.txt"), name(b"plan.txt"));
        assert_eq!(nlst(b"./docs/"), at(directory(b"docs")));
    }

    #[test]
    fn dots_and_complaints_are_noise_and_the_rest_is_unusable() {
        for line in [&b""[..], b"\r\r", b".", b"..", b"./.", b"pub/..", b"./"] {
            assert_eq!(nlst(line), Line::Noise);
        }
        assert_eq!(nlst(b"ls: x: No such file or directory"), Line::Noise);
        assert_eq!(nlst(b"pub//"), Line::Unusable);
        assert_eq!(nlst(b"a\0b"), Line::Unusable);
        assert_eq!(nlst(b"x\r\r\r"), Line::Unusable);
    }
}
