//! The container of a private key, and how to decrypt it.

use std::fmt;

use pkcs8::AlgorithmIdentifierRef;
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::der::{Decode, Reader};

use crate::crypto::decrypt;
use crate::crypto::decrypt::DecryptError;
use crate::crypto::key::PrivateKey;
use crate::parse;
use crate::parse::key::der::{malformed, whole};
use crate::parse::key::error::KeyError;
use crate::parse::key::private::{pkcs1, pkcs8_key, sec1};
use crate::parse::pem::Block;
use crate::text::hex;

/// The container of a private key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Container {
    /// `ENCRYPTED PRIVATE KEY`.
    EncryptedPkcs8 {
        /// `PBES2, PBKDF2-HMAC-SHA256, AES-256-CBC`.
        encryption: String,
    },
    /// A block with a `DEK-Info` header.
    Legacy {
        /// As the header names it: `AES-256-CBC`.
        cipher: String,
        /// The container inside: `PKCS#1`.
        inner: &'static str,
    },
    /// `RSA PRIVATE KEY`.
    Pkcs1,
    /// `PRIVATE KEY`.
    Pkcs8,
    /// `EC PRIVATE KEY`.
    Sec1,
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EncryptedPkcs8 { encryption } => write!(f, "encrypted PKCS#8 ({encryption})"),
            Self::Legacy { cipher, inner } => write!(f, "encrypted {inner} (DEK-Info: {cipher})"),
            Self::Pkcs1 => f.write_str("PKCS#1"),
            Self::Pkcs8 => f.write_str("PKCS#8"),
            Self::Sec1 => f.write_str("SEC1"),
        }
    }
}

/// An encrypted private key.
#[derive(Clone, Eq, PartialEq)]
pub struct Locked {
    container: Container,
    body: Vec<u8>,
    /// Initialisation vector of the legacy form. Empty for other forms, or if it is malformed.
    vector: Vec<u8>,
}

impl Locked {
    /// What the key is wrapped in.
    pub fn container(&self) -> &Container {
        &self.container
    }

    /// What it costs to derive the key from a passphrase, in units of about one microsecond.
    pub fn units(&self) -> u64 {
        match &self.container {
            Container::EncryptedPkcs8 { .. } => decrypt::derivation_units(&self.body),
            _ => 1,
        }
    }

    /// Decrypts and parses the key.
    ///
    /// # Errors
    ///
    /// If the plaintext is not a key, the passphrase counts as wrong. A key of an unknown type is
    /// `Unsupported`.
    pub fn unlock(&self, passphrase: &[u8]) -> Result<PrivateKey, DecryptError> {
        let (plain, parse): (_, Parser) = match &self.container {
            Container::Legacy { cipher, inner } => (
                decrypt::decrypt_legacy(cipher, &self.vector, &self.body, passphrase)?,
                match *inner {
                    PKCS1 => pkcs1,
                    SEC1 => |der| sec1(der, None),
                    _ => pkcs8_key,
                },
            ),
            _ => (decrypt::decrypt_pkcs8(&self.body, passphrase)?, pkcs8_key),
        };
        parse(&plain).map_err(|error| match error {
            KeyError::Malformed(_) => DecryptError::WrongPassphrase,
            KeyError::Unsupported(name) => DecryptError::Unsupported(name),
        })
    }
}

impl fmt::Debug for Locked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Locked").field("container", &self.container).finish_non_exhaustive()
    }
}

/// DER of one container to a key.
type Parser = fn(&[u8]) -> Result<PrivateKey, KeyError>;

/// `EncryptedPrivateKeyInfo`. Without a passphrase only its outer form is checked.
pub(super) fn encrypted_pkcs8(der: &[u8]) -> Result<Locked, KeyError> {
    whole("EncryptedPrivateKeyInfo", der, |reader| {
        reader.sequence(|inner| {
            AlgorithmIdentifierRef::decode(inner)?;
            <&OctetStringRef>::decode(inner)
        })
    })?;
    // OpenSSL ignores what follows.
    let body = parse::der::Reader::new(der).read().map_or(der, |first| first.whole);
    let encryption = decrypt::encryption_name(body);
    Ok(Locked {
        container: Container::EncryptedPkcs8 { encryption },
        body: body.to_vec(),
        vector: Vec::new(),
    })
}

/// The legacy encryption of a block, if its headers announce one (RFC 1421 §4.6.1).
pub(super) fn legacy(block: &Block, inner: &'static str) -> Result<Option<Locked>, KeyError> {
    let header = |name: &str| {
        let named = block.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.trim())
    };
    let is_encrypted =
        header("Proc-Type").is_some_and(|value| value.to_ascii_uppercase().ends_with("ENCRYPTED"));
    if !is_encrypted {
        return Ok(None);
    }
    let (cipher, vector) = header("DEK-Info")
        .map(|value| value.split_once(',').unwrap_or((value, "")))
        .ok_or_else(|| malformed("Proc-Type says encrypted, but there is no DEK-Info header"))?;
    Ok(Some(Locked {
        container: Container::Legacy { cipher: cipher.trim().to_owned(), inner },
        body: block.bytes.to_vec(),
        vector: hex::decode(vector.trim().as_bytes()).map_or_else(Vec::new, |bytes| bytes.to_vec()),
    }))
}

/// Name of a container inside the legacy encryption.
pub(super) const PKCS1: &str = "PKCS#1";

/// As [`PKCS1`].
pub(super) const PKCS8: &str = "PKCS#8";

/// As [`PKCS1`].
pub(super) const SEC1: &str = "SEC1";
