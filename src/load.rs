//! Reads the gophermap, the maps that it includes and those of the folders that it links.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Path as FilePath, PathBuf};

use crate::config::Config;
use crate::gate::menus::{Linked, Menus, Own};
use crate::gate::path::Path;
use crate::gate::reach::Reach;
use crate::gate::{Policy, Sites};
use crate::gopher::IncludeError;
use crate::gopher::map::{self, MAX_MAP};
use crate::proxy::door::Doors;
use crate::proxy::trust::Trusts;
use crate::proxy::{Options, Service};
use crate::rt::files::{Folder, is_shown};

/// Most folders that are looked into for a gophermap of their own.
pub const MAX_FOLDERS: usize = 10_000;

/// The root menu that is served where there is no other.
pub const BUILT_IN: &[u8] = include_bytes!("../gophermap");

/// What links are read against.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// FTP hosts with short names.
    pub sites: &'a Sites,
    /// How far an open gateway reaches; `None` if it is not open.
    pub open: Option<Reach>,
    /// Where we are: links to it are links to us.
    pub own: Own<'a>,
}

/// Makes the service that a configuration describes: its gophermap, or `./gophermap`, or the built-in
/// one. Gives what its owner should know, too.
///
/// # Errors
///
/// When the map cannot be read, or a site of the configuration cannot be one, or nobody can be asked
/// to vouch for it.
pub fn service(config: &Config) -> Result<(Service, Remarks), String> {
    let sites = config.sites()?;
    let trusts = Trusts::load(&sites)?;
    let (logins, warnings) = config.logins()?;
    let rules = Rules {
        sites: &sites,
        open: config.reach(),
        own: config.own(),
    };
    let here = FilePath::new("gophermap");
    let file = config
        .gophermap
        .as_deref()
        .or_else(|| here.is_file().then_some(here));
    let mut loaded = match file {
        None => built_in(&rules),
        Some(file) => load(file, &rules).map_err(|error| format!("{}: {error}", file.display()))?,
    };
    loaded.remarks.warnings.extend(warnings);
    let service = Service {
        policy: loaded.policy,
        types: config.types(),
        menus: loaded.menus,
        folder: loaded.folder,
        doors: Doors::default(),
        trusts,
        options: Options {
            logins,
            ..config.options()
        },
        sites,
    };
    let mut remarks = loaded.remarks;
    remarks
        .warnings
        .extend(service.trusts.doubt().map(str::to_owned));
    Ok((service, remarks))
}

/// What is wrong with a gophermap, each as `file:line: message`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remarks {
    /// What looks doubtful.
    pub warnings: Vec<String>,
    /// Links that cannot work.
    pub errors: Vec<String>,
}

/// What a gophermap says.
#[derive(Debug)]
pub struct Loaded {
    /// The menus.
    pub menus: Menus,
    /// What they link.
    pub policy: Policy,
    /// The folder of the root map.
    pub folder: Option<Folder>,
    /// What is wrong with it.
    pub remarks: Remarks,
}

/// Takes the built-in map.
pub fn built_in(rules: &Rules<'_>) -> Loaded {
    let map = map::parse("gophermap", BUILT_IN, &mut |_, _| {
        Err(IncludeError::NotFound)
    });
    let mut loader = Loader::new(rules, None);
    loader.take(&Path::default(), map);
    loader.finish(None)
}

/// Reads the map `file`, or the one in it if it is a folder.
///
/// # Errors
///
/// When the map, or the folder that it is in, cannot be read.
pub fn load(file: &FilePath, rules: &Rules<'_>) -> io::Result<Loaded> {
    let file = if file.is_dir() {
        file.join("gophermap")
    } else {
        file.to_owned()
    };
    let parent = file
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let folder = parent.unwrap_or_else(|| FilePath::new("."));
    let root = folder.canonicalize()?;
    let mut loader = Loader::new(rules, Some(&root));
    let map = read_map(&file, &root)?;
    loader.take(&Path::default(), map);
    loader.walk(folder);
    Ok(loader.finish(Some(Folder::new(&root)?)))
}

struct Loader<'a> {
    rules: &'a Rules<'a>,
    root: Option<&'a FilePath>,
    loaded: Loaded,
    /// Local paths that were not looked into yet.
    linked: Vec<Found>,
    /// The real folders by which the walk came to where it is.
    through: Vec<PathBuf>,
}

/// A local path, and the real folders by which it was found.
struct Found {
    path: Path,
    through: Vec<PathBuf>,
}

impl<'a> Loader<'a> {
    fn new(rules: &'a Rules<'a>, root: Option<&'a FilePath>) -> Self {
        let loaded = Loaded {
            menus: Menus::default(),
            policy: Policy::new(rules.open),
            folder: None,
            remarks: Remarks::default(),
        };
        Self {
            rules,
            root,
            loaded,
            linked: Vec::new(),
            through: Vec::new(),
        }
    }

    /// Takes a folder's map.
    fn take(&mut self, folder: &Path, map: map::Map) {
        self.loaded
            .remarks
            .warnings
            .extend(map.warnings.iter().map(ToString::to_string));
        let (links, errors) =
            self.loaded
                .menus
                .insert(folder, map, self.rules.sites, &self.rules.own);
        self.loaded.remarks.errors.extend(errors);
        for (link, at) in links {
            match link {
                Linked::Ftp(target) => self.loaded.policy.link_ftp(target),
                Linked::Url(url) => self.loaded.policy.link_url(url),
                Linked::Elsewhere => {}
                Linked::Local(path) => {
                    if !self.exists(&path) {
                        self.loaded
                            .remarks
                            .errors
                            .push(format!("{at}: it links a local file that is not there"));
                    }
                    self.find(path.clone());
                    self.loaded.policy.link_local(path);
                }
            }
        }
    }

    fn exists(&self, path: &Path) -> bool {
        let ours = path.as_bytes() == b"caps.txt";
        ours || self
            .root
            .is_some_and(|root| root.join(as_path(path)).exists())
    }

    /// Looks for maps in all linked folders and the folders below them.
    fn walk(&mut self, shown: &FilePath) {
        let Some(root) = self.root else {
            return;
        };
        let mut named = HashSet::new();
        while let Some(Found { path, through }) = self.linked.pop() {
            let Ok(folder) = root.join(as_path(&path)).canonicalize() else {
                continue;
            };
            // A folder that was come through already lies on a way that leads round and round.
            if !folder.is_dir() || !is_shown(&folder, root) || through.contains(&folder) {
                continue;
            }
            if !named.insert(path.clone()) {
                continue;
            }
            if named.len() > MAX_FOLDERS {
                let warning = format!("{}: more than {MAX_FOLDERS} folders", shown.display());
                self.loaded.remarks.warnings.push(warning);
                return;
            }
            self.through = through;
            self.through.push(folder.clone());
            if !path.is_root() {
                self.look_into(&path, &folder, &shown.join(as_path(&path)));
            }
            for name in folders_in(&folder) {
                self.find(path.join(&name));
            }
        }
    }

    /// A local path to look into, come upon from the folder that is looked into now.
    fn find(&mut self, path: Path) {
        let through = self.through.clone();
        self.linked.push(Found { path, through });
    }

    fn look_into(&mut self, path: &Path, folder: &FilePath, shown: &FilePath) {
        let names = ["gophermap", ".gophermap"];
        let Some(name) = names.iter().find(|name| folder.join(name).is_file()) else {
            return;
        };
        let root = self.root.unwrap_or(folder);
        match read_map(&shown.join(name), root) {
            Ok(map) => self.take(path, map),
            Err(error) => self
                .loaded
                .remarks
                .errors
                .push(format!("{}: {error}", shown.join(name).display())),
        }
    }

    fn finish(self, folder: Option<Folder>) -> Loaded {
        Loaded {
            folder,
            ..self.loaded
        }
    }
}

fn as_path(path: &Path) -> &FilePath {
    use std::os::unix::ffi::OsStrExt;
    FilePath::new(std::ffi::OsStr::from_bytes(path.as_bytes()))
}

/// The names of the folders in a folder, those with a leading dot left out.
fn folders_in(folder: &FilePath) -> Vec<Path> {
    use std::os::unix::ffi::OsStrExt;
    let entries = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .take(MAX_FOLDERS);
    let folders = entries.filter(|entry| entry.path().is_dir());
    let names = folders.filter_map(|entry| Path::parse(entry.file_name().as_bytes()).ok());
    names.filter(|name| !name.is_hidden()).collect()
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
    let real: PathBuf = file.canonicalize().map_err(unreadable)?;
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
