//! Certificate policies (RFC 5280 §6.1). The policy tree can grow exponentially, so the graph of
//! RFC 9618 is used. Any policy is accepted at the start, so policies matter only if a CA requires
//! one (requireExplicitPolicy). Policies of the anchor are not part of §6.1.

use std::collections::{BTreeMap, BTreeSet};

use crate::chain::budget::Budget;
use crate::chain::constraint::{ConstraintFlaw, flaw};
use crate::chain::{Flaw, PoolCertificate};
use crate::parse::cert::{ANY_POLICY, Certificate};

/// OpenSSL gives up at this many nodes of the policy tree (`POLICY_TREE_NODES_MAX`, CVE-2023-0464).
/// The graph needs no limit. But validators with a tree refuse what only a graph can decide, and
/// only a hostile CA makes it.
const MAX_NODES: u64 = 1000;

/// Every objection to the policies of `path`. `end` is the step of the end entity.
pub(super) fn judge(path: &[PoolCertificate], end: usize, budget: &Budget) -> Vec<Flaw> {
    let below_anchor = path.len().saturating_sub(1);
    let links: Vec<(usize, &Certificate)> = path
        .iter()
        .enumerate()
        .take(below_anchor)
        .skip(end)
        .map(|(step, known)| (step, known.certificate.as_ref()))
        .rev()
        .collect();
    let decides = |(_, certificate): &(usize, &Certificate)| {
        let extensions = &certificate.extensions;
        let constraints = extensions.policy_constraints.unwrap_or_default();
        constraints.require_explicit.is_some() || !extensions.policy_mappings.is_empty()
    };
    if !links.iter().any(decides) {
        return Vec::new();
    }
    let size = |(_, certificate): &(usize, &Certificate)| {
        certificate.extensions.policies.len() + certificate.extensions.policy_mappings.len()
    };
    if !budget.compare(links.iter().map(size).sum(), links.len()) {
        return vec![flaw(end, ConstraintFlaw::PolicyTreeTooLarge)];
    }
    let mut flaws: Vec<Flaw> = links
        .iter()
        .filter(|(step, certificate)| *step > end && maps_any(certificate))
        .map(|(step, _)| flaw(*step, ConstraintFlaw::PolicyAnyMapped))
        .collect();
    flaws.extend(walk(&links));
    flaws
}

/// §6.1.4 (a).
fn maps_any(certificate: &Certificate) -> bool {
    let mappings = &certificate.extensions.policy_mappings;
    mappings.iter().any(|(above, below)| above == ANY_POLICY || below == ANY_POLICY)
}

/// The valid policies at one depth. Earlier depths are not needed: a node without a child at the
/// last depth would be removed anyway.
type Depth<'a> = BTreeMap<&'a str, Node<'a>>;

/// A valid policy.
struct Node<'a> {
    /// The policies of the next depth that may stand for it.
    expected: BTreeSet<&'a str>,
    /// Number of nodes that it would have in the tree.
    places: u64,
}

impl<'a> Node<'a> {
    fn new(policy: &'a str, places: u64) -> Self {
        let expected = BTreeSet::from([policy]);
        Self { expected, places }
    }
}

/// The counters of §6.1.2 (d) to (f): how many certificates later each takes effect.
struct State<'a> {
    valid: Depth<'a>,
    nodes: u64,
    explicit_policy: u32,
    /// The CA that set it last.
    required_by: usize,
    inhibit_any: u32,
    policy_mapping: u32,
}

/// Walks down `links`, from the one below the anchor. Stops at the first certificate without a
/// valid policy.
fn walk(links: &[(usize, &Certificate)]) -> Option<Flaw> {
    let never = u32::try_from(links.len() + 1).unwrap_or(u32::MAX);
    let mut state = State {
        valid: Depth::from([(ANY_POLICY, Node::new(ANY_POLICY, 1))]),
        nodes: 0,
        explicit_policy: never,
        required_by: 0,
        inhibit_any: never,
        policy_mapping: never,
    };
    for (at, (step, certificate)) in links.iter().enumerate() {
        let last = at + 1 == links.len();
        let wanted = state.wanted();
        state.descend(certificate, last);
        if state.nodes > MAX_NODES {
            return Some(flaw(*step, ConstraintFlaw::PolicyTreeTooLarge));
        }
        if last {
            state.finish(*step, certificate);
        }
        if state.explicit_policy == 0 && state.valid.is_empty() {
            let trouble = ConstraintFlaw::PolicyMissing {
                ca: state.required_by,
                has: certificate.extensions.policies.clone(),
                wanted,
            };
            return Some(flaw(*step, trouble));
        }
        if !last {
            state.map(certificate);
            state.tighten(*step, certificate);
        }
    }
    None
}

impl<'a> State<'a> {
    /// The policies that a certificate at the next depth may have, with their number of nodes.
    fn expected(&self) -> BTreeMap<&'a str, u64> {
        let mut all = BTreeMap::new();
        for node in self.valid.values() {
            for policy in &node.expected {
                let places: &mut u64 = all.entry(*policy).or_default();
                *places = places.saturating_add(node.places);
            }
        }
        all
    }

    fn wanted(&self) -> Vec<String> {
        let all = self.expected();
        all.keys().map(|policy| (*policy).to_owned()).collect()
    }

    /// §6.1.3 (d), (e): makes the depth of `certificate`.
    fn descend(&mut self, certificate: &'a Certificate, last: bool) {
        let listed = &certificate.extensions.policies;
        let expected = self.expected();
        let any_above = self.valid.get(ANY_POLICY).map(|any| any.places);
        let named = listed.iter().map(String::as_str);
        let named = named.filter(|policy| *policy != ANY_POLICY);
        let child = |policy: &'a str| {
            let places = expected.get(policy).copied().or(any_above)?;
            Some((policy, Node::new(policy, places)))
        };
        let mut next: Depth<'a> = named.filter_map(child).collect();
        let any_counts = self.inhibit_any > 0 || (!last && certificate.is_self_issued());
        if any_counts && listed.iter().any(|policy| policy == ANY_POLICY) {
            for (policy, places) in expected {
                let node = || Node::new(policy, places);
                next.entry(policy).or_insert_with(node);
            }
        }
        self.valid = next;
        let sum = |sum: u64, node: &Node<'_>| sum.saturating_add(node.places);
        self.nodes = self.valid.values().fold(self.nodes, sum);
    }

    /// §6.1.5 (a), (b).
    fn finish(&mut self, step: usize, certificate: &Certificate) {
        self.explicit_policy = self.explicit_policy.saturating_sub(1);
        let constraints = certificate.extensions.policy_constraints;
        if constraints.is_some_and(|c| c.require_explicit == Some(0)) {
            self.explicit_policy = 0;
            self.required_by = step;
        }
    }

    /// §6.1.4 (b).
    fn map(&mut self, certificate: &'a Certificate) {
        let mut mapped: BTreeMap<&'a str, BTreeSet<&'a str>> = BTreeMap::new();
        for (above, below) in &certificate.extensions.policy_mappings {
            mapped.entry(above).or_default().insert(below);
        }
        let any = self.valid.get(ANY_POLICY).map(|any| any.places);
        for (above, expected) in mapped {
            let places = self.valid.get(above).map(|node| node.places).or(any);
            match places {
                _ if self.policy_mapping == 0 => {
                    self.valid.remove(above);
                }
                Some(places) => {
                    self.valid.insert(above, Node { expected, places });
                }
                None => {}
            }
        }
    }

    /// §6.1.4 (h) to (j).
    fn tighten(&mut self, step: usize, certificate: &Certificate) {
        if !certificate.is_self_issued() {
            self.explicit_policy = self.explicit_policy.saturating_sub(1);
            self.policy_mapping = self.policy_mapping.saturating_sub(1);
            self.inhibit_any = self.inhibit_any.saturating_sub(1);
        }
        let constraints = certificate.extensions.policy_constraints.unwrap_or_default();
        if let Some(skip) = constraints.require_explicit
            && skip < self.explicit_policy
        {
            self.explicit_policy = skip;
            self.required_by = step;
        }
        let mapping = constraints.inhibit_mapping.unwrap_or(u32::MAX);
        self.policy_mapping = self.policy_mapping.min(mapping);
        let any = certificate.extensions.inhibit_any_policy.unwrap_or(u32::MAX);
        self.inhibit_any = self.inhibit_any.min(any);
    }
}
