//! For whom a token is, and what it permits.

use crate::check::bearer::{Question, rule};
use crate::parse::bearer::{BearerToken, Profile};
use crate::report::Finding;

/// Every service of WLCG.
const ANY_WLCG: &str = "https://wlcg.cern.ch/jwt/v1/any";

/// Every service that takes SciTokens.
const ANY_SCITOKENS: &str = "ANY";

/// Whether it is for the service asked about.
pub(super) fn audience(token: &BearerToken, question: &Question<'_>) -> Option<Finding> {
    let asked = question.audience?;
    let Some(named) = &token.audience else {
        let message = format!("the token has no aud claim, so it is not for {asked}");
        return Some(rule::AUDIENCE.found(message));
    };
    let any = match token.profile {
        Profile::Wlcg(_) => Some(ANY_WLCG),
        Profile::SciTokens(_) => Some(ANY_SCITOKENS),
        Profile::None | Profile::Unknown(..) => None,
    };
    let fits = |name: &String| name == asked || Some(name.as_str()) == any;
    if named.iter().any(fits) {
        return None;
    }
    let bare = |text: &str| text.trim_end_matches('/').to_lowercase();
    let close = named.iter().any(|name| bare(name) == bare(asked));
    let hint = match (close, any) {
        (true, _) => "; they differ in case or a slash at the end, and are compared exactly",
        (_, None) if named.iter().any(|name| name == ANY_WLCG) => {
            "; that it is for any service counts in tokens with wlcg.ver alone"
        }
        _ => "",
    };
    let message =
        format!("the audience (aud) of the token is {}, not {asked}{hint}", named.join(", "));
    Some(rule::AUDIENCE.found(message))
}

/// Whether it permits what is asked, and which of its scopes permit nothing.
pub(super) fn scopes(token: &BearerToken, question: &Question<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut capable = false;
    for scope in &token.scopes {
        let Some(capability) = crate::parse::bearer::scope::Capability::of(scope) else {
            continue;
        };
        capable = true;
        if let Some(why) = capability.is_void(&token.profile) {
            let message = format!("the scope {scope} permits nothing: {why}");
            findings.push(rule::SCOPE_VOID.found(message));
        }
    }
    for asked in question.scopes {
        let mut own = token.capabilities();
        if own.any(|own| own.permits(asked, &token.profile)) {
            continue;
        }
        let has = match token.scopes.as_slice() {
            [] => "it has no scope".to_owned(),
            scopes => format!("its scope is {}", scopes.join(" ")),
        };
        let groups = match token.groups.is_empty() || capable {
            true => String::new(),
            false => format!("; a service may permit it to the groups {}", token.groups.join(", ")),
        };
        let message = format!("the token does not permit {asked}: {has}{groups}");
        findings.push(rule::SCOPE.found(message));
    }
    findings
}
