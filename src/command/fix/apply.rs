//! Does one action, and says how to undo it.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use crate::command::fix::text::made;
use crate::report::{Action, KEY_MARK, Rewrite};
use crate::store::{fix, place};
use crate::system::env::Env;
use crate::text::cksum::cksum;
use crate::text::shell;
use crate::{load, store};

/// Does the action. Returns the commands that undo it, in order.
///
/// # Errors
///
/// Why not. Then nothing was changed.
pub(super) fn apply(action: &Action, env: &Env) -> Result<Vec<String>, String> {
    let said = |path: &Path, error: io::Error| format!("{}: {error}", path.display());
    let quoted = |path: &Path| shell::path(path);
    match action {
        Action::Chmod { path, mode, file } => {
            let changed = fix::chmod(path, *file, |old| mode.of(old));
            let old = changed.map_err(|error| said(path, error))?;
            Ok(vec![format!("chmod {old:o} {}", quoted(path))])
        }
        Action::Exchange { cert, key } => {
            let holds_key = |path: &Path| {
                let source = load::file(path, false).map_err(|error| error.to_string())?;
                let mut parts = source.bytes.windows(KEY_MARK.len());
                Ok::<bool, String>(parts.any(|part| part == KEY_MARK.as_bytes()))
            };
            // The modes below are for what is in the files now.
            if !holds_key(cert)? || holds_key(key)? {
                return Err(format!("{} has changed meanwhile", cert.display()));
            }
            let between = Action::between(cert);
            fix::exchange(cert, key, &between).map_err(|error| said(&between, error))?;
            let (c, k, b) = (quoted(cert), quoted(key), quoted(&between));
            let mut undo = vec![format!("mv {c} {b} && mv {k} {c} && mv {b} {k}")];
            for (path, mode) in [(cert, 0o644), (key, 0o400)] {
                let old = fix::chmod(path, None, |_| mode).map_err(|error| said(path, error))?;
                undo.insert(0, format!("chmod {old:o} {}", quoted(path)));
            }
            Ok(undo)
        }
        Action::Link { path, target, again } => {
            let mut undo = vec![format!("rm {}", quoted(path))];
            if *again && load::link_facts(path).is_some() {
                let kept = kept(path, env);
                fix::rename(path, &kept).map_err(|error| said(&kept, error))?;
                undo = vec![format!("mv -f {} {}", quoted(&kept), quoted(path))];
            }
            store::link(path, target).map_err(|error| said(path, error))?;
            Ok(undo)
        }
        Action::Move { from, to } => {
            fix::rename(from, to).map_err(|error| said(to, error))?;
            Ok(vec![format!("mv {} {}", quoted(to), quoted(from))])
        }
        Action::Own { path, kept: beside, mode } => {
            let source = load::file(path, false).map_err(|error| error.to_string())?;
            let kept = kept(beside, env);
            fix::rename(path, &kept).map_err(|error| said(&kept, error))?;
            place::create(path, &source.bytes, *mode).map_err(|error| {
                let _ = fix::rename(&kept, path);
                said(path, error)
            })?;
            Ok(vec![format!("mv -f {} {}", quoted(&kept), quoted(path))])
        }
        Action::Rewrite(rewrite) => rewritten(rewrite, env),
        Action::SetAside { path, kept: beside } => {
            let kept = kept(beside, env);
            fix::rename(path, &kept).map_err(|error| said(&kept, error))?;
            Ok(vec![format!("mv {} {}", quoted(&kept), quoted(path))])
        }
    }
}

/// Rewrites a file, if it is still as it was judged.
fn rewritten(rewrite: &Rewrite, env: &Env) -> Result<Vec<String>, String> {
    let (checksum, size, mode) = rewrite.now;
    let path = &load::ca_dir::resolved_path(&rewrite.path).end;
    let source = load::file(path, false).map_err(|error| error.to_string())?;
    let length = u64::try_from(source.bytes.len()).unwrap_or(u64::MAX);
    if (cksum(&source.bytes), length) != (checksum, size) {
        return Err(format!("{} has changed meanwhile", path.display()));
    }
    let how = rewrite.text.made.as_ref();
    let new = how.and_then(|how| made(how, &source.bytes));
    let new = new.ok_or_else(|| {
        format!("{} cannot be changed here without loss: type the line in a shell", path.display())
    })?;
    let kept = kept(&rewrite.kept, env);
    let said = |path: &Path, error: io::Error| format!("{}: {error}", path.display());
    place::create(&kept, &source.bytes, 0o600).map_err(|error| said(&kept, error))?;
    place::replace(path, &new, mode).map_err(|error| {
        let _ = place::remove(&kept);
        said(path, error)
    })?;
    let (old, file) = (shell::path(&kept), shell::path(path));
    Ok(vec![format!("mv -f {old} {file} && chmod {mode:o} {file}")])
}

/// A free name with the time at its end.
fn kept(path: &Path, env: &Env) -> PathBuf {
    let named = |number: usize| {
        let mut name = OsString::from(path);
        name.push(format!(".{}", env.now.stamp()));
        if number > 0 {
            name.push(format!("-{number}"));
        }
        PathBuf::from(name)
    };
    let free = (0..MAX_NAMES).map(named).find(|name| load::link_facts(name).is_none());
    free.unwrap_or_else(|| named(MAX_NAMES))
}

/// Most copies of one file in one second.
const MAX_NAMES: usize = 100;
