//! For which service a token is, and what it permits.

use crate::check::bearer::{Question, rule};
use crate::parse::bearer::jwks::is_near;
use crate::parse::bearer::scope::{
    COMPUTE_WRITE, Capability, condor_level, condor_levels, operation,
};
use crate::parse::bearer::{BearerToken, Profile};
use crate::parse::idtoken::scope::Level;
use crate::report::Finding;
use crate::text::shell;

/// The audience for all services of WLCG.
const ANY_WLCG: &str = "https://wlcg.cern.ch/jwt/v1/any";

/// The audience for all services that accept SciTokens.
const ANY_SCITOKENS: &str = "ANY";

/// Whether it comes from the issuer that was asked about.
pub(super) fn issuer(token: &BearerToken, question: &Question<'_>) -> Option<Finding> {
    let asked = question.issuer?;
    let own = token.issuer.as_deref()?;
    let hint = match own {
        own if own == asked => return None,
        own if is_near(own, asked) => {
            "; they differ in case, port or a slash at the end, and are compared exactly"
        }
        _ => "",
    };
    Some(rule::ISSUER.found(format!("the issuer (iss) of the token is {own}, not {asked}{hint}")))
}

/// Whether its issuer is an address from which keys can be fetched.
pub(super) fn issuer_form(token: &BearerToken) -> Option<Finding> {
    let own = token.issuer.as_deref().filter(|own| !own.trim().is_empty())?;
    let host = own.strip_prefix("https://").map(|rest| rest.split(['/', '?', '#', ':']).next());
    let what = match host {
        _ if own.contains(|c: char| c.is_whitespace() || c.is_control()) => "has a blank in it",
        None => "does not begin with https://",
        Some(None | Some("")) => "names no host",
        Some(Some(_)) => return None,
    };
    Some(rule::ISSUER_NOT_URL.found(format!("the issuer (iss) of the token, {own:?}, {what}")))
}

/// Whether it is for the service that was asked about.
pub(super) fn audience(token: &BearerToken, question: &Question<'_>) -> Option<Finding> {
    let asked = question.audience?;
    let wrong = |message: String| {
        let advice =
            format!("get a token for that audience: htgettoken --audience={}", shell::quote(asked));
        Some(rule::AUDIENCE.found(message).advice(advice))
    };
    let named = token.audience.as_deref().unwrap_or_default();
    let named: Vec<&str> = named.iter().map(String::as_str).collect();
    if named.iter().all(|name| name.trim().is_empty()) {
        let what = match token.audience {
            Some(_) => "an empty audience (aud), so it names no service",
            None => "no aud claim, so it names no service",
        };
        return wrong(format!("the token has {what}, and is not for {asked}"));
    }
    let any = match token.profile {
        Profile::Wlcg(_) => Some(ANY_WLCG),
        Profile::SciTokens(_) | Profile::SciTokens1 => Some(ANY_SCITOKENS),
        Profile::None | Profile::Unknown(..) => None,
    };
    if named.iter().any(|name| *name == asked || Some(*name) == any) {
        return None;
    }
    let bare = |text: &str| text.trim().trim_end_matches('/').to_lowercase();
    let is_close = named.iter().any(|name| bare(name) == bare(asked));
    // Some programs write a list as one text.
    let is_piece = |piece: &str| piece.trim_matches(|c: char| "[]'\" ".contains(c)) == asked;
    let is_listed = named.iter().any(|name| name.split([',', ' ', ';']).any(is_piece));
    let hint = match any {
        _ if is_close => {
            "; they differ in case, blanks or a slash at the end, and are compared exactly"
        }
        _ if is_listed => {
            "; it is a list written as one text, and is compared as one text: aud must be a JSON list"
        }
        None if named.contains(&ANY_WLCG) => {
            "; that it is for any service counts in tokens with wlcg.ver alone"
        }
        _ => "",
    };
    wrong(format!("the audience (aud) of the token is {}, not {asked}{hint}", named.join(", ")))
}

/// Whether it permits what was asked, and which scopes permit nothing, or too much.
pub(super) fn scopes(token: &BearerToken, question: &Question<'_>) -> Vec<Finding> {
    let own: Vec<(&String, Capability)> =
        token.scopes.iter().filter_map(|scope| Some((scope, Capability::of(scope)?))).collect();
    let mut findings: Vec<Finding> =
        own.iter().filter_map(|(scope, own)| void(scope, own, token)).collect();
    findings.extend(token.scopes.iter().find_map(|scope| joined(scope)));
    for asked in question.scopes {
        match permitting(token, asked) {
            None => findings.push(insufficient(token, asked, !own.is_empty())),
            Some(scope) => findings.extend(read_otherwise(token, asked, &scope)),
        }
    }
    let permits = |(_, own): &&(&String, Capability)| own.is_void(&token.profile).is_none();
    if let (Some((scope, _)), false) = (own.iter().find(permits), token.groups.is_empty()) {
        findings.push(rule::GROUPS_VOID.found(format!(
            "the groups of the token are ignored, for its scope {scope} says what it permits: {}",
            token.groups.join(", ")
        )));
    }
    findings
}

/// What some programs write between scopes instead of a space.
const SEPARATORS: &[&str] = &[",", ";", "+", "|", "%20"];

/// Scopes without a space between them, which count as one.
fn joined(scope: &str) -> Option<Finding> {
    let splits = |separator: &&&str| {
        let mut parts = scope.split(**separator);
        parts.next().is_some() && parts.any(|part| Capability::of(part).is_some())
    };
    let separator = SEPARATORS.iter().find(splits)?;
    Some(rule::SEPARATOR.found(format!(
        "{scope} counts as one scope: \"{separator}\" is between its parts instead of a space"
    )))
}

fn void(scope: &str, own: &Capability, token: &BearerToken) -> Option<Finding> {
    if own.is_pathless() {
        return Some(rule::SCOPE_PATHLESS.found(format!(
            "the scope {scope} has no path: scitokens-cpp, so XRootD, treats it as everything (as \
             {}:/), dCache and the WLCG profile refuse the token",
            own.operation
        )));
    }
    let why = own.is_void(&token.profile)?;
    let Some(taken) = Capability::of_scitokens_cpp(scope, &token.profile) else {
        return Some(rule::SCOPE_VOID.found(format!("the scope {scope} permits nothing: {why}")));
    };
    let message = format!("{}; for others it permits nothing: {why}", taken_for(scope, &taken));
    let everywhere = taken.is_everywhere() && !own.is_everywhere();
    Some(if everywhere { &rule::SCOPE_PATHLESS } else { &rule::SCOPE_VOID }.found(message))
}

/// What scitokens-cpp reads in a scope.
fn taken_for(scope: &str, taken: &Capability) -> String {
    let taken = taken.to_string();
    let what = if taken == scope { String::new() } else { format!(" for {taken}") };
    format!("scitokens-cpp, so XRootD, takes the scope {scope}{what}")
}

/// The scope that permits `asked`.
fn permitting(token: &BearerToken, asked: &Capability) -> Option<String> {
    if let Some(level) = condor_level(&asked.operation) {
        let held = condor_levels(&token.scopes, &token.profile);
        let enough = held.into_iter().find(|(_, held)| held.implies(level));
        return enough.map(|(scope, _)| scope.to_owned());
    }
    let does = |scope: &&String| match Capability::of(scope) {
        Some(own) => own.permits(asked, &token.profile),
        None => **scope == asked.operation,
    };
    token.scopes.iter().find(does).cloned()
}

/// Who permits `asked` all the same, and by which scope.
fn taken_elsewhere(token: &BearerToken, asked: &Capability) -> Option<String> {
    let profile = &token.profile;
    if COMPUTE_WRITE.contains(&asked.operation.as_str()) {
        let held = condor_levels(&token.scopes, profile);
        let (scope, _) = held.into_iter().find(|(_, level)| level.implies(Level::Write))?;
        return Some(format!("; HTCondor-CE permits it by {scope}"));
    }
    let read = |scope: &String| {
        let taken = Capability::of_scitokens_cpp(scope, profile)?;
        taken.holds(asked).then(|| format!("; {}, and permits it", taken_for(scope, &taken)))
    };
    token.scopes.iter().find_map(read)
}

fn insufficient(token: &BearerToken, asked: &Capability, is_capable: bool) -> Finding {
    let has = match token.scopes.as_slice() {
        [] if token.claims().get("scp").is_some() => {
            "it has no scope; scp is a former name of it, which services no longer read".to_owned()
        }
        [] if token.claims().get("scope").is_some() => {
            "its scope is empty, or is no text".to_owned()
        }
        [] if token.claims().get("scopes").is_some() => {
            "it has no scope; services do not read its claim scopes".to_owned()
        }
        [] => "it has no scope".to_owned(),
        scopes => format!("its scope is {}", scopes.join(" ")),
    };
    let groups = match token.groups.is_empty() || is_capable {
        true => String::new(),
        false => format!("; a service may permit it to the groups {}", token.groups.join(", ")),
    };
    let elsewhere = taken_elsewhere(token, asked).unwrap_or_default();
    let held: Vec<Capability> = token.scopes.iter().filter_map(|s| Capability::of(s)).collect();
    let beside = held.iter().find_map(|held| held.beside(asked));
    let beside = beside.map(|(own, other)| format!("; {other} is not below {own}"));
    let beside = beside.unwrap_or_default();
    let asked = asked.to_string();
    let advice =
        format!("get a token with that scope: htgettoken --scopes={}", shell::quote(&asked));
    let message = format!("the token does not permit {asked}: {has}{beside}{elsewhere}{groups}");
    rule::SCOPE.found(message).advice(advice)
}

/// Scopes that other services read in another way.
fn read_otherwise(token: &BearerToken, asked: &Capability, scope: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_held = |name: &str| token.scopes.iter().any(|own| operation(own) == name);
    let lacks: Vec<&str> = COMPUTE_WRITE.into_iter().filter(|name| !is_held(name)).collect();
    if COMPUTE_WRITE.contains(&asked.operation.as_str()) && !lacks.is_empty() {
        findings.push(rule::COMPUTE_PARTS.found(format!(
            "the token permits {asked} and lacks {}: HTCondor-CE needs all three of {} to let jobs in",
            lacks.join(" and "),
            COMPUTE_WRITE.join(", ")
        )));
    }
    if scope.contains('%') {
        findings.push(rule::SCOPE_ENCODED.found(format!(
            "the path of the scope {scope} is percent-encoded: XRootD compares it as it is written, \
             others decode it first"
        )));
    }
    findings
}
