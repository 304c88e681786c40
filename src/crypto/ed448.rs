//! Ed448 (RFC 8032) by the crate ed448-goldilocks.

use ed448_goldilocks::{Signature, SigningKey, VerifyingKey};
use p256::ecdsa::signature::{Signer, Verifier};

/// Whether `signature` was made by `key` for `message`.
pub(super) fn verify(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let key = <&[u8; 57]>::try_from(key).ok().and_then(|key| VerifyingKey::from_bytes(key).ok());
    match (key, Signature::try_from(signature)) {
        (Some(key), Ok(signature)) => key.verify(message, &signature).is_ok(),
        _ => false,
    }
}

/// Signs `message`.
pub(super) fn sign(seed: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    let key = SigningKey::try_from(seed).ok()?;
    Some(key.try_sign(message).ok()?.to_bytes().to_vec())
}

/// The public key of a 57-byte seed.
pub(super) fn public(seed: &[u8]) -> Option<Vec<u8>> {
    let key = SigningKey::try_from(seed).ok()?;
    Some(key.verifying_key().to_bytes().to_vec())
}
