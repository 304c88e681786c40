//! Looks up one certificate of a path in every list that may be about it (RFC 5280 §6.3.3).

use std::collections::HashMap;

use crate::chain::budget::Budget;
use crate::chain::revocation::candidate::{Candidate, CrlIssuers, newest_first};
use crate::chain::revocation::list::understood;
use crate::chain::revocation::same_scope::{Revoked, SameScope, ScopeStatus};
use crate::chain::revocation::scope::Points;
use crate::chain::revocation::signer::Signers;
use crate::chain::revocation::{CrlFlaw, Gap, List, RevocationStatus};
use crate::chain::{PoolCertificate, Question};
use crate::parse::cert::Certificate;
use crate::parse::crl::{IssuingPoint, ReasonFlags};

/// A certificate of a path that is looked up.
#[derive(Clone, Copy)]
pub(super) struct Lookup<'p, 'q, 'a> {
    pub(super) path: &'p [PoolCertificate],
    /// Certificates that may have signed a list.
    pub(super) pool: &'p [PoolCertificate],
    pub(super) step: usize,
    pub(super) question: &'q Question<'a>,
    pub(super) budget: &'q Budget,
}

/// What defines the scope of a list: its issuer, its issuing distribution point, the key that
/// signed it.
type Scope<'s> = (&'s [u8], Option<&'s IssuingPoint>, &'s [u8]);

/// The lists that were found.
#[derive(Default)]
struct FoundCrls<'a> {
    scopes: Vec<SameScope<'a>>,
    /// Lists that do not count, with their position among all lists.
    unusable: Vec<(usize, CrlFlaw)>,
    /// A list of another CRL issuer whose certificate is missing.
    unknown_signer: Option<Gap>,
}

impl<'p, 'a> Lookup<'p, '_, 'a> {
    /// What the lists say about it. None if the certificate or its issuer is missing.
    pub(super) fn status(&self) -> Option<RevocationStatus<'a>> {
        let certificate = &self.path.get(self.step)?.certificate;
        let issuer = &self.path.get(self.step + 1)?.certificate;
        let found = self.find(certificate, issuer);
        let statuses: Vec<ScopeStatus<'_, 'a>> =
            found.scopes.iter().map(|scope| scope.status(self.question.at)).collect();
        let mut status = self.conclude(&statuses, &found);
        if status.gap == Some(Gap::NoList) {
            status.gap = Some(self.no_list(certificate));
        }
        Some(status)
    }

    /// All lists that may be about the certificate. Those that count are sorted by scope.
    fn find(&self, certificate: &'p Certificate, issuer: &'p Certificate) -> FoundCrls<'a> {
        let points = Points::of(certificate);
        let crl_issuers = CrlIssuers::of(points.crl_issuers());
        let lists = self.question.evidence.lists.iter();
        let lists = newest_first(lists.filter(|list| crl_issuers.made(list)));
        let mut signers = Signers::new(*self, issuer);
        let mut found = FoundCrls::default();
        let mut numbers: HashMap<Scope<'_>, usize> = HashMap::new();
        for (place, (list, content)) in lists.into_iter().enumerate() {
            let signed = content.and_then(|crl| {
                let own = crl.issuer.same_as(&certificate.issuer);
                if !own && signers.named(&crl.issuer).is_empty() {
                    return Ok(None);
                }
                let (key, own_key) = signers.key_of(list, crl, own)?;
                understood(crl)?;
                let entry = list.find(crl, certificate)?;
                let reasons = points.reasons(crl, self.budget);
                Ok(Some((key, Candidate { list, crl, place, own_key, entry, reasons })))
            });
            match signed {
                Ok(Some((key, candidate))) => {
                    let crl = candidate.crl;
                    let scope = (crl.issuer.canonical(), crl.extensions.scope.as_ref(), key);
                    let next = found.scopes.len();
                    let number = *numbers.entry(scope).or_insert(next);
                    if number == next {
                        found.scopes.push(SameScope::default());
                    }
                    if let Some(scope) = found.scopes.get_mut(number) {
                        scope.add(candidate);
                    }
                }
                Ok(None) => {
                    let gap = || Gap::UnknownSigner(list.from.clone());
                    found.unknown_signer.get_or_insert_with(gap);
                }
                Err(why) => {
                    let flaw = CrlFlaw::Unusable(list.from.clone(), why);
                    found.unusable.push((place, flaw));
                }
            }
        }
        found
    }

    /// The result of all scopes: revoked if one says so, good if together they cover all reasons.
    fn conclude(
        &self,
        statuses: &[ScopeStatus<'_, 'a>],
        found: &FoundCrls<'a>,
    ) -> RevocationStatus<'a> {
        let mut status =
            RevocationStatus { step: self.step, by: Vec::new(), flaws: Vec::new(), gap: None };
        if let Some(revoked) = newest(statuses, true) {
            status.by.push(revoked.by.list);
            status.flaws.push(flaw(revoked));
            return status;
        }
        // A revocation stays, whatever the age of the list.
        status.flaws.extend(newest(statuses, false).map(flaw));
        let (by, covered) = cover(statuses);
        if covered == ReasonFlags::ALL {
            status.by = by;
            return status;
        }
        let late = statuses.iter().flat_map(|status| &status.late);
        let late = late.map(|(list, why)| {
            (list.place, CrlFlaw::Unusable(list.list.from.clone(), why.clone()))
        });
        let mut unusable: Vec<(usize, CrlFlaw)> =
            found.unusable.iter().cloned().chain(late).collect();
        unusable.sort_by_key(|(place, _)| *place);
        status.flaws.extend(unusable.into_iter().map(|(_, flaw)| flaw));
        if status.flaws.is_empty() {
            status.gap = Some(match covered {
                ReasonFlags::NONE => gap(statuses, found),
                some => {
                    let lists = by.iter().map(|list| list.from.clone()).collect();
                    Gap::SomeReasons(lists, some.missing())
                }
            });
        }
        status
    }

    /// Whether there is no list, or only one of another CA in its place.
    fn no_list(&self, certificate: &Certificate) -> Gap {
        let hash = certificate.issuer.new_hash();
        let mut lists = self.question.evidence.lists.iter();
        let here = lists.find(|list| list.hash.as_ref() == Some(&hash));
        let other = here.and_then(|list| Some((list, list.content.as_ref().ok()?)));
        other.map_or(Gap::NoList, |(list, crl)| {
            Gap::OtherIssuer(list.from.clone(), crl.issuer.common_name())
        })
    }
}

/// The newest list that revokes, among those whose dates hold, or among the others.
fn newest<'c, 'a>(
    statuses: &'c [ScopeStatus<'c, 'a>],
    in_force: bool,
) -> Option<&'c Revoked<'c, 'a>> {
    let revoked = statuses.iter().filter_map(|status| status.revoked.as_ref());
    revoked.filter(|found| found.in_force == in_force).min_by_key(|found| found.by.place)
}

fn flaw(revoked: &Revoked<'_, '_>) -> CrlFlaw {
    CrlFlaw::Revoked(revoked.by.list.from.clone(), revoked.entry)
}

/// The smallest number of valid lists that together cover as many reasons as possible. A list of
/// the issuer's own key comes before one of another key, a newer one before an older one.
fn cover<'a>(statuses: &[ScopeStatus<'_, 'a>]) -> (Vec<&'a List>, ReasonFlags) {
    let current = statuses.iter().filter_map(|status| status.current);
    let mut current: Vec<_> =
        current.filter_map(|(list, update)| Some((list.reasons.ok()?, list, update))).collect();
    current.sort_by_key(|(reasons, list, _)| {
        (*reasons != ReasonFlags::ALL, !list.own_key, list.place)
    });
    let (mut by, mut covered) = (Vec::new(), ReasonFlags::NONE);
    for (reasons, list, update) in current {
        if covered.or(reasons) != covered {
            covered = covered.or(reasons);
            by.push(list.list);
            by.extend(update.map(|update| update.list));
        }
    }
    (by, covered)
}

/// Why no list is about the certificate, although none is bad.
fn gap(statuses: &[ScopeStatus<'_, '_>], found: &FoundCrls<'_>) -> Gap {
    let out_of_scope = statuses.iter().filter_map(|status| {
        let (list, _) = status.current?;
        Some((list.place, list.list, list.reasons.err()?))
    });
    if let Some((_, list, why)) = out_of_scope.min_by_key(|(place, ..)| *place) {
        return Gap::OutOfScope(list.from.clone(), why);
    }
    if let Some(gap) = &found.unknown_signer {
        return gap.clone();
    }
    let delta = statuses.iter().find_map(|status| status.delta_only);
    delta.map_or(Gap::NoList, |delta| Gap::DeltaOnly(delta.list.from.clone()))
}
