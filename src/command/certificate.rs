//! One certificate file: what it is, its name in sentences, how thoroughly it is judged.

use crate::chain::budget::Budget;
use crate::chain::{PoolCertificate, proxy};
use crate::check;
use crate::check::token::Surroundings;
use crate::check::{lifetime, token};
use crate::command::Noun;
use crate::gather::credential::{CredentialFile, Read};
use crate::locate::Role;
use crate::parse::cert::{Certificate, CertificateKind};
use crate::parse::file::Contents;
use crate::parse::kind::is_of_host;
use crate::parse::token::Token;
use crate::report::{Finding, Item, Value};
use crate::source::Origin;
use crate::system::env::Env;
use crate::text::time::{Seconds, UnixTime};

/// How thoroughly a credential is judged.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    /// How long it must still be valid.
    pub need: Seconds,
    /// Only what decides the exit code is needed.
    pub exit_only: bool,
    /// Single values are asked for: facts that the report does not show otherwise.
    pub values: bool,
}

/// The order of certificates in a file: `alone`, `in order` (each signed by the next, as TLS
/// requires), `in another order`.
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

/// Findings about the kind of credential, if it is not the kind that is wanted.
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
    // Only for a warning.
    let user = (!scope.exit_only).then(|| CredentialFile::located(Noun::Cert.cert(), env));
    let user = user.as_ref().and_then(CredentialFile::found);
    let user = user.and_then(|read| read.contents.first());
    let job = env.filled("ALIEN_PROC_ID").map(|id| id.to_string_lossy());
    let around = Surroundings { job: job.as_deref(), user: user.map(AsRef::as_ref) };
    token::token(certificate, &from, around)
}

/// The subject of sentences: `user certificate /home/me/.globus/usercert.pem`.
pub fn named(half: &CredentialFile, certificate: &Certificate) -> String {
    let origin = half.found().map_or_else(String::new, |read| read.source.origin.to_string());
    format!("{} {origin}", noun(half, certificate))
}

/// What it is looked at as: a file is known by its content.
pub fn wanted(half: &CredentialFile, certificate: &Certificate) -> &'static str {
    let is_host = half.role == Role::UserCert && !half.is_located() && is_of_host(certificate);
    if is_host { Role::HostCert.noun() } else { half.role.noun() }
}

/// How long such a thing lives.
pub fn lifetime_kind(half: &CredentialFile, certificate: &Certificate) -> lifetime::CredentialKind {
    match certificate.kind() {
        CertificateKind::Proxy(_) => lifetime::CredentialKind::Proxy,
        _ if half.role.is_token() => lifetime::CredentialKind::Token,
        _ if Token::parse(&certificate.subject).is_some() => lifetime::CredentialKind::Token,
        _ if half.role.is_host() || is_of_host(certificate) => lifetime::CredentialKind::Host,
        _ => lifetime::CredentialKind::Certificate,
    }
}

/// The noun for what it is, which may differ from its role.
pub(in crate::command) fn noun(half: &CredentialFile, certificate: &Certificate) -> &'static str {
    match certificate.kind() {
        CertificateKind::Ca => "CA certificate",
        CertificateKind::Proxy(_) => "proxy",
        CertificateKind::EndEntity if Token::parse(&certificate.subject).is_some() => "token",
        CertificateKind::EndEntity if half.is_located() => half.role.noun(),
        CertificateKind::EndEntity if is_of_host(certificate) => Role::HostCert.noun(),
        CertificateKind::EndEntity => "certificate",
    }
}

/// The sentence about a credential that was judged alone, and the command that judges the rest.
pub fn judged_alone(whose: &str, end: UnixTime, items: &[Item], verify: &str, env: &Env) -> String {
    let proven = |item: &Item| item.get("matches") == Some(&Value::Bool(true));
    let what = if items.iter().any(proven) { "dates and key" } else { "dates" };
    let (left, until) = (end - env.now, end.screen());
    format!("{whose}: {what} are good for {left}, until {until}; trust was not checked ({verify})")
}

/// The finding that the chain ends at a proxy, because its issuer is not in the file.
pub fn incomplete(read: &Read, path: &[PoolCertificate], env: &Env) -> Option<Finding> {
    let last = path.last().filter(|last| proxy::is_proxy(last))?;
    // A certificate of that name is there, but did not sign. Another finding is about this.
    let named =
        |known: &PoolCertificate| known.certificate.subject.same_as(&last.certificate.issuer);
    if read.known().iter().any(named) {
        return None;
    }
    let user = CredentialFile::located(Role::UserCert, env);
    let user = user.found().filter(|user| {
        let first = user.known().into_iter().next();
        let signed = |user: &PoolCertificate| {
            let helpers = std::slice::from_ref(user);
            named(user) && proxy::within(last, helpers, &Budget::default()).len() > 1
        };
        first.as_ref().is_some_and(signed)
    });
    // In a damaged file the missing part may be what was cut off, so appending does not help.
    let whole = read.contents.damage.is_empty();
    let source = (whole && matches!(read.source.origin, Origin::File(_))).then_some(&read.source);
    let user = user.map(|user| &user.source);
    Some(check::proxy::missing_issuer(last, source, user))
}
