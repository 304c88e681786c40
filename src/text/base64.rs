//! Base64 (RFC 4648), decoded into memory that is wiped.
//!
//! No crate is used: those available leave copies that are not wiped, of what may be a private key,
//! and they refuse unused bits that OpenSSL and readers of tokens accept.

use std::fmt;

use zeroize::Zeroizing;

/// Which characters stand for 62 and 63.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Alphabet {
    /// `+` and `/`, or `-` and `_`.
    Either,
    /// `+` and `/` (§4).
    Standard,
    /// `-` and `_` (§5).
    Url,
}

impl Alphabet {
    /// The value of a character.
    #[inline]
    pub fn sextet(self, byte: u8) -> Option<u8> {
        match (SEXTETS[usize::from(byte)], byte) {
            (Some(62..), b'-' | b'_') if self == Self::Standard => None,
            (Some(62..), b'+' | b'/') if self == Self::Url => None,
            (value, _) => value,
        }
    }
}

/// base64 with padding.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = encode_with(bytes, ['+', '/']);
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

/// base64url without padding, as JWTs have it.
pub fn encode_url(bytes: &[u8]) -> String {
    encode_with(bytes, ['-', '_'])
}

fn encode_with(bytes: &[u8], last: [char; 2]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..=chunk.len() {
            let sextet = bits >> (18 - 6 * place) & 63;
            let [.., index] = sextet.to_be_bytes();
            let common = COMMON.get(usize::from(index)).map(|&byte| char::from(byte));
            out.push(common.unwrap_or(last[usize::from(index == 63)]));
        }
    }
    out
}

/// Decodes base64 as OpenSSL does: blanks and line breaks are skipped, padding is required, unused
/// bits of the last character are ignored.
///
/// `None` if it is not base64, or is empty.
pub fn decode(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut decoder = Decoder::new(Alphabet::Standard, text.len());
    for &byte in text.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        decoder.push(byte).ok()?;
    }
    decoder.finish().ok()
}

/// Why a text is not base64url without padding (RFC 7515 §2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Base64Error {
    /// A byte outside of the alphabet.
    Byte {
        /// Bytes before it.
        at: usize,
        /// What kind of character it is.
        what: &'static str,
    },
    /// One character too many for whole bytes.
    Length(usize),
}

impl fmt::Display for Base64Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Byte { at, what } => write!(f, "{what} at character {}", at + 1),
            Self::Length(count) => write!(f, "{count} characters cannot be, one is missing"),
        }
    }
}

/// Decodes base64url without padding. Unused bits of the last character are ignored, as by jwt-cpp
/// and Python: tokens that differ only there have the same signature.
///
/// # Errors
///
/// The first wrong byte, or a length that is not possible.
pub fn decode_url(text: &[u8]) -> Result<Zeroizing<Vec<u8>>, Base64Error> {
    let mut decoder = Decoder::new(Alphabet::Url, text.len());
    for (at, &byte) in text.iter().enumerate() {
        decoder.push(byte).map_err(|_| Base64Error::Byte { at, what: misfit(byte) })?;
    }
    decoder.end().map_err(|_| Base64Error::Length(text.len()))
}

/// Decodes base64 of either alphabet, with or without padding. `None` if it is not base64.
pub fn decode_either(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let bare = text.strip_suffix(b"==").or_else(|| text.strip_suffix(b"=")).unwrap_or(text);
    let mut decoder = Decoder::new(Alphabet::Either, bare.len());
    for &byte in bare {
        decoder.push(byte).ok()?;
    }
    decoder.end().ok()
}

/// Decodes whole groups of base64 in either alphabet.
pub fn decode_groups(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut decoder = Decoder::new(Alphabet::Either, text.len());
    let end = text.iter().position(|&byte| decoder.push(byte).is_err());
    debug_assert!(end.is_none(), "all of it is base64");
    decoder.bytes
}

/// Decodes base64 one character at a time, into memory that is wiped and never moved.
pub struct Decoder {
    alphabet: Alphabet,
    bytes: Zeroizing<Vec<u8>>,
    /// Bits that were not written yet, in the low end.
    bits: u32,
    /// Number of characters so far, with padding.
    count: usize,
    padding: usize,
}

impl Decoder {
    /// For at most `length` characters.
    pub fn new(alphabet: Alphabet, length: usize) -> Self {
        let bytes = Zeroizing::new(Vec::with_capacity(length / 4 * 3 + 3));
        Self { alphabet, bytes, bits: 0, count: 0, padding: 0 }
    }

    /// Adds a character.
    ///
    /// # Errors
    ///
    /// Why it is refused.
    #[inline]
    pub fn push(&mut self, byte: u8) -> Result<(), Misfit> {
        match self.alphabet.sextet(byte) {
            Some(_) if self.padding > 0 => return Err(Misfit::BehindPadding),
            Some(value) => self.add(value),
            None if byte == b'=' && self.alphabet == Alphabet::Standard => self.pad(),
            None => return Err(Misfit::NoBase64),
        }
        Ok(())
    }

    fn pad(&mut self) {
        self.padding += 1;
        self.add(0);
    }

    fn add(&mut self, sextet: u8) {
        self.bits = (self.bits << 6) | u32::from(sextet);
        self.count += 1;
        if self.count.is_multiple_of(4) {
            let [_, triple @ ..] = self.bits.to_be_bytes();
            self.bytes.extend_from_slice(&triple);
            self.bits = 0;
        }
    }

    /// The bytes, if they are complete, perhaps after adding the missing padding. Empty for no
    /// characters.
    fn end(mut self) -> Result<Zeroizing<Vec<u8>>, Uneven> {
        match self.count % 4 {
            0 => return Ok(self.bytes),
            1 => return Err(Uneven::Count(self.count)),
            _ => {}
        }
        while !self.count.is_multiple_of(4) {
            self.pad();
        }
        self.finish()
    }

    /// The bytes, if the number of characters is correct.
    ///
    /// # Errors
    ///
    /// What is wrong with the number.
    pub fn finish(mut self) -> Result<Zeroizing<Vec<u8>>, Uneven> {
        match (self.count, self.padding) {
            (0, _) => return Err(Uneven::Empty),
            (count, _) if count % 4 != 0 => return Err(Uneven::Count(count)),
            (_, 3..) => return Err(Uneven::Padding),
            _ => {}
        }
        let length = self.bytes.len() - self.padding;
        self.bytes.truncate(length);
        Ok(self.bytes)
    }
}

/// Why a character is refused.
#[derive(Clone, Copy, Debug)]
pub enum Misfit {
    /// It follows padding.
    BehindPadding,
    /// It is not base64.
    NoBase64,
}

/// Why characters do not make whole bytes.
#[derive(Clone, Copy, Debug)]
pub enum Uneven {
    /// This number of characters is not a multiple of four.
    Count(usize),
    /// There is none.
    Empty,
    /// There is too much padding.
    Padding,
}

fn misfit(byte: u8) -> &'static str {
    match byte {
        b'=' => "padding (=)",
        b'+' | b'/' => "a character of the other base64 alphabet (+ or /)",
        b'"' | b'\'' => "a quote",
        b' ' | b'\t' | b'\r' | b'\n' => "white space",
        0 => "a NUL byte",
        0x80.. => "a byte outside ASCII",
        _ => "a character of no base64 alphabet",
    }
}

/// The characters of both alphabets (RFC 4648 §4, §5).
const COMMON: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// The values of all characters. A table is faster than branches, which a processor cannot predict
/// for random text.
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
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_rfc() {
        // RFC 4648 §10.
        for (bytes, text) in [
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            let (bytes, url) = (bytes.as_bytes(), text.trim_end_matches('='));
            assert_eq!((encode(bytes), encode_url(bytes)), (text.into(), url.into()));
            assert_eq!(decode(text.as_bytes()).unwrap().as_slice(), bytes);
            assert_eq!(decode_url(url.as_bytes()).unwrap().as_slice(), bytes);
        }
        assert_eq!((encode(b""), encode_url(b"")), (String::new(), String::new()));
        assert_eq!(encode(b"\xff\xef\xbe"), "/+++");
        assert_eq!(encode_url(b"\xff\xef\xbe"), "_---");
    }

    #[test]
    fn what_openssl_takes() {
        for (text, bytes) in [
            ("AB==", Some(&[0][..])),
            (" AAA=\n", Some(&[0, 0])),
            ("/+++", Some(b"\xff\xef\xbe")),
            ("_---", None),
            ("", None),
            ("AAA", None),
            ("A===", None),
            ("AA=A", None),
        ] {
            assert_eq!(decode(text.as_bytes()).as_deref().map(Vec::as_slice), bytes, "{text}");
        }
    }

    #[test]
    fn either_alphabet_in_whole_groups() {
        assert_eq!(decode_groups(b"_-+/AA").as_slice(), b"\xff\xef\xbf");
    }

    #[test]
    fn what_token_readers_take() {
        // RFC 4648 §10, without padding; the last has bits set that no byte takes.
        for (text, bytes) in [
            ("", "".as_bytes()),
            ("Zg", b"f"),
            ("Zm8", b"fo"),
            ("Zm9v", b"foo"),
            ("Zm9vYg", b"foob"),
            ("_-8", b"\xff\xef"),
            ("Zh", b"f"),
        ] {
            let decoded = decode_url(text.as_bytes());
            assert_eq!(decoded.as_deref(), Ok(&bytes.to_vec()), "{text}");
        }
        for text in ["Z", "Zm9vY", "Zg==", "+/8", "Z g", "Zm\u{e9}"] {
            assert!(decode_url(text.as_bytes()).is_err(), "{text}");
        }
    }
}
