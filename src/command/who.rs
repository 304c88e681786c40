//! `who`: would this software, here, take this credential?

use std::path::PathBuf;

use crate::chain::acceptance::{Presented, judge};
use crate::chain::budget::Budget;
use crate::check::acceptance::{self, Because};
use crate::command::{Noun, Options};
use crate::consumer;
use crate::consumer::profile::{Carrier, Profile};
use crate::gather::anchors::Holdings;
use crate::gather::cas::Trust;
use crate::gather::credential::{CredentialFile, Read};
use crate::locate::Role;
use crate::report::{Item, Report, Value};
use crate::system::env::Env;

/// One line a consumer.
///
/// # Errors
///
/// A tool that nobody knows, or more than one file.
pub fn run(options: &Options, env: &Env) -> Result<Report, String> {
    let asked = match &options.tool {
        None => None,
        Some(id) => Some(consumer::profile(id).ok_or_else(|| {
            let known: Vec<&str> = consumer::profiles().map(|profile| profile.id).collect();
            format!("--tool {id} is none that certok knows: {}", known.join(", "))
        })?),
    };
    let (role, file) = subject(&options.words)?;
    let half = match file {
        Some(path) => CredentialFile::operand(role.unwrap_or(Role::UserCert), &path),
        None => CredentialFile::located(role.unwrap_or_else(|| in_use(env)), env),
    };
    let mut report = Report::new("who", env.now);
    report.findings.extend(half.trouble(env));
    let Some(sent) = half.found().map(Read::known).filter(|sent| !sent.is_empty()) else {
        return Ok(report);
    };
    let (leaf, helpers) = sent.split_at(1);
    let mut trust = Trust::open(&options.trust, half.role.is_token(), env);
    if let Some(leaf) = leaf.first() {
        trust.gather(leaf, helpers, true);
    }
    let holdings = Holdings::of(&trust, &sent);
    let presented = Presented {
        sent: &sent,
        anchors: &holdings.anchors,
        evidence: &trust.evidence,
        names: &holdings.names,
        at: env.now,
    };
    let budget = Budget::default();
    let profiles = consumer::profiles().filter(|p| asked.is_none_or(|asked| asked.id == p.id));
    let mut first: Vec<(Option<bool>, Option<Because>, String)> = Vec::new();
    for profile in profiles {
        let said = judge(&presented, profile, &budget);
        let because = acceptance::because(&said, profile);
        report.acceptance.push(row(profile, &said, &because, &half));
        first.push((said.accepts, because.into_iter().next(), profile.consumer.to_string()));
    }
    conclude(&mut report, first, &half);
    Ok(report)
}

/// What the words name: a kind of credential, a file, or both.
fn subject(words: &[String]) -> Result<(Option<Role>, Option<PathBuf>), String> {
    let role = |word: &str| match word {
        "cert" => Some(Noun::Cert.cert()),
        "host" => Some(Role::HostCert),
        "proxy" => Some(Noun::Proxy.cert()),
        "token" => Some(Noun::Token.cert()),
        _ => None,
    };
    match words {
        [] => Ok((None, None)),
        [word] => match role(word) {
            Some(role) => Ok((Some(role), None)),
            None => Ok((None, Some(PathBuf::from(word)))),
        },
        [word, file] if role(word).is_some() => Ok((role(word), Some(PathBuf::from(file)))),
        _ => Err("who takes a kind (cert, host, proxy, token), a file, or both".to_owned()),
    }
}

/// The credential that most software would use: the proxy before the certificate.
fn in_use(env: &Env) -> Role {
    let roles = [Role::Proxy, Role::UserCert, Role::TokenCert];
    let there = |role: &Role| CredentialFile::located(*role, env).found().is_some();
    roles.into_iter().find(there).unwrap_or(Role::UserCert)
}

fn row(
    profile: &Profile,
    said: &crate::chain::acceptance::Acceptance,
    because: &[Because],
    half: &CredentialFile,
) -> Item {
    let mut item = Item::new("acceptance", profile.id);
    item.machine("tool", profile.id);
    item.fact("software", "software", profile.consumer.to_string());
    item.machine("group", profile.group.name());
    item.machine("accepts", said.accepts.map_or(Value::Unknown, Value::Bool));
    item.fact("verdict", "verdict", verdict(said.accepts, said.is_anonymous));
    let ids: Vec<String> = because.iter().map(|one| one.rule.id.to_owned()).collect();
    item.machine("because", ids);
    let reasons: Vec<String> =
        because.iter().map(|one| format!("{} [{}]", one.words, one.rule.id)).collect();
    item.fact("reasons", "because", reasons);
    let made = profile.transport.carrier == Carrier::XrootdGsi && half.role != Role::Proxy;
    let note = made.then_some("judged as the proxy that XRootD makes of it");
    item.detail("note", "note", note.map(str::to_owned));
    item.detail("source", "source", profile.source);
    item
}

fn verdict(accepts: Option<bool>, is_anonymous: bool) -> &'static str {
    match accepts {
        Some(true) if is_anonymous => "takes nobody",
        Some(true) => "takes it",
        Some(false) => "refuses it",
        None => "not known",
    }
}

/// The headline: how many take it; if nobody does, why the first does not.
fn conclude(
    report: &mut Report,
    all: Vec<(Option<bool>, Option<Because>, String)>,
    half: &CredentialFile,
) {
    let taken = all.iter().filter(|(accepts, ..)| *accepts == Some(true)).count();
    let name = half.described();
    if taken > 0 {
        report.good = match all.as_slice() {
            [(_, _, software)] => format!("{software} takes {name}"),
            all => format!("{taken} of {} kinds of software take {name}", all.len()),
        };
        return;
    }
    let software = match all.as_slice() {
        [(_, _, software)] => software.clone(),
        _ => "all software".to_owned(),
    };
    let refused = all.iter().find(|(accepts, ..)| *accepts == Some(false));
    let finding = match refused {
        Some((_, Some(because), _)) => acceptance::refusal(because, &software),
        _ => {
            let because = all.iter().find_map(|(_, because, _)| because.as_ref());
            acceptance::unknown(because, &software)
        }
    };
    report.findings.push(finding);
}
