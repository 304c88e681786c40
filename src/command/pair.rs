//! A certificate and its key: proves that they belong together.

use std::path::PathBuf;

use crate::check::key_match::{Pair, Verdict};
use crate::check::precedence::CheckKind;
use crate::check::{file, file_mode, key_match, precedence};
use crate::gather::credential::{CredentialFile, Keys, Read, advised, sibling};
use crate::locate::Reason;
use crate::parse::key::LockedKey;
use crate::report::{Exit, Finding, Item};
use crate::system::env::Env;
use crate::{check, describe};

/// The only thing that alien.py requires of a key, except in a match: that its file can be read.
pub fn unreadable_key(cert: &CredentialFile, env: &Env) -> Vec<Finding> {
    CredentialFile::located(cert.role.partner(), env).trouble(env)
}

/// Adds the findings of [`judge`] to those about the certificate. Only `*-match` asks whether the
/// key can be decrypted.
pub fn add(findings: &mut Vec<Finding>, mut pair: Vec<Finding>) {
    pair.retain(|found| found.exit != Exit::Undecided || found.is(&key_match::LOCKED));
    precedence::add(CheckKind::Credential, findings, pair);
}

/// The facts of the key, and whether it belongs to the certificate. `sign` if the proof is shown.
pub fn judge(
    cert: &CredentialFile,
    key: &CredentialFile,
    sign: bool,
    env: &Env,
) -> (Option<Item>, Vec<Finding>) {
    let Some(cert_read) = cert.found() else {
        return (None, key.trouble(env));
    };
    // Proxies and some set-ups of XRootD have the key in the file of the certificate.
    let holds_key = !cert_read.contents.keys.is_empty();
    let own = (holds_key && key.found().is_none()).then_some(cert);
    let key = own.unwrap_or(key);
    let Some(key_read) = key.found() else {
        return (None, key.trouble(env));
    };
    let sides = cert.side().zip(key.side());
    if let Some(found) = sides.and_then(|(cert, key)| key_match::swapped(cert, key)) {
        return (None, vec![found]);
    }
    let keys = Keys::open(key_read, None);
    let form = file::keys(&key_read.source, &key_read.contents, Some(key.role));
    let mut findings = advised(key.role, form);
    // A proxy must have its key in its file.
    if holds_key && cert_read.contents.first().is_some_and(|first| !first.is_proxy()) {
        findings.extend(key_in_cert_file(cert, cert_read, env));
    }
    let verdict = prove(cert, key, &keys, sign, env);
    let item = key_item(key, &verdict);
    findings.extend(verdict.findings);
    (item, findings)
}

/// The warning that a certificate file contains a key, and findings about its mode by the rules for
/// keys.
pub(in crate::command) fn key_in_cert_file(
    cert: &CredentialFile,
    read: &Read,
    env: &Env,
) -> Vec<Finding> {
    let from = &read.source.origin;
    let found = key_match::KEY_IN_CERT_FILE
        .found(format!("{from} holds a private key beside the certificate"));
    let modes = file_mode::check(cert.role.partner(), &read.source, env.euid);
    std::iter::once(found).chain(modes.into_iter().map(Finding::as_warning)).collect()
}

/// Proves the pair with the `keys` that were decrypted. With a signature if `sign`.
pub fn prove(
    cert: &CredentialFile,
    key: &CredentialFile,
    keys: &Keys<'_>,
    sign: bool,
    env: &Env,
) -> Verdict {
    let nothing = || Verdict { proof: None, refuted: false, findings: Vec::new() };
    let (Some(cert_read), Some(key_read)) = (cert.found(), key.found()) else {
        return nothing();
    };
    // The finding about its file explains this already.
    if file::is_ssh(&key_read.contents) {
        return nothing();
    }
    let Some(certificate) = cert_read.contents.first() else {
        return nothing();
    };
    let blocks = keys.blocks();
    let pair = |sibling| Pair {
        role: cert.role,
        certificate,
        cert_source: &cert_read.source,
        cert_reason: cert.candidate.reason,
        keys: &blocks,
        key_source: &key_read.source,
        key_reason: key.candidate.reason,
        sibling,
        sign,
    };
    let verdict = key_match::check(&pair(None));
    if !verdict.refuted {
        return verdict;
    }
    key_match::check(&pair(matching_sibling(cert, key, env)))
}

/// A file beside the half that a variable names, if it matches.
pub(in crate::command) fn matching_sibling(
    cert: &CredentialFile,
    key: &CredentialFile,
    env: &Env,
) -> Option<PathBuf> {
    let by_variable = matches!(cert.candidate.reason, Reason::Variable(_));
    let path = sibling(if by_variable { cert } else { key }, env)?;
    let other = CredentialFile::operand(if by_variable { key.role } else { cert.role }, &path);
    let (cert, key) = if by_variable { (cert, &other) } else { (&other, key) };
    let keys = Keys::open(key.found()?, None);
    let blocks = keys.blocks();
    let certificate = cert.found()?.contents.first()?;
    let matches = key_match::any_matches(certificate, &blocks, &key_match::tries());
    (matches == Some(true)).then_some(path)
}

/// The facts of the first key.
pub fn key_item(key: &CredentialFile, verdict: &Verdict) -> Option<Item> {
    let read = key.found()?;
    let slot = read.contents.keys.first()?;
    let (container, encrypted) = match &slot.parsed {
        Ok(key) => (key.container().to_string(), Some(matches!(key, LockedKey::Locked(_)))),
        Err(error) => (error.to_string(), None),
    };
    Some(describe::key::item(&describe::key::Facts {
        source: &read.source,
        from: &key.described(),
        container,
        encrypted,
        proof: verdict.proof,
        refuted: verdict.refuted,
    }))
}

/// Judges a supposed proxy file, and whether its key belongs to it.
pub fn of_proxy(
    half: &CredentialFile,
    read: &Read,
    sign: bool,
    env: &Env,
) -> (Option<Item>, Vec<Finding>) {
    let mut findings = check::proxy::file(&read.source, &read.contents, &half.described());
    let keys = Keys::open(read, None);
    let verdict = prove(half, half, &keys, sign, env);
    let item = key_item(half, &verdict);
    let from = &read.source.origin;
    let pair = verdict.findings.into_iter().map(|found| check::proxy::pair_words(found, from));
    precedence::add(CheckKind::Proxy, &mut findings, pair);
    (item, findings)
}
