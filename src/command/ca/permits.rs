//! The subjects that a policy file permits a CA to sign, as the file writes its patterns.

use crate::chain::permission::PolicyFormat;
use crate::check::ca_dir::Content;
use crate::parse::name::Name;
use crate::parse::policy::folded;
use crate::parse::policy::namespaces::{Issuer, Namespaces};
use crate::parse::policy::signing_policy::{EntryKind, Principal, SigningPolicy};

/// The patterns for `ca`, or why the file cannot be read.
pub fn subjects(content: &Content, ca: &Name, format: PolicyFormat) -> Result<Vec<String>, String> {
    let unread = || Err("it was not read".to_owned());
    let ca = folded(&ca.slash());
    match format {
        PolicyFormat::SigningPolicy => match &content.signing_policy {
            Some(Ok(policy)) => Ok(signing_policy(policy, &ca)),
            Some(Err(problem)) => Err(problem.to_string()),
            None => unread(),
        },
        PolicyFormat::Namespaces => match &content.namespaces {
            Some(Ok(policy)) => Ok(namespaces(policy, &ca)),
            Some(Err(problem)) => Err(problem.to_string()),
            None => unread(),
        },
    }
}

fn signing_policy(policy: &SigningPolicy, ca: &str) -> Vec<String> {
    let own = policy.entries.iter().filter(|entry| match &entry.principal {
        Principal::Anybody => true,
        Principal::Ca(name) => folded(name) == ca,
        Principal::Other => false,
    });
    let rights = own.flat_map(|entry| &entry.rights).filter(|r| r.positive);
    let conditions = rights.flat_map(|right| &right.conditions);
    let subjects = conditions.filter(|condition| condition.kind == EntryKind::Subjects);
    let patterns = subjects.flat_map(|condition| &condition.patterns);
    patterns.map(|pattern| pattern.text.clone()).collect()
}

fn namespaces(policy: &Namespaces, ca: &str) -> Vec<String> {
    let own = policy.rules.iter().filter(|rule| match &rule.issuer {
        Issuer::Own => true,
        Issuer::Named(name) => folded(name) == ca,
    });
    let permits = own.filter(|rule| rule.permit);
    permits.map(|rule| rule.text.clone()).collect()
}
