//! Other keys of a CA: after a re-key its lists are signed with the new one, and some CAs have a
//! key for lists alone (RFC 5280 §6.3.3 (f)).

use crate::chain::budget::Budget;
use crate::chain::permission::PolicyMode;
use crate::chain::revocation::CrlMode;
use crate::chain::signature::id_differs;
use crate::chain::{PoolCertificate, Purpose, Question, rules};
use crate::parse::cert::{CRL_SIGN, Certificate};
use crate::text::time::Seconds;

/// Certificates tried for one issuer. A CA is re-keyed every ten years or so. If there are more, the
/// answer is undecided: one of them may have signed a list that revokes.
const MAX_SIBLINGS: usize = 20;

/// How the limit is told.
const LIMIT: &str = "the limit of 20 other certificates of one CA that are tried on its CRLs";

/// Certificates with the name of the issuer of `step` and another key, that hold up as it does:
/// on the path above it, or trusted roots, or signed by the issuer or by the one above it.
pub(super) fn of<'p>(
    path: &'p [PoolCertificate],
    step: usize,
    pool: &'p [PoolCertificate],
    question: &'p Question<'_>,
    budget: &'p Budget,
) -> impl Iterator<Item = &'p Certificate> {
    let above = path.get(step + 1..).unwrap_or_default();
    let issuer = above.first().map(|known| &known.certificate);
    let same = move |known: &&PoolCertificate| {
        issuer.is_some_and(|issuer| {
            let certificate = &known.certificate;
            certificate.subject.same_as(&issuer.subject) && certificate.spki() != issuer.spki()
        })
    };
    let on_path = above.iter().filter(same);
    let elsewhere = pool
        .iter()
        .filter(same)
        .enumerate()
        .take_while(move |(at, _)| {
            let within = *at < MAX_SIBLINGS;
            if !within {
                budget.reach(LIMIT);
            }
            within
        })
        .map(|(_, known)| known)
        .filter(move |known| holds_up(known, above, question, budget));
    on_path.chain(elsewhere).map(|known| &*known.certificate)
}

/// Whether `sibling` is fit to sign lists and its own path, the rest of which is that of the
/// issuer, has no flaw. Its revocation is a matter of lists signed by the issuer's key alone.
fn holds_up(
    sibling: &PoolCertificate,
    above: &[PoolCertificate],
    question: &Question<'_>,
    budget: &Budget,
) -> bool {
    let certificate = &sibling.certificate;
    let signed = |issuer: &Certificate| {
        certificate.issuer.same_as(&issuer.subject)
            && !id_differs(certificate, issuer)
            && budget.signature(certificate, issuer).is_ok()
    };
    let may_sign = certificate.is_ca()
        || certificate.extensions.key_usage.is_some_and(|usage| usage & CRL_SIGN != 0);
    let from = match above {
        _ if !may_sign => return false,
        _ if sibling.trusted && signed(certificate) => above.len(),
        [issuer, ..] if signed(&issuer.certificate) => 0,
        [_, parent, ..] if signed(&parent.certificate) => 1,
        _ => return false,
    };
    let above = above.get(from..).unwrap_or_default();
    let path: Vec<PoolCertificate> = std::iter::once(sibling).chain(above).cloned().collect();
    let ask =
        Question { need: Seconds(0), purpose: Purpose::Any, policy: PolicyMode::Off, ..*question };
    // One that the issuer made for itself is on its own list, which it signs. For others, nothing
    // in the pool, so that no sibling is asked about a sibling.
    let crl = if from == 0 { CrlMode::Off } else { CrlMode::IfPresent };
    rules::judge(&path, &[], &Question { crl, ..ask }, budget).is_empty()
}
