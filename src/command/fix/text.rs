//! Makes the new content of a file from the old one.

use zeroize::Zeroizing;

use crate::load;
use crate::parse::cert::Certificate;
use crate::parse::file::Contents;
use crate::parse::shape::Meaning;
use crate::parse::{pem, pkcs7, shape};
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
        Made::Decoded => base64::decode(bytes)?,
        Made::Front(block) => to_front(bytes, *block),
        Made::Mended => pem::repair(bytes)?,
        Made::Pem => Zeroizing::new(certificates(bytes)?),
        Made::Utf8 => Zeroizing::new(utf16::decode(bytes)?.as_bytes().to_vec()),
    };
    let (old, new_contents) = (Contents::read(bytes), Contents::read(&new));
    let keeps = new_contents.certificates.len() >= old.certificates.len()
        && new_contents.keys.len() >= old.keys.len();
    (keeps && new_contents.is_read_as_it_is()).then_some(new)
}

/// PEM of a certificate in DER, or of the certificates in PKCS#7.
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
