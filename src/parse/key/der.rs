//! Parses DER completely, with a name for the damaged part.

use pkcs8::der;
use pkcs8::der::asn1::AnyRef;
use pkcs8::der::{Decode, Reader, SliceReader, Tag, Tagged};
use zeroize::Zeroizing;

use crate::parse::ber;
use crate::parse::key::error::KeyError;

/// Reads the element at the start of `der`. `what` names it in errors.
pub(super) fn whole<'a, T>(
    what: &str,
    der: &'a [u8],
    read: impl FnOnce(&mut SliceReader<'a>) -> der::Result<T>,
) -> Result<T, KeyError> {
    let run = || {
        let mut reader = SliceReader::new(der)?;
        // OpenSSL ignores what follows.
        read(&mut reader)
    };
    run().map_err(|error: der::Error| KeyError::Malformed(format!("{what}: {error}")))
}

/// The bytes of an INTEGER as a non-negative number, big-endian, without leading zeros. As OpenSSL
/// reads those of keys (`bn_c2i`): sign and leading zeros are ignored.
pub(super) fn natural<'a>(reader: &mut impl Reader<'a>) -> der::Result<Vec<u8>> {
    let any = AnyRef::decode(reader)?;
    any.tag().assert_eq(Tag::Integer)?;
    let zeros = any.value().iter().take_while(|byte| **byte == 0).count();
    let digits = any.value().get(zeros..).filter(|digits| !digits.is_empty());
    Ok(digits.unwrap_or(&[0]).to_vec())
}

/// Reads a key in DER, or in BER as far as OpenSSL reads it.
pub(super) fn der_or_ber<T>(
    bytes: &[u8],
    read: impl Fn(&[u8]) -> Result<T, KeyError>,
) -> Result<T, KeyError> {
    match read(bytes) {
        Err(KeyError::Malformed(why)) => match ber::to_der(bytes).map(Zeroizing::new) {
            Some(written) => read(&written),
            None => Err(KeyError::Malformed(why)),
        },
        read => read,
    }
}

/// An error that is not about the DER.
pub(super) fn malformed(place: &str) -> KeyError {
    KeyError::Malformed(place.to_owned())
}
