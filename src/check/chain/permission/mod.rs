//! Findings about signing_policy and namespaces files.

mod rule;

use std::path::Path;

use crate::chain::permission::{
    Denial, PolicyFlaw, PolicyFlawKind, PolicyFormat, PolicyLine, Unusable,
};
use crate::check::ca_index::LINK_AS_TEXT;
pub use crate::check::chain::permission::rule::*;
use crate::parse::policy::MAX_POLICY_BYTES;
use crate::parse::policy::hint::meant;
use crate::report::{Action, Finding, Place, Rule};

/// A policy file that is in the CA directory, but has no name that is searched.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Misnamed {
    /// The kind of file.
    pub format: PolicyFormat,
    /// Slash form of the CA's name.
    pub issuer: String,
    /// The right name.
    pub wanted: String,
    /// The names that it has. The most similar one comes first.
    pub names: Vec<String>,
    /// The name of one that is no link, as the target of a new link.
    pub target: Option<String>,
}

/// The finding for one flaw. `name` is the certificate it is about, as a person names it.
pub fn explain(trouble: &PolicyFlaw, name: &str) -> Finding {
    let PolicyFlaw { format, issuer, subject, .. } = trouble;
    let file = trouble.file.as_ref().map_or_else(String::new, ToString::to_string);
    let (found, line) = match &trouble.kind {
        PolicyFlawKind::Denied(denial) => {
            let (why, line) = why(denial, issuer);
            let message = format!("{subject} is not permitted by {file}: {why}");
            let found = of(*format, &SIGNING_DENIES, &NAMESPACES_DENIES).found(message);
            match is_slip(denial, *format) {
                true => (found.advice(SLIP), line),
                false => (found, line),
            }
        }
        PolicyFlawKind::Missing(hash, wanted) => {
            let names = wanted.iter().map(|format| format!("{hash}.{}", format.extension()));
            let names: Vec<String> = names.collect();
            let message = format!(
                "the CA {issuer}, which signed {name}, has no {} in the CA directory",
                names.join(" or ")
            );
            let rule = if *wanted == [PolicyFormat::SigningPolicy] {
                &SIGNING_MISSING
            } else {
                &NAMESPACES_MISSING
            };
            (rule.found(message), None)
        }
        PolicyFlawKind::OtherCa(others) => {
            let about = match format {
                PolicyFormat::SigningPolicy => "no entry (access_id_CA) for",
                PolicyFormat::Namespaces => "no rule (TO Issuer) for",
            };
            let message = format!("{file} has {about} the CA {issuer}{}", named(others));
            let line = others.first().map(|entry| entry.line);
            (of(*format, &SIGNING_OTHER, &NAMESPACES_OTHER).found(message), line)
        }
        PolicyFlawKind::Unfinished(line) => {
            let message = format!(
                "{file}: line {line} ends without a newline, and Globus misses its closing quote: \
                 it cannot read the policy of the CA {issuer}"
            );
            (SIGNING_UNFINISHED.found(message), Some(*line))
        }
        PolicyFlawKind::Unusable(why) => unusable(*format, &file, issuer, why),
    };
    found.at(Place {
        file: trouble.file.as_ref().map(|file| file.path.clone()),
        line,
        ..Place::default()
    })
}

/// The same as a remark: the mode that was asked for ignores it, other modes do not.
pub fn remark(trouble: &PolicyFlaw) -> Finding {
    let mut found = explain(trouble, "");
    if !matches!(trouble.kind, PolicyFlawKind::Unfinished(_)) {
        found.message.push_str("; canl treats the file as absent");
    }
    found.as_warning()
}

/// CAs without a signing_policy, if none is required: names and hashes.
pub fn missing(cas: &[(&str, &str)]) -> Finding {
    let one = |(issuer, hash): &(&str, &str)| format!("{issuer} ({hash}.signing_policy)");
    let names: Vec<String> = cas.iter().map(one).collect();
    let message = format!(
        "the CA directory has no signing_policy for {}: Globus refuses what is signed by a CA \
         without one",
        names.join(", ")
    );
    SIGNING_MISSING.found(message).as_note()
}

/// A file with a wrong name. An error if the file is required.
pub fn misnamed(directory: &Path, found: &Misnamed, required: bool) -> Finding {
    let rule = of(found.format, &SIGNING_MISNAMED, &NAMESPACES_MISNAMED);
    let first = found.names.first().map_or("", String::as_str);
    let also = match found.names.get(1..).unwrap_or_default() {
        [] => String::new(),
        others => {
            let others: Vec<&str> = others.iter().take(MAX_NAMED).map(String::as_str).collect();
            format!(" (also there: {})", others.join(", "))
        }
    };
    let finding = rule.found(format!(
        "the {} of the CA {} is misnamed: it is {first}{also}, and must be named {}",
        found.format.extension(),
        found.issuer,
        found.wanted
    ));
    let finding = finding.at(Place::file(directory.join(first)));
    let finding = match &found.target {
        Some(target) => finding.fix(Action::Link {
            path: directory.join(&found.wanted),
            target: target.into(),
            again: false,
        }),
        None => finding,
    };
    if required { finding } else { finding.as_warning() }
}

/// The advice for a typing error in a line.
const SLIP: &str = "let an administrator correct the line, or reinstall the CA package";

/// Whether the line does not say what its author meant, because of a keyword or the wrong quotes.
fn is_slip(denial: &Denial, format: PolicyFormat) -> bool {
    match denial {
        Denial::Condition(_, word) => meant(word).is_some(),
        Denial::NoPattern(tried) if format == PolicyFormat::SigningPolicy => {
            tried.iter().any(|entry| entry.unclear.is_some())
        }
        _ => false,
    }
}

/// Most patterns and names in one message. Files have one to four.
const MAX_NAMED: usize = 6;

fn of(format: PolicyFormat, signing: &'static Rule, namespaces: &'static Rule) -> &'static Rule {
    match format {
        PolicyFormat::SigningPolicy => signing,
        PolicyFormat::Namespaces => namespaces,
    }
}

fn why(denial: &Denial, issuer: &str) -> (String, Option<usize>) {
    match denial {
        Denial::Banned(line, keyword) => {
            (format!("{keyword} in line {line} forbids the CA {issuer} to sign it"), Some(*line))
        }
        Denial::Condition(line, keyword) => {
            let why = match meant(keyword) {
                Some(meant) => {
                    format!("is nothing that Globus knows; did you mean {meant}?")
                }
                None => "is a condition that Globus never treats as fulfilled".to_owned(),
            };
            (format!("{keyword} in line {line} {why}"), Some(*line))
        }
        Denial::NoRight(line) => {
            (format!("the CA {issuer} (line {line}) has no pos_rights to sign"), Some(*line))
        }
        Denial::NoPattern(tried) if tried.is_empty() => {
            (format!("no rule permits the CA {issuer} to sign anything"), None)
        }
        Denial::NoPattern(tried) => (
            format!("the CA {issuer} may sign only {}", listed(tried)),
            tried.first().map(|entry| entry.line),
        ),
    }
}

/// `"/DC=org/*" (line 4), "/O=x" (line 5: …)`.
fn listed(entries: &[PolicyLine]) -> String {
    let one = |entry: &PolicyLine| match &entry.unclear {
        None => format!("\"{}\" (line {})", entry.text, entry.line),
        Some(why) => {
            format!("\"{}\" (line {}, which does not count: {why})", entry.text, entry.line)
        }
    };
    let mut texts: Vec<String> = entries.iter().take(MAX_NAMED).map(one).collect();
    if entries.len() > MAX_NAMED {
        texts.push(format!("and {} more", entries.len() - MAX_NAMED));
    }
    texts.join(", ")
}

fn named(others: &[PolicyLine]) -> String {
    if others.is_empty() {
        return ": it names no CA".to_owned();
    }
    format!(": it names another CA, {}", listed(others))
}

fn unusable(
    format: PolicyFormat,
    file: &str,
    issuer: &str,
    why: &Unusable,
) -> (Finding, Option<usize>) {
    let extension = format.extension();
    let unreadable = of(format, &SIGNING_UNREADABLE, &NAMESPACES_UNREADABLE);
    match why {
        Unusable::Syntax(problem) => {
            let rule = of(format, &SIGNING_SYNTAX, &NAMESPACES_SYNTAX);
            let message =
                format!("the {extension} of the CA {issuer} has a syntax error: {file}, {problem}");
            (rule.found(message), Some(problem.line))
        }
        Unusable::LinkText(target, path) => {
            let rule = of(format, &SIGNING_SYNTAX, &NAMESPACES_SYNTAX);
            let message = format!(
                "{file}, the {extension} of the CA {issuer}, is text that only names {target}: \
                 {LINK_AS_TEXT}"
            );
            let advice = "copy the directory again with its links (cp -a, rsync -a, tar), or make them \
                          anew: ln -sf";
            let found = rule.found(message).advice(advice);
            let again =
                path.clone().map(|path| Action::Link { path, target: target.into(), again: true });
            (again.map_or(found.clone(), |again| found.fix(again)), None)
        }
        Unusable::Dangling(target) => {
            let message = format!(
                "{file} is a dangling link: the {extension} of the CA {issuer} should be in \
                 {target}, which does not exist"
            );
            (unreadable.found(message).advice("reinstall the CA package"), None)
        }
        Unusable::Limit => {
            let most = MAX_POLICY_BYTES >> 10;
            let message = format!(
                "{file}, the {extension} of the CA {issuer}, is not read: it is larger than {most} \
                 KiB, the limit of certok"
            );
            (unreadable.found(message).advice("reinstall the CA package"), None)
        }
        Unusable::Unreadable(why) => {
            let message =
                format!("{file}, the {extension} of the CA {issuer}, cannot be read: {why}");
            let advice = "let an administrator correct it (chmod a+r, if it is the permissions), \
                          or reinstall the CA package";
            (unreadable.found(message).advice(advice), None)
        }
    }
}
