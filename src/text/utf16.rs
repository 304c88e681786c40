//! Recognises and decodes UTF-16.

use zeroize::Zeroizing;

/// The text of a UTF-16 file, with or without byte order mark. `None` if it is not UTF-16.
pub fn decode(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let unit = match byte_order(bytes)? {
        ByteOrder::Big => u16::from_be_bytes,
        ByteOrder::Little => u16::from_le_bytes,
    };
    let units = bytes.chunks_exact(2).map(|pair| match pair {
        [first, second] => unit([*first, *second]),
        _ => 0,
    });
    // A unit becomes three bytes of UTF-8 at most, so the buffer never moves.
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() / 2 * 3));
    for decoded in char::decode_utf16(units) {
        text.push(decoded.ok()?);
    }
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Some(text)
}

/// Which byte of a UTF-16 unit comes first.
#[derive(Clone, Copy)]
pub enum ByteOrder {
    /// The high one.
    Big,
    /// The low one.
    Little,
}

/// Recognises UTF-16 by its byte order mark, or by ASCII with a NUL at every other byte.
pub fn byte_order(bytes: &[u8]) -> Option<ByteOrder> {
    let head = bytes.get(..bytes.len().min(SAMPLE)).unwrap_or(bytes);
    let nul_at = |index: usize| {
        head.len() > 3
            && head.chunks_exact(2).all(|pair| {
                pair.get(index) == Some(&0) && pair.get(1 - index).is_some_and(|byte| *byte != 0)
            })
    };
    match head {
        [0xff, 0xfe, ..] => Some(ByteOrder::Little),
        [0xfe, 0xff, ..] => Some(ByteOrder::Big),
        _ if nul_at(1) => Some(ByteOrder::Little),
        _ => nul_at(0).then_some(ByteOrder::Big),
    }
}

/// Bytes that are checked.
const SAMPLE: usize = 4096;
