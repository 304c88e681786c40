//! Files that other users could replace.

use std::path::{Path, PathBuf};

use crate::load::ca_dir::way;
use crate::report::{Action, Fix};
use crate::store::guard::{Groups, guard};

/// Directories in which others could replace files at any time since `fix` began, and how. What is
/// in them may be theirs, even when the directory has been closed.
#[derive(Debug, Default)]
pub(super) struct Exposed(Vec<(PathBuf, String)>);

impl Exposed {
    /// Looks at the directories of a fix, and at those that it closes.
    pub(super) fn note(&mut self, fix: &Fix, euid: u32) {
        for path in fix.actions().iter().flat_map(paths) {
            // If it is a directory, what is in it counts, too.
            for path in [path.join("file"), path] {
                for path in [way(&path).end, path] {
                    if let Err(why) = guard(&path, euid, Groups::Private) {
                        let directory = path.parent().unwrap_or(&path).to_path_buf();
                        self.0.push((directory, why.to_string()));
                    }
                }
            }
        }
    }

    /// Why nothing of `fix` is done, if somebody else could have replaced a file of it.
    pub(super) fn by(&self, fix: &Fix) -> Option<&str> {
        let mut files =
            fix.actions().iter().flat_map(paths).flat_map(|path| [way(&path).end, path]);
        files.find_map(|file| {
            let directory = file.parent()?;
            let within = |(open, _): &&(PathBuf, String)| directory.starts_with(open);
            self.0.iter().find(within).map(|(_, why)| why.as_str())
        })
    }
}

/// The directories of the files that an action changes.
pub(super) fn folders(action: &Action) -> Vec<PathBuf> {
    let folder = |path: &PathBuf| way(path).end.parent().map(Path::to_path_buf);
    paths(action).iter().filter_map(folder).collect()
}

/// The files that an action changes.
fn paths(action: &Action) -> Vec<PathBuf> {
    let of = |paths: &[&Path]| paths.iter().map(|path| path.to_path_buf()).collect();
    match action {
        Action::Chmod { path, .. }
        | Action::Link { path, .. }
        | Action::Own { path, .. }
        | Action::SetAside { path, .. } => of(&[path]),
        Action::Exchange { cert, key } => of(&[cert, key]),
        Action::Move { from, to } => of(&[from, to]),
        Action::Rewrite(rewrite) => of(&[&rewrite.path]),
    }
}
