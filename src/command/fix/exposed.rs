//! Files that other users could replace.

use std::path::{Path, PathBuf};

use crate::load::ca_dir::resolved_path;
use crate::report::{Action, Fix};
use crate::source::SearchedDirectory;

/// Directories in which others could replace files at any time since `fix` began, and who. What is in
/// them may be theirs, even when the directory has been closed.
#[derive(Debug, Default)]
pub(super) struct Exposed(Vec<(PathBuf, String)>);

impl Exposed {
    /// Looks at the directories of a fix, and at those that it closes.
    pub(super) fn note(&mut self, fix: &Fix, euid: u32) {
        for path in fix.actions().iter().flat_map(paths) {
            // If it is a directory, what is in it counts, too.
            for step in resolved_path(&path.join("file")).searched {
                if let Some(who) = replacer(&step, euid).filter(|_| self.at(&step).is_none()) {
                    self.0.push((step.directory, who));
                }
            }
        }
    }

    /// Who could have replaced a file of `fix`, if somebody else could.
    pub(super) fn by(&self, fix: &Fix) -> Option<&str> {
        let mut steps =
            fix.actions().iter().flat_map(paths).flat_map(|path| resolved_path(&path).searched);
        steps.find_map(|step| self.at(&step))
    }

    fn at(&self, step: &SearchedDirectory) -> Option<&str> {
        let open = self.0.iter().find(|(directory, _)| *directory == step.directory);
        open.map(|(_, who)| who.as_str())
    }
}

/// Who but this user and root can replace files in a directory.
fn replacer(step: &SearchedDirectory, euid: u32) -> Option<String> {
    let (directory, facts) = (step.directory.display(), &step.facts);
    if ![0, euid].contains(&facts.owner) {
        return Some(format!("uid {} owns {directory} and can replace files there", facts.owner));
    }
    let who = facts.replacers()?;
    Some(format!("{who} could replace files in {directory} (mode {:04o})", facts.mode))
}

/// The directories of the files that an action changes.
pub(super) fn folders(action: &Action) -> Vec<PathBuf> {
    let folder = |path: &PathBuf| resolved_path(path).end.parent().map(Path::to_path_buf);
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
