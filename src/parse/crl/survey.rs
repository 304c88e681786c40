//! The entries of a list without a verdict about them. Software differs in what it makes of their
//! extensions.

use crate::parse::crl::entry::{
    CERTIFICATE_ISSUER, EncodedEntry, INVALIDITY_DATE, REASON, REASON_ALONE, Reason,
};
use crate::parse::crl::extension::list;
use crate::parse::crl::list::Crl;
use crate::parse::crl::point::directory_names;
use crate::parse::der::{self, Reader, only};
use crate::parse::name::Name;

/// What the entries contain.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Survey {
    /// The entries with the serial number in question, in order.
    pub listed: Vec<Listed>,
    /// Whether an entry has a critical extension other than certificateIssuer.
    pub has_critical: bool,
    /// Whether an entry names the issuer of its certificate (certificateIssuer).
    pub has_issuer: bool,
    /// Whether an entry is malformed, or its reason, or has an unknown critical extension.
    pub is_odd: bool,
}

/// An entry with the serial number in question.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Listed {
    /// Its reason, if it has one.
    pub reason: Option<Reason>,
    /// Whether it is for the issuer in question, by its certificateIssuer or that of an entry
    /// before.
    pub is_of_issuer: bool,
}

impl Crl {
    /// Reads all entries, and picks those with this serial number (content of the INTEGER).
    /// Linear. `issuer` issued the certificate.
    pub fn survey(&self, issuer: &Name, serial: &[u8]) -> Survey {
        let mut survey = Survey::default();
        let mut is_of_issuer = self.issuer.same_as(issuer);
        let mut entries = Reader::new(self.entries());
        while !entries.is_empty() {
            let Some(entry) = EncodedEntry::next(&mut entries) else {
                survey.is_odd = true;
                break;
            };
            let reason = match entry.extensions.split_last() {
                None => None,
                Some((last, REASON_ALONE)) => Some(Reason(*last)),
                Some(_) => survey.extensions(entry.extensions, issuer, &mut is_of_issuer),
            };
            survey.is_odd |= reason.is_some_and(|reason| !reason.is_known());
            if entry.serial == serial {
                survey.listed.push(Listed { reason, is_of_issuer });
            }
        }
        survey
    }
}

impl Survey {
    /// Reads the extensions of an entry, and returns the reason.
    #[cold]
    fn extensions(
        &mut self,
        encoded: &[u8],
        issuer: &Name,
        is_of_issuer: &mut bool,
    ) -> Option<Reason> {
        let Ok(all) = list(encoded) else {
            self.is_odd = true;
            return None;
        };
        let mut reason = None;
        for extension in all {
            let oid = extension.oid.as_str();
            self.has_critical |= extension.critical && oid != CERTIFICATE_ISSUER;
            match oid {
                CERTIFICATE_ISSUER => {
                    self.has_issuer = true;
                    let names = only(extension.value, der::SEQUENCE).and_then(directory_names);
                    self.is_odd |= names.is_none();
                    *is_of_issuer = names.iter().flatten().any(|name| name.same_as(issuer));
                }
                REASON => {
                    let number = only(extension.value, der::ENUMERATED);
                    self.is_odd |= number.is_none_or(|number| number.len() != 1);
                    reason = number.and_then(|number| number.first().copied()).map(Reason);
                }
                INVALIDITY_DATE => {}
                _ => self.is_odd |= extension.critical,
            }
        }
        reason
    }
}
