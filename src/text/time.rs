//! Instants and durations, and their texts. Never reads a clock.

use std::fmt;
use std::ops::{Add, Sub};

/// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct UnixTime(pub i64);

/// A length of time in seconds; negative means "ago".
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Seconds(pub i64);

/// Seconds in a minute.
pub const MINUTE: i64 = 60;
/// Seconds in an hour.
pub const HOUR: i64 = 60 * MINUTE;
/// Seconds in a day.
pub const DAY: i64 = 24 * HOUR;

/// The last second that RFC 3339 can write: 9999-12-31T23:59:59Z.
pub const LAST: i64 = 253_402_300_799;
/// The first second of year 0 in RFC 3339 terms: 0000-01-01T00:00:00Z.
pub const FIRST: i64 = -62_167_219_200;

impl UnixTime {
    /// The instant of a civil date and time in UTC, or `None` if there is no such date.
    pub fn from_civil(
        (year, month, day): (i64, u32, u32),
        (hour, minute, second): (u32, u32, u32),
    ) -> Option<Self> {
        let real_date =
            (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
        if !real_date || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let clock = i64::from(hour) * HOUR + i64::from(minute) * MINUTE + i64::from(second);
        Some(Self(days_from_civil(year, month, day) * DAY + clock))
    }

    /// What a counter of nanoseconds in 64 bits makes of this instant, as `system_clock` of C++ is
    /// one: beyond the year 2262 another one, often long past.
    pub fn in_nanoseconds(self) -> Self {
        const NANOSECONDS: i64 = 1_000_000_000;
        Self(self.0.wrapping_mul(NANOSECONDS).div_euclid(NANOSECONDS))
    }

    /// Parses what `--at` takes: epoch seconds, RFC 3339, a date (its first second in UTC), or
    /// `+DURATION` from `now`.
    ///
    /// # Errors
    ///
    /// Says which forms are understood.
    pub fn parse(text: &str, now: Self) -> Result<Self, String> {
        if let Some(ahead) = text.strip_prefix('+') {
            return Ok(now + Seconds::parse(ahead)?);
        }
        if let Some(back) = text.strip_prefix('-').filter(|rest| !rest.contains('-'))
            && back.bytes().any(|b| b.is_ascii_alphabetic())
        {
            return Ok(now - Seconds::parse(back)?);
        }
        text.parse::<i64>()
            .ok()
            .map(Self)
            .or_else(|| parse_rfc3339(text))
            .or_else(|| parse_rfc3339(&format!("{text}T00:00:00Z")))
            .filter(|at| (FIRST..=LAST).contains(&at.0))
            .ok_or_else(|| {
                format!(
                    "`{text}` is not a time: write epoch seconds, 2026-11-21, 2026-11-21T20:00:00Z, \
                     or +12h"
                )
            })
    }

    /// `2026-11-21 20:00:00 UTC`, for the screen.
    pub fn screen(self) -> String {
        format!("{} UTC", self.alien())
    }

    /// `2026-11-21 20:00:00`, as alien.py writes it (UTC, no zone).
    pub fn alien(self) -> String {
        let ((year, month, day), (hour, minute, second)) = self.civil();
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }

    /// `20261121-200000`, for names of files.
    pub fn stamp(self) -> String {
        self.alien().replace(['-', ':'], "").replace(' ', "-")
    }

    /// `2026-11-21`, the date alone.
    pub fn date(self) -> String {
        let ((year, month, day), _) = self.civil();
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// `2026-11`, the month alone.
    pub fn month(self) -> String {
        let ((year, month, _), _) = self.civil();
        format!("{year:04}-{month:02}")
    }

    /// `in 3 days`, `2 hours ago`, seen from `now`.
    pub fn relative_to(self, now: Self) -> String {
        let away = self - now;
        match away.0 {
            0 => "now".to_owned(),
            1.. => format!("in {away}"),
            _ => format!("{} ago", Seconds(-away.0)),
        }
    }

    fn civil(self) -> ((i64, u32, u32), (u32, u32, u32)) {
        let days = self.0.div_euclid(DAY);
        let rest = self.0.rem_euclid(DAY);
        let part = |value: i64| u32::try_from(value).expect("a part of a day fits");
        (
            civil_from_days(days),
            (part(rest / HOUR), part(rest % HOUR / MINUTE), part(rest % MINUTE)),
        )
    }
}

/// RFC 3339 in UTC: `2026-11-21T20:00:00Z`.
impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((year, month, day), (hour, minute, second)) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

impl Sub for UnixTime {
    type Output = Seconds;
    fn sub(self, other: Self) -> Seconds {
        Seconds(self.0.saturating_sub(other.0))
    }
}

impl Add<Seconds> for UnixTime {
    type Output = Self;
    fn add(self, later: Seconds) -> Self {
        Self(self.0.saturating_add(later.0))
    }
}

impl Sub<Seconds> for UnixTime {
    type Output = Self;
    fn sub(self, earlier: Seconds) -> Self {
        Self(self.0.saturating_sub(earlier.0))
    }
}

impl Seconds {
    /// Parses `90` (seconds), `12h`, `1d6h`, `2w`, `30m`, `10s`, `3days`, `1y`, and sums of them.
    ///
    /// # Errors
    ///
    /// Says which forms are understood.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a duration: write 90, 30m, 12h, 1d6h, 2w or 1y");
        if let Ok(seconds) = text.parse::<u32>() {
            return Ok(Self(i64::from(seconds)));
        }
        // grid-proxy-info -valid, voms-proxy-init -valid
        if let Some((hours, minutes)) = text.split_once(':') {
            let minutes = minutes.parse::<u32>().ok().filter(|minutes| *minutes < 60);
            let (hours, minutes) = hours.parse::<u32>().ok().zip(minutes).ok_or_else(wrong)?;
            return Ok(Self(i64::from(hours) * HOUR + i64::from(minutes) * MINUTE));
        }
        let mut total: i64 = 0;
        let mut rest = text;
        while !rest.is_empty() {
            let at = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
            let (count, behind) = rest.split_at(at);
            let end = behind.find(|c: char| c.is_ascii_digit()).unwrap_or(behind.len());
            let (name, behind) = behind.split_at(end);
            let unit = UNITS.iter().find(|(names, _)| names.contains(&name.trim()));
            let (_, unit) = unit.ok_or_else(wrong)?;
            let count: i64 = count.parse().map_err(|_| wrong())?;
            let part = count.checked_mul(*unit).ok_or_else(wrong)?;
            total = total.checked_add(part).filter(|sum| *sum <= LAST).ok_or_else(wrong)?;
            rest = behind;
        }
        if text.is_empty() { Err(wrong()) } else { Ok(Self(total)) }
    }
}

/// The names of units, and their seconds. A year has 365 days, as openssl counts.
const UNITS: &[(&[&str], i64)] = &[
    (&["s", "sec", "secs", "second", "seconds"], 1),
    (&["m", "min", "mins", "minute", "minutes"], MINUTE),
    (&["h", "hour", "hours", "hr", "hrs"], HOUR),
    (&["d", "day", "days"], DAY),
    (&["w", "week", "weeks"], 7 * DAY),
    (&["y", "year", "years", "yr"], 365 * DAY),
];

/// The two largest units at most: `3 days`, `2 hours 5 minutes`, `364 days`; never rounded up.
impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.0.saturating_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        let units =
            |count: i64, name: &str| format!("{count} {name}{}", if count == 1 { "" } else { "s" });
        let (large, small) = match n {
            0..MINUTE => (units(n, "second"), None),
            MINUTE..HOUR => (units(n / MINUTE, "minute"), None),
            HOUR..DAY => {
                let minutes = n % HOUR / MINUTE;
                (units(n / HOUR, "hour"), (minutes > 0).then(|| units(minutes, "minute")))
            }
            _ if n < 3 * DAY => {
                let hours = n % DAY / HOUR;
                (units(n / DAY, "day"), (hours > 0).then(|| units(hours, "hour")))
            }
            _ if n < 3 * 365 * DAY => (units(n / DAY, "day"), None),
            _ => (units(n / (365 * DAY), "year"), None),
        };
        write!(f, "{sign}{large}")?;
        small.map_or(Ok(()), |small| write!(f, " {small}"))
    }
}

impl Seconds {
    /// The largest unit alone, for a column of a table: `4y`, `89d`, `5h`, `3m`, `20s`; never
    /// rounded up. The sign is left out.
    pub fn short(self) -> String {
        let n = self.0.saturating_abs();
        match n {
            0..MINUTE => format!("{n}s"),
            MINUTE..HOUR => format!("{}m", n / MINUTE),
            HOUR..DAY => format!("{}h", n / HOUR),
            _ if n < 3 * 365 * DAY => format!("{}d", n / DAY),
            _ => format!("{}y", n / (365 * DAY)),
        }
    }
}

fn parse_rfc3339(text: &str) -> Option<UnixTime> {
    let bytes = text.as_bytes();
    let shape = b"dddd-dd-ddTdd:dd:dd";
    let head = bytes.get(..shape.len())?;
    let fits = head.iter().zip(shape).all(|(&b, &s)| match s {
        b'd' => b.is_ascii_digit(),
        b'T' => matches!(b, b'T' | b't' | b' '),
        _ => b == s,
    });
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u32>().ok();
    if !fits {
        return None;
    }
    let date = (i64::from(number(0, 4)?), number(5, 7)?, number(8, 10)?);
    let at = UnixTime::from_civil(date, (number(11, 13)?, number(14, 16)?, number(17, 19)?))?;
    let mut zone = text.get(shape.len()..)?;
    if let Some(fraction) = zone.strip_prefix('.') {
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        zone = fraction.get(digits..).filter(|_| digits > 0)?;
    }
    if matches!(zone, "Z" | "z") {
        return Some(at);
    }
    let east = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let two = |part: &str| part.parse::<i64>().ok().filter(|_| part.len() == 2);
    let offset =
        two(hours).filter(|h| *h < 24)? * HOUR + two(minutes).filter(|m| *m < 60)? * MINUTE;
    Some(at - Seconds(east * offset))
}

fn days_in_month(year: i64, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar (Hinnant, "chrono-compatible
/// low-level date algorithms").
fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let (month, day) = (i64::from(month), i64::from(day));
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let part = |value: i64| u32::try_from(value).expect("a month or day fits");
    (year, part(month), part(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_and_out() {
        for (text, epoch) in [
            ("0", 0),
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59Z", -1),
            ("2000-02-29T12:00:00Z", 951_825_600),
            ("2026-11-21", 1_795_219_200),
            ("2026-11-21T20:00:00+01:00", 1_795_287_600),
            ("2026-11-21T20:00:00.250Z", 1_795_291_200),
            ("9999-12-31T23:59:59Z", LAST),
            ("+1d", DAY),
            ("-2h", -2 * HOUR),
        ] {
            assert_eq!(UnixTime::parse(text, UnixTime(0)), Ok(UnixTime(epoch)), "{text}");
        }
        for bad in [
            "",
            "tomorrow",
            "2026-02-29T00:00:00Z",
            "2026-11-32",
            "2026-11-21T24:00:00Z",
            "2026-11-21T20:00:00",
            "+",
            "+3x",
            "253402300800",
            "2026-11-21T20:00:00+1:00",
        ] {
            assert!(UnixTime::parse(bad, UnixTime(0)).is_err(), "{bad}");
        }
        assert_eq!(UnixTime(LAST).to_string(), "9999-12-31T23:59:59Z");
        assert_eq!(UnixTime(FIRST).to_string(), "0000-01-01T00:00:00Z");
        assert_eq!(UnixTime(951_825_600).to_string(), "2000-02-29T12:00:00Z");
    }

    #[test]
    fn durations_in_and_out() {
        for (text, seconds) in
            [("90", 90), ("12h", 43_200), ("1d6h", 108_000), ("2w", 1_209_600), ("10m30s", 630)]
        {
            assert_eq!(Seconds::parse(text), Ok(Seconds(seconds)), "{text}");
        }
        let words =
            [("3days", 3 * DAY), ("10min", 600), ("1y", 365 * DAY), ("1 day 2 hours", 93_600)];
        for (text, seconds) in words {
            assert_eq!(Seconds::parse(text), Ok(Seconds(seconds)), "{text}");
        }
        for (text, seconds) in [("12:00", 12 * HOUR), ("0:30", 1800), ("1:59", 7140)] {
            assert_eq!(Seconds::parse(text), Ok(Seconds(seconds)), "{text}");
        }
        for bad in ["1:60", ":", "1:", "-1:00", "1:2:3"] {
            assert!(Seconds::parse(bad).is_err(), "{bad}");
        }
        for bad in ["", "h", "12", "1x", "-5", "1d6", "99999999999999w", "1month", "days", "1yd"] {
            assert_eq!(Seconds::parse(bad).is_ok(), bad == "12", "{bad}");
        }
        for (seconds, text) in [
            (0, "0 seconds"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (3599, "59 minutes"),
            (3600, "1 hour"),
            (7500, "2 hours 5 minutes"),
            (DAY, "1 day"),
            (3 * DAY - 1, "2 days 23 hours"),
            (3 * DAY, "3 days"),
            (1094 * DAY, "1094 days"),
            (1095 * DAY, "3 years"),
            (-60, "-1 minute"),
        ] {
            assert_eq!(Seconds(seconds).to_string(), text);
        }
        for (seconds, text) in [
            (59, "59s"),
            (3599, "59m"),
            (DAY - 1, "23h"),
            (-DAY, "1d"),
            (1095 * DAY - 1, "1094d"),
            (1095 * DAY, "3y"),
        ] {
            assert_eq!(Seconds(seconds).short(), text);
        }
        assert_eq!(UnixTime(0).relative_to(UnixTime(120)), "2 minutes ago");
        assert_eq!(UnixTime(120).relative_to(UnixTime(0)), "in 2 minutes");
    }
}
