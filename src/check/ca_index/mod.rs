//! A CA directory as it was read: names, the files behind them, the CAs in these. What audits,
//! lists and lookups say is derived from it.

mod copy;
pub mod doubt;
mod in_use;
pub mod inventory;
pub mod reach;
pub mod usable;

pub use crate::check::ca_index::copy::Copy;

/// What became of a link on a system or a copy without links.
pub const LINK_AS_TEXT: &str =
    "a symbolic link that was turned into a file (Windows, Cygwin, a copy over SMB)";
