//! The second opinion of webpki on an accepted path without proxies.

use std::time::Duration;

use rustls_pki_types::{CertificateDer, UnixTime};
use webpki::{EndEntityCert, KeyUsage};

use crate::chain::{Attempt, PoolCertificate, Purpose, Question, proxy};

/// Why services with rustls would refuse the path. None if they accept it, or cannot judge it:
/// proxies, a CA certificate as the leaf, no purpose.
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
    let der = |known: &PoolCertificate| CertificateDer::from(known.certificate.der().to_vec());
    let seconds = u64::try_from(question.at.0).ok()?;
    let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let (leaf, anchor) = (der(leaf), der(anchor));
    let middle: Vec<_> = middle.iter().map(der).collect();
    let anchor = match webpki::anchor_from_trusted_cert(&anchor) {
        Ok(anchor) => anchor,
        Err(error) => return Some(words(&error)),
    };
    let leaf = match EndEntityCert::try_from(&leaf) {
        Ok(leaf) => leaf,
        Err(error) => return Some(words(&error)),
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
    .map(|error| words(&error))
}

/// The meaning of webpki's error, with webpki's own name for it. webpki has no texts for people.
fn words(error: &webpki::Error) -> String {
    let debug = format!("{error:?}");
    let end = debug.find(|c: char| !c.is_ascii_alphanumeric());
    let name = debug.get(..end.unwrap_or(debug.len())).unwrap_or_default();
    let known = WORDS.iter().find(|(prefix, _)| name.starts_with(prefix));
    known.map_or_else(|| name.to_owned(), |(_, words)| format!("{words} ({name})"))
}

/// How webpki's names of errors begin, and what they mean.
const WORDS: &[(&str, &str)] = &[
    ("CaUsedAsEndEntity", "a CA is no end entity to them"),
    ("InvalidSignatureForPublicKey", "they verify no RSA key below 2048 bits"),
    ("MaximumNameConstraint", "there are too many names to compare with name constraints"),
    ("MaximumPathDepth", "they allow six certificates between leaf and anchor"),
    (
        "NameConstraintViolation",
        "they compare hosts and addresses with name constraints, and no other names",
    ),
    ("RequiredEkuNotFound", "the extended key usage does not name the purpose"),
    ("UnknownIssuer", "they compare names byte by byte, and find no issuer of that spelling"),
    ("UnsupportedCertVersion", "they read certificates of version 3 alone"),
    ("UnsupportedCriticalExtension", "they do not know a critical extension on the path"),
    ("UnsupportedSignatureAlgorithm", "they do not verify one of its signature algorithms"),
];
