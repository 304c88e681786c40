//! `explain ID`: one finding in full.

use crate::check;
use crate::command::Options;
use crate::env::Env;
use crate::report::Exit;
use crate::report::Item;
use crate::report::Report;
use crate::report::Rule;
use crate::report::Value;

/// The rule named by the operand; without one, the table of all.
///
/// # Errors
///
/// The message of a usage error: there is no such rule.
pub fn run(options: &Options, env: &Env) -> Result<Report, String> {
    let mut report = Report::new("explain", env.now);
    match &options.word {
        None => {
            report.items = check::rules().map(row).collect();
            report.raw = Some(table());
        }
        Some(id) => {
            let rule = check::rules().find(|rule| rule.id == id);
            let rule = rule.ok_or_else(|| unknown(id))?;
            report.items.push(full(rule));
        }
    }
    Ok(report)
}

fn unknown(id: &str) -> String {
    let mut near: Vec<&str> = check::rules().map(|rule| rule.id).collect();
    near.retain(|known| {
        known.contains(id)
            || id
                .split('-')
                .any(|part| part.len() > 3 && known.contains(part))
    });
    near.truncate(5);
    let hint = if near.is_empty() {
        "`certok explain` lists all".to_owned()
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    format!("there is no finding `{id}`; {hint}")
}

fn table() -> String {
    let line = |rule: &Rule| format!("{:28} {:6} {}\n", rule.id, rule.severity.name(), rule.what);
    check::rules().map(line).collect()
}

fn row(rule: &'static Rule) -> Item {
    let mut item = full(rule);
    item.title = rule.id.to_owned();
    item
}

fn full(rule: &'static Rule) -> Item {
    let mut item = Item::new("rule", rule.id);
    let text = |text: &str| Value::Text(text.to_owned());
    item.machine("id", text(rule.id));
    item.fact("severity", "severity", text(rule.severity.name()));
    let exit = match rule.exit {
        Exit::Ok => "0 (ok)".to_owned(),
        exit => format!("{} ({})", exit.code(), exit.name()),
    };
    item.fact("exit", "exit code", Value::Text(exit));
    item.fact("what", "what", text(rule.what));
    item.fact("why", "why", text(rule.why));
    if !rule.advice.is_empty() {
        item.fact("advice", "what to do", text(rule.advice));
    }
    if !rule.refused_by.is_empty() {
        let by = rule
            .refused_by
            .iter()
            .map(|&name| name.to_owned())
            .collect();
        item.fact("refused_by", "refused by", Value::Texts(by));
    }
    item.fact("source", "source", text(rule.source));
    item
}
