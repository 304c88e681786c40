//! What consumers do with one credential.

use crate::check::acceptance::Because;
use crate::check::consumers;
use crate::report::{Finding, Item, Value};

/// One credential, and what each consumer does with it.
pub(super) struct Judged {
    /// What it is: `proxy`.
    pub(super) noun: &'static str,
    /// Where it is, and why it was looked for there.
    pub(super) from: String,
    /// The files that were read.
    pub(super) files: Option<Item>,
    /// A row for each consumer; none if there is nothing to judge.
    pub(super) rows: Vec<Row>,
    /// What certok's own checks say of it. The reasons of consumers are explained by these.
    pub(super) checks: Vec<Finding>,
    /// What concerns nobody's verdict, or why there is nothing to judge.
    pub(super) findings: Vec<Finding>,
    /// Whether its key opens with a passphrase alone.
    pub(super) is_locked: bool,
}

/// What one consumer does.
pub(super) struct Row {
    /// Its name on the command line.
    pub(super) tool: &'static str,
    /// The software, its versions and its use.
    pub(super) software: String,
    /// The heading.
    pub(super) group: &'static str,
    /// Whether it is a client, which loads files; else a server.
    pub(super) is_client: bool,
    /// Whether it accepts the credential. None if this is not known.
    pub(super) accepts: Option<bool>,
    /// Whether the server lets the client in as nobody.
    pub(super) is_anonymous: bool,
    /// Why not.
    pub(super) because: Vec<Because>,
    /// What else is to be known.
    pub(super) note: Option<String>,
    /// Where this behaviour is written down.
    pub(super) source: Option<&'static str>,
}

impl Judged {
    /// A credential that cannot be judged.
    pub(super) fn unread(noun: &'static str, from: String, findings: Vec<Finding>) -> Self {
        Self {
            noun,
            from,
            files: None,
            rows: Vec::new(),
            checks: Vec::new(),
            findings,
            is_locked: false,
        }
    }

    /// Where it is, for a sentence.
    pub(super) fn shown(&self) -> String {
        if self.from.is_empty() { format!("the {}", self.noun) } else { self.from.clone() }
    }

    /// The check that tells of a reason, with this user's advice and fix.
    pub(super) fn check(&self, because: &Because) -> Option<&Finding> {
        let own = |finding: &&Finding| finding.rule.id == because.rule.id;
        let also = |finding: &&Finding| consumers::reports(finding.rule, because.rule);
        self.checks.iter().find(own).or_else(|| self.checks.iter().find(also))
    }
}

impl Row {
    pub(super) fn item(self, noun: &str, from: &str) -> Item {
        let mut item = Item::new("acceptance", self.tool);
        item.machine("tool", self.tool);
        item.machine("credential", noun);
        item.machine("from", from);
        item.fact("software", "software", self.software.clone());
        item.machine("group", self.group);
        item.machine("is_client", self.is_client);
        item.machine("accepts", self.accepts.map_or(Value::Unknown, Value::Bool));
        item.fact("verdict", "verdict", self.verdict());
        let ids: Vec<String> = self.because.iter().map(|one| one.rule.id.to_owned()).collect();
        item.machine("because", ids);
        let reasons = self.because.iter().map(|one| format!("{} [{}]", one.words, one.rule.id));
        let reasons: Vec<String> = reasons.collect();
        match reasons.is_empty() {
            true => item.machine("reasons", reasons),
            false => item.fact("reasons", "because", reasons),
        }
        if let Some(note) = self.note {
            item.fact("note", "note", note);
        }
        if let Some(source) = self.source {
            item.detail("source", "source", source);
        }
        item
    }

    fn verdict(&self) -> &'static str {
        match self.accepts {
            Some(true) if self.is_anonymous => "takes nobody",
            Some(true) if self.is_client => "loads it",
            Some(true) => "takes it",
            Some(false) => "refuses it",
            None => "not known",
        }
    }
}
