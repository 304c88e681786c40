//! Hexadecimal, octal and decimal numbers, of one or more bytes each.

use std::ops::Range;

use zeroize::Zeroizing;

use crate::text::screen::hidden::{HiddenRange, KEY, UNKNOWN};
use crate::text::screen::named::{trimmed, word};
use crate::text::screen::spelled::{DigitRun, gap, label, mark_of};

/// What begins with `first`, and how far numbers were read.
pub(super) fn at(text: &[u8], first: &DigitRun) -> (Option<HiddenRange>, usize) {
    let mut end = first.start;
    if !first.is_number {
        return (None, end);
    }
    let is_digest = LISTED.contains(&(first.end - first.start));
    // The text before a long one may look like digits too.
    let is_long = first.end - first.start > LONG;
    let pairs = SPELLINGS.iter().filter(|spelling| is_long && spelling.bytes.is_none());
    let shifted = pairs.map(|spelling| (first.start + 1, *spelling));
    for (start, spelling) in
        SPELLINGS.map(|spelling| (first.start, spelling)).into_iter().chain(shifted)
    {
        let (length, Range { start: last_start, end: last }) = walk(text, start, spelling, |_| ());
        // The rest of these numbers contains no secret. But others may begin with the last one.
        end = end.max(last_start);
        let is_number = length >= MIN_NUMBER && is_private(text, first.start);
        if length < MIN_KEY && !is_number {
            continue;
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(length));
        walk(text, start, spelling, |byte| bytes.push(byte));
        let public = || is_labelled(text, first.start, |name| PUBLIC.contains(&name));
        let mark = if is_number {
            Some(KEY)
        } else {
            mark_of(&bytes).filter(|mark| *mark != UNKNOWN || !is_digest && !public())
        };
        if let Some(mark) = mark {
            return (Some(HiddenRange { hidden: first.start..last, mark }), last);
        }
    }
    (None, end)
}

/// A way to write numbers.
#[derive(Clone, Copy)]
struct Spelling {
    radix: u32,
    /// Digits of each number. None: as many as the first has.
    digits: Option<(usize, usize)>,
    /// Bytes of each number, the last byte first (od and hexdump on today's machines). None: two
    /// digits per byte.
    bytes: Option<usize>,
}

impl Spelling {
    /// Whether all of `digits` belong to its radix.
    fn has(&self, digits: &[u8]) -> bool {
        digits.iter().all(|digit| char::from(*digit).is_digit(self.radix))
    }

    /// Passes on the bytes of one number, and returns how many. None if it is too large.
    fn value(
        &self,
        digits: &[u8],
        is_negative: bool,
        bytes: usize,
        push: &mut impl FnMut(u8),
    ) -> Option<usize> {
        let value = digits.iter().fold(0u32, |value, digit| {
            let digit = char::from(*digit).to_digit(self.radix).unwrap_or(0);
            value.wrapping_mul(self.radix).wrapping_add(digit)
        });
        let value = if is_negative { value.wrapping_neg() & 0xff } else { value };
        if bytes < 4 && value >> (8 * bytes) != 0 {
            return None;
        }
        value.to_le_bytes().iter().take(bytes).for_each(|byte| push(*byte));
        Some(bytes)
    }
}

const SPELLINGS: [Spelling; 7] = [
    Spelling { radix: 16, digits: Some((1, 2)), bytes: Some(1) },
    Spelling { radix: 16, digits: None, bytes: None },
    Spelling { radix: 16, digits: Some((4, 4)), bytes: Some(2) },
    Spelling { radix: 16, digits: Some((8, 8)), bytes: Some(4) },
    Spelling { radix: 10, digits: Some((1, 3)), bytes: Some(1) },
    Spelling { radix: 8, digits: Some((3, 3)), bytes: Some(1) },
    Spelling { radix: 8, digits: Some((6, 6)), bytes: Some(2) },
];

/// Passes each byte of the numbers from `start` to `push`. Returns their number, and the position
/// of the last number.
fn walk(
    text: &[u8],
    start: usize,
    spelling: Spelling,
    mut push: impl FnMut(u8),
) -> (usize, Range<usize>) {
    let (mut at, mut last, mut end) = (start, start, start);
    let (mut count, mut half) = (0, None);
    let label = label(text, start);
    let mut usual: Option<&[u8]> = None;
    let mut first = None;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let prefix = if let [b'0', b'x' | b'X', ..] = rest { 2 } else { 0 };
        let rest = rest.get(prefix..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let digits = rest.get(..length).unwrap_or_default();
        let first = *first.get_or_insert(length);
        let fits = match spelling.digits {
            Some((least, most)) => (least..=most).contains(&length),
            // Two digits per byte.
            None => length > 0 && length <= first && first != 2,
        };
        let goes_on = length < LONG && rest.get(length).is_some_and(u8::is_ascii_alphanumeric);
        if !fits || goes_on || !spelling.has(digits) {
            break;
        }
        let is_negative =
            spelling.radix == 10 && text.get(end..at).is_some_and(|gap| gap.ends_with(b"-"));
        let taken = match spelling.bytes {
            Some(bytes) => spelling.value(digits, is_negative, bytes, &mut push),
            None => Some(pairs(digits, &mut half, &mut push)),
        };
        let Some(taken) = taken else { break };
        count += taken;
        last = at;
        end = at + prefix + length;
        let between = gap(text, end, label, u8::is_ascii_alphanumeric).unwrap_or(0);
        let shown = text.get(end..end + between).unwrap_or_default();
        // The sign belongs to the number.
        let signed = shown.strip_suffix(b"-").filter(|_| spelling.radix == 10 && between > 1);
        let shown = signed.unwrap_or(shown);
        let usual = *usual.get_or_insert(shown);
        let is_short = spelling.digits.is_none() && length < first;
        if is_short || between == 0 || !is_alike(shown, usual) {
            break;
        }
        at = end + between;
    }
    (count, last..end)
}

/// Passes on a byte for each two digits, and returns how many. `half` is the first of two.
fn pairs(digits: &[u8], half: &mut Option<u8>, push: &mut impl FnMut(u8)) -> usize {
    let mut count = 0;
    for digit in digits {
        let [.., low] = char::from(*digit).to_digit(16).unwrap_or(0).to_be_bytes();
        match half.take() {
            Some(high) => {
                push(high << 4 | low);
                count += 1;
            }
            None => *half = Some(low),
        }
    }
    count
}

/// Whether a gap may occur beside the usual one.
fn is_alike(gap: &[u8], usual: &[u8]) -> bool {
    let is_blank = |gap: &[u8]| gap.iter().all(|byte| b" \t".contains(byte));
    gap == usual || gap.contains(&b'\n') || is_blank(gap) && is_blank(usual)
}

/// Whether the name before the number at `start` is that of a private number.
pub(super) fn is_private(text: &[u8], start: usize) -> bool {
    let has = |name: &str| name.contains("priv") || PRIVATE.contains(&name);
    is_labelled(text, start, has)
}

/// Whether the name before the number at `start` is in the list, in lower case and without `-` and
/// `_`.
fn is_labelled(text: &[u8], start: usize, of: impl Fn(&str) -> bool) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let Some((b':' | b'=', before)) = trimmed(before).0.split_last() else {
        return false;
    };
    let before = trimmed(before).0;
    let before =
        before.strip_suffix(b" key").filter(|rest| rest.ends_with(b"private")).unwrap_or(before);
    let letters = word(before).iter().filter(|byte| !b"-_".contains(byte));
    let name: String = letters.map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    of(&name)
}

/// Labels of `openssl rsa -text`, and members of a JWK. Those with `priv` are handled apart.
const PRIVATE: &[&str] = &[
    "coefficient",
    "d",
    "dp",
    "dq",
    "exponent1",
    "exponent2",
    "k",
    "p",
    "prime1",
    "prime2",
    "q",
    "qi",
];

/// Labels of public numbers.
const PUBLIC: &[&str] =
    &["modulus", "n", "pub", "publickey", "signature", "signaturevalue", "x", "y"];

/// Numbers of digits of hash names, serial numbers and digests, which occur in lists.
const LISTED: [usize; 8] = [8, 16, 32, 40, 56, 64, 96, 128];

/// Minimum length of a key: more than a digest of 256 bits.
pub(super) const MIN_KEY: usize = 33;

/// Consecutive digits that can be nothing else: more than a digest of 256 bits, and more than in
/// base64 by chance.
pub(super) const LONG: usize = 2 * MIN_KEY;

/// Minimum length of a private number.
pub(super) const MIN_NUMBER: usize = 16;
