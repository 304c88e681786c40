//! `explain ID`: shows one finding in full.

use crate::check;
use crate::command::Call;
use crate::command::arguments::{arguments, completed, operand};
use crate::command::definition::{Definition, Group};
use crate::parse::distance::near;
use crate::report::{Exit, Item, Report, Rule, Severity, Value};
use crate::text::screen::for_screen;
use crate::text::wrap::wrap;

/// `explain`.
pub const EXPLAIN: Definition<Args> = Definition {
    name: "explain",
    group: Group::More,
    about: "One finding in full; without an id, the list of all",
    example: "certok explain expired",
    ..Definition::reporting(run)
};

arguments! {
    /// Arguments of `explain`.
    pub struct Args {
        id: Option<String> = operand("word", "ID", "The finding's id, as printed in brackets")
            .with(completed_id),
    }
}

/// Has shells complete the id of a finding.
pub(in crate::command) fn completed_id(arg: clap::Arg) -> clap::Arg {
    completed(arg, check::rules().map(|rule| rule.id))
}

/// The rule named by the operand; without one, the table of all.
fn run(args: &Args, call: &Call<'_>) -> Result<Report, String> {
    let mut report = call.report();
    match args.id.as_deref() {
        None => {
            report.items = check::rules().map(item).collect();
            report.good = format!("{} findings", report.items.len());
            report.raw = Some(table().into());
        }
        Some(id) => {
            let rule = rule(id)?;
            report.items.push(item(rule));
            report.good = format!("{}: {}", rule.id, rule.what);
            report.raw = Some(page(rule, call.env.width.unwrap_or(WIDTH).min(WIDTH)).into());
        }
    }
    Ok(report)
}

/// The rule with that id, with or without brackets.
///
/// # Errors
///
/// There is none; which ones may be meant.
pub(in crate::command) fn rule(word: &str) -> Result<&'static Rule, String> {
    let id = plain(word);
    check::rules().find(|rule| rule.id == id).ok_or_else(|| unknown(id))
}

/// The id without the brackets it is printed in.
fn plain(word: &str) -> &str {
    word.trim_start_matches('[').trim_end_matches(']')
}

fn unknown(id: &str) -> String {
    let near = near(id, check::rules().map(|rule| rule.id));
    let hint = if near.is_empty() {
        "`certok explain` lists all".to_owned()
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    format!("there is no finding `{}`; {hint}", for_screen(id))
}

fn table() -> String {
    let line = |rule: &Rule| format!("{:28} {:6} {}\n", rule.id, rule.severity.name(), rule.what);
    check::rules().map(line).collect()
}

/// What a person reads.
fn page(rule: &Rule, width: usize) -> String {
    let kind = match (rule.severity, rule.exit) {
        (Severity::Error, exit) => format!("an error: exit code {} ({})", exit.code(), exit.name()),
        (Severity::Warn, _) => "a warning: it works, but not for long or not everywhere".to_owned(),
        (Severity::Info, _) => "a note".to_owned(),
    };
    let wrapped = |text: String, hang| wrap(&text, width, hang).join("\n");
    let mut page = format!("{}\n{}\n", rule.id, wrapped(format!("  {}", rule.what), 2));
    for (label, text) in [
        ("why", rule.why),
        ("fix", rule.advice),
        ("refused by", &rule.refused_by_words().join(", ")),
        ("this is", &kind),
        ("source", rule.source),
    ] {
        if !text.is_empty() {
            page.push_str(&format!("\n{}", wrapped(format!("  {label:12}{text}"), 14)));
        }
    }
    page.push('\n');
    page
}

/// Wider lines are hard to read.
const WIDTH: usize = 80;

fn item(rule: &'static Rule) -> Item {
    let mut item = Item::new("rule", rule.id);
    let text = |text: &str| Value::Text(text.to_owned());
    item.machine("id", text(rule.id));
    item.machine("severity", text(rule.severity.name()));
    let exit: Exit = rule.exit;
    item.machine("exit_code", Value::Int(i64::from(exit.code())));
    item.machine("exit_name", text(exit.name()));
    item.machine("what", text(rule.what));
    item.machine("why", text(rule.why));
    item.machine("advice", text(rule.advice));
    item.machine("refused_by", Value::Texts(rule.refused_by_words()));
    item.machine("source", text(rule.source));
    item
}
