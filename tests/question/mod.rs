//! What tests of the path search ask, and the certificates they ask about.

// Each test binary takes what it needs.
#![allow(dead_code)]

use std::sync::Arc;

use certok::chain::evidence::Evidence;
use certok::chain::permission::PolicyMode;
use certok::chain::revocation::CrlMode;
use certok::chain::{PoolCertificate, Purpose, Question};
use certok::parse::cert::Certificate;
use certok::text::time::{Seconds, UnixTime};

use crate::forge::NOW;

/// A user certificate at the forge's instant; each test changes what it is about.
pub(crate) const QUESTION: Question<'static> = Question {
    at: UnixTime(NOW),
    need: Seconds(0),
    purpose: Purpose::Client,
    partial_chain: false,
    max_depth: 20,
    crl: CrlMode::Off,
    crl_leaf_only: false,
    policy: PolicyMode::Off,
    proxies: false,
    evidence: &Evidence::NONE,
};

/// A certificate of the pool.
pub(crate) fn known(der: &[u8], trusted: bool) -> PoolCertificate {
    PoolCertificate {
        certificate: Arc::new(Certificate::parse(der).expect("good DER")),
        from: String::new(),
        block: 1,
        trusted,
    }
}
