//! Patterns for names: wildcards of a signing_policy, regular expressions of a namespaces file, as
//! far as their meaning is certain. They match whole names without regard to case. The time is at
//! most pattern times name.

use crate::parse::policy::folded;

/// Most bytes of a name that is matched. Real names have about 100. A longer name is never
/// permitted.
pub const MAX_NAME_BYTES: usize = 1024;

/// Steps that a whole folded name must match.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pattern {
    elements: Vec<Element>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
struct Element {
    class: Class,
    repeat: Repeat,
}

/// The characters that an element accepts.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Class {
    Any,
    One(char),
    /// Ranges, and whether they are excluded.
    Set(Vec<(char, char)>, bool),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Repeat {
    Once,
    Optional,
    Star,
    Plus,
}

impl Pattern {
    /// `*` matches any characters, `?` any single one, and other characters themselves: as canl
    /// reads a signing_policy.
    pub fn wildcards(text: &str) -> Self {
        let element = |c| match c {
            '*' => Element::new(Class::Any, Repeat::Star),
            '?' => Element::new(Class::Any, Repeat::Once),
            c => Element::new(Class::One(c), Repeat::Once),
        };
        let elements = folded(text.trim()).chars().map(element).collect();
        Self { elements }
    }

    /// The regular expression of a namespaces file. Without `.*` or similar it is plain text: real
    /// files have names with dots, parentheses and `[Run by the Issuer]`.
    ///
    /// # Errors
    ///
    /// The part whose meaning is uncertain.
    pub fn regex(text: &str) -> Result<Self, String> {
        Self::read(text, !has_meta(text))
    }

    /// The same for a rule that denies, read as widely as possible. It is never plain text, because
    /// canl and VOMS take every pattern as a regular expression.
    ///
    /// # Errors
    ///
    /// The part whose meaning is uncertain.
    pub fn ban(text: &str) -> Result<Self, String> {
        Self::read(text, false)
    }

    fn read(text: &str, literal: bool) -> Result<Self, String> {
        let folded = folded(text.trim_end());
        let body = folded.strip_prefix('^').unwrap_or(&folded);
        // `\$` is a dollar.
        let body = match body.strip_suffix('$') {
            Some(rest) if !rest.ends_with('\\') => rest,
            _ => body,
        };
        let mut reader = Reader { rest: body, literal };
        let mut elements = Vec::new();
        while let Some(c) = reader.next() {
            reader.element(c, &mut elements)?;
        }
        Ok(Self { elements })
    }

    /// Whether it matches the whole of `name`, which must be folded.
    pub fn matches(&self, name: &str) -> bool {
        if name.len() > MAX_NAME_BYTES {
            return false;
        }
        // All possible next elements at once, so that no input takes exponential time.
        let end = self.elements.len();
        let mut now = vec![false; end + 1];
        let mut next = now.clone();
        now[0] = true;
        self.skip(&mut now);
        for c in name.chars() {
            next.fill(false);
            for (at, element) in self.elements.iter().enumerate() {
                if now[at] && element.class.holds(c) {
                    let repeats = matches!(element.repeat, Repeat::Star | Repeat::Plus);
                    next[at + 1] = true;
                    next[at] |= repeats;
                }
            }
            self.skip(&mut next);
            std::mem::swap(&mut now, &mut next);
        }
        now[end]
    }

    /// Adds the elements that can be reached without reading a character.
    fn skip(&self, states: &mut [bool]) {
        for (at, element) in self.elements.iter().enumerate() {
            let free = matches!(element.repeat, Repeat::Star | Repeat::Optional);
            states[at + 1] |= states[at] && free;
        }
    }
}

impl Element {
    fn new(class: Class, repeat: Repeat) -> Self {
        Self { class, repeat }
    }
}

impl Class {
    fn holds(&self, c: char) -> bool {
        match self {
            Self::Any => true,
            Self::One(wanted) => c == *wanted,
            Self::Set(ranges, all_but) => {
                let within = ranges.iter().any(|(from, to)| (*from..=*to).contains(&c));
                within != *all_but
            }
        }
    }
}

/// Whether something in `body` can only be a regular expression.
fn has_meta(body: &str) -> bool {
    let mut rest = body;
    while let Some(c) = rest.chars().next() {
        let tail = rest.get(c.len_utf8()..).unwrap_or_default();
        rest = match c {
            '\\' => {
                let skipped = tail.chars().next().map_or(0, char::len_utf8);
                tail.get(skipped..).unwrap_or_default()
            }
            '.' if tail.starts_with(['*', '+', '?']) => return true,
            '[' => match set(tail) {
                Some((inner, after)) => {
                    let ranged = inner.starts_with('^') || inner.contains('-');
                    if ranged || after.starts_with(['*', '+', '?']) {
                        return true;
                    }
                    after
                }
                None => tail,
            },
            _ => tail,
        };
    }
    false
}

/// The inside of a character class whose `[` was just read, and what follows its `]`; none if it
/// is text: blanks stand in names, not in classes.
fn set(tail: &str) -> Option<(&str, &str)> {
    // Up to the first character that stands in no class: what lies behind a bracket is not looked
    // through for its end once for each of many.
    let stops = |c: char| c.is_whitespace() || "[]\\".contains(c);
    let (inner, rest) = tail.split_at(tail.find(stops)?);
    let after = rest.strip_prefix(']')?;
    (!inner.is_empty() && inner != "^").then_some((inner, after))
}

struct Reader<'a> {
    rest: &'a str,
    literal: bool,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = self.rest.get(c.len_utf8()..).unwrap_or_default();
        Some(c)
    }

    fn element(&mut self, c: char, elements: &mut Vec<Element>) -> Result<(), String> {
        let class = match c {
            '\\' => return self.escape(elements),
            c if self.literal => Class::One(c),
            '.' => Class::Any,
            '[' => match set(self.rest) {
                Some((inner, after)) => {
                    self.rest = after;
                    ranges(inner)?
                }
                None => Class::One(c),
            },
            '(' | ')' | '{' | '}' | '|' | '^' | '$' => {
                return Err(format!("{c} means different things to canl and VOMS"));
            }
            '*' | '+' | '?' => return Err(format!("{c} with nothing to repeat")),
            c => Class::One(c),
        };
        let repeat = self.repeat(&class)?;
        elements.push(Element::new(class, repeat));
        Ok(())
    }

    /// A quantifier behind `.` or a class. Behind a plain character it may as well be text.
    fn repeat(&mut self, class: &Class) -> Result<Repeat, String> {
        if self.literal {
            return Ok(Repeat::Once);
        }
        let repeat = match self.rest.chars().next() {
            Some('*') => Repeat::Star,
            Some('+') => Repeat::Plus,
            Some('?') => Repeat::Optional,
            _ => return Ok(Repeat::Once),
        };
        let quantifier = self.next().unwrap_or_default();
        match class {
            Class::One(c) => Err(format!("{c}{quantifier} may be a repetition or text")),
            _ => Ok(repeat),
        }
    }

    /// An escaped punctuation mark is itself; `\xHH` is how the slash form writes a byte.
    fn escape(&mut self, elements: &mut Vec<Element>) -> Result<(), String> {
        let once = |c| Element::new(Class::One(c), Repeat::Once);
        match self.next() {
            Some('x') => {
                elements.extend(['\\', 'x'].map(once));
                Ok(())
            }
            Some(c) if c.is_ascii_punctuation() || c == ' ' => {
                let repeat = self.repeat(&Class::One(c))?;
                elements.push(Element::new(Class::One(c), repeat));
                Ok(())
            }
            Some(c) => Err(format!("\\{c} is no escape that certok reads")),
            None => Err("a backslash with nothing after it".to_owned()),
        }
    }
}

/// The ranges of a character class.
fn ranges(inner: &str) -> Result<Class, String> {
    let (inner, all_but) = match inner.strip_prefix('^') {
        Some(rest) => (rest, true),
        None => (inner, false),
    };
    let chars: Vec<char> = inner.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&from) = chars.get(at) {
        match (chars.get(at + 1), chars.get(at + 2)) {
            (Some('-'), Some(&to)) if from <= to => {
                found.push((from, to));
                at += 3;
            }
            (Some('-'), Some(to)) => return Err(format!("the empty range {from}-{to}")),
            _ => {
                found.push((from, from));
                at += 1;
            }
        }
    }
    Ok(Class::Set(found, all_but))
}

#[cfg(test)]
mod tests;
