//! Elliptic curve arithmetic that ring does not offer: decompressing points, deriving public keys,
//! P-521, and ECDSA with any digest on any curve.

use p256::ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
use p256::elliptic_curve::sec1::ToSec1Point;
use zeroize::Zeroizing;

use crate::crypto::Curve;

/// Evaluates `$body`. In it, `$lib` is the crate for `$curve`.
macro_rules! on_curve {
    ($curve:expr, $lib:ident => $body:expr) => {
        match $curve {
            Curve::P256 => {
                use p256 as $lib;
                $body
            }
            Curve::P384 => {
                use p384 as $lib;
                $body
            }
            Curve::P521 => {
                use p521 as $lib;
                $body
            }
        }
    };
}

/// The uncompressed encoding of `point`. `None` if the point is not on the curve.
///
/// Accepts the two encodings of RFC 5480 §2.2. Refuses infinity, and hybrid and compact encodings.
pub(super) fn uncompressed(curve: Curve, point: &[u8]) -> Option<Vec<u8>> {
    if !matches!(point.first(), Some(2..=4)) {
        return None;
    }
    on_curve!(curve, lib => {
        let key = lib::PublicKey::from_sec1_bytes(point).ok()?;
        Some(key.to_sec1_point(false).as_bytes().to_vec())
    })
}

/// The public point of `scalar`, uncompressed. `None` if the scalar is zero or not below the order.
pub(super) fn derive(curve: Curve, scalar: &[u8]) -> Option<Vec<u8>> {
    let scalar = padded(curve, scalar)?;
    on_curve!(curve, lib => {
        let key = lib::SecretKey::from_slice(&scalar).ok()?;
        Some(key.public_key().to_sec1_point(false).as_bytes().to_vec())
    })
}

/// Whether `signature` (DER) was made by the key `point` for this digest.
pub(super) fn verify(curve: Curve, point: &[u8], digest: &[u8], signature: &[u8]) -> bool {
    let Some(digest) = field_digest(curve, digest) else {
        return false;
    };
    on_curve!(curve, lib => {
        match (
            lib::ecdsa::VerifyingKey::from_sec1_bytes(point),
            lib::ecdsa::Signature::from_der(signature),
        ) {
            (Ok(key), Ok(signature)) => key.verify_prehash(&digest, &signature).is_ok(),
            _ => false,
        }
    })
}

/// A signature (DER) for `digest`. `None` if `scalar` is not a private key.
pub(super) fn sign(curve: Curve, scalar: &[u8], digest: &[u8]) -> Option<Vec<u8>> {
    let scalar = padded(curve, scalar)?;
    let digest = field_digest(curve, digest)?;
    on_curve!(curve, lib => {
        let key = lib::ecdsa::SigningKey::from_slice(&scalar).ok()?;
        let signature: lib::ecdsa::Signature = key.sign_prehash(&digest).ok()?;
        Some(signature.to_der().as_bytes().to_vec())
    })
}

/// `scalar` at the full length of the field. Files omit leading zeros or add some.
fn padded(curve: Curve, scalar: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let zeros = scalar.iter().take_while(|byte| **byte == 0).count();
    let digits = scalar.get(zeros..)?;
    let padding = curve.field_bytes().checked_sub(digits.len())?;
    let mut out = Zeroizing::new(vec![0; curve.field_bytes()]);
    out.get_mut(padding..)?.copy_from_slice(digits);
    Some(out)
}

/// The leftmost bits of a digest as a number of the size of the field (FIPS 186-5 §6.4.2).
///
/// The crates pad it too, but refuse a digest of less than half the field, such as SHA-256 on
/// P-521.
fn field_digest(curve: Curve, digest: &[u8]) -> Option<Vec<u8>> {
    let size = curve.field_bytes();
    let digest = digest.get(..size).unwrap_or(digest);
    let mut out = vec![0; size.checked_sub(digest.len())?];
    out.extend_from_slice(digest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURVES: [Curve; 3] = [Curve::P256, Curve::P384, Curve::P521];

    #[test]
    fn signs_what_it_verifies() {
        for curve in CURVES {
            let point = derive(curve, &[7]).unwrap();
            let signature = sign(curve, &[7], &[1; 20]).unwrap();
            assert!(verify(curve, &point, &[1; 20], &signature), "{curve}");
            assert!(!verify(curve, &point, &[2; 20], &signature), "{curve}");
        }
    }

    #[test]
    fn scalars_have_a_range() {
        for curve in CURVES {
            let size = curve.field_bytes();
            assert!(derive(curve, &[]).is_none(), "{curve}: zero");
            assert!(derive(curve, &vec![0; size]).is_none(), "{curve}: zero");
            assert!(derive(curve, &vec![0xff; size]).is_none(), "{curve}: too big");
            assert!(derive(curve, &vec![1; size + 1]).is_none(), "{curve}: long");
            let longer = [vec![0; size], vec![7]].concat();
            assert_eq!(derive(curve, &longer), derive(curve, &[7]), "{curve}");
        }
    }

    #[test]
    fn points_compress_and_lie_on_the_curve() {
        for curve in CURVES {
            let point = derive(curve, &[7]).unwrap();
            let size = curve.field_bytes();
            let mut compressed = point[..=size].to_vec();
            compressed[0] = 2 + (point[2 * size] & 1);
            assert_eq!(uncompressed(curve, &compressed).as_ref(), Some(&point));
            let mut bad = point.clone();
            bad[2 * size] ^= 1;
            let hybrid = [&[6 + (point[2 * size] & 1)], &point[1..]].concat();
            for bad in [&[][..], &[0], &[4], &bad, &hybrid, &point[..size]] {
                assert_eq!(uncompressed(curve, bad), None, "{curve} {bad:02x?}");
            }
        }
    }
}
