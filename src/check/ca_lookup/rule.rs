//! Why a lookup in a CA directory fails.

use crate::check::rules;

rules! {
    step: Chain;
    UNUSABLE: ERROR, Undecided {
        id: "ca-dir-unusable",
        what: "there is no usable CA directory",
        why: "without trust anchors nothing can be verified",
        advice: "install the IGTF CA packages into /etc/grid-security/certificates, or export \
                 X509_CERT_DIR with a directory that has them (ALICE: \
                 /cvmfs/alice.cern.ch/etc/grid-security/certificates)",
        source: "Globus, globus_gsi_system_config.c; alienpy, connect_ssl.py",
    }
    IS_FILE: ERROR, Undecided {
        id: "ca-dir-is-file",
        what: "X509_CERT_DIR is a file, it must be a directory",
        why: "alien.py and Globus refuse it",
        advice: "a file of CA certificates goes into X509_CERT_FILE",
        source: "alienpy, connect_ssl.py",
    }
    IS_DIRECTORY: ERROR, Undecided {
        id: "ca-file-is-directory",
        what: "X509_CERT_FILE is a directory, it must be a file",
        why: "a directory of CA certificates is looked up by hash, a file is read as a whole",
        advice: "a directory of CA certificates goes into X509_CERT_DIR",
        source: "alienpy, connect_ssl.py",
    }
    EMPTY: ERROR, Undecided {
        id: "ca-dir-empty",
        what: "the CA directory contains no CA certificates",
        why: "the packages were never installed, or a cvmfs mount was not triggered",
        advice: "install ca-policy-egi-core, osg-ca-certs or the IGTF packages, or fetch the CAs: \
                 alien.py getCAcerts",
        source: "alienpy, connect_ssl.py; VOMS, sslutils.c",
    }
    NO_LINK: ERROR, Untrusted {
        id: "ca-no-hash-link",
        what: "the CA is in the directory, but under no hash name",
        why: "OpenSSL, Globus and all built on them find a CA only as <hash>.0",
        advice: "make the link, or all at once: openssl rehash -compat DIR",
        source: "X509_LOOKUP_hash_dir(3); openssl-rehash(1)",
    }
    OLD_HASH: ERROR, Untrusted {
        id: "ca-old-hash-only",
        what: "the CA has only the old (MD5) hash link",
        why: "OpenSSL 1.0 and later look for the new (SHA-1) hash; only old Java tools use the old \
              one",
        advice: "make the link, or all at once: openssl rehash -compat DIR",
        source: "openssl-x509(1), -subject_hash_old",
    }
    GAP: ERROR, Untrusted {
        id: "ca-index-gap",
        what: "the number of the CA's hash link comes after a gap",
        why: "a lookup counts .0, .1, … and stops at the first number that is missing",
        advice: "close the gap, or make all links anew: openssl rehash -compat DIR",
        source: "X509_LOOKUP_hash_dir(3)",
    }
    WRONG_HASH: ERROR, Untrusted {
        id: "ca-wrong-hash-name",
        what: "the CA's file has the wrong hash name",
        why: "its name does not match its subject hash, so a lookup by hash cannot find it",
        advice: "make the right link, or all at once: openssl rehash -compat DIR",
        source: "X509_LOOKUP_hash_dir(3)",
    }
    OUT_OF_USE: ERROR {
        id: "ca-out-of-use",
        what: "the CA is in the directory, but no lookup finds it, and a link to it would make \
               trusted what may have been put out of use",
        why: "its file looks disabled or like a backup copy, holds a private key too, or is a root \
              that no policy, note or link names: only the administrator knows whether it should \
              be trusted",
        advice: "the administrator of the directory must decide whether to trust it",
        source: "openssl-rehash(1); rpm(8); dpkg(1); IGTF distribution",
    }
    DANGLING: ERROR, Untrusted {
        id: "ca-dangling-link",
        what: "the CA's hash link is dangling: its target is missing",
        why: "the link survived, the certificate did not",
        advice: "reinstall the CA package that holds it",
        source: "X509_LOOKUP_hash_dir(3)",
    }
    CORRUPT: ERROR, Untrusted {
        id: "ca-corrupt",
        what: "the CA's file is empty, damaged or not a certificate in PEM",
        why: "a lookup by hash stops there",
        advice: "reinstall the CA package that holds it",
        source: "X509_LOOKUP_hash_dir(3)",
    }
    UNREADABLE: ERROR, Undecided {
        id: "ca-unreadable",
        what: "the CA's file may not be read",
        why: "a lookup by hash stops there",
        advice: "make it readable for everybody: CA certificates are public",
        source: "X509_LOOKUP_hash_dir(3)",
    }
    NAME_ALIKE: ERROR, Untrusted {
        id: "ca-name-alike",
        what: "a CA's name looks like the issuer's in the slash form, and is another",
        why: "an e-mail address may be an attribute of its own or a part of the CN, and attributes may \
              share an RDN: names are compared as they are encoded",
        advice: "ask the CA which of the two is its name, and update the CA bundle",
        source: "RFC 5280 §7.1; RFC 4514; X509_NAME_oneline(3)",
    }
    WEB_PKI: WARN {
        id: "ca-dir-web-pki",
        what: "the CA directory holds the CAs of the web, not of the grid",
        why: "grid CAs are distributed by the IGTF and are not in /etc/ssl/certs",
        advice: "export X509_CERT_DIR=/etc/grid-security/certificates (ALICE: \
                 /cvmfs/alice.cern.ch/etc/grid-security/certificates)",
        source: "IGTF distribution; Debian ca-certificates",
    }
}
