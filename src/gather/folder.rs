//! What a directory contains: by its file names; if they do not say, by the content of files.

use std::path::{Path, PathBuf};

use crate::load;
use crate::load::{LoadError, ca_dir};
use crate::parse::ca_dir::EntryName;
use crate::parse::kind::Kind;

/// A kind of directory.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Folder {
    /// CAs.
    Cas,
    /// IDTOKENS.
    IdTokens,
    /// VOMS servers.
    Voms,
    /// Something else, with the first credential in it.
    Other(Option<PathBuf>),
}

/// Looks at the file names of `directory`, then at its first files.
///
/// # Errors
///
/// Why it cannot be listed.
pub(super) fn look(directory: &Path) -> Result<Folder, LoadError> {
    let (names, _) = ca_dir::listing(directory, MAX_NAMES)?;
    let of_ca = |name: &str| {
        matches!(
            EntryName::parse(name),
            EntryName::Certificate { .. }
                | EntryName::Crl { .. }
                | EntryName::Namespaces { .. }
                | EntryName::SigningPolicy { .. }
        )
    };
    if names.iter().any(|name| of_ca(&name.shown())) {
        return Ok(Folder::Cas);
    }
    let files = names.iter().map(|name| &name.path).filter(|path| load::is_file(path));
    let kinds: Vec<(&PathBuf, Kind)> = files
        .take(MAX_FILES)
        .filter_map(|path| Some((path, Kind::of(&load::file(path, false).ok()?.bytes))))
        .collect();
    let has = |wanted: Kind| kinds.iter().any(|(_, kind)| *kind == wanted);
    if has(Kind::IdToken) {
        return Ok(Folder::IdTokens);
    }
    let first = kinds.iter().find(|(_, kind)| kind.is_credential());
    Ok(match first {
        None if has(Kind::CaCertificate) || has(Kind::CaBundle) => Folder::Cas,
        None if has(Kind::Lsc) || names.iter().any(|name| is_of_vo(&name.path)) => Folder::Voms,
        first => Folder::Other(first.map(|(path, _)| (*path).clone())),
    })
}

/// Whether it is a directory with an LSC file.
fn is_of_vo(path: &Path) -> bool {
    let names = ca_dir::listing(path, MAX_FILES).unwrap_or_default().0;
    names.iter().any(|name| name.path.extension().is_some_and(|ending| ending == "lsc"))
}

/// Most names that are looked at.
const MAX_NAMES: usize = 10_000;

/// Most files that are read.
const MAX_FILES: usize = 64;
