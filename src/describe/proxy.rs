//! The facts of a proxy, in the words of grid-proxy-info where it has such words.

use crate::chain::PoolCertificate;
use crate::chain::proxy::Chain;
use crate::describe::name;
use crate::parse::cert::{Certificate, CertificateKind};
use crate::parse::proxy::Proxy;
use crate::report::{Item, Value};
use crate::text::time::UnixTime;

/// What is known about a proxy.
pub struct Facts<'a> {
    /// Its chain, as far as it is in the file.
    pub chain: Chain<'a>,
    /// All certificates of that chain, leaf first.
    pub path: &'a [PoolCertificate],
    /// Other certificates in the file.
    pub others: &'a [PoolCertificate],
    /// The file or variable and why it was chosen.
    pub from: &'a str,
    /// The instant.
    pub now: UnixTime,
}

/// All facts of a proxy. None if there is no certificate.
pub fn item(facts: &Facts<'_>) -> Option<Item> {
    let leaf = &facts.path.first()?.certificate;
    let title = match leaf.kind() {
        CertificateKind::Proxy(_) => "proxy",
        CertificateKind::Ca => "CA certificate",
        CertificateKind::EndEntity => "certificate",
    };
    let mut item = Item::credential("proxy", title);
    item.fact("from", "file", facts.from);
    item.fact("subject", "subject", name(&leaf.subject));
    item.fact("issuer", "issuer", name(&leaf.issuer));
    let identity = facts.chain.identity().map_or(Value::Unknown, name);
    item.fact("identity", "identity", identity);
    let kind = kind(leaf);
    item.fact("type", "type", kind);
    item.fact("limited", "limited", facts.chain.is_limited());
    delegation(&mut item, facts.chain, leaf);
    strength(&mut item, leaf);
    let end = end(facts.path);
    item.fact("not_after", "valid until", end.map_or(Value::Unknown, Value::Time));
    let left = end.map(|end| end - facts.now);
    item.machine("seconds_left", left.map_or(Value::Unknown, Value::Span));
    let links = facts.path.iter().enumerate();
    let links: Vec<Item> = links.map(|(step, known)| link(facts, step, known)).collect();
    item.fact("chain", "", links);
    let others: Vec<String> = facts.others.iter().map(other).collect();
    item.detail("others", "also in it", others);
    Some(item)
}

/// The earliest end of the certificates in the chain.
pub fn end(path: &[PoolCertificate]) -> Option<UnixTime> {
    let ends = path.iter().map(|known| known.certificate.validity.not_after);
    ends.min()
}

fn kind(certificate: &Certificate) -> String {
    match Proxy::of(certificate) {
        Some(Ok(proxy)) => proxy.type_name(),
        Some(Err(reason)) => format!("proxy whose proxyCertInfo {reason}"),
        None if certificate.is_ca() => "CA certificate".to_owned(),
        None => "end entity credential".to_owned(),
    }
}

fn delegation(item: &mut Item, chain: Chain<'_>, leaf: &Certificate) {
    let proxies = chain.proxies().len();
    let count = i64::try_from(proxies).unwrap_or(i64::MAX);
    item.machine("delegations", count);
    let left = chain.path_length_left();
    let number = left.and_then(|left| i64::try_from(left).ok());
    let value = number.map_or(Value::Unknown, Value::Int);
    item.machine("path_length_left", value);
    let words = match (proxies, left) {
        (0, _) => return,
        (_, None) => "any number of times more".to_owned(),
        (_, Some(0)) => "not any more (path length 0)".to_owned(),
        (_, Some(1)) => "once more".to_owned(),
        (_, Some(left)) => format!("{left} times more"),
    };
    item.fact("delegation", "delegable", words);
    let language = Proxy::of(leaf).and_then(Result::ok);
    let language =
        language.map_or(Value::Unknown, |proxy| Value::Text(proxy.language.oid().to_owned()));
    item.detail("policy_language", "policy", language);
}

fn strength(item: &mut Item, leaf: &Certificate) {
    let described = leaf.key.as_ref().map_or_else(Clone::clone, |key| key.describe());
    item.fact("key", "strength", described);
    let bits = leaf.key.as_ref().ok();
    let bits = bits.and_then(|key| i64::try_from(key.bits()).ok());
    item.machine("key_bits", bits.map_or(Value::Unknown, Value::Int));
    let algorithm = Value::Text(leaf.algorithm.name.clone());
    item.detail("signature_algorithm", "signature", algorithm);
}

fn link(facts: &Facts<'_>, step: usize, known: &PoolCertificate) -> Item {
    let certificate = &known.certificate;
    let arrow = if step == 0 { "" } else { "signed by " };
    let title = format!("{arrow}{}", certificate.subject.screen());
    let mut item = Item::new("link", title);
    item.machine("subject", name(&certificate.subject));
    let is_proxy = certificate.is_proxy();
    let kind = match is_proxy {
        true => kind(certificate),
        false if facts.chain.end_entity().is_some_and(|e| e.block == known.block) => {
            "user certificate".to_owned()
        }
        false => "CA".to_owned(),
    };
    item.fact("type", "is", kind);
    let end = certificate.validity.not_after;
    item.fact("not_after", "valid until", end);
    let start = certificate.validity.not_before;
    item.detail("not_before", "valid from", start);
    let key = certificate.key.as_ref();
    let key = key.map_or_else(Clone::clone, |key| key.describe());
    item.detail("key", "key", key);
    let algorithm = Value::Text(certificate.algorithm.name.clone());
    item.detail("signature_algorithm", "signature", algorithm);
    item.machine("block", i64::try_from(known.block).unwrap_or(i64::MAX));
    item
}

fn other(known: &PoolCertificate) -> String {
    let subject = known.certificate.subject.screen();
    format!("{subject} (block {})", known.block)
}
