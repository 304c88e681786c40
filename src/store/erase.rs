//! Destroys one credential file. No other code removes a file that a user made.
//!
//! Other tools follow links: grid-proxy-destroy overwrites the file behind a symbolic link and the
//! content of every hard link, and most remove any file they are given. certok removes exactly the
//! file that was judged, or says why not.

mod directory_entry;
mod rewrite;

use std::path::Path;

use crate::source::FileFacts;
use crate::source::stored::Erasure;
use crate::store::erase::directory_entry::DirectoryEntry;
pub use crate::store::erase::rewrite::rewrite;

/// Removes the file at `path`, if it is still the one that `judged` describes, is a regular file
/// with one name, and belongs to `euid`. This holds for root too.
///
/// A link at the end of the path is not followed. The name is removed first. Then the content is
/// overwritten with zeros, as far as possible, through a handle that was opened before. So a file
/// that cannot be removed keeps its content and mode.
pub fn destroy(path: &Path, judged: &FileFacts, euid: u32, dry_run: bool) -> Erasure {
    let removed = DirectoryEntry::of(path).and_then(|entry| {
        let opened = entry.open(judged, euid)?;
        entry.expect_writable()?;
        if dry_run {
            return Ok(Erasure::WouldRemove);
        }
        entry.remove(&opened)
    });
    removed.unwrap_or_else(|stop| stop)
}

#[cfg(test)]
mod tests;
