//! Why a key stays closed.

use std::fmt;

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
