//! Whether a consumer takes a credential: its profile's answers, asked in the order in which OpenSSL
//! asks. One engine for all profiles.
//!
//! `send` says what reaches the server, `path` which path the consumer builds. `certificate`,
//! `issuer`, `proxies`, `names`, `strict` judge it, `lists` and `files` what the CA directory says
//! besides. Where a profile has no answer, the verdict is that it is not known.

mod attempt;
mod certificate;
mod files;
mod issuer;
mod lists;
mod names;
mod path;
mod proxies;
mod send;
pub mod strict;

use crate::chain::acceptance::attempt::Attempt;
use crate::chain::budget::Budget;
use crate::chain::constraint::ConstraintFlaw;
use crate::chain::evidence::Evidence;
use crate::chain::permission::PolicyFlaw;
use crate::chain::{Flaw, PoolCertificate, Purpose, constraint, rules};
use crate::consumer::profile::{KeyKind, OwnAnchor, Profile, Proxies};
use crate::text::time::UnixTime;

/// A credential and all that bears on it.
#[derive(Clone, Copy, Debug)]
pub struct Presented<'a> {
    /// The certificate in question, then what is sent with it.
    pub sent: &'a [PoolCertificate],
    /// What of the CA directory could be on a path.
    pub anchors: &'a [Anchor],
    /// Its lists and policy files.
    pub evidence: &'a Evidence,
    /// Names of the files in it, where somebody looks for other ones than certok has read.
    pub names: &'a [String],
    /// What it is to be used for: usages are judged of clients alone.
    pub purpose: Purpose,
    /// The instant.
    pub at: UnixTime,
}

/// A certificate of the CA directory.
#[derive(Clone, Debug)]
pub struct Anchor {
    /// The certificate.
    pub known: PoolCertificate,
    /// N of `<hash>.N`, if it is in such a file of its own name's hash.
    pub index: Option<u32>,
    /// Whether nothing else is in its file.
    pub is_alone: bool,
}

/// What a consumer does.
#[derive(Clone, Debug)]
pub struct Acceptance {
    /// Whether it takes the credential; none if that is not known.
    pub accepts: Option<bool>,
    /// Why not, or why it is not known; the first tells most.
    pub objections: Vec<Objection>,
    /// The path it went by.
    pub path: Vec<PoolCertificate>,
    /// Whether nothing was sent, and the client is let in as nobody.
    pub is_anonymous: bool,
}

/// What is in the way.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Objection {
    /// Index into the path.
    pub step: usize,
    /// What it is.
    pub reason: Reason,
}

/// The ways in which a consumer objects.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Reason {
    /// Inside and outside differ.
    AlgorithmDiffers,
    /// The key identifier it names as its issuer's is not in the anchor.
    AnchorWithoutKeyId,
    /// Two anchors have one name and one key identifier.
    AnchorsConflict,
    /// The signature is not its issuer's.
    BadSignature,
    /// A CA as end entity.
    CaAsLeaf,
    /// Name constraints of this step are violated.
    Constraint(ConstraintFlaw),
    /// An empty subject.
    EmptySubject,
    /// Past its end.
    Expired,
    /// A certificate of the file is past its end, on the path or not.
    ExpiredInFile,
    /// It constrains a form of name that the consumer does not compare.
    FormNotCompared(&'static str),
    /// Its name is spelled as the issuer's own is not.
    IssuerSpelling,
    /// The issuer that is there has another key identifier.
    IssuerKeyId,
    /// No issuer is there.
    IssuerNotFound,
    /// The CA is there, but only a self-signed one would do.
    IssuerNotRoot,
    /// A key of this kind is not used.
    KeyNotUsed(String),
    /// An RSA key with too few bits: found, wanted.
    KeyTooSmall(usize, usize),
    /// An RSA key with too many bits: found, allowed.
    KeyTooLarge(usize, usize),
    /// A revocation list is in the way.
    List(ListFlaw),
    /// An extension that cannot be read: its OID.
    Malformed(String),
    /// A value of its name is no string that is read.
    NameString,
    /// A negative serial number.
    NegativeSerial,
    /// Its key usage has no keyCertSign.
    NoCertSign,
    /// Its key usage has none of what a client needs.
    NoDigitalSignature,
    /// It is no CA.
    NotCa,
    /// Something is sent that belongs to no chain.
    NotInChain,
    /// Not version 3.
    NotVersion3,
    /// Before its start.
    NotYetValid,
    /// certok does not know: why.
    NotKnown(String),
    /// Path length.
    PathTooLong,
    /// signing_policy or namespaces.
    Permission(Box<PolicyFlaw>),
    /// Certificate policies.
    Policy(ConstraintFlaw),
    /// Proxies.
    Proxy(ProxyReason),
    /// Extended key usage or netscapeCertType.
    Purpose,
    /// It is self-signed and not trusted.
    SelfSigned,
    /// A rule of form.
    Strict(&'static str),
    /// Too many certificates.
    TooMany(usize),
    /// OpenSSL's trust settings reject the anchor.
    TrustRejected,
    /// A critical extension: its OID.
    UnknownCritical(String),
    /// Its digest is too weak, or its algorithm is not there.
    WeakSignature,
}

/// What is wrong with a proxy.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ProxyReason {
    /// It has a subjectAltName or issuerAltName.
    AlternativeName,
    /// It may do more than the limited one that issued it.
    ExceedsLimited,
    /// It says that it is a CA.
    IsCa,
    /// Its issuer is a CA, or marked as one.
    IssuedByCa,
    /// The key usage of its issuer is not enough.
    IssuerMayNotSign,
    /// Its issuer is of another kind.
    Mixed,
    /// The end entity it was made from is missing.
    NoEndEntity,
    /// None is taken.
    NotAllowed,
    /// Its proxyCertInfo must be critical.
    NotCritical,
    /// It has a policy of its own.
    OwnPolicy,
    /// Too many proxies below one.
    PathTooLong,
    /// Its name is not its issuer's with one CN more.
    Subject,
    /// It is named as a proxy and marked as none.
    Unmarked,
}

/// What is wrong with revocation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ListFlaw {
    /// Signed by somebody else.
    BadSignature,
    /// It has run out.
    Expired,
    /// There is none.
    Missing,
    /// The CA may not sign lists.
    NoCrlSign,
    /// It names no end.
    NoNextUpdate,
    /// It is not yet valid.
    NotYetValid,
    /// The certificate is on it.
    Revoked,
    /// It is about other certificates.
    Scope,
    /// It cannot be used for another reason.
    Unusable,
}

impl Objection {
    fn new(step: usize, reason: Reason) -> Self {
        Self { step, reason }
    }

    /// Whether it only says that certok does not know.
    pub fn is_doubt(&self) -> bool {
        matches!(self.reason, Reason::NotKnown(_))
    }
}

/// What the consumer does with the credential.
pub fn judge(presented: &Presented<'_>, profile: &Profile, budget: &Budget) -> Acceptance {
    let sent = send::sent(presented, profile);
    let judge = Judge { presented, profile, budget, sent: sent.certificates };
    let own = judge.sent.first().cloned().into_iter().collect();
    if let Some(objection) = sent.objection {
        let is_anonymous = profile.transport.admits_anonymous && sent.is_silent;
        let objections = vec![objection];
        return match is_anonymous {
            true => Acceptance { accepts: Some(true), objections, path: own, is_anonymous },
            false => refused(own, objections),
        };
    }
    let mut best: Option<Acceptance> = None;
    for attempt in path::find(&judge) {
        // Where no path is built nothing else is looked at.
        let end = attempt.end.clone().into_iter();
        let objections = end.chain(judge.objections(&attempt)).collect();
        let found = refused(attempt.path, objections);
        let rank = |found: &Acceptance| match found.accepts {
            Some(true) => (0, 0, 0),
            None => (1, 0, 0),
            Some(false) => (2, usize::from(!attempt.anchored), found.objections.len()),
        };
        let better = best.as_ref().is_none_or(|best| rank(&found) < rank(best));
        if better {
            let done = found.accepts == Some(true);
            best = Some(found);
            if done {
                break;
            }
        }
    }
    let best = best.unwrap_or_else(|| refused(own, Vec::new()));
    // What was left aside may be the way, or in it.
    match budget.exhausted() {
        Some(limit) => {
            let doubt = Objection::new(0, Reason::NotKnown(format!("the search ended at {limit}")));
            refused(best.path, vec![doubt])
        }
        None => best,
    }
}

/// The verdict that follows from `objections`.
fn refused(path: Vec<PoolCertificate>, objections: Vec<Objection>) -> Acceptance {
    let certain = objections.iter().any(|objection| !objection.is_doubt());
    let accepts = match (objections.is_empty(), certain) {
        (true, _) => Some(true),
        (false, true) => Some(false),
        (false, false) => None,
    };
    let (mut first, doubts): (Vec<_>, Vec<_>) =
        objections.into_iter().partition(|objection| !objection.is_doubt());
    first.extend(doubts);
    Acceptance { accepts, objections: first, path, is_anonymous: false }
}

/// One credential before one consumer.
struct Judge<'a> {
    presented: &'a Presented<'a>,
    profile: &'a Profile,
    budget: &'a Budget,
    /// What reaches the server.
    sent: Vec<PoolCertificate>,
}

impl Judge<'_> {
    /// Everything that is wrong with a path, in OpenSSL's order: keys of the leaf, extensions, keys
    /// and digests of all, lists, signatures and dates, names.
    fn objections(&self, attempt: &Attempt) -> Vec<Objection> {
        let path = &attempt.path;
        // A certificate that is an anchor itself.
        if attempt.is_own_anchor && self.profile.leaf.anchor == OwnAnchor::Taken {
            return Vec::new();
        }
        let mut found = Vec::new();
        let proxies = proxies::count(path, self.profile.proxies);
        let places = || path.iter().enumerate();
        for (step, _) in places() {
            certificate::judge(self, attempt, step, proxies, &mut found);
            issuer::judge(self, attempt, step, proxies, &mut found);
        }
        proxies::judge(self, attempt, &mut found);
        let anchor = path.last().filter(|_| attempt.anchored && self.opens_ssl());
        if anchor.is_some_and(|k| rules::rejects(&k.certificate, self.presented.purpose)) {
            found.push(Objection::new(path.len() - 1, Reason::TrustRejected));
        }
        strict::judge(self, path, &mut found);
        for (step, _) in places() {
            certificate::strength(self, attempt, step, &mut found);
        }
        if attempt.anchored {
            lists::judge(self, path, proxies, &mut found);
        }
        for (step, _) in places().rev() {
            certificate::signature(self, attempt, step, &mut found);
            certificate::dates(self, attempt, step, proxies, &mut found);
        }
        names::judge(self, path, proxies, &mut found);
        if self.profile.policies {
            let flaws = constraint::policies_of(path, proxies, self.budget);
            let policy = |flaw: Flaw| match flaw.defect {
                crate::chain::Defect::Constraint(trouble) => {
                    Some(Objection::new(flaw.step, Reason::Policy(trouble)))
                }
                _ => None,
            };
            found.extend(flaws.into_iter().filter_map(policy));
        }
        files::judge(self, path, &mut found);
        found
    }

    /// Whether certificates at `step` and above were judged as the anchor's, of which little counts.
    fn is_anchor(&self, attempt: &Attempt, step: usize) -> bool {
        attempt.anchored && step + 1 == attempt.path.len()
    }

    fn opens_ssl(&self) -> bool {
        matches!(self.profile.proxies, Proxies::Refused | Proxies::OpenSsl | Proxies::Globus)
    }
}

/// What kind of key a certificate has, and how it is called; none if certok does not know it.
fn key_kind(known: &PoolCertificate) -> (Option<KeyKind>, String) {
    use crate::crypto::{Curve, PublicKey, RsaUse};
    match &known.certificate.key {
        Ok(key) => {
            let kind = match key {
                PublicKey::Rsa { usage: RsaUse::Any, .. } => KeyKind::Rsa,
                PublicKey::Rsa { .. } => KeyKind::RsaPss,
                PublicKey::Ec { curve: Curve::P256, .. } => KeyKind::P256,
                PublicKey::Ec { curve: Curve::P384, .. } => KeyKind::P384,
                PublicKey::Ec { curve: Curve::P521, .. } => KeyKind::P521,
                PublicKey::Ed25519(_) => KeyKind::Ed25519,
                PublicKey::Ed448(_) => KeyKind::Ed448,
                // No software was tried with it.
                PublicKey::MlDsa { .. } => return (None, key.describe()),
            };
            (Some(kind), key.describe())
        }
        Err(name) => {
            let kind = match name {
                name if TLS_BRAINPOOL.iter().any(|curve| name.ends_with(curve)) => {
                    Some(KeyKind::Brainpool)
                }
                _ => None,
            };
            (kind, name.clone())
        }
    }
}

/// The curves of RFC 8734.
const TLS_BRAINPOOL: &[&str] = &["brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1"];

/// Bits of an RSA key.
fn rsa_bits(known: &PoolCertificate) -> Option<usize> {
    use crate::crypto::PublicKey;
    let key = known.certificate.key.as_ref().ok()?;
    matches!(key, PublicKey::Rsa { .. }).then(|| key.bits())
}
