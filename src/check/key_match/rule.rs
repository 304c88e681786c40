//! Rules about a certificate and its key.

use crate::check::rules;
use crate::consumer::{ALIEN_PY, GLOBUS, OPENSSL, VOMS, XROOTD};

rules! {
    step: Key;
    MISMATCH: ERROR, Mismatch {
        id: "key-mismatch",
        what: "the private key does not belong to the certificate",
        why: "TLS libraries refuse the pair; most often the certificate was renewed and the old \
              key left in place",
        advice: "extract both halves from the same p12: openssl pkcs12 -in new.p12 -clcerts \
                 -nokeys -out usercert.pem && openssl pkcs12 -in new.p12 -nocerts -out userkey.pem \
                 && chmod 400 userkey.pem",
        source: "X509_check_private_key(3); italiangrid/voms issue 136",
    }
    OTHER_TYPE: ERROR, Mismatch {
        id: "key-type-differs",
        what: "private key and certificate have the same RSA numbers, but only one of them is for \
               RSASSA-PSS alone",
        why: "OpenSSL says \"key type mismatch\" and uses neither",
        advice: "use the key file that the request was made with: a PKCS#8 file (BEGIN PRIVATE \
                 KEY) says what its key is for, a BEGIN RSA PRIVATE KEY cannot",
        refused_by: [OPENSSL.so_with_and(&[XROOTD, GLOBUS, VOMS])],
        source: "RFC 4055 §1.2; X509_check_private_key(3)",
    }
    TWO_PLACES: ERROR, Mismatch {
        id: "pair-from-two-places",
        what: "certificate and key come from two places and do not match",
        why: "only one of the two variables is set, so the other half is the default one",
        advice: "set both variables, or none",
        source: "alienpy, global_vars.py; italiangrid/voms issue 136",
    }
    SWAPPED: ERROR, Unreadable {
        id: "cert-key-swapped",
        what: "certificate and key are swapped",
        why: "the outputs of openssl pkcs12 -nokeys and -nocerts were written to each other's \
              names",
        advice: "exchange the two files",
        source: "VOMS, sslutils.c",
    }
    LATER_KEY: ERROR, Mismatch {
        id: "later-key-matches",
        what: "the first private key in the file does not match, a later one does",
        why: "every tool reads the first key: the new one was appended after the old one",
        advice: "put the right key first, or keep only that one",
        source: "PEM_read_bio_PrivateKey(3)",
    }
    KEY_IN_CERT_FILE: WARN {
        id: "key-in-cert-file",
        step: Safe,
        what: "the certificate file holds a private key too",
        why: "certificate files are meant to be public; Globus and alien.py look for the key in \
              userkey.pem",
        advice: "keep the key in a file of its own, mode 400",
        refused_by: [GLOBUS, ALIEN_PY],
        source: "Globus, globus_gsi_system_config.c; alienpy, global_vars.py",
    }
    SEVERAL_KEYS: WARN {
        id: "several-keys",
        what: "the file has several private keys",
        why: "tools read the first; the others are leftovers that can be stolen",
        advice: "keep only the key that is used",
        source: "PEM_read_bio_PrivateKey(3)",
    }
    LOCKED: ERROR, Undecided {
        id: "key-encrypted",
        what: "the private key is encrypted and no passphrase was given",
        why: "whether it matches cannot be proven; batch jobs and cron cannot use it either",
        advice: "give the passphrase on a terminal or with --passphrase-file; for batch jobs make \
                 a token (alien-token-init) or a proxy first",
        source: "RFC 5958; RFC 1421 §4.6",
    }
    NO_PASSPHRASE: ERROR, Undecided {
        id: "passphrase-unreadable",
        what: "the passphrase file cannot be read",
        why: "the private key is encrypted, so whether it matches cannot be proven",
        advice: "name a file whose first line is the passphrase, or give it on standard input: \
                 --passphrase-file -",
        source: "the option --passphrase-file",
    }
    WRONG_PASSPHRASE: ERROR, Undecided {
        id: "wrong-passphrase",
        what: "the passphrase does not decrypt the private key",
        why: "whether it matches cannot be proven",
        advice: "try again; it is the passphrase given when the key was extracted from the p12",
        source: "RFC 8018",
    }
    TOO_COSTLY: ERROR, Undecided {
        id: "key-too-costly",
        what: "decrypting the private key needs more work than certok allows",
        why: "whether it matches cannot be proven; every tool is slow to open it, or gives up",
        advice: "encrypt it anew with OpenSSL's usual number of rounds",
        source: "RFC 8018; RFC 7914; a limit of certok",
    }
    OLD_CIPHER: ERROR, Unreadable {
        id: "key-cipher",
        what: "the private key is encrypted with a cipher that certok and OpenSSL 3 do not read",
        why: "single DES and RC2 are obsolete; OpenSSL 3 has them in its legacy provider only",
        advice: "encrypt it anew with AES: openssl pkey -provider legacy -provider default -in \
                 userkey.pem -aes256 -out userkey.new",
        source: "OpenSSL 3, OSSL_PROVIDER-legacy(7)",
    }
    BROKEN: ERROR, Unreadable {
        id: "key-damaged",
        what: "the private key is damaged",
        why: "no tool can use it",
        advice: "extract it again: openssl pkcs12 -in cert.p12 -nocerts -out userkey.pem; chmod \
                 400 userkey.pem",
        source: "RFC 8017 appendix A; RFC 5915; RFC 5958",
    }
    UNSUPPORTED: ERROR, Undecided {
        id: "key-unsupported",
        what: "the key is of a kind that certok cannot prove",
        why: "certok computes with RSA, P-256, P-384, P-521 and Ed25519; grid software with fewer",
        advice: "request an RSA certificate (2048 or 4096 bits)",
        source: "a limit of certok",
    }
}
