//! The settings a configuration makes, and what `$(NAME)` in them comes to.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;

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
    /// Macros in it not yet expanded.
    pub raw: String,
    /// Where it was made last.
    pub origin: Origin,
}

/// All settings, by name in lower case.
#[derive(Clone, Debug, Default)]
pub struct Macros {
    settings: HashMap<String, Setting>,
    /// The environment, for `$ENV(NAME)`.
    variables: HashMap<String, String>,
}

/// Bytes of one value. Real ones have some hundred; what grows beyond is a trap.
const MAX_VALUE: usize = 1 << 16;

/// Macros in macros, at most.
const MAX_DEPTH: usize = 40;

/// Macros expanded for one value, at most.
const MAX_STEPS: usize = 10_000;

impl Macros {
    /// None yet, in this environment.
    pub fn new(variables: HashMap<String, String>) -> Self {
        Self { settings: HashMap::new(), variables }
    }

    /// Sets `name`; where the value names itself, what it was so far is put in.
    pub fn set(&mut self, name: &str, value: &str, origin: Origin) {
        let name = name.to_ascii_lowercase();
        let before = self.settings.get(&name).map(|setting| setting.raw.as_str());
        let mut raw = with_itself(value, &name, before.unwrap_or_default());
        // Doubled again and again, a value would fill the memory.
        if raw.len() > MAX_VALUE {
            raw.clear();
        }
        self.settings.insert(name, Setting { raw, origin });
    }

    /// The setting of `name`: what is set for tools alone wins.
    pub fn get(&self, name: &str) -> Option<&Setting> {
        let name = name.to_ascii_lowercase();
        let own = self.settings.get(&format!("tool.{name}"));
        own.or_else(|| self.settings.get(&name))
    }

    /// The value of `name`, expanded; nothing if it is not set, or set to nothing.
    ///
    /// # Errors
    ///
    /// What in it certok does not work out.
    pub fn value(&self, name: &str) -> Result<Option<String>, String> {
        let Some(setting) = self.get(name) else {
            return Ok(None);
        };
        let value = self.expand(&setting.raw)?;
        Ok(Some(value.trim().to_owned()).filter(|value| !value.is_empty()))
    }

    /// `text` with its macros expanded.
    ///
    /// # Errors
    ///
    /// What in it certok does not work out.
    pub fn expand(&self, text: &str) -> Result<String, String> {
        let mut out = String::new();
        self.expand_into(text, &mut out, MAX_DEPTH, &mut 0)?;
        Ok(out)
    }

    fn expand_into(
        &self,
        text: &str,
        out: &mut String,
        depth: usize,
        steps: &mut usize,
    ) -> Result<(), String> {
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            let (before, found) = rest.split_at(at);
            out.push_str(before);
            rest = match Call::read(found) {
                Ok(None) => {
                    let width = if found.starts_with("$$") { 2 } else { 1 };
                    let (dollars, behind) = found.split_at(width);
                    out.push_str(dollars);
                    behind
                }
                Ok(Some(call)) => {
                    *steps += 1;
                    if depth == 0 || *steps > MAX_STEPS {
                        return Err("its macros go in circles".to_owned());
                    }
                    if let Some(replacement) = self.called(&call)? {
                        self.expand_into(replacement, out, depth - 1, steps)?;
                    } else {
                        out.push('$');
                    }
                    call.behind
                }
                Err(reason) => return Err(reason),
            };
            if out.len() > MAX_VALUE {
                return Err("it is too long".to_owned());
            }
        }
        out.push_str(rest);
        Ok(())
    }

    /// What stands for a call; nothing for the dollar sign.
    fn called<'a>(&'a self, call: &Call<'a>) -> Result<Option<&'a str>, String> {
        let fallback = call.fallback.unwrap_or_default();
        if call.function.eq_ignore_ascii_case("ENV") {
            let found = self.variables.get(call.name).map(String::as_str);
            return Ok(Some(found.or(call.fallback).unwrap_or("UNDEFINED")));
        }
        if call.name.eq_ignore_ascii_case("DOLLAR") {
            return Ok(None);
        }
        let is_set = self.get(call.name).is_some();
        if !is_set && DETECTED.iter().any(|name| call.name.eq_ignore_ascii_case(name)) {
            return Err(format!(
                "it depends on $({}), which HTCondor finds out at run time",
                call.name
            ));
        }
        let set = self.get(call.name).map(|setting| setting.raw.as_str());
        Ok(Some(set.filter(|raw| !raw.is_empty()).unwrap_or(fallback)))
    }
}

/// What HTCondor finds out at run time, often by asking the network; what it runs on, which its tools
/// do not all put in.
const DETECTED: &[&str] = &[
    "ARCH",
    "DETECTED_CORES",
    "DETECTED_CPUS",
    "DETECTED_MEMORY",
    "FULL_HOSTNAME",
    "HOSTNAME",
    "IP_ADDRESS",
    "IPV4_ADDRESS",
    "IPV6_ADDRESS",
    "OPSYS",
    "OPSYSANDVER",
    "OPSYSMAJORVER",
    "OPSYSNAME",
    "OPSYSVER",
    "PID",
    "PPID",
    "RANDOM",
    "REAL_UID",
    "REAL_GID",
    "SUBSYSTEM",
    "UNAME_ARCH",
    "UNAME_OPSYS",
    "USERNAME",
];

/// `$FUNCTION(NAME:FALLBACK)` at the start of a text.
struct Call<'a> {
    function: &'a str,
    name: &'a str,
    fallback: Option<&'a str>,
    behind: &'a str,
}

impl<'a> Call<'a> {
    /// Nothing if the dollar sign stands for itself.
    fn read(text: &'a str) -> Result<Option<Self>, String> {
        let inner = text.strip_prefix('$').unwrap_or_default();
        let in_name = |c: char| c.is_ascii_alphabetic() || c == '_';
        let end = inner.find(|c| !in_name(c)).unwrap_or(inner.len());
        let (function, rest) = inner.split_at(end);
        let Some(body) = rest.strip_prefix('(') else {
            return Ok(None);
        };
        let Some(close) = closing(body) else {
            return Ok(None);
        };
        let (body, behind) = body.split_at(close);
        if !function.is_empty() && !function.eq_ignore_ascii_case("ENV") {
            return Err(format!("it uses ${function}(), which certok does not work out"));
        }
        let (name, fallback) = match body.split_once(':') {
            Some((name, fallback)) => (name, Some(fallback)),
            None => (body, None),
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/');
        if name.trim().is_empty() || !name.trim().chars().all(plain) {
            return Ok(None);
        }
        Ok(Some(Self {
            function,
            name: name.trim(),
            fallback,
            behind: behind.get(1..).unwrap_or_default(),
        }))
    }
}

/// Where the parenthesis closes that was opened before `text`.
fn closing(text: &str) -> Option<usize> {
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

/// `value` with `$(NAME)` of its own name replaced by what it was `before`.
fn with_itself(value: &str, name: &str, before: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    while let Some(at) = rest.find("$(") {
        let (head, found) = rest.split_at(at);
        out.push_str(head);
        match Call::read(found) {
            Ok(Some(call)) if call.function.is_empty() && call.name.eq_ignore_ascii_case(name) => {
                let fallback = call.fallback.unwrap_or_default();
                out.push_str(if before.is_empty() { fallback } else { before });
                rest = call.behind;
            }
            _ => {
                out.push_str("$(");
                rest = found.get(2..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
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
            (&[("A", " x ")], Some("x")),
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
        ] {
            let got = macros(settings).value("a");
            assert_eq!(got, Ok(value.map(str::to_owned)), "{settings:?}");
        }
    }

    #[test]
    fn what_cannot_be_known_is_said() {
        for (settings, reason) in [
            (&[("a", "$(FULL_HOSTNAME)")][..], "run time"),
            (&[("a", "$RANDOM_CHOICE(1,2)")], "$RANDOM_CHOICE()"),
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
