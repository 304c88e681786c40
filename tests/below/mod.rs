//! A system without anything of a grid: what is installed where the tests run is out of reach.
#![allow(dead_code, reason = "each test file uses another part")]

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// certok, but the places of the system lie below what `CERTOK_BELOW` names.
pub(crate) const CERTOK: &str = env!("CARGO_BIN_EXE_certok-below");

/// The places of the system, as `/etc` and `/tmp`; there are none but `/bin/certok`.
pub(crate) struct System {
    root: tempfile::TempDir,
}

impl System {
    /// A new one.
    pub(crate) fn new() -> Self {
        let system = Self { root: tempfile::tempdir().unwrap() };
        system.open();
        std::fs::create_dir(system.path("/bin")).unwrap();
        symlink(CERTOK, system.certok()).unwrap();
        system
    }

    /// Lets every user in, as `/` does.
    fn open(&self) {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(self.root.path(), mode).unwrap();
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
