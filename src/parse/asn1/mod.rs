//! A strict check of DER: compares all bytes with the ASN.1 of RFC 5280, which is written down as
//! data.
//!
//! Every element in the ASN.1 is checked once: its tag, whether it is constructed, its length in
//! the single form of DER (X.690 §10.1), its place, and that nothing follows. Later parsing can
//! rely on this. Nothing is stored, and memory is allocated only for an error.
//!
//! Some rules of DER are ignored, as in OpenSSL, GnuTLS and Go, because CAs in use break them: a
//! DEFAULT value that is written out, the order of a SET OF, zero bits at the end of named bits,
//! the alphabet of a PrintableString.

pub(super) mod certificate;
pub(super) mod extension;
pub(super) mod list;
mod primitive;
pub(super) mod time;

use std::fmt;

pub(super) use crate::parse::asn1::primitive::integer;
use crate::parse::asn1::primitive::is_string;
use crate::parse::der::{Element, OID, Reader};

/// A component of a SEQUENCE, or an alternative of a CHOICE: its name, tag and content.
pub(super) struct Component {
    /// Its name in RFC 5280. Empty if it has none; then it is left out of paths.
    name: &'static str,
    tag: Tag,
    optional: bool,
    content: Type,
}

/// The tags that a component may have.
enum Tag {
    /// Any at all.
    Any,
    /// The tag of one of the alternatives.
    Choice,
    /// This one.
    Only(u8),
    /// One of these.
    OneOf(&'static [u8]),
    /// A string type that OpenSSL accepts in names.
    String,
}

impl Tag {
    /// A short word for messages, if there is one.
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

/// The content of an element.
enum Type {
    /// An OCTET STRING, a text whose alphabet is not checked, or something that is parsed
    /// elsewhere.
    Opaque,
    /// BIT STRING.
    Bits,
    /// BOOLEAN.
    Boolean,
    /// BIT STRING of whole bytes.
    Bytes,
    /// One of these.
    Choice(&'static [Component]),
    /// Defined by the OBJECT IDENTIFIER before it: the OID's content, and the component. For other
    /// OIDs, anything.
    DefinedBy(&'static [(&'static [u8], Component)]),
    /// INTEGER or ENUMERATED.
    Integer,
    /// The same with at most this many bytes.
    ListAtMost(usize, &'static Component),
    /// SEQUENCE OF or SET OF.
    ListOf(&'static Component),
    /// OBJECT IDENTIFIER.
    Oid,
    /// These in this order.
    Sequence(&'static [Component]),
    /// UTCTime or GeneralizedTime.
    Time,
    /// ANY: if the tag is a primitive universal type, it decides.
    Universal,
}

/// The first difference from the ASN.1.
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

/// Checks `bytes`, a part of `whole`, against `component`.
///
/// # Errors
///
/// The first fault, in the order of the bytes.
pub(super) fn walk(component: &Component, bytes: &[u8], whole: &[u8]) -> Result<(), Fault> {
    sequence(std::slice::from_ref(component), Reader::within(whole, bytes))
}

impl Component {
    const fn new(name: &'static str, tag: u8, content: Type) -> Self {
        Self { name, tag: Tag::Only(tag), optional: false, content }
    }

    const fn with(name: &'static str, tag: Tag, content: Type) -> Self {
        Self { name, tag, optional: false, content }
    }

    const fn optional(self) -> Self {
        // `..self` would drop fields, which a const fn cannot do, although they have no destructor.
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

/// Checks the components in order, and that nothing follows.
fn sequence(components: &[Component], mut fields: Reader<'_>) -> Result<(), Fault> {
    let mut identifier = &[][..];
    for component in components {
        match fields.peek() {
            Some(tag) if component.takes(tag) => {
                let element = read(&mut fields).map_err(|fault| fault.within(component))?;
                content(component, &element, identifier)?;
                if element.tag == OID {
                    identifier = element.content;
                }
            }
            _ if component.optional => {}
            _ => return Err(misplaced(component, &fields)),
        }
    }
    match fields.rest() {
        [] => Ok(()),
        rest => Err(fault(fields.at(), behind(rest))),
    }
}

/// Checks the content of an element with the tag of `component`.
fn content(component: &Component, element: &Element<'_>, identifier: &[u8]) -> Result<(), Fault> {
    let inside = match &component.content {
        Type::Opaque => Ok(()),
        Type::Sequence(components) => sequence(components, element.reader()),
        Type::ListAtMost(most, _) if element.whole.len() > *most => {
            let reason = format!("longer than {most} bytes, which OpenSSL does not read");
            Err(fault(element.at, reason))
        }
        Type::ListOf(one) | Type::ListAtMost(_, one) => list(one, element.reader()),
        Type::Choice(all) => match all.iter().find(|one| one.takes(element.tag)) {
            Some(one) => content(one, element, identifier),
            None => Ok(()),
        },
        Type::DefinedBy(rows) => match rows.iter().find(|row| row.0 == identifier) {
            Some((_, component)) => sequence(std::slice::from_ref(component), element.again()),
            None => primitive(element, primitive::universal),
        },
        Type::Bits => primitive(element, |_, content| primitive::bits(content)),
        Type::Bytes => primitive(element, |_, content| primitive::bytes(content)),
        Type::Boolean => primitive(element, |_, content| primitive::boolean(content)),
        Type::Integer => primitive(element, |_, content| primitive::integer(content)),
        Type::Oid => primitive(element, |_, content| primitive::oid(content)),
        Type::Time => primitive(element, primitive::time),
        Type::Universal => primitive(element, primitive::universal),
    };
    inside.map_err(|fault| fault.within(component))
}

fn list(one: &Component, mut elements: Reader<'_>) -> Result<(), Fault> {
    while let Some(tag) = elements.peek() {
        if !one.takes(tag) {
            return Err(misplaced(one, &elements));
        }
        let element = read(&mut elements).map_err(|fault| fault.within(one))?;
        content(one, &element, &[])?;
    }
    Ok(())
}

#[inline]
fn primitive(
    element: &Element<'_>,
    check: impl Fn(u8, &[u8]) -> Result<(), String>,
) -> Result<(), Fault> {
    check(element.tag, element.content).map_err(|reason| fault(element.at, reason))
}

#[inline]
fn read<'a>(reader: &mut Reader<'a>) -> Result<Element<'a>, Fault> {
    reader.read().ok_or_else(|| fault(reader.at(), reader.why_not()))
}

#[cold]
fn misplaced(component: &Component, fields: &Reader<'_>) -> Fault {
    let reason = match fields.peek() {
        None => "missing".to_owned(),
        Some(tag) => {
            let found = primitive::with_article(tag);
            match component.tag.described() {
                Some(wanted) => format!("found {found} where {wanted} belongs"),
                None => format!("found {found}, which does not belong here"),
            }
        }
    };
    fault(fields.at(), reason).within(component)
}

#[cold]
fn fault(at: usize, reason: String) -> Fault {
    Fault { path: String::new(), at, reason }
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
