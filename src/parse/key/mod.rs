//! Private keys in their containers, and public keys from certificates.

mod algorithm;
mod container;
mod der;
mod error;
mod private;
mod public;

use zeroize::Zeroizing;

use crate::crypto::key::PrivateKey;
use crate::parse::ber;
pub use crate::parse::key::container::{Container, Locked};
use crate::parse::key::container::{PKCS1, PKCS8, SEC1, encrypted_pkcs8, legacy};
pub use crate::parse::key::error::KeyError;
use crate::parse::key::private::{pkcs1, pkcs8_key, sec1};
pub use crate::parse::key::public::{public_key, public_key_der};
use crate::parse::pem::Block;

/// A private key as found in a file.
#[derive(Debug)]
pub enum LockedKey {
    /// Needs a passphrase.
    Locked(Locked),
    /// Was not encrypted.
    Open(PrivateKey, Container),
}

impl LockedKey {
    /// What the key is wrapped in.
    pub fn container(&self) -> &Container {
        match self {
            Self::Locked(locked) => locked.container(),
            Self::Open(_, container) => container,
        }
    }
}

/// Whether a PEM block of this label holds a private key of whatever kind.
pub fn is_private_label(label: &str) -> bool {
    label == "PRIVATE KEY" || label.ends_with(" PRIVATE KEY") || label == "PGP PRIVATE KEY BLOCK"
}

/// Reads the private key in a PEM block.
///
/// # Errors
///
/// `Unsupported` for the labels of other key types, and for any label that is no private key.
pub fn parse(block: &Block) -> Result<LockedKey, KeyError> {
    let (inner, container) = match &*block.label {
        "ENCRYPTED PRIVATE KEY" => {
            // OpenSSL decides by the content, not by the label.
            let open = |key| LockedKey::Open(key, Container::Pkcs8);
            let written = ber::to_der(&block.bytes).map(Zeroizing::new);
            let bytes = written.as_ref().unwrap_or(&block.bytes);
            let locked = encrypted_pkcs8(bytes).map(LockedKey::Locked);
            return locked.or_else(|why| pkcs8_key(&block.bytes).map(open).map_err(|_| why));
        }
        "RSA PRIVATE KEY" => (PKCS1, Container::Pkcs1),
        "EC PRIVATE KEY" => (SEC1, Container::Sec1),
        "PRIVATE KEY" => (PKCS8, Container::Pkcs8),
        other => return Err(KeyError::Unsupported(label_name(other))),
    };
    if let Some(locked) = legacy(block, inner)? {
        return Ok(LockedKey::Locked(locked));
    }
    let read = match container {
        Container::Pkcs1 => pkcs1(&block.bytes),
        Container::Sec1 => sec1(&block.bytes, None),
        _ => pkcs8_key(&block.bytes),
    };
    match (read, pkcs8_under(&container, &block.bytes)) {
        (Err(KeyError::Malformed(_)), Some(key)) => Ok(LockedKey::Open(key, Container::Pkcs8)),
        (read, _) => Ok(LockedKey::Open(read?, container)),
    }
}

/// PKCS#8 under the label of a key type. OpenSSL reads this too.
fn pkcs8_under(container: &Container, der: &[u8]) -> Option<PrivateKey> {
    match (container, pkcs8_key(der).ok()?) {
        (Container::Pkcs1, key @ PrivateKey::Rsa(_)) => Some(key),
        (Container::Sec1, key @ PrivateKey::Ec { .. }) => Some(key),
        _ => None,
    }
}

/// Reads a private key in DER, whatever its container.
///
/// # Errors
///
/// `Malformed` when the bytes are no private key, or a damaged one.
pub fn parse_der(der: &[u8]) -> Result<LockedKey, KeyError> {
    let attempts = [
        pkcs8_key(der).map(|key| LockedKey::Open(key, Container::Pkcs8)),
        pkcs1(der).map(|key| LockedKey::Open(key, Container::Pkcs1)),
        sec1(der, None).map(|key| LockedKey::Open(key, Container::Sec1)),
        encrypted_pkcs8(der).map(LockedKey::Locked),
    ];
    let recognised =
        |attempt: &Result<_, KeyError>| !matches!(attempt, Err(KeyError::Malformed(_)));
    attempts
        .into_iter()
        .find(recognised)
        .unwrap_or_else(|| Err(KeyError::Malformed("not a private key in DER".to_owned())))
}

/// The kind of key that a label names, if certok does not read it.
fn label_name(label: &str) -> String {
    match label {
        "DSA PRIVATE KEY" => "DSA".to_owned(),
        "OPENSSH PRIVATE KEY" => "an OpenSSH private key".to_owned(),
        "PGP PRIVATE KEY BLOCK" => "a PGP private key".to_owned(),
        _ => format!("a PEM block {label}"),
    }
}

#[cfg(test)]
mod tests;
