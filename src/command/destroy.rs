//! `cert-destroy`, `proxy-destroy`, `token-destroy`: safe removal, honest about what it did.

use std::path::Path;
use std::path::PathBuf;

use crate::check;
use crate::command::Noun;
use crate::command::Options;
use crate::command::evidence::Half;
use crate::command::evidence::Keys;
use crate::command::evidence::Read;
use crate::env::Env;
use crate::erase;
use crate::erase::Outcome;
use crate::load;
use crate::load::Trouble;
use crate::load::near;
use crate::locate;
use crate::locate::Place as Where;
use crate::locate::Reason;
use crate::locate::Role;
use crate::parse::cert::Kind;
use crate::parse::key::LockedKey;
use crate::parse::shape::Shape;
use crate::parse::token::Token;
use crate::prompt;
use crate::report::Exit;
use crate::report::Finding;
use crate::report::Item;
use crate::report::Place;
use crate::report::Report;
use crate::report::Value;
use crate::shell;
use crate::source::FileFacts;
use crate::source::Origin;

/// A file that was judged fit to go.
struct Target {
    path: PathBuf,
    judged: FileFacts,
}

/// Destroys the key first, then the certificate; or the operands.
pub fn run(noun: Noun, command: &'static str, options: &Options, env: &Env) -> Report {
    let mut report = Report::new(command, env.now);
    let halves = halves(noun, options, env);
    if options.shell {
        let held = |half: &&Half| {
            let origin = half.found().map(|read| &read.source.origin);
            matches!(origin, Some(Origin::Variable(_)))
        };
        let held = halves.iter().filter(held).map(|half| inline(noun, half));
        report.findings.extend(held);
        report.raw = Some(unset_line(noun));
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
    if noun == Noun::Token && options.files.is_empty() {
        leftovers(&mut targets, &mut report, options, env);
    }
    if targets.is_empty() {
        report.good = "nothing to destroy".to_owned();
        report.findings.push(nothing(&halves));
        return report;
    }
    if noun == Noun::Cert && !options.dry_run && !confirmed(&targets, options) {
        report
            .findings
            .push(check::erase::NOT_CONFIRMED.found(format!(
                "not destroyed, because nobody confirmed it: {}",
                names(&targets)
            )));
        return report;
    }
    destroy(&targets, options, env, &mut report);
    report
}

fn destroy(targets: &[Target], options: &Options, env: &Env, report: &mut Report) {
    let erase = |target: &Target, dry_run| {
        let outcome = erase::destroy(&target.path, &target.judged, env.euid, dry_run);
        let finding = check::erase::check(&target.path, &outcome);
        (outcome, finding)
    };
    // Half a credential is of no use: if one file has to stay, all do.
    let objections = targets.iter().filter_map(|target| erase(target, true).1);
    report.findings.extend(objections);
    if report.findings.iter().any(|f| f.exit != Exit::Ok) {
        return;
    }
    let (mut done, mut stayed) = (Vec::new(), Vec::new());
    for target in targets {
        let (outcome, finding) = erase(target, options.dry_run);
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
    let verb = if options.dry_run {
        "would remove"
    } else {
        "removed"
    };
    report.good = format!("{verb} {}", done.join(" and "));
}

/// The halves to look at, the key first.
fn halves(noun: Noun, options: &Options, env: &Env) -> Vec<Half> {
    if !options.files.is_empty() {
        let half = |path: &PathBuf| {
            let half = Half::operand(noun.cert(), path);
            let is_key = half.found().is_some_and(|read| {
                read.contents.certificates.is_empty() && !read.contents.keys.is_empty()
            });
            if is_key {
                Half {
                    role: noun.cert().partner(),
                    ..half
                }
            } else {
                half
            }
        };
        return options.files.iter().map(half).collect();
    }
    let (cert, key) = (noun.cert(), noun.cert().partner());
    let roles = if key == cert {
        vec![cert]
    } else {
        vec![key, cert]
    };
    let located = |role| Half::located(role, env);
    roles.into_iter().map(located).collect()
}

/// Whether `half` may go: `Ok(None)` if there is nothing.
fn judge(
    noun: Noun,
    half: &Half,
    halves: &[Half],
    env: &Env,
) -> Result<Option<Target>, Vec<Finding>> {
    let read = match &half.outcome {
        Ok(read) => read,
        Err(Trouble::Missing(_) | Trouble::NoHome) if half.candidate.reason == Reason::Default => {
            return Ok(None);
        }
        Err(Trouble::Dangling(path, target)) => {
            let why = format!("it is a symbolic link to {}", target.display());
            return Err(refused(path, &why));
        }
        Err(Trouble::LinkLoop(path)) => {
            return Err(refused(path, "it is a symbolic link in a loop"));
        }
        Err(Trouble::Directory(path)) => {
            return Err(refused(path, "it is a directory, not a regular file"));
        }
        Err(Trouble::Special(path, kind)) => {
            return Err(refused(path, &format!("it is {kind}, not a regular file")));
        }
        Err(_) => return Err(half.trouble(env)),
    };
    if read.source.origin == Origin::Stdin {
        return Err(refused(Path::new("-"), "standard input is not a file"));
    }
    let Origin::File(path) = &read.source.origin else {
        return Err(vec![inline(noun, half)]);
    };
    match noun {
        Noun::Token if is_user_credential(half, read, path, env) => {
            return Err(vec![not_a_token(half, path)]);
        }
        Noun::Proxy => {
            if let Some(what) = user_part(read, env) {
                return Err(vec![not_a_proxy(half, path, what)]);
            }
        }
        Noun::Cert | Noun::Token => {}
    }
    if !is_credential(half, read, path, env) {
        return Err(refused(path, &format!("it is no {}", half.role.noun())));
    }
    let default = locate::default(half.role, env) == Where::Path(path.clone());
    if half.role == Role::TokenKey && !default && !opens_a_token(read, halves) {
        let why = "it is a key of no token that would go with it";
        return Err(refused(path, why));
    }
    let judged = read.source.file.clone();
    Ok(judged.map(|judged| Target {
        path: path.clone(),
        judged,
    }))
}

/// Whether a key in `read` belongs to the certificate of one of `halves`.
fn opens_a_token(read: &Read, halves: &[Half]) -> bool {
    let keys = Keys::open(read, None);
    let blocks = keys.blocks();
    let certificates = halves
        .iter()
        .filter_map(|half| half.found()?.contents.first());
    certificates
        .filter(|certificate| Token::parse(&certificate.subject).is_some())
        .any(|certificate| check::key_match::any_matches(certificate, &blocks))
}

/// Whether the file is what its role promises; empty and corrupt files only at the exact default
/// names of a token or proxy.
fn is_credential(half: &Half, read: &Read, path: &Path, env: &Env) -> bool {
    let contents = &read.contents;
    let default = locate::default(half.role, env) == Where::Path(path.to_path_buf());
    let bare = contents.certificates.is_empty() && contents.keys.is_empty();
    let of_hours = half.role.is_token() || half.role == Role::Proxy;
    if of_hours && default && bare {
        return contents.others.is_empty();
    }
    if half.role.is_key() {
        // The service gives tokens without passphrase: a locked key is a person's.
        let locked = |parsed: &Result<LockedKey, _>| matches!(parsed, Ok(LockedKey::Locked(_)));
        let locked = contents.keys.iter().any(|slot| locked(&slot.parsed));
        return (!contents.keys.is_empty()
            || matches!(contents.shape, Some(Shape::DerPrivateKey(_))))
            && !(half.role.is_token() && locked);
    }
    let Some(first) = contents.first() else {
        return default && half.role.is_token();
    };
    let fits = match half.role {
        Role::Proxy => first.is_proxy(),
        _ => !half.role.is_token() || Token::parse(&first.subject).is_some(),
    };
    fits && !first.is_ca()
}

/// Whether a would-be token is the user's own certificate or key, whatever the variables say.
fn is_user_credential(half: &Half, read: &Read, path: &Path, env: &Env) -> bool {
    let user = if half.role.is_key() {
        Role::UserKey
    } else {
        Role::UserCert
    };
    let identity = read.source.file.as_ref().map(|file| file.identity);
    let places = [
        locate::credential(user, env).place,
        locate::default(user, env),
    ];
    let same = places.iter().any(|place| {
        let other = match place {
            Where::Path(other) => load::file_facts(other),
            Where::Value(value) => load::file_facts(Path::new(value)),
            Where::NoHome | Where::Stdin => None,
        };
        other.is_some_and(|other| Some(other.identity) == identity)
    });
    let foreign = read
        .contents
        .first()
        .is_some_and(|first| Token::parse(&first.subject).is_none());
    let in_globus = path
        .parent()
        .and_then(Path::file_name)
        .is_some_and(|name| name == ".globus");
    same || foreign || in_globus || half.role.is_key() && opens_user_cert(read, env)
}

/// What in a would-be proxy is the user's own and cannot be made again, if anything is.
fn user_part(read: &Read, env: &Env) -> Option<&'static str> {
    let first = read.contents.first();
    if first.is_some_and(|first| first.kind() == Kind::EndEntity) {
        return Some("your user certificate");
    }
    let keys = Keys::open(read, None);
    let blocks = keys.blocks();
    let mut others = read.contents.readable().map(|(_, certificate)| certificate);
    let of_user = others.any(|certificate| {
        certificate.kind() == Kind::EndEntity && check::key_match::any_matches(certificate, &blocks)
    });
    (of_user || opens_user_cert(read, env)).then_some("your user key")
}

fn not_a_proxy(half: &Half, path: &Path, what: &str) -> Finding {
    let found = check::erase::NOT_A_PROXY.found(format!(
        "refusing to destroy {}: it holds {what}, not a proxy",
        path.display()
    ));
    let found = match half.candidate.reason {
        Reason::Variable(_) => found.fix(unset_line(Noun::Proxy).trim_end()),
        _ => found,
    };
    found.at(Place {
        file: Some(path.to_path_buf()),
        ..Place::default()
    })
}

/// Whether the key in `read` is a copy of the user's own.
fn opens_user_cert(read: &Read, env: &Env) -> bool {
    let user = Half::located(Role::UserCert, env);
    let certificate = user.found().and_then(|user| user.contents.first());
    let keys = Keys::open(read, None);
    let blocks = keys.blocks();
    certificate.is_some_and(|certificate| check::key_match::any_matches(certificate, &blocks))
}

fn not_a_token(half: &Half, path: &Path) -> Finding {
    let what = if half.role.is_key() {
        "your user key"
    } else {
        "your user certificate"
    };
    let found = check::erase::NOT_A_TOKEN.found(format!(
        "refusing to destroy {}: it is {what}, not a token",
        path.display()
    ));
    let found = match half.candidate.reason {
        Reason::Variable(_) => found.fix(unset_line(Noun::Token).trim_end()),
        _ => found,
    };
    found.at(Place {
        file: Some(path.to_path_buf()),
        ..Place::default()
    })
}

fn refused(path: &Path, why: &str) -> Vec<Finding> {
    let found =
        check::erase::REFUSED.found(format!("refusing to destroy {}: {why}", path.display()));
    vec![found.at(Place {
        file: Some(path.to_path_buf()),
        ..Place::default()
    })]
}

fn inline(noun: Noun, half: &Half) -> Finding {
    let name = half.role.variable();
    check::erase::INLINE
        .found(format!(
            "the content of {name} is in the environment of your shell: no program can remove it \
             from there"
        ))
        .advice(format!(
            "unset the variables in every shell that has them: eval \"$(certok {} --shell)\"",
            match noun {
                Noun::Cert => "cert-destroy",
                Noun::Proxy => "proxy-destroy",
                Noun::Token => "token-destroy",
            }
        ))
        .fix(unset_line(noun).trim_end())
        .at(Place {
            variable: Some(name),
            ..Place::default()
        })
}

fn unset_line(noun: Noun) -> String {
    format!("unset {}\n", noun.cert().variables())
}

/// The temporary copies that alien.py leaves: said, and destroyed with `--yes`.
fn leftovers(targets: &mut Vec<Target>, report: &mut Report, options: &Options, env: &Env) {
    let left = near::leftovers(env);
    if left.is_empty() {
        return;
    }
    if options.yes {
        let target = |path: PathBuf| {
            Some(Target {
                judged: load::link_facts(&path)?,
                path,
            })
        };
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
            .fix("certok token-destroy --yes"),
    );
}

fn nothing(halves: &[Half]) -> Finding {
    let place = halves.last().and_then(|half| match &half.outcome {
        Err(trouble) => trouble.path(),
        Ok(_) => None,
    });
    let place = place.map_or_else(
        || "the default place".to_owned(),
        |path| path.display().to_string(),
    );
    check::erase::NOTHING.found(format!("nothing is at {place}"))
}

fn confirmed(targets: &[Target], options: &Options) -> bool {
    if options.yes {
        return true;
    }
    let question = format!(
        "destroy {} for good? It cannot be made again.",
        names(targets)
    );
    !options.no_input && matches!(prompt::confirm(&question), Ok(Some(true)))
}

fn names(targets: &[Target]) -> String {
    let names: Vec<String> = targets
        .iter()
        .map(|t| t.path.display().to_string())
        .collect();
    names.join(" and ")
}

fn item(path: &Path, outcome: &Outcome) -> Item {
    let (state, text) = match outcome {
        Outcome::Removed { overwritten: true } => (
            "removed",
            "removed (overwritten first, as far as the file system allows)",
        ),
        Outcome::Removed { overwritten: false } => ("removed", "removed"),
        Outcome::WouldRemove => ("would-remove", "would be removed"),
        Outcome::Refused(_) => ("refused", "not removed"),
        Outcome::Failed(_) => ("failed", "not removed"),
    };
    let mut item = Item::new("removal", path.display().to_string());
    item.machine("file", Value::Text(path.display().to_string()));
    item.machine("outcome", Value::Text(state.to_owned()));
    item.fact("words", "state", Value::Text(text.to_owned()));
    item
}
