//! Requests for tokens and the answers to them: what may be granted, and what came back.

pub mod policy;
pub mod receipt;
mod rule;

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

pub use crate::check::exchange::rule::*;
use crate::parse::exchange::digest::Id;
use crate::parse::exchange::received::Received;
use crate::parse::exchange::request::Request;
use crate::report::{Finding, Place, Rule};
use crate::text::time::{MINUTE, Seconds, UnixTime};

/// A larger difference between two clocks is reported.
const CLOCK_SKEW: Seconds = Seconds(5 * MINUTE);

/// A finding about a file.
pub fn about(rule: &'static Rule, path: &Path, message: impl Into<String>) -> Finding {
    rule.found(message).at(Place::file(path))
}

/// Whether the request may still be approved.
pub fn times(request: &Request, id: Id, now: UnixTime) -> Option<Finding> {
    if now > request.expires {
        let message = format!(
            "the request {id} expired on {} ({})",
            request.expires.screen(),
            request.expires.relative_to(now)
        );
        return Some(REQUEST_EXPIRED.found(message));
    }
    (request.created > now + CLOCK_SKEW).then(|| {
        let message = format!(
            "the request {id} was made on {}, {}",
            request.created.screen(),
            request.created.relative_to(now)
        );
        REQUEST_FROM_FUTURE.found(message)
    })
}

/// The finding that the answer in `path` was received before.
pub fn received(received: &Received, path: &Path) -> Finding {
    let (id, at) = (received.request.id(), received.at.screen());
    let place = received.place.as_ref().map(|place| {
        let place = PathBuf::from(OsString::from_vec(place.clone()));
        format!("; its token went to {}", place.display())
    });
    let word = if received.granted { "" } else { ", a denial," };
    let place = place.unwrap_or_default();
    let message =
        format!("the answer to the request {id}{word} was received already, on {at}{place}");
    about(&ANSWER_RECEIVED, path, message)
}
