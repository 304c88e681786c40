//! If a credential is missing or refused while another one would be accepted: which change of the
//! environment makes the same command succeed. The change is tried before it is suggested.

use std::path::{Path, PathBuf};

use crate::check::bearer::shown;
use crate::command::{Command, Noun};
use crate::gather::credential::CredentialFile;
use crate::load::{bearer, near};
use crate::report::{Exit, Finding, Report};
use crate::source::candidate::{Candidate, Location, Role};
use crate::source::place::BEARER;
use crate::system::env::Env;
use crate::text::shell;
use crate::{check, load, locate};

/// Most changes that are tried for one command. Each is a whole run.
const MAX_TRIED: usize = 8;

/// A change of variables.
struct Change {
    /// The shell line that makes the change.
    line: String,
    /// Where the other credential is.
    place: String,
    /// The environment after it.
    env: Env,
    /// Whether a default search finds the place after the change.
    is_unset: bool,
    /// The owner of the file or link, if this is neither this user nor root. Anybody can put a
    /// credential into `/tmp`, and whoever uses it works in that person's name.
    foreign: Option<u32>,
}

/// What a command judges.
#[derive(Clone, Copy)]
enum Subject {
    Bearer,
    Certificate(Noun),
}

/// Adds to the headline the change that mends it. `again` runs a command in another environment.
pub fn advise(
    report: &mut Report,
    command: &Command,
    env: &Env,
    mut again: impl FnMut(&Command, &Env) -> Option<Report>,
) {
    let subjects = subjects(command);
    let Some(headline) = report.headline().filter(|finding| finding.fix.is_none()) else {
        return;
    };
    let headline = headline.clone();
    let command = silent(command);
    let mut second = None;
    let changes = subjects
        .iter()
        .flat_map(|subject| changes(*subject, env).into_iter().map(|change| (*subject, change)));
    for (subject, change) in changes.take(MAX_TRIED) {
        let Some(new) = again(&command, &change.env) else { return };
        if is_better(report, &headline, &new) {
            let words = words(subject, &change);
            return mend(report, &words, change.foreign.is_none().then_some(change.line));
        }
        if headline.exit == Exit::NotFound && new.exit() != Exit::NotFound && second.is_none() {
            let trouble = new.headline().map_or("", |finding| &finding.message);
            let line = &change.line;
            second = Some(format!("one is in {} ({line}), but: {trouble}", change.place));
        }
    }
    if let Some(words) = second {
        mend(report, &words, None);
    }
}

/// What the command judges, if it searches for credentials and changes nothing.
fn subjects(command: &Command) -> Vec<Subject> {
    use Subject::{Bearer, Certificate};
    if command.operands().is_some() {
        return Vec::new();
    }
    match command {
        Command::BearerInfo(_) | Command::BearerVerify(_) => vec![Bearer],
        Command::CertInfo(_) | Command::CertVerify(_) => vec![Certificate(Noun::Cert)],
        Command::ProxyInfo(_) | Command::ProxyVerify(_) => vec![Certificate(Noun::Proxy)],
        Command::CertkeyMatch(args) | Command::Match(args) if args.files.is_empty() => {
            vec![Certificate(Noun::Cert)]
        }
        Command::ProxykeyMatch(args) if args.files.is_empty() => vec![Certificate(Noun::Proxy)],
        Command::TokenkeyMatch(args) if args.files.is_empty() => vec![Certificate(Noun::Token)],
        Command::Token(_) | Command::TokenInfo(_) | Command::TokenVerify(_) | Command::User(_) => {
            vec![Certificate(Noun::Token)]
        }
        Command::Check(_) | Command::Info(_) | Command::Status(_) | Command::Verify(_) => {
            let nouns = [Noun::Token, Noun::Cert, Noun::Proxy].map(Certificate);
            nouns.into_iter().chain([Bearer]).collect()
        }
        _ => Vec::new(),
    }
}

/// The same command without asking for a passphrase, which was already done.
fn silent(command: &Command) -> Command {
    let mut command = command.clone();
    match &mut command {
        Command::CertkeyMatch(args)
        | Command::Match(args)
        | Command::ProxykeyMatch(args)
        | Command::TokenkeyMatch(args) => {
            args.key.no_input = true;
        }
        Command::Token(args) => args.key.no_input = true,
        _ => {}
    }
    command
}

/// Whether `new` has only errors that `old` has too, without the headline.
fn is_better(old: &Report, headline: &Finding, new: &Report) -> bool {
    let mut errors = new.findings.iter().filter(|finding| finding.exit != Exit::Ok);
    errors.all(|error| {
        !error.same_as(headline) && old.findings.iter().any(|known| known.same_as(error))
    })
}

fn words(subject: Subject, change: &Change) -> String {
    let end = match subject {
        Subject::Bearer => {
            let found = locate::bearer(&change.env).into_iter().next().map(bearer::read);
            found.and_then(|found| check::bearer::token(&found)?.expires.instant())
        }
        Subject::Certificate(noun) => {
            let half = CredentialFile::located(noun.cert(), &change.env);
            let read = half.found();
            read.and_then(|read| Some(read.contents.first()?.validity.not_after))
        }
    };
    let end = end.map_or_else(String::new, |end| format!(", valid until {}", end.screen()));
    match (change.foreign, change.is_unset) {
        (Some(owner), _) => format!(
            "one of uid {owner} is in {}{end}; if it is meant for you: {}",
            change.place, change.line
        ),
        (None, true) => format!("{}, and {} is used{end}", change.line, change.place),
        (None, false) => format!("use the one in {}{end}: {}", change.place, change.line),
    }
}

fn mend(report: &mut Report, words: &str, line: Option<String>) {
    report.change_headline(|finding| {
        let rest = match &*finding.advice {
            "" => String::new(),
            advice => format!("; or {advice}"),
        };
        finding.advice = format!("{words}{rest}");
        if let Some(line) = &line {
            finding.set_fix(line.clone());
        }
    });
}

fn changes(subject: Subject, env: &Env) -> Vec<Change> {
    match subject {
        Subject::Bearer => of_bearer(env),
        Subject::Certificate(noun) => {
            let role = noun.cert();
            let mut all = unset(role, env);
            let other = match noun {
                Noun::Cert => Vec::new(),
                Noun::Proxy => near::proxies(env),
                Noun::Token => near::tokens(env),
            };
            all.extend(other.iter().map(|path| export(role, path, env)));
            all
        }
    }
}

/// Changes that use the default place instead of the variables: of both halves, or one.
fn unset(role: Role, env: &Env) -> Vec<Change> {
    let Location::Path(default) = locate::default(role, env) else {
        return Vec::new();
    };
    let mut names = role.both_variables();
    names.retain(|name| env.variable(name).is_some());
    let sets = match names.as_slice() {
        [] => Vec::new(),
        [one] => vec![vec![*one]],
        both => [both.to_vec()].into_iter().chain(both.iter().map(|name| vec![*name])).collect(),
    };
    let there = load::is_file(&default);
    let change = |names: Vec<&str>| Change {
        line: format!("unset {}", names.join(" ")),
        place: default.display().to_string(),
        env: names.iter().fold(env.clone(), |env, name| env.with(name, None)),
        is_unset: true,
        foreign: foreign(&default, env),
    };
    sets.into_iter().filter(|_| there).map(change).collect()
}

fn export(role: Role, path: &Path, env: &Env) -> Change {
    let mut values = vec![(role.variable(), path.to_path_buf())];
    if role.is_token() {
        values.push((role.partner().variable(), near::key_of_token(path)));
    }
    exports(&values, path.display().to_string(), env)
}

fn exports(values: &[(&'static str, PathBuf)], place: String, env: &Env) -> Change {
    let words = values.iter().map(|(name, path)| format!("{name}={}", shell::path(path)));
    let words: Vec<String> = words.collect();
    let set = |env: Env, (name, path): &(&str, PathBuf)| env.with(name, Some(path.as_os_str()));
    Change {
        line: format!("export {}", words.join(" ")),
        place,
        env: values.iter().fold(env.clone(), set),
        is_unset: false,
        foreign: values.iter().find_map(|(_, path)| foreign(path, env)),
    }
}

/// The owner of a file or of the link to it, if this is neither this user nor root.
fn foreign(path: &Path, env: &Env) -> Option<u32> {
    let owners = [load::link_facts(path), load::file_facts(path)].into_iter().flatten();
    owners.map(|facts| facts.owner).find(|owner| *owner != env.euid && *owner != 0)
}

/// The places after the one that was chosen, and places that no search reads.
fn of_bearer(env: &Env) -> Vec<Change> {
    let names = BEARER.iter().filter_map(|spot| spot.variable());
    let set: Vec<&str> = names.filter(|name| env.variable(name).is_some()).collect();
    let bare = set.iter().fold(env.clone(), |env, name| env.with(name, None));
    let mut all = Vec::new();
    for end in 1..=set.len() {
        let names = &set[..end];
        let env = names.iter().fold(env.clone(), |env, name| env.with(name, None));
        let mut places = locate::bearer(&env).into_iter();
        let is_there = |place: &Candidate| place.path().is_none_or(load::is_file);
        let Some(next) = places.find(is_there) else { continue };
        let line = format!("unset {}", names.join(" "));
        let foreign = next.path().and_then(|path| foreign(path, &env));
        all.push(Change { line, place: shown(&next), env, is_unset: true, foreign });
    }
    let first = match env.variable("BEARER_TOKEN") {
        Some(_) => "unset BEARER_TOKEN; ",
        None => "",
    };
    let of_file = |path: PathBuf| {
        let change =
            exports(&[("BEARER_TOKEN_FILE", path.clone())], path.display().to_string(), &bare);
        Change { line: format!("{first}{}", change.line), ..change }
    };
    let later = locate::bearer(&bare);
    let later = later.iter().filter_map(|place| place.path().map(Path::to_path_buf));
    let value = env.filled("BEARER_TOKEN").map(PathBuf::from);
    let files = value.into_iter().chain(later).filter(|path| load::is_file(path));
    let files = files.chain(bearer::nearby(env));
    all.extend(files.map(of_file));
    let of_variable = |name: String| Change {
        line: format!("export BEARER_TOKEN=\"${name}\""),
        place: format!("${name}"),
        env: env.clone().with("BEARER_TOKEN", env.variable(&name)),
        is_unset: false,
        foreign: None,
    };
    all.extend(bearer::variables(env).into_iter().map(of_variable));
    all
}
