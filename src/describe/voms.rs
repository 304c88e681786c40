//! The facts of VOMS attributes.

use crate::describe::name;
use crate::parse::voms::{AttributeCertificate, Fqan, Holder};
use crate::report::{Item, Value};
use crate::text::hex::hex;
use crate::text::time::UnixTime;

/// All facts of `ac`. `verified`: the result, if it was verified.
pub fn item(ac: &AttributeCertificate, verified: Option<bool>, now: UnixTime) -> Item {
    let state = match verified {
        Some(true) => " (verified)",
        Some(false) => " (not verified)",
        None => "",
    };
    let mut item = Item::new("voms", format!("VOMS attributes of {}{state}", ac.vo()));
    item.machine("verified", verified.map_or(Value::Unknown, Value::Bool));
    item.machine("vo", ac.vo());
    names(&mut item, &ac.attributes.fqans);
    server(&mut item, ac);
    item.detail("not_before", "valid from", ac.validity.not_before);
    item.fact("not_after", "valid until", ac.validity.not_after);
    item.machine("seconds_left", ac.validity.remaining(now));
    item.fact("holder", "holder", name(ac.holder.name()));
    let serial = match &ac.holder {
        Holder::Certificate { serial, .. } => Value::Text(hex(serial)),
        Holder::Entity(_) => Value::Unknown,
    };
    item.machine("holder_serial", serial);
    item.fact("issuer", "issuer", name(&ac.issuer));
    item.fact("serial", "serial", ac.serial_hex());
    item.detail("signature_algorithm", "signature", ac.algorithm.name.clone());
    more(&mut item, ac);
    item
}

/// One attribute per line. The first one is the primary one, as services read them.
fn names(item: &mut Item, fqans: &[Fqan]) {
    let shown = fqans.iter().map(|fqan| {
        let mut item = Item::new("fqan", fqan.as_str());
        item.machine("fqan", fqan.to_string());
        item.machine("group", fqan.group());
        let role = fqan.role().map(|role| Value::Text(role.to_owned()));
        item.machine("role", role.unwrap_or(Value::Unknown));
        item
    });
    item.fact("attributes", "attributes", Value::Items(shown.collect()));
    let texts: Vec<String> = fqans.iter().map(ToString::to_string).collect();
    item.machine("fqans", texts);
}

fn server(item: &mut Item, ac: &AttributeCertificate) {
    let authority = ac.authority();
    let server = format!("{}:{}", authority.host, authority.port);
    item.fact("server", "server", server);
    item.machine("policy_authority", authority.text.clone());
}

fn more(item: &mut Item, ac: &AttributeCertificate) {
    let generic = ac.extensions.generic.iter().map(|attribute| {
        let title = format!("{} = {}", attribute.name, attribute.value);
        let mut item = Item::new("generic_attribute", title);
        item.machine("name", attribute.name.clone());
        item.machine("value", attribute.value.clone());
        item.machine("qualifier", attribute.qualifier.clone());
        item
    });
    let generic: Vec<Item> = generic.collect();
    if generic.is_empty() {
        item.machine("generic_attributes", generic);
    } else {
        item.fact("generic_attributes", "generic", generic);
    }
    let targets = Value::Texts(ac.extensions.targets.clone());
    if ac.extensions.targets.is_empty() {
        item.machine("targets", targets);
    } else {
        item.fact("targets", "only for", targets);
    }
}
