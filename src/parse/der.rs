//! One DER element after the other, each in the one form that DER allows (X.690 §10.1):
//! x509-parser passes over lengths that are not the shortest.

use std::ops::Range;

/// An element and what follows it.
#[derive(Clone, Copy, Debug)]
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
    Some(Element { tag, whole, content: whole.get(header..)?, rest })
}

/// The size of a header with a length of several bytes, and that length.
fn long_length(bytes: &[u8], first: u8) -> Option<(usize, usize)> {
    let count = usize::from(first & 0x7f);
    let digits = bytes.get(2..2 + count).filter(|d| (1..=4).contains(&d.len()))?;
    let length = digits.iter().fold(0_usize, |length, digit| length << 8 | usize::from(*digit));
    let shortest = length >= 0x80 && digits.first() != Some(&0);
    shortest.then_some((2 + count, length))
}

/// Why `bytes` do not begin with an element.
#[cold]
pub(super) fn why_no_element(bytes: &[u8]) -> String {
    let truncated = |says: usize| {
        let has = bytes.len();
        format!("truncated: DER says {says} bytes, there are {has}")
    };
    match *bytes {
        [] => "missing".to_owned(),
        [tag, ..] if tag & 0x1f == 0x1f => "its tag takes more than a byte".to_owned(),
        [_] => "cut short".to_owned(),
        [_, 0x80, ..] => "its length is indefinite, which is BER and not DER".to_owned(),
        [_, first @ 0..0x80, ..] => truncated(2 + usize::from(first)),
        [_, first, ..] => match long_length(bytes, first) {
            Some((header, length)) => truncated(header.saturating_add(length)),
            None => "its length is not in the shortest form, which is BER and not DER".to_owned(),
        },
    }
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

/// The same as tags and contents, to be matched against what must stand there.
pub(super) fn fields(bytes: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    let all = all(bytes)?.into_iter();
    Some(all.map(|element| (element.tag, element.content)).collect())
}

/// Where `part`, a slice of `whole`, lies in it.
pub(super) fn span(whole: &[u8], part: &[u8]) -> Range<usize> {
    let start = part.as_ptr().addr().saturating_sub(whole.as_ptr().addr());
    start..start + part.len()
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

// Tag bytes, as X.680 names the types.
pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const ENUMERATED: u8 = 0x0a;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// The tag byte of `[n]` around other elements.
pub(super) const fn constructed(number: u8) -> u8 {
    0xa0 | number
}

/// The tag byte of `[n]` instead of a primitive type's own.
pub(super) const fn primitive(number: u8) -> u8 {
    0x80 | number
}

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
