//! Makes the new content of a file from the old one.

use zeroize::Zeroizing;

use crate::load;
use crate::parse::bearer::shape::Content;
use crate::parse::cert::Certificate;
use crate::parse::file::Contents;
use crate::parse::idtoken::file::TokenFile;
use crate::parse::json::Json;
use crate::parse::shape::{KeyForm, Meaning, Shape};
use crate::parse::{bearer, pem, pkcs7, shape};
use crate::report::Made;
use crate::text::{base64, utf16};

/// The new content. None if `bytes` cannot be parsed completely, or something would be lost.
pub(super) fn made(how: &Made, bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let new = match how {
        Made::Appended(other) => {
            let other = load::file(other, false).ok()?;
            let mut new = Zeroizing::new(Vec::with_capacity(bytes.len() + other.bytes.len() + 1));
            new.extend_from_slice(bytes);
            if !bytes.ends_with(b"\n") {
                new.push(b'\n');
            }
            new.extend_from_slice(&other.bytes);
            new
        }
        Made::AccessToken => access_token(bytes)?,
        Made::BareToken => bare_token(bytes)?,
        Made::Commented(line) => lines(bytes, |number, text| {
            let mark: &[u8] = if number == *line { b"# " } else { b"" };
            vec![mark, text]
        }),
        Made::Decoded => base64::decode(bytes)?,
        Made::Front(block) => to_front(bytes, *block),
        Made::Joined(first, last) => lines(bytes, |number, text| {
            let text_end = text.trim_ascii();
            match (*first..=*last).contains(&number) {
                true if text_end.is_empty() || text_end.starts_with(b"#") => Vec::new(),
                true if number == *last => vec![text_end, b"\n"],
                true => vec![text_end],
                false => vec![text],
            }
        }),
        Made::Labelled(block, label) => labelled(bytes, *block, label),
        Made::Mended => pem::repair(bytes)?,
        Made::Pem => key(bytes).or_else(|| certificates(bytes).map(Zeroizing::new))?,
        Made::Unwrapped => {
            base64::decode(&lines(bytes, |_, text| match text.starts_with(b"-----") {
                true => Vec::new(),
                false => vec![text],
            }))?
        }
        Made::Utf8 => Zeroizing::new(utf16::decode(bytes)?.as_bytes().to_vec()),
    };
    if let Some(keeps) = keeps_tokens(how, bytes, &new) {
        return keeps.then_some(new);
    }
    let (old, new_contents) = (Contents::read(bytes), Contents::read(&new));
    let keeps = new_contents.certificates.len() >= old.certificates.len()
        && new_contents.keys.len() >= old.keys.len();
    (keeps && new_contents.is_read_as_it_is()).then_some(new)
}

/// Whether what is no PEM is as it should be; nothing if it is PEM.
fn keeps_tokens(how: &Made, old: &[u8], new: &[u8]) -> Option<bool> {
    let tokens = |bytes| TokenFile::read(bytes).tokens().count();
    match how {
        Made::AccessToken | Made::BareToken => {
            Some(matches!(bearer::shape::look(new), Content::Token(_)))
        }
        Made::Commented(_) => Some(tokens(new) == tokens(old)),
        Made::Joined(..) => Some(tokens(new) > tokens(old)),
        _ => None,
    }
}

fn access_token(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let json = Json::parse(std::str::from_utf8(bytes).ok()?).ok()?;
    let token = json.object()?.text("access_token")?;
    Some(Zeroizing::new([token.as_bytes(), b"\n"].concat()))
}

/// No white space, no quotes, and no `b` of Python before them.
fn bare_token(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let wide = utf16::decode(bytes);
    let text = wide.as_ref().map_or(bytes, |text| text.as_bytes()).trim_ascii();
    let text = match text {
        [b'b', rest @ ..] if rest.starts_with(b"'") || rest.starts_with(b"\"") => rest,
        text => text,
    };
    let is_kept = |byte: &u8| byte.is_ascii_graphic() && !b"'\"".contains(byte);
    let mut bare = Zeroizing::new(Vec::with_capacity(text.len() + 1));
    bare.extend(text.iter().copied().filter(is_kept));
    bare.push(b'\n');
    Some(bare)
}

/// Each line, by its number, as `change` gives it.
fn lines<'a>(
    bytes: &'a [u8],
    change: impl Fn(usize, &'a [u8]) -> Vec<&'a [u8]>,
) -> Zeroizing<Vec<u8>> {
    // Room for all that may come: no copy of a key is left behind.
    let mut new = Zeroizing::new(Vec::with_capacity(2 * bytes.len() + 4));
    for (at, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        change(at + 1, line).into_iter().for_each(|part| new.extend_from_slice(part));
    }
    new
}

/// The same with another label on a block.
fn labelled(bytes: &[u8], number: usize, label: &str) -> Zeroizing<Vec<u8>> {
    let mut new = Zeroizing::new(Vec::with_capacity(bytes.len() + 2 * label.len()));
    let mut block = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        block += usize::from(line.starts_with(BEGIN));
        let mark = [BEGIN, END].into_iter().find(|mark| line.starts_with(mark));
        let rest = mark.and_then(|mark| line.strip_prefix(mark));
        let rest = rest.and_then(|rest| Some(rest.split_at(find(rest, b"-----")?).1));
        match (mark, rest) {
            (Some(mark), Some(rest)) if block == number => {
                [mark, label.as_bytes(), rest]
                    .into_iter()
                    .for_each(|part| new.extend_from_slice(part));
            }
            _ => new.extend_from_slice(line),
        }
    }
    new
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|at| at == what)
}

/// PEM of a private key in DER.
fn key(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let label = match shape::recognise(bytes) {
        Shape::DerEncryptedKey => "ENCRYPTED PRIVATE KEY",
        Shape::DerPrivateKey(KeyForm::Pkcs1) => "RSA PRIVATE KEY",
        Shape::DerPrivateKey(KeyForm::Pkcs8) => "PRIVATE KEY",
        Shape::DerPrivateKey(KeyForm::Sec1) => "EC PRIVATE KEY",
        _ => return None,
    };
    let der = pkcs7::first_value(bytes)?;
    Some(Zeroizing::new(pem::encode(label, der).into_bytes()))
}

/// PEM of a certificate in DER, or of those in PKCS#7.
fn certificates(bytes: &[u8]) -> Option<Vec<u8>> {
    let blocks = pem::scan(bytes).blocks;
    let block = blocks.iter().filter_map(|block| block.as_ref().ok());
    let block = block.into_iter().find(|block| shape::meaning(&block.label) == Meaning::Pkcs7);
    let der = block.map_or(bytes, |block| &block.bytes);
    let all = match pkcs7::certificates(der) {
        Some(all) => all,
        None => {
            let der = pkcs7::first_value(der).filter(|der| Certificate::parse(der).is_ok())?;
            vec![der]
        }
    };
    let text: String = all.iter().map(|der| pem::encode("CERTIFICATE", der)).collect();
    (!all.is_empty()).then(|| text.into_bytes())
}

/// Block `number` first, then everything else.
fn to_front(bytes: &[u8], number: usize) -> Zeroizing<Vec<u8>> {
    let mut first = Zeroizing::new(Vec::with_capacity(bytes.len() + 1));
    let mut rest = Zeroizing::new(Vec::with_capacity(bytes.len() + 1));
    let mut block = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        block += usize::from(line.windows(BEGIN.len()).any(|at| at == BEGIN));
        let part = if block == number { &mut first } else { &mut rest };
        part.extend_from_slice(line);
        if !line.ends_with(b"\n") {
            part.push(b'\n');
        }
    }
    first.extend_from_slice(&rest);
    first
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
