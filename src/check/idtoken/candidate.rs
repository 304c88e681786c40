//! The tokens that may be sent, and why others are not.

use std::collections::HashMap;

use crate::check::idtoken::claims::Subject;
use crate::check::idtoken::{FoundToken, Question, access, claims, is_error, rule};
use crate::parse::idtoken::odd_name;
use crate::report::Finding;

/// A token, and what is known about it.
pub(super) struct Row<'a> {
    pub(super) file: usize,
    pub(super) at: usize,
    pub(super) subject: Subject<'a>,
    /// What is wrong with it, for any server.
    pub(super) own: Vec<Finding>,
    /// Why it is sent to no server, if so.
    pub(super) blocked: Option<Blocked>,
    pub(super) state: String,
    pub(super) is_sent: bool,
}

/// Why a token is sent to no server.
pub(super) struct Blocked {
    pub(super) state: &'static str,
    /// None if a finding about the file says it.
    pub(super) finding: Option<Finding>,
}

impl Row<'_> {
    pub(super) fn is_good(&self) -> bool {
        !self.own.iter().any(is_error)
    }
}

/// All tokens of the files. The files are in the order in which HTCondor reads them.
pub(super) fn rows<'a>(files: &'a [FoundToken], question: &Question) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    for (file, found) in files.iter().enumerate() {
        let unread = question.located && !access::check(found, question).is_empty();
        for (at, (line, token, signature)) in found.tokens().enumerate() {
            let wrapped = found.content.as_ref().is_ok_and(|file| file.is_wrapped(line));
            let subject = Subject { found, line, token, signature };
            let blocked = match (unread, wrapped) {
                (true, _) => Some(Blocked { state: unread_state(found, question), finding: None }),
                (false, true) => Some(Blocked { state: "broken over lines", finding: None }),
                (false, false) => blocked(subject, question),
            };
            rows.push(Row {
                file,
                at,
                subject,
                own: claims::check(subject, question),
                blocked,
                state: String::new(),
                is_sent: false,
            });
        }
    }
    rows
}

fn unread_state(found: &FoundToken, question: &Question) -> &'static str {
    match &found.facts {
        _ if found.is_excluded => "ignored file name",
        Some(facts) if facts.owner != question.euid => "unsafe owner",
        _ => "unsafe mode",
    }
}

/// Why the client sends the token to no server, or not to the one that was asked about.
fn blocked(subject: Subject<'_>, question: &Question) -> Option<Blocked> {
    let token = subject.token;
    let noun = subject.noun();
    let says = |state, rule, message: String| {
        Some(Blocked { state, finding: Some(subject.says(rule, message)) })
    };
    let Some(key) = token.key_id.as_deref().filter(|key| !key.is_empty()) else {
        let message = format!("{noun} names no key (kid): HTCondor never sends it");
        return says("unknown key", &rule::UNKNOWN_KEY, message);
    };
    if !token.has_plain_key_id() {
        let odd = odd_name(key).map_or_else(String::new, |odd| format!(" ({odd})"));
        let message = format!(
            "{noun} names the key '{key}', which is no plain name{odd}: no server has a key of that name"
        );
        return says("unknown key", &rule::UNKNOWN_KEY, message);
    }
    if let Some(wanted) = question.key_name.as_deref().filter(|wanted| *wanted != key) {
        let message = format!("{noun} is signed with the key {key}, not with {wanted}");
        return says("unknown key", &rule::UNKNOWN_KEY, message);
    }
    let Some(issuer) = token.issuer.as_deref() else {
        let message = format!("{noun} names no issuer (trust domain): HTCondor never sends it");
        return says("no trust domain", &rule::OTHER_TRUST_DOMAIN, message);
    };
    if let Some((_, kind)) = token.misfits.iter().find(|(name, _)| *name == "sub") {
        let message =
            format!("{noun}: the claim sub is {kind}, not a text: HTCondor never sends the token");
        return says("no subject", &rule::CLAIM_FORM, message);
    }
    if token.subject.is_none() {
        let message = format!(
            "{noun} has no subject: to HTCondor 25 a capability, which only the daemon that issued \
             it can look up"
        );
        return says("capability", &rule::CAPABILITY, message);
    }
    match &question.trust_domain {
        Some((wanted, asker)) if wanted != issuer => {
            let is_bearer = token.algorithm.as_deref().is_some_and(|name| !name.starts_with("HS"));
            let hint = match odd_name(issuer) {
                _ if is_bearer => {
                    "; it is a bearer token (SciToken) by its algorithm, not an IDTOKEN".to_owned()
                }
                odd => odd.map_or_else(String::new, |odd| format!("; {odd}")),
            };
            let message = format!(
                "{noun} is of the trust domain (issuer) {issuer}, not of {wanted} ({asker}): \
                 HTCondor does not send it there{hint}"
            );
            says("other trust domain", &rule::OTHER_TRUST_DOMAIN, message)
        }
        _ => None,
    }
}

/// The rows that may be sent, by trust domain, in order.
pub(super) fn groups(rows: &[Row<'_>]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.blocked.is_none()) {
        let issuer = row.subject.token.issuer.as_deref().unwrap_or_default();
        let group = *known.entry(issuer).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].push(at);
    }
    groups
}
