//! Makes key pairs.

use std::fmt;

use rsa::RsaPrivateKey;
use rsa::pkcs1::EncodeRsaPrivateKey;
use rsa::pkcs8::EncodePublicKey;
use rsa::pkcs8::LineEnding;
use rsa::rand_core::CryptoRng;
use rsa::rand_core::Error;
use rsa::rand_core::RngCore;
use zeroize::Zeroizing;

use crate::crypto::random;

/// A key pair that was not there before. Its `Debug` hides it.
pub struct NewKey {
    /// SubjectPublicKeyInfo of the public half.
    pub spki: Vec<u8>,
    /// The private half: PKCS#1, unencrypted, lines of 64 columns.
    pub pem: Zeroizing<String>,
}

impl fmt::Debug for NewKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewKey(hidden)")
    }
}

/// An RSA key of 2048 bits with exponent 65537; `None` if none could be made.
pub fn rsa_2048() -> Option<NewKey> {
    // Wiped when dropped.
    let key = RsaPrivateKey::new(&mut Randomness, RSA_BITS).ok()?;
    let spki = key.to_public_key().to_public_key_der().ok()?.into_vec();
    let pem = key.to_pkcs1_pem(LineEnding::LF).ok()?;
    Some(NewKey { spki, pem })
}

/// The kernel's randomness, as the rsa crate wants it.
pub(super) struct Randomness;

impl RngCore for Randomness {
    fn next_u32(&mut self) -> u32 {
        u32::from_ne_bytes(random::bytes())
    }

    fn next_u64(&mut self) -> u64 {
        u64::from_ne_bytes(random::bytes())
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        random::fill(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Randomness {}

/// As JAliEn's `KeysUtil`.
const RSA_BITS: usize = 2048;
