//! The extensions of an attribute certificate (RFC 5755 §4.3, and VOMS' own two).

use std::collections::HashSet;
use std::sync::Arc;

use crate::parse::cert::Certificate;
use crate::parse::der::{BOOLEAN, Element, OCTET_STRING, OID, SEQUENCE, primitive};
use crate::parse::oid;
use crate::parse::voms::error::AcError;
use crate::parse::voms::reader::Reader;

/// A name and a value that the VO gives to the holder.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct GenericAttribute {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The group it belongs to.
    pub qualifier: String,
}

/// The extensions that certok understands.
#[derive(Clone, Debug, Default)]
pub struct Extensions {
    /// authorityKeyIdentifier: the key identifier of the server's certificate.
    pub authority_key_id: Option<Vec<u8>>,
    /// Dotted OIDs of all, in order, and whether each is critical.
    pub all: Vec<(String, bool)>,
    /// The server's certificate, and perhaps those above it.
    pub certificates: Vec<Arc<Certificate>>,
    /// Generic attributes.
    pub generic: Vec<GenericAttribute>,
    /// The only hosts that may accept it. Empty means any.
    pub targets: Vec<String>,
}

/// noRevAvail (RFC 5755 §4.3.6): no revocation list will ever name it.
pub const NO_REV_AVAIL: &str = "2.5.29.56";
/// authorityKeyIdentifier (RFC 5755 §4.3.3).
pub const AUTHORITY_KEY_ID: &str = "2.5.29.35";
/// targetInformation (RFC 5755 §4.3.2).
pub const TARGETS: &str = "2.5.29.55";
/// VOMS: certificates of the server.
pub const CERTIFICATES: &str = "1.3.6.1.4.1.8005.100.100.10";
/// VOMS: generic attributes.
pub const GENERIC: &str = "1.3.6.1.4.1.8005.100.100.11";

/// Most levels of the names of targets. VOMS writes one SEQUENCE more than RFC 5755, some versions
/// two.
const TARGET_DEPTH: usize = 8;

impl Extensions {
    /// Whether there is an extension with this OID.
    pub fn has(&self, oid: &str) -> bool {
        self.all.iter().any(|(known, _)| known == oid)
    }

    /// `Extensions OPTIONAL`.
    pub(super) fn read(info: &mut Reader<'_>) -> Result<Self, AcError> {
        let mut out = Self::default();
        let Some(list) = info.maybe(SEQUENCE, "extensions")? else {
            return Ok(out);
        };
        let (mut list, mut seen) = (Reader::of(&list), HashSet::new());
        while !list.is_empty() {
            let mut extension = list.inside(SEQUENCE, "extension")?;
            let kind = extension.take(OID, "extension.extnID")?;
            let critical = match extension.maybe(BOOLEAN, "extension.critical")? {
                Some(flag) if !matches!(flag.content, [0 | 0xff]) => {
                    return extension.fail("extension.critical", "neither true nor false");
                }
                flag => flag.is_some_and(|flag| flag.content == [0xff]),
            };
            let value = extension.take(OCTET_STRING, "extension.extnValue")?;
            extension.end("extension")?;
            let Some(oid) = oid::dotted(kind.content) else {
                return extension.fail("extension.extnID", "not an OID");
            };
            if !seen.insert(oid.clone()) {
                return extension.fail("extensions", "one occurs twice");
            }
            out.take(&oid, &value)?;
            out.all.push((oid, critical));
        }
        Ok(out)
    }

    fn take(&mut self, oid: &str, value: &Element<'_>) -> Result<(), AcError> {
        let mut inside = Reader::of(value);
        match oid {
            AUTHORITY_KEY_ID => {
                let mut fields = inside.inside(SEQUENCE, "authorityKeyIdentifier")?;
                let id = fields.maybe(primitive(0), "authorityKeyIdentifier")?;
                self.authority_key_id = id.map(|id| id.content.to_vec());
            }
            CERTIFICATES => {
                let mut list = inside.inside(SEQUENCE, "certificates")?;
                let mut certificates = list.inside(SEQUENCE, "certificates")?;
                list.end("certificates")?;
                while !certificates.is_empty() {
                    let found = certificate(&mut certificates, "certificates")?;
                    self.certificates.push(found);
                }
            }
            GENERIC => self.generic = generic(&mut inside)?,
            TARGETS => uris(inside, TARGET_DEPTH, &mut self.targets)?,
            _ => return Ok(()),
        }
        match oid {
            TARGETS => Ok(()),
            _ => inside.end("extension.extnValue"),
        }
    }
}

/// A certificate inside an attribute certificate.
fn certificate(list: &mut Reader<'_>, field: &'static str) -> Result<Arc<Certificate>, AcError> {
    let element = list.take(SEQUENCE, field)?;
    Certificate::parse(element.whole).map(Arc::new).map_err(|error| AcError {
        field,
        at: element.at,
        reason: error.to_string(),
    })
}

/// Generic attributes: `SEQUENCE { SEQUENCE OF SEQUENCE { grantor GeneralNames, SEQUENCE OF
/// SEQUENCE { name, value, qualifier } } }`, the strings as OCTET STRING. Old servers wrote the
/// lists without anything in them.
fn generic(inside: &mut Reader<'_>) -> Result<Vec<GenericAttribute>, AcError> {
    let mut found = Vec::new();
    let mut holders = inside.inside(SEQUENCE, "genericAttributes")?;
    while !holders.is_empty() {
        let mut grants = holders.inside(SEQUENCE, "genericAttributes")?;
        while !grants.is_empty() {
            let mut grant = grants.inside(SEQUENCE, "genericAttributes")?;
            grant.take(SEQUENCE, "genericAttributes.grantor")?;
            let mut tags = grant.inside(SEQUENCE, "genericAttributes.tags")?;
            grant.end("genericAttributes")?;
            while !tags.is_empty() {
                found.push(tag(&mut tags)?);
            }
        }
    }
    Ok(found)
}

fn tag(tags: &mut Reader<'_>) -> Result<GenericAttribute, AcError> {
    let mut fields = tags.inside(SEQUENCE, "genericAttributes.tag")?;
    let mut text = || {
        let element = fields.take(OCTET_STRING, "genericAttributes.tag")?;
        Ok(String::from_utf8_lossy(element.content).into_owned())
    };
    let (name, value, qualifier) = (text()?, text()?, text()?);
    fields.end("genericAttributes.tag")?;
    Ok(GenericAttribute { name, value, qualifier })
}

/// All URIs at any depth, because VOMS encodes targets in its own way.
fn uris(mut inside: Reader<'_>, depth: usize, found: &mut Vec<String>) -> Result<(), AcError> {
    while !inside.is_empty() {
        let element = inside.any("targetInformation")?;
        if element.tag == primitive(6) {
            found.push(String::from_utf8_lossy(element.content).into_owned());
        } else if element.tag & 0x20 != 0 && depth > 0 {
            uris(Reader::of(&element), depth - 1, found)?;
        }
    }
    Ok(())
}
