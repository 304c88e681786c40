//! A path that a consumer does not find, because it follows another one and does not come back.

use crate::chain::PoolCertificate;
use crate::chain::acceptance::{Acceptance, Reason};
use crate::check::rules;
use crate::consumer::{GLOBUS, OPENSSL, VOMS, XROOTD};

rules! {
    step: Chain;
    TAKES_OTHER: WARN {
        id: "openssl-takes-other-ca",
        what: "OpenSSL uses another certificate of a CA than the path that was found, and fails",
        why: "OpenSSL tries one issuer for each certificate, from the CA directory first, and does \
              not try the next when it leads nowhere; Go, rustls and certok try all",
        advice: "update the CA bundle, or have the certificate that leads nowhere removed from the \
                 file or the directory",
        refused_by: [OPENSSL.so_with_and(&[XROOTD, GLOBUS, VOMS])],
        source: "X509_verify_cert(3), X509_V_FLAG_TRUSTED_FIRST",
    }
}

/// Where a consumer's path leaves the `accepted` one, or ends on it at what signs itself by its name, if
/// it does.
pub fn parting(accepted: &[PoolCertificate], instead: &Acceptance) -> Option<String> {
    let differs = |(a, b): &(&PoolCertificate, &PoolCertificate)| a.certificate != b.certificate;
    let Some((here, there)) = accepted.iter().zip(&instead.path).find(differs) else {
        let ends = instead.objections.iter().any(|one| one.reason == Reason::SelfSigned);
        return (ends && instead.path.len() < accepted.len())
            .then(|| "the path is not found".to_owned());
    };
    let name = there.certificate.subject.common_name();
    Some(format!("the path uses the CA {name} from {}, not from {}", there.from, here.from))
}
