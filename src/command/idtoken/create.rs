//! `idtoken-create`: makes a token signed with a key of this machine, as condor_token_create does.

use crate::check::idtoken::issue as check;
use crate::command::Call;
use crate::command::arguments::{OlderTool, arguments};
use crate::command::definition::{Definition, Group, Stdout};
use crate::command::idtoken::arguments::TargetArguments;
use crate::command::idtoken::issue::{Grant, Issuer};
use crate::command::idtoken::put::{Consent, Target};
use crate::command::idtoken::{arguments as shared, issue};
use crate::load::condor::Config;
use crate::parse::condor::key::POOL;
use crate::parse::idtoken::scope::Level;
use crate::report::{Exit, Report, Value};
use crate::text::screen::for_screen;
use crate::text::time::Seconds;

/// `idtoken-create`.
pub const CREATE: Definition<Args> = Definition {
    name: "idtoken-create",
    group: Group::Tokens,
    about: "Make an HTCondor token with a signing key of this machine",
    example: "certok idtoken-create -identity alice@pool.test -authz READ -lifetime 12h",
    older_tool: OlderTool::Condor,
    stdout: |_| Stdout::Made,
    prints_secret: |_| true,
    ..Definition::reporting(run)
};

arguments! {
    /// Arguments of `idtoken-create`.
    pub struct Args {
        identity: Option<String> = shared::identity("For whom: NAME@DOMAIN"),
        key: Option<String> = shared::key("The signing key; POOL unless given"),
        trust_domain: Option<String> = shared::trust_domain(
            "The trust domain, instead of TRUST_DOMAIN in HTCondor's configuration",
        ),
        authz: Vec<Level> = shared::AUTHZ,
        lifetime: Option<Seconds> =
            shared::lifetime("For how long: seconds, or 12h, 30d; for ever unless given"),
        target: TargetArguments,
    }
}

/// Makes a token. It refuses much that condor_token_create accepts silently.
fn run(args: &Args, call: &Call<'_>) -> Result<Report, String> {
    let env = call.env;
    let config = Config::read(env);
    let grant = Grant {
        identity: identity(args.identity.as_deref())?,
        levels: args.authz.clone(),
        lifetime: args.lifetime,
    };
    grant.lifetime.map_or(Ok(()), |lifetime| issue::check_lifetime(lifetime, env.now))?;
    let key_id = args.key.as_deref().unwrap_or(POOL);
    issue::check_key_name(key_id, &config)?;
    issue::check_trust_domain(args.trust_domain.as_deref())?;
    let target = Target::of(&args.target, &config, env)?;
    let mut report = call.report();
    let target = match target {
        Ok(target) => target,
        Err(finding) => {
            report.findings.push(*finding);
            return Ok(report);
        }
    };
    let issuer = match Issuer::open(key_id, args.trust_domain.as_deref(), &config, env) {
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
    let consent = Consent { force: args.target.force, no_input: call.no_input };
    if target.put(&issued.token, consent, env, &mut report) && report.exit() == Exit::Ok {
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
