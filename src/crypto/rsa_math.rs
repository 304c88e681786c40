//! RSA by plain arithmetic, for what ring refuses: small and huge moduli, unusual exponents and
//! parameters.
//!
//! Encodings follow RFC 8017. Nothing here runs in constant time. That is safe: the private
//! operation signs one fixed message on the owner's machine, and the signature is thrown away.

use std::fmt;

use num_bigint_dig::BigUint;
use zeroize::Zeroizing;

use crate::crypto::digest::digest;
use crate::crypto::{Hash, RsaUse, bit_length};

/// The numbers of an RSA private key (RFC 8017 §A.1.2), big-endian, without leading zeros.
pub struct RsaParts {
    /// n
    pub modulus: Vec<u8>,
    /// e
    pub exponent: Vec<u8>,
    /// d
    pub private_exponent: Zeroizing<Vec<u8>>,
    /// p
    pub prime1: Zeroizing<Vec<u8>>,
    /// q
    pub prime2: Zeroizing<Vec<u8>>,
    /// d mod (p - 1)
    pub exponent1: Zeroizing<Vec<u8>>,
    /// d mod (q - 1)
    pub exponent2: Zeroizing<Vec<u8>>,
    /// 1/q mod p
    pub coefficient: Zeroizing<Vec<u8>>,
    /// What the key may sign, as the file says.
    pub usage: RsaUse,
}

impl RsaParts {
    /// All private numbers, in their order in the file.
    pub(super) fn secrets(&self) -> [&[u8]; 6] {
        [
            &self.private_exponent,
            &self.prime1,
            &self.prime2,
            &self.exponent1,
            &self.exponent2,
            &self.coefficient,
        ]
    }
}

impl fmt::Debug for RsaParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RsaParts(hidden)")
    }
}

/// Minimum size. OpenSSL verifies smaller ones, but a 512-bit modulus was factored in public in
/// 1999 (RSA-155).
const MIN_MODULUS_BITS: usize = 512;

/// Maximum size, as OpenSSL: `OPENSSL_RSA_MAX_MODULUS_BITS`.
pub(super) const MAX_MODULUS_BITS: usize = 16_384;

/// Above this size the exponent must be short, as OpenSSL: `OPENSSL_RSA_SMALL_MODULUS_BITS`.
const SMALL_MODULUS_BITS: usize = 3072;

/// Maximum exponent of a large modulus, as OpenSSL: `OPENSSL_RSA_MAX_PUBEXP_BITS`.
const MAX_EXPONENT_BITS: usize = 64;

/// Maximum exponent of a small modulus: e < 2^256 (FIPS 186-5 §A.1.1).
const MAX_EXPONENT_BITS_SMALL_MODULUS: usize = 256;

/// Why certok does not compute with a public key. `None` if it does.
///
/// The limits bound the time that a hostile key can take.
pub(super) fn out_of_range(modulus: &[u8], exponent: &[u8]) -> Option<String> {
    let size = bit_length(modulus);
    let exponent_bits = bit_length(exponent);
    let limit =
        if size > SMALL_MODULUS_BITS { MAX_EXPONENT_BITS } else { MAX_EXPONENT_BITS_SMALL_MODULUS };
    if !(MIN_MODULUS_BITS..=MAX_MODULUS_BITS).contains(&size) {
        return Some(format!("RSA with a modulus of {size} bits"));
    }
    if exponent_bits > limit {
        return Some(format!("RSA-{size} with an exponent of {exponent_bits} bits"));
    }
    if is_even(modulus) || is_even(exponent) || exponent_bits < 2 {
        return Some(format!("RSA-{size} with an impossible modulus or exponent"));
    }
    None
}

/// Whether a PKCS#1 v1.5 signature is valid. The key must not be [`out_of_range`].
pub(super) fn verify_pkcs1(
    modulus: &[u8],
    exponent: &[u8],
    hash: Hash,
    message: &[u8],
    signature: &[u8],
) -> bool {
    let want = encode_pkcs1(hash, message, modulus.len());
    want.is_some() && want == open(modulus, exponent, signature)
}

/// Whether a PSS signature is valid. The key must not be [`out_of_range`].
pub(super) fn verify_pss(
    modulus: &[u8],
    exponent: &[u8],
    pss: Pss,
    message: &[u8],
    signature: &[u8],
) -> bool {
    open(modulus, exponent, signature)
        .and_then(|encoded| pss.holds(&encoded, bit_length(modulus), message))
        .unwrap_or(false)
}

/// A PKCS#1 v1.5 signature with SHA-256. `None` if the modulus is too short.
///
/// The parts must have passed [`check_pair`].
pub(super) fn sign_pkcs1(parts: &RsaParts, message: &[u8]) -> Option<Vec<u8>> {
    let encoded = encode_pkcs1(Hash::Sha256, message, parts.modulus.len())?;
    let encoded = BigUint::from_bytes_be(&encoded);
    let [p, q, d] = [&parts.prime1, &parts.prime2, &parts.private_exponent]
        .map(|number| Zeroizing::new(BigUint::from_bytes_be(number)));
    let one = BigUint::from(1u8);
    let d_p = Zeroizing::new(&*d % (&*p - &one));
    let d_q = Zeroizing::new(&*d % (&*q - &one));
    let from_p = Zeroizing::new(encoded.modpow(&d_p, &p));
    let from_q = Zeroizing::new(encoded.modpow(&d_q, &q));
    // Garner's formula, RFC 8017 §5.1.2 2b. `q_inverse` by Fermat's theorem. If p is not prime, the
    // signature is wrong and the verification fails.
    let q_inverse = Zeroizing::new((&*q % &*p).modpow(&(&*p - &one - &one), &p));
    let difference = Zeroizing::new(&*from_p + &*p - (&*from_q % &*p));
    let factor = Zeroizing::new((&*difference * &*q_inverse) % &*p);
    let signature = &*from_q + &*factor * &*q;
    pad(&signature.to_bytes_be(), parts.modulus.len())
}

/// Checks that the parts are a pair: `p·q = n`, `e·d = 1`, and the values derived from them.
///
/// # Errors
///
/// Which equation fails, without any secret number.
pub(super) fn check_pair(parts: &RsaParts) -> Result<(), &'static str> {
    if parts.secrets().iter().any(|part| bit_length(part) > MAX_MODULUS_BITS) {
        return Err("a private value is longer than any modulus");
    }
    let number = |bytes: &[u8]| Zeroizing::new(BigUint::from_bytes_be(bytes));
    let one = BigUint::from(1u8);
    let (p, q) = (number(&parts.prime1), number(&parts.prime2));
    if *p <= one || *q <= one || &*p * &*q != *number(&parts.modulus) {
        return Err("the product of the primes is not the modulus");
    }
    let (d, e) = (number(&parts.private_exponent), number(&parts.exponent));
    let reduced = |prime: &BigUint| Zeroizing::new(&*d % (prime - &one));
    let (d_p, d_q) = (reduced(&p), reduced(&q));
    for (prime, d) in [(&p, &d_p), (&q, &d_q)] {
        if (&*e * &**d) % (&**prime - &one) != one {
            return Err("the private exponent does not fit the public one");
        }
    }
    let fits = *d_p == *number(&parts.exponent1)
        && *d_q == *number(&parts.exponent2)
        && (&*number(&parts.coefficient) * &*q) % &*p == one;
    if fits { Ok(()) } else { Err("the CRT values do not fit the private exponent") }
}

/// RSASSA-PSS parameters.
#[derive(Clone, Copy)]
pub(super) struct Pss {
    /// Digest of the message.
    pub(super) hash: Hash,
    /// Digest in MGF1.
    pub(super) mask: Hash,
    /// Salt length in bytes.
    pub(super) salt_bytes: usize,
}

impl Pss {
    /// EMSA-PSS-VERIFY (RFC 8017 §9.1.2) on an encoded message as long as the modulus.
    ///
    /// `None` if a length does not fit. This is a refusal like `Some(false)`.
    fn holds(self, encoded: &[u8], modulus_bits: usize, message: &[u8]) -> Option<bool> {
        let encoded_bits = modulus_bits.checked_sub(1)?;
        let spare = encoded.len().checked_sub(encoded_bits.div_ceil(8))?;
        let (zeros, encoded) = encoded.split_at_checked(spare)?;
        let (trailer, encoded) = encoded.split_last()?;
        let masked_bytes = encoded.len().checked_sub(self.hash.size_bytes())?;
        let (masked, want) = encoded.split_at_checked(masked_bytes)?;
        let top = 0xff_u8 >> ((8 - encoded_bits % 8) % 8);

        let mut block: Vec<u8> = mgf1(self.mask, want, masked.len());
        block.iter_mut().zip(masked).for_each(|(out, byte)| *out ^= byte);
        *block.first_mut()? &= top;

        let padding_bytes = block.len().checked_sub(self.salt_bytes)?.checked_sub(1)?;
        let (padding, rest) = block.split_at_checked(padding_bytes)?;
        let (separator, salt) = rest.split_first()?;
        let own = [&[0; 8], &*digest(self.hash, message), salt].concat();
        Some(
            zeros.iter().chain(padding).all(|byte| *byte == 0)
                && *trailer == 0xbc
                && *masked.first()? & !top == 0
                && *separator == 1
                && digest(self.hash, &own) == want,
        )
    }
}

/// MGF1 (RFC 8017 §B.2.1): `length` bytes from `seed`.
fn mgf1(hash: Hash, seed: &[u8], length: usize) -> Vec<u8> {
    let mut out: Vec<u8> = (0u32..)
        .flat_map(|counter| digest(hash, &[seed, &counter.to_be_bytes()].concat()))
        .take(length)
        .collect();
    out.truncate(length);
    out
}

/// EMSA-PKCS1-v1_5 (RFC 8017 §9.2). `None` if `length` is too short.
fn encode_pkcs1(hash: Hash, message: &[u8], length: usize) -> Option<Vec<u8>> {
    let info = [digest_info(hash), &*digest(hash, message)].concat();
    let filler = length.checked_sub(info.len() + 3).filter(|count| *count >= 8)?;
    Some([&[0, 1], &*vec![0xff; filler], &[0], &*info].concat())
}

/// What stands before the digest in a DER `DigestInfo` (RFC 8017 §9.2, notes).
fn digest_info(hash: Hash) -> &'static [u8] {
    match hash {
        Hash::Md5 => b"\x30\x20\x30\x0c\x06\x08\x2a\x86\x48\x86\xf7\x0d\x02\x05\x05\x00\x04\x10",
        Hash::Sha1 => b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14",
        Hash::Sha224 => {
            b"\x30\x2d\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x04\x05\x00\x04\x1c"
        }
        Hash::Sha256 => {
            b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"
        }
        Hash::Sha384 => {
            b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30"
        }
        Hash::Sha512 => {
            b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40"
        }
        Hash::Sha3_224 => {
            b"\x30\x2d\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x07\x05\x00\x04\x1c"
        }
        Hash::Sha3_256 => {
            b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x08\x05\x00\x04\x20"
        }
        Hash::Sha3_384 => {
            b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x09\x05\x00\x04\x30"
        }
        Hash::Sha3_512 => {
            b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x0a\x05\x00\x04\x40"
        }
    }
}

/// The public operation: the encoded message that was signed, as long as the modulus.
fn open(modulus: &[u8], exponent: &[u8], signature: &[u8]) -> Option<Vec<u8>> {
    let n = BigUint::from_bytes_be(modulus);
    let s = BigUint::from_bytes_be(signature);
    if signature.len() != modulus.len() || s >= n {
        return None;
    }
    let e = BigUint::from_bytes_be(exponent);
    pad(&s.modpow(&e, &n).to_bytes_be(), modulus.len())
}

/// `digits` with leading zeros up to `length`.
fn pad(digits: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut out = vec![0; length.checked_sub(digits.len())?];
    out.extend_from_slice(digits);
    Some(out)
}

/// Whether a big-endian number is even.
fn is_even(number: &[u8]) -> bool {
    number.last().is_none_or(|byte| byte & 1 == 0)
}
