//! A list as evidence: where it came from, what it is, and what was found out about it so far.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use crate::chain::budget::{Budget, address};
use crate::chain::revocation::Unusable;
use crate::chain::signature::{is_forbidden, names_another};
use crate::crypto::verdicts::Verdicts;
use crate::crypto::verify::{Refusal, verify};
use crate::parse::cert::{CRL_SIGN, Certificate};
use crate::parse::crl::{Crl, Fault, Index, OnlyContains, Revocation};
use crate::text::time::UnixTime;

/// Questions after which a table is made of the list: making one takes about as long as ten
/// answers without it.
const WORTH_AN_INDEX: usize = 10;

/// A file where a revocation list should be, `<hash>.rN` of a CA's name, or a block of it.
///
/// It is looked at by several searches, in several threads: what takes long, its signature and
/// its entries, is done once for each question.
pub struct List {
    /// Where it came from, as a person would name it.
    pub from: String,
    /// The PEM block it stood in, counted from 1.
    pub block: usize,
    /// Whether the file is DER, which Globus and OpenSSL do not read.
    pub der: bool,
    /// The hash in the file's name; none if it came from a bundle.
    pub hash: Option<String>,
    /// The list, or why there is none.
    pub content: Result<Crl, Bad>,
    signed: Verdicts,
    /// Answers to the first questions: canonical name of the issuer, and serial number.
    answers: Mutex<HashMap<NameAndSerial, Answer>>,
    /// For those that follow.
    index: OnceLock<Result<Index, Fault>>,
}

type NameAndSerial = (Vec<u8>, Vec<u8>);
type Answer = Result<Option<Revocation>, Fault>;

/// Why there is no list where one should be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Bad {
    /// Empty, damaged, something else: what it is.
    Corrupt(String),
    /// Permission denied, a link to nowhere: why.
    Unreadable(String),
}

impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "List({}, {:?})", self.from, self.content)
    }
}

impl List {
    /// A list nobody has looked at.
    pub fn new(from: String, hash: Option<String>, content: Result<Crl, Bad>) -> Self {
        Self {
            from,
            block: 1,
            der: false,
            hash,
            content,
            signed: Verdicts::default(),
            answers: Mutex::default(),
            index: OnceLock::new(),
        }
    }

    /// Whether the list was signed by `issuer`, and by a key that may.
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
        // What is known of a list costs nothing: thousands of credentials may ask for it.
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
        // RFC 5280 §5.2.1; OpenSSL takes it as of another scope then.
        let asked = &list.extensions;
        if names_another(&asked.authority_key_id, &asked.authority_serial, issuer) {
            return Err(Unusable::KeyIdDiffers);
        }
        Ok(())
    }

    /// Which of `issuers`, certificates of the CA that the list names, signed it and may; else why
    /// it counts for nothing.
    ///
    /// # Errors
    ///
    /// The most telling reason: of a key that did sign it before one of a key that did not.
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

    /// What the list says of a certificate.
    ///
    /// # Errors
    ///
    /// See [`Crl::find_issued_by`].
    pub fn find(&self, list: &Crl, certificate: &Certificate) -> Result<Option<Revocation>, Fault> {
        let (issuer, serial) = (&certificate.issuer, &certificate.serial);
        let question = (issuer.canonical().to_vec(), serial.clone());
        if let Some(known) = lock(&self.answers).get(&question) {
            return known.clone();
        }
        // Attribute certificates have serial numbers of their own.
        let scope = list.extensions.scope.as_ref();
        if scope.is_some_and(|scope| scope.only == Some(OnlyContains::AttributeCerts)) {
            return list.find_issued_by(issuer, serial).map(|_| None);
        }
        if lock(&self.answers).len() >= WORTH_AN_INDEX {
            let index = self.index.get_or_init(|| list.index());
            let index = index.as_ref().map_err(Fault::clone)?;
            return Ok(list.find_in(index, issuer, serial));
        }
        let answer = list.find_issued_by(issuer, serial);
        lock(&self.answers).insert(question, answer.clone());
        answer
    }
}

/// Whether certok understands what it must of a list.
pub(super) fn understood(crl: &Crl) -> Result<(), Unusable> {
    if let Some(oid) = crl.extensions.unknown_critical.first() {
        let what = format!("the unknown critical extension {oid}");
        return Err(Unusable::Unsupported(what));
    }
    Ok(())
}

/// Why its dates do not hold: both ends are inclusive, as those of certificates.
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

/// Nobody leaves these tables half written, so a panic elsewhere does not spoil them.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
