//! Bytes to text: base64 in both alphabets (RFC 4648 §4, §5), hexadecimal, PEM (RFC 7468).

use std::fmt::Write as _;

/// Characters of a line of PEM.
const LINE_CHARACTERS: usize = 64;

/// The alphabet but for its last two characters.
const COMMON: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// base64url without padding, as JWTs have it.
pub fn base64url(bytes: &[u8]) -> String {
    digits(bytes, ['-', '_'])
}

/// base64 with padding.
pub fn base64(bytes: &[u8]) -> String {
    let mut text = digits(bytes, ['+', '/']);
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

/// A PEM block, its last line ended.
pub fn pem(label: &str, bytes: &[u8]) -> String {
    let body = base64(bytes);
    let mut out = format!("-----BEGIN {label}-----\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, others) = rest.split_at(rest.len().min(LINE_CHARACTERS));
        out.push_str(line);
        out.push('\n');
        rest = others;
    }
    out + &format!("-----END {label}-----\n")
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").expect("a String takes all");
        out
    })
}

fn digits(bytes: &[u8], last: [char; 2]) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_rfc() {
        // RFC 4648 §10.
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
            assert_eq!(base64url(bytes.as_bytes()), text.trim_end_matches('='));
        }
        assert_eq!(base64(b"\xff\xef\xbe"), "/+++");
        assert_eq!(base64url(b"\xff\xef\xbe"), "_---");
        assert_eq!(hex(b"\x00\xfe"), "00fe");
    }

    #[test]
    fn lines_of_pem() {
        let body = |bytes: usize| {
            let text = pem("X", &vec![0; bytes]);
            let lines = text.lines().map(str::len);
            lines.collect::<Vec<_>>()
        };
        assert_eq!(body(48), [17, 64, 15]);
        assert_eq!(body(49), [17, 64, 4, 15]);
        assert_eq!(body(0), [17, 15]);
    }
}
