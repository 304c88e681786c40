//! Which of several tokens is sent, and what that means for the others.
//!
//! HTCondor's client takes the first token of the server's trust domain that was signed with a key
//! the server has. It checks neither expiry nor signature. So an expired token hides good ones
//! behind it.

use std::collections::HashMap;

use crate::check::idtoken::candidate::{Row, groups, rows};
use crate::check::idtoken::claims::Subject;
use crate::check::idtoken::{FoundToken, Question, access, content, is_error, rule};
use crate::report::{Exit, Finding};

/// The result for all tokens.
#[derive(Debug, Default)]
pub struct Judgement {
    /// The verdict on each token, by file, in their order.
    pub verdicts: Vec<Vec<Verdict>>,
    /// What was found.
    pub findings: Vec<Finding>,
    /// For each trust domain: file and index of the token that is sent and accepted.
    pub usable: Vec<(usize, usize)>,
}

/// The verdict on one token.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Verdict {
    /// In a few words: `usable`, `expired`, `shadowed by FILE:LINE`.
    pub state: String,
    /// Whether it is sent to servers of its trust domain.
    pub is_sent: bool,
}

/// Judges all tokens of the files. The files are in the order in which HTCondor reads them.
pub fn judge(files: &[FoundToken], question: &Question) -> Judgement {
    let mut rows = rows(files, question);
    let groups = groups(&rows);
    let mut findings = Vec::new();
    let good: Vec<bool> = groups.iter().map(|group| rows[group[0]].is_good()).collect();
    let any_good = good.contains(&true);
    for (group, is_good) in groups.iter().zip(&good) {
        let told = group_findings(&mut rows, group);
        // If a token of another trust domain is good, that one may have been meant.
        let weaker = any_good && !is_good;
        findings.extend(told.into_iter().map(|f| if weaker { f.as_warning() } else { f }));
    }
    let first = groups.iter().zip(&good).filter(|(_, good)| **good);
    let first = first.map(|(group, _)| rows[group[0]].file).min();
    for (at, found) in files.iter().enumerate() {
        let behind = first.is_some_and(|first| first < at);
        let state = Chosen {
            any: !groups.is_empty(),
            good: any_good,
            own: groups.iter().any(|group| rows[group[0]].file == at),
            behind,
        };
        findings.extend(file_findings(found, question, state));
    }
    findings.extend(groups.iter().filter_map(|group| capability_first(&rows, group[0])));
    // If a token is sent, it does not matter why others are not.
    let blocked = rows.iter().filter(|_| groups.is_empty());
    let mut blocked: Vec<Finding> =
        blocked.filter_map(|row| row.blocked.as_ref()?.finding.clone()).collect();
    blocked.truncate(MAX_TOLD);
    findings.extend(blocked);
    Judgement {
        usable: groups
            .iter()
            .zip(&good)
            .filter(|(_, good)| **good)
            .map(|(group, _)| (rows[group[0]].file, rows[group[0]].at))
            .collect(),
        verdicts: verdicts(files.len(), rows),
        findings,
    }
}

/// The warning that HTCondor 25 sends a token without subject, a capability, that comes before the
/// one that HTCondor 23 sends.
fn capability_first(rows: &[Row<'_>], winner: usize) -> Option<Finding> {
    let own = &rows[winner].subject;
    let first = rows[..winner].iter().find(|row| {
        let issuer = &row.subject.token.issuer;
        let is_capability = row.blocked.as_ref().is_some_and(|one| one.state == "capability");
        is_capability && *issuer == own.token.issuer
    })?;
    let message = format!(
        "{} has no subject and comes before {}: HTCondor 25 sends it, a capability, and HTCondor 23 \
         the other one",
        first.subject.noun(),
        own.noun()
    );
    Some(first.subject.says(&rule::CAPABILITY_FIRST, message))
}

/// Most tokens that are listed for the same finding.
const MAX_TOLD: usize = 5;

/// The findings about the tokens of one trust domain, and the state of each token.
fn group_findings(rows: &mut [Row<'_>], group: &[usize]) -> Vec<Finding> {
    let mut first_of_key: HashMap<String, String> = HashMap::new();
    let mut shadowed = Vec::new();
    let mut findings = Vec::new();
    let (winner, name) = (group[0], rows[group[0]].subject.name());
    let hidden = group.iter().skip(1).find(|at| rows[**at].is_good());
    let hidden = hidden.map(|at| rows[*at].subject.name());
    for at in group {
        let row = &mut rows[*at];
        let key = row.subject.token.key_id.clone().unwrap_or_default();
        if let Some(before) = first_of_key.get(&key) {
            row.state = format!("shadowed by {before}");
            shadowed.push(row.subject.name());
            continue;
        }
        row.state = own_state(&row.own);
        row.is_sent = *at == winner;
        if *at == winner {
            let own = row.own.clone();
            findings.extend(match (&hidden, row.is_good()) {
                (Some(hidden), false) => with_hidden(own, hidden, row.subject),
                _ => own,
            });
        } else {
            if row.is_good() {
                row.state = format!("sent where {name}'s key is not known");
            }
            let errors = row.own.iter().filter(|finding| is_error(finding));
            findings.extend(errors.cloned().map(Finding::as_warning));
        }
        first_of_key.insert(key, row.subject.name());
    }
    if !shadowed.is_empty() {
        let count = shadowed.len();
        shadowed.truncate(MAX_TOLD);
        let more = match count - shadowed.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let message = format!(
            "never sent, because {name} of the same trust domain and key comes first: {}{more}",
            shadowed.join(", ")
        );
        let row = &rows[winner];
        findings.push(row.subject.says(&rule::SHADOWED, message));
    }
    findings
}

/// The findings about a token that hides a good one. The first error says so, and how to make the
/// other one be sent.
fn with_hidden(mut own: Vec<Finding>, hidden: &str, subject: Subject<'_>) -> Vec<Finding> {
    let mut errors = own.iter_mut().filter(|finding| is_error(finding));
    if let Some(first) = errors.next() {
        first.message += &format!("; it hides the good token {hidden}, since it comes first");
        let is_open = first.fix.is_none() && first.exit != Exit::Undecided;
        if let Some(fix) = content::commented_out(subject.found, subject.line).filter(|_| is_open) {
            first.set_fix(fix);
        }
    }
    own
}

/// The state of a token that is sent.
fn own_state(own: &[Finding]) -> String {
    let worst = own.iter().filter(|finding| is_error(finding)).min_by_key(|f| f.exit.rank());
    let Some(worst) = worst else {
        let unchecked = own.iter().any(|f| f.is(&rule::NOT_VERIFIED));
        return match unchecked {
            true => "usable (signature not checked)".to_owned(),
            false => "usable".to_owned(),
        };
    };
    let words = [
        (&rule::EXPIRED, "expired"),
        (&rule::TOO_OLD, "too old"),
        (&rule::TOO_SHORT, "usable, but not for long enough"),
        (&rule::ALGORITHM, "unsupported algorithm"),
        (&rule::BAD_SIGNATURE, "bad signature"),
        (&rule::EMPTY_KEY, "bad signature"),
        (&rule::KEY_UNREADABLE, "unverifiable"),
        (&rule::NO_LEVEL, "no known authorization"),
        (&rule::INSUFFICIENT, "not authorized"),
        (&rule::NO_SUBJECT, "no subject"),
        (&rule::REVOKED, "revoked"),
    ];
    let known = words.iter().find(|(rule, _)| rule.id == worst.rule.id);
    known.map_or("refused", |(_, word)| word).to_owned()
}

/// What is known about the tokens that are sent, when a file is judged.
#[derive(Clone, Copy)]
struct Chosen {
    /// A token is sent.
    any: bool,
    /// A good one is sent.
    good: bool,
    /// One of this file is sent.
    own: bool,
    /// A good one of an earlier file is sent.
    behind: bool,
}

fn file_findings(found: &FoundToken, question: &Question, chosen: Chosen) -> Vec<Finding> {
    let mut findings = Vec::new();
    if question.located {
        let hangs = access::hangs(found, question);
        let is_hanging = hangs.is_some();
        findings.extend(hangs.map(|f| if chosen.behind { f.as_warning() } else { f }));
        if is_hanging {
            return findings;
        }
    }
    // For a file named on the command line these decide nothing, but they are reported.
    let access = access::check(found, question).into_iter().map(|finding| {
        let unread = found.content.is_err();
        let weaker = match finding.exit {
            Exit::Unsafe => chosen.good,
            _ => chosen.any,
        };
        let weaker = weaker || !question.located && !unread;
        if weaker { finding.as_warning() } else { finding }
    });
    findings.extend(access);
    if question.located && found.is_excluded {
        return findings;
    }
    let lines = content::check(found).into_iter().map(|finding| {
        // A printed text of condor_token_request shows that the file is wrong.
        let weaker = match finding.is(&rule::REQUEST_TEXT) {
            true => chosen.any && !chosen.own,
            false => chosen.any,
        };
        if weaker { finding.as_warning() } else { finding }
    });
    findings.extend(lines);
    findings.extend(link(found));
    findings
}

/// The note that the file of a token is a link.
fn link(found: &FoundToken) -> Option<Finding> {
    let target = found.facts.as_ref()?.link_target.as_ref()?;
    let message = format!(
        "{} is a symbolic link to {}: HTCondor's client follows it, condor_token_list does not show \
         it",
        found.shown(),
        target.display()
    );
    Some(rule::SYMLINK.found(message).at(found.place(None)))
}

fn verdicts(files: usize, rows: Vec<Row<'_>>) -> Vec<Vec<Verdict>> {
    let mut out = vec![Vec::new(); files];
    for row in rows {
        let state = match row.blocked {
            Some(blocked) => blocked.state.to_owned(),
            None => row.state,
        };
        if let Some(file) = out.get_mut(row.file) {
            file.push(Verdict { state, is_sent: row.is_sent });
        }
    }
    out
}
