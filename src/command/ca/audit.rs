//! `ca-check`: an audit of the CA directory, its counts, one verdict.

use crate::check::ca_dir::Inventory;
use crate::check::trust_dir;
use crate::command::Options;
use crate::command::ca::inventory;
use crate::command::ca::matters;
use crate::env::Env;
use crate::load;
use crate::locate;
use crate::locate::CaCandidate;
use crate::locate::Reason;
use crate::report::Item;
use crate::report::Report;
use crate::report::Severity;
use crate::report::Value;

/// Audits the directory in use, or the one named.
pub fn run(options: &Options, env: &Env) -> Report {
    let mut report = Report::new("ca-check", env.now);
    let candidate = candidate(options, env);
    let inventory = match inventory::read(candidate.clone()) {
        Ok(inventory) => inventory,
        Err(trouble) => {
            report
                .findings
                .push(trust_dir::unusable(&candidate, &trouble));
            return report;
        }
    };
    if inventory.authorities.is_empty() {
        report.findings.push(trust_dir::empty(&candidate));
    }
    let (findings, release) = matters::look_into(&inventory, env);
    let mut item = counts(&inventory);
    if let Some(release) = release {
        item.fact("igtf_version", "IGTF version", matters::version(&release));
    }
    report.findings.extend(findings);
    for (key, severity) in [("errors", Severity::Error), ("warnings", Severity::Warn)] {
        let findings = report.findings.iter();
        let count = findings.filter(|f| f.severity == severity).count();
        item.machine(key, i64::try_from(count).map_or(Value::Unknown, Value::Int));
    }
    report.items.push(item);
    report.good = format!(
        "{} holds {} CA certificates, and nothing is wrong with it",
        candidate.path.display(),
        inventory.authorities.len()
    );
    report
}

/// The operand, or the first place that exists.
pub fn candidate(options: &Options, env: &Env) -> CaCandidate {
    if let Some(path) = options.files.first() {
        return CaCandidate {
            reason: Reason::Operand,
            path: path.clone(),
            bundle: load::file_facts(path).is_some() && !load::is_directory(path),
        };
    }
    let mut candidates = locate::ca(&options.ca, options.alien, env);
    let exists = |candidate: &CaCandidate| load::file_facts(&candidate.path).is_some();
    let found = candidates.iter().position(exists);
    candidates.swap_remove(found.unwrap_or(0))
}

fn counts(inventory: &Inventory) -> Item {
    let title = inventory.candidate.path.display().to_string();
    let mut item = Item::new("ca_audit", title);
    let count = |n: usize| i64::try_from(n).map_or(Value::Unknown, Value::Int);
    let from = inventory.candidate.reason.to_string();
    item.fact("from", "from", Value::Text(from));
    let authorities = &inventory.authorities;
    let roots = authorities
        .iter()
        .filter(|a| a.certificate.is_self_issued())
        .count();
    item.fact("cas", "CAs", count(authorities.len()));
    item.fact("roots", "roots", count(roots));
    item.fact("files", "files", count(inventory.files.len()));
    item.fact("names", "names", count(inventory.entries.len()));
    item
}
