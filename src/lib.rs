//! stub

pub mod erase;
pub mod sandbox;
pub mod source;
