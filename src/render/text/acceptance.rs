//! Which software takes the credential.

use crate::render::Style;
use crate::render::text::items::write_item;
use crate::render::text::lines::{
    BOLD, GREEN, RED, STATE_WIDTH, YELLOW, line, paint, put_painted, put_title, separate,
};
use crate::report::{Item, Report, Value};
use crate::text::screen::for_screen;

/// One line a consumer, below the heading of its group: whether it takes the credential, its name,
/// and why not. One alone is shown with all its facts. Of several credentials, and if all do the same,
/// one line for those that do the same.
pub(super) fn write_acceptance(out: &mut String, report: &Report, style: Style) {
    if let [one] = report.acceptance.as_slice() {
        separate(out);
        return write_item(out, one, report.at, style, 0);
    }
    let credential = |item: &Item| (text(item, "credential"), text(item, "from"));
    let mut credentials: Vec<(String, String)> = report.acceptance.iter().map(credential).collect();
    credentials.dedup();
    let [_, _, ..] = credentials.as_slice() else {
        let all: Vec<&Item> = report.acceptance.iter().collect();
        let first = all.first().map(|item| what(item));
        let is_one_answer = all.iter().all(|item| Some(what(item)) == first);
        if is_one_answer && !all.is_empty() && !style.verbose {
            separate(out);
            return write_groups(out, &all, style);
        }
        return write_rows(out, &report.acceptance, style);
    };
    for one in credentials {
        let own = report.acceptance.iter().filter(|item| credential(item) == one);
        separate(out);
        put_title(out, &format!("{} {}", one.0, one.1), 0, style);
        write_groups(out, &own.collect::<Vec<_>>(), style);
    }
}

fn write_rows(out: &mut String, rows: &[Item], style: Style) {
    let width = rows.iter().map(|item| item.title.len()).max().unwrap_or_default();
    let mut group = String::new();
    let mut has_client = rows.first().is_some_and(is_client);
    for item in rows {
        let own = text(item, "group");
        if own != group {
            separate(out);
            if has_client && !is_client(item) {
                line(out, &paint(SERVERS, BOLD, style));
                has_client = false;
            }
            line(out, &paint(&own, BOLD, style));
            group = own;
        }
        let mut why = text(item, "reasons");
        if style.verbose {
            let software = text(item, "software");
            why = if why.is_empty() { software } else { format!("{software}: {why}") };
        }
        let verdict = text(item, "verdict");
        let row = format!("  {verdict:STATE_WIDTH$}{:width$}  {why}", item.title);
        put_painted(out, row.trim_end(), STATE_WIDTH + width + 4, (&verdict, color(item)), style);
    }
}

fn is_client(item: &Item) -> bool {
    item.get("is_client") == Some(&Value::Bool(true))
}

/// What servers know of the files.
const SERVERS: &str = "servers, which see what the client of their protocol sends";

/// Those that do the same for the same reason, in one line.
fn write_groups(out: &mut String, rows: &[&Item], style: Style) {
    let mut groups: Vec<((String, String), Vec<&Item>)> = Vec::new();
    for item in rows {
        let what = what(item);
        match groups.iter_mut().find(|(known, _)| *known == what) {
            Some((_, items)) => items.push(item),
            None => groups.push((what, vec![item])),
        }
    }
    for ((verdict, why), items) in groups {
        let names: Vec<&str> = items.iter().map(|item| item.title.as_str()).collect();
        let names = names.join(", ");
        let words = if why.is_empty() { names } else { format!("{names}: {why}") };
        let row = format!("  {verdict:STATE_WIDTH$}{words}");
        let color = items.first().map_or(YELLOW, |item| color(item));
        put_painted(out, &row, STATE_WIDTH + 2, (&verdict, color), style);
    }
}

/// The verdict and its first reason.
fn what(item: &Item) -> (String, String) {
    (text(item, "verdict"), text(item, "reasons"))
}

/// The first text of a fact.
fn text(item: &Item, key: &str) -> String {
    match item.get(key) {
        Some(Value::Text(text)) => for_screen(text),
        Some(Value::Texts(texts)) => texts.first().map(|text| for_screen(text)).unwrap_or_default(),
        _ => String::new(),
    }
}

fn color(item: &Item) -> &'static str {
    match item.get("accepts") {
        Some(Value::Bool(true)) => GREEN,
        Some(Value::Bool(false)) => RED,
        _ => YELLOW,
    }
}
