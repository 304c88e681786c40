//! Which certificates a consumer takes for proxies, and its rules for them.

use crate::chain::PoolCertificate;
use crate::chain::acceptance::attempt::{Attempt, is_same_name};
use crate::chain::acceptance::{Judge, Objection, ProxyReason, Reason};
use crate::consumer;
use crate::consumer::extension::{ALT_NAME, ISSUER_ALT_NAME};
use crate::consumer::profile::Proxies;
use crate::parse::cert::{
    Certificate, DIGITAL_SIGNATURE, KEY_CERT_SIGN, PROXY_DRAFT, PROXY_RFC3820, ProxyKind,
};
use crate::parse::name::Attribute;
use crate::parse::proxy::{Proxy, Rights};

/// How many certificates at the start of a path the consumer takes for proxies.
pub(super) fn count(path: &[PoolCertificate], how: Proxies) -> usize {
    let leading = |is_proxy: fn(&Certificate) -> bool| {
        path.iter().take_while(|known| is_proxy(&known.certificate)).count()
    };
    match how {
        Proxies::NotKnown => 0,
        Proxies::Canl => leading(|certificate| canl_kind(certificate).is_some()),
        Proxies::Globus => leading(|certificate| globus_kind(certificate).is_some()),
        Proxies::OpenSsl | Proxies::Refused => leading(is_openssl_proxy),
        Proxies::XrootdGsi => {
            leading(|certificate| !matches!(xrootd_type(certificate), Type::EndEntity | Type::Ca))
        }
    }
}

/// Judges the proxies of a path, and certificates that should be proxies and are not.
pub(super) fn judge(judge: &Judge<'_>, attempt: &Attempt, found: &mut Vec<Objection>) {
    let path = &attempt.path;
    let mut object = |step, reason| found.push(Objection::new(step, Reason::Proxy(reason)));
    match judge.profile.proxies {
        Proxies::NotKnown => {}
        Proxies::Refused => {
            let proxy = path.iter().position(|known| is_openssl_proxy(&known.certificate));
            proxy.into_iter().for_each(|step| object(step, ProxyReason::NotAllowed));
        }
        Proxies::OpenSsl => openssl(path, &mut object),
        Proxies::Globus => globus(path, &mut object),
        Proxies::Canl => canl(judge, path, &mut object),
        Proxies::XrootdGsi => xrootd(attempt, &mut object),
    }
    if judge.profile.leaf.typed_by_xrootd {
        let is_end = |known: &PoolCertificate| xrootd_type(&known.certificate) == Type::EndEntity;
        let top = count(path, judge.profile.proxies).min(path.len().saturating_sub(1));
        if !judge.sent.iter().any(is_end) {
            let is_ca = path.get(top).is_some_and(|known| is_marked_ca(&known.certificate));
            let proxy = Reason::Proxy(ProxyReason::NoEndEntity);
            found.push(Objection::new(top, if is_ca { Reason::CaAsLeaf } else { proxy }));
        }
    }
    if judge.profile.proxies == Proxies::Canl && !is_in_order(judge, path) {
        found.push(Objection::new(0, Reason::NotInChain));
    }
}

/// Whether the proxies and the end entity are sent in the order of the path, and next a certificate
/// that could have issued the end entity, if any. canl-java takes that one for the anchor of the
/// proxies.
fn is_in_order(judge: &Judge<'_>, path: &[PoolCertificate]) -> bool {
    let proxies = count(path, Proxies::Canl);
    let (Some(own), Some(end)) = (path.get(..=proxies), path.get(proxies)) else {
        return true;
    };
    let same = |(a, b): (&PoolCertificate, &PoolCertificate)| a.certificate == b.certificate;
    let follows = |next: &PoolCertificate| {
        next.certificate == end.certificate
            || next.certificate.subject.same_as(&end.certificate.issuer)
    };
    proxies == 0
        || judge.sent.len() > proxies
            && own.iter().zip(&judge.sent).all(same)
            && judge.sent.get(proxies + 1).is_none_or(follows)
}

/// Whether OpenSSL sets the proxy flag for it.
pub(super) fn is_openssl_proxy(certificate: &Certificate) -> bool {
    certificate.extensions.named(PROXY_RFC3820).is_some()
}

/// The path length that a proxy states.
pub(super) fn path_length(certificate: &Certificate) -> Option<usize> {
    let proxy = Proxy::of(certificate)?.ok()?;
    usize::try_from(proxy.path_length?).ok()
}

pub(super) fn is_marked_ca(certificate: &Certificate) -> bool {
    certificate.extensions.basic_constraints.is_some_and(|constraints| constraints.ca)
}

fn may_sign(certificate: &Certificate) -> bool {
    certificate.extensions.key_usage.is_none_or(|usage| usage & DIGITAL_SIGNATURE != 0)
}

fn last_cn(certificate: &Certificate) -> Option<String> {
    let last = certificate.subject.rdns().last()?;
    let [only] = last.as_slice() else {
        return None;
    };
    (only.short() == "CN").then(|| only.text())
}

/// The rules of `check_extensions`, `check_name_constraints` and `internal_verify`.
fn openssl(path: &[PoolCertificate], object: &mut impl FnMut(usize, ProxyReason)) {
    let mut below = 0;
    for (step, known) in path.iter().enumerate() {
        let certificate = &known.certificate;
        if !is_openssl_proxy(certificate) {
            continue;
        }
        if let Some(length) = path_length(certificate) {
            if below > length {
                object(step, ProxyReason::PathTooLong);
            }
            below = length;
        }
        below += 1;
        // check_name_constraints: the subject needs two attributes, so the issuer has a name.
        let unnamed = certificate.issuer.is_empty();
        if unnamed || !certificate.subject.is_one_cn_below(&certificate.issuer) {
            object(step, ProxyReason::Subject);
        }
        if path.get(step + 1).is_some_and(|issuer| !may_sign(&issuer.certificate)) {
            object(step + 1, ProxyReason::IssuerMayNotSign);
        }
    }
}

/// globus_gsi_cert_utils.c, get_cert_type: by its name first, then by a critical proxyCertInfo.
pub(super) fn globus_kind(certificate: &Certificate) -> Option<ProxyKind> {
    let critical =
        |oid: &str| certificate.extensions.named(oid).is_some_and(|extension| extension.critical);
    if is_marked_ca(certificate) {
        return None;
    }
    match last_cn(certificate).as_deref() {
        Some("proxy" | "limited proxy") => Some(ProxyKind::Legacy),
        _ if critical(PROXY_RFC3820) => Some(ProxyKind::Rfc3820),
        _ if critical(PROXY_DRAFT) => Some(ProxyKind::Draft),
        _ => None,
    }
}

/// Whether Globus makes OpenSSL take it for a proxy. Globus accepts critical extensions that
/// OpenSSL does not know, and marks the certificate as a proxy for that.
pub(super) fn is_flagged(certificate: &Certificate) -> bool {
    let known = consumer::OPENSSL_KNOWN;
    let mut all = certificate.extensions.all.iter();
    all.any(|extension| extension.critical && !known.contains(&extension.oid.as_str()))
}

/// The rules of globus_gsi_callback.c.
fn globus(path: &[PoolCertificate], object: &mut impl FnMut(usize, ProxyReason)) {
    let proxies = count(path, Proxies::Globus);
    if proxies > 0 && proxies == path.len() {
        object(proxies - 1, ProxyReason::NoEndEntity);
    }
    for (step, known) in path.iter().enumerate().take(proxies) {
        let certificate = &known.certificate;
        if !certificate.subject.is_one_cn_below(&certificate.issuer) {
            object(step, ProxyReason::Subject);
        }
        if path_length(certificate).is_some_and(|length| step > length) {
            object(step, ProxyReason::PathTooLong);
        }
        let info = Proxy::of(certificate).and_then(Result::ok);
        if info.is_some_and(|info| info.has_policy) {
            object(step, ProxyReason::OwnPolicy);
        }
        let Some(issuer) = path.get(step + 1) else { continue };
        let issuer = &issuer.certificate;
        if step + 1 < proxies {
            if globus_kind(certificate) != globus_kind(issuer) {
                object(step, ProxyReason::Mixed);
            }
            let (above, own) = (globus_rights(issuer), globus_rights(certificate));
            let wider = matches!(own, Some(Rights::Full | Rights::Restricted));
            if above == Some(Rights::Limited) && wider {
                object(step, ProxyReason::ExceedsLimited);
            }
        }
        // internal_verify: the issuer of a certificate without the proxy flag needs keyCertSign.
        let flagged = is_openssl_proxy(certificate) || is_flagged(certificate);
        let usage = issuer.extensions.key_usage;
        let bit = if flagged { DIGITAL_SIGNATURE } else { KEY_CERT_SIGN };
        if usage.is_some_and(|usage| usage & bit == 0) {
            object(step + 1, ProxyReason::IssuerMayNotSign);
        }
    }
}

/// The name alone says that a legacy proxy is limited. Its extensions do not matter.
fn globus_rights(certificate: &Certificate) -> Option<Rights> {
    match (globus_kind(certificate)?, last_cn(certificate).as_deref()) {
        (ProxyKind::Legacy, Some("limited proxy")) => Some(Rights::Limited),
        (ProxyKind::Legacy, _) => Some(Rights::Full),
        _ => Some(Proxy::of(certificate)?.ok()?.rights()),
    }
}

/// canl, ProxyHelper.getProxyType: by one of two extensions, critical or not; else by its name.
fn canl_kind(certificate: &Certificate) -> Option<ProxyKind> {
    if certificate.extensions.named(PROXY_RFC3820).is_some() {
        return Some(ProxyKind::Rfc3820);
    }
    if certificate.extensions.named(PROXY_DRAFT).is_some() {
        return Some(ProxyKind::Draft);
    }
    let name = last_cn(certificate)?;
    let named = name.eq_ignore_ascii_case("proxy") || name.eq_ignore_ascii_case("limited proxy");
    named.then_some(ProxyKind::Legacy)
}

/// The rules of canl, CertPathValidator.checkPairWithProxy.
fn canl(judge: &Judge<'_>, path: &[PoolCertificate], object: &mut impl FnMut(usize, ProxyReason)) {
    let proxies = count(path, Proxies::Canl);
    if proxies > 0 && proxies == path.len() {
        object(proxies - 1, ProxyReason::NoEndEntity);
    }
    for (step, known) in path.iter().enumerate().take(proxies) {
        let certificate = &known.certificate;
        if is_marked_ca(certificate) {
            object(step, ProxyReason::IsCa);
        }
        if certificate.extensions.named(ALT_NAME).is_some()
            || certificate.extensions.named(ISSUER_ALT_NAME).is_some()
        {
            object(step, ProxyReason::AlternativeName);
        }
        if path_length(certificate).is_some_and(|length| step > length) {
            object(step, ProxyReason::PathTooLong);
        }
        let Some(issuer) = path.get(step + 1) else { continue };
        let issuer = &issuer.certificate;
        if is_marked_ca(issuer) {
            object(step, ProxyReason::IssuedByCa);
        }
        if !may_sign(issuer) {
            object(step + 1, ProxyReason::IssuerMayNotSign);
        }
        let same = is_same_name(judge.profile.names, &certificate.issuer, &issuer.subject);
        if !same || !certificate.subject.is_one_cn_below(&certificate.issuer) {
            object(step, ProxyReason::Subject);
        }
        if step + 1 < proxies {
            if canl_kind(certificate) != canl_kind(issuer) {
                object(step, ProxyReason::Mixed);
            }
            let rights = |certificate| Some(Proxy::of(certificate)?.ok()?.rights());
            let limited = rights(issuer) == Some(Rights::Limited);
            if limited && rights(certificate) != Some(Rights::Limited) {
                object(step, ProxyReason::ExceedsLimited);
            }
        }
    }
}

/// The types of certificates in XRootD (`XrdCryptosslX509::CertType`).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Type {
    Ca,
    EndEntity,
    Proxy,
    Unknown,
}

fn xrootd_type(certificate: &Certificate) -> Type {
    if certificate.extensions.all.is_empty() {
        return Type::EndEntity;
    }
    if is_marked_ca(certificate) {
        return Type::Ca;
    }
    let (Some(name), true) = (last_cn(certificate), is_line_below(certificate)) else {
        return Type::EndEntity;
    };
    let named = matches!(name.as_str(), "proxy" | "limited proxy");
    match certificate.extensions.named(PROXY_RFC3820) {
        Some(info) if info.critical => Type::Proxy,
        Some(_) if named => Type::Proxy,
        Some(_) => Type::Unknown,
        None if certificate.extensions.named(PROXY_DRAFT).is_some() || named => Type::Proxy,
        None => Type::Unknown,
    }
}

/// Whether XRootD takes it for a proxy.
pub(super) fn is_xrootd_proxy(certificate: &Certificate) -> bool {
    xrootd_type(certificate) == Type::Proxy
}

/// Whether the subject is the issuer's name with one more CN, compared as text.
fn is_line_below(certificate: &Certificate) -> bool {
    let line = |rdns: &[Vec<Attribute>]| -> Vec<(String, String)> {
        let all = rdns.iter().flatten();
        all.map(|attribute| (attribute.short().to_owned(), attribute.text())).collect()
    };
    let (subject, issuer) = (certificate.subject.rdns(), certificate.issuer.rdns());
    let before = subject.split_last().map(|(_, before)| before).unwrap_or_default();
    line(before) == line(issuer)
}

/// The rules of `XrdCryptogsiX509Chain::Verify`: one end entity, and below it only proxies.
fn xrootd(attempt: &Attempt, object: &mut impl FnMut(usize, ProxyReason)) {
    let below = attempt.path.len() - usize::from(attempt.anchored);
    let types: Vec<Type> =
        attempt.path.iter().take(below).map(|known| xrootd_type(&known.certificate)).collect();
    let Some((top, rest)) = types.split_last() else {
        return;
    };
    if *top != Type::EndEntity {
        object(below - 1, ProxyReason::NoEndEntity);
    }
    for (step, kind) in rest.iter().enumerate() {
        match kind {
            Type::Proxy => {}
            Type::EndEntity | Type::Ca => object(step, ProxyReason::Subject),
            Type::Unknown => {
                let known = attempt.path.get(step);
                let marked =
                    known.is_some_and(|k| k.certificate.extensions.named(PROXY_RFC3820).is_some());
                let reason = if marked { ProxyReason::NotCritical } else { ProxyReason::Unmarked };
                object(step, reason);
            }
        }
    }
    // XRootD adds the key only to a leaf without the mark of a CA.
    let last = attempt.path.first().filter(|_| !rest.is_empty());
    if last.is_some_and(|last| is_marked_ca(&last.certificate)) {
        object(0, ProxyReason::IsCa);
    }
}
