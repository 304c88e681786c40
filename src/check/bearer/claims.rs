//! Whether services accept the token's claims, times and signature.

use crate::check::bearer::{Question, Signature, audience, rule};
use crate::crypto::jose::Algorithm;
use crate::parse::bearer::{BearerToken, Profile};
use crate::parse::json::{Json, OUT_OF_RANGE};
use crate::report::Finding;
use crate::text::time::{Seconds, UnixTime};

/// Seconds that `nbf` may be in the future (WLCG Common JWT Profiles 1.3). There is no such
/// tolerance for `exp`.
const SKEW: i64 = 60;

/// Claims and header fields that scitokens-cpp accepts only as text.
const TEXTS: &[&str] = &["scope", "typ"];

/// Claims and header fields that PyJWT, too, accepts only as text.
const NAMES: &[&str] = &["jti", "kid", "sub"];

/// Claims that libraries refuse if they have the wrong type.
const STRICT: &[&str] = &["aud", "exp", "iat", "iss", "nbf", "ver", "wlcg.ver"];

pub(super) fn check(token: &BearerToken, shown: &str, question: &Question<'_>) -> Vec<Finding> {
    let mut findings = times(token, shown, question);
    findings.extend(demand(token));
    findings.extend(signature(token, question));
    findings.extend(forms(token));
    findings.extend(kind(token));
    findings.extend(required(token));
    findings.extend(audience::issuer_form(token));
    findings.extend(audience::issuer(token, question));
    findings.extend(audience::audience(token, question));
    findings.extend(audience::scopes(token, question));
    findings
}

fn times(token: &BearerToken, shown: &str, question: &Question<'_>) -> Vec<Finding> {
    let now = question.now;
    let mut findings = Vec::new();
    if let Some(end) = token.expires.instant() {
        let left = Seconds(end.0.saturating_sub(now.0));
        if left <= Seconds(0) {
            let message = format!(
                "the bearer token in {shown} expired {}, at {}",
                end.relative_to(now),
                end.screen()
            );
            findings.push(rule::EXPIRED.found(message));
        } else if left < question.need {
            let message = format!(
                "the bearer token in {shown} ends {}, and {} are asked for",
                end.relative_to(now),
                question.need
            );
            findings.push(rule::TOO_SHORT.found(message));
        }
        let counted = end.in_nanoseconds();
        if left > Seconds(0) && counted <= now {
            let message = format!(
                "the bearer token in {shown} ends at {}, which 64 bits of nanoseconds do not count \
                 to: scitokens-cpp takes it for {} and says that the token has expired",
                end.screen(),
                counted.screen()
            );
            findings.push(rule::OVERFLOW.found(message));
        }
    }
    let starts = [("nbf", token.not_before), ("iat, when it was issued", token.issued)];
    let far = |at: &UnixTime| at.0.saturating_sub(now.0) > SKEW;
    let start = starts.iter().find_map(|(name, at)| Some((name, at.instant().filter(far)?)));
    if let Some((name, start)) = start {
        let message = format!(
            "the bearer token in {shown} is not valid before {} ({name}; {})",
            start.screen(),
            start.relative_to(now)
        );
        findings.push(match token.expires.instant().filter(|end| *end <= start) {
            Some(end) => rule::NOT_YET_VALID
                .found(format!("{message}, and it ends at {}: it is never valid", end.screen()))
                .advice("get a new token; if that is the same, tell your issuer"),
            None => rule::NOT_YET_VALID.found(message),
        });
        return findings;
    }
    let ahead = |name, claim: Option<UnixTime>| claim.filter(|at| *at > now).map(|at| (name, at));
    let own = ahead("nbf", token.not_before.instant());
    if let Some((name, at)) = own.or_else(|| ahead("iat", token.issued.instant())) {
        let message = format!(
            "the {name} of the token is {} ({}): scitokens-cpp and PyJWT grant no second, and say \
             that the token has expired or is not yet valid",
            at.screen(),
            at.relative_to(now)
        );
        findings.push(rule::FUTURE.found(message));
    }
    findings
}

fn demand(token: &BearerToken) -> Option<Finding> {
    let demand = token.demand.as_ref()?;
    Some(rule::CRITICAL.found(format!("the token must be refused: {demand}")))
}

fn signature(token: &BearerToken, question: &Question<'_>) -> Vec<Finding> {
    let name = token.algorithm.as_deref();
    let Some(name) = name.filter(|name| Algorithm::named(name).is_some()) else {
        let message = match name {
            None => "the token is unsigned: its header names no algorithm (alg)".to_owned(),
            Some(name) if name.eq_ignore_ascii_case("none") => {
                format!("the token is unsigned (alg is {name}), and every service must reject it")
            }
            Some(name) if name.starts_with("HS") => format!(
                "the token is signed with a shared secret (alg is {name}), which no service accepts"
            ),
            Some(name) => format!("the token's signature algorithm (alg is {name}) is not known"),
        };
        return vec![rule::ALGORITHM.found(message)];
    };
    let mut findings = Vec::new();
    if !["RS256", "ES256"].contains(&name) {
        let message = format!("the token is signed with {name}, not with RS256 or ES256");
        findings.push(rule::RARE_ALGORITHM.found(message));
    }
    match question.signature {
        Signature::Good { by, doubt, until } => {
            findings.extend(doubt.as_deref().map(|doubt| rule::KEY_SET.found(doubt)));
            findings.extend(until.filter(|end| *end <= question.now).map(|end| {
                let end = end.screen();
                rule::KEY_EXPIRED.found(format!("the signature is by {by}, whose exp is {end}"))
            }));
        }
        Signature::Bad(why) => {
            let message = format!("the signature of the token is wrong: {why}");
            findings.push(rule::BAD_SIGNATURE.found(message));
        }
        Signature::Unchecked(why) => {
            let rule = match question.keys_asked {
                true => &rule::KEY_UNKNOWN,
                false => &rule::NOT_VERIFIED,
            };
            findings.push(rule.found(format!("the signature was not checked: {why}")));
        }
    }
    findings
}

fn forms(token: &BearerToken) -> Vec<Finding> {
    let form = |(name, kind): &(&'static str, &'static str)| {
        let message = format!("{name} of the token is {kind}");
        match STRICT.contains(name) {
            true => rule::FORM.found(message),
            false if NAMES.contains(name) => rule::NOT_TEXT.found(message),
            false if TEXTS.contains(name) => rule::FIELD_NOT_TEXT.found(message),
            false => rule::FORM.found(message).as_warning(),
        }
    };
    let beyond = token.out_of_range.iter();
    let beyond = beyond.filter(|name| !token.misfits.iter().any(|(misfit, _)| misfit == name));
    let beyond =
        beyond.map(|name| rule::FORM.found(format!("{name} of the token has {OUT_OF_RANGE}")));
    let fractions = token.fractions.first().map(|_| {
        rule::FRACTION.found(format!(
            "{} of the token is a number with a fraction or exponent, not a whole number of seconds: \
             scitokens-cpp before 1.4 refuses it (bad_cast)",
            token.fractions.join(", ")
        ))
    });
    let separators = token.scope_breaks.then(|| {
        let message = "there is a TAB or a line break between the scopes of the token";
        rule::SEPARATOR.found(message.to_owned())
    });
    let not_json = token.not_json.map(|why| {
        rule::NOT_JSON
            .found(format!("the token's header or payload is not JSON as it must be: {why}"))
    });
    token
        .misfits
        .iter()
        .map(form)
        .chain(beyond)
        .chain(fractions)
        .chain(separators)
        .chain(not_json)
        .collect()
}

/// What is no bearer token by its own words.
fn kind(token: &BearerToken) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(Json::Object(bound)) = token.claims().get("cnf") {
        let how = match bound {
            bound if bound.get("jkt").is_some() => " (DPoP)",
            bound if bound.get("x5t#S256").is_some() => " (mutual TLS)",
            _ => "",
        };
        findings.push(rule::BOUND.found(format!(
            "the token is bound to a key{how}: services may want a proof that you have it"
        )));
    }
    let kind = token.kind.as_deref().unwrap_or_default().to_ascii_lowercase();
    let kind = kind.strip_prefix("application/").unwrap_or(&kind);
    if kind.ends_with("+jwt") && kind != "at+jwt" {
        let message = format!("the token is no access token by its header: typ is {kind}");
        findings.push(rule::OTHER_TYPE.found(message));
    }
    findings
}

fn required(token: &BearerToken) -> Vec<Finding> {
    let is_empty = |value: &Json| matches!(value, Json::Text(text) if text.trim().is_empty());
    let has = |name: &str| token.claims().get(name).is_some_and(|value| !is_empty(value));
    let mut findings = Vec::new();
    for (name, meaning) in [("exp", "an end"), ("iss", "an issuer")] {
        if !has(name) {
            let message = format!("the token has no {name} claim, so it has not {meaning}");
            findings.push(rule::MISSING.found(message));
        }
    }
    let wanted: &[&str] = match &token.profile {
        Profile::Wlcg(_) => &["sub", "aud", "iat", "jti"],
        Profile::SciTokens(version) if version.ends_with("1.0") => &["iat", "nbf"],
        Profile::SciTokens(_) => &["aud", "iat", "nbf"],
        Profile::SciTokens1 => &["iat", "nbf"],
        Profile::None | Profile::Unknown(..) => &[],
    };
    let mut absent: Vec<&str> = wanted.iter().copied().filter(|name| !has(name)).collect();
    if !absent.contains(&"sub") && token.claims().get("sub").is_some_and(is_empty) {
        let message = "the sub of the token is empty: it names nobody";
        findings.push(rule::INCOMPLETE.found(message));
    }
    if token.key_id.is_none() && matches!(token.profile, Profile::Wlcg(_)) {
        absent.push("kid (in the header)");
    }
    if !absent.is_empty() {
        let message = format!(
            "the profile {} demands claims that the token lacks or has empty: {}",
            token.profile,
            absent.join(", ")
        );
        findings.push(rule::INCOMPLETE.found(message));
    }
    let mandatory: Vec<&str> = ["iat", "scope"].into_iter().filter(|name| !has(name)).collect();
    if !mandatory.is_empty() {
        let names = mandatory.join(" and no ");
        let message = format!("the token has no {names}: scitokens-cpp, so XRootD, refuses it");
        findings.push(rule::SCITOKENS_MISSING.found(message));
    }
    if !has("nbf") {
        let message = "the token has no nbf: scitokens-cpp before 1.1 refuses it";
        findings.push(rule::NO_START.found(message));
    }
    findings.extend(version(token));
    findings
}

/// How services treat `wlcg.ver` and `ver`.
fn version(token: &BearerToken) -> Vec<Finding> {
    let claims = token.claims();
    let mut findings = Vec::new();
    if let (Some(wlcg), Some(own)) = (claims.text("wlcg.ver"), claims.text("ver")) {
        findings.push(rule::TWO_PROFILES.found(format!(
            "the token has ver {own} and wlcg.ver {wlcg}: scitokens-cpp reads it by ver, others by \
             wlcg.ver"
        )));
    }
    let misfit = token.misfits.iter().any(|(name, _)| ["ver", "wlcg.ver"].contains(name));
    findings.extend(match &token.profile {
        Profile::None if misfit => None,
        Profile::None => Some(rule::NO_PROFILE.found(
            "the token has neither wlcg.ver nor ver: it is of no profile, a plain OIDC token",
        )),
        Profile::SciTokens1 => Some(
            rule::NO_PROFILE
                .found("the token has no ver: it is read as SciTokens 1.0, or not at all")
                .advice("request a token of SciTokens 2.0 from your issuer (ver is scitoken:2.0)"),
        ),
        Profile::Unknown(claim, version) => Some(rule::UNKNOWN_PROFILE.found(format!(
            "{claim} of the token is {version}, a version of a profile that services do not know"
        ))),
        Profile::Wlcg(version) if version != "1.0" => Some(rule::LATER_PROFILE.found(format!(
            "wlcg.ver of the token is {version}: scitokens-cpp (so XRootD) and dCache know 1.0 alone"
        ))),
        Profile::SciTokens(_) | Profile::Wlcg(_) => None,
    });
    findings
}
