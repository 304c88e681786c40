//! Files that other users could replace.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::load;
use crate::load::ca_dir::resolved_path;
use crate::report::{Action, Fix};
use crate::source::SearchedDirectory;

/// Directories in which others could replace files, and files that others could write, at any time
/// since `fix` began; and who. They may be theirs, even when the directory or file has been closed.
#[derive(Debug, Default)]
pub(super) struct Exposed(HashMap<PathBuf, String>);

impl Exposed {
    /// Looks at the directories and files of a fix, and at those that it closes.
    pub(super) fn note(&mut self, fix: &Fix, euid: u32) {
        let all = fix.actions().iter().flat_map(|action| [paths(action), trusted(action)]);
        all.flatten().for_each(|path| self.note_path(&path, euid));
    }

    fn note_path(&mut self, path: &Path, euid: u32) {
        let is_directory = load::is_directory(path);
        // What is in a directory counts, too.
        let inside = if is_directory { path.join("file") } else { path.to_path_buf() };
        let resolved = resolved_path(&inside);
        for step in resolved.searched {
            if let Some(who) = replacer(&step, euid) {
                self.0.entry(step.directory).or_insert(who);
            }
        }
        let facts = load::file_facts(&resolved.end).filter(|_| !is_directory);
        if let Some((who, facts)) = facts.and_then(|facts| Some((facts.writers()?, facts))) {
            let shown = resolved.end.display();
            let who = format!("{who} could write {shown} (mode {:04o})", facts.mode & 0o7777);
            self.0.entry(resolved.end).or_insert(who);
        }
    }

    /// Who could have replaced a file of `fix`, or could have written what it makes trusted, if
    /// somebody else could.
    pub(super) fn by(&self, fix: &Fix) -> Option<&str> {
        fix.actions().iter().find_map(|action| {
            let trusted = trusted(action);
            let all = paths(action).into_iter().chain(trusted.iter().cloned());
            let mut searched = all.flat_map(|path| resolved_path(&path).searched);
            let mut ends = trusted.iter().map(|path| resolved_path(path).end);
            let by = searched.find_map(|step| self.at(&step.directory));
            by.or_else(|| ends.find_map(|end| self.at(&end)))
        })
    }

    fn at(&self, path: &Path) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }
}

/// The files whose content counts under another name after an action.
fn trusted(action: &Action) -> Vec<PathBuf> {
    match action {
        Action::Link { path, target, .. } => {
            vec![path.parent().unwrap_or(Path::new("")).join(target)]
        }
        Action::Move { from, .. } => vec![from.clone()],
        _ => Vec::new(),
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
