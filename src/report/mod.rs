//! What a command found, as plain data: facts (`Item`), judgements (`Finding`), one `Report`.

mod accepted;
mod alien;
mod exit;
mod finding;
mod fix;
mod item;
mod rule;
pub mod tally;

use std::collections::HashSet;
use std::fmt;
use std::path::PathBuf;

use zeroize::Zeroizing;

pub use crate::report::accepted::{Acceptance, Accepted};
pub use crate::report::alien::AlienForm;
pub use crate::report::exit::{EXITS, Exit, PRECEDENCE};
pub use crate::report::finding::{Case, Finding, Place};
pub use crate::report::fix::{Action, Fix, KEY_MARK, Made, Mode, NewText, Rewrite};
pub use crate::report::item::{Fact, Item, NameForms, Shown, Value};
pub use crate::report::rule::{Rule, Severity, Step};
use crate::text::time::{Seconds, UnixTime};

/// One of several operands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Operand {
    /// The name as the user gave it.
    pub name: String,
    /// Block and line, counted from 1, if only this block of the file is meant.
    pub part: Option<(usize, usize)>,
}

/// `bundle.pem block 3 line 61`
impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.part.map_or(Ok(()), |(block, line)| write!(f, " block {block} line {line}"))
    }
}

/// The result of a command.
#[derive(Clone, Debug)]
pub struct Report {
    /// The command, as typed.
    pub command: &'static str,
    /// The instant judged at.
    pub at: UnixTime,
    /// The operand that it is about, if each operand has its own report.
    pub operand: Option<Operand>,
    /// How long what is judged must stay valid: `--for`; nothing if that was not asked.
    pub need: Seconds,
    /// One sentence that is printed if there is nothing wrong.
    pub good: String,
    /// Headings of the table, if some items are rows.
    pub columns: &'static [&'static str],
    /// The last line of the text format; empty if there is none.
    pub closing: String,
    /// Facts.
    pub items: Vec<Item>,
    /// What is known of the credential besides, for those that ask for single values alone.
    pub about: Vec<Item>,
    /// What each consumer does with the credential, for `who`: a row each.
    pub acceptance: Vec<Item>,
    /// Judgements. [`Report::sorted`] puts the most important first.
    pub findings: Vec<Finding>,
    /// Text to print as it is, for `token`, `completions` and `man`.
    pub raw: Option<Zeroizing<String>>,
    /// For `token`: the object in `results`, as alien.py's JSON has it.
    pub results: Option<Vec<(&'static str, Zeroizing<String>)>>,
    /// Files to remove once the report is printed, because their content is in it.
    pub spent: Vec<PathBuf>,
    /// If there are several operands: the finding that decides the exit code.
    decided: Option<Box<Finding>>,
}

impl Report {
    /// An empty report.
    pub fn new(command: &'static str, at: UnixTime) -> Self {
        Self {
            command,
            at,
            operand: None,
            need: Seconds(0),
            good: String::new(),
            columns: &[],
            closing: String::new(),
            items: Vec::new(),
            about: Vec::new(),
            acceptance: Vec::new(),
            findings: Vec::new(),
            raw: None,
            results: None,
            spent: Vec::new(),
            decided: None,
        }
    }

    /// A report of one finding.
    pub fn of(command: &'static str, at: UnixTime, finding: Finding) -> Self {
        Self { findings: vec![finding], ..Self::new(command, at) }
    }

    /// A report that is nothing but text to print.
    pub fn raw(command: &'static str, at: UnixTime, text: String) -> Self {
        Self { good: "printed".to_owned(), raw: Some(text.into()), ..Self::new(command, at) }
    }

    /// One report of several operands, each with its name. The worst exit code decides; but an
    /// operand that could not be read does not hide an answer about another one.
    pub fn combined(command: &'static str, at: UnixTime, parts: Vec<(Operand, Self)>) -> Self {
        <[(Operand, Self); 1]>::try_from(parts)
            .map_or_else(|parts| Self::merged(command, at, parts), |[(_, one)]| one)
    }

    fn merged(command: &'static str, at: UnixTime, parts: Vec<(Operand, Self)>) -> Self {
        let good = format!("all {} are good", parts.len());
        let with_verdict = |(operand, mut part): (Operand, Self)| {
            part.items.insert(0, part.verdict(&operand));
            part
        };
        let mut all = Self::joined(command, at, parts.into_iter().map(with_verdict).collect());
        all.good = good;
        all
    }

    /// One report of several things: all items and findings. The worst exit code decides, as for
    /// operands.
    pub fn joined(command: &'static str, at: UnixTime, parts: Vec<Self>) -> Self {
        let mut all = Self::new(command, at);
        let worst =
            parts.iter().filter_map(Self::headline).min_by_key(|f| f.exit.rank_among_operands());
        all.decided = worst.cloned().map(Box::new);
        for part in parts {
            all.items.extend(part.items);
            all.findings.extend(part.findings);
        }
        all
    }

    /// One item that says how `operand` was judged.
    fn verdict(&self, operand: &Operand) -> Item {
        let exit = self.exit();
        let mut item = Item::new("operand", format!("{operand}: {}", exit.name()));
        item.machine("file", operand.name.clone());
        if let Some((block, line)) = operand.part {
            item.machine("block", i64::try_from(block).unwrap_or(i64::MAX));
            item.machine("line", i64::try_from(line).unwrap_or(i64::MAX));
        }
        item.machine("exit_code", Value::Int(exit.code().into()));
        item.machine("exit_name", exit.name());
        match self.headline() {
            Some(finding) => {
                item.machine("finding", finding.rule.id);
                item.fact("message", "because", finding.message.clone());
            }
            None => item.machine("finding", Value::Unknown),
        }
        item
    }

    /// The exit code of the worst finding.
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

    /// Changes the finding that decided among several operands. If it is no longer an error, the
    /// worst of the other findings decides.
    fn change_decided(&mut self, change: impl Fn(&mut Finding)) {
        let Some(mut decided) = self.decided.take() else { return };
        change(&mut decided);
        if decided.exit != Exit::Ok {
            self.decided = Some(decided);
            return;
        }
        let left = self.findings.iter().filter(|finding| finding.exit != Exit::Ok);
        let worst = left.min_by_key(|finding| finding.exit.rank_among_operands());
        self.decided = worst.cloned().map(Box::new);
    }

    /// Changes the finding that decides the exit code, in whichever field it is.
    pub fn change_headline(&mut self, change: impl Fn(&mut Finding)) {
        let Some(headline) = self.headline().cloned() else { return };
        let all = self.findings.iter_mut().chain(self.decided.as_deref_mut());
        all.filter(|finding| finding.same_as(&headline)).for_each(change);
    }

    /// Sorts the findings: errors by precedence, then warnings, then notes. Within each group the
    /// order stays. Duplicates are removed.
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
