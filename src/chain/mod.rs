//! Certificates, trust anchors and an instant in; a path, or where it stopped, out.
//!
//! `build` searches, within a `budget`; `rules` judges each certificate of a complete path in its place (`profile`:
//! by itself), and asks those who judge the path as a whole: `constraint` (names, certificate
//! policies), `proxy`, `permission` (signing_policy, namespaces) and `revocation`. `rank` says
//! which of several refused paths to show. `acceptance` asks what other software would do. `opinion` asks webpki; `voms`
//! judges the attribute certificates that a proxy carries. `signature` knows certificates alone.
//!
//! There is one recursion: `revocation::signer` asks `rules` about the path of a CRL signer that
//! has another key. It passes an empty pool, so that judging this path looks for no further
//! signers.

pub mod acceptance;
pub mod budget;
pub mod build;
pub mod constraint;
pub mod evidence;

mod link;
pub mod opinion;
pub mod permission;
mod profile;
pub mod proxy;
mod rank;
pub mod revocation;
pub mod rules;
pub mod signature;
pub mod voms;

use std::fmt;
use std::sync::Arc;

use crate::chain::evidence::Evidence;
use crate::chain::permission::PolicyMode;
use crate::chain::revocation::CrlMode;
use crate::parse::cert::Certificate;
use crate::text::time::{Seconds, UnixTime};

/// A certificate, and where it came from.
#[derive(Clone, Debug)]
pub struct PoolCertificate {
    pub certificate: Arc<Certificate>,
    /// The source as a person names it: `/etc/grid-security/certificates/3f0a9b44.0`,
    /// `$X509_USER_CERT`.
    pub from: String,
    /// Number of its PEM block, from 1.
    pub block: usize,
    /// Whether it came from the CA directory or CA file.
    pub trusted: bool,
}

/// What the leaf is to be used for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Purpose {
    /// Anything. Usages are not checked.
    Any,
    /// As a TLS client, which users and jobs are.
    Client,
    /// As a TLS server.
    Server,
}

/// Most certificates between leaf and anchor by default; the same as in OpenSSL.
pub const MAX_DEPTH: usize = 100;

impl Purpose {
    /// `any`, `client`, `server`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Client => "client",
            Self::Server => "server",
        }
    }

    /// The OID of the extended key usage that allows it.
    pub fn usage(self) -> Option<&'static str> {
        match self {
            Self::Any => None,
            Self::Client => Some("1.3.6.1.5.5.7.3.2"),
            Self::Server => Some("1.3.6.1.5.5.7.3.1"),
        }
    }
}

/// What is asked about a path.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The instant of the verdict.
    pub at: UnixTime,
    /// How long each certificate must still be valid.
    pub need: Seconds,
    /// The purpose of the leaf.
    pub purpose: Purpose,
    /// Whether any trusted certificate may end a path. Else only self-issued ones may.
    pub partial_chain: bool,
    /// Most certificates between leaf and anchor.
    pub max_depth: usize,
    /// How revocation lists are used.
    pub crl: CrlMode,
    /// Whether only the revocation of the leaf is checked, not that of CAs.
    pub crl_leaf_only: bool,
    /// How signing_policy and namespaces files are combined.
    pub policy: PolicyMode,
    /// Whether the path may start with proxies.
    pub proxies: bool,
    /// Revocation lists and policy files of the CA directory.
    pub evidence: &'a Evidence,
}

/// What is wrong with one certificate of a path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Defect {
    /// The signature algorithms inside and outside of the signed part differ.
    AlgorithmDiffers,
    /// Signed with MD5, ECDSA-SHA1 or the like.
    AlgorithmForbidden,
    /// certok cannot verify this algorithm.
    AlgorithmUnsupported(String),
    /// No candidate's key verifies the signature.
    BadSignature {
        /// Files of the candidates.
        candidates: Vec<String>,
        /// Whether a candidate has the key identifier that the certificate names. Then the
        /// certificate itself is damaged.
        same_key_id: bool,
        /// The key of the candidates, if its type cannot make the certificate's signature.
        key_for_other: Option<String>,
    },
    /// It has expired.
    Expired,
    /// Its authority key identifier names another key or serial number than that of its issuer.
    IssuerIdDiffers,
    /// No known certificate has the issuer's name.
    IssuerNotFound,
    /// The key is too small for this certificate: bits found, bits required.
    KeyTooSmall(usize, usize),
    /// certok cannot compute with the key's algorithm.
    KeyUnsupported(String),
    /// An extension cannot be parsed: OID and reason.
    MalformedExtension(String, String),
    /// It ends before it starts.
    NeverValid,
    /// It is an issuer, but not a CA.
    NotCa,
    /// It is an issuer, but its key usage lacks keyCertSign.
    NoCertSign,
    /// It is the leaf, and its key usage does not allow the purpose.
    NoDigitalSignature,
    /// It violates a constraint of a CA above.
    Constraint(constraint::ConstraintFlaw),
    /// It is not yet valid.
    NotYetValid,
    /// More CAs are below it than it allows: number found, number allowed.
    PathTooLong(usize, u32),
    /// A signing_policy or namespaces file does not permit it.
    Permission(Box<permission::PolicyFlaw>),
    /// A rule for proxies is broken.
    Proxy(proxy::ProxyFlaw),
    /// Its extended key usage lacks the purpose; the usages it has.
    PurposeNotAllowed(Vec<String>),
    Revocation(revocation::CrlFlaw),
    /// It is self-signed, and in no CA directory.
    SelfSigned,
    /// The path has more certificates than `--max-depth` allows.
    TooDeep,
    /// It is valid now, but for less time than was asked.
    TooShort,
    /// The trust settings of OpenSSL in the CA file reject the purpose.
    TrustRejected,
    /// It has an unknown critical extension: its OID.
    UnknownCritical(String),
    /// Critical certificatePolicies has an unknown policy qualifier: its OID.
    UnknownQualifier(String),
    /// An extension is critical that must not be: its OID.
    WronglyCritical(String),
}

/// A defect, and its step in the path. The leaf is step 0.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Flaw {
    /// Index into the path.
    pub step: usize,
    /// What is wrong there.
    pub defect: Defect,
}

/// A path from the leaf towards an anchor.
#[derive(Clone)]
pub struct Attempt {
    /// Leaf first.
    pub path: Vec<PoolCertificate>,
    /// Whether the last certificate is an anchor.
    pub anchored: bool,
    /// Everything that is wrong with it. If this is empty, the path is accepted.
    pub flaws: Vec<Flaw>,
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> =
            self.path.iter().map(|step| step.certificate.subject.common_name()).collect();
        write!(f, "Attempt({} anchored={} {:?})", names.join(" < "), self.anchored, self.flaws)
    }
}

/// The result of a search.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The accepted path. Else the refused path whose flaws explain most.
    pub best: Attempt,
    /// Other paths that were refused. Their number is limited.
    pub others: Vec<Attempt>,
    /// How many paths were tried.
    pub attempts: usize,
    /// The limit that ended the search early, if one did.
    pub exhausted: Option<String>,
}

impl Outcome {
    /// Whether a path was accepted.
    pub fn accepted(&self) -> bool {
        self.best.flaws.is_empty() && self.best.anchored && self.exhausted.is_none()
    }
}
