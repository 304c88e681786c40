//! UTCTime and GeneralizedTime as RFC 5280 writes them.

use crate::parse::der::{GENERALIZED_TIME, UTC_TIME};
use crate::text::time::UnixTime;

/// The instant of a UTCTime or a GeneralizedTime (RFC 5280 §4.1.2.5), from tag and content.
///
/// # Errors
///
/// What is wrong with it.
pub(in crate::parse) fn instant(tag: u8, content: &[u8]) -> Result<UnixTime, String> {
    let (form, shape) = match tag {
        UTC_TIME => ("UTCTime", UTC),
        GENERALIZED_TIME => ("GeneralizedTime", GENERALIZED),
        _ => return Err("neither UTCTime nor GeneralizedTime".to_owned()),
    };
    let text = std::str::from_utf8(content).unwrap_or_default();
    parse_time(text, shape.len()).ok_or_else(|| {
        let lossy = String::from_utf8_lossy(content);
        let shown = lossy.chars().filter(char::is_ascii_graphic).take(24);
        let shown: String = shown.collect();
        let seconds =
            if content.len() + 2 == shape.len() { " (the seconds are missing)" } else { "" };
        format!("malformed {form} `{shown}`{seconds}, the format is {shape}")
    })
}

/// The instant of a GeneralizedTime as RFC 5280 §4.1.2.5.2 and RFC 5755 §4.2.6 write it.
pub(in crate::parse) fn generalized_time(text: &str) -> Option<UnixTime> {
    parse_time(text, GENERALIZED.len())
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

const UTC: &str = "YYMMDDHHMMSSZ";
const GENERALIZED: &str = "YYYYMMDDHHMMSSZ";
