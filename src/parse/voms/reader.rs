//! Reads DER with the names of fields. An attribute certificate is signed byte for byte, so reading
//! is strict.

use crate::parse::der::{self, Element, INTEGER};
use crate::parse::voms::error::AcError;

/// The rest of some content, and where that starts in the extension.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a>(der::Reader<'a>);

impl<'a> Reader<'a> {
    /// Reads `bytes` from their start.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(der::Reader::new(bytes))
    }

    /// Reads what is inside `element`.
    pub(super) fn of(element: &Element<'a>) -> Self {
        Self(element.reader())
    }

    /// Whether nothing follows.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// An error here.
    pub(super) fn fail<T>(&self, field: &'static str, reason: &str) -> Result<T, AcError> {
        Err(AcError { field, at: self.0.at(), reason: reason.to_owned() })
    }

    /// The next element, whatever it is.
    pub(super) fn any(&mut self, field: &'static str) -> Result<Element<'a>, AcError> {
        match self.0.read() {
            Some(element) => Ok(element),
            None => self.fail(field, "cut short, or not strict DER"),
        }
    }

    /// The next element, which must have this tag.
    pub(super) fn take(&mut self, tag: u8, field: &'static str) -> Result<Element<'a>, AcError> {
        match self.0.peek() {
            None => self.fail(field, "missing"),
            Some(next) if next != tag => self.fail(field, "of another type than RFC 5755 wants"),
            Some(_) => self.any(field),
        }
    }

    /// The next element if it has this tag.
    pub(super) fn maybe(
        &mut self,
        tag: u8,
        field: &'static str,
    ) -> Result<Option<Element<'a>>, AcError> {
        if self.0.peek() == Some(tag) { self.any(field).map(Some) } else { Ok(None) }
    }

    /// A reader of the next element's content, which must have this tag.
    pub(super) fn inside(&mut self, tag: u8, field: &'static str) -> Result<Self, AcError> {
        self.take(tag, field).map(|element| Self::of(&element))
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
        if self.is_empty() {
            return Ok(());
        }
        self.fail(field, "bytes follow its last field")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
