//! Converts BER to DER, as far as OpenSSL reads BER. Nobody signs in BER, but what OpenSSL loads
//! must be loaded.

use std::ops::Range;

use crate::parse::der::{BIT_STRING, BOOLEAN};

/// The element `bytes` in DER: shortest lengths, no indefinite lengths, strings in one piece, TRUE
/// as ff, unused bits as 0. `None` if it is not one element, or is DER already.
pub(super) fn to_der(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    let rest = element(bytes, 0, &mut out)?;
    (rest.is_empty() && out != bytes).then_some(out)
}

/// The place of the first element inside of the element `bytes`.
pub(super) fn first_inside(bytes: &[u8]) -> Option<Range<usize>> {
    let (_, inside) = length(bytes.get(1..)?)?;
    let rest = element(inside, 0, &mut Vec::new())?;
    Some(bytes.len() - inside.len()..bytes.len() - rest.len())
}

/// Writes the first element of `bytes`. Returns what follows it.
fn element<'a>(bytes: &'a [u8], depth: usize, out: &mut Vec<u8>) -> Option<&'a [u8]> {
    let (&tag, after) = bytes.split_first()?;
    let (length, after) = length(after)?;
    let constructed = tag & 0x20 != 0;
    if tag & 0x1f == 0x1f || depth > MAX_DEPTH {
        return None;
    }
    if is_string_in_pieces(tag) {
        let mut content = Vec::new();
        let rest = joined(length, after, 0, &mut content)?;
        push(tag & !0x20, content, out);
        return Some(rest);
    }
    let (content, rest) = match length {
        Some(length) => {
            let (content, rest) = after.split_at_checked(length)?;
            let content = if constructed { inside(content, depth)? } else { content.to_vec() };
            (content, rest)
        }
        None if constructed => until_end(after, depth)?,
        None => return None,
    };
    push(tag, content, out);
    Some(rest)
}

/// The elements of `content`, in DER.
fn inside(content: &[u8], depth: usize) -> Option<Vec<u8>> {
    let (mut rest, mut out) = (content, Vec::with_capacity(content.len()));
    while !rest.is_empty() {
        rest = element(rest, depth + 1, &mut out)?;
    }
    Some(out)
}

/// The same up to the two zeros that end an indefinite length. Also returns what follows these.
fn until_end(content: &[u8], depth: usize) -> Option<(Vec<u8>, &[u8])> {
    let (mut rest, mut out) = (content, Vec::new());
    loop {
        if let Some(rest) = rest.strip_prefix(&[0, 0]) {
            return Some((out, rest));
        }
        rest = element(rest, depth + 1, &mut out)?;
    }
}

/// The content of all primitive elements in a string, with any tags and at any depth
/// (`asn1_collect`); and what follows the string.
fn joined<'a>(
    length: Option<usize>,
    after: &'a [u8],
    nest: usize,
    out: &mut Vec<u8>,
) -> Option<&'a [u8]> {
    if nest >= MAX_STRING_NEST {
        return None;
    }
    let (mut rest, behind) = match length {
        Some(length) => after.split_at_checked(length)?,
        None => (after, after),
    };
    loop {
        if let (None, Some(behind)) = (length, rest.strip_prefix(&[0, 0])) {
            return Some(behind);
        }
        if rest.is_empty() {
            return length.map(|_| behind);
        }
        let (&tag, after) = rest.split_first()?;
        let (inner, after) = self::length(after)?;
        if tag & 0x1f == 0x1f {
            return None;
        }
        rest = if tag & 0x20 != 0 {
            joined(inner, after, nest + 1, out)?
        } else {
            let (content, rest) = after.split_at_checked(inner?)?;
            out.extend_from_slice(content);
            rest
        };
    }
}

fn push(tag: u8, mut content: Vec<u8>, out: &mut Vec<u8>) {
    match (tag, content.as_mut_slice()) {
        (BOOLEAN, [byte]) if *byte != 0 => *byte = 0xff,
        (BIT_STRING, [unused @ 1..=7, .., last]) => *last &= 0xff << *unused,
        _ => {}
    }
    out.push(tag);
    match u8::try_from(content.len()) {
        Ok(short @ ..0x80) => out.push(short),
        _ => {
            let digits = content.len().to_be_bytes();
            let digits: Vec<u8> = digits.into_iter().skip_while(|digit| *digit == 0).collect();
            out.push(0x80 | u8::try_from(digits.len()).unwrap_or(0x7f));
            out.extend(digits);
        }
    }
    out.append(&mut content);
}

/// Reads a length of any form; `None` inside if it is indefinite. Also returns what follows.
fn length(bytes: &[u8]) -> Option<(Option<usize>, &[u8])> {
    let (&first, rest) = bytes.split_first()?;
    match first {
        0..0x80 => Some((Some(first.into()), rest)),
        0x80 => Some((None, rest)),
        _ => {
            let (digits, rest) = rest.split_at_checked((first & 0x7f).into())?;
            // OpenSSL requires at least one more byte (`asn1_get_length`).
            rest.first()?;
            let mut length = 0_usize;
            for digit in digits {
                length = length.checked_mul(256)?.checked_add((*digit).into())?;
            }
            Some((Some(length), rest))
        }
    }
}

/// An OCTET STRING or text type that is marked as constructed.
fn is_string_in_pieces(tag: u8) -> bool {
    matches!(tag, 0x24 | 0x2c | 0x32..=0x34 | 0x36 | 0x39..=0x3c | 0x3e)
}

/// Most elements within each other. OpenSSL accepts thirty (`ASN1_MAX_CONSTRUCTED_NEST`).
const MAX_DEPTH: usize = 30;

/// Most pieces of strings within each other (`ASN1_MAX_STRING_NEST`).
const MAX_STRING_NEST: usize = 5;

#[cfg(test)]
mod tests {
    use super::to_der;

    #[test]
    fn one_form_of_each() {
        for (bytes, der) in [
            (&[0x30, 0x81, 2, 5, 0][..], Some(&[0x30, 2, 5, 0][..])),
            (&[0x30, 0x82, 0, 2, 5, 0], Some(&[0x30, 2, 5, 0])),
            (&[0x30, 0x80, 5, 0, 0, 0], Some(&[0x30, 2, 5, 0])),
            (&[0x30, 0x80, 0x30, 0x80, 0, 0, 0, 0], Some(&[0x30, 2, 0x30, 0])),
            (&[0x24, 6, 4, 1, 7, 4, 1, 8], Some(&[4, 2, 7, 8])),
            (&[0x2c, 0x80, 0x0c, 1, b'x', 0, 0], Some(&[0x0c, 1, b'x'])),
            (&[0x24, 6, 0x30, 4, 4, 2, 7, 8], Some(&[4, 2, 7, 8])),
            (&[0x24, 10, 0x24, 8, 0x24, 6, 0x24, 4, 0x24, 2, 4, 0], Some(&[4, 0])),
            (&[0x24, 12, 0x24, 10, 0x24, 8, 0x24, 6, 0x24, 4, 0x24, 2, 4, 0], None),
            (&[0x2c, 2, b'a', b'b'], None),
            (&[1, 1, 9], Some(&[1, 1, 0xff])),
            (&[3, 2, 4, 0xff], Some(&[3, 2, 4, 0xf0])),
            // DER already, no element, or more than one.
            (&[0x30, 2, 5, 0], None),
            (&[0x30, 0x80, 5, 0], None),
            (&[4, 0x80, 0, 0], None),
            (&[5, 0x81, 0], None),
            (&[0x30, 0x81, 3, 5, 0], None),
            (&[0x30, 0x81, 2, 5, 0, 0], None),
            (&[], None),
        ] {
            assert_eq!(to_der(bytes).as_deref(), der, "{bytes:02x?}");
        }
        let deep = [[0x30, 0x80].repeat(40), vec![0; 80]].concat();
        assert_eq!(to_der(&deep), None);
    }
}
