//! Blocks in the strict form of RFC 7468.

use zeroize::Zeroizing;

use crate::parse::pem::line::LINE_CHARACTERS;
use crate::text::base64;

/// A block without headers, its last line ended.
pub fn encode(label: &str, bytes: &[u8]) -> String {
    let mut out = Vec::new();
    write_block(&mut out, label, &[], bytes);
    String::from_utf8_lossy(&out).into_owned()
}

/// Writes a block. Leaves no copy of `bytes` elsewhere if `out` has room for it.
pub(super) fn write_block(
    out: &mut Vec<u8>,
    label: &str,
    headers: &[(String, String)],
    bytes: &[u8],
) {
    out.extend_from_slice(format!("-----BEGIN {label}-----\n").as_bytes());
    for (name, value) in headers {
        out.extend_from_slice(format!("{name}: {value}\n").as_bytes());
    }
    if !headers.is_empty() {
        out.push(b'\n');
    }
    for line in bytes.chunks(LINE_BYTES) {
        out.extend_from_slice(Zeroizing::new(base64::encode(line)).as_bytes());
        out.push(b'\n');
    }
    out.extend_from_slice(format!("-----END {label}-----\n").as_bytes());
}

/// Bytes behind a body line.
const LINE_BYTES: usize = LINE_CHARACTERS / 4 * 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_pem() {
        let body = |bytes: usize| {
            let text = encode("X", &vec![0; bytes]);
            let lines = text.lines().map(str::len);
            lines.collect::<Vec<_>>()
        };
        assert_eq!(body(48), [17, 64, 15]);
        assert_eq!(body(49), [17, 64, 4, 15]);
        assert_eq!(body(0), [17, 15]);
    }
}
