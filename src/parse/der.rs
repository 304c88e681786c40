//! certok's only reader of DER: one element after the other, each with its place, in the single
//! form that DER allows (X.690 §10.1). x509-parser accepts lengths that are not the shortest.

use std::ops::Range;

/// An element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'a> {
    /// The one byte of the tag.
    pub(super) tag: u8,
    /// Offset of its first byte.
    pub(super) at: usize,
    /// Header and content.
    pub(super) whole: &'a [u8],
    /// Content alone.
    pub(super) content: &'a [u8],
}

impl<'a> Element<'a> {
    /// A reader of the content.
    #[inline]
    pub(super) fn reader(&self) -> Reader<'a> {
        let header = self.whole.len() - self.content.len();
        Reader { rest: self.content, at: self.at + header }
    }

    /// A reader of the whole element, once more.
    pub(super) fn again(&self) -> Reader<'a> {
        Reader { rest: self.whole, at: self.at }
    }

    /// Its place.
    pub(super) fn span(&self) -> Range<usize> {
        self.at..self.at + self.whole.len()
    }
}

/// Bytes to read, and the offset of the first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// A reader of `bytes`. Their first byte has offset 0.
    #[inline]
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, at: 0 }
    }

    /// A reader of `part`, a slice of `whole`. Offsets count from the start of `whole`.
    pub(super) fn within(whole: &[u8], part: &'a [u8]) -> Self {
        Self { rest: part, at: span(whole, part).start }
    }

    /// Offset of the next byte.
    #[inline]
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The bytes that were not read yet.
    #[inline]
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Whether nothing follows.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The tag of the next element.
    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// The next element. `None` if it is cut off, its tag has more than one byte, or its length is
    /// not in the shortest form.
    #[inline]
    pub(super) fn read(&mut self) -> Option<Element<'a>> {
        let header = Header::of(self.rest).filter(|header| header.shortest)?;
        if header.tag & 0x1f == 0x1f {
            return None;
        }
        let (whole, rest) = self.rest.split_at_checked(header.size.checked_add(header.length?)?)?;
        let element =
            Element { tag: header.tag, at: self.at, whole, content: whole.get(header.size..)? };
        *self = Self { rest, at: self.at + whole.len() };
        Some(element)
    }

    /// The next element if it has this tag.
    #[inline]
    pub(super) fn take(&mut self, tag: u8) -> Option<Element<'a>> {
        if self.peek() == Some(tag) { self.read() } else { None }
    }

    /// Why the next element cannot be read.
    #[cold]
    pub(super) fn why_not(&self) -> String {
        let truncated = |says: usize| {
            let has = self.rest.len();
            format!("truncated: DER says {says} bytes, there are {has}")
        };
        match *self.rest {
            [] => return "missing".to_owned(),
            [tag, ..] if tag & 0x1f == 0x1f => return "its tag takes more than a byte".to_owned(),
            [_] => return "cut short".to_owned(),
            _ => {}
        }
        match Header::of(self.rest) {
            Some(Header { length: None, .. }) => {
                "its length is indefinite, which is BER and not DER".to_owned()
            }
            Some(Header { size, length: Some(length), shortest: true, .. }) => {
                truncated(size.saturating_add(length))
            }
            _ => "its length is not in the shortest form, which is BER and not DER".to_owned(),
        }
    }
}

/// Tag and length of a BER value (X.690 §8.1), for one-byte tags and lengths up to 2³²-1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub(super) tag: u8,
    /// Bytes of tag and length.
    pub(super) size: usize,
    /// Bytes of content; `None` if indefinite.
    pub(super) length: Option<usize>,
    /// Whether the length has its shortest form, as in DER.
    shortest: bool,
}

impl Header {
    /// The header at the start of `bytes`.
    #[inline]
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let (&[tag, first], rest) = bytes.split_first_chunk::<2>()?;
        match first {
            0..0x80 => Some(Self { tag, size: 2, length: Some(first.into()), shortest: true }),
            0x80 => Some(Self { tag, size: 2, length: None, shortest: false }),
            0x81..=0x84 => {
                let count = usize::from(first & 0x7f);
                let digits = rest.get(..count)?;
                let length =
                    digits.iter().fold(0_usize, |sum, digit| sum << 8 | usize::from(*digit));
                let shortest = length >= 0x80 && digits.first() != Some(&0);
                Some(Self { tag, size: 2 + count, length: Some(length), shortest })
            }
            _ => None,
        }
    }
}

/// The content, if `bytes` are one element with this tag.
pub(super) fn only(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    let mut reader = Reader::new(bytes);
    let element = reader.take(tag)?;
    reader.is_empty().then_some(element.content)
}

/// All elements of `bytes`. `None` if anything else is there.
pub(super) fn all(bytes: &[u8]) -> Option<Vec<Element<'_>>> {
    let (mut reader, mut elements) = (Reader::new(bytes), Vec::new());
    while !reader.is_empty() {
        elements.push(reader.read()?);
    }
    Some(elements)
}

/// The same as tags and contents, to match against a pattern.
pub(super) fn fields(bytes: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    let all = all(bytes)?.into_iter();
    Some(all.map(|element| (element.tag, element.content)).collect())
}

/// The place of `part`, a slice of `whole`.
pub(super) fn span(whole: &[u8], part: &[u8]) -> Range<usize> {
    let start = part.as_ptr().addr().saturating_sub(whole.as_ptr().addr());
    start..start + part.len()
}

/// The value of a non-negative INTEGER. If it needs more than 32 bits, the maximum.
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
            let found = Reader::new(&bytes).read().map(|element| element.content.len());
            assert_eq!(found, content, "{:02x?}", &bytes[..bytes.len().min(8)]);
        }
    }

    #[test]
    fn places_are_those_of_the_whole() {
        let bytes = [0x30, 7, 2, 1, 5, 0x30, 2, 5, 0, 4, 0];
        let mut outer = Reader::within(&bytes, &bytes[..9]);
        let mut inner = outer.read().unwrap().reader();
        assert_eq!((outer.at(), outer.is_empty(), inner.at()), (9, true, 2));
        assert!(inner.take(SEQUENCE).is_none());
        assert_eq!(inner.take(INTEGER).map(|one| one.span()), Some(2..5));
        let last = inner.read().unwrap();
        assert_eq!((last.span(), last.reader().at(), last.again().at()), (5..9, 7, 5));
        assert_eq!(Reader::within(&bytes, &bytes[9..]).at(), 9);
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
