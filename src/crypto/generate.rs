//! Makes key pairs, and the random numbers around them.

use std::fmt;

use ring::rand::SecureRandom;
use ring::rand::SystemRandom;
use rsa::RsaPrivateKey;
use rsa::pkcs1::EncodeRsaPrivateKey;
use rsa::pkcs8::EncodePublicKey;
use rsa::pkcs8::LineEnding;
use rsa::rand_core::CryptoRng;
use rsa::rand_core::Error;
use rsa::rand_core::RngCore;
use zeroize::Zeroizing;

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

/// An RSA key of 2048 bits with exponent 65537; `None` when the system has no randomness to give.
pub fn rsa_2048() -> Option<NewKey> {
    let mut randomness = Randomness::new();
    // Wiped when dropped.
    let key = RsaPrivateKey::new(&mut randomness, RSA_BITS).ok()?;
    randomness.held().then_some(())?;
    let spki = key.to_public_key().to_public_key_der().ok()?.into_vec();
    let pem = key.to_pkcs1_pem(LineEnding::LF).ok()?;
    Some(NewKey { spki, pem })
}

/// Random bytes from the system; `None` when it has none to give.
pub fn random<const SIZE: usize>() -> Option<[u8; SIZE]> {
    let mut bytes = [0; SIZE];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(bytes)
}

/// The system's randomness for crates that cannot be told that there is none: they get numbers of no
/// worth then, and what they made of these must be thrown away.
pub(super) struct Randomness {
    system: SystemRandom,
    held: bool,
    worthless: u64,
}

impl Randomness {
    pub(super) fn new() -> Self {
        Self {
            system: SystemRandom::new(),
            held: true,
            worthless: 0,
        }
    }

    /// Whether all that was taken from it was random.
    pub(super) fn held(&self) -> bool {
        self.held
    }
}

impl RngCore for Randomness {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        if self.system.fill(bytes).is_ok() {
            return;
        }
        self.held = false;
        // They differ, so that no search among them goes on for ever (Knuth, MMIX).
        for byte in bytes {
            let next = self.worthless.wrapping_mul(6_364_136_223_846_793_005);
            self.worthless = next.wrapping_add(1_442_695_040_888_963_407);
            *byte = self.worthless.to_be_bytes()[0];
        }
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Randomness {}

/// As JAliEn's `KeysUtil`.
const RSA_BITS: usize = 2048;
