//! The elements of a DER value, one after the other, as strictly as X.690 §10.1 writes them:
//! x509-parser passes over lengths that are not the shortest.

use x509_parser::asn1_rs::Any;
use x509_parser::asn1_rs::FromDer;

/// Tag byte of an INTEGER.
pub(super) const INTEGER: u8 = 0x02;
/// Tag byte of an OBJECT IDENTIFIER.
pub(super) const OID: u8 = 0x06;
/// Tag byte of a SEQUENCE.
pub(super) const SEQUENCE: u8 = 0x30;

/// One element: its tag byte, its content, and what follows it.
pub(super) fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (rest, value) = Any::from_der(bytes).ok()?;
    let tag = *bytes.first()?;
    let length_bytes = match value.data.len() {
        0..0x80 => 0,
        long => long.to_be_bytes().iter().skip_while(|b| **b == 0).count(),
    };
    let shortest = bytes.len() - rest.len() == 2 + length_bytes + value.data.len();
    (shortest && tag & 0x1f != 0x1f).then_some((tag, value.data, rest))
}

/// All elements of `content`: tag bytes and contents.
pub(super) fn elements(mut content: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    let mut all = Vec::new();
    while !content.is_empty() {
        let (tag, data, rest) = element(content)?;
        all.push((tag, data));
        content = rest;
    }
    Some(all)
}

/// The content of the only element of `der`, which has this tag byte.
pub(super) fn only(der: &[u8], tag: u8) -> Option<&[u8]> {
    match element(der)? {
        (found, content, []) if found == tag => Some(content),
        _ => None,
    }
}

/// An INTEGER that is not negative, from its content; what is beyond 32 bits is the largest.
pub(super) fn number(content: &[u8]) -> Option<u32> {
    let (&first, rest) = content.split_first()?;
    let padded = first == 0 && rest.first().is_some_and(|next| next & 0x80 == 0);
    (first & 0x80 == 0 && !padded).then_some(())?;
    let digits: Vec<u8> = content.iter().copied().skip_while(|b| *b == 0).collect();
    let mut word = [0; 4];
    match 4_usize.checked_sub(digits.len()) {
        None => return Some(u32::MAX),
        Some(at) => word.get_mut(at..)?.copy_from_slice(&digits),
    }
    Some(u32::from_be_bytes(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_the_shortest() {
        let long = [&[0x30, 0x81, 0x80][..], &[0; 0x80]].concat();
        for (bytes, good) in [
            (&[0x30, 0][..], true),
            (&[0x30, 1, 0], true),
            (&[0x30, 0x81, 1, 0], false),
            (&[0x30, 0x82, 0, 1, 0], false),
            (&long, true),
            (&[0x30, 0x80, 0, 0], false),
            (&[0x30, 1], false),
            (&[0x3f, 0x20, 0], false),
            (&[], false),
        ] {
            assert_eq!(element(bytes).is_some(), good, "{bytes:02x?}");
        }
    }

    #[test]
    fn numbers_are_not_negative_and_not_padded() {
        for (content, number) in [
            (&[0][..], Some(0)),
            (&[0x7f], Some(127)),
            (&[0x80], None),
            (&[0, 0x80], Some(128)),
            (&[0, 0x7f], None),
            (&[0x7f, 0xff, 0xff, 0xff], Some(0x7fff_ffff)),
            (&[0, 0xff, 0xff, 0xff, 0xff], Some(u32::MAX)),
            (&[1, 0, 0, 0, 0], Some(u32::MAX)),
            (&[], None),
        ] {
            assert_eq!(super::number(content), number, "{content:02x?}");
        }
    }
}
