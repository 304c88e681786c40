//! Removes a part of a file.

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rustix::fs;
use rustix::fs::{AtFlags, Mode, OFlags};

use crate::source::FileFacts;
use crate::source::stored::{Erasure, NotErased};
use crate::store::erase::directory_entry::{
    DirectoryEntry, ErasureResult, MAX_OVERWRITTEN_BYTES, OpenedFile, failed, identity, overwrite,
};

/// Replaces the file at `path` in one step by what `rest` makes of its content, under the same
/// conditions as [`crate::store::erase::destroy`]. `rest` returns nothing if the content is not the
/// one that was judged. When the new file is in place, the old content is overwritten, as far as
/// possible.
pub fn rewrite(
    path: &Path,
    judged: &FileFacts,
    euid: u32,
    dry_run: bool,
    rest: impl Fn(&[u8]) -> Option<Vec<u8>>,
) -> Erasure {
    let rewritten = DirectoryEntry::of(path).and_then(|entry| {
        let opened = entry.open(judged, euid)?;
        entry.expect_writable()?;
        let content = entry.content(&opened)?;
        let rest = rest(&content).ok_or(Erasure::Refused(NotErased::Changed))?;
        if dry_run {
            return Ok(Erasure::WouldRemove);
        }
        entry.replace(&opened, &rest)
    });
    rewritten.unwrap_or_else(|stop| stop)
}

/// `read_to_end` needs this much spare room to detect the end.
const READ_AHEAD: usize = 64;

impl DirectoryEntry {
    fn content(&self, opened: &OpenedFile) -> ErasureResult<zeroize::Zeroizing<Vec<u8>>> {
        let (file, facts) = self.reader().map_err(|reason| failed("read", reason))?;
        if identity(&facts) != identity(&opened.facts) {
            return Err(Erasure::Refused(NotErased::Changed));
        }
        // Enough room for the content and the read at the end. If the buffer grew, a copy would be
        // left in memory.
        let room = usize::try_from(facts.len().min(MAX_OVERWRITTEN_BYTES)).unwrap_or(0);
        let mut bytes = zeroize::Zeroizing::new(Vec::with_capacity(room + READ_AHEAD));
        file.take(MAX_OVERWRITTEN_BYTES)
            .read_to_end(&mut bytes)
            .map_err(|reason| failed("read", reason))?;
        Ok(bytes)
    }

    fn replace(&self, opened: &OpenedFile, rest: &[u8]) -> ErasureResult<Erasure> {
        let (name, file) = self.beside()?;
        let put = self.write(&file, opened, rest).and_then(|()| {
            // The file with this name must still be the one that was judged.
            let there = self.stat().map_err(|reason| failed("look at", reason))?;
            let ours = fs::fstat(&opened.file).map_err(|reason| failed("look at", reason))?;
            if (there.st_dev, there.st_ino) != (ours.st_dev, ours.st_ino) {
                return Err(Erasure::Refused(NotErased::Changed));
            }
            fs::renameat(&self.directory, &name, &self.directory, &self.name)
                .map_err(|reason| failed("put the new file in place", reason))
        });
        if let Err(stop) = put {
            let _ = fs::unlinkat(&self.directory, &name, AtFlags::empty());
            return Err(stop);
        }
        let old = opened.is_writable.then(|| opened.file.try_clone().ok()).flatten();
        let overwritten = old.is_some_and(|file| overwrite(file).is_ok());
        Ok(Erasure::Removed { overwritten })
    }

    /// A new file beside the old one. Its name begins with a dot, so that no tool takes it for a
    /// credential.
    fn beside(&self) -> ErasureResult<(OsString, File)> {
        let mut name = OsString::from(".");
        name.push(&self.name);
        name.push(format!(".certok-{}", std::process::id()));
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::RUSR | Mode::WUSR;
        let file = fs::openat(&self.directory, &name, flags, mode);
        let file = file.map_err(|reason| failed("make a new file", reason))?;
        Ok((name, File::from(file)))
    }

    fn write(&self, mut file: &File, opened: &OpenedFile, rest: &[u8]) -> ErasureResult<()> {
        let mode = std::fs::Permissions::from_mode(opened.facts.permissions().mode() & 0o7777);
        file.write_all(rest)
            .and_then(|()| file.set_permissions(mode))
            .and_then(|()| file.sync_all())
            .map_err(|reason| failed("write a new file", reason))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    use super::*;
    use crate::store::erase::tests::{euid, judged};

    fn file(content: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokens");
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
        (folder, path)
    }

    fn half(content: &[u8]) -> Option<Vec<u8>> {
        (content == b"one\ntwo\n").then(|| b"two\n".to_vec())
    }

    #[test]
    fn the_rest_stays_with_its_mode_and_nothing_lies_beside() {
        let (folder, path) = file("one\ntwo\n");
        let outcome = rewrite(&path, &judged(&path), euid(), false, half);
        assert!(matches!(outcome, Erasure::Removed { .. }), "{outcome:?}");
        assert_eq!(fs::read(&path).unwrap(), b"two\n");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o400);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn nothing_happens_in_a_dry_run_or_to_what_changed() {
        for (content, dry_run, expected) in [
            ("one\ntwo\n", true, Erasure::WouldRemove),
            ("one\nTWO\n", false, Erasure::Refused(NotErased::Changed)),
        ] {
            let (folder, path) = file(content);
            let outcome = rewrite(&path, &judged(&path), euid(), dry_run, half);
            assert_eq!(outcome, expected);
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }
}
