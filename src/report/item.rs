//! Facts.

use crate::text::time::{Seconds, UnixTime};

/// A name in its three text forms.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NameForms {
    /// RFC 4514, unambiguous.
    pub rfc4514: String,
    /// The slash form of gridmap files, as `X509_NAME_oneline` of OpenSSL 1 wrote it.
    pub slash: String,
    /// The slash form for the screen, control and bidirectional characters escaped.
    pub screen: String,
    /// As alien.py prints it: RFC 4514 pieces in encoded order, joined by `/`, none in front.
    pub alien: String,
    /// In encoded order: each RDN a list of (dotted OID, short name or OID, value).
    pub rdns: Vec<Vec<(String, String, String)>>,
}

/// The value of a fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// A number that fits.
    Int(i64),
    /// Parts with facts of their own.
    Items(Vec<Item>),
    /// A name in all its forms.
    Name(Box<NameForms>),
    /// A duration.
    Span(Seconds),
    /// Text; hexadecimal and numbers beyond 2^53 too.
    Text(String),
    /// Several texts.
    Texts(Vec<String>),
    /// An instant.
    Time(UnixTime),
    /// Not known.
    Unknown,
}

/// Who sees a fact; JSON always has it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Shown {
    /// In text always.
    Always,
    /// In text with `-v`.
    Verbose,
    /// In JSON alone.
    Machine,
}

/// One fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// JSON key: snake_case, stable.
    pub key: &'static str,
    /// What the text format calls it.
    pub label: &'static str,
    /// The value.
    pub value: Value,
    /// Who sees it.
    pub shown: Shown,
}

/// One thing and its facts, in the order they are shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// JSON `kind`: snake_case, stable.
    pub kind: &'static str,
    /// The headline of this item in text.
    pub title: String,
    /// The facts.
    pub facts: Vec<Fact>,
    /// In text, its line of a table whose columns the report names; empty if it is shown by its
    /// facts.
    pub row: Vec<String>,
}

impl Item {
    /// An item without facts.
    pub fn new(kind: &'static str, title: impl Into<String>) -> Self {
        Self { kind, title: title.into(), facts: Vec::new(), row: Vec::new() }
    }

    /// Adds a fact that text always shows.
    pub fn fact(&mut self, key: &'static str, label: &'static str, value: Value) {
        self.push(key, label, value, Shown::Always);
    }

    /// Adds a fact that text shows with `-v`.
    pub fn detail(&mut self, key: &'static str, label: &'static str, value: Value) {
        self.push(key, label, value, Shown::Verbose);
    }

    /// Adds a fact for JSON alone.
    pub fn machine(&mut self, key: &'static str, value: Value) {
        self.push(key, "", value, Shown::Machine);
    }

    /// The same with only `keys` in text; `-v` and JSON have the rest too.
    #[must_use]
    pub fn brief(mut self, keys: &[&str]) -> Self {
        let others = |fact: &&mut Fact| fact.shown == Shown::Always && !keys.contains(&fact.key);
        self.facts.iter_mut().filter(others).for_each(|fact| fact.shown = Shown::Verbose);
        self
    }

    /// The value of a fact.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.facts.iter().find(|fact| fact.key == key).map(|fact| &fact.value)
    }

    fn push(&mut self, key: &'static str, label: &'static str, value: Value, shown: Shown) {
        self.facts.push(Fact { key, label, value, shown });
    }
}
