//! The second opinion: an accepted path without proxies, given to webpki.

use std::time::Duration;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::UnixTime;
use webpki::EndEntityCert;
use webpki::KeyUsage;

use crate::chain::Attempt;
use crate::chain::Known;
use crate::chain::Purpose;
use crate::chain::Question;
use crate::chain::proxy;

/// What services built on rustls would say: nothing if they accept it too or cannot judge it
/// (proxies, a CA certificate as the leaf, no purpose), else their reason.
pub fn refusal(path: &Attempt, question: &Question<'_>) -> Option<String> {
    if proxy::count(&path.path) > 0 {
        return None;
    }
    let (leaf, rest) = path.path.split_first()?;
    let (anchor, middle) = rest.split_last()?;
    let usage = match question.purpose {
        Purpose::Any => return None,
        Purpose::Client => KeyUsage::client_auth(),
        Purpose::Server => KeyUsage::server_auth(),
    };
    let der = |known: &Known| CertificateDer::from(known.certificate.der().to_vec());
    let seconds = u64::try_from(question.at.0).ok()?;
    let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let (leaf, anchor) = (der(leaf), der(anchor));
    let middle: Vec<_> = middle.iter().map(der).collect();
    let anchor = match webpki::anchor_from_trusted_cert(&anchor) {
        Ok(anchor) => anchor,
        Err(error) => return Some(error.to_string()),
    };
    let leaf = match EndEntityCert::try_from(&leaf) {
        Ok(leaf) => leaf,
        Err(error) => return Some(error.to_string()),
    };
    leaf.verify_for_usage(
        webpki::ALL_VERIFICATION_ALGS,
        &[anchor],
        &middle,
        time,
        usage,
        None,
        None,
    )
    .err()
    .map(|error| error.to_string())
}
