//! stub
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::as_conversions, clippy::print_stdout)
)]
pub mod parse;
