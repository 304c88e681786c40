//! When a certificate may be used, read as RFC 5280 writes it.

use x509_parser::asn1_rs::Any;
use x509_parser::asn1_rs::FromDer;
use x509_parser::asn1_rs::Tag;

use crate::parse::cert::CertError;
use crate::parse::cert::field::walk;
use crate::parse::der::span;
use crate::time::Seconds;
use crate::time::UnixTime;

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
}

/// Reads both times as RFC 5280 §4.1.2.5 writes them, which x509-parser does loosely.
pub(super) fn strict_validity(der: &[u8]) -> Result<Validity, CertError> {
    let content = walk(der, "validity")?;
    let (rest, not_before) = time(der, content, "validity.notBefore")?;
    let (rest, not_after) = time(der, rest, "validity.notAfter")?;
    if !rest.is_empty() {
        return Err(CertError {
            field: "validity",
            at: span(der, rest).start,
            reason: "bytes follow its two times".to_owned(),
        });
    }
    Ok(Validity {
        not_before,
        not_after,
    })
}

/// One time, `field` of `der`, at the start of `content`; and what follows it.
pub(in crate::parse) fn time<'a>(
    der: &[u8],
    content: &'a [u8],
    field: &'static str,
) -> Result<(&'a [u8], UnixTime), CertError> {
    let fail = |reason: String| CertError {
        field,
        at: span(der, content).start,
        reason,
    };
    let (rest, value) =
        Any::from_der(content).map_err(|_| fail("not DER, or cut short".to_owned()))?;
    let (form, shape) = match value.tag() {
        Tag::UtcTime => ("UTCTime", "YYMMDDHHMMSSZ"),
        Tag::GeneralizedTime => ("GeneralizedTime", "YYYYMMDDHHMMSSZ"),
        other => {
            return Err(fail(format!(
                "malformed: neither UTCTime nor GeneralizedTime but {other}"
            )));
        }
    };
    let text = String::from_utf8_lossy(value.data).into_owned();
    parse_time(&text, shape.len())
        .map(|at| (rest, at))
        .ok_or_else(|| {
            let shown: String = text
                .chars()
                .filter(|c| c.is_ascii_graphic())
                .take(24)
                .collect();
            let seconds = if text.len() + 2 == shape.len() {
                " (the seconds are missing)"
            } else {
                ""
            };
            fail(format!(
                "malformed {form} `{shown}`{seconds}, the format is {shape}"
            ))
        })
}

/// The instant of a GeneralizedTime as RFC 5280 §4.1.2.5.2 and RFC 5755 §4.2.6 write it.
pub fn generalized_time(text: &str) -> Option<UnixTime> {
    parse_time(text, "YYYYMMDDHHMMSSZ".len())
}

fn parse_time(text: &str, length: usize) -> Option<UnixTime> {
    let digits = text.strip_suffix('Z')?;
    let shaped = text.len() == length && digits.bytes().all(|b| b.is_ascii_digit());
    shaped.then_some(())?;
    let (year, rest) = digits.split_at(digits.len() - 10);
    let year: i64 = year.parse().ok()?;
    // RFC 5280 §4.1.2.5.1: two-digit years from 50 on are of the last century.
    let year = match (length, year) {
        (13, 50..) => 1900 + year,
        (13, _) => 2000 + year,
        _ => year,
    };
    let two = |at: usize| rest.get(at..at + 2)?.parse::<u32>().ok();
    UnixTime::from_civil((year, two(0)?, two(2)?), (two(4)?, two(6)?, two(8)?))
}
