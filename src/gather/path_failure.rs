//! Why a search stopped. The whole directory is read before anything is reported.

use std::sync::Arc;

use crate::chain::proxy::is_proxy;
use crate::chain::{Defect, Flaw, Outcome, PoolCertificate, Question, build};
use crate::check;
use crate::check::ca_dir::Inventory;
use crate::check::{ca_lookup, chain};
use crate::gather::cas::Trust;
use crate::load::ca_dir;
use crate::parse::ca_dir::EntryName;
use crate::parse::cert::Certificate;
use crate::report::Finding;
use crate::text::shell;

/// What the whole directory says about why the search stopped: what is there and was not found.
pub fn explain(
    trust: &Trust,
    leaf: &PoolCertificate,
    helpers: &[PoolCertificate],
    question: &Question<'_>,
    outcome: &Outcome,
) -> Vec<Finding> {
    if let Some(trouble) = &trust.trouble {
        return vec![ca_lookup::unusable(&trust.candidate, trouble, trust.near())];
    }
    let Some(last) = outcome.best.path.last() else {
        return Vec::new();
    };
    let stopped = outcome.best.flaws.iter().any(|flaw| {
        matches!(
            flaw.defect,
            Defect::IssuerNotFound | Defect::BadSignature { .. } | Defect::SelfSigned
        )
    });
    // The issuer of a proxy is searched in its file, not among the CAs.
    if !stopped || trust.candidate.bundle || is_proxy(last) {
        return Vec::new();
    }
    let Some(inventory) = trust.inventory() else {
        return Vec::new();
    };
    let directory = &trust.candidate.path;
    let issuer = &last.certificate.issuer;
    let hash = issuer.new_hash();
    let bad = trust.bad.iter().filter(|entry| entry.name.starts_with(&hash));
    let bad = bad.map(|entry| ca_lookup::bad_entry(directory, entry, issuer));
    let mut findings: Vec<Finding> = bad.collect();
    let found = retry(trust, inventory, leaf, helpers, question);
    let needed: Vec<&Certificate> = found.iter().map(AsRef::as_ref).collect();
    let misnamed = ca_lookup::not_found_by_hash(inventory, &needed);
    if misnamed.is_empty() && findings.is_empty() {
        let word = ca_lookup::only_in_der(inventory, issuer);
        findings.extend(word.or_else(|| ca_lookup::only_alike(inventory, issuer)));
    }
    if misnamed.is_empty() && findings.is_empty() {
        let mut words = ca_lookup::directory(inventory, &last.certificate, trust.near());
        // If an issuer with that name is there and did not sign, it is not missing.
        let absent = |flaw: &Flaw| flaw.defect == Defect::IssuerNotFound;
        if !outcome.best.flaws.iter().any(absent) {
            words.retain(|finding| !finding.is(&chain::INTERMEDIATE_MISSING));
        }
        findings.extend(words);
    }
    // The same name, with a fix.
    findings.retain(|f| !misnamed.iter().any(|m| m.place.file == f.place.file));
    findings.extend(misnamed);
    findings.iter_mut().for_each(|finding| finding.leave_links_to_owner(inventory.writable));
    findings
}

/// Searches again with the whole directory. Returns the certificates that made the difference.
fn retry(
    trust: &Trust,
    inventory: &Inventory,
    leaf: &PoolCertificate,
    helpers: &[PoolCertificate],
    question: &Question<'_>,
) -> Vec<Arc<Certificate>> {
    let all = inventory.entries.iter().flat_map(|entry| {
        let from = entry.path.display().to_string();
        let certificates = inventory.certificates(entry).enumerate();
        certificates.map(move |(at, certificate)| PoolCertificate {
            certificate: Arc::clone(certificate),
            from: from.clone(),
            block: at + 1,
            trusted: true,
        })
    });
    let mut pool: Vec<PoolCertificate> = all.collect();
    pool.extend_from_slice(helpers);
    let again = build::search(leaf, &pool, question);
    let new = |known: &&PoolCertificate| {
        known.trusted
            && !trust.pool.iter().any(|old| old.certificate == known.certificate)
            && !is_found_by_hash(inventory, &known.certificate)
    };
    if !again.best.anchored {
        return Vec::new();
    }
    // The certificate of a user is no CA, wherever it is.
    let cas = again.best.path.iter().filter(|known| known.certificate.is_ca());
    cas.filter(new).map(|known| Arc::clone(&known.certificate)).collect()
}

/// Whether a lookup would have found it, if the search had reached it.
fn is_found_by_hash(inventory: &Inventory, certificate: &Certificate) -> bool {
    let hash = certificate.subject.new_hash();
    let named = |n: usize| inventory.entry_named(&format!("{hash}.{n}"));
    let reached = (0..).map_while(|n| {
        let found: Vec<_> = inventory.certificates(named(n)?).collect();
        (!found.is_empty()).then_some(found)
    });
    reached.flatten().any(|found| **found == *certificate)
}

/// Says of each missing list under which other name the directory has one.
pub fn name_misnamed_lists(trust: &Trust, path: &[PoolCertificate], findings: &mut [Finding]) {
    let missing = findings.iter_mut().filter(|finding| finding.is(&chain::revocation::MISSING));
    for finding in missing {
        let step = path.iter().position(|known| check::place_in(known) == finding.place);
        let issuer = step.and_then(|step| path.get(step + 1));
        if let Some(list) = issuer.and_then(|issuer| misnamed_list(trust, issuer)) {
            let directory = shell::path(&trust.candidate.path);
            finding.advice = format!(
                "{list} is there, a name that no lookup reads: certok ca-check {directory} says \
                 whether it is this list, and how to link it"
            );
        }
    }
}

/// The name of a file that is the CA's list by the old hash or the alias in it.
fn misnamed_list(trust: &Trust, ca: &PoolCertificate) -> Option<String> {
    let inventory = trust.inventory()?;
    let old_hash = ca.certificate.subject.old_hash();
    let named = inventory.named(&ca.certificate.subject);
    let entries = named.flat_map(|(_, authority)| inventory.names_of(authority));
    let aliases: Vec<&str> = entries.filter_map(|entry| stem(&entry.name)).collect();
    let is_list = |name: &String| match EntryName::parse(name) {
        EntryName::Crl { hash, .. } => hash == old_hash,
        EntryName::CrlAlias => stem(name).is_some_and(|stem| aliases.contains(&stem)),
        _ => false,
    };
    // The inventory of a lookup has no lists.
    let (names, _) = ca_dir::names(&trust.candidate.path).ok()?;
    names.into_iter().find(is_list)
}

fn stem(name: &str) -> Option<&str> {
    name.rsplit_once('.').map(|(stem, _)| stem)
}
