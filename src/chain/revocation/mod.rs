//! Revocation (RFC 5280 §6.3.3): what the available lists say about each certificate of a path.
//!
//! ```text
//! lookup  one certificate -> candidate  every list that may be about it, signed by who may (signer)
//!                         -> scope      for which reasons a list is about the certificate
//!                         -> same_scope the newest complete list of each scope, with its delta list
//!                         -> RevocationStatus
//! ```
//!
//! A list counts if its CRL issuer signed it and its dates hold. Of the lists of one scope (CRL
//! issuer, key, issuing distribution point) the newest counts. A certificate is revoked if a list
//! that counts names it. It is good if lists that count cover all reasons and do not name it. A
//! list that does not count is an error, unless other lists suffice, as in Globus. A missing list
//! is an error only if lists are required.

mod candidate;
mod health;
mod list;
mod lookup;
mod same_scope;
mod scope;
mod signer;

use crate::chain::budget::{Budget, UNITS_OF_ONE};
use crate::chain::revocation::candidate::{CrlIssuers, newest_first};
pub use crate::chain::revocation::health::{Health, health};
pub use crate::chain::revocation::list::{Bad, List, late};
use crate::chain::revocation::lookup::Lookup;
pub use crate::chain::revocation::scope::{other_crl_issuers, points_of};
use crate::chain::{Defect, Flaw, PoolCertificate, Question, proxy};
use crate::parse::crl::{ReasonFlags, Revocation};
use crate::text::time::UnixTime;

/// `--crl`: how revocation lists are used.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum CrlMode {
    /// They are not used.
    Off,
    /// Lists that exist decide. A missing list is reported.
    #[default]
    IfPresent,
    /// If a certificate has no good list, the answer is undecided.
    Require,
}

/// Why the lists do not say that a certificate is good.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum CrlFlaw {
    /// No list is about it: why.
    Missing(Gap),
    /// The list at this place revokes it.
    Revoked(String, Revocation),
    /// The list at this place should decide, but does not count: why.
    Unusable(String, Unusable),
}

/// Why a list does not count.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Unusable {
    /// The issuer's key did not make its signature.
    BadSignature,
    /// It is not a list: empty, damaged or something else.
    Corrupt(String),
    /// It has expired: its last valid second.
    Expired(UnixTime),
    /// It is signed with a broken algorithm: which one.
    Forbidden(String),
    /// Its authority key identifier names another key than the one that signed it.
    KeyIdDiffers,
    /// The issuer's key usage lacks cRLSign.
    NoCrlSign,
    /// It is not yet valid: its first valid second.
    NotYetValid(UnixTime),
    /// It cannot be read.
    Unreadable(String),
    /// It has an unknown critical part: which one.
    Unsupported(String),
    /// certok cannot verify the algorithm of its signature: which one.
    Unverifiable(String),
}

/// Why no list is about a certificate, although none is bad.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Gap {
    /// There is no list of the issuer.
    NoList,
    /// The list at this place has the file name of the issuer, but belongs to this other CA.
    OtherIssuer(String, String),
    /// The list at this place is a delta list without its complete list.
    DeltaOnly(String),
    /// The list at this place is for other certificates: why not for this one.
    OutOfScope(String, &'static str),
    /// The lists at these places cover only some reasons. The reasons that are not covered.
    SomeReasons(Vec<String>, ReasonFlags),
    /// The certificate of the CRL issuer that made the list at this place is missing, or is not
    /// trusted.
    UnknownSigner(String),
}

/// What the lists say about one certificate of a path.
#[derive(Debug)]
pub struct RevocationStatus<'a> {
    /// Its step in the path.
    pub step: usize,
    /// The list that revokes it, or the lists that together say that it is good.
    pub by: Vec<&'a List>,
    /// Why it is not accepted.
    pub flaws: Vec<CrlFlaw>,
    /// Why its status is unknown, if there is no flaw.
    pub gap: Option<Gap>,
}

/// Every objection to `path`. `pool` are all known certificates. One of them may have signed a
/// list, with another key of the issuer.
pub fn judge(
    path: &[PoolCertificate],
    pool: &[PoolCertificate],
    question: &Question<'_>,
    budget: &Budget,
) -> Vec<Flaw> {
    objections(statuses(path, pool, question, budget), question.crl)
}

/// What the lists say about each certificate of `path`, with two exceptions. The last one is not
/// checked: its issuer, if it has another one, is missing and cannot have signed a list. Proxies
/// are not checked, because lists do not name them; their end entity is.
pub fn statuses<'a>(
    path: &[PoolCertificate],
    pool: &[PoolCertificate],
    question: &Question<'a>,
    budget: &Budget,
) -> Vec<RevocationStatus<'a>> {
    if question.crl == CrlMode::Off {
        return Vec::new();
    }
    let proxies = proxy::count(path);
    let last = path.len().saturating_sub(1);
    let end = if question.crl_leaf_only { last.min(proxies + 1) } else { last };
    let status = |step| Lookup { path, pool, step, question, budget }.status();
    (proxies..end).filter_map(status).collect()
}

/// The valid list of the root at the end of `path` that revokes the root itself, and its entry.
///
/// By RFC 5280 no list is used for an anchor: it is trusted anyway. OpenSSL before 3.6 does use
/// one.
pub fn root_on_own_list<'a>(
    path: &[PoolCertificate],
    question: &Question<'a>,
) -> Option<(&'a List, Revocation)> {
    if question.crl == CrlMode::Off || question.crl_leaf_only {
        return None;
    }
    let root = &path.last()?.certificate;
    if !root.is_self_issued() {
        return None;
    }
    let own = CrlIssuers::of(std::iter::once(&root.subject));
    let lists = newest_first(question.evidence.lists.iter().filter(|list| own.made(list)));
    let lists = lists.into_iter().filter_map(|(list, crl)| Some((list, crl.ok()?)));
    let budget = Budget::of(UNITS_OF_ONE);
    let (list, crl) = lists
        .filter(|(_, crl)| !crl.is_delta() && crl.this_update <= question.at)
        .find(|(list, crl)| list.signed_by(crl, root, &budget).is_ok())?;
    Some((list, list.find(crl, root).ok()??))
}

fn objections(statuses: Vec<RevocationStatus<'_>>, mode: CrlMode) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    for status in statuses {
        let gap = status.gap.filter(|_| mode == CrlMode::Require);
        let all = status.flaws.into_iter().chain(gap.map(CrlFlaw::Missing));
        flaws.extend(all.map(|flaw| Flaw { step: status.step, defect: Defect::Revocation(flaw) }));
    }
    flaws
}
