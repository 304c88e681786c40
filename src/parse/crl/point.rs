//! Distribution points: where a CA publishes which lists. In a certificate (RFC 5280 §4.2.1.13) and
//! in a list (§5.2.5).

use std::collections::HashSet;

use crate::parse::cert::GeneralName;
use crate::parse::crl::reasons::ReasonFlags;
use crate::parse::der;
use crate::parse::der::{all, only};
use crate::parse::name::Name;

/// The name of a distribution point.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum PointName {
    /// GeneralNames, each as encoded.
    Full(Vec<Vec<u8>>),
    /// An RDN below the name of the CRL issuer: the canonical form of the RDN.
    Relative(Vec<u8>),
}

impl PointName {
    /// The keys for comparing. `crl_issuer` makes the lists.
    pub fn keys(&self, crl_issuer: &Name) -> PointKeys<'_> {
        PointKeys(match self {
            Self::Full(names) => names.iter().map(|name| key(name)).collect(),
            Self::Relative(rdn) => {
                let whole = [crl_issuer.canonical(), rdn].concat();
                HashSet::from([NameKey::Directory(whole)])
            }
        })
    }

    /// How long it is.
    pub fn size_bytes(&self) -> usize {
        match self {
            Self::Full(names) => names.iter().map(Vec::len).sum(),
            Self::Relative(rdn) => rdn.len(),
        }
    }

    fn parse(content: &[u8]) -> Option<Self> {
        let [name] = <[_; 1]>::try_from(all(content)?).ok()?;
        match name.tag {
            0xa0 => {
                let names = all(name.content)?;
                Some(Self::Full(names.iter().map(|n| n.whole.to_vec()).collect()))
            }
            0xa1 => Some(Self::Relative(Name::of_rdn(name.content)?.canonical().to_vec())),
            _ => None,
        }
    }
}

/// The name of a distribution point, prepared to be compared. It is a hash set, because both sides
/// may have hundreds of thousands of names.
#[derive(Debug)]
pub struct PointKeys<'a>(HashSet<NameKey<'a>>);

impl PointKeys<'_> {
    /// Whether the two have a name in common.
    pub fn meet(&self, other: &Self) -> bool {
        !self.0.is_disjoint(&other.0)
    }

    /// Whether `name` is among them.
    pub fn holds_directory(&self, name: &Name) -> bool {
        self.0.contains(&NameKey::Directory(name.canonical().to_vec()))
    }
}

/// How a GeneralName is compared.
#[derive(Debug, Eq, Hash, PartialEq)]
enum NameKey<'a> {
    /// The canonical form of a directoryName.
    Directory(Vec<u8>),
    /// As encoded.
    Encoded(&'a [u8]),
}

fn key(name: &[u8]) -> NameKey<'_> {
    let directory = only(name, 0xa4).and_then(Name::parse);
    let canonical = directory.map(|name| NameKey::Directory(name.canonical().to_vec()));
    canonical.unwrap_or(NameKey::Encoded(name))
}

/// One distribution point of a certificate.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct DistributionPoint {
    /// Its name.
    pub name: Option<PointName>,
    /// The reasons that its lists cover. None means all.
    pub reasons: Option<ReasonFlags>,
    /// The CRL issuers, if not the certificate's issuer.
    pub crl_issuer: Option<Vec<Name>>,
}

/// The distribution points in the content of a certificate's extension. `None` if it is malformed.
pub fn distribution_points(value: &[u8]) -> Option<Vec<DistributionPoint>> {
    let list = all(only(value, der::SEQUENCE)?)?;
    let point = |element: &der::Element<'_>| {
        (element.tag == der::SEQUENCE).then_some(())?;
        let mut point = DistributionPoint::default();
        for part in all(element.content)? {
            match part.tag {
                0xa0 => point.name = Some(PointName::parse(part.content)?),
                0x81 => point.reasons = Some(ReasonFlags::read(part.content)),
                0xa2 => point.crl_issuer = Some(directory_names(part.content)?),
                _ => return None,
            }
        }
        Some(point)
    };
    list.iter().map(point).collect()
}

/// The directory names among GeneralNames. Other forms cannot name the issuer of a list.
pub(super) fn directory_names(content: &[u8]) -> Option<Vec<Name>> {
    let names = der::fields(content)?.into_iter();
    let names: Option<Vec<GeneralName>> =
        names.map(|(tag, content)| GeneralName::parse(tag, content)).collect();
    let directory = |name| match name {
        GeneralName::Directory(name) => Some(*name),
        _ => None,
    };
    Some(names?.into_iter().filter_map(directory).collect())
}

/// The scope of a list, if it does not cover all certificates of its issuer.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct IssuingPoint {
    /// Where it is published. It covers certificates with such a distribution point.
    pub name: Option<PointName>,
    /// The kind of certificates that it covers. None means all kinds.
    pub only: Option<OnlyContains>,
    /// The reasons that it covers. None means all.
    pub reasons: Option<ReasonFlags>,
    /// It may hold certificates of other issuers too.
    pub indirect: bool,
}

/// The only kind of certificates that a list covers.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum OnlyContains {
    /// Attribute certificates.
    AttributeCerts,
    /// CAs.
    CaCerts,
    /// End entities.
    UserCerts,
}

impl IssuingPoint {
    /// Reads the content of the extension. `None` if it is malformed, empty, or restricts the list
    /// to more than one kind.
    pub(super) fn parse(value: &[u8]) -> Option<Self> {
        let mut point = Self::default();
        let parts = all(only(value, der::SEQUENCE)?)?;
        for part in &parts {
            // DER omits FALSE. Any byte but zero counts as TRUE.
            let set = part.content != [0];
            let kind = match part.tag {
                0xa0 => {
                    point.name = Some(PointName::parse(part.content)?);
                    None
                }
                0x81 => Some(OnlyContains::UserCerts),
                0x82 => Some(OnlyContains::CaCerts),
                0x83 => {
                    point.reasons = Some(ReasonFlags::read(part.content));
                    None
                }
                0x84 => {
                    point.indirect = set;
                    None
                }
                0x85 => Some(OnlyContains::AttributeCerts),
                _ => return None,
            };
            if let Some(kind) = kind.filter(|_| set)
                && point.only.replace(kind).is_some()
            {
                return None;
            }
        }
        (!parts.is_empty()).then_some(point)
    }
}
