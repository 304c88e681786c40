//! Text for people: the answer, the fix, then the facts.

mod acceptance;
mod items;
mod lines;
mod table;

use std::collections::BTreeMap;

use crate::render::Style;
use crate::render::text::acceptance::write_acceptance;
use crate::render::text::items::write_item;
use crate::render::text::lines::{
    BLUE, BOLD, GREEN, RED, YELLOW, line, most, paint, put, put_painted, separate,
};
use crate::render::text::table::write_table;
use crate::report::{Exit, Finding, Item, Report, Severity, Value};
use crate::text::screen::for_screen;
use crate::text::shell;
use crate::text::time::Seconds;

/// The whole report.
pub fn render(report: &Report, style: Style) -> String {
    if let Some(raw) = &report.raw {
        return raw.to_string();
    }
    let mut out = String::new();
    let headline = report.headline();
    match headline {
        Some(finding) => write_finding(&mut out, finding, style, Some(report.exit())),
        None if report.good.is_empty() => {}
        None => {
            let text = format!("ok: {}", for_screen(&report.good));
            put_painted(&mut out, &text, 2, ("ok", GREEN), style);
        }
    }
    write_need(&mut out, report, style);
    // With -v the facts have the word: a row holds only some of them.
    let (rows, items): (Vec<&Item>, Vec<&Item>) =
        report.items.iter().partition(|item| !item.row.is_empty() && !style.verbose);
    let most = most(style);
    for item in items.iter().take(most) {
        separate(&mut out);
        write_item(&mut out, item, report.at, style, 0);
    }
    if items.len() > most {
        separate(&mut out);
        line(&mut out, &format!("and {} more (-v shows all)", items.len() - most));
    }
    write_acceptance(&mut out, report, style);
    if !rows.is_empty() {
        separate(&mut out);
        write_table(&mut out, report.columns, &rows, style);
    }
    let rest = report.findings.iter().filter(|f| headline.is_none_or(|h| !h.same_as(f)));
    let mut of_rule: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, finding) in rest.enumerate() {
        if at == 0 {
            separate(&mut out);
        }
        let count = of_rule.entry(finding.rule.id).or_default();
        *count += 1;
        if *count <= most {
            write_finding(&mut out, finding, style, None);
        }
    }
    for (id, count) in of_rule.into_iter().filter(|(_, count)| *count > most) {
        line(&mut out, &format!("and {} more [{id}] (-v shows all)", count - most));
    }
    if !report.closing.is_empty() {
        separate(&mut out);
        put(&mut out, &for_screen(&report.closing), 2, style);
    }
    out
}

/// One of several operands, in one line.
pub fn line_of(name: &str, report: &Report, style: Style) -> String {
    let (word, color, rest) = match report.headline() {
        Some(finding) => {
            let rest = format!("{} [{}]", for_screen(&finding.message), finding.rule.id);
            (report.exit().name(), RED, rest)
        }
        None => ("ok", GREEN, for_screen(&report.good)),
    };
    format!("{}: {}: {rest}\n", for_screen(name), paint(word, color, style))
}

/// `49 950 of 50 000 good; 40 expired, 10 untrusted`, below what is `wrong` with their list.
pub fn count(summary: &Report, wrong: Option<&Finding>, style: Style) -> String {
    let mut out = String::from("\n");
    if let Some(finding) = wrong {
        write_finding(&mut out, finding, style, Some(finding.exit));
    }
    let Some(item) = summary.items.first() else { return out };
    let number = |item: &Item| match item.get("operands") {
        Some(Value::Int(n)) => *n,
        _ => 0,
    };
    let exits = match item.get("exits") {
        Some(Value::Items(exits)) => exits.as_slice(),
        _ => &[],
    };
    let (good, bad): (Vec<&Item>, Vec<&Item>) =
        exits.iter().partition(|exit| exit.title == Exit::Ok.name());
    let good: i64 = good.into_iter().map(number).sum();
    let bad: Vec<String> =
        bad.iter().map(|exit| format!("{} {}", grouped(number(exit)), exit.title)).collect();
    let rest = if bad.is_empty() { String::new() } else { format!("; {}", bad.join(", ")) };
    line(&mut out, &format!("{} of {} good{rest}", grouped(good), grouped(number(item))));
    write_need(&mut out, summary, style);
    out
}

/// How long what was judged must stay valid, if that was asked.
fn write_need(out: &mut String, report: &Report, style: Style) {
    if report.need > Seconds(0) {
        let end = (report.at + report.need).screen();
        put(out, &format!("asked for: the next {}, until {end}", report.need), 2, style);
    }
}

/// `50 000`
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

fn write_finding(out: &mut String, finding: &Finding, style: Style, headline: Option<Exit>) {
    let (word, color) = match finding.severity {
        Severity::Error => ("error", RED),
        Severity::Warn => ("warning", YELLOW),
        Severity::Info => ("note", BLUE),
    };
    let word = headline.map_or(word, Exit::name);
    let message = for_screen(&finding.message);
    let text = format!("{word}: {message} [{}]", finding.rule.id);
    put_painted(out, &text, 2, (word, color), style);
    let tools =
        [("refused by", finding.refused_by_words()), ("taken by", finding.taken_by.clone())];
    for (label, tools) in tools.iter().filter(|(_, tools)| !tools.is_empty()) {
        put(out, &format!("  {label}: {}", tools.join(", ")), 4, style);
    }
    if !finding.advice.is_empty() && finding.severity != Severity::Info {
        put(out, &format!("  {}", for_screen(&finding.advice)), 2, style);
    }
    if let Some(fix) = &finding.fix {
        let label = match style.foreign_shell && !shell::is_universal(fix.line()) {
            true => "fix (type it in sh):",
            false => "fix:",
        };
        // It is there to be copied: nothing breaks it.
        line(out, &format!("  {} {}", paint(label, BOLD, style), for_screen(fix.line())));
    }
    if style.verbose {
        put(out, &format!("  why: {} ({})", finding.rule.why, finding.rule.source), 4, style);
        for case in &finding.cases {
            put(out, &format!("  - {}", for_screen(&case.message)), 4, style);
        }
    }
}
