//! What makes a certificate a proxy: proxyCertInfo of RFC 3820 or of the Globus drafts, or the last
//! CN of a legacy proxy.

use crate::parse::cert::{Certificate, CertificateKind, PROXY_DRAFT, PROXY_RFC3820, ProxyKind};
use crate::parse::der::{
    Element, INTEGER, OCTET_STRING, OID, Reader, SEQUENCE, constructed, number,
};
use crate::parse::oid;

/// The language in which a proxy's policy is written (RFC 3820 §3.8.2).
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Language {
    /// id-ppl-anyLanguage.
    Any,
    /// id-ppl-independent: none of the issuer's rights.
    Independent,
    /// id-ppl-inheritAll: all rights of the issuer.
    InheritAll,
    /// The language of Globus for all rights except starting jobs.
    Limited,
    /// Any other: dotted OID.
    Other(String),
}

/// Which of its issuer's rights a proxy has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Rights {
    /// All ("impersonation").
    Full,
    /// None: it is an identity of its own.
    Independent,
    /// All except starting jobs.
    Limited,
    /// Those in its policy, which few programs can read.
    Restricted,
}

/// What a proxy says about itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Proxy {
    /// The type of proxy.
    pub kind: ProxyKind,
    /// The language of its policy.
    pub language: Language,
    /// Whether it contains a policy in that language.
    pub has_policy: bool,
    /// How many proxies may be below it. `None` means any number, as does a number beyond `u32`.
    pub path_length: Option<u32>,
    /// Whether its extension is critical; legacy proxies have none.
    pub critical: bool,
}

impl Proxy {
    /// The proxy fields of `certificate`. `None` if it is not a proxy.
    ///
    /// # Errors
    ///
    /// Its proxyCertInfo is not the DER that its OID requires.
    pub fn of(certificate: &Certificate) -> Option<Result<Self, String>> {
        let CertificateKind::Proxy(kind) = certificate.kind() else {
            return None;
        };
        let value = |oid: &str| {
            let extension = certificate.extensions.named(oid)?;
            Some((extension.value.as_slice(), extension.critical))
        };
        let (info, critical) = match kind {
            ProxyKind::Legacy => return Some(Ok(legacy(certificate))),
            ProxyKind::Draft => value(PROXY_DRAFT).map(|(der, flag)| (draft(der), flag))?,
            ProxyKind::Rfc3820 => value(PROXY_RFC3820).map(|(der, flag)| (rfc3820(der), flag))?,
        };
        Some(info.map(|info| Self {
            kind,
            language: info.language,
            has_policy: info.has_policy,
            path_length: info.path_length,
            critical,
        }))
    }

    /// The rights of the proxy.
    ///
    /// RFC 3820 §3.8.2 forbids a policy with inheritAll and independent; Globus takes one as a
    /// restriction. No policy makes a limited proxy less limited, or gives an independent one
    /// rights of its issuer.
    pub fn rights(&self) -> Rights {
        match (&self.language, self.has_policy) {
            (Language::InheritAll, false) => Rights::Full,
            (Language::Independent, _) => Rights::Independent,
            (Language::Limited, _) => Rights::Limited,
            _ => Rights::Restricted,
        }
    }

    /// The name in grid-proxy-info.
    pub fn type_name(&self) -> String {
        let rights = match self.rights() {
            Rights::Full => "impersonation",
            Rights::Independent => "independent",
            Rights::Limited => "limited",
            Rights::Restricted => "restricted",
        };
        match (self.kind, self.rights()) {
            (ProxyKind::Rfc3820, _) => format!("RFC 3820 compliant {rights} proxy"),
            (ProxyKind::Draft, _) => format!("Proxy draft (pre-RFC) compliant {rights} proxy"),
            (ProxyKind::Legacy, Rights::Limited) => "limited legacy globus proxy".to_owned(),
            (ProxyKind::Legacy, _) => "full legacy globus proxy".to_owned(),
        }
    }
}

impl Language {
    /// Its dotted OID.
    pub fn oid(&self) -> &str {
        match self {
            Self::Other(oid) => oid,
            known => {
                LANGUAGES.iter().find(|(_, language)| language == known).map_or("", |(oid, _)| oid)
            }
        }
    }

    fn new(oid: String) -> Self {
        let known = LANGUAGES.iter().find(|(known, _)| *known == oid);
        known.map_or(Self::Other(oid), |(_, language)| language.clone())
    }
}

/// RFC 3820 §3.8.2. The last one is from Globus.
const LANGUAGES: &[(&str, Language)] = &[
    ("1.3.6.1.5.5.7.21.0", Language::Any),
    ("1.3.6.1.5.5.7.21.1", Language::InheritAll),
    ("1.3.6.1.5.5.7.21.2", Language::Independent),
    ("1.3.6.1.4.1.3536.1.1.1.9", Language::Limited),
];

/// The content of a proxyCertInfo.
struct Info {
    language: Language,
    has_policy: bool,
    path_length: Option<u32>,
}

/// For a legacy proxy the last CN says everything. Case does not matter (canl).
fn legacy(certificate: &Certificate) -> Proxy {
    let name = certificate.subject.common_name();
    let language =
        if name.eq_ignore_ascii_case("proxy") { Language::InheritAll } else { Language::Limited };
    Proxy {
        kind: ProxyKind::Legacy,
        language,
        has_policy: false,
        path_length: None,
        critical: false,
    }
}

/// `SEQUENCE { pCPathLenConstraint INTEGER OPTIONAL, proxyPolicy }` (RFC 3820 appendix A).
fn rfc3820(der: &[u8]) -> Result<Info, String> {
    let content = whole(der, SEQUENCE)?;
    let (length, rest) = match content.first() {
        Some(&INTEGER) => take(content, INTEGER).map(|(value, rest)| (Some(value), rest))?,
        _ => (None, content),
    };
    let path_length = length.map(path_length).transpose()?;
    let (language, has_policy) = policy(whole(rest, SEQUENCE)?)?;
    Ok(Info { language, has_policy, path_length })
}

/// `SEQUENCE { proxyPolicy, [1] EXPLICIT INTEGER OPTIONAL }` (draft-ietf-pkix-proxy before 2003,
/// as Globus 3 wrote it).
fn draft(der: &[u8]) -> Result<Info, String> {
    let (policy_content, rest) = take(whole(der, SEQUENCE)?, SEQUENCE)?;
    let path_length = match rest {
        [] => None,
        rest => Some(path_length(whole(whole(rest, constructed(1))?, INTEGER)?)?),
    };
    let (language, has_policy) = policy(policy_content)?;
    Ok(Info { language, has_policy, path_length })
}

/// `policyLanguage OBJECT IDENTIFIER, policy OCTET STRING OPTIONAL`.
fn policy(content: &[u8]) -> Result<(Language, bool), String> {
    let (identifier, rest) = take(content, OID)?;
    let language = oid::dotted(identifier).ok_or("has a policy language that is no OID in DER")?;
    let policy = match rest {
        [] => &[],
        rest => whole(rest, OCTET_STRING)?,
    };
    Ok((Language::new(language), !policy.is_empty()))
}

fn path_length(integer: &[u8]) -> Result<u32, String> {
    number(integer).ok_or_else(|| "has a path length that is negative or not strict DER".to_owned())
}

/// The content of the one element that `bytes` must be.
fn whole(bytes: &[u8], tag: u8) -> Result<&[u8], String> {
    match take(bytes, tag)? {
        (content, []) => Ok(content),
        (_, rest) => Err(format!("has {} bytes too many", rest.len())),
    }
}

/// The content of the element at the start of `bytes`, and what follows.
fn take(bytes: &[u8], tag: u8) -> Result<(&[u8], &[u8]), String> {
    let mut reader = Reader::new(bytes);
    match reader.read() {
        Some(found) if found.tag == tag => Ok((found.content, reader.rest())),
        Some(Element { tag: found, .. }) => {
            Err(format!("has tag {found:#04x} where {tag:#04x} belongs"))
        }
        None => Err("is cut short or not strict DER".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INHERIT: &[u8] = b"\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x15\x01";
    const LIMITED: &[u8] = b"\x30\x0d\x06\x0b\x2b\x06\x01\x04\x01\x9b\x50\x01\x01\x01\x09";

    fn sequence(parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        let length = u8::try_from(content.len()).expect("short");
        [&[0x30, length], content.as_slice()].concat()
    }

    fn read(parse: fn(&[u8]) -> Result<Info, String>, der: &[u8]) -> Option<(Language, bool, i64)> {
        let info = parse(der).ok()?;
        let length = info.path_length.map_or(-1, i64::from);
        Some((info.language, info.has_policy, length))
    }

    #[test]
    fn both_orders() {
        use Language::{InheritAll, Limited};
        for (parse, der, expected) in [
            (rfc3820 as fn(&[u8]) -> _, sequence(&[INHERIT]), Some((InheritAll, false, -1))),
            (rfc3820, sequence(&[b"\x02\x01\x00", INHERIT]), Some((InheritAll, false, 0))),
            (rfc3820, sequence(&[b"\x02\x02\x01\x00", LIMITED]), Some((Limited, false, 256))),
            (
                rfc3820,
                sequence(&[b"\x02\x06\x7f\x00\x00\x00\x00\x00", LIMITED]),
                Some((Limited, false, i64::from(u32::MAX))),
            ),
            // An empty policy is none.
            (
                rfc3820,
                sequence(&[&sequence(&[&INHERIT[2..], b"\x04\x00"])]),
                Some((InheritAll, false, -1)),
            ),
            (
                rfc3820,
                sequence(&[&sequence(&[&INHERIT[2..], b"\x04\x01x"])]),
                Some((InheritAll, true, -1)),
            ),
            (draft, sequence(&[INHERIT]), Some((InheritAll, false, -1))),
            (draft, sequence(&[LIMITED, b"\xa1\x03\x02\x01\x05"]), Some((Limited, false, 5))),
            // Each other's order.
            (draft, sequence(&[b"\x02\x01\x00", INHERIT]), None),
            (rfc3820, sequence(&[INHERIT, b"\xa1\x03\x02\x01\x05"]), None),
            // inheritAll, but for its last number: without an end, or with zero bits before it.
            (rfc3820, sequence(&[&[&INHERIT[..11], b"\x81"].concat()]), None),
            (rfc3820, sequence(&[b"\x30\x0b\x06\x09\x2b\x06\x01\x05\x05\x07\x15\x80\x01"]), None),
            // Not DER.
            (rfc3820, sequence(&[b"\x02\x01\xff", INHERIT]), None),
            (rfc3820, sequence(&[b"\x02\x02\x00\x01", INHERIT]), None),
            (rfc3820, sequence(&[b"\x02\x00", INHERIT]), None),
            (rfc3820, sequence(&[]), None),
            (rfc3820, sequence(&[INHERIT, b"\x05\x00"]), None),
            (rfc3820, [&sequence(&[INHERIT])[..], b"\x00"].concat(), None),
            (rfc3820, [b"\x30\x81\x0c", INHERIT].concat(), None),
            (rfc3820, [b"\x30\x80", INHERIT, b"\0\0"].concat(), None),
            (rfc3820, Vec::new(), None),
        ] {
            assert_eq!(read(parse, &der), expected, "{der:02x?}");
        }
    }
}
