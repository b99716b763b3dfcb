//! The answers that need no file and no FTP server: gophermaps, pages about URLs, `caps.txt`.

use super::client::Client;
use super::local;
use super::service::Service;
use crate::gate::menus::MenuLine;
use crate::gate::path::Path;
use crate::gate::{Error, Target};
use crate::gopher::Output;
use crate::gopher::item::{DirEntity, Field, ItemType};
use crate::gopher::menu::{self, Style};
use crate::rt::files::Found;

/// The selector of the search item that opens any FTP URL, without its `/`.
pub(super) const OPEN: &[u8] = b"open";

/// The Gopher+ header of a file whose end is the connection's end.
const GOPHER_PLUS_FILE: &[u8] = b"+-2\r\n";

/// The Gopher+ header of a file that ends with a lastline.
const GOPHER_PLUS_TEXT: &[u8] = b"+-1\r\n";

/// What clients ask for to learn how paths work here.
const CAPS: &str = concat!(
    "CAPS\n\nCapsVersion=1\nExpireCapsAfter=86400\n\n",
    "PathDelimeter=/\nPathIdentity=.\nPathParent=..\nPathParentDouble=FALSE\nPathKeepPreDelimeter=FALSE\n\n",
    "ServerSoftware=gophergate\nServerSoftwareVersion=",
    env!("CARGO_PKG_VERSION"),
    "\nServerDescription=FTP archives as Gopher menus\nDefaultEncoding=",
);

/// The text of `caps.txt`.
pub(super) fn caps(output: Output) -> String {
    format!("{CAPS}{}\n", output.name())
}

/// Sends a folder's gophermap.
///
/// # Errors
///
/// The client's.
pub(super) async fn send(
    folder: &Path,
    client: &mut Client,
    service: &Service,
    style: Style,
) -> Result<(), Error> {
    let here = service.options.here(client.local_addr());
    let mut out = Vec::new();
    menu::begin(style, &mut out);
    for line in service
        .menus
        .get(folder)
        .map(|menu| menu.lines.as_slice())
        .unwrap_or_default()
    {
        if *line == MenuLine::Listing {
            for item in listed(folder, client, service).await {
                let _ = menu::encode(style, &item, &mut out);
            }
        }
        if let Some(mut item) = line.item(&here) {
            item.display = service.options.output.recode(&item.display);
            // What does not fit a line was reported when the map was read.
            let _ = menu::encode(style, &item, &mut out);
        }
    }
    if service.policy.is_open() && folder.is_root() {
        let item = DirEntity {
            kind: ItemType::SEARCH,
            display: Field::display(b"Open an FTP URL", 70),
            selector: Field::parse([b"/", OPEN].concat()).unwrap_or_default(),
            host: here.host.clone(),
            port: here.port,
        };
        let _ = menu::encode(style, &item, &mut out);
    }
    menu::end(&mut out);
    client.send(&out).await
}

/// The listing that a `*` line asks for; nothing if the folder cannot be read.
async fn listed(folder: &Path, client: &Client, service: &Service) -> Vec<DirEntity> {
    let Some(root) = &service.folder else {
        return Vec::new();
    };
    match root.open(folder.as_bytes()).await {
        Ok(Found::Folder(entries)) => local::items(folder, &entries, client, service),
        _ => Vec::new(),
    }
}

/// Sends a menu with one item: what was typed into the search item of an open gateway.
///
/// # Errors
///
/// What is wrong with it, and the client's.
pub(super) async fn send_opened(
    typed: &[u8],
    client: &mut Client,
    service: &Service,
    style: Style,
) -> Result<(), Error> {
    let typed = typed.trim_ascii();
    let url = match typed.get(..4) {
        Some(scheme) if scheme.eq_ignore_ascii_case(b"ftp:") => typed.to_vec(),
        _ => [b"ftp://", typed].concat(),
    };
    let target = Target::parse(&url, &service.sites)?;
    let (target, _) = service.policy.admit(target)?;
    let here = service.options.here(client.local_addr());
    let item = DirEntity {
        kind: match target.want() {
            crate::ftp::Want::Directory => ItemType::MENU,
            _ => service.types.of_link(target.path.name(), None),
        },
        display: Field::display(target.to_string().as_bytes(), 255),
        selector: Field::parse(target.selector(&service.sites)).unwrap_or_default(),
        host: here.host,
        port: here.port,
    };
    let mut out = Vec::new();
    menu::begin(style, &mut out);
    menu::encode(style, &item, &mut out)
        .map_err(|_| Error::Selector(crate::gate::target::Error::TooLong))?;
    menu::end(&mut out);
    client.send(&out).await
}

/// Sends what stands before a file; `text` is one that ends with a lastline.
///
/// # Errors
///
/// The client's.
pub(super) async fn begin_file(client: &mut Client, style: Style, text: bool) -> Result<(), Error> {
    match (style, text) {
        (Style::Plain, _) => Ok(()),
        (_, true) => client.send(GOPHER_PLUS_TEXT).await,
        (_, false) => client.send(GOPHER_PLUS_FILE).await,
    }
}

/// Sends a file that is here already.
///
/// # Errors
///
/// The client's.
pub(super) async fn send_file(
    bytes: &[u8],
    client: &mut Client,
    style: Style,
) -> Result<(), Error> {
    begin_file(client, style, false).await?;
    client.send(bytes).await
}

/// The page for clients that ask us for a `URL:` item instead of following it.
pub(super) fn redirect_page(url: &[u8]) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(url.len());
    for byte in url {
        match byte {
            b'&' => escaped.extend_from_slice(b"&amp;"),
            b'<' => escaped.extend_from_slice(b"&lt;"),
            b'>' => escaped.extend_from_slice(b"&gt;"),
            b'"' => escaped.extend_from_slice(b"&quot;"),
            b'\'' => escaped.extend_from_slice(b"&#39;"),
            byte => escaped.push(*byte),
        }
    }
    [
        b"<!DOCTYPE html>\n<html><head><title>Elsewhere</title></head>\n<body><p>This item is not on a Gopher server. It is <a href=\"",
        escaped.as_slice(),
        b"\">",
        escaped.as_slice(),
        b"</a>.</p></body></html>\n",
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_cannot_leave_its_attribute() {
        let page = redirect_page(b"http://x/\"><script>'&");
        assert!(!page.windows(8).any(|window| window == b"<script>"));
        assert!(
            page.windows(26)
                .any(|window| window == b"http://x/&quot;&gt;&lt;scr")
        );
    }
}
