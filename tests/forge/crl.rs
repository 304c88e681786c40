//! Certificate revocation lists, for tests that put one into a copy of the CA directory.

use super::der;
use super::extension::Extension;
use super::key::Key;
use super::name::Name;
use super::pki::Authority;
use super::sign::Sign;

/// A list in the making. Every field may be set to anything.
#[derive(Clone)]
pub struct Crl {
    /// The number in the version field (1 is v2), or none for a v1 list.
    pub version: Option<u8>,
    /// The algorithm that signs.
    pub sign: Sign,
    /// DER Name.
    pub issuer: Vec<u8>,
    /// DER time.
    pub this_update: Vec<u8>,
    /// DER time, if any.
    pub next_update: Option<Vec<u8>>,
    /// The entries.
    pub revoked: Vec<Entry>,
    /// Write the field for them even if there is none.
    pub empty_entries: bool,
    /// In encoded order; none at all leaves the field out.
    pub extensions: Vec<Extension>,
    /// Another AlgorithmIdentifier for the outer place.
    pub outer_algorithm: Option<Vec<u8>>,
    /// Flip a bit of the signature.
    pub corrupt: bool,
}

/// A revoked certificate.
#[derive(Clone)]
pub struct Entry {
    /// Content of the serial number's INTEGER.
    pub serial: Vec<u8>,
    /// DER time.
    pub when: Vec<u8>,
    /// In encoded order; none at all leaves the field out.
    pub extensions: Vec<Extension>,
}

impl Crl {
    /// An empty v2 list of `issuer` with AKI and number 1, between two instants.
    pub fn new(issuer: &Authority, this_update: i64, next_update: i64) -> Self {
        Self {
            version: Some(1),
            sign: issuer.key.usual_sign(),
            issuer: issuer.name.der(),
            this_update: der::time(this_update),
            next_update: Some(der::time(next_update)),
            revoked: Vec::new(),
            empty_entries: false,
            extensions: vec![
                Extension::authority_key_id(&issuer.key.id()),
                Extension::raw("2.5.29.20", der::number(1)),
            ],
            outer_algorithm: None,
            corrupt: false,
        }
    }

    /// One more revoked serial number (INTEGER content), revoked at `when`.
    pub fn revoke(self, serial: &[u8], when: i64) -> Self {
        self.revoke_with(serial, when, Vec::new())
    }

    /// The same with entry extensions.
    pub fn revoke_with(mut self, serial: &[u8], when: i64, extensions: Vec<Extension>) -> Self {
        self.revoked.push(Entry { serial: serial.to_vec(), when: der::time(when), extensions });
        self
    }

    /// One more extension, at the end.
    pub fn with(mut self, extension: Extension) -> Self {
        self.extensions.push(extension);
        self
    }

    /// The algorithm that signs.
    pub fn sign(mut self, sign: Sign) -> Self {
        self.sign = sign;
        self
    }

    /// As version 1 has it: neither version, nor extensions, nor the time of the next one.
    pub fn version_1(mut self) -> Self {
        self.version = None;
        self.next_update = None;
        self.extensions.clear();
        self
    }

    /// The list's DER, signed by `issuer`.
    pub fn issue(&self, issuer: &Key) -> Vec<u8> {
        let tbs = self.tbs();
        let mut signature = issuer.sign(self.sign, &tbs);
        if self.corrupt {
            *signature.last_mut().expect("a signature") ^= 1;
        }
        let algorithm = self.outer_algorithm.clone();
        let algorithm = algorithm.unwrap_or_else(|| self.sign.algorithm());
        der::sequence(&[&tbs, &algorithm, &der::bit_string(&signature)])
    }

    fn tbs(&self) -> Vec<u8> {
        let revoked: Vec<_> = self.revoked.iter().map(Entry::der).collect();
        let extensions: Vec<_> = self.extensions.iter().map(Extension::der).collect();
        der::sequence(&[
            &self.version.map(|v| der::number(v.into())).unwrap_or_default(),
            &self.sign.algorithm(),
            &self.issuer,
            &self.this_update,
            &self.next_update.clone().unwrap_or_default(),
            &if self.empty_entries { der::sequence(&[]) } else { unless_empty(&revoked) },
            &if extensions.is_empty() {
                Vec::new()
            } else {
                der::context(0, &unless_empty(&extensions))
            },
        ])
    }
}

impl Entry {
    fn der(&self) -> Vec<u8> {
        let extensions: Vec<_> = self.extensions.iter().map(Extension::der).collect();
        der::sequence(&[&der::integer(&self.serial), &self.when, &unless_empty(&extensions)])
    }
}

/// reasonCode, for an entry.
pub fn reason(code: u8) -> Extension {
    Extension::raw("2.5.29.21", der::tlv(0x0a, &[code]))
}

/// certificateIssuer, critical, for an entry.
pub fn certificate_issuer(name: &Name) -> Extension {
    Extension::raw("2.5.29.29", der::sequence(&[&name.general()])).critical()
}

/// issuingDistributionPoint, critical, of these ready fields.
pub fn issuing_point(fields: &[&[u8]]) -> Extension {
    Extension::raw("2.5.29.28", der::sequence(fields)).critical()
}

/// The field of [`issuing_point`] that names where the list is published.
pub fn published_at(url: &str) -> Vec<u8> {
    der::context(0, &der::context(0, &super::extension::uri(url)))
}

/// deltaCRLIndicator, critical.
pub fn delta_to(number: u64) -> Extension {
    Extension::raw("2.5.29.27", der::number(number)).critical()
}

/// SEQUENCE OF, left out when there is nothing in it.
fn unless_empty(elements: &[Vec<u8>]) -> Vec<u8> {
    if elements.is_empty() { Vec::new() } else { der::tlv(der::SEQUENCE, &elements.concat()) }
}
