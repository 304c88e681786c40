//! Fixes that write a file anew and keep a copy, or write another one beside it.

use std::path::Path;

use crate::check::file::Wanted;
use crate::locate::Role;
use crate::report::Finding;
use crate::shell;
use crate::source::Origin;
use crate::source::Source;

/// The same with a fix that keeps a copy, writes the file anew with `command`, which reads the
/// copy `"$b"`, and keeps its mode.
pub(super) fn with_rewrite(found: Finding, source: &Source, command: Option<&str>) -> Finding {
    match (command, &source.origin, &source.file) {
        (Some(command), Origin::File(path), Some(facts)) if facts.fixed().is_none() => {
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

/// Endings by which people know a form that is no PEM.
const DER: &[&str] = &["der"];
const PKCS7: &[&str] = &["p7", "p7b", "p7c", "p7s"];
const PKCS12: &[&str] = &["p12", "pfx", "pkcs12"];

/// The path of a file whose name says in which form it is: it is what it should be, was named by
/// mistake, and is not to be written over.
fn known_by_name<'a>(source: &'a Source, endings: &[&str]) -> Option<&'a Path> {
    let Origin::File(path) = &source.origin else {
        return None;
    };
    let ending = path.extension()?.to_string_lossy().to_ascii_lowercase();
    endings.contains(&ending.as_str()).then_some(path)
}

/// The same with a fix that makes PEM of a DER or PKCS#7 file by `openssl COMMAND`: in its place, or
/// beside it if its name says what it is. `role` is that of the variable that names it.
pub(super) fn with_pem(
    found: Finding,
    source: &Source,
    command: &str,
    wanted: Wanted,
    role: Option<Role>,
) -> Finding {
    let endings: Vec<&str> = DER.iter().chain(PKCS7).copied().collect();
    let Some(path) = known_by_name(source, &endings) else {
        return with_rewrite(
            found,
            source,
            Some(&format!("openssl {command} -in \"$b\"")),
        );
    };
    let new = path.with_extension("pem");
    let (from, to) = (shell::path(path), shell::path(&new));
    let take = format!("openssl {command} -in {from} -out {to}");
    let take = match wanted {
        Wanted::Certificate => take,
        Wanted::Key => format!("(umask 077; {take})"),
    };
    let name = role.map_or_else(String::new, |role| {
        format!(" && export {}={to}", role.variable())
    });
    found
        .advice(format!(
            "make a PEM file beside it and name that: {}",
            new.display()
        ))
        .fix(format!("[ ! -s {to} ] && {take}{name}"))
}

/// The same with a fix that takes a PKCS#12 file apart: in its place, or if its name says what it is
/// into files of the usual names beside it. `role` is that of the variable that names it.
pub(super) fn with_halves(
    found: Finding,
    source: &Source,
    legacy: bool,
    wanted: Wanted,
    role: Option<Role>,
) -> Finding {
    let Some(path) = known_by_name(source, PKCS12) else {
        let take = match wanted {
            Wanted::Certificate => "-clcerts -nokeys",
            Wanted::Key => "-nocerts",
        };
        let flag = if legacy { " -legacy" } else { "" };
        let command = format!("openssl pkcs12{flag} -in \"$b\" {take}");
        return with_rewrite(found, source, Some(&command));
    };
    let directory = path.parent().unwrap_or(Path::new(""));
    let [cert, key] = match role.is_some_and(Role::is_host) {
        true => ["hostcert.pem", "hostkey.pem"],
        false => ["usercert.pem", "userkey.pem"],
    }
    .map(|name| directory.join(name));
    let halves = format!(
        "{} && {}",
        unless_there(&cert, &take_cert(path, legacy, &cert)),
        unless_there(&key, &take_key(path, legacy, &key))
    );
    let name = role.filter(|role| !role.is_token() && *role != Role::Proxy);
    let name = name.map_or_else(String::new, |role| {
        let (of_cert, of_key) = match role.is_key() {
            true => (role.partner(), role),
            false => (role, role.partner()),
        };
        format!(
            " && export {}={} {}={}",
            of_cert.variable(),
            shell::path(&cert),
            of_key.variable(),
            shell::path(&key)
        )
    });
    found
        .advice(format!(
            "make {} and {} of it and name those; openssl asks for its password",
            cert.display(),
            key.display()
        ))
        .fix(halves + &name)
}

/// A half that is there is never written over.
fn unless_there(file: &Path, command: &str) -> String {
    format!("{{ [ -s {} ] || {{ {command}; }}; }}", shell::path(file))
}

/// Takes the certificate out of a PKCS#12 file.
pub fn take_cert(bundle: &Path, legacy: bool, cert: &Path) -> String {
    let (from, to) = (open_pkcs12(bundle, legacy), shell::path(cert));
    format!("{from} -clcerts -nokeys -out {to} && chmod 644 {to}")
}

/// Takes the key out of a PKCS#12 file.
pub fn take_key(bundle: &Path, legacy: bool, key: &Path) -> String {
    let (from, to) = (open_pkcs12(bundle, legacy), shell::path(key));
    format!("(umask 077; {from} -nocerts -out {to}) && chmod 400 {to}")
}

fn open_pkcs12(bundle: &Path, legacy: bool) -> String {
    let flag = if legacy { " -legacy" } else { "" };
    format!("openssl pkcs12{flag} -in {}", shell::path(bundle))
}
