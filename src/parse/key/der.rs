//! Reading DER to its end, with a name for what is damaged.

use pkcs8::der;
use pkcs8::der::asn1::UintRef;
use pkcs8::der::{Decode, Reader, SliceReader};

use crate::parse::key::error::KeyError;

/// Reads all of `der`; `what` names it when it is damaged or something follows.
pub(super) fn whole<'a, T>(
    what: &str,
    der: &'a [u8],
    read: impl FnOnce(&mut SliceReader<'a>) -> der::Result<T>,
) -> Result<T, KeyError> {
    let run = || {
        let mut reader = SliceReader::new(der)?;
        let value = read(&mut reader)?;
        reader.finish()?;
        Ok(value)
    };
    run().map_err(|error: der::Error| KeyError::Malformed(format!("{what}: {error}")))
}

/// An INTEGER that is not negative, big-endian, without leading zeros.
pub(super) fn natural<'a>(reader: &mut impl Reader<'a>) -> der::Result<Vec<u8>> {
    Ok(UintRef::decode(reader)?.as_bytes().to_vec())
}

/// A fault that is not the DER's.
pub(super) fn malformed(place: &str) -> KeyError {
    KeyError::Malformed(place.to_owned())
}
