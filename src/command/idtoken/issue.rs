//! Makes tokens: finds the trust domain and the signing key, makes claims and signature.

use zeroize::Zeroizing;

use crate::check::idtoken as check;
use crate::check::idtoken::issue;
use crate::command::idtoken::{keys, tokens};
use crate::crypto::random;
use crate::load::condor::Config;
use crate::load::idtokens;
use crate::parse::condor::key::{MIN_BYTES, SigningKey};
use crate::parse::idtoken::compose::{Claims, LAST_SECOND};
use crate::parse::idtoken::scope::Level;
use crate::report::{Finding, Item, Severity, Value};
use crate::system::env::Env;
use crate::text::hex::hex;
use crate::text::screen::for_screen;
use crate::text::time::{Seconds, UnixTime};

/// The signing key of this machine, and its trust domain.
pub(in crate::command) struct Issuer {
    pub(in crate::command) trust_domain: String,
    pub(in crate::command) key_id: String,
    key: SigningKey,
    /// Findings about configuration that was not evaluated.
    pub(in crate::command) remarks: Vec<Finding>,
}

/// What a token grants.
#[derive(Clone, Debug)]
pub(in crate::command) struct Grant {
    pub(in crate::command) identity: String,
    pub(in crate::command) levels: Vec<Level>,
    pub(in crate::command) lifetime: Option<Seconds>,
}

/// A token that was just made.
pub(in crate::command) struct Issued {
    pub(in crate::command) token: Zeroizing<String>,
    pub(in crate::command) id: String,
    pub(in crate::command) expires: Option<UnixTime>,
}

impl Issuer {
    /// Finds the trust domain and the key.
    pub(in crate::command) fn open(
        key_id: &str,
        trust_domain: Option<&str>,
        config: &Config,
        env: &Env,
    ) -> Result<Self, Vec<Finding>> {
        let unread = tokens::config_findings(config);
        if unread.iter().any(|finding| finding.severity == Severity::Error) {
            // A statement that was not evaluated may forbid it.
            return Err(unread);
        }
        let trust_domain = domain(trust_domain, config);
        let key = signing_key(key_id, config, env);
        match (trust_domain, key) {
            (Ok(trust_domain), Ok(key)) => {
                let odd = issue::odd("trust domain", &trust_domain);
                let remarks = unread.into_iter().chain(odd).collect();
                Ok(Self { trust_domain, key_id: key_id.to_owned(), key, remarks })
            }
            (domain, key) => {
                let both = domain.err().into_iter().chain(key.err());
                Err(both.map(|finding| *finding).collect())
            }
        }
    }

    /// Makes a token.
    pub(in crate::command) fn issue(&self, grant: &Grant, now: UnixTime) -> Issued {
        let id = hex(&random::bytes::<16>());
        let expires = grant.lifetime.map(|lifetime| now + lifetime);
        let claims = Claims {
            key_id: &self.key_id,
            issuer: &self.trust_domain,
            subject: &grant.identity,
            issued: now,
            expires,
            id: &id,
            levels: &grant.levels,
        };
        Issued { token: self.key.token(&claims.signed_part()), expires, id }
    }

    /// The facts of a token that was made here.
    pub(in crate::command) fn item(&self, grant: &Grant, issued: &Issued, now: UnixTime) -> Item {
        let mut item = Item::new("issued_token", "the token");
        item.fact("identity", "identity", Value::Text(grant.identity.clone()));
        item.fact("trust_domain", "trust domain", Value::Text(self.trust_domain.clone()));
        claims(&mut item, &grant.levels, issued.expires);
        item.detail("issued", "issued", Value::Time(now));
        item.detail("key_id", "key", Value::Text(self.key_id.clone()));
        item.detail("id", "id", Value::Text(issued.id.clone()));
        item
    }
}

/// Adds what a token permits, and until when.
pub(in crate::command) fn claims(item: &mut Item, levels: &[Level], expires: Option<UnixTime>) {
    item.fact("scope", "may", Value::Text(may(levels)));
    let names = levels.iter().map(Level::to_string).collect();
    item.machine("authorizations", Value::Texts(names));
    match expires {
        Some(at) => item.fact("expires", "expires", Value::Time(at)),
        None => {
            item.machine("expires", Value::Unknown);
            item.fact("lasts", "expires", Value::Text("never".to_owned()));
        }
    }
}

/// `READ, WRITE`, or everything.
pub(in crate::command) fn may(levels: &[Level]) -> String {
    let names: Vec<&str> = levels.iter().map(|level| level.name()).collect();
    match names.is_empty() {
        true => "everything that the identity may".to_owned(),
        false => names.join(", "),
    }
}

/// Checks that `name` can be the name of a signing key. HTCondor accepts any name.
///
/// # Errors
///
/// The message.
pub(in crate::command) fn check_key_name(name: &str, config: &Config) -> Result<(), String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '@');
    if name.is_empty() || name.starts_with('.') || !name.chars().all(plain) {
        return Err(format!(
            "--key: '{name}' is no name of a signing key: a plain file name of the key directory is \
             wanted; servers offer no other, and no client would send the token"
        ));
    }
    let excluded = config.excluded().map(|pattern| pattern.matches(name));
    match excluded {
        Ok(true) => Err(format!(
            "--key: HTCondor ignores files named like '{name}': no server would offer the key, \
             and no client send the token"
        )),
        _ => Ok(()),
    }
}

/// Checks that a token with this lifetime ends before HTCondor's clock does.
///
/// # Errors
///
/// The message.
pub(in crate::command) fn check_lifetime(lifetime: Seconds, now: UnixTime) -> Result<(), String> {
    if lifetime.0 <= 0 {
        return Err("--lifetime: the token would have expired when it is made".to_owned());
    }
    match (now + lifetime).0 <= LAST_SECOND {
        true => Ok(()),
        false => Err(format!(
            "--lifetime: the token would end after {}, which HTCondor reads as long ago; leave the \
             option away for a token that never ends",
            UnixTime(LAST_SECOND).date()
        )),
    }
}

/// HTCondor refuses blanks and commas in a trust domain.
fn is_trust_domain(name: &str) -> bool {
    let unfit = |c: char| c == ',' || c.is_whitespace() || c.is_control();
    !name.is_empty() && !name.contains(unfit)
}

/// Checks the value of `--trust-domain`.
///
/// # Errors
///
/// The message.
pub(in crate::command) fn check_trust_domain(given: Option<&str>) -> Result<(), String> {
    match given {
        Some(name) if !is_trust_domain(name) => Err(format!(
            "--trust-domain: '{}' is empty, or has blanks or commas in it, which HTCondor refuses",
            for_screen(name)
        )),
        _ => Ok(()),
    }
}

fn domain(given: Option<&str>, config: &Config) -> Result<String, Box<Finding>> {
    if let Some(name) = given {
        return Ok(name.to_owned());
    }
    let knob = config.knob("TRUST_DOMAIN");
    let value = knob.as_ref().and_then(|knob| knob.value.clone().ok());
    value
        .filter(|name| is_trust_domain(name))
        .ok_or_else(|| Box::new(issue::no_trust_domain(knob.as_ref())))
}

fn signing_key(name: &str, config: &Config, env: &Env) -> Result<SigningKey, Box<Finding>> {
    let path =
        keys::path_of(name, config).map_err(|why| Box::new(issue::key_unknown(name, &why)))?;
    let source = idtokens::key(&path)
        .map_err(|trouble| Box::new(issue::key_trouble(name, &path, &trouble)))?;
    // HTCondor compares the real uid with the owner, also in tools that root runs.
    if let Some(finding) = issue::key(name, &path, source.file.as_ref(), env.euid) {
        return Err(Box::new(finding));
    }
    let weak = check::key::weak(name, &path, &source.bytes);
    if let Some(finding) = weak.filter(|_| source.bytes.len() < MIN_BYTES) {
        return Err(Box::new(finding));
    }
    let is_password = config.is_on("SEC_TOKEN_POOL_SIGNING_KEY_IS_PASSWORD");
    SigningKey::of(name, &source.bytes, is_password)
        .ok_or_else(|| Box::new(issue::key_empty(name, &path)))
}
