//! A whole listing, line by line: what the lines before say about the next one.

use jiff::civil::DateTime;

use super::{
    DIALECTS, Format, Line, MAX_LINE, MAX_TRAILING_CR, dls, headings, is_blank, mlsx, mvs, nlst,
    trim_end, vms,
};

/// Reads a listing line by line and remembers what later lines hang on: a heading
/// that says what follows, a name whose entry goes on in the next line, which
/// directory it is.
///
/// Each line is still read for itself first: what has the mark of a dialect is read
/// in it, whatever came before. At most one line waits for its second half.
#[derive(Debug)]
pub struct Reader {
    format: Format,
    now: Option<DateTime>,
    here: mlsx::Here,
    announced: Option<mvs::Table>,
    waiting: Option<Vec<u8>>,
    unread: Option<Vec<u8>>,
    dialect: Option<&'static str>,
}

impl Reader {
    /// A reader at the start of a listing. `now` is the current time in UTC: see
    /// [`super::try_parse_line`].
    #[must_use]
    pub fn new(format: Format, now: Option<DateTime>) -> Self {
        Self {
            format,
            now,
            here: mlsx::Here::default(),
            announced: None,
            waiting: None,
            unread: None,
            dialect: None,
        }
    }

    /// Reads the next line, which comes without its LF; one or two CRs at its end are
    /// dropped. `None` if it is not understood.
    ///
    /// A line that may be the first half of an entry is [`Line::Noise`] for now; if
    /// the second half does not come, [`Reader::unread`] gives it back.
    pub fn line(&mut self, line: &[u8]) -> Option<Line> {
        let line = without_end(line);
        if let Some(first) = self.waiting.take() {
            if let Some((dialect, entry)) = self.both_halves(&first, line) {
                return Some(self.told_in(dialect, entry));
            }
            self.unread = Some(first);
        }
        if self.format == Format::List && line.len() <= MAX_LINE {
            self.announced = mvs::Table::announced_by(line).or(self.announced);
        }
        let parsed = self.parse(line);
        if parsed.is_none() && self.format == Format::List && is_first_half(line) {
            self.waiting = Some(line.to_vec());
            return Some(Line::Noise);
        }
        parsed
    }

    /// The line before the last one, if it waited in vain for its second half: it was
    /// not understood. To be asked after each line.
    pub fn unread(&mut self) -> Option<Vec<u8>> {
        self.unread.take()
    }

    /// What people call the dialect of the last entry of a LIST.
    pub fn dialect(&self) -> Option<&'static str> {
        self.dialect
    }

    /// Ends the listing: the last line, if it waited in vain.
    pub fn end(&mut self) -> Option<Vec<u8>> {
        self.waiting.take()
    }

    pub(super) fn parse(&mut self, line: &[u8]) -> Option<Line> {
        let line = without_end(line);
        if line.len() > MAX_LINE {
            return None;
        }
        let parsed = match self.format {
            Format::Mlsd => mlsx::parse(line, &mut self.here),
            Format::List => DIALECTS
                .iter()
                .find_map(|(name, parse)| Some((*name, parse(line, self.now)?)))
                .or_else(|| Some(("MVS", self.announced?.line(line)?)))
                .map(|(name, line)| self.told_in(name, line)),
            Format::Nlst => nlst::parse(line),
        };
        parsed.or_else(|| headings::is_one(line).then_some(Line::Noise))
    }

    fn told_in(&mut self, dialect: &'static str, line: Line) -> Line {
        if matches!(line, Line::Entry(_)) {
            self.dialect = Some(dialect);
        }
        line
    }

    fn both_halves(&self, first: &[u8], second: &[u8]) -> Option<(&'static str, Line)> {
        // The second half is indented, but by some servers of VMS.
        let begins = |byte: &u8| is_blank(*byte) || byte.is_ascii_digit();
        if !second.first().is_some_and(begins) || second.len() > MAX_LINE {
            return None;
        }
        let joined = [first, second].join(&b' ');
        let vms = vms::parse(&joined, self.now).map(|line| ("VMS", line));
        vms.or_else(|| Some(("dls", dls::parse_halves(first, second, self.now)?)))
    }
}

/// Whether an entry may begin here and go on in the next line: a name alone.
fn is_first_half(line: &[u8]) -> bool {
    let name = trim_end(line);
    !name.is_empty() && name.len() <= MAX_LINE && !name.iter().any(|byte| is_blank(*byte))
}

fn without_end(line: &[u8]) -> &[u8] {
    let mut line = line;
    for _ in 0..MAX_TRAILING_CR {
        line = line.strip_suffix(b"\r").unwrap_or(line);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::super::tests::{NOW, at, file};
    use super::super::{Format, Line, MAX_LINE};
    use super::Reader;

    fn reader() -> Reader {
        Reader::new(Format::List, Some(NOW))
    }

    #[test]
    fn a_line_without_its_second_half_is_given_back_once() {
        let mut reader = reader();
        assert_eq!(reader.line(b"what?\r"), Some(Line::Noise));
        assert_eq!(reader.unread(), None);
        assert_eq!(reader.line(b"who?"), Some(Line::Noise));
        assert_eq!(reader.unread().as_deref(), Some(&b"what?"[..]));
        assert_eq!(reader.unread(), None);
        assert_eq!(reader.end().as_deref(), Some(&b"who?"[..]));
        assert_eq!(reader.end(), None);
    }

    #[test]
    fn a_line_with_a_mark_is_read_whatever_came_before() {
        let mut reader = reader();
        for line in [
            &b" Name     VV.MM   Created       Changed      Size  Init   Mod   Id"[..],
            b"what?",
            b"Directory DISK:[PUB]",
        ] {
            assert_eq!(reader.line(line), Some(Line::Noise));
        }
        assert_eq!(reader.line(b"+r,s5,\tx"), Some(at(file(b"x", 5))));
    }

    #[test]
    fn a_line_past_the_bound_is_neither_first_nor_second_half() {
        let mut reader = reader();
        let mut line = vec![b'x'; MAX_LINE];
        assert_eq!(reader.line(&line), Some(Line::Noise), "it waits");
        line.push(b'x');
        assert_eq!(reader.line(&line), None);
        assert_eq!(reader.unread().map(|line| line.len()), Some(MAX_LINE));
        assert_eq!(reader.end(), None);
        assert_eq!(reader.line(b"LONG-NAME.TXT;1"), Some(Line::Noise));
        let mut second = vec![b' '; MAX_LINE - 20];
        second.extend_from_slice(b"2  21-NOV-2026 10:11");
        assert_eq!(second.len(), MAX_LINE);
        assert!(matches!(reader.line(&second), Some(Line::Entry(_))));
        assert_eq!(reader.line(b"LONG-NAME.TXT;1"), Some(Line::Noise));
        second.insert(0, b' ');
        assert_eq!(reader.line(&second), None);
    }
}
