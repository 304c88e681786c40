//! stub

pub mod erase;
pub mod prompt;
pub mod sandbox;
pub mod source;
