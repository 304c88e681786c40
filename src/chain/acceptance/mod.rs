//! Whether a consumer accepts a credential. The answers of its profile are applied in the order in
//! which OpenSSL checks. One engine serves all profiles.
//!
//! `send` says what reaches the server, `path` which path the consumer builds. `certificate`,
//! `issuer`, `proxies`, `names` and `strict` judge the path; `lists` and `files` judge what the CA
//! directory says besides. If the behaviour of a consumer is not known, the verdict is "not known".

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

/// A credential, and everything that is used to judge it.
#[derive(Clone, Copy, Debug)]
pub struct Presented<'a> {
    /// The certificate in question, then the others that are sent.
    pub sent: &'a [PoolCertificate],
    /// Certificates of the CA directory that could be on a path.
    pub anchors: &'a [Anchor],
    /// Revocation lists and policy files of the CA directory.
    pub evidence: &'a Evidence,
    /// File names in the CA directory, for consumers that search other names than certok reads.
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
    /// N of `<hash>.N`, if its file has such a name and the hash is that of its subject.
    pub index: Option<u32>,
    /// Whether its file holds nothing else.
    pub is_alone: bool,
}

/// The verdict of a consumer.
#[derive(Clone, Debug)]
pub struct Acceptance {
    /// Whether it accepts the credential. None if this is not known.
    pub accepts: Option<bool>,
    /// Why it does not, or why this is not known. The first one is the most important.
    pub objections: Vec<Objection>,
    /// The path that the verdict is about.
    pub path: Vec<PoolCertificate>,
    /// Whether no certificate was sent and the client is let in as nobody.
    pub is_anonymous: bool,
}

/// A reason to refuse, with its place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Objection {
    /// Index into the path.
    pub step: usize,
    /// The reason.
    pub reason: Reason,
}

/// Reasons to refuse, or not to know.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Reason {
    /// The signature algorithms inside and outside of the signed part differ.
    AlgorithmDiffers,
    /// The certificate names a key identifier of its issuer, and the anchor does not have it.
    AnchorWithoutKeyId,
    /// Two anchors have the same name and the same key identifier.
    AnchorsConflict,
    /// The issuer did not make the signature.
    BadSignature,
    /// The end entity is a CA.
    CaAsLeaf,
    /// A name constraint of this certificate is violated.
    Constraint(ConstraintFlaw),
    /// The subject is empty.
    EmptySubject,
    /// It has expired.
    Expired,
    /// A certificate in the file has expired, even if it is not on the path.
    ExpiredInFile,
    /// It constrains a form of names that the consumer does not compare.
    FormNotCompared(&'static str),
    /// It spells the name of its issuer in another way than the issuer does.
    IssuerSpelling,
    /// The issuer that was found has another key identifier.
    IssuerKeyId,
    /// No issuer was found.
    IssuerNotFound,
    /// The CA was found, but it is not self-signed, which the consumer requires.
    IssuerNotRoot,
    /// The consumer uses no key of this type.
    KeyNotUsed(String),
    /// An RSA key is too small: bits found, bits required.
    KeyTooSmall(usize, usize),
    /// An RSA key is too large: bits found, bits allowed.
    KeyTooLarge(usize, usize),
    /// A revocation list refuses it.
    List(ListFlaw),
    /// An extension cannot be parsed: its OID.
    Malformed(String),
    /// A value of its name is no string that is read.
    NameString,
    /// A negative serial number.
    NegativeSerial,
    /// Its key usage has no keyCertSign.
    NoCertSign,
    /// Its key usage has no bit that a client needs.
    NoDigitalSignature,
    /// A policy file is there by the new hash of the issuer alone, and the consumer looks for this name
    /// by the old one.
    NoOldHash(String),
    /// It is no CA.
    NotCa,
    /// A certificate was sent that does not belong to the path.
    NotInChain,
    /// It is not of version 3.
    NotVersion3,
    /// It is not yet valid.
    NotYetValid,
    /// certok does not know what the consumer does. The text says why.
    NotKnown(String),
    /// More CAs are below than the path length allows.
    PathTooLong,
    /// A signing_policy or namespaces file does not permit it.
    Permission(Box<PolicyFlaw>),
    /// Certificate policies do not permit it.
    Policy(ConstraintFlaw),
    /// A rule for proxies is broken.
    Proxy(ProxyReason),
    /// Extended key usage or netscapeCertType does not allow it.
    Purpose,
    /// It is self-signed and not trusted.
    SelfSigned,
    /// It breaks a rule of form of RFC 5280.
    Strict(&'static str),
    /// There are too many certificates.
    TooMany(usize),
    /// OpenSSL's trust settings reject the anchor.
    TrustRejected,
    /// A critical extension: its OID.
    UnknownCritical(String),
    /// Its digest is too weak, or the consumer does not have the algorithm.
    WeakSignature,
}

/// Which rule for proxies is broken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ProxyReason {
    /// It has a subjectAltName or issuerAltName.
    AlternativeName,
    /// It has more rights than the limited proxy that issued it.
    ExceedsLimited,
    /// It says that it is a CA.
    IsCa,
    /// Its issuer is a CA, or has a mark of a CA.
    IssuedByCa,
    /// Its issuer's key usage does not allow it to sign.
    IssuerMayNotSign,
    /// Its issuer is a proxy of another type.
    Mixed,
    /// The end entity that issued the proxies is missing.
    NoEndEntity,
    /// The consumer accepts no proxies.
    NotAllowed,
    /// Its proxyCertInfo is not critical.
    NotCritical,
    /// It has a policy language of its own.
    OwnPolicy,
    /// More proxies are below than a proxy allows.
    PathTooLong,
    /// Its subject is not the name of its issuer with one more CN.
    Subject,
    /// It has the name of a proxy, but no extension of one.
    Unmarked,
}

/// What is wrong with revocation lists.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ListFlaw {
    /// Another key signed it.
    BadSignature,
    /// It has expired.
    Expired,
    /// There is no list.
    Missing,
    /// The key usage of the CA does not allow it to sign lists.
    NoCrlSign,
    /// It has no nextUpdate.
    NoNextUpdate,
    /// It is not yet valid.
    NotYetValid,
    /// The certificate is on it.
    Revoked,
    /// It is for other certificates.
    Scope,
    /// It cannot be used for another reason.
    Unusable,
}

impl Objection {
    fn new(step: usize, reason: Reason) -> Self {
        Self { step, reason }
    }

    /// Whether it only says that the answer is not known.
    pub fn is_doubt(&self) -> bool {
        matches!(self.reason, Reason::NotKnown(_))
    }
}

/// Judges what the consumer does with the credential.
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
        // If no path was built, nothing else is checked.
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

/// The verdict with these `objections`.
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

/// One credential that is judged for one consumer.
struct Judge<'a> {
    presented: &'a Presented<'a>,
    profile: &'a Profile,
    budget: &'a Budget,
    /// What reaches the server.
    sent: Vec<PoolCertificate>,
}

impl Judge<'_> {
    /// Everything that is wrong with a path, in OpenSSL's order: key of the leaf, extensions, keys
    /// and digests of all certificates, revocation lists, signatures and dates, names.
    fn objections(&self, attempt: &Attempt) -> Vec<Objection> {
        let path = &attempt.path;
        // The leaf itself is an anchor.
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

    /// Whether the certificates from `step` on were judged as the anchor, for which few rules
    /// count.
    fn is_anchor(&self, attempt: &Attempt, step: usize) -> bool {
        attempt.anchored && step + 1 == attempt.path.len()
    }

    fn opens_ssl(&self) -> bool {
        matches!(self.profile.proxies, Proxies::Refused | Proxies::OpenSsl | Proxies::Globus)
    }
}

/// The type of the certificate's key, and its name. No type if certok does not know what software
/// does with it.
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
                // No software was tested with this key.
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

/// The brainpool curves for TLS 1.3 (RFC 8734).
const TLS_BRAINPOOL: &[&str] = &["brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1"];

/// Size of an RSA key.
fn rsa_bits(known: &PoolCertificate) -> Option<usize> {
    use crate::crypto::PublicKey;
    let key = known.certificate.key.as_ref().ok()?;
    matches!(key, PublicKey::Rsa { .. }).then(|| key.bits())
}
