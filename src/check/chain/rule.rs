//! The ways in which a path is refused.

use crate::report::{Exit, Rule};

macro_rules! untrusted {
    ($name:ident, $id:literal, $what:literal, $why:literal, $advice:literal, $source:literal) => {
        #[doc = concat!("The rule `", $id, "`.")]
        pub static $name: Rule = Rule {
            id: $id,
            exit: Exit::Untrusted,
            what: $what,
            why: $why,
            advice: $advice,
            source: $source,
            ..Rule::ERROR
        };
    };
}

untrusted!(
    CA_EXPIRED,
    "ca-expired",
    "a CA certificate of the path has expired",
    "everything below it is refused",
    "update the CA bundle (package update, or alien.py \
     getCAcerts); if the CA itself has not renewed, ask it",
    "RFC 5280 §6.1.3"
);

untrusted!(
    CA_NOT_YET_VALID,
    "ca-not-yet-valid",
    "a CA certificate of the path is not valid yet",
    "everything below it is refused until then",
    "check this machine's clock (date -u)",
    "RFC 5280 §6.1.3"
);

untrusted!(
    ISSUER_UNKNOWN,
    "issuer-unknown",
    "the issuer is not among the trusted CAs",
    "no path to a trust anchor can be built",
    "install or update the CA bundle (the IGTF \
     packages), or use export X509_CERT_DIR=/cvmfs/alice.cern.ch/etc/grid-security/certificates",
    "RFC 5280 §6.1; Globus, globus_gsi_callback.c"
);

untrusted!(
    INTERMEDIATE_MISSING,
    "intermediate-missing",
    "an intermediate CA is missing: neither in the file nor in the CA directory",
    "without it the path cannot be built, although its root may be trusted",
    "get the intermediate from the CA and append it to the certificate file: cat intermediate.pem \
     >> usercert.pem",
    "RFC 5246 §7.4.2; xrootd issue 2295"
);

untrusted!(
    SELF_SIGNED,
    "self-signed",
    "the certificate is self-signed and not a trusted CA",
    "no grid service accepts it",
    "request a certificate from an IGTF CA (ALICE: https://ca.cern.ch)",
    "Globus, globus_gsi_callback.c"
);

untrusted!(
    BAD_SIGNATURE,
    "bad-signature",
    "the signature does not verify",
    "the certificate was altered or damaged after it was signed",
    "copy the certificate again; if \
     that does not help, ask the CA to issue it again",
    "RFC 5280 §6.1.3"
);

untrusted!(
    CA_OTHER_KEY,
    "ca-other-key",
    "the CA is trusted under this name, but with another key",
    "the CA was re-keyed, and the directory holds the other generation, or it is an impostor",
    "update the CA bundle",
    "RFC 5280 §6.1.3; openssl issue 3988"
);

untrusted!(
    ISSUER_ID,
    "issuer-id-differs",
    "the authority key identifier is not that of the issuer",
    "OpenSSL looks for an issuer with that identifier, finds none, and says \"unable to get local \
     issuer certificate\"",
    "update the CA bundle, if the CA has another certificate of that name; else ask the CA to issue \
     it again",
    "RFC 5280 §4.2.1.1; OpenSSL, X509_V_ERR_AKID_SKID_MISMATCH"
);
untrusted!(
    NOT_CA,
    "not-a-ca",
    "the issuer is not a CA",
    "only certificates with basicConstraints CA:TRUE may issue others",
    "request the certificate from a real CA",
    "RFC 5280 §4.2.1.9"
);

untrusted!(
    NO_CERT_SIGN,
    "no-cert-sign",
    "the issuing CA's key usage lacks keyCertSign",
    "it may not sign certificates",
    "ask the CA to issue its own certificate again",
    "RFC 5280 §4.2.1.3"
);

untrusted!(
    PATH_LENGTH,
    "path-length",
    "the path length constraint of a CA is exceeded",
    "there are more CAs below it than it allows",
    "ask the CA for a correct chain",
    "RFC 5280 §4.2.1.9"
);

untrusted!(
    TOO_DEEP,
    "too-deep",
    "the path is longer than --max-depth allows",
    "the search stops there",
    "raise --max-depth if the chain is really that long",
    "the option --max-depth"
);

untrusted!(
    CRITICAL,
    "unknown-critical-extension",
    "a critical extension is unknown",
    "software must refuse what it does not understand and is marked critical",
    "ask the CA to mark the extension as not critical",
    "RFC 5280 §4.2"
);

untrusted!(
    EXTENSION,
    "malformed-extension",
    "an extension is malformed",
    "its meaning cannot be known, so the certificate is refused",
    "ask the CA to issue it again",
    "RFC 5280 §4.2"
);

untrusted!(
    FORBIDDEN,
    "forbidden-algorithm",
    "the signature algorithm is broken",
    "MD5 and ECDSA with SHA-1 signatures can be forged; current TLS libraries reject them (\"ca md \
     too weak\")",
    "request a new certificate",
    "RFC 6151; SSL_CTX_set_security_level(3)"
);

untrusted!(
    UNSUPPORTED,
    "unsupported-algorithm",
    "the algorithm is one that certok cannot verify",
    "an unverified signature is not trusted",
    "request a certificate with RSA or ECDSA and SHA-256",
    "a limit of certok"
);

untrusted!(
    ALGORITHM_DIFFERS,
    "algorithm-differs",
    "the algorithm inside the certificate differs from the one outside",
    "they must be the same: it was altered or made by faulty software",
    "ask the CA to issue it again",
    "RFC 5280 §4.1.1.2"
);

untrusted!(
    KEY_TOO_SMALL,
    "key-too-small",
    "the key is too small",
    "OpenSSL at its default security level of today's systems refuses it (\"ee key too small\")",
    "request a new certificate with a key of 2048 bits or more",
    "SSL_CTX_set_security_level(3)"
);

untrusted!(
    TRUST_REJECTED,
    "trust-rejected",
    "OpenSSL trust settings in the CA file reject this use",
    "a TRUSTED CERTIFICATE block can restrict what its CA is trusted for",
    "an administrator restricted this CA on purpose, or by mistake: openssl x509 -in FILE -text \
     shows the settings",
    "X509_check_trust(3)"
);

/// The leaf may not be used for this.
pub static PURPOSE: Rule = Rule {
    id: "wrong-purpose",
    exit: Exit::Mismatch,
    what: "the extended key usage does not allow the purpose",
    why: "servers say \"unsupported certificate purpose\"; public CAs stopped issuing clientAuth \
          in 2025 and 2026",
    advice: "request a certificate with the extended key usage clientAuth (an IGTF profile)",
    source: "RFC 5280 §4.2.1.12",
    ..Rule::ERROR
};

/// The leaf may not sign.
pub static KEY_USAGE: Rule = Rule {
    id: "no-digital-signature",
    exit: Exit::Mismatch,
    what: "the key usage lacks digitalSignature",
    why: "TLS client authentication is a signature; servers refuse the certificate",
    advice: "use your signing or authentication certificate, not the one for encryption",
    source: "RFC 5280 §4.2.1.3; RFC 8446 §4.4.2.2",
    ..Rule::ERROR
};

/// The search ended early.
pub static EXHAUSTED: Rule = Rule {
    id: "search-limit",
    exit: Exit::Undecided,
    what: "the search for a path reached a limit",
    why: "a CA directory with very many certificates of one name makes the search explode",
    advice: "remove needless certificates and CRLs from the file or the CA directory",
    source: "a limit of certok",
    ..Rule::ERROR
};

/// webpki says no.
pub static SECOND_OPINION: Rule = Rule {
    id: "rustls-refuses",
    what: "services built on rustls refuse this path",
    why: "webpki, the verifier of rustls, is stricter in places",
    advice: "",
    refused_by: &["rustls"],
    source: "rustls-webpki",
    ..Rule::INFO
};

/// Rules of this file.
pub static RULES: &[&Rule] = &[
    &CA_EXPIRED,
    &CA_NOT_YET_VALID,
    &ISSUER_UNKNOWN,
    &INTERMEDIATE_MISSING,
    &SELF_SIGNED,
    &BAD_SIGNATURE,
    &CA_OTHER_KEY,
    &ISSUER_ID,
    &NOT_CA,
    &NO_CERT_SIGN,
    &PATH_LENGTH,
    &TOO_DEEP,
    &CRITICAL,
    &EXTENSION,
    &FORBIDDEN,
    &UNSUPPORTED,
    &ALGORITHM_DIFFERS,
    &KEY_TOO_SMALL,
    &TRUST_REJECTED,
    &PURPOSE,
    &KEY_USAGE,
    &EXHAUSTED,
    &SECOND_OPINION,
];
