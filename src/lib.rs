//! stub

pub mod sandbox;
pub mod source;
