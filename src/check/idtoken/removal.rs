//! Findings when tokens are destroyed.

use std::path::Path;

use crate::check::erase;
use crate::check::idtoken::rule;
use crate::parse::idtoken::IdToken;
use crate::report::{Finding, Place};
use crate::text::time::{Seconds, UnixTime};

/// The finding that no file has that name.
pub fn missing(path: &Path) -> Finding {
    let message = format!("there is no file {}", path.display());
    rule::NONE
        .found(message)
        .advice("certok idtoken-info lists the tokens there are")
        .at(Place::line(path, None))
}

/// The finding that `idtoken-destroy` does not destroy it.
pub fn refused(path: &Path, line: Option<usize>, why: &str) -> Finding {
    let name = match line {
        Some(line) => format!("line {line} of {}", path.display()),
        None => path.display().to_string(),
    };
    erase::REFUSED.found(format!("refusing to destroy {name}: {why}")).at(Place::line(path, line))
}

/// The finding that there are several tokens and none was named.
pub fn several(names: &[String]) -> Finding {
    erase::REFUSED
        .found(format!(
            "nothing was destroyed: there are {} tokens, and none was named",
            names.len()
        ))
        .advice(format!(
            "name the one to go: {}",
            names
                .iter()
                .take(MAX_NAMES)
                .map(|name| format!("certok idtoken-destroy {name}"))
                .collect::<Vec<_>>()
                .join("; ")
        ))
}

/// Most tokens that are named in an advice.
const MAX_NAMES: usize = 5;

/// The expression that revokes this token and no other.
pub fn revocation(token: &IdToken) -> String {
    let equals = |name: &str, value: &str| {
        let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
        format!("{name} =?= \"{escaped}\"")
    };
    if let Some(id) = &token.id {
        return equals("jti", id);
    }
    let issuer = token.issuer.as_deref().map(|value| equals("iss", value));
    let subject = token.subject.as_deref().map(|value| equals("sub", value));
    let issued = token.issued.instant().map(|at| format!("iat =?= {}", at.0));
    let parts: Vec<String> = [issuer, subject, issued].into_iter().flatten().collect();
    parts.join(" && ")
}

/// The note that destroyed tokens stay valid. None if they do not.
pub fn not_revoked(tokens: &[&IdToken], now: UnixTime) -> Option<Finding> {
    let good = |token: &&&IdToken| {
        let end = token.expires.instant();
        end.is_none_or(|end| end - now >= Seconds(0))
    };
    let expressions: Vec<String> =
        tokens.iter().filter(good).map(|token| revocation(token)).collect();
    if expressions.iter().all(String::is_empty) {
        return None;
    }
    let message = format!(
        "destroying a token does not revoke it: a copy stays good; to revoke it, the servers need \
         SEC_TOKEN_REVOCATION_EXPR = {}",
        expressions.join(" || ")
    );
    Some(rule::NOT_REVOKED.found(message))
}
