//! The rules about paths.

use crate::check::rules;
use crate::consumer::RUSTLS;

rules! {
    step: Chain;
    CA_EXPIRED: ERROR, Untrusted {
        id: "ca-expired",
        what: "a CA certificate of the path has expired",
        why: "everything below it is refused",
        advice: "update the CA bundle (package update, or alien.py getCAcerts); if the CA itself \
                 has not renewed, ask it",
        source: "RFC 5280 §6.1.3",
    }
    CA_NOT_YET_VALID: ERROR, Untrusted {
        id: "ca-not-yet-valid",
        what: "a CA certificate of the path is not valid yet",
        why: "everything below it is refused until then",
        advice: "check this machine's clock (date -u)",
        source: "RFC 5280 §6.1.3",
    }
    ISSUER_UNKNOWN: ERROR, Untrusted {
        id: "issuer-unknown",
        what: "the issuer is not among the trusted CAs",
        why: "no path to a trust anchor can be built",
        advice: "install or update the CA bundle (the IGTF packages), or export X509_CERT_DIR \
                 with a directory that has this CA (ALICE: \
                 /cvmfs/alice.cern.ch/etc/grid-security/certificates)",
        source: "RFC 5280 §6.1; Globus, globus_gsi_callback.c",
    }
    INTERMEDIATE_MISSING: ERROR, Untrusted {
        id: "intermediate-missing",
        what: "an intermediate CA is missing: neither in the file nor in the CA directory",
        why: "without it the path cannot be built, although its root may be trusted",
        advice: "get the intermediate from the CA and append it to the certificate file: cat \
                 intermediate.pem >> usercert.pem",
        source: "RFC 5246 §7.4.2; xrootd issue 2295",
    }
    SELF_SIGNED: ERROR, Untrusted {
        id: "self-signed",
        what: "the certificate is self-signed and not a trusted CA",
        why: "no grid service accepts it",
        advice: "request a certificate from an IGTF CA (ALICE: https://ca.cern.ch)",
        source: "Globus, globus_gsi_callback.c",
    }
    BAD_SIGNATURE: ERROR, Untrusted {
        id: "bad-signature",
        what: "the signature does not verify",
        why: "the certificate was altered or damaged after it was signed",
        advice: "copy the certificate again; if that does not help, ask the CA to issue it again",
        source: "RFC 5280 §6.1.3",
    }
    CA_OTHER_KEY: ERROR, Untrusted {
        id: "ca-other-key",
        what: "the CA is trusted under this name, but with another key",
        why: "the CA was re-keyed, and the directory holds the other generation, or it is an \
              impostor",
        advice: "update the CA bundle",
        source: "RFC 5280 §6.1.3; openssl issue 3988",
    }
    ISSUER_ID: ERROR, Untrusted {
        id: "issuer-id-differs",
        what: "the authority key identifier is not that of the issuer",
        why: "OpenSSL looks for an issuer with that identifier, finds none, and says \"unable to \
              get local issuer certificate\"",
        advice: "update the CA bundle, if the CA has another certificate of that name; else ask \
                 the CA to issue it again",
        source: "RFC 5280 §4.2.1.1; OpenSSL, X509_V_ERR_AKID_SKID_MISMATCH",
    }
    NOT_CA: ERROR, Untrusted {
        id: "not-a-ca",
        what: "the issuer is not a CA",
        why: "only certificates with basicConstraints CA:TRUE may issue others",
        advice: "request the certificate from a real CA",
        source: "RFC 5280 §4.2.1.9",
    }
    NO_CERT_SIGN: ERROR, Untrusted {
        id: "no-cert-sign",
        what: "the issuing CA's key usage lacks keyCertSign",
        why: "it may not sign certificates",
        advice: "ask the CA to issue its own certificate again",
        source: "RFC 5280 §4.2.1.3",
    }
    PATH_LENGTH: ERROR, Untrusted {
        id: "path-length",
        what: "the path length constraint of a CA is exceeded",
        why: "there are more CAs below it than it allows",
        advice: "ask the CA for a correct chain",
        source: "RFC 5280 §4.2.1.9",
    }
    TOO_DEEP: ERROR, Untrusted {
        id: "too-deep",
        what: "the path is longer than --max-depth allows",
        why: "the search stops there",
        advice: "raise --max-depth if the chain is really that long",
        source: "the option --max-depth",
    }
    CRITICAL: ERROR, Untrusted {
        id: "unknown-critical-extension",
        what: "a critical extension is unknown",
        why: "software must refuse what it does not understand and is marked critical",
        advice: "ask the CA to mark the extension as not critical",
        source: "RFC 5280 §4.2",
    }
    EXTENSION: ERROR, Untrusted {
        id: "malformed-extension",
        what: "an extension is malformed",
        why: "its meaning cannot be known, so the certificate is refused",
        advice: "ask the CA to issue it again",
        source: "RFC 5280 §4.2",
    }
    FORBIDDEN: ERROR, Untrusted {
        id: "forbidden-algorithm",
        what: "the signature algorithm is broken",
        why: "MD5 and ECDSA with SHA-1 signatures can be forged; current TLS libraries reject them \
              (\"ca md too weak\")",
        advice: "request a new certificate",
        source: "RFC 6151; SSL_CTX_set_security_level(3)",
    }
    EXPLICIT_CURVE: ERROR, Untrusted {
        id: "ec-explicit-parameters",
        what: "an EC key gives the parameters of its curve instead of the curve's name",
        why: "OpenSSL 3 and Java refuse such certificates (RFC 5480 forbids them); older software reads \
              them",
        advice: "make a key with a named curve (openssl ecparam -param_enc named_curve) and request a new \
                 certificate",
        source: "RFC 5480 §2.1.1; OpenSSL 3, X509_V_ERR_EC_KEY_EXPLICIT_PARAMS; CVE-2020-0601",
    }
    UNSUPPORTED: ERROR, Undecided {
        id: "unsupported-algorithm",
        what: "the algorithm is one that certok cannot verify",
        why: "a signature that was not verified says nothing",
        advice: "request a certificate with RSA or ECDSA and SHA-256",
        source: "a limit of certok",
    }
    ALGORITHM_DIFFERS: ERROR, Untrusted {
        id: "algorithm-differs",
        what: "the algorithm inside the certificate differs from the one outside",
        why: "they must be the same: it was altered or made by faulty software",
        advice: "ask the CA to issue it again",
        source: "RFC 5280 §4.1.1.2",
    }
    KEY_TOO_SMALL: ERROR, Untrusted {
        id: "key-too-small",
        what: "the key is too small",
        why: "OpenSSL at its default security level of today's systems refuses it (\"ee key too \
              small\")",
        advice: "request a new certificate with a key of 2048 bits or more",
        source: "SSL_CTX_set_security_level(3)",
    }
    TRUST_REJECTED: ERROR, Untrusted {
        id: "trust-rejected",
        what: "OpenSSL trust settings in the CA file reject this use",
        why: "a TRUSTED CERTIFICATE block can restrict what its CA is trusted for",
        advice: "an administrator restricted this CA on purpose, or by mistake: openssl x509 -in \
                 FILE -text shows the settings",
        source: "X509_check_trust(3)",
    }
    PURPOSE: ERROR, Mismatch {
        id: "wrong-purpose",
        what: "the extended key usage does not allow the purpose",
        why: "servers say \"unsupported certificate purpose\"; public CAs stopped issuing \
              clientAuth in 2025 and 2026",
        advice: "request a certificate with the extended key usage clientAuth (an IGTF profile)",
        source: "RFC 5280 §4.2.1.12",
    }
    SERVER_ONLY: WARN {
        id: "server-only",
        what: "the host certificate cannot act as a client",
        why: "public CAs stopped issuing clientAuth in 2025 and 2026; servers refuse a host that \
              connects to them with such a certificate, as HTCondor daemons and third-party \
              copies do",
        advice: "nothing, if the host is a server alone; else ask its CA for the extended key usage \
                 clientAuth too",
        source: "RFC 5280 §4.2.1.12",
    }
    KEY_USAGE: ERROR, Mismatch {
        id: "no-digital-signature",
        what: "the key usage lacks digitalSignature",
        why: "TLS client authentication is a signature; servers refuse the certificate",
        advice: "use your signing or authentication certificate, not the one for encryption",
        source: "RFC 5280 §4.2.1.3; RFC 8446 §4.4.2.2",
    }
    EXHAUSTED: ERROR, Undecided {
        id: "search-limit",
        what: "the search for a path reached a limit",
        why: "a CA directory with very many certificates of one name makes the search explode",
        advice: "remove needless certificates and CRLs from the file or the CA directory",
        source: "a limit of certok",
    }
    SECOND_OPINION: INFO {
        id: "rustls-refuses",
        what: "services built on rustls refuse this path",
        why: "webpki, the verifier of rustls, is stricter in places",
        refused_by: [RUSTLS],
        source: "rustls-webpki",
    }
}
