//! Base64 and base32, in groups of any length.

use zeroize::Zeroizing;

use crate::text::base64::Alphabet;
use crate::text::screen::der::Shape;
use crate::text::screen::hidden::{HiddenRange, KEY, UNKNOWN};
use crate::text::screen::random::is_mixed;
use crate::text::screen::secret::holds_secret;
use crate::text::screen::spelled::{DigitRun, gap, label};

/// What begins with `run`.
pub(super) fn at(text: &[u8], run: &DigitRun) -> Option<HiddenRange> {
    let ways = spellings(text.get(run.start..)?);
    // PEM is read to its end, so only at the start of a group.
    let is_pem = text.get(run.start) == Some(&b'L');
    if is_pem && text.get(..run.start)?.last().is_some_and(is_joined) {
        return None;
    }
    ways.iter().find_map(|way| key(text, run.start, *way))
}

/// Whether `text` begins like a key in base64 or base32.
pub(super) fn may_begin(text: &[u8]) -> bool {
    !spellings(text).is_empty()
}

/// The possible spellings of `text`, if it begins like DER, `openssh-key-v1` or `-----BEGIN`.
fn spellings(text: &[u8]) -> &'static [Spelling] {
    let Some((first, rest)) = text.split_first().filter(|(first, _)| b"MbLGNF".contains(first))
    else {
        return &[];
    };
    let second = match rest.first() {
        Some(byte) if byte.is_ascii_alphanumeric() => Some(byte),
        _ => rest.iter().take(MAX_BETWEEN).find(|byte| byte.is_ascii_alphanumeric()),
    };
    match (first, second) {
        (b'M', Some(b'A'..=b'I')) | (b'b', Some(b'3')) | (b'L', Some(b'S')) => {
            &[Spelling::Base64, Spelling::Base64Url]
        }
        (b'G', Some(b'A'..=b'D')) | (b'N', Some(b'5')) | (b'F', Some(b'U')) => &[Spelling::Base32],
        _ => &[],
    }
}

/// Whether it goes on with a group of base64.
fn is_joined(byte: &u8) -> bool {
    b"+/-_".contains(byte)
}

/// A spelling of bytes, by the number of bits per digit.
#[derive(Clone, Copy)]
enum Spelling {
    Base32,
    /// `-` and `_` separate groups.
    Base64,
    Base64Url,
}

impl Spelling {
    fn bits(self) -> u32 {
        match self {
            Self::Base32 => 5,
            Self::Base64 | Self::Base64Url => 6,
        }
    }

    fn is_digit(self) -> fn(&u8) -> bool {
        match self {
            Self::Base32 => |byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7'),
            Self::Base64 => |byte| byte.is_ascii_alphanumeric() || b"+/".contains(byte),
            Self::Base64Url => |byte| byte.is_ascii_alphanumeric() || b"-_+/".contains(byte),
        }
    }

    fn value(self, byte: u8) -> u8 {
        match (self, byte) {
            (Self::Base32, b'A'..=b'Z') => byte - b'A',
            (Self::Base32, _) => byte.saturating_sub(b'2') + 26,
            _ => Alphabet::Either.sextet(byte).unwrap_or(0),
        }
    }
}

/// A private key that begins at `start`.
fn key(text: &[u8], start: usize, spelling: Spelling) -> Option<HiddenRange> {
    let (few, _) = read(text, start, spelling, MIN_BYTES);
    if !may_be_head(&few) {
        return None;
    }
    let (head, _) = read(text, start, spelling, HEAD);
    let limit = match Shape::of(&head) {
        Shape::Private(length) => length.unwrap_or(usize::MAX),
        _ if head.starts_with(b"-----B") => {
            let (all, end) = read(text, start, spelling, MAX_TEXT);
            let is_key = holds_secret(&String::from_utf8_lossy(&all));
            return is_key.then_some(HiddenRange { hidden: start..end, mark: KEY });
        }
        _ => return None,
    };
    let (_, mut end) = read(text, start, spelling, limit);
    // A key that was cut off may have padding at its end too.
    let rest = text.get(end..).unwrap_or_default();
    end += rest.iter().take_while(|byte| **byte == b'=').count();
    Some(HiddenRange { hidden: start..end, mark: KEY })
}

/// Whether a key may begin with these bytes.
fn may_be_head(bytes: &[u8]) -> bool {
    let inner = match bytes {
        [0x30, 0x82, _, _, inner, ..] | [0x30, 0x81, _, inner, ..] => *inner,
        [0x30, 0..=0x7f, inner, ..] => *inner,
        _ => return bytes.starts_with(b"openss") || bytes.starts_with(b"-----B"),
    };
    matches!(inner, 0x02 | 0x30)
}

/// At most this many bytes that are spelled from `start`, and where they end.
fn read(
    text: &[u8],
    start: usize,
    spelling: Spelling,
    limit: usize,
) -> (Zeroizing<Vec<u8>>, usize) {
    let is_digit = spelling.is_digit();
    let mut bytes = Zeroizing::new(Vec::with_capacity(limit.min(text.len() - start) + 8));
    let (mut held, mut bits, mut end, mut at) = (0u32, 0, start, start);
    let mut groups = Groups { label: label(text, start), first: None };
    while bytes.len() < limit {
        let rest = text.get(at..).unwrap_or_default();
        let group = rest.iter().take_while(|byte| is_digit(byte)).count();
        let group = rest.get(..group).unwrap_or_default();
        let is_next = at > start && group.starts_with(b"LS0tLS1");
        if is_next || !groups.has(group, text.get(end..at).unwrap_or_default()) {
            break;
        }
        for byte in group {
            held = held << spelling.bits() | u32::from(spelling.value(*byte));
            bits += spelling.bits();
            at += 1;
            if bits >= 8 {
                bits -= 8;
                let [.., byte] = (held >> bits).to_be_bytes();
                bytes.push(byte);
                held &= (1 << bits) - 1;
            }
            if bytes.len() >= limit {
                break;
            }
        }
        end = at;
        let Some(between) = gap(text, end, groups.label, is_digit) else {
            break;
        };
        at = end + between;
    }
    (bytes, end)
}

/// Groups of digits that belong together.
struct Groups<'a> {
    label: Option<usize>,
    /// The length of the first group, and the text after it.
    first: Option<(usize, &'a [u8])>,
}

impl<'a> Groups<'a> {
    /// Whether `group`, after the text `between`, continues the groups before. A word of the
    /// following sentence does not.
    fn has(&mut self, group: &[u8], between: &'a [u8]) -> bool {
        let (first, usual) = match self.first {
            None => {
                self.first = Some((group.len(), b""));
                return !group.is_empty();
            }
            Some((first, b"")) => {
                self.first = Some((first, between));
                (first, between)
            }
            Some(known) => known,
        };
        let is_end = |byte: &u8| b"'\"`".contains(byte);
        let ends = between.first().is_some_and(is_end) && !usual.first().is_some_and(is_end);
        let small = group.iter().skip(1).all(|byte| byte.is_ascii_lowercase() || *byte == b'-');
        group.len() == first && !ends || between == usual || !(small || ends)
    }
}

/// Whether a line ends here, without padding.
fn is_line_end(between: &[u8]) -> bool {
    between.contains(&b'\n') && !between.contains(&b'=')
}

/// A piece of a key without its beginning, in groups of the same form, from `start`; and how far the
/// text was judged.
pub(super) fn piece(text: &[u8], start: usize) -> (Option<HiddenRange>, usize) {
    let is_digit = Spelling::Base64.is_digit();
    // A list of numbers is judged elsewhere.
    let rest = text.get(start..).unwrap_or_default();
    if rest.starts_with(b"0x") || rest.starts_with(b"0X") {
        return (None, start);
    }
    let length = rest.iter().take_while(|byte| is_digit(byte)).count();
    let behind = rest.get(length..).unwrap_or_default();
    let usual = behind.iter().take_while(|byte| !is_digit(byte)).count();
    let usual = behind.get(..usual).unwrap_or_default();
    let mut joined = Zeroizing::new(Vec::with_capacity(64));
    let (mut at, mut end) = (start, start);
    let (mut is_piece, mut tries) = (false, 0);
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let own = rest.iter().take(length + 1).take_while(|byte| is_digit(byte)).count();
        if own == 0 || own > length {
            break;
        }
        if !is_piece {
            joined.extend_from_slice(rest.get(..own).unwrap_or_default());
        }
        if joined.len() >= MIN_PIECE {
            is_piece = is_mixed(&joined);
            tries += 1;
            joined.clear();
        }
        if !is_piece && tries >= MAX_TRIES {
            return (None, end);
        }
        end = at + own;
        let between = gap(text, end, None, is_digit).unwrap_or(0);
        let shown = text.get(end..end + between).unwrap_or_default();
        if own < length || between == 0 || shown != usual && !is_line_end(shown) {
            break;
        }
        at = end + between;
    }
    (is_piece.then_some(HiddenRange { hidden: start..end, mark: UNKNOWN }), end)
}

/// Bytes that are usually enough to see that no key begins here.
const MIN_BYTES: usize = 6;

/// Bytes that are enough to recognise the beginning of a key.
const HEAD: usize = 48;

/// Most bytes of PEM in base64. A key of 16 384 bits has 13 kB.
const MAX_TEXT: usize = 16 << 10;

/// Most digits of a group in a piece. Longer ones are lines.
pub(super) const MAX_GROUP: usize = 19;

/// Most characters between the first two digits of a key.
const MAX_BETWEEN: usize = 96;

/// Most times that this is tried. A key may have few capitals at its start.
const MAX_TRIES: usize = 6;

/// More digits than a digest of 256 bits.
const MIN_PIECE: usize = 45;
