//! Finds secrets: private keys in every spelling, signatures of tokens, values with the name of a
//! secret.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::ops::Range;

use zeroize::Zeroizing;

use crate::text::base64::decode_groups;
use crate::text::screen::der::Shape;
use crate::text::screen::escape::Unescaped;
use crate::text::screen::hidden::{HiddenRange, KEY, SECRET, UNKNOWN};
use crate::text::screen::named::{NameMeaning, value_end};
use crate::text::screen::random::{is_folded, is_password, is_random, is_tail};
use crate::text::screen::run::{MIN_LINE, Run, is_base64, together};
use crate::text::screen::{pem, spelled, url};

/// `text` without private keys, signatures of tokens and other secrets. People put whole keys and
/// tokens where a path is expected, and messages repeat what was given. Escaped text is judged in
/// both forms.
///
/// Public things stay: certificates, public keys, lists, digests, file names. Anything else that is
/// as random as a line of a key is hidden.
pub fn without_keys(text: &str) -> Cow<'_, str> {
    let mut found = all(text);
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    // If several secrets begin at one place, the longest one describes it best.
    found.sort_by_key(|found| (found.hidden.start, Reverse(found.hidden.end)));
    let (mut out, mut at) = (String::new(), 0);
    for HiddenRange { hidden, mark } in found {
        if hidden.start >= at {
            out.push_str(text.get(at..hidden.start).unwrap_or_default());
            out.push_str(mark);
        }
        at = at.max(hidden.end);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Cow::Owned(out)
}

/// All secrets, in any order: in the text itself, and under each layer of escapes.
fn all(text: &str) -> Vec<HiddenRange> {
    let mut found: Vec<HiddenRange> = PASSES.iter().flat_map(|next| every(text, *next)).collect();
    let mut layer = Unescaped::of(text);
    for _ in 0..MAX_LAYERS {
        let Some(plain) = layer else { break };
        let escaped = PASSES.iter().flat_map(|next| every(&plain.text, *next));
        found.extend(escaped.map(|HiddenRange { hidden: Range { start, end }, mark }| {
            HiddenRange { hidden: plain.position(start)..plain.position(end), mark }
        }));
        layer = plain.again();
    }
    found
}

/// A function that searches a secret at or after a position.
type Pass = fn(&str, usize) -> Option<HiddenRange>;

const PASSES: [Pass; 4] = [
    |text, at| Some(HiddenRange { hidden: pem::next(text, at)?, mark: KEY }),
    next,
    spelled::next,
    password,
];

/// The first password in a URL at or after `from`.
fn password(text: &str, from: usize) -> Option<HiddenRange> {
    Some(HiddenRange { hidden: url::next(text, from)?, mark: SECRET })
}

/// Everything that `next` finds.
fn every(text: &str, next: Pass) -> impl Iterator<Item = HiddenRange> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let found = next(text, at)?;
        at = found.hidden.end;
        Some(found)
    })
}

/// Where the first certain private key in `text` begins.
pub fn first_key(text: &str) -> Option<usize> {
    let keys = all(text).into_iter().filter(|found| found.mark == KEY);
    keys.map(|found| found.hidden.start).min()
}

/// Whether a file with this content may contain a secret in any spelling. Then it must not be made
/// readable for others.
pub fn may_hold_secret(bytes: &[u8]) -> bool {
    // In UTF-16 there is a NUL beside each ASCII letter.
    let letters = || bytes.iter().copied().filter(|byte| *byte != 0).collect();
    let holds = |bytes: &[u8]| match str::from_utf8(bytes) {
        Ok(text) => holds_secret(text),
        // Takes each byte as a character, because DER needs all bytes.
        Err(_) => {
            let text = bytes.iter().copied().map(char::from).collect();
            holds_secret(&Zeroizing::<String>::new(text))
        }
    };
    holds(bytes) || bytes.contains(&0) && holds(&Zeroizing::<Vec<u8>>::new(letters()))
}

/// Whether something in `text` would be hidden.
pub(super) fn holds_secret(text: &str) -> bool {
    !all(text).is_empty()
}

/// Whether all of `text` is as random as a key or token, and is no usual file name.
pub fn is_opaque(text: &str) -> bool {
    let digits = text.trim_end_matches('=').as_bytes();
    digits.len() >= MIN_OPAQUE
        && digits.iter().all(|byte| is_base64(*byte))
        && !digits.starts_with(b"/")
        && (is_password(digits) || is_random(digits) || matches!(without_keys(text), Cow::Owned(_)))
}

/// The first secret at or after `from` that is not PEM.
fn next(text: &str, from: usize) -> Option<HiddenRange> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(run) = Run::next(bytes, at, MIN_RUN) {
        at = match judge(bytes, run) {
            Verdict::Secret(hidden, mark) => return Some(HiddenRange { hidden, mark }),
            Verdict::Harmless(end) => end.max(run.start + 1),
        };
    }
    None
}

/// The verdict on a run.
enum Verdict {
    Secret(Range<usize>, &'static str),
    /// Nothing is hidden up to this position.
    Harmless(usize),
}

fn judge(text: &[u8], run: Run) -> Verdict {
    if let Some(verdict) = token(text, run) {
        return verdict;
    }
    // Several public things may be in one run.
    let mut rest = run;
    loop {
        match judge_start(text, rest) {
            Verdict::Harmless(end) if end + MIN_RUN <= run.end => rest.start = end,
            verdict => return verdict,
        }
    }
}

/// The verdict on the start of a run: on what is recognised, else on a sample.
fn judge_start(text: &[u8], run: Run) -> Verdict {
    let own = run.of(text);
    let own = own.get(..SAMPLE).unwrap_or(own);
    let end = run.start + own.len();
    let has = |of: fn(&u8) -> bool| own.iter().any(of);
    let named = NameMeaning::of(text, run.start);
    match named {
        NameMeaning::Secret(shape) if shape.has(own) => {
            let end = run.end + value_end(text, run.end);
            return Verdict::Secret(run.start..end, SECRET);
        }
        NameMeaning::Public => return Verdict::Harmless(run.end),
        _ => {}
    }
    if own.len() >= MIN_HEX && own.iter().all(u8::is_ascii_hexdigit) {
        return Verdict::Harmless(end);
    }
    // The first line of a key may be too short to contain a digit.
    let mixed = has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && (has(u8::is_ascii_digit) || own.starts_with(DER));
    match mixed && own.len() >= MIN_LINE {
        true => body(text, run),
        false => Verdict::Harmless(end),
    }
}

/// The signature makes a JWT secret. Header and payload alone give no access.
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

/// Whether `part` is base64url of a JSON object: `{`, then a quote or white space.
fn is_object(part: &[u8]) -> bool {
    part.starts_with(b"ey") || part.starts_with(b"ew") || part.starts_with(b"e3")
}

/// Whether `run` begins the body of a key, without the lines around it. Looks at a sample, and at
/// the rest only if something was recognised: so text costs the same, however many lines it has.
fn body(text: &[u8], first: Run) -> Verdict {
    let (runs, _) = together(text, first, SAMPLE);
    let sample = joined(text, &runs, SAMPLE);
    let all = || together(text, first, usize::MAX);
    let own = first.of(text);
    let offsets = own.get(..SAMPLE).unwrap_or(own).iter().enumerate();
    let behind = offsets.filter(|(_, byte)| b"/-_".contains(byte)).map(|(at, _)| at + 1);
    for offset in std::iter::once(0).chain(behind).take(MAX_OFFSETS) {
        let part = sample.get(offset..).unwrap_or_default();
        let head = decode_groups(part.get(..HEAD).unwrap_or(part));
        match Shape::of(&head) {
            Shape::Private(_) => return Verdict::Secret(first.start + offset..all().1, KEY),
            Shape::Public(length) if length >= MIN_PUBLIC => {
                let digits = length.saturating_mul(8).div_ceil(6).saturating_add(offset);
                let (runs, _) = together(text, first, digits.saturating_add(1));
                return Verdict::Harmless(position(&runs, digits));
            }
            Shape::Public(_) => {}
            Shape::Unknown if head.len() >= MIN_TEXT && is_text(&head) => {
                let (runs, end) = all();
                let digits = joined(text, &runs, usize::MAX);
                let text = decode_groups(digits.get(offset..).unwrap_or_default());
                return inner(&text, first.start + offset..end);
            }
            Shape::Unknown => {}
        }
    }
    let has_line = runs.iter().any(|run| run.end - run.start >= MIN_RANDOM);
    let lengths: Vec<usize> = runs.iter().map(|run| run.end - run.start).collect();
    let padding = text.get(first.end..).unwrap_or_default();
    let padding = padding.iter().take_while(|byte| **byte == b'=').count();
    let is_last = matches!(lengths.as_slice(), [only] if is_tail(*only, padding));
    match (has_line || is_folded(&lengths) || is_last) && is_random(&sample) {
        true => Verdict::Secret(first.start..all().1, UNKNOWN),
        false => Verdict::Harmless(first.end.min(first.start + SAMPLE)),
    }
}

/// The characters of `runs`, but not more than `most`.
fn joined(text: &[u8], runs: &[Run], most: usize) -> Zeroizing<Vec<u8>> {
    let length = runs.iter().map(|run| run.end - run.start).sum::<usize>().min(most);
    let mut joined = Zeroizing::new(Vec::with_capacity(length));
    for run in runs {
        let own = run.of(text);
        let left = length - joined.len();
        joined.extend_from_slice(own.get(..left).unwrap_or(own));
    }
    joined
}

/// Whether text in base64 contains a secret.
fn inner(text: &[u8], all: Range<usize>) -> Verdict {
    let chunk = text.utf8_chunks().next();
    let text = chunk.map_or("", |chunk| chunk.valid());
    // A macaroon (libmacaroons, version 1) has packets, each with its length in front.
    if text.get(MACAROON).is_some_and(|name| name == "location ") {
        return Verdict::Secret(all, SECRET);
    }
    match holds_secret(text) {
        true => Verdict::Secret(all, KEY),
        false => Verdict::Harmless(all.end),
    }
}

fn is_text(head: &[u8]) -> bool {
    head.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace())
}

/// The position in the text of character `index` of all runs.
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

const SIGNATURE: &str = "(signature not shown)";
/// Most layers of escapes.
const MAX_LAYERS: usize = 4;

/// Minimum length of a run that may be a secret: `{"alg":""}` in base64url, less two.
const MIN_RUN: usize = 12;

/// Minimum length of a piece of a key that is recognised because it is random: more than a digest
/// of 256 bits. Names of documents in the cloud have 44.
const MIN_RANDOM: usize = 45;

/// Minimum length of a signature whose header is missing. The shortest real one has 43.
const MIN_SIGNATURE: usize = 32;

/// The beginning of a SEQUENCE with more than 255 bytes, in base64.
const DER: &[u8] = b"MI";

/// Minimum length of a token without a name.
const MIN_OPAQUE: usize = 24;

/// More hexadecimal digits than the serial number of a certificate.
const MIN_HEX: usize = 48;

/// Characters by which text is judged of which nothing is recognised.
const SAMPLE: usize = 512;

/// Minimum length of something public. The shortest is a key of Ed25519.
const MIN_PUBLIC: usize = 40;

/// Characters that are enough to recognise the beginning of a key.
const HEAD: usize = 48;

/// Bytes that are text not only by chance.
const MIN_TEXT: usize = 18;

/// The place of the name in the first packet of a macaroon.
const MACAROON: Range<usize> = 4..13;

/// Most pieces of a path at which a key may begin.
const MAX_OFFSETS: usize = 32;

#[cfg(test)]
mod tests;
