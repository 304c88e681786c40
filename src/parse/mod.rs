//! Bytes to types.
pub mod pem;
pub mod shape;
pub mod value;
