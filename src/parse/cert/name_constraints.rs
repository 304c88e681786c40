//! nameConstraints (RFC 5280 §4.2.1.10): subtrees in which names below a CA must lie, or must not
//! lie.

use core::net::IpAddr;
use std::fmt;

use crate::parse::cert::general_name::{GeneralName, address, is_host, mailbox};
use crate::parse::der::{Reader, SEQUENCE, fields, number, only};
use crate::parse::name::Name;

/// What a CA permits and excludes below it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct NameConstraints {
    /// A name of a form in this list must lie in one of these subtrees.
    pub permitted: Vec<Subtree>,
    /// No name may lie in one of these.
    pub excluded: Vec<Subtree>,
}

/// The base of a subtree. Hosts are in lower case.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Subtree {
    /// Names that begin with these RDNs.
    Directory(Name),
    /// A host and all below it. If empty, all hosts.
    Dns(String),
    /// All hosts below this one, without itself: written with a leading dot. RFC 5280 has this only
    /// for URIs and mail addresses, but OpenSSL, NSS, Go and webpki read it so.
    DnsDomain(String),
    /// All mail addresses of one host.
    EmailHost(String),
    /// All mail addresses of hosts below this one, without itself.
    EmailDomain(String),
    /// One mail address: local part, host.
    Mailbox(String, String),
    /// Addresses with the same first bits, whose number is given.
    Ip(IpAddr, u8),
    /// One host of a URI.
    UriHost(String),
    /// All hosts below this one, without itself.
    UriDomain(String),
    /// A form without rules for what lies below.
    Unsupported(GeneralName),
}

impl Subtree {
    /// The name form it constrains, as [`GeneralName::form`] has it.
    pub fn form(&self) -> &'static str {
        match self {
            Self::Directory(_) => "directoryName",
            Self::Dns(_) | Self::DnsDomain(_) => "dNSName",
            Self::EmailHost(_) | Self::EmailDomain(_) | Self::Mailbox(..) => "rfc822Name",
            Self::Ip(..) => "iPAddress",
            Self::UriHost(_) | Self::UriDomain(_) => "uniformResourceIdentifier",
            Self::Unsupported(name) => name.form(),
        }
    }
}

impl fmt::Display for Subtree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(name) => write!(f, "dirName:{}", name.screen()),
            Self::Dns(host) => write!(f, "DNS:{host}"),
            Self::DnsDomain(host) => write!(f, "DNS:.{host}"),
            Self::EmailHost(host) => write!(f, "email:{host}"),
            Self::EmailDomain(host) => write!(f, "email:.{host}"),
            Self::Mailbox(local, host) => write!(f, "email:{local}@{host}"),
            Self::Ip(base, bits) => write!(f, "IP:{base}/{bits}"),
            Self::UriHost(host) => write!(f, "URI:{host}"),
            Self::UriDomain(host) => write!(f, "URI:.{host}"),
            Self::Unsupported(name) => name.fmt(f),
        }
    }
}

/// Parses the value of the extension.
///
/// # Errors
///
/// What is malformed, or what it requires that certok cannot judge.
pub(super) fn name_constraints(der: &[u8]) -> Result<NameConstraints, String> {
    let broken = || "does not parse".to_owned();
    let fields = only(der, SEQUENCE).and_then(fields).ok_or_else(broken)?;
    let mut constraints = NameConstraints::default();
    let mut last = 0;
    for (tag, content) in fields {
        if tag <= last {
            return Err(broken());
        }
        last = tag;
        match tag {
            0xa0 => constraints.permitted = subtrees(content)?,
            0xa1 => constraints.excluded = subtrees(content)?,
            _ => return Err(broken()),
        }
    }
    // §4.2.1.10: one of the two is required. An empty list beside a good one does no harm.
    if constraints.permitted.is_empty() && constraints.excluded.is_empty() {
        return Err("permits and excludes nothing".to_owned());
    }
    Ok(constraints)
}

fn subtrees(content: &[u8]) -> Result<Vec<Subtree>, String> {
    let all = fields(content).ok_or("does not parse")?;
    all.into_iter()
        .map(|(tag, subtree)| match tag {
            SEQUENCE => parse_subtree(subtree),
            _ => Err("does not parse".to_owned()),
        })
        .collect()
}

fn parse_subtree(content: &[u8]) -> Result<Subtree, String> {
    let mut parts = Reader::new(content);
    let base = parts.read().ok_or("does not parse")?;
    // RFC 5280 §4.2.1.10: "minimum MUST be zero, and maximum MUST be absent".
    let distances = fields(parts.rest()).ok_or("does not parse")?;
    let from_the_base = |(tag, content): &(u8, &[u8])| *tag == 0x80 && number(content) == Some(0);
    if distances.len() > 1 || !distances.iter().all(from_the_base) {
        return Err("has a subtree with a minimum or maximum, which no software \
                    supports"
            .to_owned());
    }
    let name = if base.tag == 0x87 {
        return network(base.content).ok_or_else(|| {
            let name = GeneralName::Ip(base.content.to_vec());
            format!("has the malformed subtree {name}: an address and a mask are needed")
        });
    } else {
        GeneralName::parse(base.tag, base.content).ok_or("does not parse")?
    };
    let malformed = format!("has the malformed subtree {name}");
    subtree(name).ok_or(malformed)
}

/// The subtree below `name`, if the form is in RFC 5280.
fn subtree(name: GeneralName) -> Option<Subtree> {
    let host = |text: &str| is_host(text).then(|| text.to_ascii_lowercase());
    Some(match name {
        GeneralName::Directory(name) => Subtree::Directory(*name),
        GeneralName::Dns(text) => match text.strip_prefix('.') {
            Some(domain) => Subtree::DnsDomain(host(domain)?),
            None if text.is_empty() => Subtree::Dns(text),
            None => Subtree::Dns(host(&text)?),
        },
        GeneralName::Email(text) => match (text.strip_prefix('.'), text.contains('@')) {
            (_, true) => {
                let (local, host) = mailbox(&text)?;
                Subtree::Mailbox(local.to_owned(), host.to_ascii_lowercase())
            }
            (Some(domain), _) => Subtree::EmailDomain(host(domain)?),
            (None, _) => Subtree::EmailHost(host(&text)?),
        },
        GeneralName::Uri(text) => match text.strip_prefix('.') {
            Some(domain) => Subtree::UriDomain(host(domain)?),
            None => Subtree::UriHost(host(&text)?),
        },
        other => Subtree::Unsupported(other),
    })
}

/// An address and a mask of the same length. The mask is ones, then zeros (RFC 4632).
fn network(bytes: &[u8]) -> Option<Subtree> {
    let (base, mask) = bytes.split_at_checked(bytes.len() / 2)?;
    let bits = |word: u128, length: u32| {
        let ones = word.leading_ones();
        let prefix = word.checked_shl(ones).unwrap_or(0) == 0;
        prefix.then_some(u8::try_from(ones.min(length)).ok()?)
    };
    let bits = match address(mask)? {
        IpAddr::V4(mask) => bits(u128::from(mask.to_bits()) << 96, 32)?,
        IpAddr::V6(mask) => bits(mask.to_bits(), 128)?,
    };
    Some(Subtree::Ip(address(base)?, bits))
}
