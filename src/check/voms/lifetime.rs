//! Findings about the dates of VOMS attributes.

use crate::chain::voms;
use crate::chain::voms::VomsFlaw;
use crate::check::voms::context::renew;
use crate::check::voms::{EXPIRED, MALFORMED, NOT_YET_VALID, TOO_SHORT};
use crate::parse::voms::AttributeCertificate;
use crate::report::{Finding, Place};
use crate::text::time::{Seconds, UnixTime};

/// Judges only the dates, for `*-info`.
pub fn lifetime(
    ac: &AttributeCertificate,
    now: UnixTime,
    need: Seconds,
    place: &Place,
) -> Option<Finding> {
    let trouble = voms::time(ac, now, need)?;
    words(&trouble, ac, now, need).map(|found| found.at(place.clone()))
}

/// The finding for `trouble`, if it is about dates.
pub(super) fn words(
    trouble: &VomsFlaw,
    ac: &AttributeCertificate,
    now: UnixTime,
    need: Seconds,
) -> Option<Finding> {
    let (first, last) = (ac.validity.not_before, ac.validity.not_after);
    let vo = ac.vo();
    let of = format!("the VOMS attributes of {vo}");
    let end = format!("{} ({})", last.screen(), last.relative_to(now));
    Some(match trouble {
        VomsFlaw::Expired => EXPIRED.found(format!("{of} expired on {end}")).advice(renew(vo)),
        VomsFlaw::NotYetValid => NOT_YET_VALID.found(format!(
            "{of} are not valid before {} ({})",
            first.screen(),
            first.relative_to(now)
        )),
        VomsFlaw::NeverValid => MALFORMED
            .found(format!(
                "{of} can never be valid: they end ({}) before they start ({})",
                last.screen(),
                first.screen()
            ))
            .advice(renew(vo)),
        VomsFlaw::TooShort => TOO_SHORT
            .found(format!("{of} end on {end}, {need} are needed"))
            .advice(format!("{} --valid 24:00", renew(vo))),
        _ => return None,
    })
}
