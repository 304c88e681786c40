//! Why there is no usable key.

use std::fmt;

/// Why there is no usable key. Contains no key material.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum KeyError {
    /// The key is malformed. The text says where.
    Malformed(String),
    /// certok cannot compute with it: `DSA`, `EC with curve secp256k1`.
    Unsupported(String),
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(place) => write!(f, "malformed key: {place}"),
            Self::Unsupported(name) => write!(f, "{name} is not supported"),
        }
    }
}

impl std::error::Error for KeyError {}
