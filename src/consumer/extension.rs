//! Extensions by their OIDs, as profiles name them.

pub(super) const SUBJECT_KEY_ID: &str = "2.5.29.14";
pub(super) const KEY_USAGE: &str = "2.5.29.15";
pub(super) const ALT_NAME: &str = "2.5.29.17";
pub(super) const ISSUER_ALT_NAME: &str = "2.5.29.18";
pub(super) const BASIC_CONSTRAINTS: &str = "2.5.29.19";
pub(super) const ISSUING_POINT: &str = "2.5.29.28";
pub(super) const NAME_CONSTRAINTS: &str = "2.5.29.30";
pub(super) const CRL_POINTS: &str = "2.5.29.31";
pub(super) const POLICIES: &str = "2.5.29.32";
pub(super) const POLICY_MAPPINGS: &str = "2.5.29.33";
pub(super) const AUTHORITY_KEY_ID: &str = "2.5.29.35";
pub(super) const POLICY_CONSTRAINTS: &str = "2.5.29.36";
pub(super) const EXTENDED_KEY_USAGE: &str = "2.5.29.37";
pub(super) const INHIBIT_ANY_POLICY: &str = "2.5.29.54";
pub(super) const AUTHORITY_INFO: &str = "1.3.6.1.5.5.7.1.1";
pub(super) const QC_STATEMENTS: &str = "1.3.6.1.5.5.7.1.3";
pub(super) const IP_BLOCKS: &str = "1.3.6.1.5.5.7.1.7";
pub(super) const AS_NUMBERS: &str = "1.3.6.1.5.5.7.1.8";
pub(super) const PROXY_INFO: &str = "1.3.6.1.5.5.7.1.14";
pub(super) const PROXY_INFO_DRAFT: &str = "1.3.6.1.4.1.3536.1.222";
pub(super) const TLS_FEATURE: &str = "1.3.6.1.5.5.7.1.24";
pub(super) const OCSP_NO_CHECK: &str = "1.3.6.1.5.5.7.48.1.5";
pub(super) const SCT_LIST: &str = "1.3.6.1.4.1.11129.2.4.2";
pub(super) const NETSCAPE_TYPE: &str = "2.16.840.1.113730.1.1";

/// digitalSignature in the bits of a key usage.
pub(super) const DIGITAL_SIGNATURE: u16 = 1;

/// keyAgreement.
pub(super) const KEY_AGREEMENT: u16 = 1 << 4;
