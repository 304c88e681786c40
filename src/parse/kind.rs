//! What a file is, by its content alone. The name does not matter.

use std::fmt;

use crate::parse::bearer::jwks::Held;
use crate::parse::bearer::shape::{Content, JsonKind, NoToken};
use crate::parse::bearer::{jwks, shape as bearer};
use crate::parse::cert::{Certificate, CertificateKind, GeneralName};
use crate::parse::file::Contents;
use crate::parse::idtoken::file;
use crate::parse::idtoken::file::TokenFile;
use crate::parse::jws;
use crate::parse::lsc::Lsc;
use crate::parse::shape::{Meaning, Shape};
use crate::parse::token::Token;
use crate::text::utf16;

/// The kind of a file, which decides the command that judges it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// A bearer token, or something that was meant to be one.
    Bearer,
    /// CA certificates and nothing else.
    CaBundle,
    /// The certificate of one CA.
    CaCertificate,
    /// A certificate of a person, or of another holder that is not known.
    Certificate,
    /// Revocation lists.
    Crl,
    /// The certificate of a host or service.
    HostCertificate,
    /// IDTOKENS of HTCondor.
    IdToken,
    /// Public keys of an issuer of tokens.
    Jwks,
    /// A private key.
    Key,
    /// Certificate chains of VOMS servers.
    Lsc,
    /// Names that a CA may sign, in the format of EUGridPMA.
    Namespaces,
    /// Something else. The command that wants a certificate says what.
    Other,
    /// A proxy.
    Proxy,
    /// Names that a CA may sign, in the format of Globus.
    SigningPolicy,
    /// A JAliEn token.
    Token,
}

/// With its article, to stand behind "it is".
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bearer => "a bearer token",
            Self::CaBundle => "a bundle of CA certificates",
            Self::CaCertificate => "a CA certificate",
            Self::Certificate => "a certificate",
            Self::Crl => "a revocation list (CRL)",
            Self::HostCertificate => "a host certificate",
            Self::IdToken => "an IDTOKEN of HTCondor",
            Self::Jwks => "a set of public keys (JWKS)",
            Self::Key => "a private key",
            Self::Lsc => "an LSC file of a VOMS server",
            Self::Namespaces => "a namespaces file",
            Self::Other => "no credential",
            Self::Proxy => "a proxy",
            Self::SigningPolicy => "a signing_policy file",
            Self::Token => "a JAliEn token",
        })
    }
}

impl Kind {
    /// Whether it is a credential that somebody uses.
    pub fn is_credential(self) -> bool {
        match self {
            Self::Bearer
            | Self::Certificate
            | Self::HostCertificate
            | Self::IdToken
            | Self::Proxy
            | Self::Token => true,
            Self::CaBundle
            | Self::CaCertificate
            | Self::Crl
            | Self::Jwks
            | Self::Key
            | Self::Lsc
            | Self::Namespaces
            | Self::Other
            | Self::SigningPolicy => false,
        }
    }

    /// The kind of `bytes`. Linear in their length; never panics.
    pub fn of(bytes: &[u8]) -> Self {
        let contents = Contents::read(bytes);
        if !contents.certificates.is_empty() {
            return Self::of_certificates(&contents);
        }
        if contents.holds_key() {
            return Self::Key;
        }
        let other = contents.others.iter().find(|other| other.meaning != Meaning::EcParameters);
        match (other.map(|other| other.meaning), &contents.shape) {
            (Some(Meaning::Crl), _) | (None, Some(Shape::DerCrl)) => Self::Crl,
            (None, Some(shape)) => Self::of_shape(shape, bytes),
            _ => Self::Other,
        }
    }

    fn of_certificates(contents: &Contents) -> Self {
        let Some(first) = contents.first() else {
            return Self::Certificate;
        };
        match first.kind() {
            CertificateKind::Proxy(_) => Self::Proxy,
            CertificateKind::Ca => {
                let mut others = contents.readable().skip(1);
                match contents.certificates.len() {
                    1 => Self::CaCertificate,
                    _ if others.all(|(_, other)| other.is_ca()) => Self::CaBundle,
                    _ => Self::Certificate,
                }
            }
            CertificateKind::EndEntity if Token::parse(&first.subject).is_some() => Self::Token,
            CertificateKind::EndEntity if is_of_host(first) => Self::HostCertificate,
            CertificateKind::EndEntity => Self::Certificate,
        }
    }

    fn of_shape(shape: &Shape, bytes: &[u8]) -> Self {
        match shape {
            Shape::DerEncryptedKey | Shape::DerPrivateKey(_) | Shape::OpenSshPrivateKey => {
                Self::Key
            }
            Shape::Base64Only(inside) if **inside == Shape::Jwt => Self::Bearer,
            Shape::Json if is_keys(bytes) => Self::Jwks,
            Shape::Json | Shape::Jwt | Shape::Text => Self::of_text(bytes),
            Shape::Utf16(Some(_)) => {
                utf16::decode(bytes).map_or(Self::Other, |text| Self::of_text(text.as_bytes()))
            }
            _ => Self::Other,
        }
    }

    fn of_text(bytes: &[u8]) -> Self {
        let lines = || bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        let has_content = |line: &&[u8]| !line.is_empty() && !line.starts_with(b"#");
        let of_condor = |line| matches!(bearer::look(line), Content::Other(NoToken::IdToken));
        let request = |(_, why): (usize, &file::NoToken)| *why == file::NoToken::RequestText;
        if lines().filter(has_content).take(MAX_LINES).any(of_condor)
            || TokenFile::read(bytes).others().any(request)
        {
            return Self::IdToken;
        }
        match bearer::look(bytes) {
            Content::Token(_) | Content::Macaroon(_) => return Self::Bearer,
            Content::Other(what) if was_token(&what, bytes) => return Self::Bearer,
            Content::Empty | Content::Other(_) => {}
        }
        let begins = |line: &[u8], word: &[u8]| {
            line.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
        };
        if lines().any(|line| begins(line, b"access_id_")) {
            Self::SigningPolicy
        } else if lines()
            .any(|line| begins(line, b"#NAMESPACES-VERSION") || begins(line, b"TO ISSUER "))
        {
            Self::Namespaces
        } else if Lsc::parse(bytes).is_ok() {
            Self::Lsc
        } else {
            Self::Other
        }
    }
}

/// Most lines that are searched for an IDTOKEN.
const MAX_LINES: usize = 64;

/// Whether it names a host, or may be used by servers alone.
pub fn is_of_host(certificate: &Certificate) -> bool {
    let extensions = &certificate.extensions;
    let is_name = |name: &GeneralName| matches!(name, GeneralName::Dns(_));
    let usages = extensions.extended_key_usage.as_ref();
    let may = |usages: &Vec<String>, oid| usages.iter().any(|usage| usage == oid);
    let common = certificate.subject.values("CN");
    extensions.alt_names.iter().any(is_name)
        || common.last().is_some_and(|name| name.starts_with("host/"))
        || usages.is_some_and(|usages| may(usages, SERVER_AUTH) && !may(usages, CLIENT_AUTH))
}

const SERVER_AUTH: &str = "1.3.6.1.5.5.7.3.1";
const CLIENT_AUTH: &str = "1.3.6.1.5.5.7.3.2";

fn is_keys(bytes: &[u8]) -> bool {
    matches!(jwks::look(bytes, None), Held::Keys(_))
}

/// Whether it was meant to be a bearer token. Then its faults are reported for a bearer token.
fn was_token(what: &NoToken, bytes: &[u8]) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    let mut parts = bytes.split(|byte| !is_part(byte));
    match what {
        NoToken::Encrypted
        | NoToken::Eos
        | NoToken::IdentityToken
        | NoToken::Json(JsonKind::AccessToken | JsonKind::RefreshToken | JsonKind::Vault)
        | NoToken::Macaroon(_)
        | NoToken::RefreshToken
        | NoToken::Vault => true,
        NoToken::Markup | NoToken::Null(_) | NoToken::Path | NoToken::Pem => false,
        _ => parts.any(jws::looks_like),
    }
}
