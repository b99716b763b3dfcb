//! The directory that the FTP servers of the tests serve: the same bytes, names and dates always.
//!
//! It is made once and kept under `target/lab/data` for the runs to come, under a name made of
//! this file's own text, so that a change here makes it anew. Nothing may write to it.

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

/// Files in `many/`.
pub const MANY: usize = 10_000;

/// Files in `hundreds/`.
pub const HUNDREDS: usize = 200;

/// Bytes of `big.bin`.
pub const BIG_SIZE: u64 = 300 * 1024 * 1024;

/// Bytes of `README`: ends of both kinds, lines that a careless writer takes for the end of the
/// text, and no end to the last line.
pub const README: &[u8] = b"The archive of the tests.\n\
    This line ends with both, CR and LF.\r\n\
    .\n\
    .a line with a dot in front\n\
    ..two dots\n\
    .\r\n\
    \n\
    \ttab and caf\xc3\xa9 and \xe9\n\
    the last line has no end";

/// When everything in here was last changed: 2024-01-15 12:00:00 UTC, in seconds since 1970.
pub const MODIFIED: u64 = 1_705_320_000;

/// Names in `sub/`; each file holds its own name and a LF. One more is [`every_ascii_name`].
const ODD_NAMES: [&[u8]; 17] = [
    b"with space.txt",
    b"a%41b.txt",
    b"question?.txt",
    b"hash#.txt",
    b"plus+.txt",
    b"quote'\".txt",
    b"caf\xc3\xa9.txt",
    b"caf\xe9-latin1.txt",
    b"tab\there.txt",
    b"-dash.txt",
    b" leading.txt",
    b"trailing .txt ",
    b"~tilde.txt",
    b"a&b;type=a",
    b"star*[x].txt",
    b"back\\slash.txt",
    b"plain.txt",
];

/// Symbolic links in `links/`, and their targets: a directory beside them, one elsewhere, a file, a
/// file by its extension, and nothing at all.
pub const LINKS: [(&str, &str); 5] = [
    ("beside", "v2"),
    ("elsewhere", "../sub"),
    ("file", "../README"),
    ("image.gif", "../empty.bin"),
    ("nowhere", "missing"),
];

/// The directory, and what is too big to be held against it byte for byte.
#[derive(Debug)]
pub struct Archive {
    pub root: PathBuf,
    /// [`Checksum`] of `big.bin`.
    pub big_checksum: u64,
}

/// A checksum of eight bytes a step, so that 300 MiB take no time even in a debug build. Each step
/// is a bijection: a single changed word never goes unseen.
#[derive(Debug, Clone)]
pub struct Checksum {
    state: u64,
    /// Bytes seen, of which the last `length % 8` wait in `pending` for their word to fill.
    length: u64,
    pending: [u8; 8],
}

impl Checksum {
    const PRIME: u64 = 0x0100_0000_01b3;

    pub fn new() -> Self {
        Self {
            state: 0xcbf2_9ce4_8422_2325,
            length: 0,
            pending: [0; 8],
        }
    }

    pub fn update(&mut self, mut bytes: &[u8]) {
        let waiting = (self.length % 8) as usize;
        self.length += bytes.len() as u64;
        if waiting > 0 {
            let count = bytes.len().min(8 - waiting);
            self.pending[waiting..waiting + count].copy_from_slice(&bytes[..count]);
            bytes = &bytes[count..];
            if waiting + count < 8 {
                return;
            }
            self.step(u64::from_le_bytes(self.pending));
        }
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.step(u64::from_le_bytes(*word));
        }
        self.pending[..rest.len()].copy_from_slice(rest);
    }

    pub fn value(&self) -> u64 {
        let mut end = self.clone();
        let waiting = (self.length % 8) as usize;
        end.pending[waiting..].fill(0);
        end.step(u64::from_le_bytes(end.pending));
        end.step(self.length);
        end.state
    }

    /// Of one piece.
    pub fn of(bytes: &[u8]) -> u64 {
        let mut sum = Self::new();
        sum.update(bytes);
        sum.value()
    }

    /// Of all that comes, and how many bytes that were.
    pub fn of_stream(mut stream: impl Read) -> io::Result<(u64, u64)> {
        let (mut sum, mut length, mut piece) = (Self::new(), 0, vec![0; 1 << 18]);
        loop {
            match stream.read(&mut piece)? {
                0 => return Ok((sum.value(), length)),
                read => {
                    length += read as u64;
                    sum.update(&piece[..read]);
                }
            }
        }
    }

    fn step(&mut self, word: u64) {
        self.state = (self.state.rotate_left(23) ^ word).wrapping_mul(Self::PRIME);
    }
}

impl Default for Checksum {
    fn default() -> Self {
        Self::new()
    }
}

/// The archive, made at the first call if no earlier run has left it.
///
/// # Panics
///
/// When it cannot be made: no test over it could mean anything.
pub fn archive() -> &'static Archive {
    static ARCHIVE: OnceLock<Archive> = OnceLock::new();
    ARCHIVE.get_or_init(|| find_or_make().unwrap_or_else(|e| panic!("no archive: {e}")))
}

/// All names in `sub/`, as bytes.
pub fn odd_names() -> Vec<Vec<u8>> {
    let mut names: Vec<Vec<u8>> = ODD_NAMES.iter().map(|name| name.to_vec()).collect();
    names.push(every_ascii_name());
    names
}

/// Every printable ASCII character but the slash; the space is in the middle, where it is hardest
/// to strip by mistake and easiest to cut at.
pub fn every_ascii_name() -> Vec<u8> {
    let mut name: Vec<u8> = (b'!'..=b'~').filter(|byte| *byte != b'/').collect();
    name.insert(name.len() / 2, b' ');
    name
}

/// Name of a file in `many/`.
pub fn many_name(number: usize) -> String {
    format!("file-{number:05}.txt")
}

/// Bytes of a file in `many/`: 0 to 230 of them.
pub fn many_content(number: usize) -> Vec<u8> {
    format!("line of {number:05}.\n")
        .repeat(number % 16)
        .into_bytes()
}

/// Name of a file in `hundreds/`.
pub fn hundreds_name(number: usize) -> String {
    format!("part-{number:03}.bin")
}

/// Bytes of a file in `hundreds/`: 64 KiB and a few, and no two alike.
pub fn hundreds_content(number: usize) -> Vec<u8> {
    let mut bytes = vec![0; 65_536 + number];
    Noise::new(number as u64 + 1).fill(&mut bytes);
    bytes
}

fn find_or_make() -> io::Result<Archive> {
    let data = data_dir()?;
    let mark = format!(
        "archive-{:016x}",
        Checksum::of(include_bytes!("archive.rs"))
    );
    let root = data.join(&mark);
    let noted = data.join(format!("{mark}.sum"));
    if !root.is_dir() {
        remove_outdated(&data);
        let unfinished = data.join(format!("unfinished-{}", std::process::id()));
        let big_checksum = make(&unfinished)?;
        fs::write(&noted, big_checksum.to_string())?;
        if let Err(error) = fs::rename(&unfinished, &root) {
            // Another test process was quicker, and made the same.
            remove(&unfinished);
            if !root.is_dir() {
                return Err(error);
            }
        }
    }
    let big_checksum = fs::read_to_string(noted)?
        .parse()
        .map_err(io::Error::other)?;
    Ok(Archive { root, big_checksum })
}

/// Where it is kept: in the project, unless the servers' unprivileged user cannot get there.
fn data_dir() -> io::Result<PathBuf> {
    let lab = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/lab");
    fs::create_dir_all(&lab)?;
    let lab = lab.canonicalize()?;
    let open = |dir: &Path| fs::metadata(dir).is_ok_and(|d| d.permissions().mode() & 0o001 != 0);
    let data = match lab.ancestors().all(open) {
        true => lab.join("data"),
        false => std::env::temp_dir().join("gophergate-lab-data"),
    };
    make_dir(&data)?;
    Ok(data)
}

fn make(root: &Path) -> io::Result<u64> {
    remove(root);
    for dir in [
        "", "many", "sub", "secret", "locked", "hundreds", "links", "links/v2",
    ] {
        make_dir(&root.join(dir))?;
    }
    put(&root.join("README"), README)?;
    put(&root.join("empty.bin"), b"")?;
    for number in 0..MANY {
        put(
            &root.join("many").join(many_name(number)),
            &many_content(number),
        )?;
    }
    for name in odd_names() {
        let content = [&name, &b"\n"[..]].concat();
        put(&root.join("sub").join(OsStr::from_bytes(&name)), &content)?;
    }
    for number in 0..HUNDREDS {
        put(
            &root.join("hundreds").join(hundreds_name(number)),
            &hundreds_content(number),
        )?;
    }
    let forbidden = root.join("secret/forbidden.txt");
    put(&forbidden, b"nobody reads this\n")?;
    fs::set_permissions(&forbidden, Permissions::from_mode(0o000))?;
    put(&root.join("locked/inside.txt"), b"nobody gets here\n")?;
    put(&root.join("links/v2/inside.txt"), b"inside\n")?;
    for (name, target) in LINKS {
        symlink(target, root.join("links").join(name))?;
    }
    let checksum = put_big(&root.join("big.bin"))?;
    for dir in [
        "many", "sub", "secret", "locked", "hundreds", "links/v2", "links", "",
    ] {
        date(&File::open(root.join(dir))?)?;
    }
    fs::set_permissions(root.join("locked"), Permissions::from_mode(0o000))?;
    Ok(checksum)
}

fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    // Said outright, since the umask has its way with what a new file is given.
    file.set_permissions(Permissions::from_mode(0o644))?;
    date(&file)
}

fn put_big(path: &Path) -> io::Result<u64> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let (mut noise, mut sum) = (Noise::new(0x1579), Checksum::new());
    let mut piece = vec![0; 1 << 20];
    for _ in 0..BIG_SIZE >> 20 {
        noise.fill(&mut piece);
        sum.update(&piece);
        file.write_all(&piece)?;
    }
    let file = file.into_inner()?;
    file.set_permissions(Permissions::from_mode(0o644))?;
    date(&file)?;
    Ok(sum.value())
}

fn make_dir(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)?;
    fs::set_permissions(path, Permissions::from_mode(0o755))
}

fn date(file: &File) -> io::Result<()> {
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(MODIFIED))
}

/// Removes the archives that earlier texts of this file made, and what was never finished.
fn remove_outdated(data: &Path) {
    for entry in fs::read_dir(data).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let alive = name
            .strip_prefix("unfinished-")
            .is_some_and(|pid| Path::new("/proc").join(pid).exists());
        if !alive {
            remove(&entry.path());
        }
    }
}

fn remove(path: &Path) {
    let _ = fs::set_permissions(path.join("locked"), Permissions::from_mode(0o755));
    let _ = fs::remove_dir_all(path).or_else(|_| fs::remove_file(path));
}

/// Marsaglia's xorshift64: bytes that no compression and no luck makes equal.
struct Noise(u64);

impl Noise {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn fill(&mut self, bytes: &mut [u8]) {
        for piece in bytes.chunks_mut(8) {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            piece.copy_from_slice(&self.0.to_le_bytes()[..piece.len()]);
        }
    }
}
