//! Opens encrypted private keys: PKCS#8 (PBES2) and the older `DEK-Info` form.

mod cipher;
mod legacy;
mod pbes2;

use std::fmt;

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
