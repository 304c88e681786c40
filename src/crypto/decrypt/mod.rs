//! Opens encrypted private keys: PKCS#8 (PBES2) and the older `DEK-Info` form.

mod cipher;
mod legacy;
mod pbes2;

use std::fmt;

use pkcs8::ObjectIdentifier;

pub use crate::crypto::decrypt::legacy::decrypt_legacy;
pub use crate::crypto::decrypt::pbes2::{
    MAX_ITERATIONS, MAX_SCRYPT_BYTES, decrypt_pkcs8, derivation_units, encryption_name,
};

/// Why a key stays closed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum DecryptError {
    /// The file does not hold what it should; says where.
    Malformed(String),
    /// The file asks for more work than we are willing to do; says for what.
    TooExpensive(String),
    /// Names the algorithm we lack.
    Unsupported(String),
    /// The passphrase does not open it (a damaged body cannot be told from that).
    WrongPassphrase,
}

impl fmt::Display for DecryptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(place) => write!(f, "malformed encrypted key: {place}"),
            Self::TooExpensive(what) => write!(f, "the encrypted key asks for {what}"),
            Self::Unsupported(name) => write!(f, "{name} is not supported"),
            Self::WrongPassphrase => f.write_str("wrong passphrase"),
        }
    }
}

impl std::error::Error for DecryptError {}

/// The usual name of an algorithm used in encrypted keys; else its OID.
fn algorithm_name(oid: ObjectIdentifier) -> String {
    let text = oid.to_string();
    let name = ALGORITHMS.iter().find(|(known, _)| *known == text);
    name.map_or(text, |(_, name)| (*name).to_owned())
}

/// OIDs and names, as OpenSSL writes them (PBES1 of RFC 8018 §A.3, PKCS#12 of RFC 7292 §C).
const ALGORITHMS: &[(&str, &str)] = &[
    ("1.2.840.113549.1.5.1", "pbeWithMD2AndDES-CBC"),
    ("1.2.840.113549.1.5.3", "pbeWithMD5AndDES-CBC"),
    ("1.2.840.113549.1.5.4", "pbeWithMD2AndRC2-CBC"),
    ("1.2.840.113549.1.5.6", "pbeWithMD5AndRC2-CBC"),
    ("1.2.840.113549.1.5.10", "pbeWithSHA1AndDES-CBC"),
    ("1.2.840.113549.1.5.11", "pbeWithSHA1AndRC2-CBC"),
    ("1.2.840.113549.1.5.12", "PBKDF2"),
    ("1.2.840.113549.1.5.13", "PBES2"),
    ("1.2.840.113549.1.12.1.1", "pbeWithSHA1And128BitRC4"),
    ("1.2.840.113549.1.12.1.2", "pbeWithSHA1And40BitRC4"),
    ("1.2.840.113549.1.12.1.3", "pbeWithSHA1And3-KeyTripleDES-CBC"),
    ("1.2.840.113549.1.12.1.4", "pbeWithSHA1And2-KeyTripleDES-CBC"),
    ("1.2.840.113549.1.12.1.5", "pbeWithSHA1And128BitRC2-CBC"),
    ("1.2.840.113549.1.12.1.6", "pbeWithSHA1And40BitRC2-CBC"),
    ("1.3.6.1.4.1.11591.4.11", "scrypt"),
    ("1.2.840.113549.2.7", "HMAC-SHA1"),
    ("1.2.840.113549.2.8", "HMAC-SHA224"),
    ("1.2.840.113549.2.9", "HMAC-SHA256"),
    ("1.2.840.113549.2.10", "HMAC-SHA384"),
    ("1.2.840.113549.2.11", "HMAC-SHA512"),
    ("1.2.840.113549.2.12", "HMAC-SHA512-224"),
    ("1.2.840.113549.2.13", "HMAC-SHA512-256"),
    ("1.2.643.7.1.1.4.1", "HMAC-GOSTR3411-2012-256"),
    ("1.2.643.7.1.1.4.2", "HMAC-GOSTR3411-2012-512"),
    ("1.2.643.2.2.10", "HMAC-GOSTR3411-94"),
    ("1.2.643.2.2.21", "GOST28147-89"),
    ("1.3.14.3.2.7", "DES-CBC"),
    ("1.2.840.113549.3.2", "RC2-CBC"),
    ("1.2.840.113549.3.7", "DES-EDE3-CBC"),
    ("1.2.840.113549.3.9", "RC5-CBC"),
    ("2.16.840.1.101.3.4.1.2", "AES-128-CBC"),
    ("2.16.840.1.101.3.4.1.6", "AES-128-GCM"),
    ("2.16.840.1.101.3.4.1.22", "AES-192-CBC"),
    ("2.16.840.1.101.3.4.1.26", "AES-192-GCM"),
    ("2.16.840.1.101.3.4.1.42", "AES-256-CBC"),
    ("2.16.840.1.101.3.4.1.46", "AES-256-GCM"),
    ("1.2.392.200011.61.1.1.1.2", "CAMELLIA-128-CBC"),
    ("1.2.392.200011.61.1.1.1.3", "CAMELLIA-192-CBC"),
    ("1.2.392.200011.61.1.1.1.4", "CAMELLIA-256-CBC"),
    ("1.2.410.200004.1.4", "SEED-CBC"),
];
