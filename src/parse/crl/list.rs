//! A revocation list, without its entries.

use std::fmt;
use std::ops::Range;

use x509_parser::asn1_rs::FromDer;
use x509_parser::x509::{AlgorithmIdentifier, X509Name};

use crate::parse::asn1::Fault as DerFault;
use crate::parse::asn1::list::LIST;
use crate::parse::asn1::time::instant;
use crate::parse::crl::extension::{CrlExtensions, extensions};
use crate::parse::der::{Element, Reader};
use crate::parse::name::Name;
use crate::parse::signature::{SignatureAlgorithm, algorithm};
use crate::parse::{asn1, der};
use crate::text::time::UnixTime;

/// One revocation list. Its form is correct. Its signature was not verified, and its entries were
/// not read.
#[derive(Clone)]
pub struct Crl {
    der: Vec<u8>,
    tbs: Range<usize>,
    /// The content of revokedCertificates.
    pub(super) entries: Range<usize>,
    /// 1 or 2.
    pub version: u32,
    /// The name of its issuer.
    pub issuer: Name,
    /// First valid second.
    pub this_update: UnixTime,
    /// Last valid second. Lists of version 1, and a few others, have none.
    pub next_update: Option<UnixTime>,
    /// The signature algorithm, which is the same inside and outside.
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
    pub field: String,
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

impl From<DerFault> for CrlError {
    fn from(DerFault { path, at, reason }: DerFault) -> Self {
        let field = if path.is_empty() { "certificateList".to_owned() } else { path };
        Self { field, at, reason }
    }
}

impl fmt::Debug for Crl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Crl({}, {}, {} bytes)", self.issuer.screen(), self.this_update, self.der.len())
    }
}

impl Crl {
    /// Takes one list in DER. Reads everything but the entries.
    ///
    /// # Errors
    ///
    /// The first field that does not follow RFC 5280 §5.1. Only one encoding is accepted, as for
    /// everything outside of the signature.
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

    /// The entries, as bytes.
    pub(super) fn entries(&self) -> &[u8] {
        self.der.get(self.entries.clone()).unwrap_or_default()
    }

    /// Whether it is a delta list, with only the changes since a base list (RFC 5280 §5.2.4).
    pub fn is_delta(&self) -> bool {
        self.extensions.delta_base.is_some()
    }
}

/// The fields of a list, without its bytes.
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
        asn1::walk(LIST, bytes, bytes)?;
        let fields = Fields::of(bytes).ok_or_else(|| CrlError {
            field: "tbsCertList".to_owned(),
            at: 0,
            reason: "not readable".to_owned(),
        })?;
        let fail = |field: &str, at: &Element<'_>, reason: &str| CrlError {
            field: format!("tbsCertList{field}"),
            at: at.at,
            reason: reason.to_owned(),
        };
        let version = match fields.version {
            None => 1,
            Some(field) if field.content == [1] => 2,
            Some(field) => {
                let reason = "neither left out nor that of version 2";
                return Err(fail(".version", &field, reason));
            }
        };
        if fields.inside.content != fields.outside.content {
            let reason = "differs from the algorithm outside";
            return Err(fail(".signature", &fields.inside, reason));
        }
        let (_, issuer) = X509Name::from_der(fields.issuer.whole)
            .map_err(|_| fail(".issuer", &fields.issuer, "not a name"))?;
        let (_, identifier) = AlgorithmIdentifier::from_der(fields.outside.whole)
            .map_err(|_| fail(".signature", &fields.inside, "malformed"))?;
        let extensions = match fields.extensions {
            None => CrlExtensions::default(),
            Some(outer) if version == 1 => {
                let reason = "are in a list of version 1, which cannot have extensions";
                return Err(fail(".crlExtensions", &outer, reason));
            }
            Some(outer) => extensions(outer.content, bytes)
                .map_err(|reason| fail(".crlExtensions", &outer, &reason))?,
        };
        if let Some(list) = fields.entries.filter(|list| list.content.is_empty()) {
            let reason = "empty, where a list without entries leaves it out";
            return Err(fail(".revokedCertificates", &list, reason));
        }
        let time = |field: Element<'_>| instant(field.tag, field.content);
        Ok(Self {
            tbs: fields.tbs.span(),
            entries: fields.entries.map_or(0..0, |list| list.reader().at()..list.span().end),
            version,
            issuer: Name::new(&issuer),
            this_update: time(fields.this_update)
                .map_err(|reason| fail(".thisUpdate", &fields.this_update, &reason))?,
            next_update: fields.next_update.and_then(|field| time(field).ok()),
            algorithm: algorithm(&identifier),
            signature: fields.signature.to_vec(),
            extensions,
        })
    }
}

/// The elements of a list that was checked.
struct Fields<'a> {
    tbs: Element<'a>,
    version: Option<Element<'a>>,
    inside: Element<'a>,
    issuer: Element<'a>,
    this_update: Element<'a>,
    next_update: Option<Element<'a>>,
    entries: Option<Element<'a>>,
    extensions: Option<Element<'a>>,
    outside: Element<'a>,
    /// Without the byte that counts unused bits.
    signature: &'a [u8],
}

impl<'a> Fields<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let mut parts = Reader::new(bytes).take(der::SEQUENCE)?.reader();
        let (tbs, outside) = (parts.read()?, parts.read()?);
        let signature = parts.read()?.content.get(1..)?;
        let mut fields = tbs.reader();
        let version = fields.take(der::INTEGER);
        let (inside, issuer, this_update) = (fields.read()?, fields.read()?, fields.read()?);
        let next_update = match fields.peek() {
            Some(der::UTC_TIME | der::GENERALIZED_TIME) => fields.read(),
            _ => None,
        };
        Some(Self {
            tbs,
            version,
            inside,
            issuer,
            this_update,
            next_update,
            entries: fields.take(der::SEQUENCE),
            extensions: fields.take(der::constructed(0)),
            outside,
            signature,
        })
    }
}
