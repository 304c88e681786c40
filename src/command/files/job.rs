//! Which command judges which kind of thing: a table.

use std::path::Path;

use crate::command::ca::{audit, info as ca_info};
use crate::command::{Noun, bearer, idtoken, info, key_match, proxy, verify};
use crate::gather::folder::Folder;
use crate::gather::sort::Thing;
use crate::parse::kind::Kind;
use crate::text::shell;

/// What the user asks about files.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Verb {
    /// Nothing in particular. The file is verified if possible.
    Any,
    /// Facts.
    Info,
    /// A verdict.
    Verify,
}

/// The work for a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Job {
    /// `bearer-info`.
    BearerInfo,
    /// `bearer-verify`.
    BearerVerify,
    /// `ca-check`.
    CaCheck,
    /// `ca-info`.
    CaInfo,
    /// `cert-verify` of a CA, for any purpose.
    CaVerify,
    /// `cert-info`, `token-info`.
    CertInfo(Noun),
    /// `*-verify`.
    CertVerify(Noun),
    /// Facts of a revocation list.
    CrlInfo,
    /// `cert-verify` of a server.
    HostVerify,
    /// `idtoken-info`.
    IdtokenInfo,
    /// `idtoken-verify`.
    IdtokenVerify,
    /// Facts of a key.
    KeyInfo,
}

impl Job {
    /// The name of the command that does this work.
    pub(super) fn command(self) -> &'static str {
        match self {
            Self::BearerInfo => bearer::INFO.name,
            Self::BearerVerify => bearer::VERIFY.name,
            Self::CaCheck => audit::CHECK.name,
            Self::CaInfo => ca_info::INFO.name,
            Self::CaVerify | Self::CertVerify(Noun::Cert) | Self::HostVerify => verify::CERT.name,
            Self::CertInfo(Noun::Cert) => info::CERT.name,
            Self::CertInfo(Noun::Proxy) => proxy::INFO.name,
            Self::CertInfo(Noun::Token) => info::TOKEN.name,
            Self::CertVerify(Noun::Proxy) => verify::PROXY.name,
            Self::CertVerify(Noun::Token) => verify::TOKEN.name,
            Self::CrlInfo | Self::KeyInfo => super::INFO.name,
            Self::IdtokenInfo => idtoken::INFO.name,
            Self::IdtokenVerify => idtoken::VERIFY.name,
        }
    }
}

/// The work for `thing`, named `file`.
///
/// # Errors
///
/// No command judges it alone: what it is, and the command that needs it.
pub(super) fn job(verb: Verb, thing: &Thing, file: &str) -> Result<Job, (String, String)> {
    let facts = verb == Verb::Info;
    let either = |info: Job, verdict: Job| Ok(if facts { info } else { verdict });
    let of = |noun| either(Job::CertInfo(noun), Job::CertVerify(noun));
    let kind = match thing {
        Thing::File(kind) => *kind,
        Thing::Folder(Folder::Cas) => return either(Job::CaInfo, Job::CaCheck),
        Thing::Folder(Folder::IdTokens) => return either(Job::IdtokenInfo, Job::IdtokenVerify),
        Thing::Folder(Folder::Voms) => {
            return Err(choice("a directory of VOMS servers", voms(file)));
        }
        Thing::Folder(Folder::Other(inside)) => return Err(of_folder(verb, inside.as_deref())),
        // The command for certificates reports why.
        Thing::Unread(_) => return of(Noun::Cert),
    };
    let quoted = shell::quote(file);
    match kind {
        Kind::Bearer => either(Job::BearerInfo, Job::BearerVerify),
        Kind::CaBundle => either(Job::CaInfo, Job::CaCheck),
        Kind::CaCertificate => either(Job::CertInfo(Noun::Cert), Job::CaVerify),
        Kind::HostCertificate => either(Job::CertInfo(Noun::Cert), Job::HostVerify),
        Kind::Certificate | Kind::Other => of(Noun::Cert),
        Kind::Proxy => of(Noun::Proxy),
        Kind::Token => of(Noun::Token),
        Kind::IdToken => either(Job::IdtokenInfo, Job::IdtokenVerify),
        Kind::Crl if verb != Verb::Verify => Ok(Job::CrlInfo),
        Kind::Key if verb != Verb::Verify => Ok(Job::KeyInfo),
        Kind::Key => Err(choice(kind, format!("certok {} CERT {quoted}", key_match::CERT.name))),
        Kind::Jwks => {
            Err(choice(kind, format!("certok {} --jwks {quoted} TOKEN", bearer::VERIFY.name)))
        }
        Kind::Lsc => Err(choice(kind, voms(""))),
        Kind::Crl | Kind::Namespaces | Kind::SigningPolicy => {
            let directory = Path::new(file).parent();
            let directory = directory.map_or_else(|| "DIR".to_owned(), shell::path);
            let directory = if directory == "''" { ".".to_owned() } else { directory };
            Err(choice(kind, format!("certok {} {directory}", audit::CHECK.name)))
        }
    }
}

fn choice(what: impl ToString, command: String) -> (String, String) {
    (what.to_string(), command)
}

fn voms(directory: &str) -> String {
    let directory = if directory.is_empty() { "DIR".to_owned() } else { shell::quote(directory) };
    format!("certok {} --vomsdir {directory} PROXY", verify::PROXY.name)
}

fn of_folder(verb: Verb, inside: Option<&Path>) -> (String, String) {
    let verb = if verb == Verb::Info { super::INFO.name } else { super::VERIFY.name };
    let inside = inside.map_or_else(|| "FILE".to_owned(), shell::path);
    choice("a directory, neither of CAs nor of IDTOKENS", format!("certok {verb} {inside}"))
}
