//! Reads a CA directory: by hash, as OpenSSL does, or all of it, to explain.

use std::path::Path;
use std::path::PathBuf;

use crate::load;
use crate::load::Trouble;
use crate::source::Source;

/// Files of one hash that are read: `.0`, `.1`, … The largest real collision is a CA with three
/// keys; OpenSSL has no limit.
const MAX_SAME_HASH: u32 = 100;

/// Entries read in a survey. IGTF has 1 000, /etc/ssl/certs 400; ten times the largest plan.
const MAX_ENTRIES: usize = 200_000;

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

/// Reads `<hash>.0`, `<hash>.1`, … up to the first gap, as OpenSSL's `X509_LOOKUP_hash_dir` does.
pub fn by_hash(directory: &Path, hash: &str) -> Vec<Entry> {
    let mut found = Vec::new();
    for index in 0..MAX_SAME_HASH {
        let entry = entry(directory, format!("{hash}.{index}"));
        let gap = matches!(entry.outcome, Err(Trouble::Missing(_)));
        if gap {
            break;
        }
        found.push(entry);
    }
    found
}

/// Reads every entry whose name `wanted` takes, sorted by name.
///
/// # Errors
///
/// Why the directory itself cannot be listed.
pub fn survey(directory: &Path, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<Entry>, Trouble> {
    let mut names = names(directory)?;
    names.retain(|name| wanted(name));
    Ok(names.into_iter().map(|name| entry(directory, name)).collect())
}

/// The names in a directory, sorted.
///
/// # Errors
///
/// Why it cannot be listed.
pub fn names(directory: &Path) -> Result<Vec<String>, Trouble> {
    let entries = std::fs::read_dir(directory).map_err(|error| load::why(directory, &error))?;
    let names = entries.take(MAX_ENTRIES).flatten().map(|entry| entry.file_name());
    let mut names: Vec<String> =
        names.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    Ok(names)
}

fn entry(directory: &Path, name: String) -> Entry {
    let path = directory.join(&name);
    let outcome = load::file(&path, false);
    Entry { name, path, outcome }
}
