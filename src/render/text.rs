//! Text for people: first the answer, then the fix, then the facts.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::render::Style;
use crate::report::{Exit, Fact, Finding, Item, Report, Severity, Shown, Value};
use crate::text::screen::for_screen;
use crate::text::time::UnixTime;

/// Width of the column of labels.
const LABEL_WIDTH: usize = 13;
/// Width at which lists are broken. Single values are never broken, so that they can be copied.
const LINE_WIDTH: usize = 100;
/// Most width of a column. One very long cell does not widen the column.
const MAX_CELL_WIDTH: usize = 24;

/// Most items, texts of one fact, and findings of one rule that are shown; of the rest only the
/// number. Hostile input has thousands.
const MAX_SHOWN: usize = 100;

/// Renders the whole report.
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
            line(&mut out, &format!("{}: {}", paint("ok", GREEN, style), for_screen(&report.good)))
        }
    }
    // With -v the facts are shown, because a row holds only some of them.
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
    if !rows.is_empty() {
        separate(&mut out);
        write_table(&mut out, report.columns, &rows, style);
    }
    write_acceptance(&mut out, report, style);
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
        line(&mut out, &for_screen(&report.closing));
    }
    out
}

fn most(style: Style) -> usize {
    if style.verbose { usize::MAX } else { MAX_SHOWN }
}

/// One line for one of several operands.
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

/// `49 950 of 50 000 good; 40 expired, 10 untrusted`. Before it, what is `wrong` with the list of
/// operands.
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
    out
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
        line(out, &format!("  refused by: {}", finding.rule.refused_by_words().join(", ")));
    }
    if !finding.advice.is_empty() && finding.severity != Severity::Info {
        line(out, &format!("  {}", for_screen(&finding.advice)));
    }
    if let Some(fix) = &finding.fix {
        line(out, &format!("  {} {}", paint("fix:", BOLD, style), for_screen(fix.line())));
    }
    if style.verbose {
        line(out, &format!("  why: {} ({})", finding.rule.why, finding.rule.source));
        for case in &finding.cases {
            line(out, &format!("  - {}", for_screen(&case.message)));
        }
    }
}

/// One line per row. A column is as wide as its widest cell, up to a limit; a wider cell shifts the
/// rest of its line. The last cell is not padded.
fn write_table(out: &mut String, columns: &[&str], rows: &[&Item], style: Style) {
    let head: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
    let shown = |item: &&Item| item.row.iter().map(|cell| for_screen(cell)).collect();
    let cells: Vec<Vec<String>> = rows.iter().map(shown).collect();
    let mut widths = vec![0; columns.len()];
    for row in std::iter::once(&head).chain(&cells) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().min(MAX_CELL_WIDTH).max(*width);
        }
    }
    let text = |row: &Vec<String>| {
        let padded = row.iter().zip(&widths);
        let padded = padded.map(|(cell, width)| format!("{cell:width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    line(out, &paint(&text(&head), BOLD, style));
    for row in &cells {
        line(out, &text(row));
    }
}

/// One line per consumer, below the heading of its group: whether it accepts the credential, its
/// name, and why not. A single consumer is shown with all its facts.
fn write_acceptance(out: &mut String, report: &Report, style: Style) {
    if let [one] = report.acceptance.as_slice() {
        separate(out);
        return write_item(out, one, report.at, style, 0);
    }
    let text = |item: &Item, key: &str| match item.get(key) {
        Some(Value::Text(text)) => for_screen(text),
        Some(Value::Texts(texts)) => texts.first().map(|text| for_screen(text)).unwrap_or_default(),
        _ => String::new(),
    };
    let width = report.acceptance.iter().map(|item| item.title.len()).max().unwrap_or_default();
    let mut group = String::new();
    for item in &report.acceptance {
        let own = text(item, "group");
        if own != group {
            separate(out);
            line(out, &paint(&own, BOLD, style));
            group = own;
        }
        let verdict = text(item, "verdict");
        let color = match item.get("accepts") {
            Some(Value::Bool(true)) => GREEN,
            Some(Value::Bool(false)) => RED,
            _ => YELLOW,
        };
        // Escape sequences for colours have no width, so the text is padded before it is coloured.
        let padded = format!("{verdict:STATE_WIDTH$}");
        let painted = padded.replacen(&verdict, &paint(&verdict, color, style), 1);
        let mut why = text(item, "reasons");
        if style.verbose {
            let software = text(item, "software");
            why = if why.is_empty() { software } else { format!("{software}: {why}") };
        }
        line(out, format!("  {painted}{:width$}  {why}", item.title).trim_end());
    }
}

fn write_item(out: &mut String, item: &Item, now: UnixTime, style: Style, depth: usize) {
    let indent = "  ".repeat(depth);
    line(out, &format!("{indent}{}", paint(&for_screen(&item.title), BOLD, style)));
    for fact in visible(item, style) {
        write_fact(out, fact, now, style, depth);
    }
}

/// A path: each certificate is indented below its issuer, with its facts beneath.
fn write_chain(out: &mut String, steps: &[Item], now: UnixTime, style: Style, depth: usize) {
    for (step, item) in steps.iter().enumerate() {
        let indent = "  ".repeat(depth + step);
        let title = for_screen(&item.title);
        line(out, &format!("{indent}{}", paint(&title, BOLD, style)));
        for fact in visible(item, style) {
            for value in shown(&fact.value, now) {
                let value = for_screen(&value);
                line(out, &format!("{indent}    {} {value}", fact.label));
            }
        }
    }
}

fn visible(item: &Item, style: Style) -> impl Iterator<Item = &Fact> {
    item.facts.iter().filter(move |fact| match fact.shown {
        Shown::Always => true,
        Shown::Verbose => style.verbose,
        Shown::Machine => false,
    })
}

fn write_fact(out: &mut String, fact: &Fact, now: UnixTime, style: Style, depth: usize) {
    match &fact.value {
        Value::Items(items) if items.iter().all(|item| CHAINED.contains(&item.kind)) => {
            write_chain(out, items, now, style, depth + 1);
        }
        Value::Items(items) if items.iter().all(|item| item.kind == ROW) => {
            for item in items {
                write_row(out, item, now, style, depth + 1);
            }
        }
        Value::Items(items) => {
            for item in items {
                write_item(out, item, now, style, depth + 1);
            }
        }
        value => {
            let indent = "  ".repeat(depth + 1);
            let column = if fact.label.is_empty() { 0 } else { LABEL_WIDTH };
            let mut label = fact.label;
            let mut pieces = shown(value, now);
            let rest = pieces.len().saturating_sub(most(style));
            if rest > 0 {
                pieces.truncate(most(style));
                pieces.push(format!("and {rest} more (-v shows all)"));
            }
            for text in broken(&pieces, indent.len() + column) {
                line(out, &format!("{indent}{label:column$}{}", for_screen(&text)));
                label = "";
            }
            if let Value::Name(name) = value
                && (style.verbose || name.ambiguous)
            {
                let second = for_screen(&name.rfc4514);
                line(out, &format!("{indent}{:column$}{second}", ""));
            }
        }
    }
}

/// One line: the thing, its state, a short text.
fn write_row(out: &mut String, item: &Item, now: UnixTime, style: Style, depth: usize) {
    let indent = "  ".repeat(depth);
    let pieces = |fact: &Fact| match &fact.value {
        Value::Texts(ids) => ids.iter().map(|id| format!("[{id}]")).collect(),
        value => shown(value, now),
    };
    let mut facts = visible(item, style).flat_map(pieces);
    let Some(state) = facts.next() else {
        return;
    };
    let color = match state.as_str() {
        "ok" => GREEN,
        "failed" => RED,
        "warning" => YELLOW,
        _ => BLUE,
    };
    let title = for_screen(&item.title);
    // Escape sequences for colours have no width, so the text is padded before it is coloured.
    let padded = format!("{state:STATE_WIDTH$}");
    let painted = padded.replacen(&state, &paint(&state, color, style), 1);
    let rest: Vec<String> = facts.map(|text| for_screen(&text)).collect();
    let row = format!("{indent}{title:LABEL_WIDTH$}{painted}{}", rest.join(" "));
    line(out, row.trim_end());
}

/// Width of the column of states.
const STATE_WIDTH: usize = 13;

/// The kind of items that are shown as one line each.
const ROW: &str = "check_step";

/// The kinds of items that are shown as a path.
const CHAINED: &[&str] = &["link", "step"];

/// The pieces of a value. Only a list has more than one.
fn shown(value: &Value, now: UnixTime) -> Vec<String> {
    vec![match value {
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Int(n) => n.to_string(),
        Value::Items(items) => return items.iter().map(|item| item.title.clone()).collect(),
        Value::Name(name) => name.screen.clone(),
        Value::Span(span) => span.to_string(),
        Value::Text(text) => text.clone(),
        Value::Texts(texts) if texts.is_empty() => "none".to_owned(),
        Value::Texts(texts) => return texts.clone(),
        Value::Time(at) => format!("{} ({})", at.screen(), at.relative_to(now)),
        Value::Unknown => "unknown".to_owned(),
    }]
}

/// Joins the pieces to lines. Each line holds as many as fit behind `column` characters.
fn broken(pieces: &[String], column: usize) -> Vec<String> {
    let width = LINE_WIDTH.saturating_sub(column);
    let mut lines: Vec<String> = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        let comma = if at + 1 < pieces.len() { "," } else { "" };
        let fits = |last: &&mut String| {
            last.chars().count() + 1 + piece.chars().count() + comma.len() <= width
        };
        match lines.last_mut().filter(fits) {
            Some(last) => last.push_str(&format!(" {piece}{comma}")),
            None => lines.push(format!("{piece}{comma}")),
        }
    }
    lines
}

fn paint(text: &str, code: &str, style: Style) -> String {
    if style.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}

fn separate(out: &mut String) {
    if !out.is_empty() {
        out.push('\n');
    }
}

fn line(out: &mut String, text: &str) {
    writeln!(out, "{text}").expect("a String takes all");
}
