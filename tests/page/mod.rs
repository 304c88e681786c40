//! The pages that people read: README.md and those of docs/.
#![allow(dead_code, reason = "each test file uses another part")]

use std::fs;
use std::path::{Path, PathBuf};

/// A page and its text.
pub(crate) struct Page {
    /// Where it lies in the repository: `docs/scripts.md`.
    pub(crate) name: String,
    /// Where it lies on the disk.
    pub(crate) path: PathBuf,
    /// What it says.
    pub(crate) text: String,
}

/// README.md first, then those of docs/ by name.
pub(crate) fn all() -> Vec<Page> {
    let docs = fs::read_dir(root().join("docs")).unwrap();
    let mut names: Vec<String> =
        docs.map(|file| format!("docs/{}", file.unwrap().file_name().to_str().unwrap())).collect();
    names.sort();
    names.insert(0, "README.md".to_owned());
    names.iter().map(|name| page(name)).collect()
}

/// The page of that name.
pub(crate) fn page(name: &str) -> Page {
    let path = root().join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    Page { name: name.to_owned(), path, text }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
