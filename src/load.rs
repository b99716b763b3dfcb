//! Reads the gophermap, the maps that it includes and those of the folders that it links.

use std::fs;
use std::io::{self, Read};
use std::path::{Path as FilePath, PathBuf};

use crate::gate::menus::{Linked, Menus};
use crate::gate::reach::Reach;
use crate::gate::target::Path;
use crate::gate::{Policy, Sites};
use crate::gopher::IncludeError;
use crate::gopher::map::{self, MAX_MAP};
use crate::rt::files::Folder;

/// Most folders with a gophermap of their own.
pub const MAX_MAPS: usize = 1_000;

/// The root menu that is served where there is no other.
pub const BUILT_IN: &[u8] = include_bytes!("../gophermap");

/// What a gophermap says.
#[derive(Debug)]
pub struct Loaded {
    /// The menus.
    pub menus: Menus,
    /// What they link.
    pub policy: Policy,
    /// The folder of the root map.
    pub folder: Option<Folder>,
    /// What its owner should know, each as `file:line: message`.
    pub warnings: Vec<String>,
}

/// Takes the built-in map.
pub fn built_in(sites: &Sites, open: Option<Reach>) -> Loaded {
    let map = map::parse("gophermap", BUILT_IN, &mut |_, _| {
        Err(IncludeError::NotFound)
    });
    let mut loader = Loader::new(sites, open);
    loader.take(&Path::default(), map);
    loader.finish(None)
}

/// Reads the map `file`, or the one in it if it is a folder.
///
/// # Errors
///
/// When the map, or the folder that it is in, cannot be read.
pub fn load(file: &FilePath, sites: &Sites, open: Option<Reach>) -> io::Result<Loaded> {
    let file = if file.is_dir() {
        file.join("gophermap")
    } else {
        file.to_owned()
    };
    let parent = file
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let root = parent
        .unwrap_or_else(|| FilePath::new("."))
        .canonicalize()?;
    let mut loader = Loader::new(sites, open);
    let map = read_map(&file, &root)?;
    let mut folders = loader.take(&Path::default(), map);
    while let Some(folder) = folders.pop() {
        if loader.menus.get(&folder).is_some() {
            continue;
        }
        let Some(file) = map_of(&root, &folder) else {
            continue;
        };
        if loader.menus.len() >= MAX_MAPS {
            loader.warnings.push(format!(
                "{}: more than {MAX_MAPS} maps, not read",
                file.display()
            ));
            break;
        }
        match read_map(&file, &root) {
            Ok(map) => folders.extend(loader.take(&folder, map)),
            Err(error) => loader.warnings.push(format!("{}: {error}", file.display())),
        }
    }
    Ok(loader.finish(Some(Folder::new(&root)?)))
}

struct Loader<'a> {
    sites: &'a Sites,
    menus: Menus,
    policy: Policy,
    warnings: Vec<String>,
}

impl<'a> Loader<'a> {
    fn new(sites: &'a Sites, open: Option<Reach>) -> Self {
        Self {
            sites,
            menus: Menus::default(),
            policy: Policy::new(open),
            warnings: Vec::new(),
        }
    }

    /// Takes a folder's map; gives the local paths that it links.
    fn take(&mut self, folder: &Path, map: map::Map) -> Vec<Path> {
        self.warnings
            .extend(map.warnings.iter().map(ToString::to_string));
        let (links, complaints) = self.menus.insert(folder, map, self.sites);
        self.warnings.extend(complaints);
        let mut local = Vec::new();
        for link in links {
            match link {
                Linked::Ftp(target) => self.policy.link_ftp(target),
                Linked::Url(url) => self.policy.link_url(url),
                Linked::Elsewhere => {}
                Linked::Local(path) => {
                    local.push(path.clone());
                    self.policy.link_local(path);
                }
            }
        }
        local
    }

    fn finish(self, folder: Option<Folder>) -> Loaded {
        Loaded {
            menus: self.menus,
            policy: self.policy,
            folder,
            warnings: self.warnings,
        }
    }
}

/// The map in a local folder, if it is one and lies below the root.
fn map_of(root: &FilePath, folder: &Path) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    let folder = root.join(std::ffi::OsStr::from_bytes(folder.as_bytes()));
    let names = ["gophermap", ".gophermap"];
    let file = names
        .iter()
        .map(|name| folder.join(name))
        .find(|file| file.is_file())?;
    file.canonicalize().ok()?.starts_with(root).then_some(file)
}

fn read_map(file: &FilePath, root: &FilePath) -> io::Result<map::Map> {
    let bytes = read(file)?;
    let name = file.to_string_lossy();
    Ok(map::parse(&name, &bytes, &mut |from, name| {
        include(root, from, name)
    }))
}

/// An included file must lie below the root when all links are followed.
fn include(root: &FilePath, from: &str, name: &[u8]) -> Result<Vec<u8>, IncludeError> {
    use std::os::unix::ffi::OsStrExt;
    let folder = FilePath::new(from)
        .parent()
        .unwrap_or_else(|| FilePath::new(""));
    let file = folder.join(std::ffi::OsStr::from_bytes(name));
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => IncludeError::NotFound,
        kind => IncludeError::Unreadable(kind),
    };
    let real = file.canonicalize().map_err(unreadable)?;
    if !real.starts_with(root) {
        return Err(IncludeError::Outside);
    }
    if !real.is_file() {
        return Err(IncludeError::NotAFile);
    }
    read(&real).map_err(unreadable)
}

/// One byte more than a map may have tells the parser that there was more.
fn read(file: &FilePath) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(file)?
        .take(MAX_MAP as u64 + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}
