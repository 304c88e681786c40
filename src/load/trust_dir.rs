//! Reads a CA directory: single names, as a lookup by hash asks for them, or all of it.

use std::path::Path;
use std::path::PathBuf;

use crate::load;
use crate::load::Trouble;
use crate::source::Source;

/// Entries read in a survey. IGTF has 1 000, /etc/ssl/certs 400; ten times the largest plan.
const MAX_ENTRIES: usize = 200_000;

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
    pub outcome: Result<Source, Trouble>,
}

/// Reads one name, links followed.
pub fn entry(directory: &Path, name: &str) -> Entry {
    let path = directory.join(name);
    let size = load::file_facts(&path).map_or(0, |file| file.size);
    let outcome = if size > MAX_ENTRY_BYTES {
        Err(Trouble::TooLarge(path.clone()))
    } else {
        load::file(&path, false)
    };
    Entry {
        name: name.to_owned(),
        path,
        outcome,
    }
}

/// Reads one name of a revocation list, links followed; nothing if there is no such name. Lists
/// may be as large as any file.
pub fn list(directory: &Path, name: &str) -> Option<Entry> {
    let path = directory.join(name);
    load::link_facts(&path)?;
    Some(Entry {
        name: name.to_owned(),
        outcome: load::file(&path, false),
        path,
    })
}

/// Whether files in `directory` can be reached by name.
///
/// # Errors
///
/// Why not.
pub fn readable(directory: &Path) -> Result<(), Trouble> {
    let access = rustix::fs::Access::EXEC_OK;
    rustix::fs::access(directory, access).map_err(|error| load::why(directory, &error.into()))
}

/// Reads every entry whose name `wanted` takes, sorted by name.
///
/// # Errors
///
/// Why the directory itself cannot be listed.
pub fn survey(
    directory: &Path,
    wanted: &dyn Fn(&str) -> bool,
) -> Result<impl Iterator<Item = Entry>, Trouble> {
    let mut names = names(directory)?;
    names.retain(|name| wanted(name));
    // One at a time: a directory may hold more than memory does.
    Ok(names.into_iter().map(move |name| entry(directory, &name)))
}

/// The names in a directory, sorted.
///
/// # Errors
///
/// Why it cannot be listed.
pub fn names(directory: &Path) -> Result<Vec<String>, Trouble> {
    let entries = std::fs::read_dir(directory).map_err(|error| load::why(directory, &error))?;
    let names = entries
        .take(MAX_ENTRIES)
        .flatten()
        .map(|entry| entry.file_name());
    let mut names: Vec<String> = names
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.sort();
    Ok(names)
}
