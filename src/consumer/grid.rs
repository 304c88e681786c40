//! Grid software with a validator of its own: Globus, XRootD's gsi, canl-java.

use crate::consumer::extension as ext;
use crate::consumer::library::{JAVA_PKIX, LIBRARY};
use crate::consumer::openssl::{EVERY_KEY, LEVEL_2_BITS, PLAIN, TLS};
use crate::consumer::profile::{
    CaRule, Carrier, Cas, Choice, Constraints, Dates, Digest, EmptySubject, Entries, Expired,
    ExtendedUsage, Extensions, Files, Form, Group, HostInCn, KeyIds, Leaf, Lists, Mail, MailString,
    Names, Of, OwnAnchor, Permission, Profile, Proxies, Scope, Search, Store, Strength, Transport,
    Usage, Use,
};
use crate::consumer::tool::{CANL_JAVA, GLOBUS, XROOTD};

/// For validators that check no usage.
const ANY_USAGE: Usage = Usage {
    leaf: ExtendedUsage::Any,
    ca: ExtendedUsage::Any,
    anchor: ExtendedUsage::Any,
    empty_is_none: true,
    key_usage: 0,
    netscape: false,
    zero_is_none: false,
};

/// Globus GSSAPI without confidentiality: OpenSSL's validator at security level 0, with a callback
/// that overrides some of its errors.
pub(super) const GLOBUS_GSS: Profile = Profile {
    id: "globus",
    consumer: GLOBUS,
    group: Group::Grid,
    source: "Globus GSSAPI 14.20 on OpenSSL 3.5: globus_gsi_callback.c, globus_i_gsi_gss_utils.c",
    transport: Transport { carrier: Carrier::Globus, ..TLS },
    strength: Strength {
        // The client loads its own certificate at OpenSSL's default level. The handshake has level
        // 0.
        leaf_bits: LEVEL_2_BITS,
        issuer_bits: 0,
        anchor_bits: 0,
        digest: Digest::Md5,
        ..PLAIN.strength
    },
    extensions: Extensions { known: Some(GLOBUS_KNOWN), ..PLAIN.extensions },
    // globus_gsi_cert_utils.c, get_cert_type: a CA cannot be an identity, and the subject needs at
    // least one RDN.
    leaf: Leaf { ca: false, empty_subject: EmptySubject::Refused, ..PLAIN.leaf },
    // X509_check_issued, which Globus calls, passes over a CA without keyCertSign.
    search: Search::LatestEndSigner,
    // The purpose is any, and the callback ignores INVALID_PURPOSE.
    usage: ANY_USAGE,
    proxies: Proxies::Globus,
    lists: Some(Lists {
        of: Of::All,
        files: Files::UntilGap,
        // check_revoked takes one list with the name of the issuer. Measured: the first that has
        // not expired.
        choice: Choice::FirstCurrent,
        required: false,
        expired: Expired::RefusedByHash,
        future_refused: true,
        endless: Use::Used,
        bare: Use::Used,
        weak: Use::Used,
        delta: Use::Used,
        names: Names::Canonical,
        signature: true,
        no_crl_sign: Use::Used,
        scope: Scope::Ignored,
        key_id: false,
        known: &[],
        unknown_critical: Use::Used,
        // check_revoked: compares serial numbers.
        entries: Entries::Serial,
        effective: true,
    }),
    permission: Permission::Globus,
    ..PLAIN
};

/// `sec.protocol gsi -crl:1`: a validator of its own. It checks of each certificate its type, its
/// dates, and that the next one signed it. Nothing else.
pub(super) const XROOTD_GSI_5: Profile = Profile {
    id: "xrootd-gsi-5",
    // X509Crl::LoadCache stores kCE_ok in a place where IsRevoked does not look, so revocation has
    // no effect.
    consumer: XROOTD.when("GSI").before("6.2"),
    group: Group::Grid,
    source: "XRootD 5.8, XrdSecProtocolgsi.cc; XrdCryptogsiX509Chain.cc; XrdCryptosslgsiAux.cc",
    transport: Transport { carrier: Carrier::XrootdGsi, ..TLS },
    // GetCA: reads one certificate from <hash of the issuer>.0, and nothing above it.
    store: Store::FirstLink,
    search: Search::DirectIssuer,
    any_anchor: true,
    // Compares the output of X509_NAME_print_ex with strcmp.
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
        sha3: true,
        any_pss: true,
        leaf_pss: Digest::Md5,
        compressed_points: true,
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
        anchor_version_3: false,
        qualifiers: true,
    },
    leaf: Leaf { ca: false, empty_subject: EmptySubject::Refused, ..PLAIN.leaf },
    cas: Cas {
        issuer: CaRule::Any,
        // CertType: cA alone makes a CA. Without it LoadCRL finds no signer.
        anchor: CaRule::Constraints,
        anchor_length: false,
        length: false,
        spares_self_issued: true,
    },
    usage: ANY_USAGE,
    constraints: NO_CONSTRAINTS,
    proxies: Proxies::XrootdGsi,
    lists: Some(Lists {
        // Of the certificates below the CA, only the end entity.
        of: Of::BelowAnchor,
        files: Files::First,
        choice: Choice::First,
        required: false,
        expired: Expired::Used,
        future_refused: false,
        endless: Use::Used,
        bare: Use::Used,
        weak: Use::Used,
        delta: Use::Used,
        // LoadCRL: compares hashes.
        names: Names::Canonical,
        // LoadCRL: a bad signature of the list refuses the CA.
        signature: true,
        no_crl_sign: Use::Used,
        scope: Scope::Ignored,
        key_id: false,
        known: &[],
        unknown_critical: Use::Used,
        // IsRevoked: by the serial number.
        entries: Entries::Serial,
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
    other_name: Form::Ignored,
    sub_domains: false,
    other: Form::Ignored,
    leaf_only: true,
    host_in_cn: HostInCn::Never,
    mail_in_subject: Mail::Never,
    mail_string: MailString::Never,
};

/// As before, but revocation takes effect (6.2 and later).
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

/// canl-java with an OpenSSL trust store that is read at start, and with CRLs if valid: dCache,
/// StoRM, VOMS Admin.
pub(super) const CANL: Profile = Profile {
    id: "canl",
    consumer: CANL_JAVA,
    group: Group::Grid,
    source: "canl-java 2.8.3: CertPathValidator, FixedBCPKIXCertPathReviewer, NamespaceChecker",
    transport: JAVA_PKIX.transport,
    store: Store::Links,
    names: Names::Java,
    // FixedBCPKIXCertPathReviewer, checkSignatures uses X509CertSelector of java.security.cert.
    key_ids: KeyIds::AnchorPresent,
    // PKIXParameters, maxPathLength 5: this does not count the last CA.
    max_depth: 6,
    // The wrapper of JSSE checks only the certificates that are sent.
    strength: Strength { anchor_bits: 0, ..JAVA_PKIX.strength },
    dates: Dates { proxy_grace_seconds: 300, anchor: false, ..LIBRARY.dates },
    extensions: Extensions {
        // checkCriticalExtensions does not know extKeyUsage.
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
        anchor_version_3: true,
        qualifiers: true,
    },
    leaf: Leaf {
        empty_subject: EmptySubject::NeedsAltName,
        anchor: OwnAnchor::Ignored,
        ..PLAIN.leaf
    },
    cas: Cas {
        issuer: CaRule::ConstraintsAndUsage,
        // If the CA flag is missing, this is only a notification.
        anchor: CaRule::Any,
        anchor_length: false,
        length: true,
        spares_self_issued: true,
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
        // RFC3280CertPathUtilitiesCanl, checkCRL: also with IF_VALID.
        expired: Expired::Refused,
        future_refused: false,
        // PKIXCRLUtil throws a NullPointerException.
        endless: Use::Refused,
        bare: Use::Used,
        weak: Use::Used,
        delta: Use::PassedOver,
        // Measured: a list under another spelling is not found.
        names: Names::Encoded,
        signature: true,
        no_crl_sign: Use::Refused,
        // processCRLB2; checkCRLs tries the name of the issuer too.
        scope: Scope::RefusesButIssuer,
        key_id: false,
        // RFC3280CertPathUtilities: not even cRLNumber.
        known: &[ext::ISSUING_POINT, ext::DELTA],
        unknown_critical: Use::Refused,
        // getCertStatus; CertStatus.UNREVOKED is 11.
        entries: Entries::WithReason,
        effective: true,
    }),
    // EUGRIDPMA_GLOBUS.
    permission: Permission::Canl,
    ..LIBRARY
};

/// canl-java without CRLs.
pub(super) const CANL_NO_CRL: Profile =
    Profile { id: "canl-nocrl", consumer: CANL_JAVA.when("without CRLs"), lists: None, ..CANL };

/// canl-java with namespaces files required.
pub(super) const CANL_STRICT: Profile = Profile {
    id: "canl-strict",
    consumer: CANL_JAVA.when("with namespaces required"),
    // EUGRIDPMA_AND_GLOBUS_REQUIRE.
    permission: Permission::CanlRequired,
    ..CANL
};

/// Critical extensions that Globus knows, also in CAs and roots (check_critical_extensions). If
/// Globus knows a critical extension and OpenSSL does not (AKI, SKI), OpenSSL takes the certificate
/// for a proxy. Its issuer then is no CA.
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
