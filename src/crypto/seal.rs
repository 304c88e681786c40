//! Seals a message for one receiver: HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256),
//! HKDF-SHA256, ChaCha20-Poly1305.
//!
//! Only the receiver can read the message, and a change of it is detected. The sender is not
//! authenticated: for that, the result must be signed.

use std::fmt;

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use zeroize::Zeroizing;

use crate::crypto::random::Kernel;

/// Length of each key, private or public.
pub const KEY_BYTES: usize = 32;

/// A public key, for which a message is sealed.
pub type PublicKey = [u8; KEY_BYTES];

/// The private key of the receiver. Wiped when dropped; its `Debug` hides it.
pub struct PrivateKey(Zeroizing<[u8; KEY_BYTES]>);

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("seal::PrivateKey(hidden)")
    }
}

impl PrivateKey {
    /// A new private key.
    pub fn generate() -> Self {
        let (private, _) = X25519HkdfSha256::gen_keypair_with_rng(&mut Kernel);
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        bytes.copy_from_slice(&private.to_bytes());
        Self(bytes)
    }

    /// The private key with these bytes. `None` if the length is wrong.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes = <[u8; KEY_BYTES]>::try_from(bytes).ok()?;
        Some(Self(Zeroizing::new(bytes)))
    }

    /// The bytes, to store the key.
    pub fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    /// The public key.
    pub fn public(&self) -> PublicKey {
        let mut public = [0; KEY_BYTES];
        if let Ok(private) = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(self.0.as_ref()) {
            public.copy_from_slice(&X25519HkdfSha256::sk_to_pk(&private).to_bytes());
        }
        public
    }
}

/// A sealed message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Sealed {
    /// The encapsulated key.
    pub key: PublicKey,
    /// The message with its tag.
    pub text: Vec<u8>,
}

/// Seals `message` for the owner of `to`. The same `purpose` and `context` are needed to open it.
///
/// `None` if `to` is one of the few points that give no secret.
pub fn seal(to: &PublicKey, purpose: &[u8], context: &[u8], message: &[u8]) -> Option<Sealed> {
    let to = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(to).ok()?;
    let (encapsulated, text) = hpke::single_shot_seal_with_rng::<
        ChaCha20Poly1305,
        HkdfSha256,
        X25519HkdfSha256,
    >(&OpModeS::Base, &to, purpose, message, context, &mut Kernel)
    .ok()?;
    let mut key = [0; KEY_BYTES];
    key.copy_from_slice(&encapsulated.to_bytes());
    Some(Sealed { key, text })
}

/// Opens a sealed message. `None` if the key, purpose or context is another one, or the message was
/// changed.
pub fn open(
    key: &PrivateKey,
    purpose: &[u8],
    context: &[u8],
    sealed: &Sealed,
) -> Option<Zeroizing<Vec<u8>>> {
    let private = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(key.0.as_ref()).ok()?;
    let encapsulated = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(&sealed.key).ok()?;
    hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &private,
        &encapsulated,
        purpose,
        &sealed.text,
        context,
    )
    .ok()
    .map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<char> = text.chars().collect();
        let pair = |pair: &[char]| u8::from_str_radix(&pair.iter().collect::<String>(), 16);
        digits.chunks(2).map(|two| pair(two).unwrap()).collect()
    }

    /// RFC 9180 §A.2.1: the first encryption of the base mode of this suite.
    #[test]
    fn the_vector_of_the_rfc() {
        let private = "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb";
        let private = PrivateKey::from_bytes(&hex(private)).unwrap();
        let public = "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a";
        assert_eq!(private.public().to_vec(), hex(public));
        let key = "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a";
        let text = "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db\
                    21993c62ce81883d2dd1b51a28";
        let sealed = Sealed { key: hex(key).try_into().unwrap(), text: hex(text) };
        let info = hex("4f6465206f6e2061204772656369616e2055726e");
        let opened = open(&private, &info, b"Count-0", &sealed).unwrap();
        assert_eq!(opened.as_slice(), b"Beauty is truth, truth beauty");
    }

    #[test]
    fn nobody_else_opens_it() {
        let (mine, other) = (PrivateKey::generate(), PrivateKey::generate());
        let sealed = seal(&mine.public(), b"purpose", b"context", b"secret").unwrap();
        let opened = open(&mine, b"purpose", b"context", &sealed).unwrap();
        assert_eq!(opened.as_slice(), b"secret");
        assert!(open(&other, b"purpose", b"context", &sealed).is_none());
        assert!(open(&mine, b"Purpose", b"context", &sealed).is_none());
        assert!(open(&mine, b"purpose", b"Context", &sealed).is_none());
        for at in 0..sealed.text.len() {
            let mut changed = sealed.clone();
            changed.text[at] ^= 1;
            assert!(open(&mine, b"purpose", b"context", &changed).is_none());
        }
        let mut changed = sealed;
        changed.key[0] ^= 1;
        assert!(open(&mine, b"purpose", b"context", &changed).is_none());
        assert!(seal(&[0; KEY_BYTES], b"", b"", b"secret").is_none());
    }
}
