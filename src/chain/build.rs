//! Path building: tries all paths from the leaf to an anchor, within limits, and keeps the best
//! one.

use std::collections::{HashMap, HashSet};
use std::mem;
use std::sync::Arc;

use crate::chain::budget::{Budget, Work, address};
use crate::chain::link::{is_same, may_be_self_signed, why_stopped};
use crate::chain::rank::explanation_rank;
use crate::chain::revocation::CrlMode;
use crate::chain::signature::id_differs;
use crate::chain::{Attempt, Defect, Flaw, Outcome, PoolCertificate, Question, rules};
use crate::crypto::verify::Refusal;
use crate::parse::cert::Certificate;

/// Most signatures in one search. webpki stops at 100 per chain. Directories with many keys under
/// one name, as cross-signed CAs have, need more.
const MAX_SIGNATURES: usize = 400;

/// Most certificates put on a path in one search, counted each time. webpki allows 200 000 calls.
const MAX_STEPS: usize = 20_000;

/// Price of sorting one certificate of the pool by name and key.
const POOLED: u64 = 1;

/// Bytes of certificates that the rules read in one unit of work.
const JUDGED_BYTES: u64 = 200;

/// Most refused paths that are kept besides the best one. Nobody reads more.
const MAX_OTHERS: usize = 32;

/// Searches a path from `leaf` to a trusted certificate in `pool`.
///
/// Every certificate of `pool` may be an issuer. Only trusted ones end a path. The search ends with
/// the first path without a flaw.
pub fn search(
    leaf: &PoolCertificate,
    pool: &[PoolCertificate],
    question: &Question<'_>,
) -> Outcome {
    search_within(leaf, pool, question, &Budget::default())
}

/// The same, with a budget that is shared with other searches.
pub fn search_within(
    leaf: &PoolCertificate,
    pool: &[PoolCertificate],
    question: &Question<'_>,
    budget: &Budget,
) -> Outcome {
    if !budget.spend(Work::Candidates, units(pool.len()) / POOLED) {
        return cut_short(leaf, budget);
    }
    let leaf = &as_trusted(leaf, pool);
    let trusted = || pool.iter().filter(|known| known.trusted);
    let mut by_key: HashMap<&[u8], Vec<&Certificate>> = HashMap::new();
    for known in trusted() {
        let certificate = &known.certificate;
        by_key.entry(certificate.spki()).or_default().push(certificate);
    }
    let mut search = Search {
        pool,
        trusted: trusted().map(|known| known.certificate.der()).collect(),
        trusted_by_key: by_key,
        question,
        by_subject: index(pool),
        verified: HashMap::new(),
        signatures: 0,
        steps: 0,
        attempts: 0,
        budget,
        best: None,
        others: Vec::new(),
        exhausted: None,
    };
    search.extend(&mut vec![leaf.clone()]);
    // If something was skipped, it may have been the better path.
    let exhausted = budget.exhausted().or(search.exhausted.map(str::to_owned));
    Outcome {
        best: search.best.unwrap_or_else(|| nothing(leaf)),
        others: search.others,
        attempts: search.attempts,
        exhausted,
    }
}

/// The outcome if the budget does not suffice to start.
fn cut_short(leaf: &PoolCertificate, budget: &Budget) -> Outcome {
    Outcome { best: nothing(leaf), others: Vec::new(), attempts: 0, exhausted: budget.exhausted() }
}

/// The attempt if there is no path.
fn nothing(leaf: &PoolCertificate) -> Attempt {
    Attempt { path: vec![leaf.clone()], anchored: false, flaws: Vec::new() }
}

/// The leaf with the trust settings of its copy in the CA directory, if it has one.
fn as_trusted(leaf: &PoolCertificate, pool: &[PoolCertificate]) -> PoolCertificate {
    let mut trusted = pool.iter().filter(|known| known.trusted);
    let copy = trusted.find(|known| known.certificate == leaf.certificate);
    copy.map_or_else(
        || leaf.clone(),
        |copy| PoolCertificate {
            certificate: Arc::clone(&copy.certificate),
            trusted: true,
            ..leaf.clone()
        },
    )
}

struct Search<'a> {
    pool: &'a [PoolCertificate],
    /// The trusted certificates, as DER.
    trusted: HashSet<&'a [u8]>,
    /// The trusted certificates by public key.
    trusted_by_key: HashMap<&'a [u8], Vec<&'a Certificate>>,
    question: &'a Question<'a>,
    by_subject: HashMap<&'a [u8], Vec<usize>>,
    /// Results by (child, issuer), as addresses of their bytes. The bytes live as long as the pool.
    verified: HashMap<(usize, usize), Result<(), Refusal>>,
    signatures: usize,
    steps: usize,
    attempts: usize,
    budget: &'a Budget,
    best: Option<Attempt>,
    others: Vec<Attempt>,
    exhausted: Option<&'static str>,
}

impl Search<'_> {
    /// Tries all issuers at the end of `path`. True ends the search.
    fn extend(&mut self, path: &mut Vec<PoolCertificate>) -> bool {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            self.exhausted = Some("the limit of 20 000 steps in one search");
            return true;
        }
        let Some(last) = path.last().cloned() else {
            return true;
        };
        if self.is_anchor(&last) && (self.question.partial_chain || self.is_root(&last.certificate))
        {
            return self.judge(path);
        }
        if last.certificate.is_self_issued() && self.is_self_signed(&last.certificate) {
            return self.stop(path, Defect::SelfSigned);
        }
        // Leaf and anchor do not count as between. Self-issued certificates do not count either:
        // they are the same CA with another key (RFC 5280 §6.1).
        let between = path.iter().skip(1).filter(|step| !step.certificate.is_self_issued());
        if between.count() > self.question.max_depth {
            return self.stop(path, Defect::TooDeep);
        }
        self.try_issuers(path, &last)
    }

    fn try_issuers(&mut self, path: &mut Vec<PoolCertificate>, last: &PoolCertificate) -> bool {
        let candidates = self.candidates(path, &last.certificate);
        let (mut refused, mut went_on, mut done) = (Vec::new(), false, false);
        for issuer in candidates {
            match self.signed_by(&last.certificate, &issuer.certificate) {
                Ok(()) => {
                    went_on = true;
                    path.push(issuer);
                    done = self.extend(path);
                    path.pop();
                }
                Err(refusal) => refused.push((issuer, refusal)),
            }
            done |= self.exhausted.is_some() || self.budget.exhausted().is_some();
            if done {
                break;
            }
        }
        if done || went_on {
            self.pass_over(path, &last.certificate, &refused);
            return done;
        }
        self.stop(path, why_stopped(&last.certificate, &refused))
    }

    /// Remembers candidates that did not sign, if another one did.
    fn pass_over(
        &mut self,
        path: &[PoolCertificate],
        child: &Certificate,
        refused: &[(PoolCertificate, Refusal)],
    ) {
        if refused.is_empty() || self.others.len() >= MAX_OTHERS {
            return;
        }
        self.others.push(Attempt {
            path: path.to_vec(),
            anchored: false,
            flaws: vec![Flaw { step: path.len() - 1, defect: why_stopped(child, refused) }],
        });
    }

    /// Possible issuers by name, the most likely first. None that is on the path already.
    fn candidates(&self, path: &[PoolCertificate], child: &Certificate) -> Vec<PoolCertificate> {
        let named = self.by_subject.get(child.issuer.canonical());
        let mut found: Vec<PoolCertificate> = named
            .into_iter()
            .flatten()
            .filter_map(|&at| self.pool.get(at))
            .filter(|known| !path.iter().any(|step| is_same(&step.certificate, &known.certificate)))
            .filter(|known| known.trusted || !self.has_trusted_copy(&known.certificate))
            .cloned()
            .collect();
        found.sort_by_cached_key(|known| {
            let issuer = &known.certificate;
            let key_id =
                match (&child.extensions.authority_key_id, &issuer.extensions.subject_key_id) {
                    (Some(wanted), Some(has)) if wanted == has => 0,
                    (Some(_), Some(_)) => 2,
                    _ => 1,
                };
            (key_id, !issuer.validity.covers(self.question.at), !self.is_anchor(known))
        });
        found.dedup_by(|a, b| a.certificate == b.certificate);
        found
    }

    /// Whether the directory has a valid certificate of the same CA and key. What an administrator
    /// installed, with its restrictions, is preferred to what a file contains.
    fn has_trusted_copy(&self, helper: &Certificate) -> bool {
        let same_key = self.trusted_by_key.get(helper.spki());
        same_key.into_iter().flatten().any(|certificate| {
            certificate.validity.covers(self.question.at) && is_same(certificate, helper)
        })
    }

    fn is_anchor(&self, known: &PoolCertificate) -> bool {
        let trusted = known.trusted || self.trusted.contains(known.certificate.der());
        trusted && (self.question.partial_chain || known.certificate.is_self_issued())
    }

    /// Whether a self-issued certificate is a root. It is if it signed itself, or, as in OpenSSL,
    /// if it does not name another key as that of its issuer. Else the name is the CA's, but it has
    /// another issuer, whose limits count.
    fn is_root(&mut self, certificate: &Certificate) -> bool {
        let names_itself = !id_differs(certificate, certificate);
        names_itself && may_be_self_signed(certificate) || self.is_self_signed(certificate)
    }

    fn is_self_signed(&mut self, certificate: &Certificate) -> bool {
        self.signed_by(certificate, certificate).is_ok()
    }

    fn signed_by(&mut self, child: &Certificate, issuer: &Certificate) -> Result<(), Refusal> {
        let pair = (address(child.der()), address(issuer.der()));
        if let Some(known) = self.verified.get(&pair) {
            return known.clone();
        }
        if self.signatures >= MAX_SIGNATURES {
            self.exhausted = Some("the limit of 400 signatures in one search");
            return Err(Refusal::BadSignature);
        }
        self.signatures += 1;
        let answer = self.budget.signature(child, issuer);
        self.verified.insert(pair, answer.clone());
        answer
    }

    fn judge(&mut self, path: &[PoolCertificate]) -> bool {
        let flaws = self.flaws(path, self.question);
        self.keep(Attempt { path: path.to_vec(), anchored: true, flaws })
    }

    /// What the rules say. They read every byte of some certificates again for each path.
    fn flaws(&self, path: &[PoolCertificate], question: &Question<'_>) -> Vec<Flaw> {
        let bytes = path.iter().map(|known| known.certificate.der().len()).sum();
        if !self.budget.spend(Work::Certificates, units(bytes) / JUDGED_BYTES) {
            return Vec::new();
        }
        rules::judge(path, self.pool, question, self.budget)
    }

    /// A path that does not reach an anchor. Its revocation lists are not checked: its last CA may
    /// be an impostor, and trying its keys on large lists takes long.
    fn stop(&mut self, path: &[PoolCertificate], defect: Defect) -> bool {
        let question = Question { crl: CrlMode::Off, ..*self.question };
        let mut flaws = self.flaws(path, &question);
        flaws.push(Flaw { step: path.len() - 1, defect });
        self.keep(Attempt { path: path.to_vec(), anchored: false, flaws })
    }

    /// Keeps the attempt if it is better than the best so far. True if it is accepted.
    fn keep(&mut self, attempt: Attempt) -> bool {
        self.attempts += 1;
        let accepted = attempt.anchored && attempt.flaws.is_empty();
        let explains_more =
            |best: &Attempt| accepted || explanation_rank(&attempt) < explanation_rank(best);
        let other = match &mut self.best {
            Some(best) if explains_more(best) => Some(mem::replace(best, attempt)),
            Some(_) => Some(attempt),
            none => {
                *none = Some(attempt);
                None
            }
        };
        if self.others.len() < MAX_OTHERS {
            self.others.extend(other);
        }
        accepted
    }
}

fn units(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn index(pool: &[PoolCertificate]) -> HashMap<&[u8], Vec<usize>> {
    let mut by_subject: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (at, known) in pool.iter().enumerate() {
        by_subject.entry(known.certificate.subject.canonical()).or_default().push(at);
    }
    by_subject
}
