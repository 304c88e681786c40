//! Whether another user can replace a file.

use std::ffi::OsString;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

use crate::store::pair::OVERFLOW_UID;

/// Most links on the way to a file, as in Linux.
const MAX_LINKS: usize = 40;

/// Whether a group may write to directories.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Groups {
    /// No group may.
    Foreign,
    /// The group with the number of the owner may, and that of root: on many systems it has no other
    /// member.
    Private,
}

/// Fails if another user than the caller and root can replace `path`: they must own every link and
/// directory on the way, and others may rename nothing in these.
///
/// # Errors
///
/// Which directory is open to whom, or the error of the system.
pub fn guard(path: &Path, euid: u32, groups: Groups) -> io::Result<()> {
    let parent = path.parent().unwrap_or(path);
    let mut here = PathBuf::from("/");
    let mut left: Vec<OsString> = Vec::new();
    let mut links = 0;
    push(&mut left, parent);
    if !parent.is_absolute() {
        push(&mut left, &std::fs::canonicalize(".")?);
    }
    is_kept(&here, euid, groups)?;
    while let Some(step) = left.pop() {
        if step == ".." {
            here.pop();
            continue;
        }
        let next = here.join(&step);
        match is_kept(&next, euid, groups)? {
            Some(_) if links == MAX_LINKS => return Err(io::Error::other("too many links")),
            Some(target) => {
                links += 1;
                push(&mut left, &target);
                if target.is_absolute() {
                    here = PathBuf::from("/");
                }
            }
            None => here = next,
        }
    }
    Ok(())
}

/// Puts the components of `path` on top of `left`, the first one on top.
fn push(left: &mut Vec<OsString>, path: &Path) {
    let steps = path
        .components()
        .rev()
        .filter(|step| matches!(step, Component::Normal(_) | Component::ParentDir));
    left.extend(steps.map(|step| step.as_os_str().to_owned()));
}

/// Checks that no other user may change `path`, or names in it if it is a directory. Returns the
/// target if it is a link.
fn is_kept(path: &Path, euid: u32, groups: Groups) -> io::Result<Option<PathBuf>> {
    let facts = std::fs::symlink_metadata(path)?;
    if ![euid, 0, OVERFLOW_UID].contains(&facts.uid()) {
        let (path, owner) = (path.display(), facts.uid());
        let why = format!("{path} belongs to uid {owner}, who may replace what is in it");
        return Err(io::Error::other(why));
    }
    if facts.is_symlink() {
        return std::fs::read_link(path).map(Some);
    }
    // In a sticky directory only the owner of a file may rename it.
    let is_private = groups == Groups::Private && [facts.uid(), 0].contains(&facts.gid());
    let open = if is_private { 0o002 } else { 0o022 };
    if facts.mode() & open != 0 && facts.mode() & 0o1000 == 0 {
        let (path, mode) = (path.display(), facts.mode() & 0o7777);
        let why = format!("others than you may replace what is in {path} (mode {mode:04o})");
        return Err(io::Error::other(why));
    }
    Ok(None)
}
