//! Many things of one kind are one finding: how many, the first few names, all of them beside it.

use std::collections::HashMap;
use std::path::Path;

use crate::report::Finding;
use crate::report::Place;
use crate::report::Rule;
use crate::report::Severity;

/// Names in a message; the rest are counted.
const MAX_NAMED: usize = 3;

/// Fixes that are joined to one line; more make no line that anybody would paste.
const MAX_JOINED: usize = 4;

/// What was found, kind by kind, in the order in which each kind was found first.
#[derive(Debug, Default)]
pub struct Tally {
    kinds: Vec<Kind>,
    known: HashMap<(&'static str, Severity, &'static str), usize>,
}

#[derive(Debug)]
struct Kind {
    many: &'static str,
    cases: Vec<(String, Finding)>,
    /// Mends all of them, if each has a fix.
    at_once: Option<String>,
}

/// One kind, told.
#[derive(Clone, Debug)]
pub struct Told {
    /// The finding.
    pub finding: Finding,
    /// Everything that it is about.
    pub names: Vec<String>,
    /// Every line that mends a part of it.
    pub fixes: Vec<String>,
}

impl Tally {
    /// One more: its `name`, and the finding if there is no other of its kind. If there are, it
    /// says so many of what: `"CRLs have expired"`.
    pub fn add(&mut self, many: &'static str, name: impl Into<String>, alone: Finding) {
        let key = (alone.rule.id, alone.severity, many);
        let at = *self.known.entry(key).or_insert_with(|| {
            self.kinds.push(Kind {
                many,
                cases: Vec::new(),
                at_once: None,
            });
            self.kinds.len() - 1
        });
        if let Some(kind) = self.kinds.get_mut(at) {
            kind.cases.push((name.into(), alone));
        }
    }

    /// One `line` that mends all that `rule` found, however many.
    pub fn at_once(&mut self, rule: &Rule, line: String) {
        let of_rule = |kind: &&mut Kind| kind.cases.iter().all(|(_, f)| f.rule.id == rule.id);
        for kind in self.kinds.iter_mut().filter(of_rule) {
            kind.at_once = Some(line.clone());
        }
    }

    /// The findings, those of several things placed at `directory`.
    pub fn told(self, directory: &Path) -> Vec<Told> {
        let kinds = self.kinds.into_iter();
        kinds.filter_map(|kind| kind.told(directory)).collect()
    }
}

impl Kind {
    fn told(self, directory: &Path) -> Option<Told> {
        let (names, findings): (Vec<_>, Vec<_>) = self.cases.into_iter().unzip();
        let fixes: Vec<String> = findings.iter().filter_map(|f| f.fix.clone()).collect();
        let count = findings.len();
        let mut finding = findings.into_iter().next()?;
        if count > 1 {
            finding.message = format!("{count} {}: {}", self.many, listed(&names));
            finding.fix = match fixes.len() {
                0 => None,
                few if few <= MAX_JOINED => Some(fixes.join(" && ")),
                all if all == count => self.at_once,
                _ => None,
            };
            finding = finding.at(Place {
                file: Some(directory.to_path_buf()),
                ..Place::default()
            });
        }
        Some(Told {
            finding,
            names,
            fixes,
        })
    }
}

/// `a, b, c and 5 more`.
pub fn listed(names: &[String]) -> String {
    let (first, rest) = names.split_at(names.len().min(MAX_NAMED));
    let mut text = first.join(", ");
    match rest {
        [] => {}
        [one] => text.push_str(&format!(", {one}")),
        _ => text.push_str(&format!(" and {} more", rest.len())),
    }
    text
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn names_are_counted_beyond_a_few() {
        for (count, want) in [
            (0, ""),
            (1, "0"),
            (3, "0, 1, 2"),
            (4, "0, 1, 2, 3"),
            (5, "0, 1, 2 and 2 more"),
        ] {
            let names: Vec<String> = (0..count).map(|n: u32| n.to_string()).collect();
            assert_eq!(listed(&names), want);
        }
    }
}
