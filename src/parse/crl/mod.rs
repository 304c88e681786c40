//! Certificate revocation lists (RFC 5280 §5), owned, their entries left in DER.
//!
//! A list may have a million entries and is asked about one or two serial numbers: its bytes are
//! held once, in the order they came, and read through when somebody asks ([`Crl::find`]).

mod entry;
mod extension;
mod input;
mod point;

use std::fmt;
use std::ops::Range;

use x509_parser::asn1_rs::FromDer;
use x509_parser::x509::AlgorithmIdentifier;
use x509_parser::x509::X509Name;

use crate::parse::cert::CertError;
use crate::parse::cert::SignatureAlgorithm;
use crate::parse::cert::algorithm;
use crate::parse::cert::time;
pub use crate::parse::crl::entry::Fault;
pub use crate::parse::crl::entry::Index;
pub use crate::parse::crl::entry::Reason;
pub use crate::parse::crl::entry::Revocation;
pub use crate::parse::crl::extension::CrlExtensions;
use crate::parse::crl::extension::extensions;
pub use crate::parse::crl::input::Input;
pub use crate::parse::crl::input::blocks;
pub use crate::parse::crl::input::read;
pub use crate::parse::crl::point::DistributionPoint;
pub use crate::parse::crl::point::IssuingPoint;
pub use crate::parse::crl::point::PointName;
pub use crate::parse::crl::point::distribution_points;
use crate::parse::der;
use crate::parse::der::Element;
use crate::parse::der::tagged;
use crate::parse::name::Name;
use crate::parse::shape;
use crate::time::UnixTime;

/// One revocation list. Holding one proves its form and nothing else: no signature was checked,
/// and its entries were not looked at.
#[derive(Clone)]
pub struct Crl {
    der: Vec<u8>,
    tbs: Range<usize>,
    /// The content of revokedCertificates.
    entries: Range<usize>,
    /// 1 or 2.
    pub version: u32,
    /// Who made it.
    pub issuer: Name,
    /// First good second.
    pub this_update: UnixTime,
    /// Last good second; version 1 lists, and a few others, do not say.
    pub next_update: Option<UnixTime>,
    /// How it was signed; the same inside and outside.
    pub algorithm: SignatureAlgorithm,
    /// The signature's bytes.
    pub signature: Vec<u8>,
    /// Its extensions.
    pub extensions: CrlExtensions,
}

/// Why bytes are not a revocation list: the field, where it starts, and what is wrong with it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CrlError {
    /// The path of the field: `tbsCertList.thisUpdate`.
    pub field: &'static str,
    /// Offset of the field in the DER, in bytes.
    pub at: usize,
    /// What is wrong: lower case, no full stop.
    pub reason: String,
}

impl fmt::Display for CrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (byte {}): {}", self.field, self.at, self.reason)
    }
}

impl From<CertError> for CrlError {
    fn from(error: CertError) -> Self {
        let CertError { field, at, reason } = error;
        Self { field, at, reason }
    }
}

impl fmt::Debug for Crl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Crl({}, {}, {} bytes)",
            self.issuer.screen(),
            self.this_update,
            self.der.len()
        )
    }
}

impl Crl {
    /// Takes over one list in DER. Everything but the entries is read.
    ///
    /// # Errors
    ///
    /// The first field that is not as RFC 5280 §5.1 wants it. What nobody signed has one
    /// encoding only.
    pub fn parse(der: Vec<u8>) -> Result<Self, CrlError> {
        let parts = Parts::of(&der)?;
        Ok(Self {
            tbs: parts.tbs,
            entries: parts.entries,
            version: parts.version,
            issuer: parts.issuer,
            this_update: parts.this_update,
            next_update: parts.next_update,
            algorithm: parts.algorithm,
            signature: parts.signature,
            extensions: parts.extensions,
            der,
        })
    }

    /// The whole list.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The signed part.
    pub fn tbs(&self) -> &[u8] {
        self.der.get(self.tbs.clone()).unwrap_or_default()
    }

    /// The entries, one after the other.
    fn entries(&self) -> &[u8] {
        self.der.get(self.entries.clone()).unwrap_or_default()
    }

    /// Whether it holds only what changed since a base list (RFC 5280 §5.2.4).
    pub fn is_delta(&self) -> bool {
        self.extensions.delta_base.is_some()
    }
}

/// A list without its bytes.
struct Parts {
    tbs: Range<usize>,
    entries: Range<usize>,
    version: u32,
    issuer: Name,
    this_update: UnixTime,
    next_update: Option<UnixTime>,
    algorithm: SignatureAlgorithm,
    signature: Vec<u8>,
    extensions: CrlExtensions,
}

impl Parts {
    fn of(bytes: &[u8]) -> Result<Self, CrlError> {
        let walk = Walk { all: bytes };
        let (tbs, algorithm_outside, signature) = walk.outside()?;
        let (version, rest) = walk.version(tbs.content)?;
        let inside = walk.next(rest, der::SEQUENCE, "tbsCertList.signature")?;
        if inside.content != algorithm_outside.content {
            let reason = "differs from the algorithm outside";
            return Err(walk.fail("tbsCertList.signature", inside.whole, reason));
        }
        let name = walk.next(inside.rest, der::SEQUENCE, "tbsCertList.issuer")?;
        let (_, issuer) = X509Name::from_der(name.whole)
            .map_err(|_| walk.fail("tbsCertList.issuer", name.whole, "not a name"))?;
        let (rest, this_update) = time(bytes, name.rest, "tbsCertList.thisUpdate")?;
        let (rest, next_update) = match rest.first() {
            Some(&(der::UTC_TIME | der::GENERALIZED_TIME)) => {
                let (rest, at) = time(bytes, rest, "tbsCertList.nextUpdate")?;
                (rest, Some(at))
            }
            _ => (rest, None),
        };
        let (entries, rest) = match tagged(rest, der::SEQUENCE) {
            Some(list) => (walk.span(list.content), list.rest),
            None => (0..0, rest),
        };
        let extensions = walk.extensions(rest, version)?;
        let (_, identifier) = AlgorithmIdentifier::from_der(algorithm_outside.whole)
            .map_err(|_| walk.fail("signatureAlgorithm", algorithm_outside.whole, "malformed"))?;
        Ok(Self {
            tbs: walk.span(tbs.whole),
            entries,
            version,
            issuer: Name::new(&issuer),
            this_update,
            next_update,
            algorithm: algorithm(&identifier),
            signature: signature.to_vec(),
            extensions,
        })
    }
}

/// The bytes of a list, gone through field by field.
struct Walk<'a> {
    all: &'a [u8],
}

impl<'a> Walk<'a> {
    /// Where `part` lies.
    fn span(&self, part: &[u8]) -> Range<usize> {
        der::span(self.all, part)
    }

    fn fail(&self, field: &'static str, at: &[u8], reason: &str) -> CrlError {
        CrlError {
            field,
            at: self.span(at).start,
            reason: reason.to_owned(),
        }
    }

    fn next(&self, bytes: &'a [u8], tag: u8, field: &'static str) -> Result<Element<'a>, CrlError> {
        tagged(bytes, tag).ok_or_else(|| self.fail(field, bytes, "missing, or not strict DER"))
    }

    /// The three fields: the signed part, the algorithm, the signature's bytes.
    fn outside(&self) -> Result<(Element<'a>, Element<'a>, &'a [u8]), CrlError> {
        if let Some((says, has)) = shape::truncated_der(self.all) {
            let reason = format!("truncated: DER says {says} bytes, there are {has}");
            return Err(self.fail("certificateList", self.all, &reason));
        }
        let outer = self.next(self.all, der::SEQUENCE, "certificateList")?;
        if !outer.rest.is_empty() {
            let reason = format!("{} bytes follow the list", outer.rest.len());
            return Err(self.fail("certificateList", outer.rest, &reason));
        }
        let tbs = self.next(outer.content, der::SEQUENCE, "tbsCertList")?;
        let algorithm = self.next(tbs.rest, der::SEQUENCE, "signatureAlgorithm")?;
        let bits = self.next(algorithm.rest, der::BIT_STRING, "signatureValue")?;
        match bits.content.split_first() {
            _ if !bits.rest.is_empty() => {
                Err(self.fail("signatureValue", bits.rest, "bytes follow it"))
            }
            Some((0, signature)) => Ok((tbs, algorithm, signature)),
            _ => Err(self.fail("signatureValue", bits.whole, "unused bits, or empty")),
        }
    }

    /// 1 if the field is left out; if it is there it must say 2 (RFC 5280 §5.1.2.1).
    fn version(&self, content: &'a [u8]) -> Result<(u32, &'a [u8]), CrlError> {
        match tagged(content, der::INTEGER) {
            None => Ok((1, content)),
            Some(field) if field.content == [1] => Ok((2, field.rest)),
            Some(field) => {
                let reason = "neither left out nor that of version 2";
                Err(self.fail("tbsCertList.version", field.whole, reason))
            }
        }
    }

    /// What follows the entries: extensions, in version 2 alone, and nothing else.
    fn extensions(&self, rest: &'a [u8], version: u32) -> Result<CrlExtensions, CrlError> {
        const FIELD: &str = "tbsCertList.crlExtensions";
        if rest.is_empty() {
            return Ok(CrlExtensions::default());
        }
        let outer = self.next(rest, 0xa0, FIELD)?;
        if !outer.rest.is_empty() {
            return Err(self.fail("tbsCertList", outer.rest, "bytes follow its last field"));
        }
        if version == 1 {
            let reason = "stand in a list of version 1, which has none";
            return Err(self.fail(FIELD, rest, reason));
        }
        extensions(outer.content).map_err(|reason| self.fail(FIELD, rest, &reason))
    }
}
