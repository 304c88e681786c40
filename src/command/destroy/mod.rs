//! `cert-destroy`, `proxy-destroy`, `token-destroy`: removes files safely, and says exactly what
//! was done.

mod eligible;

use std::path::{Path, PathBuf};

use crate::command::arguments::groups::{DRY_RUN, FILES};
use crate::command::arguments::{arguments, flag};
use crate::command::definition::{Alien, Definition, Group};
use crate::command::destroy::eligible::{Target, inline, judge};
use crate::command::{Call, Noun};
use crate::gather::credential::CredentialFile;
use crate::load::near;
use crate::locate::{Location, Role};
use crate::report::{AlienForm, Exit, Finding, Item, Report, Severity, Value};
use crate::source::Origin;
use crate::source::stored::Erasure;
use crate::store::erase;
use crate::system::env::Env;
use crate::system::prompt;
use crate::text::shell;
use crate::{check, load, locate};

/// `cert-destroy`.
pub const CERT: Definition<Args> = Definition {
    name: "cert-destroy",
    group: Group::Remove,
    about: "Remove the user certificate and its key (asks first)",
    example: "certok cert-destroy --dry-run",
    ..Definition::reporting(|args, call| Ok(run(Noun::Cert, args, call)))
};

/// `token-destroy`.
pub const TOKEN: Definition<Args> = Definition {
    name: "token-destroy",
    group: Group::Remove,
    about: "Remove the JAliEn token and its key",
    example: "certok token-destroy --dry-run",
    alien: Alien::Program(AlienForm::Destroy),
    ..Definition::reporting(|args, call| Ok(run(Noun::Token, args, call)))
};

/// `proxy-destroy`.
pub const PROXY: Definition<Args> = Definition {
    name: "proxy-destroy",
    group: Group::Remove,
    about: "Remove the proxy",
    example: "certok proxy-destroy --dry-run",
    ..Definition::reporting(|args, call| Ok(run(Noun::Proxy, args, call)))
};

arguments! {
    /// Arguments of `cert-destroy`, `proxy-destroy`, `token-destroy`.
    pub struct Args {
        files: Vec<PathBuf> = FILES,
        dry_run: bool = DRY_RUN,
        yes: bool = flag("yes", "Do not ask; remove what alien.py left behind too").short('y'),
        shell: bool = flag("shell",
            "Only print the line that unsets the variables, for eval; remove nothing"),
    }
}

/// Destroys the key first, then the certificate; or the operands. Reports copies that remain
/// elsewhere.
fn run(noun: Noun, args: &Args, call: &Call<'_>) -> Report {
    let mut report = located(noun, args, call);
    if args.files.is_empty() && !args.shell {
        let mut remaining = remaining(noun, &report.items, call);
        let nothing = report.findings.iter_mut().find(|f| f.is(&check::erase::NOTHING));
        if let (Some(remaining), Some(nothing)) = (&mut remaining, nothing) {
            // What was to go is still there, in another place.
            remaining.severity = Severity::Error;
            remaining.exit = Exit::NotDone;
            *nothing = nothing.clone().as_note();
        }
        report.findings.extend(remaining);
    }
    report
}

/// What tools would find in other places.
fn remaining(noun: Noun, removed: &[Item], call: &Call<'_>) -> Option<Finding> {
    let env = call.env;
    let role = noun.cert();
    let file = role.file_name(env.uid);
    let mut places = vec![env.system("/tmp").join(&file)];
    if let Location::Path(default) = locate::default(role, env) {
        places.insert(0, default);
    }
    if role == Role::Proxy {
        places.push(locate::temporary_directory(env).join(&file));
    }
    let known = locate::credential(role, env).into_iter().map(|candidate| candidate.location);
    let known: Vec<PathBuf> = known
        .filter_map(|location| match location {
            Location::Path(path) => Some(path),
            Location::Value(value) => Some(value.into()),
            Location::Held(_) | Location::NoHome | Location::Stdin => None,
        })
        .collect();
    let is_own = |path: &&PathBuf| {
        let is_removed = removed.iter().any(|item| {
            matches!(item.get("file"), Some(Value::Text(file)) if **file == *path.to_string_lossy())
        });
        let own = load::link_facts(path).is_some_and(|facts| facts.owner == env.euid);
        own && !is_removed && !known.contains(*path)
    };
    let cert = places.iter().filter(|_| noun != Noun::Cert).find(is_own)?;
    let mut files = vec![shell::path(cert)];
    let key = near::key_of_token(cert);
    if role.is_token() && load::is_file(&key) {
        files.push(shell::path(&key));
    }
    let message = format!("another {} remains at {}", role.noun(), cert.display());
    let fix = format!("certok {} {}", call.name, files.join(" "));
    Some(check::erase::REMAINS.found(message).fix(fix))
}

fn located(noun: Noun, args: &Args, call: &Call<'_>) -> Report {
    let mut report = call.report();
    let env = call.env;
    let halves = halves(noun, &args.files, env);
    if args.shell {
        let held = |half: &&CredentialFile| {
            let origin = half.found().map(|read| &read.source.origin);
            matches!(origin, Some(Origin::Variable(_)))
        };
        let held = halves.iter().filter(held).map(|half| inline(noun, half));
        report.findings.extend(held);
        report.raw = Some(unset_line(noun).into());
        return report;
    }
    let mut targets = Vec::new();
    for half in &halves {
        match judge(noun, half, &halves, env) {
            Ok(target) => targets.extend(target),
            Err(findings) => report.findings.extend(findings),
        }
    }
    if !report.findings.is_empty() {
        return report;
    }
    if noun == Noun::Token && args.files.is_empty() {
        leftovers(&mut targets, &mut report, args, env);
    }
    if targets.is_empty() {
        report.findings.push(nothing(&halves));
        return report;
    }
    if noun == Noun::Cert && !args.dry_run && !confirmed(&targets, args, call) {
        report.findings.push(
            check::erase::NOT_CONFIRMED.found(format!(
                "not destroyed, because you did not confirm it: {}",
                names(&targets)
            )),
        );
        return report;
    }
    destroy(&targets, args.dry_run, env, &mut report);
    report
}

fn destroy(targets: &[Target], dry_run: bool, env: &Env, report: &mut Report) {
    let erase = |target: &Target, dry_run| {
        let outcome = erase::destroy(&target.path, &target.judged, env.euid, dry_run);
        let finding = check::erase::check(&target.path, &outcome);
        (outcome, finding)
    };
    // A half of a credential is of no use: if one file has to stay, all stay.
    let objections = targets.iter().filter_map(|target| erase(target, true).1);
    report.findings.extend(objections);
    if report.findings.iter().any(|f| f.exit != Exit::Ok) {
        return;
    }
    let (mut done, mut stayed) = (Vec::new(), Vec::new());
    for target in targets {
        let (outcome, finding) = erase(target, dry_run);
        report.items.push(item(&target.path, &outcome));
        match finding {
            Some(finding) => stayed.push(finding),
            None => done.push(target.path.display().to_string()),
        }
    }
    for mut finding in stayed {
        if !done.is_empty() {
            finding.message += &format!("; half done: removed {}", done.join(" and "));
        }
        report.findings.push(finding);
    }
    let verb = if dry_run { "would remove" } else { "removed" };
    report.good = format!("{verb} {}", done.join(" and "));
}

/// The halves to destroy, the key first.
fn halves(noun: Noun, files: &[PathBuf], env: &Env) -> Vec<CredentialFile> {
    if !files.is_empty() {
        let half = |path: &PathBuf| {
            let half = CredentialFile::operand(noun.cert(), path);
            let is_key = half.found().is_some_and(|read| {
                read.contents.certificates.is_empty() && !read.contents.keys.is_empty()
            });
            if is_key { CredentialFile { role: noun.cert().partner(), ..half } } else { half }
        };
        return files.iter().map(half).collect();
    }
    let (cert, key) = (noun.cert(), noun.cert().partner());
    let roles = if key == cert { vec![cert] } else { vec![key, cert] };
    let located = |role| CredentialFile::located(role, env);
    roles.into_iter().map(located).collect()
}

fn unset_line(noun: Noun) -> String {
    format!("unset {}\n", noun.cert().variables())
}

/// The temporary copies that alien.py left. They are reported, and destroyed with `--yes`.
fn leftovers(targets: &mut Vec<Target>, report: &mut Report, args: &Args, env: &Env) {
    let left = near::leftovers(env);
    if left.is_empty() {
        return;
    }
    if args.yes {
        let target = |path: PathBuf| Some(Target { judged: load::link_facts(&path)?, path });
        targets.extend(left.into_iter().filter_map(target));
        return;
    }
    let files: Vec<String> = left.iter().map(|path| shell::path(path)).collect();
    report.findings.push(
        check::erase::LEFTOVERS
            .found(format!(
                "alien.py left {} behind: {}",
                match left.len() {
                    1 => "a temporary copy".to_owned(),
                    count => format!("{count} temporary copies"),
                },
                files.join(" ")
            ))
            .fix(format!("certok {} --yes", TOKEN.name)),
    );
}

fn nothing(halves: &[CredentialFile]) -> Finding {
    let place = halves.last().and_then(|half| match &half.outcome {
        Err(trouble) => trouble.path(),
        Ok(_) => None,
    });
    let place =
        place.map_or_else(|| "the default place".to_owned(), |path| path.display().to_string());
    check::erase::NOTHING.found(format!("nothing is at {place}"))
}

fn confirmed(targets: &[Target], args: &Args, call: &Call<'_>) -> bool {
    if args.yes {
        return true;
    }
    let question = format!("destroy {} for good? It cannot be made again.", names(targets));
    !call.no_input && matches!(prompt::confirm(&question), Ok(Some(true)))
}

fn names(targets: &[Target]) -> String {
    let names: Vec<String> = targets.iter().map(|t| t.path.display().to_string()).collect();
    names.join(" and ")
}

/// What happened to a file.
pub fn item(path: &Path, outcome: &Erasure) -> Item {
    let (state, text) = match outcome {
        Erasure::Removed { overwritten: true } => {
            ("removed", "removed (overwritten first, as far as the file system allows)")
        }
        Erasure::Removed { overwritten: false } => ("removed", "removed"),
        Erasure::WouldRemove => ("would-remove", "would be removed"),
        Erasure::Refused(_) => ("refused", "not removed"),
        Erasure::Failed(_) => ("failed", "not removed"),
    };
    let mut item = Item::new("removal", path.display().to_string());
    item.machine("file", Value::Text(path.display().to_string()));
    item.machine("outcome", Value::Text(state.to_owned()));
    item.fact("words", "state", Value::Text(text.to_owned()));
    item
}
