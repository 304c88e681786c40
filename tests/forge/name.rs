//! Distinguished names, with the string type of every value chosen.

use super::der;

/// How a value is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Text {
    /// BMPString.
    Bmp,
    /// IA5String.
    Ia5,
    /// PrintableString.
    Printable,
    /// TeletexString.
    T61,
    /// UniversalString.
    Universal,
    /// UTF8String.
    Utf8,
}

/// Attribute types by the names grid people use.
const TYPES: &[(&str, &str)] = &[
    ("C", "2.5.4.6"),
    ("CN", "2.5.4.3"),
    ("DC", "0.9.2342.19200300.100.1.25"),
    ("L", "2.5.4.7"),
    ("O", "2.5.4.10"),
    ("OU", "2.5.4.11"),
    ("ST", "2.5.4.8"),
    ("UID", "0.9.2342.19200300.100.1.1"),
    ("emailAddress", "1.2.840.113549.1.9.1"),
    ("serialNumber", "2.5.4.5"),
];

/// A name: RDNs in encoded order, each one or more ready AttributeTypeAndValue elements.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Name(Vec<Vec<Vec<u8>>>);

impl Name {
    /// From slash form, for values without `/`. The usual string types: C and serialNumber
    /// Printable, DC and emailAddress IA5, the rest UTF8.
    pub fn slash(text: &str) -> Self {
        let mut name = Self::default();
        for part in text.split('/').skip(1) {
            let (kind, value) = part.split_once('=').expect("type=value");
            name = name.with(kind, value);
        }
        name
    }

    /// One more RDN, of the usual string type; the value may hold anything.
    pub fn with(self, kind: &str, value: &str) -> Self {
        self.with_text(kind, usual(kind), value)
    }

    /// One more RDN, of the string type given.
    pub fn with_text(mut self, kind: &str, text: Text, value: &str) -> Self {
        self.0.push(vec![attribute(kind, text, value)]);
        self
    }

    /// One more RDN of several attributes, of the usual string types, sorted as DER wants.
    pub fn with_several(mut self, attributes: &[(&str, &str)]) -> Self {
        let mut rdn: Vec<_> =
            attributes.iter().map(|(kind, value)| attribute(kind, usual(kind), value)).collect();
        rdn.sort();
        self.0.push(rdn);
        self
    }

    /// DER Name.
    pub fn der(&self) -> Vec<u8> {
        der::tlv(der::SEQUENCE, &self.0.iter().map(|rdn| rdn_set(rdn)).collect::<Vec<_>>().concat())
    }

    /// `[4]`: a directoryName as GeneralName.
    pub fn general(&self) -> Vec<u8> {
        der::context(4, &self.der())
    }
}

fn rdn_set(attributes: &[Vec<u8>]) -> Vec<u8> {
    der::tlv(der::SET, &attributes.concat())
}

fn attribute(kind: &str, text: Text, value: &str) -> Vec<u8> {
    let dotted = TYPES.iter().find(|(name, _)| *name == kind).map_or(kind, |(_, oid)| oid);
    let value = match text {
        Text::Bmp => der::bmp(value),
        Text::Ia5 => der::ia5(value),
        Text::Printable => der::printable(value),
        Text::T61 => der::t61(value),
        Text::Universal => der::universal(value),
        Text::Utf8 => der::utf8(value),
    };
    der::sequence(&[&der::oid(dotted), &value])
}

fn usual(kind: &str) -> Text {
    match kind {
        "C" | "serialNumber" => Text::Printable,
        "DC" | "emailAddress" => Text::Ia5,
        _ => Text::Utf8,
    }
}
