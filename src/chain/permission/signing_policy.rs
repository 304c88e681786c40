//! What a signing_policy says about one subject: as Globus C decides
//! (`oldgaa_check_authorization`), or as canl does. Both ignore some bans. certok never ignores
//! one.

use crate::chain::permission::{
    Content, Denial, Issuance, PolicyFile, PolicyFlawKind, PolicyFormat, PolicyLine, PolicyMode,
    PolicyVerdict, Unusable,
};
use crate::parse::policy::hint::typographic;
use crate::parse::policy::pattern::{MAX_NAME_BYTES, Pattern};
use crate::parse::policy::signing_policy::{Condition, EntryKind, Principal, Right, SigningPolicy};
use crate::parse::policy::{folded, signing_policy};

/// What the issuer's own file says.
pub(super) fn judge(issuance: &Issuance<'_>) -> PolicyVerdict {
    let hash = issuance.issuer.new_hash();
    let found = issuance.files.iter().find_map(|file| match &file.content {
        Content::SigningPolicy(content) if file.hash == hash => Some((file, content)),
        _ => None,
    });
    match found {
        None => PolicyVerdict::Nothing(None),
        // Only canl, if configured so, reads this file name. If the file denies, that counts.
        Some((file, content)) if file.old_hash && !issuance.mode.is_canl() => match content {
            Ok(policy) => match read(issuance, file, policy) {
                refuses @ PolicyVerdict::Refuses(_) => refuses,
                _ => PolicyVerdict::Nothing(None),
            },
            Err(_) => PolicyVerdict::Nothing(None),
        },
        Some((file, Err(why))) => issuance.unusable(FORMAT, file, why),
        Some((file, Ok(policy))) => read(issuance, file, policy),
    }
}

const FORMAT: PolicyFormat = PolicyFormat::SigningPolicy;

fn read(issuance: &Issuance<'_>, file: &PolicyFile, policy: &SigningPolicy) -> PolicyVerdict {
    let canl = issuance.mode.is_canl();
    if let Some(problem) = policy.objection.as_ref().filter(|_| !canl) {
        return issuance.unusable(FORMAT, file, &Unusable::Syntax(problem.clone()));
    }
    let unfinished = policy.unfinished.filter(|_| !canl);
    let unfinished = unfinished.map(|line| {
        let kind = PolicyFlawKind::Unfinished(line);
        issuance.trouble(FORMAT, Some(file), kind)
    });
    match (unfinished, issuance.mode) {
        (Some(trouble), PolicyMode::Require | PolicyMode::AsGlobus) => {
            PolicyVerdict::Refuses(trouble)
        }
        (remark, _) => match decide(issuance, policy) {
            Decision::Other(others) => {
                let kind = PolicyFlawKind::OtherCa(others);
                issuance.no_help(issuance.trouble(FORMAT, Some(file), kind))
            }
            Decision::Denied(denial) => {
                let kind = PolicyFlawKind::Denied(denial);
                PolicyVerdict::Refuses(issuance.trouble(FORMAT, Some(file), kind))
            }
            Decision::Granted(line, text) => {
                PolicyVerdict::Permits(issuance.grant(file, line, text), remark)
            }
            Decision::Silent => PolicyVerdict::Nothing(None),
        },
    }
}

enum Decision<'a> {
    /// This line and text permit it.
    Granted(usize, &'a str),
    Denied(Denial),
    /// It names these CAs, but not the issuer.
    Other(Vec<PolicyLine>),
    /// canl finds no pattern in it.
    Silent,
}

fn decide<'a>(issuance: &Issuance<'_>, policy: &'a SigningPolicy) -> Decision<'a> {
    let is_issuer = |entry: &signing_policy::PrincipalRights| match &entry.principal {
        Principal::Anybody => !issuance.mode.is_canl(),
        Principal::Ca(name) => issuance.is_issuer(name),
        Principal::Other => false,
    };
    let entries: Vec<_> = policy.entries.iter().filter(|entry| is_issuer(entry)).collect();
    // The first entry that matches decides, together with all other entries of the same principal.
    let Some(first) = entries.first() else {
        return Decision::Other(others(policy));
    };
    let by_name = matches!(first.principal, Principal::Ca(_));
    let same = |entry: &&&signing_policy::PrincipalRights| {
        matches!(entry.principal, Principal::Ca(_)) == by_name
    };
    let mut bans = entries.iter().flat_map(|entry| &entry.rights);
    if let Some(denial) = bans.find_map(|right| banned(right, &issuance.subject)) {
        return Decision::Denied(denial);
    }
    let rights = entries.iter().filter(same).flat_map(|entry| &entry.rights);
    let rights: Vec<&Right> = rights.filter(|right| right.positive).collect();
    let granted = |right: &&'a Right| match issuance.mode.is_canl() {
        true => granted_by_canl(right, &issuance.subject),
        false => granted_by_globus(right, &issuance.subject),
    };
    if let Some((line, text)) = rights.iter().find_map(granted) {
        return Decision::Granted(line, text);
    }
    let Some(right) = rights.first() else {
        return Decision::Denied(Denial::NoRight(first.line));
    };
    let conditions = || rights.iter().flat_map(|right| &right.conditions);
    if issuance.mode.is_canl() && conditions().all(|c| c.kind != EntryKind::Subjects) {
        return Decision::Silent;
    }
    let never = |condition: &&Condition| condition.kind != EntryKind::Subjects;
    if let Some(never) = right.conditions.iter().find(never).filter(|_| !issuance.mode.is_canl()) {
        return Decision::Denied(Denial::Condition(never.line, keyword(&never.kind)));
    }
    let tried = conditions().flat_map(|condition| &condition.patterns);
    let tried = tried.map(|pattern| entry(pattern.line, &pattern.text));
    Decision::Denied(Denial::NoPattern(tried.collect()))
}

fn keyword(kind: &EntryKind) -> String {
    match kind {
        EntryKind::Subjects => "cond_subjects".to_owned(),
        EntryKind::Banned => "cond_banned_subjects".to_owned(),
        EntryKind::Other(keyword) => keyword.clone(),
    }
}

fn others(policy: &SigningPolicy) -> Vec<PolicyLine> {
    let named = policy.entries.iter().filter_map(|found| match &found.principal {
        Principal::Ca(name) => Some(entry(found.line, name)),
        _ => None,
    });
    named.collect()
}

fn entry(line: usize, text: &str) -> PolicyLine {
    let quote = |quote| format!("its typographic quote, {quote}, is taken for a part of it");
    PolicyLine { line, text: text.to_owned(), unclear: typographic(text).map(quote) }
}

/// A ban that matches `subject`: `neg_rights` whose `cond_subjects` all match (or that has none),
/// or `cond_banned_subjects`. Globus C says in its source that it "does not do the right thing"
/// with `neg_rights`.
fn banned(right: &Right, subject: &str) -> Option<Denial> {
    let meets = |condition: &Condition| any(condition, subject).is_some();
    if right.positive {
        let mut banning = right.conditions.iter().filter(|c| c.kind == EntryKind::Banned);
        let banning = banning.find(|condition| meets(condition))?;
        return Some(Denial::Banned(banning.line, "cond_banned_subjects"));
    }
    let mut limits = right.conditions.iter().filter(|c| c.kind == EntryKind::Subjects);
    limits.all(meets).then_some(Denial::Banned(right.line, "neg_rights"))
}

/// A pattern that matches in any reading. A ban is read as widely as it may be meant.
fn any<'a>(condition: &'a Condition, subject: &str) -> Option<&'a signing_policy::Pattern> {
    let mut patterns = condition.patterns.iter();
    patterns.find(|pattern| {
        subject.len() > MAX_NAME_BYTES
            || matches_globus(&pattern.text, subject)
            || Pattern::wildcards(&pattern.text).matches(&folded(subject))
    })
}

/// All conditions must hold. Conditions other than `cond_subjects` never hold.
fn granted_by_globus<'a>(right: &'a Right, subject: &str) -> Option<(usize, &'a str)> {
    let mut granted = (right.line, "no condition");
    for condition in &right.conditions {
        if condition.kind != EntryKind::Subjects {
            return None;
        }
        let mut patterns = condition.patterns.iter();
        let fits = patterns.find(|pattern| matches_globus(&pattern.text, subject))?;
        granted = (fits.line, fits.text.as_str());
    }
    Some(granted)
}

/// One pattern of the first `cond_subjects` must match.
fn granted_by_canl<'a>(right: &'a Right, subject: &str) -> Option<(usize, &'a str)> {
    let subject = folded(subject);
    let mut conditions = right.conditions.iter();
    let condition = conditions.find(|condition| condition.kind == EntryKind::Subjects)?;
    let mut patterns = condition.patterns.iter();
    let fits = patterns.find(|pattern| Pattern::wildcards(&pattern.text).matches(&subject))?;
    Some((fits.line, fits.text.as_str()))
}

/// `oldgaa_regex_matches_string`: only the last `*` is a wildcard, and it stands for one character
/// or more. The position to cut the subject is computed before aliases of attributes are replaced.
fn matches_globus(pattern: &str, subject: &str) -> bool {
    if subject.len() > MAX_NAME_BYTES {
        return false;
    }
    if folded(pattern) == folded(subject) {
        return true;
    }
    let Some((before, after)) = pattern.rsplit_once('*') else {
        return false;
    };
    if subject.len() <= before.len() + after.len() {
        return false;
    }
    let head = subject.get(..before.len());
    let tail = subject.get(subject.len() - after.len()..);
    match (head, tail) {
        (Some(head), Some(tail)) => {
            folded(&format!("{head}*{tail}")) == folded(&format!("{before}*{after}"))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::matches_globus;

    #[test]
    fn the_last_star_is_a_wildcard() {
        for (pattern, subject, want) in [
            ("/DC=org/*", "/DC=org/CN=x", true),
            ("/DC=org/*", "/dc=ORG/CN=x", true),
            ("/DC=org/*", "/DC=org/", false),
            ("/DC=org/*", "/DC=org/x", true),
            ("/DC=org/*", "/DC=org/*", true),
            ("/DC=org/DC=*/OU=Users/*", "/DC=org/DC=a/OU=Users/CN=x", false),
            ("/DC=org/*/CN=x", "/DC=org/OU=a/CN=x", true),
            ("/DC=org/*/CN=x", "/DC=org//CN=x", false),
            ("/C=??/*", "/C=ch/CN=x", false),
            ("*", "/CN=x", true),
            ("/CN=x", "/CN=X", true),
            ("/CN=x", "/CN=xy", false),
            ("/O=[ab]", "/O=a", false),
            ("/C=ch/E=a@b", "/C=ch/emailAddress=a@b", true),
            // The cut falls into the longer name: Globus does not see that they are one.
            ("/C=ch/E=a@b/*", "/C=ch/emailAddress=a@b/CN=x", false),
            ("/C=ch/emailAddress=a@b/*", "/C=ch/emailAddress=a@b/CN=x", true),
            ("/C=ch/CN=*/E=a@b", "/C=ch/CN=x/E=a@b", true),
        ] {
            assert_eq!(matches_globus(pattern, subject), want, "{pattern} {subject}");
        }
    }
}
