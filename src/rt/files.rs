//! Local files, read only, and only below one folder.

use std::io;
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use async_std::fs;
use async_std::stream::StreamExt;
use futures::io::AsyncReadExt;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Most entries of a folder that are looked at.
pub const MAX_FOLDER: usize = 10_000;

/// The folder that holds the gophermap. Nothing outside of it is ever opened, symbolic links
/// included.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

/// What a path below the folder is.
#[derive(Debug)]
pub enum Found {
    /// A file, open.
    File(File),
    /// A folder: its entries, by name.
    Folder(Vec<FolderEntry>),
}

/// An entry of a local folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderEntry {
    /// Its name, as bytes.
    pub name: Vec<u8>,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Bytes, of a file.
    pub size: u64,
    /// Time of modification, UTC.
    pub modified: Option<DateTime>,
}

/// An open file.
#[derive(Debug)]
pub struct File(fs::File);

impl File {
    /// Reads the next bytes; 0 at the end.
    pub async fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read(buf).await
    }
}

impl Folder {
    /// Takes `root` for the folder.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn new(root: &Path) -> io::Result<Self> {
        Ok(Self {
            root: root.canonicalize()?,
        })
    }

    /// Opens what `path` names, which must lie below the folder and in no hidden place of it when
    /// all links are followed.
    ///
    /// # Errors
    ///
    /// What the file system says; [`io::ErrorKind::NotFound`] for what lies outside and for what is
    /// neither a file nor a folder.
    pub async fn open(&self, path: &[u8]) -> io::Result<Found> {
        let path = self.root.join(as_path(path));
        let path = fs::canonicalize(path).await?;
        if !is_shown(path.as_ref(), &self.root) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let metadata = fs::metadata(&path).await?;
        if metadata.is_dir() {
            return read_folder(&path).await.map(Found::Folder);
        }
        if !metadata.is_file() {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok(Found::File(File(fs::File::open(&path).await?)))
    }
}

/// Whether a real path lies below the real path of a root, and in no hidden place of it.
pub fn is_shown(path: &Path, root: &Path) -> bool {
    let shown = |part: Component<'_>| !part.as_os_str().as_encoded_bytes().starts_with(b".");
    path.strip_prefix(root)
        .is_ok_and(|inside| inside.components().all(shown))
}

async fn read_folder(path: &async_std::path::Path) -> io::Result<Vec<FolderEntry>> {
    use std::os::unix::ffi::OsStrExt;
    let mut entries = Vec::new();
    let mut folder = fs::read_dir(path).await?.take(MAX_FOLDER);
    while let Some(entry) = folder.next().await {
        let entry = entry?;
        // Follows links; one that leads nowhere is not shown.
        let Ok(metadata) = fs::metadata(entry.path()).await else {
            continue;
        };
        entries.push(FolderEntry {
            name: entry.file_name().as_bytes().to_vec(),
            is_folder: metadata.is_dir(),
            size: metadata.len(),
            modified: metadata.modified().ok().and_then(civil),
        });
    }
    entries.sort_by(|a, b| (!a.is_folder, &a.name).cmp(&(!b.is_folder, &b.name)));
    Ok(entries)
}

/// When an open file was last modified, UTC, in whole seconds.
pub fn modified(file: &std::fs::File) -> Option<DateTime> {
    let time = civil(file.metadata().ok()?.modified().ok()?)?;
    time.with().subsec_nanosecond(0).build().ok()
}

/// Gives an open file a time of modification, UTC.
///
/// # Errors
///
/// What the file system says; [`io::ErrorKind::InvalidInput`] for a time that it cannot hold.
pub fn set_modified(file: &std::fs::File, time: DateTime) -> io::Result<()> {
    let time = TimeZone::UTC.to_timestamp(time);
    let time = time.map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    file.set_modified(SystemTime::from(time))
}

fn as_path(bytes: &[u8]) -> &Path {
    use std::os::unix::ffi::OsStrExt;
    Path::new(std::ffi::OsStr::from_bytes(bytes))
}

fn civil(time: SystemTime) -> Option<DateTime> {
    Timestamp::try_from(time)
        .ok()
        .map(|time| TimeZone::UTC.to_datetime(time))
}
