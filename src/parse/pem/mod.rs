//! PEM (RFC 7468): finding blocks, decoding them, and saying where a file is damaged.
//!
//! The measure is OpenSSL: what it reads is a [`Block`], what it refuses is a [`Damage`]. Some
//! layouts that it refuses are read here all the same and told as a [`Quirk`], see
//! [`Quirk::is_refused`].
//!
//! ```text
//! line -> mark -> frame -> body
//! ```
//!
//! A text has lines, a line has marks (`BEGIN`, `END`), two marks frame a body. Beside it `exact`
//! reads as OpenSSL does: what it reads holds, and the marks say what is wrong with the rest.

mod body;
mod damage;
mod escape;
mod exact;
mod frame;
mod line;
mod mark;
mod quirk;
mod repair;
mod scan;
mod whole;
mod write;

pub use crate::parse::pem::damage::{Damage, DamageKind, Edge};
pub use crate::parse::pem::quirk::{MAX_BLOCKS, Quirk};
pub use crate::parse::pem::repair::repair;
pub use crate::parse::pem::scan::{Block, Pem, scan};
pub use crate::parse::pem::whole::unwrap;
pub use crate::parse::pem::write::encode;

#[cfg(test)]
mod tests;
