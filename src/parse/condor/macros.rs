//! The settings of a configuration, and the expansion of `$(NAME)` in them.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

use crate::parse::condor::function::{self, is_function, path_parts};

/// Where a setting was made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Origin {
    /// Built into HTCondor.
    Default,
    /// In a file, at a line counted from 1.
    File(PathBuf, usize),
    /// In the environment, under this name.
    Variable(String),
}

/// `FILE:LINE`, `$_condor_NAME`, `default`.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path, line) => write!(f, "{}:{line}", path.display()),
            Self::Variable(name) => write!(f, "${name}"),
        }
    }
}

/// A setting as it was written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Setting {
    /// The value. Its macros are not expanded yet.
    pub raw: String,
    /// Where it was set last.
    pub origin: Origin,
}

/// All settings, by name in lower case.
#[derive(Clone, Debug, Default)]
pub struct Macros {
    settings: HashMap<String, Setting>,
    /// Who reads them, in lower case: settings for it alone win.
    subsystem: String,
    /// The environment, for `$ENV(NAME)`.
    variables: HashMap<String, String>,
}

/// The subsystem of HTCondor's tools.
const TOOL: &str = "tool";

/// Bytes of one value. Real ones have some hundred; what grows beyond is a trap.
const MAX_VALUE: usize = 1 << 16;

/// Most times that a setting is inserted into its own value, and most functions in each other.
const MAX_DEPTH: usize = 40;

/// Most macros that are expanded for one value.
const MAX_STEPS: usize = 2_000;

impl Macros {
    /// No settings, in this environment.
    pub fn new(variables: HashMap<String, String>) -> Self {
        Self { settings: HashMap::new(), subsystem: TOOL.to_owned(), variables }
    }

    /// Sets `name`. If the value contains the name itself, its previous value is inserted.
    pub fn set(&mut self, name: &str, value: &str, origin: Origin) {
        let name = name.to_ascii_lowercase();
        // A value that doubles again and again would fill the memory.
        let raw = self.with_itself(value, &name).filter(|raw| raw.len() <= MAX_VALUE);
        self.settings.insert(name, Setting { raw: raw.unwrap_or_default(), origin });
    }

    /// `value` with `$(NAME)` of its own name replaced by the previous value. None if this does not
    /// end.
    fn with_itself(&self, value: &str, name: &str) -> Option<String> {
        let plain = name.strip_prefix("tool.").unwrap_or(name);
        let is_itself = |call: &Call<'_>| {
            let replaces = call.is_plain() || path_parts(call.function).is_some();
            replaces && [name, plain].iter().any(|own| own.eq_ignore_ascii_case(call.name))
        };
        let mut text = value.to_owned();
        for _ in 0..MAX_DEPTH {
            let Some(call) = Call::first(&text, is_itself) else {
                return Some(text);
            };
            // A built-in value that is not known here stays as a macro, and is not evaluated later.
            let Ok(replacement) = self.called(&call, &mut Budget::default()) else {
                return Some(text);
            };
            text = call.replaced(&text, &replacement.unwrap_or_default());
            if text.len() > MAX_VALUE {
                return None;
            }
        }
        None
    }

    /// The same, as `subsystem` reads them.
    pub fn of(&self, subsystem: &str) -> Self {
        Self { subsystem: subsystem.to_ascii_lowercase(), ..self.clone() }
    }

    /// Who has a setting of `name` of its own, but for tools.
    pub fn subsystems_with(&self, name: &str) -> Vec<&str> {
        let end = format!(".{}", name.to_ascii_lowercase());
        let names = self.settings.keys().filter_map(|key| key.strip_suffix(&end));
        let mut names: Vec<&str> = names.filter(|name| *name != TOOL).collect();
        names.sort_unstable();
        names
    }

    /// The setting of `name`: what is set for the subsystem alone wins.
    pub fn get(&self, name: &str) -> Option<&Setting> {
        let name = name.to_ascii_lowercase();
        let own = self.settings.get(&format!("{}.{name}", self.subsystem));
        own.or_else(|| self.settings.get(&name))
    }

    /// The expanded value of `name`. None if it is not set, or empty.
    ///
    /// # Errors
    ///
    /// The part that certok cannot evaluate.
    pub fn value(&self, name: &str) -> Result<Option<String>, String> {
        let Some(setting) = self.get(name) else {
            return Ok(None);
        };
        Ok(Some(self.expand(&setting.raw)?).filter(|value| !value.is_empty()))
    }

    /// Expands the macros in `text`: the first complete one, repeatedly.
    ///
    /// # Errors
    ///
    /// The part that certok cannot evaluate.
    pub fn expand(&self, text: &str) -> Result<String, String> {
        self.expand_within(text, &mut Budget::default())
    }

    fn expand_within(&self, text: &str, budget: &mut Budget) -> Result<String, String> {
        let mut text = text.to_owned();
        while budget.steps > 0 {
            budget.steps -= 1;
            let Some(call) = Call::first(&text, |call| !call.is_dollar()) else {
                while let Some(call) = Call::first(&text, Call::is_dollar) {
                    text = call.replaced(&text, "$");
                }
                return Ok(text);
            };
            let replacement = self.called(&call, budget)?.unwrap_or_default();
            text = call.replaced(&text, &replacement);
            if text.len() > MAX_VALUE {
                return Err("it is too long".to_owned());
            }
        }
        Err(CIRCLES.to_owned())
    }

    /// Whether `name` has a value. None if this is not known here.
    pub fn is_defined(&self, name: &str) -> Option<bool> {
        match self.get(name) {
            Some(setting) => Some(!setting.raw.is_empty()),
            None if is_in(DETECTED, name) => None,
            None => Some(is_built_in(name)),
        }
    }

    /// The text that replaces a call.
    fn called(&self, call: &Call<'_>, budget: &mut Budget) -> Result<Option<String>, String> {
        let fallback = call.fallback.map(str::to_owned);
        match call.function {
            "" => {
                let set = self.lookup(call.name)?.map(str::to_owned);
                Ok(set.filter(|raw| !raw.is_empty()).or(fallback))
            }
            "ENV" => {
                let found = self.variables.get(call.name).cloned();
                Ok(found.or(fallback).or_else(|| Some("UNDEFINED".to_owned())))
            }
            other => function::evaluate(other, call.name, &mut |name| {
                let raw = self.lookup(name)?;
                raw.map(|raw| self.expand_inside(raw, budget)).transpose()
            })
            .map(Some),
        }
    }

    /// Expands what an argument of a function stands for.
    fn expand_inside(&self, raw: &str, budget: &mut Budget) -> Result<String, String> {
        budget.depth = budget.depth.checked_sub(1).ok_or(CIRCLES)?;
        let text = self.expand_within(raw, budget)?;
        budget.depth += 1;
        Ok(text)
    }

    /// The value of `name` as it was written.
    fn lookup(&self, name: &str) -> Result<Option<&str>, String> {
        let set = self.get(name);
        if set.is_none() && is_in(DETECTED, name) {
            return Err(format!("it depends on $({name}), which HTCondor finds out at run time"));
        }
        if set.is_none() && is_built_in(name) {
            return Err(format!("it depends on $({name}), which is built into HTCondor"));
        }
        Ok(set.map(|setting| setting.raw.as_str()))
    }
}

/// What may still be done for one value.
struct Budget {
    /// Macros that are expanded.
    steps: usize,
    /// Arguments of functions in each other.
    depth: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { steps: MAX_STEPS, depth: MAX_DEPTH }
    }
}

const CIRCLES: &str = "its macros go in circles";

fn is_in(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether HTCondor 23.9.6 has a built-in value for the setting, apart from those that certok
/// knows.
fn is_built_in(name: &str) -> bool {
    BUILT_IN.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(name))
}

/// The names in param_info.in that have a default.
const BUILT_IN: &str = include_str!("built_in.txt");

/// Settings that HTCondor detects at run time, often by asking the network.
const DETECTED: &[&str] = &[
    "ARCH",
    "CONDOR_VERSION",
    "DETECTED_CORES",
    "DETECTED_CPUS",
    "DETECTED_CPUS_LIMIT",
    "DETECTED_MEMORY",
    "DETECTED_PHYSICAL_CPUS",
    "FULL_HOSTNAME",
    "HOSTNAME",
    "IP_ADDRESS",
    "IPV4_ADDRESS",
    "IPV6_ADDRESS",
    "LOCALNAME",
    "OPSYS",
    "OPSYSANDVER",
    "OPSYSLEGACY",
    "OPSYSLONGNAME",
    "OPSYSMAJORVER",
    "OPSYSNAME",
    "OPSYSSHORTNAME",
    "OPSYSVER",
    "PID",
    "PPID",
    "REAL_GID",
    "REAL_UID",
    "SUBSYSTEM",
    "UNAME_ARCH",
    "UNAME_OPSYS",
    "USERNAME",
];

/// `$(NAME:FALLBACK)` or `$FUNCTION(ARGUMENTS)` in a text, found as by `next_config_macro` of
/// config.cpp.
struct Call<'a> {
    function: &'a str,
    name: &'a str,
    fallback: Option<&'a str>,
    /// Where it stands in the text.
    range: Range<usize>,
}

impl<'a> Call<'a> {
    /// The first one in `text` that `wanted` accepts.
    fn first(text: &'a str, wanted: impl Fn(&Self) -> bool) -> Option<Self> {
        let mut from = 0;
        loop {
            let at = from + text.get(from..)?.find('$')?;
            let behind = text.get(at + 1..)?;
            let doubled = usize::from(behind.starts_with('$'));
            let word = behind.get(doubled..)?;
            let in_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let end = word.find(|c| !in_word(c)).unwrap_or(word.len());
            let (function, rest) = word.split_at(end);
            let open = at + 1 + doubled + end;
            let is_call = doubled == 0 && (function.is_empty() || is_function(function));
            from = open;
            if !rest.starts_with('(') || !is_call {
                continue;
            }
            from = open + 1;
            let body = text.get(from..)?;
            let Some((length, colon)) = body_of(function, body) else {
                continue;
            };
            let name = body.get(..colon.unwrap_or(length))?;
            let fallback = colon.and_then(|colon| body.get(colon + 1..length));
            let call = Self { function, name, fallback, range: at..from + length + 1 };
            if wanted(&call) {
                return Some(call);
            }
            from += length;
        }
    }

    fn is_plain(&self) -> bool {
        self.function.is_empty()
    }

    /// `$(DOLLAR)`, which stands for the sign itself.
    fn is_dollar(&self) -> bool {
        self.is_plain() && self.fallback.is_none() && self.name.eq_ignore_ascii_case("DOLLAR")
    }

    fn replaced(&self, text: &str, replacement: &str) -> String {
        let part = |range| text.get(range).unwrap_or_default();
        let before = part(0..self.range.start);
        [before, replacement, part(self.range.end..text.len())].concat()
    }
}

/// The length of a call's body, and the position of the colon before a fallback.
fn body_of(function: &str, text: &str) -> Option<(usize, Option<usize>)> {
    if !function.is_empty() && function != "ENV" {
        return Some((text.find(')')?, None));
    }
    let mut colon = None;
    let mut inner_end = 0;
    for (at, c) in text.char_indices() {
        if at < inner_end {
            continue;
        }
        match c {
            ')' => return Some((at, colon)),
            ':' if colon.is_none() => colon = Some(at),
            '(' if colon.is_some() => inner_end = at + text.get(at..)?.find(')')? + 1,
            '$' | ' ' | ',' | '\\' | ':' if colon.is_some() => {}
            '_' | '.' | '/' => {}
            _ if c.is_ascii_alphanumeric() => {}
            _ => return None,
        }
    }
    None
}

/// The position of the closing parenthesis. The opening one is before `text`.
pub(super) fn closing(text: &str) -> Option<usize> {
    let mut open = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => open += 1,
            ')' if open == 0 => return Some(at),
            ')' => open -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn macros(settings: &[(&str, &str)]) -> Macros {
        let variables = HashMap::from([("HOME".to_owned(), "/home/me".to_owned())]);
        let mut macros = Macros::new(variables);
        for (name, value) in settings {
            macros.set(name, value, Origin::Default);
        }
        macros
    }

    #[test]
    fn values() {
        for (settings, value) in [
            (&[("a", "x")][..], Some("x")),
            (&[("A", "x ")], Some("x ")),
            (&[("a", "")], None),
            (&[], None),
            (&[("a", "$(B)/c"), ("b", "/d")], Some("/d/c")),
            (&[("a", "$(B:/e)/c")], Some("/e/c")),
            (&[("a", "$(B:$(D)/e)"), ("d", "f")], Some("f/e")),
            (&[("a", "$(B)c")], Some("c")),
            (&[("a", "x"), ("a", "$(A) y")], Some("x y")),
            (&[("a", "$(A:z) y")], Some("z y")),
            (&[("a", "x"), ("tool.a", "y")], Some("y")),
            (&[("a", "$ENV(HOME)/x")], Some("/home/me/x")),
            (&[("a", "$ENV(NOSUCH:/y)/x")], Some("/y/x")),
            (&[("a", "$ENV(NOSUCH)/x")], Some("UNDEFINED/x")),
            (&[("a", "$(DOLLAR)(B)")], Some("$(B)")),
            (&[("a", "$$(B) $ x $")], Some("$$(B) $ x $")),
            (&[("a", "$(B")], Some("$(B")),
            (
                &[("a", "$( B )$ENV( HOME )$env(HOME)$NONE(B)"), ("b", "x")],
                Some("$( B )$ENV( HOME )$env(HOME)$NONE(B)"),
            ),
            (&[("a", "$()x")], Some("x")),
            (&[("a", "$ENV($(B))"), ("b", "HOME")], Some("/home/me")),
            (&[("a", "$(B:x*y)$(B:x(y)z)")], Some("$(B:x*y)x(y)z")),
            (&[("a", "x"), ("tool.a", "$(A)y")], Some("xy")),
        ] {
            let got = macros(settings).value("a");
            assert_eq!(got, Ok(value.map(str::to_owned)), "{settings:?}");
        }
    }

    #[test]
    fn what_cannot_be_known_is_said() {
        for (settings, reason) in [
            (&[("a", "$(FULL_HOSTNAME)")][..], "run time"),
            (&[("a", "$RANDOM_CHOICE(1,2)")], "another one each time"),
            (&[("a", "$INT(B)"), ("b", "x")], "$INT(B): it is no integer"),
            (&[("a", "$INT(DAEMON_LIST)")], "built into"),
            (&[("a", "$INT(a)")], "circles"),
            (&[("a", "$(DAEMON_LIST)")], "built into"),
            (&[("a", "$(MASTER) x"), ("a", "$(A) y")], "built into"),
            (&[("master", "$(MASTER) x"), ("a", "$(MASTER)")], "circles"),
            (&[("a", "$(b)"), ("b", "$(a)")], "circles"),
        ] {
            let got = macros(settings).value("a").unwrap_err();
            assert!(got.contains(reason), "{settings:?}: {got}");
        }
    }

    #[test]
    fn values_do_not_explode() {
        let mut bomb = macros(&[("a0", "x")]);
        for level in 1..40 {
            let value = format!("$(a{0})$(a{0})$(a{0})", level - 1);
            bomb.set(&format!("a{level}"), &value, Origin::Default);
        }
        assert!(bomb.value("a39").is_err());
        for _ in 0..64 {
            bomb.set("b", "$(b:x)$(b:x)", Origin::Default);
        }
        assert!(bomb.get("b").is_some_and(|setting| setting.raw.len() <= MAX_VALUE));
    }
}
