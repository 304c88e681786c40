//! Servers whose TLS is that of OpenSSL, and which leave the decision to it.

use crate::consumer::extension as ext;
use crate::consumer::profile::{
    CaRule, Carrier, Cas, Choice, Constraints, Dates, Digest, EmptySubject, Entries, Expired,
    ExtendedUsage, Extensions, Files, Form, Group, HostInCn, KeyIds, KeyKind, Leaf, Lists, Mail,
    MailString, Names, Of, OwnAnchor, Permission, Profile, Proxies, Scope, Search, Store, Strength,
    Transport, Usage, Use,
};
use crate::consumer::tool::{APACHE, NGINX, OPENSSL, PYTHON_SSL, XROOTD};

/// OpenSSL counts an RSA key of this size as 112 bits (level 2), by the formula in
/// `ossl_ifc_ffc_compute_security_bits`. 80 bits (level 1) begin at 919.
pub(super) const LEVEL_2_BITS: usize = 1963;
const LEVEL_1_BITS: usize = 919;

/// Critical extensions that OpenSSL knows: v3_purp.c, `X509_supported_extension`.
pub const KNOWN: &[&str] = &[
    ext::NETSCAPE_TYPE,
    ext::KEY_USAGE,
    ext::ALT_NAME,
    ext::BASIC_CONSTRAINTS,
    ext::POLICIES,
    ext::CRL_POINTS,
    ext::EXTENDED_KEY_USAGE,
    ext::IP_BLOCKS,
    ext::AS_NUMBERS,
    ext::OCSP_NO_CHECK,
    ext::POLICY_CONSTRAINTS,
    ext::PROXY_INFO,
    ext::NAME_CONSTRAINTS,
    ext::POLICY_MAPPINGS,
    ext::INHIBIT_ANY_POLICY,
];

/// All types of keys with which OpenSSL signs in TLS 1.3 (`tls1_check_sig_alg`): no DSA, no P-224,
/// no secp256k1.
pub(super) const EVERY_KEY: &[KeyKind] = &[
    KeyKind::Rsa,
    KeyKind::RsaPss,
    KeyKind::P256,
    KeyKind::P384,
    KeyKind::P521,
    KeyKind::Ed25519,
    KeyKind::Ed448,
    KeyKind::Brainpool,
];

/// An OpenSSL client on TLS 1.3.
pub(super) const TLS: Transport = Transport {
    carrier: Carrier::Tls,
    keys: EVERY_KEY,
    admits_anonymous: false,
    refuses_md5: false,
    max_certificates: 100,
};

/// `openssl s_server -Verify -CApath` of versions 3.2 to 3.5. Level 2 is the default since 3.2, and
/// earlier in Debian. Source files are in crypto/x509 unless a directory is given.
pub(super) const PLAIN: Profile = Profile {
    id: "openssl",
    consumer: OPENSSL.from("3.2"),
    group: Group::Web,
    source: "OpenSSL 3.5, crypto/x509/x509_vfy.c; apps/s_server.c -Verify",
    transport: TLS,
    // by_dir.c, get_cert_by_subject_ex: reads .0, .1, … until one is missing; PEM only.
    store: Store::Links,
    // x509_vfy.c, build_chain: takes issuers from the directory first, never goes back, and
    // verifies no signature while it builds.
    search: Search::LatestEnd,
    // x509_trust.c, trust_compat: without PARTIAL_CHAIN only a self-signed certificate ends the
    // path.
    any_anchor: false,
    // x_name.c, asn1_string_canon.
    names: Names::Canonical,
    strict_strings: false,
    // v3_purp.c, X509_check_akid.
    key_ids: KeyIds::Whole,
    max_depth: 100,
    strength: Strength {
        // check_key_level: the leaf, each issuer, and the anchor.
        leaf_bits: LEVEL_2_BITS,
        issuer_bits: LEVEL_2_BITS,
        anchor_bits: LEVEL_2_BITS,
        max_bits: usize::MAX,
        signers: EVERY_KEY,
        // check_sig_level: SHA-1 counts as 63 bits and level 1 needs 80. Not checked for the last
        // certificate.
        digest: Digest::Sha224,
        any_ecdsa: true,
        sha224: true,
        sha3: true,
        any_pss: true,
        leaf_pss: Digest::Md5,
        compressed_points: true,
        spares_self_issued: false,
    },
    dates: Dates {
        // ossl_x509_check_cert_time: the second of notAfter is no longer valid (before 4.0).
        last_second: false,
        early_seconds: 0,
        proxy_grace_seconds: 0,
        anchor: true,
    },
    extensions: Extensions {
        known: Some(KNOWN),
        // v3_purp.c, ossl_x509v3_cache_extensions: if one of these cannot be parsed, the
        // certificate is invalid. Then no issuer is found for it, and it is no issuer.
        readable: &[
            ext::BASIC_CONSTRAINTS,
            ext::KEY_USAGE,
            ext::EXTENDED_KEY_USAGE,
            ext::NETSCAPE_TYPE,
            ext::SUBJECT_KEY_ID,
            ext::AUTHORITY_KEY_ID,
            ext::ALT_NAME,
            ext::NAME_CONSTRAINTS,
            ext::CRL_POINTS,
            ext::PROXY_INFO,
            ext::IP_BLOCKS,
            ext::AS_NUMBERS,
        ],
        framed: &[],
        critical_readable: false,
        name_forms: &[],
        anchor: true,
        version_3_only: false,
        anchor_version_3: false,
        qualifiers: true,
    },
    leaf: Leaf {
        ca: true,
        version_3: false,
        negative_serial: true,
        typed_by_xrootd: false,
        empty_subject: EmptySubject::Taken,
        // build_chain: a self-signed certificate is the whole path. It is not searched in the
        // directory.
        anchor: OwnAnchor::Judged,
    },
    cas: Cas {
        issuer: CaRule::ConstraintsAndUsage,
        // v3_purp.c, check_ca: the last certificate of a path may lack basicConstraints.
        anchor: CaRule::CheckCa,
        anchor_length: true,
        length: true,
        spares_self_issued: true,
    },
    usage: Usage {
        // v3_purp.c, xku_reject: for every certificate, also the root. anyExtendedKeyUsage does not
        // count.
        leaf: ExtendedUsage::Client,
        ca: ExtendedUsage::Client,
        anchor: ExtendedUsage::Client,
        empty_is_none: false,
        // check_purpose_ssl_client.
        key_usage: ext::DIGITAL_SIGNATURE | ext::KEY_AGREEMENT,
        netscape: true,
        zero_is_none: false,
    },
    // v3_ncons.c, NAME_CONSTRAINTS_check and _check_CN (before 4.0).
    constraints: Constraints {
        anchor: true,
        directory: Form::Compared,
        mail: Form::Compared,
        uri: Form::Compared,
        other_name: Form::Compared,
        sub_domains: false,
        other: Form::Compared,
        leaf_only: false,
        host_in_cn: HostInCn::Always,
        mail_in_subject: Mail::Always,
        // NAME_CONSTRAINTS_check: X509_V_ERR_UNSUPPORTED_NAME_SYNTAX.
        mail_string: MailString::Constrained,
    },
    // X509_V_FLAG_POLICY_CHECK is not set.
    policies: false,
    // check_extensions: without ALLOW_PROXY_CERTS any certificate with proxyCertInfo is refused.
    proxies: Proxies::Refused,
    lists: None,
    permission: Permission::None,
    strict: false,
};

/// `X509_V_FLAG_CRL_CHECK` and `_ALL`, before 3.6. From 3.6 on, self-signed certificates are not
/// checked.
const ALL_LISTS: Lists = Lists {
    // check_revocation: every certificate, also the root, against its own list.
    of: Of::All,
    files: Files::UntilGap,
    choice: Choice::Score,
    required: true,
    // check_crl_time.
    expired: Expired::Refused,
    future_refused: true,
    endless: Use::Used,
    bare: Use::Used,
    weak: Use::Used,
    // x_crl.c and x509_vfy.c, get_crl_score: without X509_V_FLAG_USE_DELTAS none is used.
    delta: Use::PassedOver,
    names: Names::Canonical,
    signature: true,
    // check_crl: X509_V_ERR_KEYUSAGE_NO_CRL_SIGN.
    no_crl_sign: Use::Refused,
    // crl_crldp_check. The root has no distribution point.
    scope: Scope::Refuses,
    // crl_akid_check.
    key_id: true,
    // x_crl.c, crl_cb: not even cRLNumber.
    known: &[ext::AUTHORITY_KEY_ID, ext::ISSUING_POINT, ext::DELTA],
    unknown_critical: Use::Refused,
    // x_crl.c, crl_set_issuers; x509_vfy.c, cert_crl.
    entries: Entries::WithIssuer,
    effective: true,
};

/// Profiles of OpenSSL and of servers that use it.
pub(super) const PROFILES: &[Profile] = &[
    PLAIN,
    WITH_PROXIES,
    Profile {
        id: "openssl-proxy-crl",
        consumer: OPENSSL.when("with proxies allowed and -crl_check_all"),
        lists: Some(ALL_LISTS),
        ..WITH_PROXIES
    },
    Profile {
        id: "openssl-level1",
        consumer: OPENSSL.when("with proxies allowed, at security level 1"),
        source: "x509_vfy.c, check_auth_level; the default of OpenSSL 3.0 and 3.1",
        // The digests are those of level 2, because SHA-1 is too weak for both levels.
        strength: Strength {
            leaf_bits: LEVEL_1_BITS,
            issuer_bits: LEVEL_1_BITS,
            anchor_bits: LEVEL_1_BITS,
            ..PLAIN.strength
        },
        ..WITH_PROXIES
    },
    Profile {
        id: "openssl-strict",
        consumer: OPENSSL.when("with proxies allowed and -x509_strict"),
        source: "x509_vfy.c, check_extensions (before 4.0)",
        strict: true,
        ..WITH_PROXIES
    },
    Profile {
        id: "apache-crl",
        consumer: APACHE.when("with SSLCARevocationCheck chain"),
        source: "httpd 2.4, ssl_engine_init.c; SSLVerifyDepth as high as the path needs",
        lists: Some(ALL_LISTS),
        ..PLAIN
    },
    NGINX_PLAIN,
    Profile {
        id: "nginx-crl",
        consumer: NGINX.when("with ssl_crl"),
        // ngx_ssl_crl: all lists are read from one file.
        lists: Some(Lists { files: Files::All, ..ALL_LISTS }),
        ..NGINX_PLAIN
    },
    Profile {
        id: "python-3.11",
        consumer: PYTHON_SSL.before("3.13"),
        group: Group::Language,
        source: "CPython, Modules/_ssl.c; the cipher string asks for level 2",
        ..PLAIN
    },
    Profile {
        id: "python-3.13",
        consumer: PYTHON_SSL.when("by create_default_context").from("3.13"),
        group: Group::Language,
        // gh-107361: VERIFY_X509_STRICT and VERIFY_X509_PARTIAL_CHAIN.
        source: "CPython 3.13, Lib/ssl.py, create_default_context",
        any_anchor: true,
        strict: true,
        ..PLAIN
    },
];

const WITH_PROXIES: Profile = Profile {
    id: "openssl-proxy",
    consumer: OPENSSL.when("with proxies allowed"),
    source: "OpenSSL 3.5, x509_vfy.c; -allow_proxy_certs",
    proxies: Proxies::OpenSsl,
    ..PLAIN
};

const NGINX_PLAIN: Profile = Profile {
    id: "nginx",
    consumer: NGINX,
    source: "nginx 1.26, ngx_event_openssl.c; ssl_verify_depth as high as the path needs",
    // ngx_ssl_client_certificate: all CAs are read from one file.
    store: Store::All,
    ..PLAIN
};

/// XRootD over HTTPS.
pub(super) const XROOTD_HTTP: Profile = Profile {
    id: "xrootd-http",
    consumer: XROOTD.when("over HTTPS"),
    group: Group::Grid,
    // InitTLS never passes crlON, so no list is read. HandleAuthentication: a client without a
    // certificate continues as nobody.
    source: "XRootD 5.8, XrdHttpProtocol.cc InitTLS; XrdHttpSecurity.cc",
    transport: Transport { admits_anonymous: true, ..TLS },
    max_depth: 9,
    // HandleAuthentication: without an end entity, X509Chain::EECname is null, and the connection
    // is closed.
    leaf: Leaf { typed_by_xrootd: true, ..PLAIN.leaf },
    ..WITH_PROXIES
};
