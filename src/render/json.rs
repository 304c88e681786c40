//! The JSON envelope, schema 1. `schema/certok-1.schema.json` describes it.
//!
//! It is written piece by piece. No second copy of the report is held in memory.

use std::io;
use std::io::Write;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use zeroize::Zeroizing;

use crate::report::{Case, Finding, Item, NameForms, Place, Report, Severity, Value};
use crate::text::screen::{is_tricky, without_keys};
use crate::text::time::{Seconds, UnixTime};

/// Version of the envelope. It changes only if a key changes its meaning or is removed.
pub const SCHEMA: u32 = 1;

/// Writes the whole report, indented, with a final newline.
///
/// # Errors
///
/// What the writer reported.
pub fn write(report: &Report, mut out: impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(Escaping(&mut out), &Envelope(report))?;
    out.write_all(b"\n")
}

/// Writes the whole report in one line.
///
/// # Errors
///
/// What the writer reported.
pub fn write_line(report: &Report, mut out: impl Write) -> io::Result<()> {
    serde_json::to_writer(Escaping(&mut out), &Envelope(report))?;
    out.write_all(b"\n")
}

/// The envelope as a value.
pub fn envelope(report: &Report) -> serde_json::Value {
    serde_json::to_value(Envelope(report)).expect("strings and numbers")
}

/// `ok`, `warn` or `error`.
pub(super) fn status(report: &Report) -> &'static str {
    let worst = report.findings.iter().map(|finding| finding.severity).min();
    match (report.exit().code(), worst) {
        (0, Some(Severity::Warn)) => "warn",
        (0, _) => "ok",
        _ => "error",
    }
}

struct Envelope<'a>(&'a Report);

impl Serialize for Envelope<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", &SCHEMA)?;
        map.serialize_entry("command", report.command)?;
        map.serialize_entry("certok", env!("CARGO_PKG_VERSION"))?;
        map.serialize_entry("evaluated_at", &Time(report.at))?;
        if report.need > Seconds(0) {
            map.serialize_entry("for_seconds", &report.need.0)?;
        }
        map.serialize_entry("offline", &true)?;
        if let Some(operand) = &report.operand {
            map.serialize_entry("operand", &Text(&operand.name))?;
            if let Some((block, line)) = operand.part {
                map.serialize_entry("block", &block)?;
                map.serialize_entry("line", &line)?;
            }
        }
        map.serialize_entry("result", &Verdict(report))?;
        map.serialize_entry("items", &List(&report.items, Part))?;
        map.serialize_entry("findings", &List(&report.findings, Judgement))?;
        if !report.acceptance.is_empty() {
            map.serialize_entry("acceptance", &List(&report.acceptance, Part))?;
        }
        if let Some(results) = &report.results {
            // The only place where a key may be printed: the command `token` exists to print it.
            map.serialize_entry("results", &[Pairs(results)])?;
        } else if let (Some(raw), true) = (&report.raw, report.items.is_empty()) {
            // For a script or a manual page the text itself is the answer.
            map.serialize_entry("output", &Text(raw))?;
        }
        map.end()
    }
}

struct Verdict<'a>(&'a Report);

impl Serialize for Verdict<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (report, exit) = (self.0, self.0.exit());
        let headline = report.headline();
        let message = headline.map_or(&report.good, |finding| &finding.message);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("status", status(report))?;
        map.serialize_entry("exit_code", &exit.code())?;
        map.serialize_entry("exit_name", exit.name())?;
        map.serialize_entry("message", &Text(message))?;
        map.end()
    }
}

struct Judgement<'a>(&'a Finding);

impl Serialize for Judgement<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let finding = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", finding.rule.id)?;
        map.serialize_entry("severity", finding.severity.name())?;
        map.serialize_entry("message", &Text(&finding.message))?;
        map.serialize_entry("why", finding.rule.why)?;
        map.serialize_entry("advice", &Text(&finding.advice))?;
        map.serialize_entry("fix", &finding.fix.as_ref().map(|fix| Text(fix.line())))?;
        map.serialize_entry("refused_by", &finding.refused_by_words())?;
        map.serialize_entry("taken_by", &finding.taken_by)?;
        map.serialize_entry("source", finding.rule.source)?;
        map.serialize_entry("place", &Where(&finding.place))?;
        map.serialize_entry("cases", &List(&finding.cases, Instance))?;
        map.end()
    }
}

struct Instance<'a>(&'a Case);

impl Serialize for Instance<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let case = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("message", &Text(&case.message))?;
        map.serialize_entry("fix", &case.fix.as_ref().map(|fix| Text(fix.line())))?;
        map.serialize_entry("place", &Where(&case.place))?;
        map.end()
    }
}

struct Where<'a>(&'a Place);

impl Serialize for Where<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let place = self.0;
        let file = place.file.as_ref().map(|path| path.to_string_lossy());
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("file", &file.as_deref().map(Text))?;
        map.serialize_entry("variable", &place.variable)?;
        map.serialize_entry("block", &place.block)?;
        map.serialize_entry("line", &place.line)?;
        map.serialize_entry("subject", &place.subject.as_deref().map(Text))?;
        map.end()
    }
}

struct Part<'a>(&'a Item);

impl Serialize for Part<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", self.0.kind)?;
        for fact in &self.0.facts {
            map.serialize_entry(fact.key, &Known(&fact.value))?;
        }
        map.end()
    }
}

struct Known<'a>(&'a Value);

impl Serialize for Known<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Bool(yes) => serializer.serialize_bool(*yes),
            Value::Int(n) => number(*n, serializer),
            Value::Items(items) => List(items, Part).serialize(serializer),
            Value::Name(name) => Forms(name).serialize(serializer),
            Value::Span(span) => number(span.0, serializer),
            Value::Text(text) => Text(text).serialize(serializer),
            Value::Texts(texts) => serializer.collect_seq(texts.iter().map(|text| Text(text))),
            Value::Time(at) => Time(*at).serialize(serializer),
            Value::Unknown => serializer.serialize_none(),
        }
    }
}

/// Many readers keep numbers as doubles, which are exact only up to 2^53. Larger ones become
/// strings.
fn number<S: Serializer>(n: i64, serializer: S) -> Result<S::Ok, S::Error> {
    if n.unsigned_abs() <= 1 << 53 {
        serializer.serialize_i64(n)
    } else {
        serializer.collect_str(&n)
    }
}

struct Forms<'a>(&'a NameForms);

impl Serialize for Forms<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("rfc4514", &Text(&self.0.rfc4514))?;
        map.serialize_entry("slash", &Text(&self.0.slash))?;
        map.serialize_entry("rdns", &List(&self.0.rdns, |rdn| List(rdn, Attribute)))?;
        map.end()
    }
}

struct Attribute<'a>(&'a (String, String, String));

impl Serialize for Attribute<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (oid, short, value) = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("oid", oid)?;
        map.serialize_entry("type", short)?;
        map.serialize_entry("value", &Text(value))?;
        map.end()
    }
}

struct Time(UnixTime);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("rfc3339", &self.0.to_string())?;
        map.serialize_entry("epoch", &self.0.0)?;
        map.end()
    }
}

/// If the user passed a key where a path belongs, messages would repeat it.
struct Text<'a>(&'a str);

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&without_keys(self.0))
    }
}

/// A writer that escapes characters which JSON allows in a string and a terminal would obey.
struct Escaping<W>(W);

impl<W: Write> Write for Escaping<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let is_plain = bytes.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\n'));
        // serde writes each piece of a string whole, so no character is split.
        match std::str::from_utf8(bytes) {
            Ok(text) if !is_plain && text.contains(is_tricky) => {
                self.0.write_all(escaped(text).as_bytes())?;
            }
            _ => self.0.write_all(bytes)?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_tricky(c) && c != '\n' {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

struct Pairs<'a>(&'a [(&'static str, Zeroizing<String>)]);

impl Serialize for Pairs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value.as_str())))
    }
}

/// A list whose elements are made by the function `.1`.
struct List<'a, T, W>(&'a [T], fn(&'a T) -> W);

impl<T, W: Serialize> Serialize for List<'_, T, W> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(self.1))
    }
}
