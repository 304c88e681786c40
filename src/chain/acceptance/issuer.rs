//! What a consumer requires of issuers: CA flags, key usage, path length.

use crate::chain::PoolCertificate;
use crate::chain::acceptance::attempt::Attempt;
use crate::chain::acceptance::certificate::usage_bits as usage;
use crate::chain::acceptance::{Judge, Objection, ProxyReason, Reason, proxies};
use crate::consumer::profile::{CaRule, Proxies};
use crate::parse::cert::{Certificate, KEY_CERT_SIGN};

pub(super) fn judge(
    judge: &Judge<'_>,
    attempt: &Attempt,
    step: usize,
    proxies: usize,
    found: &mut Vec<Objection>,
) {
    let path = &attempt.path;
    let (Some(known), Some(below)) = (path.get(step), step.checked_sub(1).map(|at| &path[at]))
    else {
        return;
    };
    let is_anchor = judge.is_anchor(attempt, step);
    let rule = if is_anchor { judge.profile.cas.anchor } else { judge.profile.cas.issuer };
    let certificate = &known.certificate;
    let mut object = |reason| found.push(Objection::new(step, reason));
    if judge.opens_ssl() {
        openssl(judge, certificate, below, rule).into_iter().for_each(&mut object);
    } else if step > proxies {
        is_ca(certificate, rule).into_iter().for_each(&mut object);
    } else {
        return;
    }
    if judge.profile.cas.length && (!is_anchor || judge.profile.cas.anchor_length) {
        let long = match judge.profile.proxies {
            Proxies::OpenSsl => is_too_long_with_proxies(path, step),
            _ => is_too_long(path, step, proxies, judge.profile.cas.spares_self_issued),
        };
        if long {
            object(Reason::PathTooLong);
        }
    }
}

/// `check_extensions`: the issuer of a proxy must not be a CA; any other issuer must be one.
fn openssl(
    judge: &Judge<'_>,
    certificate: &Certificate,
    below: &PoolCertificate,
    rule: CaRule,
) -> Option<Reason> {
    let globus = judge.profile.proxies == Proxies::Globus;
    if proxies::is_openssl_proxy(&below.certificate)
        || (globus && proxies::is_flagged(&below.certificate))
    {
        let marked = check_ca(certificate) != 0;
        return marked.then_some(Reason::Proxy(ProxyReason::IssuedByCa));
    }
    // Globus ignores INVALID_CA below a certificate that it takes for a proxy.
    if globus && proxies::globus_kind(&below.certificate).is_some() {
        return None;
    }
    is_ca(certificate, rule)
}

/// OpenSSL's `check_ca`: 1 by basicConstraints; 3, 4 and 5 by other marks; 0 is none.
pub(super) fn check_ca(certificate: &Certificate) -> u8 {
    let extensions = &certificate.extensions;
    let usage = usage(certificate);
    if usage.is_some_and(|usage| usage & KEY_CERT_SIGN == 0) {
        return 0;
    }
    match extensions.basic_constraints {
        Some(constraints) => u8::from(constraints.ca),
        None if certificate.version == 1 && certificate.is_self_issued() => 3,
        None if usage.is_some() => 4,
        None if extensions.netscape_type.is_some_and(|bits| bits & 0x07 != 0) => 5,
        None => 0,
    }
}

fn is_ca(certificate: &Certificate, rule: CaRule) -> Option<Reason> {
    let constraints = certificate.extensions.basic_constraints;
    let says = constraints.is_some_and(|constraints| constraints.ca);
    let usage = usage(certificate);
    let may_sign = usage.is_none_or(|usage| usage & KEY_CERT_SIGN != 0);
    let with_usage = |is_ca: bool| match (is_ca, may_sign) {
        (true, true) => None,
        (true, false) => Some(Reason::NoCertSign),
        (false, _) => Some(Reason::NotCa),
    };
    match rule {
        CaRule::Any => None,
        CaRule::Constraints => (!says).then_some(Reason::NotCa),
        CaRule::ConstraintsAndUsage => with_usage(says),
        CaRule::OrSilentRoot => {
            let silent = certificate.version == 1 || certificate.is_self_issued();
            with_usage(says || (silent && constraints.is_none()))
        }
        CaRule::OrVersion1 => {
            with_usage(says || (certificate.version < 3 && constraints.is_none()))
        }
        CaRule::CheckCa => match check_ca(certificate) {
            0 if says => Some(Reason::NoCertSign),
            0 => Some(Reason::NotCa),
            _ => None,
        },
    }
}

/// Whether more CAs are below than the path length allows (RFC 5280 §4.2.1.9). Proxies do not
/// count.
fn is_too_long(path: &[PoolCertificate], step: usize, proxies: usize, spares: bool) -> bool {
    let Some(limit) = length(path, step) else {
        return false;
    };
    let between = path.get(proxies + 1..step).unwrap_or_default();
    let counts = |known: &&PoolCertificate| !spares || !known.certificate.is_self_issued();
    between.iter().filter(counts).count() > limit
}

/// The same as OpenSSL's `check_extensions` does it: proxies count, but what they allow is added to
/// the limit.
fn is_too_long_with_proxies(path: &[PoolCertificate], step: usize) -> bool {
    let Some(limit) = length(path, step) else {
        return false;
    };
    let below = path.get(..step).unwrap_or_default();
    let between = below.iter().skip(1);
    let count = between.filter(|known| !known.certificate.is_self_issued()).count();
    let mut allowed = 0;
    for known in below.iter().filter(|known| proxies::is_openssl_proxy(&known.certificate)) {
        allowed = proxies::path_length(&known.certificate).unwrap_or(allowed) + 1;
    }
    step > 1 && count > limit + allowed
}

fn length(path: &[PoolCertificate], step: usize) -> Option<usize> {
    let constraints = path.get(step)?.certificate.extensions.basic_constraints?;
    usize::try_from(constraints.path_length?).ok()
}
