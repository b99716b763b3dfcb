//! Names in any character set, read as text and written in that of the menus. The first line is the label of
//! the site's own set; a name stands in each other one.

use gophergate::gate::{Charset, Decoder};
use gophergate::gopher::{Field, Output};

use super::lines;

/// Asserts it.
pub fn check(data: &[u8]) {
    let mut names = lines(data);
    let label = std::str::from_utf8(names.next().unwrap_or_default());
    let charset = label.ok().and_then(Charset::parse);
    let host = url::Host::Domain("ftp.example.ru".to_owned());
    let mut decoders = [Decoder::new(charset), Decoder::at(&host, None)];
    for name in names.take(50) {
        for decoder in &mut decoders {
            assert_shown(&decoder.decode(name));
        }
        // Where nothing is set, UTF-8 is itself.
        if let Ok(text) = std::str::from_utf8(name) {
            let [_, unset] = &mut decoders;
            assert_eq!(unset.decode(name), text);
        }
        if let Ok(field) = Field::parse(name) {
            assert!(Output::Ascii.recode(&field).as_bytes().is_ascii());
        }
    }
}

fn assert_shown(text: &str) {
    for output in [Output::Utf8, Output::Latin1, Output::Ascii] {
        let shown = output.show(text);
        assert!(!shown.contains(char::is_control), "{shown:?}");
        let bytes = output.encode(text);
        match output {
            Output::Utf8 => assert_eq!(bytes, shown.as_bytes()),
            Output::Latin1 => assert_eq!(bytes.len(), shown.chars().count(), "{shown:?}"),
            Output::Ascii => assert!(bytes.is_ascii(), "{shown:?}"),
        }
        // What can be shown is shown as it is.
        assert_eq!(output.show(&shown), shown);
    }
}
