//! The policy files of a CA directory: their names, why they cannot be used, and which CAs they name.

use std::collections::BTreeSet;

use crate::chain::permission::{PolicyFormat, Unusable};
use crate::check::ca_index::inventory::Content;
use crate::parse::ca_dir::EntryName;
use crate::parse::policy::folded;
use crate::parse::policy::namespaces::Issuer;
use crate::parse::policy::signing_policy::Principal;
use crate::source::error::LoadError;

/// The format of a file of this name, if it is that of a policy.
pub fn format_of(name: &EntryName) -> Option<PolicyFormat> {
    match name {
        EntryName::SigningPolicy { .. } => Some(PolicyFormat::SigningPolicy),
        EntryName::Namespaces { .. } => Some(PolicyFormat::Namespaces),
        _ => None,
    }
}

/// Why a file that cannot be read has no usable content.
pub fn unusable(trouble: &LoadError) -> Unusable {
    match trouble {
        LoadError::Dangling(_, target) => Unusable::Dangling(target.display().to_string()),
        LoadError::TooLarge(..) => Unusable::Limit,
        other => Unusable::Unreadable(other.to_string()),
    }
}

impl Content {
    /// The folded names of the CAs that the policy has entries for.
    pub fn cas_in_policy(&self, format: PolicyFormat) -> BTreeSet<String> {
        match (format, &self.signing_policy, &self.namespaces) {
            (PolicyFormat::SigningPolicy, Some(Ok(policy)), _) => {
                let entries = policy.entries.iter();
                let named = entries.filter_map(|entry| match &entry.principal {
                    Principal::Ca(name) => Some(folded(name)),
                    _ => None,
                });
                named.collect()
            }
            (PolicyFormat::Namespaces, _, Some(Ok(namespaces))) => {
                let rules = namespaces.rules.iter();
                let named = rules.filter_map(|rule| match &rule.issuer {
                    Issuer::Named(name) => Some(folded(name)),
                    Issuer::Own => None,
                });
                named.collect()
            }
            _ => BTreeSet::new(),
        }
    }
}
