//! What a token permits.

use crate::check::idtoken::claims::Subject;
use crate::check::idtoken::{Question, rule};
use crate::parse::idtoken::scope::Level;
use crate::report::Finding;
use crate::text::shell;

/// Judges the scope, and whether it grants what was asked.
pub(super) fn check(subject: Subject<'_>, question: &Question) -> Vec<Finding> {
    let scope = &subject.token.scope;
    let noun = subject.noun();
    let mut findings = Vec::new();
    if let Some(kind) = scope.misfit {
        let message = format!("{noun}: the claim scope is {kind}, not a text");
        return vec![subject.says(&rule::CLAIM_FORM, message)];
    }
    if !scope.is_restricted() {
        let message = format!(
            "{noun} is not limited to any authorization: it may do whatever {} may",
            subject.token.subject.as_deref().unwrap_or("its owner")
        );
        findings.push(subject.says(&rule::UNRESTRICTED, message));
    } else if scope.levels.is_empty() {
        let message = format!(
            "{noun} is limited to {}, which HTCondor does not know: it permits nothing",
            scope.unknown.join(", ")
        );
        findings.push(subject.says(&rule::NO_LEVEL, message));
    } else if !scope.unknown.is_empty() {
        let message = format!(
            "{noun} names {} in its scope, which HTCondor does not know",
            scope.unknown.join(", ")
        );
        findings.push(subject.says(&rule::UNKNOWN_LEVEL, message));
    }
    if !scope.lost.is_empty() {
        let message = format!(
            "{noun} has {} in its scope without a condor:/ of its own, so it is ignored",
            scope.lost.join(", ")
        );
        findings.push(subject.says(&rule::COMMA, message));
    }
    if !scope.lower.is_empty() {
        let message =
            format!("{noun} names {} in its scope without capitals", scope.lower.join(", "));
        findings.push(subject.says(&rule::LOWER_CASE, message));
    }
    findings.extend(lacking(subject, question));
    findings
}

/// What was asked and is not granted.
fn lacking(subject: Subject<'_>, question: &Question) -> Option<Finding> {
    let scope = &subject.token.scope;
    let lacking = question.authz.iter().filter(|level| !scope.permits(**level));
    let lacking: Vec<String> = lacking.map(Level::to_string).collect();
    if lacking.is_empty() || scope.levels.is_empty() {
        return None;
    }
    let message = format!(
        "{} is limited to {} by its scope; the authorization {} is asked for",
        subject.noun(),
        scope.described(),
        lacking.join(", ")
    );
    let wanted = question.authz.iter().map(|l| format!("-authz {}", shell::quote(&l.to_string())));
    let wanted: Vec<String> = wanted.collect();
    let advice = format!(
        "request a new token with the authorizations needed: condor_token_request {} -token NAME",
        wanted.join(" ")
    );
    Some(subject.says(&rule::INSUFFICIENT, message).advice(advice))
}
