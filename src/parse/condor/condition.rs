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
    ///
    /// # Errors
    ///
    /// Why HTCondor's tools refuse to start at it.
    pub fn turn(&mut self, kind: &ConfigKind, macros: &Macros) -> Result<bool, &'static str> {
        let is_alone = self.open.is_empty();
        match kind {
            ConfigKind::Elif(_) | ConfigKind::Else | ConfigKind::Endif if is_alone => {
                return Err("elif, else or endif without an if");
            }
            ConfigKind::If(condition) => {
                // Where nothing counts, no condition is looked at.
                let acts = if self.may_act() { holds(condition, macros)? } else { Some(false) };
                self.open.push(Branch { acts, done: acts });
            }
            ConfigKind::Elif(condition) => self.next(holds(condition, macros).unwrap_or(None)),
            ConfigKind::Else => self.next(Some(true)),
            ConfigKind::Endif => {
                self.open.pop();
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Whether a condition has no end.
    pub fn is_open(&self) -> bool {
        !self.open.is_empty()
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

/// Whether a condition holds, if that is to be known here.
///
/// # Errors
///
/// It is none to HTCondor.
fn holds(condition: &str, macros: &Macros) -> Result<Option<bool>, &'static str> {
    const NONE: &str = "a condition that HTCondor does not take";
    if condition.trim().is_empty() {
        return Err(NONE);
    }
    let Ok(expanded) = macros.expand(condition) else {
        return Ok(None);
    };
    let text = expanded.trim().to_ascii_lowercase();
    let (text, negated) = match text.strip_prefix('!') {
        Some(rest) => (rest.trim(), true),
        None => (text.as_str(), false),
    };
    let holds = match text {
        "" | "defined" | "false" | "no" | "f" => Some(false),
        "true" | "yes" | "t" => Some(true),
        _ => match (text.strip_prefix("defined "), text.strip_prefix("version")) {
            (Some(name), _) if name.trim().contains(char::is_whitespace) => return Ok(None),
            // What is built in beyond our own table is not known.
            (Some(name), _) => macros.get(name.trim()).map(|setting| !setting.raw.is_empty()),
            (None, Some(rest)) => version(rest).ok_or(NONE)?,
            (None, None) => Some(text.parse::<f64>().map_err(|_| NONE)? != 0.0),
        },
    };
    Ok(holds.map(|holds| holds != negated))
}

/// Whether `OPERATOR VERSION` holds of all the versions that are in use, or of none; the outer nothing
/// if it is no such comparison.
fn version(text: &str) -> Option<Option<bool>> {
    let text = text.trim_start();
    let operators = [">=", "<=", "==", "!=", ">", "<"];
    let operator = *operators.iter().find(|operator| text.starts_with(**operator))?;
    let parts = text.strip_prefix(operator)?.trim().split('.');
    let parts: Option<Vec<u32>> = parts.map(|part| part.parse().ok()).collect();
    let parts = parts.filter(|parts| (2..=3).contains(&parts.len()))?;
    let release = parts.get(..2)?;
    let before = release < FIRST.as_slice();
    if !before && release <= LAST.as_slice() {
        return Some(None);
    }
    Some(Some(match operator {
        ">=" | ">" => before,
        "<=" | "<" => !before,
        operator => operator == "!=",
    }))
}

/// The releases that certok was compared with, from the first to the last.
const FIRST: [u32; 2] = [23, 9];
const LAST: [u32; 2] = [25, 14];

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
            ("if ! defined SET\nA=1\nelse\nB=1\nendif", "B", ""),
            ("if version >= 9.0\nA=1\nelse\nB=1\nendif", "A", ""),
            ("if !version >= 9.0\nA=1\nelse\nB=1\nendif", "B", ""),
            ("if version < 23.9\nA=1\nelse\nB=1\nendif", "", "AB"),
            ("if version < 23.8.9\nA=1\nelse\nB=1\nendif", "B", ""),
            ("if version > 25.14.1\nA=1\nelse\nB=1\nendif", "", "AB"),
            ("if version > 25.15\nA=1\nelse\nB=1\nendif", "B", ""),
            ("if version != 8.9.12\nA=1\nelse\nB=1\nendif", "A", ""),
            ("if version >= 24.0\nA=1\nelif true\nB=1\nelse\nC=1\nendif", "", "AB"),
            ("if 1\nA=1\nelif version > 24.0\nB=1\nelse\nC=1\nendif", "A", ""),
            ("if 0\nif nonsense\nA=1\nendif\nendif", "", ""),
        ] {
            let mut branches = Branches::default();
            let (mut found, mut may) = (String::new(), String::new());
            for statement in statements(text) {
                if branches.turn(&statement.kind, &macros).unwrap() {
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

    #[test]
    fn what_is_refused() {
        for text in ["if a && b", "if", "if version >= 9", "if abc", "endif", "else", "elif 1"] {
            let all = statements(text);
            let turned = Branches::default().turn(&all[0].kind, &Macros::default());
            assert!(turned.is_err(), "{text}");
        }
    }
}
