//! Bytes to types.

pub mod key;
pub mod pem;
