//! Line ends and blanks that were written in another way: UTF-16, `\n`, no-break spaces.

use zeroize::Zeroizing;

use crate::text::utf16;

/// The text in UTF-8, with line ends where `\n` was written, and with plain blanks.
pub(super) fn plain_text(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let decoded = utf16::decode(bytes);
    let mut rest = decoded.as_ref().map_or(bytes, |text| text.as_bytes());
    let mut out = Zeroizing::new(Vec::with_capacity(rest.len()));
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'\\' | 0xc2)) {
        let (plain, special) = rest.split_at(at);
        out.extend_from_slice(plain);
        let (written, skip) = unescape(special);
        out.extend_from_slice(written);
        rest = special.get(skip..).unwrap_or(&[]);
    }
    out.extend_from_slice(rest);
    out
}

/// The text behind leading blanks, shown or not, and written-out line ends.
pub(super) fn skip_escapes(text: &[u8]) -> &[u8] {
    let mut rest = text.trim_ascii_start();
    loop {
        let (_, length) = match rest {
            [b'\\', ..] | [0xc2, 0xa0, ..] => unescape(rest),
            [0xe2, 0x80, 0x8b, ..] | [0xef, 0xbb, 0xbf, ..] => (&[][..], 3),
            _ => return rest,
        };
        rest = rest.get(length..).unwrap_or(&[]).trim_ascii_start();
    }
}

/// What the escape at the start of `text` stands for, and its length.
///
/// Escapes of JSON and of shells, escaped any number of times; a no-break space is a blank.
fn unescape(text: &[u8]) -> (&[u8], usize) {
    if let [0xc2, 0xa0, ..] = text {
        return (b" ", 2);
    }
    let slashes = text.iter().take_while(|byte| **byte == b'\\').count();
    match text.get(slashes) {
        Some(b'n' | b'r') if slashes > 0 => (b"\n", slashes + 1),
        Some(b'\n') if slashes > 0 => (b"\n", slashes + 1),
        Some(b'/') if slashes > 0 => (b"/", slashes + 1),
        _ => (text.get(..slashes.max(1)).unwrap_or(&[]), slashes.max(1)),
    }
}
