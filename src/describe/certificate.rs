//! The facts of one certificate.

use crate::crypto::digest;
use crate::describe::name;
use crate::parse::cert::{BasicConstraints, Certificate, CertificateKind, ProxyKind};
use crate::parse::oid;
use crate::parse::token::{Token, TokenKind};
use crate::report::{Item, Value};
use crate::text::hex::hex;
use crate::text::time::UnixTime;

/// All facts of `certificate`. `from` is the file or variable and why it was chosen; `block` is the
/// block there.
pub fn item(
    title: &str,
    certificate: &Certificate,
    from: &str,
    block: usize,
    now: UnixTime,
) -> Item {
    let mut item = Item::credential("certificate", title);
    item.fact("from", "file", from);
    item.machine("block", i64::try_from(block).unwrap_or(i64::MAX));
    item.fact("subject", "subject", name(&certificate.subject));
    item.fact("issuer", "issuer", name(&certificate.issuer));
    meaning(&mut item, certificate);
    validity(&mut item, certificate, now);
    key(&mut item, certificate);
    usages(&mut item, certificate);
    identifiers(&mut item, certificate);
    item
}

/// The kind of certificate, by its own fields.
pub(super) fn kind_name(certificate: &Certificate) -> &'static str {
    match certificate.kind() {
        CertificateKind::Ca if certificate.is_self_issued() => "root CA",
        CertificateKind::Ca => "intermediate CA",
        CertificateKind::EndEntity => "end entity",
        CertificateKind::Proxy(ProxyKind::Draft) => "proxy (Globus draft)",
        CertificateKind::Proxy(ProxyKind::Legacy) => "proxy (Globus legacy)",
        CertificateKind::Proxy(ProxyKind::Rfc3820) => "proxy (RFC 3820)",
    }
}

fn meaning(item: &mut Item, certificate: &Certificate) {
    let kind = kind_name(certificate);
    let token = Token::parse(&certificate.subject);
    match &token {
        Some(token) if !certificate.is_ca() => {
            item.fact("type", "type", format!("JAliEn {} token", token.kind_name()));
            token_facts(item, token);
        }
        _ => item.fact("type", "type", Value::Text(kind.to_owned())),
    }
}

fn token_facts(item: &mut Item, token: &Token) {
    item.machine("token_type", token.kind_name());
    match &token.kind {
        TokenKind::User { account, role } => {
            item.fact("account", "account", account.clone());
            item.fact("role", "role", role.clone());
        }
        TokenKind::Job { account, job } => {
            item.fact("account", "account", account.clone());
            let job = job.clone().map_or(Value::Unknown, Value::Text);
            item.fact("job", "job", job);
        }
        TokenKind::Host(host) => item.fact("host", "host", Value::Text(host.clone())),
        TokenKind::JobAgent => {}
    }
}

pub(super) fn validity(item: &mut Item, certificate: &Certificate, now: UnixTime) {
    item.fact("not_before", "valid from", certificate.validity.not_before);
    item.fact("not_after", "valid until", certificate.validity.not_after);
    item.machine("seconds_left", certificate.validity.remaining(now));
}

pub(super) fn key(item: &mut Item, certificate: &Certificate) {
    let described = certificate.key.as_ref().map_or_else(Clone::clone, |key| key.describe());
    item.fact("key", "key", described);
    let bits = certificate.key.as_ref().ok().and_then(|key| i64::try_from(key.bits()).ok());
    item.machine("key_bits", bits.map_or(Value::Unknown, Value::Int));
    let algorithm = Value::Text(certificate.algorithm.name.clone());
    item.fact("signature_algorithm", "signature", algorithm);
}

fn usages(item: &mut Item, certificate: &Certificate) {
    let extensions = &certificate.extensions;
    if !extensions.alt_names.is_empty() {
        let names = extensions.alt_names.iter().map(ToString::to_string);
        item.fact("alt_names", "also named", Value::Texts(names.collect()));
    } else {
        item.machine("alt_names", Value::Texts(Vec::new()));
    }
    let names = |list: Vec<&str>| Value::Texts(list.into_iter().map(str::to_owned).collect());
    match certificate.key_usage_names() {
        Some(list) => item.fact("key_usage", "key usage", names(list)),
        None => item.machine("key_usage", Value::Unknown),
    }
    match &extensions.extended_key_usage {
        Some(list) => {
            let list = list.iter().map(|usage| oid::name(usage)).collect();
            item.fact("extended_key_usage", "for", names(list));
        }
        None => item.machine("extended_key_usage", Value::Unknown),
    }
    if let Some(BasicConstraints { ca, path_length }) = extensions.basic_constraints {
        item.machine("ca", ca);
        let length = path_length.map(i64::from);
        item.machine("path_length", length.map_or(Value::Unknown, Value::Int));
    } else {
        item.machine("ca", certificate.is_ca());
        item.machine("path_length", Value::Unknown);
    }
}

pub(super) fn identifiers(item: &mut Item, certificate: &Certificate) {
    let extensions = &certificate.extensions;
    item.fact("serial", "serial", certificate.serial_hex());
    let der = certificate.der();
    item.fact("sha256", "SHA-256", colons(&digest::sha256(der)));
    item.detail("sha1", "SHA-1", colons(&digest::sha1(der)));
    item.detail("version", "version", i64::from(certificate.version));
    let key_id =
        |id: &Option<Vec<u8>>| id.as_ref().map_or(Value::Unknown, |id| Value::Text(colons(id)));
    item.detail("subject_key_id", "key id", key_id(&extensions.subject_key_id));
    item.detail("authority_key_id", "issuer's id", key_id(&extensions.authority_key_id));
    item.detail("hash", "hash", certificate.subject.new_hash());
    item.detail("old_hash", "old hash", certificate.subject.old_hash());
    for (key, label, list) in [
        ("crl_urls", "CRL at", &extensions.crl_urls),
        ("ca_issuers", "issuer at", &extensions.ca_issuers),
        ("policies", "policies", &extensions.policies),
    ] {
        if list.is_empty() {
            item.machine(key, texts(list));
        } else {
            item.detail(key, label, texts(list));
        }
    }
    let listed = extensions.all.iter().map(|extension| {
        let critical = if extension.critical { " (critical)" } else { "" };
        format!("{}{critical}", oid::name(&extension.oid))
    });
    item.detail("extensions", "extensions", Value::Texts(listed.collect()));
}

fn texts(list: &[String]) -> Value {
    Value::Texts(list.to_vec())
}

fn colons(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| hex(&[*byte]).to_uppercase()).collect();
    pairs.join(":")
}
