//! Strict readers of what monitors read: they take nothing that any of the real ones refuses.
#![allow(dead_code, reason = "each test file uses another part")]

use std::collections::{BTreeMap, BTreeSet};

/// A line of a monitoring plugin.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) status: String,
    pub(crate) text: String,
    /// Label, value, unit, and the four numbers behind it.
    pub(crate) data: Vec<(String, i64, String, [String; 4])>,
}

/// Monitoring Plugins Development Guidelines 2.1 and 2.6; the length is NRPE 2's.
pub(crate) fn nagios(out: &str) -> Result<Line, String> {
    let line = out.strip_suffix('\n').ok_or("no line end")?;
    let bad = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}');
    if line.contains(bad) {
        return Err("a control character".to_owned());
    }
    if out.len() > 1023 {
        return Err(format!("{} bytes", out.len()));
    }
    let (head, data) = line.split_once('|').unwrap_or((line, ""));
    if data.contains('|') {
        return Err("two bars".to_owned());
    }
    let (service, text) = head.split_once(" - ").ok_or("no dash")?;
    let status = service.strip_prefix("CERTOK ").ok_or("no name")?;
    if !["OK", "WARNING", "CRITICAL", "UNKNOWN"].contains(&status) || text.is_empty() {
        return Err(format!("status {status}, text {text}"));
    }
    let data: Vec<_> = data.split(' ').filter(|datum| !datum.is_empty()).collect();
    let data: Result<Vec<_>, String> = data.into_iter().map(datum).collect();
    let data = data?;
    let labels: BTreeSet<&String> = data.iter().map(|datum| &datum.0).collect();
    if labels.len() != data.len() {
        return Err("a label twice".to_owned());
    }
    Ok(Line { status: status.to_owned(), text: text.to_owned(), data })
}

fn datum(text: &str) -> Result<(String, i64, String, [String; 4]), String> {
    let (label, rest) = text.split_once('=').ok_or(format!("no value: {text}"))?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if label.is_empty() || !label.chars().all(plain) {
        return Err(format!("label {label}"));
    }
    let mut parts = rest.split(';');
    let value = parts.next().unwrap_or_default();
    let (number, unit) = match value.strip_suffix('s') {
        Some(number) => (number, "s"),
        None => (value, ""),
    };
    let number = number.parse().map_err(|e| format!("{value}: {e}"))?;
    let mut four = [const { String::new() }; 4];
    for place in &mut four {
        *place = parts.next().unwrap_or_default().to_owned();
    }
    let [warn, crit, min, max] = &four;
    let is_range = |range: &&String| {
        let (start, end) = range.split_once(':').unwrap_or(("0", range));
        range.is_empty()
            || start.parse::<i64>().is_ok() && (end.is_empty() || end.parse::<i64>().is_ok())
    };
    let is_number = |number: &&String| number.is_empty() || number.parse::<i64>().is_ok();
    if parts.next().is_some()
        || ![warn, crit].iter().all(is_range)
        || ![min, max].iter().all(is_number)
    {
        return Err(format!("limits of {text}"));
    }
    Ok((label.to_owned(), number, unit.to_owned(), four))
}

/// The series of a textfile, by metric and sorted labels.
pub(crate) type Series = BTreeMap<(String, BTreeMap<String, String>), f64>;

/// <https://prometheus.io/docs/instrumenting/exposition_formats/>, without timestamps.
pub(crate) fn prometheus(out: &str) -> Result<Series, String> {
    let mut series = Series::new();
    let mut families = BTreeSet::new();
    let mut family: Option<&str> = None;
    let text = out.strip_suffix('\n').ok_or("no final newline")?;
    let mut lines = text.split('\n');
    while let Some(line) = lines.next() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, help) = help.split_once(' ').ok_or("no help")?;
            let of_type = lines.next().unwrap_or_default();
            if of_type != format!("# TYPE {name} gauge") || help.is_empty() || help.contains('\\') {
                return Err(format!("{line}, {of_type}"));
            }
            if !families.insert(name) {
                return Err(format!("{name} twice"));
            }
            family = Some(name);
            continue;
        }
        let (name, labels, value) = sample(line).ok_or(format!("sample {line}"))?;
        if family != Some(name) || !name.starts_with("certok_") {
            return Err(format!("{name} among {family:?}"));
        }
        let value = value.parse::<i64>().map_err(|e| format!("{value}: {e}"))?;
        #[expect(clippy::cast_precision_loss, reason = "as Prometheus does")]
        if series.insert((name.to_owned(), labels), value as f64).is_some() {
            return Err(format!("{line} twice"));
        }
    }
    let named =
        |name: &str| name.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit());
    match families.iter().find(|name| !named(name)) {
        Some(name) => Err(format!("name {name}")),
        None => Ok(series),
    }
}

fn sample(line: &str) -> Option<(&str, BTreeMap<String, String>, &str)> {
    let (name, mut rest) = line.split_once('{')?;
    let mut labels = BTreeMap::new();
    while !rest.starts_with('}') {
        let (label, after) = rest.split_once("=\"")?;
        if !label.starts_with(|c: char| c.is_ascii_lowercase())
            || !label.chars().all(|c| c.is_ascii_lowercase() || c == '_')
        {
            return None;
        }
        let mut value = String::new();
        let mut chars = after.char_indices();
        let end = loop {
            match chars.next()? {
                (at, '"') => break at + 1,
                (_, '\\') => value.push(match chars.next()?.1 {
                    'n' => '\n',
                    c @ ('\\' | '"') => c,
                    _ => return None,
                }),
                (_, c) => value.push(c),
            }
        };
        if labels.insert(label.to_owned(), value).is_some() {
            return None;
        }
        rest = &after[end..];
        rest = match rest.strip_prefix(',') {
            Some(more) if !more.starts_with('}') => more,
            Some(_) => return None,
            None if rest.starts_with('}') => rest,
            None => return None,
        };
    }
    Some((name, labels, rest.strip_prefix("} ")?))
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Attribute {
    Bool(bool),
    Int(i64),
    Text(String),
    Undefined,
}

/// Old ClassAd syntax, one attribute a line, none twice in any spelling; a line is as long as a
/// startd reads.
pub(crate) fn classad(out: &str) -> Result<BTreeMap<String, Attribute>, String> {
    let mut ad = BTreeMap::new();
    let mut names = BTreeSet::new();
    let text = out.strip_suffix('\n').ok_or("no final newline")?;
    for line in text.split('\n') {
        let (name, value) = line.split_once(" = ").ok_or(format!("line {line}"))?;
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric());
        if !name.starts_with("Certok") || !plain || line.len() >= 8192 {
            return Err(format!("line {line}"));
        }
        if !names.insert(name.to_lowercase()) {
            return Err(format!("{name} twice"));
        }
        let value = match value {
            "true" => Attribute::Bool(true),
            "false" => Attribute::Bool(false),
            "undefined" => Attribute::Undefined,
            _ => match value.strip_prefix('"') {
                Some(rest) => Attribute::Text(string(rest).ok_or(format!("string {line}"))?),
                None => Attribute::Int(value.parse().map_err(|e| format!("{line}: {e}"))?),
            },
        };
        ad.insert(name.to_owned(), value);
    }
    Ok(ad)
}

/// A backslash stands for itself, but before a quote that is not the last character.
fn string(rest: &str) -> Option<String> {
    let inside = rest.strip_suffix('"')?;
    let mut text = String::new();
    let mut chars = inside.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek() == Some(&'"') => text.extend(chars.next()),
            '"' => return None,
            c if c.is_control() => return None,
            c => text.push(c),
        }
    }
    Some(text)
}
