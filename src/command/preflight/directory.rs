//! The CA directory as a part of `check`: the audit in one line.

use crate::command::Options;
use crate::command::ca::audit;
use crate::command::preflight::step::State;
use crate::command::preflight::step::row;
use crate::env::Env;
use crate::report::Finding;
use crate::report::Item;
use crate::report::Report;
use crate::report::Severity;
use crate::report::Value;

/// Audits the directory; of what is wrong with it, the worst is repeated here.
pub(super) fn judge(options: &Options, env: &Env) -> Report {
    let audit = audit::run(options, env).sorted();
    let candidate = audit::candidate(options, env);
    let mut report = Report::new("check", env.now);
    let worst = audit.findings.first();
    let worst = worst.filter(|finding| finding.severity != Severity::Info);
    report.findings.extend(worst.cloned());
    if options.exit_only {
        return report;
    }
    let from = format!("{} ({})", candidate.path.display(), candidate.reason);
    let exit = audit.exit();
    let mut item = Item::new("check", format!("CA directory: {}", exit.name()));
    item.machine("credential", Value::Text("ca".to_owned()));
    item.machine("exit_code", Value::Int(exit.code().into()));
    item.machine("exit_name", Value::Text(exit.name().to_owned()));
    item.machine("from", Value::Text(from.clone()));
    for key in ["subject", "not_after", "seconds_left"] {
        item.machine(key, Value::Unknown);
    }
    let worst: Vec<&Finding> = worst.into_iter().collect();
    let steps = vec![
        row("found", &[], (State::Ok, from)),
        row("directory", &worst, (State::Ok, audit.good.clone())),
    ];
    item.fact("steps", "", Value::Items(steps));
    let count = |severity| {
        audit
            .findings
            .iter()
            .filter(|f| f.severity == severity)
            .count()
    };
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warn));
    if errors + warnings > 1 {
        let all = format!("{errors} errors and {warnings} warnings in all: certok ca-check");
        item.fact("summary", "", Value::Text(all));
    }
    report.items.push(item);
    report
}
