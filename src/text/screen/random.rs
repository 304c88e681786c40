//! Whether text is random, like keys and secrets, or consists of words.

/// Whether the characters look random. A path or name has more small letters, and changes less
/// often between kinds of characters.
pub(super) fn is_random(joined: &[u8]) -> bool {
    let count = |wanted: u8| joined.iter().filter(|byte| kind(byte) == wanted).count();
    let changes = joined.windows(2).filter(|pair| kind(&pair[0]) != kind(&pair[1]));
    // Of 64 characters 26 are capitals, 10 digits, 2 others. Of two neighbours 64 % differ in kind.
    let length = joined.len();
    let enough = |share: usize| length * share / 100;
    count(0) >= enough(15)
        && count(2) >= enough(4)
        && count(3) <= enough(13)
        && changes.count() >= enough(40)
}

/// The same for groups of digits, which may also be words or hexadecimal numbers in capitals.
pub(super) fn is_mixed(joined: &[u8]) -> bool {
    let small = joined.iter().filter(|byte| byte.is_ascii_lowercase()).count();
    small >= joined.len() * 15 / 100 && is_random(joined)
}

/// The same for a secret with a name, which may be short and have no capitals.
pub(super) fn is_password(value: &[u8]) -> bool {
    let length = value.len();
    let digits = value.iter().filter(|byte| kind(byte) == 2).count();
    let letters = value.iter().filter(|byte| kind(byte) < 2).count();
    // A date has few letters. Words and their numbers change seldom between kinds.
    !value.contains(&b'/')
        && digits >= 2
        && letters * 5 >= length
        && changes(value) >= 4
        && changes(value) * 10 >= length * 3
}

/// Whether a short run continues the key before it: it changes between kinds, and has letters of
/// both cases.
pub(super) fn is_piece(run: &[u8]) -> bool {
    let is_plain = |pair: &&[u8]| pair.iter().all(u8::is_ascii_alphanumeric);
    let pairs = run.windows(2).filter(is_plain).count();
    run.iter().any(u8::is_ascii_uppercase)
        && run.iter().any(u8::is_ascii_lowercase)
        && changes(run) > 0
        && changes(run) * 100 >= pairs * 35
}

/// Whether runs of these lengths are lines of one text with short lines: all have the same length,
/// except the last.
pub(super) fn is_folded(lengths: &[usize]) -> bool {
    let Some((last, [first, rest @ ..])) = lengths.split_last() else {
        return false;
    };
    // A list may contain digests of 256, 160 and 128 bits, and ids of requests.
    let shortest = if rest.is_empty() { MIN_PAIR } else { MIN_FOLD };
    *first >= shortest
        && first + rest.iter().sum::<usize>() + last >= MIN_TEXT
        && ![43, 27, 24, 22].contains(first)
        && last <= first
        && rest.iter().all(|length| length == first)
}

/// Whether a run of this length with this padding is the last line of base64, and not a digest:
/// those of 128, 160, 224 and 256 bits have padding too.
pub(super) fn is_tail(length: usize, padding: usize) -> bool {
    matches!(padding, 1 | 2)
        && (length + padding).is_multiple_of(4)
        && length >= MIN_TAIL
        && ![22, 27, 38, 43].contains(&length)
}

/// How often a letter or digit is followed by one of another kind.
fn changes(text: &[u8]) -> usize {
    let differ = |pair: &&[u8]| match (kind(&pair[0]), kind(&pair[1])) {
        (3, _) | (_, 3) => false,
        (first, second) => first != second,
    };
    text.windows(2).filter(differ).count()
}

fn kind(byte: &u8) -> u8 {
    match byte {
        b'A'..=b'Z' => 0,
        b'a'..=b'z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    }
}

/// Minimum length of text in several lines: more than a digest of 256 bits.
const MIN_TEXT: usize = 48;

/// Minimum length of a line that counts as the last one of a key.
const MIN_TAIL: usize = 24;

/// The same, if there are only two lines.
const MIN_PAIR: usize = 32;

/// Minimum length of a line.
const MIN_FOLD: usize = 20;
