//! Certificate revocation lists (RFC 5280 §5), owned, their entries left in DER.
//!
//! A list may have a million entries and is asked about one or two serial numbers: its bytes are
//! held once, in the order they came, and read through when somebody asks ([`Crl::find`]).

mod entry;
mod extension;
mod input;
mod list;
mod point;
mod reasons;

pub use crate::parse::crl::entry::{Fault, Index, Reason, Revocation};
pub use crate::parse::crl::extension::CrlExtensions;
pub use crate::parse::crl::input::{Input, blocks, may_begin, read};
pub use crate::parse::crl::list::{Crl, CrlError};
pub use crate::parse::crl::point::{
    DistributionPoint, IssuingPoint, OnlyContains, PointKeys, PointName, distribution_points,
};
pub use crate::parse::crl::reasons::ReasonFlags;
