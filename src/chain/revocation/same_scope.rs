//! The lists of one scope: of the same CRL issuer and key, for the same certificates and reasons.

use crate::chain::revocation::Unusable;
use crate::chain::revocation::candidate::{Candidate, age, order};
use crate::chain::revocation::list::late;
use crate::parse::crl::{Crl, Reason, Revocation};
use crate::text::time::UnixTime;

/// Complete lists and delta lists of one scope, each sorted with the newest first.
#[derive(Default)]
pub(super) struct SameScope<'a> {
    complete: Vec<Candidate<'a>>,
    deltas: Vec<Candidate<'a>>,
}

/// What the lists of one scope say about a certificate.
pub(super) struct ScopeStatus<'c, 'a> {
    /// The list that revokes it.
    pub(super) revoked: Option<Revoked<'c, 'a>>,
    /// The complete list that counts, and the delta list that updates it.
    pub(super) current: Option<(&'c Candidate<'a>, Option<&'c Candidate<'a>>)>,
    /// A delta list without a complete list.
    pub(super) delta_only: Option<&'c Candidate<'a>>,
    /// Lists that would count if their dates held.
    pub(super) late: Vec<(&'c Candidate<'a>, Unusable)>,
}

/// A list that revokes a certificate.
pub(super) struct Revoked<'c, 'a> {
    pub(super) by: &'c Candidate<'a>,
    pub(super) entry: Revocation,
    /// Whether its dates hold. If not, it is expired and no other list replaces it.
    pub(super) in_force: bool,
}

impl<'a> SameScope<'a> {
    /// Adds the next list. The newest must be added first.
    pub(super) fn add(&mut self, candidate: Candidate<'a>) {
        match candidate.crl.is_delta() {
            true => self.deltas.push(candidate),
            false => self.complete.push(candidate),
        }
    }

    /// What the lists say at `at`.
    pub(super) fn status(&self, at: UnixTime) -> ScopeStatus<'_, 'a> {
        let complete = self.complete.iter();
        let mut status = ScopeStatus {
            revoked: None,
            current: None,
            delta_only: None,
            late: complete.filter_map(|list| Some((list, late(list.crl, at)?))).collect(),
        };
        let has_begun = |list: &&Candidate<'a>| list.crl.this_update <= at;
        let base = self.complete.iter().find(has_begun);
        let delta = self.deltas.iter().find(has_begun);
        let Some(base) = base else {
            status.delta_only = delta.or(self.deltas.first());
            status.revoked = delta.and_then(|delta| revokes(delta, at));
            return status;
        };
        let delta = delta.filter(|delta| delta.crl.this_update >= base.crl.this_update);
        let update = delta.filter(|delta| is_in_force(delta, at) && updates(delta.crl, base.crl));
        if update.is_some() {
            // §6.3.3 (a): a complete list with a delta list counts as recent as the delta list.
            status.late.retain(|(list, _)| list.place != base.place);
            status.current = Some((base, update));
        } else {
            let current = self.complete.iter().find(|list| is_in_force(list, at));
            status.current = current.map(|current| (current, None));
        }
        let lifts = |delta: &&Candidate<'a>| delta.entry.is_some_and(|entry| is_removal(&entry));
        if update.is_some_and(|delta| lifts(&delta)) {
            return status;
        }
        let newest = delta.and_then(|delta| revokes(delta, at)).or_else(|| revokes(base, at));
        status.revoked = newest.or_else(|| self.superseded(base, at));
        status
    }

    /// An older valid list that revokes the certificate. If the newer `base` does not name it, that
    /// ends only a hold. Other revocations are final (§5.3.1).
    fn superseded(&self, base: &Candidate<'a>, at: UnixTime) -> Option<Revoked<'_, 'a>> {
        let lists = self.complete.iter().chain(&self.deltas);
        let for_good = |list: &Candidate<'a>, entry: &Revocation| {
            entry.reason != Some(Reason::CERTIFICATE_HOLD) || age(list.crl) >= age(base.crl)
        };
        lists
            .filter_map(|list| revokes(list, at))
            .find(|found| found.in_force && for_good(found.by, &found.entry))
    }
}

/// Whether a list revokes the certificate, with the entry.
fn revokes<'c, 'a>(list: &'c Candidate<'a>, at: UnixTime) -> Option<Revoked<'c, 'a>> {
    // removeFromCRL has a meaning only in delta lists.
    let counts = |entry: &Revocation| !list.crl.is_delta() || !is_removal(entry);
    let entry = list.entry.filter(counts)?;
    Some(Revoked { by: list, entry, in_force: is_in_force(list, at) })
}

fn is_removal(entry: &Revocation) -> bool {
    entry.reason == Some(Reason::REMOVE_FROM_CRL)
}

fn is_in_force(list: &Candidate<'_>, at: UnixTime) -> bool {
    late(list.crl, at).is_none()
}

/// Whether a delta list has all changes since a complete list of the same scope (§5.2.4).
fn updates(delta: &Crl, base: &Crl) -> bool {
    let from = delta.extensions.delta_base.as_deref().map(order);
    match (from, number(base), number(delta)) {
        (Some(from), Some(base), Some(delta)) => from <= base && base < delta,
        _ => false,
    }
}

fn number(crl: &Crl) -> Option<(usize, &[u8])> {
    crl.extensions.number.as_deref().map(order)
}
