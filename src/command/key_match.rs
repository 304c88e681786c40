//! `certkey-match`, `proxykey-match`, `tokenkey-match`: does the private key belong to the certificate?

use std::path::PathBuf;

use crate::check::precedence::CheckKind;
use crate::check::{file, key_match, precedence};
use crate::command::arguments::{arguments, operand};
use crate::command::definition::{Alien, Definition, Group};
use crate::command::{Call, Noun, info, pair};
use crate::crypto::pair::Proof;
use crate::gather::credential;
use crate::gather::credential::{CredentialFile, Keys, Read};
use crate::gather::options::KeyOptions;
use crate::locate::{Candidate, Reason, Role};
use crate::report::{AlienForm, Finding, Report};
use crate::system::env::Env;
use crate::{check, locate};

/// `certkey-match`.
pub const CERT: Definition<Args> = Definition {
    name: "certkey-match",
    group: Group::Check,
    about: "Prove that the private key belongs to the user certificate",
    example: "certok certkey-match",
    alien: Alien::Format(AlienForm::KeyMatch),
    ..Definition::reporting(|args, call| Ok(run(Noun::Cert, &args.candidates(), &args.key, call)))
};

/// `tokenkey-match`.
pub const TOKEN: Definition<Args> = Definition {
    name: "tokenkey-match",
    group: Group::Check,
    about: "The same for the JAliEn token",
    example: "certok tokenkey-match",
    alien: Alien::Format(AlienForm::KeyMatch),
    ..Definition::reporting(|args, call| Ok(run(Noun::Token, &args.candidates(), &args.key, call)))
};

/// `proxykey-match`.
pub const PROXY: Definition<Args> = Definition {
    name: "proxykey-match",
    group: Group::Check,
    about: "The same for the proxy",
    example: "certok proxykey-match",
    ..Definition::reporting(|args, call| Ok(run(Noun::Proxy, &args.candidates(), &args.key, call)))
};

arguments! {
    /// Arguments of `certkey-match`, `proxykey-match`, `tokenkey-match`.
    pub struct Args {
        files: Vec<PathBuf> =
            operand("files", "FILE", "CERT [KEY] to look at instead of the located pair")
                .with(|arg| arg.num_args(0..=2)),
        key: KeyOptions,
    }
}

impl Args {
    fn candidates(&self) -> Vec<Candidate> {
        self.files.iter().map(|path| locate::operand(path)).collect()
    }
}

/// The name of the command for `noun`.
pub(in crate::command) fn name(noun: Noun) -> &'static str {
    match noun {
        Noun::Cert => CERT.name,
        Noun::Proxy => PROXY.name,
        Noun::Token => TOKEN.name,
    }
}

/// Proves the pair: the one in use, or the operands CERT and KEY.
pub(in crate::command) fn run(
    noun: Noun,
    files: &[Candidate],
    key: &KeyOptions,
    call: &Call<'_>,
) -> Report {
    let mut report = call.report();
    let proving = Proving { key, sign: true, exit_only: call.exit_only };
    let (cert, key) = halves(noun, files, call.env);
    judge(&cert, &key, proving, call.env, &mut report);
    report
}

/// How a pair is proven.
#[derive(Clone, Copy)]
pub struct Proving<'a> {
    /// How an encrypted key is decrypted.
    pub key: &'a KeyOptions,
    /// With a signature.
    pub sign: bool,
    /// Only what decides the exit code is needed.
    pub exit_only: bool,
}

/// Judges both halves and proves the pair. Returns the proof, if there is one.
pub fn judge(
    cert: &CredentialFile,
    key: &CredentialFile,
    proving: Proving<'_>,
    env: &Env,
    report: &mut Report,
) -> Option<Proof> {
    report.findings.extend(cert.trouble(env));
    precedence::add(CheckKind::Pair, &mut report.findings, key.trouble(env));
    report.findings.extend(credential::modes(cert, key, env));
    let (cert_read, key_read) = cert.found().zip(key.found())?;
    let sides = cert.side().zip(key.side());
    if let Some(found) = sides.and_then(|(cert, key)| key_match::swapped(cert, key)) {
        report.findings.push(found);
        return None;
    }
    let (cert, key) = ((cert, cert_read), (key, key_read));
    precedence::add(CheckKind::Pair, &mut report.findings, forms(cert, key, env));
    prove(cert, key, proving, env, report)
}

/// Makes the proof, and the facts about it.
fn prove(
    (cert, cert_read): (&CredentialFile, &Read),
    (key, key_read): (&CredentialFile, &Read),
    proving: Proving<'_>,
    env: &Env,
    report: &mut Report,
) -> Option<Proof> {
    let own = key_read.source.origin == cert_read.source.origin;
    let proxy = cert.role == Role::Proxy;
    let place = if proxy && own { as_proxy(cert_read, cert) } else { Vec::new() };
    precedence::add(CheckKind::Pair, &mut report.findings, place);
    // A file that is named may well be of a tool that reads both from it.
    if own && !proxy && cert.candidate.reason != Reason::Operand {
        let of_both = pair::key_in_cert_file(cert, cert_read, env);
        precedence::add(CheckKind::Pair, &mut report.findings, of_both);
    }
    let passphrase = credential::passphrase(key_read, proving.key).unwrap_or_else(|finding| {
        report.findings.push(*finding);
        None
    });
    let keys = Keys::open(key_read, passphrase.as_ref().map(|secret| secret.as_slice()));
    let verdict = pair::prove(cert, key, &keys, proving.sign, env);
    if !proving.exit_only {
        report.items.extend(info::brief_item(cert, env));
        report.items.extend(pair::key_item(key, &verdict));
    }
    let from = &key_read.source.origin;
    let words = |found| match proxy {
        true => check::proxy::pair_words(found, from),
        false => found,
    };
    precedence::add(CheckKind::Pair, &mut report.findings, verdict.findings.into_iter().map(words));
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

/// Findings about the form of the two files.
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

/// Findings about a supposed proxy file, as far as they matter for the pair.
fn as_proxy(read: &Read, half: &CredentialFile) -> Vec<Finding> {
    let mut found = check::proxy::file(&read.source, &read.contents, &half.described());
    let bears = [&check::proxy::NOT_FIRST, &check::proxy::INLINE, &check::proxy::IS_USER_CERT];
    found.retain(|finding| finding.is_one_of(&bears));
    found
}

/// Without operands, the pair in use. With one, the key in the same file, else the key in use. With
/// two, these.
fn halves(noun: Noun, files: &[Candidate], env: &Env) -> (CredentialFile, CredentialFile) {
    let role = noun.cert();
    let located_key = || CredentialFile::located(role.partner(), env);
    let (first, mut files) = (files.first(), files.iter());
    let cert = match files.next() {
        Some(file) => CredentialFile::read(role, file.clone()),
        None => CredentialFile::located(role, env),
    };
    let holds_key =
        |half: &CredentialFile| half.found().is_some_and(|read| !read.contents.keys.is_empty());
    let key = match (files.next(), first) {
        (second, first @ Some(_)) if second == first => cert.partner(),
        (Some(file), _) => CredentialFile::read(role.partner(), file.clone()),
        (None, Some(_)) if holds_key(&cert) || noun == Noun::Proxy => cert.partner(),
        (None, _) => located_key(),
    };
    let key = own_key(&cert).filter(|_| key.found().is_none()).unwrap_or(key);
    (cert, key)
}

/// The key in the file of the certificate, if there is one.
pub fn own_key(cert: &CredentialFile) -> Option<CredentialFile> {
    let holds_key = !cert.found()?.contents.keys.is_empty();
    holds_key.then(|| cert.partner())
}
