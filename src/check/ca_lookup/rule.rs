//! The ways in which a CA directory is unfit.

use crate::report::{Exit, Rule};

/// There is no CA directory, or it cannot be read.
pub static UNUSABLE: Rule = Rule {
    id: "ca-dir-unusable",
    exit: Exit::Undecided,
    what: "there is no usable CA directory",
    why: "without trust anchors nothing can be verified",
    advice: "export X509_CERT_DIR=/cvmfs/alice.cern.ch/etc/grid-security/certificates, or install \
             the IGTF CA packages into /etc/grid-security/certificates",
    source: "Globus, globus_gsi_system_config.c; alienpy, connect_ssl.py",
    ..Rule::ERROR
};

/// A file where a directory is wanted.
pub static IS_FILE: Rule = Rule {
    id: "ca-dir-is-file",
    exit: Exit::Undecided,
    what: "X509_CERT_DIR is a file, it must be a directory",
    why: "alien.py and Globus refuse it",
    advice: "a file of CA certificates goes into X509_CERT_FILE",
    source: "alienpy, connect_ssl.py",
    ..Rule::ERROR
};

/// A directory where a file is wanted.
pub static IS_DIRECTORY: Rule = Rule {
    id: "ca-file-is-directory",
    exit: Exit::Undecided,
    what: "X509_CERT_FILE is a directory, it must be a file",
    why: "a directory of CA certificates is looked up by hash, a file is read as a whole",
    advice: "a directory of CA certificates goes into X509_CERT_DIR",
    source: "alienpy, connect_ssl.py",
    ..Rule::ERROR
};

/// No certificate in it.
pub static EMPTY: Rule = Rule {
    id: "ca-dir-empty",
    exit: Exit::Undecided,
    what: "the CA directory contains no CA certificates",
    why: "the packages were never installed, or a cvmfs mount was not triggered",
    advice: "install ca-policy-egi-core, osg-ca-certs or the IGTF packages, or fetch the CAs: \
             alien.py getCAcerts",
    source: "alienpy, connect_ssl.py; VOMS, sslutils.c",
    ..Rule::ERROR
};

/// No link.
pub static NO_LINK: Rule = Rule {
    id: "ca-no-hash-link",
    exit: Exit::Untrusted,
    what: "the CA is in the directory, but under no hash name",
    why: "OpenSSL, Globus and all built on them find a CA only as <hash>.0",
    advice: "make the link, or all at once: openssl rehash -compat DIR",
    source: "X509_LOOKUP_hash_dir(3); openssl-rehash(1)",
    ..Rule::ERROR
};

/// The old hash alone.
pub static OLD_HASH: Rule = Rule {
    id: "ca-old-hash-only",
    exit: Exit::Untrusted,
    what: "the CA has only the old (MD5) hash link",
    why: "OpenSSL 1.0 and later look for the new (SHA-1) hash; only old Java tools use the old one",
    advice: "make the link, or all at once: openssl rehash -compat DIR",
    source: "openssl-x509(1), -subject_hash_old",
    ..Rule::ERROR
};

/// A gap in the numbers.
pub static GAP: Rule = Rule {
    id: "ca-index-gap",
    exit: Exit::Untrusted,
    what: "the CA's hash link is numbered behind a gap",
    why: "a lookup counts .0, .1, … and stops at the first number that is missing",
    advice: "close the gap, or make all links anew: openssl rehash -compat DIR",
    source: "X509_LOOKUP_hash_dir(3)",
    ..Rule::ERROR
};

/// The wrong hash.
pub static WRONG_HASH: Rule = Rule {
    id: "ca-wrong-hash-name",
    exit: Exit::Untrusted,
    what: "the CA's file has the wrong hash name",
    why: "its name does not match its subject hash, so a lookup by hash cannot find it",
    advice: "make the right link, or all at once: openssl rehash -compat DIR",
    source: "X509_LOOKUP_hash_dir(3)",
    ..Rule::ERROR
};

/// Not for a fix to link.
pub static OUT_OF_USE: Rule = Rule {
    id: "ca-out-of-use",
    what: "the CA is in the directory, but no lookup finds it, and a link to it would make trusted \
           what may have been put out of use",
    why: "its file looks disabled or like a backup copy, holds a private key too, or is a root that \
          no policy, note or link names: nobody but the administrator knows whether it is to be \
          trusted",
    advice: "whoever looks after the directory must decide whether to trust it",
    source: "openssl-rehash(1); rpm(8); dpkg(1); IGTF distribution",
    ..Rule::ERROR
};

/// A link into nothing.
pub static DANGLING: Rule = Rule {
    id: "ca-dangling-link",
    exit: Exit::Untrusted,
    what: "the CA's hash link is dangling: its target is missing",
    why: "the link survived, the certificate did not",
    advice: "reinstall the CA package that holds it",
    source: "X509_LOOKUP_hash_dir(3)",
    ..Rule::ERROR
};

/// Damaged.
pub static CORRUPT: Rule = Rule {
    id: "ca-corrupt",
    exit: Exit::Untrusted,
    what: "the CA's file is empty, damaged or not a certificate in PEM",
    why: "a lookup by hash stops there",
    advice: "reinstall the CA package that holds it",
    source: "X509_LOOKUP_hash_dir(3)",
    ..Rule::ERROR
};

/// Not readable.
pub static UNREADABLE: Rule = Rule {
    id: "ca-unreadable",
    exit: Exit::Undecided,
    what: "the CA's file may not be read",
    why: "a lookup by hash stops there",
    advice: "make it readable for everybody: CA certificates are public",
    source: "X509_LOOKUP_hash_dir(3)",
    ..Rule::ERROR
};

/// Web CAs.
pub static WEB_PKI: Rule = Rule {
    id: "ca-dir-web-pki",
    what: "the CA directory holds the CAs of the web, not of the grid",
    why: "grid CAs are distributed by the IGTF and are not in /etc/ssl/certs",
    advice: "export X509_CERT_DIR=/etc/grid-security/certificates, or \
             /cvmfs/alice.cern.ch/etc/grid-security/certificates",
    source: "IGTF distribution; Debian ca-certificates",
    ..Rule::WARN
};

/// Rules of this file.
pub static RULES: &[&Rule] = &[
    &UNUSABLE,
    &IS_FILE,
    &IS_DIRECTORY,
    &EMPTY,
    &NO_LINK,
    &OLD_HASH,
    &GAP,
    &WRONG_HASH,
    &OUT_OF_USE,
    &DANGLING,
    &CORRUPT,
    &UNREADABLE,
    &WEB_PKI,
];
