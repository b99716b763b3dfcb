//! How a reply is written: line ends, codes and texts that are not what they should be.

use super::vice::{Vice, Vices};

impl Vices {
    /// A reply with its line ends, as the vices of this session write it.
    pub(super) fn written(&self, reply: &str) -> Vec<u8> {
        let mut lines: Vec<Vec<u8>> = reply
            .split_terminator("\r\n")
            .map(|line| line.as_bytes().to_vec())
            .collect();
        if lines.len() == 1 {
            self.dress(&mut lines);
        }
        let end: &[u8] = if self.has(&Vice::BareLf) {
            b"\n"
        } else if self.has(&Vice::CrCrLf) {
            b"\r\r\n"
        } else {
            b"\r\n"
        };
        lines
            .into_iter()
            .flat_map(|line| [&line, end].concat())
            .collect()
    }

    /// What may be wrong with a reply of one line.
    fn dress(&self, lines: &mut Vec<Vec<u8>>) {
        let Some(line) = lines.first_mut() else {
            return;
        };
        let code = line.get(..3).unwrap_or_default().to_vec();
        let tells = matches!(&*code, b"227" | b"229" | b"213" | b"151");
        if self.has(&Vice::CodesOnly) && !tells {
            line.truncate(3);
        }
        if self.has(&Vice::TabBehindCode)
            && let Some(blank) = line.get_mut(3)
        {
            *blank = b'\t';
        }
        if self.has(&Vice::EightBitText) {
            line.extend_from_slice(b" caf\xe9 \xff\xfb\x01 \x80");
        }
        if self.has(&Vice::BlankBeforeCode) {
            line.insert(0, b' ');
        }
        if self.has(&Vice::TelnetBeforeCode) {
            line.splice(..0, *b"\xff\xfb\x01");
        }
        if self.has(&Vice::ManyLines) {
            let inside = [
                &code[..],
                b"-Words\r\n ",
                &code,
                b" inside\r\n421 no\r\n",
                &code,
                b"-",
            ];
            lines.insert(0, inside.concat());
        }
    }
}
