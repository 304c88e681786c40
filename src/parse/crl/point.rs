//! Distribution points: where a CA publishes which lists, in a certificate (RFC 5280 §4.2.1.13)
//! and in a list (§5.2.5).

use std::collections::HashSet;

use x509_parser::asn1_rs::FromDer;
use x509_parser::x509::X509Name;

use crate::parse::der;
use crate::parse::der::{all, only};
use crate::parse::name::Name;

/// The name of a distribution point.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PointName {
    /// GeneralNames, each as encoded.
    Full(Vec<Vec<u8>>),
    /// An RDN below the name of the issuer, as encoded.
    Relative(Vec<u8>),
}

impl PointName {
    /// What it is compared by.
    pub fn keys(&self) -> PointKeys<'_> {
        match self {
            Self::Full(names) => PointKeys::Full(names.iter().map(|name| key(name)).collect()),
            Self::Relative(name) => PointKeys::Relative(name),
        }
    }

    /// How long it is.
    pub fn size_bytes(&self) -> usize {
        match self {
            Self::Full(names) => names.iter().map(Vec::len).sum(),
            Self::Relative(name) => name.len(),
        }
    }

    fn parse(content: &[u8]) -> Option<Self> {
        let [name] = <[_; 1]>::try_from(all(content)?).ok()?;
        match name.tag {
            0xa0 => {
                let names = all(name.content)?;
                Some(Self::Full(names.iter().map(|n| n.whole.to_vec()).collect()))
            }
            0xa1 => Some(Self::Relative(name.content.to_vec())),
            _ => None,
        }
    }
}

/// The name of a distribution point, ready to be compared: in a table, as both sides may have
/// hundreds of thousands of names.
#[derive(Debug, Eq, PartialEq)]
pub enum PointKeys<'a> {
    /// Of GeneralNames.
    Full(HashSet<NameKey<'a>>),
    /// Of an RDN below the name of the issuer.
    Relative(&'a [u8]),
}

impl PointKeys<'_> {
    /// Whether the two have a name in common.
    pub fn meet(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Full(ours), Self::Full(theirs)) => !ours.is_disjoint(theirs),
            _ => self == other,
        }
    }

    /// Whether `name` is among them.
    pub fn holds_directory(&self, name: &Name) -> bool {
        match self {
            Self::Full(names) => names.contains(&NameKey::Directory(name.canonical().to_vec())),
            Self::Relative(_) => false,
        }
    }
}

/// What a GeneralName is compared by.
#[derive(Debug, Eq, Hash, PartialEq)]
pub enum NameKey<'a> {
    /// The canonical form of a directoryName.
    Directory(Vec<u8>),
    /// As encoded.
    Encoded(&'a [u8]),
}

fn key(name: &[u8]) -> NameKey<'_> {
    let directory = || {
        let (_, parsed) = X509Name::from_der(only(name, 0xa4)?).ok()?;
        Some(Name::new(&parsed).canonical().to_vec())
    };
    directory().map_or(NameKey::Encoded(name), NameKey::Directory)
}

/// One distribution point of a certificate.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct DistributionPoint {
    /// Its name.
    pub name: Option<PointName>,
    /// Whether its lists are about some reasons only.
    pub some_reasons: bool,
    /// Whether somebody else than the certificate's issuer makes its lists.
    pub other_issuer: bool,
}

/// The distribution points in the content of a certificate's extension; `None` if it is
/// malformed.
pub fn distribution_points(value: &[u8]) -> Option<Vec<DistributionPoint>> {
    let list = all(only(value, der::SEQUENCE)?)?;
    let point = |element: &der::Element<'_>| {
        (element.tag == der::SEQUENCE).then_some(())?;
        let mut point = DistributionPoint::default();
        for part in all(element.content)? {
            match part.tag {
                0xa0 => point.name = Some(PointName::parse(part.content)?),
                0x81 => point.some_reasons = true,
                0xa2 => point.other_issuer = true,
                _ => return None,
            }
        }
        Some(point)
    };
    list.iter().map(point).collect()
}

/// What a list is about, where that is not all certificates of its issuer.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct IssuingPoint {
    /// Where it is published: certificates with such a distribution point.
    pub name: Option<PointName>,
    /// End entities only.
    pub only_users: bool,
    /// CAs only.
    pub only_cas: bool,
    /// Attribute certificates only.
    pub only_attributes: bool,
    /// Certificates revoked for some reasons only.
    pub some_reasons: bool,
    /// It holds certificates of other issuers too.
    pub indirect: bool,
}

impl IssuingPoint {
    /// Reads the content of the extension; `None` if it is malformed.
    pub(super) fn parse(value: &[u8]) -> Option<Self> {
        let mut point = Self::default();
        for part in all(only(value, der::SEQUENCE)?)? {
            // FALSE is left out in DER; whatever is not zero is meant as TRUE.
            let set = part.content != [0];
            match part.tag {
                0xa0 => point.name = Some(PointName::parse(part.content)?),
                0x81 => point.only_users = set,
                0x82 => point.only_cas = set,
                0x83 => point.some_reasons = true,
                0x84 => point.indirect = set,
                0x85 => point.only_attributes = set,
                _ => return None,
            }
        }
        Some(point)
    }
}
