//! The CA directory as a part of `check`: the audit in one line.

use std::path::Path;

use crate::check::ca_lookup::{IS_DIRECTORY, IS_FILE, UNUSABLE};
use crate::command::ca::audit::counted;
use crate::command::ca::{Place, audit};
use crate::command::preflight::Asked;
use crate::command::preflight::step::{NOTHING_READ, State, row};
use crate::locate::{Candidate, Reason};
use crate::report::{Finding, Item, Report, Severity, Value};
use crate::text::shell;

/// Audits the directory; of what is wrong with it, the worst is repeated here.
pub(super) fn judge(file: Option<&Candidate>, asked: &Asked<'_>) -> Report {
    let directories = Vec::from_iter(file.and_then(Candidate::path).map(Path::to_path_buf));
    let place = Place { directories, ca: asked.args.ca.clone() };
    let audit = audit::run(&place, false, audit::CHECK.name, asked.env).sorted();
    let candidate = audit::candidate(&place, asked.env);
    let mut report = asked.report();
    let worst = audit.findings.first();
    let worst = worst.filter(|finding| finding.severity != Severity::Info);
    report.findings.extend(worst.cloned());
    if asked.exit_only {
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
    let unread = [&UNUSABLE, &IS_FILE, &IS_DIRECTORY];
    let (missing, wrong): (Vec<&Finding>, Vec<&Finding>) =
        worst.into_iter().partition(|finding| finding.is_one_of(&unread));
    let audited = match missing.is_empty() {
        true => (State::Ok, audit.good.clone()),
        false => (State::NotChecked, NOTHING_READ.to_owned()),
    };
    let steps = vec![row("found", &missing, (State::Ok, from)), row("directory", &wrong, audited)];
    item.fact("steps", "", Value::Items(steps));
    let count = |severity| audit.findings.iter().filter(|f| f.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warn));
    if errors + warnings > 1 {
        // A place that was named for this run has to be named again.
        let named = matches!(candidate.reason, Reason::Operand | Reason::Option(_));
        let place = named.then(|| format!(" {}", shell::path(&candidate.path)));
        let all = format!(
            "{} and {} in all: certok {}{}",
            counted(errors, "error"),
            counted(warnings, "warning"),
            audit::CHECK.name,
            place.unwrap_or_default()
        );
        item.fact("summary", "", Value::Text(all));
    }
    report.items.push(item);
    report
}
