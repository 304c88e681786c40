//! A text that is a single block, decoded in place.
//!
//! A revocation list may have 60 MB, and text and bytes together would need twice the memory. If it
//! is not written exactly as OpenSSL writes it, [`crate::parse::pem::scan()`] is used.

use crate::parse::pem::line::LINE_CHARACTERS;

/// If `text` is a single block with one of `labels` and only the last line is not full, replaces it
/// by its bytes. Else does nothing.
pub fn unwrap(text: &mut Vec<u8>, labels: &[&str]) -> bool {
    let Some(body) = labels.iter().find_map(|label| Body::of(text, label)) else {
        return false;
    };
    let length = body.decode(text);
    text.truncate(length);
    true
}

/// The place of the base64 in a correctly written block.
struct Body {
    /// Offset of its first line.
    start: usize,
    /// Full lines.
    lines: usize,
    /// Distance from one line to the next.
    stride: usize,
    /// Characters of the last line, padding not counted.
    last: usize,
}

impl Body {
    /// The body of `text`, after checking all of it, or `None`.
    fn of(text: &[u8], label: &str) -> Option<Self> {
        let begin = format!("-----BEGIN {label}-----");
        let rest = text.strip_prefix(begin.as_bytes())?;
        let line_end: &[u8] = if rest.starts_with(b"\r\n") { b"\r\n" } else { b"\n" };
        let rest = rest.strip_prefix(line_end)?;
        let start = text.len() - rest.len();
        let stride = LINE_CHARACTERS + line_end.len();
        let end = [b"-----END ", label.as_bytes(), b"-----"].concat();
        let rest = rest.strip_suffix(line_end).unwrap_or(rest);
        let rest = rest.strip_suffix(end.as_slice())?.strip_suffix(line_end)?;
        let mut lines = rest.chunks_exact(stride);
        let count = lines.len();
        let well_written =
            lines.all(|line| line.ends_with(line_end) && is_base64(line.get(..LINE_CHARACTERS)));
        let last = rest.get(count * stride..)?;
        let bare = last.strip_suffix(b"==").or(last.strip_suffix(b"=")).unwrap_or(last);
        let fits =
            last.len() % 4 == 0 && last.len() <= LINE_CHARACTERS && bare.len() + 2 >= last.len();
        // An empty last line would be a blank line, unless the line before it is full.
        let whole = !last.is_empty() && fits && is_base64(Some(bare));
        (well_written && whole).then_some(Self { start, lines: count, stride, last: bare.len() })
    }

    /// Writes the bytes over the beginning of the text. Returns their number. A line gives fewer
    /// bytes than it has, so only bytes that were read are overwritten.
    fn decode(&self, text: &mut [u8]) -> usize {
        let (mut from, mut to) = (self.start, 0);
        for _ in 0..self.lines {
            let line = text.get(from..).and_then(<[u8]>::first_chunk);
            let bytes = line.map_or([0; BYTES], decoded);
            if let Some(into) = text.get_mut(to..).and_then(<[u8]>::first_chunk_mut) {
                *into = bytes;
            }
            (from, to) = (from + self.stride, to + BYTES);
        }
        let mut last = [b'A'; LINE_CHARACTERS];
        let line = text.get(from..from + self.last).unwrap_or_default();
        last.iter_mut().zip(line).for_each(|(to, from)| *to = *from);
        let length = self.last * 3 / 4;
        let into = text.get_mut(to..to + length).unwrap_or_default();
        into.iter_mut().zip(decoded(&last)).for_each(|(to, from)| *to = from);
        to + length
    }
}

/// The bytes of a full line, all of it base64: the values of all characters at once, then eight
/// of them at a time put together, in pairs, fours and eights.
fn decoded(line: &[u8; LINE_CHARACTERS]) -> [u8; BYTES] {
    let mut values = [0; LINE_CHARACTERS];
    for (to, from) in values.iter_mut().zip(line) {
        *to = value(*from);
    }
    let mut out = [0; BYTES];
    for (eight, six) in values.chunks_exact(8).zip(out.chunks_exact_mut(6)) {
        let bits = u64::from_be_bytes(eight.first_chunk().copied().unwrap_or_default());
        let bits = (bits & 0x3f00_3f00_3f00_3f00) >> 2 | (bits & 0x003f_003f_003f_003f);
        let bits = (bits & 0x0fff_0000_0fff_0000) >> 4 | (bits & 0x0000_0fff_0000_0fff);
        let bits = (bits & 0x00ff_ffff_0000_0000) >> 8 | (bits & 0x0000_0000_00ff_ffff);
        let [_, _, bytes @ ..] = bits.to_be_bytes();
        six.copy_from_slice(&bytes);
    }
    out
}

/// Bytes of a full line.
const BYTES: usize = LINE_CHARACTERS / 4 * 3;

/// Whether all of it is base64, no padding. Looks at every character without a branch, which
/// lets the compiler take many at a time.
fn is_base64(text: Option<&[u8]>) -> bool {
    let is = |c: u8| {
        (c.wrapping_sub(b'A') < 26)
            | (c.wrapping_sub(b'a') < 26)
            | (c.wrapping_sub(b'0') < 10)
            | (c == b'+')
            | (c == b'/')
    };
    text.is_some_and(|text| text.iter().fold(true, |all, c| all & is(*c)))
}

/// The value of a base64 character, without a branch.
fn value(c: u8) -> u8 {
    let within = |low: u8, count: u8| 0_u8.wrapping_sub(u8::from(c.wrapping_sub(low) < count));
    (within(b'A', 26) & c.wrapping_sub(b'A'))
        | (within(b'a', 26) & c.wrapping_sub(b'a').wrapping_add(26))
        | (within(b'0', 10) & c.wrapping_sub(b'0').wrapping_add(52))
        | (within(b'+', 1) & 62)
        | (within(b'/', 1) & 63)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::pem::scan::scan;
    use crate::text::base64::Alphabet;

    fn text(length: usize, line_end: &str) -> Vec<u8> {
        let bytes: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect();
        let config = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
        let text = pem::encode_config(&pem::Pem::new("X509 CRL", bytes), config);
        text.replace('\n', line_end).into_bytes()
    }

    /// What `unwrap` makes of it, and what `scan` does.
    fn both(text: &[u8]) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
        let mut ours = text.to_vec();
        let ours = unwrap(&mut ours, &["X509 CRL"]).then_some(ours);
        let blocks = scan(text).blocks;
        let theirs = match blocks.as_slice() {
            [Ok(block)] => Some(block.bytes.to_vec()),
            _ => None,
        };
        (ours, theirs)
    }

    #[test]
    fn every_length_is_decoded_as_by_scan() {
        for length in 1..400 {
            for line_end in ["\n", "\r\n"] {
                let (ours, theirs) = both(&text(length, line_end));
                assert!(ours.is_some(), "{length}");
                assert_eq!(ours, theirs, "{length}");
            }
        }
    }

    /// Whatever is taken is what `scan` finds too; what is not taken stays as it is.
    #[test]
    fn no_change_is_read_otherwise_than_by_scan() {
        for length in [45, 46, 47, 48, 49, 150] {
            let good = text(length, "\n");
            for at in 0..good.len() {
                for byte in [b'=', b'A', b'\n', b'\r', b'-', b' ', b'*', 0, 0xff] {
                    let mut copy = good.clone();
                    copy[at] = byte;
                    let mut same = copy.clone();
                    if !unwrap(&mut same, &["X509 CRL"]) {
                        assert_eq!(same, copy);
                    }
                    if let (Some(ours), theirs) = both(&copy) {
                        assert_eq!(Some(ours), theirs, "byte {at} of {length} is {byte}");
                    }
                }
                let cut = both(&good[..at]);
                assert!(cut.0.is_none() || cut.0 == cut.1, "cut at {at}");
            }
        }
    }

    #[test]
    fn every_character_has_its_value() {
        for byte in 0..=255 {
            let known = Alphabet::Standard.sextet(byte);
            assert_eq!(is_base64(Some(&[byte])), known.is_some(), "{byte}");
            assert!(known.is_none_or(|known| known == value(byte)), "{byte}");
        }
    }
}
