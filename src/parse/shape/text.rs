//! Texts: their encoding and kind.

use crate::parse::json::Json;
use crate::parse::pem;
use crate::parse::shape::kind::{Shape, Store};

/// Whether it is UTF-8 without control characters. Checks only the start, because DER has control
/// characters (tags, lengths) in its first bytes.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(SAMPLE)).unwrap_or(bytes);
    let controls = head.iter().any(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace());
    let valid =
        std::str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true);
    !controls && valid
}

/// Bytes that are checked.
const SAMPLE: usize = 4096;

/// Without byte order mark and the blanks around it.
pub(super) fn bare(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii()
}

/// What kind of text it is. Whether it is base64 is another question.
pub(super) fn text(bytes: &[u8]) -> Shape {
    let trimmed = bare(bytes);
    let starts = |prefixes: &[&str]| prefixes.iter().any(|p| trimmed.starts_with(p.as_bytes()));
    if starts(&["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-", "---- BEGIN SSH2"]) {
        return Shape::OpenSshPublicKey;
    }
    if let Some(target) = link_text(trimmed) {
        return Shape::LinkText(target);
    }
    if let Some(store) = store(trimmed) {
        return Shape::Stored(store);
    }
    if matches!(trimmed.first(), Some(b'{' | b'[')) && is_json(trimmed) {
        return Shape::Json;
    }
    if let Some(label) = first_label(bytes) {
        return match label.as_str() {
            "OPENSSH PRIVATE KEY" => Shape::OpenSshPrivateKey,
            pgp if pgp.starts_with("PGP ") => Shape::PgpArmor,
            _ => Shape::Pem(label),
        };
    }
    match trimmed.first() {
        Some(b'<') if is_web_page(trimmed) => Shape::Html,
        Some(b'<') if trimmed.get(1).is_some_and(u8::is_ascii_alphabetic) => {
            Shape::Stored(Store::Xml)
        }
        _ if is_jwt(trimmed) => Shape::Jwt,
        _ => Shape::Text,
    }
}

/// Whether it has an element that only web pages have.
fn is_web_page(text: &[u8]) -> bool {
    let head = text.get(..text.len().min(SAMPLE)).unwrap_or(text).to_ascii_lowercase();
    let has = |mark: &[u8]| head.windows(mark.len()).any(|at| at == mark);
    [&b"<!doctype"[..], b"<html", b"<head", b"<body", b"<script", b"<title"].into_iter().any(has)
}

/// The target of a symbolic link that became a text file: alone (Windows, git, tar), after
/// `!<symlink>` (Cygwin), or in the fourth line of an `XSym` file (SMB on a Mac).
fn link_text(text: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(text.get(..text.len().min(SAMPLE))?).ok()?;
    let target = match text.strip_prefix("!<symlink>") {
        Some(target) => target.trim_end_matches('\0'),
        None if text.starts_with("XSym\n") => text.lines().nth(3)?,
        None => text,
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-+/@".contains(c);
    let ending = target.rsplit('/').next()?.rsplit_once('.')?.1;
    let known = LINKED.contains(&ending) || ending.trim_start_matches('r').parse::<u8>().is_ok();
    (target.len() < 256 && target.chars().all(plain) && known).then(|| target.to_owned())
}

/// Suffixes of files to which links lead where certificates are kept.
const LINKED: &[&str] = &["cer", "crl", "crt", "key", "namespaces", "pem", "signing_policy"];

/// The program that stores credentials in such text.
fn store(text: &[u8]) -> Option<Store> {
    let head = String::from_utf8_lossy(text.get(..text.len().min(SAMPLE)).unwrap_or(text));
    let key = |name: &str| head.lines().any(|line| line.starts_with(name));
    let starts = |mark: &str| head.starts_with(mark);
    let yaml = || {
        let first = head.lines().find(|line| !line.starts_with('#') && *line != "---")?;
        let (name, value) = first.trim_start_matches("- ").split_once(':')?;
        let is_key = name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
        (is_key && (value.is_empty() || value.starts_with(' '))).then_some(())
    };
    if head.contains("$ANSIBLE_VAULT;") {
        return Some(Store::AnsibleVault);
    }
    if starts("version https://git-lfs.github.com/") {
        return Some(Store::GitLfs);
    }
    if starts("PuTTY-User-Key-File-") {
        return Some(Store::Putty);
    }
    if starts("age-encryption.org/") || starts("-----BEGIN AGE ENCRYPTED FILE-----") {
        return Some(Store::Age);
    }
    if starts("vault:v") {
        return Some(Store::VaultTransit);
    }
    if starts("{{") {
        return Some(Store::Template);
    }
    if head.contains("ENC[AES256_GCM,") {
        return Some(Store::Sops);
    }
    if starts("<?xml") {
        return Some(Store::Xml);
    }
    if head.contains("-----BEGIN%20") {
        return Some(Store::Percent);
    }
    if key("apiVersion:") && key("kind: Config") {
        return Some(Store::Kubeconfig);
    }
    if key("apiVersion:") && key("kind: SealedSecret") {
        return Some(Store::SealedSecret);
    }
    if key("apiVersion:") && key("kind: Secret") {
        return Some(Store::KubernetesSecret);
    }
    let indented =
        || head.lines().any(|line| line.starts_with(' ') && line.contains("-----BEGIN "));
    (yaml().is_some() && indented()).then_some(Store::Yaml)
}

/// Whether it begins like JSON, even if it is cut off. A `[section]` or a `{% template %}` is not
/// JSON.
fn is_json(text: &[u8]) -> bool {
    let (first, rest) = text.split_at(1);
    let next = rest.trim_ascii_start().first();
    match (first, next) {
        (b"{", Some(b'"' | b'}')) | (b"[", Some(b'"' | b'{' | b'[' | b']')) => true,
        _ => std::str::from_utf8(text).is_ok_and(|text| Json::parse(text).is_ok()),
    }
}

/// The label of the first PEM block, good or damaged.
fn first_label(bytes: &[u8]) -> Option<String> {
    let first = pem::scan(bytes).blocks.into_iter().next()?;
    Some(first.map_or_else(|damage| damage.label, |block| block.label))
}

/// Three base64url segments, the first of which is a JSON object (RFC 7519 §3).
fn is_jwt(text: &[u8]) -> bool {
    let is_segment = |part: &[u8]| {
        part.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let is_dot = |byte: &u8| *byte == b'.';
    text.starts_with(b"eyJ")
        && text.iter().copied().filter(is_dot).count() == 2
        && text.split(is_dot).all(is_segment)
}
