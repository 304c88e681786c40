//! Finds what opens something: private keys in every spelling, signatures of tokens, values that
//! are named as secrets.

use std::borrow::Cow;
use std::ops::Range;

use zeroize::Zeroizing;

use crate::screen::der::Shape;
use crate::screen::pem;
use crate::screen::run::MIN_LINE;
use crate::screen::run::Run;
use crate::screen::run::is_base64;
use crate::screen::run::together;

/// `text` without private keys, without the signatures of tokens and without other secrets: where a
/// path is expected, people put whole keys and tokens, and messages repeat what was given. Works on
/// escaped text too.
///
/// What can be read by anybody stays: certificates, public keys, lists, digests, names of files.
/// What is as random as a line of a key, and is nothing of these, does not.
pub fn without_keys(text: &str) -> Cow<'_, str> {
    match hide(text, |text, at| Found::all(pem::next(text, at)?, KEY)) {
        Cow::Borrowed(text) => hide(text, next),
        Cow::Owned(text) => Cow::Owned(hide(&text, next).into_owned()),
    }
}

/// A secret, and what is said in its place.
struct Found {
    hidden: Range<usize>,
    mark: &'static str,
}

impl Found {
    fn all(hidden: Range<usize>, mark: &'static str) -> Option<Self> {
        Some(Self { hidden, mark })
    }
}

/// `text` with marks in the place of what `next` finds.
fn hide(text: &str, next: impl Fn(&str, usize) -> Option<Found>) -> Cow<'_, str> {
    let mut out = String::new();
    let mut at = 0;
    while let Some(Found { hidden, mark }) = next(text, at) {
        out.push_str(text.get(at..hidden.start).unwrap_or_default());
        out.push_str(mark);
        at = hidden.end;
    }
    if at == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Cow::Owned(out)
}

/// The first secret at or behind `from` that is no PEM.
fn next(text: &str, from: usize) -> Option<Found> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(run) = Run::next(bytes, at, MIN_RUN) {
        at = match judge(bytes, run) {
            Verdict::Secret(hidden, mark) => return Found::all(hidden, mark),
            Verdict::Harmless(end) => end.max(run.start + 1),
        };
    }
    None
}

/// What is said of a run.
enum Verdict {
    Secret(Range<usize>, &'static str),
    /// Nothing is hidden up to there.
    Harmless(usize),
}

fn judge(text: &[u8], run: Run) -> Verdict {
    if let Some(verdict) = token(text, run) {
        return verdict;
    }
    let own = run.of(text);
    let has = |of: fn(&u8) -> bool| own.iter().any(of);
    let named = Named::of(text, run.start);
    // No word, no number, no path.
    let may_open =
        has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic) && !own.starts_with(b"/");
    match named {
        Named::Secret if own.len() >= MIN_LINE && may_open => {
            let end = run.end + value_end(text, run.end);
            return Verdict::Secret(run.start..end, SECRET);
        }
        Named::Public => return Verdict::Harmless(run.end),
        _ => {}
    }
    if own.len() >= MIN_HEX && own.iter().all(u8::is_ascii_hexdigit) {
        return match Shape::of(&from_hex(own)) {
            Shape::Private => Verdict::Secret(run.start..run.end, KEY),
            _ => Verdict::Harmless(run.end),
        };
    }
    let mixed =
        has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
    match mixed && own.len() >= MIN_LINE {
        true => body(text, run),
        false => Verdict::Harmless(run.end),
    }
}

/// The signature makes a JWT a secret; header and payload alone open nothing.
fn token(text: &[u8], run: Run) -> Option<Verdict> {
    let own = run.of(text);
    let start = own.iter().rposition(|byte| b"/+".contains(byte));
    let header = own.split_at(start.map_or(0, |at| at + 1)).1;
    if header.len() < MIN_RUN || !is_object(header) {
        return None;
    }
    let part = |at: usize| {
        let rest = text.get(at..).unwrap_or_default().strip_prefix(b".")?;
        let in_part = |byte: &&u8| is_base64(**byte) && !b"/+".contains(byte);
        Some(at + 1..at + 1 + rest.iter().take_while(in_part).count())
    };
    let payload = part(run.end)?;
    let Some(signature) = part(payload.end) else {
        // The header was cut off.
        let last = text.get(payload.clone()).unwrap_or_default();
        let is_signature = last.len() >= MIN_SIGNATURE && !is_object(last);
        return Some(match is_signature {
            true => Verdict::Secret(payload, SIGNATURE),
            false => Verdict::Harmless(payload.end),
        });
    };
    let mut end = signature.end;
    // Encrypted tokens have more parts (RFC 7516).
    while let Some(more) = part(end).filter(|more| more.len() >= MIN_LINE) {
        end = more.end;
    }
    Some(match signature.is_empty() {
        true => Verdict::Harmless(signature.end),
        false => Verdict::Secret(signature.start..end, SIGNATURE),
    })
}

/// Whether `part` is the base64url of a JSON object: `{` and a quote or white space.
fn is_object(part: &[u8]) -> bool {
    part.starts_with(b"ey") || part.starts_with(b"ew") || part.starts_with(b"e3")
}

/// What the word in front of a value says about it.
enum Named {
    Public,
    Secret,
    Unknown,
}

impl Named {
    fn of(text: &[u8], start: usize) -> Self {
        let before = text.get(..start).unwrap_or_default();
        if VAULT.iter().any(|prefix| before.ends_with(prefix)) {
            return Self::Secret;
        }
        let before = trimmed(before.strip_suffix(b"%20").unwrap_or(before)).0;
        let scheme = word(before);
        if SCHEMES.iter().any(|name| scheme.eq_ignore_ascii_case(name)) {
            return Self::Secret;
        }
        let Some((b':' | b'=', before)) = before.split_last() else {
            return Self::Unknown;
        };
        // `?token=…`, and not `a new token: …`.
        let glued = text.get(..start).unwrap_or_default().ends_with(b"=");
        let (before, quoted) = trimmed(before);
        let name = word(before);
        match () {
            () if quoted && PRIVATE_MEMBERS.contains(&name) => Self::Secret,
            () if quoted && PUBLIC_MEMBERS.contains(&name) => Self::Public,
            () if (glued || quoted)
                && NAMES.iter().any(|known| name.eq_ignore_ascii_case(known)) =>
            {
                Self::Secret
            }
            () => Self::Unknown,
        }
    }
}

/// `text` without quotes and blanks at its end; whether there was a quote.
fn trimmed(text: &[u8]) -> (&[u8], bool) {
    let mut quoted = false;
    let mut rest = text;
    while let Some((last, before)) = rest.split_last() {
        quoted |= matches!(last, b'"' | b'\'');
        if !last.is_ascii_whitespace() && !b"\"'\\".contains(last) {
            break;
        }
        rest = before;
    }
    (rest, quoted)
}

/// The word at the end of `text`.
fn word(text: &[u8]) -> &[u8] {
    let of_word = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let length = text.iter().rev().take(MAX_NAME).take_while(of_word).count();
    text.split_at(text.len() - length).1
}

/// Bytes at `at` that go on with a named value.
fn value_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let of_value = |byte: &&u8| is_base64(**byte) || b".~=".contains(byte);
    rest.iter().take_while(of_value).count()
}

/// Whether what begins with `run` is the body of a key, without the lines around it.
fn body(text: &[u8], first: Run) -> Verdict {
    let (runs, end) = together(text, first);
    let capacity = runs.iter().map(|run| run.end - run.start).sum();
    let mut joined = Zeroizing::new(Vec::with_capacity(capacity));
    runs.iter()
        .for_each(|run| joined.extend_from_slice(run.of(text)));
    let offsets = first.of(text).iter().enumerate();
    let behind = offsets
        .filter(|(_, byte)| b"/-_".contains(byte))
        .map(|(at, _)| at + 1);
    for offset in std::iter::once(0).chain(behind).take(MAX_OFFSETS) {
        let part = joined.get(offset..).unwrap_or_default();
        let head = from_base64(part.get(..HEAD).unwrap_or(part));
        match Shape::of(&head) {
            Shape::Private => return Verdict::Secret(first.start + offset..end, KEY),
            Shape::Public(length) => {
                let digits = length.saturating_mul(8).div_ceil(6);
                return Verdict::Harmless(position(&runs, offset.saturating_add(digits)));
            }
            Shape::Unknown if head.len() >= MIN_TEXT && is_text(&head) => {
                return inner(&from_base64(part), first.start + offset..end);
            }
            Shape::Unknown => {}
        }
    }
    let has_line = runs.iter().any(|run| run.end - run.start >= MIN_RANDOM);
    match has_line && is_random(&joined) {
        true => Verdict::Secret(first.start..end, UNKNOWN),
        false => Verdict::Harmless(first.end),
    }
}

/// Of text in base64: whether it holds a secret.
fn inner(text: &[u8], all: Range<usize>) -> Verdict {
    let chunk = text.utf8_chunks().next();
    let text = chunk.map_or("", |chunk| chunk.valid());
    // A macaroon (libmacaroons, version 1): packets, each with its length in front.
    if text.get(MACAROON).is_some_and(|name| name == "location ") {
        return Verdict::Secret(all, SECRET);
    }
    match without_keys(text) {
        Cow::Borrowed(_) => Verdict::Harmless(all.end),
        Cow::Owned(hidden) => {
            drop(Zeroizing::new(hidden));
            Verdict::Secret(all, KEY)
        }
    }
}

fn is_text(head: &[u8]) -> bool {
    head.iter()
        .all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace())
}

/// Where the character `index` of all runs stands in the text.
fn position(runs: &[Run], index: usize) -> usize {
    let mut left = index;
    for run in runs {
        let length = run.end - run.start;
        if left < length {
            return run.start + left;
        }
        left -= length;
    }
    runs.last().map_or(0, |run| run.end)
}

/// Whether the characters come as dice throw them: a path or a name has more small letters, and
/// stays longer with one kind.
fn is_random(joined: &[u8]) -> bool {
    let kind = |byte: &u8| match byte {
        b'A'..=b'Z' => 0,
        b'a'..=b'z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    };
    let count = |wanted: i32| joined.iter().filter(|byte| kind(byte) == wanted).count();
    let changes = joined
        .windows(2)
        .filter(|pair| kind(&pair[0]) != kind(&pair[1]));
    // Of 64 characters 26 are capitals, 10 digits, 2 others; of two in a row 64 % differ in kind.
    let length = joined.len();
    let enough = |share: usize| length * share / 100;
    count(0) >= enough(15)
        && count(2) >= enough(4)
        && count(3) <= enough(13)
        && changes.count() >= enough(40)
}

/// The bytes of base64 of either alphabet, as far as whole groups go.
fn from_base64(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() / 4 * 3));
    for group in text.chunks_exact(4) {
        let bits = group
            .iter()
            .fold(0, |bits: u32, digit| bits << 6 | sextet(*digit));
        let [_, triple @ ..] = bits.to_be_bytes();
        bytes.extend_from_slice(&triple);
    }
    bytes
}

fn sextet(digit: u8) -> u32 {
    u32::from(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' | b'-' => 62,
        _ => 63,
    })
}

fn from_hex(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let digit = |digit: u8| char::from(digit).to_digit(16).unwrap_or(0);
    let pairs = text.chunks_exact(2).take(HEAD);
    let bytes = pairs.map(|pair| u8::try_from(digit(pair[0]) << 4 | digit(pair[1])).unwrap_or(0));
    Zeroizing::new(bytes.collect())
}

const KEY: &str = "(a private key, not shown)";
const SECRET: &str = "(a secret, not shown)";
const SIGNATURE: &str = "(signature not shown)";
const UNKNOWN: &str = "(perhaps a piece of a key, not shown)";

/// Base64url characters of `{"alg":""}`, less two: the shortest run that may be a secret.
const MIN_RUN: usize = 12;

/// Characters of base64 that are too many for a digest of 256 bits: the shortest piece of a key that
/// is known by its looks.
const MIN_RANDOM: usize = 48;

/// Characters of a signature whose token lacks its header; the shortest there is has 43.
const MIN_SIGNATURE: usize = 32;

/// Hexadecimal digits that are too many for the serial of a certificate.
const MIN_HEX: usize = 48;

/// Characters that tell what a key begins with.
const HEAD: usize = 48;

/// Bytes that are text by no accident.
const MIN_TEXT: usize = 18;

/// Where the first packet of a macaroon has its name.
const MACAROON: Range<usize> = 4..13;

/// Pieces of a path at which a key may begin.
const MAX_OFFSETS: usize = 32;

/// Characters of the longest name looked for.
const MAX_NAME: usize = 24;

/// Names of URL parameters and of settings whose value is a secret.
const NAMES: &[&[u8]] = &[
    b"access_token",
    b"assertion",
    b"authz",
    b"client_secret",
    b"code_verifier",
    b"id_token",
    b"passphrase",
    b"password",
    b"refresh_token",
    b"subject_token",
    b"token",
];

/// Private members of a JWK (RFC 7518 §6).
const PRIVATE_MEMBERS: &[&[u8]] = &[b"d", b"dp", b"dq", b"k", b"p", b"q", b"qi"];

/// Public ones (RFC 7517 §4, RFC 7518 §6).
const PUBLIC_MEMBERS: &[&[u8]] = &[b"e", b"kid", b"n", b"x", b"x5c", b"y"];

/// Schemes of `Authorization` (RFC 9110 §11, RFC 6750).
const SCHEMES: &[&[u8]] = &[b"basic", b"bearer"];

/// Tokens of HashiCorp Vault, by type.
const VAULT: &[&[u8]] = &[b"hvb.", b"hvr.", b"hvs."];

#[cfg(test)]
mod tests;
