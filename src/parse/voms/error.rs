//! Why bytes are not an attribute certificate.

use std::fmt;

/// Why bytes are not an attribute certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AcError {
    /// The path of the field: `holder.serial`.
    pub field: &'static str,
    /// Offset in the value of the extension, in bytes.
    pub at: usize,
    /// What is wrong: lower case, no full stop.
    pub reason: String,
}

impl fmt::Display for AcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (byte {}): {}", self.field, self.at, self.reason)
    }
}
