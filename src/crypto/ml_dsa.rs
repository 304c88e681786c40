//! ML-DSA (FIPS 204) by the crate ml-dsa, with an empty context as RFC 9881 has it for
//! certificates.

use ml_dsa::{
    EncodedVerifyingKey, ExpandedSigningKey, ExpandedSigningKeyBytes, MlDsa44, MlDsa65, MlDsa87,
    Seed, Signature, SigningKey, VerifyingKey,
};
use p256::ecdsa::signature::Signer;
use zeroize::Zeroizing;

use crate::crypto::MlDsa;

/// Evaluates `$body`. In it, `$set` is the parameter set.
macro_rules! on_set {
    ($value:expr, $set:ident => $body:expr) => {
        match $value {
            MlDsa::Set44 => {
                type $set = MlDsa44;
                $body
            }
            MlDsa::Set65 => {
                type $set = MlDsa65;
                $body
            }
            MlDsa::Set87 => {
                type $set = MlDsa87;
                $body
            }
        }
    };
}

/// Whether `signature` was made by `key` for `message`.
pub(super) fn verify(set: MlDsa, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    on_set!(set, Set => {
        let key = EncodedVerifyingKey::<Set>::try_from(key);
        match (key, Signature::<Set>::try_from(signature)) {
            (Ok(key), Ok(signature)) => {
                VerifyingKey::<Set>::decode(&key).verify_with_context(message, &[], &signature)
            }
            _ => false,
        }
    })
}

/// Signs `message`. Deterministic: the same input gives the same signature.
pub(super) fn sign(set: MlDsa, seed: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    let seed = Zeroizing::new(Seed::try_from(seed).ok()?);
    on_set!(set, Set => Some(SigningKey::<Set>::from_seed(&seed).sign(message).encode().to_vec()))
}

/// The public key and the expanded private key of a 32-byte seed.
#[expect(deprecated, reason = "files have the expanded form (RFC 9881 §6)")]
pub(crate) fn of_seed(set: MlDsa, seed: &[u8]) -> Option<(Vec<u8>, Zeroizing<Vec<u8>>)> {
    let seed = Zeroizing::new(Seed::try_from(seed).ok()?);
    on_set!(set, Set => {
        let key = ExpandedSigningKey::<Set>::from_seed(&seed);
        let expanded = Zeroizing::new(key.to_expanded().to_vec());
        Some((key.verifying_key().encode().to_vec(), expanded))
    })
}

/// The public key of an expanded private key. `None` if its parts contradict each other.
#[expect(deprecated, reason = "files have the expanded form (RFC 9881 §6)")]
pub(super) fn of_expanded(set: MlDsa, expanded: &[u8]) -> Option<Vec<u8>> {
    // The crate may panic if coefficients are out of range.
    is_in_range(set, expanded).then_some(())?;
    on_set!(set, Set => {
        let bytes = Zeroizing::new(ExpandedSigningKeyBytes::<Set>::try_from(expanded).ok()?);
        let public = ExpandedSigningKey::<Set>::from_expanded(&bytes).verifying_key().encode();
        let hash = expanded.get(TR)?;
        (crate::crypto::digest::shake256_64(&public) == hash).then(|| public.to_vec())
    })
}

/// Whether all coefficients of the secret vectors in an expanded key are from -η to η. FIPS 204
/// §7.2, algorithm 25, requires this check for keys from outside.
fn is_in_range(set: MlDsa, expanded: &[u8]) -> bool {
    let (bits, vectors) = match set {
        MlDsa::Set44 => (3, 8),
        MlDsa::Set65 => (4, 11),
        MlDsa::Set87 => (3, 15),
    };
    // η is 2 if a coefficient has three bits, 4 if it has four.
    let highest = if bits == 3 { 4 } else { 8 };
    let size = vectors * 32 * bits;
    let Some(packed) = expanded.get(TR.end..TR.end + size) else {
        return false;
    };
    let bit = |at: usize| packed.get(at / 8).map_or(0, |byte| byte >> (at % 8) & 1);
    let coefficient = |n: usize| (0..bits).fold(0, |sum, at| sum | bit(n * bits + at) << at);
    (0..vectors * 256).all(|n| coefficient(n) <= highest)
}

/// Where the hash of the public key is in an expanded key.
const TR: std::ops::Range<usize> = 64..128;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_each_set() {
        for set in [MlDsa::Set44, MlDsa::Set65, MlDsa::Set87] {
            let (public, expanded) = of_seed(set, &[7; 32]).unwrap();
            assert_eq!(public.len(), set.key_bytes(), "{set:?}");
            assert_eq!(expanded.len(), set.expanded_bytes(), "{set:?}");
            assert_eq!(of_expanded(set, &expanded), Some(public.clone()), "{set:?}");
            let signature = sign(set, &[7; 32], b"a message").unwrap();
            assert!(verify(set, &public, b"a message", &signature), "{set:?}");
            assert!(!verify(set, &public, b"A message", &signature), "{set:?}");
            assert!(!verify(set, &public, b"a message", &signature[1..]), "{set:?}");
            assert_eq!(of_seed(set, &[7; 31]), None);
            assert_eq!(of_expanded(set, &expanded[1..]), None);
            // rho, tr, a coefficient of s1 that is out of range, one that is another.
            for (at, flip) in [(0, 1), (64, 1), (128, 0xff), (140, 0x01)] {
                let mut other = expanded.to_vec();
                other[at] ^= flip;
                assert_eq!(of_expanded(set, &other), None, "{set:?} {at}");
            }
        }
    }
}
