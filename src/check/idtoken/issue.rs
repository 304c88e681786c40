//! Tokens that will be made, and the files they will be written to.

use std::io;
use std::path::Path;

use crate::check::idtoken::rule;
use crate::check::rules;
use crate::consumer::HTCONDOR;
use crate::parse::condor::knob::Knob;
use crate::parse::idtoken::file::TokenFile;
use crate::parse::idtoken::scope::Level;
use crate::parse::idtoken::{IdToken, odd_name};
use crate::report::{Action, Finding, Mode, Place};
use crate::source::FileFacts;
use crate::source::error::LoadError;
use crate::text::time::{Seconds, UnixTime};

rules! {
    NO_TRUST_DOMAIN: ERROR, Undecided {
        id: "trust-domain-unknown",
        what: "the trust domain that a new token is for is not known",
        why: "clients send a token only to servers of its trust domain, letter by letter",
        advice: "run it on the central manager, or name the domain: --trust-domain NAME, as \
                 condor_config_val TRUST_DOMAIN prints it there",
        source: "HTCondor, TRUST_DOMAIN",
    }
    NO_KEY: ERROR, NotFound {
        id: "signing-key-missing",
        what: "the key to sign a token with is not there or cannot be read",
        why: "only the key that the servers have makes tokens that they accept",
        advice: "run it on the central manager, as root; the collector makes the key POOL when it \
                 starts",
        source: "HTCondor, SEC_PASSWORD_DIRECTORY, SEC_TOKEN_POOL_SIGNING_KEY_FILE",
    }
    UNSAFE_KEY: ERROR, Unsafe {
        id: "signing-key-unsafe",
        what: "the key to sign with may be read by others, or is not yours",
        why: "HTCondor does not sign with such a key; anyone who reads it can make tokens for \
              everybody",
        advice: "if others could read it, replace it: nothing that it signed can be trusted",
        refused_by: [HTCONDOR],
        source: "HTCondor, secure_file.cpp",
    }
    EMPTY_KEY: ERROR, Unreadable {
        id: "signing-key-empty",
        what: "the key to sign with is empty",
        why: "condor_token_create signs with it all the same, and the servers refuse every such \
              token",
        advice: "make a new one with condor_store_cred, or remove it and let the collector make \
                 one",
        source: "seen with HTCondor 23.9.6",
    }
    NOT_WRITTEN: ERROR, NotDone {
        id: "idtoken-not-written",
        what: "the token could not be put where it was asked for",
        why: "a token is written whole, for its owner alone and never through a link, or not at \
              all",
        advice: "name another file, or remove what is in the way",
        source: "HTCondor, token_utils.cpp, write_out_token",
    }
    WAS_OPEN: WARN {
        id: "idtoken-was-open",
        what: "the file that the token replaced was accessible to others",
        why: "the new token is not; but anyone who read the old one can use it until it expires",
        advice: "have the old token revoked if it was of any worth",
        source: "HTCondor, secure_file.cpp",
    }
    KEPT: ERROR, NotDone {
        id: "idtoken-of-another",
        what: "a token for another identity or trust domain is in the place of the new one",
        why: "what uses it would stop working, and it cannot be restored",
        advice: "put the new one elsewhere, or replace the old one with --force",
        source: "a precaution of certok",
    }
    REPLACED: WARN {
        id: "idtoken-replaced",
        what: "the new token took the place of one for another identity or trust domain",
        why: "what used the old token stops working, and it cannot be restored",
        advice: "if the old one is still needed, have it made anew, under another name",
        source: "a precaution of certok",
    }
}

/// Warnings about wide rights of a token that will be made.
pub fn wishes(identity: &str, levels: &[Level], lifetime: Option<Seconds>) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(odd("identity", identity));
    if let None | Some((_, "") | ("", _)) = identity.split_once('@') {
        let lacks = if identity.starts_with('@') { "name" } else { "domain" };
        let message = format!("the identity {identity} has no {lacks}");
        findings.push(rule::NO_DOMAIN.found(message).advice("write NAME@DOMAIN"));
    }
    if is_superuser(identity) {
        let message = format!("the token is for {identity}, the identity of the pool's daemons");
        findings.push(rule::SUPERUSER.found(message));
    }
    if levels.is_empty() {
        let message = "the token is not limited to any authorization";
        findings.push(rule::UNRESTRICTED.found(message));
    }
    if lifetime.is_none() {
        findings.push(rule::NEVER_EXPIRES.found("the token never expires"));
    }
    findings
}

/// That a name of a token that is to be made has something in it that was meant for a shell.
pub fn odd(what: &str, name: &str) -> Option<Finding> {
    let odd = odd_name(name)?;
    Some(rule::NOT_EXPANDED.found(format!("the {what} of the token is {name}: {odd}")))
}

/// Whether an identity is that of the daemons, which HTCondor's own lists let do everything. They
/// are compared whatever the case (`IpVerify::lookup_user`): `CONDOR@` is an administrator too.
pub fn is_superuser(identity: &str) -> bool {
    let (name, domain) = identity.split_once('@').unwrap_or((identity, ""));
    let is = |text: &str, known: &[&str]| known.iter().any(|one| one.eq_ignore_ascii_case(text));
    is(name, &["condor", "condor_pool", "root"]) || is(domain, &INTERNAL_DOMAINS)
}

/// The names of daemons within a session. HTCondor opens its lists for them (condor_auth.cpp,
/// `EXECUTE_SIDE_MATCHSESSION_FQU`, `CONDOR_FAMILY_FQU`).
const INTERNAL_DOMAINS: [&str; 4] = ["matchsession", "family", "child", "parent"];

/// The finding that certok cannot evaluate the setting of the trust domain, or that it cannot be
/// used.
pub fn no_trust_domain(knob: Option<&Knob>) -> Finding {
    let why = knob.map(|knob| match &knob.value {
        Err(why) => format!(" ({}): {why}", knob.origin),
        Ok(value) => format!(" ({}): '{value}' has blanks or commas in it", knob.origin),
    });
    let message = format!(
        "the trust domain is not known: TRUST_DOMAIN{}",
        why.unwrap_or_else(|| " is set to nothing".to_owned())
    );
    NO_TRUST_DOMAIN.found(message)
}

/// The finding that it is not known where the key is.
pub fn key_unknown(name: &str, why: &str) -> Finding {
    NO_KEY.found(format!("the signing key {name} is not available: {why}"))
}

/// The finding that the key cannot be read.
pub fn key_trouble(name: &str, path: &Path, trouble: &LoadError) -> Finding {
    let shown = path.display();
    NO_KEY
        .found(format!("the signing key {name} is not available: {shown}: {trouble}"))
        .at(Place::file(path))
}

/// Whether HTCondor would sign with it.
pub fn key(name: &str, path: &Path, facts: Option<&FileFacts>, euid: u32) -> Option<Finding> {
    let facts = facts?;
    let shown = path.display();
    if facts.owner != euid {
        let owner = facts.owner;
        let message = format!(
            "the signing key {name} in {shown} is owned by uid {owner}, you are uid {euid}"
        );
        return Some(UNSAFE_KEY.found(message).at(Place::file(path)));
    }
    (facts.mode & 0o077 != 0).then(|| {
        let mode = facts.mode;
        let message =
            format!("the signing key {name} in {shown} is accessible to others (mode {mode:04o})");
        let fix = Action::Chmod { path: path.into(), mode: Mode::Exactly(0o600), file: None };
        UNSAFE_KEY.found(message).at(Place::file(path)).fix(fix)
    })
}

/// The finding that the key is empty.
pub fn key_empty(name: &str, path: &Path) -> Finding {
    let message = format!("the signing key {name} in {} is empty", path.display());
    EMPTY_KEY.found(message).at(Place::file(path))
}

/// Why a token cannot be written to `path`. `there` is what is there, without following links, and
/// `content` its content.
pub fn target(
    path: &Path,
    there: Option<&FileFacts>,
    content: Option<Result<&TokenFile, &LoadError>>,
    euid: u32,
) -> Option<Finding> {
    let facts = there?;
    let refused = |why: &str| {
        let message = format!("the token was not written: {} {why}", path.display());
        Some(NOT_WRITTEN.found(message).at(Place::file(path)))
    };
    if let Some(target) = &facts.link_target {
        return refused(&format!("is a link to {}", target.display()));
    }
    match content {
        Some(Ok(file)) if file.tokens().count() > 1 => {
            let count = file.tokens().count();
            return refused(&format!("is there and holds {count} tokens, which would be lost"));
        }
        Some(Ok(file)) if file.lines.iter().all(|line| line.token.is_ok()) => {}
        Some(Ok(_)) => return refused("is there and holds something else than tokens"),
        Some(Err(trouble)) => return refused(&format!("is there and cannot be read: {trouble}")),
        None => return refused("is there and is no file"),
    }
    if facts.owner != euid {
        return refused(&format!("is there and belongs to uid {}", facts.owner));
    }
    let open =
        facts.mode & 0o077 != 0 && content.is_some_and(|c| c.is_ok_and(|f| !f.lines.is_empty()));
    open.then(|| {
        let message = format!(
            "{} was accessible to others (mode {:04o}); the new one is not",
            path.display(),
            facts.mode
        );
        WAS_OPEN.found(message).at(Place::file(path))
    })
}

/// What `old` in `path` is, if it does something else than `new` and could still be used.
pub fn other(path: &Path, old: &IdToken, new: &IdToken, now: UnixTime) -> Option<String> {
    let same = (&old.issuer, &old.subject) == (&new.issuer, &new.subject);
    (!same && could_be_used(old, now)).then(|| described(path, old))
}

/// What `old` in `path` is, if it is for another identity than the one that is asked for, and could
/// still be used. Without a domain the approver chooses it.
pub fn other_than(path: &Path, old: &IdToken, asked: &str, now: UnixTime) -> Option<String> {
    let subject = old.subject.as_deref().unwrap_or_default();
    let same = match asked.contains('@') {
        true => subject == asked,
        false => subject.split('@').next() == Some(asked),
    };
    (!same && could_be_used(old, now)).then(|| described(path, old))
}

fn could_be_used(token: &IdToken, now: UnixTime) -> bool {
    token.expires.instant().is_none_or(|end| end >= now)
}

fn described(path: &Path, token: &IdToken) -> String {
    let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "nobody".to_owned());
    format!(
        "the token of {} for the trust domain {} in {}",
        shown(&token.subject),
        shown(&token.issuer),
        path.display()
    )
}

/// The other token stays, so nothing is asked for.
pub fn not_asked(path: &Path, other: &str) -> Finding {
    let message = format!("nothing was requested: the token would replace {other}");
    KEPT.found(message).at(Place::file(path))
}

/// The other token stays.
pub fn kept(path: &Path, other: &str) -> Finding {
    KEPT.found(format!("the token was not written: it would replace {other}")).at(Place::file(path))
}

/// The other token is gone.
pub fn replaced(path: &Path, other: &str) -> Finding {
    REPLACED.found(format!("{other} was replaced")).at(Place::file(path))
}

/// The finding that a token came too late.
pub fn expired(end: UnixTime, now: UnixTime) -> Finding {
    let message = format!("the token expired on {} ({})", end.screen(), end.relative_to(now));
    rule::EXPIRED.found(message)
}

/// The finding that it could not be written.
pub fn not_written(path: &Path, error: &io::Error) -> Finding {
    let message = format!("the token was not written to {}: {error}", path.display());
    NOT_WRITTEN.found(message).at(Place::file(path))
}
