//! `certkey-match`, `proxykey-match`, `tokenkey-match`: does the private key belong to the certificate?

use crate::check;
use crate::check::weigh::Asked;
use crate::check::{file, key_match, weigh};
use crate::command::{Noun, Options, info};
use crate::crypto::pair::Proof;
use crate::gather::credential;
use crate::gather::credential::{CredentialFile, Keys, Read};
use crate::locate::Role;
use crate::report::{Finding, Report};
use crate::system::env::Env;

/// Proves the pair: located, or the operands CERT and KEY.
pub fn run(noun: Noun, command: &'static str, options: &Options, env: &Env) -> Report {
    let mut report = Report::new(command, env.now);
    let (cert, key) = halves(noun, options, env);
    judge(&cert, &key, true, options, env, &mut report);
    report
}

/// Judges both halves and proves the pair, by a signature if `sign`; how it was proven, if it was.
pub fn judge(
    cert: &CredentialFile,
    key: &CredentialFile,
    sign: bool,
    options: &Options,
    env: &Env,
    report: &mut Report,
) -> Option<Proof> {
    report.findings.extend(cert.trouble(env));
    weigh::add(Asked::Pair, &mut report.findings, key.trouble(env));
    report.findings.extend(credential::modes(cert, key, env));
    let (cert_read, key_read) = cert.found().zip(key.found())?;
    let sides = cert.side().zip(key.side());
    if let Some(found) = sides.and_then(|(cert, key)| key_match::swapped(cert, key)) {
        report.findings.push(found);
        return None;
    }
    let (cert, key) = ((cert, cert_read), (key, key_read));
    weigh::add(Asked::Pair, &mut report.findings, forms(cert, key, env));
    prove(cert, key, sign, options, env, report)
}

/// The proof itself, and the words about it.
fn prove(
    (cert, cert_read): (&CredentialFile, &Read),
    (key, key_read): (&CredentialFile, &Read),
    sign: bool,
    options: &Options,
    env: &Env,
    report: &mut Report,
) -> Option<Proof> {
    let own = key_read.source.origin == cert_read.source.origin;
    let proxy = cert.role == Role::Proxy;
    let place = if proxy && own { as_proxy(cert_read, cert) } else { Vec::new() };
    weigh::add(Asked::Pair, &mut report.findings, place);
    let passphrase = credential::passphrase(key_read, &options.key).unwrap_or_else(|finding| {
        report.findings.push(*finding);
        None
    });
    let keys = Keys::open(key_read, passphrase.as_ref().map(|secret| secret.as_slice()));
    let verdict = info::prove(cert, key, &keys, sign, env);
    if !options.exit_only {
        report.items.extend(info::brief_item(cert, env));
        report.items.extend(info::key_item(key, &verdict));
    }
    let from = &key_read.source.origin;
    let words = |found| match proxy {
        true => check::proxy::pair_words(found, from),
        false => found,
    };
    weigh::add(Asked::Pair, &mut report.findings, verdict.findings.into_iter().map(words));
    report.findings.extend([cert.shadow(env), key.shadow(env)].into_iter().flatten());
    let how = match verdict.proof {
        Some(Proof::Signed) => "proven by a signature",
        _ => "its public half is the same",
    };
    report.good = if own && proxy {
        format!("the private key in {from} belongs to the certificate in it ({how})")
    } else {
        format!("{from} belongs to {} ({how})", cert_read.source.origin)
    };
    verdict.proof
}

/// What is wrong with the form of the two files.
fn forms(cert: (&CredentialFile, &Read), key: (&CredentialFile, &Read), env: &Env) -> Vec<Finding> {
    let ((cert, cert_read), (key, key_read)) = (cert, key);
    let certificates =
        file::certificates(&cert_read.source, &cert_read.contents, cert.read_as(), env.now);
    let certificates = credential::advised(cert.role, certificates);
    let no_key = check::proxy::no_key(&key_read.source, &key_read.contents);
    let keys =
        match no_key.filter(|_| cert.role == Role::Proxy && key_read.contents.shape.is_none()) {
            Some(found) => vec![found],
            None => file::keys(&key_read.source, &key_read.contents, key.read_as()),
        };
    let keys = credential::advised(key.role, keys);
    certificates.into_iter().chain(keys).collect()
}

/// What is wrong with a file in the place of a proxy, as far as it bears on the pair.
fn as_proxy(read: &Read, half: &CredentialFile) -> Vec<Finding> {
    let mut found = check::proxy::file(&read.source, &read.contents, &half.described());
    let bears = [&check::proxy::NOT_FIRST, &check::proxy::INLINE, &check::proxy::IS_USER_CERT];
    found.retain(|finding| finding.is_one_of(&bears));
    found
}

/// Without operands the located pair. With one, its own key if it holds one, else the located
/// key; with two, these.
fn halves(noun: Noun, options: &Options, env: &Env) -> (CredentialFile, CredentialFile) {
    let role = noun.cert();
    let located_key = || CredentialFile::located(role.partner(), env);
    let mut files = options.files.iter();
    let cert = match files.next() {
        Some(path) => CredentialFile::operand(role, path),
        None => CredentialFile::located(role, env),
    };
    let holds_key =
        |half: &CredentialFile| half.found().is_some_and(|read| !read.contents.keys.is_empty());
    let key = match (files.next(), options.files.first()) {
        (second, first @ Some(_)) if second == first => cert.partner(),
        (Some(path), _) => CredentialFile::operand(role.partner(), path),
        (None, Some(_)) if holds_key(&cert) || noun == Noun::Proxy => cert.partner(),
        (None, _) => located_key(),
    };
    let key = own_key(&cert).filter(|_| key.found().is_none()).unwrap_or(key);
    (cert, key)
}

/// The key that stands in the certificate's own file, if one does.
pub fn own_key(cert: &CredentialFile) -> Option<CredentialFile> {
    let holds_key = !cert.found()?.contents.keys.is_empty();
    holds_key.then(|| cert.partner())
}
