//! How other software than HTCondor derives a key from a signing key's file: the known ways.

use zeroize::Zeroizing;

use crate::crypto::digest::sha256;
use crate::crypto::hmac;
use crate::parse::condor::key::{POOL, unscrambled};
use crate::parse::idtoken::IdToken;
use crate::text::{base64, utf16};

type Secret = Zeroizing<Vec<u8>>;

/// A change of a secret, with its name. None if it changes nothing.
type Change = (&'static str, fn(&[u8]) -> Option<Vec<u8>>);

/// How `token` was signed with the key `name`, whose file has these bytes, if not in HTCondor's
/// way. Returns the way with the fewest differences.
pub fn of(name: &str, bytes: &[u8], token: &IdToken) -> Option<String> {
    let algorithm = hmac::Algorithm::parse(token.algorithm.as_deref()?)?;
    let is_pool = name == POOL;
    let mut best: Option<Vec<&str>> = None;
    for (words, secret) in secrets(bytes) {
        for (doubled, twice) in [(None, is_pool), (Some(doubling(is_pool)), !is_pool)] {
            let secret = if twice { Zeroizing::new(secret.repeat(2)) } else { secret.clone() };
            for (derived, key) in keys(&secret) {
                let all = words.iter().copied().chain(doubled).chain(derived);
                let all: Vec<&str> = all.collect();
                let is_new = best.as_ref().is_none_or(|known| known.len() > all.len());
                if is_new && hmac::verify(algorithm, &key, token.signed(), token.signature()) {
                    best = Some(all);
                }
            }
        }
    }
    best.map(|words| words.join(", ")).filter(|words| !words.is_empty())
}

fn doubling(is_pool: bool) -> &'static str {
    match is_pool {
        true => "it was not doubled, as HTCondor doubles POOL",
        false => "it was doubled, as HTCondor doubles POOL alone",
    }
}

/// Secrets from which a key may be derived, with what was done to the file: at most one change of
/// its bytes, and one of the secret.
fn secrets(bytes: &[u8]) -> Vec<(Vec<&'static str>, Secret)> {
    let mut out: Vec<(Vec<&'static str>, Secret)> = Vec::new();
    let whole = Zeroizing::new(bytes.to_vec());
    let files = changed(&whole, FILE);
    for (of_file, file) in std::iter::once((None, whole)).chain(files) {
        let plain = Zeroizing::new(unscrambled(&file).collect::<Vec<u8>>());
        let masked = "the bytes were used as they lie in the file, not unscrambled (XOR DEADBEEF)";
        for (of_mask, secret) in [(None, plain), (Some(masked), file)] {
            let words: Vec<&str> = of_file.into_iter().chain(of_mask).collect();
            let more = changed(&secret, SECRET)
                .into_iter()
                .map(|(word, secret)| (words.iter().copied().chain(word).collect(), secret));
            out.extend(more);
            out.push((words, secret));
        }
    }
    out
}

fn changed(secret: &[u8], changes: &[Change]) -> Vec<(Option<&'static str>, Secret)> {
    let apply = |(word, change): &Change| Some((Some(*word), Zeroizing::new(change(secret)?)));
    changes.iter().filter_map(apply).collect()
}

/// The keys that are derived from a secret: by HTCondor, and by others.
fn keys(secret: &[u8]) -> Vec<(Option<&'static str>, Secret)> {
    let hkdf =
        |salt: &[u8], info: &[u8]| Zeroizing::new(hmac::hkdf_key(secret, salt, info).to_vec());
    vec![
        (None, hkdf(b"htcondor", b"master jwt")),
        (Some("no key was derived from it by HKDF"), Zeroizing::new(secret.to_vec())),
        (Some("HKDF had no salt, not htcondor"), hkdf(b"", b"master jwt")),
        (Some("HKDF had no info, not `master jwt`"), hkdf(b"htcondor", b"")),
        (Some("HKDF had neither salt nor info"), hkdf(b"", b"")),
        (Some("its SHA-256 was the key, not what HKDF derives"), sha256(secret).to_vec().into()),
    ]
}

/// Changes of a file that is copied or made by hand.
const FILE: &[Change] = &[
    ("the file was used without the line break at its end", without_line_break),
    ("the file was used with a line break at its end", |bytes| Some([bytes, b"\n"].concat())),
    ("the file was used up to its first NUL", until_nul),
];

/// Changes of a password.
const SECRET: &[Change] = &[
    ("the line break at its end was left out", without_line_break),
    ("there was a line break at its end", |secret| Some([secret, b"\n"].concat())),
    ("there was a CR and line feed at its end", |secret| Some([secret, b"\r\n"].concat())),
    ("there was a NUL at its end", |secret| Some([secret, b"\0"].concat())),
    ("the NUL at its end was left out", |secret| Some(secret.strip_suffix(b"\0")?.to_vec())),
    ("it was used up to its first NUL", until_nul),
    ("it was used up to its first line break", |secret| {
        let end = secret.iter().position(|byte| *byte == b'\n')?;
        (end + 1 < secret.len()).then(|| secret[..end].to_vec())
    }),
    ("blanks around it were left out", |secret| {
        let bare = secret.trim_ascii();
        (bare.len() < secret.len()).then(|| bare.to_vec())
    }),
    ("it was used as UTF-8, and is UTF-16 in the file", |secret| {
        Some(utf16::decode(secret)?.as_bytes().to_vec())
    }),
    ("it was used as UTF-16", |secret| {
        let text = std::str::from_utf8(secret).ok()?;
        Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect())
    }),
    ("its byte order mark was left out", |secret| {
        Some(secret.strip_prefix(b"\xef\xbb\xbf")?.to_vec())
    }),
    ("its base64 was decoded", |secret| Some(base64::decode(secret.trim_ascii())?.to_vec())),
    ("it was encoded in base64", |secret| Some(base64::encode(secret).into_bytes())),
];

fn without_line_break(bytes: &[u8]) -> Option<Vec<u8>> {
    let bare = bytes.strip_suffix(b"\n")?;
    Some(bare.strip_suffix(b"\r").unwrap_or(bare).to_vec())
}

fn until_nul(bytes: &[u8]) -> Option<Vec<u8>> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    (end > 0 && end + 1 < bytes.len()).then(|| bytes[..end].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::base64::encode_url;

    const PASSWORD: &[u8] = b"correct horse battery";

    fn masked(secret: &[u8]) -> Vec<u8> {
        unscrambled(secret).collect()
    }

    fn token(name: &str, key: &[u8]) -> IdToken {
        let part = |json: &str| encode_url(json.as_bytes());
        let header = part(&format!(r#"{{"alg":"HS256","kid":"{name}"}}"#));
        let signed = format!("{header}.{}", part(r#"{"sub":"a@b"}"#));
        let signature = encode_url(&hmac::sign(key, signed.as_bytes()));
        IdToken::parse(format!("{signed}.{signature}").as_bytes()).unwrap()
    }

    /// The name, what the file comes to, and the key that signed.
    #[test]
    fn ways() {
        let condor = |secret: &[u8]| hmac::condor_key(secret).to_vec();
        let with_end = [PASSWORD, b"\n"].concat();
        let wide: Vec<u8> = PASSWORD.iter().flat_map(|byte| [*byte, 0]).collect();
        for (name, file, key, words) in [
            ("SITE", PASSWORD, condor(PASSWORD), None),
            ("POOL", PASSWORD, condor(&PASSWORD.repeat(2)), None),
            ("POOL", PASSWORD, condor(PASSWORD), Some("it was not doubled")),
            ("SITE", PASSWORD, condor(&PASSWORD.repeat(2)), Some("it was doubled")),
            ("SITE", PASSWORD, condor(&masked(PASSWORD)), Some("not unscrambled")),
            ("SITE", PASSWORD, PASSWORD.to_vec(), Some("no key was derived")),
            ("SITE", PASSWORD, sha256(PASSWORD).to_vec(), Some("SHA-256")),
            ("SITE", PASSWORD, condor(&with_end), Some("was a line break")),
            ("SITE", &with_end, condor(PASSWORD), Some("line break at its end was left out")),
            ("SITE", PASSWORD, condor(&[PASSWORD, b"\0"].concat()), Some("was a NUL")),
            ("SITE", &wide, condor(PASSWORD), Some("UTF-16 in the file")),
            ("SITE", PASSWORD, condor(&wide), Some("used as UTF-16")),
            ("SITE", PASSWORD, condor(&PASSWORD[1..]), None),
        ] {
            let found = of(name, &masked(file), &token(name, &key));
            let fits = match words {
                Some(words) => found.as_ref().is_some_and(|found| found.contains(words)),
                None => found.is_none(),
            };
            assert!(fits, "{name}: {words:?}, not {found:?}");
        }
        let both = of("POOL", &masked(&with_end), &token("POOL", &condor(PASSWORD))).unwrap();
        assert!(both.contains("left out") && both.contains("not doubled"), "{both}");
    }
}
