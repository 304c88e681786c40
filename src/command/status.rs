//! `status`: what this user or job would use, one row a credential.

use crate::check::weigh::Asked;
use crate::check::{lifetime, weigh};
use crate::command::arguments::arguments;
use crate::command::arguments::groups::NEED;
use crate::command::ca::row;
use crate::command::definition::{Definition, Group};
use crate::command::idtoken::Summary;
use crate::command::info::Scope;
use crate::command::{Call, Noun, bearer, idtoken, info, proxy};
use crate::gather::credential;
use crate::gather::credential::CredentialFile;
use crate::gather::options::{TrustOptions, VomsOptions};
use crate::load::LoadError;
use crate::locate::{CaOptions, Reason, Role};
use crate::report::{Exit, Finding, Item, Report, Severity, Value};
use crate::system::env::Env;
use crate::text::time::Seconds;

/// `status`.
pub const STATUS: Definition<Args> = Definition {
    name: "status",
    group: Group::More,
    about: "What this user or job would use (also plain `certok`)",
    example: "certok status",
    ..Definition::reporting(|args, call| Ok(run(args, call)))
};

arguments! {
    /// Of `status`.
    pub struct Args {
        need: Seconds = NEED,
        ca: CaOptions,
    }
}

/// One row each for the JAliEn token, the user certificate, the proxy, the host certificate if it
/// is this user's, and the CA directory, and one each for the IDTOKENS of HTCondor and the bearer token
/// where there are any.
pub(in crate::command) fn run(args: &Args, call: &Call<'_>) -> Report {
    let mut report = call.report();
    let (scope, env) = (call.scope(args.need), call.env);
    let nouns = [Noun::Token, Noun::Cert, Noun::Proxy];
    let halves = nouns.map(|noun| CredentialFile::located(noun.cert(), env));
    let mut halves = Vec::from(halves);
    halves.extend(host(env));
    let (judged, keys): (Vec<_>, Vec<_>) =
        halves.iter().map(|half| judge(half, scope, env)).unzip();
    let exit = |findings: &[Finding]| findings.iter().any(|f| f.exit != Exit::Ok);
    let tokens = idtoken::summary(args.need, env);
    let is = |what: fn(&Summary) -> bool| usize::from(tokens.as_ref().is_some_and(what));
    let there = halves.iter().filter(|half| half.found().is_some()).count();
    let usable =
        halves.iter().zip(&judged).filter(|(h, f)| h.found().is_some() && !exit(f)).count();
    let bearer = bearer::summary(args.need, env);
    let of_bearer =
        |what: fn(&bearer::Summary) -> bool| usize::from(bearer.as_ref().is_some_and(what));
    let there = there + is(|tokens| tokens.is_there) + of_bearer(|token| token.is_there);
    let usable = usable + is(|tokens| tokens.is_usable) + of_bearer(|token| token.is_usable);
    for ((half, findings), key) in halves.iter().zip(judged).zip(keys) {
        let worst = findings.iter().filter(|f| f.exit != Exit::Ok).min_by_key(|f| f.exit.rank());
        report.items.push(row(half, worst, key, env));
        // One good credential is what most work needs: what is wrong with the other is no error
        // here, and that it is not there is no news once another was found; but that a variable
        // says it should be is.
        let absent = half.found().is_none() && worst.is_some_and(|f| f.exit == Exit::NotFound);
        let named = half.candidate.reason != Reason::Default;
        let known = findings.into_iter().filter(|f| f.severity != Severity::Info);
        match (usable, absent && there > 0) {
            (_, true) if named => report.findings.extend(known.map(Finding::as_warning)),
            (_, true) => {}
            (0, false) => report.findings.extend(known),
            // What a variable names is what will be used, usable or not.
            _ if named => report.findings.extend(known),
            (_, false) => report.findings.extend(known.map(Finding::as_warning)),
        }
    }
    if let Some(tokens) = tokens {
        report.items.push(tokens.item);
        let known = tokens.findings;
        match (tokens.is_there, usable) {
            // A directory that is empty, and nobody named, is no news.
            (false, _) if !tokens.is_named => {}
            (false, _) if there == 0 => report.findings.extend(known),
            (true, 0) => report.findings.extend(known),
            _ => report.findings.extend(known.into_iter().map(Finding::as_warning)),
        }
    }
    if let Some(token) = bearer {
        report.items.push(token.item);
        // Something is there, or a variable names it: that is what will be used.
        let known = token.findings.into_iter();
        match usable {
            0 => report.findings.extend(known),
            _ => report.findings.extend(known.map(Finding::as_warning)),
        }
    }
    let trust = TrustOptions { ca: args.ca.clone(), ..TrustOptions::default() };
    let cas = row::row(&trust, call.exit_only, env, &mut report.findings);
    report.items.push(cas);
    report.good = format!("{usable} of {there} credentials found are usable");
    report
}

/// The host certificate, if a variable names it or it belongs to who asks: on a grid machine one
/// lies there for everybody to see, and most cannot use it.
fn host(env: &Env) -> Option<CredentialFile> {
    let half = CredentialFile::located(Role::HostCert, env);
    let own = |half: &CredentialFile| {
        let file = half.found().and_then(|read| read.source.file.as_ref());
        file.is_some_and(|file| file.owner == env.euid)
    };
    (half.candidate.reason != Reason::Default || own(&half)).then_some(half)
}

/// What is wrong with it, and how its key stands to it.
fn judge(half: &CredentialFile, scope: Scope, env: &Env) -> (Vec<Finding>, Option<&'static str>) {
    if half.role == Role::Proxy {
        let report = proxy::one(half, STATUS.name, scope, &VomsOptions::default(), env);
        let key = report.items.iter().find(|item| item.kind == "key");
        let state = half.found().map(|_| key_state(key, half));
        return (report.findings, state);
    }
    let mut state = None;
    let mut inner = Report::new(STATUS.name, env.now);
    info::certificate(half, scope, env, &mut inner);
    if half.found().is_some() {
        let key = CredentialFile::located(half.role.partner(), env);
        let (item, findings) = info::pair(half, &key, false, env);
        state = Some(key_state(item.as_ref(), &key));
        info::add_pair(&mut inner.findings, findings);
        let modes = credential::modes(half, &key, env);
        weigh::add(Asked::Credential, &mut inner.findings, modes);
    }
    (inner.findings, state)
}

/// One word on the key: what is known of the pair, or why nothing is.
fn key_state(item: Option<&Item>, key: &CredentialFile) -> &'static str {
    let fact = |name| item.and_then(|item| item.get(name));
    match (fact("matches"), fact("encrypted")) {
        (Some(Value::Bool(true)), _) => "matches",
        (Some(Value::Bool(false)), _) => "mismatch",
        (_, Some(Value::Bool(true))) => "encrypted",
        (Some(_), _) => "unknown",
        (None, _) => match key.outcome {
            Err(LoadError::Missing(_) | LoadError::NoHome | LoadError::Dangling(..)) => "missing",
            Err(_) => "unreadable",
            Ok(_) => "unknown",
        },
    }
}

/// Where it was looked for, when nothing was read from there.
fn sought(half: &CredentialFile) -> Option<String> {
    let reason = half.candidate.reason;
    match (&half.outcome, reason) {
        (Ok(_), _) => None,
        (Err(trouble), _) if trouble.path().is_some() => {
            let path = trouble.path()?.display();
            Some(format!("{path} ({reason})"))
        }
        (Err(_), Reason::Variable(name)) => Some(format!("${name}")),
        (Err(_), _) => None,
    }
}

fn row(
    half: &CredentialFile,
    worst: Option<&Finding>,
    key: Option<&'static str>,
    env: &Env,
) -> Item {
    let mut item = Item::new("status", half.role.noun());
    item.machine("credential", Value::Text(half.role.noun().to_owned()));
    let state = worst.map_or("ok", |finding| finding.exit.name());
    item.fact("state", "state", Value::Text(state.to_owned()));
    let Some(read) = half.found() else {
        if let Some(place) = sought(half) {
            item.fact("sought", "looked at", Value::Text(place));
        }
        let rest = ["from", "shadows", "subject", "not_after", "seconds_left", "key"];
        return unknown(item, &rest);
    };
    item.fact("from", "from", Value::Text(half.described()));
    match half.shadowed(env) {
        Some(path) => item.fact("shadows", "not used", Value::Text(path.display().to_string())),
        None => item.machine("shadows", Value::Unknown),
    }
    let Some(first) = read.contents.first() else {
        return unknown(item, &["subject", "not_after", "seconds_left", "key"]);
    };
    item.fact("subject", "subject", crate::describe::name(&first.subject));
    // A proxy ends with the first of its chain.
    let end = match half.role {
        Role::Proxy => proxy::end(read),
        _ => None,
    };
    let end = end.unwrap_or(first.validity.not_after);
    item.fact("not_after", "valid until", Value::Time(end));
    let left = end - env.now;
    item.machine("seconds_left", Value::Span(left));
    match key {
        Some(state) => item.fact("key", "key", Value::Text(state.to_owned())),
        None => item.machine("key", Value::Unknown),
    }
    let of_alien = half.role != Role::Proxy && !half.role.is_host();
    if of_alien && left < lifetime::ALIEN_MINIMUM && left >= Seconds(0) {
        item.fact("note", "note", Value::Text("alien.py calls this expired".to_owned()));
    }
    item
}

fn unknown(mut item: Item, keys: &[&'static str]) -> Item {
    for key in keys {
        item.machine(key, Value::Unknown);
    }
    item
}
