//! The rules about the content of a file.

use crate::check::rules;
use crate::consumer::JAVA;

rules! {
    step: Content;
    EMPTY: ERROR, Unreadable {
        id: "file-empty",
        what: "the file is empty",
        why: "a full disk or an exceeded quota leaves empty files behind when something is copied",
        advice: "check the disk space and quota, and copy it again",
        source: "Globus, globus_gsi_system_config.c",
    }
    IS_DER: ERROR, Unreadable {
        id: "file-is-der",
        what: "the file is binary DER",
        why: "grid tools and OpenSSL's defaults expect PEM",
        advice: "convert it",
        source: "RFC 7468; OpenSSL",
    }
    IS_PKCS12: ERROR, Unreadable {
        id: "file-is-pkcs12",
        what: "the file is PKCS#12",
        why: "alien.py, XRootD and OpenSSL expect PEM",
        advice: "convert it: openssl asks for its password",
        source: "RFC 7292",
    }
    IS_PKCS7: ERROR, Unreadable {
        id: "file-is-pkcs7",
        what: "the file is PKCS#7",
        why: "tools expect the certificates as PEM blocks",
        advice: "take the certificates out of it",
        source: "RFC 2315",
    }
    IS_REQUEST: ERROR, Unreadable {
        id: "file-is-request",
        what: "the file holds a certificate request (CSR), not a signed certificate",
        why: "a request identifies nobody until a CA has signed it",
        advice: "download the signed certificate from your CA and save it in its place",
        source: "RFC 2986; grid-cert-request",
    }
    IS_CRL: ERROR, Unreadable {
        id: "file-is-crl",
        what: "the file holds a CRL, not a certificate",
        why: "a CRL lists revoked certificates and identifies nobody",
        advice: "name the certificate file",
        source: "RFC 5280 §5",
    }
    IS_PRIVATE_KEY: ERROR, Unreadable {
        id: "file-is-private-key",
        what: "the file holds a private key and no certificate",
        why: "certificate and key were saved under each other's name, or the wrong file was named",
        advice: "name the certificate file",
        source: "VOMS, sslutils.c",
    }
    IS_CERTIFICATE: ERROR, Unreadable {
        id: "file-is-certificate",
        step: Key,
        what: "the key file contains a certificate and no private key",
        why: "openssl pkcs12 was run with -nokeys instead of -nocerts",
        advice: "extract the private key: openssl pkcs12 -in cert.p12 -nocerts -out userkey.pem; \
                 chmod 400 userkey.pem",
        source: "practice of openssl pkcs12",
    }
    IS_PUBLIC_KEY: ERROR, Unreadable {
        id: "file-is-public-key",
        what: "the file holds a public key",
        why: "it can verify signatures, but not make them, and it is no proof of identity",
        advice: "extract the private key: openssl pkcs12 -in cert.p12 -nocerts -out userkey.pem",
        source: "RFC 7468 §13",
    }
    IS_SSH: ERROR, Unreadable {
        id: "file-is-ssh-key",
        what: "the file holds an SSH key",
        why: "SSH keys are no grid credentials",
        advice: "name the X.509 file",
        source: "OpenSSH, PROTOCOL.key",
    }
    IS_HTML: ERROR, Unreadable {
        id: "file-is-web-page",
        what: "the file is a web page",
        why: "a login or error page was saved instead of the certificate",
        advice: "log in at the CA's portal and download the certificate again",
        source: "practice of CA portals",
    }
    IS_UTF16: ERROR, Unreadable {
        id: "file-is-utf16",
        what: "the file is UTF-16 text",
        why: "PowerShell and Notepad save so; an editor shows it correctly, OpenSSL cannot read it",
        advice: "convert it with iconv",
        source: "openssl pull request 10112",
    }
    IS_KEYSTORE: ERROR, Unreadable {
        id: "file-is-keystore",
        what: "the file is a Java key store",
        why: "tools expect PEM",
        advice: "export it: keytool -importkeystore -srckeystore FILE -destkeystore cert.p12 \
                 -deststoretype PKCS12, then openssl pkcs12",
        source: "keytool(1)",
    }
    IS_JSON: ERROR, Unreadable {
        id: "file-is-json",
        what: "the file is JSON",
        why: "the whole answer of a command or service was saved",
        advice: "take the member out that holds the certificate or key",
        source: "alien.py token; HashiCorp Vault; RFC 7517",
    }
    IS_STORED: ERROR, Unreadable {
        id: "file-is-stored",
        what: "the file has a form in which another program stores or sends a credential",
        why: "tools expect PEM",
        advice: "take the credential out with that program",
        source: "sops, ansible-vault, git-crypt, Git LFS, age, PuTTY, kubectl",
    }
    MISLABELLED: ERROR, Unreadable {
        id: "pem-label",
        what: "the content of a PEM block is not what its label says",
        why: "OpenSSL reads what the label says, and nothing else",
        advice: "put the right label on it",
        source: "RFC 7468 §2; OpenSSL, PEM_bytes_read_bio",
    }
    IS_BASE64: ERROR, Unreadable {
        id: "file-is-base64",
        what: "the file is base64 without BEGIN and END lines",
        why: "tools look for the BEGIN line",
        advice: "put the lines around it",
        source: "RFC 7468",
    }
    IS_OTHER: ERROR, Unreadable {
        id: "file-is-other",
        what: "the file is something else",
        why: "it is no X.509 credential",
        advice: "name the right file",
        source: "certok's recognition of file types",
    }
    NO_CERTIFICATE: ERROR, Unreadable {
        id: "no-certificate",
        what: "there is no certificate in the file",
        why: "there is no line -----BEGIN CERTIFICATE----- in it",
        advice: "replace it with your certificate",
        source: "RFC 7468 §5",
    }
    NO_KEY: ERROR, Unreadable {
        id: "no-key",
        step: Key,
        what: "there is no private key in the file",
        why: "there is no BEGIN line of a private key in it",
        advice: "extract it: openssl pkcs12 -in cert.p12 -nocerts -out userkey.pem; chmod 400 \
                 userkey.pem",
        source: "RFC 7468 §10",
    }
    PEM_TRUNCATED: ERROR, Unreadable {
        id: "pem-truncated",
        what: "a PEM block is truncated: BEGIN without END",
        why: "the copy was cut short",
        advice: "copy the file again, or extract it anew from the p12",
        source: "RFC 7468 §3",
    }
    PEM_BAD_BASE64: ERROR, Unreadable {
        id: "pem-bad-base64",
        what: "a PEM block holds something that is not base64",
        why: "an editor, a merge conflict or a damaged transfer changed it",
        advice: "copy the file again",
        source: "RFC 7468 §3",
    }
    PEM_GLUED: ERROR, Unreadable {
        id: "pem-glued",
        what: "two PEM blocks are glued together",
        why: "a file without a final newline was put in front of another one",
        advice: "put a newline between END and BEGIN",
        source: "OpenSSL, PEM_R_BAD_END_LINE",
    }
    PEM_ONE_LINE: ERROR, Unreadable {
        id: "pem-one-line",
        what: "a PEM block has lost its line breaks",
        why: "it was written by echo $VARIABLE without quotes",
        advice: "write it again with quotes: printf %s \"$VARIABLE\" > FILE",
        source: "RFC 7468 §3",
    }
    PEM_LAYOUT: ERROR, Unreadable {
        id: "pem-layout",
        what: "the BEGIN and END lines are not as they must be",
        why: "OpenSSL takes only lines that start with five hyphens and hold nothing else",
        advice: "correct these lines",
        source: "RFC 7468 §3; OpenSSL, pem_lib.c",
    }
    PEM_DASHES: ERROR, Unreadable {
        id: "pem-dashes",
        what: "there are typographic dashes in the BEGIN and END lines",
        why: "mail programs and word processors replace hyphens",
        advice: "put five ASCII hyphens",
        source: "RFC 7468 §3",
    }
    PEM_CR: ERROR, Unreadable {
        id: "pem-bare-cr",
        what: "the lines end with a lone carriage return",
        why: "OpenSSL sees one long line and finds no block",
        advice: "turn carriage returns into newlines",
        source: "OpenSSL, pem_lib.c",
    }
    PEM_DAMAGED: ERROR, Unreadable {
        id: "pem-damaged",
        what: "a PEM block is damaged",
        why: "it cannot be decoded",
        advice: "copy the file again",
        source: "RFC 7468 §3",
    }
    CERT_DAMAGED: ERROR, Unreadable {
        id: "cert-damaged",
        what: "the certificate's data is damaged or malformed",
        why: "no tool can read it",
        advice: "copy the certificate file again; if that does not help, ask your CA to issue it \
                 again",
        source: "RFC 5280 §4.1",
    }
    CA_FIRST: ERROR, Mismatch {
        id: "ca-first",
        what: "the first certificate in the file is a CA, your own comes later",
        why: "every tool takes the first certificate as the identity",
        advice: "put your own certificate first",
        source: "RFC 8446 §4.4.2; eu-emi/canl-java issue 116",
    }
    OLD_FIRST: ERROR, Expired {
        id: "old-first",
        step: Lifetime,
        what: "the first certificate in the file is expired, a later one of the same name is valid",
        why: "every tool takes the first certificate: the new one was appended, not put in its \
              place",
        advice: "put the new certificate first, or keep only that one",
        source: "practice of renewals",
    }
    LATER_DAMAGED: WARN {
        id: "later-block-damaged",
        what: "a block after the first certificate cannot be read",
        why: "the first certificate can be used, but tools that read the whole file stop there",
        advice: "remove or replace that block",
        source: "RFC 7468 §3",
    }
    OTHERS_UNJUDGED: INFO {
        id: "others-unjudged",
        what: "the file holds certificates that are no issuers of the first, and they are not judged",
        why: "tools take the first certificate of a file for the credential, and the others for its \
              issuers; that the first is good says nothing about the rest",
        advice: "judge each of them: --each",
        source: "SSL_CTX_use_certificate_chain_file(3)",
    }
    PEM_ODD: INFO {
        id: "pem-odd",
        what: "the PEM text has an unusual form",
        why: "OpenSSL reads it; Java tools (canl, voms-proxy-init 3) may not",
        refused_by: [JAVA.when("tools")],
        source: "canl-java; RFC 7468 §2",
    }
}
