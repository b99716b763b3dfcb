//! Where the bytes go. A file is written under the name FILE.part and gets its own name when it is
//! whole, so that nothing unfinished looks finished.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use jiff::civil::DateTime;

use super::shown;
use crate::gate::{Kind, Target};
use crate::rt::files;

/// Where the answer is to go.
#[derive(Debug)]
pub(super) struct Place {
    to: To,
    /// Whether the command line says so, for a listing too.
    said: bool,
    force: bool,
}

#[derive(Debug)]
enum To {
    Stdout,
    /// A device or a pipe, which is written to as it is.
    Device(PathBuf),
    File(PathBuf),
}

impl Place {
    /// Looks at `output`, or else at the last name of the URL.
    ///
    /// # Errors
    ///
    /// When there is something that must not be replaced.
    pub(super) fn choose(
        output: Option<&Path>,
        target: &Target,
        force: bool,
    ) -> Result<Self, String> {
        let said = output.is_some();
        let path = match output {
            Some(path) => path.to_owned(),
            None => PathBuf::from(OsStr::from_bytes(target.path.name())),
        };
        let may_be_listed = !said && target.kind == Kind::Unsaid;
        let to = if path == Path::new("-") && said || !said && target.kind == Kind::Directory {
            To::Stdout
        } else if may_be_listed && path.is_dir() {
            To::File(path)
        } else {
            check(path, force)?
        };
        Ok(Self { to, said, force })
    }

    /// The file that is to be written, if it is one.
    pub(super) fn file(&self) -> Option<&Path> {
        match &self.to {
            To::File(path) => Some(path),
            To::Stdout | To::Device(_) => None,
        }
    }

    /// Opens it, for a file or for a listing.
    ///
    /// # Errors
    ///
    /// What the file system says.
    pub(super) fn open(self, listing: bool) -> Result<Sink, String> {
        let to = match self.to {
            To::File(_) if listing && !self.said => To::Stdout,
            To::File(path) => check(path, self.force)?,
            to => to,
        };
        match to {
            To::Stdout => Ok(Sink::Stdout(0)),
            To::Device(path) => {
                let file = OpenOptions::new().write(true).open(&path);
                let file = file.map_err(|error| format!("{}: {error}", shown(&path)))?;
                Ok(Sink::Device(file, path))
            }
            To::File(path) => Part::open(path, self.force).map(Sink::Part),
        }
    }
}

/// What a name on the command line may be written to.
fn check(path: PathBuf, force: bool) -> Result<To, String> {
    let wrong = |what: &str| Err(format!("{}: {what}", shown(&path)));
    match fs::metadata(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(To::File(path)),
        Err(error) => wrong(&error.to_string()),
        Ok(found) if found.is_dir() => wrong("it is a folder"),
        Ok(found) if !found.is_file() => Ok(To::Device(path)),
        Ok(_) if force => Ok(To::File(path)),
        Ok(_) => wrong("it is there already: -o names another file, -f replaces this one"),
    }
}

/// What is written to.
#[derive(Debug)]
pub(super) enum Sink {
    /// Standard output, and how much went there.
    Stdout(u64),
    Device(File, PathBuf),
    Part(Part),
}

impl Sink {
    pub(super) fn is_stdout(&self) -> bool {
        matches!(self, Self::Stdout(_))
    }

    /// Gets ready for what follows byte `at` of a file that was modified then; says how much of it is
    /// there.
    pub(super) fn begin(&mut self, at: u64, modified: Option<DateTime>) -> Result<u64, String> {
        match self {
            Self::Part(part) => part.begin(at, modified),
            Self::Stdout(_) | Self::Device(..) => Ok(0),
        }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        match self {
            Self::Stdout(written) => {
                *written += bytes.len() as u64;
                let put = io::stdout().write_all(bytes);
                put.map_err(|error| format!("standard output: {error}"))
            }
            Self::Device(file, path) => {
                let put = file.write_all(bytes);
                put.map_err(|error| format!("{}: {error}", shown(path)))
            }
            Self::Part(part) => part.write(bytes),
        }
    }

    /// All of it was written.
    pub(super) fn finish(self) -> Result<(), String> {
        match self {
            Self::Stdout(_) => io::stdout()
                .flush()
                .map_err(|error| format!("standard output: {error}")),
            Self::Device(..) => Ok(()),
            Self::Part(part) => part.finish(),
        }
    }

    /// No more comes; what is left then, in words.
    pub(super) fn leave(self) -> Option<String> {
        match self {
            Self::Stdout(0) => None,
            Self::Stdout(_) => {
                Some("what was written to standard output is a part only".to_owned())
            }
            Self::Device(_, path) => Some(format!("what {} has is a part only", shown(&path))),
            Self::Part(part) => part.leave(),
        }
    }
}

/// An unfinished file. Its time of modification is that of the server's file, by which it is known
/// again.
#[derive(Debug)]
pub(super) struct Part {
    file: File,
    path: PathBuf,
    target: PathBuf,
    force: bool,
    length: u64,
    modified: Option<DateTime>,
    /// What came behind the bytes that were there already.
    more: Vec<u8>,
}

impl Part {
    /// How much of a file is there from an earlier time.
    pub(super) fn length(target: &Path) -> u64 {
        let found = fs::symlink_metadata(part_of(target));
        found.map_or(0, |found| if found.is_file() { found.len() } else { 0 })
    }

    fn open(target: PathBuf, force: bool) -> Result<Self, String> {
        let path = part_of(&target);
        let wrong = |what: String| format!("{}: {what}", shown(&path));
        if fs::symlink_metadata(&path).is_ok_and(|found| !found.is_file()) {
            return Err(wrong("it is there, and no regular file".to_owned()));
        }
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(false);
        let file = options.open(&path).map_err(|e| wrong(e.to_string()))?;
        let metadata = file.metadata().map_err(|e| wrong(e.to_string()))?;
        Ok(Self {
            modified: files::modified(&file),
            length: metadata.len(),
            file,
            path,
            target,
            force,
            more: Vec::new(),
        })
    }

    pub(super) fn len(&self) -> u64 {
        self.length
    }

    /// When the server's file was modified that this is a part of.
    pub(super) fn modified(&self) -> Option<DateTime> {
        self.modified
    }

    /// What is there from byte `from` on.
    pub(super) fn tail(&mut self, from: u64) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        let read = self.file.seek(SeekFrom::Start(from));
        let read = read.and_then(|_| self.file.read_to_end(&mut bytes));
        read.map(|_| bytes).map_err(|error| self.wrong(&error))
    }

    /// Keeps what came behind the bytes that are there, until [`Self::begin`].
    pub(super) fn keep(&mut self, more: &[u8]) {
        self.more.extend_from_slice(more);
    }

    fn begin(&mut self, at: u64, modified: Option<DateTime>) -> Result<u64, String> {
        self.modified = modified;
        let more = std::mem::take(&mut self.more);
        let ready = self.file.set_len(at);
        let ready = ready.and_then(|()| self.file.seek(SeekFrom::Start(at)));
        ready.map_err(|error| self.wrong(&error))?;
        self.length = at;
        if at > 0 {
            self.write(&more)?;
        }
        Ok(self.length)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        let put = self.file.write_all(bytes);
        put.map_err(|error| self.wrong(&error))?;
        self.length += bytes.len() as u64;
        // After each piece: whatever ends this process, what is left can be known again. Where it
        // fails, the worst that follows is another start from the beginning.
        if let Some(modified) = self.modified {
            let _ = files::set_modified(&self.file, modified);
        }
        Ok(())
    }

    fn finish(self) -> Result<(), String> {
        // What has its own name must be whole after a power failure too.
        self.file.sync_all().map_err(|error| self.wrong(&error))?;
        if !matches!(check(self.target.clone(), self.force)?, To::File(_)) {
            return Err(format!("{}: it is no regular file", shown(&self.target)));
        }
        fs::rename(&self.path, &self.target)
            .map_err(|error| format!("{}: {error}", shown(&self.target)))
    }

    fn leave(self) -> Option<String> {
        if self.length == 0 {
            let _ = fs::remove_file(&self.path);
            return None;
        }
        let (path, length) = (shown(&self.path), self.length);
        Some(format!("{path} has the first {length} bytes"))
    }

    fn wrong(&self, error: &io::Error) -> String {
        format!("{}: {error}", shown(&self.path))
    }
}

fn part_of(target: &Path) -> PathBuf {
    let mut name = OsString::from(target);
    name.push(".part");
    name.into()
}
