//! `idtoken-request`: makes the file by which a token is asked for, and may wait for the answer.

use std::io;
use std::path::{Path, PathBuf};

use crate::check::exchange as check;
use crate::command::Options;
use crate::command::exchange::options::Signer;
use crate::command::exchange::signer::Made;
use crate::command::exchange::state::Waiting;
use crate::command::exchange::{show, signer, spool, wait};
use crate::command::idtoken::put::Target;
use crate::command::idtoken::{issue, operands};
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
use crate::text::time::{DAY, Seconds};

/// How long a request may be approved: longer than anybody waits for it.
const VALID: Seconds = Seconds(7 * DAY);

/// Makes a request; with `--wait` receives the answer too. `tell` says at once what cannot wait.
///
/// # Errors
///
/// What is wrong with the arguments.
pub fn run(options: &Options, env: &Env, tell: &mut dyn FnMut(&str)) -> Result<Report, String> {
    let wishes = &options.wishes;
    let config = Config::read(env);
    check_arguments(options, env)?;
    operands(options, 1)?;
    let target = Target::of(wishes.token.as_deref(), wishes.file.as_deref(), &config, env)?;
    let mut report = Report::new("idtoken-request", env.now);
    match target {
        Ok(target) => {
            let obstacle = target.obstacle(env);
            report.findings.extend(obstacle.filter(|f| f.severity == Severity::Error));
        }
        Err(finding) => report.findings.push(*finding),
    }
    if report.exit() != Exit::Ok {
        return Ok(report);
    }
    let placed = prepare(options, env).and_then(|(pending, made)| {
        let id = place(&pending, made.as_ref(), options, env, &mut report)?;
        Ok((pending, id))
    });
    let (pending, id) = match placed {
        Ok(placed) => placed,
        Err(findings) => {
            report.findings.extend(findings);
            return Ok(report);
        }
    };
    if wishes.wait {
        tell(&format!(
            "Token request enqueued. Ask an administrator to please approve request {id}. Read this id \
             to them: it stands for all that is asked"
        ));
        return Ok(wait::wait(&pending, id, options, env, tell));
    }
    Ok(report)
}

fn check_arguments(options: &Options, env: &Env) -> Result<(), String> {
    let wishes = &options.wishes;
    if wishes.identity.as_deref().is_some_and(|text| !is_identity(text)) {
        let shown = for_screen(wishes.identity.as_deref().unwrap_or_default());
        return Err(format!(
            "--identity: '{shown}' is empty, or has blanks or characters other than printable ASCII"
        ));
    }
    let labels = [("pool", &wishes.pool), ("name", &wishes.name), ("type", &options.kind)];
    for (name, value) in labels {
        if value.as_deref().is_some_and(|text| !is_label(text)) {
            return Err(format!(
                "--{name}: it is empty, too long, or has blanks in a row or characters other than \
                 printable ASCII"
            ));
        }
    }
    if let Some(lifetime) = wishes.lifetime {
        issue::check_lifetime(lifetime, env.now)?;
    }
    if wishes.wait && wishes.exchange.is_none() {
        return Err("--wait needs the directory in which the answer will be: --exchange DIR".into());
    }
    if wishes.exchange.is_some() && !options.files.is_empty() {
        return Err("a file and --exchange name two places for one request".into());
    }
    let valid = valid(options);
    if valid.0 <= 0 || valid > MAX_VALID {
        return Err(format!(
            "a request can wait for {MAX_VALID} at most, and for a second at least"
        ));
    }
    // What is not there cannot be waited for.
    let known =
        wishes.approver_key.is_some() || wishes.approver_dn.is_some() || wishes.name.is_some();
    if wishes.wait && options.key.no_input && !known {
        return Err(
            "--wait with --no-input: nothing could show whose the answer is; name the approver with \
             --approver-key, --approver-dn or --name"
                .into(),
        );
    }
    Ok(())
}

fn valid(options: &Options) -> Seconds {
    let wishes = &options.wishes;
    let given = wishes.valid_for;
    given.unwrap_or(if wishes.wait { VALID.max(wishes.timeout) } else { VALID })
}

/// The levels asked for, each once.
fn distinct(options: &Options) -> Vec<Level> {
    let mut levels = Vec::new();
    for level in &options.authz {
        if !levels.contains(level) {
            levels.push(*level);
        }
    }
    levels
}

/// The request, and the signature under it.
fn prepare(options: &Options, env: &Env) -> Result<(Pending, Option<Made>), Vec<Finding>> {
    let wishes = &options.wishes;
    let approver_key = wishes.approver_key.as_deref().map(signer::pinned).transpose();
    let approver_key = approver_key.map_err(|finding| vec![*finding])?;
    let private = PrivateKey::generate();
    let request = Request {
        identity: wishes.identity.clone(),
        levels: distinct(options),
        lifetime: wishes.lifetime,
        pool: wishes.pool.clone(),
        name: wishes.name.clone(),
        daemon_type: options.kind.clone(),
        created: env.now,
        expires: env.now + valid(options),
        reply_key: private.public(),
    };
    let made = match wishes.sign {
        None => None,
        Some(signer) => Some(signature(signer, &request, options, env)?),
    };
    let pending = Pending {
        request,
        private,
        approver_key,
        approver_dn: wishes.approver_dn.clone(),
        token: wishes.token.clone(),
        file: wishes.file.as_ref().map(|path| absolute(path, env)),
    };
    Ok((pending, made))
}

fn absolute(path: &Path, env: &Env) -> PathBuf {
    env.directory.as_ref().map_or_else(|| path.to_path_buf(), |here| here.join(path))
}

fn signature(
    signer: Signer,
    request: &Request,
    options: &Options,
    env: &Env,
) -> Result<Made, Vec<Finding>> {
    let role = match signer {
        Signer::Cert => Role::UserCert,
        Signer::Proxy => Role::Proxy,
    };
    let cert = CredentialFile::located(role, env);
    let digest = request.digest();
    // A certified signature always is over a certificate.
    let message = |leaf: Option<&[u8; 32]>| signed_message(leaf.unwrap_or(&[0; 32]), digest);
    match signer {
        Signer::Proxy => signer::sign(Some(&cert), &cert, options, message, env),
        Signer::Cert => {
            let key = CredentialFile::located(role.partner(), env);
            signer::sign(Some(&cert), &key, options, message, env)
        }
    }
}

/// Keeps the key, then puts the request where the approver finds it: in this order, so that no
/// request is about whose answer nobody can open.
fn place(
    pending: &Pending,
    made: Option<&Made>,
    options: &Options,
    env: &Env,
    report: &mut Report,
) -> Result<Id, Vec<Finding>> {
    let digest = pending.request.digest();
    let id = digest.id();
    let waiting = Waiting::of(env).map_err(|finding| vec![*finding])?;
    waiting.keep(pending).map_err(|finding| vec![*finding])?;
    let part = made.map(Made::part);
    let text = pending.request.armored(part.as_ref());
    let (path, written) = match (&options.wishes.exchange, options.files.first()) {
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
