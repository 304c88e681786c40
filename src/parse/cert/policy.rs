//! Certificate policies and what CAs say about them (RFC 5280 §4.2.1.4, §4.2.1.5, §4.2.1.11,
//! §4.2.1.14).

use crate::parse::der::{INTEGER, OID, SEQUENCE, fields, number, only};
use crate::parse::oid::dotted;

/// anyPolicy.
pub const ANY_POLICY: &str = "2.5.29.32.0";

/// policyConstraints: number of certificates after which each takes effect.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct PolicyConstraints {
    /// requireExplicitPolicy.
    pub require_explicit: Option<u32>,
    /// inhibitPolicyMapping.
    pub inhibit_mapping: Option<u32>,
}

/// Reads certificatePolicies: dotted OIDs.
pub(super) fn policies(der: &[u8]) -> Result<Vec<String>, String> {
    let mut seen: Vec<String> = Vec::new();
    for (tag, information) in list(der)? {
        let fields = fields(information).ok_or("does not parse")?;
        let id = match fields.as_slice() {
            [(OID, id)] | [(OID, id), (SEQUENCE, _)] if tag == SEQUENCE => dotted(id),
            _ => None,
        };
        seen.push(id.ok_or("does not parse")?);
    }
    let mut sorted: Vec<&String> = seen.iter().collect();
    sorted.sort();
    if let Some([twice, _]) = sorted.windows(2).find(|pair| pair.first() == pair.last()) {
        return Err(format!("lists the policy {twice} twice"));
    }
    Ok(seen)
}

/// The OID of the first policy qualifier in certificatePolicies that is neither a CPS pointer nor a
/// user notice.
pub fn unknown_qualifier(der: &[u8]) -> Option<String> {
    let policies = list(der).ok()?.into_iter();
    let lists = policies.filter_map(|(_, policy)| fields(policy)?.get(1).and_then(|l| fields(l.1)));
    let mut ids =
        lists.flatten().filter_map(|(_, qualifier)| dotted(fields(qualifier)?.first()?.1));
    ids.find(|id| !KNOWN_QUALIFIERS.contains(&id.as_str()))
}

/// Whether a policy in certificatePolicies has a qualifier.
pub fn has_qualifier(der: &[u8]) -> bool {
    let policies = list(der).unwrap_or_default();
    policies.iter().any(|(_, policy)| fields(policy).is_some_and(|parts| parts.len() > 1))
}

/// id-qt-cps and id-qt-unotice.
const KNOWN_QUALIFIERS: &[&str] = &["1.3.6.1.5.5.7.2.1", "1.3.6.1.5.5.7.2.2"];

/// Reads policyMappings: pairs of issuerDomainPolicy and subjectDomainPolicy.
pub(super) fn policy_mappings(der: &[u8]) -> Result<Vec<(String, String)>, String> {
    list(der)?
        .into_iter()
        .map(|(tag, pair)| match fields(pair)?.as_slice() {
            [(OID, above), (OID, below)] if tag == SEQUENCE => {
                Some((dotted(above)?, dotted(below)?))
            }
            _ => None,
        })
        .collect::<Option<_>>()
        .ok_or_else(|| "does not parse".to_owned())
}

/// Reads policyConstraints.
pub(super) fn policy_constraints(der: &[u8]) -> Result<PolicyConstraints, String> {
    let fields = only(der, SEQUENCE).and_then(fields).ok_or("does not parse")?;
    let skip = |content: &[u8]| number(content).ok_or("has a number that is none");
    let (require_explicit, inhibit_mapping) = match fields.as_slice() {
        [] => return Err("constrains nothing".to_owned()),
        [(0x80, explicit)] => (Some(skip(explicit)?), None),
        [(0x81, mapping)] => (None, Some(skip(mapping)?)),
        [(0x80, explicit), (0x81, mapping)] => (Some(skip(explicit)?), Some(skip(mapping)?)),
        _ => return Err("does not parse".to_owned()),
    };
    Ok(PolicyConstraints { require_explicit, inhibit_mapping })
}

/// Reads inhibitAnyPolicy.
pub(super) fn inhibit_any_policy(der: &[u8]) -> Result<u32, String> {
    let skip = only(der, INTEGER).and_then(number);
    skip.ok_or_else(|| "does not parse".to_owned())
}

/// The elements of a SEQUENCE that must not be empty.
fn list(der: &[u8]) -> Result<Vec<(u8, &[u8])>, String> {
    match only(der, SEQUENCE).and_then(fields) {
        None => Err("does not parse".to_owned()),
        Some(all) if all.is_empty() => Err("is an empty list".to_owned()),
        Some(all) => Ok(all),
    }
}
