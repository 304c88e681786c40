//! Whether text is random, as keys and secrets are, or has words in it.

/// Whether the characters come as dice throw them: a path or a name has more small letters, and
/// stays longer with one kind.
pub(super) fn is_random(joined: &[u8]) -> bool {
    let count = |wanted: u8| joined.iter().filter(|byte| kind(byte) == wanted).count();
    let changes = joined.windows(2).filter(|pair| kind(&pair[0]) != kind(&pair[1]));
    // Of 64 characters 26 are capitals, 10 digits, 2 others; of two in a row 64 % differ in kind.
    let length = joined.len();
    let enough = |share: usize| length * share / 100;
    count(0) >= enough(15)
        && count(2) >= enough(4)
        && count(3) <= enough(13)
        && changes.count() >= enough(40)
}

/// The same of groups of digits, which words and hexadecimal numbers in capitals may be as well.
pub(super) fn is_mixed(joined: &[u8]) -> bool {
    let small = joined.iter().filter(|byte| byte.is_ascii_lowercase()).count();
    small >= joined.len() * 15 / 100 && is_random(joined)
}

/// The same of a secret with a name, which may be short and have no capitals.
pub(super) fn is_password(value: &[u8]) -> bool {
    let length = value.len();
    let digits = value.iter().filter(|byte| kind(byte) == 2).count();
    let letters = value.iter().filter(|byte| kind(byte) < 2).count();
    // A date has few letters; words and their numbers keep to one kind.
    !value.contains(&b'/')
        && digits >= 2
        && letters * 5 >= length
        && changes(value) >= 4
        && changes(value) * 10 >= length * 3
}

/// Whether a short run goes on with the key in front of it: its kinds change, and it has letters of
/// both cases.
pub(super) fn is_piece(run: &[u8]) -> bool {
    let is_plain = |pair: &&[u8]| pair.iter().all(u8::is_ascii_alphanumeric);
    let pairs = run.windows(2).filter(is_plain).count();
    run.iter().any(u8::is_ascii_uppercase)
        && run.iter().any(u8::is_ascii_lowercase)
        && changes(run) > 0
        && changes(run) * 100 >= pairs * 35
}

/// Whether runs of these lengths are lines of one text, shorter than PEM has them: all alike but for
/// the last.
pub(super) fn is_folded(lengths: &[usize]) -> bool {
    let Some((last, [first, rest @ ..])) = lengths.split_last() else {
        return false;
    };
    // Digests of 256, 160 and 128 bits, and what certok names a request with, may stand in a list.
    let shortest = if rest.is_empty() { MIN_PAIR } else { MIN_FOLD };
    *first >= shortest
        && first + rest.iter().sum::<usize>() + last >= MIN_TEXT
        && ![43, 27, 24, 22].contains(first)
        && last <= first
        && rest.iter().all(|length| length == first)
}

/// Whether a run of this length, with so much padding behind it, is the last line of base64 and no
/// digest: those of 128, 160, 224 and 256 bits have padding too.
pub(super) fn is_tail(length: usize, padding: usize) -> bool {
    matches!(padding, 1 | 2)
        && (length + padding).is_multiple_of(4)
        && length >= MIN_TAIL
        && ![22, 27, 38, 43].contains(&length)
}

/// How often a letter or a digit is followed by one of another kind.
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

/// Characters of the shortest text that is folded: more than a digest of 256 bits has.
const MIN_TEXT: usize = 48;

/// Characters of the shortest line that is taken for the last of a key.
const MIN_TAIL: usize = 24;

/// The same if there are two lines alone.
const MIN_PAIR: usize = 32;

/// Characters of the shortest line that text is folded to.
const MIN_FOLD: usize = 20;
