//! The rules about revocation lists.

use crate::report::{Exit, Rule};

/// Revoked.
pub static REVOKED: Rule = Rule {
    id: "revoked",
    exit: Exit::Revoked,
    what: "the CA has revoked the certificate",
    why: "services that look at CRLs refuse it for good: Globus, VOMS, canl, and OpenSSL with \
          -crl_check; alien.py, ARC and XRootD clients do not notice",
    advice: "request a new certificate; if you did not ask for the revocation, ask your CA why",
    refused_by: &["Globus", "VOMS", "canl", "OpenSSL with -crl_check"],
    source: "RFC 5280 §6.3.3",
    ..Rule::ERROR
};

/// A root on its own list.
pub static ROOT: Rule = Rule {
    id: "root-on-own-crl",
    what: "the CRL of a root CA names the root itself",
    why: "no list can take back the trust in a root, and most software asks none about it; OpenSSL \
          before 3.6 does where it looks at the CRLs of CAs",
    advice: "the CA has ended itself: ask it for a certificate from its successor, and see whether a \
             newer CA bundle still has it",
    refused_by: &["OpenSSL with -crl_check_all (before 3.6)"],
    source: "RFC 5280 §6.1, §6.3; OpenSSL, x509_vfy.c, check_revocation",
    ..Rule::WARN
};

/// A list past its end.
pub static EXPIRED: Rule = Rule {
    id: "crl-expired",
    what: "a CRL has expired",
    why: "Globus: \"Invalid CRL: The available CRL has expired\"; VOMS: \"outdated CRL found, \
          revoking all certs till you get new CRL\"",
    advice: "whoever looks after this CA directory runs fetch-crl, and sees that its timer does: \
             systemctl enable --now fetch-crl.timer",
    refused_by: &["Globus", "VOMS", "canl", "OpenSSL with -crl_check"],
    source: "RFC 5280 §5.1.2.5; Globus, globus_gsi_callback.c",
    ..Rule::ERROR
};

/// A list from the future.
pub static NOT_YET_VALID: Rule = Rule {
    id: "crl-not-yet-valid",
    what: "a CRL is from the future",
    why: "Globus: \"The available CRL is not yet valid\"; most often a clock is wrong",
    advice: "check this machine's clock (date -u) and its time service; if the clock is right, run \
             fetch-crl again",
    refused_by: &["Globus", "OpenSSL with -crl_check"],
    source: "RFC 5280 §5.1.2.4; Globus, globus_gsi_callback.c",
    ..Rule::ERROR
};

/// A list that its CA did not sign.
pub static BAD_SIGNATURE: Rule = Rule {
    id: "crl-bad-signature",
    what: "the signature of a CRL does not verify with its CA's key",
    why: "OpenSSL: \"CRL signature failure\"; VOMS: \"invalid signature on a CRL\"",
    advice: "update the CA bundle, if the CA was re-keyed, and run fetch-crl",
    refused_by: &["Globus", "VOMS", "canl", "OpenSSL with -crl_check"],
    source: "RFC 5280 §6.3.3 (g)",
    ..Rule::ERROR
};

/// No list where there should be one.
pub static CORRUPT: Rule = Rule {
    id: "crl-corrupt",
    what: "a CRL file is empty, damaged, or no CRL",
    why: "what the CA revoked cannot be known: some versions of Globus refuse all its certificates, \
          others, and VOMS and canl, take a revoked one without a word",
    advice: "see that the disk is not full, have the file removed, and run fetch-crl again",
    refused_by: &["OpenSSL with -crl_check", "some versions of Globus"],
    source: "RFC 5280 §5.1; grid-proxy-init 7.3 takes it for no CRL",
    ..Rule::ERROR
};

/// A list of a CA that may not make any.
pub static NO_CRL_SIGN: Rule = Rule {
    id: "crl-not-allowed",
    what: "the CA's key usage does not allow it to sign CRLs",
    why: "its CRL counts for nothing, and nothing else says what it revoked",
    advice: "ask the CA to issue its own certificate again, with cRLSign",
    refused_by: &["OpenSSL with -crl_check", "rustls"],
    source: "RFC 5280 §6.3.3 (f)",
    ..Rule::ERROR
};

/// A broken algorithm.
pub static FORBIDDEN: Rule = Rule {
    id: "crl-forbidden-algorithm",
    what: "a CRL is signed with a broken algorithm",
    why: "MD5 and ECDSA with SHA-1 signatures can be forged: the list may be anybody's",
    advice: "ask the CA for a CRL signed with SHA-256, and run fetch-crl",
    source: "RFC 6151; SSL_CTX_set_security_level(3)",
    ..Rule::ERROR
};

/// A list that cannot be read.
pub static UNREADABLE: Rule = Rule {
    id: "crl-unreadable",
    exit: Exit::Undecided,
    what: "a CRL is there and cannot be read",
    why: "what it revokes cannot be told; Globus refuses",
    advice: "have the file made readable (chmod a+r), or its link repaired, or run fetch-crl again",
    refused_by: &["Globus"],
    source: "Globus, globus_gsi_callback.c",
    ..Rule::ERROR
};

/// A list that certok does not understand.
pub static UNSUPPORTED: Rule = Rule {
    id: "crl-unsupported",
    exit: Exit::Undecided,
    what: "a CRL has something that certok does not understand",
    why: "a list that is not understood must not be used, and may revoke the certificate",
    advice: "ask another tool: openssl verify -crl_check -extended_crl",
    source: "RFC 5280 §5.2",
    ..Rule::ERROR
};

/// None there.
pub static MISSING: Rule = Rule {
    id: "crl-missing",
    exit: Exit::Undecided,
    what: "there is no CRL of a CA",
    why: "whether the CA revoked the certificate cannot be told; most tools accept that",
    advice: "run fetch-crl, or have it run, and see that its timer does: systemctl enable --now \
             fetch-crl.timer",
    refused_by: &["OpenSSL with -crl_check"],
    source: "RFC 5280 §6.3.3; the option --crl",
    ..Rule::ERROR
};

/// About others.
pub static SCOPE: Rule = Rule {
    id: "crl-scope",
    exit: Exit::Undecided,
    what: "the CRLs of the CA do not cover the certificate",
    why: "they are about other certificates or some reasons only, or hold only changes",
    advice: "get the CRL that the certificate names (certok cert-info --json: crl_urls)",
    refused_by: &["OpenSSL with -crl_check", "rustls"],
    source: "RFC 5280 §5.2.4, §5.2.5",
    ..Rule::ERROR
};

/// It ends too soon.
pub static ENDS_SOON: Rule = Rule {
    id: "crl-expires-soon",
    what: "a CRL ends soon, or before the time asked for",
    why: "if fetch-crl does not bring a new one until then, every certificate of the CA is refused",
    advice: "see that fetch-crl runs: systemctl status fetch-crl.timer",
    refused_by: &["Globus", "VOMS", "canl", "OpenSSL with -crl_check"],
    source: "RFC 5280 §5.1.2.5; the option --for",
    ..Rule::WARN
};

/// RSA with SHA-1.
pub static SHA1: Rule = Rule {
    id: "crl-sha1-signature",
    what: "a CRL is signed with SHA-1",
    why: "EL9 and OpenSSL at security level 2 refuse SHA-1 signatures, rustls any",
    advice: "ask the CA for a CRL signed with SHA-256",
    refused_by: &["EL9", "OpenSSL at security level 2", "rustls"],
    source: "RHEL 9 crypto policies; SSL_CTX_set_security_level(3)",
    ..Rule::WARN
};

/// DER.
pub static DER: Rule = Rule {
    id: "crl-is-der",
    what: "a CRL is binary DER, where tools look for PEM",
    why: "some versions of Globus refuse all certificates of the CA, others, and VOMS, do not see what \
          it revokes",
    advice: "have it converted to PEM: openssl crl -inform DER -in FILE",
    refused_by: &["OpenSSL with -crl_check", "some versions of Globus"],
    source: "X509_load_crl_file(3); grid-proxy-init 7.3 takes it for no CRL",
    ..Rule::WARN
};

/// No nextUpdate.
pub static NO_END: Rule = Rule {
    id: "crl-no-next-update",
    what: "a CRL does not say when the next one is due",
    why: "how old it may be cannot be told; it counts all the same",
    advice: "",
    source: "RFC 5280 §5.1.2.5",
    ..Rule::INFO
};

/// Rules of this file.
pub static RULES: &[&Rule] = &[
    &REVOKED,
    &ROOT,
    &EXPIRED,
    &NOT_YET_VALID,
    &BAD_SIGNATURE,
    &CORRUPT,
    &NO_CRL_SIGN,
    &FORBIDDEN,
    &UNREADABLE,
    &UNSUPPORTED,
    &MISSING,
    &SCOPE,
    &ENDS_SOON,
    &SHA1,
    &DER,
    &NO_END,
];
