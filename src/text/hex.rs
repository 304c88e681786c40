//! Hexadecimal.

use std::fmt::Write as _;

use zeroize::Zeroizing;

/// Two lower-case digits for each byte.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        write!(out, "{byte:02x}").expect("a String takes all");
        out
    })
}

/// The bytes of an even number of digits. Case does not matter.
pub fn decode(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (pairs, odd) = text.as_chunks::<2>();
    let mut bytes = Zeroizing::new(Vec::with_capacity(pairs.len()));
    for pair in pairs {
        bytes.push(byte(*pair)?);
    }
    odd.is_empty().then_some(bytes)
}

/// The byte of two digits.
pub fn byte(pair: [u8; 2]) -> Option<u8> {
    let [high, low] = pair.map(|digit| char::from(digit).to_digit(16));
    u8::try_from(high? << 4 | low?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        assert_eq!(hex(b"\x00\xfe"), "00fe");
        for (text, bytes) in [
            ("", Some(&[][..])),
            ("00fE", Some(&[0, 0xfe])),
            ("0", None),
            ("0g", None),
            ("+1", None),
            ("0 1", None),
        ] {
            assert_eq!(decode(text.as_bytes()).as_deref().map(Vec::as_slice), bytes, "{text}");
        }
    }
}
