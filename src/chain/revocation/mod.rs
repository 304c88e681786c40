//! Revocation (RFC 5280 §6.3): what the lists at hand say of each certificate of a path.
//!
//! A list counts if its issuer made it, its dates hold and it is about the certificate. The
//! newest that counts decides. What is there and does not count is an error, unless another one
//! decides, as in Globus; that none is there is one only if asked for.

mod health;
mod list;
mod look;
mod scope;
mod sibling;

use crate::chain::budget::{Budget, UNITS_OF_ONE};
pub use crate::chain::revocation::health::{Health, health};
pub use crate::chain::revocation::list::{Bad, List, late};
use crate::chain::revocation::look::Look;
use crate::chain::{Defect, Flaw, PoolCertificate, Question, proxy};
use crate::parse::crl::Revocation;
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
}

/// What the lists say of one certificate of a path.
#[derive(Debug)]
pub struct Word<'a> {
    /// Its place in the path.
    pub step: usize,
    /// The list that decides, if one does.
    pub by: Option<&'a List>,
    /// Why it is not accepted.
    pub troubles: Vec<CrlFlaw>,
    /// Why nothing decides, if there is no trouble.
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
    objections(consult(path, pool, question, budget), question.crl)
}

/// What the lists say of each certificate of `path` that is asked about: not of its last one,
/// whose issuer, if not itself, is not there to vouch for a list; not of proxies, which no list
/// names: the end entity below which they stand is what gets checked.
pub fn consult<'a>(
    path: &[PoolCertificate],
    pool: &[PoolCertificate],
    question: &Question<'a>,
    budget: &Budget,
) -> Vec<Word<'a>> {
    if question.crl == CrlMode::Off {
        return Vec::new();
    }
    let proxies = proxy::count(path);
    let last = path.len().saturating_sub(1);
    let end = if question.crl_leaf_only { last.min(proxies + 1) } else { last };
    let look = |step| Look { path, pool, step, question, budget }.word();
    (proxies..end).filter_map(look).collect()
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
    let lists = question.evidence.lists.iter();
    let own = look::newest_first(lists.filter(|list| list.is_about(&root.subject))).into_iter();
    let own = own.filter_map(|(list, crl)| Some((list, crl.ok()?)));
    let budget = Budget::of(UNITS_OF_ONE);
    let (list, crl) = own
        .filter(|(_, crl)| !crl.is_delta() && crl.this_update <= question.at)
        .find(|(list, crl)| list.signed_by(crl, root, &budget).is_ok())?;
    Some((list, list.find(crl, &root.serial).ok()??))
}

fn objections(words: Vec<Word<'_>>, mode: CrlMode) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    for word in words {
        let gap = word.gap.filter(|_| mode == CrlMode::Require);
        let all = word.troubles.into_iter().chain(gap.map(CrlFlaw::Missing));
        flaws.extend(
            all.map(|trouble| Flaw { step: word.step, defect: Defect::Revocation(trouble) }),
        );
    }
    flaws
}
