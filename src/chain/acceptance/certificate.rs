//! Judges one certificate in its place: extensions, key, digest, dates.

use crate::chain::acceptance::attempt::Attempt;
use crate::chain::acceptance::{Judge, Objection, ProxyReason, Reason, key_kind, rsa_bits};
use crate::chain::rules::ANY_USAGE;
use crate::chain::{PoolCertificate, Purpose};
use crate::consumer::extension::{
    ALT_NAME, EXTENDED_KEY_USAGE, ISSUER_ALT_NAME, KEY_USAGE, NAME_CONSTRAINTS, POLICIES,
};
use crate::consumer::profile::{Digest, EmptySubject, ExtendedUsage, Extensions, Profile, Proxies};
use crate::crypto::verify::Refusal;
use crate::crypto::{Hash, PublicKey, Scheme};
use crate::parse::cert::{
    Certificate, Extension, PROXY_DRAFT, PROXY_RFC3820, SignatureAlgorithm, has_qualifier,
};
use crate::parse::name::{Attribute, Name};
use crate::parse::proxy::Proxy;

const CLIENT: &str = "1.3.6.1.5.5.7.3.2";

/// Why OpenSSL takes a certificate for invalid. Then no issuer is found for it, and it is no
/// issuer.
pub(super) fn unreadable(judge: &Judge<'_>, known: &PoolCertificate) -> Option<Reason> {
    if !judge.opens_ssl() {
        return None;
    }
    let certificate = &known.certificate;
    let extensions = &judge.profile.extensions;
    if let Some(oid) = malformed(certificate, extensions).next() {
        return Some(Reason::Malformed(oid));
    }
    certificate.extensions.named(PROXY_RFC3820)?;
    // ossl_x509v3_cache_extensions: a proxy must not have these.
    if certificate.extensions.basic_constraints.is_some_and(|constraints| constraints.ca) {
        return Some(Reason::Proxy(ProxyReason::IsCa));
    }
    if certificate.extensions.named(ALT_NAME).is_some()
        || certificate.extensions.named(ISSUER_ALT_NAME).is_some()
    {
        return Some(Reason::Proxy(ProxyReason::AlternativeName));
    }
    let info = Proxy::of(certificate);
    matches!(info, Some(Err(_))).then(|| Reason::Malformed(PROXY_RFC3820.to_owned()))
}

/// Judges the certificate itself, at its place in the path.
pub(super) fn judge(
    judge: &Judge<'_>,
    attempt: &Attempt,
    step: usize,
    proxies: usize,
    found: &mut Vec<Objection>,
) {
    let Some(known) = attempt.path.get(step) else { return };
    let (certificate, profile) = (&known.certificate, judge.profile);
    let is_anchor = judge.is_anchor(attempt, step) && step > 0;
    let mut object = |reason| found.push(Objection::new(step, reason));
    if !is_anchor || profile.extensions.anchor {
        let own_proxy = step < proxies && profile.proxies == Proxies::Canl;
        critical(certificate, &profile.extensions, (own_proxy, step == 0))
            .into_iter()
            .for_each(&mut object);
        malformed(certificate, &profile.extensions).map(Reason::Malformed).for_each(&mut object);
    }
    let extended = certificate.version < 3 && !certificate.extensions.all.is_empty();
    if is_anchor && extended && profile.extensions.anchor_version_3 {
        object(Reason::NotVersion3);
    }
    let mut names = [&certificate.subject, &certificate.issuer].into_iter();
    if profile.strict_strings && !names.all(is_strict) {
        object(Reason::NameString);
    }
    if !is_anchor && profile.leaf.version_3 && certificate.version != 3 {
        object(Reason::NotVersion3);
    }
    if !profile.leaf.negative_serial && certificate.has_negative_serial() {
        object(Reason::NegativeSerial);
    }
    if step == proxies && !profile.leaf.ca && certificate.is_ca() && certificate.version == 3 {
        object(Reason::CaAsLeaf);
    }
    if step <= proxies && certificate.subject.is_empty() && lacks_name(certificate, profile) {
        object(Reason::EmptySubject);
    }
    if judge.presented.purpose == Purpose::Client {
        usage(certificate, profile, (step, proxies, is_anchor)).into_iter().for_each(object);
    }
}

/// Whether every value is a string as its type demands.
fn is_strict(name: &Name) -> bool {
    name.rdns().iter().flatten().all(Attribute::is_strict_string)
}

fn lacks_name(certificate: &Certificate, profile: &Profile) -> bool {
    match profile.leaf.empty_subject {
        EmptySubject::Taken => false,
        EmptySubject::Refused => true,
        EmptySubject::NeedsAltName => {
            let critical =
                certificate.extensions.named(ALT_NAME).is_some_and(|extension| extension.critical);
            !critical || certificate.extensions.alt_names.is_empty()
        }
    }
}

/// Critical extensions that the consumer does not know. canl-java knows those of proxies in
/// proxies only, and there extKeyUsage of the first.
fn critical(
    certificate: &Certificate,
    how: &Extensions,
    (is_proxy, is_first): (bool, bool),
) -> Vec<Reason> {
    let Some(known) = how.known else {
        return Vec::new();
    };
    let of_proxy = |oid: &str| {
        is_proxy
            && (oid == PROXY_RFC3820 || oid == PROXY_DRAFT || is_first && oid == EXTENDED_KEY_USAGE)
    };
    let all = certificate.extensions.all.iter().filter(|extension| extension.critical);
    let unknown = all.filter(|extension| {
        let oid = extension.oid.as_str();
        !of_proxy(oid) && (!known.contains(&oid) || is_unhandled(certificate, how, oid))
    });
    unknown.map(|extension| Reason::UnknownCritical(extension.oid.clone())).collect()
}

/// Whether a known extension contains only parts that the consumer does not understand.
fn is_unhandled(certificate: &Certificate, how: &Extensions, oid: &str) -> bool {
    let knows = |form: &str| how.name_forms.contains(&form);
    match oid {
        POLICIES if !how.qualifiers => {
            let policies = certificate.extensions.named(POLICIES);
            policies.is_some_and(|policies| has_qualifier(&policies.value))
        }
        _ if how.name_forms.is_empty() => false,
        ALT_NAME => {
            let mut names = certificate.extensions.alt_names.iter();
            !names.any(|name| knows(name.form()))
        }
        NAME_CONSTRAINTS => certificate.extensions.name_constraints.as_ref().is_some_and(|all| {
            all.permitted.iter().chain(&all.excluded).any(|subtree| !knows(subtree.form()))
        }),
        _ => false,
    }
}

/// Extensions that must be well-formed and are not.
fn malformed<'a>(
    certificate: &'a Certificate,
    how: &'a Extensions,
) -> impl Iterator<Item = String> + 'a {
    let before_3 = certificate.version < 3;
    let extensions = &certificate.extensions;
    let all = extensions.malformed.iter().chain(&extensions.passed_over);
    // OpenSSL alone minds one that names nothing.
    let silent = move |oid: &str| {
        oid == KEY_USAGE && how.critical_readable && usage_bits(certificate) == Some(0)
    };
    let counts = move |oid: &str| {
        let critical =
            || certificate.extensions.named(oid).is_some_and(|extension| extension.critical);
        let known = || how.known.is_some_and(|known| known.contains(&oid));
        match before_3 {
            true => how.version_3_only,
            false => {
                how.readable.contains(&oid)
                    || (how.framed.contains(&oid) && !is_framed(certificate, oid))
                    || (how.critical_readable && known() && critical())
            }
        }
    };
    all.filter(move |(oid, _)| counts(oid) && !silent(oid)).map(|(oid, _)| oid.clone())
}

fn usage(
    certificate: &Certificate,
    profile: &Profile,
    (step, proxies, is_anchor): (usize, usize, bool),
) -> Vec<Reason> {
    let usage = &profile.usage;
    let wanted = match (step <= proxies, is_anchor) {
        (true, _) => usage.leaf,
        (false, true) => usage.anchor,
        (false, false) => usage.ca,
    };
    let mut found = Vec::new();
    if !allows(certificate, wanted, usage.empty_is_none) {
        found.push(Reason::Purpose);
    }
    // A consumer that does not know proxies judges the certificate that is sent first.
    let is_own = step <= proxies;
    let bits = usage_bits(certificate);
    let bits = bits.filter(|bits| *bits != 0 || !usage.zero_is_none);
    if is_own && usage.key_usage != 0 && bits.is_some_and(|bits| bits & usage.key_usage == 0) {
        found.push(Reason::NoDigitalSignature);
    }
    let netscape = certificate.extensions.netscape_type;
    if is_own && usage.netscape && netscape.is_some_and(|bits| bits & NETSCAPE_CLIENT == 0) {
        found.push(Reason::Purpose);
    }
    found
}

/// The bit of netscapeCertType for SSL clients.
const NETSCAPE_CLIENT: u8 = 0x80;

fn allows(certificate: &Certificate, wanted: ExtendedUsage, empty_is_none: bool) -> bool {
    let Some(usages) = &certificate.extensions.extended_key_usage else {
        return true;
    };
    let has = |wanted: &str| usages.iter().any(|usage| usage == wanted);
    match wanted {
        _ if usages.is_empty() && empty_is_none => true,
        ExtendedUsage::Any => true,
        ExtendedUsage::Client => has(CLIENT),
        ExtendedUsage::ClientOrAny => has(CLIENT) || has(ANY_USAGE),
    }
}

/// Judges key and digest.
pub(super) fn strength(
    judge: &Judge<'_>,
    attempt: &Attempt,
    step: usize,
    found: &mut Vec<Objection>,
) {
    let Some(known) = attempt.path.get(step) else { return };
    let (certificate, how) = (&known.certificate, &judge.profile.strength);
    let is_anchor = judge.is_anchor(attempt, step);
    let least = match step {
        0 => how.leaf_bits,
        _ if is_anchor => how.anchor_bits,
        _ => how.issuer_bits,
    };
    let mut object = |reason| found.push(Objection::new(step, reason));
    if let Some(bits) = rsa_bits(known) {
        if bits < least {
            object(Reason::KeyTooSmall(bits, least));
        }
        if bits > how.max_bits && !is_anchor {
            object(Reason::KeyTooLarge(bits, how.max_bits));
        }
    }
    let (kind, name) = key_kind(known);
    if step > 0 {
        match kind {
            Some(kind) if !how.signers.contains(&kind) => object(Reason::KeyNotUsed(name)),
            None if judge.opens_ssl() && name.contains("explicit") => {
                object(Reason::KeyNotUsed(name));
            }
            _ => {}
        }
    }
    if !how.compressed_points && is_compressed(known) {
        object(Reason::KeyNotUsed(format!("{}, compressed", key_kind(known).1)));
    }
    let is_spared = how.spares_self_issued && certificate.is_self_issued();
    if !is_anchor && !is_spared {
        let leaf_pss = || step == 0 && pss_digest(certificate).is_some_and(|by| by < how.leaf_pss);
        let weak = weak_digest(&certificate.algorithm, judge.profile);
        weak.or_else(|| leaf_pss().then_some(Reason::WeakSignature)).into_iter().for_each(object);
    }
}

fn is_compressed(known: &PoolCertificate) -> bool {
    matches!(&known.certificate.key, Ok(PublicKey::Ec { point, .. }) if point.first() != Some(&4))
}

/// The digest of a signature with RSA-PSS.
fn pss_digest(certificate: &Certificate) -> Option<Digest> {
    match certificate.algorithm.scheme? {
        Scheme::RsaPss { hash, .. } => Some(strength_of(hash)),
        _ => None,
    }
}

fn strength_of(hash: Hash) -> Digest {
    match hash {
        Hash::Md5 => Digest::Md5,
        Hash::Sha1 => Digest::Sha1,
        Hash::Sha224 | Hash::Sha3_224 => Digest::Sha224,
        _ => Digest::Sha256,
    }
}

/// Why the consumer does not accept this signature algorithm.
pub(super) fn weak_digest(algorithm: &SignatureAlgorithm, profile: &Profile) -> Option<Reason> {
    let how = &profile.strength;
    let Some(scheme) = algorithm.scheme else {
        let name = algorithm.name.as_str();
        let broken = ["md2", "md4", "shaWith"].iter().any(|start| name.starts_with(start));
        return (broken && how.digest > Digest::Md5).then_some(Reason::WeakSignature);
    };
    let hash = scheme.hash()?;
    let digest = strength_of(hash);
    let odd_pss = match scheme {
        Scheme::RsaPss { hash, mask, salt_bytes } => {
            salt_bytes != hash.size_bytes() || mask != hash
        }
        _ => false,
    };
    let is_sha3 = matches!(hash, Hash::Sha3_224 | Hash::Sha3_256 | Hash::Sha3_384 | Hash::Sha3_512);
    let left_out = digest == Digest::Sha224 && !how.sha224;
    let is_ecdsa_512 = scheme == Scheme::Ecdsa(Hash::Sha512);
    let odd = odd_pss && !how.any_pss || is_ecdsa_512 && !how.any_ecdsa;
    (digest < how.digest || left_out || odd || is_sha3 && !how.sha3)
        .then_some(Reason::WeakSignature)
}

/// Judges whether the next certificate on the path signed this one.
pub(super) fn signature(
    judge: &Judge<'_>,
    attempt: &Attempt,
    step: usize,
    found: &mut Vec<Objection>,
) {
    let Some(known) = attempt.path.get(step) else { return };
    let certificate = &known.certificate;
    let Some(issuer) = attempt.path.get(step + 1) else { return };
    let mut object = |reason| found.push(Objection::new(step, reason));
    match judge.budget.signature(certificate, &issuer.certificate) {
        Ok(()) => {}
        Err(Refusal::Unsupported(name)) => {
            let words = format!("certok cannot verify a signature of this kind: {name}");
            object(Reason::NotKnown(words));
        }
        Err(Refusal::BadSignature | Refusal::KeyMismatch) => object(Reason::BadSignature),
    }
    if certificate.algorithm_differs {
        object(Reason::AlgorithmDiffers);
    }
}

pub(super) fn dates(
    judge: &Judge<'_>,
    attempt: &Attempt,
    step: usize,
    proxies: usize,
    found: &mut Vec<Objection>,
) {
    let Some(known) = attempt.path.get(step) else { return };
    let how = &judge.profile.dates;
    if judge.is_anchor(attempt, step) && step > 0 && !how.anchor {
        return;
    }
    let is_canl_proxy = judge.profile.proxies == Proxies::Canl && step < proxies;
    let grace = if is_canl_proxy { how.proxy_grace_seconds } else { 0 };
    let (at, validity) = (judge.presented.at.0, known.certificate.validity);
    let early = how.early_seconds.max(grace);
    let end = validity.not_after.0 + grace;
    if at < validity.not_before.0 - early {
        found.push(Objection::new(step, Reason::NotYetValid));
    }
    if at > end || (at == end && !how.last_second) {
        found.push(Objection::new(step, Reason::Expired));
    }
}

/// Whether the value is one SEQUENCE, with any content.
fn is_framed(certificate: &Certificate, oid: &str) -> bool {
    certificate.extensions.named(oid).is_some_and(Extension::is_sequence)
}

/// The bits of the key usage. None are set if the extension has no bit, which RFC 5280 §4.2.1.3
/// forbids.
pub(super) fn usage_bits(certificate: &Certificate) -> Option<u16> {
    let value =
        || certificate.extensions.named(KEY_USAGE).map(|extension| extension.value.as_slice());
    let is_zero = |value: &[u8]| match value {
        [0x03, length, unused, bits @ ..] => {
            usize::from(*length) == bits.len() + 1 && *unused < 8 && bits.iter().all(|b| *b == 0)
        }
        _ => false,
    };
    certificate.extensions.key_usage.or_else(|| value().is_some_and(is_zero).then_some(0))
}
