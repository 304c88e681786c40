//! Reads a CA directory: single names, as a lookup by hash asks for them, or all of it.

use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};

use crate::load;
use crate::parse::crl;
use crate::source::error::LoadError;
use crate::source::{FileFacts, Source, Step, Way};

/// Entries read of one directory. IGTF has 1 000, /etc/ssl/certs 400; ten thousand CAs with all that
/// belongs to each would have 130 000.
pub const MAX_ENTRIES: usize = 200_000;

/// Bytes of one entry. The largest in use are whole bundles, of 250 kB.
const MAX_ENTRY_BYTES: u64 = 4 << 20;

/// One name in a CA directory and what reading it gave.
#[derive(Debug)]
pub struct Entry {
    /// The file name.
    pub name: String,
    /// The whole path.
    pub path: PathBuf,
    /// Bytes, or why not.
    pub outcome: Result<Source, LoadError>,
}

/// Reads one name, links followed.
pub fn entry(directory: &Path, name: &str) -> Entry {
    let path = directory.join(name);
    Entry { name: name.to_owned(), outcome: file(&path), path }
}

/// Reads one file of a CA directory, links followed.
///
/// # Errors
///
/// Why it cannot be read; too large for anything but a revocation list is one reason.
pub fn file(path: &Path) -> Result<Source, LoadError> {
    load::bounded(path, false, MAX_ENTRY_BYTES)
}

/// Whether there is such a name, wherever it leads.
pub fn is_there(directory: &Path, name: &str) -> bool {
    load::link_facts(&directory.join(name)).is_some()
}

/// Reads one name of a revocation list, links followed, of no more than `limit` bytes. Lists may be
/// as large as any file; of what does not begin as one only the beginning is read.
pub fn list(directory: &Path, name: &str, limit: u64) -> Entry {
    let path = directory.join(name);
    Entry { name: name.to_owned(), outcome: load::promising(&path, limit, crl::may_begin), path }
}

/// Whether files in `directory` can be reached by name.
///
/// # Errors
///
/// Why not.
pub fn readable(directory: &Path) -> Result<(), LoadError> {
    let access = rustix::fs::Access::EXEC_OK;
    rustix::fs::access(directory, access).map_err(|error| load::why(directory, &error.into()))
}

/// The names in a directory, sorted, and the limit at which the rest was left out.
///
/// # Errors
///
/// Why it cannot be listed.
pub fn names(directory: &Path) -> Result<(Vec<String>, Option<String>), LoadError> {
    let (found, more) = listing(directory, MAX_ENTRIES)?;
    let limit = more.then(|| format!("the limit of {MAX_ENTRIES} names in one directory"));
    Ok((found.iter().map(|name| shown_name(&name.path)).collect(), limit))
}

/// One name of a CA directory, and the file it leads to.
#[derive(Debug)]
pub struct NamedFile {
    /// The file name, as it can be shown.
    pub name: String,
    /// The whole path.
    pub path: PathBuf,
    /// Where it points, if it is a symbolic link.
    pub link: Option<PathBuf>,
    /// What the system says of the file, links followed, or why it says nothing.
    pub file: Result<FileFacts, LoadError>,
}

/// One name of a [`listing`], not yet looked at.
#[derive(Debug)]
pub struct ListedName {
    /// The whole path.
    pub path: PathBuf,
    /// Whether it is a symbolic link, as far as the listing tells.
    pub is_link: bool,
}

impl ListedName {
    /// The file name, as it can be shown.
    pub fn shown(&self) -> String {
        shown_name(&self.path)
    }
}

/// At most `limit` names of a directory, sorted, and whether there are more. Nothing is
/// read yet: a name tells what is wanted of its file, and several names may lead to one.
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
            // Told with the name: no question to the system of its own.
            is_link: entry.file_type().is_ok_and(|kind| kind.is_symlink()),
            path: entry.path(),
        })
        .collect();
    let more = names.len() > limit;
    names.truncate(limit);
    // Byte by byte: paths compare part by part, which takes longer and comes to the same here.
    names.sort_by(|a, b| a.path.as_os_str().cmp(b.path.as_os_str()));
    Ok((names, more))
}

/// Where a link of a [`listing`] leads. Most lead to another name of the same directory, of which
/// `known` has what the system said.
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

/// Reads a file that a [`listing`] led to, which `facts` is about; a revocation list may be as
/// large as any file.
///
/// # Errors
///
/// Why it cannot be read.
pub fn looked_at(path: &Path, facts: &FileFacts, is_large: bool) -> Result<Source, LoadError> {
    load::looked_at(path, facts, most(is_large))
}

/// The bytes of one file above which it is not read: lists and files that take the place of a
/// directory are large.
pub fn most(is_large: bool) -> u64 {
    if is_large { load::MAX_FILE_BYTES } else { MAX_ENTRY_BYTES }
}

/// Whether this user may make names in `directory`.
pub fn writable(directory: &Path) -> bool {
    rustix::fs::access(directory, rustix::fs::Access::WRITE_OK).is_ok()
}

/// Folders looked at, and how deep: alien-cas has five, one below the other nowhere.
const MAX_FOLDERS: usize = 100;
const MAX_FOLDER_DEPTH: usize = 2;

/// The folders below `directory`, and how many of their names `wanted` takes: those that have any.
/// They explain why nothing was found: a limit changes no verdict.
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

/// Where one name leads.
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

/// The directories in which the system looks names up on the way to a file, and where it ends. Links
/// are followed name by name: whoever can change one of the directories can lead the way elsewhere.
pub fn way(path: &Path) -> Way {
    let mut way = Way { steps: Vec::new(), end: PathBuf::from("/") };
    let whole = std::path::absolute(path);
    let mut rest = reversed(whole.as_deref().unwrap_or(path));
    let mut links = 0;
    while let Some(name) = rest.pop() {
        if name == ".." {
            way.end.pop();
            continue;
        }
        let next = way.end.join(&name);
        let target = std::fs::read_link(&next).ok();
        if let Some(facts) = load::file_facts(&way.end) {
            way.steps.push(Step {
                directory: way.end.clone(),
                facts,
                is_last: target.is_some() || rest.is_empty(),
            });
        }
        match target {
            Some(target) if links < MAX_LINKS => {
                links += 1;
                if target.is_absolute() {
                    way.end = PathBuf::from("/");
                }
                rest.extend(reversed(&target));
            }
            _ => way.end = next,
        }
    }
    way
}

/// The names of a path, the last first.
fn reversed(path: &Path) -> Vec<OsString> {
    let named = |part: Component<'_>| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    };
    path.components().rev().filter_map(named).collect()
}

/// Links followed (path_resolution(7)).
const MAX_LINKS: usize = 40;

/// The directories above `path`, from the root down to `path` itself, links resolved: whoever may
/// write to one of them decides what is trusted.
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
