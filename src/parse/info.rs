//! `.info` files of the IGTF distribution, for CAs and for profiles of CAs, and the `.crl_url`
//! files beside them.

use crate::text::time::UnixTime;

/// The fields about the release.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Info {
    /// `version`: the number of the release, `1.133`.
    pub version: Option<String>,
    /// Whether the CA is accredited by the IGTF, or the file is the list of accredited CAs. Other
    /// distributions have their own version numbers.
    pub is_igtf: bool,
    /// Whether it has a URL of the CA's revocation list: `crl_url`, `crl_url.0`.
    pub names_list: bool,
    /// The day on which it was made (`# Generated Tuesday, 11 Feb, 2025`).
    pub made: Option<UnixTime>,
}

impl Info {
    /// Reads a file. Unknown lines are skipped.
    pub fn parse(text: &str) -> Self {
        let mut info = Self::default();
        for line in text.lines().take(MAX_LINES) {
            if let Some(comment) = line.strip_prefix('#') {
                info.made = info.made.or_else(|| made(comment));
            } else if let Some((key, value)) = line.split_once('=') {
                let value = value.trim();
                match key.trim() {
                    "version" if !value.is_empty() && value.len() <= MAX_VERSION => {
                        info.version.get_or_insert_with(|| value.to_owned());
                    }
                    key if key.starts_with("crl_url") => info.names_list = true,
                    "status" => info.is_igtf |= value.starts_with("accredited"),
                    "alias" => info.is_igtf |= value.starts_with("policy-igtf-"),
                    _ => {}
                }
            }
        }
        info
    }
}

/// The value of a key in an `.info` file, without quotes: `version = 1.133`.
pub fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let pairs = lines(text).filter_map(|line| line.split_once('='));
    let mut found = pairs.filter(|(name, _)| name.trim() == key);
    let value = found.next()?.1.trim();
    let bare = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
    Some(bare.unwrap_or(value)).filter(|value| !value.is_empty())
}

/// The URLs of a `.crl_url` file, one a line.
pub fn urls(text: &str) -> impl Iterator<Item = &str> {
    lines(text)
}

/// Lines that are neither blank nor comments.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Most lines of one file. The longest real one, with all CAs of a profile, has 80.
const MAX_LINES: usize = 10_000;

/// Most bytes of a version.
const MAX_VERSION: usize = 20;

/// `Generated Tuesday, 11 Feb, 2025`.
fn made(comment: &str) -> Option<UnixTime> {
    let date = comment.trim().strip_prefix("Generated ")?;
    let mut parts = date.split(',').skip(1).map(str::trim);
    let (day, month) = parts.next()?.split_once(' ')?;
    let year = parts.next()?.parse().ok()?;
    let month = MONTHS.iter().position(|name| month.starts_with(name))?;
    let month = u32::try_from(month + 1).ok()?;
    UnixTime::from_civil((year, month, day.parse().ok()?), (0, 0, 0))
}

const MONTHS: &[&str] =
    &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The first day of the month in which a release of the IGTF was announced, by its version.
pub fn igtf_release(version: &str) -> Option<UnixTime> {
    let minor: usize = version.strip_prefix("1.")?.parse().ok()?;
    let month = RELEASES.get(minor.checked_sub(FIRST)?)?;
    UnixTime::from_civil((i64::from(month / 100), month % 100, 1), (0, 0, 0))
}

/// The minor version of the first entry in [`RELEASES`].
const FIRST: usize = 60;

/// Year and month of 1.60 and those that follow (CHANGES of the IGTF distribution; 1.66 and 1.100
/// were never issued).
const RELEASES: &[u32] = &[
    201410, 201412, 201502, 201503, 201506, 201506, 201508, 201508, 201510, 201510, // 1.69
    201511, 201601, 201602, 201603, 201605, 201606, 201607, 201609, 201610, 201611, // 1.79
    201701, 201702, 201703, 201705, 201706, 201707, 201710, 201710, 201711, 201801, // 1.89
    201803, 201805, 201806, 201809, 201810, 201811, 201902, 201903, 201904, 201905, // 1.99
    201906, 201906, 201910, 202001, 202001, 202003, 202005, 202008, 202012, 202101, // 1.109
    202103, 202105, 202108, 202110, 202201, 202203, 202204, 202208, 202302, 202303, // 1.119
    202305, 202306, 202308, 202309, 202310, 202311, 202312, 202402, 202403, 202406, // 1.129
    202407, 202409, 202412, 202502, 202504, // 1.134
];

#[cfg(test)]
mod tests {
    use super::{Info, igtf_release, urls, value};

    #[test]
    fn versions_and_dates() {
        for (text, version, is_igtf, made) in [
            ("", None, false, None),
            ("alias = X\nversion = 1.92\n", Some("1.92"), false, None),
            ("status = accredited:classic\nversion=1.92", Some("1.92"), true, None),
            ("status = discontinued\nversion = ", None, false, None),
            (
                "# Generated Tuesday, 11 Feb, 2025\nalias = policy-igtf-classic",
                None,
                true,
                Some("2025-02-11"),
            ),
            ("# Generated today", None, false, None),
            ("# Generated x, 31 Feb, 2025", None, false, None),
            ("version = 123456789012345678901", None, false, None),
        ] {
            let info = Info::parse(text);
            assert_eq!(info.version.as_deref(), version, "{text}");
            assert_eq!(info.is_igtf, is_igtf, "{text}");
            assert!(!info.names_list, "{text}");
            assert_eq!(info.made.map(|at| at.date()).as_deref(), made, "{text}");
        }
    }

    #[test]
    fn where_lists_are() {
        for (text, want) in [
            ("crl_url = http://ca/x.crl", true),
            ("crl_url.0=http://ca/x.crl", true),
            ("#crl_url = x\nurl = y", false),
        ] {
            assert_eq!(Info::parse(text).names_list, want, "{text}");
        }
    }

    #[test]
    fn releases() {
        for (version, month) in [
            ("1.59", None),
            ("1.60", Some("2014-10-01")),
            ("1.92", Some("2018-06-01")),
            ("1.100", Some("2019-06-01")),
            ("1.133", Some("2025-02-01")),
            ("1.134", Some("2025-04-01")),
            ("1.135", None),
            ("2.92", None),
            ("1.x", None),
        ] {
            let found = igtf_release(version).map(|at| at.date());
            assert_eq!(found.as_deref(), month, "{version}");
        }
    }

    #[test]
    fn pairs_and_lines() {
        let text =
            "# alias = no\nalias = Grid\n  version=1.140 \nsubjectdn = \"/CN=a = b\"\nurl =\n";
        for (key, expected) in [
            ("alias", Some("Grid")),
            ("version", Some("1.140")),
            ("subjectdn", Some("/CN=a = b")),
            ("url", None),
            ("# alias", None),
            ("status", None),
        ] {
            assert_eq!(value(text, key), expected, "{key}");
        }
        let text = "#x\nhttp://a/b.crl\n\n http://c/d.crl \n";
        assert_eq!(urls(text).collect::<Vec<_>>(), ["http://a/b.crl", "http://c/d.crl"]);
    }
}
