//! Reads the policy files of a CA name from the CA directory, and finds those with a wrong name.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::chain::permission::{PolicyFlaw as Objection, PolicyFlawKind, PolicyFormat};
use crate::chain::{Defect, Flaw, PoolCertificate, Question, permission};
use crate::check::ca_dir::Inventory;
use crate::check::ca_index::policy_file::format_of;
use crate::check::ca_lookup::out_of_use_under;
use crate::check::chain::permission as words;
use crate::check::chain::permission::Misnamed;
use crate::gather::cas::Trust;
use crate::parse::name::Name;
use crate::parse::policy::folded;
use crate::report::{Finding, Fix};

/// Remarks on policy files, besides the flaws of `path`.
pub fn remarks(trust: &Trust, path: &[PoolCertificate], question: &Question<'_>) -> Vec<Finding> {
    // A CA file has no place for policy files.
    if trust.candidate.bundle || trust.trouble.is_some() {
        return Vec::new();
    }
    let remarks = permission::rule(path, question).remarks;
    let mut findings = Vec::new();
    let mut lacking = Vec::new();
    for remark in objections(&remarks) {
        match &remark.kind {
            PolicyFlawKind::Missing(hash, _) => {
                lacking.push((remark.issuer.as_str(), hash.as_str()))
            }
            _ => findings.push(words::remark(remark)),
        }
    }
    let misnamed = misnamed(trust, path, &remarks, false);
    let found = |issuer: &str| misnamed.iter().any(|(name, _)| name == issuer);
    lacking.retain(|(issuer, _)| !found(issuer));
    if !lacking.is_empty() {
        findings.push(words::missing(&lacking));
    }
    findings.extend(misnamed.into_iter().map(|(_, finding)| finding));
    findings
}

/// Replaces findings about missing policy files by findings about files with a wrong name, with the
/// command that links them.
pub fn name_misnamed(
    trust: &Trust,
    path: &[PoolCertificate],
    question: &Question<'_>,
    findings: &mut Vec<Finding>,
) {
    let missing = |finding: &&mut Finding| {
        let id = finding.rule.id;
        id == words::SIGNING_MISSING.id || id == words::NAMESPACES_MISSING.id
    };
    if trust.candidate.bundle {
        let bundle = "a CA file has no place for policies: name a directory with --ca-dir";
        findings
            .iter_mut()
            .filter(missing)
            .for_each(|finding| bundle.clone_into(&mut finding.advice));
        return;
    }
    let flaws = permission::rule(path, question).flaws;
    for (issuer, misnamed) in misnamed(trust, path, &flaws, true) {
        let about = |finding: &&mut Finding| finding.message.contains(&format!("the CA {issuer},"));
        match findings.iter_mut().filter(missing).find(about) {
            Some(finding) => *finding = misnamed,
            None => findings.push(misnamed),
        }
    }
}

fn objections(flaws: &[Flaw]) -> impl Iterator<Item = &Objection> {
    flaws.iter().filter_map(|flaw| match &flaw.defect {
        Defect::Permission(trouble) => Some(trouble.as_ref()),
        _ => None,
    })
}

/// The CAs among `flaws` whose file is in the directory, with the finding for each. One command
/// makes all the links.
fn misnamed(
    trust: &Trust,
    path: &[PoolCertificate],
    flaws: &[Flaw],
    required: bool,
) -> Vec<(String, Finding)> {
    let mut found: Vec<(String, Finding)> = Vec::new();
    for flaw in flaws {
        let Defect::Permission(trouble) = &flaw.defect else {
            continue;
        };
        let above = path.get(flaw.step + 1);
        let (PolicyFlawKind::Missing(_, wanted), Some(ca)) = (&trouble.kind, above) else {
            continue;
        };
        let issuer = &ca.certificate.subject;
        let known = |(name, _): &(String, Finding)| *name == trouble.issuer;
        if found.iter().any(known) {
            continue;
        }
        let files = trust.inventory().map(named).unwrap_or_default();
        let mut elsewhere =
            wanted.iter().filter_map(|format| named_otherwise(&files, *format, issuer));
        if let Some(misnamed) = elsewhere.next() {
            let misnamed = Misnamed {
                target: misnamed.target.filter(|target| {
                    let file = trust.candidate.path.join(target);
                    trust.others(&file).is_none()
                }),
                ..misnamed
            };
            let finding = words::misnamed(&trust.candidate.path, &misnamed, required);
            found.push((trouble.issuer.clone(), finding));
        }
    }
    let fixes: Vec<Fix> = found.iter().filter_map(|(_, f)| f.fix.clone()).collect();
    if !fixes.is_empty() {
        let is_writable = trust.inventory().is_none_or(|inventory| inventory.writable);
        for (at, (_, finding)) in found.iter_mut().enumerate() {
            finding.fix = (at == 0).then(|| Fix::all(&fixes));
            finding.leave_links_to_owner(is_writable);
        }
    }
    found
}

/// A policy file of any name.
struct NamedPolicy<'a> {
    name: &'a str,
    format: PolicyFormat,
    /// The target, if it is a link.
    link: Option<&'a PathBuf>,
    /// Folded names of the CAs that it has entries for.
    cas: BTreeSet<String>,
}

/// All policy files of a directory.
fn named(inventory: &Inventory) -> Vec<NamedPolicy<'_>> {
    let entries = inventory.entries.iter();
    let policies = entries.filter_map(|entry| {
        let format = format_of(&entry.kind)?;
        let held = entry.file.as_ref().ok().and_then(|file| inventory.files.get(*file));
        let content = held.and_then(|held| held.content.as_ref().ok());
        let cas = content.map(|content| content.cas_in_policy(format)).unwrap_or_default();
        Some(NamedPolicy { name: &entry.name, format, link: entry.link.as_ref(), cas })
    });
    policies.collect()
}

/// The file of `issuer` with another name: found by its content, or by a hash in a name such as
/// `e73e4177.0.signing_policy`.
fn named_otherwise(
    files: &[NamedPolicy<'_>],
    format: PolicyFormat,
    issuer: &Name,
) -> Option<Misnamed> {
    let (slash, hash, old) = (issuer.slash(), issuer.new_hash(), issuer.old_hash());
    let folded = folded(&slash);
    let wanted = format!("{hash}.{}", format.extension());
    let starts = |file: &NamedPolicy<'_>, hash: &str| file.name.starts_with(&format!("{hash}."));
    let about = |file: &&NamedPolicy<'_>| file.cas.contains(&folded);
    let named = |file: &&NamedPolicy<'_>| starts(file, &hash) || starts(file, &old);
    let of_format = || files.iter().filter(|file| file.format == format && file.name != wanted);
    let mut found: Vec<&NamedPolicy<'_>> = of_format().filter(|f| about(f) || named(f)).collect();
    found.sort_by_key(|file| (!starts(file, &hash), !starts(file, &old)));
    let target_of = |name: &str| files.iter().find(|file| file.name == name)?.link.cloned();
    let targets = || {
        found
            .iter()
            .filter(|f| about(f) || format == PolicyFormat::Namespaces)
            .filter(|f| out_of_use_under(f.name, target_of).is_none())
    };
    let target = targets().find(|file| file.link.is_none()).or_else(|| targets().next());
    let target = target.map(|file| file.name.to_owned());
    (!found.is_empty()).then(|| Misnamed {
        format,
        issuer: slash,
        wanted,
        names: found.iter().map(|file| file.name.to_owned()).collect(),
        target,
    })
}
