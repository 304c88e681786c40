//! Encrypted PKCS#8 keys: PBES2 (RFC 8018). Limits are checked before any work is done.

use pbkdf2::pbkdf2_hmac;
use pkcs8::der::asn1::{AnyRef, OctetStringRef};
use pkcs8::der::{Decode, Reader, SliceReader, Tag};
use pkcs8::{AlgorithmIdentifierRef, ObjectIdentifier};
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use crate::crypto::algorithm;
use crate::crypto::decrypt::cipher::CbcCipher;
use crate::crypto::decrypt::error::DecryptError;

/// Decrypts an `EncryptedPrivateKeyInfo` into the DER of a `PrivateKeyInfo`.
///
/// # Errors
///
/// See [`DecryptError`]. `Ok` means only that the padding fits, which happens with one wrong
/// passphrase in 256. If the plaintext does not parse, the passphrase was wrong.
pub fn decrypt_pkcs8(der: &[u8], passphrase: &[u8]) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
    let (algorithm, body) = envelope(der)?;
    if algorithm.oid != PBES2 {
        return Err(DecryptError::Unsupported(algorithm_name(algorithm.oid)));
    }
    let (kdf, encryption) = pbes2_algorithms(algorithm)?;
    let (cipher, iv) = cipher_and_iv(encryption)?;
    let derivation = KeyDerivation::read(kdf)?;
    if derivation.key_bytes.is_some_and(|bytes| usize::from(bytes) != cipher.key_bytes) {
        return Err(DecryptError::Malformed(format!("key length of {}", algorithm_name(kdf.oid))));
    }
    let mut key = Zeroizing::new(vec![0; cipher.key_bytes]);
    derivation.derive(passphrase, &mut key)?;
    cipher.decrypt(&key, iv, body).ok_or(DecryptError::WrongPassphrase)
}

/// What it costs to derive the key, in units of about one microsecond. 0 if no key is derived.
pub fn derivation_units(der: &[u8]) -> u64 {
    let read = || {
        let (algorithm, _) = envelope(der)?;
        let (kdf, encryption) = pbes2_algorithms(algorithm)?;
        let (cipher, _) = cipher_and_iv(encryption)?;
        Ok::<_, DecryptError>(KeyDerivation::read(kdf)?.units(cipher.key_bytes))
    };
    read().unwrap_or(0)
}

/// How an `EncryptedPrivateKeyInfo` is encrypted: `PBES2, PBKDF2-HMAC-SHA256, AES-256-CBC`.
///
/// If a part cannot be read, the name has only the parts before it.
pub fn encryption_name(der: &[u8]) -> String {
    let Ok((algorithm, _)) = envelope(der) else {
        return "unreadable".to_owned();
    };
    if algorithm.oid != PBES2 {
        return algorithm_name(algorithm.oid);
    }
    let Ok((kdf, cipher)) = pbes2_algorithms(algorithm) else {
        return "PBES2".to_owned();
    };
    format!("PBES2, {}, {}", kdf_name(kdf), algorithm_name(cipher.oid))
}

/// `EncryptedPrivateKeyInfo` (RFC 5208 §6): its algorithm and its body.
fn envelope(der: &[u8]) -> Result<(AlgorithmIdentifierRef<'_>, &[u8]), DecryptError> {
    let read = || {
        let mut reader = SliceReader::new(der)?;
        let parts = reader.sequence(|inner| -> pkcs8::der::Result<_> {
            let algorithm = AlgorithmIdentifierRef::decode(inner)?;
            Ok((algorithm, <&OctetStringRef>::decode(inner)?.as_bytes()))
        })?;
        reader.finish()?;
        Ok(parts)
    };
    read().map_err(|error| malformed("EncryptedPrivateKeyInfo", error))
}

/// `PBES2-params` (RFC 8018 §A.4): key derivation and cipher.
fn pbes2_algorithms(
    algorithm: AlgorithmIdentifierRef<'_>,
) -> Result<(AlgorithmIdentifierRef<'_>, AlgorithmIdentifierRef<'_>), DecryptError> {
    parameters_of(algorithm)
        .and_then(|any| any.sequence(|inner| Ok((inner.decode()?, inner.decode()?))))
        .map_err(|error| malformed("PBES2 parameters", error))
}

/// The cipher and its initialisation vector.
fn cipher_and_iv(
    algorithm: AlgorithmIdentifierRef<'_>,
) -> Result<(&'static CbcCipher, &[u8]), DecryptError> {
    let name = algorithm_name(algorithm.oid);
    let Some(cipher) = CbcCipher::named(&name) else {
        return Err(DecryptError::Unsupported(name));
    };
    let iv = parameters_of(algorithm)
        .and_then(|any| any.decode_as::<&OctetStringRef>())
        .map_err(|error| malformed(&name, error))?
        .as_bytes();
    if iv.len() != cipher.block_bytes {
        return Err(DecryptError::Malformed(format!(
            "{name} initialisation vector has a wrong length"
        )));
    }
    Ok((cipher, iv))
}

/// How a key is derived from the passphrase.
struct KeyDerivation<'a> {
    salt: &'a [u8],
    /// Length of the key, if the file says it.
    key_bytes: Option<u16>,
    function: Function,
}

/// The function. Its parameters are within certok's limits.
enum Function {
    Pbkdf2 { prf: &'static Prf, iterations: u32 },
    Scrypt(scrypt::Params),
}

/// A pseudo-random function of PBKDF2.
struct Prf {
    oid: ObjectIdentifier,
    /// Length of one block of its output.
    bytes: usize,
    /// Takes passphrase, salt, iterations and the key to fill.
    derive: fn(&[u8], &[u8], u32, &mut [u8]),
}

impl<'a> KeyDerivation<'a> {
    /// Reads the parameters. The decoder of the crate pkcs5 takes no salt above 32 bytes and has no
    /// limits.
    fn read(kdf: AlgorithmIdentifierRef<'a>) -> Result<Self, DecryptError> {
        match kdf.oid {
            PBKDF2 => pbkdf2(kdf),
            SCRYPT => scrypt(kdf),
            oid => Err(DecryptError::Unsupported(algorithm_name(oid))),
        }
    }

    /// The work to derive a key of this length, in units of about one microsecond.
    fn units(&self, key_bytes: usize) -> u64 {
        match &self.function {
            Function::Pbkdf2 { prf, iterations } => {
                let blocks = u64::try_from(key_bytes.div_ceil(prf.bytes)).unwrap_or(u64::MAX);
                u64::from(*iterations).saturating_mul(blocks) / ITERATIONS_IN_UNIT
            }
            Function::Scrypt(params) => {
                let numbers = [u64::from(params.r()), u64::from(params.p())];
                let blocks = numbers.iter().fold(1, |sum: u64, n| sum.saturating_mul(*n));
                let bytes = blocks.saturating_mul(128) << params.log_n().min(32);
                bytes / SCRYPT_BYTES_IN_UNIT
            }
        }
    }

    /// Derives the key into `key`.
    fn derive(&self, passphrase: &[u8], key: &mut [u8]) -> Result<(), DecryptError> {
        match &self.function {
            Function::Pbkdf2 { prf, iterations } => {
                (prf.derive)(passphrase, self.salt, *iterations, key);
                Ok(())
            }
            Function::Scrypt(params) => scrypt::scrypt(passphrase, self.salt, params, key)
                .map_err(|error| DecryptError::Malformed(format!("scrypt: {error}"))),
        }
    }
}

/// `PBKDF2-params` (RFC 8018 §A.2), with certok's limit.
fn pbkdf2(kdf: AlgorithmIdentifierRef<'_>) -> Result<KeyDerivation<'_>, DecryptError> {
    let (salt, iteration_count, key_bytes, prf) =
        pbkdf2_fields(kdf).map_err(|error| malformed("PBKDF2 parameters", error))?;
    if iteration_count > u64::from(MAX_ITERATIONS) {
        return Err(DecryptError::TooExpensive(format!(
            "{iteration_count} iterations of PBKDF2; at most {MAX_ITERATIONS} are done"
        )));
    }
    if iteration_count == 0 {
        return Err(DecryptError::Malformed("PBKDF2 without iterations".to_owned()));
    }
    let prf = prf.unwrap_or(DEFAULT_PRF);
    let Some(prf) = PRFS.iter().find(|known| known.oid == prf) else {
        let name = algorithm_name(prf);
        return Err(DecryptError::Unsupported(format!("PBKDF2 with {name}")));
    };
    Ok(KeyDerivation {
        salt,
        key_bytes,
        function: Function::Pbkdf2 {
            prf,
            iterations: u32::try_from(iteration_count).unwrap_or(MAX_ITERATIONS),
        },
    })
}

/// Salt, iterations, key length, and the algorithm of the pseudo-random function.
type Pbkdf2Fields<'a> = (&'a [u8], u64, Option<u16>, Option<ObjectIdentifier>);

/// The fields as they are encoded. Some writers leave out the NULL parameters of the function.
fn pbkdf2_fields(kdf: AlgorithmIdentifierRef<'_>) -> pkcs8::der::Result<Pbkdf2Fields<'_>> {
    parameters_of(kdf)?.sequence(|inner| {
        let salt = <&OctetStringRef>::decode(inner)?.as_bytes();
        let iterations = inner.decode()?;
        let key_bytes = inner.decode()?;
        let prf = Option::<AlgorithmIdentifierRef<'_>>::decode(inner)?;
        Ok((salt, iterations, key_bytes, prf.map(|prf| prf.oid)))
    })
}

/// `scrypt-params` (RFC 7914 §7.1), with certok's limits.
fn scrypt(kdf: AlgorithmIdentifierRef<'_>) -> Result<KeyDerivation<'_>, DecryptError> {
    let (salt, cost, block_size, parallelization, key_bytes) = parameters_of(kdf)
        .and_then(|any| {
            any.sequence(|inner| {
                let salt = <&OctetStringRef>::decode(inner)?.as_bytes();
                let cost = u64::decode(inner)?;
                Ok((salt, cost, u16::decode(inner)?, u16::decode(inner)?, inner.decode()?))
            })
        })
        .map_err(|error| malformed("scrypt parameters", error))?;
    if cost < 2 || !cost.is_power_of_two() {
        return Err(DecryptError::Malformed("scrypt cost is not a power of two".to_owned()));
    }
    let bytes = cost.saturating_mul(128).saturating_mul(u64::from(block_size));
    let work = bytes.saturating_mul(u64::from(parallelization));
    if bytes > MAX_SCRYPT_BYTES || work > MAX_SCRYPT_BYTES {
        return Err(DecryptError::TooExpensive(format!(
            "{bytes} bytes of memory {parallelization} times for scrypt; at most \
             {MAX_SCRYPT_BYTES} are used in all"
        )));
    }
    let log_cost = u8::try_from(cost.ilog2()).unwrap_or(u8::MAX);
    let params = scrypt::Params::new(log_cost, u32::from(block_size), u32::from(parallelization))
        .map_err(|_| DecryptError::Malformed("parameters of scrypt".to_owned()))?;
    Ok(KeyDerivation { salt, key_bytes, function: Function::Scrypt(params) })
}

/// `PBKDF2-HMAC-SHA256`, `scrypt`, or the name of another function.
fn kdf_name(kdf: AlgorithmIdentifierRef<'_>) -> String {
    let name = algorithm_name(kdf.oid);
    match pbkdf2_fields(kdf) {
        Ok((.., prf)) if kdf.oid == PBKDF2 => {
            format!("{name}-{}", algorithm_name(prf.unwrap_or(DEFAULT_PRF)))
        }
        _ => name,
    }
}

/// The usual name of an algorithm, or its OID.
fn algorithm_name(oid: ObjectIdentifier) -> String {
    algorithm::name(&oid.to_string()).to_owned()
}

/// The parameters. They are required.
fn parameters_of(algorithm: AlgorithmIdentifierRef<'_>) -> pkcs8::der::Result<AnyRef<'_>> {
    algorithm.parameters.ok_or_else(|| Tag::Sequence.value_error().into())
}

/// The error for malformed DER, with its place.
fn malformed(what: &str, error: pkcs8::der::Error) -> DecryptError {
    DecryptError::Malformed(format!("{what}: {error}"))
}

const PBES2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.13");
const PBKDF2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.12");
const SCRYPT: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.11591.4.11");

/// HMAC-SHA1, which RFC 8018 §A.2 prescribes if the file names none.
const DEFAULT_PRF: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.7");

/// The pseudo-random functions of PBKDF2 that certok has (RFC 8018 §B.1.2).
const PRFS: &[Prf] = &[
    Prf { oid: DEFAULT_PRF, bytes: 20, derive: pbkdf2_hmac::<Sha1> },
    Prf {
        oid: ObjectIdentifier::new_unwrap("1.2.840.113549.2.8"),
        bytes: 28,
        derive: pbkdf2_hmac::<Sha224>,
    },
    Prf {
        oid: ObjectIdentifier::new_unwrap("1.2.840.113549.2.9"),
        bytes: 32,
        derive: pbkdf2_hmac::<Sha256>,
    },
    Prf {
        oid: ObjectIdentifier::new_unwrap("1.2.840.113549.2.10"),
        bytes: 48,
        derive: pbkdf2_hmac::<Sha384>,
    },
    Prf {
        oid: ObjectIdentifier::new_unwrap("1.2.840.113549.2.11"),
        bytes: 64,
        derive: pbkdf2_hmac::<Sha512>,
    },
];

/// Most iterations: about half a second. OpenSSL writes 2048, password managers up to 600 000.
pub const MAX_ITERATIONS: u32 = 2_500_000;

/// Most memory of scrypt over all its passes: p·128·N·r bytes (RFC 7914 §2). The default limit of
/// OpenSSL is 32 MiB for one pass.
pub const MAX_SCRYPT_BYTES: u64 = 64 << 20;

/// Iterations of PBKDF2 that take about one microsecond, for one block.
const ITERATIONS_IN_UNIT: u64 = 5;

/// Bytes of memory that scrypt fills and reads in about one microsecond.
const SCRYPT_BYTES_IN_UNIT: u64 = 150;

#[cfg(test)]
mod tests;
