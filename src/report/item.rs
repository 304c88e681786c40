//! Facts.

use crate::text::time::{Seconds, UnixTime};

/// A distinguished name in its text forms.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NameForms {
    /// RFC 4514, which is unambiguous.
    pub rfc4514: String,
    /// The slash form of gridmap files, as `X509_NAME_oneline` of OpenSSL 1 wrote it.
    pub slash: String,
    /// The slash form for the screen: control and bidirectional characters are escaped.
    pub screen: String,
    /// Whether the slash form can be read as another name.
    pub ambiguous: bool,
    /// As alien.py prints it: the RFC 4514 parts in encoded order, joined by `/`, without a leading
    /// `/`.
    pub alien: String,
    /// In encoded order: each RDN a list of (dotted OID, short name or OID, value).
    pub rdns: Vec<Vec<(String, String, String)>>,
}

/// The value of a fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// Parts with facts of their own.
    Items(Vec<Item>),
    /// A name in all its forms.
    Name(Box<NameForms>),
    /// A duration.
    Span(Seconds),
    /// Text. Also hexadecimal, and integers beyond 2^53.
    Text(String),
    /// Several texts.
    Texts(Vec<String>),
    /// An instant.
    Time(UnixTime),
    /// Not known.
    Unknown,
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<Vec<Item>> for Value {
    fn from(value: Vec<Item>) -> Self {
        Self::Items(value)
    }
}

impl From<Seconds> for Value {
    fn from(value: Seconds) -> Self {
        Self::Span(value)
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<Vec<String>> for Value {
    fn from(value: Vec<String>) -> Self {
        Self::Texts(value)
    }
}

impl From<UnixTime> for Value {
    fn from(value: UnixTime) -> Self {
        Self::Time(value)
    }
}

/// A value that is missing is unknown.
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Unknown, Into::into)
    }
}

/// Where a fact is shown. JSON always has it.
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
    pub value: Value,
    /// Where it is shown.
    pub shown: Shown,
}

/// One thing and its facts, in the order in which they are shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// JSON `kind`: snake_case, stable.
    pub kind: &'static str,
    /// The headline of this item in text.
    pub title: String,
    pub facts: Vec<Fact>,
    /// Whether it is about a credential, a CA or a revocation list, and not about a part of one.
    pub is_credential: bool,
    /// Its cells, if text shows it as a row of a table; the report names the columns. Empty if text
    /// shows its facts.
    pub row: Vec<String>,
}

impl Item {
    /// An item without facts.
    pub fn new(kind: &'static str, title: impl Into<String>) -> Self {
        let (facts, row) = (Vec::new(), Vec::new());
        Self { kind, title: title.into(), facts, is_credential: false, row }
    }

    /// An item about a credential. Single values (`--field`) are taken from it.
    pub fn credential(kind: &'static str, title: impl Into<String>) -> Self {
        Self { is_credential: true, ..Self::new(kind, title) }
    }

    /// Adds a fact that text always shows.
    pub fn fact(&mut self, key: &'static str, label: &'static str, value: impl Into<Value>) {
        self.push(key, label, value.into(), Shown::Always);
    }

    /// Adds a fact that text shows with `-v`.
    pub fn detail(&mut self, key: &'static str, label: &'static str, value: impl Into<Value>) {
        self.push(key, label, value.into(), Shown::Verbose);
    }

    /// Adds a fact for JSON alone.
    pub fn machine(&mut self, key: &'static str, value: impl Into<Value>) {
        self.push(key, "", value.into(), Shown::Machine);
    }

    /// Keeps only `keys` in text. `-v` and JSON still show the rest.
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
