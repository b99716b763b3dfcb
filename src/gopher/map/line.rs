//! One line of a gophermap.

use memchr::{memchr, memrchr};

use super::{ItemType, Link, MAX_MAP, Message, Position};

/// Bytes of the longest extension in a `:ext=T` line; a longer one is text.
const MAX_EXTENSION: usize = 16;

/// What a line is.
pub(super) enum Parsed<'a> {
    Comment,
    End,
    Hide(Vec<u8>),
    Ignored(Message),
    Include(&'a [u8]),
    Info(Vec<u8>, Option<Message>),
    Link(Fields, Vec<Message>),
    Listing,
    Title(Vec<u8>),
    Type(Vec<u8>, ItemType),
}

/// A link before it knows where it stands.
pub(super) struct Fields {
    kind: ItemType,
    display: Vec<u8>,
    selector: Vec<u8>,
    host: Option<Vec<u8>>,
    port: Option<u16>,
}

impl Fields {
    pub(super) fn into_link(self, at: &Position) -> Link {
        let Self {
            kind,
            display,
            selector,
            host,
            port,
        } = self;
        Link {
            kind,
            display,
            selector,
            host,
            port,
            at: at.clone(),
        }
    }
}

/// The whole lines that fit [`MAX_MAP`], and whether there is more: half a link is another link.
pub(super) fn whole_lines(bytes: &[u8]) -> (&[u8], bool) {
    let Some(head) = bytes.get(..MAX_MAP).filter(|head| head.len() < bytes.len()) else {
        return (bytes, false);
    };
    let end = memrchr(b'\n', head).map_or(0, |at| at + 1);
    (head.get(..end).unwrap_or_default(), true)
}

/// The lines of a map, without LF or CRLF.
pub(super) fn split(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split_inclusive(|&byte| byte == b'\n').map(|line| {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        line.strip_suffix(b"\r").unwrap_or(line)
    })
}

/// Text without CR and NUL, and with a blank for each TAB.
pub(super) fn cleaned(text: &[u8]) -> Vec<u8> {
    let kept = text.iter().filter(|byte| !matches!(byte, b'\r' | 0));
    kept.map(|&byte| if byte == b'\t' { b' ' } else { byte })
        .collect()
}

/// Whether an include of `name` may be asked for.
pub(super) fn may_include(name: &[u8]) -> bool {
    let mut components = name.split(|&byte| byte == b'/');
    !name.starts_with(b"/") && !name.contains(&0) && !components.any(|part| part == b"..")
}

/// Says what one line is, without its line end.
pub(super) fn parse(line: &[u8]) -> Parsed<'_> {
    // Before the TAB is looked for: a link that was commented out must not be served.
    if line.starts_with(b"#") {
        return Parsed::Comment;
    }
    if memchr(b'\t', line).is_some() {
        return link(line);
    }
    match line {
        b"*" => Parsed::Listing,
        b"." => Parsed::End,
        b"~" => Parsed::Ignored(Message::Users),
        b"%" => Parsed::Ignored(Message::Hosts),
        [b'!', title @ ..] if !title.is_empty() => Parsed::Title(cleaned(title)),
        [b'-', name @ ..] if is_plain_name(name) => Parsed::Hide(name.to_vec()),
        [b'=', name @ ..] if is_include(name) => Parsed::Include(name),
        [b':', rule @ ..] => match type_rule(rule) {
            Some((extension, kind)) => Parsed::Type(extension, kind),
            None => Parsed::Info(cleaned(line), None),
        },
        _ => Parsed::Info(cleaned(line), None),
    }
}

fn link(line: &[u8]) -> Parsed<'_> {
    let mut fields = line.split(|&byte| byte == b'\t');
    let (first, display) = fields
        .next()
        .unwrap_or_default()
        .split_first()
        .unwrap_or((&b'\t', b""));
    let Some(kind) = ItemType::new(*first) else {
        return Parsed::Info(cleaned(line), Some(Message::BadType(*first)));
    };
    let leads_nowhere = kind == ItemType::INFO || kind == ItemType::ERROR;
    let selector = match fields.next() {
        None | Some(b"") if !leads_nowhere => display,
        selector => selector.unwrap_or_default(),
    };
    let given = |field: Option<&'_ [u8]>| match field.map(<[u8]>::trim_ascii) {
        None | Some(b"" | b"+") => None,
        Some(text) => Some(text.to_vec()),
    };
    let host = given(fields.next());
    let port_field = given(fields.next());
    // An empty selector stands for the display, so a CR or NUL there counts as well.
    if [selector, host.as_deref().unwrap_or_default()]
        .iter()
        .any(|f| memchr::memchr2(b'\r', 0, f).is_some())
    {
        return Parsed::Ignored(Message::Control);
    }
    let mut messages = Vec::new();
    let port = port_field
        .as_deref()
        .and_then(|text| port(text, leads_nowhere));
    if let (Some(text), None) = (&port_field, port) {
        messages.push(Message::BadPort(text.clone()));
    } else if host.is_some() && port.is_none() && !leads_nowhere {
        messages.push(Message::HostWithoutPort);
    }
    let (display, selector) = (cleaned(display), selector.to_vec());
    Parsed::Link(
        Fields {
            kind,
            display,
            selector,
            host,
            port,
        },
        messages,
    )
}

/// A port in digits; 0 is common on lines that lead nowhere, and wrong on others.
fn port(text: &[u8], may_be_zero: bool) -> Option<u16> {
    let digits = text.iter().all(u8::is_ascii_digit).then_some(text)?;
    let port = std::str::from_utf8(digits).ok()?.parse().ok()?;
    (port > 0 || may_be_zero).then_some(port)
}

/// Whether what follows a `-` names a file, not the rest of a ruler, a list item or a signature.
fn is_plain_name(name: &[u8]) -> bool {
    let has_dash = name.starts_with(b"-") || name.ends_with(b"-");
    let odd = |byte: &u8| matches!(byte, b'/' | b' ') || byte.is_ascii_control();
    !name.is_empty() && !has_dash && !name.iter().any(odd) && name != b"." && name != b".."
}

/// Whether what follows a `=` names a file, not the rest of a ruler or of a sentence.
fn is_include(name: &[u8]) -> bool {
    !matches!(name, [] | [b'=' | b' ', ..])
}

/// `ext=T`, in lower case.
fn type_rule(rule: &[u8]) -> Option<(Vec<u8>, ItemType)> {
    let [extension @ .., b'=', byte] = rule else {
        return None;
    };
    let kind = ItemType::new(*byte)?;
    let in_extension =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+');
    let fits = (1..=MAX_EXTENSION).contains(&extension.len());
    let extension = extension.strip_prefix(b".").unwrap_or(extension);
    let is_extension = fits && !extension.is_empty() && extension.iter().all(in_extension);
    is_extension.then(|| (extension.to_ascii_lowercase(), kind))
}
