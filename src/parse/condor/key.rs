//! Signing keys of HTCondor: how a key is derived from a file.

use zeroize::Zeroizing;

use crate::crypto::hmac;
use crate::text::base64::encode_url;

/// The key that signs tokens. Shown by no `Debug`.
pub struct SigningKey(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey")
    }
}

/// The name of the pool's key. Its bytes are used twice.
pub const POOL: &str = "POOL";

impl SigningKey {
    /// The key of that name from the content of its file: unscrambled, and doubled for the pool's
    /// key, as before HTCondor 8.9.12. `is_password`: SEC_TOKEN_POOL_SIGNING_KEY_IS_PASSWORD, with
    /// which the pool's key ends at a NUL.
    ///
    /// None if the file is empty. HTCondor signs with such a key, but then refuses the token.
    pub fn of(name: &str, bytes: &[u8], is_password: bool) -> Option<Self> {
        let is_pool = name == POOL;
        let cut = is_pool && is_password;
        let until_nul = |bytes: &[u8]| bytes.iter().position(|&byte| byte == 0);
        let length = until_nul(bytes).filter(|_| cut).unwrap_or(bytes.len());
        let mut secret = Zeroizing::new(Vec::with_capacity(length * 2));
        secret.extend(unscrambled(&bytes[..length]));
        if cut {
            let length = until_nul(&secret).unwrap_or(secret.len());
            secret.truncate(length);
        }
        if secret.is_empty() {
            return None;
        }
        if is_pool {
            secret.extend_from_within(..);
        }
        Some(Self(hmac::condor_key(&secret)))
    }

    /// Whether the key made this signature. None if the algorithm is not one of HTCondor.
    pub fn made(&self, algorithm: &str, message: &[u8], signature: &[u8]) -> Option<bool> {
        let algorithm = hmac::Algorithm::parse(algorithm)?;
        Some(hmac::verify(algorithm, &self.0[..], message, signature))
    }

    /// The whole token for this signed part.
    pub fn token(&self, signed_part: &str) -> Zeroizing<String> {
        let signature = hmac::sign(&self.0[..], signed_part.as_bytes());
        Zeroizing::new(format!("{signed_part}.{}", encode_url(&signature)))
    }
}

/// Applies the mask of a key's file. The same operation scrambles and unscrambles.
pub(super) fn unscrambled(bytes: &[u8]) -> impl Iterator<Item = u8> + '_ {
    bytes.iter().zip(SCRAMBLE.iter().cycle()).map(|(byte, mask)| byte ^ mask)
}

/// Why somebody could guess the key, by the rule of condor_check_password. None if not.
pub fn weakness(bytes: &[u8]) -> Option<String> {
    let until_nul = |bytes: &[u8]| bytes.iter().take_while(|byte| **byte != 0).count();
    // Before 8.9.12 the key ended at a NUL, both in the file and after unscrambling.
    let secret = Zeroizing::new(unscrambled(&bytes[..until_nul(bytes)]).collect::<Vec<u8>>());
    match (bytes.len(), until_nul(&secret)) {
        (0, _) => None,
        (whole, _) if whole < MIN_BYTES => Some(format!("it has {whole} bytes")),
        (whole, old) if old < MIN_BYTES => {
            Some(format!("HTCondor before 8.9.12 reads {old} of its {whole} bytes, up to a NUL"))
        }
        _ => None,
    }
}

/// condor_check_password, `MINIMUM_SAFE_LENGTH`.
pub const MIN_BYTES: usize = 12;

/// The mask of a key's file.
const SCRAMBLE: [u8; 4] = [0xde, 0xad, 0xbe, 0xef];

#[cfg(test)]
mod tests {
    use super::*;

    fn scrambled(secret: &[u8]) -> Vec<u8> {
        let masked = secret.iter().zip(SCRAMBLE.iter().cycle());
        masked.map(|(byte, mask)| byte ^ mask).collect()
    }

    fn key(name: &str, bytes: &[u8], is_password: bool) -> Option<[u8; 32]> {
        SigningKey::of(name, bytes, is_password).map(|key| *key.0)
    }

    #[test]
    fn weak_keys() {
        for (bytes, weak) in [
            (vec![], false),
            (vec![1; 11], true),
            (vec![1; 12], false),
            ([&[1; 11][..], &[0; 9]].concat(), true),
            ([&[1; 12][..], &[0; 9]].concat(), false),
            // The byte that comes to NUL once the mask is off.
            ([&[1; 8][..], &[0xde; 12]].concat(), true),
        ] {
            assert_eq!(weakness(&bytes).is_some(), weak, "{bytes:?}");
        }
    }

    #[test]
    fn files_to_keys() {
        let derived = |secret: &[u8]| Some(*hmac::condor_key(secret));
        for (name, bytes, is_password, expected) in [
            ("POOL", scrambled(b"secret"), false, derived(b"secretsecret")),
            ("KEY2", scrambled(b"secret"), false, derived(b"secret")),
            ("KEY2", scrambled(b"secret\n"), true, derived(b"secret\n")),
            ("POOL", scrambled(b"a\0b"), false, derived(b"a\0ba\0b")),
            ("POOL", scrambled(b"a\0b"), true, derived(b"aa")),
            ("POOL", [&scrambled(b"ab")[..], b"\0x"].concat(), true, derived(b"abab")),
            ("POOL", vec![], false, None),
            ("POOL", vec![0], true, None),
        ] {
            assert_eq!(key(name, &bytes, is_password), expected, "{name} {bytes:?}");
        }
    }
}
