//! When a certificate may be used.

use crate::parse::asn1::time::instant;
use crate::parse::der::Element;
use crate::text::time::{Seconds, UnixTime};

/// When a certificate may be used. Both ends are inclusive (RFC 5280 §4.1.2.5).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Validity {
    /// First good second.
    pub not_before: UnixTime,
    /// Last good second.
    pub not_after: UnixTime,
}

impl Validity {
    /// Seconds left at `now`, counting the last good second as 0. Negative once expired.
    pub fn remaining(&self, now: UnixTime) -> Seconds {
        self.not_after - now
    }

    /// Whether `now` lies between the ends.
    pub fn covers(&self, now: UnixTime) -> bool {
        self.not_before <= now && now <= self.not_after
    }

    /// From the SEQUENCE.
    pub(super) fn read(element: &Element<'_>) -> Option<Self> {
        let mut ends = element.reader();
        let (not_before, not_after) = (ends.read()?, ends.read()?);
        Some(Self {
            not_before: instant(not_before.tag, not_before.content).ok()?,
            not_after: instant(not_after.tag, not_after.content).ok()?,
        })
    }
}
