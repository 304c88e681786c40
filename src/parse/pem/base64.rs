//! Base64 (RFC 4648 §4), decoded into memory that is wiped.

use zeroize::Zeroizing;

use crate::parse::pem::damage::DamageKind;

/// Decodes base64 as OpenSSL does: blanks and line breaks are skipped, padding is needed, the
/// unused bits of the last character are ignored.
///
/// Not the decoder of a crate: those at hand leave unwiped copies of what may be a private key,
/// and refuse unused bits that OpenSSL accepts.
///
/// `None` if it is not base64, or empty.
pub fn decode_base64(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut decoder = Decoder::new(text.len());
    for &byte in text.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        decoder.push(byte).ok()?;
    }
    decoder.finish().ok()
}

/// Decodes base64 a character at a time, into memory that is wiped and never moved.
pub(super) struct Decoder {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    /// The bits not yet written, in the low end.
    pub(super) bits: u32,
    /// Characters seen, padding included.
    pub(super) count: usize,
    pub(super) padding: usize,
}

impl Decoder {
    /// For at most `length` characters.
    pub(super) fn new(length: usize) -> Self {
        let bytes = Zeroizing::new(Vec::with_capacity(length / 4 * 3 + 3));
        Self { bytes, bits: 0, count: 0, padding: 0 }
    }

    /// Takes a character.
    pub(super) fn push(&mut self, byte: u8) -> Result<(), Misfit> {
        let value = match sextet(byte) {
            Some(_) if self.padding > 0 => return Err(Misfit::BehindPadding),
            Some(value) => value,
            None if byte == b'=' => {
                self.padding += 1;
                0
            }
            None => return Err(Misfit::NoBase64),
        };
        self.bits = (self.bits << 6) | u32::from(value);
        self.count += 1;
        if self.count.is_multiple_of(4) {
            let [_, triple @ ..] = self.bits.to_be_bytes();
            self.bytes.extend_from_slice(&triple);
            self.bits = 0;
        }
        Ok(())
    }

    /// The bytes, if the characters came out even.
    pub(super) fn finish(mut self) -> Result<Zeroizing<Vec<u8>>, DamageKind> {
        match (self.count, self.padding) {
            (0, _) => return Err(DamageKind::EmptyBody),
            (count, _) if count % 4 != 0 => {
                return Err(DamageKind::BadLength { count, line: None });
            }
            (_, 3..) => return Err(DamageKind::BadPadding),
            _ => {}
        }
        let length = self.bytes.len() - self.padding;
        self.bytes.truncate(length);
        Ok(self.bytes)
    }
}

/// Why a character is not taken.
#[derive(Clone, Copy)]
pub(super) enum Misfit {
    /// It stands behind padding.
    BehindPadding,
    /// It is not base64.
    NoBase64,
}

/// The value of a base64 character (RFC 4648 §4).
pub(super) fn sextet(byte: u8) -> Option<u8> {
    SEXTETS[usize::from(byte)]
}

/// The values of all characters: random text makes a processor guess branches wrong.
const SEXTETS: &[Option<u8>; 256] = &{
    let mut table = [None; 256];
    let (mut at, mut byte) = (0, 0u8);
    while at < table.len() {
        table[at] = sextet_of(byte);
        (at, byte) = (at + 1, byte.wrapping_add(1));
    }
    table
};

const fn sextet_of(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// Writes one to three bytes as four base64 characters.
pub(super) fn write_triple(out: &mut Vec<u8>, triple: &[u8]) {
    let byte = |index: usize| u32::from(triple.get(index).copied().unwrap_or(0));
    let bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
    for place in 0..4 {
        let index = usize::try_from((bits >> (18 - 6 * place)) & 63).unwrap_or(0);
        let pad = usize::try_from(place).is_ok_and(|place| place > triple.len());
        out.push(if pad { b'=' } else { ALPHABET.get(index).copied().unwrap_or(b'=') });
    }
}

/// RFC 4648 §4.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
