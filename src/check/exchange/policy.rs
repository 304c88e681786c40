//! How much of a request may be granted.

use crate::check::exchange::rule;
use crate::check::idtoken::issue::is_superuser;
use crate::parse::exchange::map::{Map, Mapped};
use crate::parse::exchange::request::Request;
use crate::parse::idtoken::scope::Level;
use crate::report::Finding;
use crate::text::time::{DAY, Seconds};

/// The longest lifetime of a requested token, unless the approver sets another one.
pub const MAX_LIFETIME: Seconds = Seconds(30 * DAY);

/// What the configuration of the pool and the approver allow.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// UID_DOMAIN, which completes an identity.
    pub domain: Option<String>,
    /// SEC_TOKEN_REQUEST_LIMITS, if it is set.
    pub levels: Option<Vec<Level>>,
    /// SEC_ISSUED_TOKEN_EXPIRATION, if it is set.
    pub site_lifetime: Option<Seconds>,
    /// `--max-lifetime` or its default. None with `--no-expiry`.
    pub lifetime: Option<Seconds>,
    /// `--allow-superuser`.
    pub superuser: bool,
}

/// What may be granted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Granted {
    /// The whole identity, with its domain.
    pub identity: String,
    /// The levels. None means no restriction, which needs one more confirmation.
    pub levels: Vec<Level>,
    /// The lifetime. None means no end.
    pub lifetime: Option<Seconds>,
}

/// The identity that HTCondor uses if none is given. It is the superuser.
const SUPERUSER: &str = "condor";

impl Policy {
    /// Reduces a request to what may be granted.
    ///
    /// # Errors
    ///
    /// Why nothing may be granted.
    pub fn grant(&self, request: &Request) -> Result<(Granted, Vec<Finding>), Box<Finding>> {
        let identity = self.identity(request)?;
        if is_superuser(&identity) && !self.superuser {
            let asked = match request.identity {
                Some(_) => "",
                None => " (no identity was named)",
            };
            let message = format!("the request is for {identity}, the pool's superuser{asked}");
            return Err(Box::new(rule::SUPERUSER_ASKED.found(message)));
        }
        let levels = self.levels(request)?;
        let lifetime = [request.lifetime, self.lifetime, self.site_lifetime];
        let lifetime = lifetime.into_iter().flatten().min();
        let mut findings = Vec::new();
        if !request.levels.is_empty() && levels.len() < request.levels.len() {
            let message =
                format!("of {} the pool's limits leave {}", names(&request.levels), names(&levels));
            findings.push(rule::LIMITED.found(message));
        }
        if let (Some(asked), Some(granted)) = (request.lifetime, lifetime)
            && granted < asked
        {
            let message = format!("the token is to last {granted}, not {asked} as was asked");
            findings.push(rule::LIMITED.found(message));
        }
        if let (None, Some(granted)) = (request.lifetime, lifetime) {
            let message = format!(
                "no lifetime was asked for, so for ever; the token is to last {granted}, by {}",
                match (self.site_lifetime, self.lifetime) {
                    (Some(site), _) if site == granted => "SEC_ISSUED_TOKEN_EXPIRATION",
                    _ => "the approver's limit (--max-lifetime)",
                }
            );
            findings.push(rule::LIMITED.found(message).as_note());
        }
        let granted = Granted { identity, levels, lifetime };
        Ok((granted, findings))
    }

    fn identity(&self, request: &Request) -> Result<String, Box<Finding>> {
        let asked = request.identity.as_deref().unwrap_or(SUPERUSER);
        if asked.contains('@') {
            return Ok(asked.to_owned());
        }
        match &self.domain {
            Some(domain) => Ok(format!("{asked}@{domain}")),
            None => {
                let message = format!("the request is for {asked}, and UID_DOMAIN is not known");
                Err(Box::new(rule::IDENTITY_INCOMPLETE.found(message)))
            }
        }
    }

    /// As HTCondor does: the requested levels within the limits, or all limits if none were
    /// requested.
    fn levels(&self, request: &Request) -> Result<Vec<Level>, Box<Finding>> {
        let Some(limits) = &self.levels else {
            return Ok(request.levels.clone());
        };
        let asked = match request.levels.is_empty() {
            true => limits,
            false => &request.levels,
        };
        let within = asked.iter().filter(|level| limits.contains(level));
        let within: Vec<Level> = within.copied().collect();
        if within.is_empty() {
            let message = format!(
                "the request is for {}; SEC_TOKEN_REQUEST_LIMITS allows {}",
                names(&request.levels),
                names(limits)
            );
            return Err(Box::new(rule::NOTHING_LEFT.found(message)));
        }
        Ok(within)
    }
}

/// Whether the map file gives `dn` the `identity`. `dn` is in slash form; none for a request
/// without signature.
pub fn mapped(
    map: &Map,
    dn: Option<&str>,
    granted: &Granted,
    domain: Option<&str>,
) -> Option<Finding> {
    let identity = &granted.identity;
    let refused = |why: String| Some(rule::NOT_MAPPED.found(why));
    let Some(dn) = dn else {
        return refused(format!("the request for {identity} is not signed, and a map was given"));
    };
    match map.look_up(dn) {
        Mapped::To(names) => {
            let whole = |name: &String| match domain {
                Some(domain) if !name.contains('@') => format!("{name}@{domain}"),
                _ => name.clone(),
            };
            let fits = names.iter().map(whole).any(|name| name == *identity);
            let names = names.join(", ");
            match fits {
                true => None,
                false => refused(format!("{dn} is mapped to {names}, not to {identity}")),
            }
        }
        Mapped::Nobody => refused(format!("{dn} is not in the map, so not {identity}")),
        Mapped::Unknown => refused(format!(
            "whether {dn} is {identity} is not known: the map has a pattern before it that certok \
             does not work out"
        )),
    }
}

fn names(levels: &[Level]) -> String {
    let names: Vec<&str> = levels.iter().map(|level| level.name()).collect();
    match names.is_empty() {
        true => "everything".to_owned(),
        false => names.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::time::UnixTime;

    fn request(identity: Option<&str>, levels: &[Level], lifetime: Option<i64>) -> Request {
        Request {
            identity: identity.map(str::to_owned),
            levels: levels.to_vec(),
            lifetime: lifetime.map(Seconds),
            pool: None,
            name: None,
            daemon_type: None,
            created: UnixTime(0),
            expires: UnixTime(1),
            reply_key: [0; 32],
        }
    }

    fn policy() -> Policy {
        Policy {
            domain: Some("pool.test".into()),
            lifetime: Some(MAX_LIFETIME),
            ..Policy::default()
        }
    }

    #[test]
    fn lifetimes() {
        let month = MAX_LIFETIME.0;
        for (asked, cap, site, granted, warned) in [
            (Some(60), Some(month), None, Some(60), false),
            (Some(month), Some(month), None, Some(month), false),
            (Some(month + 1), Some(month), None, Some(month), true),
            (None, Some(month), None, Some(month), true),
            (None, Some(month), Some(60), Some(60), true),
            (None, None, None, None, false),
            (Some(month + 1), None, None, Some(month + 1), false),
            (Some(61), None, Some(60), Some(60), true),
        ] {
            let policy =
                Policy { lifetime: cap.map(Seconds), site_lifetime: site.map(Seconds), ..policy() };
            let request = request(Some("a@b"), &[Level::Read], asked);
            let (got, findings) = policy.grant(&request).unwrap();
            assert_eq!(got.lifetime, granted.map(Seconds), "{asked:?} {cap:?} {site:?}");
            assert_eq!(!findings.is_empty(), warned, "{asked:?} {cap:?} {site:?}");
        }
    }

    #[test]
    fn levels_within_limits() {
        use Level::{Daemon, Read, Write};
        for (asked, limits, granted) in [
            (&[Read][..], None, Some(&[Read][..])),
            (&[], None, Some(&[])),
            (&[Read, Write], Some(&[Read][..]), Some(&[Read])),
            (&[], Some(&[Read, Write]), Some(&[Read, Write])),
            (&[Daemon], Some(&[Read, Write]), None),
            (&[], Some(&[]), None),
        ] {
            let policy = Policy { levels: limits.map(<[Level]>::to_vec), ..policy() };
            let got = policy.grant(&request(Some("a@b"), asked, None));
            let got = got.ok().map(|(granted, _)| granted.levels);
            assert_eq!(got.as_deref(), granted, "{asked:?} {limits:?}");
        }
    }

    #[test]
    fn identities() {
        for (asked, domain, superuser, expected) in [
            (Some("bob"), Some("pool.test"), false, Ok("bob@pool.test")),
            (Some("bob@x"), None, false, Ok("bob@x")),
            (Some("bob"), None, false, Err("token-request-no-domain")),
            (None, Some("pool.test"), false, Err("token-request-superuser")),
            (None, Some("pool.test"), true, Ok("condor@pool.test")),
            (Some("condor"), Some("x"), false, Err("token-request-superuser")),
            (Some("root@x"), None, false, Err("token-request-superuser")),
            (Some("condor_pool@x"), None, false, Err("token-request-superuser")),
            // HTCondor's lists do not mind the case.
            (Some("CONDOR@x"), None, false, Err("token-request-superuser")),
            (Some("Condor_Pool"), Some("x"), false, Err("token-request-superuser")),
            // The daemons among themselves.
            (Some("negotiator-side@MatchSession"), None, false, Err("token-request-superuser")),
            (Some("bob@family"), None, false, Err("token-request-superuser")),
            (Some("bob@family.org"), None, false, Ok("bob@family.org")),
            (Some("condors@x"), None, false, Ok("condors@x")),
        ] {
            let policy = Policy { domain: domain.map(str::to_owned), superuser, ..policy() };
            let got = policy.grant(&request(asked, &[], None));
            let got = got.map(|(granted, _)| granted.identity);
            let got = got.as_deref().map_err(|finding| finding.rule.id);
            assert_eq!(got, expected, "{asked:?} {domain:?}");
        }
    }
}
