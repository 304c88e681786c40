//! Digests of requests and answers, and the codes that people compare.

use std::fmt;

use crate::crypto::digest::sha256;
use crate::text::hex;

/// The SHA-256 of a whole request or answer.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Digest(pub [u8; 32]);

/// The first bits of a digest, five bits per character, for people to read aloud.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Code<const N: usize>([u8; N]);

/// Of a request: 120 bits, because the requester can choose its content.
pub type Id = Code<24>;

/// Of an answer: 80 bits, because only the approver can choose its content.
pub type AnswerCode = Code<16>;

/// Crockford's base32: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl Digest {
    /// The digest of `label`, a zero byte and `bytes`.
    pub fn of(label: &str, bytes: &[u8]) -> Self {
        Self(sha256(&framed(label, &[bytes])))
    }

    /// Reads 64 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = hex::decode(text.as_bytes()).filter(|_| !text.contains(char::is_uppercase))?;
        bytes.as_slice().try_into().ok().map(Self)
    }

    /// In hexadecimal.
    pub fn hex(&self) -> String {
        hex::hex(&self.0)
    }

    /// The id that people compare for a request.
    pub fn id(&self) -> Id {
        self.first()
    }

    /// The code that people compare for an answer.
    pub fn code(&self) -> AnswerCode {
        self.first()
    }

    fn first<const N: usize>(&self) -> Code<N> {
        let mut digits = [0; N];
        for (at, digit) in digits.iter_mut().enumerate() {
            let bit = at * 5;
            let byte = |index: usize| u16::from(self.0.get(index).copied().unwrap_or(0));
            let pair = byte(bit / 8) << 8 | byte(bit / 8 + 1);
            let [_, value] = (pair >> (11 - bit % 8) & 31).to_be_bytes();
            *digit = value;
        }
        Code(digits)
    }
}

impl<const N: usize> Code<N> {
    /// Reads what a person typed. Dashes, blanks and case are ignored, `O` counts as 0, `I` and `L`
    /// as 1. All characters are required.
    pub fn parse(text: &str) -> Option<Self> {
        let mut digits = [0; N];
        let mut count = 0;
        for c in text.chars().filter(|c| !matches!(c, '-' | ' ' | '\t')) {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                c => c,
            };
            let value = (0..).zip(ALPHABET).find(|(_, known)| char::from(**known) == c);
            *digits.get_mut(count)? = value?.0;
            count += 1;
        }
        (count == digits.len()).then_some(Self(digits))
    }
}

/// `NTAS-CDEE-D44K-XXYP`. An id has six groups.
impl<const N: usize> fmt::Display for Code<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, digit) in self.0.iter().enumerate() {
            if at > 0 && at % 4 == 0 {
                f.write_str("-")?;
            }
            let character = ALPHABET.get(usize::from(*digit)).copied().unwrap_or(b'0');
            write!(f, "{}", char::from(character))?;
        }
        Ok(())
    }
}

/// `label`, a zero byte, and the parts. So a message for one purpose is never a message for
/// another.
pub(super) fn framed(label: &str, parts: &[&[u8]]) -> Vec<u8> {
    let mut out = label.as_bytes().to_vec();
    out.push(0);
    parts.iter().for_each(|part| out.extend_from_slice(part));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes() {
        let mut bytes = [0; 32];
        bytes[..10].copy_from_slice(&[0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf]);
        let code = Digest(bytes).code();
        assert_eq!(code.to_string(), "0123-4567-89AB-CDEF");
        for text in ["0123-4567-89AB-CDEF", "oi23 4567 89ab cdef", "0L23456789ABCDEF"] {
            assert_eq!(AnswerCode::parse(text), Some(code), "{text}");
        }
        // Fewer or more than sixteen, and a U.
        for text in ["", "0123-4567-89AB-CDE", "0123-4567-89AB-CDEF-0", "U123-4567-89AB-CDEF"] {
            assert_eq!(AnswerCode::parse(text), None, "{text}");
        }
        let all = Digest([0xff; 32]).code();
        assert_eq!(all.to_string(), "ZZZZ-ZZZZ-ZZZZ-ZZZZ");
        // An id goes on where a code ends; neither is taken for the other.
        bytes[10..15].copy_from_slice(&[0x84, 0x65, 0x3a, 0x56, 0xd7]);
        let id = Digest(bytes).id();
        assert_eq!(id.to_string(), "0123-4567-89AB-CDEF-GHJK-MNPQ");
        assert_eq!(Id::parse(&id.to_string()), Some(id));
        assert_eq!(AnswerCode::parse(&id.to_string()), None);
        assert_eq!(Id::parse(&code.to_string()), None);
        bytes[15] ^= 1;
        assert_eq!(Digest(bytes).id(), id, "the last bit of an id is the 120th");
        bytes[14] ^= 1;
        assert_ne!(Digest(bytes).id(), id);
    }

    #[test]
    fn digests() {
        let digest = Digest::of("x", b"y");
        assert_eq!(Digest::parse(&digest.hex()), Some(digest));
        assert_ne!(digest, Digest::of("x\0", b"y"));
        assert_eq!(Digest::parse(&digest.hex().to_uppercase()), None);
        assert_eq!(Digest::parse(&digest.hex()[1..]), None);
    }
}
