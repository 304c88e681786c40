//! `token-init`: makes a token with a local CA and stores it where tools look for it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::chain::signature::signature;
use crate::check::mint as judge;
use crate::command::arguments::{arguments, flag, option};
use crate::command::definition::{Definition, Group};
use crate::command::mint::{MintArguments, Minted};
use crate::command::{Call, info, mint};
use crate::gather::credential::CredentialFile;
use crate::gather::options::KeyOptions;
use crate::load::LoadError;
use crate::locate;
use crate::locate::{Candidate, Location, Reason, Role};
use crate::parse::token::Token;
use crate::report::{Finding, Report};
use crate::source::stored::NotPlaced;
use crate::store::pair::{Names, Pair};
use crate::system::env::Env;
use crate::text::shell;

/// `token-init`.
pub const INIT: Definition<Args> = Definition {
    name: "token-init",
    group: Group::More,
    about: "Make a token with a test CA of yours, as JAliEn would, and put it in place",
    example: "certok token-init --account alice --ca-cert ca.pem --ca-key ca-key.pem",
    ..Definition::reporting(run)
};

arguments! {
    /// Arguments of `token-init`.
    pub struct Args {
        wanted: MintArguments,
        out_dir: Option<PathBuf> =
            option("out-dir", "DIR", "Put the token into DIR instead of the default place"),
        force: bool = flag("force", "Replace a token of another issuer, too"),
        key: KeyOptions,
    }
}

/// Makes and stores a token, then reports about it as `token-info` does.
fn run(args: &Args, call: &Call<'_>) -> Result<Report, String> {
    let mut report = call.report();
    let env = call.env;
    let Some(files) = args.wanted.ca_files()? else {
        report.findings.push(judge::no_ca(&asked(&args.wanted)));
        return Ok(report);
    };
    let subject = mint::subject(&args.wanted, env)?;
    match mint::mint(files, &subject, &args.wanted, &args.key, env) {
        Err(findings) => report.findings = findings,
        Ok((minted, findings)) => match place(&minted, args, env) {
            Err(finding) => report.findings.push(*finding),
            Ok(placed) => {
                let scope = call.scope(args.wanted.need);
                info::of_pair(&placed.cert, &placed.key, scope, env, &mut report);
                report.findings.extend(findings);
                report.findings.extend(placed.findings);
                report.good = format!("new {}", report.good);
            }
        },
    }
    Ok(report)
}

/// The options as the user gave them, for alien.py.
fn asked(args: &MintArguments) -> String {
    let days = args.days.map(|days| days.to_string());
    let given = [
        ("-u", &args.role),
        ("-v", &days),
        ("-t", &args.kind),
        ("-jobid", &args.job),
        ("-hostname", &args.host),
    ];
    let given = given.into_iter();
    let given = given.filter_map(|(name, value)| Some((name, value.as_ref()?)));
    given.map(|(name, value)| format!(" {name} {}", shell::quote(value))).collect()
}

/// A pair that was stored.
struct Placed {
    cert: CredentialFile,
    key: CredentialFile,
    findings: Vec<Finding>,
}

fn place(minted: &Minted, args: &Args, env: &Env) -> Result<Placed, Box<Finding>> {
    let (directory, reason) = match &args.out_dir {
        Some(directory) => (directory.clone(), Reason::Option("--out-dir")),
        None => (locate::temporary_directory(env), Reason::Default),
    };
    let names = Names {
        cert: Role::TokenCert.file_name(env.uid),
        key: Role::TokenKey.file_name(env.uid),
        lock: format!(".token_{}.lock", env.uid),
    };
    let files = [&names.cert, &names.key].map(|name| directory.join(name));
    let refused = |refusal| Box::new(named_by(&directory, &refusal, reason));
    let pair = Pair::hold(&directory, names, env.euid).map_err(refused)?;
    let half = |role, path: &PathBuf| {
        let location = Location::Path(path.clone());
        CredentialFile::read(role, Candidate { reason, location })
    };
    let [cert, key] = &files;
    if !args.force
        && let Some(finding) = stays(&half(Role::TokenCert, cert), cert, minted, env)
    {
        return Err(Box::new(finding));
    }
    let mut findings = Vec::new();
    if pair.open_to_group {
        findings.push(judge::open_to_group(&directory));
    }
    findings.extend(pair.owner.map(|uid| judge::of_another(&directory, uid)));
    pair.put(minted.cert.as_bytes(), minted.key.as_bytes()).map_err(refused)?;
    findings.extend(elsewhere(cert, key, args, env));
    Ok(Placed { cert: half(Role::TokenCert, cert), key: half(Role::TokenKey, key), findings })
}

/// Adds that the directory comes from `TMPDIR`, which explains the obstacle.
fn named_by(directory: &Path, refusal: &NotPlaced, reason: Reason) -> Finding {
    let mut finding = judge::refused(refusal, directory);
    if reason == Reason::Default && finding.is(&judge::UNUSABLE) {
        finding.message = format!("TMPDIR names no usable directory: {}", finding.message);
        finding.advice = "make it (mkdir -p), unset TMPDIR to use /tmp, or name another directory \
                          with --out-dir DIR; alien.py would use TEMP, TMP or /tmp in silence"
            .to_owned();
    }
    finding
}

/// Why the existing file must stay: it is neither a token of this CA nor an expired token.
fn stays(there: &CredentialFile, path: &Path, minted: &Minted, env: &Env) -> Option<Finding> {
    let read = match &there.outcome {
        Ok(read) => read,
        Err(LoadError::Missing(_)) => return None,
        Err(trouble) => return Some(judge::stays(path, &format!("cannot be read ({trouble})"))),
    };
    if read.source.bytes.trim_ascii().is_empty() {
        return None;
    }
    let Some(old) = read.contents.first().map(Arc::as_ref) else {
        return Some(judge::stays(path, "holds something that is no certificate"));
    };
    let expired = old.validity.not_after < env.now && Token::parse(&old.subject).is_some();
    if expired || signature(old, &minted.ca).is_ok() {
        return None;
    }
    Some(judge::stays(
        path,
        &format!("holds {} of another issuer ({})", old.subject.screen(), old.issuer.screen()),
    ))
}

/// The finding that tools look for a token elsewhere, with the line that makes them look here.
fn elsewhere(cert: &Path, key: &Path, args: &Args, env: &Env) -> Option<Finding> {
    let variables = [Role::TokenCert.variable(), Role::TokenKey.variable()];
    let set = variables.into_iter().find(|name| env.variable(name).is_some());
    if let (Some(name), None) = (set, &args.out_dir) {
        let found = judge::NOT_IN_USE.found(format!(
            "{name} is set, so tools use what it names and not the new {}",
            cert.display()
        ));
        let unset = format!("unset {}", variables.join(" "));
        return Some(found.advice("unset the variables").fix(unset));
    }
    args.out_dir.as_ref()?;
    let export = format!(
        "export {}={} {}={}",
        variables[0],
        shell::path(cert),
        variables[1],
        shell::path(key)
    );
    let found = judge::NOT_IN_USE
        .found(format!("tools look for a token elsewhere until variables name {}", cert.display()));
    Some(found.fix(export).as_note())
}
