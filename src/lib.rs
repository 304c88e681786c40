//! Says whether a grid credential will work.

pub mod crypto;
pub mod parse;
