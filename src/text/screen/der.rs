//! What the first bytes of DER say: whether they begin a private key, or something public.

/// What begins with these bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Shape {
    /// A private key, encrypted or not, and its length if known.
    Private(Option<usize>),
    /// A certificate, list, request, public key or similar, and its length.
    Public(usize),
    /// Nothing that is known here.
    Unknown,
}

impl Shape {
    /// The kind of what begins with `bytes`, which may be cut off.
    pub(super) fn of(bytes: &[u8]) -> Self {
        if KEPT.iter().any(|kept| bytes.starts_with(kept)) {
            return Self::Private(None);
        }
        let Some((body, length)) = element(bytes, SEQUENCE) else {
            return Self::Unknown;
        };
        if let Some((inner, _)) = element(body, SEQUENCE) {
            let is_locked = PASSPHRASE.iter().any(|oid| inner.starts_with(oid));
            return match is_locked {
                true => Self::Private(Some(length)),
                false => Self::Public(length),
            };
        }
        match body {
            // PKCS#8 (RFC 5958), PKCS#1 (RFC 8017) and DSA, SEC1 (RFC 5915), PKCS#12 (RFC 7292).
            [INTEGER, 1, 0 | 1, SEQUENCE | INTEGER, ..] => Self::Private(Some(length)),
            [INTEGER, 1, 1, OCTETS, ..] | [INTEGER, 1, 3, SEQUENCE, ..] => {
                Self::Private(Some(length))
            }
            // A modulus, or signed content (RFC 5652).
            [INTEGER, 0x41..=0xff, ..] | [OID, ..] => Self::Public(length),
            _ => Self::Unknown,
        }
    }
}

/// The content of the element at the start of `bytes`, and the length of the whole element.
fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], usize)> {
    let (first, rest) = bytes.split_first()?;
    if *first != tag {
        return None;
    }
    let (&short, rest) = rest.split_first()?;
    let digits = match short {
        0..=0x7f => return Some((rest, 2 + usize::from(short))),
        0x81..=0x84 => usize::from(short & 0x7f),
        _ => return None,
    };
    let long = rest.get(..digits)?;
    let length = long.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    Some((rest.get(digits..)?, 2 + digits + length))
}

const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const OID: u8 = 0x06;
const SEQUENCE: u8 = 0x30;

/// The OIDs of pkcs-5 (PBES1, PBES2) and pkcs-12 PBE, with which encrypted PKCS#8 begins.
const PASSPHRASE: [&[u8]; 2] =
    [b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05", b"\x06\x0a\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01"];

/// OpenSSH's own format, and Java's JKS and JCEKS.
const KEPT: [&[u8]; 3] = [b"openssh-key-v1", b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce"];
