//! The extensions of a list (RFC 5280 §5.2) and of its entries (§5.3).

use std::collections::HashSet;

use crate::parse::crl::point::IssuingPoint;
use crate::parse::der::{all, only};
use crate::parse::{asn1, der, oid};

/// The extensions of a list that certok understands.
#[derive(Clone, Debug, Default)]
pub struct CrlExtensions {
    /// Authority key identifier: keyid.
    pub authority_key_id: Option<Vec<u8>>,
    /// Authority key identifier: authorityCertSerialNumber, as encoded.
    pub authority_serial: Option<Vec<u8>>,
    /// Its number, as encoded.
    pub number: Option<Vec<u8>>,
    /// The number of the complete list to which it is a delta, as encoded.
    pub delta_base: Option<Vec<u8>>,
    /// Its scope, if it does not cover all certificates.
    pub scope: Option<IssuingPoint>,
    /// Critical extensions that certok does not know, dotted OIDs.
    pub unknown_critical: Vec<String>,
    /// All critical extensions, dotted OIDs.
    pub critical: Vec<String>,
    /// Whether it has any extension.
    pub are_there: bool,
}

/// One extension.
pub(super) struct Extension<'a> {
    pub(super) oid: String,
    pub(super) critical: bool,
    pub(super) value: &'a [u8],
}

/// Reads the content of the tagged field: a SEQUENCE of extensions, each once.
///
/// It was checked before. The values are checked here; `whole` gives their offsets.
pub(super) fn extensions(content: &[u8], whole: &[u8]) -> Result<CrlExtensions, String> {
    let mut out = CrlExtensions::default();
    for Extension { oid, critical, value } in list(content)? {
        if let Some(component) = asn1::extension::value(&oid) {
            asn1::walk(component, value, whole)
                .map_err(|fault| format!("{} is malformed: {fault}", oid::name(&oid)))?;
        }
        let malformed = || format!("{} is malformed", oid::name(&oid));
        out.are_there = true;
        out.critical.extend(critical.then(|| oid.clone()));
        match oid.as_str() {
            AUTHORITY_KEY_ID => {
                authority(value, &mut out).ok_or_else(malformed)?;
            }
            CRL_NUMBER => {
                let number = only(value, der::INTEGER).ok_or_else(malformed)?;
                out.number = Some(number.to_vec());
            }
            DELTA => {
                let number = only(value, der::INTEGER).ok_or_else(malformed)?;
                out.delta_base = Some(number.to_vec());
            }
            ISSUING_POINT => {
                out.scope = Some(IssuingPoint::parse(value).ok_or_else(malformed)?);
            }
            _ if critical => out.unknown_critical.push(oid),
            _ => {}
        }
    }
    Ok(out)
}

/// The extensions in a SEQUENCE. Nothing else may be in `content`.
pub(super) fn list(content: &[u8]) -> Result<Vec<Extension<'_>>, String> {
    let malformed = || "malformed".to_owned();
    let sequence = only(content, der::SEQUENCE).ok_or_else(malformed)?;
    let (mut found, mut seen) = (Vec::new(), HashSet::new());
    for element in all(sequence).ok_or_else(malformed)? {
        let extension = one(element.content).filter(|_| element.tag == der::SEQUENCE);
        let extension = extension.ok_or_else(malformed)?;
        if !seen.insert(extension.oid.clone()) {
            return Err(format!("{} occurs twice", oid::name(&extension.oid)));
        }
        found.push(extension);
    }
    Ok(found)
}

fn one(content: &[u8]) -> Option<Extension<'_>> {
    let parts = all(content)?;
    let (id, critical, value) = match parts.as_slice() {
        [id, value] => (id, false, value),
        // DER writes TRUE as 0xff and omits FALSE. Any other byte counts as TRUE.
        [id, flag, value] if flag.tag == der::BOOLEAN => (id, flag.content != [0], value),
        _ => return None,
    };
    (id.tag == der::OID && value.tag == der::OCTET_STRING).then_some(())?;
    Some(Extension { oid: oid::dotted(id.content)?, critical, value: value.content })
}

fn authority(value: &[u8], out: &mut CrlExtensions) -> Option<()> {
    for part in all(only(value, der::SEQUENCE)?)? {
        match part.tag {
            0x80 => out.authority_key_id = Some(part.content.to_vec()),
            0xa1 => {}
            0x82 => out.authority_serial = Some(part.content.to_vec()),
            _ => return None,
        }
    }
    Some(())
}

const AUTHORITY_KEY_ID: &str = "2.5.29.35";
const CRL_NUMBER: &str = "2.5.29.20";
const DELTA: &str = "2.5.29.27";
const ISSUING_POINT: &str = "2.5.29.28";

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::list;

    /// Private OIDs of one length, each with an empty value.
    fn many(count: u32) -> Vec<u8> {
        let one = |n: u32| {
            let arc = |shift: u32| u8::try_from(n >> shift & 0x7f).expect("seven bits");
            let (high, middle, low) = (arc(14) | 0x80, arc(7) | 0x80, arc(0));
            // The first arc never starts with zero bits.
            [0x30, 9, 6, 5, 0x2a, 0x81, high, middle, low, 4, 0]
        };
        let content: Vec<u8> = (0..count).flat_map(one).collect();
        let length = u32::try_from(content.len()).expect("short").to_be_bytes();
        [&[0x30, 0x83], &length[1..], &content].concat()
    }

    #[test]
    fn many_extensions_take_linear_time() {
        let bytes = many(1 << 18);
        let start = Instant::now();
        assert_eq!(list(&bytes).map(|all| all.len()), Ok(1 << 18));
        assert!(start.elapsed() < Duration::from_secs(60));
        let twice = [&many(3)[5..], &many(1)[5..]].concat();
        let length = u8::try_from(twice.len()).expect("short");
        let twice = [&[0x30, length], &twice[..]].concat();
        assert!(list(&twice).is_err_and(|why| why.ends_with("occurs twice")));
    }
}
