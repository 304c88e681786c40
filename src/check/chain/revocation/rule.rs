//! The rules about revocation lists.

use crate::check::rules;
use crate::consumer::{CANL, EL9, GLOBUS, OPENSSL, RUSTLS, VOMS};

rules! {
    step: Crl;
    REVOKED: ERROR, Revoked {
        id: "revoked",
        what: "the CA has revoked the certificate",
        why: "services that look at CRLs refuse it permanently: Globus, VOMS, canl, and OpenSSL \
              with -crl_check; alien.py, ARC and XRootD clients do not notice",
        advice: "request a new certificate; if you did not ask for the revocation, ask your CA why",
        refused_by: [GLOBUS, VOMS, CANL, OPENSSL.when("with -crl_check")],
        source: "RFC 5280 §6.3.3",
    }
    ROOT: WARN {
        id: "root-on-own-crl",
        what: "the CRL of a root CA names the root itself",
        why: "a CRL cannot revoke a root, and most software does not look for it there; \
              OpenSSL before 3.6 does where it looks at the CRLs of CAs",
        advice: "the CA has closed itself: ask it for a certificate from its successor, and see \
                 whether a newer CA bundle still has it",
        refused_by: [OPENSSL.when("with -crl_check_all").before("3.6")],
        source: "RFC 5280 §6.1, §6.3; OpenSSL, x509_vfy.c, check_revocation",
    }
    EXPIRED: ERROR {
        id: "crl-expired",
        what: "a CRL has expired",
        why: "Globus: \"Invalid CRL: The available CRL has expired\"; VOMS: \"outdated CRL found, \
              revoking all certs till you get new CRL\"",
        advice: "the administrator of this CA directory must run fetch-crl, and enable its \
                 timer: systemctl enable --now fetch-crl.timer",
        refused_by: [GLOBUS, VOMS, CANL, OPENSSL.when("with -crl_check")],
        source: "RFC 5280 §5.1.2.5; Globus, globus_gsi_callback.c",
    }
    NOT_YET_VALID: ERROR {
        id: "crl-not-yet-valid",
        what: "a CRL is from the future",
        why: "Globus: \"The available CRL is not yet valid\"; most often a clock is wrong",
        advice: "check this machine's clock (date -u) and its time service; if the clock is right, \
                 run fetch-crl again",
        refused_by: [GLOBUS, OPENSSL.when("with -crl_check")],
        source: "RFC 5280 §5.1.2.4; Globus, globus_gsi_callback.c",
    }
    BAD_SIGNATURE: ERROR {
        id: "crl-bad-signature",
        what: "the signature of a CRL does not verify with its CA's key",
        why: "OpenSSL: \"CRL signature failure\"; VOMS: \"invalid signature on a CRL\"",
        advice: "update the CA bundle, if the CA was re-keyed, and run fetch-crl",
        refused_by: [GLOBUS, VOMS, CANL, OPENSSL.when("with -crl_check")],
        source: "RFC 5280 §6.3.3 (g)",
    }
    CORRUPT: ERROR {
        id: "crl-corrupt",
        what: "a CRL file is empty, damaged, or no CRL",
        why: "what the CA revoked cannot be known: some versions of Globus refuse all its \
              certificates, others, and VOMS and canl, accept a revoked one without a message",
        advice: "see that the disk is not full, have the file removed, and run fetch-crl again",
        refused_by: [OPENSSL.when("with -crl_check"), GLOBUS.some_versions()],
        source: "RFC 5280 §5.1; grid-proxy-init 7.3 does not recognize it as a CRL",
    }
    NO_CRL_SIGN: ERROR {
        id: "crl-not-allowed",
        what: "the CA's key usage does not allow it to sign CRLs",
        why: "its CRL cannot be used, and nothing else says what it revoked",
        advice: "ask the CA to issue its own certificate again, with cRLSign",
        refused_by: [OPENSSL.when("with -crl_check"), RUSTLS],
        source: "RFC 5280 §6.3.3 (f)",
    }
    FORBIDDEN: ERROR {
        id: "crl-forbidden-algorithm",
        what: "a CRL is signed with a broken algorithm",
        why: "MD5 and ECDSA with SHA-1 signatures can be forged: anybody may have made the list",
        advice: "ask the CA for a CRL signed with SHA-256, and run fetch-crl",
        source: "RFC 6151; SSL_CTX_set_security_level(3)",
    }
    UNREADABLE: ERROR, Undecided {
        id: "crl-unreadable",
        what: "a CRL is there and cannot be read",
        why: "it is not known what it revokes; Globus refuses",
        advice: "have the file made readable (chmod a+r), or its link repaired, or run fetch-crl \
                 again",
        refused_by: [GLOBUS],
        source: "Globus, globus_gsi_callback.c",
    }
    UNSUPPORTED: ERROR, Undecided {
        id: "crl-unsupported",
        what: "a CRL has something that certok does not understand",
        why: "a list that is not understood must not be used, and may revoke the certificate",
        advice: "ask another tool: openssl verify -crl_check -extended_crl",
        source: "RFC 5280 §5.2",
    }
    MISSING: ERROR, Undecided {
        id: "crl-missing",
        what: "there is no CRL of a CA",
        why: "it is not known whether the CA revoked the certificate; most tools accept that",
        advice: "run fetch-crl, or have it run, and see that its timer does: systemctl enable \
                 --now fetch-crl.timer",
        refused_by: [OPENSSL.when("with -crl_check")],
        source: "RFC 5280 §6.3.3; the option --crl",
    }
    SCOPE: ERROR, Undecided {
        id: "crl-scope",
        what: "the CRLs of the CA do not cover the certificate",
        why: "they are about other certificates or some reasons only, or hold only changes",
        advice: "get the CRL that the certificate names (certok cert-info --json: crl_urls)",
        refused_by: [OPENSSL.when("with -crl_check"), RUSTLS],
        source: "RFC 5280 §5.2.4, §5.2.5",
    }
    ENDS_SOON: WARN {
        id: "crl-expires-soon",
        what: "a CRL ends soon, or before the time asked for",
        why: "if fetch-crl does not bring a new one until then, every certificate of the CA is \
              refused",
        advice: "see that fetch-crl runs: systemctl status fetch-crl.timer",
        refused_by: [GLOBUS, VOMS, CANL, OPENSSL.when("with -crl_check")],
        source: "RFC 5280 §5.1.2.5; the option --for",
    }
    SHA1: WARN {
        id: "crl-sha1-signature",
        what: "a CRL is signed with SHA-1",
        why: "EL9 and OpenSSL at security level 2 refuse SHA-1 signatures, rustls any",
        advice: "ask the CA for a CRL signed with SHA-256",
        refused_by: [EL9, OPENSSL.when("at security level 2"), RUSTLS],
        source: "RHEL 9 crypto policies; SSL_CTX_set_security_level(3)",
    }
    DER: WARN {
        id: "crl-is-der",
        what: "a CRL is binary DER, where tools look for PEM",
        why: "some versions of Globus refuse all certificates of the CA, others, and VOMS, do not \
              see what it revokes",
        advice: "have it converted to PEM: openssl crl -inform DER -in FILE",
        refused_by: [OPENSSL.when("with -crl_check"), GLOBUS.some_versions()],
        source: "X509_load_crl_file(3); grid-proxy-init 7.3 does not recognize it as a CRL",
    }
    NO_END: INFO {
        id: "crl-no-next-update",
        what: "a CRL does not say when the next one is due",
        why: "it is not known how old it may be; it is used all the same",
        source: "RFC 5280 §5.1.2.5",
    }
}
