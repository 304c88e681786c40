//! Revocation (RFC 5280 §6.3.3): what the lists at hand say of each certificate of a path.
//!
//! ```text
//! lookup  one certificate -> candidate  every list that may be about it, signed by who may (signer)
//!                         -> scope      for which reasons a list is about the certificate
//!                         -> same_scope the newest complete list of each scope, with its delta list
//!                         -> RevocationStatus
//! ```
//!
//! A list counts if its CRL issuer signed it and its dates hold. Of the lists of one scope (CRL
//! issuer, key, issuing distribution point) the newest counts. A certificate is revoked if a list in
//! force names it; it is good if lists in force that together are about all reasons do not. What is
//! there and does not count is an error, unless others suffice, as in Globus; that none is there is
//! one only if asked for.

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

/// `--crl`: what part revocation lists play.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum CrlMode {
    /// None are looked at.
    Off,
    /// Those that are there decide; where there is none, that is said.
    #[default]
    IfPresent,
    /// Without a good list for each certificate the answer is undecided.
    Require,
}

/// What the lists say against a certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum CrlFlaw {
    /// Nothing, because none of them is about it.
    Missing(Gap),
    /// It is revoked, says the list from this place.
    Revoked(String, Revocation),
    /// The list at this place should decide and cannot be used.
    Unusable(String, Unusable),
}

/// Why a list of the issuer, or what stands in its place, does not count.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Unusable {
    /// Its signature is not one of the issuer's key.
    BadSignature,
    /// It is no list: empty, damaged, something else.
    Corrupt(String),
    /// Its last good second has passed.
    Expired(UnixTime),
    /// Signed with an algorithm that is broken.
    Forbidden(String),
    /// Its authority key identifier names another key than the one that signed it.
    KeyIdDiffers,
    /// The issuer's key usage lacks cRLSign.
    NoCrlSign,
    /// Its first good second is still to come.
    NotYetValid(UnixTime),
    /// It cannot be read.
    Unreadable(String),
    /// It has something critical that certok does not know: what.
    Unsupported(String),
    /// Its signature is none that certok can verify.
    Unverifiable(String),
}

/// Why no list is about a certificate, although none is bad.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Gap {
    /// There is none of its issuer.
    NoList,
    /// The one from this place, which is named as its issuer's would be, is of this other CA.
    OtherIssuer(String, String),
    /// The one from this place holds only changes to a list that is not there.
    DeltaOnly(String),
    /// The one from this place is about others: why not about this one.
    OutOfScope(String, &'static str),
    /// Those from these places are about some reasons only; these are left.
    SomeReasons(Vec<String>, ReasonFlags),
    /// No certificate of the CRL issuer who made the one from this place is there, or none that
    /// holds up.
    UnknownSigner(String),
}

/// What the lists say of one certificate of a path.
#[derive(Debug)]
pub struct RevocationStatus<'a> {
    /// Its place in the path.
    pub step: usize,
    /// The list that revokes it, or those that together say that it is good.
    pub by: Vec<&'a List>,
    /// Why it is not accepted.
    pub flaws: Vec<CrlFlaw>,
    /// Why its status cannot be told, if there is no flaw.
    pub gap: Option<Gap>,
}

/// Every objection to `path`; `pool` are the certificates known, one of which may have signed a
/// list with another key of the issuer.
pub fn judge(
    path: &[PoolCertificate],
    pool: &[PoolCertificate],
    question: &Question<'_>,
    budget: &Budget,
) -> Vec<Flaw> {
    objections(statuses(path, pool, question, budget), question.crl)
}

/// What the lists say of each certificate of `path` that is asked about: not of its last one,
/// whose issuer, if not itself, is not there to vouch for a list; not of proxies, which no list
/// names: the end entity below which they stand is what gets checked.
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

/// The list in force of the root at the end of `path` that names the root itself, and what it says.
///
/// RFC 5280 asks no list about an anchor: who trusts it has its word for all, this one too. OpenSSL
/// before 3.6 asks.
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
