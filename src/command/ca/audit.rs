//! `ca-check`: audits the CA directory, counts faults, gives one verdict.

use crate::check::ca_dir::bundle::Release;
use crate::check::ca_dir::{Inventory, Wanted, script};
use crate::check::{ca_dir, ca_lookup};
use crate::command::arguments::groups::{NEED, WARN};
use crate::command::arguments::{arguments, flag};
use crate::command::ca::{CaDirArguments, other_checks};
use crate::command::definition::{Definition, Group, Stdout};
use crate::gather::inventory;
use crate::gather::inventory::Extent;
use crate::load::near_cas;
use crate::locate::{CaCandidate, CaSearch, Reason};
use crate::report::{Finding, Item, Report, Severity, Value};
use crate::source::near::NearCas;
use crate::system::env::Env;
use crate::text::time::Seconds;
use crate::{load, locate};

/// `ca-check`.
pub const CHECK: Definition<Args> = Definition {
    name: "ca-check",
    group: Group::More,
    about: "Audit the CA directory: links, certificates, revocation lists, policies, modes",
    example: "certok ca-check /etc/grid-security/certificates",
    stdout: |args| if args.fix_script { Stdout::Script } else { Stdout::Report },
    ..Definition::reporting(|args, call| Ok(run(args, call.name, call.env)))
};

arguments! {
    /// Arguments of `ca-check`.
    pub struct Args {
        place: CaDirArguments,
        need: Seconds = NEED,
        warn: Option<Seconds> = WARN,
        fix_script: bool = flag("fix-script",
            "Only print the shell commands that correct links and modes; change nothing"),
    }
}

impl Args {
    /// Nothing is asked but whether the place is in order.
    pub fn of(place: CaDirArguments) -> Self {
        Self { place, need: Seconds(0), warn: None, fix_script: false }
    }
}

/// Audits the directory in use, or the one named.
pub fn run(args: &Args, command: &'static str, env: &Env) -> Report {
    let Args { place, need, warn, fix_script } = args;
    let (wanted, fix_script) = (Wanted { need: *need, warn: *warn }, *fix_script);
    let mut report = Report::new(command, env.now);
    let mut candidate = candidate(place, env);
    if fix_script {
        // The script is stored and run elsewhere, so it needs an absolute path without links.
        candidate.path = load::ca_dir::resolved_path(&candidate.path).end;
    }
    let inventory = match inventory::read(candidate.clone(), Extent::Audit, env.euid) {
        Ok(inventory) => inventory,
        Err(trouble) => {
            let near = near_cas::look(&candidate, CaSearch::Globus, env);
            report.findings.push(ca_lookup::unusable(&candidate, &trouble, &near));
            return report;
        }
    };
    let (findings, release) = judged(&inventory, wanted, env);
    let script = fix_script.then(|| script::script(&inventory, &findings, env.now));
    report.findings = findings;
    script::advise(&inventory, &mut report.findings, env.now);
    let mut item = counts(&inventory);
    if let Some(release) = release {
        item.fact("igtf_version", "IGTF version", other_checks::version(&release));
    }
    let (errors, warnings) = conclude(&mut report, &inventory);
    item.machine("errors", whole(errors));
    item.machine("warnings", whole(warnings));
    if let Some(script) = script {
        item.machine("fix_script", Value::Text(script.clone()));
        report.raw = Some(script.into());
    }
    report.items.push(item);
    report
}

/// Everything found, and the release that the directory is of.
fn judged(inventory: &Inventory, wanted: Wanted, env: &Env) -> (Vec<Finding>, Option<Release>) {
    let alice = env.filled("JALIEN_TOKEN_CERT").is_some();
    // Only of an empty one is said where others are.
    let near = match inventory.has_ca() {
        true => NearCas::default(),
        false => near_cas::look(&inventory.candidate, CaSearch::Globus, env),
    };
    let mut findings = ca_dir::check(inventory, alice, wanted, &near, env.now);
    let (others, release) = other_checks::run(inventory, wanted, env);
    findings.extend(others);
    (findings, release)
}

/// Adds the verdict and the last line. Returns the numbers of errors and warnings.
fn conclude(report: &mut Report, inventory: &Inventory) -> (usize, usize) {
    let number = |severity| {
        let findings = report.findings.iter();
        findings.filter(|f| f.severity == severity).count()
    };
    let (errors, warnings) = (number(Severity::Error), number(Severity::Warn));
    let cas = counted(inventory.cas().count(), "CA");
    let wrong = match warnings {
        0 => "nothing is wrong".to_owned(),
        _ => format!("no errors, {}", counted(warnings, "warning")),
    };
    report.good = format!("{}: {cas}, {wrong}", inventory.candidate.path.display());
    report.closing =
        format!("{cas}, {}, {}", counted(errors, "error"), counted(warnings, "warning"));
    (errors, warnings)
}

/// `1 error`, `2 errors`.
pub fn counted(n: usize, noun: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {noun}{plural}")
}

fn whole(n: usize) -> Value {
    i64::try_from(n).map_or(Value::Unknown, Value::Int)
}

/// The operand, else the first place that exists.
pub fn candidate(place: &CaDirArguments, env: &Env) -> CaCandidate {
    if let Some(path) = place.directories.first() {
        return CaCandidate {
            reason: Reason::Operand,
            path: path.clone(),
            bundle: load::file_facts(path).is_some() && !load::is_directory(path),
        };
    }
    let mut candidates = locate::ca(&place.ca, CaSearch::Globus, env);
    let exists = |candidate: &CaCandidate| load::file_facts(&candidate.path).is_some();
    let found = candidates.iter().position(exists);
    candidates.swap_remove(found.unwrap_or(0))
}

fn counts(inventory: &Inventory) -> Item {
    let title = inventory.candidate.path.display().to_string();
    let mut item = Item::new("ca_audit", title);
    let from = inventory.candidate.reason.to_string();
    item.fact("from", "from", Value::Text(from));
    let cas = inventory.cas().count();
    let roots = inventory.cas().filter(|(_, ca)| ca.certificate.is_self_issued());
    item.fact("cas", "CAs", whole(cas));
    item.fact("roots", "roots", whole(roots.count()));
    item.fact("files", "files", whole(inventory.files.len()));
    item.fact("names", "names", whole(inventory.entries.len()));
    item
}
