//! The house stands: imports go down only, and one floor touches the ground.

#![allow(missing_docs, reason = "a test crate")]
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its own source may fail"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// The floors from the ground up; a module may import from its own and from those before it.
const FLOORS: [&[&str]; 6] = [
    &["gopher", "ftp", "http", "wire"],
    &["gate"],
    &["rt"],
    &["proxy"],
    &["server"],
    &["cli", "config", "load", "lib", "main"],
];

/// Modules of floor 0 that may be used by their neighbours; the protocols do not know each other.
const SHARED: &[&str] = &["wire"];

/// What only the ground floor may say.
const GROUND: &[&str] = &[
    "async_std",
    "async_io",
    "rustix",
    "rustls",
    "signal_hook",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "UnixStream",
    "ToSocketAddrs",
    "Instant::now",
    "SystemTime",
    "Timestamp::now",
    ".elapsed()",
];

/// What the pure floors may not say, beside that.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::env",
    "std::thread",
    "log::",
    "debug!(",
    "println!(",
];

#[test]
fn imports_go_down_only() {
    let mut wrong = Vec::new();
    for (file, code) in sources() {
        let own = module(&file);
        for import in imports(&code) {
            let (from, to) = (floor(&own), floor(&import));
            let neighbour =
                from == 0 && to == 0 && own != import && !SHARED.contains(&import.as_str());
            if to > from || neighbour {
                wrong.push(format!("{}: {own} imports {import}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_the_ground_floor_names_a_runtime_a_socket_or_a_clock() {
    let mut wrong = Vec::new();
    for (file, code) in sources() {
        let own = module(&file);
        let pure = floor(&own) < 2;
        let words = GROUND
            .iter()
            .filter(|_| own != "rt")
            .chain(IMPURE.iter().filter(|_| pure));
        for word in words.filter(|word| code.contains(**word)) {
            wrong.push(format!("{}: says {word}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_room_is_past_six_hundred_lines() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "tests", "examples"] {
        collect(&root.join(folder), &mut files);
    }
    let long: Vec<_> = files
        .into_iter()
        .filter(|file| fs::read_to_string(file).unwrap().lines().count() > 600)
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

/// The test itself must be able to fail: it sees the imports that are there.
#[test]
fn the_imports_that_are_there_are_seen() {
    let code =
        "use crate::gate::{Error, Target};\nuse crate::rt::net;\nlet x = crate::wire::Shown(b);";
    assert_eq!(imports(code), ["gate", "rt", "wire"]);
    let serve = sources()
        .into_iter()
        .find(|(file, _)| file.ends_with("proxy/serve.rs"))
        .unwrap();
    assert!(imports(&serve.1).contains(&"rt".to_owned()));
}

/// All files under `src`, without their comments.
fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let read = |file: PathBuf| {
        let text = fs::read_to_string(&file).unwrap();
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let code: String = code.flat_map(|line| [line, "\n"]).collect();
        (file.strip_prefix(&root).unwrap().to_owned(), code)
    };
    files.into_iter().map(read).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The top module of a file: the first part of its path below `src`.
fn module(file: &Path) -> String {
    let first = file
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_string_lossy()
        .into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// The top modules that a file names by `crate::`.
fn imports(code: &str) -> Vec<String> {
    let names = code.split("crate::").skip(1).map(|rest| {
        rest.chars()
            .take_while(|c| c.is_ascii_lowercase() || *c == '_')
            .collect::<String>()
    });
    names.filter(|name| !name.is_empty()).collect()
}

fn floor(module: &str) -> usize {
    let at = FLOORS.iter().position(|floor| floor.contains(&module));
    at.unwrap_or_else(|| panic!("{module} stands on no floor"))
}
