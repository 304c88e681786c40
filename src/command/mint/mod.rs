//! Makes a token with a local CA. Writes nothing: returns the bytes, after the path was verified.

mod subject;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::chain::evidence::Evidence;
use crate::chain::permission::PolicyMode;
use crate::chain::revocation::CrlMode;
use crate::chain::{MAX_DEPTH, PoolCertificate, Purpose, Question, build};
use crate::check::chain::Context;
use crate::check::key_match::{Opened, Pair, Side};
use crate::check::{chain, file, key_match, mint, strength};
use crate::command::arguments::groups::NEED;
use crate::command::arguments::{OlderTool, arguments, option};
pub use crate::command::mint::subject::subject;
use crate::crypto::key::PrivateKey;
use crate::crypto::{generate, random, sign};
use crate::gather::credential;
use crate::gather::credential::{CredentialFile, Keys, Read};
use crate::gather::options::KeyOptions;
use crate::locate::{Reason, Role};
use crate::make::certificate::{CertificateTemplate, Unsigned};
use crate::make::token::{EARLY, Subject};
use crate::parse::cert::Certificate;
use crate::parse::file::Contents;
use crate::report::{Finding, Severity};
use crate::system::env::Env;
use crate::text::time::{Seconds, UnixTime};

/// A token that its CA verifies. It has no `Debug`, because it contains a key.
pub struct Minted {
    /// The certificate, in PEM.
    pub cert: String,
    /// The key, in PEM.
    pub key: Zeroizing<String>,
    /// The CA's certificate.
    pub ca: Arc<Certificate>,
}

/// The files of the CA on the command line.
#[derive(Clone, Copy)]
pub struct CaFiles<'a> {
    /// `--ca-cert`.
    pub cert: &'a Path,
    /// `--ca-key`.
    pub key: &'a Path,
}

arguments! {
    /// Which token is made, and with which CA.
    pub struct MintArguments {
        role: Option<String> =
            option("role", "ROLE", "The role (of a job: the account) of the token").short('u'),
        days: Option<i64> = option("days", "DAYS",
            "Days that a new token lasts; without it as many as its type may have")
        .short('v')
        .with(|arg| arg.allow_negative_numbers(true)),
        kind: Option<String> = option("type", "TYPE",
            "The type of the token; user unless a job or host is named")
        .short('t')
        .with(|arg| arg.value_parser(["job", "jobagent", "host", "user"])),
        job: Option<String> = option("jobid", "ID",
            "The job it is for: the id in the queue, or what extends the name")
        .of(OlderTool::Jalien),
        host: Option<String> = option("hostname", "HOST", "The host it is for, by its full name")
            .of(OlderTool::Jalien),
        account: Option<String> = option("account", "NAME",
            "Whose new token it is; $ALIEN_USER, $USER or $LOGNAME without it"),
        emails: Vec<String> = option("email", "ADDRESS",
            "A mail address in a new user token; may be given several times"),
        ca_cert: Option<PathBuf> =
            option("ca-cert", "FILE", "The certificate of the CA that signs a new token"),
        ca_key: Option<PathBuf> = option("ca-key", "FILE", "The private key of that CA"),
        need: Seconds = NEED,
    }
}

impl MintArguments {
    /// The files of the CA: both, or none.
    ///
    /// # Errors
    ///
    /// Only one of them was given, as a usage message.
    pub fn ca_files(&self) -> Result<Option<CaFiles<'_>>, String> {
        match (self.ca_cert.as_deref(), self.ca_key.as_deref()) {
            (Some(cert), Some(key)) => Ok(Some(CaFiles { cert, key })),
            (None, None) => Ok(None),
            (Some(_), None) => Err("--ca-cert needs the CA's key beside it: --ca-key FILE".into()),
            (None, Some(_)) => {
                Err("--ca-key needs the CA's certificate beside it: --ca-cert FILE".into())
            }
        }
    }
}

/// A token for `subject`, and findings.
///
/// # Errors
///
/// Why there is none. At least one finding is an error.
pub fn mint(
    files: CaFiles<'_>,
    subject: &Subject,
    args: &MintArguments,
    opening: &KeyOptions,
    env: &Env,
) -> Result<(Minted, Vec<Finding>), Vec<Finding>> {
    let cert = read("CA certificate", files.cert, Role::UserCert)?;
    let key = read("CA key", files.key, Role::UserKey)?;
    let of_cert = side(Role::UserCert, "--ca-cert", &cert);
    let of_key = side(Role::UserKey, "--ca-key", &key);
    if let Some(swapped) = key_match::swapped(of_cert, of_key) {
        return Err(vec![mint::of_ca(swapped)]);
    }
    let form = file::certificates(&cert.source, &cert.contents, None, env.now);
    let Some(ca) = cert.contents.certificates.first() else {
        return Err(form);
    };
    let Ok(ca) = &ca.parsed else {
        return Err(form);
    };
    if key.contents.keys.is_empty() {
        return Err(file::keys(&key.source, &key.contents, None));
    }
    let passphrase = credential::passphrase(&key, opening).map_err(|finding| vec![*finding])?;
    let keys = Keys::open(&key, passphrase.as_ref().map(|secret| secret.as_slice()));
    let blocks = keys.blocks();
    let verdict = key_match::check(&Pair {
        role: Role::UserCert,
        certificate: ca,
        cert_source: &cert.source,
        cert_reason: Reason::Operand,
        keys: &blocks,
        key_source: &key.source,
        key_reason: Reason::Operand,
        sibling: None,
        sign: true,
    });
    let opened = blocks.first().map(|block| &block.opened);
    let (Some(_), Some(Opened::Key(private))) = (verdict.proof, opened) else {
        let findings = verdict.findings.into_iter();
        return Err(findings.map(mint::of_ca).collect());
    };
    let ca = PoolCertificate {
        certificate: Arc::clone(ca),
        from: files.cert.display().to_string(),
        block: 1,
        trusted: true,
    };
    signed(&ca, private, subject, args, env)
}

/// The finding about what was found at `path`, or that nothing was.
fn read(what: &str, path: &Path, role: Role) -> Result<Read, Vec<Finding>> {
    let half = CredentialFile::operand(role, path);
    half.outcome.map_err(|trouble| vec![mint::ca_file(what, path, &trouble)])
}

/// Makes key, certificate and signature, and verifies the path.
fn signed(
    ca: &PoolCertificate,
    private: &PrivateKey,
    subject: &Subject,
    args: &MintArguments,
    env: &Env,
) -> Result<(Minted, Vec<Finding>), Vec<Finding>> {
    let lifetime = subject.lifetime(args.days);
    let (issuer, wanted) = (&ca.certificate, days_after(env.now, lifetime.days));
    let limited = mint::limited(issuer, wanted);
    // An expired CA is refused below. The dates of the token itself must not be the reason.
    let not_after = match issuer.validity.not_after {
        end if end < env.now => wanted,
        end => end.min(wanted),
    };
    let not_made = |reason: String| vec![mint::NOT_MADE.found(reason)];
    let no_key = || not_made("no key pair could be made".to_owned());
    let new = generate::rsa_2048().ok_or_else(no_key)?;
    let unsigned = Unsigned::new(&CertificateTemplate {
        serial: random::bytes(),
        issuer: issuer.subject.der(),
        issuer_key_id: issuer.extensions.subject_key_id.as_deref(),
        issuer_key: issuer.spki(),
        not_before: UnixTime(env.now.0.saturating_sub(EARLY.0)),
        not_after,
        subject: &subject.rdns(),
        extras: &subject.extras(),
        key: &new.spki,
        scheme: sign::scheme(private),
    })
    .map_err(|reason| not_made(format!("the token cannot be encoded: {reason}")))?;
    let signature = sign::sign(private, unsigned.bytes())
        .ok_or_else(|| not_made(format!("certok cannot sign with the key of {}", ca.from)))?;
    let cert = unsigned
        .signed(&signature)
        .map_err(|reason| not_made(format!("the token cannot be encoded: {reason}")))?;
    let mut findings = judged(&cert, ca, args.need, env)?;
    let cut = |asked| mint::cut(asked, lifetime.days, subject.kind(), subject.max_days());
    findings.extend(lifetime.instead_of.map(cut));
    findings.extend(limited);
    let minted = Minted { cert, key: new.pem, ca: Arc::clone(&ca.certificate) };
    Ok((minted, findings))
}

/// Whether the CA may sign this, and may sign at all, by the rules for every path.
fn judged(
    cert: &str,
    ca: &PoolCertificate,
    need: Seconds,
    env: &Env,
) -> Result<Vec<Finding>, Vec<Finding>> {
    let contents = Contents::read(cert.as_bytes());
    let not_made = |reason: &str| vec![mint::NOT_MADE.found(reason)];
    let leaf = contents.first().ok_or_else(|| not_made("what was made cannot be read again"))?;
    let leaf = PoolCertificate {
        certificate: Arc::clone(leaf),
        from: "the new token".to_owned(),
        block: 1,
        trusted: false,
    };
    let purpose = Purpose::Client;
    let question = Question {
        at: env.now,
        need,
        purpose,
        partial_chain: true,
        max_depth: MAX_DEPTH,
        crl: CrlMode::Off,
        crl_leaf_only: true,
        policy: PolicyMode::Off,
        proxies: false,
        evidence: &Evidence::NONE,
    };
    let outcome = build::search(&leaf, std::slice::from_ref(ca), &question);
    if outcome.accepted() {
        return Ok(strength::check(&outcome.best.path, purpose));
    }
    let (noun, trust) = ("token", ca.from.as_str());
    let context = Context { noun, token: true, question: &question, trust, by_hash: false };
    let findings = chain::check(&outcome.best, context).into_iter();
    let mut findings: Vec<Finding> = findings.map(mint::of_ca).collect();
    if !findings.iter().any(|f| f.severity == Severity::Error) {
        findings.extend(not_made("no path from the new token to the CA is accepted"));
    }
    Err(findings)
}

fn days_after(now: UnixTime, days: i64) -> UnixTime {
    UnixTime(now.0.saturating_add(days.saturating_mul(24 * 3600)))
}

fn side<'a>(role: Role, option: &'static str, read: &'a Read) -> Side<'a> {
    Side { role, reason: Reason::Option(option), source: &read.source, contents: &read.contents }
}
