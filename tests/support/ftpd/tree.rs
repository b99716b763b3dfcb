//! The files that the scripted server serves, and its listings of them. Names are bytes.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::Arc;

/// The time of every file, as MDTM and MLSD write it.
pub const MODIFIED: &str = "20240102030405";

/// A file with its body, or a directory.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Dir,
    File(Arc<[u8]>),
}

/// Absolute paths without a slash at the end, save the root.
#[derive(Debug, Clone)]
pub(super) struct Tree(BTreeMap<Vec<u8>, Node>);

/// The three ways to write a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Mlsd,
    List,
    Nlst,
}

impl Tree {
    pub(super) fn new() -> Self {
        Self(BTreeMap::from([(b"/".to_vec(), Node::Dir)]))
    }

    /// Adds a node and the directories above it.
    pub(super) fn add(&mut self, path: &[u8], node: Node) {
        let path = resolve(b"/", path);
        for (at, _) in path
            .iter()
            .enumerate()
            .skip(1)
            .filter(|(_, byte)| **byte == b'/')
        {
            self.0
                .insert(path.iter().copied().take(at).collect(), Node::Dir);
        }
        self.0.insert(path, node);
    }

    pub(super) fn get(&self, path: &[u8]) -> Option<&Node> {
        self.0.get(path)
    }

    /// What a listing command sends for `path`: for a missing one nothing, as vsftpd does.
    pub(super) fn listing(&self, path: &[u8], form: Form) -> Vec<u8> {
        let mut out = Vec::new();
        match self.get(path) {
            None => {}
            Some(node @ Node::File(_)) => line(&mut out, path, node, form),
            Some(Node::Dir) => {
                if form == Form::Mlsd {
                    for (kind, name) in [("cdir", "."), ("pdir", "..")] {
                        let _ = write!(out, "type={kind};modify={MODIFIED}; {name}\r\n");
                    }
                }
                let mut inside = path.to_vec();
                if !inside.ends_with(b"/") {
                    inside.push(b'/');
                }
                for (child, node) in self.0.iter() {
                    if let Some(name) = child.strip_prefix(inside.as_slice())
                        && !name.is_empty()
                        && !name.contains(&b'/')
                    {
                        line(&mut out, name, node, form);
                    }
                }
            }
        }
        out
    }
}

/// The facts of a node, as MLSD and MLST write them, with the blank before the name.
pub(super) fn facts(node: &Node) -> String {
    match node {
        Node::Dir => format!("type=dir;modify={MODIFIED}; "),
        Node::File(body) => format!("type=file;size={};modify={MODIFIED}; ", body.len()),
    }
}

fn line(out: &mut Vec<u8>, name: &[u8], node: &Node, form: Form) {
    let head = match (form, node) {
        (Form::Nlst, _) => String::new(),
        (Form::Mlsd, node) => facts(node),
        (Form::List, Node::Dir) => {
            format!(
                "drwxr-xr-x   2 ftp      ftp      {:>12} Jan 02  2024 ",
                4096
            )
        }
        (Form::List, Node::File(body)) => {
            format!(
                "-rw-r--r--   1 ftp      ftp      {:>12} Jan 02  2024 ",
                body.len()
            )
        }
    };
    out.extend_from_slice(head.as_bytes());
    out.extend_from_slice(name);
    out.extend_from_slice(b"\r\n");
}

/// The absolute path that `path` names in the directory `cwd`.
pub(super) fn resolve(cwd: &[u8], path: &[u8]) -> Vec<u8> {
    let base: &[u8] = if path.starts_with(b"/") { b"" } else { cwd };
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in base
        .split(|byte| *byte == b'/')
        .chain(path.split(|byte| *byte == b'/'))
    {
        match part {
            b"" | b"." => {}
            b".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    let mut out = vec![b'/'];
    out.extend_from_slice(&parts.join(&b'/'));
    out
}
