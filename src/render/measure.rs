//! The values of a report that a monitor can watch, for every command: numbers, instants and states
//! in its items. Nagios, Prometheus and ClassAd use it. A new kind of item needs no change here.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use crate::report::{EXITS, Exit, Item, Report, Severity, Value};
use crate::text::screen::{for_screen, without_keys};
use crate::text::time::{Seconds, UnixTime};

/// Numbers that describe a thing and do not change. A monitor has no use for them.
const PROPERTIES: &[&str] = &[
    "attempts",
    "block",
    "ca",
    "encrypted",
    "exit_code",
    "key_bits",
    "line",
    "owner",
    "path_length",
    "seconds_left",
    "trusted",
    "version",
];

/// Parts that describe candidates that were not used.
const LEFT: &[&str] = &["tried"];

/// Keys for the end of something. An item has one of them at most.
const ENDS: &[&str] = &["not_after", "next_update"];

/// Keys of facts that distinguish an item from others of the same kind.
const IDENTITY: &[&str] =
    &["credential", "file", "from", "identity", "issuer", "serial", "step", "subject", "vo"];

/// The key of a fact, and its text.
pub(super) type Label = (&'static str, String);

/// One number of an item or of its parts.
pub(super) struct Measure<'a> {
    pub(super) item: &'a Item,
    /// Where the item was read, if it has no such fact itself.
    pub(super) place: Option<Label>,
    /// The key in JSON.
    pub(super) key: &'static str,
    pub(super) number: Number,
}

/// A number, by what it counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Number {
    Count(i64),
    /// 1 if so.
    Flag(bool),
    /// Seconds since the epoch.
    Instant(UnixTime),
    /// Seconds.
    Span(Seconds),
    /// An exit code.
    State(Exit),
}

impl Number {
    /// As a plain number.
    pub(super) fn plain(self) -> i64 {
        match self {
            Self::Count(n) => n,
            Self::Flag(yes) => i64::from(yes),
            Self::Instant(at) => at.0,
            Self::Span(span) => span.0,
            Self::State(exit) => i64::from(exit.code()),
        }
    }
}

/// All numbers of `items` and their parts, in order.
pub(super) fn measures(items: &[Item]) -> Vec<Measure<'_>> {
    let mut found = Vec::new();
    let mut operand = None;
    for item in items {
        if item.kind == "operand" {
            operand = of_file(item);
        }
        collect(item, operand.as_ref(), &mut found);
    }
    found
}

/// Where an item was read, if it has a fact that says so.
fn of_file(item: &Item) -> Option<Label> {
    let place = |(key, _): &Label| matches!(*key, "file" | "from");
    identity(item).into_iter().find(place)
}

fn collect<'a>(item: &'a Item, above: Option<&Label>, found: &mut Vec<Measure<'a>>) {
    let own = of_file(item);
    let place = own.as_ref().or(above).cloned();
    for fact in &item.facts {
        if let Value::Items(parts) = &fact.value {
            let parts = parts.iter().filter(|_| !LEFT.contains(&fact.key));
            parts.for_each(|part| collect(part, place.as_ref(), found));
        }
        let number = match own_number(fact.key, &fact.value) {
            Some(number) => number,
            None => continue,
        };
        found.push(Measure {
            item,
            place: place.clone().filter(|_| own.is_none()),
            key: fact.key,
            number,
        });
    }
}

fn own_number(key: &str, value: &Value) -> Option<Number> {
    if let Some(exit) = state(key, value) {
        return Some(Number::State(exit));
    }
    if PROPERTIES.contains(&key) {
        return None;
    }
    match value {
        Value::Bool(yes) => Some(Number::Flag(*yes)),
        Value::Int(n) => Some(Number::Count(*n)),
        Value::Span(span) => Some(Number::Span(*span)),
        Value::Time(at) => Some(Number::Instant(*at)),
        _ => None,
    }
}

/// The exit code of an item. A row of `status` has its name, one of several operands its number.
fn state(key: &str, value: &Value) -> Option<Exit> {
    let row = match (key, value) {
        ("state", Value::Text(name)) => EXITS.iter().find(|row| row.2 == name),
        ("exit_code", Value::Int(code)) => EXITS.iter().find(|row| i64::from(row.1) == *code),
        _ => None,
    };
    row.map(|row| row.0)
}

/// What distinguishes `item` from others of its kind: keys of facts, and their texts.
pub(super) fn identity(item: &Item) -> Vec<Label> {
    let facts = item.facts.iter();
    let facts = facts.filter(|fact| IDENTITY.contains(&fact.key));
    facts.filter_map(|fact| Some((fact.key, text(&fact.value)?))).collect()
}

/// The value as text, if it is text, as all formats of one line write it.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(plain(text)),
        Value::Name(name) => Some(plain(&name.screen)),
        _ => None,
    }
}

/// `text` without line ends, control characters and secrets.
pub(super) fn plain(text: &str) -> String {
    without_keys(&for_screen(text)).into_owned()
}

/// `text` cut to `limit` bytes at most, including an ellipsis if something was cut off.
pub(super) fn shortened(text: &str, limit: usize) -> Cow<'_, str> {
    const MARK: &str = "...";
    if text.len() <= limit {
        return Cow::Borrowed(text);
    }
    let room = limit.saturating_sub(MARK.len());
    let ends = text.char_indices().map(|(at, _)| at);
    let end = ends.take_while(|at| *at <= room).last().unwrap_or(0);
    Cow::Owned(text.split_at(end).0.to_owned() + MARK)
}

/// The items, each with a unique name: the credential or the kind, in lower case, and a number from
/// the second on.
pub(super) fn named(report: &Report) -> impl Iterator<Item = (Vec<String>, &Item)> {
    let mut seen: HashMap<Vec<String>, usize> = HashMap::new();
    report.items.iter().map(move |item| {
        let name = match item.get("credential") {
            Some(Value::Text(name)) => name.as_str(),
            _ => item.kind,
        };
        let mut words = words(name);
        // A CA is named by its alias. That stays the same if other CAs are added or removed.
        if let ("ca", Some(Value::Text(file))) = (item.kind, item.get("file")) {
            let alias = Path::new(file).file_stem().unwrap_or_default().to_string_lossy();
            words.extend(self::words(&alias));
        }
        let count = seen.entry(words.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            words.push(count.to_string());
        }
        (words, item)
    })
}

/// The words of `name`: runs of ASCII letters and digits, in lower case.
pub(super) fn words(name: &str) -> Vec<String> {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect()
}

/// How long the thing that `item` describes is still valid at `at`. If there are several ends, the
/// first counts.
pub(super) fn left(item: &Item, at: UnixTime) -> Option<Seconds> {
    if let Some(Value::Span(left)) = item.get("seconds_left") {
        return Some(*left);
    }
    let ends = measures(std::slice::from_ref(item)).into_iter();
    let ends = ends.filter(|measure| ENDS.contains(&measure.key));
    ends.filter_map(|measure| match measure.number {
        Number::Instant(end) => Some(end - at),
        _ => None,
    })
    .min()
}

/// How many findings there are of each severity: `error`, `warn`, `info`.
pub(super) fn severities(report: &Report) -> [(Severity, usize); 3] {
    [Severity::Error, Severity::Warn, Severity::Info].map(|severity| {
        let findings = report.findings.iter();
        let count = findings.filter(|finding| finding.severity == severity);
        (severity, count.count())
    })
}

/// The finding that decides; else the first warning; else that there is nothing wrong.
pub(super) fn headline(report: &Report) -> String {
    let warning = || {
        let findings = report.findings.iter();
        findings.clone().find(|f| f.severity == Severity::Warn)
    };
    match report.headline().or_else(warning) {
        Some(finding) => format!("{} [{}]", plain(&finding.message), finding.rule.id),
        None => plain(&report.good),
    }
}

#[cfg(test)]
mod tests {
    use super::{plain, shortened, words};

    #[test]
    fn cut_between_characters() {
        for (text, limit, cut) in [
            ("abcdef", 6, "abcdef"),
            ("abcdefg", 6, "abc..."),
            ("äöüä", 8, "äöüä"),
            ("äöüäö", 8, "äö..."),
            ("", 0, ""),
        ] {
            assert_eq!(shortened(text, limit), cut);
        }
    }

    #[test]
    fn one_line_without_keys() {
        for (text, shown) in [
            ("a b", "a b"),
            ("a\nb", "a\\u{a}b"),
            ("-----BEGIN PRIVATE KEY-----\nMIIE\nMIIE", "(a private key, not shown)"),
            (
                "x -----BEGIN EC PRIVATE KEY-----MIIE-----END EC PRIVATE KEY----- y",
                "x (a private key, not shown) y",
            ),
        ] {
            assert_eq!(plain(text), shown);
        }
    }

    #[test]
    fn words_of_names() {
        for (name, parts) in [
            ("user certificate", &["user", "certificate"][..]),
            ("ca_audit", &["ca", "audit"]),
            ("JAliEn: töken", &["jalien", "t", "ken"]),
        ] {
            assert_eq!(words(name), parts);
        }
    }
}
