//! HTCondor's IDTOKENS as a part of `check`: what `idtoken-verify` says, by steps.

use crate::check::lifetime;
use crate::command::idtoken;
use crate::command::idtoken::look::Wanted;
use crate::command::preflight::subject::Subject;
use crate::command::preflight::{Asked, CHECK, step};
use crate::report::{Finding, Item, Report, Value};

/// The warning of `--warn`, about the token that would be sent.
fn ends_soon(sent: Option<&Item>, asked: &Asked<'_>) -> Option<Finding> {
    let Some(Value::Time(end)) = sent?.get("not_after") else {
        return None;
    };
    let ask = lifetime::Question {
        noun: "the IDTOKEN",
        need: asked.args.warn?,
        kind: lifetime::CredentialKind::Token,
        now: asked.env.now,
    };
    let found = lifetime::ends_soon(*end, ask)?;
    Some(found.advice("get a new token: condor_token_fetch, or condor_token_request"))
}

/// Whether there are any, or somebody says that there are.
pub(super) fn are_there(asked: &Asked<'_>) -> bool {
    let summary = idtoken::summary(asked.args.need, asked.env);
    summary.is_some_and(|summary| summary.is_there || summary.is_named)
}

/// Judges the tokens that HTCondor finds, and which of them it would send.
pub(super) fn judge(asked: &Asked<'_>) -> Report {
    let scope = asked.options.scope;
    let told = idtoken::in_use(CHECK.name, &Wanted::verdict(scope.need), scope, asked.env);
    let mut report = asked.report();
    report.findings = told.findings;
    if asked.exit_only {
        return report;
    }
    let directory = |item: &&Item| item.kind == "idtoken_directory";
    let from = told.items.iter().find(directory);
    let from = from.and_then(|item| item.get("from"));
    let is_sent = |item: &&Item| item.get("sent") == Some(&Value::Bool(true));
    let sent = told.items.iter().find(is_sent);
    report.findings.extend(ends_soon(sent, asked));
    let exit = report.exit();
    let mut item = Item::new("check", format!("IDTOKENS: {}", exit.name()));
    item.machine("credential", Value::Text(Subject::Idtoken.word().to_owned()));
    item.machine("exit_code", Value::Int(exit.code().into()));
    item.machine("exit_name", Value::Text(exit.name().to_owned()));
    item.machine("from", from.cloned().unwrap_or(Value::Unknown));
    item.machine("subject", Value::Unknown);
    for key in ["not_after", "seconds_left"] {
        let value = sent.and_then(|token| token.get(key));
        item.machine(key, value.cloned().unwrap_or(Value::Unknown));
    }
    let steps = step::of_token(&report.findings, from, sent, &told.good, asked.env.now);
    item.fact("steps", "", Value::Items(steps));
    report.items.push(item);
    report
}
