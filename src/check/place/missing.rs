//! No file is at the path: what is near it, or has another name.

use std::path::Path;

use crate::check::file::{beside_advice, export_pair, extraction, files_named_after, user_files};
use crate::check::lifetime::NEW_PROXY;
use crate::check::place::failed::FailedRead;
use crate::check::place::path::NamedPath;
use crate::check::place::rule::*;
use crate::parse::shape::Shape;
use crate::parse::value::ValueShape;
use crate::parse::{shape, value};
use crate::report::{Finding, Rule};
use crate::source::candidate::{Location, Reason, Role};
use crate::source::near::{Above, Alike};
use crate::source::{Origin, Source};
use crate::text::shell;

pub(super) fn missing(path: &Path, failed: FailedRead<'_>) -> Finding {
    match &failed.candidate.location {
        Location::Value(text) => {
            let named =
                NamedPath { name: failed.role.variable(), value: text, near: &failed.near.value };
            let odd = named.oddity().filter(|_| matches!(value::look(text), ValueShape::Path(_)));
            match odd {
                Some((rule, what)) if failed.near.value.cleaned.is_some() => {
                    named.mended(rule.found(what))
                }
                Some((rule, what)) => rule.found(what),
                None => match &failed.near.above {
                    Some(above) => named.mended(blocked(path, above)),
                    None => path_gone(path, failed),
                },
            }
        }
        _ if failed.candidate.reason == Reason::Operand => {
            rule_for(failed.role).found(format!("{} does not exist", path.display())).advice("")
        }
        _ => default_missing(path, failed),
    }
}

fn path_gone(path: &Path, failed: FailedRead<'_>) -> Finding {
    let name = failed.role.variable();
    let found = VARIABLE_PATH_GONE
        .found(format!("{name} points to {}, which does not exist", path.display()));
    // The file that the other variable names may be good.
    let (it, names) = match failed.near.partner_gone {
        true => ("both variables", failed.role.variables()),
        false => ("it", name.to_owned()),
    };
    let pair = format!("unset {names}");
    match &failed.near.value.default {
        Some(default) => {
            found.advice(format!("unset {it}, and {} is used", default.display())).fix(pair)
        }
        None if failed.near.proxy.is_some() => proxy_elsewhere(path, failed).unwrap_or(found),
        None if failed.role == Role::Proxy => found.advice(format!("{pair}; {NEW_PROXY}")),
        None if failed.role.is_token() => found.advice(format!("{pair}; alien-token-init")),
        None => found,
    }
}

/// Something above the path is no directory, so nothing can be made there either.
fn blocked(path: &Path, above: &Above) -> Finding {
    let (path, shown) = (path.display(), above.path.display());
    match &above.target {
        Some(target) => LINK_DANGLING.found(format!(
            "{path} does not exist: {shown} is a dangling symbolic link, its target {} does not \
             exist",
            target.display()
        )),
        None => NOT_A_DIRECTORY
            .found(format!("{path} does not exist: {shown} is a file, it must be a directory")),
    }
}

/// A file or a variable with almost the right name.
fn misnamed(path: &Path, alike: &Alike, role: Role) -> Finding {
    let (noun, name) = (role.noun(), role.variable());
    let (path, shown) = (path.display(), alike.path.display());
    let found = match alike.variable {
        Some(other) => VARIABLE_MISNAMED.found(format!(
            "no {noun}: {name} is not set and {path} does not exist, but {other} names {shown}"
        )),
        None => {
            FILE_MISNAMED.found(format!("no {noun}: {path} does not exist, but there is {shown}"))
        }
    };
    found.fix(format!("export {name}={}", shell::path(&alike.path)))
}

fn default_missing(path: &Path, failed: FailedRead<'_>) -> Finding {
    let role = failed.role;
    // What is wrong with TMPDIR is said anyway.
    if let Some(above) = failed.near.above.as_ref().filter(|_| failed.near.temporary.is_none()) {
        return blocked(path, above);
    }
    if let Some(alike) = &failed.near.alike {
        return misnamed(path, alike, role);
    }
    let rule = rule_for(role);
    let of_user = matches!(role, Role::UserCert | Role::UserKey);
    let bundles = &failed.near.pkcs12;
    if let Some(found) = pkcs12(path, bundles, failed).filter(|_| of_user) {
        return found;
    }
    if let Some(found) = proxy_elsewhere(path, failed) {
        return found;
    }
    if role == Role::TokenCert
        && let Some(found) = other_token(path, failed)
    {
        return found;
    }
    let name = role.variable();
    let found = rule.found(match role {
        Role::Proxy => format!("no proxy: {} does not exist and {name} is not set", path.display()),
        Role::TokenCert => format!("no JAliEn token: {} does not exist", path.display()),
        Role::HostCert | Role::UserCert => {
            format!("no {}: {} does not exist and {name} is not set", role.noun(), path.display())
        }
        Role::HostKey | Role::TokenKey | Role::UserKey => {
            format!(
                "{} is missing: {} does not exist and {name} is not set",
                role.noun(),
                path.display()
            )
        }
    });
    match role.is_token() && path.parent() == Some(Path::new("/tmp")) {
        // The documentation of alien.py gives this advice for lxplus.
        true => found.advice(format!(
            "{}; if /tmp is private to a node or session, as on lxplus, first: mkdir -p ~/tmp; export \
             TMPDIR=~/tmp",
            rule.advice
        )),
        false => found,
    }
}

fn pkcs12(path: &Path, bundles: &[Source], failed: FailedRead<'_>) -> Option<Finding> {
    let shapes = bundles.iter().map(|bundle| (bundle, shape::recognise(&bundle.bytes)));
    let mut shapes: Vec<(&Source, Shape)> = shapes.collect();
    shapes.sort_by_key(|(_, shape)| !matches!(shape, Shape::Pkcs12 { .. }));
    let (bundle, shape) = shapes.first()?;
    let Origin::File(file) = &bundle.origin else {
        return None;
    };
    let shown = file.display();
    let there = format!("{} does not exist, but there is {shown}", path.display());
    let legacy = match shape {
        Shape::Pkcs12 { cipher, legacy: true } => Some(cipher.unwrap_or("an old cipher")),
        Shape::Pkcs12 { legacy: false, .. } => None,
        // openssl cannot extract it.
        other => {
            let message = format!("{there}, which is no PKCS#12 file: it is {other}");
            let advice = "export the certificate from the browser again";
            return Some(PKCS12_ONLY.found(message).advice(advice));
        }
    };
    let what = legacy.map_or_else(String::new, |cipher| {
        format!(" (encrypted with legacy {cipher}, which OpenSSL 3 opens only with -legacy)")
    });
    let directory = path.parent().unwrap_or(Path::new(""));
    let make = format!("mkdir -p {}", shell::path(directory));
    let take = |cert: &Path, key: &Path| extraction(file, legacy.is_some(), cert, key);
    let found = PKCS12_ONLY.found(there + &what);
    if failed.near.partner {
        // The other half that exists may belong to another certificate.
        let [cert, key] = files_named_after(file, directory);
        let names = export_pair(failed.role, &cert, &key);
        let fix = format!("{make} && {} && {names}", take(&cert, &key));
        return Some(found.advice(beside_advice(&cert, &key)).fix(fix));
    }
    let [cert, key] = user_files(directory);
    let found = found.advice("convert it; openssl asks for its password");
    Some(found.fix(format!("{make} && {}", take(&cert, &key))))
}

fn other_token(path: &Path, failed: FailedRead<'_>) -> Option<Finding> {
    let mine = failed.role.file_name(failed.uid);
    let own = |path: &&std::path::PathBuf| path.ends_with(&mine);
    let tokens = &failed.near.tokens;
    let other = tokens.iter().find(own).or(tokens.first())?;
    let name = other.file_name()?.to_str()?;
    let uid = name.strip_prefix("tokencert_")?.strip_suffix(".pem")?;
    let mine = failed.uid.to_string();
    Some(if uid == mine {
        TOKEN_ELSEWHERE.found(format!(
            "no JAliEn token at {}, but there is one at {}",
            path.display(),
            other.display()
        ))
    } else {
        TOKEN_OTHER_UID.found(format!(
            "no JAliEn token for your uid {mine}: {} does not exist; {} belongs to uid {uid} \
             (container or sudo?)",
            path.display(),
            other.display()
        ))
    })
}

fn proxy_elsewhere(path: &Path, failed: FailedRead<'_>) -> Option<Finding> {
    let other = failed.near.proxy.as_ref()?;
    let place = match failed.candidate.reason {
        Reason::Variable(name) => format!("{name} points to {}", path.display()),
        _ => format!("no proxy at {}", path.display()),
    };
    let message = format!("{place}, but there is one at {}", other.display());
    Some(PROXY_ELSEWHERE.found(message))
}

fn rule_for(role: Role) -> &'static Rule {
    match role {
        Role::HostCert => &HOST_CERT_MISSING,
        Role::HostKey => &HOST_KEY_MISSING,
        Role::Proxy => &PROXY_MISSING,
        Role::TokenCert => &TOKEN_MISSING,
        Role::TokenKey => &TOKEN_KEY_MISSING,
        Role::UserCert => &CERT_MISSING,
        Role::UserKey => &KEY_MISSING,
    }
}
