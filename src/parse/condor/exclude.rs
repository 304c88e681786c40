//! LOCAL_CONFIG_DIR_EXCLUDE_REGEXP: names of files that HTCondor passes over.
//!
//! Not a crate: a whole regular expression engine is a lot of code for one setting that hardly
//! anybody changes. What this reader does not know it says.

/// HTCondor's own: hidden files, editors' and package managers' leavings.
pub const DEFAULT: &str = r"^((\..*)|(.*\.pl)|(.*\.py)|(.*\.sh)|(.*~)|(#.*)|(.*\.rpmsave)|(.*\.rpmnew)|(.*\.dpkg-old)|(.*\.dpkg-dist)|(.*\.cfsaved))$";

/// A regular expression of groups, alternatives, `.`, `*`, `+`, `?`, `^`, `$` and plain characters.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pattern {
    alternatives: Vec<Vec<Piece>>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
struct Piece {
    atom: Atom,
    least: usize,
    many: bool,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Atom {
    Any,
    End,
    Group(Pattern),
    Is(char),
    Start,
}

/// Steps of one match. The default takes some hundreds for a long name.
const MAX_STEPS: usize = 200_000;

/// Groups in each other, at most.
const MAX_DEPTH: usize = 20;

impl Pattern {
    /// Nothing if it has something in it that is not known here.
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest: Vec<char> = text.chars().rev().collect();
        let pattern = Self::read(&mut rest, MAX_DEPTH)?;
        rest.is_empty().then_some(pattern)
    }

    /// HTCondor's own.
    pub fn standard() -> Self {
        Self::parse(DEFAULT).expect("the default has nothing unknown in it")
    }

    /// Whether it matches somewhere in `name`; nothing if that takes too long to find out.
    pub fn matches(&self, name: &str) -> Option<bool> {
        let name: Vec<char> = name.chars().collect();
        let mut steps = MAX_STEPS;
        for start in 0..=name.len() {
            if self.at(&name, start, &mut steps, &mut |_, _| Some(true))? {
                return Some(true);
            }
        }
        Some(false)
    }

    fn read(rest: &mut Vec<char>, depth: usize) -> Option<Self> {
        let mut alternatives = vec![Vec::new()];
        while let Some(c) = rest.last().copied() {
            if c == ')' {
                break;
            }
            rest.pop();
            let atom = match c {
                '|' => {
                    alternatives.push(Vec::new());
                    continue;
                }
                '(' if rest.last() != Some(&'?') && depth > 0 => {
                    let group = Self::read(rest, depth - 1)?;
                    rest.pop().filter(|c| *c == ')')?;
                    Atom::Group(group)
                }
                '\\' => Atom::Is(rest.pop().filter(|c| !c.is_ascii_alphanumeric())?),
                '.' => Atom::Any,
                '^' => Atom::Start,
                '$' => Atom::End,
                '(' | '[' | ']' | '{' | '}' | '*' | '+' | '?' => return None,
                c => Atom::Is(c),
            };
            let (least, many) = match rest.last() {
                Some('*') => (0, true),
                Some('+') => (1, true),
                Some('?') => (0, false),
                _ => (1, false),
            };
            if matches!(rest.last(), Some('*' | '+' | '?')) {
                rest.pop();
                // A group that may be empty, any number of times, would never end.
                if many && !matches!(atom, Atom::Any | Atom::Is(_)) {
                    return None;
                }
            }
            let piece = Piece { atom, least, many };
            alternatives.last_mut()?.push(piece);
        }
        Some(Self { alternatives })
    }

    fn at(
        &self,
        name: &[char],
        at: usize,
        steps: &mut usize,
        then: &mut dyn FnMut(usize, &mut usize) -> Option<bool>,
    ) -> Option<bool> {
        for alternative in &self.alternatives {
            if pieces(alternative, name, at, steps, then)? {
                return Some(true);
            }
        }
        Some(false)
    }
}

fn pieces(
    pieces: &[Piece],
    name: &[char],
    at: usize,
    steps: &mut usize,
    then: &mut dyn FnMut(usize, &mut usize) -> Option<bool>,
) -> Option<bool> {
    *steps = steps.checked_sub(1)?;
    let Some((piece, rest)) = pieces.split_first() else {
        return then(at, steps);
    };
    let single = |at: usize| match &piece.atom {
        Atom::Any => name.get(at).is_some(),
        Atom::Is(c) => name.get(at) == Some(c),
        Atom::End | Atom::Group(_) | Atom::Start => false,
    };
    match &piece.atom {
        Atom::Start if at == 0 => self::pieces(rest, name, at, steps, then),
        Atom::End if at == name.len() => self::pieces(rest, name, at, steps, then),
        Atom::Start | Atom::End => Some(false),
        Atom::Group(group) => {
            if piece.least == 0 && self::pieces(rest, name, at, steps, then)? {
                return Some(true);
            }
            group.at(name, at, steps, &mut |end, steps| self::pieces(rest, name, end, steps, then))
        }
        Atom::Any | Atom::Is(_) => {
            let most = if piece.many { usize::MAX } else { 1 };
            let mut taken = 0;
            loop {
                if taken >= piece.least && self::pieces(rest, name, at + taken, steps, then)? {
                    return Some(true);
                }
                if taken >= most || !single(at + taken) {
                    return Some(false);
                }
                taken += 1;
            }
        }
    }
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
            assert_eq!(pattern.matches(name), Some(skipped), "{name}");
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
        ] {
            assert_eq!(Pattern::parse(text).unwrap().matches(name), Some(matches), "{text} {name}");
        }
        for text in ["[a]", "a{2}", r"\d", "(?i)a", "(a*)*", "(a", "a)", "*a"] {
            assert_eq!(Pattern::parse(text), None, "{text}");
        }
        let hard = Pattern::parse(".*.*.*.*.*.*x").unwrap();
        assert_eq!(hard.matches(&"a".repeat(255)), None);
    }
}
