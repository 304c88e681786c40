//! A request, as facts.

use crate::command::idtoken::issue;
use crate::parse::exchange::digest::Id;
use crate::parse::exchange::request::{Request, RequestFile};
use crate::report::{Item, Value};
use crate::text::time::UnixTime;

/// What a request says.
pub(super) fn item(request: &Request, id: Id, now: UnixTime) -> Item {
    let mut item = Item::new("token_request", format!("request {id}"));
    item.machine("id", Value::Text(id.to_string()));
    let text = |text: &Option<String>| text.clone().map_or(Value::Unknown, Value::Text);
    match &request.identity {
        Some(_) => item.fact("identity", "identity", text(&request.identity)),
        None => {
            item.machine("identity", Value::Unknown);
            let nobody = "none named: the pool's superuser, condor".to_owned();
            item.fact("asks_for", "identity", Value::Text(nobody));
        }
    }
    item.fact("scope", "to", Value::Text(issue::may(&request.levels)));
    let names = request.levels.iter().map(|level| level.name().to_owned());
    item.machine("authorizations", Value::Texts(names.collect()));
    match request.lifetime {
        Some(lifetime) => item.fact("lifetime_seconds", "for", Value::Span(lifetime)),
        None => {
            item.machine("lifetime_seconds", Value::Unknown);
            let open = "as long as the approver allows".to_owned();
            item.fact("lasts", "for", Value::Text(open));
        }
    }
    let labels = [
        ("pool", "pool", &request.pool),
        ("name", "name", &request.name),
        ("daemon_type", "type", &request.daemon_type),
    ];
    for (key, label, value) in labels {
        match value {
            Some(_) => item.fact(key, label, text(value)),
            None => item.machine(key, Value::Unknown),
        }
    }
    item.fact("created", "made", Value::Time(request.created));
    let until = if request.expires < now { "expired" } else { "valid until" };
    item.fact("expires", until, Value::Time(request.expires));
    item
}

/// The same, and whether it is signed.
pub(super) fn item_of(file: &RequestFile, now: UnixTime) -> Item {
    let mut item = item(&file.request, file.digest.id(), now);
    item.machine("signed", Value::Bool(file.signed.is_some()));
    item
}
