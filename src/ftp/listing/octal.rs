//! Unix listings in numbers alone: mode in octal digits, owner, group, size, seconds
//! since 1970, name.

use jiff::civil::DateTime;

use super::{Entry, Kind, Line, admit, clock, columns, number, skip_blanks, unix};

/// The bits of a mode that tell the type.
const TYPE: u32 = 0o170_000;

pub(super) fn parse(line: &[u8], _now: Option<DateTime>) -> Option<Line> {
    let ([mode, owner, group, size, time], rest) = columns(line)?;
    let kind = match octal(mode)? & TYPE {
        0o040_000 => Kind::Directory,
        0o120_000 => Kind::Link,
        0o010_000 | 0o020_000 | 0o060_000 | 0o100_000 | 0o140_000 => Kind::File,
        _ => return None,
    };
    let (_, _): (u32, u32) = (number(owner)?, number(group)?);
    let size = Some(number(size)?);
    let modified = clock::unix_time(time)?;
    let name = skip_blanks(rest);
    let (name, target) = match kind {
        Kind::Link => unix::name_and_target(name, size),
        Kind::Directory | Kind::File => (name, None),
    };
    Some(admit(Entry {
        name: name.to_vec(),
        kind,
        size,
        modified: Some(modified),
        target: target.map(<[u8]>::to_vec),
    }))
}

fn octal(digits: &[u8]) -> Option<u32> {
    if !(5..=7).contains(&digits.len()) || digits.starts_with(b"+") {
        return None;
    }
    u32::from_str_radix(str::from_utf8(digits).ok()?, 8).ok()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{at, directory, file, link, list, second};
    use super::super::{Entry, Line};

    #[test]
    fn the_mode_tells_the_type() {
        let modified = second(2026, 11, 22, 10, 11, 12);
        for (mode, text, entry) in [
            (
                "0100644",
                "plan of record.txt",
                file(b"plan of record.txt", 7),
            ),
            ("40755", "docs", directory(b"docs")),
            ("0120777", "a -> /pub/b", link(b"a", Some(b"/pub/b"))),
        ] {
            let line = format!("{mode}   500  101   7    1795342272       {text}");
            let expected = Entry {
                size: Some(7),
                modified,
                ..entry
            };
            assert_eq!(list(line.as_bytes()), at(expected), "{line}");
        }
    }

    #[test]
    fn other_text_is_noise() {
        for line in [
            &b"0644   500  101   7    1795342272       x"[..],
            b"0000644   500  101   7    1795342272       x",
            b"0100648   500  101   7    1795342272       x",
            b"+100644   500  101   7    1795342272       x",
            b"0100644   ftp  101   7    1795342272       x",
        ] {
            assert_eq!(list(line), Line::Noise, "{}", line.escape_ascii());
        }
    }
}
