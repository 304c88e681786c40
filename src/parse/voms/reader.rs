//! Reads DER one element at a time and takes no other encoding: an attribute certificate is
//! signed byte for byte.

use crate::parse::voms::AcError;

/// Tag byte of a BOOLEAN.
pub(super) const BOOLEAN: u8 = 0x01;
/// Tag byte of an INTEGER.
pub(super) const INTEGER: u8 = 0x02;
/// Tag byte of a BIT STRING.
pub(super) const BIT_STRING: u8 = 0x03;
/// Tag byte of an OCTET STRING.
pub(super) const OCTET_STRING: u8 = 0x04;
/// Tag byte of an OBJECT IDENTIFIER.
pub(super) const OID: u8 = 0x06;
/// Tag byte of a GeneralizedTime.
pub(super) const GENERALIZED_TIME: u8 = 0x18;
/// Tag byte of a SEQUENCE.
pub(super) const SEQUENCE: u8 = 0x30;
/// Tag byte of a SET.
pub(super) const SET: u8 = 0x31;
/// Tag byte of `[n]` around other elements.
pub(super) const fn constructed(number: u8) -> u8 {
    0xa0 | number
}
/// Tag byte of `[n]` instead of a primitive type's own.
pub(super) const fn primitive(number: u8) -> u8 {
    0x80 | number
}

/// One element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'a> {
    /// Its content.
    pub(super) content: &'a [u8],
    /// All of it.
    pub(super) whole: &'a [u8],
    /// Where it starts in the extension.
    pub(super) at: usize,
    /// Where its content starts.
    pub(super) content_at: usize,
    pub(super) tag: u8,
}

impl<'a> Element<'a> {
    /// Reads what is inside.
    pub(super) fn reader(&self) -> Reader<'a> {
        Reader {
            rest: self.content,
            at: self.content_at,
        }
    }
}

/// The rest of some content, and where that starts in the extension.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Reads `bytes` from their start.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, at: 0 }
    }

    /// Whether nothing follows.
    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// An error here.
    pub(super) fn fail<T>(&self, field: &'static str, reason: &str) -> Result<T, AcError> {
        Err(AcError {
            field,
            at: self.at,
            reason: reason.to_owned(),
        })
    }

    /// The next element, whatever it is.
    pub(super) fn any(&mut self, field: &'static str) -> Result<Element<'a>, AcError> {
        let Some((tag, header, length)) = header(self.rest) else {
            return self.fail(field, "not DER, or cut short");
        };
        let end = header.checked_add(length);
        let Some(whole) = end.and_then(|end| self.rest.get(..end)) else {
            return self.fail(field, "cut short");
        };
        let element = Element {
            content: whole.get(header..).unwrap_or_default(),
            whole,
            at: self.at,
            content_at: self.at + header,
            tag,
        };
        self.rest = self.rest.get(whole.len()..).unwrap_or_default();
        self.at += whole.len();
        Ok(element)
    }

    /// The next element, which must have this tag.
    pub(super) fn take(&mut self, tag: u8, field: &'static str) -> Result<Element<'a>, AcError> {
        if self.rest.is_empty() {
            return self.fail(field, "missing");
        }
        if self.rest.first() != Some(&tag) {
            return self.fail(field, "of another type than RFC 5755 wants");
        }
        self.any(field)
    }

    /// The next element if it has this tag.
    pub(super) fn maybe(
        &mut self,
        tag: u8,
        field: &'static str,
    ) -> Result<Option<Element<'a>>, AcError> {
        if self.rest.first() == Some(&tag) {
            return self.any(field).map(Some);
        }
        Ok(None)
    }

    /// A reader of the next element's content, which must have this tag.
    pub(super) fn inside(&mut self, tag: u8, field: &'static str) -> Result<Self, AcError> {
        self.take(tag, field).map(|element| element.reader())
    }

    /// The content of the next INTEGER, shortest form.
    pub(super) fn integer(&mut self, field: &'static str) -> Result<&'a [u8], AcError> {
        let before = *self;
        let content = self.take(INTEGER, field)?.content;
        match content {
            [] => before.fail(field, "empty"),
            [0, next, ..] if next & 0x80 == 0 => before.fail(field, "not in the shortest form"),
            [0xff, next, ..] if next & 0x80 != 0 => before.fail(field, "not in the shortest form"),
            _ => Ok(content),
        }
    }

    /// Nothing may follow.
    pub(super) fn end(&self, field: &'static str) -> Result<(), AcError> {
        if self.rest.is_empty() {
            return Ok(());
        }
        self.fail(field, "bytes follow its last field")
    }
}

/// Tag byte, length of the header, length of the content; the tag and the length in the shortest
/// form of DER (X.690 §8.1.2, §10.1).
fn header(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    if tag & 0x1f == 0x1f {
        return None;
    }
    if first < 0x80 {
        return Some((tag, 2, usize::from(first)));
    }
    let count = usize::from(first & 0x7f);
    let digits = rest.get(..count)?;
    let shortest = digits.first().is_some_and(|digit| *digit != 0) && count <= 4;
    let length = digits
        .iter()
        .fold(0, |sum, digit| sum << 8 | usize::from(*digit));
    (shortest && length >= 0x80).then_some((tag, 2 + count, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_encoding_of_a_length() {
        let long = |head: &[u8], content: usize| [head, &vec![7; content]].concat();
        for (bytes, good) in [
            (long(&[4, 0x7f], 0x7f), true),
            (long(&[4, 0x81, 0x7f], 0x7f), false),
            (long(&[4, 0x81, 0x80], 0x80), true),
            (long(&[4, 0x81, 0x80], 0x7f), false),
            (long(&[4, 0x82, 0, 0x80], 0x80), false),
            (long(&[4, 0x82, 1, 0], 0x100), true),
            (long(&[4, 0x80], 2), false),
            (long(&[0x1f, 1], 1), false),
            (long(&[4, 0x85, 1, 0, 0, 0, 0], 1), false),
            (vec![4], false),
            (vec![], false),
        ] {
            let read = Reader::new(&bytes).any("it");
            assert_eq!(read.is_ok(), good, "{bytes:02x?}");
        }
    }

    #[test]
    fn one_encoding_of_an_integer() {
        for (bytes, good) in [
            (&[2, 1, 0][..], true),
            (&[2, 2, 0, 0x80], true),
            (&[2, 2, 0, 0x7f], false),
            (&[2, 2, 0xff, 0x7f], true),
            (&[2, 2, 0xff, 0x80], false),
            (&[2, 0], false),
            (&[4, 1, 0], false),
        ] {
            assert_eq!(Reader::new(bytes).integer("it").is_ok(), good, "{bytes:?}");
        }
    }
}
