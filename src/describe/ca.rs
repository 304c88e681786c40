//! The facts of one CA of a directory: its certificate, and the files beside it.

use crate::chain::revocation::{Health, Unusable};
use crate::describe::{certificate, name};
use crate::parse::cert::Certificate;
use crate::parse::crl::Crl;
use crate::report::{Item, Value};
use crate::text::hex::hex;
use crate::text::time::UnixTime;

/// What is known about a CA.
#[derive(Debug)]
pub struct Facts<'a> {
    pub certificate: &'a Certificate,
    /// Its name here: the file name without suffix.
    pub alias: String,
    /// The path of that file.
    pub file: String,
    /// The PEM block in it, from 1.
    pub block: usize,
    /// All names that lead to it.
    pub names: Vec<String>,
    /// Aliases of the CAs that signed it. A root has itself here.
    pub signed_by: Vec<String>,
    /// Its revocation list.
    pub list: Option<Health<'a>>,
    pub signing_policy: Option<Policy>,
    pub namespaces: Option<Policy>,
    /// URLs from which fetch-crl fetches its list.
    pub fetch_urls: Vec<String>,
    /// The version in its `.info` file.
    pub info_version: Option<String>,
    /// Its IGTF status in the same file.
    pub info_status: Option<String>,
}

/// A policy file.
#[derive(Debug)]
pub struct Policy {
    /// Its name.
    pub file: String,
    /// The patterns of subjects that it permits this CA to sign; or why it cannot be read.
    pub subjects: Result<Vec<String>, String>,
}

/// Headings of the row of [`item`].
pub const COLUMNS: &[&str] =
    &["alias", "hash", "old hash", "key", "valid until", "CRL", "policies", "subject"];

/// All facts, and a row with the most important ones.
pub fn item(facts: &Facts<'_>, now: UnixTime) -> Item {
    let Facts { certificate: c, .. } = facts;
    let mut item = Item::credential("ca", &facts.alias);
    item.machine("alias", facts.alias.clone());
    item.fact("file", "file", facts.file.clone());
    let block = i64::try_from(facts.block).map_or(Value::Unknown, Value::Int);
    item.machine("block", block);
    item.fact("names", "names", facts.names.clone());
    item.fact("subject", "subject", name(&c.subject));
    item.fact("issuer", "issuer", name(&c.issuer));
    let kind = certificate::kind_name(c);
    item.fact("type", "type", kind);
    let signers = Value::Texts(facts.signed_by.clone());
    item.fact("signed_by", "signed by", signers);
    certificate::validity(&mut item, c, now);
    certificate::key(&mut item, c);
    certificate::identifiers(&mut item, c);
    let length = c.extensions.basic_constraints.and_then(|b| b.path_length);
    match length {
        Some(length) => item.detail("path_length", "path length", Value::Int(length.into())),
        None => item.machine("path_length", Value::Unknown),
    }
    list(&mut item, facts.list.as_ref());
    policy(&mut item, SIGNING, facts.signing_policy.as_ref());
    policy(&mut item, NAMESPACES, facts.namespaces.as_ref());
    let urls = Value::Texts(facts.fetch_urls.clone());
    match facts.fetch_urls.as_slice() {
        [] => item.machine("fetch_urls", urls),
        _ => item.detail("fetch_urls", "CRL fetched", urls),
    }
    for (key, label, text) in [
        ("info_version", "IGTF version", &facts.info_version),
        ("info_status", "IGTF status", &facts.info_status),
    ] {
        match text {
            Some(text) => item.detail(key, label, Value::Text(text.clone())),
            None => item.machine(key, Value::Unknown),
        }
    }
    item.row = row(facts, now);
    item
}

fn list(item: &mut Item, health: Option<&Health<'_>>) {
    let state = Value::Text(state(health).to_owned());
    item.fact("crl_state", "CRL", state);
    let text = |text: Option<String>| text.map_or(Value::Unknown, Value::Text);
    let time = |at: Option<UnixTime>| at.map_or(Value::Unknown, Value::Time);
    let crl = health.and_then(|health| health.list.content.as_ref().ok());
    let why = health.and_then(|health| health.trouble.as_ref()).map(why);
    let file = health.map(|health| health.list.from.clone());
    let number = crl.and_then(|crl| crl.extensions.number.as_deref());
    let all = [
        ("crl_why", "CRL fault", text(why)),
        ("crl_file", "CRL file", text(file)),
        ("crl_number", "CRL number", text(number.map(hexadecimal))),
        ("crl_this_update", "CRL made", time(crl.map(|crl| crl.this_update))),
        ("crl_next_update", "CRL until", time(crl.and_then(|crl| crl.next_update))),
    ];
    for (key, label, value) in all {
        match value {
            Value::Unknown => item.machine(key, value),
            _ => item.detail(key, label, value),
        }
    }
}

/// The content of a positive INTEGER, without leading zeros.
fn hexadecimal(content: &[u8]) -> String {
    let text = hex(content);
    let digits = text.trim_start_matches('0');
    if digits.is_empty() { "0" } else { digits }.to_owned()
}

fn state(health: Option<&Health<'_>>) -> &'static str {
    match health.map(|health| &health.trouble) {
        None => "none",
        Some(None) => "fresh",
        Some(Some(Unusable::Expired(_))) => "expired",
        Some(Some(Unusable::NotYetValid(_))) => "not-yet-valid",
        Some(Some(_)) => "bad",
    }
}

fn why(trouble: &Unusable) -> String {
    match trouble {
        Unusable::BadSignature => "its signature is not one of the CA's key".to_owned(),
        Unusable::Corrupt(what) => format!("it is no list: {what}"),
        Unusable::Expired(end) => format!("it ran out at {}", end.screen()),
        Unusable::Forbidden(name) => format!("it is signed with {name}"),
        Unusable::KeyIdDiffers => "its key identifier names another key".to_owned(),
        Unusable::NoCrlSign => "the CA's key usage lacks cRLSign".to_owned(),
        Unusable::NotYetValid(start) => format!("it begins at {}", start.screen()),
        Unusable::Unreadable(why) => why.clone(),
        Unusable::Unsupported(what) => format!("certok does not understand {what}"),
        Unusable::Unverifiable(name) => format!("certok cannot verify {name}"),
    }
}

/// Keys and labels of the facts about one kind of policy file.
struct CaKind {
    file: &'static str,
    subjects: &'static str,
    fault: &'static str,
    label: &'static str,
}

const SIGNING: CaKind = CaKind {
    file: "signing_policy",
    subjects: "signing_policy_subjects",
    fault: "signing_policy_fault",
    label: "signing",
};

const NAMESPACES: CaKind = CaKind {
    file: "namespaces",
    subjects: "namespaces_subjects",
    fault: "namespaces_fault",
    label: "namespaces",
};

fn policy(item: &mut Item, kind: CaKind, policy: Option<&Policy>) {
    let Some(policy) = policy else {
        item.machine(kind.file, Value::Unknown);
        item.machine(kind.subjects, Value::Texts(Vec::new()));
        item.machine(kind.fault, Value::Unknown);
        return;
    };
    let file = Value::Text(policy.file.clone());
    item.fact(kind.file, kind.label, file);
    match &policy.subjects {
        Ok(subjects) => {
            let subjects = Value::Texts(subjects.clone());
            item.detail(kind.subjects, "may sign", subjects);
            item.machine(kind.fault, Value::Unknown);
        }
        Err(why) => {
            item.machine(kind.subjects, Value::Texts(Vec::new()));
            let why = Value::Text(why.clone());
            item.fact(kind.fault, "is unreadable", why);
        }
    }
}

fn row(facts: &Facts<'_>, now: UnixTime) -> Vec<String> {
    let subject = &facts.certificate.subject;
    let key = &facts.certificate.key;
    vec![
        facts.alias.clone(),
        subject.new_hash(),
        subject.old_hash(),
        key.as_ref().map_or_else(Clone::clone, |key| key.describe()),
        until(facts.certificate, now),
        list_cell(facts.list.as_ref(), now),
        policies_cell(facts).to_owned(),
        subject.screen(),
    ]
}

/// `2031-05-06 4y`, `2020-01-01 expired`.
fn until(certificate: &Certificate, now: UnixTime) -> String {
    let validity = &certificate.validity;
    let date = validity.not_after.date();
    if validity.not_after < now {
        format!("{date} expired")
    } else if now < validity.not_before {
        format!("{date} not yet")
    } else {
        format!("{date} {}", validity.remaining(now).short())
    }
}

/// `fresh 6d`, `expired 2d`, `none`.
fn list_cell(health: Option<&Health<'_>>, now: UnixTime) -> String {
    let word = state(health);
    let crl = health.and_then(|health| health.list.content.as_ref().ok());
    let end = crl.and_then(|crl: &Crl| crl.next_update);
    match end.filter(|_| matches!(word, "fresh" | "expired")) {
        Some(end) => format!("{word} {}", (end - now).short()),
        None => word.to_owned(),
    }
}

fn policies_cell(facts: &Facts<'_>) -> &'static str {
    let bad = |policy: &Option<Policy>| policy.as_ref().is_some_and(|p| p.subjects.is_err());
    let (signing, namespaces) = (&facts.signing_policy, &facts.namespaces);
    match (signing.is_some(), namespaces.is_some()) {
        _ if bad(signing) || bad(namespaces) => "bad",
        (true, true) => "both",
        (true, false) => "signing",
        (false, true) => "names",
        (false, false) => "none",
    }
}
