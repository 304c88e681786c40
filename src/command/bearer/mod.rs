//! `bearer-info`, `bearer-verify`: the bearer token that tools find, and would it be accepted.

mod keys;

use std::path::{Path, PathBuf};

use crate::check::bearer;
use crate::check::bearer::{Question, Signature, place};
use crate::command::{Options, TokenInUse};
use crate::describe::bearer as describe;
use crate::load::LoadError;
pub use crate::parse::bearer::scope::Capability;
use crate::parse::bearer::shape::Content;
use crate::report::{Exit, Finding, Item, Report, Severity};
use crate::source::candidate::{Reading, Reason};
use crate::system::env::Env;
use crate::{load, locate};

/// What a token is to be good for.
#[derive(Clone, Debug, Default)]
pub struct Demand {
    /// `--audience`.
    pub audience: Option<String>,
    /// `--issuer`.
    pub issuer: Option<String>,
    /// `--scope`, any number.
    pub scopes: Vec<Capability>,
    /// `--jwks`.
    pub keys: Option<PathBuf>,
}

/// The token in its place, and what is to be said of it.
struct Look {
    found: Option<Reading<Content>>,
    signature: Signature,
    findings: Vec<Finding>,
}

impl Look {
    /// Whose the token is and when it ends, if there is one.
    fn brief(&self) -> Option<describe::Brief<'_>> {
        match &self.found.as_ref()?.content {
            Ok(Content::Token(token)) => Some(describe::Brief {
                identity: token.subject.as_deref(),
                end: token.expires.instant(),
            }),
            Ok(Content::Macaroon(macaroon)) => Some(describe::Brief {
                identity: Some(&macaroon.location),
                end: macaroon.end().ok().flatten(),
            }),
            Ok(Content::Empty | Content::Other(_)) | Err(_) => None,
        }
    }
}

/// Describes and judges the token that tools find.
pub fn run(command: &'static str, options: &Options, env: &Env) -> Report {
    report(&located(options, env), command, options, env)
}

/// Describes and judges the token of one operand.
pub fn operand(command: &'static str, path: &Path, options: &Options, env: &Env) -> Report {
    let found = load::bearer::read(locate::operand(path));
    report(&judged(found, Vec::new(), options, env), command, options, env)
}

/// The token in one row, for `status`.
pub struct Summary {
    /// The row.
    pub item: Item,
    /// What is wrong, notes left out.
    pub findings: Vec<Finding>,
    /// Whether there is a token.
    pub is_there: bool,
    /// Whether it would be accepted, as far as can be said here.
    pub is_usable: bool,
}

/// The token that tools find; nothing where there is none and no variable names one.
pub fn summary(options: &Options, env: &Env) -> Option<Summary> {
    let look = located(options, env);
    let found = look.found.as_ref()?;
    let worst = worst(&look.findings);
    let state = worst.map_or("ok", |finding| finding.exit.name());
    let brief = look.brief();
    let is_there = brief.is_some();
    Some(Summary {
        item: describe::row(state, &bearer::shown(&found.candidate), brief, env.now),
        is_there,
        is_usable: is_there && worst.is_none(),
        findings: look
            .findings
            .iter()
            .filter(|finding| finding.severity != Severity::Info)
            .cloned()
            .collect(),
    })
}

/// What `bearer-verify` says of the token that tools find.
pub fn in_use(options: &Options, env: &Env) -> TokenInUse {
    let look = located(options, env);
    let brief = look.brief();
    let found = look.found.as_ref().filter(|_| brief.is_some());
    TokenInUse {
        from: found.map(|found| bearer::shown(&found.candidate)),
        sent: brief.map(|brief| brief.end),
        report: report(&look, "bearer-verify", options, env),
    }
}

/// Whether there is one, or a variable says that there is.
pub fn is_there(env: &Env) -> bool {
    let mut found = locate::bearer(env).into_iter().map(load::bearer::read);
    found.any(|found| !goes_on(&found))
}

/// Whether the search goes on behind this place.
fn goes_on(found: &Reading<Content>) -> bool {
    let is_named = found.candidate.reason == Reason::Variable("BEARER_TOKEN_FILE");
    match &found.content {
        Ok(Content::Empty) => true,
        Err(LoadError::Missing(_)) => !is_named,
        _ => false,
    }
}

fn located(options: &Options, env: &Env) -> Look {
    let mut findings = Vec::new();
    let mut readings = locate::bearer(env).into_iter().map(load::bearer::read);
    while let Some(found) = readings.next() {
        if goes_on(&found) {
            if found.content.is_ok() {
                findings.push(place::empty(&found.candidate));
            }
            continue;
        }
        let chosen = &found.candidate;
        findings.extend(readings.filter_map(|other| place::shadowed(&other, chosen, env.now)));
        return judged(found, findings, options, env);
    }
    findings.push(place::none(env.euid, env.filled("XDG_RUNTIME_DIR").is_some()));
    Look { found: None, signature: Signature::Unchecked("there is no token".to_owned()), findings }
}

fn judged(
    found: Reading<Content>,
    mut findings: Vec<Finding>,
    options: &Options,
    env: &Env,
) -> Look {
    let wanted = &options.bearer;
    let signature = match bearer::token(&found) {
        Some(token) => keys::check(token, wanted.keys.as_deref(), env),
        None => Signature::Unchecked("there is no token".to_owned()),
    };
    let question = Question {
        now: env.now,
        need: options.need,
        audience: wanted.audience.as_deref(),
        issuer: wanted.issuer.as_deref(),
        scopes: &wanted.scopes,
        keys_asked: wanted.keys.is_some(),
        euid: env.euid,
        signature: &signature,
    };
    findings.extend(bearer::judge(&found, &question));
    Look { found: Some(found), signature, findings }
}

fn worst(findings: &[Finding]) -> Option<&Finding> {
    let errors = findings.iter().filter(|finding| finding.exit != Exit::Ok);
    errors.min_by_key(|finding| finding.exit.rank())
}

fn report(look: &Look, command: &'static str, options: &Options, env: &Env) -> Report {
    let mut report = Report::new(command, env.now);
    report.findings = look.findings.clone();
    let found = look.found.as_ref().filter(|_| !options.exit_only);
    let Some(found) = found else {
        return report;
    };
    let from = bearer::shown(&found.candidate);
    let worst = worst(&look.findings);
    let state = worst.map_or("ok", |finding| finding.exit.name());
    let token = match &found.content {
        Ok(Content::Token(token)) => token,
        Ok(Content::Macaroon(macaroon)) => {
            report.items.push(describe::macaroon(macaroon, &from, state, env.now));
            report.good = describe::macaroon_sentence(macaroon, &from, env.now);
            return report;
        }
        Ok(Content::Empty | Content::Other(_)) | Err(_) => return report,
    };
    report.items.push(describe::item(&describe::Facts {
        token,
        from: &from,
        file: found.facts.as_ref(),
        state,
        signature: &look.signature.to_string(),
        now: env.now,
    }));
    report.good = describe::sentence(token, &from, env.now);
    report
}
