//! Joins findings of the same kind: their number, the first few names, and the list of all.

use std::collections::HashMap;
use std::path::Path;

use crate::report::{Case, Exit, Finding, Fix, Place, Rule, Severity};
use crate::text::shell;

/// If there are more names, a message gives only the first few.
const ALL_NAMED: usize = 10;
const FIRST_NAMED: usize = 3;

/// Most fixes that are joined to one line. Nobody would paste a longer one.
const MAX_JOINED: usize = 4;

/// One thing with a fault.
pub(super) struct GroupedFinding {
    /// Its name in messages.
    pub(super) name: String,
    /// The words behind the number, if there are several: `CRLs have expired`.
    pub(super) many: &'static str,
    /// The finding, if it is the only one.
    pub(super) finding: Finding,
}

impl GroupedFinding {
    pub(super) fn new(name: impl Into<String>, many: &'static str, finding: Finding) -> Self {
        Self { name: name.into(), many, finding }
    }
}

/// Findings by kind, in the order in which each kind was found first.
#[derive(Debug, Default)]
pub struct Groups {
    kinds: Vec<GroupKind>,
    known: HashMap<(&'static str, Severity, &'static str), usize>,
}

#[derive(Debug)]
struct GroupKind {
    many: &'static str,
    cases: Vec<(String, Finding)>,
    /// The command that mends all of them, if each has a fix.
    at_once: Option<String>,
}

impl Groups {
    /// Groups `hits`. An error here is about the health of the directory.
    pub(super) fn of(hits: Vec<GroupedFinding>) -> Self {
        let mut groups = Self::default();
        for hit in hits {
            let finding = match hit.finding.exit {
                // Nothing is wrong yet.
                Exit::Short => hit.finding,
                _ => hit.finding.as_stale(),
            };
            groups.add(hit.many, hit.name, finding);
        }
        groups
    }

    /// Adds one with its `name` and finding. If it stays the only one of its kind, the finding is
    /// used; else `many` stands behind the number: `"CRLs have expired"`.
    pub fn add(&mut self, many: &'static str, name: impl Into<String>, alone: Finding) {
        let key = (alone.rule.id, alone.severity, many);
        let at = *self.known.entry(key).or_insert_with(|| {
            self.kinds.push(GroupKind { many, cases: Vec::new(), at_once: None });
            self.kinds.len() - 1
        });
        if let Some(kind) = self.kinds.get_mut(at) {
            kind.cases.push((name.into(), alone));
        }
    }

    /// Sets one `line` that mends all findings of `rule`, however many.
    pub fn at_once(&mut self, rule: &Rule, line: String) {
        if !shell::is_line(&line) {
            return;
        }
        let of_rule = |kind: &&mut GroupKind| kind.cases.iter().all(|(_, f)| f.rule.id == rule.id);
        for kind in self.kinds.iter_mut().filter(of_rule) {
            kind.at_once = Some(line.clone());
        }
    }

    /// The findings. Those about several things have `directory` as their place.
    pub fn findings(self, directory: &Path) -> Vec<Finding> {
        let kinds = self.kinds.into_iter();
        kinds.filter_map(|kind| kind.finding(directory)).collect()
    }
}

impl GroupKind {
    fn finding(mut self, directory: &Path) -> Option<Finding> {
        if self.cases.len() == 1 {
            return self.cases.pop().map(|(_, finding)| finding);
        }
        self.cases.sort_by_cached_key(|(name, _)| name.to_lowercase());
        let mut finding = self.cases.first()?.1.clone();
        let names: Vec<&str> = self.cases.iter().map(|(name, _)| name.as_str()).collect();
        let count = names.len();
        finding.message = format!("{count} {}: {}", self.many, listed(&names));
        let differs = |(_, one): &(String, Finding)| one.advice != finding.advice;
        if self.cases.iter().any(differs) {
            finding.advice = finding.rule.advice.to_owned();
        }
        let fixes: Vec<&Fix> = self.cases.iter().filter_map(|(_, f)| f.fix.as_ref()).collect();
        finding.fix = match fixes.len() {
            0 => None,
            few if few <= MAX_JOINED => Some(Fix::all(fixes)),
            all if all == count => self.at_once.map(Fix::from),
            _ => None,
        };
        finding = finding.at(Place::file(directory));
        let case = |(_, finding): (String, Finding)| Case {
            message: finding.message,
            fix: finding.fix,
            place: finding.place,
        };
        finding.cases = self.cases.into_iter().map(case).collect();
        Some(finding)
    }
}

/// Names for a message: all if there are few, else the first ones.
pub(super) fn listed(names: &[&str]) -> String {
    if names.len() <= ALL_NAMED {
        return names.join(", ");
    }
    let (first, rest) = names.split_at(FIRST_NAMED.min(names.len()));
    format!("{} and {} more (-v names all)", first.join(", "), rest.len())
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn names_are_counted_beyond_a_few() {
        let all: Vec<String> = (0..20).map(|n: u32| n.to_string()).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        for (count, want) in [
            (0, ""),
            (1, "0"),
            (10, "0, 1, 2, 3, 4, 5, 6, 7, 8, 9"),
            (11, "0, 1, 2 and 8 more (-v names all)"),
        ] {
            assert_eq!(listed(&all[..count]), want);
        }
    }
}
