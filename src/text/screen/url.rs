//! Passwords in URLs (RFC 3986 §3.2.1): `https://user:password@host/`.

use std::ops::Range;

/// The first password at or after `from`.
pub(super) fn next(text: &str, from: usize) -> Option<Range<usize>> {
    let mut at = from;
    while let Some(found) = text.get(at..)?.find(MARK) {
        let start = at + found + MARK.len();
        at = start;
        let rest = text.get(start..)?;
        let length = rest.find(|c: char| c.is_whitespace() || "/?#\"'<>".contains(c));
        let authority = rest.get(..length.unwrap_or(rest.len()))?;
        let password = authority.rsplit_once('@').and_then(|(user, _)| user.split_once(':'));
        if let Some((user, password)) = password.filter(|(_, password)| !password.is_empty()) {
            let begin = start + user.len() + 1;
            return Some(begin..begin + password.len());
        }
    }
    None
}

/// Before the authority.
const MARK: &str = "://";
