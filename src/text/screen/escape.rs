//! Removes escapes of shells, C, JSON, URLs, HTML and mail. So a secret is recognised in any
//! escaped form.

use zeroize::Zeroizing;

/// A text without its escapes. Bytes that are not ASCII become characters up to U+00FF, as in
/// Latin-1.
pub(super) struct Unescaped {
    pub(super) text: Zeroizing<String>,
    /// Where pieces of it begin, and where they were in the original.
    pieces: Vec<(usize, usize)>,
}

impl Unescaped {
    /// Removes the next layer: `%255C`, `&amp;#10;`.
    pub(super) fn again(&self) -> Option<Self> {
        let next = Self::of(&self.text)?;
        let mut pieces: Vec<(usize, usize)> = Vec::new();
        for (index, (from, at)) in next.pieces.iter().enumerate() {
            pieces.push((*from, self.position(*at)));
            // A piece of the second layer may consist of several pieces of the first.
            let length = next.pieces.get(index + 1).map_or(next.text.len(), |next| next.0) - from;
            let first = self.pieces.partition_point(|piece| piece.0 <= *at);
            let inside = self.pieces.get(first..).unwrap_or_default().iter();
            let inside = inside.take_while(|piece| piece.0 < at + length);
            pieces.extend(inside.map(|piece| (from + piece.0 - at, piece.1)));
        }
        // The text before the first escape.
        let first = next.pieces.first().map_or(0, |piece| piece.0);
        let before = self.pieces.iter().take_while(|piece| piece.0 < first).copied();
        let pieces = before.chain(pieces).collect();
        Some(Self { text: next.text, pieces })
    }

    /// The position of byte `index` in the original.
    pub(super) fn position(&self, index: usize) -> usize {
        let behind = self.pieces.partition_point(|piece| piece.0 <= index);
        let piece = behind.checked_sub(1).and_then(|at| self.pieces.get(at));
        piece.map_or(index, |(from, at)| at + index - from)
    }

    /// Removes one layer of escapes. None if there is no escape.
    pub(super) fn of(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let next = |from: usize| {
            let rest = bytes.get(from..)?;
            rest.iter().position(|byte| MAY_ESCAPE[usize::from(*byte)]).map(|at| from + at)
        };
        let mut plain = Zeroizing::new(String::new());
        let (mut pieces, mut copied, mut at) = (Vec::new(), 0, 0);
        let mut is_wide = None;
        while let Some(here) = next(at) {
            let wide = || bytes.iter().filter(|byte| **byte == 0).count() * 3 > bytes.len();
            let before = bytes.get(copied..here).unwrap_or_default();
            let escape = match bytes.get(here) {
                // Text of two bytes a character (UTF-16).
                Some(0) => is_wide.get_or_insert_with(wide).then_some((1, None)),
                _ => escape(bytes.get(here..)?, before, plain.as_bytes()),
            };
            at = here + 1;
            if let Some((length, c)) = escape {
                if pieces.is_empty() {
                    plain.reserve(2 * text.len());
                }
                plain.push_str(text.get(copied..here)?);
                begin_piece(&mut pieces, plain.len(), here);
                plain.extend(c);
                copied = here + length;
                at = copied;
                begin_piece(&mut pieces, plain.len(), copied);
            }
        }
        if pieces.is_empty() {
            return None;
        }
        plain.push_str(text.get(copied..)?);
        Some(Self { text: plain, pieces })
    }
}

/// Notes that a piece begins at `from`, and at `at` in the original. An empty piece before it is
/// not needed.
fn begin_piece(pieces: &mut Vec<(usize, usize)>, from: usize, at: usize) {
    match pieces.last_mut() {
        Some(last) if last.0 == from => last.1 = at,
        _ => pieces.push((from, at)),
    }
}

/// The length of the escape at the start of `text`, and its character, if it has one. `above` and
/// `line` are the text before it.
fn escape(text: &[u8], line: &[u8], above: &[u8]) -> Option<(usize, Option<char>)> {
    match text {
        [b'%', digits @ ..] => number(digits, 2..=2, 16).map(|(_, c)| (3, c)),
        [b'&', b'#', b'x' | b'X', digits @ ..] => {
            let (length, c) = number(digits, 1..=6, 16)?;
            (digits.get(length) == Some(&b';')).then_some((length + 4, c))
        }
        [b'&', b'#', digits @ ..] => {
            let (length, c) = number(digits, 1..=7, 10)?;
            (digits.get(length) == Some(&b';')).then_some((length + 3, c))
        }
        [b'&' | b'<', ..] => {
            let known = NAMED.iter().find(|(name, _)| text.starts_with(name))?;
            Some((known.0.len(), Some(known.1)))
        }
        // Quoted-printable (RFC 2045 §6.7): a line that continues, and quoted characters that occur
        // in keys.
        [b'=', b'\n', ..] if goes_on(line, above) => Some((2, None)),
        [b'=', b'\r', b'\n', ..] if goes_on(line, above) => Some((3, None)),
        [b'=', b'0', b'A' | b'D', ..] => Some((3, Some('\n'))),
        [b'=', digits @ ..] => {
            let (_, c) = number(digits, 2..=2, 16)?;
            c.filter(|c| "+-/=_".contains(*c)).map(|c| (3, Some(c)))
        }
        [b'\\', b'\\', ..] => Some((2, Some('\\'))),
        [b'\\', rest @ ..] => of_backslash(rest).map(|(length, c)| (1 + length, c)),
        _ => None,
    }
}

/// Whether a line with this end may continue. It does not after padding, nor after the characters
/// at the end of a dump.
fn goes_on(line: &[u8], above: &[u8]) -> bool {
    let end = above.iter().chain(line).rev().take(MIN_FOLDED);
    let is_last = line.last().or(above.last()).is_none_or(|last| *last == b'=');
    !is_last && end.filter(|byte| !b" \t".contains(byte)).count() == MIN_FOLDED
}

/// The meaning of the text after a backslash.
fn of_backslash(text: &[u8]) -> Option<(usize, Option<char>)> {
    match text {
        [b'n', ..] => Some((1, Some('\n'))),
        [b'r', ..] => Some((1, Some('\r'))),
        [b't', ..] => Some((1, Some('\t'))),
        [b'a', ..] => Some((1, Some('\x07'))),
        [b'b', ..] => Some((1, Some('\x08'))),
        [b'v', ..] => Some((1, Some('\x0b'))),
        [b'f', ..] => Some((1, Some('\x0c'))),
        [c @ (b'/' | b'"' | b'\''), ..] => Some((1, Some(char::from(*c)))),
        [b'u', b'{', digits @ ..] => {
            let (length, c) = number(digits, 1..=6, 16)?;
            (digits.get(length) == Some(&b'}')).then_some((length + 3, c))
        }
        [b'u', digits @ ..] => number(digits, 4..=4, 16).map(|(_, c)| (5, c)),
        [b'U', digits @ ..] => number(digits, 8..=8, 16).map(|(_, c)| (9, c)),
        [b'x', digits @ ..] => number(digits, 1..=2, 16).map(|(length, c)| (1 + length, c)),
        [b'0'..=b'7', ..] => number(text, 1..=3, 8),
        // A line that continues.
        [b'\n', ..] => Some((1, None)),
        [b'\r', b'\n', ..] => Some((2, None)),
        _ => None,
    }
}

/// The character with the number at the start of `text`, and the length of its digits.
fn number(
    text: &[u8],
    length: std::ops::RangeInclusive<usize>,
    radix: u32,
) -> Option<(usize, Option<char>)> {
    let digits =
        text.iter().take(*length.end()).map_while(|byte| char::from(*byte).to_digit(radix));
    let (count, value) =
        digits.fold((0, 0), |(count, value), digit| (count + 1, value * radix + digit));
    let c = char::from_u32(value);
    length.contains(&count).then_some((count, c.or(Some(char::REPLACEMENT_CHARACTER))))
}

/// Bytes with which an escape may begin.
const MAY_ESCAPE: [bool; 256] = {
    let mut table = [false; 256];
    let (mut at, mut byte) = (0, 0u8);
    while at < table.len() {
        table[at] = matches!(byte, b'\\' | b'%' | b'&' | b'=' | b'<' | 0);
        (at, byte) = (at + 1, byte.wrapping_add(1));
    }
    table
};

/// Escapes of HTML that have a name.
const NAMED: [(&[u8], char); 6] = [
    (b"&amp;", '&'),
    (b"&quot;", '"'),
    (b"&plus;", '+'),
    (b"&sol;", '/'),
    (b"<br>", '\n'),
    (b"<br/>", '\n'),
];

/// Characters without a blank in the last line of folded base64, at least.
const MIN_FOLDED: usize = 20;
