//! namespaces files: every line number is that of the text it stands for, a comment behind the
//! file changes nothing, and what is permitted is permitted by a pattern that fits and not denied
//! by any.

#![no_main]

use certok::chain::permission::PolicyMode;
use certok::parse::policy::namespaces::{Issuer, Namespaces, Rule};
use certok::parse::policy::pattern::MAX_NAME_BYTES;
use certok::parse::policy::{MAX_POLICY_BYTES, folded};
use certok_fuzz::chain::namespaces;
use certok_fuzz::{lines, policy};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let end = lines(bytes);
    let found = match Namespaces::parse(bytes) {
        Ok(found) => found,
        Err(problem) => {
            assert!((1..=end).contains(&problem.line), "{problem}");
            return;
        }
    };
    let text = String::from_utf8_lossy(bytes);
    let all: Vec<&str> = text.split('\n').collect();
    let mut last = 1;
    for rule in &found.rules {
        assert!(rule.line >= last, "line {} after {last}", rule.line);
        assert!(rule.pattern_line >= rule.line, "line {}", rule.pattern_line);
        last = rule.pattern_line;
        assert!(last <= end, "line {last} of {end}");
        let line = all[last - 1].trim_end();
        assert!(line.contains(&rule.text) || line.ends_with('\\'), "line {last}");
        fits(rule);
    }

    let more = [bytes, b"\n# a comment\n"].concat();
    if more.len() <= MAX_POLICY_BYTES {
        let again = Namespaces::parse(&more);
        assert_eq!(again.as_ref(), Ok(&found), "a comment behind it");
    }
    permits_by_a_line(bytes, &found);
});

/// A pattern without anything special in it is a name, and that is the only one that fits.
fn fits(rule: &Rule) {
    let Ok(pattern) = &rule.pattern else {
        return;
    };
    assert!(!pattern.matches(&"/".repeat(MAX_NAME_BYTES + 1)), "too long");
    if !rule.text.contains(['\\', '.', '[', '^', '$']) {
        let name = folded(rule.text.trim_end());
        let short = name.len() <= MAX_NAME_BYTES;
        assert_eq!(pattern.matches(&name), short, "{name}");
        assert!(!pattern.matches(&format!("{name}x")), "{name} and more");
    }
}

fn permits_by_a_line(bytes: &[u8], found: &Namespaces) {
    let (subject, issuer) = (folded(&policy::subject()), folded(&policy::issuer()));
    let ruling = policy::ruling(namespaces(bytes), PolicyMode::Namespaces);
    assert!(ruling.grants.len() + ruling.flaws.len() <= 1, "yes and no");
    let Some(grant) = ruling.grants.first() else {
        return;
    };
    let meant = found.rules.iter().filter(|rule| match &rule.issuer {
        Issuer::Own => true,
        Issuer::Named(name) => folded(name) == issuer,
    });
    let fits = |rule: &&Rule| {
        let pattern = rule.pattern.as_ref();
        pattern.map_or(!rule.permit, |pattern| pattern.matches(&subject))
    };
    let fitting: Vec<&Rule> = meant.filter(fits).collect();
    assert!(fitting.iter().all(|rule| rule.permit), "permitted and denied");
    let line = grant.entry.line;
    assert!(fitting.iter().any(|rule| rule.pattern_line == line), "line {line} does not fit");
}
