//! Rules about proxy files.

use crate::check::rules;
use crate::consumer::{GLOBUS, JGLOBUS, OPENSSL, XROOTD};

rules! {
    step: Chain;
    INLINE: ERROR, Unreadable {
        id: "proxy-inline",
        step: Readable,
        what: "X509_USER_PROXY holds a proxy instead of the path of one",
        why: "unlike the variables of the JAliEn token, it is a path for every tool",
        advice: "write it to a file that only you can read, and name that",
        source: "Globus, globus_gsi_system_config.c; XRootD, XrdSecProtocolgsi.cc",
    }
    DAMAGED: ERROR, Unreadable {
        id: "proxy-damaged",
        step: Content,
        what: "a block of the proxy file cannot be read",
        why: "a proxy is used as a whole, and OpenSSL, Globus and VOMS read the file to its end or \
              not at all",
        advice: "copy the proxy again, or make a new one: voms-proxy-init, grid-proxy-init, or \
                 arcproxy",
        source: "SSL_CTX_use_certificate_chain_file(3); Globus, globus_gsi_cred_handle.c",
    }
    IS_USER_CERT: ERROR, Mismatch {
        id: "proxy-is-user-cert",
        step: Content,
        what: "what is used as proxy is no proxy",
        why: "XRootD wants at least two certificates in a proxy file, VOMS wants a proxy; and a \
              user certificate with its unencrypted key is worth far more to a thief",
        advice: "keep the certificate in X509_USER_CERT and its key in X509_USER_KEY, and make a \
                 real proxy from them: voms-proxy-init -voms VO, grid-proxy-init, or arcproxy",
        refused_by: [XROOTD],
        source: "xrootd issue 1299; gwastro/pycbc issue 1248",
    }
    NOT_FIRST: ERROR, Mismatch {
        id: "proxy-not-first",
        step: Content,
        what: "the proxy is in the file, but not as its first certificate",
        why: "curl, davix, XRootD and all that use OpenSSL take the first certificate; Globus \
              looks for the one that the key belongs to",
        advice: "put the proxy first, then its key, then the chain",
        refused_by: [OPENSSL, XROOTD],
        source: "SSL_CTX_use_certificate_chain_file(3); RFC 8446 §4.4.2; xrdgsiproxy info",
    }
    NO_KEY: ERROR, Unreadable {
        id: "proxy-no-key",
        step: Key,
        what: "the proxy file has no private key",
        why: "a certificate without its key proves nothing; a proxy's key is stored only in \
              its file",
        advice: "copy the whole file, or make a new proxy on this machine: voms-proxy-init -voms \
                 VO, grid-proxy-init, or arcproxy",
        source: "xrootd issue 283; Globus, globus_gsi_credential.c",
    }
    KEY_ENCRYPTED: ERROR, Unreadable {
        id: "proxy-key-encrypted",
        step: Key,
        what: "the private key of the proxy is encrypted",
        why: "a proxy is for working without a passphrase: programs do not ask for one",
        advice: "make a new proxy: voms-proxy-init -voms VO, grid-proxy-init, or arcproxy",
        source: "RFC 3820 §2.5; Globus, globus_gsi_credential.c",
    }
    MISSING_EEC: ERROR, Untrusted {
        id: "proxy-missing-eec",
        what: "the proxy file lacks the user certificate, or a proxy, that issued the proxy",
        why: "servers have the CAs, but not your certificate: it must be sent with the proxy; \
              XRootD wants at least two certificates in the file",
        advice: "append the user certificate the proxy was made from, or make a new proxy: \
                 voms-proxy-init -voms VO, grid-proxy-init, or arcproxy",
        source: "xrootd issue 1299; RFC 3820 §2.7",
    }
    EEC_EXPIRED: ERROR, Expired {
        id: "proxy-eec-expired",
        step: Lifetime,
        what: "the user certificate from which the proxy was made has expired",
        why: "a proxy is good only as long as every certificate of its chain",
        advice: "renew the user certificate at your CA, then make a new proxy from it",
        source: "RFC 3820 §4.1; Globus, globus_gsi_cred_get_lifetime",
    }
    RESTRICTED: WARN {
        id: "proxy-restricted",
        what: "the proxy is restricted by a policy",
        why: "by RFC 3820, software that does not understand the policy must refuse the proxy: \
              Globus and JGlobus do; OpenSSL and canl accept it as if it had none",
        advice: "make a proxy without a policy, unless the service asked for one",
        refused_by: [GLOBUS, JGLOBUS],
        source: "RFC 3820 §3.8.2; grid-proxy-init -verify; JGlobus, ProxyPolicyHandler",
    }
    POLICY_LANGUAGE: WARN {
        id: "proxy-policy-language",
        what: "the proxy names a policy language that few know, and has no policy",
        why: "by RFC 3820, software that does not understand the language must refuse the proxy: \
              JGlobus does; OpenSSL, canl and Globus treat it as one with all rights",
        advice: "make a proxy without a policy language, unless the service asked for one",
        refused_by: [JGLOBUS],
        source: "RFC 3820 §3.8.2; grid-proxy-init -verify; JGlobus, ProxyPolicyHandler",
    }
    LIMITED: INFO {
        id: "proxy-limited",
        what: "the proxy is a limited one",
        why: "file services accept it; gatekeepers refuse it for the submission of jobs: Globus \
              GRAM, ARC and HTCondor's grid mappings do",
        advice: "to submit jobs use the full proxy from which it was made, on the machine where that \
                 is",
        source: "Globus, gssapi, GSS_C_GLOBUS_LIMITED_PROXY_FLAG; voms-proxy-init(1) -limited",
    }
    SMALL_KEY: WARN {
        id: "small-proxy-key",
        what: "a proxy's RSA key has fewer than 2048 bits",
        why: "EL8 and later, and OpenSSL at security level 2, say \"ee key too small\"",
        advice: "make a new proxy with a larger key: voms-proxy-init -bits 2048",
        refused_by: [OPENSSL.when("at security level 2")],
        source: "SSL_CTX_set_security_level(3); xrootd issue 2147",
    }
    DRAFT_TYPE: WARN {
        id: "proxy-draft-type",
        what: "the proxy is of the Globus draft (GSI-3), older than RFC 3820",
        why: "to OpenSSL, and all that leave the chain to it, its proxyCertInfo is an unknown \
              critical extension; Globus and XRootD accept it",
        advice: "make an RFC 3820 proxy: voms-proxy-init -rfc, or grid-proxy-init -rfc",
        refused_by: [OPENSSL],
        source: "OpenSSL, X509_V_FLAG_ALLOW_PROXY_CERTS; Globus, globus_gsi_cert_utils.c",
    }
    LEGACY_TYPE: WARN {
        id: "proxy-legacy-type",
        what: "the proxy is a legacy one (GSI-2), older than RFC 3820",
        why: "OpenSSL, and Globus, which leaves the chain to it, say \"invalid CA certificate\" or \
              \"key usage does not include certificate signing\"; canl and XRootD accept it",
        advice: "make an RFC 3820 proxy: voms-proxy-init -rfc, or grid-proxy-init -rfc",
        refused_by: [OPENSSL, GLOBUS],
        source: "grid-proxy-init -verify; openssl verify; canl, legacy proxies",
    }
}
