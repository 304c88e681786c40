//! The row of a certificate in `status`: its place, subject, end, and the state of its key.

use crate::check::lifetime;
use crate::command::preflight::context::CheckContext;
use crate::command::preflight::credential::Credential;
use crate::describe;
use crate::gather::credential::CredentialFile;
use crate::load::LoadError;
use crate::locate::{Reason, Role};
use crate::report::{Exit, Item, Value};
use crate::text::time::Seconds;

/// The row for the result `state`.
pub(super) fn item(state: Exit, credential: &Credential, context: &CheckContext<'_>) -> Item {
    let (half, env) = (&credential.half, context.env);
    let mut item = Item::new("status", half.role.noun());
    item.machine("credential", half.role.noun());
    let Some(read) = half.found() else {
        // If there are other credentials, this is not reported.
        let state = if state == Exit::Ok { Exit::NotFound } else { state };
        item.fact("state", "state", state.name());
        if let Some(place) = sought(half) {
            item.fact("sought", "looked at", place);
        }
        let rest = ["from", "shadows", "subject", "not_after", "seconds_left", "key"];
        return unknown(item, &rest);
    };
    item.fact("state", "state", state.name());
    item.fact("from", "from", half.described());
    match half.shadowed(env) {
        Some(path) => item.fact("shadows", "not used", path.display().to_string()),
        None => item.machine("shadows", Value::Unknown),
    }
    let (Some(first), Some(end)) = (read.contents.first(), credential.end()) else {
        return unknown(item, &["subject", "not_after", "seconds_left", "key"]);
    };
    item.fact("subject", "subject", describe::name(&first.subject));
    item.fact("not_after", "valid until", end);
    let left = end - env.now;
    item.machine("seconds_left", left);
    item.fact("key", "key", key_state(credential));
    let of_alien = half.role != Role::Proxy && !half.role.is_host();
    if of_alien && left < lifetime::ALIEN_MINIMUM && left >= Seconds(0) {
        item.fact("note", "note", "alien.py calls this expired");
    }
    item
}

/// The place that was searched.
fn sought(half: &CredentialFile) -> Option<String> {
    let path = half.outcome.as_ref().err().and_then(LoadError::path);
    match (path, half.candidate.reason) {
        (Some(path), reason) => Some(format!("{} ({reason})", path.display())),
        (None, Reason::Variable(name)) => Some(format!("${name}")),
        (None, _) => None,
    }
}

/// One word about the key: what is known about the pair, or why nothing is.
fn key_state(credential: &Credential) -> &'static str {
    let fact = |name| credential.key_item.as_ref().and_then(|item| item.get(name));
    let key = credential.key.as_ref().map(|key| &key.outcome);
    match (fact("matches"), fact("encrypted"), key) {
        (Some(Value::Bool(true)), ..) => "matches",
        (Some(Value::Bool(false)), ..) => "mismatch",
        (_, Some(Value::Bool(true)), _) => "encrypted",
        (
            None,
            _,
            Some(Err(LoadError::Missing(_) | LoadError::NoHome | LoadError::Dangling(..))),
        ) => "missing",
        (None, _, Some(Err(_))) => "unreadable",
        _ => "unknown",
    }
}

fn unknown(mut item: Item, keys: &[&'static str]) -> Item {
    for key in keys {
        item.machine(key, Value::Unknown);
    }
    item
}
