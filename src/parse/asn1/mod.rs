//! The one strict walk over DER: the ASN.1 of RFC 5280, as data, held against all the bytes.
//!
//! Every element that the ASN.1 names is looked at once: its tag, whether it is constructed, its
//! length in the one form of DER (X.690 §10.1), its place, and that nothing follows. What is read
//! afterwards may rely on it. Nothing is kept, and nothing is allocated unless there is a fault.
//!
//! Rules of DER that OpenSSL, GnuTLS and Go all pass over are passed over here too, since CAs in use
//! break them: a DEFAULT value that is written out, the order of a SET OF, zero bits at the end of
//! named bits, the alphabet of a PrintableString.

pub(super) mod certificate;
pub(super) mod extension;
pub(super) mod list;
mod primitive;
pub(super) mod time;

use std::fmt;

pub(super) use crate::parse::asn1::primitive::integer;
use crate::parse::asn1::primitive::is_string;
use crate::parse::der::{Element, OID, element, span, why_no_element};

/// A component of a SEQUENCE or an alternative of a CHOICE: its name, its tag, what is in it.
pub(super) struct Component {
    /// As RFC 5280 names it; empty for one that has no name there, and in no path.
    name: &'static str,
    tag: Tag,
    optional: bool,
    content: Type,
}

/// Which tags a component may have.
enum Tag {
    /// Any at all.
    Any,
    /// That of an alternative.
    Choice,
    /// This one.
    Only(u8),
    /// One of these.
    OneOf(&'static [u8]),
    /// A string type that OpenSSL takes in names.
    String,
}

impl Tag {
    /// For messages, where there is a short word for it.
    fn described(&self) -> Option<String> {
        match self {
            Self::Only(tag) => Some(primitive::with_article(*tag)),
            Self::OneOf(all) => {
                let names: Vec<String> =
                    all.iter().map(|tag| primitive::with_article(*tag)).collect();
                Some(names.join(" or "))
            }
            Self::String => Some("a text".to_owned()),
            Self::Any | Self::Choice => None,
        }
    }
}

/// What stands in an element.
enum Type {
    /// An OCTET STRING, a text whose alphabet nobody checks, or what is read elsewhere.
    Opaque,
    /// BIT STRING.
    Bits,
    /// BOOLEAN.
    Boolean,
    /// BIT STRING of whole bytes.
    Bytes,
    /// One of these.
    Choice(&'static [Component]),
    /// What the OBJECT IDENTIFIER before it says: its content, and the component. ANY for others.
    DefinedBy(&'static [(&'static [u8], Component)]),
    /// INTEGER or ENUMERATED.
    Integer,
    /// The same of no more bytes than that.
    ListAtMost(usize, &'static Component),
    /// SEQUENCE OF or SET OF.
    ListOf(&'static Component),
    /// OBJECT IDENTIFIER.
    Oid,
    /// These in this order.
    Sequence(&'static [Component]),
    /// UTCTime or GeneralizedTime.
    Time,
    /// ANY: what its tag says, if that is a primitive universal type.
    Universal,
}

/// Where bytes are not what the ASN.1 says, and how.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Fault {
    /// The names of the components: `tbsCertificate.validity.notAfter`.
    pub(super) path: String,
    /// Offset of the element in the whole.
    pub(super) at: usize,
    /// What is wrong: lower case, no full stop.
    pub(super) reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => write!(f, "byte {}: {}", self.at, self.reason),
            path => write!(f, "{path} (byte {}): {}", self.at, self.reason),
        }
    }
}

/// Holds `bytes`, a part of `whole`, against `component`.
///
/// # Errors
///
/// The first fault, in the order of the bytes.
pub(super) fn walk(component: &Component, bytes: &[u8], whole: &[u8]) -> Result<(), Fault> {
    let walk = Walk { whole };
    walk.sequence(std::slice::from_ref(component), bytes)
}

impl Component {
    const fn new(name: &'static str, tag: u8, content: Type) -> Self {
        Self { name, tag: Tag::Only(tag), optional: false, content }
    }

    const fn with(name: &'static str, tag: Tag, content: Type) -> Self {
        Self { name, tag, optional: false, content }
    }

    const fn optional(self) -> Self {
        // The fields have no destructor, but `..self` would be one to a const fn.
        let Self { name, tag, content, .. } = self;
        Self { name, tag, optional: true, content }
    }

    #[inline]
    fn takes(&self, tag: u8) -> bool {
        match (&self.tag, &self.content) {
            (Tag::Any, _) => true,
            (Tag::Only(only), _) => *only == tag,
            (Tag::OneOf(all), _) => all.contains(&tag),
            (Tag::String, _) => is_string(tag),
            (Tag::Choice, Type::Choice(all)) => all.iter().any(|one| one.takes(tag)),
            (Tag::Choice, _) => false,
        }
    }
}

struct Walk<'a> {
    whole: &'a [u8],
}

impl<'a> Walk<'a> {
    /// The components in this order, and nothing behind them.
    fn sequence(&self, components: &[Component], bytes: &'a [u8]) -> Result<(), Fault> {
        let (mut rest, mut identifier) = (bytes, &[][..]);
        for component in components {
            match rest.first() {
                Some(tag) if component.takes(*tag) => {
                    let element = self.element(rest).map_err(|f| f.within(component))?;
                    self.content(component, &element, identifier)?;
                    if element.tag == OID {
                        identifier = element.content;
                    }
                    rest = element.rest;
                }
                _ if component.optional => {}
                _ => return Err(self.misplaced(component, rest)),
            }
        }
        match rest {
            [] => Ok(()),
            _ => Err(self.fault(rest, behind(rest))),
        }
    }

    /// What is in an element that has the tag of `component`.
    fn content(
        &self,
        component: &Component,
        element: &Element<'a>,
        identifier: &[u8],
    ) -> Result<(), Fault> {
        let inside = match &component.content {
            Type::Opaque => Ok(()),
            Type::Sequence(components) => self.sequence(components, element.content),
            Type::ListAtMost(most, _) if element.whole.len() > *most => {
                let reason = format!("longer than {most} bytes, which OpenSSL does not read");
                Err(self.fault(element.whole, reason))
            }
            Type::ListOf(one) | Type::ListAtMost(_, one) => self.list(one, element.content),
            Type::Choice(all) => match all.iter().find(|one| one.takes(element.tag)) {
                Some(one) => self.content(one, element, identifier),
                None => Ok(()),
            },
            Type::DefinedBy(rows) => match rows.iter().find(|row| row.0 == identifier) {
                Some((_, component)) => {
                    self.sequence(std::slice::from_ref(component), element.whole)
                }
                None => self.primitive(element, primitive::universal),
            },
            Type::Bits => self.primitive(element, |_, content| primitive::bits(content)),
            Type::Bytes => self.primitive(element, |_, content| primitive::bytes(content)),
            Type::Boolean => self.primitive(element, |_, content| primitive::boolean(content)),
            Type::Integer => self.primitive(element, |_, content| primitive::integer(content)),
            Type::Oid => self.primitive(element, |_, content| primitive::oid(content)),
            Type::Time => self.primitive(element, primitive::time),
            Type::Universal => self.primitive(element, primitive::universal),
        };
        inside.map_err(|fault| fault.within(component))
    }

    fn list(&self, one: &Component, mut bytes: &'a [u8]) -> Result<(), Fault> {
        while let Some(tag) = bytes.first() {
            if !one.takes(*tag) {
                return Err(self.misplaced(one, bytes));
            }
            let element = self.element(bytes).map_err(|f| f.within(one))?;
            self.content(one, &element, &[])?;
            bytes = element.rest;
        }
        Ok(())
    }

    #[inline]
    fn primitive(
        &self,
        element: &Element<'_>,
        check: impl Fn(u8, &[u8]) -> Result<(), String>,
    ) -> Result<(), Fault> {
        check(element.tag, element.content).map_err(|reason| self.fault(element.whole, reason))
    }

    #[inline]
    fn element(&self, bytes: &'a [u8]) -> Result<Element<'a>, Fault> {
        element(bytes).ok_or_else(|| self.fault(bytes, why_no_element(bytes)))
    }

    #[cold]
    fn misplaced(&self, component: &Component, bytes: &[u8]) -> Fault {
        let reason = match bytes.first() {
            None => "missing".to_owned(),
            Some(tag) => {
                let found = primitive::with_article(*tag);
                match component.tag.described() {
                    Some(wanted) => format!("found {found} where {wanted} belongs"),
                    None => format!("found {found}, which does not belong here"),
                }
            }
        };
        self.fault(bytes, reason).within(component)
    }

    #[cold]
    fn fault(&self, at: &[u8], reason: String) -> Fault {
        Fault { path: String::new(), at: span(self.whole, at).start, reason }
    }
}

impl Fault {
    #[cold]
    fn within(mut self, component: &Component) -> Self {
        self.path = match (component.name, self.path.as_str()) {
            ("", _) => self.path,
            (name, "") => name.to_owned(),
            (name, path) => format!("{name}.{path}"),
        };
        self
    }
}

fn behind(rest: &[u8]) -> String {
    match rest.len() {
        1 => "1 byte follows what belongs here".to_owned(),
        count => format!("{count} bytes follow what belongs here"),
    }
}

#[cfg(test)]
mod tests;
