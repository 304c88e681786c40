//! The answer of `who`: how many accept the credential; if none does, why not and what to do.

use crate::check::acceptance::Because;
use crate::check::chain::proxy::NOT_ACCEPTED;
use crate::check::{acceptance, consumers};
use crate::command::Call;
use crate::command::who::judged::{Judged, Row};
use crate::consumer::selection::Selection;
use crate::report::{Finding, Report, Severity};

/// The rows, the headline, and the findings.
pub(super) fn conclude(
    report: &mut Report,
    mut judged: Vec<Judged>,
    tool: Option<Selection>,
    call: &Call<'_>,
) {
    if let [one] = judged.as_mut_slice() {
        if !call.exit_only {
            let files = one.files.take();
            report.items.splice(0..0, files);
        }
        report.good = one.good();
        report.findings.extend(one.all_findings(tool));
    } else {
        several(report, &judged, tool);
    }
    for one in judged {
        let (noun, from) = (one.noun, one.from);
        report.acceptance.extend(one.rows.into_iter().map(|row| row.item(noun, &from)));
    }
}

/// One credential that is accepted is enough. Faults of the others become warnings.
fn several(report: &mut Report, judged: &[Judged], tool: Option<Selection>) {
    let taken: Vec<&Judged> = judged.iter().filter(|one| one.is_taken()).collect();
    let there = judged.iter().filter(|one| !one.rows.is_empty()).count();
    let words: Vec<String> = taken.iter().map(|one| one.count()).collect();
    report.good = match taken.len() {
        all if all == there => format!("each of {there} credentials is taken: "),
        1 => format!("1 of {there} credentials is taken: "),
        some => format!("{some} of {there} credentials are taken: "),
    };
    report.good += &words.join("; ");
    let some_fit = !judged.iter().all(Judged::is_unfit);
    for one in judged {
        let findings = one.all_findings(tool).into_iter();
        let findings: Vec<Finding> = match taken.is_empty() && !(some_fit && one.is_unfit()) {
            true => findings.collect(),
            false => findings.map(Finding::as_warning).collect(),
        };
        for finding in findings {
            if !report.findings.iter().any(|known| known.same_as(&finding)) {
                report.findings.push(finding);
            }
        }
    }
}

impl Judged {
    /// Those whose answer counts: servers. Clients alone if no server was asked about.
    fn deciding(&self) -> impl Iterator<Item = &Row> {
        let servers = self.rows.iter().any(|row| !row.is_client);
        self.rows.iter().filter(move |row| row.is_client != servers)
    }

    fn is_taken(&self) -> bool {
        self.deciding().any(|row| row.accepts == Some(true))
    }

    /// Whether none of the software asked about takes such credentials at all.
    fn is_unfit(&self) -> bool {
        let first = |row: &Row| row.because.first().is_some_and(|b| b.rule.id == NOT_ACCEPTED.id);
        self.deciding().next().is_some() && self.deciding().all(first)
    }

    /// How many take or load it: the name of the only one that was asked about, or
    /// `22 of 23 kinds of server`; and whether it is one.
    fn taken_by(&self, clients: bool) -> Option<(String, bool)> {
        let rows: Vec<&Row> = self.rows.iter().filter(|row| row.is_client == clients).collect();
        let taken = rows.iter().filter(|row| row.accepts == Some(true)).count();
        let words = match (rows.as_slice(), clients) {
            ([], _) => return None,
            ([row], _) if taken == 1 => row.software.clone(),
            (rows, true) => format!("{taken} of {} clients", rows.len()),
            (rows, false) => format!("{taken} of {} kinds of server", rows.len()),
        };
        Some((words, taken == 1))
    }

    /// `the proxy by 9 of 23 kinds of server`.
    fn count(&self) -> String {
        let taken = self.taken_by(false).or_else(|| self.taken_by(true));
        format!("the {} by {}", self.noun, taken.unwrap_or_default().0)
    }

    fn good(&self) -> String {
        let name = self.shown();
        let said = |(words, is_one): (String, bool), verb: &str, what: &str| {
            format!("{words} {verb}{} {what}", if is_one { "s" } else { "" })
        };
        let mut words = match (self.taken_by(false), self.taken_by(true)) {
            (Some(taking), None) => said(taking, "take", &name),
            (Some(taking), Some(loading)) => {
                format!("{}; {}", said(taking, "take", &name), said(loading, "load", "it"))
            }
            (None, Some(loading)) => said(loading, "load", &name),
            (None, None) => String::new(),
        };
        if self.is_locked {
            words += "; its key asks for a passphrase";
        }
        words
    }

    /// What is to be said of it beside the rows.
    fn all_findings(&self, tool: Option<Selection>) -> Vec<Finding> {
        let mut findings = self.findings.clone();
        if self.rows.is_empty() {
            return findings;
        }
        let deciding: Vec<&Row> = self.deciding().collect();
        let software = match deciding.as_slice() {
            [row] => row.software.clone(),
            _ => match tool {
                Some(tool) => format!("all software of {}", tool.word),
                None => "all software".to_owned(),
            },
        };
        if !self.is_taken() {
            let refused = deciding.iter().find(|row| row.accepts == Some(false));
            findings.push(match refused.and_then(|row| row.because.first()) {
                Some(because) => self.refusal(because, &software),
                None => {
                    let because = deciding.iter().find_map(|row| row.because.first());
                    self.unknown(because, &software)
                }
            });
        }
        let rest = match self.rows.as_slice() {
            // Of one alone every reason is told.
            [row] => self.explained(&row.because, |finding| {
                finding.severity == Severity::Error || consumers::is_of_files(finding)
            }),
            rows => {
                let all: Vec<Because> =
                    rows.iter().flat_map(|row| row.because.iter().cloned()).collect();
                // What is to be mended on this machine; the rest is in the rows.
                self.explained(&all, |check| self.has_values(check))
            }
        };
        for finding in rest {
            let known = findings.iter().any(|known| known.rule.id == finding.rule.id);
            if !known {
                findings.push(finding.as_warning());
            }
        }
        findings
    }

    /// Whether the check is about files of this machine, which rows do not name.
    fn has_values(&self, check: &Finding) -> bool {
        consumers::is_of_files(check)
            || consumers::of_lookup(&self.checks).is_some_and(|found| found.same_as(check))
    }

    /// The checks that tell of these reasons, each once.
    fn explained(&self, because: &[Because], counts: impl Fn(&Finding) -> bool) -> Vec<Finding> {
        let mut found: Vec<Finding> = Vec::new();
        for one in because {
            let Some(finding) = self.check(one).cloned() else { continue };
            if counts(&finding) && !found.iter().any(|known| known.same_as(&finding)) {
                found.push(finding);
            }
        }
        found
    }

    /// That `software` refuses it: as the check that tells of it, with its advice and its fix.
    fn refusal(&self, because: &Because, software: &str) -> Finding {
        let what = format!("the {}", self.noun);
        let mut finding = acceptance::refusal(because, software, &what);
        let Some(check) = self.check(because) else { return finding };
        if check.is(because.rule) {
            let message = match self.has_values(check) {
                true => format!("{software} refuses {what}: {}", check.message),
                false => finding.message,
            };
            let (severity, exit) = (finding.severity, finding.exit);
            return Finding { message, severity, exit, ..check.clone() };
        }
        finding.advice.clone_from(&check.advice);
        finding.fix.clone_from(&check.fix);
        finding
    }

    /// That nobody knows: the check that stopped certok, or that nothing was measured.
    fn unknown(&self, because: Option<&Because>, software: &str) -> Finding {
        let check = because.and_then(|because| self.check(because));
        match check.filter(|check| check.severity == Severity::Error) {
            Some(check) => check.clone(),
            None => {
                let mut finding = acceptance::unknown(because, software);
                finding.refused_by = Some(Vec::new());
                finding
            }
        }
    }
}
