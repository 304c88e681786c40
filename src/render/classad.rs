//! One ClassAd in what HTCondor calls the old syntax: `Name = value`, one per line. For a
//! `STARTD_CRON` job or `condor_update_machine_ad`.
//!
//! No line `-` is printed. It would end the ad, which is only needed if another ad follows or the
//! job continues (HTCondor manual, "Startd Cron and Schedd Cron"). All names start with `Certok`
//! and the command, so that the ads of several jobs can be merged.

use std::fmt::Write as _;

use crate::render::json::status;
use crate::render::measure::{headline, left, named, plain, severities, shortened, text, words};
use crate::report::{Exit, Item, Report, Severity, Shown, Value};

/// Most items in one ad, because an ad is sent to the collector again and again.
const MAX_ITEMS: usize = 50;
/// Most ids of findings in one ad.
const MAX_IDS: usize = 50;
/// Most bytes of a text before quotes are escaped. HTCondor reads lines of 8192 bytes from a job
/// (`STDOUT_LINEBUF_SIZE`).
const MAX_TEXT: usize = 3000;

/// Renders the ad.
pub fn render(report: &Report) -> String {
    let mut ad =
        Ad { prefix: format!("Certok{}", camel(&words(report.command))), lines: String::new() };
    if report.command == "certok" {
        // If the arguments were not understood, the command is not known.
        ad.prefix.truncate("Certok".len());
    }
    verdict(report, &mut ad);
    findings(report, &mut ad);
    for (name, item) in named(report).take(MAX_ITEMS) {
        facts(&camel(&name), item, &mut ad);
    }
    if let Some(more) = report.items.len().checked_sub(MAX_ITEMS + 1) {
        ad.number("ItemsLeftOut", i64::try_from(more + 1).unwrap_or(i64::MAX));
    }
    ad.lines
}

fn verdict(report: &Report, ad: &mut Ad) {
    let exit = report.exit();
    ad.flag("Ok", exit == Exit::Ok);
    ad.number("ExitCode", i64::from(exit.code()));
    ad.text("ExitName", exit.name());
    ad.text("Status", status(report));
    ad.text("Message", &headline(report));
    ad.number("EvaluatedAt", report.at.0);
    ad.text("Version", env!("CARGO_PKG_VERSION"));
    let ends = report.items.iter().filter_map(|item| left(item, report.at));
    if let Some(least) = ends.min() {
        ad.number("EarliestEnd", (report.at + least).0);
    }
}

fn findings(report: &Report, ad: &mut Ad) {
    for (severity, count) in severities(report) {
        let name = match severity {
            Severity::Error => "Errors",
            Severity::Warn => "Warnings",
            Severity::Info => "Notes",
        };
        ad.number(name, i64::try_from(count).unwrap_or(i64::MAX));
    }
    // A list for stringListMember(), the most important first.
    let mut ids: Vec<&str> = Vec::new();
    for finding in &report.findings {
        if ids.len() < MAX_IDS && !ids.contains(&finding.rule.id) {
            ids.push(finding.rule.id);
        }
    }
    ad.text("Findings", &ids.join(","));
}

/// Writes the facts of an item that are one value, without those that text shows only with `-v`.
fn facts(name: &str, item: &Item, ad: &mut Ad) {
    let facts = item.facts.iter();
    for fact in facts.filter(|fact| fact.shown != Shown::Verbose) {
        let name = format!("{name}{}", camel(&words(fact.key)));
        match &fact.value {
            Value::Bool(yes) => ad.flag(&name, *yes),
            Value::Int(n) => ad.number(&name, *n),
            Value::Span(span) => ad.number(&name, span.0),
            Value::Time(at) => ad.number(&name, at.0),
            Value::Unknown => ad.line(&name, "undefined"),
            Value::Name(_) | Value::Text(_) => {
                let text = text(&fact.value).unwrap_or_default();
                ad.text(&name, &text);
            }
            Value::Items(_) | Value::Texts(_) => {}
        }
    }
}

fn camel(words: &[String]) -> String {
    let capital = |word: &String| {
        let (first, rest) = word.split_at(1);
        first.to_ascii_uppercase() + rest
    };
    words.iter().map(capital).collect()
}

struct Ad {
    prefix: String,
    lines: String,
}

impl Ad {
    fn flag(&mut self, name: &str, value: bool) {
        self.line(name, if value { "true" } else { "false" });
    }

    fn number(&mut self, name: &str, value: i64) {
        self.line(name, &value.to_string());
    }

    /// In the old syntax a backslash is a plain character, except in front of a quote.
    fn text(&mut self, name: &str, value: &str) {
        let value = plain(value);
        let value = shortened(&value, MAX_TEXT).replace('"', "\\\"");
        self.line(name, &format!("\"{value}\""));
    }

    fn line(&mut self, name: &str, value: &str) {
        writeln!(self.lines, "{}{name} = {value}", self.prefix).expect("a String takes all");
    }
}
