//! Rules of RFC 5280 §4 for those who issue certificates. Validators need not enforce them, but
//! some do.

use crate::chain::PoolCertificate;
use crate::chain::acceptance::strict;
use crate::check::chain::constraint::some;
use crate::check::rules;
use crate::consumer::extension::{ALT_NAME, INHIBIT_ANY_POLICY, POLICY_CONSTRAINTS};
use crate::consumer::{GLOBUS, GLOBUS_KNOWN, OPENSSL, PYCA_CRYPTOGRAPHY, PYTHON_SSL, VOMS};
use crate::parse::cert::Certificate;
use crate::parse::oid;
use crate::report::{Finding, Place};

rules! {
    step: Chain;
    CRITICALITY: ERROR {
        id: "wrong-criticality",
        what: "an extension is critical that must not be",
        why: "OpenSSL refuses key identifiers that are critical as it does unknown extensions",
        advice: "ask the CA to issue the certificate again",
        source: "RFC 5280 §4.2.1.1, §4.2.1.2, §4.2.1.15",
    }
    NOT_CRITICAL: WARN {
        id: "not-critical",
        what: "an extension is not critical and must be",
        why: "software that does not know the extension ignores it, and accepts what it forbids; \
              none is known to refuse the certificate for the missing mark",
        advice: "tell the CA: its software leaves the mark out",
        source: "RFC 5280 §4.2.1.11, §4.2.1.14",
    }
    EMPTY_NAME: WARN {
        id: "empty-name",
        what: "a certificate names no issuer or no holder",
        why: "OpenSSL accepts it unless it must be strict; grid services know users by their names",
        advice: "ask the CA to issue the certificate again with a name",
        refused_by: [
            PYTHON_SSL.from("3.13"),
            OPENSSL.when("with -x509_strict"),
            PYCA_CRYPTOGRAPHY,
        ],
        source: "RFC 5280 §4.1.2.4, §4.1.2.6; OpenSSL, x509_vfy.c, check_extensions",
    }
    STRICT: WARN {
        id: "strict-refuses",
        what: "a certificate breaks a rule of form of RFC 5280",
        why: "validators need not check it; Python 3.13 and later ask OpenSSL to be strict, \
              which refuses the certificate",
        advice: "ask the CA for a certificate that follows RFC 5280",
        refused_by: [
            PYTHON_SSL.from("3.13"),
            OPENSSL.when("with -x509_strict"),
            PYCA_CRYPTOGRAPHY,
        ],
        source: "RFC 5280 §4.2.1.1, §4.2.1.2, §4.2.1.3, §4.2.1.9; OpenSSL, x509_vfy.c, \
                 check_extensions",
    }
    GLOBUS_CRITICAL: WARN {
        id: "critical-for-globus",
        what: "an extension is critical that Globus does not know",
        why: "it knows basicConstraints, keyUsage, extKeyUsage, netscapeCertType, key identifiers and \
              proxyCertInfo, and refuses every other one that is critical, in CAs too",
        advice: "if you need Globus, ask the CA for a certificate in which it is not critical, or one \
                 from another CA",
        refused_by: [GLOBUS, VOMS],
        source: "Globus, globus_gsi_callback.c, check_critical_extensions",
    }
    NO_SUBJECT: WARN {
        id: "no-subject",
        what: "a certificate has an empty subject",
        why: "its subjectAltName names the holder; grid services know holders by the subject",
        advice: "if it is for grid services, request a certificate with a subject",
        refused_by: [GLOBUS, VOMS],
        source: "RFC 5280 §4.1.2.6; Globus, globus_gsi_callback.c, check_critical_extensions",
    }
    MISPLACED: WARN {
        id: "name-constraint-misplaced",
        what: "a certificate that is no CA's has name constraints",
        why: "they may be in a CA's certificate only; this one cannot constrain anything",
        advice: "ask the CA to issue it again without nameConstraints",
        refused_by: [PYCA_CRYPTOGRAPHY],
        source: "RFC 5280 §4.2.1.10",
    }
}

/// Extensions that must be critical, because software that does not know them would accept what
/// they forbid. nameConstraints must be critical too, but all software knows it.
const ALWAYS_CRITICAL: &[&str] = &[POLICY_CONSTRAINTS, INHIBIT_ANY_POLICY];

/// The finding that the extension `id` is critical. `name` is the certificate, as a person names
/// it.
pub(super) fn wrongly_critical(id: &str, name: &str) -> Finding {
    let extension = oid::name(id);
    CRITICALITY.found(format!(
        "{name}: the extension {extension} is critical, and must not be: OpenSSL refuses it"
    ))
}

/// Remarks on the certificates of an accepted path. `token`: it is a JAliEn token, which is not
/// used with Globus.
pub fn remarks(path: &[PoolCertificate], token: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (step, known) in path.iter().enumerate() {
        let certificate = &known.certificate;
        let name = match certificate.subject.is_empty() {
            true => format!("the certificate with the serial number {}", certificate.serial_hex()),
            false => certificate.subject.common_name(),
        };
        let mut found = names(certificate, &name);
        found.extend(not_critical(certificate, &name));
        if path.len() > 1 && !certificate.is_proxy() {
            found.extend(strict(certificate, &name, (step, step + 1 == path.len())));
        }
        if !token {
            found.extend(critical_for_globus(certificate, &name));
        }
        let place = Place { subject: Some(certificate.subject.screen()), ..Place::default() };
        findings.extend(found.into_iter().map(|finding| finding.at(place.clone())));
    }
    findings
}

fn names(certificate: &Certificate, name: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    if certificate.issuer.is_empty() {
        found.push(EMPTY_NAME.found(format!("{name} has an empty issuer")));
    }
    if certificate.subject.is_empty() {
        found.push(match is_named_otherwise(certificate) {
            true => NO_SUBJECT.found(format!("{name} has an empty subject, which Globus refuses")),
            false => EMPTY_NAME.found(format!(
                "{name} has an empty subject, and is no end entity with a critical subjectAltName"
            )),
        });
    }
    if certificate.extensions.name_constraints.is_some() && !certificate.is_ca() {
        found.push(MISPLACED.found(format!("{name} has nameConstraints, but is not a CA")));
    }
    found
}

fn not_critical(certificate: &Certificate, name: &str) -> Option<Finding> {
    let all = certificate.extensions.all.iter();
    let mut plain = all.filter(|e| !e.critical && ALWAYS_CRITICAL.contains(&e.oid.as_str()));
    let extension = oid::name(&plain.next()?.oid);
    Some(NOT_CRITICAL.found(format!("{name}: the extension {extension} is not critical")))
}

/// What only strict validators refuse. Another finding is about names.
fn strict(certificate: &Certificate, name: &str, place: (usize, bool)) -> Option<Finding> {
    let broken = strict::broken(certificate, place).filter(|rule| !rule.is_about_names);
    let broken: Vec<&str> = broken.map(|rule| rule.words).collect();
    let words = broken.join(", ");
    (!words.is_empty())
        .then(|| STRICT.found(format!("{name}: {words}; strict validators refuse it")))
}

fn critical_for_globus(certificate: &Certificate, name: &str) -> Option<Finding> {
    // Another finding is about a missing subject.
    let idle = |id: &str| id == ALT_NAME && certificate.subject.is_empty();
    let critical = certificate.extensions.all.iter().filter(|extension| extension.critical);
    let ids = critical.map(|extension| extension.oid.as_str());
    let unknown = ids.filter(|id| !GLOBUS_KNOWN.contains(id) && !idle(id)).map(oid::name);
    let unknown: Vec<String> = unknown.map(str::to_owned).collect();
    (!unknown.is_empty()).then(|| {
        let unknown = some(&unknown);
        GLOBUS_CRITICAL.found(format!("{name}: {unknown} is critical, which Globus does not know"))
    })
}

/// §4.1.2.6: a certificate without subject that is no CA needs a critical subjectAltName.
fn is_named_otherwise(certificate: &Certificate) -> bool {
    let critical = certificate.extensions.named(ALT_NAME).is_some_and(|names| names.critical);
    !certificate.is_ca() && !certificate.extensions.alt_names.is_empty() && critical
}
