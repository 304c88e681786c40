//! `status`: what this user or job would use, one row for each credential, judged as in `check`.

use crate::command::Call;
use crate::command::arguments::arguments;
use crate::command::arguments::groups::{NEED, PathArguments, PathLimits};
use crate::command::arguments::tool::{AS, verdict_of};
use crate::command::bearer::Demand;
use crate::command::ca::row;
use crate::command::ca::row::CaPlace;
use crate::command::definition::{Definition, Group};
use crate::command::in_use::Presence;
use crate::command::path::PathOptions;
use crate::command::preflight::context::CheckContext;
use crate::command::preflight::in_use::InUse;
use crate::command::preflight::{for_certificates, left_open};
use crate::command::subject::Subject;
use crate::consumer::selection::Selection;
use crate::gather::cas::Trust;
use crate::gather::options::KeyOptions;
use crate::locate::{CaOptions, CaSearch, Reason};
use crate::report::{Exit, Finding, Item, Report, Severity};
use crate::text::time::Seconds;

/// `status`.
pub const STATUS: Definition<Args> = Definition {
    name: "status",
    group: Group::More,
    about: "What this user or job would use, and whether it would be accepted (also plain `certok`)",
    note: "Each credential is judged as `certok check` judges it. The exit code is 0 if one would be used \
           and\naccepted, and each that a variable names would be; what is wrong with another is a \
           warning then.\nElse it says what is wrong; it is 3 if there is no credential.\n\n",
    example: "certok status",
    ..Definition::reporting(|args, call| Ok(run(args, call)))
};

arguments! {
    /// Arguments of `status`.
    pub struct Args {
        need: Seconds = NEED,
        judge_as: Option<Selection> = AS,
        ca: CaOptions,
    }
}

/// A row for everything that `check` would judge, and for usual places without a credential; then
/// the CAs that were used.
pub(in crate::command) fn run(args: &Args, call: &Call<'_>) -> Report {
    let judge_as = for_certificates(args.judge_as);
    let path = PathArguments { judge_as, ..PathArguments::default() };
    let limits = PathLimits::default();
    let context = &CheckContext {
        command: call.name,
        options: PathOptions::of(&args.ca, &path, &limits, call.scope(args.need)),
        purpose: None,
        key: KeyOptions { no_input: true, passphrase_file: None },
        key_file: None,
        name: None,
        demand: Demand { judge_as: args.judge_as, ..Demand::default() },
        env: call.env,
    };
    let located: Vec<InUse> =
        Subject::in_use().map(|subject| InUse::locate(subject, None, context)).collect();
    let any = located.iter().any(|one| one.presence != Presence::Absent);
    let judge = |mut one: InUse| match one.presence {
        Presence::Absent if any => one,
        Presence::Absent => {
            one.report.findings = one.why_absent(call.env);
            one
        }
        _ => one.judge(false, context),
    };
    let judged: Vec<InUse> = located.into_iter().filter(InUse::has_row).map(judge).collect();
    let is_usable = |judged: &&InUse| judged.is_read() && judged.report.exit() == Exit::Ok;
    let there = judged.iter().filter(|judged| judged.is_read()).count();
    let usable = judged.iter().filter(is_usable).count();
    let unusable = judged.iter().filter(|one| one.is_read() && !is_usable(one));
    let unusable: Vec<&str> = unusable.map(|judged| judged.subject.noun).collect();
    let parts = judged.iter().map(|judged| {
        let mut part = call.report();
        part.items.extend((!call.exit_only).then(|| judged.row(context)).flatten());
        part.findings = findings(judged, usable, there);
        part
    });
    let mut report = Report::joined(call.name, call.env.now, parts.collect());
    if !call.exit_only {
        report.items.extend(cas(&judged, context, &mut report.findings));
    }
    let open = left_open(&judged);
    let but = match unusable.as_slice() {
        [] => String::new(),
        nouns => format!(", but not the {}", nouns.join(" and the ")),
    };
    let verdict = verdict_of(args.judge_as);
    report.good = format!("{usable} of {there} credentials found are usable{but}{open}{verdict}");
    report
}

/// Its findings. One usable credential is enough, so faults of another one are warnings. But if a
/// variable names it, it will be used, so its faults stay errors.
fn findings(judged: &InUse, usable: usize, there: usize) -> Vec<Finding> {
    let found = judged.report.findings.iter();
    let found = found.filter(|finding| finding.severity != Severity::Info).cloned();
    let enough = match judged.presence {
        Presence::Absent | Presence::Named => false,
        Presence::Expected => there > 0,
        Presence::Found => usable > 0,
    };
    match enough {
        true => found.map(Finding::as_warning).collect(),
        false => found.collect(),
    }
}

/// The CAs in use. If a place was named and not needed, this is a warning.
fn cas(judged: &[InUse], context: &CheckContext<'_>, findings: &mut Vec<Finding>) -> Vec<Item> {
    let used = judged.iter().filter_map(|judged| {
        let credential = judged.credential()?;
        Some((credential.place.as_ref()?, credential.path.cas.as_slice()))
    });
    let rows = row::rows(used, context.env.now);
    if !rows.is_empty() {
        return rows;
    }
    let trust = Trust::open(&context.options.trust, CaSearch::Globus, context.env);
    let place = CaPlace::of(&trust);
    let is_named = trust.candidate.reason != Reason::Default;
    let trouble = place.trouble.clone().filter(|_| is_named);
    findings.extend(trouble.map(Finding::as_warning));
    row::rows([(&place, [].as_slice())], context.env.now)
}
