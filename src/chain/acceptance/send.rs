//! What reaches the server: what a client with OpenSSL can send, and the protocol can carry. This
//! does not depend on the path.

use crate::chain::PoolCertificate;
use crate::chain::acceptance::{Objection, Presented, Reason, key_kind, proxies, rsa_bits};
use crate::consumer::profile::{Carrier, Profile};
use crate::crypto::{Hash, Scheme};

/// What is sent.
pub(super) struct Sent {
    pub(super) certificates: Vec<PoolCertificate>,
    /// Why nothing is sent, or nothing that can be used.
    pub(super) objection: Option<Objection>,
    /// Whether the client continues without a certificate.
    pub(super) is_silent: bool,
}

/// Minimum size of an RSA key for RSA-PSS with SHA-256, which TLS 1.3 uses (RFC 8446 §4.2.3, RFC
/// 8017 §9.1.1).
const TLS_RSA_BITS: usize = 528;

pub(super) fn sent(presented: &Presented<'_>, profile: &Profile) -> Sent {
    let certificates = presented.sent.to_vec();
    let (objection, is_silent) = match profile.transport.carrier {
        Carrier::Globus => (globus(presented), false),
        Carrier::Tls => tls(presented, profile),
        Carrier::XrootdGsi => (xrootd(presented), false),
    };
    Sent { certificates, objection, is_silent }
}

/// A TLS client sends no certificate if its key cannot sign, or if the server announced that it
/// does not accept its signature.
fn tls(presented: &Presented<'_>, profile: &Profile) -> (Option<Objection>, bool) {
    let Some(leaf) = presented.sent.first() else {
        return (None, false);
    };
    let leaf_says = |reason| (Some(Objection::new(0, reason)), true);
    if let Some(bits) = rsa_bits(leaf).filter(|bits| *bits < TLS_RSA_BITS) {
        return leaf_says(Reason::KeyTooSmall(bits, TLS_RSA_BITS));
    }
    let (kind, name) = key_kind(leaf);
    if kind.is_none_or(|kind| !profile.transport.keys.contains(&kind)) {
        return leaf_says(Reason::KeyNotUsed(name));
    }
    let md5 = Some(Scheme::RsaPkcs1(Hash::Md5));
    let algorithm = &leaf.certificate.algorithm;
    if profile.transport.refuses_md5 && (algorithm.scheme == md5 || is_md5(&algorithm.name)) {
        return leaf_says(Reason::WeakSignature);
    }
    let most = profile.transport.max_certificates;
    let many = presented.sent.len() > most;
    (many.then(|| Objection::new(0, Reason::TooMany(most))), false)
}

fn is_md5(name: &str) -> bool {
    name.starts_with("md5") || name.starts_with("md2")
}

/// globus_gsi_credential.c, goodtill: the client checks the dates of every certificate in the file.
fn globus(presented: &Presented<'_>) -> Option<Objection> {
    let leaf = presented.sent.first()?;
    if key_kind(leaf).0.is_none() {
        return Some(Objection::new(0, Reason::NotKnown(unknown_key(leaf))));
    }
    expired_in_file(presented)
}

fn expired_in_file(presented: &Presented<'_>) -> Option<Objection> {
    let ended = |known: &PoolCertificate| known.certificate.validity.not_after < presented.at;
    let leaf = presented.sent.first().is_some_and(ended);
    let other = presented.sent.iter().skip(1).any(ended);
    (other && !leaf).then(|| Objection::new(0, Reason::ExpiredInFile))
}

/// The protocol encrypts with the key of the proxy, which must be RSA
/// (`XrdCryptosslRSA::EncryptPrivate`). From a user certificate the client makes a proxy, with an
/// RSA key.
fn xrootd(presented: &Presented<'_>) -> Option<Objection> {
    let leaf = presented.sent.first()?;
    let is_proxy = proxies::is_xrootd_proxy(&leaf.certificate);
    let is_rsa = rsa_bits(leaf).is_some();
    if !is_proxy {
        return None;
    }
    let kind = || Objection::new(0, Reason::KeyNotUsed(key_kind(leaf).1));
    // QueryProxy, CheckValidity: checks every certificate in the file.
    (!is_rsa).then(kind).or_else(|| expired_in_file(presented))
}

fn unknown_key(known: &PoolCertificate) -> String {
    format!("certok does not know what becomes of a key of this kind: {}", key_kind(known).1)
}
