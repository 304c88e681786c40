//! Fixes that write a file anew and keep a copy.

use std::path::Path;

use crate::report::Finding;
use crate::shell;
use crate::source::Origin;
use crate::source::Source;

/// The same with a fix that keeps a copy, writes the file anew with `command`, which reads the
/// copy `"$b"`, and keeps its mode.
pub(super) fn with_rewrite(found: Finding, source: &Source, command: Option<&str>) -> Finding {
    match (command, &source.origin, &source.file) {
        (Some(command), Origin::File(path), Some(facts)) => {
            found.fix(rewrite(path, facts.mode, command))
        }
        _ => found,
    }
}

/// A fix that keeps a copy of `path` as `"$b"` and writes it anew with `command`.
pub fn rewrite(path: &Path, mode: u32, command: &str) -> String {
    let file = shell::path(path);
    let keep = shell::keep_copy(path);
    // If the command fails, the file is as it was.
    let write = format!("{{ {command} > {file} || {{ cat \"$b\" > {file}; false; }}; }}");
    if mode & 0o200 != 0 {
        return format!("{keep} && {write}");
    }
    format!("{keep} && chmod u+w {file} && {write}; r=$?; chmod {mode:o} {file}; (exit $r)")
}
