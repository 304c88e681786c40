//! The dates of a certificate.

use crate::parse::asn1::time::instant;
use crate::parse::der::{Element, GENERALIZED_TIME, Reader};
use crate::text::time::{Seconds, UnixTime};

/// When a certificate may be used. Both ends are inclusive (RFC 5280 §4.1.2.5).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Validity {
    /// First valid second.
    pub not_before: UnixTime,
    /// Last valid second.
    pub not_after: UnixTime,
}

impl Validity {
    /// Seconds left at `now`. 0 at the last valid second, negative once expired.
    pub fn remaining(&self, now: UnixTime) -> Seconds {
        self.not_after - now
    }

    /// Whether it is valid at `now`.
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

/// Whether a date in a TBSCertificate is a GeneralizedTime before 2050.
pub(super) fn has_early_generalized_time(tbs: &[u8]) -> bool {
    let validity = || {
        let mut fields = Reader::new(tbs).read()?.reader();
        let first = fields.read()?;
        // Version, if it is there; serial number, algorithm, issuer.
        let before = if first.tag == 0xa0 { 3 } else { 2 };
        for _ in 0..before {
            fields.read()?;
        }
        fields.read()
    };
    let early = |text: &[u8]| text < b"2050".as_slice();
    let mut ends = validity().into_iter().flat_map(|validity| {
        let mut ends = validity.reader();
        [ends.read(), ends.read()].into_iter().flatten()
    });
    ends.any(|end| end.tag == GENERALIZED_TIME && early(end.content))
}
