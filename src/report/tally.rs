//! Counts the results of many operands. No single report is kept.

use crate::report::{EXITS, Exit, Finding, Item, Report, Severity, Value};
use crate::text::time::UnixTime;

/// The counts so far.
#[derive(Clone, Debug)]
pub struct Tally {
    command: &'static str,
    at: UnixTime,
    operands: usize,
    /// Number of operands by exit code, in the order of [`EXITS`].
    exits: Vec<usize>,
    /// Number of findings by severity: errors, warnings, notes.
    findings: [usize; 3],
    /// The finding that decides the exit code; else the first warning.
    telling: Option<Finding>,
}

impl Tally {
    /// With all counts zero.
    pub fn new(command: &'static str, at: UnixTime) -> Self {
        Self {
            command,
            at,
            operands: 0,
            exits: vec![0; EXITS.len()],
            findings: [0; 3],
            telling: None,
        }
    }

    /// Counts the report of one operand.
    pub fn add(&mut self, report: &Report) {
        self.operands += 1;
        let exit = report.exit();
        let row = EXITS.iter().position(|row| row.0 == exit);
        self.exits[row.expect("every exit has a row")] += 1;
        for finding in &report.findings {
            self.count(finding.severity);
        }
        let warning = |f: &&Finding| f.severity == Severity::Warn;
        let findings = report.findings.iter();
        self.hear(report.headline().or_else(|| findings.clone().find(warning)));
    }

    /// Counts a finding about the list of operands itself.
    pub fn note(&mut self, finding: &Finding) {
        self.count(finding.severity);
        self.hear(Some(finding));
    }

    /// The report of all operands: the finding that decides, and an item with the counts.
    pub fn summary(self) -> Report {
        let mut item = Item::new("summary", "summary");
        let count = |n: usize| i64::try_from(n).map_or(Value::Unknown, Value::Int);
        item.machine("operands", count(self.operands));
        let seen = EXITS.iter().zip(&self.exits).filter(|(_, n)| **n > 0);
        let exits = seen.map(|((_, code, name, _), n)| {
            let mut part = Item::new("exit_count", *name);
            part.machine("exit_code", i64::from(*code));
            part.machine("exit_name", *name);
            part.machine("operands", count(*n));
            part
        });
        item.machine("exits", Value::Items(exits.collect()));
        let [errors, warnings, notes] = self.findings;
        item.machine("errors", count(errors));
        item.machine("warnings", count(warnings));
        item.machine("notes", count(notes));
        let mut report = Report::new(self.command, self.at);
        report.good = format!("all {} are good", self.operands);
        report.items.push(item);
        report.findings.extend(self.telling);
        report
    }

    fn count(&mut self, severity: Severity) {
        let [errors, warnings, notes] = &mut self.findings;
        *match severity {
            Severity::Error => errors,
            Severity::Warn => warnings,
            Severity::Info => notes,
        } += 1;
    }

    fn hear(&mut self, finding: Option<&Finding>) {
        let Some(finding) = finding else { return };
        let rank =
            |finding: &Finding| (finding.exit == Exit::Ok, finding.exit.rank_among_operands());
        let worse = |old: &Finding| rank(finding) < rank(old);
        if self.telling.as_ref().is_none_or(worse) {
            self.telling = Some(finding.clone());
        }
    }
}
