//! PEM (RFC 7468): finding blocks, decoding them, and saying where a file is damaged.

/// One decoded block.
#[derive(Clone, Eq, PartialEq)]
pub struct Block {
    /// What stands between `BEGIN` and the dashes: `CERTIFICATE`.
    pub label: String,
    /// Line of `BEGIN`, counted from 1.
    pub line: usize,
    /// RFC 1421 headers (`Proc-Type`, `DEK-Info`), in order.
    pub headers: Vec<(String, String)>,
    /// The decoded body, DER.
    pub bytes: Vec<u8>,
}
