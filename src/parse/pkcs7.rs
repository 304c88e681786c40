//! PKCS#7 and CMS (RFC 5652): the certificates inside, as they are encoded.

use crate::parse::der::{INTEGER, OID, Reader, SEQUENCE, SET, constructed};

/// The DER of each certificate in `bytes`. None if these are not `SignedData` in DER.
pub fn certificates(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut info = Reader::new(bytes).take(SEQUENCE)?.reader();
    info.take(OID).filter(|oid| oid.content == SIGNED_DATA)?;
    let mut signed = info.take(CONTEXT_0)?.reader().take(SEQUENCE)?.reader();
    // Version, digest algorithms, content.
    signed.take(INTEGER)?;
    signed.take(SET)?;
    signed.take(SEQUENCE)?;
    let mut set = signed.take(CONTEXT_0)?.reader();
    // Attribute certificates and other kinds have other tags.
    let next = || set.read();
    let all = std::iter::from_fn(next).filter(|element| element.tag == SEQUENCE);
    Some(all.map(|element| element.whole).collect())
}

/// The first DER value of `bytes`, without what follows it.
pub fn first_value(bytes: &[u8]) -> Option<&[u8]> {
    Reader::new(bytes).read().map(|element| element.whole)
}

/// 1.2.840.113549.1.7.2
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];

const CONTEXT_0: u8 = constructed(0);
