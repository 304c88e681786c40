//! A revocation list as evidence: where it came from, its content, and results that are kept.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use crate::chain::budget::{Budget, address};
use crate::chain::revocation::Unusable;
use crate::chain::signature::{is_forbidden, names_another};
use crate::crypto::verdicts::Verdicts;
use crate::crypto::verify::{Refusal, verify};
use crate::parse::cert::{CRL_SIGN, Certificate};
use crate::parse::crl::{Crl, Fault, Index, Listed, OnlyContains, Revocation, Survey};
use crate::text::time::UnixTime;

/// Number of lookups after which an index of the list is made. To make it takes as long as about
/// ten lookups without it.
const WORTH_AN_INDEX: usize = 10;

/// A file where a revocation list should be (`<hash>.rN`), or a block of it.
///
/// Several searches in several threads use it. What takes long is done once for each question:
/// verifying the signature and searching the entries.
pub struct List {
    /// The source, as a person names it.
    pub from: String,
    /// Number of its PEM block, from 1.
    pub block: usize,
    /// Whether the file is DER. Globus and OpenSSL do not read that from a directory.
    pub der: bool,
    /// The hash in the file name. None if it came from a bundle.
    pub hash: Option<String>,
    /// The list, or why there is none.
    pub content: Result<Crl, Bad>,
    signed: Verdicts,
    /// Results of the first lookups, by canonical issuer name and serial number.
    results: Mutex<HashMap<NameAndSerial, LookupResult>>,
    /// What the entries have in common, whatever certificate is asked about.
    survey: OnceLock<Survey>,
    /// The index for later lookups.
    index: OnceLock<Result<Index, Fault>>,
}

type NameAndSerial = (Vec<u8>, Vec<u8>);
type LookupResult = Result<Option<Revocation>, Fault>;

/// Why a file holds no list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Bad {
    /// It is empty, damaged or something else: what it is.
    Corrupt(String),
    /// It cannot be read: the reason.
    Unreadable(String),
}

impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "List({}, {:?})", self.from, self.content)
    }
}

impl List {
    /// A list that was not used yet.
    pub fn new(from: String, hash: Option<String>, content: Result<Crl, Bad>) -> Self {
        Self {
            from,
            block: 1,
            der: false,
            hash,
            content,
            signed: Verdicts::default(),
            results: Mutex::default(),
            survey: OnceLock::new(),
            index: OnceLock::new(),
        }
    }

    /// Whether `issuer` signed the list with a key that may do so.
    pub(super) fn signed_by(
        &self,
        list: &Crl,
        issuer: &Certificate,
        budget: &Budget,
    ) -> Result<(), Unusable> {
        if is_forbidden(&list.algorithm) {
            return Err(Unusable::Forbidden(list.algorithm.name.clone()));
        }
        let unsupported = |name: &String| Unusable::Unverifiable(name.clone());
        let name = &list.algorithm.name;
        let scheme = list.algorithm.scheme.ok_or_else(|| unsupported(name))?;
        let key = issuer.key.as_ref().map_err(unsupported)?;
        // A known result costs nothing, because thousands of credentials may need it.
        let paid = if self.signed.knows(key) {
            Ok(())
        } else {
            let pair = (address(list.tbs()), address(issuer.der()));
            budget.pay_for(pair, (scheme, key, list.tbs().len()))
        };
        let work = || verify(scheme, key, list.tbs(), &list.signature);
        match paid.and_then(|()| self.signed.of(key, work)) {
            Err(Refusal::Unsupported(name)) => return Err(Unusable::Unverifiable(name)),
            Err(Refusal::BadSignature | Refusal::KeyMismatch) => {
                return Err(Unusable::BadSignature);
            }
            Ok(()) => {}
        }
        let usage = issuer.extensions.key_usage;
        if usage.is_some_and(|usage| usage & CRL_SIGN == 0) {
            return Err(Unusable::NoCrlSign);
        }
        // RFC 5280 §5.2.1. OpenSSL then takes the list for one of another scope.
        let asked = &list.extensions;
        if names_another(&asked.authority_key_id, &asked.authority_serial, issuer) {
            return Err(Unusable::KeyIdDiffers);
        }
        Ok(())
    }

    /// Which of `issuers` signed the list and may do so. `issuers` are certificates with the name
    /// in the list.
    ///
    /// # Errors
    ///
    /// Why the list does not count. A fault of a key that did sign it comes before a fault of
    /// another key.
    pub fn voucher(&self, issuers: &[&Certificate], budget: &Budget) -> Result<usize, Unusable> {
        let crl = self.content.as_ref().map_err(Unusable::from)?;
        let mut why = Unusable::BadSignature;
        for (at, issuer) in issuers.iter().enumerate() {
            match self.signed_by(crl, issuer, budget) {
                Ok(()) => return understood(crl).map(|()| at),
                Err(Unusable::BadSignature) => {}
                Err(other) => why = other,
            }
        }
        Err(why)
    }

    /// What the entries contain, for software that judges them in its own way. The whole list is
    /// read once; again for a certificate only if its entries are of a kind that [`Self::find`] does
    /// not read.
    pub fn survey(&self, list: &Crl, certificate: &Certificate) -> Survey {
        let (issuer, serial) = (&certificate.issuer, &certificate.serial);
        let common = self.survey.get_or_init(|| list.survey(&list.issuer, &[]));
        let scope = list.extensions.scope.as_ref();
        let is_usual = !common.has_issuer
            && list.issuer.same_as(issuer)
            && scope.is_none_or(|scope| scope.only != Some(OnlyContains::AttributeCerts));
        match self.find(list, certificate).ok().filter(|_| is_usual) {
            Some(found) => {
                let listed =
                    |found: Revocation| Listed { reason: found.reason, is_of_issuer: true };
                Survey { listed: found.map(listed).into_iter().collect(), ..common.clone() }
            }
            None => list.survey(issuer, serial),
        }
    }

    /// What the list says about a certificate.
    ///
    /// # Errors
    ///
    /// See [`Crl::find_issued_by`].
    pub fn find(&self, list: &Crl, certificate: &Certificate) -> Result<Option<Revocation>, Fault> {
        let (issuer, serial) = (&certificate.issuer, &certificate.serial);
        let question = (issuer.canonical().to_vec(), serial.clone());
        if let Some(known) = lock(&self.results).get(&question) {
            return known.clone();
        }
        // Attribute certificates have their own serial numbers.
        let scope = list.extensions.scope.as_ref();
        if scope.is_some_and(|scope| scope.only == Some(OnlyContains::AttributeCerts)) {
            return list.find_issued_by(issuer, serial).map(|_| None);
        }
        if lock(&self.results).len() >= WORTH_AN_INDEX {
            let index = self.index.get_or_init(|| list.index());
            let index = index.as_ref().map_err(Fault::clone)?;
            return Ok(list.find_in(index, issuer, serial));
        }
        let answer = list.find_issued_by(issuer, serial);
        lock(&self.results).insert(question, answer.clone());
        answer
    }
}

/// Whether certok understands all critical parts of a list.
pub(super) fn understood(crl: &Crl) -> Result<(), Unusable> {
    if let Some(oid) = crl.extensions.unknown_critical.first() {
        let what = format!("the unknown critical extension {oid}");
        return Err(Unusable::Unsupported(what));
    }
    Ok(())
}

/// Why the dates do not hold. Both ends are inclusive, as for certificates.
pub fn late(crl: &Crl, at: UnixTime) -> Option<Unusable> {
    if at < crl.this_update {
        return Some(Unusable::NotYetValid(crl.this_update));
    }
    let end = crl.next_update.filter(|end| *end < at)?;
    Some(Unusable::Expired(end))
}

impl From<&Bad> for Unusable {
    fn from(bad: &Bad) -> Self {
        match bad {
            Bad::Corrupt(what) => Self::Corrupt(what.clone()),
            Bad::Unreadable(why) => Self::Unreadable(why.clone()),
        }
    }
}

impl From<Fault> for Unusable {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Malformed(_) | Fault::MalformedSerial(_) => {
                Self::Corrupt(format!("damaged: {fault}"))
            }
            Fault::OtherIssuer => {
                Self::Unsupported("entries of other issuers, and is not indirect".to_owned())
            }
            Fault::UnknownCritical(oid) => {
                Self::Unsupported(format!("the unknown critical entry extension {oid}"))
            }
        }
    }
}

/// No thread leaves these tables in an inconsistent state, so a panic in another thread does not
/// matter.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
