//! Extensions by their OIDs, as profiles name them.

pub const SUBJECT_KEY_ID: &str = "2.5.29.14";
pub const KEY_USAGE: &str = "2.5.29.15";
pub const ALT_NAME: &str = "2.5.29.17";
pub const ISSUER_ALT_NAME: &str = "2.5.29.18";
pub const BASIC_CONSTRAINTS: &str = "2.5.29.19";
pub const CRL_NUMBER: &str = "2.5.29.20";
pub const DELTA: &str = "2.5.29.27";
pub const ISSUING_POINT: &str = "2.5.29.28";
pub const NAME_CONSTRAINTS: &str = "2.5.29.30";
pub const CRL_POINTS: &str = "2.5.29.31";
pub const POLICIES: &str = "2.5.29.32";
pub const POLICY_MAPPINGS: &str = "2.5.29.33";
pub const AUTHORITY_KEY_ID: &str = "2.5.29.35";
pub const POLICY_CONSTRAINTS: &str = "2.5.29.36";
pub const EXTENDED_KEY_USAGE: &str = "2.5.29.37";
pub const INHIBIT_ANY_POLICY: &str = "2.5.29.54";
pub const AUTHORITY_INFO: &str = "1.3.6.1.5.5.7.1.1";
pub const QC_STATEMENTS: &str = "1.3.6.1.5.5.7.1.3";
pub const IP_BLOCKS: &str = "1.3.6.1.5.5.7.1.7";
pub const AS_NUMBERS: &str = "1.3.6.1.5.5.7.1.8";
pub const PROXY_INFO: &str = "1.3.6.1.5.5.7.1.14";
pub const PROXY_INFO_DRAFT: &str = "1.3.6.1.4.1.3536.1.222";
pub const TLS_FEATURE: &str = "1.3.6.1.5.5.7.1.24";
pub const OCSP_NO_CHECK: &str = "1.3.6.1.5.5.7.48.1.5";
pub const SCT_LIST: &str = "1.3.6.1.4.1.11129.2.4.2";
pub const NETSCAPE_TYPE: &str = "2.16.840.1.113730.1.1";

/// The bit of digitalSignature in a key usage.
pub const DIGITAL_SIGNATURE: u16 = 1;

/// The bit of keyAgreement in a key usage.
pub const KEY_AGREEMENT: u16 = 1 << 4;
