//! PKCS#8 under a passphrase: PBES2 (RFC 8018), with limits before work.

use pkcs8::AlgorithmIdentifierRef;
use pkcs8::ObjectIdentifier;
use pkcs8::der::Decode;
use pkcs8::der::Reader;
use pkcs8::der::SliceReader;
use pkcs8::der::Tag;
use pkcs8::der::asn1::AnyRef;
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::pkcs5::pbes2;
use pkcs8::pkcs5::pbes2::EncryptionScheme;
use pkcs8::pkcs5::pbes2::Kdf;
use pkcs8::pkcs5::pbes2::Pbkdf2Params;
use pkcs8::pkcs5::pbes2::Pbkdf2Prf;
use pkcs8::pkcs5::pbes2::ScryptParams;
use zeroize::Zeroizing;

use crate::crypto::decrypt::DecryptError;
use crate::crypto::decrypt::algorithm_name;

/// Decrypts an `EncryptedPrivateKeyInfo` into the DER of a `PrivateKeyInfo`.
///
/// # Errors
///
/// See [`DecryptError`]. `Ok` means that the padding was good, which a wrong passphrase achieves
/// once in 256 times: a plaintext that does not parse is a wrong passphrase, too.
pub fn decrypt_pkcs8(der: &[u8], passphrase: &[u8]) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
    let (algorithm, body) = envelope(der)?;
    if algorithm.oid != pbes2::PBES2_OID {
        return Err(DecryptError::Unsupported(algorithm_name(algorithm.oid)));
    }
    let parameters = pbes2_parameters(algorithm)?;
    let mut buffer = Zeroizing::new(body.to_vec());
    let length = parameters
        .decrypt_in_place(passphrase, &mut buffer)
        .map_err(wrong_or_malformed)?
        .len();
    buffer.truncate(length);
    Ok(buffer)
}

/// What deriving the key costs, in units of about one microsecond; 0 where nothing is derived.
pub fn derivation_units(der: &[u8]) -> u64 {
    let parameters = envelope(der).and_then(|(algorithm, _)| pbes2_parameters(algorithm));
    match parameters.map(|parameters| (parameters.kdf, parameters.encryption.key_size())) {
        Ok((Kdf::Pbkdf2(params), key_bytes)) => {
            let blocks = key_bytes.div_ceil(prf_bytes(params.prf));
            let blocks = u64::try_from(blocks).unwrap_or(u64::MAX);
            let iterations = u64::from(params.iteration_count).saturating_mul(blocks);
            iterations / ITERATIONS_IN_UNIT
        }
        Ok((Kdf::Scrypt(params), _)) => {
            let passes = u64::from(params.parallelization);
            scrypt_bytes(&params).saturating_mul(passes) / SCRYPT_BYTES_IN_UNIT
        }
        _ => 0,
    }
}

/// Bytes of one block that PBKDF2 makes.
fn prf_bytes(prf: Pbkdf2Prf) -> usize {
    match prf {
        Pbkdf2Prf::HmacWithSha1 => 20,
        Pbkdf2Prf::HmacWithSha224 => 28,
        Pbkdf2Prf::HmacWithSha384 => 48,
        Pbkdf2Prf::HmacWithSha512 => 64,
        _ => 32,
    }
}

/// Memory of one run of scrypt (RFC 7914 §2).
fn scrypt_bytes(params: &ScryptParams<'_>) -> u64 {
    let blocks = u64::from(params.block_size);
    params
        .cost_parameter
        .saturating_mul(128)
        .saturating_mul(blocks)
}

/// How an `EncryptedPrivateKeyInfo` is encrypted: `PBES2, PBKDF2-HMAC-SHA256, AES-256-CBC`.
///
/// Whatever cannot be read is named by what could be.
pub fn encryption_name(der: &[u8]) -> String {
    let Ok((algorithm, _)) = envelope(der) else {
        return "unreadable".to_owned();
    };
    if algorithm.oid != pbes2::PBES2_OID {
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
        let parts = reader.sequence(|inner| {
            let algorithm = AlgorithmIdentifierRef::decode(inner)?;
            Ok((algorithm, OctetStringRef::decode(inner)?.as_bytes()))
        })?;
        reader.finish(parts)
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

/// The parameters, read here because pkcs5's own decoder panics on a short DES vector and a
/// scrypt cost of zero, and because limits come before work.
fn pbes2_parameters(
    algorithm: AlgorithmIdentifierRef<'_>,
) -> Result<pbes2::Parameters<'_>, DecryptError> {
    let (kdf, cipher) = pbes2_algorithms(algorithm)?;
    let encryption = encryption_scheme(cipher)?;
    let kdf = match kdf.oid {
        pbes2::PBKDF2_OID => Kdf::Pbkdf2(pbkdf2(kdf)?),
        pbes2::SCRYPT_OID => Kdf::Scrypt(scrypt(kdf)?),
        oid => return Err(DecryptError::Unsupported(algorithm_name(oid))),
    };
    Ok(pbes2::Parameters { kdf, encryption })
}

/// The cipher and its initialisation vector.
fn encryption_scheme(
    cipher: AlgorithmIdentifierRef<'_>,
) -> Result<EncryptionScheme<'_>, DecryptError> {
    let name = algorithm_name(cipher.oid);
    let vector = || {
        let bytes = parameters_of(cipher).and_then(|any| any.decode_as::<OctetStringRef<'_>>());
        bytes
            .map(|iv| iv.as_bytes())
            .map_err(|error| malformed(&name, error))
    };
    let wrong_length =
        |_| DecryptError::Malformed(format!("{name} initialisation vector has a wrong length"));
    Ok(match cipher.oid {
        pbes2::AES_128_CBC_OID => EncryptionScheme::Aes128Cbc {
            iv: vector()?.try_into().map_err(wrong_length)?,
        },
        pbes2::AES_192_CBC_OID => EncryptionScheme::Aes192Cbc {
            iv: vector()?.try_into().map_err(wrong_length)?,
        },
        pbes2::AES_256_CBC_OID => EncryptionScheme::Aes256Cbc {
            iv: vector()?.try_into().map_err(wrong_length)?,
        },
        pbes2::DES_EDE3_CBC_OID => EncryptionScheme::DesEde3Cbc {
            iv: vector()?.try_into().map_err(wrong_length)?,
        },
        _ => return Err(DecryptError::Unsupported(name)),
    })
}

/// `PBKDF2-params` (RFC 8018 §A.2), within our limit.
fn pbkdf2(kdf: AlgorithmIdentifierRef<'_>) -> Result<Pbkdf2Params<'_>, DecryptError> {
    let (salt, iteration_count, key_length, prf) =
        pbkdf2_fields(kdf).map_err(|error| malformed("PBKDF2 parameters", error))?;
    if iteration_count > u64::from(MAX_ITERATIONS) {
        return Err(DecryptError::TooExpensive(format!(
            "{iteration_count} iterations of PBKDF2; at most {MAX_ITERATIONS} are done"
        )));
    }
    if iteration_count == 0 {
        return Err(DecryptError::Malformed(
            "PBKDF2 without iterations".to_owned(),
        ));
    }
    Ok(Pbkdf2Params {
        salt,
        iteration_count: u32::try_from(iteration_count).unwrap_or(MAX_ITERATIONS),
        key_length,
        prf: match prf {
            None => Pbkdf2Prf::HmacWithSha1,
            Some(oid) => prf_of(oid).ok_or_else(|| {
                DecryptError::Unsupported(format!("PBKDF2 with {}", algorithm_name(oid)))
            })?,
        },
    })
}

/// Salt, iterations, key length, and the algorithm of the pseudo-random function.
type Pbkdf2Fields<'a> = (&'a [u8], u64, Option<u16>, Option<ObjectIdentifier>);

/// The fields as they stand. Some writers leave out the NULL of the function's parameters.
fn pbkdf2_fields(kdf: AlgorithmIdentifierRef<'_>) -> pkcs8::der::Result<Pbkdf2Fields<'_>> {
    parameters_of(kdf)?.sequence(|inner| {
        let salt = OctetStringRef::decode(inner)?.as_bytes();
        let iterations = inner.decode()?;
        let key_length = inner.decode()?;
        let prf = Option::<AlgorithmIdentifierRef<'_>>::decode(inner)?;
        Ok((salt, iterations, key_length, prf.map(|prf| prf.oid)))
    })
}

/// `scrypt-params` (RFC 7914 §7.1), within our limits.
fn scrypt(kdf: AlgorithmIdentifierRef<'_>) -> Result<ScryptParams<'_>, DecryptError> {
    let params = parameters_of(kdf)
        .and_then(|any| {
            any.sequence(|inner| {
                Ok(ScryptParams {
                    salt: OctetStringRef::decode(inner)?.as_bytes(),
                    cost_parameter: inner.decode()?,
                    block_size: inner.decode()?,
                    parallelization: inner.decode()?,
                    key_length: inner.decode()?,
                })
            })
        })
        .map_err(|error| malformed("scrypt parameters", error))?;
    if params.cost_parameter < 2 || !params.cost_parameter.is_power_of_two() {
        return Err(DecryptError::Malformed(
            "scrypt cost is not a power of two".to_owned(),
        ));
    }
    let bytes = scrypt_bytes(&params);
    let work = bytes.saturating_mul(u64::from(params.parallelization));
    if bytes > MAX_SCRYPT_BYTES || work > MAX_SCRYPT_BYTES {
        return Err(DecryptError::TooExpensive(format!(
            "{bytes} bytes of memory {} times for scrypt; at most {MAX_SCRYPT_BYTES} are used in all",
            params.parallelization
        )));
    }
    Ok(params)
}

/// The pseudo-random functions of PBKDF2 that we have.
fn prf_of(oid: ObjectIdentifier) -> Option<Pbkdf2Prf> {
    [
        Pbkdf2Prf::HmacWithSha1,
        Pbkdf2Prf::HmacWithSha224,
        Pbkdf2Prf::HmacWithSha256,
        Pbkdf2Prf::HmacWithSha384,
        Pbkdf2Prf::HmacWithSha512,
    ]
    .into_iter()
    .find(|prf| prf.oid() == oid)
}

/// `PBKDF2-HMAC-SHA256`, `scrypt`, or the name of whatever else it is.
fn kdf_name(kdf: AlgorithmIdentifierRef<'_>) -> String {
    let name = algorithm_name(kdf.oid);
    match pbkdf2_fields(kdf) {
        Ok((.., prf)) if kdf.oid == pbes2::PBKDF2_OID => {
            let prf = prf.unwrap_or_else(|| Pbkdf2Prf::default().oid());
            format!("{name}-{}", algorithm_name(prf))
        }
        _ => name,
    }
}

/// The parameters, which must be there.
fn parameters_of(algorithm: AlgorithmIdentifierRef<'_>) -> pkcs8::der::Result<AnyRef<'_>> {
    algorithm
        .parameters
        .ok_or_else(|| Tag::Sequence.value_error())
}

/// A fault in the DER, with its place.
fn malformed(what: &str, error: pkcs8::der::Error) -> DecryptError {
    DecryptError::Malformed(format!("{what}: {error}"))
}

/// What pkcs5 reports: bad padding, or parameters that contradict each other.
fn wrong_or_malformed(error: pkcs8::pkcs5::Error) -> DecryptError {
    match error {
        pkcs8::pkcs5::Error::AlgorithmParametersInvalid { oid } => {
            DecryptError::Malformed(format!("parameters of {}", algorithm_name(oid)))
        }
        _ => DecryptError::WrongPassphrase,
    }
}

/// About half a second. OpenSSL writes 2048, and password managers some 600 000.
pub const MAX_ITERATIONS: u32 = 2_500_000;

/// Memory of scrypt, over all its passes: p·128·N·r bytes (RFC 7914 §2). OpenSSL stops at 32 MiB
/// by default, for one pass.
pub const MAX_SCRYPT_BYTES: u64 = 64 << 20;

/// Iterations of PBKDF2 for one block, which take about a microsecond.
const ITERATIONS_IN_UNIT: u64 = 5;

/// Bytes of memory that scrypt fills and reads in about a microsecond.
const SCRYPT_BYTES_IN_UNIT: u64 = 150;

#[cfg(test)]
mod tests {
    use super::*;

    /// DER of `tag` around `parts`.
    fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let body = parts.concat();
        let length = u8::try_from(body.len()).unwrap();
        assert!(length < 0x80);
        [&[tag, length], &*body].concat()
    }

    /// An encrypted key of 16 bytes with this key derivation and cipher.
    fn envelope_of(kdf: &[u8], cipher: &[u8]) -> Vec<u8> {
        let pbes2 = tlv(6, &[b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d"]);
        let parameters = tlv(0x30, &[kdf, cipher]);
        tlv(
            0x30,
            &[&tlv(0x30, &[&pbes2, &parameters]), &tlv(4, &[&[0; 16]])],
        )
    }

    fn pbkdf2_of(iterations: &[u8], rest: &[u8]) -> Vec<u8> {
        let oid = tlv(6, &[b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c"]);
        let fields = tlv(0x30, &[&tlv(4, &[b"salt"]), &tlv(2, &[iterations]), rest]);
        tlv(0x30, &[&oid, &fields])
    }

    fn scrypt_of(cost: &[u8], block_size: &[u8], parallel: &[u8]) -> Vec<u8> {
        let oid = tlv(6, &[b"\x2b\x06\x01\x04\x01\xda\x47\x04\x0b"]);
        let numbers = [cost, block_size, parallel]
            .map(|number| tlv(2, &[number]))
            .concat();
        tlv(0x30, &[&oid, &tlv(0x30, &[&tlv(4, &[b"salt"]), &numbers])])
    }

    fn aes256(iv: &[u8]) -> Vec<u8> {
        tlv(
            0x30,
            &[
                &tlv(6, &[b"\x60\x86\x48\x01\x65\x03\x04\x01\x2a"]),
                &tlv(4, &[iv]),
            ],
        )
    }

    fn des3(iv: &[u8]) -> Vec<u8> {
        tlv(
            0x30,
            &[
                &tlv(6, &[b"\x2a\x86\x48\x86\xf7\x0d\x03\x07"]),
                &tlv(4, &[iv]),
            ],
        )
    }

    fn refusal(kdf: &[u8], cipher: &[u8]) -> DecryptError {
        decrypt_pkcs8(&envelope_of(kdf, cipher), b"secret").unwrap_err()
    }

    #[test]
    fn expensive_keys_are_refused() {
        let aes = aes256(&[0; 16]);
        for kdf in [
            pbkdf2_of(&[0x26, 0x25, 0xa1], &[]), // 2,500,001
            pbkdf2_of(&[0x7f; 8], &[]),
            scrypt_of(&[0x02, 0x00, 0x00], &[8], &[1]), // 128 MiB
            scrypt_of(&[0x40, 0x00], &[8], &[5]),       // 16 MiB, 5 times
            scrypt_of(&[0x40, 0, 0, 0, 0, 0, 0, 0], &[0x7f, 0xff], &[0x7f, 0xff]),
        ] {
            let got = refusal(&kdf, &aes);
            assert!(matches!(got, DecryptError::TooExpensive(_)), "{got:?}");
        }
    }

    #[test]
    fn work_is_known_before_it_is_done() {
        let (aes, triple_des) = (aes256(&[0; 16]), des3(&[0; 8]));
        let sha256 = tlv(0x30, &[&tlv(6, &[b"\x2a\x86\x48\x86\xf7\x0d\x02\x09"])]);
        for (kdf, cipher, units) in [
            // HMAC-SHA1 makes 20 bytes at a time.
            (pbkdf2_of(&[0x26, 0x25, 0xa0], &[]), &aes, 1_000_000),
            (pbkdf2_of(&[0x26, 0x25, 0xa0], &[]), &triple_des, 1_000_000),
            (pbkdf2_of(&[0x26, 0x25, 0xa0], &sha256), &aes, 500_000),
            (pbkdf2_of(&[0x26, 0x25, 0xa1], &sha256), &aes, 0), // refused
            (scrypt_of(&[0x01, 0x00, 0x00], &[8], &[1]), &aes, 447_392),
            (scrypt_of(&[0x40, 0x00], &[8], &[4]), &aes, 447_392),
            (scrypt_of(&[0x40, 0x00], &[8], &[5]), &aes, 0), // refused
        ] {
            assert_eq!(
                derivation_units(&envelope_of(&kdf, cipher)),
                units,
                "{kdf:02x?}"
            );
        }
        assert_eq!(derivation_units(b""), 0);
    }

    #[test]
    fn odd_parameters_are_malformed() {
        let aes = aes256(&[0; 16]);
        let pbkdf2 = pbkdf2_of(&[1], &[]);
        for (kdf, cipher) in [
            (&pbkdf2, &aes256(&[0; 15])),
            (&pbkdf2, &des3(&[0; 7])),
            (&pbkdf2, &des3(&[])),
            (&pbkdf2_of(&[0], &[]), &aes),
            (&pbkdf2_of(&[0xff], &[]), &aes),
            (&pbkdf2_of(&[1], &tlv(2, &[&[16]])), &aes),
            (&scrypt_of(&[0], &[1], &[1]), &aes),
            (&scrypt_of(&[1], &[1], &[1]), &aes),
            (&scrypt_of(&[3], &[1], &[1]), &aes),
            (&scrypt_of(&[2], &[0], &[1]), &aes),
            (&scrypt_of(&[2], &[1], &[0]), &aes),
        ] {
            let got = refusal(kdf, cipher);
            assert!(
                matches!(got, DecryptError::Malformed(_)),
                "{kdf:02x?} {cipher:02x?} {got:?}"
            );
        }
        assert_eq!(refusal(&pbkdf2, &aes), DecryptError::WrongPassphrase);
    }

    #[test]
    fn encryption_is_named_as_far_as_it_can_be_read() {
        let aes = aes256(&[0; 16]);
        assert_eq!(encryption_name(b""), "unreadable");
        let name = encryption_name(&envelope_of(&pbkdf2_of(&[1], &[]), &aes));
        assert_eq!(name, "PBES2, PBKDF2-HMAC-SHA1, AES-256-CBC");
        let unknown = tlv(0x30, &[&tlv(6, &[b"\x2a\x86\x48\x86\xf7\x0d"])]);
        assert_eq!(
            encryption_name(&envelope_of(&unknown, &aes)),
            "PBES2, 1.2.840.113549, AES-256-CBC"
        );
        let unsupported = DecryptError::Unsupported("1.2.840.113549".to_owned());
        assert_eq!(refusal(&unknown, &aes), unsupported);
    }
}
