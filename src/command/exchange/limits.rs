//! What the pool's configuration and the approver's options allow.

use crate::check::exchange as check;
use crate::check::exchange::policy;
use crate::check::exchange::policy::Policy;
use crate::command::exchange::approval::Args;
use crate::load::condor::Config;
use crate::parse::idtoken::scope::Level;
use crate::report::Finding;
use crate::text::time::Seconds;

/// The approver's options and the pool's settings.
pub(super) fn policy(args: &Args, config: &Config) -> Result<Policy, Box<Finding>> {
    let longest = args.max_lifetime.unwrap_or(policy::MAX_LIFETIME);
    let domain = config.knob("UID_DOMAIN").and_then(|knob| knob.value.ok());
    Ok(Policy {
        domain,
        levels: limits(config)?,
        site_lifetime: expiration(config)?,
        lifetime: Some(longest).filter(|_| !args.no_expiry),
        superuser: args.allow_superuser,
    })
}

/// SEC_TOKEN_REQUEST_LIMITS. HTCondor ignores words in it that it does not know.
fn limits(config: &Config) -> Result<Option<Vec<Level>>, Box<Finding>> {
    let name = "SEC_TOKEN_REQUEST_LIMITS";
    let Some(knob) = config.knob(name) else {
        return Ok(None);
    };
    let value = knob.value.map_err(|why| unknown(name, &why))?;
    let words = value.split([',', ' ', '\t']).filter(|word| !word.is_empty());
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
