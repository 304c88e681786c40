//! Decides about a request: what may be granted, the approver's confirmation, the ledger, the
//! answer.

use std::path::Path;

use crate::check::exchange as check;
use crate::check::exchange::policy;
use crate::check::exchange::policy::Granted;
use crate::check::idtoken::issue as findings;
use crate::command::exchange::approval::{Args, Offer, SubmittedRequest};
use crate::command::exchange::{approval, confirmation, limits, signer, spool};
use crate::command::idtoken::issue;
use crate::command::idtoken::issue::{Grant, Issued, Issuer};
use crate::crypto::seal;
use crate::gather::credential::CredentialFile;
use crate::load;
use crate::load::condor::Config;
use crate::locate::Role;
use crate::parse::condor::key::POOL;
use crate::parse::exchange::answer::{Answer, AnswerFile, Decision, PURPOSE, signed_message};
use crate::parse::exchange::digest::Id;
use crate::parse::exchange::ledger;
use crate::parse::exchange::ledger::{Ledger, LedgerEntry};
use crate::parse::exchange::map::Map;
use crate::report::{Finding, Report, Value};
use crate::system::env::Env;

/// Decides, unless there is an obstacle.
pub(super) fn decide(
    submitted: &SubmittedRequest,
    yes: Option<Id>,
    args: &Args,
    env: &Env,
    report: &mut Report,
) {
    let offer = match args.deny {
        true => None,
        false => match offer(submitted, args, env, report) {
            Ok(offer) => Some(offer),
            Err(findings) => return report.findings.extend(findings),
        },
    };
    let ledger = approval::ledger(args.ledger.as_deref(), env);
    let undecided = ledger.and_then(|(_, ledger, path)| undecided(submitted, &ledger, &path));
    if let Err(finding) = undecided {
        return report.findings.push(*finding);
    }
    if let Err(finding) = confirmation::confirmed(submitted, offer.as_ref(), yes, args, env) {
        return report.findings.push(*finding);
    }
    if let Err(findings) = answer(submitted, offer, args, env, report) {
        report.findings.extend(findings);
    }
}

/// What may be granted of a request.
fn offer(
    submitted: &SubmittedRequest,
    args: &Args,
    env: &Env,
    report: &mut Report,
) -> Result<Offer, Vec<Finding>> {
    let config = Config::read(env);
    let policy = limits::policy(args, &config).map_err(|finding| vec![*finding])?;
    let granted = policy.grant(&submitted.file.request).map_err(|finding| vec![*finding])?;
    let (granted, warnings) = granted;
    report.findings.extend(warnings);
    if let Some(path) = &args.map {
        let refused = |why: String| vec![check::about(&check::NOT_MAPPED, path, why)];
        let source = load::file(path, false)
            .map_err(|trouble| refused(format!("the map {}: {trouble}", path.display())))?;
        let map = Map::read(&String::from_utf8_lossy(&source.bytes));
        let dn = submitted.person.as_ref().map(|person| person.dn.as_str());
        if let Some(finding) = policy::mapped(&map, dn, &granted, policy.domain.as_deref()) {
            return Err(vec![finding]);
        }
    }
    let wide = findings::wishes(&granted.identity, &granted.levels, granted.lifetime);
    report.findings.extend(wide);
    let key_id = match &args.key {
        Some(name) => name.clone(),
        None => {
            let knob = config.knob("SEC_TOKEN_ISSUER_KEY").and_then(|knob| knob.value.ok());
            knob.unwrap_or_else(|| POOL.to_owned())
        }
    };
    let unfit = |why: String| vec![findings::key_unknown(&key_id, &why)];
    issue::check_key_name(&key_id, &config).map_err(unfit)?;
    let Granted { identity, levels, lifetime } = granted;
    if let Some(lifetime) = lifetime {
        let too_long = |why: String| vec![check::LIMITS_UNKNOWN.found(why)];
        issue::check_lifetime(lifetime, env.now).map_err(too_long)?;
    }
    let issuer = Issuer::open(&key_id, args.trust_domain.as_deref(), &config, env)?;
    report.findings.extend(issuer.remarks.iter().cloned());
    Ok(Offer { issuer, grant: Grant { identity, levels, lifetime } })
}

/// The finding that the request was decided before, or that this is not known.
fn undecided(
    submitted: &SubmittedRequest,
    ledger: &Ledger,
    path: &Path,
) -> Result<(), Box<Finding>> {
    let digest = submitted.file.digest;
    let id = digest.id();
    if let Some(record) = ledger.decided(digest) {
        let word = if record.granted { "approved" } else { "denied" };
        let message = format!("the request {id} was {word} on {}", record.at.screen());
        return Err(Box::new(check::DECIDED.found(message)));
    }
    if ledger.other(digest).is_some() {
        let paths = [submitted.path.clone(), path.to_path_buf()];
        return Err(Box::new(spool::two(path, id, &paths)));
    }
    match approval::damage(ledger, path) {
        Some(finding) => Err(Box::new(finding)),
        None => Ok(()),
    }
}

/// Records the decision, then writes the answer. In this order every answer is recorded. After a
/// crash between the two, `--again` writes the answer.
fn answer(
    submitted: &SubmittedRequest,
    offer: Option<Offer>,
    args: &Args,
    env: &Env,
    report: &mut Report,
) -> Result<(), Vec<Finding>> {
    let one = |finding: Box<Finding>| vec![*finding];
    let digest = submitted.file.digest;
    let issued = offer.as_ref().map(|offer| offer.issuer.issue(&offer.grant, env.now));
    let decision = match &issued {
        None => Decision::Denied(args.reason.clone()),
        Some(issued) => {
            let token = issued.token.as_bytes();
            let sealed = seal::seal(&submitted.file.request.reply_key, PURPOSE, &digest.0, token);
            Decision::Granted(sealed.ok_or_else(|| {
                let message = "the key of the request is none: nothing can be sealed to it";
                vec![check::about(&check::REQUEST_MALFORMED, &submitted.path, message)]
            })?)
        }
    };
    let answer = Answer { request: digest, decision, created: env.now };
    let text = signed(&answer, args, env)?;
    // The ledger must not contain an answer that cannot be parsed.
    AnswerFile::parse(text.as_bytes()).map_err(|why| {
        let message = format!("the answer would be refused where it is received: {why}");
        vec![check::SIGNER.found(message)]
    })?;
    // Another process may have decided while the user was asked.
    let (mut locked, ledger, path) = approval::ledger(args.ledger.as_deref(), env).map_err(one)?;
    undecided(submitted, &ledger, &path).map_err(one)?;
    let authz = offer.as_ref().map(|offer| issue::may(&offer.grant.levels));
    let grant = offer.as_ref().zip(issued.as_ref()).map(|(offer, issued)| ledger::Grant {
        issuer: &offer.issuer.trust_domain,
        key_id: &offer.issuer.key_id,
        token_id: &issued.id,
        identity: &offer.grant.identity,
        authz: authz.as_deref().unwrap_or_default(),
        expires: issued.expires,
    });
    let entry = LedgerEntry {
        at: env.now,
        request: digest,
        granted: grant.is_some(),
        approver: env.uid,
        requester: submitted.person.as_ref().map(|person| person.dn.as_str()),
        grant,
        answer: &text,
    };
    locked.append(&entry.line()).map_err(|error| one(approval::unusable(&path, &error)))?;
    report_decision(submitted, &answer, offer.as_ref().zip(issued.as_ref()), env, report);
    approval::give(submitted, &text, args, report);
    Ok(())
}

/// The answer file, signed if there is a key.
fn signed(answer: &Answer, args: &Args, env: &Env) -> Result<String, Vec<Finding>> {
    let Some(key) = &args.approver_key else {
        return Ok(answer.armored(None));
    };
    let digest = answer.digest();
    let key = CredentialFile::operand(Role::UserKey, key);
    let cert = args.approver_cert.as_ref();
    let cert = cert.map(|path| CredentialFile::operand(Role::UserCert, path));
    let message = |leaf: Option<&[u8; 32]>| signed_message(leaf, digest);
    let made = signer::sign(cert.as_ref(), &key, &args.opening, message, env)?;
    Ok(answer.armored(Some(&made.part())))
}

/// Reports the decision to the approver.
fn report_decision(
    submitted: &SubmittedRequest,
    answer: &Answer,
    made: Option<(&Offer, &Issued)>,
    env: &Env,
    report: &mut Report,
) {
    let id = submitted.file.digest.id();
    let code = answer.digest().code();
    if let Some((offer, issued)) = made {
        let mut item = offer.issuer.item(&offer.grant, issued, env.now);
        item.machine("request", Value::Text(id.to_string()));
        item.machine("authenticated", Value::Unknown);
        item.machine("file", Value::Unknown);
        report.items.push(item);
    }
    if let Some(item) = report.items.first_mut() {
        item.fact("answer_code", "answer code", Value::Text(code.to_string()));
    }
    let word = if made.is_some() { "approved" } else { "denied" };
    report.good =
        format!("{word} the request {id}; answer code {code}, to be read to the requester");
}
