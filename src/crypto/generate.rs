//! Makes key pairs.

use std::fmt;

use rsa::PrivateKey;
use rsa::pkcs1::EncodeRsaPrivateKey;
use rsa::pkcs8::{EncodePublicKey, LineEnding};
use zeroize::Zeroizing;

use crate::crypto::random::Kernel;

/// A new key pair. Its `Debug` hides it.
pub struct NewKey {
    /// The public key, as SubjectPublicKeyInfo.
    pub spki: Vec<u8>,
    /// The private key: PKCS#1, not encrypted, in lines of 64 columns.
    pub pem: Zeroizing<String>,
}

impl fmt::Debug for NewKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewKey(hidden)")
    }
}

/// A new RSA key of 2048 bits with exponent 65537. `None` if the kernel or the crate failed.
pub fn rsa_2048() -> Option<NewKey> {
    // The crate wipes it when it is dropped.
    let key = PrivateKey::new(&mut Kernel, RSA_BITS).ok()?;
    let spki = key.to_public_key().to_public_key_der().ok()?.into_vec();
    let pem = key.to_pkcs1_pem(LineEnding::LF).ok()?;
    Some(NewKey { spki, pem })
}

/// As JAliEn's `KeysUtil` does.
const RSA_BITS: usize = 2048;
