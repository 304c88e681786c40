//! What a file is that holds no usable PEM block, told from its bytes alone.

mod der;
mod label;
mod text;

use std::fmt;

pub use crate::parse::shape::label::{Meaning, meaning};
pub use crate::parse::shape::text::utf16;
use crate::parse::shape::text::{is_text, is_utf16};

/// What a file holds instead of the PEM that was wanted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Shape {
    /// A compressed file or archive, by its name: `zip`, `gzip`.
    Archive(&'static str),
    /// Base64 without `BEGIN` and `END`, and what it decodes to.
    Base64Only(Box<Shape>),
    /// Bytes that mean nothing to us.
    Binary,
    /// A certificate.
    DerCertificate,
    /// A PKCS#10 request.
    DerCertificateRequest,
    /// A revocation list.
    DerCrl,
    /// A PKCS#8 key under a passphrase.
    DerEncryptedKey,
    /// A private key without passphrase.
    DerPrivateKey(KeyForm),
    /// A public key.
    DerPublicKey,
    /// A DER value that is cut off.
    DerTruncated {
        /// Bytes that the header announces, itself included.
        says: usize,
        /// Bytes that are there.
        has: usize,
    },
    /// No bytes.
    Empty,
    /// A web page.
    Html,
    /// A Java key store: `JKS` or `JCEKS`.
    Jks,
    /// JSON.
    Json,
    /// A JSON web token, signed or not.
    Jwt,
    /// Nothing but blanks and line ends.
    OnlyBlanks,
    /// Nothing but NUL bytes, as left by a crash before the data reached the disk.
    OnlyNuls,
    /// A key of OpenSSH's own form.
    OpenSshPrivateKey,
    /// `ssh-rsa AAAA…`, or the form of RFC 4716.
    OpenSshPublicKey,
    /// A PEM block of this label.
    Pem(String),
    /// `-----BEGIN PGP …`.
    PgpArmor,
    /// A PKCS#12 file.
    Pkcs12 {
        /// The oldest cipher named in it: `RC2-40`, `3DES`, `PBES2`.
        cipher: Option<&'static str>,
        /// OpenSSL 3 opens it with `-legacy` only (RC2 and RC4; 3DES is in the default provider).
        legacy: bool,
    },
    /// A PKCS#7 or CMS structure.
    Pkcs7,
    /// Some other text.
    Text,
    /// UTF-16, and what the text is, if it can be decoded.
    Utf16(Option<Box<Shape>>),
}

impl Shape {
    /// Whether no private key can be in it, whatever else of it could not be read.
    pub fn is_public(&self) -> bool {
        match self {
            Self::DerCertificate
            | Self::DerCertificateRequest
            | Self::DerCrl
            | Self::DerPublicKey
            | Self::Empty
            | Self::Html
            | Self::OnlyBlanks
            | Self::OnlyNuls
            | Self::OpenSshPublicKey
            | Self::Pem(_)
            | Self::Pkcs7 => true,
            Self::Archive(_)
            | Self::Base64Only(_)
            | Self::Binary
            | Self::DerEncryptedKey
            | Self::DerPrivateKey(_)
            | Self::DerTruncated { .. }
            | Self::Jks
            | Self::Json
            | Self::Jwt
            | Self::OpenSshPrivateKey
            | Self::PgpArmor
            | Self::Pkcs12 { .. }
            | Self::Text
            | Self::Utf16(_) => false,
        }
    }
}

/// How a private key is wrapped.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyForm {
    /// Traditional DSA.
    Dsa,
    /// PKCS#1.
    Pkcs1,
    /// PKCS#8.
    Pkcs8,
    /// SEC 1.
    Sec1,
}

impl fmt::Display for KeyForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dsa => "DSA",
            Self::Pkcs1 => "PKCS#1",
            Self::Pkcs8 => "PKCS#8",
            Self::Sec1 => "SEC 1",
        })
    }
}

/// A phrase that goes behind "the file is": "a certificate in binary DER form".
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Archive(kind) => write!(f, "a {kind} archive"),
            Self::Base64Only(inside) => {
                write!(f, "base64 without BEGIN and END lines, holding {inside}")
            }
            Self::DerPrivateKey(form) => write!(f, "a private key ({form}) in binary DER form"),
            Self::DerTruncated { says, has } => {
                write!(f, "incomplete binary DER: its header says {says} bytes, {has} are there")
            }
            Self::Pem(label) => write!(f, "PEM: {label}"),
            Self::Pkcs12 { cipher: Some(cipher), .. } => {
                write!(f, "a PKCS#12 file (.p12) encrypted with {cipher}")
            }
            Self::Utf16(Some(inside)) => write!(f, "UTF-16 text, holding {inside}"),
            plain => f.write_str(plain.phrase()),
        }
    }
}

impl Shape {
    /// The phrase of the shapes that carry no values.
    fn phrase(&self) -> &'static str {
        match self {
            Self::Binary => "binary data of an unknown kind",
            Self::DerCertificate => "a certificate in binary DER form",
            Self::DerCertificateRequest => "a certificate request in binary DER form",
            Self::DerCrl => "a revocation list in binary DER form",
            Self::DerEncryptedKey => "an encrypted private key in binary DER form",
            Self::DerPublicKey => "a public key in binary DER form",
            Self::Empty => "empty",
            Self::Html => "a web page",
            Self::Jks => "a Java key store",
            Self::Json => "JSON",
            Self::Jwt => "a JSON web token",
            Self::OnlyBlanks => "blank",
            Self::OnlyNuls => "nothing but NUL bytes",
            Self::OpenSshPrivateKey => "an OpenSSH private key",
            Self::OpenSshPublicKey => "an SSH public key",
            Self::PgpArmor => "an OpenPGP message or key",
            Self::Pkcs12 { .. } => "a PKCS#12 file (.p12)",
            Self::Pkcs7 => "a PKCS#7 file (.p7b)",
            Self::Text => "text without PEM in it",
            Self::Utf16(_) => "UTF-16 text",
            Self::Archive(_)
            | Self::Base64Only(_)
            | Self::DerPrivateKey(_)
            | Self::DerTruncated { .. }
            | Self::Pem(_) => "",
        }
    }
}

/// Says what `bytes` are. Linear in their length; never panics.
pub fn recognise(bytes: &[u8]) -> Shape {
    if bytes.is_empty() {
        return Shape::Empty;
    }
    if bytes.iter().all(|byte| *byte == 0) {
        return Shape::OnlyNuls;
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Shape::OnlyBlanks;
    }
    if is_utf16(bytes).is_some() {
        let inside = utf16(bytes).map(|text| Box::new(recognise(text.as_bytes())));
        return Shape::Utf16(inside);
    }
    magic(bytes).unwrap_or_else(|| if is_text(bytes) { text::text(bytes) } else { der::der(bytes) })
}

/// Files that say in their first bytes what they are.
fn magic(bytes: &[u8]) -> Option<Shape> {
    let shape = match bytes {
        [0xfe, 0xed, 0xfe, 0xed, ..] | [0xce, 0xce, 0xce, 0xce, ..] => Shape::Jks,
        [b'P', b'K', 3, 4, ..] => Shape::Archive("zip"),
        [0x1f, 0x8b, ..] => Shape::Archive("gzip"),
        [b'B', b'Z', b'h', b'1'..=b'9', ..] => Shape::Archive("bzip2"),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Shape::Archive("xz"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Shape::Archive("zstd"),
        _ => return None,
    };
    Some(shape)
}

/// Bytes looked at to tell text from binary.
const SAMPLE: usize = 4096;

/// What a Java key store starts with (sun.security.provider.JavaKeyStore).
const JKS: &[u8] = &[0xfe, 0xed, 0xfe, 0xed];

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::parse::pem;

    const GOOD: &[u8] = include_bytes!("../../../testdata/pem/good.pem");

    fn certificate() -> Zeroizing<Vec<u8>> {
        pem::scan(GOOD).blocks.remove(0).unwrap().bytes
    }

    #[test]
    fn text_shapes() {
        let body: Vec<u8> = GOOD
            .split(|b| *b == b'\n')
            .find(|line| line.starts_with(b"MII"))
            .map(<[u8]>::to_vec)
            .unwrap();
        let pem_label = |label: &str| Shape::Pem(label.into());
        let cases: &[(&[u8], Shape)] = &[
            (b"", Shape::Empty),
            (b" \r\n\t", Shape::OnlyBlanks),
            (b"\0\0\0", Shape::OnlyNuls),
            (b"<!DOCTYPE html>", Shape::Html),
            (b"\n<html>", Shape::Html),
            (b"{\"a\": 1}", Shape::Json),
            (b"{\"access_token\": \"abc", Shape::Json),
            (b"\xef\xbb\xbf[1]", Shape::Json),
            (b"[ca]\ndefault_ca = d\n", Shape::Text),
            (b"[2026-01-01] log", Shape::Text),
            (b"{% jinja %}", Shape::Text),
            (b"eyJhbGciOiJub25lIn0.eyJ9.", Shape::Jwt),
            (b"eyJhbGciOiJub25lIn0.eyJ9", Shape::Text),
            (b"eyJhbGciOiJub25lIn0.eyJ9.a.b", Shape::Text),
            (b"ssh-rsa AAAA me@here", Shape::OpenSshPublicKey),
            (b"---- BEGIN SSH2 PUBLIC KEY ----\n", Shape::OpenSshPublicKey),
            (b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n", Shape::OpenSshPrivateKey),
            (b"-----BEGIN PGP MESSAGE-----\n\n", Shape::PgpArmor),
            (b"\xfe\xed\xfe\xed\0\0\0\x02", Shape::Jks),
            (b"PK\x03\x04", Shape::Archive("zip")),
            (b"\x1f\x8b\x08", Shape::Archive("gzip")),
            (b"hello", Shape::Text),
            (b"0123456789", Shape::Text),
            ("\u{e9}t\u{e9}".as_bytes(), Shape::Text),
            (b"\x01\x02", Shape::Binary),
            (b"\xff\xfeh\0i\0", Shape::Utf16(Some(Box::new(Shape::Text)))),
            (b"\xfe\xff\0h\0i", Shape::Utf16(Some(Box::new(Shape::Text)))),
            (b"<\0h\0>\0", Shape::Utf16(Some(Box::new(Shape::Html)))),
            (b"\0<\0h\0>", Shape::Utf16(Some(Box::new(Shape::Html)))),
            (b"\xff\xfe\0\xd8", Shape::Utf16(None)),
            (GOOD, pem_label("CERTIFICATE")),
        ];
        for (bytes, want) in cases {
            assert_eq!(recognise(bytes), *want, "{:?}", String::from_utf8_lossy(bytes));
        }
        assert!(matches!(recognise(&body), Shape::Base64Only(inside)
            if matches!(*inside, Shape::DerTruncated { .. })));
    }

    #[test]
    fn labels() {
        assert_eq!(meaning("X509 CERTIFICATE"), Meaning::Certificate);
        assert_eq!(meaning("NEW CERTIFICATE REQUEST"), Meaning::Request);
        assert_eq!(meaning("ATTRIBUTE CERTIFICATE"), Meaning::Other);
        assert_eq!(meaning("certificate"), Meaning::Other);
    }

    #[test]
    fn every_cut_and_flip_is_survived() {
        let whole = certificate();
        for at in 0..whole.len() {
            let mut flipped = whole.to_vec();
            flipped[at] ^= 0xff;
            recognise(&flipped);
            recognise(&whole[..at]);
        }
    }

    #[test]
    fn every_phrase_says_something() {
        let text =
            [Shape::Binary, Shape::Utf16(None), Shape::Pkcs12 { cipher: None, legacy: false }]
                .map(|shape| shape.to_string());
        assert_eq!(
            text,
            ["binary data of an unknown kind", "UTF-16 text", "a PKCS#12 file (.p12)"]
        );
        let inside = Shape::Base64Only(Box::new(Shape::DerCertificate)).to_string();
        assert!(inside.ends_with("holding a certificate in binary DER form"));
    }
}
