//! Jobs of MVS, which its server lists instead of files after `SITE FILETYPE=JES`.
//! RETR takes the job's identifier.

use jiff::civil::DateTime;

use super::{Entry, Kind, Line, admit, columns};

/// What a job may be at.
const STATES: [&[u8]; 5] = [b"INPUT", b"HELD", b"ACTIVE", b"OUTPUT", b"EXECUTING"];

pub(super) fn parse(line: &[u8], _now: Option<DateTime>) -> Option<Line> {
    let ([_, job, third], rest) = columns(line)?;
    let is_state = |column: &[u8]| STATES.contains(&column);
    // An owner may stand before the state.
    let is_job = is_identifier(job) && (is_state(third) || is_state(super::token(rest).0));
    is_job.then(|| {
        admit(Entry {
            name: job.to_vec(),
            kind: Kind::File,
            size: None,
            modified: None,
            target: None,
        })
    })
}

/// `JOB01234`, `TSU01234`, `STC01234` or `J0001234`.
fn is_identifier(text: &[u8]) -> bool {
    let digits = text.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let Some((kind, _)) = text.split_at_checked(text.len() - digits) else {
        return false;
    };
    match kind {
        b"JOB" | b"TSU" | b"STC" => digits == 5,
        b"J" | b"T" | b"S" => digits == 7,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{at, file, list};
    use super::super::{Entry, Line};

    #[test]
    fn a_job_is_a_file() {
        for line in [
            &b"OWNER1   JOB01234  OUTPUT    3 Spool Files"[..],
            b"OWNER1A  JOB01234 OWNER1   ACTIVE A",
            b"OWNER1A  JOB01234 OWNER1   OUTPUT A        RC=0000 3 spool files",
        ] {
            let expected = Entry {
                size: None,
                ..file(b"JOB01234", 0)
            };
            assert_eq!(list(line), at(expected));
        }
        assert!(matches!(list(b"A J0001234 A HELD A"), Line::Entry(_)));
    }

    #[test]
    fn other_text_is_noise() {
        for line in [
            &b"JOBNAME  JOBID    OWNER    STATUS CLASS"[..],
            b"OWNER1   JOB0123  OUTPUT    3 Spool Files",
            b"OWNER1   JOB01234  DONE WELL",
        ] {
            assert_eq!(list(line), Line::Noise);
        }
    }
}
