//! What a file without usable PEM is, by its bytes alone.

mod der;
mod kind;
mod label;
mod text;

pub use crate::parse::shape::kind::{KeyForm, Shape, Store};
pub use crate::parse::shape::label::{Meaning, meaning};
use crate::parse::shape::text::{bare, is_text};
use crate::text::{base64, utf16};

/// The kind of `bytes`. Linear in their length; never panics.
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
    if utf16::byte_order(bytes).is_some() {
        let inside = utf16::decode(bytes).map(|text| Box::new(recognise(text.as_bytes())));
        return Shape::Utf16(inside);
    }
    if let Some(shape) = magic(bytes) {
        return shape;
    }
    if !is_text(bytes) {
        return der::der(bytes);
    }
    match text::text(bytes) {
        Shape::Text => in_base64(bare(bytes)).unwrap_or(Shape::Text),
        shape => shape,
    }
}

/// Base64 of something that certok knows.
fn in_base64(text: &[u8]) -> Option<Shape> {
    let decoded = base64::decode(text)?;
    match recognise(&decoded) {
        Shape::Archive(_) | Shape::Binary | Shape::Empty | Shape::Text => None,
        Shape::OnlyBlanks | Shape::OnlyNuls | Shape::Utf16(None) => None,
        inside => Some(Shape::Base64Only(Box::new(inside))),
    }
}

/// Files that can be recognised by their first bytes.
fn magic(bytes: &[u8]) -> Option<Shape> {
    let shape = match bytes {
        [0xfe, 0xed, 0xfe, 0xed, ..] | [0xce, 0xce, 0xce, 0xce, ..] => Shape::Jks,
        [b'o', b'p', b'e', b'n', b's', b's', b'h', b'-', b'k', b'e', b'y', b'-', ..] => {
            Shape::OpenSshPrivateKey
        }
        [b'P', b'K', 3, 4, ..] => Shape::Archive("zip"),
        [0, b'G', b'I', b'T', b'C', b'R', b'Y', b'P', b'T', ..] => Shape::Stored(Store::GitCrypt),
        [0x1f, 0x8b, ..] => Shape::Archive("gzip"),
        [b'B', b'Z', b'h', b'1'..=b'9', ..] => Shape::Archive("bzip2"),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Shape::Archive("xz"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Shape::Archive("zstd"),
        [b'S', b'a', b'l', b't', b'e', b'd', b'_', b'_', ..] => Shape::Stored(Store::OpensslEnc),
        // Session keys of versions 3 and 4 (RFC 4880 5.1 and 5.3) come before the encrypted data.
        [0x84 | 0xc1, _, 3, ..]
        | [0x85, 1 | 2, _, 3, ..]
        | [0x8c | 0xc3, 4..=40, 4, 1..=13, ..] => Shape::PgpArmor,
        _ => return None,
    };
    Some(shape)
}

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
            (b"root.pem", Shape::LinkText("root.pem".into())),
            (b"../ca/3f0a9b44.0\n", Shape::LinkText("../ca/3f0a9b44.0".into())),
            (b"!<symlink>root.pem", Shape::LinkText("root.pem".into())),
            (b"XSym\n0008\n6e45\nroot.pem\n   ", Shape::LinkText("root.pem".into())),
            (b"www.example.org", Shape::Text),
            (b"see root.pem", Shape::Text),
            (b"\0GITCRYPT\0x", Shape::Stored(Store::GitCrypt)),
            (b"$ANSIBLE_VAULT;1.1;AES256\n61", Shape::Stored(Store::AnsibleVault)),
            (b"c: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n", Shape::Stored(Store::AnsibleVault)),
            (b"vault:v1:8SDd3WHDOjf7mq69", Shape::Stored(Store::VaultTransit)),
            (b"{{ grid_cert }}\n", Shape::Stored(Store::Template)),
            (
                b"apiVersion: bitnami.com/v1\nkind: SealedSecret\n",
                Shape::Stored(Store::SealedSecret),
            ),
            (b"Salted__\x01\x02", Shape::Stored(Store::OpensslEnc)),
            (b"\x85\x02\x0c\x03\x01", Shape::PgpArmor),
            (b"\x8c\x0d\x04\x09\x03", Shape::PgpArmor),
            (b"\x8c\x0d\x05\x09\x03", Shape::Binary),
            (b"version https://git-lfs.github.com/spec/v1\n", Shape::Stored(Store::GitLfs)),
            (b"age-encryption.org/v1\n", Shape::Stored(Store::Age)),
            (b"PuTTY-User-Key-File-3: ssh-rsa\n", Shape::Stored(Store::Putty)),
            (b"{\"data\": \"ENC[AES256_GCM,data:x]\"}", Shape::Stored(Store::Sops)),
            (b"a: ENC[AES256_GCM,data:x]\n", Shape::Stored(Store::Sops)),
            (b"apiVersion: v1\nkind: Config\n", Shape::Stored(Store::Kubeconfig)),
            (b"---\napiVersion: v1\nkind: Secret\n", Shape::Stored(Store::KubernetesSecret)),
            (b"-----BEGIN%20CERTIFICATE-----%0AMII", Shape::Stored(Store::Percent)),
            (b"<?xml version=\"1.0\"?><a/>", Shape::Stored(Store::Xml)),
            (b"<X509Data/>", Shape::Stored(Store::Xml)),
            (
                b"cert: |\n  -----BEGIN CERTIFICATE-----\n  MIIDqDCCApCgAwIBAgIU\n",
                Shape::Stored(Store::Yaml),
            ),
            (b"{\"crt\": \"-----BEGIN CERTIFICATE-----\\nMII\"}", Shape::Json),
            (b"0123456789", Shape::Text),
            ("\u{e9}t\u{e9}".as_bytes(), Shape::Text),
            (b"\x01\x02", Shape::Binary),
            (b"\xff\xfeh\0i\0", Shape::Utf16(Some(Box::new(Shape::Text)))),
            (b"\xfe\xff\0h\0i", Shape::Utf16(Some(Box::new(Shape::Text)))),
            (b"<\0h\0>\0", Shape::Utf16(Some(Box::new(Shape::Stored(Store::Xml))))),
            (b"\0<\0h\0>", Shape::Utf16(Some(Box::new(Shape::Stored(Store::Xml))))),
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
