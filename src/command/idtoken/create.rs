//! `idtoken-create`: a token signed with a key of this machine, as condor_token_create makes it.

use crate::check::idtoken::issue as check;
use crate::command::Options;
use crate::command::idtoken::issue;
use crate::command::idtoken::issue::{Grant, Issuer};
use crate::command::idtoken::put::Target;
use crate::load::condor::Config;
use crate::parse::condor::key::POOL;
use crate::report::{Exit, Report, Value};
use crate::system::env::Env;
use crate::text::screen::for_screen;

/// Makes a token.
///
/// # Errors
///
/// What is wrong with the arguments: much that condor_token_create takes in silence.
pub fn run(options: &Options, env: &Env) -> Result<Report, String> {
    let wishes = &options.wishes;
    let config = Config::read(env);
    let grant = Grant {
        identity: identity(wishes.identity.as_deref())?,
        levels: options.authz.clone(),
        lifetime: wishes.lifetime,
    };
    grant.lifetime.map_or(Ok(()), |lifetime| issue::check_lifetime(lifetime, env.now))?;
    let key_id = options.signing_key.as_deref().unwrap_or(POOL);
    issue::check_key_name(key_id, &config)?;
    issue::check_trust_domain(options)?;
    let target = Target::of(wishes.token.as_deref(), wishes.file.as_deref(), &config, env)?;
    let mut report = Report::new("idtoken-create", env.now);
    let target = match target {
        Ok(target) => target,
        Err(finding) => {
            report.findings.push(*finding);
            return Ok(report);
        }
    };
    let issuer = match Issuer::open(key_id, options, &config, env) {
        Ok(issuer) => issuer,
        Err(findings) => {
            report.findings.extend(findings);
            return Ok(report);
        }
    };
    report.findings.extend(issuer.remarks.iter().cloned());
    let findings = check::wishes(&grant.identity, &grant.levels, grant.lifetime);
    report.findings.extend(findings);
    let issued = issuer.issue(&grant, env.now);
    if target.put(&issued.token, env, &mut report) && report.exit() == Exit::Ok {
        let mut item = issuer.item(&grant, &issued, env.now);
        let file = target.path().map(|path| path.display().to_string());
        item.machine("file", file.map_or(Value::Unknown, Value::Text));
        report.items.push(item);
        report.good = format!("a token for {} is {}", grant.identity, target.described());
    }
    Ok(report)
}

fn identity(given: Option<&str>) -> Result<String, String> {
    let Some(identity) = given.filter(|text| !text.is_empty()) else {
        return Err(
            "--identity NAME@DOMAIN is needed: a token for nobody is of no use (condor_token_create \
             makes one all the same)"
                .to_owned(),
        );
    };
    if identity.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(format!(
            "--identity: '{}' has blanks or control characters in it",
            for_screen(identity)
        ));
    }
    Ok(identity.to_owned())
}
