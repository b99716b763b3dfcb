//! The one place that decides a file's item type, and with it how the file is sent.

use std::collections::HashMap;

use crate::gopher::item::ItemType;

/// Extensions by item type. What is not here, and has an extension, is binary.
const TYPES: &[(ItemType, &str)] = &[
    (
        ItemType::TEXT,
        "asc bat bib c cc cfg changes conf cpp cs css csv desc diff dsc el f90 for go h hpp ini inf ion java js \
         json ksh list log lsm lst lua m4 mak man md me md5 nfo pas patch pl pm po py rb rfc rs rst sfv sgml sh \
         sha1 sha256 sha512 sig spec sql sum tcl tex texi texinfo toml tsv txt xml yaml yml",
    ),
    (ItemType::BINHEX, "hqx"),
    (
        ItemType::ARCHIVE,
        "7z ace arc arj bz2 cab deb dms gz lha lz lz4 lzh lzma pkg rar rpm sit tar taz tbz tgz txz xz z zip zoo zst",
    ),
    (ItemType::GIF, "gif"),
    (
        ItemType::IMAGE,
        "bmp ico iff jpeg jpg pcx png pnm ppm svg tif tiff webp xbm xpm",
    ),
    (
        ItemType::SOUND,
        "aiff au flac it m4a mid midi mod mp2 mp3 ogg opus s3m snd voc wav xm",
    ),
    (ItemType::HTML, "htm html shtml xhtml"),
];

/// How a file is shown and sent.
#[derive(Clone, Debug)]
pub struct Types {
    by_extension: HashMap<Vec<u8>, ItemType>,
}

impl Default for Types {
    fn default() -> Self {
        let rows = TYPES.iter().flat_map(|(item, extensions)| {
            extensions
                .split_whitespace()
                .map(|extension| (extension.as_bytes().to_vec(), *item))
        });
        Self {
            by_extension: rows.collect(),
        }
    }
}

impl Types {
    /// Adds or replaces a row; the extension is compared without regard to case.
    pub fn insert(&mut self, extension: &[u8], item: ItemType) {
        self.by_extension
            .insert(extension.to_ascii_lowercase(), item);
    }

    /// The item type of a file, by its name: its extension's; binary for an unknown extension; text
    /// for a name without one, as README, INDEX and MD5SUMS are.
    pub fn of_file(&self, name: &[u8]) -> ItemType {
        match extension(name) {
            None => ItemType::TEXT,
            Some(extension) => self.known(&extension).unwrap_or(ItemType::BINARY),
        }
    }

    /// The item type of a symbolic link that does not say what it points to: by its own or its
    /// target's extension; a directory, which most links without one are.
    pub fn of_link(&self, name: &[u8], target: Option<&[u8]>) -> ItemType {
        self.by_link(name, target).unwrap_or(ItemType::MENU)
    }

    /// Whether a link's own or its target's extension says that it is a file.
    pub fn knows_link(&self, name: &[u8], target: Option<&[u8]>) -> bool {
        self.by_link(name, target).is_some()
    }

    /// The item type of a symbolic link that leads to a file.
    pub fn of_link_to_file(&self, name: &[u8], target: Option<&[u8]>) -> ItemType {
        let named = self.by_link(name, target);
        let has_extension = |name: &&[u8]| extension(name).is_some();
        let telling = [Some(name), target]
            .into_iter()
            .flatten()
            .find(has_extension);
        named.unwrap_or_else(|| self.of_file(telling.unwrap_or(name)))
    }

    fn by_link(&self, name: &[u8], target: Option<&[u8]>) -> Option<ItemType> {
        let known = |name: &[u8]| self.known(&extension(name)?);
        [Some(name), target].into_iter().flatten().find_map(known)
    }

    fn known(&self, extension: &[u8]) -> Option<ItemType> {
        self.by_extension.get(extension).copied()
    }
}

/// The extension in lower case. A part that is all digits (`gcc-4.2`, `x.1`) is a version; a name
/// that only begins with a dot has none.
fn extension(name: &[u8]) -> Option<Vec<u8>> {
    let dot = name
        .iter()
        .rposition(|byte| *byte == b'.')
        .filter(|dot| *dot > 0)?;
    let extension = name.get(dot + 1..)?;
    let word = !extension.is_empty() && extension.len() <= 8;
    (word && extension.iter().all(u8::is_ascii_alphanumeric))
        .then(|| extension.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_type_follows_its_name() {
        let mut types = Types::default();
        for (name, item) in [
            ("README", '0'),
            ("00-INDEX", '0'),
            ("a.TXT", '0'),
            ("x.tar.gz", '5'),
            ("y.iso", '9'),
            ("a.gif", 'g'),
            ("a.PNG", 'I'),
            ("a.hqx", '4'),
            ("a.mp3", 's'),
            ("index.html", 'h'),
            (".profile", '0'),
            ("ls-lR.Z", '5'),
            ("a.bin", '9'),
            ("report.pdf", '9'),
            ("name.with space", '0'),
        ] {
            assert_eq!(
                char::from(types.of_file(name.as_bytes()).byte()),
                item,
                "{name}"
            );
        }
        types.insert(b"PDF", ItemType::new(b'd').unwrap());
        assert_eq!(types.of_file(b"report.pdf").byte(), b'd');
    }

    #[test]
    fn a_link_is_a_directory_unless_a_name_says_otherwise() {
        let types = Types::default();
        assert_eq!(types.of_link(b"latest", Some(b"foo-1.2")), ItemType::MENU);
        assert_eq!(
            types.of_link(b"latest", Some(b"foo-1.2.tar.gz")),
            ItemType::ARCHIVE
        );
        assert_eq!(types.of_link(b"latest.txt", None), ItemType::TEXT);
    }

    #[test]
    fn a_link_to_a_file_has_the_type_of_what_it_names() {
        let types = Types::default();
        for (name, target, item) in [
            ("latest", "foo-1.2.tar.gz", ItemType::ARCHIVE),
            ("latest", "../images/foo.qcow2", ItemType::BINARY),
            ("latest.bin", "README", ItemType::BINARY),
            ("latest", "README", ItemType::TEXT),
        ] {
            let target = Some(target.as_bytes());
            assert_eq!(
                types.of_link_to_file(name.as_bytes(), target),
                item,
                "{name}"
            );
        }
    }
}
