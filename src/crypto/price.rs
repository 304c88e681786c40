//! What verifying one signature costs, in units of about one microsecond.
//!
//! Measured by `cargo bench --bench parts -- verify` on one core of a common server (Xeon, 2026),
//! in µs of processor time. The prices are a fifth or more above this, for slower machines:
//!
//! | | measured | price |
//! |---|---|---|
//! | P-256 by ring, point decompressed | 64 | 80 |
//! | P-384 by ring, point decompressed | 568 | 700 |
//! | P-256, P-384, P-521 by RustCrypto | 151, 485, 515 | 200, 600, 650 |
//! | public point of P-256, P-384, P-521 | 154, 497, 533 | 200, 600, 650 |
//! | Ed25519 by ring: verified, derived | 36, 20 | 50, 25 |
//! | RSA-2048, RSA-8192 by ring | 20, 294 | 25, 400 |
//! | Ed448 by RustCrypto: verified, derived | 803, 297 | 1000, 360 |
//! | ML-DSA-44, -65, -87 by RustCrypto: verified | 102, 156, 252 | 130, 190, 310 |
//! | ML-DSA-44, -65, -87: derived | 182, 295, 475 | 220, 360, 570 |
//!
//! The prices are constants. If a clock were used instead, the answer would depend on the machine.

use crate::crypto::key::PrivateKey;
use crate::crypto::verify::{ring_ecdsa, ring_rsa};
use crate::crypto::{Curve, MlDsa, PublicKey, Scheme, bit_length, rsa_math};

/// The price of verifying a signature of `scheme` over `message_bytes` with `key`.
///
/// Grows with the square of the RSA modulus, with the public exponent, and with the message, which
/// is hashed again for each key.
pub fn of(scheme: Scheme, key: &PublicKey, message_bytes: usize) -> u64 {
    if !scheme.is_for(key) {
        return REFUSED;
    }
    let arithmetic = match key {
        PublicKey::Ec { curve, .. } => ecdsa(scheme, *curve),
        PublicKey::Ed25519(_) => ED25519,
        PublicKey::Ed448(_) => ED448,
        PublicKey::MlDsa { set, .. } => ml_dsa(*set),
        PublicKey::Rsa { modulus, exponent, .. } => {
            if rsa_math::out_of_range(modulus, exponent).is_some() {
                return REFUSED;
            }
            rsa(scheme, bit_length(modulus), bit_length(exponent))
        }
    };
    arithmetic.saturating_add(units(message_bytes) / HASHED_BYTES)
}

/// The price of deriving the public key of `private`, or of checking that its parts belong
/// together.
pub fn of_half(private: &PrivateKey) -> u64 {
    match private {
        PrivateKey::Ec { curve, .. } => point(*curve),
        PrivateKey::Ed25519 { .. } => ED25519 / 2,
        PrivateKey::Ed448 { .. } => ED448_HALF,
        PrivateKey::MlDsa { set, .. } => ml_dsa_half(*set),
        PrivateKey::Rsa(parts) => {
            let size = units(bit_length(&parts.modulus));
            size * size * RSA_2048_PAIR / (2048 * 2048) + 1
        }
    }
}

fn rsa(scheme: Scheme, bits: usize, exponent_bits: usize) -> u64 {
    let size = units(bits);
    if ring_rsa(scheme, bits, exponent_bits).is_some() {
        // One squaring per bit of the exponent. The usual exponent 65537 has 17 bits.
        return size * size * units(exponent_bits).div_ceil(17) * RSA_2048 / (2048 * 2048);
    }
    // num-bigint processes the exponent in words of 64 bits.
    size * size * units(exponent_bits).div_ceil(64) * RSA_2048_BY_NUMBERS / (2048 * 2048)
}

fn ecdsa(scheme: Scheme, curve: Curve) -> u64 {
    let by_ring = scheme.hash().and_then(|hash| ring_ecdsa(curve, hash)).is_some();
    match (by_ring, curve) {
        (true, Curve::P256) => 80,
        (true, _) => 700,
        (false, curve) => point(curve),
    }
}

/// One operation on a point by RustCrypto: a derivation or a verification.
fn point(curve: Curve) -> u64 {
    match curve {
        Curve::P256 => 200,
        Curve::P384 => 600,
        Curve::P521 => 650,
    }
}

fn ml_dsa(set: MlDsa) -> u64 {
    match set {
        MlDsa::Set44 => 130,
        MlDsa::Set65 => 190,
        MlDsa::Set87 => 310,
    }
}

fn ml_dsa_half(set: MlDsa) -> u64 {
    match set {
        MlDsa::Set44 => 220,
        MlDsa::Set65 => 360,
        MlDsa::Set87 => 570,
    }
}

fn units(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// RSA-2048 with 65537 by ring.
const RSA_2048: u64 = 25;

/// RSA-2048 with an exponent of one word, by num-bigint.
const RSA_2048_BY_NUMBERS: u64 = 140;

/// Checking the numbers of an RSA-2048 key.
const RSA_2048_PAIR: u64 = 25;

/// Ed25519 by ring.
const ED25519: u64 = 50;

/// Ed448 by RustCrypto.
const ED448: u64 = 1000;

/// Deriving an Ed448 public key.
const ED448_HALF: u64 = 360;

/// A scheme and key that are refused before anything is computed.
const REFUSED: u64 = 1;

/// Bytes of a message that are hashed in one unit: SHA-512 without instructions of the processor
/// for it.
const HASHED_BYTES: u64 = 500;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{Hash, RsaUse};

    #[test]
    fn price_grows_with_key_exponent_and_message() {
        let rsa = |bits: usize, exponent: &[u8]| PublicKey::Rsa {
            usage: RsaUse::Any,
            modulus: vec![0xff; bits / 8],
            exponent: exponent.to_vec(),
        };
        let ec = |curve| PublicKey::Ec { curve, point: Vec::new() };
        let ml_dsa_key = PublicKey::MlDsa { set: MlDsa::Set65, key: Vec::new() };
        let (f4, sha256): (&[u8], _) = (&[1, 0, 1], Scheme::RsaPkcs1(Hash::Sha256));
        for (scheme, key, message, price) in [
            (sha256, rsa(2048, f4), 0, 25),
            (sha256, rsa(4096, f4), 0, 100),
            (sha256, rsa(8192, &[1, 0, 0, 0, 1]), 0, 800),
            (sha256, rsa(16_384, f4), 0, 8960),
            (sha256, rsa(16_384, &[0xff; 8]), 0, 8960),
            (sha256, rsa(3072, &[0xff; 32]), 0, 1260),
            (sha256, rsa(2048, f4), 1_000_000, 2025),
            (sha256, rsa(16_392, f4), 1_000_000, 1),
            (sha256, rsa(4096, &[0xff; 9]), 1_000_000, 1),
            (Scheme::RsaPkcs1(Hash::Sha224), rsa(2048, f4), 0, 140),
            (Scheme::Ecdsa(Hash::Sha256), ec(Curve::P256), 0, 80),
            (Scheme::Ecdsa(Hash::Sha512), ec(Curve::P256), 0, 200),
            (Scheme::Ecdsa(Hash::Sha384), ec(Curve::P384), 0, 700),
            (Scheme::Ecdsa(Hash::Sha512), ec(Curve::P521), 0, 650),
            (Scheme::Ed25519, PublicKey::Ed25519(vec![0; 32]), 499, 50),
            (Scheme::Ed25519, PublicKey::Ed25519(vec![0; 32]), 500, 51),
            (Scheme::Ed25519, rsa(2048, f4), 0, 1),
            (Scheme::Ed448, PublicKey::Ed448(vec![0; 57]), 0, 1000),
            (Scheme::MlDsa(MlDsa::Set65), ml_dsa_key.clone(), 0, 190),
            (Scheme::MlDsa(MlDsa::Set44), ml_dsa_key, 0, 1),
        ] {
            assert_eq!(of(scheme, &key, message), price, "{scheme:?} {price}");
        }
    }
}
