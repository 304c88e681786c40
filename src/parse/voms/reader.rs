//! Reads DER one element at a time and takes no other encoding: an attribute certificate is
//! signed byte for byte.

use crate::parse::der;
use crate::parse::der::INTEGER;
use crate::parse::voms::AcError;

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
        Reader { rest: self.content, at: self.content_at }
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
        Err(AcError { field, at: self.at, reason: reason.to_owned() })
    }

    /// The next element, whatever it is.
    pub(super) fn any(&mut self, field: &'static str) -> Result<Element<'a>, AcError> {
        let Some(found) = der::element(self.rest) else {
            return self.fail(field, "cut short, or not strict DER");
        };
        let element = Element {
            content: found.content,
            whole: found.whole,
            at: self.at,
            content_at: self.at + found.whole.len() - found.content.len(),
            tag: found.tag,
        };
        self.rest = found.rest;
        self.at += found.whole.len();
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
