//! Does the policy file of a CA permit the CA anything?

use crate::chain::permission::{Denial, PolicyFlawKind, PolicyFormat, PolicyLine, Unusable};
use crate::check::ca_dir::Content;
use crate::check::ca_dir::ca::Ca;
use crate::parse::policy::hint::typographic;
use crate::parse::policy::namespaces::{Issuer, Namespaces};
use crate::parse::policy::signing_policy::{EntryKind, Principal, Right, SigningPolicy};
use crate::parse::policy::{Problem, folded, signing_policy};

/// What is wrong with the file of `ca`.
pub(in crate::check::ca_dir) fn objection(
    content: &Content,
    ca: &Ca<'_>,
    format: PolicyFormat,
) -> Option<PolicyFlawKind> {
    let unusable = |problem: &Problem| Some(PolicyFlawKind::Unusable(problem.clone().into()));
    match format {
        PolicyFormat::SigningPolicy => match content.signing_policy.as_ref()? {
            Ok(policy) => of_signing_policy(policy, ca),
            Err(problem) => unusable(problem),
        },
        PolicyFormat::Namespaces => match content.namespaces.as_ref()? {
            Ok(namespaces) => of_namespaces(namespaces, ca),
            Err(problem) => unusable(problem),
        },
    }
}

fn of_signing_policy(policy: &SigningPolicy, ca: &Ca<'_>) -> Option<PolicyFlawKind> {
    if let Some(problem) = &policy.objection {
        return Some(PolicyFlawKind::Unusable(Unusable::Syntax(problem.clone())));
    }
    let own = folded(&ca.name.slash());
    let is_about = |entry: &&signing_policy::PrincipalRights| match &entry.principal {
        Principal::Anybody => true,
        Principal::Ca(name) => folded(name) == own,
        Principal::Other => false,
    };
    let entries: Vec<_> = policy.entries.iter().filter(is_about).collect();
    let Some(first) = entries.first() else {
        let others = policy.entries.iter().filter_map(|found| match &found.principal {
            Principal::Ca(name) => Some(entry(found.line, name)),
            _ => None,
        });
        return Some(PolicyFlawKind::OtherCa(others.collect()));
    };
    let rights = entries.iter().flat_map(|entry| &entry.rights);
    let rights: Vec<&Right> = rights.filter(|right| right.positive).collect();
    if rights.is_empty() {
        return Some(PolicyFlawKind::Denied(Denial::NoRight(first.line)));
    }
    if let Some(denial) = permits_nothing(&rights) {
        return Some(PolicyFlawKind::Denied(denial));
    }
    policy.unfinished.map(PolicyFlawKind::Unfinished)
}

/// Why none of `rights` can ever be granted.
fn permits_nothing(rights: &[&Right]) -> Option<Denial> {
    let never = |right: &&&Right| right.conditions.iter().any(|c| c.kind != EntryKind::Subjects);
    let possible: Vec<&&Right> = rights.iter().filter(|right| !never(right)).collect();
    if possible.is_empty() {
        let conditions = rights.iter().flat_map(|right| &right.conditions);
        let mut others = conditions.filter(|c| c.kind != EntryKind::Subjects);
        let first = others.next()?;
        let keyword = match &first.kind {
            EntryKind::Other(keyword) => keyword.clone(),
            _ => "cond_banned_subjects".to_owned(),
        };
        return Some(Denial::Condition(first.line, keyword));
    }
    if possible.iter().any(|right| right.conditions.is_empty()) {
        return None;
    }
    let patterns = possible.iter().flat_map(|right| &right.conditions);
    let patterns: Vec<PolicyLine> = patterns
        .flat_map(|condition| &condition.patterns)
        .map(|pattern| entry(pattern.line, &pattern.text))
        .collect();
    let any = patterns.iter().any(|pattern| pattern.unclear.is_none());
    (!any).then_some(Denial::NoPattern(patterns))
}

fn of_namespaces(namespaces: &Namespaces, ca: &Ca<'_>) -> Option<PolicyFlawKind> {
    let own = folded(&ca.name.slash());
    let mut rules = namespaces.rules.iter().filter(|rule| match &rule.issuer {
        Issuer::Own => true,
        Issuer::Named(name) => folded(name) == own,
    });
    let Some(first) = rules.next() else {
        let mut others: Vec<PolicyLine> = Vec::new();
        for rule in &namespaces.rules {
            if let Issuer::Named(name) = &rule.issuer
                && others.last().is_none_or(|last| last.text != *name)
            {
                others.push(entry(rule.line, name));
            }
        }
        return Some(PolicyFlawKind::OtherCa(others));
    };
    let permits = first.permit || rules.any(|rule| rule.permit);
    (!permits).then_some(PolicyFlawKind::Denied(Denial::Banned(first.line, "DENY")))
}

fn entry(line: usize, text: &str) -> PolicyLine {
    let quote = |quote| format!("its typographic quote, {quote}, is taken for a part of it");
    PolicyLine { line, text: text.to_owned(), unclear: typographic(text).map(quote) }
}
