//! The bearer token as a part of `check`: what `bearer-verify` says, by steps.

use crate::check::lifetime;
use crate::command::bearer;
use crate::command::bearer::Demand;
use crate::command::preflight::subject::Subject;
use crate::command::preflight::{Asked, CHECK, step};
use crate::report::{Finding, Item, Report, Value};

/// The warning of `--warn`.
fn ends_soon(token: Option<&Item>, asked: &Asked<'_>) -> Option<Finding> {
    let Some(Value::Time(end)) = token?.get("not_after") else {
        return None;
    };
    let ask = lifetime::Question {
        noun: "the bearer token",
        need: asked.args.warn?,
        kind: lifetime::CredentialKind::Token,
        now: asked.env.now,
    };
    let found = lifetime::ends_soon(*end, ask)?;
    Some(found.advice("get a new token: htgettoken, or oidc-token ACCOUNT > FILE"))
}

/// Judges the token that tools find.
pub(super) fn judge(asked: &Asked<'_>) -> Report {
    let told = bearer::in_use(CHECK.name, &Demand::default(), asked.options.scope, asked.env);
    let mut report = asked.report();
    report.findings = told.findings;
    if asked.exit_only {
        return report;
    }
    let token = told.items.first();
    report.findings.extend(ends_soon(token, asked));
    let from = token.and_then(|item| item.get("from"));
    let exit = report.exit();
    let mut item = Item::new("check", format!("bearer token: {}", exit.name()));
    item.machine("credential", Value::Text(Subject::Bearer.word().to_owned()));
    item.machine("exit_code", Value::Int(exit.code().into()));
    item.machine("exit_name", Value::Text(exit.name().to_owned()));
    item.machine("from", from.cloned().unwrap_or(Value::Unknown));
    item.machine("subject", Value::Unknown);
    for key in ["not_after", "seconds_left"] {
        let value = token.and_then(|token| token.get(key));
        item.machine(key, value.cloned().unwrap_or(Value::Unknown));
    }
    let steps = step::of_token(&report.findings, from, token, &told.good, asked.env.now);
    item.fact("steps", "", Value::Items(steps));
    report.items.push(item);
    report
}
