//! One DER element after the other, each in the one form that DER allows (X.690 §10.1).

/// An element and what follows it.
pub(super) struct Element<'a> {
    /// The one byte of the tag.
    pub(super) tag: u8,
    /// Header and content.
    pub(super) whole: &'a [u8],
    /// Content alone.
    pub(super) content: &'a [u8],
    /// What follows.
    pub(super) rest: &'a [u8],
}

/// The first element of `bytes`; `None` if it is cut short, its tag takes more than a byte, or
/// its length is not written in the shortest form.
#[inline]
pub(super) fn element(bytes: &[u8]) -> Option<Element<'_>> {
    let (&[tag, first], _) = bytes.split_first_chunk::<2>()?;
    let (header, length) = match first {
        0..0x80 => (2, usize::from(first)),
        _ => long_length(bytes, first)?,
    };
    if tag & 0x1f == 0x1f {
        return None;
    }
    let (whole, rest) = bytes.split_at_checked(header.checked_add(length)?)?;
    Some(Element {
        tag,
        whole,
        content: whole.get(header..)?,
        rest,
    })
}

/// The size of a header with a length of several bytes, and that length.
fn long_length(bytes: &[u8], first: u8) -> Option<(usize, usize)> {
    let count = usize::from(first & 0x7f);
    let digits = bytes
        .get(2..2 + count)
        .filter(|d| (1..=4).contains(&d.len()))?;
    let length = digits
        .iter()
        .fold(0_usize, |length, digit| length << 8 | usize::from(*digit));
    let shortest = length >= 0x80 && digits.first() != Some(&0);
    shortest.then_some((2 + count, length))
}

/// The first element of `bytes` if its tag is `tag`.
pub(super) fn tagged(bytes: &[u8], tag: u8) -> Option<Element<'_>> {
    element(bytes).filter(|element| element.tag == tag)
}

/// The content of the one element that `bytes` are, which has the tag `tag`.
pub(super) fn only(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    let element = tagged(bytes, tag)?;
    element.rest.is_empty().then_some(element.content)
}

/// Every element of `bytes`, which hold nothing else.
pub(super) fn all(mut bytes: &[u8]) -> Option<Vec<Element<'_>>> {
    let mut elements = Vec::new();
    while !bytes.is_empty() {
        let next = element(bytes)?;
        bytes = next.rest;
        elements.push(next);
    }
    Some(elements)
}

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const ENUMERATED: u8 = 0x0a;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_of_a_length_is_read() {
        let long = |header: &[u8], length: usize| [header, &vec![0; length]].concat();
        for (bytes, content) in [
            (vec![0x30, 0], Some(0)),
            (long(&[0x30, 0x7f], 0x7f), Some(0x7f)),
            (long(&[0x30, 0x81, 0x80], 0x80), Some(0x80)),
            (long(&[0x30, 0x82, 1, 0], 0x100), Some(0x100)),
            (long(&[0x30, 0x81, 0x7f], 0x7f), None),
            (long(&[0x30, 0x82, 0, 0x80], 0x80), None),
            (long(&[0x30, 0x80], 4), None),
            (long(&[0x30, 0x85, 0, 0, 0, 0, 0x80], 0x80), None),
            (vec![0x30, 1], None),
            (vec![0x30], None),
            (vec![0x3f, 0x81, 0x10, 0], None),
            (vec![0x30, 0x84, 0xff, 0xff, 0xff, 0xff], None),
        ] {
            let found = element(&bytes).map(|element| element.content.len());
            assert_eq!(found, content, "{:02x?}", &bytes[..bytes.len().min(8)]);
        }
    }
}
