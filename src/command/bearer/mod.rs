//! `bearer-info`, `bearer-verify`: the bearer token that tools find, and whether it would be
//! accepted.

mod keys;

use std::path::{Path, PathBuf};

use clap::Arg;

use crate::check::bearer::{Question, Signature, place};
use crate::check::{arguments, bearer, consumers};
use crate::command::arguments::groups::{NEED, Operands};
use crate::command::arguments::tool::AS;
use crate::command::arguments::{Argument, Given, Value, arguments, option, several};
use crate::command::certificate::Scope;
use crate::command::definition::{Definition, Each, Group};
use crate::command::in_use::{Presence, TokenInUse};
use crate::command::{Call, operands};
use crate::consumer::selection::Selection;
use crate::consumer::token::{TokenConsumer, TokenKind};
use crate::describe::bearer as describe;
use crate::load::LoadError;
use crate::parse::bearer::scope::Capability;
use crate::parse::bearer::shape::Content;
use crate::report::{Exit, Finding, Report};
use crate::source::candidate::{Candidate, Reading, Reason};
use crate::source::place::BEARER;
use crate::system::env::Env;
use crate::text::screen::without_keys;
use crate::text::time::Seconds;
use crate::{load, locate};

/// `bearer-info`.
pub const INFO: Definition<Args> = Definition {
    name: "bearer-info",
    group: Group::Info,
    about: "The WLCG or SciTokens bearer token that tools find: claims, lifetime, file mode",
    example: "certok bearer-info",
    each: Some(Each {
        operands: |args| &args.operands,
        judge: |args, call, task| {
            operands::one_by_one(task, operand(Demand::default(), args.need, call))
        },
    }),
    ..Definition::reporting(|args, call| Ok(run(&Demand::default(), args.need, call)))
};

/// `bearer-verify`.
pub const VERIFY: Definition<VerifyArgs> = Definition {
    name: "bearer-verify",
    group: Group::Check,
    about: "Would a service accept the bearer token: audience, scope, signature",
    example: "certok bearer-verify --audience https://eos.test:8443 --scope storage.read:/data",
    each: Some(Each {
        operands: |args| &args.token.operands,
        judge: |args, call, task| {
            operands::one_by_one(task, operand(args.demand.clone(), args.token.need, call))
        },
    }),
    ..Definition::reporting(|args, call| Ok(run(&args.demand, args.token.need, call)))
};

arguments! {
    /// Arguments of `bearer-info`.
    pub struct Args {
        operands: Operands,
        need: Seconds = NEED,
    }
}

arguments! {
    /// Arguments of `bearer-verify`.
    pub struct VerifyArgs {
        token: Args,
        demand: Demand,
    }
}

arguments! {
    /// What a token must be good for.
    #[derive(Default)]
    pub struct Demand {
        judge_as: Option<Selection> = AS,
        audience: Option<String> =
            option("audience", "NAME", "The service it must be for, compared exactly"),
        issuer: Option<String> =
            option("issuer", "URL", "Who must have issued it, compared exactly"),
        scopes: Vec<Capability> = option("scope", "SCOPE",
            "What it must permit, as in storage.read:/data or condor:/READ; a blank in a path is \
             %20; may be repeated"),
        keys: Option<PathBuf> = option("jwks", "FILE|DIR",
            "Check the signature: a JWK Set, or a WLCG key cache, or that of scitokens-cpp"),
    }
}

impl Demand {
    /// Whose verdict on a bearer token is asked for.
    fn judges(&self) -> Vec<&'static TokenConsumer> {
        self.judge_as.map_or_else(Vec::new, |selection| selection.tokens(TokenKind::Bearer))
    }

    /// What is wrong with asking for it.
    fn wrong(&self) -> Option<Finding> {
        let selection = self.judge_as.filter(|_| self.judges().is_empty())?;
        let words = format!("--as {}: it does not accept bearer tokens", selection.word);
        Some(arguments::USAGE.found(words))
    }
}

impl Value for Vec<Capability> {
    fn shape(arg: Arg) -> Arg {
        several(arg)
    }

    fn read(given: &Given<'_>, argument: &Argument) -> Result<Self, String> {
        let words: Vec<String> = given.all(argument.name);
        // A key in the place of a scope stays whole: its last line alone is known by nothing.
        let scopes = words.iter().flat_map(|word| match without_keys(word) == word.as_str() {
            true => word.split_ascii_whitespace().collect(),
            false => vec![word.as_str()],
        });
        scopes.map(Capability::asked).collect()
    }
}

/// A place with its token, and the findings.
struct JudgedToken {
    found: Option<Reading<Content>>,
    signature: Signature,
    findings: Vec<Finding>,
}

impl JudgedToken {
    /// The subject of the token and when it ends, if there is one.
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
pub(in crate::command) fn run(demand: &Demand, need: Seconds, call: &Call<'_>) -> Report {
    if let Some(wrong) = demand.wrong() {
        return Report::of(call.name, call.env.now, wrong);
    }
    report(&located(demand, need, call.env), call.name, call.scope(need), call.env)
}

/// Describes and judges the token of one operand.
pub(in crate::command) fn operand<'a>(
    demand: Demand,
    need: Seconds,
    call: &Call<'a>,
) -> impl Fn(&Candidate) -> Report + Sync + use<'a> {
    let (command, scope, env) = (call.name, call.scope(need), call.env);
    move |one| {
        if let Some(wrong) = demand.wrong() {
            return Report::of(command, env.now, wrong);
        }
        let found = load::bearer::read(one.clone());
        report(&judged(found, Vec::new(), &demand, need, env), command, scope, env)
    }
}

/// The result of `bearer-verify` for the token in `file`, or for the one that tools find.
pub fn in_use(file: Option<&Candidate>, demand: &Demand, scope: Scope, env: &Env) -> TokenInUse {
    let judged = match file {
        None => located(demand, scope.need, env),
        Some(file) => judged(load::bearer::read(file.clone()), Vec::new(), demand, scope.need, env),
    };
    let (brief, found) = (judged.brief(), judged.found.as_ref());
    let from = found.map(|found| bearer::shown(&found.candidate));
    let state = worst(&judged.findings).map_or("ok", |finding| finding.exit.name());
    TokenInUse {
        presence: match found.map(|found| found.candidate.reason) {
            None => Presence::Absent,
            Some(Reason::Variable(name))
                if BEARER.iter().any(|spot| spot.variable() == Some(name)) =>
            {
                Presence::Named
            }
            Some(_) => Presence::Found,
        },
        is_there: brief.is_some(),
        sent: brief.as_ref().map(|brief| brief.end),
        row: describe::row(state, from.as_deref().unwrap_or_default(), brief.as_ref(), env.now),
        from: from.filter(|_| brief.is_some()),
        report: report(&judged, VERIFY.name, scope, env),
    }
}

/// Whether the search continues after this place.
fn goes_on(found: &Reading<Content>) -> bool {
    let is_named = found.candidate.reason == Reason::Variable("BEARER_TOKEN_FILE");
    match &found.content {
        Ok(Content::Empty) => true,
        Err(LoadError::Missing(_)) => !is_named,
        _ => false,
    }
}

fn located(demand: &Demand, need: Seconds, env: &Env) -> JudgedToken {
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
        return judged(found, findings, demand, need, env);
    }
    findings.push(place::none(env.euid, env.filled("XDG_RUNTIME_DIR").map(Path::new)));
    JudgedToken {
        found: None,
        signature: Signature::Unchecked("there is no token".to_owned()),
        findings,
    }
}

fn judged(
    found: Reading<Content>,
    mut findings: Vec<Finding>,
    demand: &Demand,
    need: Seconds,
    env: &Env,
) -> JudgedToken {
    let signature = match bearer::token(&found) {
        Some(token) => keys::check(token, demand.keys.as_deref(), env),
        None => Signature::Unchecked("there is no token".to_owned()),
    };
    let near = load::bearer::near(&found, env);
    let question = Question {
        now: env.now,
        need,
        audience: demand.audience.as_deref(),
        issuer: demand.issuer.as_deref(),
        scopes: &demand.scopes,
        keys_asked: demand.keys.is_some(),
        euid: env.euid,
        near: near.as_ref(),
        signature: &signature,
    };
    let mut own = bearer::judge(&found, &question);
    let judges = demand.judges();
    if !judges.is_empty() {
        consumers::tokens_as(&mut own, &judges);
    }
    findings.extend(own);
    JudgedToken { found: Some(found), signature, findings }
}

fn worst(findings: &[Finding]) -> Option<&Finding> {
    let errors = findings.iter().filter(|finding| finding.exit != Exit::Ok);
    errors.min_by_key(|finding| finding.exit.rank())
}

fn report(judged: &JudgedToken, command: &'static str, scope: Scope, env: &Env) -> Report {
    let mut report = Report::new(command, env.now);
    report.findings = judged.findings.clone();
    let found = judged.found.as_ref().filter(|_| !scope.exit_only);
    let Some(found) = found else {
        return report;
    };
    let from = bearer::shown(&found.candidate);
    let worst = worst(&judged.findings);
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
    let mut item = describe::item(&describe::Facts {
        token,
        from: &from,
        file: found.facts.as_ref(),
        state,
        signature: &judged.signature.to_string(),
        now: env.now,
    });
    let path = found.candidate.path().map(|path| path.display().to_string());
    item.machine("path", path);
    report.items.push(item);
    report.good = describe::sentence(token, &from, env.now);
    if !matches!(judged.signature, Signature::Good { .. }) {
        report.good += "; its signature was not checked";
    }
    report
}
