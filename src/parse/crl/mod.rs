//! Certificate revocation lists (RFC 5280 §5), owned. Their entries stay in DER.
//!
//! A list may have a million entries, of which one or two are looked up. So its bytes are kept once
//! and unchanged, and are searched when needed ([`Crl::find`]).

mod entry;
mod extension;
mod input;
mod list;
mod point;
mod reasons;
mod survey;

pub use crate::parse::crl::entry::{Fault, Index, Reason, Revocation};
pub use crate::parse::crl::extension::CrlExtensions;
pub use crate::parse::crl::input::{Input, blocks, may_begin, read};
pub use crate::parse::crl::list::{Crl, CrlError};
pub use crate::parse::crl::point::{
    DistributionPoint, IssuingPoint, OnlyContains, PointKeys, PointName, distribution_points,
};
pub use crate::parse::crl::reasons::ReasonFlags;
pub use crate::parse::crl::survey::{Listed, Survey};
