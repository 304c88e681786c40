//! Line ends and blanks that were written in another way: UTF-16, `\n`, no-break spaces.

use zeroize::Zeroizing;

use crate::text::utf16;

/// The text in UTF-8. `\n` becomes a line end, and other blanks become plain ones.
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

/// The text without leading blanks (also invisible ones) and escaped line ends.
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

/// The character for the escape at the start of `text`, and its length.
///
/// These are escapes of JSON and shells, escaped any number of times. A no-break space is a blank.
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
