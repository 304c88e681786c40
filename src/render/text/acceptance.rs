//! Which software takes the credential.

use crate::render::Style;
use crate::render::text::items::write_item;
use crate::render::text::lines::{
    BOLD, GREEN, RED, STATE_WIDTH, YELLOW, line, paint, put_painted, separate,
};
use crate::report::{Item, Report, Value};
use crate::text::screen::for_screen;

/// One line a consumer, below the heading of its group: whether it takes the credential, its name,
/// and why not. One alone is shown with all its facts.
pub(super) fn write_acceptance(out: &mut String, report: &Report, style: Style) {
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
        let mut why = text(item, "reasons");
        if style.verbose {
            let software = text(item, "software");
            why = if why.is_empty() { software } else { format!("{software}: {why}") };
        }
        let row = format!("  {verdict:STATE_WIDTH$}{:width$}  {why}", item.title);
        put_painted(out, row.trim_end(), STATE_WIDTH + width + 4, (&verdict, color), style);
    }
}
