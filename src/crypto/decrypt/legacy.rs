//! The encryption of RFC 1421 (`DEK-Info` headers), which OpenSSL wrote before PKCS#8.

use zeroize::Zeroizing;

use crate::crypto::decrypt::cipher::CbcCipher;
use crate::crypto::decrypt::error::DecryptError;
use crate::crypto::digest::md5;

/// Decrypts the body of a PEM block with a `DEK-Info` header (RFC 1421 §4.6.1.3, as OpenSSL does).
///
/// # Errors
///
/// As [`decrypt_pkcs8`](crate::crypto::decrypt::decrypt_pkcs8). Single DES and RC2 are
/// `Unsupported`, because OpenSSL 3 refuses them too.
pub fn decrypt_legacy(
    cipher: &str,
    iv: &[u8],
    body: &[u8],
    passphrase: &[u8],
) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
    let name = cipher.to_ascii_uppercase();
    let Some(cipher) = CbcCipher::named(&name) else {
        return Err(DecryptError::Unsupported(name));
    };
    if iv.len() != cipher.block_bytes {
        return Err(DecryptError::Malformed("DEK-Info initialisation vector".to_owned()));
    }
    if body.is_empty() || !body.len().is_multiple_of(cipher.block_bytes) {
        return Err(DecryptError::Malformed(format!(
            "{} bytes are not whole {name} blocks",
            body.len()
        )));
    }
    let key = bytes_to_key(passphrase, iv.get(..8).unwrap_or(iv), cipher.key_bytes);
    cipher.decrypt(&key, iv, body).ok_or(DecryptError::WrongPassphrase)
}

/// OpenSSL's `EVP_BytesToKey` with MD5 and one round.
fn bytes_to_key(passphrase: &[u8], salt: &[u8], length: usize) -> Zeroizing<Vec<u8>> {
    // With room for the last block. If the vector grew, it would leave a copy of key bytes in
    // memory.
    let mut key = Zeroizing::new(Vec::with_capacity(length + 16));
    let mut last = Zeroizing::new([0; 16]);
    while key.len() < length {
        let start: &[u8] = if key.is_empty() { &[] } else { &*last };
        let input = Zeroizing::new([start, passphrase, salt].concat());
        last = Zeroizing::new(md5(&input));
        key.extend_from_slice(&*last);
    }
    key.truncate(length);
    key
}
