//! `status`: what this user or job would use, one row a credential.

use crate::check::lifetime;
use crate::check::trust_dir;
use crate::command::Noun;
use crate::command::Options;
use crate::command::evidence::Half;
use crate::command::idtoken;
use crate::command::idtoken::Summary;
use crate::command::info;
use crate::command::proxy;
use crate::command::trust::Trust;
use crate::env::Env;
use crate::locate::Reason;
use crate::locate::Role;
use crate::report::Exit;
use crate::report::Finding;
use crate::report::Item;
use crate::report::Report;
use crate::report::Severity;
use crate::report::Value;
use crate::time::Seconds;

/// One row each for the JAliEn token, the user certificate, the proxy and the CA directory, and one
/// for the IDTOKENS of HTCondor where there are any.
pub fn run(options: &Options, env: &Env) -> Report {
    let mut report = Report::new("status", env.now);
    let nouns = [Noun::Token, Noun::Cert, Noun::Proxy];
    let halves = nouns.map(|noun| Half::located(noun.cert(), env));
    let judged = halves.each_ref().map(|half| judge(half, options, env));
    let exit = |findings: &[Finding]| findings.iter().any(|f| f.exit != Exit::Ok);
    let tokens = idtoken::summary(options, env);
    let is = |what: fn(&Summary) -> bool| usize::from(tokens.as_ref().is_some_and(what));
    let there = halves.iter().filter(|half| half.found().is_some()).count();
    let usable = halves
        .iter()
        .zip(&judged)
        .filter(|(h, f)| h.found().is_some() && !exit(f))
        .count();
    let there = there + is(|tokens| tokens.is_there);
    let usable = usable + is(|tokens| tokens.is_usable);
    for (half, findings) in halves.iter().zip(judged) {
        let worst = findings
            .iter()
            .filter(|f| f.exit != Exit::Ok)
            .min_by_key(|f| f.exit.rank());
        report.items.push(row(half, worst, env));
        // One good credential is what most work needs: what is wrong with the other is no error
        // here, and that it is not there is no news once another was found; but that a variable
        // says it should be is.
        let absent = half.found().is_none() && worst.is_some_and(|f| f.exit == Exit::NotFound);
        let named = half.candidate.reason != Reason::Default;
        let known = findings
            .into_iter()
            .filter(|f| f.severity != Severity::Info);
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
            _ => report
                .findings
                .extend(known.into_iter().map(Finding::as_warning)),
        }
    }
    report
        .items
        .push(ca_row(options, env, &mut report.findings));
    report.good = format!("{usable} of {there} credentials found are usable");
    report
}

fn judge(half: &Half, options: &Options, env: &Env) -> Vec<Finding> {
    if half.role == Role::Proxy {
        return proxy::one(half, "status", options, env).findings;
    }
    let mut inner = Report::new("status", env.now);
    info::certificate(half, options, env, &mut inner);
    if half.found().is_some() {
        let key = Half::located(half.role.partner(), env);
        let (_, findings) = info::pair(half, &key, false, env);
        info::add_pair(&mut inner.findings, findings);
        let modes = half.modes(env).into_iter().chain(key.modes(env));
        inner.findings.extend(modes.map(Finding::as_warning));
    }
    inner.findings
}

fn row(half: &Half, worst: Option<&Finding>, env: &Env) -> Item {
    let mut item = Item::new("status", half.role.noun());
    item.machine("credential", Value::Text(half.role.noun().to_owned()));
    let state = worst.map_or("ok", |finding| finding.exit.name());
    item.fact("state", "state", Value::Text(state.to_owned()));
    let Some(read) = half.found() else {
        return unknown(item, &["from", "subject", "not_after", "seconds_left"]);
    };
    item.fact("from", "from", Value::Text(half.described()));
    let Some(first) = read.contents.first() else {
        return unknown(item, &["subject", "not_after", "seconds_left"]);
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
    if half.role != Role::Proxy && left < lifetime::ALIEN_MINIMUM && left >= Seconds(0) {
        item.fact(
            "note",
            "note",
            Value::Text("alien.py calls this expired".to_owned()),
        );
    }
    item
}

fn unknown(mut item: Item, keys: &[&'static str]) -> Item {
    for key in keys {
        item.machine(key, Value::Unknown);
    }
    item
}

fn ca_row(options: &Options, env: &Env, findings: &mut Vec<Finding>) -> Item {
    let trust = Trust::open(options, false, env);
    let mut item = Item::new("ca_directory", "CA certificates");
    item.fact("from", "from", Value::Text(trust.shown()));
    let survey = trust.survey();
    let count = survey
        .iter()
        .filter_map(|entry| entry.content.as_ref().ok())
        .flatten();
    let mut seen: Vec<Vec<u8>> = count
        .map(|certificate| certificate.der().to_vec())
        .collect();
    seen.extend(
        trust
            .pool
            .iter()
            .map(|known| known.certificate.der().to_vec()),
    );
    seen.sort();
    seen.dedup();
    let state = match &trust.trouble {
        Some(trouble) => {
            findings.push(trust_dir::unusable(&trust.candidate, trouble));
            "unusable".to_owned()
        }
        None if seen.is_empty() => {
            findings.push(trust_dir::empty(&trust.candidate));
            "empty".to_owned()
        }
        None => format!("{} CAs", seen.len()),
    };
    item.fact("state", "state", Value::Text(state));
    item.machine(
        "count",
        i64::try_from(seen.len()).map_or(Value::Unknown, Value::Int),
    );
    item
}
