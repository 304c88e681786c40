//! A path that OpenSSL does not find, because it follows another path and never goes back.

use crate::chain::{Attempt, PoolCertificate};
use crate::check::chain::Context;
use crate::check::{chain, rules};
use crate::consumer::{GLOBUS, OPENSSL, VOMS, XROOTD};
use crate::report::Finding;

rules! {
    step: Chain;
    TAKES_OTHER: WARN {
        id: "openssl-takes-other-ca",
        what: "OpenSSL takes another certificate of a CA than the path that was found, and fails",
        why: "OpenSSL takes one issuer for each certificate, from the CA directory first, and does \
              not try the next when it leads nowhere; Go, rustls and certok try all",
        advice: "update the CA bundle, or have the certificate that leads nowhere removed from the \
                 file or the directory",
        refused_by: [OPENSSL.so_with_and(&[XROOTD, GLOBUS, VOMS])],
        source: "X509_verify_cert(3), X509_V_FLAG_TRUSTED_FIRST",
    }
}

/// What OpenSSL does, and that it does not find `accepted`.
pub fn explain(accepted: &[PoolCertificate], instead: &Attempt, context: Context<'_>) -> Finding {
    let differs = |(a, b): &(&PoolCertificate, &PoolCertificate)| a.certificate != b.certificate;
    let parting = accepted.iter().zip(&instead.path).find(differs);
    let taken = match parting {
        Some((here, there)) => format!(
            "OpenSSL does not find this path: it takes the CA {} from {}, not from {}, and fails",
            there.certificate.subject.common_name(),
            there.from,
            here.from
        ),
        None => "OpenSSL does not find this path, and fails".to_owned(),
    };
    let reasons = chain::check(instead, context);
    let message = match reasons.first() {
        Some(reason) => format!("{taken}: {}", reason.message),
        None => taken,
    };
    TAKES_OTHER.found(message)
}
