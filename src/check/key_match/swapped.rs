//! Certificate and key at each other's place: the files, or only the names that the user gave.

use std::path::Path;

use crate::check;
use crate::check::key_match::rule::SWAPPED;
use crate::parse::file::Contents;
use crate::report::{Action, Finding, KEY_MARK};
use crate::source::candidate::{Reason, Role};
use crate::source::{Origin, Source};
use crate::text::screen::may_hold_secret;
use crate::text::shell;

/// Certificate or key, as it was read.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// The role for which it was read.
    pub role: Role,
    pub reason: Reason,
    /// The bytes and their source.
    pub source: &'a Source,
    /// What is in them.
    pub contents: &'a Contents,
}

/// Whether each holds what the other should hold.
pub fn are_swapped(cert: Side<'_>, key: Side<'_>) -> bool {
    let (first, second) = (cert.contents, key.contents);
    // A proxy file also holds a key.
    let second_is_key = !second.keys.is_empty() && cert.role != Role::Proxy;
    let (only_key, certificate) = (
        first.certificates.is_empty() && !first.keys.is_empty(),
        !second.certificates.is_empty() && !second_is_key,
    );
    only_key && certificate
}

/// The finding that each holds what the other should hold. A fix exchanges the files only if they
/// are at default places, or if their names are wrong.
pub fn swapped(cert: Side<'_>, key: Side<'_>) -> Option<Finding> {
    are_swapped(cert, key).then(|| {
        let (first, second) = (&cert.source.origin, &key.source.origin);
        let found = SWAPPED.found(format!(
            "{first} contains the private key and {second} the certificate: they are swapped"
        ));
        mended(found, cert, key).at(check::place_of(first))
    })
}

fn mended(found: Finding, cert: Side<'_>, key: Side<'_>) -> Finding {
    let paths = match (&cert.source.origin, &key.source.origin) {
        (Origin::File(cert), Origin::File(key)) => Some((cert.as_path(), key.as_path())),
        _ => None,
    };
    if let Some((c, k)) = paths.filter(|(c, k)| is_misnamed(cert, key, c, k)) {
        let is_seen = cert.source.bytes.windows(KEY_MARK.len()).any(|at| at == KEY_MARK.as_bytes());
        // What is put at the certificate's place becomes readable for everybody.
        return if is_seen && !may_hold_secret(&key.source.bytes) {
            found.fix(Action::Exchange { cert: c.into(), key: k.into() })
        } else {
            found
        };
    }
    let of_cert = cert.role.variable();
    let of_key = key.role.variable();
    match (cert.reason, key.reason) {
        (Reason::Variable(_), Reason::Variable(_)) => {
            let found = Finding {
                message: format!("{}: {of_cert} and {of_key} name each other's", found.message),
                ..found
            };
            let found = found.advice("set the two variables the other way round");
            match paths {
                Some((c, k)) => found.fix(format!(
                    "export {of_cert}={} && export {of_key}={}",
                    shell::path(k),
                    shell::path(c)
                )),
                None => found.fix(format!(
                    "t=\"${of_cert}\" && export {of_cert}=\"${of_key}\" && export {of_key}=\"$t\""
                )),
            }
        }
        (Reason::Operand, Reason::Operand) => {
            let command = match cert.role {
                Role::Proxy => "certok proxykey-match",
                role if role.is_token() => "certok tokenkey-match",
                _ => "certok certkey-match",
            };
            let shown = |side: Side<'_>| match &side.source.origin {
                Origin::File(path) => shell::path(path),
                _ => "-".to_owned(),
            };
            found.advice(format!(
                "name them in the other order, the certificate first: {command} {} {}",
                shown(key),
                shown(cert)
            ))
        }
        _ => found.advice("name each by its own variable or argument, the other way round"),
    }
}

/// Whether the files should be exchanged: they are at default places, or their names are wrong.
fn is_misnamed(cert: Side<'_>, key: Side<'_>, c: &Path, k: &Path) -> bool {
    let named = |path: &Path| path.file_name().unwrap_or_default().to_ascii_lowercase();
    let says = |path: &Path, word: &str| named(path).to_string_lossy().contains(word);
    let default = cert.reason == Reason::Default && key.reason == Reason::Default;
    let of_cert = |path: &Path| says(path, "cert") && !says(path, "key");
    default || of_cert(c) && says(k, "key")
}
