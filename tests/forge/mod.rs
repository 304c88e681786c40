//! A certificate forge: any certificate, right or wrong in one chosen place, always the same bytes.
//!
//! [`Cert`], [`crl::Crl`] and [`voms::Attributes`] are the builders, [`pki`] the cast of authorities and the tokens,
//! [`fixtures`] what stands in `testdata/`.

// Each test binary takes what it needs and none exports anything.
#![allow(dead_code, unreachable_pub)]

pub mod audit;
pub mod bearer;
pub mod crl;
pub mod der;
pub mod extension;
pub mod fixtures;
pub mod hash;
pub mod idtoken;
pub mod key;
pub mod name;
pub mod pki;
pub mod sign;
pub mod voms;

use extension::Extension;
use key::Key;
use name::Name;
use pem::{EncodeConfig, LineEnding, Pem};
use sha2::{Digest, Sha256};
use sign::Sign;

/// The clock of the fixtures: 2026-06-01T12:00:00Z.
pub const NOW: i64 = 1_780_315_200;

/// A certificate in the making. Every field may be set to anything.
#[derive(Clone)]
pub struct Cert {
    /// The number in the version field (0 is v1, 2 is v3), or none for the field left out.
    pub version: Option<u8>,
    /// Content of the serial number's INTEGER.
    pub serial: Vec<u8>,
    /// The algorithm that signs, named in both places.
    pub sign: Sign,
    /// Another AlgorithmIdentifier for the outer place.
    pub outer_algorithm: Option<Vec<u8>>,
    /// DER Name.
    pub issuer: Vec<u8>,
    /// DER time.
    pub not_before: Vec<u8>,
    /// DER time.
    pub not_after: Vec<u8>,
    /// DER Name.
    pub subject: Vec<u8>,
    /// SubjectPublicKeyInfo.
    pub spki: Vec<u8>,
    /// In encoded order; none at all leaves the field out.
    pub extensions: Vec<Extension>,
    /// Flip a bit of the signature.
    pub corrupt: bool,
}

impl Cert {
    /// A v3 certificate without extensions, valid 2026-01-01 to 2027-01-01, issued by `issuer`.
    pub fn new(subject: &Name, key: &Key, issuer: &Name, sign: Sign) -> Self {
        Self {
            version: Some(2),
            serial: serial_of(&[&subject.der(), &key.id()], 16),
            sign,
            outer_algorithm: None,
            issuer: issuer.der(),
            not_before: der::utc_time("260101000000Z"),
            not_after: der::utc_time("270101000000Z"),
            subject: subject.der(),
            spki: key.spki(),
            extensions: Vec::new(),
            corrupt: false,
        }
    }

    /// Content bytes of the serial number, as they stand.
    pub fn serial(mut self, content: &[u8]) -> Self {
        self.serial = content.to_vec();
        self
    }

    /// UTCTime texts as they stand, for both ends.
    pub fn valid(mut self, not_before: &str, not_after: &str) -> Self {
        self.not_before = der::utc_time(not_before);
        self.not_after = der::utc_time(not_after);
        self
    }

    /// Epoch seconds for both ends.
    pub fn valid_between(mut self, not_before: i64, not_after: i64) -> Self {
        self.not_before = der::time(not_before);
        self.not_after = der::time(not_after);
        self
    }

    /// The algorithm that signs.
    pub fn sign(mut self, sign: Sign) -> Self {
        self.sign = sign;
        self
    }

    /// One more extension, at the end.
    pub fn with(mut self, extension: Extension) -> Self {
        self.extensions.push(extension);
        self
    }

    /// The extension in the place of the one with its OID.
    pub fn replace(mut self, extension: Extension) -> Self {
        for old in &mut self.extensions {
            if old.oid == extension.oid {
                *old = extension.clone();
            }
        }
        self
    }

    /// All but the extension with this OID.
    pub fn without(mut self, oid: &str) -> Self {
        self.extensions.retain(|extension| extension.oid != oid);
        self
    }

    /// A signature that does not verify.
    pub fn corrupt(mut self) -> Self {
        self.corrupt = true;
        self
    }

    /// TBSCertificate.
    pub fn tbs(&self) -> Vec<u8> {
        let version = self.version.map(|v| der::context(0, &der::number(v.into())));
        let extensions: Vec<_> = self.extensions.iter().map(Extension::der).collect();
        let extensions = match extensions.is_empty() {
            true => Vec::new(),
            false => der::context(3, &der::tlv(der::SEQUENCE, &extensions.concat())),
        };
        der::sequence(&[
            &version.unwrap_or_default(),
            &der::integer(&self.serial),
            &self.sign.algorithm(),
            &self.issuer,
            &der::sequence(&[&self.not_before, &self.not_after]),
            &self.subject,
            &self.spki,
            &extensions,
        ])
    }

    /// The certificate's DER, signed by `issuer`.
    pub fn issue(&self, issuer: &Key) -> Vec<u8> {
        let tbs = self.tbs();
        let mut signature = issuer.sign(self.sign, &tbs);
        if self.corrupt {
            *signature.last_mut().expect("a signature") ^= 1;
        }
        let algorithm = self.outer_algorithm.clone().unwrap_or(self.sign.algorithm());
        der::sequence(&[&tbs, &algorithm, &der::bit_string(&signature)])
    }
}

/// A positive serial number of `length` bytes that looks random and follows from the parts.
pub fn serial_of(parts: &[&[u8]], length: usize) -> Vec<u8> {
    let mut serial = Sha256::digest(parts.concat())[..length].to_vec();
    serial[0] = serial[0] & 0x3f | 0x40;
    serial
}

/// One PEM block, 64 columns, LF.
pub fn pem(label: &str, der: &[u8]) -> String {
    pem::encode_config(
        &Pem::new(label, der),
        EncodeConfig::new().set_line_ending(LineEnding::LF).set_line_wrap(64),
    )
}

/// One block of a revocation list.
pub fn crl_pem(der: &[u8]) -> String {
    pem("X509 CRL", der)
}

/// One CERTIFICATE block.
pub fn cert_pem(der: &[u8]) -> String {
    pem("CERTIFICATE", der)
}
