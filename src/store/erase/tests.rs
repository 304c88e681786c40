use std::fs;
use std::fs::{File, Permissions};
use std::io::Read;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::source::stored::NotErased;
use crate::store::erase::directory_entry::{MAX_OVERWRITTEN_BYTES, OpenedFile, identity};

const KEY: &[u8] = b"-----BEGIN PRIVATE KEY-----";

/// A folder with the file `key`.
fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    fs::write(&path, KEY).unwrap();
    (folder, path)
}

/// As reading the file establishes it: links followed.
pub(super) fn judged(path: &Path) -> FileFacts {
    let facts = fs::metadata(path).unwrap();
    FileFacts {
        mode: facts.mode() & 0o7777,
        owner: facts.uid(),
        group: facts.gid(),
        size: facts.len(),
        identity: identity(&facts),
        links: facts.nlink(),
        link_target: fs::read_link(path).ok(),
        read_only: false,
        shared_name: None,
        directory_owner: None,
        rewritable: false,
    }
}

pub(super) fn euid() -> u32 {
    rustix::process::geteuid().as_raw()
}

fn destroy_now(path: &Path) -> Erasure {
    destroy(path, &judged(path), euid(), false)
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

const REMOVED: Erasure = Erasure::Removed { overwritten: true };

#[test]
fn a_file_is_overwritten_and_removed() {
    let (_folder, path) = folder();
    let mut witness = File::open(&path).unwrap();
    assert_eq!(destroy_now(&path), REMOVED);
    assert!(!path.exists());
    let mut content = Vec::new();
    witness.read_to_end(&mut content).unwrap();
    assert_eq!(content, vec![0; KEY.len()]);
}

#[test]
fn any_mode_of_the_owner_will_do() {
    for mode in [0o400, 0o444, 0o200, 0o600, 0o777] {
        let (_folder, path) = folder();
        chmod(&path, mode);
        let mut witness = (mode != 0o200).then(|| File::open(&path).unwrap());
        assert_eq!(destroy_now(&path), REMOVED, "{mode:o}");
        assert!(!path.exists(), "{mode:o}");
        if let Some(witness) = &mut witness {
            let mut content = Vec::new();
            witness.read_to_end(&mut content).unwrap();
            assert_eq!(content, vec![0; KEY.len()], "{mode:o}");
        }
    }
}

/// What happens to a read-only file; root can open one for writing, so this asks directly.
#[test]
fn a_read_only_file_is_made_writable_by_its_handle() {
    let (_folder, path) = folder();
    chmod(&path, 0o400);
    let entry = DirectoryEntry::of(&path).unwrap_or_else(|_| panic!("no entry"));
    let file = File::open(&path).unwrap();
    let facts = file.metadata().unwrap();
    let opened = OpenedFile { file, facts, is_writable: false };
    assert_eq!(entry.remove(&opened), Ok(REMOVED));
    assert_eq!(opened.file.metadata().unwrap().nlink(), 0);
    let mut content = Vec::new();
    (&opened.file).read_to_end(&mut content).unwrap();
    assert_eq!(content, vec![0; KEY.len()]);
}

#[test]
fn a_read_only_file_that_stays_keeps_its_mode() {
    let (_folder, path) = folder();
    chmod(&path, 0o400);
    let entry = DirectoryEntry::of(&path).unwrap_or_else(|_| panic!("no entry"));
    let file = File::open(&path).unwrap();
    let facts = file.metadata().unwrap();
    let other = path.with_extension("other");
    fs::rename(&path, &other).unwrap();
    fs::write(&path, "new").unwrap();
    let opened = OpenedFile { file, facts, is_writable: false };
    assert_eq!(entry.remove(&opened), Err(Erasure::Refused(NotErased::Changed)));
    assert_eq!(fs::read(&path).unwrap(), b"new");
    assert_eq!(fs::read(&other).unwrap(), KEY);
    assert_eq!(judged(&other).mode, 0o400);
}

#[test]
fn an_empty_file_is_removed() {
    let (_folder, path) = folder();
    fs::write(&path, b"").unwrap();
    assert_eq!(destroy_now(&path), REMOVED);
    assert!(!path.exists());
}

#[test]
fn a_file_too_large_to_overwrite_is_removed() {
    for (size, overwritten) in [(MAX_OVERWRITTEN_BYTES, true), (MAX_OVERWRITTEN_BYTES + 1, false)] {
        let (_folder, path) = folder();
        File::create(&path).unwrap().set_len(size).unwrap();
        assert_eq!(destroy_now(&path), Erasure::Removed { overwritten });
        assert!(!path.exists());
    }
}

#[test]
fn a_bare_name_lies_in_the_working_directory() {
    let entry = DirectoryEntry::of(Path::new("Cargo.toml")).unwrap_or_else(|_| panic!("no entry"));
    assert!(entry.stat().is_ok());
}

#[test]
fn a_dry_run_touches_nothing() {
    let (_folder, path) = folder();
    chmod(&path, 0o400);
    let before = judged(&path);
    assert_eq!(destroy(&path, &before, euid(), true), Erasure::WouldRemove);
    assert_eq!(fs::read(&path).unwrap(), KEY);
    assert_eq!(judged(&path), before);
}

#[test]
fn a_dry_run_refuses_alike() {
    let (_folder, path) = folder();
    let link = path.with_extension("link");
    symlink(&path, &link).unwrap();
    let refusal = Erasure::Refused(NotErased::SymbolicLink { target: path.clone() });
    assert_eq!(destroy(&link, &judged(&link), euid(), true), refusal);
}

#[test]
fn a_symbolic_link_is_refused() {
    let (_folder, path) = folder();
    let link = path.with_extension("link");
    symlink("key", &link).unwrap();
    let refusal = Erasure::Refused(NotErased::SymbolicLink { target: "key".into() });
    assert_eq!(destroy_now(&link), refusal);
    assert_eq!(fs::read(&link).unwrap(), KEY);
}

#[test]
fn a_dangling_link_is_refused() {
    let (_folder, path) = folder();
    let link = path.with_extension("link");
    symlink("gone", &link).unwrap();
    let refusal = Erasure::Refused(NotErased::SymbolicLink { target: "gone".into() });
    assert_eq!(destroy(&link, &judged(&path), euid(), false), refusal);
    assert!(link.is_symlink());
}

#[test]
fn a_link_above_the_file_is_followed() {
    let (folder, path) = folder();
    let above = tempfile::tempdir().unwrap();
    let link = above.path().join("globus");
    symlink(folder.path(), &link).unwrap();
    assert_eq!(destroy_now(&link.join("key")), REMOVED);
    assert!(!path.exists());
}

#[test]
fn a_hard_link_is_refused() {
    let (_folder, path) = folder();
    let second = path.with_extension("second");
    fs::hard_link(&path, &second).unwrap();
    assert_eq!(destroy_now(&path), Erasure::Refused(NotErased::HardLinked(2)));
    assert_eq!(fs::read(&path).unwrap(), KEY);
    assert_eq!(fs::read(&second).unwrap(), KEY);
}

#[test]
fn what_is_no_regular_file_is_refused() {
    let (folder, path) = folder();
    let facts = judged(&path);
    let named = |name: &str| folder.path().join(name);
    fs::create_dir(named("directory")).unwrap();
    let fifo = named("fifo");
    rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, rustix::fs::Mode::from_raw_mode(0o600)).unwrap();
    let _socket = UnixListener::bind(named("socket")).unwrap();
    let cases = [
        (named("directory"), "a directory"),
        (named("directory/.."), "a directory"),
        (fifo, "a named pipe"), // and does not wait for a writer
        (named("socket"), "a socket"),
        ("/dev/null".into(), "a device"),
        ("/".into(), "a directory"),
    ];
    for (path, kind) in cases {
        let outcome = destroy(&path, &facts, euid(), false);
        assert_eq!(outcome, Erasure::Refused(NotErased::NotRegular(kind)), "{path:?}");
        assert!(path.exists(), "{path:?}");
    }
}

#[test]
fn what_is_missing_is_said_to_be() {
    let (folder, path) = folder();
    let facts = judged(&path);
    for name in ["gone", "gone/gone", "key/gone"] {
        let outcome = destroy(&folder.path().join(name), &facts, euid(), false);
        assert_eq!(outcome, Erasure::Refused(NotErased::Missing), "{name}");
    }
}

#[test]
fn another_file_than_the_judged_is_refused() {
    let (_folder, path) = folder();
    let before = judged(&path);
    fs::rename(&path, path.with_extension("old")).unwrap();
    fs::write(&path, KEY).unwrap();
    let outcome = destroy(&path, &before, euid(), false);
    assert_eq!(outcome, Erasure::Refused(NotErased::Changed));
    assert_eq!(fs::read(&path).unwrap(), KEY);
}

#[test]
fn other_content_than_the_judged_is_refused() {
    let (_folder, path) = folder();
    let before = judged(&path);
    fs::write(&path, b"longer or shorter").unwrap();
    let outcome = destroy(&path, &before, euid(), false);
    assert_eq!(outcome, Erasure::Refused(NotErased::Changed));
    assert_eq!(fs::read(&path).unwrap(), b"longer or shorter");
}

#[test]
fn the_file_of_another_user_is_refused() {
    let (_folder, path) = folder();
    let outcome = destroy(&path, &judged(&path), euid() + 1, false);
    assert_eq!(outcome, Erasure::Refused(NotErased::NotOwner { owner: euid() }));
    assert_eq!(fs::read(&path).unwrap(), KEY);
}

#[test]
fn in_a_read_only_directory_nothing_is_lost() {
    if euid() == 0 {
        println!("skipped: root may write to a read-only directory");
        return;
    }
    let (folder, path) = folder();
    chmod(folder.path(), 0o500);
    let outcomes = [false, true].map(|dry_run| destroy(&path, &judged(&path), euid(), dry_run));
    chmod(folder.path(), 0o700);
    for outcome in outcomes {
        assert!(matches!(outcome, Erasure::Failed(_)), "{outcome:?}");
    }
    assert_eq!(fs::read(&path).unwrap(), KEY);
}

/// Attributes bind even root, and no check before the removal sees that of a directory.
#[cfg(target_os = "linux")]
#[test]
fn what_attributes_protect_is_not_lost() {
    for (attribute, on_folder) in [("a", true), ("i", true), ("a", false), ("i", false)] {
        let (folder, path) = folder();
        chmod(&path, 0o400);
        let protected = if on_folder { folder.path() } else { &path };
        let chattr = |change: String| {
            let run = std::process::Command::new("chattr").arg(change).arg(protected).output();
            run.is_ok_and(|done| done.status.success())
        };
        if !chattr(format!("+{attribute}")) {
            println!("skipped: chattr is not allowed, not supported, or not installed here");
            return;
        }
        let outcome = destroy_now(&path);
        assert!(chattr(format!("-{attribute}")));
        assert!(matches!(outcome, Erasure::Failed(_)), "+{attribute}: {outcome:?}");
        assert_eq!(fs::read(&path).unwrap(), KEY, "+{attribute}");
        assert_eq!(judged(&path).mode, 0o400, "+{attribute}");
    }
}

/// The order protects the content, which root can test too: what was not removed, here because
/// the name moved at the last moment, was not overwritten.
#[test]
fn what_was_not_removed_keeps_its_content() {
    let (_folder, path) = folder();
    let entry = DirectoryEntry::of(&path).unwrap_or_else(|_| panic!("no entry"));
    let opened = entry.open(&judged(&path), euid()).unwrap_or_else(|_| panic!("not opened"));
    let elsewhere = path.with_extension("elsewhere");
    fs::rename(&path, &elsewhere).unwrap();
    assert_eq!(entry.remove(&opened), Err(Erasure::Refused(NotErased::Changed)));
    assert_eq!(fs::read(elsewhere).unwrap(), KEY);
}
