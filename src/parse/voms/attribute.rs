//! The attributes: `IetfAttrSyntax` (RFC 5755 §4.4) under VOMS' own OID.

use crate::parse::der::{OCTET_STRING, OID, SEQUENCE, SET, constructed, primitive};
use crate::parse::oid;
use crate::parse::voms::error::AcError;
use crate::parse::voms::fqan::Fqan;
use crate::parse::voms::reader::Reader;

/// The attribute type that holds FQANs.
const FQANS: &str = "1.3.6.1.4.1.8005.100.100.4";

/// The VO and server that answer for it: the policyAuthority, `vo://host:port`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Authority {
    /// All of it.
    pub text: String,
    /// The name of the VO.
    pub vo: String,
    /// The host of the VOMS server, which names its LSC file.
    pub host: String,
    /// Its port.
    pub port: u16,
}

impl Authority {
    /// Splits `vo://host:port`. Both names become file names, so they must not contain a path.
    pub fn parse(text: &str) -> Option<Self> {
        let (vo, server) = text.split_once("://")?;
        let (host, port) = server.rsplit_once(':')?;
        let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let sound = |part: &str| {
            !part.is_empty() && !part.starts_with(['.', '-']) && part.chars().all(word)
        };
        let digits = port.bytes().all(|byte| byte.is_ascii_digit());
        (sound(vo) && sound(host) && digits).then_some(())?;
        Some(Self {
            text: text.to_owned(),
            vo: vo.to_owned(),
            host: host.to_owned(),
            port: port.parse().ok()?,
        })
    }
}

/// The attributes that the server gives to the holder.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Attributes {
    /// The VO and the server.
    pub authority: Authority,
    /// Groups and roles. The first is the primary one.
    pub fqans: Vec<Fqan>,
}

impl Attributes {
    /// `SEQUENCE OF Attribute`. VOMS ignores other types.
    pub(super) fn read(info: &mut Reader<'_>) -> Result<Self, AcError> {
        let mut list = info.inside(SEQUENCE, "attributes")?;
        let mut found = None;
        while !list.is_empty() {
            let mut attribute = list.inside(SEQUENCE, "attribute")?;
            let kind = attribute.take(OID, "attribute.type")?;
            let mut values = attribute.inside(SET, "attribute.values")?;
            attribute.end("attribute")?;
            if oid::dotted(kind.content).as_deref() != Some(FQANS) {
                continue;
            }
            if found.is_some() {
                return attribute.fail("attribute", "the VOMS attribute occurs twice");
            }
            let value = values.inside(SEQUENCE, "attribute.values")?;
            values.end("attribute.values")?;
            found = Some(syntax(value)?);
        }
        match found {
            Some(found) => Ok(found),
            None => list.fail("attributes", "no VOMS attribute among them"),
        }
    }
}

/// `IetfAttrSyntax`: one policyAuthority, then octet strings.
fn syntax(mut value: Reader<'_>) -> Result<Attributes, AcError> {
    let mut names = value.inside(constructed(0), "policyAuthority")?;
    let name = names.take(primitive(6), "policyAuthority")?;
    names.end("policyAuthority")?;
    let text = String::from_utf8_lossy(name.content);
    let Some(authority) = Authority::parse(&text) else {
        return names.fail("policyAuthority", "not of the form vo://host:port");
    };
    let mut values = value.inside(SEQUENCE, "values")?;
    value.end("attribute.values")?;
    let mut fqans = Vec::new();
    while !values.is_empty() {
        let before = values;
        let content = values.take(OCTET_STRING, "values")?.content;
        let text = std::str::from_utf8(content).ok();
        match text.and_then(Fqan::parse) {
            Some(fqan) => fqans.push(fqan),
            None => return before.fail("values", "not an attribute name (/vo/group/Role=role)"),
        }
    }
    if fqans.is_empty() {
        return values.fail("values", "no attribute name");
    }
    Ok(Attributes { authority, fqans })
}

#[cfg(test)]
mod tests {
    use super::Authority;

    #[test]
    fn authorities() {
        let good = Authority::parse("vo.example.org://voms-1.cern.ch:15000").unwrap();
        let parts = (good.vo.as_str(), good.host.as_str(), good.port);
        assert_eq!(parts, ("vo.example.org", "voms-1.cern.ch", 15000));
        for bad in [
            "",
            "alice",
            "alice:/voms.cern.ch:15000",
            "://voms.cern.ch:15000",
            "alice://:15000",
            "alice://voms.cern.ch",
            "alice://voms.cern.ch:",
            "alice://voms.cern.ch:x",
            "alice://voms.cern.ch:+1",
            "alice://voms.cern.ch:65536",
            "../alice://voms.cern.ch:15000",
            "..://voms.cern.ch:15000",
            "alice://../x:15000",
            "alice://a/b:15000",
            "alice://[::1]:15000",
            "al ice://voms.cern.ch:15000",
        ] {
            assert_eq!(Authority::parse(bad), None, "{bad}");
        }
        assert!(Authority::parse("alice://voms.cern.ch:65535").is_some());
    }
}
