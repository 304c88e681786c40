//! The signature of a certificate, and the identifiers by which it names its issuer's key. Knows no
//! paths.

use crate::crypto::verify::{Refusal, verify};
use crate::crypto::{Hash, Scheme};
use crate::parse::cert::{Certificate, SignatureAlgorithm};

/// Verifies one signature, if certok can compute with its algorithm and the issuer's key.
///
/// # Errors
///
/// The signature is wrong, or certok cannot verify it: the name of what is missing.
pub fn signature(child: &Certificate, issuer: &Certificate) -> Result<(), Refusal> {
    let unsupported = |name: &String| Refusal::Unsupported(name.clone());
    let scheme = child.algorithm.scheme.ok_or_else(|| unsupported(&child.algorithm.name))?;
    let key = issuer.key.as_ref().map_err(unsupported)?;
    let work = || verify(scheme, key, child.tbs(), &child.signature);
    child.verdicts.of(key, work)
}

/// Whether signatures with this algorithm can be forged.
pub fn is_forbidden(algorithm: &SignatureAlgorithm) -> bool {
    match algorithm.scheme {
        Some(
            Scheme::RsaPkcs1(Hash::Md5)
            | Scheme::Ecdsa(Hash::Sha1 | Hash::Md5)
            | Scheme::RsaPss { hash: Hash::Md5 | Hash::Sha1, .. },
        ) => true,
        Some(_) => false,
        None => is_broken(&algorithm.name),
    }
}

/// Algorithms that are broken and that certok does not verify.
fn is_broken(name: &str) -> bool {
    ["md2", "md4", "shaWith"].iter().any(|broken| name.starts_with(broken))
}

/// Whether the authority key identifier of a certificate (RFC 5280 §4.2.1.1) does not match
/// `issuer`. In the RFC it only helps to find the issuer. OpenSSL accepts no other issuer.
pub fn id_differs(certificate: &Certificate, issuer: &Certificate) -> bool {
    let asked = &certificate.extensions;
    let named = asked.authority_issuer.as_ref();
    named.is_some_and(|name| !name.same_as(&issuer.issuer))
        || names_another(&asked.authority_key_id, &asked.authority_serial, issuer)
}

/// Whether an authority key identifier names another key or serial number than that of `issuer`. A
/// field that is missing on one side does not differ.
pub fn names_another(
    key_id: &Option<Vec<u8>>,
    serial: &Option<Vec<u8>>,
    issuer: &Certificate,
) -> bool {
    let has = &issuer.extensions.subject_key_id;
    let differs = |asked: &Option<Vec<u8>>, has: &Vec<u8>| asked.as_ref().is_some_and(|a| a != has);
    has.as_ref().is_some_and(|has| differs(key_id, has)) || differs(serial, &issuer.serial)
}
