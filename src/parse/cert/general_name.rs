//! GeneralName (RFC 5280 §4.2.1.6): the names in subjectAltName and in name constraints.

use core::net::IpAddr;
use std::fmt;

use x509_parser::asn1_rs::FromDer;
use x509_parser::x509::X509Name;

use crate::parse::der::{Reader, SEQUENCE, fields, only};
use crate::parse::name::Name;
use crate::parse::oid::dotted;
use crate::text::hex::hex;

/// A name of a subject, in one of the forms of X.509.
///
/// Texts are unchanged. Bytes that are not UTF-8, and so not an IA5String, appear as U+FFFD.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum GeneralName {
    /// directoryName.
    Directory(Box<Name>),
    /// dNSName.
    Dns(String),
    /// ediPartyName.
    EdiParty,
    /// rfc822Name.
    Email(String),
    /// iPAddress: 4 or 16 bytes, if correct.
    Ip(Vec<u8>),
    /// otherName: the dotted OID of its type.
    Other(String),
    /// registeredID: dotted.
    RegisteredId(String),
    /// SmtpUTF8Mailbox, an otherName to which constraints on rfc822Name apply (RFC 9598 §6).
    SmtpUtf8(String),
    /// uniformResourceIdentifier.
    Uri(String),
    /// x400Address.
    X400,
}

impl GeneralName {
    /// The name of the form in RFC 5280.
    pub fn form(&self) -> &'static str {
        match self {
            Self::Directory(_) => "directoryName",
            Self::Dns(_) => "dNSName",
            Self::EdiParty => "ediPartyName",
            Self::Email(_) | Self::SmtpUtf8(_) => "rfc822Name",
            Self::Ip(_) => "iPAddress",
            Self::Other(_) => "otherName",
            Self::RegisteredId(_) => "registeredID",
            Self::Uri(_) => "uniformResourceIdentifier",
            Self::X400 => "x400Address",
        }
    }

    /// From the tag byte and the content of its element.
    pub(in crate::parse) fn parse(tag: u8, content: &[u8]) -> Option<Self> {
        let text = || String::from_utf8_lossy(content).into_owned();
        Some(match tag {
            0xa0 => {
                let mut parts = Reader::new(content);
                let kind = parts.read()?;
                let id = dotted(kind.content)?;
                match smtp_utf8(parts.rest()) {
                    Some(mailbox) if id == SMTP_UTF8_MAILBOX => Self::SmtpUtf8(mailbox),
                    _ => Self::Other(id),
                }
            }
            0x81 => Self::Email(text()),
            0x82 => Self::Dns(text()),
            0xa3 => Self::X400,
            0xa4 => {
                only(content, SEQUENCE)?;
                Self::Directory(Box::new(Name::new(&X509Name::from_der(content).ok()?.1)))
            }
            0xa5 => Self::EdiParty,
            0x86 => Self::Uri(text()),
            0x87 => Self::Ip(content.to_vec()),
            0x88 => Self::RegisteredId(dotted(content)?),
            _ => return None,
        })
    }

    /// The names of a GeneralNames SEQUENCE.
    pub(in crate::parse) fn parse_all(der: &[u8]) -> Option<Vec<Self>> {
        let all = fields(only(der, SEQUENCE)?)?;
        all.into_iter().map(|(tag, content)| Self::parse(tag, content)).collect()
    }
}

impl fmt::Display for GeneralName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(name) => write!(f, "dirName:{}", name.screen()),
            Self::Dns(host) => write!(f, "DNS:{host}"),
            Self::EdiParty => f.write_str("ediPartyName"),
            Self::Email(mail) => write!(f, "email:{mail}"),
            Self::Ip(bytes) => match address(bytes) {
                Some(ip) => write!(f, "IP:{ip}"),
                None => write!(f, "IP:#{}", hex(bytes)),
            },
            Self::Other(oid) => write!(f, "otherName:{oid}"),
            Self::RegisteredId(oid) => write!(f, "registeredID:{oid}"),
            Self::SmtpUtf8(mail) => write!(f, "SmtpUTF8Mailbox:{mail}"),
            Self::Uri(uri) => write!(f, "URI:{uri}"),
            Self::X400 => f.write_str("x400Address"),
        }
    }
}

/// id-on-SmtpUTF8Mailbox.
const SMTP_UTF8_MAILBOX: &str = "1.3.6.1.5.5.7.8.9";

/// The UTF8String in the value of an otherName.
fn smtp_utf8(value: &[u8]) -> Option<String> {
    let text = only(only(value, 0xa0)?, 0x0c)?;
    String::from_utf8(text.to_vec()).ok()
}

/// An address from its 4 or 16 bytes.
pub(super) fn address(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from)).ok()
}

/// Whether `text` is a host name in the preferred syntax (RFC 1034 §3.5, RFC 1123 §2.1).
/// Underscores are accepted, because they are in use. No label is empty, so there is no dot at
/// either end.
pub fn is_host(text: &str) -> bool {
    let of_host = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(of_host)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

/// Splits a mail address `local@host` (RFC 5321 §4.1.2). RFC 6531 allows any alphabet in the local
/// part. `None` if it is not one.
pub fn mailbox(text: &str) -> Option<(&str, &str)> {
    let (local, host) = text.rsplit_once('@')?;
    let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    let plain = |b: u8| !b.is_ascii() || b.is_ascii_graphic() && !SPECIALS.contains(&b);
    let good = quoted && !local.bytes().any(|b| b.is_ascii_control())
        || !local.is_empty() && local.bytes().all(plain);
    (good && is_host(host)).then_some((local, host))
}

/// Characters that a local part may contain only in quotes (RFC 5321 §4.1.2, RFC 5322 §3.2.3).
const SPECIALS: &[u8] = b"@\"(),:;<>[]\\";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        let (longest, longer) = ("a".repeat(63), "a".repeat(64));
        let name = |count: usize| vec!["abcdefghi"; count].join(".") + ".abc";
        assert_eq!(name(25).len(), 253);
        for (text, good) in [
            ("certok.test", true),
            ("CERTOK-1.te_st", true),
            ("localhost", true),
            (longest.as_str(), true),
            (longer.as_str(), false),
            (name(25).as_str(), true),
            (&(name(25) + "d"), false),
            ("", false),
            (".certok.test", false),
            ("certok.test.", false),
            ("certok..test", false),
            ("-certok.test", false),
            ("certok-.test", false),
            ("*.certok.test", false),
            ("certok test", false),
            ("cértok.test", false),
        ] {
            assert_eq!(is_host(text), good, "{text}");
        }
    }

    #[test]
    fn mailboxes() {
        for (text, parts) in [
            ("a@certok.test", Some(("a", "certok.test"))),
            ("*+x@certok.test", Some(("*+x", "certok.test"))),
            ("\"a @b\"@certok.test", Some(("\"a @b\"", "certok.test"))),
            ("é@certok.test", Some(("é", "certok.test"))),
            ("@certok.test", None),
            ("a@", None),
            ("a", None),
            ("a@b@certok.test", None),
            ("a b@certok.test", None),
            ("a@[192.0.2.1]", None),
            ("a\u{7}@certok.test", None),
        ] {
            assert_eq!(mailbox(text), parts, "{text}");
        }
    }
}
