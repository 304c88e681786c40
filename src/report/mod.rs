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
use crate::text::time::UnixTime;

/// One of several operands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Operand {
    /// As it was given.
    pub name: String,
    /// Block and line of it, counted from 1, if that alone is meant.
    pub part: Option<(usize, usize)>,
}

/// `bundle.pem block 3 line 61`
impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.part.map_or(Ok(()), |(block, line)| write!(f, " block {block} line {line}"))
    }
}

/// Everything a command has to say.
#[derive(Clone, Debug)]
pub struct Report {
    /// The command, as typed.
    pub command: &'static str,
    /// The instant judged at.
    pub at: UnixTime,
    /// Which of several operands it is about, where each is reported alone.
    pub operand: Option<Operand>,
    /// One sentence for the case that all is well.
    pub good: String,
    /// What the columns of its table are called, if some items are rows.
    pub columns: &'static [&'static str],
    /// One line below everything else; in text alone, empty if there is none.
    pub closing: String,
    /// Facts.
    pub items: Vec<Item>,
    /// What is known of the credential besides, for those that ask for single values alone.
    pub about: Vec<Item>,
    /// What each consumer does with the credential, for `who`: a row each.
    pub acceptance: Vec<Item>,
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

    /// One report of several operands, each with its name: the worst of their exits decides, and an
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

    /// One report of several things: items and findings of all, the worst exit as for operands.
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

    /// What came of `operand`, in one item.
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

    /// Weighs what decided among several operands once more: what is no error decides nothing, and
    /// the worst of the rest does then.
    fn settle_again(&mut self, weigh: impl Fn(&mut Finding)) {
        let Some(mut decided) = self.decided.take() else { return };
        weigh(&mut decided);
        if decided.exit != Exit::Ok {
            self.decided = Some(decided);
            return;
        }
        let left = self.findings.iter().filter(|finding| finding.exit != Exit::Ok);
        let worst = left.min_by_key(|finding| finding.exit.rank_among_operands());
        self.decided = worst.cloned().map(Box::new);
    }

    /// Changes the finding that decides the exit code, wherever it stands.
    pub fn change_headline(&mut self, change: impl Fn(&mut Finding)) {
        let Some(headline) = self.headline().cloned() else { return };
        let all = self.findings.iter_mut().chain(self.decided.as_deref_mut());
        all.filter(|finding| finding.same_as(&headline)).for_each(change);
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
