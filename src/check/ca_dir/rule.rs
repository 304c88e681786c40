//! Rules of the audit of a CA directory. No verification of a single path would show these faults.

use crate::check::rules;
use crate::consumer::{
    ALIEN_PY, CANL_JAVA, CURL, GLOBUS, GNUTLS, GO, JALIEN, OPENSSL, RUSTLS, XROOTD,
};

rules! {
    EXPIRES_SOON: WARN {
        id: "ca-expires-soon",
        what: "a CA certificate expires within 90 days",
        why: "from then on every certificate of this CA is refused",
        advice: "update the CA bundle once the CA has renewed: the distribution's CA packages, or \
                 alien.py getCAcerts",
        source: "RFC 5280 §6.1.3; IGTF releases renew CAs months ahead",
    }
    NO_AUTHORITY: WARN {
        id: "ca-dir-not-a-ca",
        what: "a certificate in the CA directory is not a CA's",
        why: "it can issue nothing; OpenSSL trusts it as itself alone",
        advice: "take it out, if nothing trusts that one host or user on purpose",
        source: "RFC 5280 §4.2.1.9; OpenSSL, check_ca",
    }
    VERSION_1: INFO {
        id: "ca-version-1",
        what: "a root CA's certificate is of version 1, which cannot say that it is a CA's",
        why: "OpenSSL, Globus and Java accept it as a root",
        source: "RFC 5280 §6.1.4 (k); OpenSSL, check_ca",
    }
    PARENT_MISSING: ERROR, Stale {
        id: "ca-parent-missing",
        what: "the CA above a subordinate CA is not in the directory",
        why: "no path from its certificates leads to a root: OpenSSL and Globus refuse all of them",
        advice: "install the parent's package, or update the CA bundle",
        source: "RFC 5280 §6.1; OpenSSL, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    }
    PARENT_OTHER_KEY: ERROR, Stale {
        id: "ca-parent-other-key",
        what: "the CA above a subordinate CA is in the directory, but with another key",
        why: "no path from its certificates leads to a root: releases of different age were mixed, \
              or one of the two is an impostor",
        advice: "install both from one release of the CA bundle",
        source: "RFC 5280 §6.1.3; openssl issue 3988",
    }
    SIGNATURE: ERROR, Stale {
        id: "ca-signature-wrong",
        what: "a CA certificate's signature does not verify",
        why: "it was altered or damaged after it was signed. No other software checks this for a \
              root, so a false one would be trusted",
        advice: "reinstall the CA package that holds it, and find out who changed it",
        source: "RFC 5280 §6.1.3; openssl-verification-options(1), -check_ss_sig",
    }
    REKEYED: INFO {
        id: "ca-two-keys",
        what: "a CA is there twice, with two keys",
        why: "while a CA changes its key both belong there; JAliEn reads <hash>.0 alone",
        source: "RFC 4210 §4.4; openssl issue 3988; JAliEn, JAKeyStore",
    }
    EXPIRED_FIRST: WARN {
        id: "ca-expired-first",
        what: "the first certificate of a CA under its hash has expired, and a valid one is behind it",
        why: "OpenSSL, Globus, Go and Java take the one that is valid; XRootD (GSI) and JAliEn read \
              <hash>.0 alone",
        advice: "have the expired certificate removed, and the links made anew: openssl rehash -compat",
        refused_by: [JALIEN, XROOTD.when("GSI")],
        source: "XRootD 5.8, XrdSecProtocolgsi.cc, GetCApath; JAliEn, JAKeyStore",
    }
    SAME_SERIAL: WARN {
        id: "ca-same-serial",
        what: "two certificates of one CA have the same serial number and different keys",
        why: "an issuer never gives a serial number twice: one of the two may be an impostor",
        advice: "compare their fingerprints with those that the CA publishes",
        source: "RFC 5280 §4.1.2.2",
    }
    DUPLICATE: INFO {
        id: "ca-duplicate",
        what: "a CA certificate is in several files",
        why: "nothing fails, but an update that replaces one of them leaves the others as they \
              were",
        source: "practice of IGTF releases, whose hash names are links",
    }
    INDEX_TWICE: INFO {
        id: "ca-index-twice",
        what: "a CA certificate has two numbers under one hash",
        why: "nothing fails, it is read twice",
        source: "X509_LOOKUP_hash_dir(3)",
    }
    SEVERAL: ERROR, Stale {
        id: "ca-several-in-file",
        what: "a CA certificate comes after another one in a file with a hash name",
        why: "OpenSSL comes upon it only when the first one was asked for before, canl-java reads \
              the first alone, and openssl rehash skips such files",
        advice: "put each certificate into a file of its own: openssl rehash makes the links then",
        refused_by: [CANL_JAVA, OPENSSL.when(", if asked for it first")],
        source: "OpenSSL, X509_load_cert_file; canl-java, LazyOpensslTrustAnchorStoreImpl; \
                 openssl-rehash(1)",
    }
    PRIVATE_KEY: ERROR, Stale {
        id: "ca-dir-private-key",
        what: "a private key is in the CA directory",
        why: "the directory is public and is copied around; anyone who can read the key can act as \
              its owner",
        advice: "move it out; if others could read it, have its certificate revoked",
        source: "RFC 5280 §9",
    }
    TRUSTED_LABEL: WARN {
        id: "ca-trusted-label",
        what: "a CA certificate is in a TRUSTED CERTIFICATE block",
        why: "only OpenSSL reads this form of its own",
        advice: "write it as a plain certificate: openssl x509 -in FILE -out NEW",
        refused_by: [CANL_JAVA.called("Java (canl)"), GO.when("services"), GNUTLS, RUSTLS],
        source: "openssl-x509(1), -trustout",
    }
    LINK_OUTSIDE: INFO {
        id: "ca-link-outside",
        what: "links lead out of the CA directory",
        why: "a copy of the directory, or a container that mounts it alone, has nothing behind \
              them",
        source: "symlink(7); Debian's ca-certificates and igtf-policy packages are laid out so",
    }
    LIMIT: ERROR, Undecided {
        id: "ca-dir-limit",
        what: "the CA directory has more names than are looked at",
        why: "what is wrong with the rest is not known",
        advice: "the largest real ones have some thousand names: find out what filled it",
        source: "a limit of certok",
    }
    WORK: ERROR, Undecided {
        id: "ca-dir-work",
        what: "the CA directory needs more work than the limit allows",
        why: "many certificates of one name, very large keys and very large lists are how hostile \
              files make validators slow; what is wrong with the rest is not known",
        advice: "the largest real CA has three certificates of one name: find out what filled it",
        source: "a limit of certok",
    }
    NO_ALIEN: INFO {
        id: "ca-dir-no-alien",
        what: "the AliEn CA, which issues JAliEn tokens, is not in the CA directory",
        why: "JAliEn tokens cannot be verified against it; the IGTF does not distribute that CA",
        source: "alisw/alien-cas, alien-ca/AliEn2-CA.pem",
    }
    NO_POLICIES: WARN {
        id: "ca-dir-no-policies",
        what: "no CA of the directory has a signing_policy",
        why: "Globus refuses every certificate of a CA without one; OpenSSL and XRootD do not ask",
        advice: "nothing, if nothing of Globus uses it; else install the CAs with their policies: \
                 the distribution's CA packages, or alien.py getCAcerts",
        refused_by: [GLOBUS],
        source: "IGTF distribution; Globus, globus_gsi_callback.c",
    }
    LINK_MOVED: ERROR, Untrusted {
        id: "ca-link-moved",
        what: "a link leads nowhere, and the file that it names is next to it",
        why: "absolute links break when the directory is moved or copied, and some systems turn \
              links into text files: a lookup stops at each",
        advice: "make the link again, to the name alone: ln -sfn FILE LINK",
        source: "symlink(7); X509_LOOKUP_hash_dir(3)",
    }
    BUNDLE_DAMAGED: ERROR, Stale {
        id: "ca-file-damaged",
        what: "a block of the CA file cannot be read",
        why: "OpenSSL reads a CA file as a whole or not at all",
        advice: "install the file again, or take that block out",
        refused_by: [OPENSSL.so(&[CURL, XROOTD, ALIEN_PY])],
        source: "OpenSSL, X509_load_cert_crl_file, PEM_X509_INFO_read_bio",
    }
    LEFTOVER: INFO {
        id: "ca-dir-leftover",
        what: "the CA directory has files of a CA that is not in it",
        why: "they do no harm: they are what an update of the CA packages leaves behind, and \
              clean-crl lists and removes such CRLs",
        source: "clean-crl(8); X509_LOOKUP_hash_dir(3)",
    }
}
