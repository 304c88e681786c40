//! Software of the grid with rules of its own: Globus, XRootD's gsi, canl-java.

use crate::consumer::extension as ext;
use crate::consumer::library::{JAVA_PKIX, LIBRARY};
use crate::consumer::openssl::{EVERY_KEY, LEVEL_2_BITS, PLAIN, TLS};
use crate::consumer::profile::{
    CaRule, Carrier, Cas, Choice, Constraints, Dates, Digest, EmptySubject, Expired, ExtendedUsage,
    Extensions, Files, Form, Group, HostInCn, KeyIds, Leaf, Lists, Mail, Names, Of, OwnAnchor,
    Permission, Profile, Proxies, Scope, Search, Store, Strength, Transport, Usage, Use,
};
use crate::consumer::tool::{CANL_JAVA, GLOBUS, XROOTD};

/// Who asks nothing of usages.
const ANY_USAGE: Usage = Usage {
    leaf: ExtendedUsage::Any,
    ca: ExtendedUsage::Any,
    anchor: ExtendedUsage::Any,
    empty_is_none: true,
    key_usage: 0,
    netscape: false,
};

/// Globus GSSAPI without confidentiality: OpenSSL's validator at level 0, and a callback that
/// overrules it.
pub(super) const GLOBUS_GSS: Profile = Profile {
    id: "globus",
    consumer: GLOBUS,
    group: Group::Grid,
    source: "Globus GSSAPI 14.20 on OpenSSL 3.5: globus_gsi_callback.c, globus_i_gsi_gss_utils.c",
    transport: Transport { carrier: Carrier::Globus, ..TLS },
    strength: Strength {
        // The client loads its own certificate at OpenSSL's default level; the handshake has 0.
        leaf_bits: LEVEL_2_BITS,
        issuer_bits: 0,
        anchor_bits: 0,
        digest: Digest::Md5,
        ..PLAIN.strength
    },
    extensions: Extensions { known: Some(GLOBUS_KNOWN), ..PLAIN.extensions },
    // globus_gsi_cert_utils.c, get_cert_type: a CA is no identity, and the last RDN must be there.
    leaf: Leaf { ca: false, empty_subject: EmptySubject::Refused, ..PLAIN.leaf },
    // The purpose is any, and INVALID_PURPOSE is passed over.
    usage: ANY_USAGE,
    proxies: Proxies::Globus,
    lists: Some(Lists {
        of: Of::All,
        files: Files::UntilGap,
        // check_revoked: the first of the issuer's name.
        choice: Choice::First,
        required: false,
        expired: Expired::RefusedByHash,
        future_refused: true,
        endless: Use::Used,
        version_1: Use::Used,
        sha1: Use::Used,
        signature: true,
        no_crl_sign: Use::Used,
        scope: Scope::Ignored,
        key_id: false,
        unknown_critical: Use::Used,
        effective: true,
    }),
    permission: Permission::Globus,
    ..PLAIN
};

/// `sec.protocol gsi -crl:1`: a walk of its own. Each certificate is of its type, in date, and signed
/// by the next; nothing else is asked.
pub(super) const XROOTD_GSI_5: Profile = Profile {
    id: "xrootd-gsi-5",
    // X509Crl::LoadCache puts kCE_ok where IsRevoked does not look for it.
    consumer: XROOTD.when("GSI").before("6.2"),
    group: Group::Grid,
    source: "XRootD 5.8, XrdSecProtocolgsi.cc; XrdCryptogsiX509Chain.cc; XrdCryptosslgsiAux.cc",
    transport: Transport { carrier: Carrier::XrootdGsi, ..TLS },
    // GetCA: <hash of the issuer>.0 with one certificate; nothing above it.
    store: Store::FirstLink,
    search: Search::DirectIssuer,
    any_anchor: true,
    // strcmp of X509_NAME_print_ex.
    names: Names::Line,
    key_ids: KeyIds::Any,
    strength: Strength {
        leaf_bits: 0,
        issuer_bits: 0,
        anchor_bits: 0,
        max_bits: usize::MAX,
        signers: EVERY_KEY,
        digest: Digest::Md5,
        any_ecdsa: true,
        sha224: true,
        any_salt: true,
        spares_self_issued: false,
    },
    // XrdCryptoX509::IsValid, kAllowedSkew.
    dates: Dates { last_second: true, early_seconds: 600, proxy_grace_seconds: 0, anchor: true },
    extensions: Extensions {
        known: None,
        readable: &[],
        framed: &[],
        critical_readable: false,
        name_forms: &[],
        anchor: false,
        version_3_only: false,
    },
    leaf: Leaf { ca: false, empty_subject: EmptySubject::Refused, ..PLAIN.leaf },
    cas: Cas {
        issuer: CaRule::Any,
        // CertType: cA alone makes a CA; without one LoadCRL finds no signer.
        anchor: CaRule::Constraints,
        anchor_length: false,
        length: false,
    },
    usage: ANY_USAGE,
    constraints: NO_CONSTRAINTS,
    proxies: Proxies::XrootdGsi,
    lists: Some(Lists {
        // The certificates below the CA: the end entity.
        of: Of::BelowAnchor,
        files: Files::First,
        choice: Choice::First,
        required: false,
        expired: Expired::Used,
        future_refused: false,
        endless: Use::Used,
        version_1: Use::Used,
        sha1: Use::Used,
        // LoadCRL: a bad signature closes the CA.
        signature: true,
        no_crl_sign: Use::Used,
        scope: Scope::Ignored,
        key_id: false,
        unknown_critical: Use::Used,
        effective: false,
    }),
    permission: Permission::None,
    ..PLAIN
};

const NO_CONSTRAINTS: Constraints = Constraints {
    anchor: false,
    directory: Form::Ignored,
    mail: Form::Compared,
    uri: Form::Compared,
    other: Form::Ignored,
    leaf_only: true,
    host_in_cn: HostInCn::Never,
    mail_in_subject: Mail::Never,
};

/// The same where revocation takes effect.
pub(super) const XROOTD_GSI_6: Profile = Profile {
    id: "xrootd-gsi-6",
    consumer: XROOTD.when("GSI").from("6.2"),
    source: "measured with XRootD 6.2; else as 5.8",
    lists: match XROOTD_GSI_5.lists {
        Some(lists) => Some(Lists { effective: true, ..lists }),
        None => None,
    },
    ..XROOTD_GSI_5
};

/// canl-java with an eager OpenSSL store and CRLs if valid: dCache, StoRM, VOMS Admin.
pub(super) const CANL: Profile = Profile {
    id: "canl",
    consumer: CANL_JAVA,
    group: Group::Grid,
    source: "canl-java 2.8.3: CertPathValidator, FixedBCPKIXCertPathReviewer, NamespaceChecker",
    transport: JAVA_PKIX.transport,
    store: Store::Links,
    names: Names::Java,
    // FixedBCPKIXCertPathReviewer, checkSignatures: X509CertSelector of java.security.cert.
    key_ids: KeyIds::AnchorPresent,
    // The wrapper of JSSE looks at what is sent.
    strength: Strength { anchor_bits: 0, ..JAVA_PKIX.strength },
    dates: Dates { proxy_grace_seconds: 300, anchor: false, ..LIBRARY.dates },
    extensions: Extensions {
        // checkCriticalExtensions: extKeyUsage is not known.
        known: Some(&[
            ext::KEY_USAGE,
            ext::POLICIES,
            ext::POLICY_MAPPINGS,
            ext::INHIBIT_ANY_POLICY,
            ext::POLICY_CONSTRAINTS,
            ext::BASIC_CONSTRAINTS,
            ext::ALT_NAME,
            ext::NAME_CONSTRAINTS,
            ext::ISSUING_POINT,
            ext::QC_STATEMENTS,
        ]),
        readable: &[ext::ALT_NAME],
        framed: &[],
        critical_readable: true,
        name_forms: &[],
        anchor: false,
        version_3_only: true,
    },
    leaf: Leaf {
        empty_subject: EmptySubject::NeedsAltName,
        anchor: OwnAnchor::Ignored,
        ..PLAIN.leaf
    },
    cas: Cas {
        issuer: CaRule::ConstraintsAndUsage,
        // A missing mark is a notification.
        anchor: CaRule::Any,
        anchor_length: false,
        length: true,
    },
    usage: ANY_USAGE,
    constraints: Constraints {
        host_in_cn: HostInCn::Never,
        mail_in_subject: Mail::Always,
        ..JAVA_PKIX.constraints
    },
    policies: true,
    proxies: Proxies::Canl,
    lists: Some(Lists {
        of: Of::BelowAnchor,
        files: Files::All,
        choice: Choice::AnyGood,
        required: false,
        // RFC3280CertPathUtilitiesCanl, checkCRL: with IF_VALID too.
        expired: Expired::Refused,
        future_refused: false,
        // PKIXCRLUtil: a NullPointerException.
        endless: Use::Refused,
        version_1: Use::Used,
        sha1: Use::Used,
        signature: true,
        no_crl_sign: Use::Refused,
        // processCRLB2.
        scope: Scope::Refuses,
        key_id: false,
        unknown_critical: Use::Refused,
        effective: true,
    }),
    // EUGRIDPMA_GLOBUS.
    permission: Permission::Canl,
    ..LIBRARY
};

/// Without CRLs.
pub(super) const CANL_NO_CRL: Profile =
    Profile { id: "canl-nocrl", consumer: CANL_JAVA.when("without CRLs"), lists: None, ..CANL };

/// With namespaces required.
pub(super) const CANL_STRICT: Profile = Profile {
    id: "canl-strict",
    consumer: CANL_JAVA.when("with namespaces required"),
    // EUGRIDPMA_AND_GLOBUS_REQUIRE.
    permission: Permission::CanlRequired,
    ..CANL
};

/// Critical extensions that Globus knows, in CAs and roots too (check_critical_extensions). What it knows
/// and OpenSSL does not (a critical AKI, SKI) makes a certificate a proxy, whose issuer is no CA.
pub const GLOBUS_KNOWN: &[&str] = &[
    ext::BASIC_CONSTRAINTS,
    ext::KEY_USAGE,
    ext::EXTENDED_KEY_USAGE,
    ext::NETSCAPE_TYPE,
    ext::SUBJECT_KEY_ID,
    ext::AUTHORITY_KEY_ID,
    ext::PROXY_INFO,
    ext::PROXY_INFO_DRAFT,
];
