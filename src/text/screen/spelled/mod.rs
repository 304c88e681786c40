//! Bytes that are written as text, with anything between the digits: base64 and base32 in groups,
//! hexadecimal, octal and decimal numbers, memory dumps, and raw bytes.

mod digits;
mod numbers;

use std::ops::Range;

use zeroize::Zeroizing;

use crate::text::screen::der::Shape;
use crate::text::screen::hidden::{HiddenRange, KEY, UNKNOWN};
use crate::text::screen::secret::holds_secret;

/// The first private key, private number, or possible piece of one, at or after `from`.
///
/// All output passes here, so text without keys must cost only one look at each byte.
pub(super) fn next(text: &str, from: usize) -> Option<HiddenRange> {
    let bytes = text.as_bytes();
    let mut at = from;
    let (mut numbers, mut alike) = (Numbers::default(), Alike::default());
    loop {
        let kind = bytes.get(at).map_or(OTHER, |byte| KINDS[usize::from(*byte)]);
        let run = match kind {
            OTHER if at >= bytes.len() => break numbers.judge(bytes),
            OTHER => {
                at += 1;
                continue;
            }
            MAY_BE_RAW => {
                if let Some(hidden) = raw(text, at) {
                    break numbers.judge(bytes).or(Some(HiddenRange { hidden, mark: KEY }));
                }
                at += 1;
                continue;
            }
            _ => DigitRun::at(bytes, at, numbers.count > 0),
        };
        let piece = alike.is_third(bytes, &run).and_then(|start| {
            let (piece, end) = digits::piece(bytes, start);
            alike.judged = end;
            piece
        });
        let found = match piece.or_else(|| digits::at(bytes, &run)) {
            // Numbers before it come first.
            Some(found) => numbers.judge(bytes).or(Some(found)),
            None => numbers.add(bytes, &run),
        };
        if found.is_some() {
            break found;
        }
        at = run.end;
    }
}

/// Consecutive base64 digits.
struct DigitRun {
    start: usize,
    end: usize,
    /// Whether all are hexadecimal digits, apart from `0x`.
    is_number: bool,
}

impl DigitRun {
    /// The run of digits at `start`, perhaps after a number.
    fn at(text: &[u8], start: usize, follows_number: bool) -> Self {
        let rest = text.get(start..).unwrap_or_default();
        let (mut length, mut hex) = (0, 0);
        for byte in rest {
            let kind = KINDS[usize::from(*byte)];
            let goes_on = kind & HEX != 0 || hex < numbers::LONG;
            if kind & DIGIT == 0 || !goes_on {
                break;
            }
            if *byte == b'/' && follows_number && hex == length && hex > 0 {
                break;
            }
            hex = if kind & HEX == 0 { 0 } else { hex + 1 };
            length += 1;
        }
        // This many digits are a number, whatever is before them. A path ends with a `/`.
        let slashes = rest.iter().take_while(|byte| **byte == b'/').count();
        let behind = rest.get(slashes..).unwrap_or_default();
        if hex >= numbers::LONG && hex < length {
            length -= hex;
        } else if slashes > 0
            && slashes < length
            && (rest.get(slashes..length).is_some_and(is_number) || digits::may_begin(behind))
        {
            length = slashes;
        }
        let is_number = rest.get(..length).is_some_and(is_number);
        Self { start, end: start + length, is_number }
    }
}

/// Whether all of `word` are hexadecimal digits, but for `0x`.
fn is_number(word: &[u8]) -> bool {
    let digits = word.strip_prefix(b"0x").or_else(|| word.strip_prefix(b"0X")).unwrap_or(word);
    digits.iter().all(u8::is_ascii_hexdigit)
}

/// Numbers without another word between them. They are read if there are enough.
#[derive(Default)]
struct Numbers {
    start: usize,
    second: usize,
    end: usize,
    count: usize,
    digits: usize,
    read: usize,
}

impl Numbers {
    fn add(&mut self, text: &[u8], run: &DigitRun) -> Option<HiddenRange> {
        if !run.is_number {
            return self.judge(text);
        }
        if self.count == 0 {
            self.start = run.start;
        }
        if self.count == 1 {
            // The first word may be the name `d`.
            self.second = run.start;
        }
        self.end = run.end;
        self.count += 1;
        self.digits += run.end - run.start;
        None
    }

    fn judge(&mut self, text: &[u8]) -> Option<HiddenRange> {
        // Before the characters at the end of a dump's lines.
        let has_column = || {
            let line = text.get(self.start..text.len().min(self.end + 2)).unwrap_or_default();
            line.windows(2).any(|pair| pair == b"  ")
        };
        let is_private =
            || [self.start, self.second].iter().any(|at| numbers::is_private(text, *at));
        let are_enough = self.count >= numbers::MIN_KEY
            || self.digits >= 2 * numbers::MIN_KEY
            || self.digits >= 2 * numbers::MIN_NUMBER && (has_column() || is_private());
        let mut at = if are_enough { self.start.max(self.read) } else { self.end };
        (self.count, self.digits) = (0, 0);
        while at < self.end {
            let run = DigitRun::at(text, at, at > self.start);
            let (found, read) = numbers::at(text, &run);
            if found.is_some() {
                return found;
            }
            self.read = read;
            at = read.max(run.end.max(at + 1));
            let rest = text.get(at..).unwrap_or_default();
            at += rest.iter().take_while(|byte| KINDS[usize::from(**byte)] & DIGIT == 0).count();
        }
        None
    }
}

/// Consecutive short words of the same length, with the same text between them.
#[derive(Default)]
struct Alike {
    start: usize,
    last: Range<usize>,
    between: Range<usize>,
    count: usize,
    /// Up to here there is no piece of a key in words of few digits.
    judged: usize,
}

impl Alike {
    /// Where the first of them begins, if `run` is the third.
    fn is_third(&mut self, text: &[u8], run: &DigitRun) -> Option<usize> {
        let between = self.last.end..run.start;
        let shown = |range: &Range<usize>| text.get(range.clone());
        let length = run.end - run.start;
        let is_alike = length == self.last.len() && length <= digits::MAX_GROUP;
        let last = std::mem::replace(&mut self.last, run.start..run.end);
        if !is_alike {
            (self.start, self.count) = (run.start, 1);
            return None;
        }
        if self.count > 1 && shown(&between) == shown(&self.between) {
            self.count += 1;
        } else {
            (self.start, self.count, self.between) = (last.start, 2, between);
        }
        let is_new = length >= MIN_WORD || self.start >= self.judged;
        (self.count == 3 && is_new).then_some(self.start)
    }
}

/// The kind of the bytes that were spelled.
fn mark_of(bytes: &[u8]) -> Option<&'static str> {
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| rest.len() > MIN_HEAD) {
        match Shape::of(rest) {
            Shape::Private(_) => return Some(KEY),
            Shape::Public(length) => at += length.max(1),
            Shape::Unknown => at += 1,
        }
    }
    // A number may follow.
    let text = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    if holds_secret(text) {
        return Some(KEY);
    }
    let is_public = matches!(Shape::of(bytes), Shape::Public(_));
    (!is_public && is_random(bytes)).then_some(UNKNOWN)
}

/// Whether these are more bytes than any digest has, and look random.
fn is_random(bytes: &[u8]) -> bool {
    let Some(bytes) = bytes.get(..MIN_RANDOM) else {
        return false;
    };
    let mut seen = [false; 256];
    bytes.iter().for_each(|byte| seen[usize::from(*byte)] = true);
    let high = bytes.iter().filter(|byte| **byte > 127).count();
    // For random bytes 57 different values are expected, give or take 3, and 32 high ones, give or
    // take 4.
    seen.iter().filter(|seen| **seen).count() >= 45 && (16..=49).contains(&high)
}

/// Raw DER around `at`, in text with one byte per character.
fn raw(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let before = |back: usize| bytes.get(at.checked_sub(back)?).copied();
    let start = match bytes.get(at)? {
        // An INTEGER after a short length.
        2 if before(2) == Some(b'0') => at - 2,
        // A long length, or a byte that was not UTF-8.
        0xc2 | 0xef if before(1) == Some(b'0') => at - 1,
        _ => return None,
    };
    let rest = text.get(start..)?;
    let is_lossy = rest.chars().take(2 * MIN_HEAD).any(|c| c == char::REPLACEMENT_CHARACTER);
    [0x82, 0x81].into_iter().take(if is_lossy { 2 } else { 1 }).find_map(|lost| {
        let bytes = rest.chars().map_while(|c| match c {
            char::REPLACEMENT_CHARACTER => Some(lost),
            c => u8::try_from(u32::from(c)).ok(),
        });
        let head: Zeroizing<Vec<u8>> = Zeroizing::new(bytes.take(2 * MIN_HEAD).collect());
        let Shape::Private(length) = Shape::of(&head) else {
            return None;
        };
        // If the length was lost, there is none.
        let length =
            length.filter(|_| rest.chars().take(4).all(|c| c != char::REPLACEMENT_CHARACTER));
        let end = rest.char_indices().nth(length.unwrap_or(usize::MAX));
        Some(start..end.map_or(text.len(), |(end, _)| start + end))
    })
}

/// Whether a dump has a number before each line: there is one before `start`.
fn label(text: &[u8], start: usize) -> Option<usize> {
    let before = text.get(..start)?;
    let end = before.iter().rposition(|byte| !b" \t:.)|".contains(byte))? + 1;
    let before = before.get(..end).filter(|_| end < start)?;
    let digits = before.iter().rev().take(MAX_LABEL + 1);
    let digits = digits.take_while(|byte| byte.is_ascii_hexdigit()).count();
    let outside = before.len().checked_sub(digits + 1).and_then(|at| before.get(at));
    let is_word = outside.is_some_and(u8::is_ascii_alphanumeric);
    ((1..=MAX_LABEL).contains(&digits) && !is_word).then_some(digits)
}

/// The number of bytes from `at` to the next digit: the text between two groups, with line numbers
/// and the characters at line ends. None if it is too long or the text ends.
fn gap(text: &[u8], at: usize, label: Option<usize>, is_digit: fn(&u8) -> bool) -> Option<usize> {
    let rest = text.get(at..)?;
    let mut end = 0;
    loop {
        if label.is_some() {
            end += column(rest.get(end..)?);
        }
        let byte = rest.get(end).filter(|_| end <= MAX_GAP + MAX_LABEL)?;
        if *byte == b'\n'
            && let Some(label) = label
        {
            end += 1 + number_of_line(rest.get(end + 1..)?, label);
        } else if is_digit(byte) {
            return Some(end);
        } else {
            end += 1;
        }
    }
}

/// The length of the number at the start of a line.
fn number_of_line(line: &[u8], label: usize) -> usize {
    let blanks = line.iter().take_while(|byte| b" \t".contains(byte)).count();
    let rest = line.get(blanks..).unwrap_or_default();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let is_end = rest.get(digits).is_some_and(|byte| b" \t:.)|".contains(byte));
    if (label..=label + 1).contains(&digits) && is_end { blanks + digits } else { 0 }
}

/// The length of the characters at the end of a dump's line, as in xxd and `hexdump -C`.
fn column(rest: &[u8]) -> usize {
    let Some(behind) = rest.strip_prefix(b"  ") else {
        return 0;
    };
    let length = behind.iter().position(|byte| *byte == b'\n').unwrap_or(behind.len());
    let line = behind.get(..length).unwrap_or_default();
    let blanks = line.iter().take_while(|byte| **byte == b' ').count();
    let shown = line.get(blanks..).unwrap_or_default();
    let has_bars = line.windows(3).any(|part| part == b"  |");
    if shown.starts_with(b"|") || length - blanks <= MAX_COLUMN && !has_bars {
        2 + length
    } else {
        0
    }
}

/// The kind of each byte for [`next`].
const KINDS: [u8; 256] = {
    let mut table = [OTHER; 256];
    let (mut at, mut byte) = (0, 0u8);
    while at < table.len() {
        table[at] = match byte {
            b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F' => DIGIT | HEX,
            b'g'..=b'z' | b'G'..=b'Z' | b'+' | b'/' => DIGIT,
            2 | 0xc2 | 0xef => MAY_BE_RAW,
            _ => OTHER,
        };
        (at, byte) = (at + 1, byte.wrapping_add(1));
    }
    table
};

/// Digits of a word that is judged wherever it occurs. Nobody writes a key in shorter ones.
const MIN_WORD: usize = 4;

const OTHER: u8 = 0;
/// Of base64.
const DIGIT: u8 = 1;
/// A hexadecimal one.
const HEX: u8 = 2;
const MAY_BE_RAW: u8 = 4;

/// Minimum length of a key.
const MIN_HEAD: usize = 24;

/// More bytes than a digest of 512 bits.
const MIN_RANDOM: usize = 65;

/// Most bytes between two groups of digits.
const MAX_GAP: usize = 96;

/// Most digits of a line number.
const MAX_LABEL: usize = 8;

/// Most characters at the end of a line of xxd.
const MAX_COLUMN: usize = 16;
