//! The request line: the same however it is cut.

use super::pieces;
use gophergate::gopher::request::{Error, MAX_REQUEST, Request, RequestReader};

/// Asserts it.
pub fn check(data: &[u8]) {
    let whole = read([data]);
    assert_eq!(read(pieces(data)), whole);
    assert_eq!(read(data.chunks(1)), whole);
    if let Ok(request) = whole {
        let line = [Some(&request.selector), request.search.as_ref()];
        for field in line.into_iter().flatten() {
            assert!(field.len() < MAX_REQUEST && !field.iter().any(|byte| *byte < b' '));
        }
    }
}

/// The request or why there is none; once that is known, nothing more is taken.
fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<Request, Error> {
    let mut reader = RequestReader::new();
    let mut found = None;
    for piece in pieces {
        match (reader.handle(piece), &found) {
            (Ok(None), _) => {}
            (result, None) => found = Some(result),
            (result, Some(_)) => panic!("{result:?} after the end"),
        }
    }
    let request = found.unwrap_or_else(|| Err(reader.handle_end()))?;
    Ok(request.expect("not Ok(None)"))
}
