//! PEM text to whose lines a mail program, an editor or a terminal added something.

use zeroize::Zeroizing;

use crate::parse::pem::scan::scan;

/// What was added, or is missing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Disguise {
    /// The same texts before and after each line. One may be empty.
    Around(String, String),
    /// A number before each line.
    Numbers,
    /// Commands for the colours of a terminal.
    Colours,
    /// No-break or wide spaces between the words of a mark.
    WideSpaces,
    /// `&#10;` instead of line ends.
    Entities,
    /// The line with BEGIN is missing. The label in the line with END.
    NoBegin(String),
}

/// Longest text before or after a line.
const MAX_ADDED: usize = 8;

/// Most bytes that are looked at.
const MAX_BYTES: usize = 1 << 20;

const NO_BREAK_SPACE: char = '\u{a0}';
const WIDE_SPACE: char = '\u{3000}';

impl Disguise {
    /// Recognises what was added to `bytes`, if they are PEM without it.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= MAX_BYTES)?;
        let disguise = Self::guess(text)?;
        let undone = disguise.undo(text);
        scan(undone.as_bytes()).blocks.iter().any(Result::is_ok).then_some(disguise)
    }

    fn guess(text: &str) -> Option<Self> {
        if text.contains('\u{1b}') {
            return Some(Self::Colours);
        }
        if text.contains("-----&#10;") {
            return Some(Self::Entities);
        }
        let is_mark = |line: &&str| line.contains("-----BEGIN");
        let Some(mark) = text.lines().find(is_mark) else {
            let mut ends = text.lines().filter_map(|line| line.trim().strip_prefix("-----END "));
            let label = ends.find_map(|rest| rest.strip_suffix("-----"))?;
            let is_label = |c: char| c.is_ascii_uppercase() || c == ' ';
            return label.chars().all(is_label).then(|| Self::NoBegin(label.to_owned()));
        };
        if mark.contains([NO_BREAK_SPACE, WIDE_SPACE]) {
            return Some(Self::WideSpaces);
        }
        let (before, rest) = mark.split_once("-----BEGIN")?;
        let (_, after) = rest.split_once("-----")?;
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_short = before.len() <= MAX_ADDED && after.len() <= MAX_ADDED;
        match (before.trim(), after) {
            ("", "") => None,
            (number, "") if is_number(number) && before.ends_with([' ', '\t']) => {
                Some(Self::Numbers)
            }
            _ => is_short.then(|| Self::Around(before.to_owned(), after.to_owned())),
        }
    }

    /// The text without it.
    pub(super) fn undo(&self, text: &str) -> Zeroizing<String> {
        let replaced = |from: &[char], to: &str| Zeroizing::new(text.replace(from, to));
        match self {
            Self::Around(before, after) => by_line(text, |line| {
                let rest = line.strip_prefix(before.as_str()).unwrap_or(line);
                Some(rest.strip_suffix(after.as_str()).unwrap_or(rest))
            }),
            Self::Numbers => by_line(text, |line| {
                let rest = line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
                Some(rest.trim_start())
            }),
            Self::Colours => {
                let mut out = Zeroizing::new(String::with_capacity(text.len()));
                for (at, piece) in text.split("\u{1b}[").enumerate() {
                    let rest = piece.split_once('m').filter(|_| at > 0);
                    out.push_str(rest.map_or(piece, |(_, rest)| rest));
                }
                out
            }
            Self::WideSpaces => replaced(&[NO_BREAK_SPACE, WIDE_SPACE], " "),
            Self::Entities => Zeroizing::new(text.replace("&#10;", "\n")),
            Self::NoBegin(label) => {
                let first = text.lines().find(|line| is_whole_line(line)).unwrap_or(text);
                let at = text.find(first).unwrap_or(0);
                let (before, body) = text.split_at(at);
                Zeroizing::new(format!("{before}-----BEGIN {label}-----\n{body}"))
            }
        }
    }

    /// The end of a sentence about the file.
    pub fn phrase(&self) -> String {
        match self {
            Self::Around(before, after) => match (before.as_str(), after.as_str()) {
                (before, "") => format!("each line begins with `{before}`"),
                ("", after) => format!("each line ends with `{after}`"),
                (before, after) => format!("each line is between `{before}` and `{after}`"),
            },
            Self::Numbers => "each line begins with its number".to_owned(),
            Self::Colours => "it holds the colours of a terminal".to_owned(),
            Self::WideSpaces => {
                "a blank in the line with BEGIN is a no-break or wide space".to_owned()
            }
            Self::Entities => "its line ends are written as &#10;".to_owned(),
            Self::NoBegin(label) => format!("the line -----BEGIN {label}----- is missing"),
        }
    }

    /// A shell command that writes `"$b"` without it. `None` if no command can be written.
    pub fn command(&self) -> Option<String> {
        Some(match self {
            Self::Around(before, after) => {
                format!("sed 's/^{}//; s/{}$//' \"$b\"", pattern(before)?, pattern(after)?)
            }
            Self::Numbers => "sed -E 's/^[[:blank:]]*[0-9]+[[:blank:]]+//' \"$b\"".to_owned(),
            Self::Colours => "sed \"s/$(printf '\\033')\\[[0-9;]*m//g\" \"$b\"".to_owned(),
            Self::WideSpaces => "sed \"s/$(printf '\\302\\240')/ /g; \
                                 s/$(printf '\\343\\200\\200')/ /g\" \"$b\""
                .to_owned(),
            Self::Entities => "sed 's/&#10;/\\n/g' \"$b\"".to_owned(),
            Self::NoBegin(label) => {
                format!("sed '0,/^[A-Za-z0-9+/]\\{{64\\}}$/s//-----BEGIN {label}-----\\n&/' \"$b\"")
            }
        })
    }
}

/// Whether it is a line of base64 as PEM has them.
fn is_whole_line(line: &str) -> bool {
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    line.len() == 64 && line.bytes().all(is_base64)
}

/// Each line as `of` makes it, or as it was.
fn by_line(text: &str, of: impl Fn(&str) -> Option<&str>) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len() + 1));
    for line in text.lines() {
        out.push_str(of(line).unwrap_or(line));
        out.push('\n');
    }
    out
}

/// The text as a basic regular expression between single quotes.
fn pattern(text: &str) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_graphic() && c != '\'' || c == ' ' || c == '\t';
    let escaped = |c: char| match c {
        '\\' | '/' | '.' | '*' | '[' | ']' | '^' | '$' => format!("\\{c}"),
        c => c.to_string(),
    };
    text.chars().all(is_plain).then(|| text.chars().map(escaped).collect())
}

#[cfg(test)]
mod tests {
    use super::Disguise;

    const PEM: &str = concat!(
        "-----BEGIN CERTIFICATE-----\n",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
        "MAA=\n-----END CERTIFICATE-----\n"
    );

    fn lines(of: impl Fn(&str) -> String) -> String {
        PEM.lines().map(|line| of(line) + "\n").collect()
    }

    #[test]
    fn what_was_added_is_recognised() {
        let around =
            |before: &str, after: &str| Some(Disguise::Around(before.to_owned(), after.to_owned()));
        for (text, disguise) in [
            (lines(|line| format!("> {line}")), around("> ", "")),
            (lines(|line| format!("# {line}")), around("# ", "")),
            (lines(|line| format!("{line} \\")), around("", " \\")),
            (lines(|line| format!("{line}=20")), around("", "=20")),
            (lines(|line| format!("\"{line}\\n\"")), around("\"", "\\n\"")),
            (lines(|line| format!("     7\t{line}")), Some(Disguise::Numbers)),
            (lines(|line| format!("\u{1b}[32m{line}\u{1b}[0m")), Some(Disguise::Colours)),
            (PEM.replacen("BEGIN ", "BEGIN\u{a0}", 1), Some(Disguise::WideSpaces)),
            (PEM.replace('\n', "&#10;"), Some(Disguise::Entities)),
            (
                PEM.replacen("-----BEGIN CERTIFICATE-----\n", "", 1),
                Some(Disguise::NoBegin("CERTIFICATE".to_owned())),
            ),
            // Nothing was added, or more than that is wrong.
            (PEM.to_owned(), None),
            (lines(|line| format!("123456789{line}")), None),
            (lines(|line| format!("> {}", line.replace('A', "!"))), None),
            ("no PEM at all\n".to_owned(), None),
        ] {
            assert_eq!(Disguise::of(text.as_bytes()), disguise, "{text}");
        }
    }
}
