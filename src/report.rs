//! What a command found, as plain data: facts (`Item`), judgements (`Finding`), one `Report`.

pub mod tally;

use std::collections::HashSet;
use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::text::shell;
use crate::text::time::{Seconds, UnixTime};

/// Exit codes: one table for all commands. 1 to 6 say that certok could not answer or could not
/// do it; from 10 on they answer about the credential.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Exit {
    /// Everything asked for holds.
    Ok,
    /// Internal error, or output could not be written.
    Error,
    /// Bad arguments.
    Usage,
    /// Nothing to examine.
    NotFound,
    /// Permission denied, malformed, wrong kind of file.
    Unreadable,
    /// Evidence is missing.
    Undecided,
    /// Could not, or only partly, destroy, write, approve.
    NotDone,
    /// Valid now, but for less than `--for`.
    Short,
    /// Past its end.
    Expired,
    /// Before its start.
    NotYetValid,
    /// No path to an anchor, or a rule broken on it.
    Untrusted,
    /// Revoked by its CA.
    Revoked,
    /// Key, name, audience, purpose or type do not fit.
    Mismatch,
    /// Ownership or permissions.
    Unsafe,
    /// CRL or CA directory health.
    Stale,
    /// Warnings, with `--strict` only.
    Warnings,
}

/// The table: code, name, meaning. README and `--help` print it.
pub const EXITS: &[(Exit, u8, &str, &str)] = &[
    (Exit::Ok, 0, "ok", "everything asked for holds; warnings are printed"),
    (Exit::Error, 1, "error", "internal error, or output could not be written"),
    (Exit::Usage, 2, "usage", "bad arguments"),
    (Exit::NotFound, 3, "not-found", "nothing to examine"),
    (Exit::Unreadable, 4, "unreadable", "permission denied, malformed, or the wrong kind of file"),
    (Exit::Undecided, 5, "undecided", "evidence is missing: CA directory, CRL, key or passphrase"),
    (
        Exit::NotDone,
        6,
        "not-done",
        "could not, or only partly, destroy, write or approve; a request denied or timed out",
    ),
    (Exit::Short, 10, "short", "valid now, but for less than --for"),
    (Exit::Expired, 11, "expired", "the credential is past its end"),
    (Exit::NotYetValid, 12, "not-yet-valid", "the credential is before its start"),
    (Exit::Untrusted, 13, "untrusted", "no path to a trust anchor, or a rule is broken on it"),
    (Exit::Revoked, 14, "revoked", "revoked by its CA"),
    (Exit::Mismatch, 15, "mismatch", "key, name, purpose or type do not fit"),
    (Exit::Unsafe, 16, "unsafe", "ownership or permissions"),
    (Exit::Stale, 17, "stale", "CRL or CA directory health"),
    (Exit::Warnings, 18, "warnings", "warnings, with --strict only"),
];

/// Which of several problems gives the headline and the exit code: first wins.
pub const PRECEDENCE: &[Exit] = &[
    Exit::Error,
    Exit::Usage,
    Exit::NotDone,
    Exit::Unreadable,
    Exit::NotFound,
    Exit::Revoked,
    Exit::Expired,
    Exit::NotYetValid,
    Exit::Untrusted,
    Exit::Mismatch,
    Exit::Unsafe,
    Exit::Stale,
    Exit::Undecided,
    Exit::Short,
    Exit::Warnings,
    Exit::Ok,
];

impl Exit {
    /// The process exit code.
    pub fn code(self) -> u8 {
        self.row().1
    }

    /// The kebab-case name.
    pub fn name(self) -> &'static str {
        self.row().2
    }

    fn row(self) -> &'static (Exit, u8, &'static str, &'static str) {
        EXITS.iter().find(|row| row.0 == self).expect("every exit has a row")
    }

    /// Position in [`PRECEDENCE`]; smaller is worse.
    pub fn rank(self) -> usize {
        PRECEDENCE.iter().position(|exit| *exit == self).expect("every exit has a rank")
    }
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// It will be refused, or cannot be used.
    Error,
    /// Works now, but not for long or not everywhere.
    Warn,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// `error`, `warn`, `info`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
        }
    }
}

/// One thing certok can find, described once: `explain`, docs/findings.md, JSON and tests derive
/// from it.
#[derive(Debug)]
pub struct Rule {
    /// Stable kebab-case name.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The exit code it leads to; `Exit::Ok` unless `severity` is `Error`.
    pub exit: Exit,
    /// One sentence: what is the case.
    pub what: &'static str,
    /// Why that matters: what happens to the user.
    pub why: &'static str,
    /// What to do, in words.
    pub advice: &'static str,
    /// Who refuses it, when tools differ; empty when everybody does or nobody.
    pub refused_by: &'static [&'static str],
    /// The standard, or the tool whose behaviour this is.
    pub source: &'static str,
}

impl Rule {
    /// What an error starts from; everything else is to be filled in.
    pub const ERROR: Self = Self {
        id: "",
        severity: Severity::Error,
        exit: Exit::Untrusted,
        what: "",
        why: "",
        advice: "",
        refused_by: &[],
        source: "",
    };
    /// What a warning starts from.
    pub const WARN: Self = Self { severity: Severity::Warn, exit: Exit::Ok, ..Self::ERROR };
    /// What a note starts from.
    pub const INFO: Self = Self { severity: Severity::Info, exit: Exit::Ok, ..Self::ERROR };

    /// A finding of this rule: `message` is one sentence of cause with the values in it.
    pub fn found(&'static self, message: impl Into<String>) -> Finding {
        Finding {
            rule: self,
            severity: self.severity,
            exit: self.exit,
            message: message.into(),
            advice: self.advice.to_owned(),
            fix: None,
            place: Place::default(),
            cases: Vec::new(),
        }
    }
}

/// Where a finding is.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Place {
    /// The file.
    pub file: Option<PathBuf>,
    /// The environment variable.
    pub variable: Option<&'static str>,
    /// The PEM block in the file, counted from 1.
    pub block: Option<usize>,
    /// The line in the file, counted from 1.
    pub line: Option<usize>,
    /// The certificate's subject, in the form for the screen.
    pub subject: Option<String>,
}

/// One judgement about one thing.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What kind of finding.
    pub rule: &'static Rule,
    /// The rule's, unless it weighs less here.
    pub severity: Severity,
    /// The rule's, unless it weighs less here.
    pub exit: Exit,
    /// The cause, with the values in it.
    pub message: String,
    /// What to do, in words.
    pub advice: String,
    /// One line of shell that mends it on this machine, ready to paste.
    pub fix: Option<String>,
    /// Where it is.
    pub place: Place,
    /// Each thing that it is true of, if it speaks of several at once.
    pub cases: Vec<Case>,
}

/// One of several things that a finding is true of.
#[derive(Clone, Debug)]
pub struct Case {
    /// The cause, with this one's values in it.
    pub message: String,
    /// One line of shell that mends this one.
    pub fix: Option<String>,
    /// Where it is.
    pub place: Place,
}

/// Why there is no fix.
const NO_LINE: &str =
    "there is no line to paste: a name ends with a line break, or must not be shown";

impl Finding {
    /// Whether it says the same thing about the same place.
    pub fn same_as(&self, other: &Self) -> bool {
        let key = |f: &Self| (f.rule.id, f.message.clone(), f.place.clone());
        key(self) == key(other)
    }

    /// The same with a fix, unless no line can be printed for it, which its advice says then.
    #[must_use]
    pub fn fix(mut self, line: impl Into<String>) -> Self {
        self.set_fix(line.into());
        self
    }

    /// Sets the fix, unless no line can be printed for it.
    pub fn set_fix(&mut self, line: String) {
        if shell::is_line(&line) {
            self.fix = Some(line);
        } else if !self.advice.ends_with(NO_LINE) {
            let between = if self.advice.is_empty() { "" } else { "; " };
            self.advice = format!("{}{between}{NO_LINE}", self.advice);
        }
    }

    /// The same with other advice than the rule's.
    #[must_use]
    pub fn advice(mut self, words: impl Into<String>) -> Self {
        self.advice = words.into();
        self
    }

    /// The same as a warning: true, but not what was asked about, or not refused here.
    #[must_use]
    pub fn as_warning(mut self) -> Self {
        self.severity = self.severity.max(Severity::Warn);
        self.exit = Exit::Ok;
        self
    }

    /// The same as a note: nothing is wrong, but the reader should know.
    #[must_use]
    pub fn as_note(mut self) -> Self {
        self.severity = Severity::Info;
        self.exit = Exit::Ok;
        self
    }

    /// The same where other evidence was not looked at: what it says of one path need not hold of
    /// another.
    #[must_use]
    pub fn as_undecided(mut self) -> Self {
        if self.exit == Exit::Untrusted {
            self.exit = Exit::Undecided;
        }
        self
    }

    /// The same as an answer about the CA directory, not about a credential.
    #[must_use]
    pub fn as_stale(mut self) -> Self {
        if self.exit != Exit::Ok {
            self.exit = Exit::Stale;
        }
        self
    }

    /// The same, placed.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = place;
        self
    }
}

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

/// The rank of an exit among those of several operands: one that could not be read does not hide
/// an answer about another.
fn behind(exit: Exit) -> usize {
    let unread = matches!(exit, Exit::NotFound | Exit::Unreadable);
    exit.rank() + if unread { PRECEDENCE.len() } else { 0 }
}

/// Everything a command has to say.
#[derive(Clone, Debug)]
pub struct Report {
    /// The command, as typed.
    pub command: &'static str,
    /// The instant judged at.
    pub at: UnixTime,
    /// Which of several operands it is about, where each is reported alone.
    pub operand: Option<String>,
    /// One sentence for the case that all is well.
    pub good: String,
    /// What the columns of its table are called, if some items are rows.
    pub columns: &'static [&'static str],
    /// One line below everything else; in text alone, empty if there is none.
    pub closing: String,
    /// Facts.
    pub items: Vec<Item>,
    /// Judgements; [`Report::sorted`] puts the most telling first.
    pub findings: Vec<Finding>,
    /// For `token`, `completions`, `man`: what to print as it is.
    pub raw: Option<Zeroizing<String>>,
    /// For `token`: the one object of `results`, as the ancestor's JSON has it.
    pub results: Option<Vec<(&'static str, Zeroizing<String>)>>,
    /// Files that have served their purpose once the report is printed: what they hold is in it.
    pub spent: Vec<PathBuf>,
    /// The finding that decides among several operands.
    decided: Option<Box<Finding>>,
}

impl Report {
    /// An empty report.
    pub fn new(command: &'static str, at: UnixTime) -> Self {
        Self {
            command,
            at,
            operand: None,
            good: String::new(),
            columns: &[],
            closing: String::new(),
            items: Vec::new(),
            findings: Vec::new(),
            raw: None,
            results: None,
            spent: Vec::new(),
            decided: None,
        }
    }

    /// A report that is nothing but text to print.
    pub fn raw(command: &'static str, at: UnixTime, text: String) -> Self {
        Self { good: "printed".to_owned(), raw: Some(text.into()), ..Self::new(command, at) }
    }

    /// One report of several operands, each with its name: the worst of their exits decides, and an
    /// operand that could not be read does not hide an answer about another one.
    pub fn combined(command: &'static str, at: UnixTime, parts: Vec<(String, Self)>) -> Self {
        <[(String, Self); 1]>::try_from(parts)
            .map_or_else(|parts| Self::merged(command, at, parts), |[(_, one)]| one)
    }

    fn merged(command: &'static str, at: UnixTime, parts: Vec<(String, Self)>) -> Self {
        let good = format!("all {} are good", parts.len());
        let with_verdict = |(name, mut part): (String, Self)| {
            part.items.insert(0, part.verdict(name));
            part
        };
        let mut all = Self::joined(command, at, parts.into_iter().map(with_verdict).collect());
        all.good = good;
        all
    }

    /// One report of several things: items and findings of all, the worst exit as for operands.
    pub fn joined(command: &'static str, at: UnixTime, parts: Vec<Self>) -> Self {
        let mut all = Self::new(command, at);
        let worst = parts.iter().filter_map(Self::headline).min_by_key(|f| behind(f.exit));
        all.decided = worst.cloned().map(Box::new);
        for part in parts {
            all.items.extend(part.items);
            all.findings.extend(part.findings);
        }
        all
    }

    /// What came of the operand `name`, in one item.
    fn verdict(&self, name: String) -> Item {
        let exit = self.exit();
        let mut item = Item::new("operand", format!("{name}: {}", exit.name()));
        item.machine("file", Value::Text(name));
        item.machine("exit_code", Value::Int(exit.code().into()));
        item.machine("exit_name", Value::Text(exit.name().to_owned()));
        match self.headline() {
            Some(finding) => {
                item.machine("finding", Value::Text(finding.rule.id.to_owned()));
                item.fact("message", "because", Value::Text(finding.message.clone()));
            }
            None => item.machine("finding", Value::Unknown),
        }
        item
    }

    /// The exit of the worst finding.
    pub fn exit(&self) -> Exit {
        self.headline().map_or(Exit::Ok, |finding| finding.exit)
    }

    /// The finding that decides the exit code, if any.
    pub fn headline(&self) -> Option<&Finding> {
        if let Some(finding) = &self.decided {
            return Some(finding);
        }
        self.findings
            .iter()
            .filter(|finding| finding.exit != Exit::Ok)
            .min_by_key(|finding| finding.exit.rank())
    }

    /// The same with findings in the order of telling: errors by precedence, warnings, notes;
    /// within each as they were found, and none twice.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        let mut seen = HashSet::new();
        self.findings.retain(|f| {
            let what = (f.rule.id, f.message.clone(), f.place.clone());
            seen.insert(what)
        });
        let decided = self.decided.as_deref();
        let leads = |f: &Finding| decided.is_some_and(|decided| decided.same_as(f));
        self.findings.sort_by_cached_key(|f| (!leads(f), f.severity, f.exit.rank()));
        self
    }
}
