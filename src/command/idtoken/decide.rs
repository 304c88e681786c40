//! The decision upon a request: what may be granted, the approver's word, the ledger, the answer.

use crate::check::exchange as check;
use crate::check::exchange::policy;
use crate::check::exchange::policy::Granted;
use crate::check::exchange::policy::Policy;
use crate::check::idtoken::issue as findings;
use crate::command::Options;
use crate::command::evidence::Half;
use crate::command::idtoken::approve;
use crate::command::idtoken::approve::Asked;
use crate::command::idtoken::issue;
use crate::command::idtoken::issue::Grant;
use crate::command::idtoken::issue::Issued;
use crate::command::idtoken::issue::Issuer;
use crate::command::idtoken::signer;
use crate::crypto::seal;
use crate::env::Env;
use crate::load;
use crate::load::condor::Config;
use crate::locate::Role;
use crate::parse::condor::key::POOL;
use crate::parse::exchange::answer::Answer;
use crate::parse::exchange::answer::Decision;
use crate::parse::exchange::answer::PURPOSE;
use crate::parse::exchange::answer::signed_message;
use crate::parse::exchange::digest::Code;
use crate::parse::exchange::ledger;
use crate::parse::exchange::ledger::Entry;
use crate::parse::exchange::map::Map;
use crate::parse::idtoken::scope::Level;
use crate::prompt;
use crate::report::Finding;
use crate::report::Report;
use crate::report::Value;
use crate::time::Seconds;

/// What is typed to grant everything.
const EVERYTHING: &str = "everything";

/// A token to be granted, and who signs it.
struct Offer {
    issuer: Issuer,
    grant: Grant,
}

/// Decides, unless something is in the way.
pub(super) fn decide(
    asked: &Asked,
    yes: Option<Code>,
    options: &Options,
    env: &Env,
    report: &mut Report,
) {
    let offer = match options.wishes.deny {
        true => None,
        false => match offer(asked, options, env, report) {
            Ok(offer) => Some(offer),
            Err(findings) => return report.findings.extend(findings),
        },
    };
    if let Some(finding) = undecided(asked, options, env, report) {
        return report.findings.push(*finding);
    }
    if let Err(finding) = confirmed(asked, offer.as_ref(), yes, options, env) {
        return report.findings.push(*finding);
    }
    if let Err(findings) = answer(asked, offer, options, env, report) {
        report.findings.extend(findings);
    }
}

/// What may be granted of a request.
fn offer(
    asked: &Asked,
    options: &Options,
    env: &Env,
    report: &mut Report,
) -> Result<Offer, Vec<Finding>> {
    let config = Config::read(env);
    let policy = policy(options, &config).map_err(|finding| vec![*finding])?;
    let granted = policy
        .grant(&asked.file.request)
        .map_err(|finding| vec![*finding])?;
    let (granted, warnings) = granted;
    report.findings.extend(warnings);
    if let Some(path) = &options.wishes.map {
        let refused = |why: String| vec![check::about(&check::NOT_MAPPED, path, why)];
        let source = load::file(path, false)
            .map_err(|trouble| refused(format!("the map {}: {trouble}", path.display())))?;
        let map = Map::read(&String::from_utf8_lossy(&source.bytes));
        let dn = asked.person.as_ref().map(|person| person.dn.as_str());
        if let Some(finding) = policy::mapped(&map, dn, &granted, policy.domain.as_deref()) {
            return Err(vec![finding]);
        }
    }
    let wide = findings::wishes(&granted.identity, &granted.levels, granted.lifetime);
    report.findings.extend(wide);
    let key_id = match &options.signing_key {
        Some(name) => name.clone(),
        None => {
            let knob = config
                .knob("SEC_TOKEN_ISSUER_KEY")
                .and_then(|knob| knob.value.ok());
            knob.unwrap_or_else(|| POOL.to_owned())
        }
    };
    let unfit = |why: String| vec![findings::key_unknown(&key_id, &why)];
    issue::check_key_name(&key_id, &config).map_err(unfit)?;
    let Granted {
        identity,
        levels,
        lifetime,
    } = granted;
    if let Some(lifetime) = lifetime {
        let too_long = |why: String| vec![check::LIMITS_UNKNOWN.found(why)];
        issue::check_lifetime(lifetime, env.now).map_err(too_long)?;
    }
    Ok(Offer {
        issuer: Issuer::open(&key_id, options, &config, env)?,
        grant: Grant {
            identity,
            levels,
            lifetime,
        },
    })
}

/// The approver's options and the pool's settings.
fn policy(options: &Options, config: &Config) -> Result<Policy, Box<Finding>> {
    let wishes = &options.wishes;
    let longest = wishes.max_lifetime.unwrap_or(policy::MAX_LIFETIME);
    let domain = config.knob("UID_DOMAIN").and_then(|knob| knob.value.ok());
    Ok(Policy {
        domain,
        levels: limits(config)?,
        site_lifetime: expiration(config)?,
        lifetime: Some(longest).filter(|_| !wishes.no_expiry),
        superuser: wishes.allow_superuser,
    })
}

/// SEC_TOKEN_REQUEST_LIMITS, whose unknown words HTCondor can match to nothing.
fn limits(config: &Config) -> Result<Option<Vec<Level>>, Box<Finding>> {
    let name = "SEC_TOKEN_REQUEST_LIMITS";
    let Some(knob) = config.knob(name) else {
        return Ok(None);
    };
    let value = knob.value.map_err(|why| unknown(name, &why))?;
    let words = value
        .split([',', ' ', '\t'])
        .filter(|word| !word.is_empty());
    Ok(Some(words.filter_map(Level::parse).collect()))
}

/// SEC_ISSUED_TOKEN_EXPIRATION, in seconds.
fn expiration(config: &Config) -> Result<Option<Seconds>, Box<Finding>> {
    let name = "SEC_ISSUED_TOKEN_EXPIRATION";
    let Some(knob) = config.knob(name) else {
        return Ok(None);
    };
    let value = knob.value.map_err(|why| unknown(name, &why))?;
    match value.parse::<i64>() {
        Ok(seconds) => Ok(Some(Seconds(seconds)).filter(|span| span.0 > 0)),
        Err(_) => Err(unknown(name, &format!("'{value}' is no number of seconds"))),
    }
}

fn unknown(name: &str, why: &str) -> Box<Finding> {
    Box::new(check::LIMITS_UNKNOWN.found(format!("{name}: {why}")))
}

/// The finding that the request was decided before.
fn undecided(
    asked: &Asked,
    options: &Options,
    env: &Env,
    report: &mut Report,
) -> Option<Box<Finding>> {
    match approve::ledger(options, env) {
        Ok((_, ledger, path)) => {
            if !ledger.damaged.is_empty() {
                let lines: Vec<String> = ledger.damaged.iter().map(usize::to_string).collect();
                let lines = lines.join(", ");
                let message = format!("{}: not records: line {lines}", path.display());
                report
                    .findings
                    .push(check::about(&check::LEDGER_DAMAGED, &path, message));
            }
            decided(asked, &ledger).map(Box::new)
        }
        Err(finding) => Some(finding),
    }
}

fn decided(asked: &Asked, ledger: &ledger::Ledger) -> Option<Finding> {
    let record = ledger.decided(asked.file.digest)?;
    let id = asked.file.digest.code();
    let word = if record.granted { "approved" } else { "denied" };
    let message = format!("the request {id} was {word} on {}", record.at.screen());
    Some(check::DECIDED.found(message))
}

/// The approver's word: `--yes ID`, else `yes` typed under the whole request.
fn confirmed(
    asked: &Asked,
    offer: Option<&Offer>,
    yes: Option<Code>,
    options: &Options,
    env: &Env,
) -> Result<(), Box<Finding>> {
    let id = asked.file.digest.code();
    let everything = offer.is_some_and(|offer| offer.grant.levels.is_empty());
    let allowed = options.wishes.allow_unrestricted;
    let unrestricted = || {
        let message =
            format!("the request {id} asks for no authorization, which grants everything");
        Box::new(check::UNRESTRICTED_ASKED.found(message))
    };
    if yes.is_some() {
        return match everything && !allowed {
            true => Err(unrestricted()),
            false => Ok(()),
        };
    }
    let question = format!(
        "{}\nTo {}, please type 'yes': ",
        shown(asked, offer, env),
        if offer.is_some() { "approve" } else { "deny" }
    );
    if !typed(&question, "yes", options) {
        let message = format!("the request {id} was NOT decided: nobody said yes");
        return Err(Box::new(check::NOT_APPROVED.found(message)));
    }
    let question = format!(
        "The token would not be limited: it is good for all that the identity may do.\n\
         To make it so, please type '{EVERYTHING}': "
    );
    if everything && !allowed && !typed(&question, EVERYTHING, options) {
        return Err(unrestricted());
    }
    Ok(())
}

fn typed(question: &str, word: &str, options: &Options) -> bool {
    !options.no_input
        && prompt::line(question)
            .ok()
            .flatten()
            .is_some_and(|line| line == word)
}

/// The request as it is shown on the terminal. All of it is plain ASCII, but for a DN, whose form
/// for the screen this is.
fn shown(asked: &Asked, offer: Option<&Offer>, env: &Env) -> String {
    let request = &asked.file.request;
    let none = || "(none)".to_owned();
    let person = asked.person.as_ref().map(|person| person.shown.clone());
    let mut lines = vec![
        ("request", asked.file.digest.code().to_string()),
        ("signed by", person.unwrap_or_else(|| "nobody".to_owned())),
        (
            "identity asked for",
            request.identity.clone().unwrap_or_else(none),
        ),
        ("authorizations", issue::may(&request.levels)),
        (
            "lifetime",
            request.lifetime.map_or_else(none, |span| span.to_string()),
        ),
        ("pool", request.pool.clone().unwrap_or_else(none)),
        ("name", request.name.clone().unwrap_or_else(none)),
        ("type", request.daemon_type.clone().unwrap_or_else(none)),
        ("made", request.created.relative_to(env.now)),
    ];
    if let Some(offer) = offer {
        let lifetime = offer.grant.lifetime;
        let lasts = lifetime.map_or_else(|| "for ever".to_owned(), |span| span.to_string());
        lines.push(("would be granted", offer.grant.identity.clone()));
        lines.push(("  for", issue::may(&offer.grant.levels)));
        lines.push(("  lasting", lasts));
        lines.push(("  in", offer.issuer.trust_domain.clone()));
    }
    let line = |(label, value): (&str, String)| format!("{label:20}{value}");
    lines.into_iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Records the decision, then gives the answer out: in this order, so that what was given out is
/// always on record. A crash in between is mended by `--again`.
fn answer(
    asked: &Asked,
    offer: Option<Offer>,
    options: &Options,
    env: &Env,
    report: &mut Report,
) -> Result<(), Vec<Finding>> {
    let one = |finding: Box<Finding>| vec![*finding];
    let digest = asked.file.digest;
    let issued = offer
        .as_ref()
        .map(|offer| offer.issuer.issue(&offer.grant, env.now));
    let decision = match &issued {
        None => Decision::Denied(options.wishes.reason.clone()),
        Some(issued) => {
            let token = issued.token.as_bytes();
            let sealed = seal::seal(&asked.file.request.reply_key, PURPOSE, &digest.0, token);
            Decision::Granted(sealed.ok_or_else(|| {
                let message = "the key of the request is none: nothing can be sealed to it";
                vec![check::about(
                    &check::REQUEST_MALFORMED,
                    &asked.path,
                    message,
                )]
            })?)
        }
    };
    let answer = Answer {
        request: digest,
        decision,
        created: env.now,
    };
    let text = signed(&answer, options, env)?;
    // Somebody else may have decided while the question stood.
    let (mut locked, ledger, path) = approve::ledger(options, env).map_err(one)?;
    if let Some(finding) = decided(asked, &ledger) {
        return Err(vec![finding]);
    }
    let authz = offer.as_ref().map(|offer| issue::may(&offer.grant.levels));
    let grant = offer
        .as_ref()
        .zip(issued.as_ref())
        .map(|(offer, issued)| ledger::Grant {
            issuer: &offer.issuer.trust_domain,
            key_id: &offer.issuer.key_id,
            token_id: &issued.id,
            identity: &offer.grant.identity,
            authz: authz.as_deref().unwrap_or_default(),
            expires: issued.expires,
        });
    let entry = Entry {
        at: env.now,
        request: digest,
        granted: grant.is_some(),
        approver: env.uid,
        requester: asked.person.as_ref().map(|person| person.dn.as_str()),
        grant,
        answer: &text,
    };
    locked
        .append(&entry.line())
        .map_err(|error| one(approve::unusable(&path, &error)))?;
    tell(
        asked,
        &answer,
        offer.as_ref().zip(issued.as_ref()),
        env,
        report,
    );
    approve::give(asked, &text, options, report);
    Ok(())
}

/// The answer file, signed if there is a key.
fn signed(answer: &Answer, options: &Options, env: &Env) -> Result<String, Vec<Finding>> {
    let wishes = &options.wishes;
    let Some(key) = &wishes.approver_key else {
        return Ok(answer.armored(None));
    };
    let digest = answer.digest();
    let key = Half::operand(Role::UserKey, key);
    let cert = wishes.approver_cert.as_ref();
    let cert = cert.map(|path| Half::operand(Role::UserCert, path));
    let message = |leaf: Option<&[u8; 32]>| signed_message(leaf, digest);
    let made = signer::sign(cert.as_ref(), &key, options, message, env)?;
    Ok(answer.armored(Some(&made.part())))
}

/// What the approver is told.
fn tell(
    asked: &Asked,
    answer: &Answer,
    made: Option<(&Offer, &Issued)>,
    env: &Env,
    report: &mut Report,
) {
    let id = asked.file.digest.code();
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
