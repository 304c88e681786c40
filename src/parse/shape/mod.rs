//! What a file is that holds no usable PEM block, told from its bytes alone.

use std::fmt;

use zeroize::Zeroizing;

use super::pem;

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
                write!(
                    f,
                    "incomplete binary DER: its header says {says} bytes, {has} are there"
                )
            }
            Self::Pem(label) => write!(f, "PEM: {label}"),
            Self::Pkcs12 {
                cipher: Some(cipher),
                ..
            } => {
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

/// What a PEM label announces.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Meaning {
    /// A certificate.
    Certificate,
    /// A revocation list.
    Crl,
    /// Curve parameters, as `openssl ecparam` puts before a key.
    EcParameters,
    /// A PKCS#8 key under a passphrase.
    EncryptedPrivateKey,
    /// A key of OpenSSH's own form.
    OpenSsh,
    /// None of these.
    Other,
    /// PKCS#7 or CMS.
    Pkcs7,
    /// A private key: PKCS#8, or traditional and then perhaps under a passphrase (`DEK-Info`).
    PrivateKey,
    /// A public key.
    PublicKey,
    /// A PKCS#10 request.
    Request,
    /// OpenSSL's certificate with trust settings behind it.
    TrustedCertificate,
}

/// What a block of this label holds, by the names of OpenSSL's pem.h and RFC 7468.
pub fn meaning(label: &str) -> Meaning {
    match label {
        "CERTIFICATE" | "X509 CERTIFICATE" => Meaning::Certificate,
        "TRUSTED CERTIFICATE" => Meaning::TrustedCertificate,
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Meaning::Request,
        "ENCRYPTED PRIVATE KEY" => Meaning::EncryptedPrivateKey,
        "OPENSSH PRIVATE KEY" => Meaning::OpenSsh,
        "ANY PRIVATE KEY" | "DSA PRIVATE KEY" | "EC PRIVATE KEY" | "PRIVATE KEY"
        | "RSA PRIVATE KEY" => Meaning::PrivateKey,
        "DSA PUBLIC KEY" | "EC PUBLIC KEY" | "ECDSA PUBLIC KEY" | "PUBLIC KEY"
        | "RSA PUBLIC KEY" => Meaning::PublicKey,
        "CRL" | "X509 CRL" => Meaning::Crl,
        "CMS" | "PKCS #7 SIGNED DATA" | "PKCS7" => Meaning::Pkcs7,
        "EC PARAMETERS" => Meaning::EcParameters,
        _ => Meaning::Other,
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
    magic(bytes).unwrap_or_else(|| {
        if is_text(bytes) {
            text(bytes)
        } else {
            der(bytes)
        }
    })
}

/// The announced and the actual size of a DER SEQUENCE that is cut off.
pub fn truncated_der(bytes: &[u8]) -> Option<(usize, usize)> {
    let header = Header::at(bytes).filter(|header| header.tag == SEQUENCE)?;
    let says = header.length?.checked_add(header.size)?;
    (says > bytes.len()).then_some((says, bytes.len()))
}

/// The text of a UTF-16 file, with or without byte order mark; `None` if it is none.
pub fn utf16(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let unit = match is_utf16(bytes)? {
        ByteOrder::Big => u16::from_be_bytes,
        ByteOrder::Little => u16::from_le_bytes,
    };
    let units = bytes.chunks_exact(2).map(|pair| match pair {
        [first, second] => unit([*first, *second]),
        _ => 0,
    });
    // A unit is three bytes of UTF-8 at most, so the text is never moved.
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() / 2 * 3));
    for decoded in char::decode_utf16(units) {
        text.push(decoded.ok()?);
    }
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Some(text)
}

/// Which byte of a UTF-16 unit comes first.
#[derive(Clone, Copy)]
enum ByteOrder {
    Big,
    Little,
}

/// Tells UTF-16 by its byte order mark, or by ASCII with a NUL at every other byte.
fn is_utf16(bytes: &[u8]) -> Option<ByteOrder> {
    let head = bytes.get(..bytes.len().min(SAMPLE)).unwrap_or(bytes);
    let nul_at = |index: usize| {
        head.len() > 3
            && head.chunks_exact(2).all(|pair| {
                pair.get(index) == Some(&0) && pair.get(1 - index).is_some_and(|byte| *byte != 0)
            })
    };
    match head {
        [0xff, 0xfe, ..] => Some(ByteOrder::Little),
        [0xfe, 0xff, ..] if !head.starts_with(JKS) => Some(ByteOrder::Big),
        _ if nul_at(1) => Some(ByteOrder::Little),
        _ => nul_at(0).then_some(ByteOrder::Big),
    }
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

/// UTF-8 without control characters but blanks. Looks at the start only: DER has control
/// characters (tags, lengths) in its first bytes.
fn is_text(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(SAMPLE)).unwrap_or(bytes);
    let controls = head
        .iter()
        .any(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace());
    let valid =
        std::str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true);
    !controls && valid
}

/// What kind of text it is.
fn text(bytes: &[u8]) -> Shape {
    let trimmed = bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(bytes)
        .trim_ascii();
    let starts = |prefixes: &[&str]| prefixes.iter().any(|p| trimmed.starts_with(p.as_bytes()));
    if starts(&[
        "ssh-",
        "ecdsa-sha2-",
        "sk-ssh-",
        "sk-ecdsa-",
        "---- BEGIN SSH2",
    ]) {
        return Shape::OpenSshPublicKey;
    }
    if let Some(label) = first_label(bytes) {
        return match label.as_str() {
            "OPENSSH PRIVATE KEY" => Shape::OpenSshPrivateKey,
            pgp if pgp.starts_with("PGP ") => Shape::PgpArmor,
            _ => Shape::Pem(label),
        };
    }
    match trimmed.first() {
        Some(b'<') => Shape::Html,
        Some(b'{' | b'[') => Shape::Json,
        _ if is_jwt(trimmed) => Shape::Jwt,
        _ => base64(trimmed).unwrap_or(Shape::Text),
    }
}

/// The label of the first PEM block, sound or not.
fn first_label(bytes: &[u8]) -> Option<String> {
    let first = pem::scan(bytes).blocks.into_iter().next()?;
    Some(first.map_or_else(|damage| damage.label, |block| block.label))
}

/// Three base64url segments, the first of which is a JSON object (RFC 7519 §3).
fn is_jwt(text: &[u8]) -> bool {
    let is_segment = |part: &[u8]| {
        part.iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let is_dot = |byte: &u8| *byte == b'.';
    text.starts_with(b"eyJ")
        && text.iter().copied().filter(is_dot).count() == 2
        && text.split(is_dot).all(is_segment)
}

/// Base64 of something that we know.
fn base64(text: &[u8]) -> Option<Shape> {
    let decoded = pem::decode_base64(text)?;
    match recognise(&decoded) {
        Shape::Archive(_) | Shape::Binary | Shape::Empty | Shape::Text => None,
        Shape::OnlyBlanks | Shape::OnlyNuls | Shape::Utf16(None) => None,
        inside => Some(Shape::Base64Only(Box::new(inside))),
    }
}

/// What a binary file is, by the tags of its outermost structure.
fn der(bytes: &[u8]) -> Shape {
    if let Some((says, has)) = truncated_der(bytes) {
        // A chance match of two bytes is not enough to call it DER.
        let inner = Header::at(bytes).and_then(|outer| bytes.get(outer.size).copied());
        return match inner {
            Some(SEQUENCE | INTEGER | OID) if says > 127 => Shape::DerTruncated { says, has },
            _ => Shape::Binary,
        };
    }
    let outer = children(bytes);
    let tags: Vec<u8> = outer.iter().map(|child| child.tag).collect();
    let first = outer.first().map_or(&[][..], |child| child.whole);
    match tags.as_slice() {
        [SEQUENCE, SEQUENCE, BIT_STRING, ..] => signed(first),
        [INTEGER, SEQUENCE, OCTET_STRING, ..] => Shape::DerPrivateKey(KeyForm::Pkcs8),
        [INTEGER, SEQUENCE, ..] if contains(bytes, PKCS7_ARC) => pkcs12(bytes),
        [OID, CONTEXT_0, ..] if contains(bytes, PKCS7_ARC) => Shape::Pkcs7,
        [SEQUENCE, OCTET_STRING] if is_algorithm(first) => Shape::DerEncryptedKey,
        [SEQUENCE, BIT_STRING] if is_algorithm(first) => Shape::DerPublicKey,
        [INTEGER, OCTET_STRING, ..] => Shape::DerPrivateKey(KeyForm::Sec1),
        [INTEGER, INTEGER] => Shape::DerPublicKey,
        integers if integers.iter().all(|tag| *tag == INTEGER) => match integers.len() {
            6 => Shape::DerPrivateKey(KeyForm::Dsa),
            9 => Shape::DerPrivateKey(KeyForm::Pkcs1),
            _ => Shape::Binary,
        },
        _ => Shape::Binary,
    }
}

/// Tells apart what is signed alike, by the first part (RFC 5280 §4.1, §5.1; RFC 2986 §4).
fn signed(part: &[u8]) -> Shape {
    let tags: Vec<u8> = children(part).iter().map(|child| child.tag).collect();
    match tags.as_slice() {
        [CONTEXT_0, ..] | [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, ..] => Shape::DerCertificate,
        [INTEGER, SEQUENCE, SEQUENCE] | [INTEGER, SEQUENCE, SEQUENCE, CONTEXT_0] => {
            Shape::DerCertificateRequest
        }
        [INTEGER, SEQUENCE, SEQUENCE, UTC_TIME | GENERALIZED_TIME, ..]
        | [SEQUENCE, SEQUENCE, UTC_TIME | GENERALIZED_TIME, ..] => Shape::DerCrl,
        _ => Shape::Binary,
    }
}

/// Looks for the password-based ciphers that a PKCS#12 file names (RFC 7292 appendix C).
///
/// They lie in octet strings of octet strings, often in BER; the object identifiers are long
/// enough to be found by their bytes.
fn pkcs12(bytes: &[u8]) -> Shape {
    let found = CIPHERS.iter().find(|(_, oid, _)| contains(bytes, oid));
    let (cipher, legacy) = found.map_or((None, false), |(name, _, old)| (Some(*name), *old));
    Shape::Pkcs12 { cipher, legacy }
}

/// Whether an AlgorithmIdentifier starts here.
fn is_algorithm(bytes: &[u8]) -> bool {
    children(bytes)
        .first()
        .is_some_and(|child| child.tag == OID)
}

/// Whether `needle` occurs. `needle` is short: time is linear.
fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

/// One value inside of another.
struct Child<'a> {
    tag: u8,
    /// With its header.
    whole: &'a [u8],
}

/// The first values inside of the SEQUENCE that `bytes` start with, as far as they are whole.
/// One of indefinite length (BER) ends the list.
fn children(bytes: &[u8]) -> Vec<Child<'_>> {
    let Some(outer) = Header::at(bytes).filter(|outer| outer.tag == SEQUENCE) else {
        return Vec::new();
    };
    let end = outer
        .length
        .map_or(bytes.len(), |length| outer.size.saturating_add(length));
    let mut rest = bytes.get(outer.size..end.min(bytes.len())).unwrap_or(&[]);
    let mut found = Vec::new();
    while let Some(header) = Header::at(rest).filter(|_| found.len() < MAX_CHILDREN) {
        let size = header
            .length
            .and_then(|length| length.checked_add(header.size));
        let (whole, after) = rest.split_at(size.unwrap_or(rest.len()).min(rest.len()));
        found.push(Child {
            tag: header.tag,
            whole,
        });
        rest = after;
    }
    found
}

/// Tag and length of a BER value.
struct Header {
    tag: u8,
    /// Bytes of tag and length.
    size: usize,
    /// Bytes that follow; `None` if indefinite.
    length: Option<usize>,
}

impl Header {
    /// The header at the start of `bytes` (X.690 §8.1), for one-byte tags and lengths up to 2³²-1.
    fn at(bytes: &[u8]) -> Option<Self> {
        let (&tag, rest) = bytes.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let count = usize::from(first & 0x7f);
        let length = match first {
            0x80 => None,
            0..0x80 => Some(count),
            _ if count > 4 => return None,
            _ => {
                let digits = rest.get(..count)?.iter();
                Some(digits.fold(0, |value, byte| value * 256 + usize::from(*byte)))
            }
        };
        let size = if first > 0x80 { 2 + count } else { 2 };
        Some(Self { tag, size, length })
    }
}

/// Bytes looked at to tell text from binary.
const SAMPLE: usize = 4096;

/// Values looked at inside of a SEQUENCE: a certificate has at most ten (RFC 5280 §4.1).
const MAX_CHILDREN: usize = 16;

const BIT_STRING: u8 = 0x03;
const CONTEXT_0: u8 = 0xa0;
const GENERALIZED_TIME: u8 = 0x18;
const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const OID: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
const UTC_TIME: u8 = 0x17;

/// What a Java key store starts with (sun.security.provider.JavaKeyStore).
const JKS: &[u8] = &[0xfe, 0xed, 0xfe, 0xed];

/// 1.2.840.113549.1.7, all but the last number.
const PKCS7_ARC: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07];

/// Name, object identifier, and whether OpenSSL 3 wants `-legacy`; the oldest first.
const CIPHERS: &[(&str, &[u8], bool)] = &[
    ("RC2-40", b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x06", true),
    ("RC4-40", b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x02", true),
    ("RC2-128", b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x05", true),
    ("RC4-128", b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x01", true),
    (
        "3DES with two keys",
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x04",
        false,
    ),
    ("3DES", b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x03", false),
    ("PBES2", b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d", false),
];

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &[u8] = include_bytes!("../../testdata/pem/good.pem");

    fn certificate() -> Zeroizing<Vec<u8>> {
        pem::scan(GOOD).blocks.remove(0).unwrap().bytes
    }

    /// DER of `tag` around `parts`, for content below 128 bytes.
    fn wrap(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        [
            &[tag, u8::try_from(content.len()).unwrap()],
            content.as_slice(),
        ]
        .concat()
    }

    #[test]
    fn binary_shapes() {
        let int = wrap(INTEGER, &[&[1]]);
        let octets = wrap(OCTET_STRING, &[&[1]]);
        let bits = wrap(BIT_STRING, &[&[0, 1]]);
        let algorithm = wrap(SEQUENCE, &[&wrap(OID, &[b"\x2a\x03"])]);
        let name = wrap(SEQUENCE, &[]);
        let time = wrap(UTC_TIME, &[b"260101000000Z"]);
        let data = wrap(OID, &[PKCS7_ARC, &[1]]);
        let info = wrap(CONTEXT_0, &[]);
        let seq = |parts: &[&[u8]]| wrap(SEQUENCE, parts);
        let signed = |part: &[u8]| seq(&[part, &algorithm, &bits]);
        let cases = [
            (
                signed(&seq(&[&int, &name, &name])),
                Shape::DerCertificateRequest,
            ),
            (
                signed(&seq(&[&int, &name, &name, &info])),
                Shape::DerCertificateRequest,
            ),
            (
                signed(&seq(&[&int, &name, &name, &name])),
                Shape::DerCertificate,
            ),
            (signed(&seq(&[&int, &name, &name, &time])), Shape::DerCrl),
            (signed(&seq(&[&name, &name, &time])), Shape::DerCrl),
            (
                seq(&[&int, &algorithm, &octets]),
                Shape::DerPrivateKey(KeyForm::Pkcs8),
            ),
            (seq(&[&int, &octets]), Shape::DerPrivateKey(KeyForm::Sec1)),
            (seq(&[&*int; 9]), Shape::DerPrivateKey(KeyForm::Pkcs1)),
            (seq(&[&*int; 6]), Shape::DerPrivateKey(KeyForm::Dsa)),
            (seq(&[&*int; 5]), Shape::Binary),
            (seq(&[&algorithm, &octets]), Shape::DerEncryptedKey),
            (seq(&[&algorithm, &bits]), Shape::DerPublicKey),
            (seq(&[&int, &int]), Shape::DerPublicKey),
            (seq(&[&data, &info]), Shape::Pkcs7),
            (
                seq(&[&int, &seq(&[&data])]),
                Shape::Pkcs12 {
                    cipher: None,
                    legacy: false,
                },
            ),
        ];
        for (bytes, want) in cases {
            assert_eq!(recognise(&bytes), want, "{bytes:02x?}");
        }
        assert_eq!(recognise(&certificate()), Shape::DerCertificate);
    }

    #[test]
    fn the_oldest_cipher_of_a_pkcs12_file() {
        for (name, oid, legacy) in CIPHERS {
            let newest = CIPHERS.last().unwrap().1;
            let oids = [
                wrap(OID, &[PKCS7_ARC, &[1]]),
                wrap(OID, &[newest]),
                wrap(OID, &[oid]),
            ];
            let file = wrap(SEQUENCE, &[&[2, 1, 3], &wrap(SEQUENCE, &[&oids.concat()])]);
            let want = Shape::Pkcs12 {
                cipher: Some(*name),
                legacy: *legacy,
            };
            assert_eq!(recognise(&file), want);
        }
    }

    #[test]
    fn cut_der_says_both_sizes() {
        let whole = certificate();
        let size = whole.len();
        assert_eq!(truncated_der(&whole), None);
        assert_eq!(truncated_der(&whole[..size - 1]), Some((size, size - 1)));
        let cut = Shape::DerTruncated {
            says: size,
            has: size - 1,
        };
        assert_eq!(recognise(&whole[..size - 1]), cut);
        assert_eq!(truncated_der(b""), None);
        assert_eq!(
            truncated_der(b"\x30\x84\xff\xff\xff\xff"),
            Some((0x1_0000_0005, 6))
        );
        assert_eq!(truncated_der(b"\x30\x85\xff\xff\xff\xff\xff"), None);
        assert_eq!(truncated_der(b"\x30\x80"), None);
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
            (b"\xef\xbb\xbf[1]", Shape::Json),
            (b"eyJhbGciOiJub25lIn0.eyJ9.", Shape::Jwt),
            (b"eyJhbGciOiJub25lIn0.eyJ9", Shape::Text),
            (b"eyJhbGciOiJub25lIn0.eyJ9.a.b", Shape::Text),
            (b"ssh-rsa AAAA me@here", Shape::OpenSshPublicKey),
            (
                b"---- BEGIN SSH2 PUBLIC KEY ----\n",
                Shape::OpenSshPublicKey,
            ),
            (
                b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n",
                Shape::OpenSshPrivateKey,
            ),
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
            assert_eq!(
                recognise(bytes),
                *want,
                "{:?}",
                String::from_utf8_lossy(bytes)
            );
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
        let text = [
            Shape::Binary,
            Shape::Utf16(None),
            Shape::Pkcs12 {
                cipher: None,
                legacy: false,
            },
        ]
        .map(|shape| shape.to_string());
        assert_eq!(
            text,
            [
                "binary data of an unknown kind",
                "UTF-16 text",
                "a PKCS#12 file (.p12)"
            ]
        );
        let inside = Shape::Base64Only(Box::new(Shape::DerCertificate)).to_string();
        assert!(inside.ends_with("holding a certificate in binary DER form"));
    }
}
