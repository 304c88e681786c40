//! `fix`: does what `fix:` says, one fix after the other, and asks before each.

mod apply;
mod exposed;
mod text;

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;

use crate::check::fix;
use crate::command::arguments::{arguments, flag, operand};
use crate::command::ca::{CaDirArguments, audit};
use crate::command::definition::{Definition, Group};
use crate::command::fix::apply::apply;
use crate::command::fix::exposed::Exposed;
use crate::command::{Call, explain, preflight};
use crate::load;
use crate::locate::CaOptions;
use crate::report::{Finding, Fix, Item, Report, Severity};
use crate::store::fix::lock;
use crate::system::prompt;

/// `fix`.
pub const FIX: Definition<Args> = Definition {
    name: "fix",
    group: Group::More,
    about: "Do what `fix:` says, one by one, and ask before each; what was there is kept",
    note: "It looks at all that `check` and `ca-check` look at, and needs no shell. What a line would \
           change in your\nshell, or needs another program or user for, is printed and left to you. \
           Each change is printed with the\nline that undoes it. Files that others could replace \
           when it began, and CAs whose\nfiles they could write, are left alone: see who put them \
           there. The exit code is that of what is\nwrong afterwards.\n\n",
    example: "certok fix key-readable",
    ..Definition::reporting(run)
};

arguments! {
    /// Arguments of `fix`.
    pub struct Args {
        id: Option<String> = operand("word", "ID", "Only this finding, as printed in brackets")
            .with(explain::completed_id),
        yes: bool = flag("yes", "Do not ask").short('y'),
        dry_run: bool = flag("dry-run", "Say what would be done, do nothing"),
        ca: CaOptions,
    }
}

/// Most rounds. One fix may make another one possible: a file that can be read now may have to be
/// rewritten.
const MAX_ROUNDS: usize = 8;

fn run(args: &Args, call: &Call<'_>) -> Result<Report, String> {
    if call.exit_only && !args.dry_run {
        return Err("fix prints how each change is undone: leave out --quiet".to_owned());
    }
    let id = args.id.as_deref().map(explain::rule).transpose()?.map(|rule| rule.id);
    let mut exposed = Exposed::default();
    let mut items = Vec::new();
    let mut failures = Vec::new();
    let mut done = 0;
    let mut known = HashSet::new();
    let mut found = judge(args, call, id)?;
    for _ in 0..MAX_ROUNDS {
        let new: Vec<(Finding, Fix)> = found
            .iter()
            .filter_map(|finding| Some((finding.clone(), finding.fix.clone()?)))
            .filter(|(_, fix)| known.insert(fix.line().to_owned()))
            .collect();
        new.iter().for_each(|(_, fix)| exposed.note(fix, call.env.euid));
        let mut changed = false;
        for (finding, fix) in new {
            let still = || {
                let now = judge(args, call, id)?.into_iter();
                let mut same = now.filter(|other| other.rule.id == finding.rule.id);
                Ok(same.find_map(|other| other.fix.filter(|now| now.line() == fix.line())))
            };
            let outcome = mended(&finding, &fix, &exposed, &still, (args, call))?;
            changed |= outcome.changed();
            done += usize::from(matches!(outcome, Outcome::Done(_)));
            failures.extend(outcome.failure(&finding));
            items.extend(item(&finding, &fix, &outcome));
        }
        if !changed {
            break;
        }
        found = judge(args, call, id)?;
    }
    let mut report = call.report();
    let left = items.len() - done;
    report.good = match (done, left) {
        (0, 0) => "there is nothing to fix".to_owned(),
        (done, 0) => format!("fixed {done}, and nothing is wrong any more"),
        (done, left) => format!("fixed {done}, left {left} as below"),
    };
    report.items = items;
    report.findings = failures;
    report.findings.extend(found);
    Ok(report)
}

/// Findings about everything in use, and about the CA directory.
fn judge(args: &Args, call: &Call<'_>, id: Option<&str>) -> Result<Vec<Finding>, String> {
    let check = preflight::Args { ca: args.ca.clone(), ..preflight::Args::default() };
    let mut found = preflight::run(&check, call)?.findings;
    let place = CaDirArguments { directories: Vec::new(), ca: args.ca.clone() };
    if load::file_facts(&audit::candidate(&place, call.env).path).is_some() {
        let of_cas = audit::run(&audit::Args::of(place), call.name, call.env).findings;
        // Only what can be fixed, or was asked for: `ca-check` reports the rest.
        let counts = |finding: &Finding| finding.fix.is_some() || id.is_some();
        found.extend(of_cas.into_iter().filter(counts));
    }
    found.retain(|finding| match id {
        Some(id) => finding.rule.id == id,
        None => finding.severity != Severity::Info || finding.fix.is_some(),
    });
    Ok(found)
}

/// The result of a fix.
enum Outcome {
    /// It needs a shell, another program or another user.
    ByHand,
    /// It was done. The commands that undo it.
    Done(Vec<String>),
    /// Others could replace what it changes, and how.
    Exposed(String),
    /// The system refused, and what undoes the part that was done.
    Failed(String, Vec<String>),
    /// Another fix has mended it, or what was wrong has changed.
    Gone,
    /// The user said no.
    NotConfirmed,
    /// `--dry-run`: it would be done.
    DryRun,
}

impl Outcome {
    /// Whether files are no longer as they were.
    fn changed(&self) -> bool {
        match self {
            Self::Done(_) | Self::Gone => true,
            Self::Failed(_, undo) => !undo.is_empty(),
            _ => false,
        }
    }

    fn failure(&self, finding: &Finding) -> Option<Finding> {
        let Self::Failed(why, _) = self else { return None };
        let message = format!("{} was not fixed: {why}", finding.rule.id);
        Some(fix::FAILED.found(message).at(finding.place.clone()))
    }
}

/// Does a fix, if it is needed when the user has confirmed it: as `still` then judges the files.
fn mended(
    finding: &Finding,
    fix: &Fix,
    exposed: &Exposed,
    still: &dyn Fn() -> Result<Option<Fix>, String>,
    (args, call): (&Args, &Call<'_>),
) -> Result<Outcome, String> {
    if fix.actions().is_empty() {
        return Ok(Outcome::ByHand);
    }
    if let Some(who) = exposed.by(fix) {
        return Ok(Outcome::Exposed(who.to_owned()));
    }
    if args.dry_run {
        return Ok(Outcome::DryRun);
    }
    let question = format!("{}\n  {}\ndo that?", finding.message, fix.line());
    let wanted = || !call.no_input && matches!(prompt::confirm(&question), Ok(Some(true)));
    if !args.yes && !wanted() {
        return Ok(Outcome::NotConfirmed);
    }
    // No other `certok fix` works on these files from here on.
    let folders: BTreeSet<PathBuf> = fix.actions().iter().flat_map(exposed::folders).collect();
    let locks: Result<Vec<_>, _> = folders.iter().map(|folder| lock(folder)).collect();
    let Ok(_locks) = locks else {
        return Ok(Outcome::Failed(
            "another certok fix works in that directory; start again when it has ended".to_owned(),
            Vec::new(),
        ));
    };
    let Some(fix) = still()? else {
        return Ok(Outcome::Gone);
    };
    let mut undo = Vec::new();
    for action in fix.actions() {
        match apply(action, call.env) {
            // The last fix is undone first.
            Ok(line) => undo.splice(0..0, line).for_each(drop),
            Err(why) => return Ok(Outcome::Failed(why, undo)),
        }
    }
    Ok(Outcome::Done(undo))
}

/// The row of a fix, unless there was nothing left to do.
fn item(finding: &Finding, fix: &Fix, outcome: &Outcome) -> Option<Item> {
    let (state, words) = match outcome {
        Outcome::ByHand => {
            ("by-hand", "left to you: it changes your shell, or needs another program or user")
        }
        Outcome::Done(_) => ("done", "done"),
        Outcome::Exposed(_) => {
            ("exposed", "not done: see who put the files there, then start again")
        }
        Outcome::Failed(_, undo) if !undo.is_empty() => ("failed", "done in part"),
        Outcome::Failed(..) => ("failed", "not done"),
        Outcome::Gone => return None,
        Outcome::NotConfirmed => {
            ("left", "not done: you did not confirm it (answer yes, or use --yes)")
        }
        Outcome::DryRun => ("would", "would be done"),
    };
    let mut item = Item::new("fix", finding.rule.id);
    item.machine("finding", finding.rule.id);
    item.machine("outcome", state);
    item.fact("message", "because", finding.message.clone());
    item.fact("state", "state", words);
    if let Outcome::Exposed(who) = outcome {
        item.fact("exposed", "why", who.clone());
    }
    match outcome {
        Outcome::Done(undo) => {
            item.detail("line", "as typed", fix.line().to_owned());
            item.fact("undo", "undo", undo.join(" && "));
        }
        Outcome::Failed(_, undo) if !undo.is_empty() => {
            item.fact("line", "line", fix.line().to_owned());
            item.fact("undo", "undo", undo.join(" && "));
        }
        _ => item.fact("line", "line", fix.line().to_owned()),
    }
    Some(item)
}
