//! The credential works now, but not everywhere: algorithms, key types and encodings that some
//! tools refuse.

use crate::chain::{PoolCertificate, Purpose, proxy};
use crate::check::rules;
use crate::consumer::{
    APACHE, BORINGSSL, EL9, GLOBUS, GO, JAVA, NGINX, OPENSSL, PYCA_CRYPTOGRAPHY, PYTHON_SSL,
    RUSTLS, VOMS, VOMS_PROXY_INIT, XROOTD,
};
use crate::crypto::{Curve, Hash, PublicKey, Scheme};
use crate::parse::cert::{Certificate, CertificateKind, KEY_CERT_SIGN};
use crate::parse::oid;
use crate::report::{Finding, Place};

rules! {
    step: Chain;
    SHA1: WARN {
        id: "sha1-signature",
        what: "a certificate below the root is signed with SHA-1",
        why: "EL9 and OpenSSL at security level 2 refuse SHA-1 signatures",
        advice: "ask the CA for a certificate signed with SHA-256",
        refused_by: [EL9, OPENSSL.when("at security level 2")],
        source: "RHEL 9 crypto policies; SSL_CTX_set_security_level(3)",
    }
    SMALL_CA_KEY: WARN {
        id: "small-ca-key",
        what: "a CA's RSA key has fewer than 2048 bits",
        why: "OpenSSL at security level 2 says \"CA certificate key too weak\"",
        advice: "ask the CA for a certificate from a stronger CA",
        refused_by: [OPENSSL.when("at security level 2"), RUSTLS],
        source: "SSL_CTX_set_security_level(3)",
    }
    NEGATIVE_SERIAL: WARN {
        id: "negative-serial",
        what: "the serial number is negative",
        why: "services written in Go refuse to parse it",
        advice: "ask the CA to issue it again with a positive serial number",
        refused_by: [GO.when("services").from("1.23")],
        source: "RFC 5280 §4.1.2.2; Go 1.23, crypto/x509",
    }
    LONG_SERIAL: WARN {
        id: "long-serial",
        what: "the serial number is longer than 20 bytes",
        why: "software need not be able to read it; OpenSSL, Go and rustls do, strict validators \
              do not",
        advice: "ask the CA to issue it again with a shorter serial number",
        refused_by: [PYCA_CRYPTOGRAPHY],
        source: "RFC 5280 §4.1.2.2",
    }
    TRAILING_BYTES: WARN {
        id: "extension-trailing-bytes",
        what: "bytes follow the value of an extension",
        why: "OpenSSL ignores them; a strict DER reader refuses the certificate",
        advice: "tell the CA: its software writes extensions that are not DER",
        source: "RFC 5280 §4.2; X.690 §8.1; OpenSSL 3.0, GnuTLS 3.8, Go 1.24",
    }
    NOT_DER: WARN {
        id: "certificate-not-der",
        what: "the certificate is not written in DER",
        why: "OpenSSL reads it, and all that uses it (Globus, XRootD, curl); GnuTLS, Go, Java and \
              rustls refuse",
        advice: "tell the CA: its software writes BER; the certificate cannot be changed without it",
        source: "RFC 5280 §4.1; X.690 §10.1; OpenSSL, asn1_get_length",
    }
    TIME_FORM: WARN {
        id: "time-not-utctime",
        what: "a date of the certificate before 2050 is written as GeneralizedTime",
        why: "a CA must write it as UTCTime; OpenSSL, Go, GnuTLS, Java and rustls read both, strict \
              validators do not",
        advice: "tell the CA: its software writes dates that RFC 5280 forbids",
        refused_by: [PYCA_CRYPTOGRAPHY],
        source: "RFC 5280 §4.1.2.5; cryptography 42, permits_validity_date",
    }
    OLD_VERSION: WARN {
        id: "version-before-3",
        what: "the certificate is of a version before 3",
        why: "it can have no extensions; OpenSSL accepts that, others read only version 3",
        advice: "ask the CA for a certificate of version 3",
        refused_by: [PYCA_CRYPTOGRAPHY, RUSTLS],
        source: "RFC 5280 §4.1.2.1; rustls-webpki 0.103, cert.rs, UnsupportedCertVersion",
    }
    PASSED_OVER: WARN {
        id: "extension-passed-over",
        what: "an extension that is not critical does not parse",
        why: "OpenSSL does not look into it, unless it checks policies; Go and GnuTLS refuse the \
              certificate",
        advice: "tell the CA: its software writes extensions that are malformed",
        source: "RFC 5280 §4.2; OpenSSL 3.0, ossl_x509v3_cache_extensions; Go 1.24",
    }
    EC_KEY: WARN {
        id: "ec-key",
        what: "the certificate has an elliptic curve (EC) key",
        why: "TLS works, but canl-java, voms-proxy-init 3 and older Globus tools cannot use it",
        advice: "if you need grid or VOMS proxies, request an RSA certificate",
        refused_by: [VOMS_PROXY_INIT.version("3").when("(canl-java)")],
        source: "eu-emi/canl-java issue 104; gridcf/gct issue 249",
    }
    P521_KEY: WARN {
        id: "p521-key",
        what: "the certificate has a P-521 key",
        why: "some servers (BoringSSL, rustls) do not support P-521, and grid proxy tools do not",
        advice: "request a certificate with an RSA or P-256 key",
        refused_by: [BORINGSSL, RUSTLS, VOMS_PROXY_INIT.version("3").when("(canl-java)")],
        source: "BoringSSL, default curves",
    }
    ED25519_KEY: WARN {
        id: "ed25519-key",
        what: "the certificate has an Ed25519 key",
        why: "Globus, VOMS, XRootD GSI and Java 8 cannot use it",
        advice: "request an RSA certificate (2048 or 4096 bits)",
        refused_by: [GLOBUS, VOMS, XROOTD.when("GSI"), JAVA.version("8")],
        source: "gridcf/gct issue 249; grid-cert-diagnostics.c",
    }
    UNTRIED_KEY: ERROR, Undecided {
        id: "key-untried",
        what: "the certificate has an Ed448 or ML-DSA key, and it is not known which services \
               accept it",
        why: "OpenSSL from 1.1.1 knows Ed448, and from 3.5 ML-DSA; Go, rustls and canl-java know \
              neither, and no grid service is known to have been tried with one",
        advice: "request an RSA certificate (2048 or 4096 bits)",
        refused_by: [GLOBUS, VOMS, XROOTD.when("GSI"), GO, RUSTLS],
        source: "RFC 8410; RFC 9881; OpenSSL 3.5 CHANGES; Go 1.24, crypto/x509; rustls, crypto/ring",
    }
    CA_AS_CREDENTIAL: WARN {
        id: "ca-as-credential",
        what: "the certificate in question is a CA's, not the credential of a user or host",
        why: "its key signs certificates; services do not accept it for a user or host",
        advice: "name your own certificate, or put it first in the file",
        source: "RFC 5280 §4.2.1.3; rustls-webpki, CaUsedAsEndEntity",
    }
    ANY_USAGE: WARN {
        id: "any-usage-alone",
        what: "the extended key usage names no purpose, only anyExtendedKeyUsage",
        why: "by RFC 5280 that means every purpose, and software may still ask for one by name: \
              OpenSSL does, and says \"unsuitable certificate purpose\"; Globus, canl and XRootD's gsi \
              look at no purpose",
        advice: "request a certificate whose extended key usage names clientAuth",
        refused_by: [
            OPENSSL.so_with_and(&[APACHE, NGINX, PYTHON_SSL, XROOTD.when("over HTTPS")]),
            RUSTLS,
        ],
        source: "RFC 5280 §4.2.1.12; OpenSSL, check_purpose_ssl_client; x509-limbo, eku",
    }
    CERT_SIGN: WARN {
        id: "cert-sign-without-ca",
        what: "the key usage has keyCertSign, but the certificate is not a CA's",
        why: "only a CA may have it; strict validators refuse the certificate",
        advice: "ask the CA for a certificate without keyCertSign",
        refused_by: [PYCA_CRYPTOGRAPHY],
        source: "RFC 5280 §4.2.1.3, §4.2.1.9",
    }
    UNKNOWN_KEY: WARN {
        id: "key-not-judged",
        what: "the certificate's key is of a kind that certok cannot use",
        why: "the path is valid without it, but it is not known what the key can be used for",
        advice: "if it is for grid services, request a certificate with an RSA key",
        refused_by: [GLOBUS, VOMS, XROOTD.when("GSI")],
        source: "a limit of certok",
    }
}

/// Everything in the certificates of an accepted path that only some tools refuse.
pub fn check(path: &[PoolCertificate], purpose: Purpose) -> Vec<Finding> {
    let mut findings = Vec::new();
    let proxies = proxy::count(path);
    for (step, known) in path.iter().enumerate() {
        let certificate = &known.certificate;
        let place = Place { subject: Some(certificate.subject.screen()), ..Place::default() };
        let root = step + 1 == path.len() && certificate.is_self_issued();
        let found = [
            (!root).then(|| sha1(certificate)).flatten(),
            negative_serial(certificate),
            long_serial(certificate),
            trailing_bytes(certificate),
            not_der(certificate),
            time_form(certificate),
            (!root).then(|| old_version(certificate)).flatten(),
            passed_over(certificate).map(|why| {
                PASSED_OVER.found(format!("{}: {why}", certificate.subject.common_name()))
            }),
            (step == 0).then(|| ca_as_credential(certificate)).flatten(),
            (step <= proxies).then(|| any_usage(certificate, purpose)).flatten(),
            (step == 0).then(|| cert_sign(certificate)).flatten(),
            if step <= proxies { leaf_key(certificate) } else { ca_key(certificate) },
        ];
        findings.extend(found.into_iter().flatten().map(|finding| finding.at(place.clone())));
    }
    findings
}

fn sha1(certificate: &Certificate) -> Option<Finding> {
    let weak = matches!(certificate.algorithm.scheme, Some(Scheme::RsaPkcs1(Hash::Sha1)));
    let (name, algorithm) = (certificate.subject.common_name(), &certificate.algorithm.name);
    weak.then(|| match certificate.kind() {
        CertificateKind::Proxy(_) => SHA1
            .found(format!("the proxy {name} is signed with SHA-1 ({algorithm})"))
            .advice("make a new proxy with a tool that signs with SHA-256: voms-proxy-init"),
        _ => SHA1.found(format!("{name} is signed with SHA-1 ({algorithm})")),
    })
}

fn ca_as_credential(certificate: &Certificate) -> Option<Finding> {
    certificate.is_ca().then(|| {
        let name = certificate.subject.common_name();
        CA_AS_CREDENTIAL.found(format!("{name} is a CA, not a user, host or token"))
    })
}

fn any_usage(certificate: &Certificate, purpose: Purpose) -> Option<Finding> {
    let usages = certificate.extensions.extended_key_usage.as_ref()?;
    let wanted = purpose.usage()?;
    let named = usages.iter().any(|usage| usage == wanted);
    (!named).then(|| {
        let (name, purpose) = (certificate.subject.common_name(), purpose.name());
        ANY_USAGE.found(format!(
            "the extended key usage of {name} has {purpose}s pass by anyExtendedKeyUsage alone: it \
             does not name {purpose}Auth"
        ))
    })
}

fn cert_sign(certificate: &Certificate) -> Option<Finding> {
    let usage = certificate.extensions.key_usage?;
    (usage & KEY_CERT_SIGN != 0 && !certificate.is_ca()).then(|| {
        let name = certificate.subject.common_name();
        CERT_SIGN.found(format!("{name} has the key usage keyCertSign and is not a CA"))
    })
}

fn negative_serial(certificate: &Certificate) -> Option<Finding> {
    certificate.has_negative_serial().then(|| {
        let (name, serial) = (certificate.subject.common_name(), certificate.serial_hex());
        NEGATIVE_SERIAL.found(format!("{name} has a negative serial number ({serial})"))
    })
}

/// RFC 5280 §4.1.2.2.
const MAX_SERIAL_BYTES: usize = 20;

fn long_serial(certificate: &Certificate) -> Option<Finding> {
    // A leading zero byte only makes the number positive. It does not count.
    let padded = certificate.serial.len() > 1 && certificate.serial.first() == Some(&0);
    let length = certificate.serial.len() - usize::from(padded);
    let name = certificate.subject.common_name();
    (length > MAX_SERIAL_BYTES)
        .then(|| LONG_SERIAL.found(format!("{name} has a serial number of {length} bytes")))
}

fn trailing_bytes(certificate: &Certificate) -> Option<Finding> {
    let names: Vec<&str> =
        certificate.extensions.trailing.iter().map(|oid| oid::name(oid)).collect();
    let (name, names) = (certificate.subject.common_name(), names.join(", "));
    (!names.is_empty())
        .then(|| TRAILING_BYTES.found(format!("{name} has bytes after the value of {names}")))
}

fn not_der(certificate: &Certificate) -> Option<Finding> {
    let name = certificate.subject.common_name();
    certificate.is_ber.then(|| NOT_DER.found(format!("{name} is written in BER and not in DER")))
}

fn time_form(certificate: &Certificate) -> Option<Finding> {
    let name = certificate.subject.common_name();
    let message = || {
        format!("{name} has a date before 2050 as GeneralizedTime, where RFC 5280 wants UTCTime")
    };
    certificate.has_early_generalized_time().then(|| TIME_FORM.found(message()))
}

fn old_version(certificate: &Certificate) -> Option<Finding> {
    let (name, version) = (certificate.subject.common_name(), certificate.version);
    let message = || {
        format!("{name} is a certificate of X.509 version {version}, which can have no extensions")
    };
    (version < 3).then(|| OLD_VERSION.found(message()))
}

/// The extension that is ignored, and why.
pub(super) fn passed_over(certificate: &Certificate) -> Option<String> {
    let (oid, why) = certificate.extensions.passed_over.first()?;
    Some(format!("{} {why}; it is treated as absent", oid::name(oid)))
}

fn ca_key(certificate: &Certificate) -> Option<Finding> {
    let key = certificate.key.as_ref().ok()?;
    let small = matches!(key, PublicKey::Rsa { .. }) && key.bits() < 2048;
    let name = certificate.subject.common_name();
    small
        .then(|| SMALL_CA_KEY.found(format!("the CA {name} has a key of only {} bits", key.bits())))
}

fn leaf_key(certificate: &Certificate) -> Option<Finding> {
    let name = certificate.subject.common_name();
    let key = match &certificate.key {
        Ok(key) => key,
        Err(what) => {
            let message = format!("{name} has a key that certok cannot use ({what})");
            return Some(UNKNOWN_KEY.found(message));
        }
    };
    let kind = key.describe();
    match key {
        PublicKey::Ec { curve: Curve::P521, .. } => Some(
            P521_KEY.found(format!("{name} has a P-521 key, which is not supported everywhere")),
        ),
        PublicKey::Ec { .. } => {
            Some(EC_KEY.found(format!("{name} has an elliptic curve key ({kind})")))
        }
        PublicKey::Ed25519(_) => Some(ED25519_KEY.found(format!("{name} has an Ed25519 key"))),
        PublicKey::Ed448(_) | PublicKey::MlDsa { .. } => {
            let found = UNTRIED_KEY.found(format!("{name} has a key of a new kind ({kind})"));
            Some(found.as_warning())
        }
        PublicKey::Rsa { .. } if certificate.is_ca() => ca_key(certificate),
        PublicKey::Rsa { .. } => None,
    }
}
