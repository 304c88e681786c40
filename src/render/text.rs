//! Text for people: the answer, the fix, then the facts.

use std::fmt::Write as _;

use crate::parse::name::for_screen;
use crate::render::Style;
use crate::report::Exit;
use crate::report::Fact;
use crate::report::Finding;
use crate::report::Item;
use crate::report::Report;
use crate::report::Severity;
use crate::report::Shown;
use crate::report::Value;
use crate::time::UnixTime;

/// Width of the column of labels.
const LABEL_WIDTH: usize = 13;

/// The whole report.
pub fn render(report: &Report, style: Style) -> String {
    if let Some(raw) = &report.raw {
        return raw.clone();
    }
    let mut out = String::new();
    let headline = report.headline();
    match headline {
        Some(finding) => write_finding(&mut out, finding, style, Some(report.exit())),
        None if report.good.is_empty() => {}
        None => line(
            &mut out,
            &format!("{}: {}", paint("ok", GREEN, style), report.good),
        ),
    }
    for item in &report.items {
        separate(&mut out);
        write_item(&mut out, item, report.at, style, 0);
    }
    let rest = report
        .findings
        .iter()
        .filter(|f| headline.is_none_or(|h| !h.same_as(f)));
    for (at, finding) in rest.enumerate() {
        if at == 0 {
            separate(&mut out);
        }
        write_finding(&mut out, finding, style, None);
    }
    out
}

const GREEN: &str = "32";
const RED: &str = "31";
const YELLOW: &str = "33";
const BLUE: &str = "36";
const BOLD: &str = "1";

fn write_finding(out: &mut String, finding: &Finding, style: Style, headline: Option<Exit>) {
    let (word, color) = match finding.severity {
        Severity::Error => ("error", RED),
        Severity::Warn => ("warning", YELLOW),
        Severity::Info => ("note", BLUE),
    };
    let word = headline.map_or(word, Exit::name);
    let tag = paint(word, color, style);
    let message = for_screen(&finding.message);
    line(out, &format!("{tag}: {message} [{}]", finding.rule.id));
    if !finding.rule.refused_by.is_empty() {
        line(
            out,
            &format!("  refused by: {}", finding.rule.refused_by.join(", ")),
        );
    }
    if !finding.advice.is_empty() && finding.severity != Severity::Info {
        line(out, &format!("  {}", for_screen(&finding.advice)));
    }
    if let Some(fix) = &finding.fix {
        line(
            out,
            &format!("  {} {}", paint("fix:", BOLD, style), for_screen(fix)),
        );
    }
    if style.verbose {
        line(
            out,
            &format!("  why: {} ({})", finding.rule.why, finding.rule.source),
        );
    }
}

fn write_item(out: &mut String, item: &Item, now: UnixTime, style: Style, depth: usize) {
    let indent = "  ".repeat(depth);
    line(
        out,
        &format!("{indent}{}", paint(&for_screen(&item.title), BOLD, style)),
    );
    for fact in &item.facts {
        let visible = match fact.shown {
            Shown::Always => true,
            Shown::Verbose => style.verbose,
            Shown::Machine => false,
        };
        if visible {
            write_fact(out, fact, now, style, depth);
        }
    }
}

fn write_fact(out: &mut String, fact: &Fact, now: UnixTime, style: Style, depth: usize) {
    let indent = "  ".repeat(depth + 1);
    let mut shown = |text: &str| {
        line(
            out,
            &format!("{indent}{:LABEL_WIDTH$}{}", fact.label, for_screen(text)),
        );
    };
    match &fact.value {
        Value::Bool(yes) => shown(if *yes { "yes" } else { "no" }),
        Value::Int(n) => shown(&n.to_string()),
        Value::Items(items) => {
            for item in items {
                write_item(out, item, now, style, depth + 1);
            }
        }
        Value::Name(name) => {
            shown(&name.screen);
            if style.verbose {
                line(
                    out,
                    &format!("{indent}{:LABEL_WIDTH$}{}", "", for_screen(&name.rfc4514)),
                );
            }
        }
        Value::Span(span) => shown(&span.to_string()),
        Value::Text(text) => shown(text),
        Value::Texts(texts) if texts.is_empty() => shown("none"),
        Value::Texts(texts) => shown(&texts.join(", ")),
        Value::Time(at) => shown(&format!("{} ({})", at.screen(), at.relative_to(now))),
        Value::Unknown => shown("unknown"),
    }
}

fn paint(text: &str, code: &str, style: Style) -> String {
    if style.color {
        format!("\x1b[{code}m{text}\x1b[0m")
    } else {
        text.to_owned()
    }
}

fn separate(out: &mut String) {
    if !out.is_empty() {
        out.push('\n');
    }
}

fn line(out: &mut String, text: &str) {
    writeln!(out, "{text}").expect("a String takes all");
}
