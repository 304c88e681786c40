//! Which findings are left out or lowered, because of other findings or of the kind of check. Two
//! tables, and the functions that use them.

use crate::check::{ca_lookup, chain, file, file_mode, key_match, place, proxy};
use crate::report::{Finding, Rule, Severity};

/// The left finding is left out if the right one is an error.
const SUPERSEDED: &[(&Rule, &[&Rule])] = &[
    // Certificate and key are missing for the same reason: one PKCS#12 file holds both.
    (&place::PKCS12_ONLY, &[&place::PKCS12_ONLY]),
    (&file::IS_PRIVATE_KEY, &[&key_match::SWAPPED]),
    (&key_match::LOCKED, &[&proxy::KEY_ENCRYPTED]),
    (&key_match::BROKEN, &[&file::MISLABELLED]),
    // The key belongs to the proxy, which comes later in the file.
    (&key_match::MISMATCH, &[&proxy::NOT_FIRST]),
    // The issuer is in the directory, but is not found there.
    (&chain::ISSUER_UNKNOWN, &[&chain::INTERMEDIATE_MISSING]),
    (&chain::ISSUER_UNKNOWN, ca_lookup::RULES),
];

/// Which kind of check adds a finding.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CheckKind {
    /// What it is: `*-info`, and the facts beside the verdict in `*-verify`.
    Credential,
    /// Whether it is good in every respect, although it was not named: `status`, plain `check`.
    InUse,
    /// Whether certificate and key belong together: `*-match`.
    Pair,
    /// Whether a path verifies: `*-verify`.
    Path,
    /// What the proxy is: `proxy-info`.
    Proxy,
}

/// What happens to a finding.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Lowered {
    Nothing,
    Note,
    Warning,
}

/// Rules that are lowered or left out in this kind of check.
const LOWERED: &[(CheckKind, &[&Rule], Lowered)] = &[
    // Only `*-match` asks whether the key can be decrypted.
    (CheckKind::Credential, &[&key_match::LOCKED], Lowered::Note),
    (CheckKind::InUse, &[&key_match::LOCKED], Lowered::Note),
    (CheckKind::Credential, &[&key_match::OLD_CIPHER], Lowered::Warning),
    (CheckKind::Credential, file_mode::RULES, Lowered::Warning),
    // The findings about the file say it better.
    (CheckKind::Proxy, &[&key_match::LOCKED], Lowered::Nothing),
    (CheckKind::Proxy, file_mode::RULES, Lowered::Warning),
    // A match is not about dates, and not about what the pair may be used for.
    (CheckKind::Pair, &[&file::OLD_FIRST, &proxy::IS_USER_CERT], Lowered::Warning),
];

/// Adds `more`, lowered for this kind of check. Leaves out findings that other ones say better.
pub fn add(kind: CheckKind, findings: &mut Vec<Finding>, more: impl IntoIterator<Item = Finding>) {
    let more = more.into_iter().filter_map(|finding| lowered(kind, finding));
    let mut more: Vec<Finding> = more.collect();
    more.retain(|finding| !is_superseded(finding, &*findings));
    findings.retain(|finding| !is_superseded(finding, &more));
    findings.append(&mut more);
}

/// Leaves out findings that other ones say better.
pub fn remove_superseded(findings: &mut Vec<Finding>) {
    let all = findings.clone();
    findings.retain(|finding| {
        let others = all.iter().filter(|other| !other.is(finding.rule));
        !is_superseded(finding, others)
    });
}

/// Whether one of `others` says it better.
fn is_superseded<'a>(finding: &Finding, others: impl IntoIterator<Item = &'a Finding>) -> bool {
    let rows = || SUPERSEDED.iter().filter(|(left, _)| finding.is(left));
    let mut errors = others.into_iter().filter(|other| other.severity == Severity::Error);
    errors.any(|other| rows().any(|(_, right)| other.is_one_of(right)))
}

fn lowered(kind: CheckKind, finding: Finding) -> Option<Finding> {
    let row = LOWERED.iter().find(|(other, rules, _)| *other == kind && finding.is_one_of(rules));
    match row.map(|(_, _, how)| how) {
        None => Some(finding),
        Some(Lowered::Nothing) => None,
        Some(Lowered::Note) => Some(finding.as_note()),
        Some(Lowered::Warning) => Some(finding.as_warning()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(kind: CheckKind, known: &[&'static Rule], more: &[&'static Rule]) -> Vec<&'static str> {
        let found = |rules: &[&'static Rule]| -> Vec<Finding> {
            rules.iter().map(|rule| rule.found("")).collect()
        };
        let mut findings = found(known);
        add(kind, &mut findings, found(more));
        findings.iter().map(|finding| finding.rule.id).collect()
    }

    #[test]
    fn what_is_said_better_is_left_out() {
        let pair = [&file::IS_PRIVATE_KEY, &file::EMPTY];
        assert_eq!(
            ids(CheckKind::Credential, &pair, &[&key_match::SWAPPED]),
            ["file-empty", "cert-key-swapped"]
        );
        let mismatch = [&key_match::MISMATCH];
        assert_eq!(ids(CheckKind::Pair, &[&proxy::NOT_FIRST], &mismatch), ["proxy-not-first"]);
        assert_eq!(ids(CheckKind::Pair, &[], &mismatch), ["key-mismatch"]);
        let bundle = [&place::PKCS12_ONLY];
        assert_eq!(ids(CheckKind::Pair, &bundle, &bundle), ["pkcs12-only"]);
        // A warning supersedes nothing.
        let unknown = [&chain::ISSUER_UNKNOWN];
        assert_eq!(ids(CheckKind::Path, &unknown, &[&ca_lookup::WEB_PKI]).len(), 2);
        assert_eq!(ids(CheckKind::Path, &unknown, &[&ca_lookup::GAP]).len(), 1);
    }

    #[test]
    fn the_question_decides_the_severity() {
        let cases = [
            (CheckKind::Credential, &key_match::LOCKED, Some(Severity::Info)),
            (CheckKind::InUse, &key_match::LOCKED, Some(Severity::Info)),
            (CheckKind::Pair, &key_match::LOCKED, Some(Severity::Error)),
            (CheckKind::Proxy, &key_match::LOCKED, None),
            (CheckKind::Credential, &file::OLD_FIRST, Some(file::OLD_FIRST.severity)),
            (CheckKind::Pair, &file::OLD_FIRST, Some(Severity::Warn)),
            (CheckKind::Credential, &file_mode::KEY_NOT_OWNED, Some(Severity::Warn)),
        ];
        for (kind, rule, severity) in cases {
            let got = lowered(kind, rule.found("")).map(|finding| finding.severity);
            assert_eq!(got, severity, "{} under {kind:?}", rule.id);
        }
    }
}
