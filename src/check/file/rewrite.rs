//! Fixes that rewrite a file and keep a copy, or write another file beside it.

use std::path::{Path, PathBuf};

use crate::check::file::expected::ExpectedContent;
use crate::report::{Action, Finding, Fix, Made, NewText, Rewrite};
use crate::source::candidate::Role;
use crate::source::{FileFacts, Origin, Source, USER_FILES, is_named_pkcs12};
use crate::text::cksum::cksum;
use crate::text::shell;

/// Adds a fix that keeps a copy, rewrites the file, and keeps its mode.
pub(super) fn with_rewrite(found: Finding, source: &Source, text: Option<NewText>) -> Finding {
    match (text, &source.origin, &source.file) {
        (Some(text), Origin::File(_), Some(_)) => rewritten(found, source, text),
        (Some(_), Origin::File(_) | Origin::Stdin, None) => {
            let advice = format!("save it to a file first; then {}", found.advice);
            found.advice(advice)
        }
        _ => found,
    }
}

/// Adds the fix of [`rewrite`], if there is one.
pub fn rewritten(found: Finding, source: &Source, text: impl Into<NewText>) -> Finding {
    let (Origin::File(path), Some(facts)) = (&source.origin, &source.file) else {
        return found;
    };
    match rewrite(path, path, (facts, cksum(&source.bytes)), text) {
        Some(fix) => found.fix(fix),
        None => found,
    }
}

/// A fix that keeps a copy of `path` whose name begins with `kept`, and rewrites the file. It does
/// so only if the file is still as it was read, by its [`cksum`]. So a second run does nothing.
pub fn rewrite(
    path: &Path,
    kept: &Path,
    (facts, checksum): (&FileFacts, u32),
    text: impl Into<NewText>,
) -> Option<Fix> {
    if !facts.rewritable || facts.fixed().is_some() {
        return None;
    }
    let now = (checksum, facts.size, facts.mode);
    let (path, kept) = (path.to_path_buf(), kept.to_path_buf());
    Some(Action::Rewrite(Box::new(Rewrite { path, kept, now, text: text.into() })).into())
}

/// Suffixes of files that are not PEM on purpose.
const DER: &[&str] = &["der"];
const PKCS7: &[&str] = &["p7", "p7b", "p7c", "p7s"];

/// The path of a file whose suffix fits its form. It is correct, was named by mistake, and must not
/// be overwritten.
fn known_by_name<'a>(source: &'a Source, endings: &[&str]) -> Option<&'a Path> {
    let path = source.path()?;
    let ending = path.extension()?.to_string_lossy().to_ascii_lowercase();
    endings.contains(&ending.as_str()).then_some(path)
}

/// Adds a fix that converts a DER or PKCS#7 file to PEM by `openssl COMMAND`: in its place, or
/// beside it if its suffix fits its form. `role` decides the variable that names the result.
pub(super) fn with_pem(
    found: Finding,
    source: &Source,
    command: &str,
    wanted: ExpectedContent,
    role: Option<Role>,
) -> Finding {
    let endings: Vec<&str> = DER.iter().chain(PKCS7).copied().collect();
    let Some(path) = known_by_name(source, &endings) else {
        return with_rewrite(
            found,
            source,
            Some(Made::Pem.by(format!("openssl {command} -in \"$b\""))),
        );
    };
    let new = path.with_extension("pem");
    let (from, to) = (shell::path(path), shell::path(&new));
    let take = format!("openssl {command} -in {from}");
    let take = shell::make_file(&take, &new, wanted == ExpectedContent::Key);
    let name = role.map_or_else(String::new, |role| format!(" && export {}={to}", role.variable()));
    found
        .advice(format!("make a PEM file beside it and name that: {}", new.display()))
        .fix(take + &name)
}

/// Adds a fix that splits a PKCS#12 file: in its place, or beside it if its suffix fits its form.
/// `role` decides the variable that names the result.
pub(super) fn with_extraction(
    found: Finding,
    source: &Source,
    legacy: bool,
    wanted: ExpectedContent,
    role: Option<Role>,
) -> Finding {
    let Some(path) = source.path().filter(|path| is_named_pkcs12(path)) else {
        let take = match wanted {
            ExpectedContent::Certificate => "-clcerts -nokeys",
            ExpectedContent::Key => "-nocerts",
        };
        let command = format!("{} -in \"$b\" {take}", pkcs12_command(legacy));
        return with_rewrite(found, source, Some(command.into()));
    };
    let directory = path.parent().unwrap_or(Path::new(""));
    let of_user = matches!(role, None | Some(Role::UserCert | Role::UserKey));
    let [cert, key] = match of_user && source.user_files_absent {
        true => user_files(directory),
        false => files_named_after(path, directory),
    };
    let halves = extraction(path, legacy, &cert, &key);
    let name =
        role.map_or_else(String::new, |role| format!(" && {}", export_pair(role, &cert, &key)));
    found.advice(beside_advice(&cert, &key)).fix(halves + &name)
}

/// The files of a user's certificate and key in `directory`, where every tool looks for them.
pub fn user_files(directory: &Path) -> [PathBuf; 2] {
    USER_FILES.map(|name| directory.join(name))
}

/// Files for the certificate and key of a PKCS#12 file, in `directory` and named after it. Files
/// with the usual names may belong to another certificate.
pub fn files_named_after(bundle: &Path, directory: &Path) -> [PathBuf; 2] {
    ["-cert.pem", "-key.pem"].map(|ending| {
        let mut name = bundle.file_stem().unwrap_or_default().to_os_string();
        name.push(ending);
        directory.join(name)
    })
}

/// What [`extraction`] does, and that the new files must be named.
pub fn beside_advice(cert: &Path, key: &Path) -> String {
    format!(
        "make {} and {} of it and name those; openssl asks for its password; nothing is written over",
        cert.display(),
        key.display()
    )
}

/// The command that sets the variables of both halves. `role` is one of them.
pub fn export_pair(role: Role, cert: &Path, key: &Path) -> String {
    let (of_cert, of_key) = match role.is_key() {
        true => (role.partner(), role),
        false => (role, role.partner()),
    };
    format!(
        "export {}={} {}={}",
        of_cert.variable(),
        shell::path(cert),
        of_key.variable(),
        shell::path(key)
    )
}

/// The command that takes certificate and key out of a PKCS#12 file. It writes both or none and
/// overwrites nothing, so they never belong to two identities. openssl succeeds even if one of them
/// is missing in the file.
pub fn extraction(bundle: &Path, legacy: bool, cert: &Path, key: &Path) -> String {
    let (c, k) = (shell::path(cert), shell::path(key));
    let free = [cert, key].map(shell::is_free).join(" && ");
    let open = format!("{} -in {}", pkcs12_command(legacy), shell::path(bundle));
    format!(
        "{free} && c=$(mktemp {c}.XXXXXX) && k=$(mktemp {k}.XXXXXX) && {{ {open} \
         -clcerts -nokeys -out \"$c\" && grep -q CERTIFICATE- \"$c\" && {open} -nocerts -out \"$k\" \
         && grep -q 'PRIVATE KEY-' \"$k\" && chmod 644 \"$c\" && chmod 400 \"$k\" && mv \"$c\" {c} && \
         mv \"$k\" {k} || {{ rm -f \"$c\" \"$k\"; false; }}; }}"
    )
}

fn pkcs12_command(legacy: bool) -> String {
    format!("openssl pkcs12{}", if legacy { " -legacy" } else { "" })
}
