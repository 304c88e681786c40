//! Block ciphers in CBC mode with PKCS#7 padding, by their OpenSSL names.

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockCipherDecrypt, BlockModeDecrypt, KeyInit, KeyIvInit};
use zeroize::Zeroizing;

/// A cipher of encrypted keys.
pub(super) struct CbcCipher {
    name: &'static str,
    /// Length of the key.
    pub(super) key_bytes: usize,
    /// Length of a block and of the initialisation vector.
    pub(super) block_bytes: usize,
    open: Open,
}

/// Takes key, initialisation vector and the text, which it decrypts in place. Returns the length of
/// the plaintext.
type Open = fn(&[u8], &[u8], &mut [u8]) -> Option<usize>;

impl CbcCipher {
    /// The cipher with that name, in upper case.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        CIPHERS.iter().find(|cipher| cipher.name == name)
    }

    /// The plaintext. `None` if the padding is wrong or a length does not fit.
    pub(super) fn decrypt(&self, key: &[u8], iv: &[u8], body: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut text = Zeroizing::new(body.to_vec());
        let length = (self.open)(key, iv, &mut text)?;
        text.truncate(length);
        Some(text)
    }
}

/// Decrypts `text` in place. Returns the length of the plaintext.
fn open<Cipher: BlockCipherDecrypt + KeyInit>(
    key: &[u8],
    iv: &[u8],
    text: &mut [u8],
) -> Option<usize> {
    let decryptor = cbc::Decryptor::<Cipher>::new_from_slices(key, iv).ok()?;
    Some(decryptor.decrypt_padded::<Pkcs7>(text).ok()?.len())
}

const CIPHERS: &[CbcCipher] = &[
    CbcCipher { name: "AES-128-CBC", key_bytes: 16, block_bytes: 16, open: open::<aes::Aes128> },
    CbcCipher { name: "AES-192-CBC", key_bytes: 24, block_bytes: 16, open: open::<aes::Aes192> },
    CbcCipher { name: "AES-256-CBC", key_bytes: 32, block_bytes: 16, open: open::<aes::Aes256> },
    CbcCipher { name: "DES-EDE3-CBC", key_bytes: 24, block_bytes: 8, open: open::<des::TdesEde3> },
];
