//! `if`, `elif`, `else` and `endif`: which statements are in force.

use crate::parse::condor::macros::Macros;
use crate::parse::condor::{ConfigKind, behind_keyword, template};

/// The conditions around a statement, the outermost first.
#[derive(Debug, Default)]
pub struct Branches {
    open: Vec<Branch>,
}

/// One `if` and its alternatives.
#[derive(Debug)]
struct Branch {
    /// Whether its statements are in force now. None if this cannot be known here.
    acts: Option<bool>,
    /// Whether an alternative was in force before. None if this cannot be known here.
    done: Option<bool>,
    /// Whether its `else` was seen.
    is_last: bool,
}

impl Branches {
    /// Handles a statement that belongs to a condition. Returns whether it was one.
    ///
    /// # Errors
    ///
    /// Why HTCondor's tools refuse to start at it.
    pub fn turn(&mut self, kind: &ConfigKind, macros: &Macros) -> Result<bool, &'static str> {
        let innermost = self.open.last();
        match kind {
            ConfigKind::Elif(_) | ConfigKind::Else | ConfigKind::Endif if innermost.is_none() => {
                return Err("elif, else or endif without an if");
            }
            ConfigKind::Elif(_) | ConfigKind::Else if innermost.is_some_and(|one| one.is_last) => {
                return Err("elif or else after an else");
            }
            ConfigKind::If(condition) => {
                // If nothing is in force, conditions are not evaluated.
                let acts = if self.may_act() { holds(condition, macros)? } else { Some(false) };
                self.open.push(Branch { acts, done: acts, is_last: false });
            }
            ConfigKind::Elif(condition) => {
                // The same if an alternative was in force, or the outer conditions do not hold.
                let is_done = innermost.is_some_and(|one| one.done == Some(true));
                let outer = self.open.split_last().map_or(&[][..], |(_, outer)| outer);
                let is_out = outer.iter().any(|branch| branch.acts == Some(false));
                let holds = if is_done || is_out { Some(false) } else { holds(condition, macros)? };
                self.next(holds);
            }
            ConfigKind::Else => {
                self.next(Some(true));
                if let Some(branch) = self.open.last_mut() {
                    branch.is_last = true;
                }
            }
            ConfigKind::Endif => {
                self.open.pop();
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Whether a condition has no `endif`.
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

    /// Whether a statement here is certainly in force.
    pub fn act(&self) -> bool {
        self.open.iter().all(|branch| branch.acts == Some(true))
    }

    /// Whether a statement here may be in force.
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

/// Whether a condition holds, if this can be known here (`Test_config_if_expression` of
/// config.cpp).
///
/// # Errors
///
/// HTCondor does not accept it.
fn holds(condition: &str, macros: &Macros) -> Result<Option<bool>, &'static str> {
    let has_macros = condition.contains('$');
    let Ok(expanded) = macros.expand(condition) else {
        return Ok(None);
    };
    let text = expanded.trim();
    let (text, negated) = match text.strip_prefix('!') {
        Some(rest) => (rest.trim_start(), true),
        None => (text, false),
    };
    let holds = match text {
        "" if has_macros => Some(false),
        _ => value(text, macros)?,
    };
    Ok(holds.map(|holds| holds != negated))
}

/// The words of the error.
const NONE: &str = "a condition that HTCondor does not take";

fn value(text: &str, macros: &Macros) -> Result<Option<bool>, &'static str> {
    let traits = Traits::of(text);
    match crufty(text) {
        Some(value) => return Ok(Some(value)),
        None if traits.is_number() => {
            return Ok(Some(text.parse::<f64>().map_or(0.0, |n| n) != 0.0));
        }
        None => {}
    }
    let keyword = |word| behind_keyword(text, word);
    match (keyword("version"), keyword("defined")) {
        (Some(rest), _) if traits.is_comparison() => version(rest).ok_or(NONE),
        (_, Some("")) => Ok(Some(false)),
        (_, Some(rest)) if traits.is_definition() => defined(rest, macros),
        _ => Err(NONE),
    }
}

/// Words that HTCondor takes as truth values.
fn crufty(text: &str) -> Option<bool> {
    let is = |words: [&str; 3]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(["true", "yes", "t"]) { Some(true) } else { is(["false", "no", "f"]).then_some(false) }
}

fn defined(text: &str, macros: &Macros) -> Result<Option<bool>, &'static str> {
    let traits = Traits::of(text);
    if traits.is_number() || traits.is_identifier() {
        let is_defined = macros.is_defined(text);
        let is_constant = traits.is_number() || crufty(text).is_some();
        return Ok(is_defined.map(|is_defined| is_defined || is_constant));
    }
    let template = behind_keyword(text, "use").ok_or(NONE)?;
    if template.contains(char::is_whitespace) {
        return Err(NONE);
    }
    let (category, template) = template.split_once(':').unwrap_or((template, ""));
    match template::is_category(category) {
        true if template.is_empty() => Ok(Some(true)),
        true => Ok(template::is_template(category, template)),
        false => Ok(Some(false)),
    }
}

/// The kinds of characters in a condition. By them HTCondor decides what it is
/// (`Characterize_config_if_expression`).
#[derive(Default)]
struct Traits {
    space: bool,
    digit: bool,
    alpha: bool,
    /// `_`, `/`, or a dot that is not a decimal point.
    ident: bool,
    comparison: bool,
    colon: bool,
    /// A decimal point or an exponent.
    float: bool,
    other: bool,
}

impl Traits {
    /// Of `text`, which has no white space around it.
    fn of(text: &str) -> Self {
        let mut traits = Self::default();
        let text = text.strip_prefix('-').unwrap_or(text);
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            let next = rest.clone().next();
            let only_digits = traits.digit && !traits.has_words() && !traits.space;
            match c {
                '0'..='9' => traits.digit = true,
                '.' if only_digits && !traits.float => traits.float = true,
                '.' if next.is_none_or(|next| next.is_ascii_digit()) => traits.float = true,
                'e' | 'E' if only_digits => traits.float = true,
                '-' | '+' if only_digits && traits.float => {}
                '.' | '_' | '/' => traits.ident = true,
                ':' => traits.colon = true,
                '<'..='>' => traits.comparison = true,
                '!' if next == Some('=') => traits.comparison = true,
                _ if c.is_ascii_alphabetic() => traits.alpha = true,
                _ if c.is_ascii_whitespace() => traits.space = true,
                _ => traits.other = true,
            }
        }
        traits
    }

    fn has_words(&self) -> bool {
        self.alpha || self.ident || self.comparison || self.colon || self.other
    }

    fn is_number(&self) -> bool {
        self.digit && !self.has_words() && !self.space
    }

    fn is_identifier(&self) -> bool {
        self.alpha && !(self.comparison || self.colon || self.other || self.space)
    }

    fn is_comparison(&self) -> bool {
        let is_whole = self.alpha && self.space && self.comparison && self.digit;
        is_whole && !(self.ident || self.colon || self.other)
    }

    fn is_definition(&self) -> bool {
        let is_odd = self.comparison || self.other || self.float && !self.digit;
        self.alpha && self.space && !is_odd && !(self.colon && self.digit)
    }
}

/// Whether `OPERATOR VERSION` holds for all versions in use, or for none. The outer option is none
/// if it is no such comparison.
fn version(text: &str) -> Option<Option<bool>> {
    let (text, negated) = match text.strip_prefix('!') {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    // A second equals sign, or one behind another character, adds equality.
    let operator = text.chars().next().filter(|c| matches!(c, '<' | '=' | '>'));
    let text = text.strip_prefix(['<', '=', '>']).unwrap_or(text);
    let or_equal = text.starts_with('=');
    let text = text.strip_prefix('=').unwrap_or(text).trim_start();
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let mut parts = text.split('.').map(leading_number).take(3);
    let release = [parts.next()??, parts.next()??];
    if release < [6, 0] {
        return None;
    }
    if (FIRST..=LAST).contains(&release) {
        return Some(None);
    }
    let holds = match (operator, or_equal) {
        (Some('<'), _) => release > LAST,
        (Some('>'), _) => release < FIRST,
        _ => false,
    };
    Some(Some(holds != negated))
}

/// The number at the start of a text.
fn leading_number(text: &str) -> Option<u32> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}

/// The releases with which certok was compared, from the first to the last.
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
            ("if defined NOSUCH\nA=1\nelse\nB=1\nendif", "B", ""),
            ("if defined MASTER\nA=1\nelse\nB=1\nendif", "A", ""),
            ("if defined HOSTNAME\nA=1\nelse\nB=1\nendif", "", "AB"),
            ("if defined 1\nA=1\nendif", "A", ""),
            ("if defined yes\nA=1\nendif", "A", ""),
            ("if defined\nA=1\nelse # x\nB=1\nendif x", "B", ""),
            ("if defined use ROLE\nA=1\nendif", "A", ""),
            ("if defined use ROLE:nosuch\nA=1\nendif", "", ""),
            ("if defined use security:recommended\nA=1\nendif", "", "A"),
            ("if version = 8.8.12\nA=1\nelse\nB=1\nendif", "B", ""),
            ("if version > 9.0.0.0\nA=1\nendif", "A", ""),
            ("if -1\nA=1\nendif", "A", ""),
            ("if 1.5e+3\nA=1\nendif", "A", ""),
            ("if false\nA=1\nelse if true\nB=1\nendif", "B", ""),
            ("if true\nA=1\nelif nonsense x\nB=1\nendif", "A", ""),
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
        for text in [
            "if a && b",
            "if",
            "if version >= 9",
            "if version>=9.0",
            "if version >= 5.0",
            "if version",
            "if abc",
            "if inf",
            "if (true)",
            "if defined (B)",
            "if defined B C",
            "if defined use FEATURE : x",
            "endif",
            "else",
            "elif 1",
            "if 0\nelif\nendif",
            "if 1\nelse\nelse\nendif",
            "if 0\nelse\nelif 1\nendif",
        ] {
            let mut branches = Branches::default();
            let all = statements(text);
            let mut turned = all.iter().map(|one| branches.turn(&one.kind, &Macros::default()));
            assert!(turned.any(|turned| turned.is_err()), "{text}");
        }
    }
}
