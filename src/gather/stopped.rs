//! Why a search stopped where it did: the whole directory is looked at before anything is said.

use std::collections::HashMap;
use std::sync::Arc;

use crate::chain::proxy::is_proxy;
use crate::chain::{Defect, Flaw, Outcome, PoolCertificate, Question, build};
use crate::check::ca_lookup::Seen;
use crate::check::{ca_lookup, chain};
use crate::gather::cas::Trust;
use crate::parse::cert::Certificate;
use crate::report::Finding;

/// The whole directory's word on why the search stopped: what is there and was not found.
pub fn explain(
    trust: &Trust,
    leaf: &PoolCertificate,
    helpers: &[PoolCertificate],
    question: &Question<'_>,
    outcome: &Outcome,
) -> Vec<Finding> {
    if let Some(trouble) = &trust.trouble {
        return vec![ca_lookup::unusable(&trust.candidate, trouble)];
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
    // Who issued a proxy is looked for in its file, not among the CAs.
    if !stopped || trust.candidate.bundle || is_proxy(last) {
        return Vec::new();
    }
    let directory = &trust.candidate.path;
    let issuer = &last.certificate.issuer;
    let bad = trust.bad.iter().filter_map(|entry| {
        let bad = entry.content.as_ref().err()?;
        entry
            .name
            .starts_with(&issuer.new_hash())
            .then(|| ca_lookup::bad_entry(directory, entry, bad, issuer))
    });
    let mut findings: Vec<Finding> = bad.collect();
    let seen = trust.survey();
    let found = retry(trust, &seen, leaf, helpers, question);
    let needed: Vec<&Certificate> = found.iter().map(AsRef::as_ref).collect();
    let misnamed = ca_lookup::not_found_by_hash(directory, &seen, &needed);
    if misnamed.is_empty() && findings.is_empty() {
        let mut words = ca_lookup::directory(&trust.candidate, &seen, &last.certificate);
        // An issuer of that name that is there and did not sign is not missing.
        let absent = |flaw: &Flaw| flaw.defect == Defect::IssuerNotFound;
        if !outcome.best.flaws.iter().any(absent) {
            words.retain(|finding| !finding.is(&chain::INTERMEDIATE_MISSING));
        }
        findings.extend(words);
    }
    findings.retain(|f| !misnamed.iter().any(|m| m.is(f.rule) && m.place.file == f.place.file));
    findings.extend(misnamed);
    findings
}

/// Searches again with everything in the directory; the certificates that make the difference.
fn retry(
    trust: &Trust,
    seen: &[Seen],
    leaf: &PoolCertificate,
    helpers: &[PoolCertificate],
    question: &Question<'_>,
) -> Vec<Arc<Certificate>> {
    let all = seen.iter().filter_map(|entry| Some((entry, entry.content.as_ref().ok()?)));
    let mut pool: Vec<PoolCertificate> = all
        .flat_map(|(entry, certificates)| {
            let from = trust.candidate.path.join(&entry.name).display().to_string();
            certificates.iter().enumerate().map(move |(at, certificate)| PoolCertificate {
                certificate: Arc::clone(certificate),
                from: from.clone(),
                block: at + 1,
                trusted: true,
            })
        })
        .collect();
    pool.extend_from_slice(helpers);
    let again = build::search(leaf, &pool, question);
    let new = |known: &&PoolCertificate| {
        known.trusted
            && !trust.pool.iter().any(|old| old.certificate == known.certificate)
            && !is_found_by_hash(seen, &known.certificate)
    };
    if !again.best.anchored {
        return Vec::new();
    }
    // A user's certificate is nobody's CA, wherever it lies.
    let cas = again.best.path.iter().filter(|known| known.certificate.is_ca());
    cas.filter(new).map(|known| Arc::clone(&known.certificate)).collect()
}

/// Whether a lookup would have found it, had the search come as far.
fn is_found_by_hash(seen: &[Seen], certificate: &Certificate) -> bool {
    let hash = format!("{}.", certificate.subject.new_hash());
    let of_hash = seen.iter().filter(|entry| entry.name.starts_with(&hash));
    let by_name: HashMap<&str, &Seen> = of_hash.map(|entry| (&*entry.name, entry)).collect();
    (0..by_name.len())
        .map_while(|n| by_name.get(&*format!("{hash}{n}"))?.content.as_ref().ok())
        .flatten()
        .any(|found| **found == *certificate)
}
