//! RFC 5280 §6.1 for a path whose signatures are correct: what is wrong with each certificate at
//! its place. The anchor is judged too, except for its signature.

use crate::chain::budget::Budget;
use crate::chain::signature::{id_differs, is_forbidden};
use crate::chain::{
    Defect, Flaw, PoolCertificate, Purpose, Question, constraint, permission, profile, proxy,
    revocation,
};
use crate::crypto::PublicKey;
use crate::parse::cert::{
    Certificate, CertificateKind, DIGITAL_SIGNATURE, KEY_AGREEMENT, KEY_CERT_SIGN,
    KEY_ENCIPHERMENT, PROXY_DRAFT, PROXY_RFC3820, ProxyKind,
};
use crate::text::time::Seconds;

/// Minimum size of a CA's RSA key.
const CA_RSA_BITS: usize = 1024;
/// Minimum size of a proxy's RSA key. Proxies of 1024 bits, valid for hours, are still made.
const PROXY_RSA_BITS: usize = 1024;
/// Minimum size of a user's RSA key in TLS at OpenSSL security level 2.
const LEAF_RSA_BITS: usize = 2048;

/// Every flaw of `path`, leaf first. `pool` are all known certificates.
pub fn judge(
    path: &[PoolCertificate],
    pool: &[PoolCertificate],
    question: &Question<'_>,
    budget: &Budget,
) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    // The issuer of a proxy need not be a CA (RFC 3820 §3.1). The rules for CAs begin above the
    // proxies.
    let proxies = proxy::count(path);
    for (step, known) in path.iter().enumerate() {
        let certificate = &known.certificate;
        let mut found = Vec::new();
        time(certificate, question, &mut found);
        extensions(certificate, &mut found);
        // If only an anchor is judged, nothing depends on its key.
        let idle = path.len() == 1 && known.trusted && question.purpose == Purpose::Any;
        if !(idle && certificate.key.is_err()) {
            let below = Below { step, proxies };
            key(certificate, below, question.purpose, &mut found);
        }
        let root = certificate.is_self_issued() && known.trusted && step + 1 == path.len();
        if !root {
            algorithm(certificate, &mut found);
        } else if certificate.algorithm_differs {
            found.push(Defect::AlgorithmDiffers);
        }
        if step == 0 {
            key_usage(certificate, question.purpose, &mut found);
        }
        if step <= proxies {
            netscape(certificate, question.purpose, &mut found);
        } else {
            issuer(path.get(proxies..).unwrap_or_default(), step - proxies, &mut found);
        }
        purpose(certificate, step <= proxies, question.purpose, &mut found);
        if path.get(step + 1).is_some_and(|issuer| id_differs(certificate, &issuer.certificate)) {
            found.push(Defect::IssuerIdDiffers);
        }
        if known.trusted && rejects(certificate, question.purpose) {
            found.push(Defect::TrustRejected);
        }
        flaws.extend(found.into_iter().map(|defect| Flaw { step, defect }));
    }
    flaws.extend(proxy::judge(path, question));
    flaws.extend(constraint::judge(path, budget));
    flaws.extend(permission::judge(path, question));
    flaws.extend(revocation::judge(path, pool, question, budget));
    flaws
}

/// The place of a certificate: `step` others are below it, and at most `proxies` of them are
/// proxies.
#[derive(Clone, Copy)]
struct Below {
    step: usize,
    proxies: usize,
}

fn time(certificate: &Certificate, question: &Question<'_>, found: &mut Vec<Defect>) {
    let validity = certificate.validity;
    if validity.not_after < validity.not_before {
        found.push(Defect::NeverValid);
    } else if question.at > validity.not_after {
        found.push(Defect::Expired);
    } else if question.at < validity.not_before {
        found.push(Defect::NotYetValid);
    } else if question.need > Seconds(0) && validity.remaining(question.at) < question.need {
        found.push(Defect::TooShort);
    }
}

/// Extensions that are checked here, or do not matter for a client. issuerAltName does not matter
/// either, but OpenSSL refuses it if it is critical.
const UNDERSTOOD: &[&str] = &[
    "2.5.29.14",             // subjectKeyIdentifier
    "2.5.29.15",             // keyUsage
    "2.5.29.17",             // subjectAltName
    "2.5.29.19",             // basicConstraints
    "2.5.29.30",             // nameConstraints
    "2.5.29.31",             // cRLDistributionPoints
    "2.5.29.32",             // certificatePolicies
    "2.5.29.33",             // policyMappings
    "2.5.29.35",             // authorityKeyIdentifier
    "2.5.29.36",             // policyConstraints
    "2.5.29.37",             // extKeyUsage
    "2.5.29.46",             // freshestCRL
    "2.5.29.54",             // inhibitAnyPolicy
    "1.3.6.1.5.5.7.48.1.5",  // ocspNoCheck: says only that OCSP need not be asked
    "2.16.840.1.113730.1.1", // netscapeCertType
];

fn extensions(certificate: &Certificate, found: &mut Vec<Defect>) {
    // The proxy extension of another type stays unknown.
    let proxy = match certificate.kind() {
        CertificateKind::Proxy(ProxyKind::Draft) => PROXY_DRAFT,
        CertificateKind::Proxy(ProxyKind::Rfc3820) => PROXY_RFC3820,
        _ => "",
    };
    for (oid, reason) in &certificate.extensions.malformed {
        found.push(Defect::MalformedExtension(oid.clone(), reason.clone()));
    }
    for extension in &certificate.extensions.all {
        let oid = extension.oid.as_str();
        if extension.critical && !UNDERSTOOD.contains(&oid) && oid != proxy {
            found.push(Defect::UnknownCritical(extension.oid.clone()));
        }
    }
    found.extend(profile::judge(certificate));
}

fn key(certificate: &Certificate, below: Below, purpose: Purpose, found: &mut Vec<Defect>) {
    // A CA that is judged for itself. If it acts as client or server, the rules for others apply.
    let as_ca = certificate.is_ca() && purpose == Purpose::Any;
    let wanted = match below {
        Below { step, proxies } if step < proxies => PROXY_RSA_BITS,
        Below { step, proxies } if step == proxies && !as_ca => LEAF_RSA_BITS,
        _ => CA_RSA_BITS,
    };
    match &certificate.key {
        Ok(key @ PublicKey::Rsa { .. }) if key.bits() < wanted => {
            found.push(Defect::KeyTooSmall(key.bits(), wanted));
        }
        Ok(_) => {}
        Err(name) => found.push(Defect::KeyUnsupported(name.clone())),
    }
}

fn algorithm(certificate: &Certificate, found: &mut Vec<Defect>) {
    if certificate.algorithm_differs {
        found.push(Defect::AlgorithmDiffers);
    }
    if is_forbidden(&certificate.algorithm) {
        found.push(Defect::AlgorithmForbidden);
    } else if certificate.algorithm.scheme.is_none() {
        found.push(Defect::AlgorithmUnsupported(certificate.algorithm.name.clone()));
    }
}

fn key_usage(certificate: &Certificate, purpose: Purpose, found: &mut Vec<Defect>) {
    let allowed = match purpose {
        Purpose::Any => return,
        // A CA as a TLS server is unusual, but RFC 5280 does not forbid it (x509-limbo,
        // ca-as-leaf). As a client, which certok asks about, OpenSSL refuses its key usage.
        Purpose::Server if certificate.is_ca() => return,
        // RFC 8446 §4.4.2.2: TLS 1.3 uses signatures, so a client needs digitalSignature.
        Purpose::Client => DIGITAL_SIGNATURE,
        Purpose::Server => DIGITAL_SIGNATURE | KEY_ENCIPHERMENT | KEY_AGREEMENT,
    };
    if certificate.extensions.key_usage.is_some_and(|usage| usage & allowed == 0) {
        found.push(Defect::NoDigitalSignature);
    }
}

/// The name of the extension where usages are reported.
pub const NETSCAPE_TYPE: &str = "netscapeCertType";

/// Checks netscapeCertType of the leaf, and of proxies and end entity if there are proxies.
fn netscape(certificate: &Certificate, purpose: Purpose, found: &mut Vec<Defect>) {
    // The bits: 0x80 client, 0x40 server.
    let wanted = match purpose {
        Purpose::Any => return,
        Purpose::Server if certificate.is_ca() => return,
        Purpose::Client => 0x80,
        Purpose::Server => 0x40,
    };
    if certificate.extensions.netscape_type.is_some_and(|kind| kind & wanted == 0) {
        found.push(Defect::PurposeNotAllowed(vec![NETSCAPE_TYPE.to_owned()]));
    }
}

fn issuer(path: &[PoolCertificate], step: usize, found: &mut Vec<Defect>) {
    let Some(known) = path.get(step) else { return };
    let certificate = &known.certificate;
    // A certificate of version 1 cannot say that it is a CA. An anchor is trusted by choice (RFC
    // 5280 §6.1.4 (k)).
    if !certificate.is_ca() || (certificate.version == 1 && !known.trusted) {
        found.push(Defect::NotCa);
    }
    if certificate.extensions.key_usage.is_some_and(|usage| usage & KEY_CERT_SIGN == 0) {
        found.push(Defect::NoCertSign);
    }
    let limit = certificate.extensions.basic_constraints.and_then(|c| c.path_length);
    // RFC 5280 §4.2.1.9: self-issued certificates and the leaf do not count.
    let below = path.get(1..step).unwrap_or_default();
    let count = below.iter().filter(|k| !k.certificate.is_self_issued()).count();
    if let Some(limit) = limit.filter(|limit| usize::try_from(*limit).is_ok_and(|l| count > l)) {
        found.push(Defect::PathTooLong(count, limit));
    }
}

/// The OID of anyExtendedKeyUsage.
pub const ANY_USAGE: &str = "2.5.29.37.0";

/// Extended key usage along the path, as OpenSSL and webpki check it: if a CA lists usages,
/// certificates below it can have only these. By RFC 5280 §4.2.1.12 anyExtendedKeyUsage allows the
/// holder every purpose. It does not say that a CA passes this on, and OpenSSL and webpki deny it.
fn purpose(certificate: &Certificate, own: bool, purpose: Purpose, found: &mut Vec<Defect>) {
    let (Some(wanted), Some(usages)) =
        (purpose.usage(), &certificate.extensions.extended_key_usage)
    else {
        return;
    };
    let allowed = |usage: &String| usage == wanted || (own && usage == ANY_USAGE);
    if !usages.iter().any(allowed) {
        found.push(Defect::PurposeNotAllowed(usages.clone()));
    }
}

/// Whether OpenSSL's trust settings of a `TRUSTED CERTIFICATE` reject it (`X509_check_trust`).
pub(super) fn rejects(certificate: &Certificate, purpose: Purpose) -> bool {
    let Some(settings) = &certificate.trust else {
        return false;
    };
    let names = |list: &[String]| {
        list.iter().any(|oid| oid == ANY_USAGE || Some(oid.as_str()) == purpose.usage())
    };
    let limited = !settings.trusted.is_empty() && purpose != Purpose::Any;
    names(&settings.rejected) || (limited && !names(&settings.trusted))
}
