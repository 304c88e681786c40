//! Names in a CA directory: which file holds what, by OpenSSL's and Globus' conventions.

/// What a file name promises.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum EntryName {
    /// `<hash>.N`: a CA certificate.
    Certificate {
        /// Eight hexadecimal digits.
        hash: String,
        /// N.
        index: u32,
    },
    /// `<hash>.rN`: a CRL.
    Crl {
        /// Eight hexadecimal digits.
        hash: String,
        /// N.
        index: u32,
    },
    /// `<hash>.signing_policy`, `CERN-Root-2.signing_policy`.
    SigningPolicy {
        /// What stands before the suffix.
        stem: String,
    },
    /// `<hash>.namespaces`, `CERN-Root-2.namespaces`.
    Namespaces {
        /// What stands before the suffix.
        stem: String,
    },
    /// URLs, notes, CRLs by other names: no certificate is looked for in it.
    Companion,
    /// Anything else: `CERN-Root-2.pem`.
    Other,
}

impl EntryName {
    /// Whether it belongs to a CA of the grid: the web's CAs have no such files.
    pub fn is_grid(&self) -> bool {
        matches!(
            self,
            Self::SigningPolicy { .. } | Self::Namespaces { .. } | Self::Companion
        )
    }

    /// Reads a file name.
    pub fn parse(name: &str) -> Self {
        let Some((stem, suffix)) = name.rsplit_once('.') else {
            return Self::Other;
        };
        let owned = || stem.to_owned();
        match suffix {
            "signing_policy" => return Self::SigningPolicy { stem: owned() },
            "namespaces" => return Self::Namespaces { stem: owned() },
            _ if COMPANIONS.contains(&suffix) => return Self::Companion,
            _ => {}
        }
        let hexadecimal = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if stem.len() != 8 || !stem.bytes().all(hexadecimal) {
            return Self::Other;
        }
        let hash = owned();
        let crl = suffix.strip_prefix('r').and_then(number);
        match (number(suffix), crl) {
            (Some(index), _) => Self::Certificate { hash, index },
            (None, Some(index)) => Self::Crl { hash, index },
            _ => Self::Other,
        }
    }
}

/// A number as a lookup writes it: `.01` and `.+1` are never asked for.
fn number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|n: &u32| n.to_string() == text)
}

/// Suffixes of the IGTF distribution and fetch-crl that are not certificates.
const COMPANIONS: &[&str] = &["crl_url", "info", "crl", "lsc", "conf", "cnf", "txt"];

#[cfg(test)]
mod tests {
    use super::EntryName;

    #[test]
    fn names() {
        let hash = || "3f0a9b44".to_owned();
        for (name, expected) in [
            (
                "3f0a9b44.0",
                EntryName::Certificate {
                    hash: hash(),
                    index: 0,
                },
            ),
            (
                "3f0a9b44.12",
                EntryName::Certificate {
                    hash: hash(),
                    index: 12,
                },
            ),
            (
                "3f0a9b44.r0",
                EntryName::Crl {
                    hash: hash(),
                    index: 0,
                },
            ),
            (
                "3f0a9b44.signing_policy",
                EntryName::SigningPolicy { stem: hash() },
            ),
            (
                "3f0a9b44.namespaces",
                EntryName::Namespaces { stem: hash() },
            ),
            ("CERN-Root-2.info", EntryName::Companion),
            ("CERN-Root-2.pem", EntryName::Other),
            ("3F0A9B44.0", EntryName::Other),
            ("3f0a9b4.0", EntryName::Other),
            ("3f0a9b44.x", EntryName::Other),
            ("3f0a9b44", EntryName::Other),
            ("3f0a9b44.01", EntryName::Other),
            ("3f0a9b44.+1", EntryName::Other),
            ("3f0a9b44.r00", EntryName::Other),
        ] {
            assert_eq!(EntryName::parse(name), expected, "{name}");
        }
    }
}
