//! TLS libraries with a validator of their own: Go, rustls, GnuTLS, Java. Each takes every CA of
//! the directory as an anchor.

use crate::consumer::extension as ext;
use crate::consumer::openssl::{EVERY_KEY, PLAIN, TLS};
use crate::consumer::profile::{
    CaRule, Cas, Choice, Constraints, Dates, Digest, EmptySubject, Entries, Expired, ExtendedUsage,
    Extensions, Files, Form, Group, HostInCn, KeyIds, KeyKind, Leaf, Lists, Mail, MailString,
    Names, Of, OwnAnchor, Profile, Proxies, Scope, Search, Store, Strength, Transport, Usage, Use,
};
use crate::consumer::tool::{GNUTLS, GO, JAVA, RUSTLS};

/// Keys that GnuTLS and Java can use in TLS 1.3.
const NO_BRAINPOOL: &[KeyKind] = &[
    KeyKind::Rsa,
    KeyKind::RsaPss,
    KeyKind::P256,
    KeyKind::P384,
    KeyKind::P521,
    KeyKind::Ed25519,
    KeyKind::Ed448,
];

/// What these libraries have in common.
pub(super) const LIBRARY: Profile = Profile {
    group: Group::Language,
    store: Store::All,
    search: Search::Every,
    any_anchor: true,
    dates: Dates { last_second: true, early_seconds: 0, proxy_grace_seconds: 0, anchor: true },
    proxies: Proxies::NotKnown,
    ..PLAIN
};

/// crypto/tls with `RequireAndVerifyClientCert`.
pub(super) const GO_TLS: Profile = Profile {
    id: "go",
    consumer: GO.from("1.24"),
    source: "Go 1.24, crypto/x509 verify.go and parser.go; crypto/tls handshake_server.go",
    transport: Transport {
        keys: &[KeyKind::Rsa, KeyKind::P256, KeyKind::P384, KeyKind::P521, KeyKind::Ed25519],
        ..TLS
    },
    // isValid: compares the encoded names with bytes.Equal.
    names: Names::Encoded,
    // parser.go, parseASN1String.
    strict_strings: true,
    // findPotentialParents: they only put candidates in order.
    key_ids: KeyIds::Any,
    strength: Strength {
        // crypto/rsa, checkKeySize: no signature of less than 1024 bits is verified (1.24).
        leaf_bits: 1024,
        issuer_bits: 1024,
        anchor_bits: 1024,
        // handshake_server.go, checkKeySize.
        max_bits: 8192,
        signers: &[KeyKind::Rsa, KeyKind::P256, KeyKind::P384, KeyKind::P521, KeyKind::Ed25519],
        // x509.go, checkSignature: MD5 and SHA-1 are insecure, SHA-224 is not implemented.
        digest: Digest::Sha256,
        any_ecdsa: true,
        sha224: true,
        sha3: false,
        any_pss: false,
        leaf_pss: Digest::Md5,
        compressed_points: false,
        spares_self_issued: false,
    },
    extensions: Extensions {
        // parser.go, processExtensions: a critical AKI, SKI or AIA is an error.
        known: Some(&[
            ext::KEY_USAGE,
            ext::BASIC_CONSTRAINTS,
            ext::ALT_NAME,
            ext::NAME_CONSTRAINTS,
            ext::CRL_POINTS,
            ext::POLICY_CONSTRAINTS,
            ext::EXTENDED_KEY_USAGE,
            ext::POLICIES,
            ext::POLICY_MAPPINGS,
            ext::INHIBIT_ANY_POLICY,
        ]),
        readable: &[
            ext::SUBJECT_KEY_ID,
            ext::KEY_USAGE,
            ext::ALT_NAME,
            ext::BASIC_CONSTRAINTS,
            ext::NAME_CONSTRAINTS,
            ext::CRL_POINTS,
            ext::AUTHORITY_KEY_ID,
            ext::EXTENDED_KEY_USAGE,
            ext::POLICIES,
            ext::AUTHORITY_INFO,
            ext::POLICY_CONSTRAINTS,
            ext::POLICY_MAPPINGS,
            ext::INHIBIT_ANY_POLICY,
        ],
        framed: &[],
        critical_readable: true,
        // parseSANExtension, parseNameConstraintsExtension: other forms count as not handled.
        name_forms: &["dNSName", "rfc822Name", "iPAddress", "uniformResourceIdentifier"],
        anchor: true,
        version_3_only: false,
        anchor_version_3: false,
        qualifiers: true,
    },
    // From 1.23 on, unless GODEBUG x509negativeserial is set.
    leaf: Leaf { negative_serial: false, anchor: OwnAnchor::Judged, ..PLAIN.leaf },
    cas: Cas {
        issuer: CaRule::ConstraintsAndUsage,
        // CheckSignatureFrom: in version 1 there is no extension that could forbid it.
        anchor: CaRule::OrVersion1,
        anchor_length: true,
        length: true,
        // verify.go, isValid: all certificates between.
        spares_self_issued: false,
    },
    usage: Usage {
        // checkChainForKeyUsage: from the root downwards.
        leaf: ExtendedUsage::ClientOrAny,
        ca: ExtendedUsage::ClientOrAny,
        anchor: ExtendedUsage::ClientOrAny,
        empty_is_none: true,
        key_usage: 0,
        netscape: false,
        zero_is_none: false,
    },
    constraints: Constraints {
        anchor: true,
        // parser.go, parseNameConstraintsExtension: not handled.
        directory: Form::Ignored,
        mail: Form::Compared,
        uri: Form::Compared,
        other_name: Form::Ignored,
        // verify.go, matchDomainConstraint.
        sub_domains: true,
        other: Form::Ignored,
        leaf_only: false,
        host_in_cn: HostInCn::Never,
        mail_in_subject: Mail::Never,
        mail_string: MailString::Never,
    },
    // policiesValid, as in RFC 9618.
    policies: true,
    ..LIBRARY
};

/// WebPkiClientVerifier with ring as the provider.
pub(super) const RUSTLS_RING: Profile = Profile {
    id: "rustls",
    consumer: RUSTLS,
    source: "rustls 0.23, rustls-webpki 0.103: verify_cert.rs, cert.rs, subject_name; crypto/ring",
    transport: Transport {
        // crypto/ring, SUPPORTED_SIG_ALGS.
        keys: &[KeyKind::Rsa, KeyKind::P256, KeyKind::P384, KeyKind::Ed25519],
        ..TLS
    },
    names: Names::Encoded,
    key_ids: KeyIds::Any,
    // verify_cert.rs, MAX_SUB_CA_COUNT.
    max_depth: 6,
    strength: Strength {
        // RSA_PSS_2048_8192_*. The handshake uses them too. ring rounds up to whole bytes.
        leaf_bits: 2041,
        issuer_bits: 2041,
        anchor_bits: 2041,
        max_bits: 8192,
        signers: &[KeyKind::Rsa, KeyKind::P256, KeyKind::P384, KeyKind::Ed25519],
        digest: Digest::Sha256,
        // P-256 and P-384, each with SHA-256 or SHA-384 only.
        any_ecdsa: false,
        sha224: true,
        sha3: false,
        any_pss: false,
        leaf_pss: Digest::Md5,
        compressed_points: false,
        spares_self_issued: false,
    },
    // trust_anchor.rs: an anchor is only its name, its key and its name constraints.
    dates: Dates { anchor: false, ..LIBRARY.dates },
    extensions: Extensions {
        // cert.rs, remember_cert_extension does not know certificate policies.
        known: Some(&[
            ext::KEY_USAGE,
            ext::ALT_NAME,
            ext::BASIC_CONSTRAINTS,
            ext::NAME_CONSTRAINTS,
            ext::CRL_POINTS,
            ext::EXTENDED_KEY_USAGE,
            ext::SCT_LIST,
        ]),
        readable: &[
            ext::EXTENDED_KEY_USAGE,
            ext::BASIC_CONSTRAINTS,
            ext::NAME_CONSTRAINTS,
            ext::CRL_POINTS,
        ],
        // Alternative names are parsed only below a CA with name constraints.
        framed: &[ext::ALT_NAME],
        critical_readable: false,
        name_forms: &[],
        anchor: false,
        version_3_only: true,
        anchor_version_3: true,
        qualifiers: true,
    },
    leaf: Leaf {
        // check_basic_constraints: CaUsedAsEndEntity.
        ca: false,
        // cert.rs, version3: UnsupportedCertVersion.
        version_3: true,
        anchor: OwnAnchor::Ignored,
        ..PLAIN.leaf
    },
    cas: Cas {
        issuer: CaRule::Constraints,
        anchor: CaRule::Any,
        anchor_length: false,
        length: true,
        spares_self_issued: true,
    },
    usage: Usage {
        // verify_cert.rs: anyExtendedKeyUsage does not count as clientAuth.
        leaf: ExtendedUsage::Client,
        ca: ExtendedUsage::Client,
        anchor: ExtendedUsage::Any,
        empty_is_none: false,
        key_usage: 0,
        netscape: false,
        zero_is_none: false,
    },
    constraints: Constraints {
        anchor: true,
        // subject_name: a directoryName subtree is not implemented, and is compared with every
        // subject.
        directory: Form::Refuses,
        mail: Form::Refuses,
        uri: Form::Refuses,
        other_name: Form::Refuses,
        sub_domains: false,
        other: Form::Refuses,
        leaf_only: false,
        host_in_cn: HostInCn::Never,
        mail_in_subject: Mail::Never,
        mail_string: MailString::Never,
    },
    ..LIBRARY
};

/// With lists given to `with_crls`, where an unknown status is allowed.
pub(super) const RUSTLS_CRL: Profile = Profile {
    id: "rustls-crl",
    consumer: RUSTLS.when("with CRLs and allow_unknown_revocation_status"),
    source: "rustls-webpki 0.103, crl/types.rs",
    lists: Some(Lists {
        of: Of::BelowAnchor,
        files: Files::All,
        choice: Choice::First,
        required: false,
        // ExpirationPolicy::Ignore.
        expired: Expired::Used,
        future_refused: false,
        endless: Use::PassedOver,
        bare: Use::PassedOver,
        weak: Use::Refused,
        // UnsupportedDeltaCrl.
        delta: Use::PassedOver,
        names: Names::Encoded,
        signature: true,
        // No key usage is stored for an anchor.
        no_crl_sign: Use::RefusedBelowSent,
        // authoritative_for.
        scope: Scope::WithoutPointIsWithin,
        key_id: false,
        known: &[ext::AUTHORITY_KEY_ID, ext::CRL_NUMBER, ext::ISSUING_POINT],
        unknown_critical: Use::PassedOver,
        // BorrowedRevokedCert, from_der: such a list cannot be loaded.
        entries: Entries::Understood,
        effective: true,
    }),
    ..RUSTLS_RING
};

/// gnutls-serv.
pub(super) const GNUTLS_SERVER: Profile = Profile {
    id: "gnutls",
    // From 3.8.13 on, gnutls-serv checks the extended key usage.
    consumer: GNUTLS.before("3.8.13"),
    source: "GnuTLS 3.8.9, lib/x509/verify.c, verify-high.c, name_constraints.c; lib/tls-sig.c",
    // gnutls_int.h, DEFAULT_MAX_VERIFY_DEPTH.
    transport: Transport { keys: NO_BRAINPOOL, max_certificates: 16, ..TLS },
    // verify.c, find_issuer: takes the first candidate, then each later one that is valid now.
    search: Search::LastInDate,
    // is_issuer: compares encoded names, and key identifiers if both have one.
    names: Names::Encoded,
    key_ids: KeyIds::KeyId,
    strength: Strength {
        // algorithms/secparams.c: profile LOW.
        leaf_bits: 1024,
        issuer_bits: 1024,
        anchor_bits: 1024,
        max_bits: usize::MAX,
        signers: EVERY_KEY,
        digest: Digest::Sha224,
        any_ecdsa: true,
        sha224: true,
        sha3: true,
        any_pss: false,
        // gnutls_sign_algorithm_t has no RSA-PSS with SHA-224.
        leaf_pss: Digest::Sha256,
        compressed_points: false,
        // verify_crt: if is_issuer holds for the certificate itself.
        spares_self_issued: true,
    },
    extensions: Extensions {
        // supported_exts.gperf has neither policyMappings nor policyConstraints.
        known: Some(&[
            ext::SUBJECT_KEY_ID,
            ext::KEY_USAGE,
            ext::ALT_NAME,
            ext::ISSUER_ALT_NAME,
            ext::BASIC_CONSTRAINTS,
            ext::NAME_CONSTRAINTS,
            ext::CRL_POINTS,
            ext::AUTHORITY_KEY_ID,
            ext::EXTENDED_KEY_USAGE,
            ext::AUTHORITY_INFO,
            ext::PROXY_INFO,
            ext::TLS_FEATURE,
            ext::POLICIES,
            ext::INHIBIT_ANY_POLICY,
        ]),
        readable: &[ext::ALT_NAME, ext::ISSUER_ALT_NAME],
        framed: &[],
        critical_readable: false,
        name_forms: &[],
        anchor: true,
        version_3_only: true,
        anchor_version_3: false,
        qualifiers: true,
    },
    leaf: Leaf { anchor: OwnAnchor::Judged, ..PLAIN.leaf },
    cas: Cas {
        issuer: CaRule::ConstraintsAndUsage,
        // check_if_ca: a self-issued certificate need not say that it is a CA.
        anchor: CaRule::OrSilentRoot,
        anchor_length: true,
        length: true,
        // Measured.
        spares_self_issued: false,
    },
    usage: Usage {
        leaf: ExtendedUsage::Any,
        ca: ExtendedUsage::Any,
        anchor: ExtendedUsage::Any,
        empty_is_none: true,
        // tls-sig.c, _gnutls_check_key_usage_for_sig.
        key_usage: ext::DIGITAL_SIGNATURE,
        netscape: false,
        zero_is_none: true,
    },
    constraints: Constraints {
        anchor: true,
        // name_constraints.c, check_unsupported_constraint.
        directory: Form::ExcludedRefuses,
        mail: Form::Compared,
        uri: Form::ExcludedRefuses,
        // Measured.
        other_name: Form::Ignored,
        sub_domains: false,
        // gnutls_x509_ext_import_name_constraints: an error.
        other: Form::RefusesAll,
        leaf_only: true,
        host_in_cn: HostInCn::IfServer,
        mail_in_subject: Mail::WithoutAltName,
        // gnutls_x509_crt_get_dn_by_oid decodes it as an IA5String.
        mail_string: MailString::Compared,
    },
    ..LIBRARY
};

/// With `--x509crlfile`.
pub(super) const GNUTLS_CRL: Profile = Profile {
    id: "gnutls-crl",
    consumer: GNUTLS.when("with CRLs"),
    source: "GnuTLS 3.8.9, lib/x509/x509.c, _gnutls_x509_crt_check_revocation",
    lists: Some(Lists {
        of: Of::BelowAnchor,
        files: Files::All,
        // verify-high.c, gnutls_x509_trust_list_add_crls.
        choice: Choice::Newest,
        required: false,
        expired: Expired::Used,
        future_refused: false,
        endless: Use::Used,
        bare: Use::Used,
        weak: Use::Used,
        delta: Use::Used,
        names: Names::Encoded,
        // Only issuer and serial number are checked.
        signature: false,
        no_crl_sign: Use::Used,
        scope: Scope::Ignored,
        key_id: false,
        known: &[],
        unknown_critical: Use::Used,
        entries: Entries::Serial,
        effective: true,
    }),
    ..GNUTLS_SERVER
};

/// The trust manager of JSSE.
pub(super) const JAVA_PKIX: Profile = Profile {
    id: "java",
    consumer: JAVA.from("17"),
    source: "JDK 21, sun.security.validator: PKIXValidator, EndEntityChecker; provider.certpath",
    // jdk.tls.maxCertificateChainLength, and from JDK 25 on 8 for certificates of clients;
    // java.security, jdk.tls.disabledAlgorithms.
    transport: Transport { keys: NO_BRAINPOOL, refuses_md5: true, max_certificates: 10, ..TLS },
    names: Names::Java,
    // AdaptableX509CertSelector: only for the anchor.
    key_ids: KeyIds::Anchor,
    strength: Strength {
        // jdk.certpath.disabledAlgorithms. SHA-1 is disabled for servers only.
        leaf_bits: 1024,
        issuer_bits: 1024,
        anchor_bits: 1024,
        max_bits: usize::MAX,
        signers: EVERY_KEY,
        digest: Digest::Sha1,
        any_ecdsa: true,
        // SignatureScheme: TLS 1.3 has none with SHA-224, SHA-3, or RSA-PSS with SHA-1, for
        // certificates neither.
        sha224: false,
        sha3: false,
        any_pss: true,
        leaf_pss: Digest::Sha256,
        compressed_points: true,
        spares_self_issued: false,
    },
    // TrustAnchor has name and key. verifyTrustAnchor is called at the end.
    dates: Dates { anchor: false, ..LIBRARY.dates },
    extensions: Extensions {
        // ConstraintsChecker, KeyChecker, PolicyChecker.
        known: Some(&[
            ext::KEY_USAGE,
            ext::EXTENDED_KEY_USAGE,
            ext::ALT_NAME,
            ext::BASIC_CONSTRAINTS,
            ext::NAME_CONSTRAINTS,
            ext::POLICIES,
            ext::POLICY_MAPPINGS,
            ext::POLICY_CONSTRAINTS,
            ext::INHIBIT_ANY_POLICY,
        ]),
        readable: &[],
        // CertificateExtensions: an extension that is not critical is ignored if it cannot be
        // parsed.
        framed: &[],
        critical_readable: true,
        name_forms: &[],
        anchor: false,
        version_3_only: true,
        anchor_version_3: true,
        // PolicyChecker: policyQualifiersRejected.
        qualifiers: false,
    },
    leaf: Leaf {
        // X509CertInfo, verifyCert.
        empty_subject: EmptySubject::NeedsAltName,
        anchor: OwnAnchor::Taken,
        ..PLAIN.leaf
    },
    cas: Cas {
        issuer: CaRule::ConstraintsAndUsage,
        anchor: CaRule::OrVersion1,
        anchor_length: false,
        length: true,
        spares_self_issued: true,
    },
    usage: Usage {
        // EndEntityChecker, checkTLSClient.
        leaf: ExtendedUsage::ClientOrAny,
        ca: ExtendedUsage::Any,
        anchor: ExtendedUsage::Any,
        empty_is_none: false,
        key_usage: ext::DIGITAL_SIGNATURE,
        netscape: true,
        zero_is_none: false,
    },
    constraints: Constraints {
        anchor: false,
        directory: Form::Compared,
        mail: Form::Compared,
        uri: Form::Compared,
        other_name: Form::Compared,
        sub_domains: false,
        other: Form::Compared,
        leaf_only: false,
        // NameConstraintsExtension.verify: takes the CN if there is no host name.
        host_in_cn: HostInCn::AnyLabel,
        mail_in_subject: Mail::WithoutAltName,
        mail_string: MailString::Never,
    },
    policies: true,
    ..LIBRARY
};
