//! One finding of a kind, however many things it is true of.

use std::collections::HashMap;

use crate::report::Case;
use crate::report::Exit;
use crate::report::Finding;
use crate::report::Place;
use crate::report::Severity;

/// Names that a message gives in full; of more only the first few.
const ALL_SHOWN: usize = 10;
const FIRST_SHOWN: usize = 3;

/// One thing that something is wrong with.
pub(super) struct Hit {
    /// What people call it.
    pub(super) name: String,
    /// What is said of several: follows their number.
    pub(super) many: &'static str,
    /// What is said of this one.
    pub(super) finding: Finding,
}

impl Hit {
    pub(super) fn new(name: impl Into<String>, many: &'static str, finding: Finding) -> Self {
        Self {
            name: name.into(),
            many,
            finding,
        }
    }
}

/// One finding for each kind of hit and its severity, in the order of the first of a kind. What is
/// an error here is one of the directory's health.
pub(super) fn findings(hits: Vec<Hit>, place: &Place) -> Vec<Finding> {
    let mut groups: Vec<Vec<Hit>> = Vec::new();
    let mut known = HashMap::new();
    for mut hit in hits {
        if hit.finding.severity == Severity::Error {
            hit.finding.exit = Exit::Stale;
        }
        let kind = (hit.finding.rule.id, hit.finding.severity, hit.many);
        let at = *known.entry(kind).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[at].push(hit);
    }
    let merged = groups.into_iter().filter_map(|group| merge(group, place));
    merged.collect()
}

fn merge(mut group: Vec<Hit>, place: &Place) -> Option<Finding> {
    if group.len() == 1 {
        return group.pop().map(|hit| hit.finding);
    }
    group.sort_by_cached_key(|hit| hit.name.to_lowercase());
    let first = group.first()?;
    let mut finding = first.finding.clone();
    let names: Vec<&str> = group.iter().map(|hit| hit.name.as_str()).collect();
    finding.message = format!("{} {}: {}", group.len(), first.many, listed(&names));
    if group.iter().any(|hit| hit.finding.advice != finding.advice) {
        finding.advice = finding.rule.advice.to_owned();
    }
    finding.fix = None;
    finding.place = place.clone();
    let case = |hit: Hit| Case {
        message: hit.finding.message,
        fix: hit.finding.fix,
        place: hit.finding.place,
    };
    finding.cases = group.into_iter().map(case).collect();
    Some(finding)
}

/// Names for a message: all of a few, the first of many.
pub(super) fn listed(names: &[&str]) -> String {
    if names.len() <= ALL_SHOWN {
        return names.join(", ");
    }
    let first = names.get(..FIRST_SHOWN).unwrap_or_default().join(", ");
    format!(
        "{first} and {} more (-v names all)",
        names.len() - FIRST_SHOWN
    )
}
