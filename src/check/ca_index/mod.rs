//! A CA directory as it was read: file names, files, and CAs in them. Audits, listings and lookups
//! use it.

mod copy;
pub mod doubt;
mod in_use;
pub mod inventory;
pub mod policy_file;
pub mod reach;
pub mod usable;

pub use crate::check::ca_index::copy::Copy;

/// Why a link became a text file.
pub const LINK_AS_TEXT: &str =
    "a symbolic link that was turned into a file (Windows, Cygwin, a copy over SMB)";
