//! `cert-info`, `token-info`: everything worth knowing, and whether dates and key are good.

use std::path::PathBuf;
use std::sync::Arc;

use crate::check::key_match::{Pair, Verdict};
use crate::check::token::Surroundings;
use crate::check::weigh::Asked;
use crate::check::{file, file_mode, key_match, lifetime, token, weigh};
use crate::command::arguments::arguments;
use crate::command::arguments::groups::{NEED, Operands};
use crate::command::definition::{Alien, Definition, Each, Group};
use crate::command::{Call, Manner, Noun, operands, verify};
use crate::describe;
use crate::gather::credential::{CredentialFile, Keys, Read, advised, sibling};
use crate::gather::{credential, elsewhere};
use crate::locate::{Reason, Role};
use crate::parse::cert::{Certificate, CertificateKind};
use crate::parse::file::{Contents, Slot};
use crate::parse::key::LockedKey;
use crate::parse::token::Token;
use crate::report::{AlienForm, Exit, Finding, Item, Report, Value};
use crate::source::candidate::Candidate;
use crate::system::env::Env;
use crate::text::time::{Seconds, UnixTime};

/// `cert-info`.
pub const CERT: Definition<Args> = Definition {
    name: "cert-info",
    group: Group::Info,
    about: "Everything worth knowing about the user certificate; judges dates and key, not trust",
    example: "certok cert-info",
    alien: Alien::Program(AlienForm::Info),
    each: Some(Each {
        operands: |args| &args.operands,
        judge: |args, call, task| operands::one_by_one(task, operand(Noun::Cert, args.need, call)),
    }),
    ..Definition::reporting(|args, call| Ok(run(Noun::Cert, args, call)))
};

/// `token-info`.
pub const TOKEN: Definition<Args> = Definition {
    name: "token-info",
    group: Group::Info,
    about: "The same for the JAliEn token",
    example: "certok token-info --for 12h",
    alien: Alien::Program(AlienForm::Info),
    each: Some(Each {
        operands: |args| &args.operands,
        judge: |args, call, task| operands::one_by_one(task, operand(Noun::Token, args.need, call)),
    }),
    ..Definition::reporting(|args, call| Ok(run(Noun::Token, args, call)))
};

arguments! {
    /// Of `cert-info`, `token-info`.
    pub struct Args {
        operands: Operands,
        need: Seconds = NEED,
    }
}

/// How far a credential is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    /// How long it must last.
    pub need: Seconds,
    /// Only what decides the exit code matters.
    pub exit_only: bool,
}

/// Describes one operand.
pub(in crate::command) fn operand<'a>(
    noun: Noun,
    need: Seconds,
    call: &Call<'a>,
) -> impl Fn(&Candidate) -> Report + Sync + use<'a> {
    let (command, env) = (call.name, call.env);
    let scope = call.scope(need);
    move |one| {
        let half = CredentialFile::read(noun.cert(), one.clone());
        let mut report = Report::new(command, env.now);
        certificate(&half, scope, env, &mut report);
        if !scope.exit_only {
            report.good = good(&half, &report.items, env);
        }
        report
    }
}

/// Describes the credential that is in use.
fn run(noun: Noun, args: &Args, call: &Call<'_>) -> Report {
    let mut report = call.report();
    let (scope, env) = (call.scope(args.need), call.env);
    let half = CredentialFile::located(noun.cert(), env);
    certificate(&half, scope, env, &mut report);
    if half.found().is_some() {
        match call.manner {
            Manner::Alien => report.findings.extend(unreadable_key(&half, env)),
            Manner::Own => {
                let key = CredentialFile::located(noun.cert().partner(), env);
                beside(&half, &key, scope, env, &mut report);
            }
        }
    }
    if !scope.exit_only {
        report.good = good(&half, &report.items, env);
    }
    report
}

/// Facts and findings about a certificate and its key, wherever they are.
pub fn of_pair(
    cert: &CredentialFile,
    key: &CredentialFile,
    scope: Scope,
    env: &Env,
    report: &mut Report,
) {
    certificate(cert, scope, env, report);
    beside(cert, key, scope, env, report);
    report.good = good(cert, &report.items, env);
}

/// Facts and findings about the key, and about the files of both.
fn beside(
    cert: &CredentialFile,
    key: &CredentialFile,
    scope: Scope,
    env: &Env,
    report: &mut Report,
) {
    let (item, findings) = pair(cert, key, !scope.exit_only, env);
    report.items.extend(item);
    add_pair(&mut report.findings, findings);
    weigh::add(Asked::Credential, &mut report.findings, credential::modes(cert, key, env));
    report.findings.extend(cert.shadow(env));
    report.findings.extend(key.shadow(env));
}

/// All that alien.py asks of the key, unless it is to match: that its file can be read.
pub fn unreadable_key(cert: &CredentialFile, env: &Env) -> Vec<Finding> {
    CredentialFile::located(cert.role.partner(), env).trouble(env)
}

/// Adds what [`pair`] found to what is known of the certificate. Whether the key could be opened
/// is asked of nobody but `*-match`.
pub fn add_pair(findings: &mut Vec<Finding>, mut pair: Vec<Finding>) {
    pair.retain(|found| found.exit != Exit::Undecided || found.is(&key_match::LOCKED));
    weigh::add(Asked::Credential, findings, pair);
}

/// Facts and findings about the certificate half alone.
pub fn certificate(half: &CredentialFile, scope: Scope, env: &Env, report: &mut Report) {
    report.findings.extend(half.trouble(env));
    let Some(read) = half.found() else { return };
    let from = half.described();
    if !scope.exit_only {
        report.items.extend(items(half, read, &from, env));
        let others = Value::Texts(elsewhere::credential(half, env));
        if let Some(first) = report.items.first_mut() {
            first.detail("elsewhere", "others use", others);
            first.machine("file_order", order(&read.contents));
            first.machine("path", read.source.path().map(|path| path.display().to_string()));
        }
    }
    let located = half.read_as();
    let form = file::certificates(&read.source, &read.contents, located, env.now);
    report.findings.extend(advised(half.role, form));
    let Some(first) = read.contents.first() else {
        return;
    };
    let old_first = report.findings.iter().any(|f| f.is(&file::OLD_FIRST));
    let lifetime = lifetime::check(
        &first.validity,
        lifetime::Question {
            noun: &named(half, first),
            need: scope.need,
            kind: lifetime_kind(half, first),
            now: env.now,
        },
    );
    report.findings.extend(lifetime.filter(|_| !old_first));
    report.findings.extend(kind(half, first, scope, env));
    let old_ca = half.role.is_token().then(|| token::old_ca(first)).flatten();
    report.findings.extend(old_ca.map(Finding::as_warning));
}

/// How the certificates of a file stand to each other: `alone`, `in order` (each signed by the
/// next, as TLS wants it), `in another order`.
pub fn order(contents: &Contents) -> Value {
    let all: Vec<_> = contents.readable().map(|(_, certificate)| certificate).collect();
    let signed_by_next = all.windows(2).all(|pair| match pair {
        [child, issuer] => child.issuer.same_as(&issuer.subject),
        _ => true,
    });
    Value::Text(match (all.len(), signed_by_next) {
        (0 | 1, _) => "alone".to_owned(),
        (_, true) => "in order".to_owned(),
        (_, false) => "in another order".to_owned(),
    })
}

/// What kind of credential it is, and whether that is the kind wanted.
pub fn kind(
    half: &CredentialFile,
    certificate: &Certificate,
    scope: Scope,
    env: &Env,
) -> Vec<Finding> {
    let from = half.described();
    if half.role == Role::Proxy || half.role.is_host() {
        return Vec::new();
    }
    if !half.role.is_token() {
        return if half.is_located() {
            token::user_cert(certificate, &from).into_iter().collect()
        } else {
            Vec::new()
        };
    }
    // For a warning only.
    let user = (!scope.exit_only).then(|| CredentialFile::located(Noun::Cert.cert(), env));
    let user = user.as_ref().and_then(CredentialFile::found);
    let user = user.and_then(|read| read.contents.first());
    let job = env.filled("ALIEN_PROC_ID").map(|id| id.to_string_lossy());
    let around = Surroundings { job: job.as_deref(), user: user.map(AsRef::as_ref) };
    token::token(certificate, &from, around)
}

/// `user certificate /home/me/.globus/usercert.pem`: the subject of sentences.
pub fn named(half: &CredentialFile, certificate: &Certificate) -> String {
    let origin = half.found().map_or_else(String::new, |read| read.source.origin.to_string());
    format!("{} {origin}", noun(half, certificate))
}

/// How long such a thing lives.
pub fn lifetime_kind(half: &CredentialFile, certificate: &Certificate) -> lifetime::CredentialKind {
    match certificate.kind() {
        CertificateKind::Proxy(_) => lifetime::CredentialKind::Proxy,
        _ if half.role.is_token() => lifetime::CredentialKind::Token,
        _ if Token::parse(&certificate.subject).is_some() => lifetime::CredentialKind::Token,
        _ => lifetime::CredentialKind::Certificate,
    }
}

/// What it is: not always what it serves as.
fn noun(half: &CredentialFile, certificate: &Certificate) -> &'static str {
    match certificate.kind() {
        CertificateKind::Ca => "CA certificate",
        CertificateKind::Proxy(_) => "proxy",
        CertificateKind::EndEntity if Token::parse(&certificate.subject).is_some() => "token",
        CertificateKind::EndEntity if half.is_located() => half.role.noun(),
        CertificateKind::EndEntity => "certificate",
    }
}

/// The key's facts, and whether it belongs to the certificate; `sign` if the proof is shown.
pub fn pair(
    cert: &CredentialFile,
    key: &CredentialFile,
    sign: bool,
    env: &Env,
) -> (Option<Item>, Vec<Finding>) {
    let Some(cert_read) = cert.found() else {
        return (None, key.trouble(env));
    };
    // Proxies and some XRootD set-ups keep the key in the certificate's file.
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
    // A proxy is meant to have its key in its file.
    if holds_key && cert_read.contents.first().is_some_and(|first| !first.is_proxy()) {
        findings.extend(key_in_cert_file(cert, cert_read, env));
    }
    let verdict = prove(cert, key, &keys, sign, env);
    let item = key_item(key, &verdict);
    findings.extend(verdict.findings);
    (item, findings)
}

/// The warning that a certificate file holds a key, and the key's own rules for its mode.
fn key_in_cert_file(cert: &CredentialFile, read: &Read, env: &Env) -> Vec<Finding> {
    let from = &read.source.origin;
    let found = key_match::KEY_IN_CERT_FILE
        .found(format!("{from} holds a private key beside the certificate"));
    let modes = file_mode::check(cert.role.partner(), &read.source, env.euid);
    std::iter::once(found).chain(modes.into_iter().map(Finding::as_warning)).collect()
}

/// Proves the pair, as far as `keys` are open, by a signature if `sign`.
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
    // What its file is said to be explains that.
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

/// The file beside the half that a variable names, if it makes the pair whole.
fn matching_sibling(cert: &CredentialFile, key: &CredentialFile, env: &Env) -> Option<PathBuf> {
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

/// What tells the certificate in question from others.
pub fn brief_item(half: &CredentialFile, env: &Env) -> Option<Item> {
    let read = half.found()?;
    let item = items(half, read, &half.described(), env).into_iter().next()?;
    Some(item.brief(&["from", "subject", "not_after", "key"]))
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

fn items(half: &CredentialFile, read: &Read, from: &str, env: &Env) -> Vec<Item> {
    let first = read.contents.certificates.first().map(|slot| slot.block);
    let item = |(slot, certificate): (&Slot<Arc<Certificate>, _>, &Arc<Certificate>)| {
        let title = if Some(slot.block) == first {
            self::noun(half, certificate).to_owned()
        } else {
            format!("also in the file (block {})", slot.block)
        };
        describe::certificate::item(&title, certificate, from, slot.block, env.now)
    };
    read.contents.readable().map(item).collect()
}

/// One sentence for the case that all is well, with what `items` show of the key.
pub fn good(half: &CredentialFile, items: &[Item], env: &Env) -> String {
    let Some(certificate) = half.found().and_then(|read| read.contents.first()) else {
        return String::new();
    };
    let whose = format!("{} of {}", noun(half, certificate), certificate.subject.common_name());
    let verify = if half.role.is_token() { verify::TOKEN.name } else { verify::CERT.name };
    judged_alone(&whose, certificate.validity.not_after, items, verify, env)
}

/// What holds of a credential that was looked at alone, and which command judges the rest.
pub fn judged_alone(whose: &str, end: UnixTime, items: &[Item], verify: &str, env: &Env) -> String {
    let proven = |item: &Item| item.get("matches") == Some(&Value::Bool(true));
    let what = if items.iter().any(proven) { "dates and key" } else { "dates" };
    let (left, until) = (end - env.now, end.screen());
    format!("{whose}: {what} are good for {left}, until {until}; trust was not checked ({verify})")
}
