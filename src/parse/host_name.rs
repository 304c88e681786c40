//! The name of a host as a client uses it, compared with the names in a certificate.

use core::fmt;
use core::net::IpAddr;

use crate::parse::cert::is_host;

/// A host, by name or address.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum HostName {
    /// An address. Only an iPAddress matches it (RFC 6125 §1.7.2, RFC 2818 §3.1).
    Address(IpAddr),
    /// A DNS name, in lower case and without a dot at the end.
    Dns(String),
}

impl HostName {
    /// Reads a name or an address. IPv6 may be in brackets.
    ///
    /// # Errors
    ///
    /// Why it is neither.
    pub fn parse(text: &str) -> Result<Self, String> {
        let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        if let Ok(address) = bare.unwrap_or(text).parse() {
            return Ok(Self::Address(address));
        }
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        if is_host(&name) {
            return Ok(Self::Dns(name));
        }
        Err(match text {
            "" => "the name of a host is wanted; the one given is empty".to_owned(),
            _ if !text.is_ascii() => {
                format!("'{text}' is not ASCII: give the form that certificates have, xn--…")
            }
            _ if text.contains("://") || text.contains('/') => {
                format!("'{text}' is not the name of a host: give only the name in it")
            }
            _ if text.contains(':') => {
                format!("'{text}' is not the name of a host: leave the port away")
            }
            _ if text.contains('*') => {
                format!("'{text}' is a pattern: give the name of one host")
            }
            _ => format!("'{text}' is not the name of a host"),
        })
    }

    /// Whether the dNSName `pattern` matches: it is the same name, or its first label is `*`, which
    /// stands for exactly one label (RFC 6125 §6.4.3; RFC 9525 §6.3). Behind the `*` there must be
    /// two labels, as for OpenSSL and browsers.
    pub fn is_named_by(&self, pattern: &str) -> bool {
        let Self::Dns(name) = self else {
            return false;
        };
        let pattern = pattern.to_ascii_lowercase();
        if pattern == *name {
            return true;
        }
        let Some(parent) = pattern.strip_prefix("*.") else {
            return false;
        };
        let below = name.split_once('.').map(|(_, parent)| parent);
        below == Some(parent) && parent.contains('.')
    }

    /// Whether the bytes of an iPAddress are its address.
    pub fn is_address(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Address(IpAddr::V4(address)) => address.octets() == bytes,
            Self::Address(IpAddr::V6(address)) => address.octets() == bytes,
            Self::Dns(_) => false,
        }
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(f, "{address}"),
            Self::Dns(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (text, shown) in [
            ("CE.Certok.Test", Ok("ce.certok.test")),
            ("ce.certok.test.", Ok("ce.certok.test")),
            ("localhost", Ok("localhost")),
            ("192.0.2.1", Ok("192.0.2.1")),
            ("[2001:DB8::1]", Ok("2001:db8::1")),
            ("::1", Ok("::1")),
            ("", Err("empty")),
            ("ce.certok.test:443", Err("port")),
            ("https://ce.certok.test", Err("only the name")),
            ("*.certok.test", Err("pattern")),
            ("bücher.test", Err("xn--")),
            ("a b", Err("not the name")),
            ("..", Err("not the name")),
            ("-a.test", Err("not the name")),
        ] {
            match (HostName::parse(text), shown) {
                (Ok(name), Ok(shown)) => assert_eq!(name.to_string(), shown),
                (Err(reason), Err(part)) => assert!(reason.contains(part), "{reason}"),
                (got, _) => panic!("{text}: {got:?}"),
            }
        }
    }

    #[test]
    fn patterns() {
        for (name, pattern, expected) in [
            ("ce.certok.test", "CE.certok.TEST", true),
            ("ce.certok.test", "ce.certok.test.", false),
            ("ce.certok.test", "*.certok.test", true),
            ("certok.test", "*.certok.test", false),
            ("a.ce.certok.test", "*.certok.test", false),
            ("ce.certok.test", "c*.certok.test", false),
            ("ce.certok.test", "*e.certok.test", false),
            ("ce.certok.test", "ce.*.test", false),
            ("a.certok.test", "*.*.test", false),
            ("certok.test", "*.test", false),
            ("localhost", "*", false),
            ("192.0.2.1", "192.0.2.1", false),
        ] {
            let host = HostName::parse(name).unwrap();
            assert_eq!(host.is_named_by(pattern), expected, "{name} {pattern}");
        }
    }
}
