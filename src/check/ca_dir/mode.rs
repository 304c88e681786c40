//! The modes that the script can mend: those in the findings.

use crate::check::ca_dir::place;
use crate::report::{Finding, Fix};

/// The fixes of findings about modes, with the cause of each.
pub(super) fn steps(findings: &[Finding]) -> Vec<PlanStep> {
    let about = |finding: &&Finding| finding.is_one_of(place::RULES);
    let mut steps = Vec::new();
    for finding in findings.iter().filter(about) {
        let whole = [(&finding.message, &finding.fix)];
        let cases = finding.cases.iter().map(|case| (&case.message, &case.fix));
        let all = whole.into_iter().filter(|_| finding.cases.is_empty()).chain(cases);
        steps.extend(all.filter_map(|(cause, fix)| Some((cause.clone(), vec![fix.clone()?]))));
    }
    steps
}

/// A cause, and the commands that remove it.
pub(super) type PlanStep = (String, Vec<Fix>);
