//! The CA directory in `check`: its audit in one line.

use std::path::Path;

use crate::check::ca_lookup::{IS_DIRECTORY, IS_FILE, UNUSABLE};
use crate::command::ca::audit::counted;
use crate::command::ca::{CaDirArguments, audit};
use crate::command::preflight::context::CheckContext;
use crate::command::preflight::step::{NOTHING_READ, State, begin, facts, row};
use crate::command::subject::CA;
use crate::locate::Reason;
use crate::report::{Finding, Item, Severity, Value};
use crate::text::shell;

/// Audits the directory that was `named`, or the one in use. The worst finding is repeated here.
pub(super) fn judge(
    named: Option<&Path>,
    context: &CheckContext<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Item> {
    let directories = Vec::from_iter(named.map(Path::to_path_buf));
    let place = CaDirArguments { directories, ca: context.options.trust.ca.clone() };
    let candidate = audit::candidate(&place, context.env);
    let audit = audit::run(&audit::Args::of(place), audit::CHECK.name, context.env).sorted();
    let worst = audit.findings.first();
    let worst = worst.filter(|finding| finding.severity != Severity::Info);
    findings.extend(worst.cloned());
    if context.options.scope.exit_only {
        return None;
    }
    let from = format!("{} ({})", candidate.path.display(), candidate.reason);
    let mut item = begin(&CA, audit.exit(), Some(from.clone()));
    facts(&mut item, None, None, context);
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
        // If the place was named for this run, the command must name it again.
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
    Some(item)
}
