//! How much work one answer may take. Hostile input makes the answer undecided, not slow.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use crate::chain::signature::signature;
use crate::crypto::verify::Refusal;
use crate::crypto::{PublicKey, Scheme, price};
use crate::parse::cert::Certificate;

/// Units of work for one credential, about a microsecond each: 12 000 signatures of RSA-2048, or 33
/// of RSA-16384. Real CA directories need less than 5 000.
pub const UNITS: u64 = 300_000;

/// Units for one of many things that are judged in one run, and for each CA of a directory: 40
/// signatures of RSA-2048. If one needs more, it takes that from a [`SharedBudget`]. Where the
/// need of harmless input is known, this need is used instead.
pub const UNITS_OF_ONE: u64 = 1_200;

/// Most comparisons of names with constraints, for one certificate: OpenSSL's `NAME_CHECK_MAX`
/// (CVE-2018-0739).
const MAX_COMPARISONS: usize = 1 << 20;

/// The same for all paths of one search.
const MAX_COMPARISONS_IN_SEARCH: usize = 4 * MAX_COMPARISONS;

/// Kinds of work.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Work {
    /// Searching the pool for possible issuers.
    Candidates,
    /// Judging certificates at their place.
    Certificates,
    /// Decrypting keys, and finding the certificate of a key.
    Keys,
    /// Comparing the scope of revocation lists.
    Lists,
    /// Verifying signatures.
    Signatures,
}

impl Work {
    const ALL: [Self; 5] =
        [Self::Candidates, Self::Certificates, Self::Keys, Self::Lists, Self::Signatures];

    fn name(self) -> &'static str {
        match self {
            Self::Candidates => "candidates for issuers",
            Self::Certificates => "rules for certificates",
            Self::Keys => "private keys",
            Self::Lists => "distribution points",
            Self::Signatures => "signatures",
        }
    }
}

/// The work that one answer may still take. After one refusal everything is refused, even what is
/// cheap: the answer is undecided anyway.
#[derive(Debug)]
pub struct Budget {
    units: u64,
    spent: [Cell<u64>; Work::ALL.len()],
    comparisons: Cell<usize>,
    exhausted: Cell<bool>,
    /// The first other limit that was reached.
    reached: RefCell<Option<String>>,
    /// Signatures and keys that were paid for, as addresses of their bytes. Their result is kept,
    /// also from other searches. But the answer must not depend on that, so each search pays.
    paid: RefCell<HashSet<(usize, usize)>>,
    /// Messages that were hashed once, for one key.
    hashed: RefCell<HashSet<usize>>,
}

impl Default for Budget {
    fn default() -> Self {
        Self::of(UNITS)
    }
}

impl Budget {
    /// A budget of this many units.
    pub fn of(units: u64) -> Self {
        Self {
            units,
            spent: Default::default(),
            comparisons: Cell::new(MAX_COMPARISONS_IN_SEARCH),
            exhausted: Cell::new(false),
            reached: RefCell::default(),
            paid: RefCell::default(),
            hashed: RefCell::default(),
        }
    }

    /// Pays `price` for `work`. False if the rest does not suffice.
    pub fn spend(&self, work: Work, price: u64) -> bool {
        if self.exhausted.get() || price > self.left() {
            self.exhausted.set(true);
            return false;
        }
        let spent = self.spent_on(work);
        spent.set(spent.get().saturating_add(price));
        true
    }

    /// Verifies that `issuer` signed `child`.
    ///
    /// # Errors
    ///
    /// Those of [`signature`]. `Unsupported` if the budget does not suffice.
    pub fn signature(&self, child: &Certificate, issuer: &Certificate) -> Result<(), Refusal> {
        if let (Some(scheme), Ok(key)) = (child.algorithm.scheme, &issuer.key) {
            let pair = (address(child.der()), address(issuer.der()));
            self.pay_for(pair, (scheme, key, child.tbs().len()))?;
        }
        signature(child, issuer)
    }

    /// Pays for verifying a signature, once for each pair of signature and key.
    ///
    /// # Errors
    ///
    /// `Unsupported` if the budget does not suffice.
    pub fn pay_for(
        &self,
        pair: (usize, usize),
        (scheme, key, message_bytes): (Scheme, &PublicKey, usize),
    ) -> Result<(), Refusal> {
        if self.paid.borrow().contains(&pair) {
            return Ok(());
        }
        // Hashing a message once takes no longer than reading it, so only repetitions are paid.
        let again = !self.hashed.borrow_mut().insert(pair.0);
        let hashed = if again { message_bytes } else { 0 };
        if !self.spend(Work::Signatures, price::of(scheme, key, hashed)) {
            return Err(Refusal::Unsupported(format!("a signature beyond {}", self.limit())));
        }
        self.paid.borrow_mut().insert(pair);
        Ok(())
    }

    /// Pays for comparing names with constraints. False if the budget does not suffice.
    pub(super) fn compare(&self, names: usize, constraints: usize) -> bool {
        let price = names.saturating_mul(constraints);
        match self.comparisons.get().checked_sub(price) {
            Some(left) if price <= MAX_COMPARISONS => {
                self.comparisons.set(left);
                true
            }
            _ => false,
        }
    }

    /// The units that are left.
    pub fn left(&self) -> u64 {
        self.units.saturating_sub(self.spent())
    }

    /// The units that were spent.
    pub fn spent(&self) -> u64 {
        self.spent.iter().map(Cell::get).fold(0, u64::saturating_add)
    }

    /// Notes that something was skipped at `limit`, which may have changed the answer.
    pub fn reach(&self, limit: &str) {
        self.reached.borrow_mut().get_or_insert_with(|| limit.to_owned());
    }

    /// The limit that was reached, if any: if the budget did not suffice, what took most of it;
    /// else the limit at which something was skipped.
    pub fn exhausted(&self) -> Option<String> {
        self.unpaid().or_else(|| self.reached.borrow().clone())
    }

    fn unpaid(&self) -> Option<String> {
        let most = Work::ALL.into_iter().max_by_key(|work| self.spent_on(*work).get());
        let most = most.filter(|_| self.exhausted.get())?;
        let units = self.spent_on(most).get();
        Some(format!("{} ({} took {units})", self.limit(), most.name()))
    }

    fn limit(&self) -> String {
        format!("the limit of {} units of work (1 unit is about 1 µs)", self.units)
    }

    fn spent_on(&self, work: Work) -> &Cell<u64> {
        let [candidates, certificates, keys, lists, signatures] = &self.spent;
        match work {
            Work::Candidates => candidates,
            Work::Certificates => certificates,
            Work::Keys => keys,
            Work::Lists => lists,
            Work::Signatures => signatures,
        }
    }
}

/// The work for many things that are judged in one run: a share for each, and a rest for all.
/// Things that need more take it in their order, so the answer does not depend on the speed of a
/// core.
#[derive(Debug)]
pub struct SharedBudget {
    shares: u64,
    units: u64,
}

impl SharedBudget {
    /// For credentials that the user named one by one: a share for each, and [`UNITS`] for all.
    pub fn of_operands() -> Self {
        Self { shares: u64::MAX, units: UNITS }
    }

    /// For the files of a directory, which the user did not name one by one: [`UNITS`] for all,
    /// half of it in shares.
    pub fn of_directory() -> Self {
        Self { shares: UNITS / 2, units: UNITS / 2 }
    }

    /// Takes `wanted` units as a share, or what is left for shares.
    pub fn share(&mut self, wanted: u64) -> u64 {
        let share = wanted.min(self.shares);
        self.shares -= share;
        share
    }

    /// Runs `work` with its own `share` and with the rest for all.
    pub fn with_share<T>(&mut self, share: u64, work: impl FnOnce(&Budget) -> T) -> T {
        let budget = Budget::of(share + self.units);
        let made = work(&budget);
        self.units = self.units.min(budget.left());
        made
    }
}

/// The address of bytes that live longer than the search. It identifies them.
pub(super) fn address(bytes: &[u8]) -> usize {
    bytes.as_ptr().addr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_once_is_refused_for_good() {
        let budget = Budget::of(10);
        assert!(budget.spend(Work::Signatures, 6) && budget.spend(Work::Lists, 3));
        assert_eq!((budget.left(), budget.exhausted()), (1, None));
        assert!(!budget.spend(Work::Lists, 2));
        assert!(!budget.spend(Work::Lists, 1));
        let said = "the limit of 10 units of work (1 unit is about 1 µs) (signatures took 6)";
        assert_eq!((budget.spent(), budget.exhausted().as_deref()), (9, Some(said)));
    }

    #[test]
    fn what_was_left_aside_is_told_until_something_was_not_paid() {
        let budget = Budget::of(1);
        budget.reach("the limit of 20 keys");
        budget.reach("the limit of 30 keys");
        assert_eq!(budget.exhausted().as_deref(), Some("the limit of 20 keys"));
        assert!(budget.spend(Work::Lists, 1) && !budget.spend(Work::Lists, 1));
        assert!(budget.exhausted().unwrap().starts_with("the limit of 1 units"));
    }

    #[test]
    fn the_last_unit_counts() {
        let budget = Budget::of(10);
        assert!(budget.spend(Work::Candidates, 10) && budget.exhausted().is_none());
        assert!(budget.spend(Work::Candidates, 0) && budget.exhausted().is_none());
        assert!(!budget.spend(Work::Candidates, 1) && budget.exhausted().is_some());
    }

    #[test]
    fn shares_of_a_directory_end() {
        let mut shared_budget = SharedBudget::of_directory();
        let all: u64 = (0..UNITS).map(|_| shared_budget.share(UNITS_OF_ONE)).sum();
        assert_eq!(all, UNITS / 2);
        assert_eq!(SharedBudget::of_operands().share(UNITS), UNITS);
    }

    #[test]
    fn the_rest_is_for_what_exceeds_the_share_of_one() {
        let mut shared_budget = SharedBudget::of_operands();
        let mut take = |share, price| {
            shared_budget.with_share(share, |budget| budget.spend(Work::Signatures, price))
        };
        for (share, price, paid) in [
            (UNITS_OF_ONE, UNITS_OF_ONE, true),
            (UNITS_OF_ONE, UNITS_OF_ONE + UNITS, true),
            (UNITS_OF_ONE, UNITS_OF_ONE + 1, false),
            (25, 25, true),
            (25, 26, false),
        ] {
            assert_eq!(take(share, price), paid, "{share} {price}");
        }
    }
}
