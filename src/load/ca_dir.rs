//! Reads a CA directory: single files, as for a lookup by hash, or all of it.

use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};

use crate::load;
use crate::parse::crl;
use crate::source::error::LoadError;
use crate::source::{FileFacts, ResolvedPath, SearchedDirectory, Source};

/// Most entries of a directory. IGTF has 1 000, /etc/ssl/certs 400. Ten thousand CAs with all their
/// files would have 130 000.
pub const MAX_ENTRIES: usize = 200_000;

/// Most bytes of a file. The largest in use are bundles of 250 kB.
const MAX_ENTRY_BYTES: u64 = 4 << 20;

/// A file name in a CA directory, and the result of reading the file.
#[derive(Debug)]
pub struct ReadEntry {
    /// The file name.
    pub name: String,
    /// The whole path.
    pub path: PathBuf,
    /// The content, or why it cannot be read.
    pub outcome: Result<Source, LoadError>,
}

/// Reads one file. Links are followed.
pub fn entry(directory: &Path, name: &str) -> ReadEntry {
    let path = directory.join(name);
    ReadEntry { name: name.to_owned(), outcome: file(&path), path }
}

/// Reads one file of a CA directory. Links are followed.
///
/// # Errors
///
/// Why it cannot be read. It may be too large for anything but a revocation list.
pub fn file(path: &Path) -> Result<Source, LoadError> {
    load::bounded(path, false, MAX_ENTRY_BYTES)
}

/// Whether the name exists, even as a broken link.
pub fn is_there(directory: &Path, name: &str) -> bool {
    load::link_facts(&directory.join(name)).is_some()
}

/// Reads the file of a revocation list, of at most `limit` bytes. Links are followed. If the
/// beginning is not that of a list, only the beginning is read.
pub fn list(directory: &Path, name: &str, limit: u64) -> ReadEntry {
    let path = directory.join(name);
    ReadEntry {
        name: name.to_owned(),
        outcome: load::promising(&path, limit, crl::may_begin),
        path,
    }
}

/// Checks that files in `directory` can be opened.
///
/// # Errors
///
/// Why they cannot.
pub fn readable(directory: &Path) -> Result<(), LoadError> {
    let access = rustix::fs::Access::EXEC_OK;
    rustix::fs::access(directory, access).map_err(|error| load::why(directory, &error.into()))
}

/// The file names in a directory, sorted, and the limit if there are more.
///
/// # Errors
///
/// Why it cannot be listed.
pub fn names(directory: &Path) -> Result<(Vec<String>, Option<String>), LoadError> {
    let (found, more) = listing(directory, MAX_ENTRIES)?;
    let limit = more.then(|| format!("the limit of {MAX_ENTRIES} names in one directory"));
    Ok((found.iter().map(|name| shown_name(&name.path)).collect(), limit))
}

/// A file name in a CA directory, and its file.
#[derive(Debug)]
pub struct NamedFile {
    /// The file name, for the screen.
    pub name: String,
    /// The whole path.
    pub path: PathBuf,
    /// The target, if it is a symbolic link.
    pub link: Option<PathBuf>,
    /// What the system says of the file, or the error. Links are followed.
    pub file: Result<FileFacts, LoadError>,
}

/// A file name of a [`listing`]. The file was not read.
#[derive(Debug)]
pub struct ListedName {
    /// The whole path.
    pub path: PathBuf,
    /// Whether it is a symbolic link, as the listing says.
    pub is_link: bool,
}

impl ListedName {
    /// The file name, for the screen.
    pub fn shown(&self) -> String {
        shown_name(&self.path)
    }
}

/// At most `limit` file names of a directory, sorted, and whether there are more. No file is read
/// yet: the name decides what is needed of a file, and one file may have several names.
///
/// # Errors
///
/// Why the directory cannot be listed.
pub fn listing(directory: &Path, limit: usize) -> Result<(Vec<ListedName>, bool), LoadError> {
    let entries = std::fs::read_dir(directory).map_err(|error| load::why(directory, &error))?;
    let mut names: Vec<ListedName> = entries
        .take(limit.saturating_add(1))
        .flatten()
        .map(|entry| ListedName {
            // The listing has this already, so no system call is needed.
            is_link: entry.file_type().is_ok_and(|kind| kind.is_symlink()),
            path: entry.path(),
        })
        .collect();
    let more = names.len() > limit;
    names.truncate(limit);
    // Compares bytes. Comparing as paths takes longer, with the same result.
    names.sort_by(|a, b| a.path.as_os_str().cmp(b.path.as_os_str()));
    Ok((names, more))
}

/// The file behind a link of a [`listing`]. Most links lead to another name in the same directory,
/// for which `known` already has the facts.
pub fn resolve_link<'a>(
    name: &ListedName,
    known: impl Fn(&OsStr) -> Option<&'a FileFacts>,
) -> NamedFile {
    let path = &name.path;
    let target = std::fs::read_link(path).ok();
    let beside = target.as_ref().and_then(|target| {
        let mut parts = target.components();
        match (parts.next(), parts.next()) {
            (Some(Component::Normal(name)), None) => known(name),
            _ => None,
        }
    });
    match beside {
        Some(facts) => NamedFile {
            name: shown_name(path),
            path: path.clone(),
            link: target.clone(),
            file: Ok(FileFacts { link_target: target, ..facts.clone() }),
        },
        None => resolve(name),
    }
}

fn shown_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Reads a file of a [`listing`] with these `facts`. A revocation list may be as large as any file.
///
/// # Errors
///
/// Why it cannot be read.
pub fn looked_at(path: &Path, facts: &FileFacts, is_large: bool) -> Result<Source, LoadError> {
    load::looked_at(path, facts, most(is_large))
}

/// Most bytes of one file. Revocation lists and CA files may be large.
pub fn most(is_large: bool) -> u64 {
    if is_large { load::MAX_FILE_BYTES } else { MAX_ENTRY_BYTES }
}

/// Whether this user may create files in `directory`.
pub fn writable(directory: &Path) -> bool {
    rustix::fs::access(directory, rustix::fs::Access::WRITE_OK).is_ok()
}

/// Most subdirectories that are searched, and how deep. alien-cas has five, none inside another.
const MAX_FOLDERS: usize = 100;
const MAX_FOLDER_DEPTH: usize = 2;

/// Subdirectories of `directory` in which `wanted` accepts a file name, and how many names. This
/// only explains why nothing was found, so the limit changes no verdict.
pub fn folders(directory: &Path, wanted: &dyn Fn(&str) -> bool) -> Vec<(PathBuf, usize)> {
    let (mut found, mut next) = (Vec::new(), vec![(directory.to_path_buf(), 0)]);
    let mut seen = 0;
    while let Some((folder, depth)) = next.pop() {
        for name in names(&folder).unwrap_or_default().0 {
            let path = folder.join(name);
            if seen < MAX_FOLDERS && depth < MAX_FOLDER_DEPTH && load::is_directory(&path) {
                seen += 1;
                let (names, _) = names(&path).unwrap_or_default();
                let count = names.iter().filter(|name| wanted(name)).count();
                if count > 0 {
                    found.push((path.clone(), count));
                }
                next.push((path, depth + 1));
            }
        }
    }
    found.sort();
    found
}

/// The file behind one name.
pub fn resolve(name: &ListedName) -> NamedFile {
    let path = name.path.clone();
    let link = || std::fs::read_link(&path).ok();
    let file = match std::fs::metadata(&path) {
        Ok(metadata) if metadata.is_dir() => Err(LoadError::Directory(path.clone())),
        Ok(metadata) if !metadata.is_file() => {
            Err(LoadError::Special(path.clone(), load::kind(&metadata)))
        }
        Ok(metadata) => Ok(load::facts_of(&metadata, name.is_link.then(link).flatten())),
        Err(error) => Err(load::why(&path, &error)),
    };
    let link = match &file {
        Ok(facts) => facts.link_target.clone(),
        Err(_) => name.is_link.then(link).flatten(),
    };
    NamedFile { name: shown_name(&path), path, link, file }
}

/// The directories that the system searches on the way to a file, and the file. Links are followed:
/// whoever can change one of these directories can replace the file.
pub fn resolved_path(path: &Path) -> ResolvedPath {
    let mut resolved = ResolvedPath { searched: Vec::new(), end: PathBuf::from("/") };
    let whole = std::path::absolute(path);
    let mut rest = reversed(whole.as_deref().unwrap_or(path));
    let mut links = 0;
    while let Some(name) = rest.pop() {
        if name == ".." {
            resolved.end.pop();
            continue;
        }
        let next = resolved.end.join(&name);
        let target = std::fs::read_link(&next).ok();
        if let Some(facts) = load::file_facts(&resolved.end) {
            resolved.searched.push(SearchedDirectory {
                directory: resolved.end.clone(),
                facts,
                is_last: target.is_some() || rest.is_empty(),
            });
        }
        match target {
            Some(target) if links < MAX_LINKS => {
                links += 1;
                if target.is_absolute() {
                    resolved.end = PathBuf::from("/");
                }
                rest.extend(reversed(&target));
            }
            _ => resolved.end = next,
        }
    }
    resolved
}

/// The components of a path, the last first.
fn reversed(path: &Path) -> Vec<OsString> {
    let named = |part: Component<'_>| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    };
    path.components().rev().filter_map(named).collect()
}

/// Most links that are followed (path_resolution(7)).
const MAX_LINKS: usize = 40;

/// The directories from the root down to `path` itself. Links are resolved. Whoever can write to
/// one of them decides what is trusted.
pub fn ancestry(path: &Path) -> Vec<(PathBuf, FileFacts)> {
    let resolved = std::fs::canonicalize(path);
    let resolved = resolved.as_deref().unwrap_or(path);
    let mut above: Vec<&Path> = resolved.ancestors().collect();
    above.reverse();
    let facts = |path: &Path| Some((path.to_path_buf(), load::file_facts(path)?));
    above.into_iter().filter_map(facts).collect()
}

#[cfg(test)]
mod tests {
    use super::listing;

    #[test]
    fn names_beyond_the_limit_are_not_read() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a", "b", "c"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        for (limit, names, more) in [(2, 2, true), (3, 3, false)] {
            let (paths, rest) = listing(folder.path(), limit).unwrap();
            assert_eq!((paths.len(), rest), (names, more));
        }
    }
}
