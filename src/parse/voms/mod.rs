//! VOMS attribute certificates (RFC 5755 version 2, in the profile of VOMS), in an extension of a
//! proxy.

mod attribute;
mod error;
mod extension;
mod fqan;
mod reader;

use std::fmt;
use std::ops::Range;

use crate::parse::asn1::time::generalized_time;
use crate::parse::cert::{Certificate, SignatureAlgorithm, Validity, whole_bytes};
use crate::parse::der::{BIT_STRING, GENERALIZED_TIME, SEQUENCE, constructed};
use crate::parse::name::Name;
pub use crate::parse::voms::attribute::{Attributes, Authority};
pub use crate::parse::voms::error::AcError;
pub use crate::parse::voms::extension::{
    AUTHORITY_KEY_ID, CERTIFICATES, Extensions, GENERIC, GenericAttribute, NO_REV_AVAIL, TARGETS,
};
pub use crate::parse::voms::fqan::Fqan;
use crate::parse::voms::reader::Reader;
use crate::text::time::UnixTime;

/// The extension of a proxy that holds attribute certificates.
pub const EXTENSION: &str = "1.3.6.1.4.1.8005.100.100.5";

/// Most attribute certificates in one proxy. There is one per VO; some users have three or four.
const MAX_ATTRIBUTE_CERTIFICATES: usize = 32;

/// The holder of an attribute certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Holder {
    /// baseCertificateID: a certificate. RFC 5755 requires the name of its issuer; VOMS servers
    /// write that of its subject.
    Certificate {
        /// The name of one of both.
        name: Name,
        /// Its serial number, content octets as encoded.
        serial: Vec<u8>,
    },
    /// entityName: any holder of this name.
    Entity(Name),
}

impl Holder {
    /// The name in it.
    pub fn name(&self) -> &Name {
        match self {
            Self::Certificate { name, .. } | Self::Entity(name) => name,
        }
    }
}

/// One attribute certificate: what a VOMS server says about a user.
///
/// Its form is correct; the signature was not verified.
#[derive(Clone)]
pub struct AttributeCertificate {
    der: Vec<u8>,
    signed: Range<usize>,
    /// For whom.
    pub holder: Holder,
    /// The subject of the VOMS server's certificate.
    pub issuer: Name,
    /// Content octets of the INTEGER.
    pub serial: Vec<u8>,
    /// Its dates.
    pub validity: Validity,
    /// The signature algorithm.
    pub algorithm: SignatureAlgorithm,
    /// Whether the algorithm inside the signed part differs from the one outside.
    pub algorithm_differs: bool,
    /// The signature's bytes.
    pub signature: Vec<u8>,
    /// VO, server and names.
    pub attributes: Attributes,
    /// Its extensions.
    pub extensions: Extensions,
}

impl fmt::Debug for AttributeCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AttributeCertificate({})", self.attributes.authority.text)
    }
}

/// The attribute certificates in `certificate`, in order; `None` if it has no such extension.
pub fn carried(certificate: &Certificate) -> Option<Result<Vec<AttributeCertificate>, AcError>> {
    let extensions = &certificate.extensions.all;
    let extension = extensions.iter().find(|e| e.oid == EXTENSION)?;
    Some(parse(&extension.value))
}

/// Parses the value of the extension: a SEQUENCE of one SEQUENCE of attribute certificates.
///
/// # Errors
///
/// The first field that does not follow RFC 5755 and VOMS.
pub fn parse(value: &[u8]) -> Result<Vec<AttributeCertificate>, AcError> {
    let mut outer = Reader::new(value);
    let mut lists = outer.inside(SEQUENCE, "vomsAttributes")?;
    outer.end("vomsAttributes")?;
    let mut list = lists.inside(SEQUENCE, "vomsAttributes")?;
    lists.end("vomsAttributes")?;
    let mut found = Vec::new();
    while !list.is_empty() {
        if found.len() == MAX_ATTRIBUTE_CERTIFICATES {
            let reason = format!("more than {MAX_ATTRIBUTE_CERTIFICATES} attribute certificates");
            return list.fail("vomsAttributes", &reason);
        }
        found.push(AttributeCertificate::read(&mut list)?);
    }
    if found.is_empty() {
        return list.fail("vomsAttributes", "no attribute certificate in it");
    }
    Ok(found)
}

impl AttributeCertificate {
    /// All of it.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The signed part.
    pub fn signed(&self) -> &[u8] {
        self.der.get(self.signed.clone()).unwrap_or_default()
    }

    /// The VO and server that answer for the attributes.
    pub fn authority(&self) -> &Authority {
        &self.attributes.authority
    }

    /// The name of the VO.
    pub fn vo(&self) -> &str {
        &self.attributes.authority.vo
    }

    /// The serial number in hexadecimal, in whole bytes.
    pub fn serial_hex(&self) -> String {
        whole_bytes(&self.serial)
    }

    /// `AttributeCertificate` (RFC 5755 §4.1).
    fn read(list: &mut Reader<'_>) -> Result<Self, AcError> {
        let all = list.take(SEQUENCE, "attributeCertificate")?;
        let mut fields = Reader::of(&all);
        let info = fields.take(SEQUENCE, "acinfo")?;
        let algorithm = fields.take(SEQUENCE, "signatureAlgorithm")?;
        let bits = fields.take(BIT_STRING, "signatureValue")?;
        fields.end("attributeCertificate")?;
        let Some((0, signature)) = bits.content.split_first() else {
            return fields.fail("signatureValue", "empty, or with unused bits");
        };
        let start = info.at - all.at;
        let mut inner = Reader::of(&info);
        version(&mut inner)?;
        let holder = holder(&mut inner)?;
        let issuer = issuer(&mut inner)?;
        let inside = inner.take(SEQUENCE, "signature")?;
        let serial = serial(&mut inner)?;
        let validity = validity(&mut inner)?;
        let attributes = Attributes::read(&mut inner)?;
        inner.maybe(BIT_STRING, "issuerUniqueID")?;
        let extensions = Extensions::read(&mut inner)?;
        inner.end("acinfo")?;
        let Some(named) = SignatureAlgorithm::parse(algorithm.whole) else {
            return fields.fail("signatureAlgorithm", "no algorithm");
        };
        Ok(Self {
            der: all.whole.to_vec(),
            signed: start..start + info.whole.len(),
            holder,
            issuer,
            serial: serial.to_vec(),
            validity,
            algorithm: named,
            algorithm_differs: inside.whole != algorithm.whole,
            signature: signature.to_vec(),
            attributes,
            extensions,
        })
    }
}

/// `AttCertVersion`: v2 is the number 1.
fn version(inner: &mut Reader<'_>) -> Result<(), AcError> {
    let before = *inner;
    match inner.integer("version")? {
        [1] => Ok(()),
        _ => before.fail("version", "not version 2"),
    }
}

/// `Holder`; VOMS refuses the digest of an object.
fn holder(inner: &mut Reader<'_>) -> Result<Holder, AcError> {
    let mut fields = inner.inside(SEQUENCE, "holder")?;
    let base = fields.maybe(constructed(0), "holder.baseCertificateID")?;
    let entity = fields.maybe(constructed(1), "holder.entityName")?;
    fields.end("holder")?;
    // If both are there, baseCertificateID decides, as in VOMS. RFC 5755 §4.2.2 allows only one.
    if let Some(base) = base {
        let mut base = Reader::of(&base);
        let name = directory_name(base.inside(SEQUENCE, "holder.issuer")?, "holder.issuer")?;
        let serial = base.integer("holder.serial")?.to_vec();
        base.maybe(BIT_STRING, "holder.issuerUID")?;
        base.end("holder.baseCertificateID")?;
        return Ok(Holder::Certificate { name, serial });
    }
    match entity {
        Some(entity) => {
            directory_name(Reader::of(&entity), "holder.entityName").map(Holder::Entity)
        }
        None => fields.fail("holder", "identifies nobody"),
    }
}

/// `AttCertIssuer`: the v2 form with a name alone.
fn issuer(inner: &mut Reader<'_>) -> Result<Name, AcError> {
    let mut form = inner.inside(constructed(0), "issuer")?;
    let name = directory_name(form.inside(SEQUENCE, "issuer.issuerName")?, "issuer")?;
    form.end("issuer")?;
    Ok(name)
}

/// `GeneralNames` of exactly one directoryName.
fn directory_name(mut names: Reader<'_>, field: &'static str) -> Result<Name, AcError> {
    let mut name = names.inside(constructed(4), field)?;
    names.end(field)?;
    let der = name.take(SEQUENCE, field)?;
    name.end(field)?;
    match Name::parse(der.whole) {
        Some(name) => Ok(name),
        None => names.fail(field, "not a name"),
    }
}

/// A serial number: not negative and of 20 octets at most (RFC 5755 §4.2.5).
fn serial<'a>(inner: &mut Reader<'a>) -> Result<&'a [u8], AcError> {
    let before = *inner;
    let serial = inner.integer("serialNumber")?;
    match serial {
        [first, ..] if first & 0x80 != 0 => before.fail("serialNumber", "negative"),
        [0, digits @ ..] | digits if digits.len() > 20 => {
            before.fail("serialNumber", "longer than 20 octets")
        }
        _ => Ok(serial),
    }
}

/// `AttCertValidityPeriod`: two GeneralizedTimes.
fn validity(inner: &mut Reader<'_>) -> Result<Validity, AcError> {
    let mut period = inner.inside(SEQUENCE, "attrCertValidityPeriod")?;
    let not_before = time(&mut period, "notBeforeTime")?;
    let not_after = time(&mut period, "notAfterTime")?;
    period.end("attrCertValidityPeriod")?;
    Ok(Validity { not_before, not_after })
}

fn time(period: &mut Reader<'_>, field: &'static str) -> Result<UnixTime, AcError> {
    let before = *period;
    let element = period.take(GENERALIZED_TIME, field)?;
    let text = std::str::from_utf8(element.content).ok();
    match text.and_then(generalized_time) {
        Some(at) => Ok(at),
        None => before.fail(field, "not of the format YYYYMMDDHHMMSSZ"),
    }
}
