//! For whom a token is made: options of alien.py, as a subject.

use crate::command::mint::MintArguments;
use crate::make::token::{Subject, job_unit};
use crate::parse::cert::{is_host, mailbox};
use crate::system::env::Env;

/// The subject in `args`. Without `-t`, a job or host that is named decides the type, as in
/// `JAliEnCommandtoken`.
///
/// # Errors
///
/// What is missing or does not fit together, as a usage message.
pub fn subject(args: &MintArguments, env: &Env) -> Result<Subject, String> {
    let (job, host) = (args.job.as_deref(), args.host.as_deref());
    let kind = match (args.kind.as_deref(), job, host) {
        (Some(kind), ..) => kind,
        (None, Some(_), _) => "job",
        (None, None, Some(_)) => "host",
        (None, None, None) => "user",
    };
    let only = |given: bool, option: &str, kinds: &[&str]| {
        let fits = !given || kinds.contains(&kind);
        let kinds = kinds.join(" and ");
        fits.then_some(())
            .ok_or_else(|| format!("{option} is for {kinds} tokens, not for a {kind} token"))
    };
    only(job.is_some(), "-jobid", &["job", "jobagent"])?;
    only(host.is_some(), "-hostname", &["host"])?;
    only(args.role.is_some(), "-u", &["user", "job"])?;
    only(args.account.is_some(), "--account", &["user", "job"])?;
    only(!args.emails.is_empty(), "--email", &["user"])?;
    let job = job.map(|job| text("-jobid", job)).transpose()?;
    Ok(match kind {
        "host" => Subject::Host(full_name(host)?),
        "jobagent" => Subject::JobAgent(job),
        "job" => Subject::Job {
            account: match &args.role {
                Some(role) => login("-u", role)?,
                None => account(args, env)?,
            },
            unit: job_unit(&job.ok_or("a job token needs the id of the job: -jobid ID")?),
        },
        _ => user(args, env)?,
    })
}

fn user(args: &MintArguments, env: &Env) -> Result<Subject, String> {
    let account = account(args, env)?;
    let role = match &args.role {
        Some(role) => login("-u", role)?,
        None => account.clone(),
    };
    let no_address = |email: &&String| !email.is_ascii() || mailbox(email).is_none();
    if let Some(email) = args.emails.iter().find(no_address) {
        return Err(format!("--email {email} is no mail address"));
    }
    Ok(Subject::User { account, role, emails: args.emails.clone() })
}

/// The account. The service takes it from the certificate; here it comes from an option or the
/// login name.
fn account(args: &MintArguments, env: &Env) -> Result<String, String> {
    if let Some(account) = &args.account {
        return login("--account", account);
    }
    let mut named = ["ALIEN_USER", "USER", "LOGNAME"].into_iter();
    let (name, value) = named
        .find_map(|name| env.filled(name).map(|value| (name, value)))
        .ok_or("the account that the token is for is not known: use --account NAME")?;
    let value = value.to_str();
    login(name, value.ok_or_else(|| format!("{name} is not UTF-8"))?)
}

fn full_name(host: Option<&str>) -> Result<String, String> {
    let host = host.ok_or("a host token needs the host's full name: -hostname FQDN")?;
    let host = host.trim();
    if is_host(host) && host.contains('.') {
        Ok(host.to_owned())
    } else {
        Err(format!("-hostname {host} is not the full name of a host, like vobox.example.org"))
    }
}

/// The name of an account or role. It must not contain a slash: `/CN=a/CN=b` would be read as
/// another name in the one-line form, as in grid-mapfiles.
fn login(option: &str, value: &str) -> Result<String, String> {
    match value.contains('/') {
        true => Err(format!("{option} has a slash in it, which no account has")),
        false => text(option, value),
    }
}

/// Checks that the text can stand in a name, and stays distinct from other names.
fn text(option: &str, value: &str) -> Result<String, String> {
    let length = value.chars().count();
    if value.trim().is_empty() {
        return Err(format!("{option} is empty"));
    }
    if length > MAX_CHARACTERS {
        return Err(format!(
            "{option} has {length} characters; a name has {MAX_CHARACTERS} at most"
        ));
    }
    if value.chars().any(char::is_control) {
        return Err(format!("{option} contains control characters"));
    }
    Ok(value.to_owned())
}

/// `ub-common-name`, `ub-organizational-unit-name` (RFC 5280, appendix A).
const MAX_CHARACTERS: usize = 64;
