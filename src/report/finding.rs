//! A judgement and its place.

use std::path::PathBuf;

use crate::consumer::Consumer;
use crate::report::{Exit, Fix, Rule, Severity};
use crate::text::shell;

/// Where a finding is.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Place {
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

impl Place {
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self { file: Some(path.into()), ..Self::default() }
    }

    /// A line of a file, if it is known.
    pub fn line(path: impl Into<PathBuf>, line: Option<usize>) -> Self {
        Self { line, ..Self::file(path) }
    }

    /// An environment variable.
    pub fn variable(name: &'static str) -> Self {
        Self { variable: Some(name), ..Self::default() }
    }
}

/// One judgement about one thing.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What kind of finding.
    pub rule: &'static Rule,
    /// The severity of the rule, unless it is lowered for this case.
    pub severity: Severity,
    /// The exit code of the rule, unless it is lowered for this case.
    pub exit: Exit,
    /// The cause, with the values in it.
    pub message: String,
    /// What to do, in words.
    pub advice: String,
    /// How to mend it on this machine, if certok knows.
    pub fix: Option<Fix>,
    /// Where it is.
    pub place: Place,
    /// If the finding is about several things at once: each of them.
    pub cases: Vec<Case>,
    /// Whether the rest could not be judged because of it.
    pub hides_rest: bool,
    /// Which software refuses it: what its rule says, unless fewer refuse this case. Empty if all do,
    /// or none.
    pub minded_by: &'static [Consumer],
    /// Who refuses it here, where that was found out; else its rule says who may.
    pub refused_by: Option<Vec<String>>,
    /// Who takes the credential all the same, where that was found out.
    pub taken_by: Vec<String>,
}

/// One of several things that a finding is about.
#[derive(Clone, Debug)]
pub struct Case {
    /// The cause, with the values of this one.
    pub message: String,
    /// What mends this one.
    pub fix: Option<Fix>,
    /// Where it is.
    pub place: Place,
}

impl Rule {
    /// A finding of this rule. `message` is one sentence: the cause, with values.
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
            hides_rest: false,
            minded_by: self.refused_by,
            refused_by: None,
            taken_by: Vec::new(),
        }
    }
}

/// The advice if no shell line can be printed.
const NO_LINE: &str =
    "there is no line to paste: a name ends with a line break, or must not be shown";

impl Finding {
    /// Whether it is a finding of `rule`.
    pub fn is(&self, rule: &Rule) -> bool {
        self.rule.id == rule.id
    }

    /// Whether it is a finding of one of `rules`.
    pub fn is_one_of(&self, rules: &[&Rule]) -> bool {
        rules.iter().any(|rule| self.is(rule))
    }

    /// Who refuses it, in words.
    pub fn refused_by_words(&self) -> Vec<String> {
        let may = || self.minded_by.iter().map(ToString::to_string).collect();
        self.refused_by.clone().unwrap_or_else(may)
    }

    /// Only these refuse this case, of those that the rule names.
    #[must_use]
    pub fn minded_by(mut self, consumers: &'static [Consumer]) -> Self {
        self.minded_by = consumers;
        self
    }

    /// Whether it says the same thing about the same place.
    pub fn same_as(&self, other: &Self) -> bool {
        let key = |f: &Self| (f.rule.id, f.message.clone(), f.place.clone());
        key(self) == key(other)
    }

    /// Adds the fix. If no shell line can be printed for it, the advice says so instead.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<Fix>) -> Self {
        self.set_fix(fix);
        self
    }

    /// Sets the fix, unless no shell line can be printed for it.
    pub fn set_fix(&mut self, fix: impl Into<Fix>) {
        let fix = fix.into();
        if shell::is_line(fix.line()) {
            self.fix = Some(fix);
        } else if !self.advice.ends_with(NO_LINE) {
            let between = if self.advice.is_empty() { "" } else { "; " };
            self.advice = format!("{}{between}{NO_LINE}", self.advice);
        }
    }

    /// Leaves the links of its fix to the owner of the directory, if this user may not write there.
    pub fn leave_links_to_owner(&mut self, is_writable: bool) {
        if let Some(fix) = self.fix.take_if(|fix| fix.is_links() && !is_writable) {
            self.advice = format!("the owner of the directory can do it: {}", fix.line());
        }
    }

    /// Replaces the advice of the rule.
    #[must_use]
    pub fn advice(mut self, words: impl Into<String>) -> Self {
        self.advice = words.into();
        self
    }

    /// Lowers it to a warning: it is true, but was not asked about, or is not refused here.
    #[must_use]
    pub fn as_warning(mut self) -> Self {
        self.severity = self.severity.max(Severity::Warn);
        self.exit = Exit::Ok;
        self
    }

    /// The same, no error.
    #[must_use]
    pub fn as_warning_if_error(self) -> Self {
        if self.severity == Severity::Error { self.as_warning() } else { self }
    }

    /// The same as a note: nothing is wrong, but the reader should know.
    #[must_use]
    pub fn as_note(mut self) -> Self {
        self.severity = Severity::Info;
        self.exit = Exit::Ok;
        self
    }

    /// Makes the exit code undecided, because not all evidence was looked at: a fault of one path
    /// need not be a fault of another.
    #[must_use]
    pub fn as_undecided(mut self) -> Self {
        if self.exit == Exit::Untrusted {
            self.exit = Exit::Undecided;
        }
        self
    }

    /// Makes it an answer about the CA directory, not about a credential.
    #[must_use]
    pub fn as_stale(mut self) -> Self {
        if self.exit != Exit::Ok {
            self.exit = Exit::Stale;
        }
        self
    }

    /// Sets the place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = place;
        self
    }
}
