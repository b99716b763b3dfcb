//! Local files and folders that a gophermap links.

use super::client::Client;
use super::service::Service;
use crate::gate::directory::display;
use crate::gate::path::{Path, encode_selector};
use crate::gate::policy::OURS;
use crate::gate::target;
use crate::gate::{Decoder, Error};
use crate::gopher::TextEncoder;
use crate::gopher::item::{DirEntity, Field, ItemType};
use crate::gopher::menu::{self, Style};
use crate::rt::files::{File, FolderEntry, Found};

/// Bytes of a file that are read at once.
const BUFFER: usize = 64 * 1024;

/// What a local path turned out to be.
#[derive(Debug)]
pub(super) enum Local {
    /// A file, open.
    File(File),
    /// The items of a folder without a gophermap.
    Items(Vec<DirEntity>),
}

/// Opens a local path that the policy let pass.
///
/// # Errors
///
/// [`Error::Local`].
async fn open(path: &Path, client: &Client, service: &Service) -> Result<Local, Error> {
    let failed = |kind| Error::Local {
        selector: path.as_bytes().to_vec(),
        kind,
    };
    let folder = service
        .folder
        .as_ref()
        .ok_or_else(|| failed(std::io::ErrorKind::NotFound))?;
    match folder
        .open(path.as_bytes())
        .await
        .map_err(|error| failed(error.kind()))?
    {
        Found::File(file) => Ok(Local::File(file)),
        Found::Folder(entries) => Ok(Local::Items(items(path, &entries, client, service))),
    }
}

/// Opens the first of these paths that is there; says which it is.
///
/// # Errors
///
/// [`Error::Local`].
pub(super) async fn open_first(
    paths: Vec<Path>,
    client: &Client,
    service: &Service,
) -> Result<(Path, Local), Error> {
    let mut missing = Error::Selector(target::Error::NotFtp);
    for path in paths {
        match open(&path, client, service).await {
            Ok(found) => return Ok((path, found)),
            Err(error) => missing = error,
        }
    }
    Err(missing)
}

/// The items of a folder: what its map does not hide, and no dot files and maps.
pub(super) fn items(
    path: &Path,
    entries: &[FolderEntry],
    client: &Client,
    service: &Service,
) -> Vec<DirEntity> {
    let here = service.options.here(client.local_addr());
    let output = service.options.output;
    let menu = service.menus.get(path);
    // What `encoding` says is true of FTP servers; names of a disk of today are UTF-8.
    let mut decoder = Decoder::new(None);
    let shown = |entry: &&FolderEntry| {
        let hidden = menu.is_some_and(|menu| menu.hidden.contains(&entry.name));
        !hidden && !entry.name.starts_with(b".") && !OURS.contains(&entry.name.as_slice())
    };
    let item = |entry: &FolderEntry| {
        let name = decoder.decode(&entry.name);
        let target = Path::parse(&entry.name).ok().map(|name| path.join(&name))?;
        let own_type = || menu.and_then(|menu| menu.item_type(&entry.name));
        let kind = if entry.is_folder {
            ItemType::MENU
        } else {
            own_type().unwrap_or_else(|| service.types.of_file(&entry.name))
        };
        let date = entry.modified.map(|modified| modified.date());
        let size = (!entry.is_folder).then_some(entry.size);
        Some(DirEntity {
            kind,
            display: display(&name, size, date, service.options.columns, output),
            selector: Field::parse(encode_selector(target.as_bytes(), entry.is_folder)).ok()?,
            host: here.host.clone(),
            port: here.port,
        })
    };
    entries.iter().filter(shown).filter_map(item).collect()
}

/// Sends a folder as a menu.
///
/// # Errors
///
/// The client's.
pub(super) async fn send_items(
    items: &[DirEntity],
    client: &mut Client,
    style: Style,
) -> Result<(), Error> {
    let mut out = Vec::new();
    menu::begin(style, &mut out);
    for item in items {
        // A name too long for a line is left out, as no client could ask for it.
        let _ = menu::encode(style, item, &mut out);
    }
    menu::end(&mut out);
    client.send(&out).await
}

/// Sends a file, as RFC 1436's TextFile if it is `text`.
///
/// # Errors
///
/// The client's, or our own: then what the client has is a part only.
pub(super) async fn send_file(
    file: &mut File,
    text: bool,
    client: &mut Client,
) -> Result<(), Error> {
    let mut encoder = text.then(TextEncoder::new);
    let mut bytes = vec![0; BUFFER];
    let mut out = Vec::new();
    loop {
        let read = file
            .read(&mut bytes)
            .await
            .map_err(|error| Error::Here { kind: error.kind() })?;
        let piece = bytes.get(..read).unwrap_or_default();
        if read == 0 {
            break;
        }
        match &mut encoder {
            None => client.send(piece).await?,
            Some(encoder) => {
                out.clear();
                encoder.encode(piece, &mut out);
                client.send(&out).await?;
            }
        }
    }
    if let Some(encoder) = encoder {
        out.clear();
        encoder.end(&mut out);
        client.send(&out).await?;
    }
    Ok(())
}
