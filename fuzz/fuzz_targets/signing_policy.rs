//! signing_policy files: every line number is that of the text it stands for, a comment behind
//! the file changes nothing, and what is permitted is permitted by a pattern that fits.

#![no_main]

use certok::chain::permission::PolicyMode;
use certok::parse::policy::pattern::{MAX_NAME_BYTES, Pattern};
use certok::parse::policy::signing_policy::{PrincipalRights, Principal, SigningPolicy};
use certok::parse::policy::{MAX_POLICY_BYTES, folded};
use certok_fuzz::chain::signing_policy;
use certok_fuzz::{lines, policy};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let end = lines(bytes);
    let found = match SigningPolicy::parse(bytes) {
        Ok(found) => found,
        Err(problem) => {
            assert!((1..=end).contains(&problem.line), "{problem}");
            return;
        }
    };
    let text = String::from_utf8_lossy(bytes);
    let all: Vec<&str> = text.split('\n').collect();
    let mut last = 1;
    for entry in &found.entries {
        last = ordered(entry, last);
        assert!(last <= end, "line {last} of {end}");
        stand_in_their_lines(entry, &all);
    }
    if let Some(problem) = &found.objection {
        assert!((1..=end).contains(&problem.line), "{problem}");
    }
    assert!(found.unfinished.is_none_or(|line| line == end));

    let more = [bytes, b"\n# a comment\n"].concat();
    if more.len() <= MAX_POLICY_BYTES {
        let again = SigningPolicy::parse(&more).map(|again| again.entries);
        assert_eq!(again.as_ref(), Ok(&found.entries), "a comment behind it");
    }
    for mode in [PolicyMode::IfPresent, PolicyMode::Require, PolicyMode::Globus] {
        permits_by_a_line(bytes, &found, mode);
    }
});

/// The last line of an entry: they only ever go up.
fn ordered(entry: &PrincipalRights, before: usize) -> usize {
    assert!(entry.line >= before, "line {} after {before}", entry.line);
    let mut last = entry.line;
    for right in &entry.rights {
        assert!(right.line >= entry.line, "line {} of a right", right.line);
        last = last.max(right.line);
        let mut before = right.line;
        for condition in &right.conditions {
            assert!(condition.line >= before, "line {}", condition.line);
            before = condition.line;
            for pattern in &condition.patterns {
                assert!(pattern.line >= before, "line {}", pattern.line);
                before = pattern.line;
            }
        }
        last = last.max(before);
    }
    last
}

fn stand_in_their_lines(entry: &PrincipalRights, lines: &[&str]) {
    // Without the backslashes, of which those that escape are not in the text.
    let stands = |text: &str, line: usize| {
        let plain = |text: &str| text.replace('\\', "");
        assert!(plain(lines[line - 1]).contains(&plain(text)), "line {line}: {text}");
    };
    if let Principal::Ca(name) = &entry.principal {
        stands(name, entry.line);
    }
    for right in &entry.rights {
        let word = if right.positive { "pos_rights" } else { "neg_rights" };
        stands(word, right.line);
        for condition in &right.conditions {
            stands("cond_", condition.line);
            for pattern in &condition.patterns {
                stands(&pattern.text, pattern.line);
                fits_itself(&pattern.text);
            }
        }
    }
}

/// A wildcard fits an asterisk, too.
fn fits_itself(text: &str) {
    let name = folded(text.trim());
    let fits = Pattern::wildcards(text).matches(&name);
    assert_eq!(fits, name.len() <= MAX_NAME_BYTES, "{text}");
}

fn permits_by_a_line(bytes: &[u8], found: &SigningPolicy, mode: PolicyMode) {
    let ruling = policy::ruling(signing_policy(bytes), mode);
    assert!(ruling.grants.len() + ruling.flaws.len() <= 1, "yes and no");
    let Some(grant) = ruling.grants.first() else {
        let silent = ruling.flaws.is_empty();
        assert!(!silent || mode == PolicyMode::Globus, "neither yes nor no");
        return;
    };
    let issuer = folded(&policy::issuer());
    let meant = found.entries.iter().filter(|entry| match &entry.principal {
        Principal::Anybody => true,
        Principal::Ca(name) => folded(name) == issuer,
        Principal::Other => false,
    });
    let rights: Vec<_> = meant.flat_map(|entry| &entry.rights).collect();
    let line = grant.entry.line;
    if rights
        .iter()
        .any(|right| right.positive && right.conditions.is_empty() && right.line == line)
    {
        return;
    }
    let patterns = rights
        .iter()
        .filter(|right| right.positive)
        .flat_map(|right| &right.conditions)
        .flat_map(|condition| &condition.patterns);
    let mut fitting = patterns.filter(|pattern| pattern.line == line).filter(|pattern| {
        policy::glob(&pattern.text, &policy::subject(), mode == PolicyMode::Globus)
    });
    assert!(fitting.next().is_some(), "permitted by line {line}, which does not fit");
}
