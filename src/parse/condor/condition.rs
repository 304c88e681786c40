//! `if`, `elif`, `else` and `endif`: which statements count.

use crate::parse::condor::ConfigKind;
use crate::parse::condor::macros::Macros;

/// The conditions that surround a statement, the outermost first.
#[derive(Debug, Default)]
pub struct Branches {
    open: Vec<Branch>,
}

/// One `if` and its alternatives.
#[derive(Debug)]
struct Branch {
    /// Whether its statements count now; nothing if that is not to be known here.
    acts: Option<bool>,
    /// Whether an alternative was taken that far.
    done: Option<bool>,
}

impl Branches {
    /// Takes a statement that belongs to a condition; whether it did.
    pub fn turn(&mut self, kind: &ConfigKind, macros: &Macros) -> bool {
        match kind {
            ConfigKind::If(condition) => {
                let acts = holds(condition, macros);
                self.open.push(Branch { acts, done: acts });
            }
            ConfigKind::Elif(condition) => self.next(holds(condition, macros)),
            ConfigKind::Else => self.next(Some(true)),
            ConfigKind::Endif => {
                self.open.pop();
            }
            _ => return false,
        }
        true
    }

    fn next(&mut self, holds: Option<bool>) {
        if let Some(branch) = self.open.last_mut() {
            branch.acts = both(branch.done.map(|done| !done), holds);
            branch.done = match (branch.done, holds) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            };
        }
    }

    /// Whether a statement here counts for sure.
    pub fn act(&self) -> bool {
        self.open.iter().all(|branch| branch.acts == Some(true))
    }

    /// Whether a statement here may count.
    pub fn may_act(&self) -> bool {
        self.open.iter().all(|branch| branch.acts != Some(false))
    }
}

fn both(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// Whether a condition holds, if that is to be known here: HTCondor's version is not.
fn holds(condition: &str, macros: &Macros) -> Option<bool> {
    let expanded = macros.expand(condition).ok()?;
    let text = expanded.trim().to_ascii_lowercase();
    let (text, negated) = match text.strip_prefix('!') {
        Some(rest) => (rest.trim(), true),
        None => (text.as_str(), false),
    };
    let holds = match text {
        "" | "false" | "no" | "f" => false,
        "true" | "yes" | "t" => true,
        _ => match text.strip_prefix("defined ") {
            // What is built in beyond our own table is not known.
            Some(name) => !macros.get(name.trim())?.raw.is_empty(),
            None => text.parse::<f64>().ok()? != 0.0,
        },
    };
    Some(holds != negated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::condor::macros::Origin;
    use crate::parse::condor::statements;

    #[test]
    fn what_counts() {
        let mut macros = Macros::default();
        macros.set("SET", "yes", Origin::Default);
        macros.set("BARE", "", Origin::Default);
        // For each text the assignments that count for sure, then those that may.
        for (text, sure, maybe) in [
            ("A=1", "A", ""),
            ("if true\nA=1\nelse\nB=1\nendif\nC=1", "AC", ""),
            ("if 0\nA=1\nelif 1\nB=1\nelif 1\nC=1\nelse\nD=1\nendif", "B", ""),
            ("if ! no\nA=1\nendif", "A", ""),
            ("if $(SET)\nA=1\nendif", "A", ""),
            ("if $(NOSUCH)\nA=1\nendif", "", ""),
            ("if defined SET\nA=1\nendif", "A", ""),
            ("if defined BARE\nA=1\nelse\nB=1\nendif", "B", ""),
            ("if defined NOSUCH\nA=1\nelse\nB=1\nendif", "", "AB"),
            ("if version >= 9\nA=1\nelif true\nB=1\nelse\nC=1\nendif", "", "AB"),
            ("if 1\nA=1\nelif version > 3\nB=1\nelse\nC=1\nendif", "A", ""),
            ("if 0\nif version > 3\nA=1\nendif\nendif", "", ""),
            ("if a && b\nA=1\nendif", "", "A"),
            ("endif\nA=1", "A", ""),
        ] {
            let mut branches = Branches::default();
            let (mut found, mut may) = (String::new(), String::new());
            for statement in statements(text) {
                if branches.turn(&statement.kind, &macros) {
                    continue;
                }
                let ConfigKind::Assign(name, _) = statement.kind else {
                    panic!("{text}");
                };
                if branches.act() {
                    found.push_str(&name);
                } else if branches.may_act() {
                    may.push_str(&name);
                }
            }
            assert_eq!((found.as_str(), may.as_str()), (sure, maybe), "{text}");
        }
    }
}
