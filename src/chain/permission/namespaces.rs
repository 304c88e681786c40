//! What namespaces files say about one subject. The file of the nearest CA above it that mentions
//! the issuer decides.

use crate::chain::permission::{
    Content, Denial, Issuance, PolicyFile, PolicyFlaw, PolicyFlawKind, PolicyFormat, PolicyLine,
    PolicyVerdict,
};
use crate::parse::policy::folded;
use crate::parse::policy::namespaces::{Issuer, Rule};
use crate::parse::policy::pattern::MAX_NAME_BYTES;

/// What the nearest file that mentions the issuer says.
pub(super) fn judge(issuance: &Issuance<'_>) -> PolicyVerdict {
    let own = issuance.issuer.new_hash();
    let mut aside: Option<PolicyFlaw> = None;
    for hash in issuance.above.iter().map(|known| known.certificate.subject.new_hash()) {
        let named = |file: &&PolicyFile| file.hash == hash;
        for file in issuance.files.iter().filter(named) {
            let Content::Namespaces(content) = &file.content else {
                continue;
            };
            let namespaces = match content {
                Ok(namespaces) => namespaces,
                Err(why) => match issuance.unusable(PolicyFormat::Namespaces, file, why) {
                    PolicyVerdict::Nothing(remark) => {
                        aside = aside.or(remark);
                        continue;
                    }
                    refusal => return refusal,
                },
            };
            let is_meant = |rule: &&Rule| match &rule.issuer {
                Issuer::Own => hash == own,
                Issuer::Named(name) => issuance.is_issuer(name),
            };
            let rules: Vec<&Rule> = namespaces.rules.iter().filter(is_meant).collect();
            if !rules.is_empty() {
                return decide(issuance, file, &rules);
            }
            if hash == own {
                let kind = PolicyFlawKind::OtherCa(others(&namespaces.rules));
                aside = Some(issuance.trouble(PolicyFormat::Namespaces, Some(file), kind));
            }
        }
    }
    match aside {
        Some(trouble) => issuance.no_help(trouble),
        None => PolicyVerdict::Nothing(None),
    }
}

/// A rule that denies is stronger than all that permit. If the meaning of a rule is uncertain, it
/// may deny, but not permit.
fn decide(issuance: &Issuance<'_>, file: &PolicyFile, rules: &[&Rule]) -> PolicyVerdict {
    let subject = folded(&issuance.subject);
    let too_long = subject.len() > MAX_NAME_BYTES;
    let refused = |denial| {
        let kind = PolicyFlawKind::Denied(denial);
        PolicyVerdict::Refuses(issuance.trouble(PolicyFormat::Namespaces, Some(file), kind))
    };
    let fits = |rule: &&&Rule| match &rule.pattern {
        Ok(pattern) if rule.permit => pattern.matches(&subject),
        // Matched as a regular expression, or as the plain text that may have been meant.
        Ok(pattern) => too_long || pattern.matches(&subject) || folded(&rule.text) == subject,
        Err(_) => !rule.permit,
    };
    if let Some(rule) = rules.iter().filter(|rule| !rule.permit).find(fits) {
        return refused(Denial::Banned(rule.line, "DENY"));
    }
    match rules.iter().filter(|rule| rule.permit).find(fits) {
        Some(rule) => {
            PolicyVerdict::Permits(issuance.grant(file, rule.pattern_line, &rule.text), None)
        }
        None => {
            let permits = rules.iter().filter(|rule| rule.permit);
            refused(Denial::NoPattern(permits.map(|rule| entry(rule)).collect()))
        }
    }
}

fn entry(rule: &Rule) -> PolicyLine {
    // A shell wildcard `/*` at the end is a common error. As a regular expression it means
    // something else.
    let glob = rule.text.trim_end().ends_with("/*");
    let glob = glob.then(|| "* alone is no wildcard here, .* is".to_owned());
    PolicyLine {
        line: rule.pattern_line,
        text: rule.text.clone(),
        unclear: rule.pattern.as_ref().err().cloned().or(glob),
    }
}

fn others(rules: &[Rule]) -> Vec<PolicyLine> {
    let mut found: Vec<PolicyLine> = Vec::new();
    for rule in rules {
        if let Issuer::Named(name) = &rule.issuer
            && found.iter().take(MAX_OTHERS).all(|other| other.text != *name)
        {
            found.push(PolicyLine { line: rule.line, text: name.clone(), unclear: None });
        }
    }
    found
}

/// Most names that are compared to report each only once. Files have three or four. This does not
/// change a verdict.
const MAX_OTHERS: usize = 20;
