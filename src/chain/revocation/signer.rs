//! Who may have signed a list (RFC 5280 §6.3.3 (f)): the issuer of the certificate; the same CA
//! with another key, after a re-key or with a key for lists alone; or another CRL issuer that the
//! certificate names.

use std::cell::Cell;
use std::collections::HashMap;

use crate::chain::permission::PolicyMode;
use crate::chain::revocation::lookup::Lookup;
use crate::chain::revocation::{CrlFlaw, CrlMode, List, Unusable};
use crate::chain::signature::id_differs;
use crate::chain::{PoolCertificate, Purpose, Question, rules};
use crate::parse::cert::{CRL_SIGN, Certificate};
use crate::parse::crl::Crl;
use crate::parse::name::Name;
use crate::text::time::Seconds;

/// Most certificates that are tried for one CRL issuer. A CA is re-keyed about every ten years. If
/// there are more, the answer is undecided, because one of them may have signed a list that
/// revokes.
const MAX_SIGNERS: usize = 20;

/// The name of this limit in messages.
const LIMIT: &str = "the limit of 20 other certificates of one CA that are tried on its CRLs";

/// Most certificates between a signer and the path of the certificate that is looked up.
const MAX_BETWEEN: usize = 3;

/// Most certificates put on such paths for one signer, counted each time.
const MAX_STEPS: usize = 100;

/// Possible signers of lists about one certificate. They are searched only when a list needs them.
pub(super) struct Signers<'p, 'q, 'a> {
    lookup: Lookup<'p, 'q, 'a>,
    /// The issuer of the certificate.
    issuer: &'p Certificate,
    /// Certificates by canonical name, without the issuer itself.
    known: HashMap<Vec<u8>, Vec<&'p Certificate>>,
}

impl<'p, 'q, 'a> Signers<'p, 'q, 'a> {
    pub(super) fn new(lookup: Lookup<'p, 'q, 'a>, issuer: &'p Certificate) -> Self {
        Self { lookup, issuer, known: HashMap::new() }
    }

    /// The key that signed a list, and whether this is the key of the certificate's issuer. `own`:
    /// whether the list has the issuer's name.
    pub(super) fn key_of(
        &mut self,
        list: &List,
        crl: &Crl,
        own: bool,
    ) -> Result<(&'p [u8], bool), Unusable> {
        let budget = self.lookup.budget;
        let mut refused = Unusable::BadSignature;
        if own {
            match list.signed_by(crl, self.issuer, budget) {
                Ok(()) => return Ok((self.issuer.spki(), true)),
                Err(why) => refused = why,
            }
        }
        let mut signers = self.named(&crl.issuer).iter();
        let signer = signers.find(|signer| list.signed_by(crl, signer, budget).is_ok());
        signer.map(|signer| (signer.spki(), false)).ok_or(refused)
    }

    /// Certificates with this name and another key than the issuer's, whose path is good.
    pub(super) fn named(&mut self, name: &Name) -> &[&'p Certificate] {
        let (lookup, issuer) = (self.lookup, self.issuer);
        let find = || of_name(name, issuer, lookup);
        self.known.entry(name.canonical().to_vec()).or_insert_with(find)
    }
}

/// Certificates on the path above, and certificates of the pool whose own path is good.
fn of_name<'p>(
    name: &Name,
    issuer: &Certificate,
    lookup: Lookup<'p, '_, '_>,
) -> Vec<&'p Certificate> {
    let above = lookup.path.get(lookup.step + 1..).unwrap_or_default();
    let same = |known: &&PoolCertificate| {
        let certificate = &known.certificate;
        certificate.subject.same_as(name) && certificate.spki() != issuer.spki()
    };
    let mut found: Vec<&'p Certificate> =
        above.iter().filter(same).map(|known| &*known.certificate).collect();
    for (at, known) in lookup.pool.iter().filter(same).enumerate() {
        if at == MAX_SIGNERS {
            lookup.budget.reach(LIMIT);
            break;
        }
        let path = SignerPath { lookup, above, steps: Cell::new(0) };
        if may_sign(&known.certificate) && path.holds(&mut vec![known.clone()]) {
            found.push(&known.certificate);
        }
    }
    found
}

fn may_sign(certificate: &Certificate) -> bool {
    let usage = certificate.extensions.key_usage;
    certificate.is_ca() || usage.is_some_and(|usage| usage & CRL_SIGN != 0)
}

/// The search for a path from a signer to the same anchor.
struct SignerPath<'p, 'q, 'a> {
    lookup: Lookup<'p, 'q, 'a>,
    /// The issuer of the certificate, and the certificates above it.
    above: &'p [PoolCertificate],
    steps: Cell<usize>,
}

impl SignerPath<'_, '_, '_> {
    /// Whether a path that begins with `path` is good.
    fn holds(&self, path: &mut Vec<PoolCertificate>) -> bool {
        self.steps.set(self.steps.get() + 1);
        let Some(last) = path.last().cloned().filter(|_| self.steps.get() <= MAX_STEPS) else {
            self.lookup.budget.reach(LIMIT);
            return false;
        };
        let certificate = &last.certificate;
        if self.is_trusted_twin(&last) {
            return self.is_good(path, &[]);
        }
        for (at, issuer) in self.above.iter().enumerate() {
            let rest = self.above.get(at..).unwrap_or_default();
            if self.signed(certificate, &issuer.certificate) && self.is_good(path, rest) {
                return true;
            }
        }
        path.len() <= MAX_BETWEEN && self.holds_by_others(path, certificate)
    }

    /// The same through certificates that are not on the path.
    fn holds_by_others(&self, path: &mut Vec<PoolCertificate>, last: &Certificate) -> bool {
        let is_new = |known: &PoolCertificate, path: &[PoolCertificate]| {
            path.iter().chain(self.above).all(|step| step.certificate != known.certificate)
        };
        for known in self.lookup.pool {
            if is_new(known, path) && self.signed(last, &known.certificate) {
                path.push(known.clone());
                let holds = self.holds(path);
                path.pop();
                if holds {
                    return true;
                }
            }
        }
        false
    }

    /// Whether it is a trusted root with the same name as a trusted root on the path.
    fn is_trusted_twin(&self, known: &PoolCertificate) -> bool {
        let certificate = &known.certificate;
        let mut above = self.above.iter();
        known.trusted
            && above.any(|step| step.certificate.subject.same_as(&certificate.subject))
            && self.signed(certificate, certificate)
    }

    fn signed(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        certificate.issuer.same_as(&issuer.subject)
            && !id_differs(certificate, issuer)
            && self.lookup.budget.signature(certificate, issuer).is_ok()
    }

    /// Whether the path of `begin` and `rest` is good, and no list revokes a certificate of
    /// `begin`. `rest` was judged before. Missing or bad lists do not count here: often the
    /// signer's own list would be needed.
    fn is_good(&self, begin: &[PoolCertificate], rest: &[PoolCertificate]) -> bool {
        let path: Vec<PoolCertificate> = begin.iter().chain(rest).cloned().collect();
        let question = Question {
            need: Seconds(0),
            purpose: Purpose::Any,
            policy: PolicyMode::Off,
            crl: CrlMode::Off,
            ..*self.lookup.question
        };
        // The empty pool ends the recursion: judging a signer must not look for further signers.
        let is_revoked = |step| {
            let (path, question) = (path.as_slice(), &question);
            let lookup = Lookup { path, pool: &[], step, question, budget: self.lookup.budget };
            let status = lookup.status();
            let mut flaws = status.iter().flat_map(|status| &status.flaws);
            flaws.any(|flaw| matches!(flaw, CrlFlaw::Revoked(..)))
        };
        rules::judge(&path, &[], &question, self.lookup.budget).is_empty()
            && !(0..begin.len()).any(is_revoked)
    }
}
