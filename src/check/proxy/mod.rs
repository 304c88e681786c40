//! Is the file a proxy as tools need it: certificate, key and chain in one file?

mod rule;

use crate::chain::proxy::Chain;
use crate::chain::{PoolCertificate, proxy};
use crate::check;
pub use crate::check::proxy::rule::*;
use crate::check::{file, key_match, lifetime};
use crate::crypto::PublicKey;
use crate::parse::cert::{Certificate, CertificateKind, ProxyKind};
use crate::parse::file::Contents;
use crate::parse::key::LockedKey;
use crate::parse::name::Name;
use crate::parse::proxy::{Language, Proxy, Rights};
use crate::parse::token::Token;
use crate::report::{Finding, Made, Place};
use crate::source::{Origin, Source};
use crate::text::screen::for_screen;
use crate::text::shell;
use crate::text::time::UnixTime;

/// What the file is, and whether it has all parts of a proxy. `from` says where it is and why it
/// was searched there.
pub fn file(source: &Source, contents: &Contents, from: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Origin::Variable(name) = source.origin {
        findings.push(inline(name));
    }
    let Some(first) = contents.first() else {
        return findings;
    };
    if first.is_proxy() {
        findings.extend(key(source, contents));
    } else {
        let found = behind(source, contents, first).unwrap_or_else(|| no_proxy(first, from));
        findings.push(found);
    }
    let place = |found: Finding| match found.place == Place::default() {
        true => found.at(check::place_of(&source.origin)),
        false => found,
    };
    findings.into_iter().map(place).collect()
}

/// Adapts a finding about the form of a file to a proxy: everything behind the first certificate
/// belongs to the proxy too.
pub fn as_a_whole(found: Finding) -> Finding {
    if found.is(&file::LATER_DAMAGED) {
        return DAMAGED.found(found.message).at(found.place);
    }
    if found.rule.id == file::IS_PKCS12.id {
        // The two halves in it do not make a proxy.
        return Finding { fix: None, ..found }.advice(lifetime::NEW_PROXY);
    }
    found
}

/// The value is a proxy. No tool accepts that in place of a path.
fn inline(name: &str) -> Finding {
    INLINE
        .found(format!("{name} holds the proxy itself, but tools take its value as a path"))
        // If it runs a second time, the value is the path already.
        .fix(format!(
            "printf %s \"${name}\" | grep -q BEGIN && p=$(mktemp) && printf '%s\\n' \"${name}\" > \
             \"$p\" && export {name}=\"$p\""
        ))
}

/// The finding that a proxy is in the file, but not first.
fn behind(source: &Source, contents: &Contents, first: &Certificate) -> Option<Finding> {
    let proxies = || contents.readable().filter(|(_, later)| later.is_proxy());
    // A certificate that issued none of the others.
    let issued_none = |candidate: &Certificate| {
        proxies().all(|(_, other)| !other.issuer.same_as(&candidate.subject))
    };
    let (slot, own) = proxies().find(|(_, proxy)| issued_none(proxy))?;
    let found = NOT_FIRST.found(format!(
        "wrong order in {}: the first certificate is {}, the proxy {} is block {}",
        source.origin,
        first.subject.screen(),
        own.subject.screen(),
        slot.block
    ));
    Some(file::rewritten(found, source, file::to_front(slot.block)))
}

fn no_proxy(certificate: &Certificate, from: &str) -> Finding {
    let subject = certificate.subject.screen();
    let what = match certificate.kind() {
        CertificateKind::Ca => "a CA certificate",
        _ if Token::parse(&certificate.subject).is_some() => "a JAliEn token",
        _ => "an ordinary user certificate (an end entity)",
    };
    let found = IS_USER_CERT.found(format!("{from} holds {what}, not a proxy: {subject}"));
    match certificate.kind() {
        CertificateKind::Ca => found.advice(
            "a CA's certificate is not a proxy: name the proxy file (X509_USER_PROXY, by default \
             /tmp/x509up_u$(id -u)), or make a proxy from your own certificate: voms-proxy-init \
             -voms VO, grid-proxy-init, or arcproxy; certok cert-info shows what is in a CA's \
             certificate",
        ),
        _ => found,
    }
}

fn key(source: &Source, contents: &Contents) -> Option<Finding> {
    let Some(slot) = contents.keys.first() else {
        return no_key(source, contents);
    };
    let from = &source.origin;
    let locked = matches!(slot.parsed, Ok(LockedKey::Locked(_)));
    locked.then(|| {
        KEY_ENCRYPTED
            .found(format!("the private key in the proxy file {from} is encrypted"))
            .at(Place { block: Some(slot.block), line: Some(slot.line), ..check::place_of(from) })
    })
}

/// The finding that there are certificates, but no key.
pub fn no_key(source: &Source, contents: &Contents) -> Option<Finding> {
    let from = &source.origin;
    let has = match contents.certificates.len() {
        0 => return None,
        1 => "one certificate".to_owned(),
        count => format!("{count} certificates"),
    };
    contents.keys.is_empty().then(|| {
        NO_KEY
            .found(format!("no private key in the proxy file {from}: it has {has} and no key"))
            .at(check::place_of(from))
    })
}

/// Adapts a finding about a pair to a proxy. It is never repaired; a new one is made.
pub fn pair_words(mut found: Finding, from: &Origin) -> Finding {
    if found.is(&key_match::MISMATCH) {
        found.message = format!(
            "the private key in the proxy file {from} does not match the proxy certificate in it"
        );
        found.advice =
            format!("it was put together from parts of two proxies; {}", lifetime::NEW_PROXY);
    } else if found.is(&key_match::BROKEN) {
        lifetime::NEW_PROXY.clone_into(&mut found.advice);
    }
    found
}

/// The finding that the name of a certificate in the file looks like the issuer's.
fn alike(issuer: &Name, source: &Source) -> Option<String> {
    let contents = Contents::read(&source.bytes);
    let mut all = contents.readable();
    let (_, known) = all.find(|(_, known)| known.subject.looks_like(issuer))?;
    Some(format!(
        "; the certificate in it looks alike and has another name: the issuer is {}, it is {}",
        for_screen(&issuer.rfc4514()),
        for_screen(&known.subject.rfc4514())
    ))
}

/// The finding that the issuer of `last`, the last proxy of the chain in the file, is missing in
/// the file. `user` is the file of that certificate, if it was found.
pub fn missing_issuer(
    last: &PoolCertificate,
    source: Option<&Source>,
    user: Option<&Source>,
) -> Finding {
    let from = &last.from;
    let issuer = last.certificate.issuer.screen();
    let name = last.certificate.subject.common_name();
    let alike = source.and_then(|source| alike(&last.certificate.issuer, source));
    let found = MISSING_EEC
        .found(format!(
            "the proxy file {from} lacks the certificate that issued the proxy {name}: {issuer} is \
             missing, and without it no chain can be built{}",
            alike.unwrap_or_default()
        ))
        .at(Place {
            block: Some(last.block),
            subject: Some(last.certificate.subject.screen()),
            ..source.map_or_else(Place::default, |source| check::place_of(&source.origin))
        });
    match (source, user.map(|user| &user.origin)) {
        (Some(source), Some(Origin::File(user))) => {
            let found = found.advice(format!("append {} to it", user.display()));
            let append = format!("awk 1 \"$b\" {}", shell::path(user));
            file::rewritten(found, source, Made::Appended(user.clone()).by(append))
        }
        _ => found,
    }
}

/// The name of a certificate above the leaf. `None` for CAs.
pub fn link_name(path: &[PoolCertificate], step: usize) -> Option<String> {
    let (known, proxies) = (path.get(step)?, proxy::count(path));
    let noun = match step {
        0 => return None,
        _ if step < proxies => "the proxy",
        _ if step == proxies => "the user certificate",
        _ => return None,
    };
    let name = known.certificate.subject.common_name();
    Some(format!("{noun} {name} ({}, block {})", known.from, known.block))
}

/// Judges the dates of a certificate above the leaf of a chain of proxies.
pub fn link_lifetime(
    path: &[PoolCertificate],
    step: usize,
    question: lifetime::Question<'_>,
) -> Option<Finding> {
    let (known, name) = (path.get(step)?, link_name(path, step)?);
    let is_last = step == proxy::count(path);
    let kind = if is_last {
        lifetime::CredentialKind::Certificate
    } else {
        lifetime::CredentialKind::Proxy
    };
    let question = lifetime::Question { noun: &name, kind, ..question };
    let found = lifetime::check(&known.certificate.validity, question)?;
    let place = check::place_in(known);
    if found.is(&lifetime::EXPIRES_SOON) || found.is(&lifetime::ALIEN_TOO_SHORT) {
        return None;
    }
    if found.is(&lifetime::EXPIRED) && is_last {
        let own = path.first().map(|leaf| leaf.certificate.validity.not_after);
        return Some(eec_expired(&found.message, own, question.now).at(place));
    }
    Some(found.at(place))
}

fn eec_expired(what: &str, own: Option<UnixTime>, now: UnixTime) -> Finding {
    let fresh = own.filter(|end| *end >= now).map_or_else(String::new, |end| {
        format!(", though the proxy made from it would last until {}", end.screen())
    });
    EEC_EXPIRED.found(format!("{what}{fresh}"))
}

/// Remarks on the proxies of an accepted path that only some tools accept.
pub fn elsewhere(path: &[PoolCertificate]) -> Vec<Finding> {
    let chain = Chain::new(path);
    let mut findings = Vec::new();
    for (step, known) in chain.proxies().iter().enumerate() {
        let place = Place {
            block: Some(known.block),
            subject: Some(known.certificate.subject.screen()),
            ..Place::default()
        };
        let name = link_name(path, step).unwrap_or_else(|| format!("proxy {}", known.from));
        let found = [restricted(known, &name), small_key(known, &name)];
        findings.extend(found.into_iter().flatten().map(|f| f.at(place.clone())));
    }
    findings.extend(chain.proxies().first().and_then(old_type));
    if let Some(leaf) = chain.proxies().first().filter(|_| chain.is_limited()) {
        let found = LIMITED.found(format!(
            "proxy {} is limited: good for files, and refused where jobs are submitted",
            leaf.from
        ));
        findings.push(found.at(check::place_in(leaf)));
    }
    findings
}

fn restricted(known: &PoolCertificate, name: &str) -> Option<Finding> {
    let proxy = Proxy::of(&known.certificate)?.ok()?;
    if proxy.rights() != Rights::Restricted && !proxy.has_policy {
        return None;
    }
    let language = match proxy.language {
        Language::Any => "anyLanguage",
        ref other => other.oid(),
    };
    Some(if proxy.has_policy {
        RESTRICTED.found(format!(
            "{name} is restricted by a policy in the language {language}, which few programs can \
             read"
        ))
    } else {
        POLICY_LANGUAGE.found(format!(
            "{name} has the policy language {language}, which few programs know, and no policy"
        ))
    })
}

/// Minimum size of an RSA key in TLS at OpenSSL security level 2.
const STRONG_RSA_BITS: usize = 2048;

fn small_key(known: &PoolCertificate, name: &str) -> Option<Finding> {
    let key = known.certificate.key.as_ref().ok()?;
    let small = matches!(key, PublicKey::Rsa { .. }) && key.bits() < STRONG_RSA_BITS;
    small.then(|| {
        SMALL_KEY.found(format!(
            "{name} has an RSA key of only {} bits: too weak for OpenSSL at security level 2",
            key.bits()
        ))
    })
}

fn old_type(leaf: &PoolCertificate) -> Option<Finding> {
    let proxy = Proxy::of(&leaf.certificate)?.ok()?;
    let rule = match proxy.kind {
        ProxyKind::Rfc3820 => return None,
        ProxyKind::Draft => &DRAFT_TYPE,
        ProxyKind::Legacy => &LEGACY_TYPE,
    };
    Some(rule.found(format!(
        "proxy {} is of a type older than RFC 3820: {}",
        leaf.from,
        proxy.type_name()
    )))
}
