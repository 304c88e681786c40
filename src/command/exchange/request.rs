//! `idtoken-request`: writes a request for a token, and may wait for the answer.

use std::io;
use std::path::{Path, PathBuf};

use crate::check::exchange as check;
use crate::command::Call;
use crate::command::arguments::OlderTool;
use crate::command::definition::{Definition, Group, Stdout};
use crate::command::exchange::request_arguments::Args;
use crate::command::exchange::signer::Made;
use crate::command::exchange::state::Waiting;
use crate::command::exchange::{show, signer, spool, wait};
use crate::command::idtoken::arguments::Signer;
use crate::command::idtoken::put::{Consent, Target};
use crate::command::idtoken::{at_most, issue};
use crate::crypto::seal::PrivateKey;
use crate::gather::credential::CredentialFile;
use crate::load::condor::Config;
use crate::locate::Role;
use crate::parse::exchange::digest::Id;
use crate::parse::exchange::pending::Pending;
use crate::parse::exchange::request::{MAX_VALID, Request, is_identity, is_label, signed_message};
use crate::parse::idtoken::scope::Level;
use crate::report::{Exit, Finding, Report, Severity, Value};
use crate::store::place;
use crate::system::env::Env;
use crate::text::screen::for_screen;

/// `idtoken-request`.
pub const REQUEST: Definition<Args> = Definition {
    name: "idtoken-request",
    group: Group::Tokens,
    about: "Ask for an HTCondor token by a file; no daemon is contacted",
    note: "No daemon is contacted: the request is a file, for mail, a memory stick or a shared \
           directory.\n-pool, -name and -type are labels that the approver sees. The request's id, \
           printed here, is read\nto the approver; the private key that opens the answer stays in \
           ~/.local/state/certok.\n\n",
    example: "certok idtoken-request -identity alice@pool.test -authz READ -lifetime 12h \
              alice.request",
    older_tool: OlderTool::Condor,
    stdout: |_| Stdout::Made,
    // With `--wait` the token is printed.
    prints_secret: |args| args.wait,
    ..Definition::reporting(run)
};

/// Writes a request. With `--wait` it also receives the answer.
fn run(args: &Args, call: &Call<'_>) -> Result<Report, String> {
    let env = call.env;
    let config = Config::read(env);
    check_arguments(args, env)?;
    at_most(&args.files, 1)?;
    let target = Target::of(&args.target, &config, env)?;
    let mut report = call.report();
    let mut args = args.clone();
    match target {
        Ok(target) => {
            let consent = Consent { force: args.target.force, no_input: args.key.no_input };
            // Whoever waits learns it before others have had work with the request.
            let asked = args.identity.as_deref().filter(|_| args.wait);
            match asked.map_or(Ok(false), |asked| target.kept_from(asked, consent, env)) {
                Ok(agreed) => args.target.force |= agreed,
                Err(finding) => report.findings.push(*finding),
            }
            let obstacle = target.obstacle(env);
            report.findings.extend(obstacle.filter(|f| f.severity == Severity::Error));
        }
        Err(finding) => report.findings.push(*finding),
    }
    if report.exit() != Exit::Ok {
        return Ok(report);
    }
    let args = &args;
    let placed = prepare(args, env).and_then(|(pending, made)| {
        let id = place(&pending, made.as_ref(), args, env, &mut report)?;
        Ok((pending, id))
    });
    let (pending, id) = match placed {
        Ok(placed) => placed,
        Err(findings) => {
            report.findings.extend(findings);
            return Ok(report);
        }
    };
    if args.wait {
        (call.notify)(&format!(
            "Token request enqueued. Ask an administrator to please approve request {id}. Read this id \
             to them: it stands for all that is asked"
        ));
        return Ok(wait::wait(&pending, id, args, call));
    }
    Ok(report)
}

fn check_arguments(args: &Args, env: &Env) -> Result<(), String> {
    if args.identity.as_deref().is_some_and(|text| !is_identity(text)) {
        let shown = for_screen(args.identity.as_deref().unwrap_or_default());
        return Err(format!(
            "--identity: '{shown}' is empty, or has blanks or characters other than printable ASCII"
        ));
    }
    let labels = [("pool", &args.pool), ("name", &args.name), ("type", &args.kind)];
    for (name, value) in labels {
        if value.as_deref().is_some_and(|text| !is_label(text)) {
            return Err(format!(
                "--{name}: it is empty, too long, or has blanks in a row or characters other than \
                 printable ASCII"
            ));
        }
    }
    if let Some(lifetime) = args.lifetime {
        issue::check_lifetime(lifetime, env.now)?;
    }
    if args.wait && args.exchange.is_none() {
        return Err("--wait needs the directory in which the answer will be: --exchange DIR".into());
    }
    if args.exchange.is_some() && !args.files.is_empty() {
        return Err("a file and --exchange name two places for one request".into());
    }
    let valid = args.valid();
    if valid.0 <= 0 || valid > MAX_VALID {
        return Err(format!(
            "a request can wait for {MAX_VALID} at most, and for a second at least"
        ));
    }
    // Without these the answer cannot be authenticated.
    let known = args.approver.key.is_some() || args.approver.dn.is_some() || args.name.is_some();
    if args.wait && args.key.no_input && !known {
        return Err(
            "--wait with --no-input: nothing could prove who made the answer; name the approver \
             with --approver-key, --approver-dn or --name"
                .into(),
        );
    }
    Ok(())
}

/// The requested levels, each once.
fn distinct(asked: &[Level]) -> Vec<Level> {
    let mut levels = Vec::new();
    for level in asked {
        if !levels.contains(level) {
            levels.push(*level);
        }
    }
    levels
}

/// The request and its signature.
fn prepare(args: &Args, env: &Env) -> Result<(Pending, Option<Made>), Vec<Finding>> {
    let approver_key = args.approver.key.as_deref().map(signer::pinned).transpose();
    let approver_key = approver_key.map_err(|finding| vec![*finding])?;
    let private = PrivateKey::generate();
    let request = Request {
        identity: args.identity.clone(),
        levels: distinct(&args.authz),
        lifetime: args.lifetime,
        pool: args.pool.clone(),
        name: args.name.clone(),
        daemon_type: args.kind.clone(),
        created: env.now,
        expires: env.now + args.valid(),
        reply_key: private.public(),
    };
    let made = match args.sign {
        None => None,
        Some(signer) => Some(signature(signer, &request, args, env)?),
    };
    let pending = Pending {
        request,
        private,
        approver_key,
        approver_dn: args.approver.dn.clone(),
        token: args.target.token.clone(),
        file: args.target.file.as_ref().map(|path| absolute(path, env)),
    };
    Ok((pending, made))
}

fn absolute(path: &Path, env: &Env) -> PathBuf {
    env.directory.as_ref().map_or_else(|| path.to_path_buf(), |here| here.join(path))
}

fn signature(
    signer: Signer,
    request: &Request,
    args: &Args,
    env: &Env,
) -> Result<Made, Vec<Finding>> {
    let role = match signer {
        Signer::Cert => Role::UserCert,
        Signer::Proxy => Role::Proxy,
    };
    let cert = CredentialFile::located(role, env);
    let digest = request.digest();
    // A signature by a certificate always covers the certificate.
    let message = |leaf: Option<&[u8; 32]>| signed_message(leaf.unwrap_or(&[0; 32]), digest);
    match signer {
        Signer::Proxy => signer::sign(Some(&cert), &cert, &args.key, message, env),
        Signer::Cert => {
            let key = CredentialFile::located(role.partner(), env);
            signer::sign(Some(&cert), &key, &args.key, message, env)
        }
    }
}

/// Stores the key, then puts the request where the approver finds it. In this order there is never
/// a request whose answer nobody can decrypt.
fn place(
    pending: &Pending,
    made: Option<&Made>,
    args: &Args,
    env: &Env,
    report: &mut Report,
) -> Result<Id, Vec<Finding>> {
    let digest = pending.request.digest();
    let id = digest.id();
    let waiting = Waiting::of(env).map_err(|finding| vec![*finding])?;
    waiting.keep(pending).map_err(|finding| vec![*finding])?;
    let part = made.map(Made::part);
    let text = pending.request.armored(part.as_ref());
    let (path, written) = match (&args.exchange, args.files.first()) {
        (Some(directory), _) => {
            let written = spool::put_request(directory, id, &text);
            (Some(directory.clone()), written.map(Some))
        }
        (None, Some(path)) if path != Path::new("-") => {
            let written = place::create(path, text.as_bytes(), spool::MODE);
            (Some(path.clone()), written.map(|()| Some(path.clone())))
        }
        (None, _) => (None, Ok(None)),
    };
    let place = match written {
        Ok(place) => place,
        Err(error) => {
            waiting.forget(digest);
            let path = path.unwrap_or_default();
            let why = match error.kind() {
                io::ErrorKind::AlreadyExists => "it exists, and nothing is overwritten".to_owned(),
                _ => error.to_string(),
            };
            let message = format!("the request was not written to {}: {why}", path.display());
            return Err(vec![check::about(&check::REQUEST_NOT_WRITTEN, &path, message)]);
        }
    };
    let mut item = show::item(&pending.request, id, env.now);
    item.machine("signed", Value::Bool(made.is_some()));
    let shown = place.as_ref().map(|path| path.display().to_string());
    item.machine("file", shown.clone().map_or(Value::Unknown, Value::Text));
    item.machine("state", Value::Text("waiting".to_owned()));
    report.items.push(item);
    report.good = format!(
        "the request {id} is {}; send it to the approver, and read this id to them",
        shown.map_or_else(|| "on standard output".to_owned(), |path| format!("in {path}"))
    );
    if place.is_none() {
        report.raw = Some(text.clone().into());
        report.results = Some(vec![("request", text.into())]);
    }
    Ok(id)
}
