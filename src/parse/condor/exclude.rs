//! LOCAL_CONFIG_DIR_EXCLUDE_REGEXP: file names that HTCondor ignores.
//!
//! HTCondor uses PCRE2. Expressions that regex-lite reads in another way are refused here.

use regex_lite::{Regex, RegexBuilder};

/// HTCondor's default: hidden files, and files that editors and package managers leave.
pub const DEFAULT: &str = r"^((\..*)|(.*\.pl)|(.*\.py)|(.*\.sh)|(.*~)|(#.*)|(.*\.rpmsave)|(.*\.rpmnew)|(.*\.dpkg-old)|(.*\.dpkg-dist)|(.*\.cfsaved))$";

/// A regular expression with the same meaning in PCRE2 and regex-lite.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

/// Most bytes of a compiled pattern, about ten times the default. A match takes at most this times
/// the length of a name.
const MAX_SIZE: usize = 1 << 16;

/// Most groups within each other.
const MAX_DEPTH: u32 = 20;

impl Pattern {
    /// None if it has another meaning, or is too large.
    pub fn parse(text: &str) -> Option<Self> {
        let limited = RegexBuilder::new(text).size_limit(MAX_SIZE).nest_limit(MAX_DEPTH).build();
        limited.ok().filter(|_| !reads_otherwise(text)).map(Self)
    }

    /// HTCondor's own.
    pub fn standard() -> Self {
        Self::parse(DEFAULT).expect("the default has nothing unknown in it")
    }

    /// Whether it matches somewhere in `name`.
    pub fn matches(&self, name: &str) -> bool {
        self.0.is_match(name)
    }
}

/// Whether PCRE2 may read `text` in another way than regex-lite: `\<` and `\>` (plain characters),
/// `\b{start}`, `\u`, `(?R)` and other flags, `a*+` (possessive), spaces in `{1, 2}`.
fn reads_otherwise(text: &str) -> bool {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let escaped = after.chars().next().filter(|_| c == '\\');
        let differs = match c {
            '\\' => {
                after.starts_with(['<', '>', 'u', 'U', 'x'])
                    || after.to_ascii_lowercase().starts_with("b{")
            }
            '(' => after.starts_with('?') && !after.starts_with("?:") && !after.starts_with("?i)"),
            '*' | '+' | '?' | '}' => after.starts_with('+'),
            '{' => after.split('}').next().is_some_and(|count| count.contains(char::is_whitespace)),
            _ => false,
        };
        if differs {
            return true;
        }
        rest = after.get(escaped.map_or(0, char::len_utf8)..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn the_names_that_htcondor_skips() {
        let pattern = Pattern::standard();
        for (name, skipped) in [
            ("t", false),
            ("t#", false),
            ("tpl", false),
            ("token.txt", false),
            ("t.swp", false),
            ("t.bak", false),
            ("t.orig", false),
            ("t.dpkg-new", false),
            ("a.b", false),
            ("t~", true),
            ("#t", true),
            (".t", true),
            ("t.pl", true),
            ("t.py", true),
            ("t.sh", true),
            ("t.rpmsave", true),
            ("t.rpmnew", true),
            ("t.dpkg-old", true),
            ("t.dpkg-dist", true),
            ("t.cfsaved", true),
            ("t.PL", false),
        ] {
            assert_eq!(pattern.matches(name), skipped, "{name}");
        }
    }

    #[test]
    fn patterns() {
        for (text, name, matches) in [
            ("", "x", true),
            ("b", "abc", true),
            ("^b", "abc", false),
            ("^a.c$", "abc", true),
            ("ab?c", "ac", true),
            ("ab+c", "ac", false),
            ("(x|(a|b))c", "bc", true),
            (r"(\.bak)?$", "x", true),
            ("^[a-c]{2}$", "ab", true),
            ("^[^a-c]$", "a", false),
            (r"^\d+$", "12", true),
            ("(?i)^A$", "a", true),
            ("(?:a*)*b", "b", true),
            // This takes exponential time where a match goes back.
            ("^(.*)*.*.*.*.*.*x$", &"a".repeat(255), false),
        ] {
            let pattern = Pattern::parse(text).map(|pattern| pattern.matches(name));
            assert_eq!(pattern, Some(matches), "{text} {name}");
        }
    }

    #[test]
    fn what_pcre2_reads_otherwise_is_not_understood() {
        for text in [
            "(a",
            "a)",
            "*a",
            r"(a)\1",
            "a(?=b)",
            "a(?R)b",
            "(?s)a",
            r"\<a",
            r"\>",
            r"\b{start}a",
            r"\u0041",
            r"\xe9",
            "a*+a",
            "a++",
            "a?+",
            "a{1}+",
            "a{1, 2}",
            "[[a]]",
            "[a&&b]",
            r"\Qa\E",
        ] {
            assert!(Pattern::parse(text).is_none(), "{text}");
        }
        assert!(Pattern::parse(r"\\<").is_some(), "an escaped backslash before <");
    }

    #[test]
    fn limits() {
        let deep = |levels| format!("{}{}", "(".repeat(levels), ")".repeat(levels));
        for (text, understood) in [
            (deep(20), true),
            (deep(21), false),
            ("a{100}".to_owned(), true),
            ("(a{1000}){1000}".to_owned(), false),
        ] {
            assert_eq!(Pattern::parse(&text).is_some(), understood, "{text}");
        }
    }
}
