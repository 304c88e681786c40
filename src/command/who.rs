//! `who`: would this software accept this credential here?

use std::path::{Path, PathBuf};

use crate::chain::Purpose;
use crate::chain::acceptance::{Acceptance, Presented, Reason, judge};
use crate::chain::budget::Budget;
use crate::check::acceptance::Because;
use crate::check::{acceptance, lifetime};
use crate::command::arguments::groups::NEED;
use crate::command::arguments::{arguments, operand, option};
use crate::command::bearer::Demand;
use crate::command::definition::{Definition, Group};
use crate::command::idtoken::tokens::Wanted;
use crate::command::{Call, Noun, bearer, idtoken, pair};
use crate::consumer::profile::{Carrier, Profile};
use crate::consumer::selection::Selection;
use crate::consumer::token::{TOKEN_CONSUMERS, TokenConsumer, TokenKind};
use crate::gather::anchors::RelevantAnchors;
use crate::gather::cas::Trust;
use crate::gather::clients;
use crate::gather::clients::Choice;
use crate::gather::credential::{CredentialFile, Keys, Read};
use crate::gather::options::TrustOptions;
use crate::locate::{CaOptions, CaSearch, Role};
use crate::report::{Exit, Finding, Item, Report, Value};
use crate::system::env::Env;
use crate::text::time::Seconds;
use crate::{consumer, locate};

/// `who`.
pub const WHO: Definition<Args> = Definition {
    name: "who",
    group: Group::Check,
    about: "Which software accepts the credential, and why the rest refuses it",
    example: "certok who cert",
    ..Definition::reporting(run)
};

arguments! {
    /// Arguments of `who`.
    pub struct Args {
        words: Vec<String> = operand("words", "WHAT",
            "bearer, cert, host, idtoken, proxy or token, and a file; without words, the \
             credential in use")
        .with(|arg| arg.num_args(0..=2)),
        tool: Option<Selection> = option("tool", "NAME",
            "Only this one of the lines, with everything; or those of grid, web or all"),
        need: Seconds = NEED,
        ca: CaOptions,
    }
}

/// One line for each consumer.
fn run(args: &Args, call: &Call<'_>) -> Result<Report, String> {
    let env = call.env;
    if let Some((kind, file)) = token(&args.words)? {
        return tokens(kind, file.as_deref(), args, call);
    }
    if let Some(selection) = args.tool.filter(|selection| selection.profiles().next().is_none()) {
        return Err(format!("--tool {}: it does not accept certificates", selection.word));
    }
    let (role, file) = subject(&args.words)?;
    let half = match file {
        Some(path) => CredentialFile::operand(role.unwrap_or(Role::UserCert), &path),
        None => CredentialFile::located(role.unwrap_or_else(|| in_use(env)), env),
    };
    let mut report = call.report();
    report.findings.extend(half.trouble(env));
    if half.is_located() && args.tool.is_none() && !call.exit_only {
        report.columns = &["client here", "would show"];
        report.items.extend(clients::choices(env).into_iter().map(client));
    }
    let Some(sent) = half.found().map(Read::known).filter(|sent| !sent.is_empty()) else {
        return Ok(report);
    };
    let (leaf, helpers) = sent.split_at(1);
    let options = TrustOptions { ca: args.ca.clone(), ..TrustOptions::default() };
    let mut trust = Trust::open(&options, CaSearch::of(half.role), env);
    if let Some(leaf) = leaf.first() {
        trust.gather(leaf, helpers, true);
    }
    let relevant = RelevantAnchors::of(&trust, &sent);
    let presented = Presented {
        sent: &sent,
        anchors: &relevant.anchors,
        evidence: &trust.evidence,
        names: relevant.names,
        purpose: Purpose::Client,
        at: env.now,
    };
    let budget = Budget::default();
    let other_key = has_other_key(&half, env);
    let is_asked = |profile: &&Profile| {
        args.tool.is_none_or(|asked| asked.profiles().any(|one| one.id == profile.id))
    };
    let profiles = consumer::profiles().filter(is_asked);
    let mut first: Vec<(Option<bool>, Option<Because>, String)> = Vec::new();
    for profile in profiles {
        let mut said = judge(&presented, profile, &budget);
        let mut because = acceptance::because(&said);
        if said.accepts == Some(true) && args.need > Seconds(0) {
            let end = Presented { at: env.now + args.need, ..presented };
            because = runs_out(judge(&end, profile, &budget));
            said.accepts = Some(because.is_empty());
        }
        if other_key {
            // No client can load this certificate with this key.
            (said.accepts, said.is_anonymous) = (Some(false), false);
            because.insert(0, acceptance::other_key());
        }
        report.acceptance.push(row(profile, &said, &because, &half));
        first.push((said.accepts, because.into_iter().next(), profile.consumer.to_string()));
    }
    conclude(&mut report, first, &half.described());
    Ok(report)
}

/// What clients would take: a line.
fn client((names, choice): (Vec<&'static str>, Choice)) -> Item {
    let title = names.join(", ");
    let mut item = Item::new("client", title.clone());
    item.row = vec![title, choice.line()];
    item.machine("clients", names.into_iter().map(str::to_owned).collect::<Vec<_>>());
    item.fact("certificate", "certificate", choice.certificate);
    item.fact("key", "key", choice.key);
    item.fact("cas", "CAs", choice.cas);
    item
}

/// What may be asked.
const USAGE: &str = "who takes a kind (bearer, cert, host, idtoken, proxy, token), a file, or both";

/// Whether a bearer token or an IDTOKEN is asked about, and in which file.
fn token(words: &[String]) -> Result<Option<(TokenKind, Option<PathBuf>)>, String> {
    let Some((kind, rest)) = words.split_first() else {
        return Ok(None);
    };
    let kind = match kind.as_str() {
        "bearer" => TokenKind::Bearer,
        "idtoken" => TokenKind::IdToken,
        _ => return Ok(None),
    };
    match rest {
        [] => Ok(Some((kind, None))),
        [file] => Ok(Some((kind, Some(PathBuf::from(file))))),
        _ => Err(USAGE.to_owned()),
    }
}

/// One line for each consumer of tokens, by the software that the findings name.
fn tokens(
    kind: TokenKind,
    file: Option<&Path>,
    args: &Args,
    call: &Call<'_>,
) -> Result<Report, String> {
    let of_kind = || TOKEN_CONSUMERS.iter().filter(|consumer| consumer.kind == kind);
    let asked: Vec<&TokenConsumer> = match args.tool {
        Some(selection) => selection.tokens(kind),
        None => of_kind().collect(),
    };
    if let Some(selection) = args.tool.filter(|_| asked.is_empty()) {
        let known: Vec<&str> = of_kind().map(|consumer| consumer.id).collect();
        return Err(format!("--tool {} is none of {}", selection.word, known.join(", ")));
    }
    let judged = match (kind, file) {
        (TokenKind::Bearer, None) => bearer::run(&Demand::default(), args.need, call),
        (TokenKind::Bearer, Some(file)) => {
            bearer::operand(Demand::default(), args.need, call)(&locate::operand(file))
        }
        (TokenKind::IdToken, None) => idtoken::run(&Wanted::verdict(args.need), call),
        (TokenKind::IdToken, Some(file)) => {
            idtoken::operand(Wanted::verdict(args.need), call)(&locate::operand(file))
        }
    };
    let mut report = call.report();
    let absent = |finding: &&Finding| matches!(finding.exit, Exit::NotFound | Exit::Unreadable);
    let unread: Vec<Finding> = judged.findings.iter().filter(absent).cloned().collect();
    if !unread.is_empty() {
        report.findings = unread;
        return Ok(report);
    }
    let mut all = Vec::new();
    for consumer in asked {
        let (accepts, because) = acceptance::of_token(&judged.findings, consumer);
        let (name, group) = (consumer.consumer.to_string(), consumer.group.name());
        report.acceptance.push(item((consumer.id, &name, group), accepts, false, &because));
        all.push((accepts, because.into_iter().next(), name));
    }
    conclude(&mut report, all, "the token");
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
        _ => Err(USAGE.to_owned()),
    }
}

/// The credential that most software would use: the proxy before the certificate.
fn in_use(env: &Env) -> Role {
    let roles = [Role::Proxy, Role::UserCert, Role::TokenCert];
    let there = |role: &Role| CredentialFile::located(*role, env).found().is_some();
    roles.into_iter().find(there).unwrap_or(Role::UserCert)
}

/// Whether the private key belongs to another certificate.
fn has_other_key(half: &CredentialFile, env: &Env) -> bool {
    if !half.is_located() {
        return false;
    }
    let key = match half.role {
        Role::Proxy => half.partner(),
        role => CredentialFile::located(role.partner(), env),
    };
    let keys = key.found().map(|read| Keys::open(read, None));
    keys.is_some_and(|keys| pair::prove(half, &key, &keys, false, env).refuted)
}

/// What expires until the end that was judged; nothing else counts then.
fn runs_out(mut end: Acceptance) -> Vec<Because> {
    end.objections.retain(|one| matches!(one.reason, Reason::Expired | Reason::ExpiredInFile));
    let short = |because: Because| Because {
        rule: &lifetime::TOO_SHORT,
        words: because.words.replace("has expired", "ends before that"),
    };
    acceptance::because(&end).into_iter().map(short).collect()
}

fn row(profile: &Profile, said: &Acceptance, because: &[Because], half: &CredentialFile) -> Item {
    let name = profile.consumer.to_string();
    let named = (profile.id, name.as_str(), profile.group.name());
    let mut item = item(named, said.accepts, said.is_anonymous, because);
    let made = profile.transport.carrier == Carrier::XrootdGsi && half.role != Role::Proxy;
    let note = made.then_some("judged as the proxy that XRootD makes of it");
    item.detail("note", "note", note.map(str::to_owned));
    item.detail("source", "source", profile.source);
    item
}

fn item(
    (id, name, group): (&'static str, &str, &'static str),
    accepts: Option<bool>,
    is_anonymous: bool,
    because: &[Because],
) -> Item {
    let mut item = Item::new("acceptance", id);
    item.machine("tool", id);
    item.fact("software", "software", name);
    item.machine("group", group);
    item.machine("accepts", accepts.map_or(Value::Unknown, Value::Bool));
    item.fact("verdict", "verdict", verdict(accepts, is_anonymous));
    let ids: Vec<String> = because.iter().map(|one| one.rule.id.to_owned()).collect();
    item.machine("because", ids);
    let reasons: Vec<String> =
        because.iter().map(|one| format!("{} [{}]", one.words, one.rule.id)).collect();
    item.fact("reasons", "because", reasons);
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

/// The headline: how many accept it; if none does, why the first one does not.
fn conclude(report: &mut Report, all: Vec<(Option<bool>, Option<Because>, String)>, name: &str) {
    let taken = all.iter().filter(|(accepts, ..)| *accepts == Some(true)).count();
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
