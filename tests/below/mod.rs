//! A system without anything of a grid: what is installed where the tests run is out of reach.
#![allow(dead_code, reason = "each test file uses another part")]

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::Once;

use rustix::fs::Mode;

#[cfg(not(feature = "below"))]
compile_error!("an unpacked crate is tested with: cargo test --features below");

/// certok, but the places of the system lie below what `CERTOK_BELOW` names.
pub(crate) const CERTOK: &str = env!("CARGO_BIN_EXE_certok-below");

/// The places of the system, as `/etc` and `/tmp`; there are none but `/bin/certok`.
pub(crate) struct System {
    root: tempfile::TempDir,
}

impl System {
    /// A new one. It comes first: it sets the umask.
    pub(crate) fn new() -> Self {
        static SETTLED: Once = Once::new();
        SETTLED.call_once(|| {
            rustix::process::umask(Mode::from_raw_mode(0o022));
            settle(&Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata"));
        });
        let system = Self { root: tempfile::tempdir().unwrap() };
        // Every user is let in, as by `/`.
        set_mode(system.root.path(), 0o755);
        fs::create_dir(system.path("/bin")).unwrap();
        symlink(CERTOK, system.certok()).unwrap();
        system
    }

    /// What a place of the system is here.
    pub(crate) fn path(&self, place: &str) -> PathBuf {
        self.root.path().join(place.trim_start_matches('/'))
    }

    /// The program.
    pub(crate) fn certok(&self) -> PathBuf {
        self.path("/bin/certok")
    }

    /// A search path on which certok comes first.
    pub(crate) fn search_path(&self) -> String {
        format!("{}:/usr/local/bin:/usr/bin:/bin", self.path("/bin").display())
    }

    /// A program that is certok with `words` before its own arguments, whatever the variables are.
    pub(crate) fn script(&self, words: &str) -> String {
        let (name, root) = self.variable();
        format!("#!/bin/sh\nexport {name}='{}'\nexec {CERTOK} {words} \"$@\"\n", root.display())
    }

    /// The variable that leads certok here.
    pub(crate) fn variable(&self) -> (&'static str, &Path) {
        ("CERTOK_BELOW", self.root.path())
    }

    /// `text` with the places of the system as a user knows them.
    pub(crate) fn as_user_sees(&self, text: &str) -> String {
        text.replace(self.root.path().to_str().unwrap(), "")
    }
}

/// Modes are part of what is tested, and git keeps none: a clone has those of its user's umask.
fn settle(path: &Path) {
    let facts = fs::symlink_metadata(path).unwrap();
    let mode = if facts.is_dir() { 0o755 } else { 0o644 };
    if !facts.is_symlink() && facts.mode() & 0o777 != mode {
        set_mode(path, mode);
    }
    if facts.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            settle(&entry.unwrap().path());
        }
    }
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
}
