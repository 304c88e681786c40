//! Binary files, recognised by the tags of their outermost structure.

use crate::parse::der::{
    BIT_STRING, GENERALIZED_TIME, Header, INTEGER, OCTET_STRING, OID, SEQUENCE, UTC_TIME,
    constructed,
};
use crate::parse::shape::kind::{KeyForm, Shape};

/// The stated and the real size of a DER SEQUENCE that is cut off.
fn truncated_der(bytes: &[u8]) -> Option<(usize, usize)> {
    let header = Header::of(bytes).filter(|header| header.tag == SEQUENCE)?;
    let says = header.length?.checked_add(header.size)?;
    (says > bytes.len()).then_some((says, bytes.len()))
}

/// The kind of a binary file, by the tags of its outermost structure.
pub(super) fn der(bytes: &[u8]) -> Shape {
    if let Some((says, has)) = truncated_der(bytes) {
        // Two matching bytes may be chance, so they are not enough.
        let inner = Header::of(bytes).and_then(|outer| bytes.get(outer.size).copied());
        return match inner {
            Some(SEQUENCE | INTEGER | OID) if says > 127 => Shape::DerTruncated { says, has },
            _ => Shape::Binary,
        };
    }
    let outer = children(bytes);
    let tags: Vec<u8> = outer.iter().map(|child| child.tag).collect();
    let first = outer.first().map_or(&[][..], |child| child.whole);
    match tags.as_slice() {
        [SEQUENCE, SEQUENCE, BIT_STRING, ..] => signed(first),
        [INTEGER, SEQUENCE, OCTET_STRING, ..] => Shape::DerPrivateKey(KeyForm::Pkcs8),
        [INTEGER, SEQUENCE, ..] if contains(bytes, PKCS7_ARC) => pkcs12(bytes),
        [OID, CONTEXT_0, ..] if contains(bytes, PKCS7_ARC) => Shape::Pkcs7,
        [SEQUENCE, OCTET_STRING] if is_algorithm(first) => Shape::DerEncryptedKey,
        [SEQUENCE, BIT_STRING] if is_algorithm(first) => Shape::DerPublicKey,
        [INTEGER, OCTET_STRING, ..] => Shape::DerPrivateKey(KeyForm::Sec1),
        [INTEGER, INTEGER] => Shape::DerPublicKey,
        integers if integers.iter().all(|tag| *tag == INTEGER) => match integers.len() {
            6 => Shape::DerPrivateKey(KeyForm::Dsa),
            9 => Shape::DerPrivateKey(KeyForm::Pkcs1),
            _ => Shape::Binary,
        },
        _ => Shape::Binary,
    }
}

/// The kind of a signed structure, by its first part (RFC 5280 §4.1, §5.1; RFC 2986 §4).
fn signed(part: &[u8]) -> Shape {
    let tags: Vec<u8> = children(part).iter().map(|child| child.tag).collect();
    match tags.as_slice() {
        [CONTEXT_0, ..] | [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, ..] => Shape::DerCertificate,
        [INTEGER, SEQUENCE, SEQUENCE] | [INTEGER, SEQUENCE, SEQUENCE, CONTEXT_0] => {
            Shape::DerCertificateRequest
        }
        [INTEGER, SEQUENCE, SEQUENCE, UTC_TIME | GENERALIZED_TIME, ..]
        | [SEQUENCE, SEQUENCE, UTC_TIME | GENERALIZED_TIME, ..] => Shape::DerCrl,
        _ => Shape::Binary,
    }
}

/// Searches the ciphers that a PKCS#12 file names (RFC 7292 appendix C).
///
/// They are inside of nested octet strings, often in BER. The object identifiers are long enough to
/// be found by their bytes.
fn pkcs12(bytes: &[u8]) -> Shape {
    let found = CIPHERS.iter().find(|(_, oid, _)| contains(bytes, oid));
    let (cipher, legacy) = found.map_or((None, false), |(name, _, old)| (Some(*name), *old));
    Shape::Pkcs12 { cipher, legacy }
}

/// Whether an AlgorithmIdentifier starts here.
fn is_algorithm(bytes: &[u8]) -> bool {
    children(bytes).first().is_some_and(|child| child.tag == OID)
}

/// Whether `needle` occurs. It is short, so the time is linear.
fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

/// One value inside of another.
struct Child<'a> {
    tag: u8,
    /// The bytes with the header.
    whole: &'a [u8],
}

/// The first values inside of the SEQUENCE at the start of `bytes`, as far as they are complete. A
/// value of indefinite length (BER) ends the list.
fn children(bytes: &[u8]) -> Vec<Child<'_>> {
    let Some(outer) = Header::of(bytes).filter(|outer| outer.tag == SEQUENCE) else {
        return Vec::new();
    };
    let end = outer.length.map_or(bytes.len(), |length| outer.size.saturating_add(length));
    let mut rest = bytes.get(outer.size..end.min(bytes.len())).unwrap_or(&[]);
    let mut found = Vec::new();
    while let Some(header) = Header::of(rest).filter(|_| found.len() < MAX_CHILDREN) {
        let size = header.length.and_then(|length| length.checked_add(header.size));
        let (whole, after) = rest.split_at(size.unwrap_or(rest.len()).min(rest.len()));
        found.push(Child { tag: header.tag, whole });
        rest = after;
    }
    found
}

/// Most values that are read inside of a SEQUENCE. A certificate has ten at most (RFC 5280 §4.1).
const MAX_CHILDREN: usize = 16;

const CONTEXT_0: u8 = constructed(0);

/// 1.2.840.113549.1.7, all but the last number.
const PKCS7_ARC: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07];

/// Name, object identifier, and whether OpenSSL 3 needs `-legacy`. The oldest first.
const CIPHERS: &[(&str, &[u8], bool)] = &[
    ("RC2-40", b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x06", true),
    ("RC4-40", b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x02", true),
    ("RC2-128", b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x05", true),
    ("RC4-128", b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x01", true),
    ("3DES with two keys", b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x04", false),
    ("3DES", b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x03", false),
    ("PBES2", b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d", false),
];

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::parse::pem;
    use crate::parse::shape::recognise;

    const GOOD: &[u8] = include_bytes!("../../../testdata/pem/good.pem");

    fn certificate() -> Zeroizing<Vec<u8>> {
        pem::scan(GOOD).blocks.remove(0).unwrap().bytes
    }

    /// DER of `tag` around `parts`, for content below 128 bytes.
    fn wrap(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        [&[tag, u8::try_from(content.len()).unwrap()], content.as_slice()].concat()
    }

    #[test]
    fn binary_shapes() {
        let int = wrap(INTEGER, &[&[1]]);
        let octets = wrap(OCTET_STRING, &[&[1]]);
        let bits = wrap(BIT_STRING, &[&[0, 1]]);
        let algorithm = wrap(SEQUENCE, &[&wrap(OID, &[b"\x2a\x03"])]);
        let name = wrap(SEQUENCE, &[]);
        let time = wrap(UTC_TIME, &[b"260101000000Z"]);
        let data = wrap(OID, &[PKCS7_ARC, &[1]]);
        let info = wrap(CONTEXT_0, &[]);
        let seq = |parts: &[&[u8]]| wrap(SEQUENCE, parts);
        let signed = |part: &[u8]| seq(&[part, &algorithm, &bits]);
        let cases = [
            (signed(&seq(&[&int, &name, &name])), Shape::DerCertificateRequest),
            (signed(&seq(&[&int, &name, &name, &info])), Shape::DerCertificateRequest),
            (signed(&seq(&[&int, &name, &name, &name])), Shape::DerCertificate),
            (signed(&seq(&[&int, &name, &name, &time])), Shape::DerCrl),
            (signed(&seq(&[&name, &name, &time])), Shape::DerCrl),
            (seq(&[&int, &algorithm, &octets]), Shape::DerPrivateKey(KeyForm::Pkcs8)),
            (seq(&[&int, &octets]), Shape::DerPrivateKey(KeyForm::Sec1)),
            (seq(&[&*int; 9]), Shape::DerPrivateKey(KeyForm::Pkcs1)),
            (seq(&[&*int; 6]), Shape::DerPrivateKey(KeyForm::Dsa)),
            (seq(&[&*int; 5]), Shape::Binary),
            (seq(&[&algorithm, &octets]), Shape::DerEncryptedKey),
            (seq(&[&algorithm, &bits]), Shape::DerPublicKey),
            (seq(&[&int, &int]), Shape::DerPublicKey),
            (seq(&[&data, &info]), Shape::Pkcs7),
            (seq(&[&int, &seq(&[&data])]), Shape::Pkcs12 { cipher: None, legacy: false }),
        ];
        for (bytes, want) in cases {
            assert_eq!(recognise(&bytes), want, "{bytes:02x?}");
        }
        assert_eq!(recognise(&certificate()), Shape::DerCertificate);
    }

    #[test]
    fn the_oldest_cipher_of_a_pkcs12_file() {
        for (name, oid, legacy) in CIPHERS {
            let newest = CIPHERS.last().unwrap().1;
            let oids = [wrap(OID, &[PKCS7_ARC, &[1]]), wrap(OID, &[newest]), wrap(OID, &[oid])];
            let file = wrap(SEQUENCE, &[&[2, 1, 3], &wrap(SEQUENCE, &[&oids.concat()])]);
            let want = Shape::Pkcs12 { cipher: Some(*name), legacy: *legacy };
            assert_eq!(recognise(&file), want);
        }
    }

    #[test]
    fn cut_der_says_both_sizes() {
        let whole = certificate();
        let size = whole.len();
        assert_eq!(truncated_der(&whole), None);
        assert_eq!(truncated_der(&whole[..size - 1]), Some((size, size - 1)));
        let cut = Shape::DerTruncated { says: size, has: size - 1 };
        assert_eq!(recognise(&whole[..size - 1]), cut);
        assert_eq!(truncated_der(b""), None);
        assert_eq!(truncated_der(b"\x30\x84\xff\xff\xff\xff"), Some((0x1_0000_0005, 6)));
        assert_eq!(truncated_der(b"\x30\x85\xff\xff\xff\xff\xff"), None);
        assert_eq!(truncated_der(b"\x30\x80"), None);
    }
}
