//! Signs as a CA does. ring signs with the keys it accepts, the RustCrypto crates with the rest.

use ring::rand::SystemRandom;
use ring::rsa::{KeyPairComponents, PublicKeyComponents};
use ring::signature;
use ring::signature::{Ed25519KeyPair, RsaEncoding, RsaKeyPair};
use rsa::{BoxedUint, Pkcs1v15Sign};
use sha2::Sha256;

use crate::crypto::digest::{digest, sha256};
use crate::crypto::key::PrivateKey;
use crate::crypto::random::Kernel;
use crate::crypto::rsa_math::RsaParts;
use crate::crypto::{Curve, Hash, PublicKey, Scheme, ec, ed448, ml_dsa};

/// The scheme with which `private` signs. RSA and P-256 use SHA-256, larger curves a digest of
/// their size. An RSA key for PSS uses the parameters it allows.
pub fn scheme(private: &PrivateKey) -> Scheme {
    match private {
        PrivateKey::Ec { curve, .. } => Scheme::Ecdsa(hash_for(*curve)),
        PrivateKey::Ed25519 { .. } => Scheme::Ed25519,
        PrivateKey::Ed448 { .. } => Scheme::Ed448,
        PrivateKey::MlDsa { set, .. } => Scheme::MlDsa(*set),
        PrivateKey::Rsa(parts) => parts.usage.scheme(),
    }
}

/// The same, for the public key.
pub fn scheme_of(public: &PublicKey) -> Scheme {
    match public {
        PublicKey::Ec { curve, .. } => Scheme::Ecdsa(hash_for(*curve)),
        PublicKey::Ed25519(_) => Scheme::Ed25519,
        PublicKey::Ed448(_) => Scheme::Ed448,
        PublicKey::MlDsa { set, .. } => Scheme::MlDsa(*set),
        PublicKey::Rsa { usage, .. } => usage.scheme(),
    }
}

/// The digest that fits the size of a curve.
fn hash_for(curve: Curve) -> Hash {
    match curve {
        Curve::P256 => Hash::Sha256,
        Curve::P384 => Hash::Sha384,
        Curve::P521 => Hash::Sha512,
    }
}

/// Signs `message` by the [`scheme`] of the key. `None` if the key cannot sign: an RSA exponent of
/// more than 33 bits, a modulus below 496 bits, an ML-DSA key without its seed.
///
/// The parts of an RSA key must have been checked to be a pair.
pub fn sign(private: &PrivateKey, message: &[u8]) -> Option<Vec<u8>> {
    match (private, scheme(private)) {
        (PrivateKey::Ec { curve, scalar, .. }, Scheme::Ecdsa(hash)) => {
            ec::sign(*curve, scalar, &digest(hash, message))
        }
        (PrivateKey::Ed25519 { seed, .. }, _) => {
            let pair = Ed25519KeyPair::from_seed_unchecked(seed).ok()?;
            Some(pair.sign(message).as_ref().to_vec())
        }
        (PrivateKey::Ed448 { seed, .. }, _) => ed448::sign(seed, message),
        (PrivateKey::MlDsa { set, seed, .. }, _) => ml_dsa::sign(*set, seed.as_ref()?, message),
        (PrivateKey::Rsa(parts), scheme) => {
            by_ring(parts, scheme, message).or_else(|| out_of_rings_range(parts, scheme, message))
        }
        (PrivateKey::Ec { .. }, _) => None,
    }
}

/// Signs with RSA by ring: 2048 to 4096 bits, exponent 65537 or more. `None` for other keys.
pub(super) fn by_ring(parts: &RsaParts, scheme: Scheme, message: &[u8]) -> Option<Vec<u8>> {
    let encoding = ring_encoding(scheme)?;
    let [d, p, q, d_p, d_q, q_inverse] = parts.secrets();
    let pair = RsaKeyPair::from_components(&KeyPairComponents {
        public_key: PublicKeyComponents { n: &*parts.modulus, e: &*parts.exponent },
        d,
        p,
        q,
        dP: d_p,
        dQ: d_q,
        qInv: q_inverse,
    })
    .ok()?;
    let mut out = vec![0; pair.public().modulus_len()];
    pair.sign(encoding, &SystemRandom::new(), message, &mut out).ok()?;
    Some(out)
}

/// ring's name of the scheme. ring uses a salt as long as the digest.
fn ring_encoding(scheme: Scheme) -> Option<&'static dyn RsaEncoding> {
    match scheme {
        Scheme::RsaPkcs1(Hash::Sha256) => Some(&signature::RSA_PKCS1_SHA256),
        Scheme::RsaPss { hash, mask, salt_bytes }
            if hash == mask && salt_bytes == hash.size_bytes() =>
        {
            match hash {
                Hash::Sha256 => Some(&signature::RSA_PSS_SHA256),
                Hash::Sha384 => Some(&signature::RSA_PSS_SHA384),
                Hash::Sha512 => Some(&signature::RSA_PSS_SHA512),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Signs with PKCS#1 v1.5 and SHA-256, with blinding, for keys that ring refuses: 1024 bits, 8192
/// bits, exponent 3.
fn out_of_rings_range(parts: &RsaParts, scheme: Scheme, message: &[u8]) -> Option<Vec<u8>> {
    (scheme == Scheme::RsaPkcs1(Hash::Sha256)).then_some(())?;
    let number = |bytes: &[u8]| BoxedUint::from_be_slice_vartime(bytes);
    // The crate wipes the key and the numbers it is made of.
    let key = rsa::PrivateKey::from_components(
        number(&parts.modulus),
        number(&parts.exponent),
        number(&parts.private_exponent),
        vec![number(&parts.prime1), number(&parts.prime2)],
    )
    .ok()?;
    let scheme = Pkcs1v15Sign::new::<Sha256>();
    key.sign_with_rng(&mut Kernel, scheme, &sha256(message)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::key::public_half;
    use crate::crypto::verify::verify;
    use crate::parse::file::Contents;
    use crate::parse::key::LockedKey;

    /// Key files, and whether they sign.
    const KEYS: &[(&str, bool)] = &[
        ("pkcs8-rsa-512.pem", true),
        ("pkcs8-rsa-1024.pem", true),
        ("pkcs8-rsa-2047.pem", true),
        ("pkcs8-rsa-2048.pem", true),
        ("pkcs8-rsa-2048-e3.pem", true),
        ("pkcs8-rsa-2048-e64bit.pem", false),
        ("pkcs8-rsa-4096.pem", true),
        ("pkcs8-ec-p-256.pem", true),
        ("pkcs8-ec-p-384.pem", true),
        ("pkcs8-ec-p-521.pem", true),
        ("pkcs8-ed25519.pem", true),
        ("pkcs8-ed448.pem", true),
        ("pkcs8-ml-dsa-44.pem", true),
        ("pkcs8-ml-dsa-65.pem", true),
        ("pkcs8-ml-dsa-87.pem", true),
    ];

    #[test]
    fn what_is_signed_verifies() {
        for (name, signs) in KEYS {
            let path = format!("{}/testdata/crypto/{name}", env!("CARGO_MANIFEST_DIR"));
            let contents = Contents::read(&std::fs::read(path).unwrap());
            let Ok(LockedKey::Open(key, _)) = &contents.keys[0].parsed else {
                panic!("{name} is no open key");
            };
            let signature = sign(key, b"a message");
            assert_eq!(signature.is_some(), *signs, "{name}");
            let Some(signature) = signature else { continue };
            let public = public_half(key).unwrap();
            let holds = |message| verify(scheme(key), &public, message, &signature).is_ok();
            assert!(holds(b"a message"), "{name}");
            assert!(!holds(b"A message"), "{name}");
        }
    }
}
