//! The two hashes OpenSSL names CA files by (`openssl x509 -subject_hash`, `-subject_hash_old`).

use md5::Md5;
use sha1::Sha1;
use sha2::Digest;

use super::der;

/// OpenSSL 1.0.0 and later: SHA-1 over the canonical name.
pub fn new(name: &[u8]) -> String {
    let mut canonical = Vec::new();
    for (_, rdn) in der::elements(der::elements(name)[0].1) {
        let mut attributes: Vec<_> =
            der::elements(rdn).into_iter().map(|(_, attribute)| fold(attribute)).collect();
        attributes.sort();
        canonical.extend(der::tlv(der::SET, &attributes.concat()));
    }
    first_four(&Sha1::digest(canonical))
}

/// Before: MD5 over the DER Name.
pub fn old(name: &[u8]) -> String {
    first_four(&Md5::digest(name))
}

/// An attribute with its text as UTF8String: blanks trimmed and collapsed, ASCII in lower case.
fn fold(attribute: &[u8]) -> Vec<u8> {
    let parts = der::elements(attribute);
    let (kind, (tag, value)) = (der::tlv(parts[0].0, parts[0].1), parts[1]);
    let text: String = match tag {
        0x0c => String::from_utf8(value.to_vec()).expect("UTF-8"),
        0x13 | 0x14 | 0x16 | 0x1a => value.iter().map(|byte| char::from(*byte)).collect(),
        _ => return der::sequence(&[&kind, &der::tlv(tag, value)]),
    };
    let words: Vec<_> = text.split([' ', '\t', '\n', '\x0b', '\x0c', '\r']).collect();
    let words: Vec<_> = words.into_iter().filter(|word| !word.is_empty()).collect();
    der::sequence(&[&kind, &der::utf8(&words.join(" ").to_ascii_lowercase())])
}

fn first_four(digest: &[u8]) -> String {
    digest[..4].iter().rev().map(|byte| format!("{byte:02x}")).collect()
}
