//! Findings that somebody has looked at and accepts (`--ignore`).

use std::path::Path;

use crate::report::{Case, Exit, Finding, Place, Report, Severity};
use crate::text::time::UnixTime;

/// All accepted findings.
#[derive(Clone, Debug, Default)]
pub struct Accepted(pub Vec<Acceptance>);

/// One accepted finding.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Acceptance {
    /// The id of the rule.
    pub id: &'static str,
    /// Only for this file, CA or subject, if one is given.
    pub name: Option<String>,
    /// When the acceptance ends, if it does.
    pub end: Option<UnixTime>,
    /// Why.
    pub reason: String,
}

impl Acceptance {
    /// Whether it covers a finding of the rule `id` at `place`; or the name stands in `message`.
    fn covers(&self, id: &str, place: &Place, message: &str) -> bool {
        let Some(name) = &self.name else { return self.id == id };
        let mut words =
            message.split_whitespace().map(|word| word.trim_matches([',', ':', '\'', ';']));
        let file = place.file.as_deref().is_some_and(|file| is_called(file, name));
        let subject = place.subject.as_deref();
        let common = subject.and_then(|subject| subject.rsplit_once("/CN=")).map(|(_, name)| name);
        let is_named = file || [subject, common].contains(&Some(name));
        self.id == id && (is_named || words.any(|word| is_called(Path::new(word), name)))
    }
}

/// Whether the file has that name: with or without its directory, with or without its suffix.
fn is_called(file: &Path, name: &str) -> bool {
    let parts = [Some(file.as_os_str()), file.file_name(), file.file_stem()];
    parts.into_iter().flatten().any(|part| part == name)
}

impl Accepted {
    /// Lowers an accepted finding to a note. If the acceptance has ended, says so.
    fn lower(&self, finding: &mut Finding, now: UnixTime) -> bool {
        if finding.severity == Severity::Info {
            return false;
        }
        let id = finding.rule.id;
        let about =
            |place: &Place, message: &str| self.0.iter().find(|one| one.covers(id, place, message));
        let holds = |one: &&Acceptance| one.end.is_none_or(|end| now <= end);
        let is_accepted = |case: &Case| about(&case.place, &case.message).filter(holds).is_some();
        // A finding about several things is accepted only if each of them is.
        let text = if finding.cases.is_empty() { &*finding.message } else { "" };
        let whole = about(&finding.place, text);
        let all = !finding.cases.is_empty() && finding.cases.iter().all(is_accepted);
        let first = finding
            .cases
            .first()
            .filter(|_| all)
            .and_then(|case| about(&case.place, &case.message));
        if let Some(one) = whole.filter(holds).or(first) {
            let why = if one.reason.is_empty() { "--ignore" } else { &one.reason };
            finding.message += &format!(" (accepted: {why})");
            if finding.hides_rest && finding.severity == Severity::Error {
                finding.message += "; because of it, the rest was not judged";
                finding.exit = Exit::Undecided;
                return true;
            }
            finding.severity = Severity::Info;
            finding.exit = Exit::Ok;
            return true;
        }
        if let Some(end) = whole.and_then(|one| one.end) {
            finding.message += &format!(" (was accepted until {})", end.date());
        }
        let before = finding.cases.len();
        finding.cases.retain(|case| !is_accepted(case));
        match (before - finding.cases.len(), finding.cases.as_slice()) {
            (0, _) => {}
            (count, left) => {
                if let [one] = left {
                    finding.message = one.message.clone();
                    finding.place = one.place.clone();
                }
                finding.message += &format!(" ({count} others are accepted)");
            }
        }
        false
    }
}

impl Report {
    /// Makes notes of accepted findings. They no longer decide the exit code.
    pub fn accept(&mut self, accepted: &Accepted) {
        if accepted.0.is_empty() {
            return;
        }
        let at = self.at;
        let count =
            self.findings.iter_mut().filter_map(|f| accepted.lower(f, at).then_some(())).count();
        self.change_decided(|finding| {
            accepted.lower(finding, at);
        });
        if count > 0 {
            let which = if count == 1 { "finding is" } else { "findings are" };
            let rest = format!("{count} {which} accepted");
            self.good = match &*self.good {
                "" => rest,
                good => format!("{good}; {rest}"),
            };
        }
    }
}
