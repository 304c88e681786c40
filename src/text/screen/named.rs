//! What the name before a value says about the value.

use crate::text::screen::random::{is_password, is_random};
use crate::text::screen::run::is_base64;

/// What the name before a value says about the value.
pub(super) enum NameMeaning {
    Public,
    /// It is a secret, if it looks like one.
    Secret(SecretShape),
    Unknown,
}

/// How a value must look to count as a secret.
pub(super) enum SecretShape {
    /// Not a word, number or path. The name leaves no doubt.
    Any,
    /// Like a random password, of any length.
    Password,
    /// Words too, but not a path. Values with such a name are always secret.
    Words,
    /// Like a key, because the name is short and may mean other things.
    Key,
}

impl SecretShape {
    pub(super) fn has(&self, value: &[u8]) -> bool {
        let has = |of: fn(&u8) -> bool| value.iter().any(of);
        let length = value.len();
        length >= MIN_SECRET
            && !value.starts_with(b"/")
            && match self {
                Self::Any => has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic),
                Self::Words => !value.contains(&b'/'),
                Self::Password => is_password(value) || length >= MIN_KEY && is_random(value),
                Self::Key => length >= MIN_KEY && is_random(value),
            }
    }
}

impl NameMeaning {
    /// Judges the value that begins at `start`.
    pub(super) fn of(text: &[u8], start: usize) -> Self {
        let before = text.get(..start).unwrap_or_default();
        if PREFIXES.iter().any(|prefix| before.ends_with(prefix)) || is_old_vault(text, start) {
            return Self::Secret(SecretShape::Any);
        }
        // Only for a detached signature (RFC 7515, appendix F).
        if let Some(before) = before.strip_suffix(b".") {
            let is_name = |last: &u8| last.is_ascii_alphanumeric() || b"/_-".contains(last);
            return match before.last().is_some_and(is_name) {
                true => Self::Unknown,
                false => Self::Secret(SecretShape::Key),
            };
        }
        let before = trimmed(before.strip_suffix(b"%20").unwrap_or(before)).0;
        let scheme = word(before);
        if SCHEMES.iter().any(|name| scheme.eq_ignore_ascii_case(name)) {
            return Self::Secret(SecretShape::Any);
        }
        let Some((b':' | b'=', before)) = before.split_last() else {
            return Self::Unknown;
        };
        // In `?token=…` it is a name, in `a new token: …` it is not.
        let glued = text.get(..start).unwrap_or_default().ends_with(b"=");
        let (before, quoted) = trimmed(before);
        let name = word(before);
        if quoted && PUBLIC_MEMBERS.contains(&name) {
            return Self::Public;
        }
        let of_words = PASSWORDS.iter().any(|known| name.eq_ignore_ascii_case(known));
        if (glued || quoted) && of_words {
            return Self::Secret(SecretShape::Words);
        }
        let known = NAMES.iter().any(|known| name.eq_ignore_ascii_case(known));
        if (glued || quoted) && known || quoted && PRIVATE_MEMBERS.contains(&name) {
            return Self::Secret(SecretShape::Any);
        }
        match Self::folded(name) {
            // Nobody writes `\u0064` for `d`, except to hide it.
            Self::Unknown if is_escaped(before, name) => Self::Secret(SecretShape::Key),
            named => named,
        }
    }

    /// Judges a name in any spelling: `refreshToken`, `refresh-token`, `REFRESH_TOKEN`.
    fn folded(name: &[u8]) -> Self {
        let letters = name.iter().filter(|byte| !b"-_".contains(byte));
        let name: Vec<u8> = letters.map(u8::to_ascii_lowercase).collect();
        let has = |word: &&[u8]| name.windows(word.len()).any(|part| part == *word);
        match () {
            () if SHORT_NAMES.contains(&name.as_slice()) => Self::Secret(SecretShape::Key),
            // The id of a token opens nothing.
            () if name.ends_with(b"tokenid") => Self::Unknown,
            () if WORDS.iter().any(has) => Self::Secret(SecretShape::Password),
            () => Self::Unknown,
        }
    }
}

/// Whether the value at `start` is a token of Vault before version 1.10: `s.`, `b.` or `r.`, and 24
/// letters and digits.
fn is_old_vault(text: &[u8], start: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let [before @ .., b'b' | b'r' | b's', b'.'] = before else {
        return false;
    };
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.".contains(byte);
    let value = text.get(start..).unwrap_or_default();
    let length = value.iter().take_while(|byte| byte.is_ascii_alphanumeric()).take(25).count();
    length == 24 && !before.last().is_some_and(is_name)
}

/// Whether the first character of `name`, at the end of `text`, is written as an escape of JSON:
/// `\u0064`.
fn is_escaped(text: &[u8], name: &[u8]) -> bool {
    let before = text.strip_suffix(name).unwrap_or_default();
    let digits = name.strip_prefix(b"u").and_then(|rest| rest.get(..4));
    before.ends_with(b"\\") && digits.is_some_and(|all| all.iter().all(u8::is_ascii_hexdigit))
}

/// `text` without quotes and blanks at its end, and whether there was a quote.
pub(super) fn trimmed(text: &[u8]) -> (&[u8], bool) {
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
pub(super) fn word(text: &[u8]) -> &[u8] {
    let of_word = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_-".contains(byte);
    let length = text.iter().rev().take(MAX_NAME).take_while(of_word).count();
    text.split_at(text.len() - length).1
}

/// The number of bytes from `at` that belong to the value.
pub(super) fn value_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let of_value = |byte: &&u8| is_base64(**byte) || b".~=".contains(byte);
    rest.iter().take_while(of_value).count()
}

/// Minimum length of a secret.
const MIN_SECRET: usize = 15;

/// Minimum length in base64 of a key or signature: 192 bits.
const MIN_KEY: usize = 32;

/// Maximum length of a name.
const MAX_NAME: usize = 40;

/// Names of URL parameters and settings whose values are secret.
const NAMES: &[&[u8]] = &[
    b"access_token",
    b"assertion",
    b"authz",
    b"code_verifier",
    b"id_token",
    b"refresh_token",
    b"subject_token",
    b"token",
];

/// Names whose values people choose, often from words.
const PASSWORDS: &[&[u8]] = &[b"client_secret", b"passphrase", b"passwd", b"password"];

/// Words in the names of secrets.
const WORDS: &[&[u8]] = &[
    b"assertion",
    b"authz",
    b"codeverifier",
    b"passphrase",
    b"passwd",
    b"password",
    b"secret",
    b"token",
];

/// Private members of a JWK (RFC 7518 §6).
const PRIVATE_MEMBERS: &[&[u8]] = &[b"d", b"dp", b"dq", b"k", b"p", b"q", b"qi"];

/// The same without quotes, with those of `oth` and the member of a JWS (RFC 7515 §7.2).
const SHORT_NAMES: &[&[u8]] =
    &[b"d", b"dp", b"dq", b"k", b"p", b"q", b"qi", b"r", b"signature", b"t"];

/// Public members (RFC 7517 §4, RFC 7518 §6).
const PUBLIC_MEMBERS: &[&[u8]] = &[b"e", b"kid", b"n", b"x", b"x5c", b"y"];

/// Schemes of `Authorization` (RFC 9110 §11, RFC 6750).
const SCHEMES: &[&[u8]] = &[b"basic", b"bearer"];

/// What tokens of HashiCorp Vault, by type, and of EOS begin with.
const PREFIXES: &[&[u8]] = &[b"hvb.", b"hvr.", b"hvs.", b"zteos64:"];
