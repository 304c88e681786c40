//! The ways in which a file is not what it should be.

use crate::report::{Exit, Rule};

macro_rules! unreadable {
    ($name:ident, $id:literal, $what:literal, $why:literal, $advice:literal, $source:literal) => {
        #[doc = concat!("The rule `", $id, "`.")]
        pub static $name: Rule = Rule {
            id: $id,
            exit: Exit::Unreadable,
            what: $what,
            why: $why,
            advice: $advice,
            source: $source,
            ..Rule::ERROR
        };
    };
}

unreadable!(
    EMPTY,
    "file-empty",
    "the file is empty",
    "a full disk or an exceeded quota leaves empty files behind when something is copied",
    "check the disk space and quota, and copy it again",
    "Globus, globus_gsi_system_config.c"
);

unreadable!(
    IS_DER,
    "file-is-der",
    "the file is binary DER",
    "grid tools and OpenSSL's defaults expect PEM",
    "convert it",
    "RFC 7468; OpenSSL"
);

unreadable!(
    IS_PKCS12,
    "file-is-pkcs12",
    "the file is PKCS#12",
    "alien.py, XRootD and OpenSSL expect PEM",
    "convert it: openssl asks for its password",
    "RFC 7292"
);

unreadable!(
    IS_PKCS7,
    "file-is-pkcs7",
    "the file is PKCS#7",
    "tools expect the certificates as PEM blocks",
    "take the certificates out of it",
    "RFC 2315"
);

unreadable!(
    IS_REQUEST,
    "file-is-request",
    "the file holds a certificate request (CSR), not a signed certificate",
    "a request identifies nobody until a CA has signed it",
    "download the signed certificate from your CA and save it in its place",
    "RFC 2986; grid-cert-request"
);

unreadable!(
    IS_CRL,
    "file-is-crl",
    "the file holds a CRL, not a certificate",
    "a CRL lists revoked certificates and identifies nobody",
    "name the certificate file",
    "RFC 5280 §5"
);

unreadable!(
    IS_PRIVATE_KEY,
    "file-is-private-key",
    "the file holds a private key and no certificate",
    "the two halves were written to each other's names, or the wrong file was named",
    "name the certificate file",
    "VOMS, sslutils.c"
);

unreadable!(
    IS_CERTIFICATE,
    "file-is-certificate",
    "the key file contains a certificate and no private key",
    "openssl pkcs12 was run with -nokeys instead of -nocerts",
    "extract the private key: openssl pkcs12 -in cert.p12 -nocerts -out userkey.pem; chmod 400 \
     userkey.pem",
    "practice of openssl pkcs12"
);

unreadable!(
    IS_PUBLIC_KEY,
    "file-is-public-key",
    "the file holds a public key",
    "it can verify signatures, but not make them, and it identifies nobody",
    "extract the private key: openssl pkcs12 -in cert.p12 -nocerts -out userkey.pem",
    "RFC 7468 §13"
);

unreadable!(
    IS_SSH,
    "file-is-ssh-key",
    "the file holds an SSH key",
    "SSH keys are no grid credentials",
    "name the X.509 file",
    "OpenSSH, PROTOCOL.key"
);

unreadable!(
    IS_HTML,
    "file-is-web-page",
    "the file is a web page",
    "a login or error page was saved instead of the certificate",
    "log in at the CA's portal and download the certificate again",
    "practice of CA portals"
);

unreadable!(
    IS_UTF16,
    "file-is-utf16",
    "the file is UTF-16 text",
    "PowerShell and Notepad save so; an editor shows it all right, OpenSSL cannot read it",
    "convert it with iconv",
    "openssl pull request 10112"
);

unreadable!(
    IS_KEYSTORE,
    "file-is-keystore",
    "the file is a Java key store",
    "tools expect PEM",
    "export it: keytool -importkeystore -srckeystore FILE -destkeystore \
     cert.p12 -deststoretype PKCS12, then openssl pkcs12",
    "keytool(1)"
);

unreadable!(
    IS_JSON,
    "file-is-json",
    "the file is JSON",
    "the whole answer of the token command was saved",
    "take the field out: jq -r '.results[0].tokencert'",
    "the token command's JSON"
);

unreadable!(
    IS_BASE64,
    "file-is-base64",
    "the file is base64 without BEGIN and END lines",
    "tools look for the BEGIN line",
    "put the lines around it",
    "RFC 7468"
);

unreadable!(
    IS_OTHER,
    "file-is-other",
    "the file is something else",
    "it is no X.509 credential",
    "name the right file",
    "certok's recognition of file types"
);

unreadable!(
    NO_CERTIFICATE,
    "no-certificate",
    "there is no certificate in the file",
    "no line -----BEGIN CERTIFICATE----- stands in it",
    "replace it with your certificate",
    "RFC 7468 §5"
);

unreadable!(
    NO_KEY,
    "no-key",
    "there is no private key in the file",
    "no BEGIN line of a private key stands in it",
    "extract it: openssl pkcs12 -in cert.p12 -nocerts -out userkey.pem; chmod 400 userkey.pem",
    "RFC 7468 §10"
);

unreadable!(
    PEM_TRUNCATED,
    "pem-truncated",
    "a PEM block is truncated: BEGIN without END",
    "the copy was cut short",
    "copy the file again, or extract it anew from the p12",
    "RFC 7468 §3"
);

unreadable!(
    PEM_BAD_BASE64,
    "pem-bad-base64",
    "a PEM block holds something that is not base64",
    "an editor, a merge conflict or a damaged transfer changed it",
    "copy the file again",
    "RFC 7468 §3"
);

unreadable!(
    PEM_GLUED,
    "pem-glued",
    "two PEM blocks are glued together",
    "a file without a final newline was put in front of another one",
    "put a newline between END and BEGIN",
    "OpenSSL, PEM_R_BAD_END_LINE"
);

unreadable!(
    PEM_ONE_LINE,
    "pem-one-line",
    "a PEM block has lost its line breaks",
    "it was written by echo $VARIABLE without quotes",
    "write it again with quotes: printf %s \"$VARIABLE\" > FILE",
    "RFC 7468 §3"
);

unreadable!(
    PEM_LAYOUT,
    "pem-layout",
    "the BEGIN and END lines are not as they must be",
    "OpenSSL takes only lines that start with five hyphens and hold nothing else",
    "put them right",
    "RFC 7468 §3; OpenSSL, pem_lib.c"
);

unreadable!(
    PEM_DASHES,
    "pem-dashes",
    "typographic dashes stand in the BEGIN and END lines",
    "mail programs and word processors replace hyphens",
    "put five ASCII hyphens",
    "RFC 7468 §3"
);

unreadable!(
    PEM_CR,
    "pem-bare-cr",
    "the lines end with a lone carriage return",
    "OpenSSL sees one long line and finds no block",
    "turn carriage returns into newlines",
    "OpenSSL, pem_lib.c"
);

unreadable!(
    PEM_DAMAGED,
    "pem-damaged",
    "a PEM block is damaged",
    "it cannot be decoded",
    "copy the file again",
    "RFC 7468 §3"
);

unreadable!(
    CERT_DAMAGED,
    "cert-damaged",
    "the certificate's data is damaged or malformed",
    "no tool can read it",
    "copy the certificate file again; if that does not help, ask your CA \
     to issue it again",
    "RFC 5280 §4.1"
);

/// The CA stands first.
pub static CA_FIRST: Rule = Rule {
    id: "ca-first",
    exit: Exit::Mismatch,
    what: "the first certificate in the file is a CA, your own comes later",
    why: "every tool takes the first certificate as the identity",
    advice: "put your own certificate first",
    source: "RFC 8446 §4.4.2; eu-emi/canl-java issue 116",
    ..Rule::ERROR
};

/// The old certificate stands first.
pub static OLD_FIRST: Rule = Rule {
    id: "old-first",
    exit: Exit::Expired,
    what: "the first certificate in the file is expired, a later one of the same name is valid",
    why: "every tool takes the first certificate: the new one was appended, not put in its place",
    advice: "put the new certificate first, or keep only that one",
    source: "practice of renewals",
    ..Rule::ERROR
};

/// Something later in the file is damaged.
pub static LATER_DAMAGED: Rule = Rule {
    id: "later-block-damaged",
    what: "a block after the first certificate cannot be read",
    why: "the first certificate can be used, but tools that read the whole file stop there",
    advice: "remove or replace that block",
    source: "RFC 7468 §3",
    ..Rule::WARN
};

/// Odd, but read by OpenSSL.
pub static PEM_ODD: Rule = Rule {
    id: "pem-odd",
    what: "the PEM text is written oddly",
    why: "OpenSSL reads it; Java tools (canl, voms-proxy-init 3) may not",
    advice: "",
    refused_by: &["Java tools"],
    source: "canl-java; RFC 7468 §2",
    ..Rule::INFO
};

/// Rules of this file.
pub static RULES: &[&Rule] = &[
    &EMPTY,
    &IS_DER,
    &IS_PKCS12,
    &IS_PKCS7,
    &IS_REQUEST,
    &IS_CRL,
    &IS_PRIVATE_KEY,
    &IS_CERTIFICATE,
    &IS_PUBLIC_KEY,
    &IS_SSH,
    &IS_HTML,
    &IS_UTF16,
    &IS_KEYSTORE,
    &IS_JSON,
    &IS_BASE64,
    &IS_OTHER,
    &NO_CERTIFICATE,
    &NO_KEY,
    &PEM_TRUNCATED,
    &PEM_BAD_BASE64,
    &PEM_GLUED,
    &PEM_ONE_LINE,
    &PEM_LAYOUT,
    &PEM_DASHES,
    &PEM_CR,
    &PEM_DAMAGED,
    &CERT_DAMAGED,
    &CA_FIRST,
    &OLD_FIRST,
    &LATER_DAMAGED,
    &PEM_ODD,
];
