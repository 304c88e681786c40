//! The facts of a bearer token of WLCG or SciTokens.

use crate::parse::bearer::BearerToken;
use crate::parse::macaroon::Macaroon;
use crate::report::{Item, Value};
use crate::source::FileFacts;
use crate::text::time::UnixTime;

/// What is known about a token.
pub struct Facts<'a> {
    /// Its claims.
    pub token: &'a BearerToken,
    /// Where it is, and why this place was searched.
    pub from: &'a str,
    /// What the system says of its file.
    pub file: Option<&'a FileFacts>,
    /// Its state: `ok`, or the name of the exit code of its worst fault.
    pub state: &'a str,
    /// The result of verifying the signature.
    pub signature: &'a str,
    /// The instant.
    pub now: UnixTime,
}

/// All facts of a token.
pub fn item(facts: &Facts<'_>) -> Item {
    let token = facts.token;
    let own = |text: &str| Value::Text(text.to_owned());
    let mut item = Item::credential("bearer", format!("bearer token {}", facts.from));
    item.machine("from", own(facts.from));
    item.fact("state", "state", own(facts.state));
    item.fact("issuer", "issuer", text(token.issuer.as_deref()));
    item.fact("identity", "subject", text(token.subject.as_deref()));
    item.fact("profile", "profile", token.profile.to_string());
    let audience = token.audience.clone();
    item.fact("audience", "audience", audience.map_or(Value::Unknown, Value::Texts));
    item.fact("scopes", "may", token.scopes.clone());
    item.fact("groups", "groups", token.groups.clone());
    until(&mut item, token.expires.instant(), facts.now);
    let start = token.not_before.instant();
    item.detail("not_before", "valid from", start.map_or(Value::Unknown, Value::Time));
    item.fact("signature", "signature", own(facts.signature));
    item.detail("algorithm", "algorithm", text(token.algorithm.as_deref()));
    item.detail("key_id", "key", text(token.key_id.as_deref()));
    item.detail("type", "type", text(token.kind.as_deref()));
    let issued = token.issued.instant();
    item.detail("issued_at", "issued", issued.map_or(Value::Unknown, Value::Time));
    item.detail("token_id", "id", text(token.id.as_deref()));
    let mode = facts.file.map(|file| format!("{:04o}", file.mode));
    item.detail("mode", "file mode", text(mode.as_deref()));
    item
}

/// All facts of a macaroon.
pub fn macaroon(macaroon: &Macaroon, from: &str, state: &str, now: UnixTime) -> Item {
    let mut item = Item::credential("macaroon", format!("macaroon {from}"));
    item.machine("from", Value::Text(from.to_owned()));
    item.fact("state", "state", Value::Text(state.to_owned()));
    item.fact("location", "made by", Value::Text(macaroon.location.clone()));
    until(&mut item, macaroon.end().ok().flatten(), now);
    item.fact("caveats", "only if", Value::Texts(macaroon.caveats.clone()));
    item
}

/// A sentence about a macaroon that is valid.
pub fn macaroon_sentence(macaroon: &Macaroon, from: &str, now: UnixTime) -> String {
    let end = macaroon.end().ok().flatten();
    let until = end.map_or_else(
        || ", which names no end".to_owned(),
        |end| format!(" for {}, until {}", end - now, end.screen()),
    );
    let location = &macaroon.location;
    format!("macaroon of {location} is good there{until}; it is in {from}, and was not verified")
}

/// The facts of a token in the row of `status`.
pub struct Brief<'a> {
    /// `sub`, or the service that made the macaroon.
    pub identity: Option<&'a str>,
    /// The first second at which it is no longer valid, if it has an end.
    pub end: Option<UnixTime>,
}

/// The row of `status`. If there is no token, it has only the place.
pub fn row(state: &str, from: &str, token: Option<&Brief<'_>>, now: UnixTime) -> Item {
    let mut item = Item::new("status", "bearer token");
    item.machine("credential", "bearer token".to_owned());
    item.fact("state", "state", state);
    item.fact("from", "from", from);
    // A subject is a name of X.509.
    item.machine("subject", Value::Unknown);
    let Some(token) = token else {
        item.machine("identity", Value::Unknown);
        item.machine("not_after", Value::Unknown);
        item.machine("seconds_left", Value::Unknown);
        return item;
    };
    item.fact("identity", "identity", text(token.identity));
    until(&mut item, token.end, now);
    item
}

/// A sentence about a token that is accepted.
pub fn sentence(token: &BearerToken, from: &str, now: UnixTime) -> String {
    let until = match token.expires.instant() {
        Some(end) => format!(" for {}, until {}", end - now, end.screen()),
        None => String::new(),
    };
    format!(
        "bearer token of {} by {} is good{until}; it is in {from}",
        token.subject.as_deref().unwrap_or("nobody"),
        token.issuer.as_deref().unwrap_or("no issuer"),
    )
}

fn until(item: &mut Item, end: Option<UnixTime>, now: UnixTime) {
    item.fact("not_after", "valid until", end.map_or(Value::Unknown, Value::Time));
    let left = end.map(|end| end - now);
    item.machine("seconds_left", left.map_or(Value::Unknown, Value::Span));
}

fn text(text: Option<&str>) -> Value {
    text.map_or(Value::Unknown, |text| Value::Text(text.to_owned()))
}
