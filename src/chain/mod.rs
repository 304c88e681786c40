//! Certificates, trust anchors and an instant in; a path, or where it stopped, out.
//!
//! `build` searches, within a `budget`; `rules` judges each certificate of a complete path in its place (`profile`:
//! by itself), and asks those who judge the path as a whole: `constraint` (names, certificate
//! policies), `proxy`, `permission` (signing_policy, namespaces) and `revocation`. `rank` says
//! which of several refused paths to show. `acceptance` asks what other software would do. `opinion` asks webpki; `voms`
//! judges the attribute certificates that a proxy carries. `signature` knows certificates alone.
//!
//! One recursion: `revocation::signer` asks `rules` about the path of a CRL's signer, which has a key
//! of its own. An empty pool ends it: judging that path must not look for further signers.

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

/// A certificate and where it came from, as a person would name it.
#[derive(Clone, Debug)]
pub struct PoolCertificate {
    pub certificate: Arc<Certificate>,
    /// `/etc/grid-security/certificates/3f0a9b44.0`, `$X509_USER_CERT`.
    pub from: String,
    /// The PEM block it stood in, counted from 1.
    pub block: usize,
    /// Whether it came from the CA directory or file.
    pub trusted: bool,
}

/// What the leaf is to be used for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Purpose {
    /// Anything: usages are not judged.
    Any,
    /// A TLS client, which is what users and jobs are.
    Client,
    /// A TLS server.
    Server,
}

/// Certificates between leaf and anchor, unless somebody says otherwise; as OpenSSL.
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

    /// The extended key usage that allows it.
    pub fn usage(self) -> Option<&'static str> {
        match self {
            Self::Any => None,
            Self::Client => Some("1.3.6.1.5.5.7.3.2"),
            Self::Server => Some("1.3.6.1.5.5.7.3.1"),
        }
    }
}

/// What is asked of a path.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The instant.
    pub at: UnixTime,
    /// How long every link must stay valid.
    pub need: Seconds,
    /// What for.
    pub purpose: Purpose,
    /// Whether any trusted certificate ends a path, self-issued or not.
    pub partial_chain: bool,
    /// How many certificates may stand between leaf and anchor.
    pub max_depth: usize,
    /// What part revocation lists play.
    pub crl: CrlMode,
    /// Whether the revocation of the leaf alone is looked at, not of the CAs.
    pub crl_leaf_only: bool,
    /// How signing_policy and namespaces files combine.
    pub policy: PolicyMode,
    /// Whether proxies may stand at the start of the path.
    pub proxies: bool,
    /// What the CA directory says besides.
    pub evidence: &'a Evidence,
}

/// What is wrong with one certificate of a path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Defect {
    /// The algorithm in the signed part differs from the one outside it.
    AlgorithmDiffers,
    /// Signed with MD5, ECDSA-SHA1 or the like.
    AlgorithmForbidden,
    /// certok cannot verify the algorithm.
    AlgorithmUnsupported(String),
    /// No candidate issuer's key verifies the signature; `same_key_id` when an issuer has the
    /// key identifier that the certificate asks for, so that the certificate itself is damaged.
    BadSignature {
        /// Files of the candidates.
        candidates: Vec<String>,
        /// Whether a candidate has the key that the certificate names.
        same_key_id: bool,
        /// The candidates' key, if it is none that signs with the certificate's algorithm.
        key_for_other: Option<String>,
    },
    /// Past its end.
    Expired,
    /// Its authority key identifier names another key or serial number than the issuer has.
    IssuerIdDiffers,
    /// Nobody known has the issuer's name.
    IssuerNotFound,
    /// A key too small for its holder: bits found, bits wanted.
    KeyTooSmall(usize, usize),
    /// The key's algorithm is none that certok computes with.
    KeyUnsupported(String),
    /// An extension that does not parse: OID and reason.
    MalformedExtension(String, String),
    /// It ends before it starts.
    NeverValid,
    /// An issuer that is not a CA.
    NotCa,
    /// Key usage of an issuer lacks keyCertSign.
    NoCertSign,
    /// Key usage of the leaf does not allow the purpose.
    NoDigitalSignature,
    /// A constraint of a CA above.
    Constraint(constraint::ConstraintFlaw),
    /// Before its start.
    NotYetValid,
    /// More CAs below this one than it allows: found, allowed.
    PathTooLong(usize, u32),
    /// signing_policy or namespaces.
    Permission(Box<permission::PolicyFlaw>),
    /// A proxy in the wrong place or of the wrong kind.
    Proxy(proxy::ProxyFlaw),
    /// Extended key usage lacks the purpose: what it allows.
    PurposeNotAllowed(Vec<String>),
    Revocation(revocation::CrlFlaw),
    /// Self-signed and in no CA directory.
    SelfSigned,
    /// More certificates than `--max-depth` allows.
    TooDeep,
    /// Valid now, but for less than was asked.
    TooShort,
    /// OpenSSL trust settings in the CA file reject the purpose.
    TrustRejected,
    /// A critical extension nobody knows: OID.
    UnknownCritical(String),
    /// A policy qualifier nobody knows, in critical certificatePolicies: OID.
    UnknownQualifier(String),
    /// An extension that must not be critical and is: OID.
    WronglyCritical(String),
}

/// A defect and the step of the path it is in, 0 for the leaf.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Flaw {
    /// Index into the path.
    pub step: usize,
    /// What is wrong there.
    pub defect: Defect,
}

/// One way from the leaf towards an anchor.
#[derive(Clone)]
pub struct Attempt {
    /// Leaf first.
    pub path: Vec<PoolCertificate>,
    /// Whether the last certificate is an anchor.
    pub anchored: bool,
    /// What is wrong with it; empty means accepted.
    pub flaws: Vec<Flaw>,
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> =
            self.path.iter().map(|step| step.certificate.subject.common_name()).collect();
        write!(f, "Attempt({} anchored={} {:?})", names.join(" < "), self.anchored, self.flaws)
    }
}

/// What the search came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The accepted path, or the refused one that tells most.
    pub best: Attempt,
    /// The other ways that were looked at and refused, as many as are kept.
    pub others: Vec<Attempt>,
    /// How many ways were looked at.
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
