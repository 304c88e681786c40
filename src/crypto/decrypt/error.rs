//! Why a key could not be decrypted.

use std::fmt;

/// Why a key could not be decrypted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum DecryptError {
    /// The DER is malformed. The text says where.
    Malformed(String),
    /// The file asks for more work than certok does. The text says for what.
    TooExpensive(String),
    /// certok does not have this algorithm.
    Unsupported(String),
    /// The passphrase is wrong. A damaged body looks the same.
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
