//! Items, fact by fact.

use crate::render::Style;
use crate::render::text::lines::{
    BLUE, GREEN, RED, STATE_WIDTH, YELLOW, most, put, put_painted, put_title, width,
};
use crate::report::{Fact, Item, Shown, Value};
use crate::text::screen::for_screen;
use crate::text::time::UnixTime;

/// Width of the column of labels.
const LABEL_WIDTH: usize = 13;
/// Where lists are broken if no terminal has a width.
const LINE_WIDTH: usize = 100;

pub(super) fn write_item(out: &mut String, item: &Item, now: UnixTime, style: Style, depth: usize) {
    put_title(out, &for_screen(&item.title), 2 * depth, style);
    for fact in visible(item, style) {
        write_fact(out, fact, now, style, depth);
    }
}

/// A path: each certificate one level below the one it signed, what is known of it beneath.
fn write_chain(out: &mut String, steps: &[Item], now: UnixTime, style: Style, depth: usize) {
    for (step, item) in steps.iter().enumerate() {
        let indent = 2 * (depth + step);
        put_title(out, &for_screen(&item.title), indent, style);
        for fact in visible(item, style) {
            for value in shown(&fact.value, now) {
                let text = format!("{:indent$}    {} {}", "", fact.label, for_screen(&value));
                put(out, &text, indent + 6, style);
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
            let hang = indent.len() + column;
            for text in broken(&pieces, hang, style) {
                let text = format!("{indent}{label:column$}{}", for_screen(&text));
                put(out, &text, hang, style);
                label = "";
            }
            if let Value::Name(name) = value
                && (style.verbose || name.ambiguous)
            {
                let second = for_screen(&name.rfc4514);
                put(out, &format!("{indent}{:column$}{second}", ""), hang, style);
            }
        }
    }
}

/// One line: what it is, its state, a word on it.
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
    let rest: Vec<String> = facts.map(|text| for_screen(&text)).collect();
    let row = format!("{indent}{title:LABEL_WIDTH$}{state:STATE_WIDTH$}{}", rest.join(" "));
    let hang = indent.len() + LABEL_WIDTH + STATE_WIDTH;
    put_painted(out, row.trim_end(), hang, (&state, color), style);
}

/// The kind of items that are one line each.
const ROW: &str = "check_step";

/// The kinds of items that stand below each other.
const CHAINED: &[&str] = &["link", "step"];

/// The pieces of a value; only a list has more than one.
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

/// The pieces as lines, as many in each as fit behind `column` characters.
fn broken(pieces: &[String], column: usize, style: Style) -> Vec<String> {
    let width = width(style).unwrap_or(LINE_WIDTH).saturating_sub(column);
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
