//! Bytes in base64 and in hexadecimal.

use zeroize::Zeroizing;

/// The bytes of base64 of either alphabet, as far as whole groups go.
pub(super) fn from_base64(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() / 4 * 3));
    for group in text.chunks_exact(4) {
        let bits = group.iter().fold(0, |bits: u32, digit| bits << 6 | sextet(*digit));
        let [_, triple @ ..] = bits.to_be_bytes();
        bytes.extend_from_slice(&triple);
    }
    bytes
}

fn sextet(digit: u8) -> u32 {
    u32::from(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' | b'-' => 62,
        _ => 63,
    })
}

/// The first bytes of hexadecimal digits.
pub(super) fn from_hex(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let digit = |digit: u8| char::from(digit).to_digit(16).unwrap_or(0);
    let pairs = text.chunks_exact(2).take(HEAD);
    let bytes = pairs.map(|pair| u8::try_from(digit(pair[0]) << 4 | digit(pair[1])).unwrap_or(0));
    Zeroizing::new(bytes.collect())
}

/// Bytes that tell what a key begins with.
const HEAD: usize = 48;
