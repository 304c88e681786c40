//! Why bytes are not a certificate.

use std::fmt;

use crate::parse::asn1::Fault;

/// Why bytes are not a certificate: the field, where it starts, and what is wrong with it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CertError {
    /// The path of the field: `tbsCertificate.validity.notAfter`.
    pub field: String,
    /// Offset of the field in the DER, in bytes.
    pub at: usize,
    /// What is wrong: lower case, no full stop.
    pub reason: String,
}

impl fmt::Display for CertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (byte {}): {}", self.field, self.at, self.reason)
    }
}

impl From<Fault> for CertError {
    fn from(Fault { path, at, reason }: Fault) -> Self {
        let field = if path.is_empty() { "certificate".to_owned() } else { path };
        Self { field, at, reason }
    }
}
