//! PEM (RFC 7468): finds blocks, decodes them, and says where a file is damaged.
//!
//! OpenSSL decides: what it reads is a [`Block`], what it refuses is a [`Damage`]. Some forms that
//! it refuses are read here nevertheless and reported as a [`Quirk`], see [`Quirk::is_refused`].
//!
//! ```text
//! line -> mark -> frame -> body
//! ```
//!
//! A text has lines, a line has marks (`BEGIN`, `END`), two marks enclose a body. The module
//! `exact` reads as OpenSSL does. Its result counts; the marks explain what is wrong with the rest.

mod body;
mod damage;
mod disguise;
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
pub use crate::parse::pem::disguise::Disguise;
pub use crate::parse::pem::quirk::{MAX_BLOCKS, Quirk};
pub use crate::parse::pem::repair::repair;
pub use crate::parse::pem::scan::{Block, Pem, scan};
pub use crate::parse::pem::whole::unwrap;
pub use crate::parse::pem::write::encode;

#[cfg(test)]
mod tests;
