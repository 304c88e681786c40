//! Names in a directory that may be hints.

use std::path::{Path, PathBuf};

/// Most directory entries that are searched for a hint. It changes no verdict. /tmp of a shared
/// login node has some thousands.
const MAX_ENTRIES: usize = 20_000;

/// Names in `directory` that `wanted` takes, sorted, as paths.
pub(super) fn list(directory: &Path, wanted: &dyn Fn(&str) -> bool) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return Vec::new();
    };
    let names = entries.take(MAX_ENTRIES).flatten().map(|entry| entry.file_name());
    let mut found: Vec<PathBuf> = names
        .filter(|name| name.to_str().is_some_and(wanted))
        .map(|name| directory.join(name))
        .collect();
    found.sort();
    found
}

/// Whether it is a file that this user may read.
pub(super) fn is_readable(path: &Path) -> bool {
    path.is_file() && rustix::fs::access(path, rustix::fs::Access::READ_OK).is_ok()
}
