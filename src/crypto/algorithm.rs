//! Algorithms by object identifier. Each has one name: that of OpenSSL, if OpenSSL has one.

use crate::crypto::Hash::{
    Md5, Sha1, Sha3_224, Sha3_256, Sha3_384, Sha3_512, Sha224, Sha256, Sha384, Sha512,
};
use crate::crypto::{MlDsa, Scheme};

/// The name of an algorithm or a curve. If it is not known, the dotted OID.
pub fn name(oid: &str) -> &str {
    let signatures = SIGNATURES.iter().map(|row| (row.0, row.1));
    let mut rows = signatures.chain(OTHERS.iter().copied());
    rows.find(|row| row.0 == oid).map_or(oid, |row| row.1)
}

/// How to verify a signature with this OID. None if certok cannot, or if parameters decide.
pub fn scheme(oid: &str) -> Option<Scheme> {
    SIGNATURES.iter().find(|row| row.0 == oid).and_then(|row| row.2)
}

/// The dotted OID of a signature by `scheme`. None if the OID alone does not say all of it.
pub fn oid(scheme: Scheme) -> Option<&'static str> {
    SIGNATURES.iter().find(|row| row.2 == Some(scheme)).map(|row| row.0)
}

/// Signature algorithms, and keys with the same OID: OID, name, and how to verify if no parameters
/// decide.
const SIGNATURES: &[(&str, &str, Option<Scheme>)] = &[
    ("1.2.840.10040.4.3", "dsaWithSHA1", None),
    ("1.2.840.10045.4.1", "ecdsa-with-SHA1", Some(Scheme::Ecdsa(Sha1))),
    ("1.2.840.10045.4.3.1", "ecdsa-with-SHA224", Some(Scheme::Ecdsa(Sha224))),
    ("1.2.840.10045.4.3.2", "ecdsa-with-SHA256", Some(Scheme::Ecdsa(Sha256))),
    ("1.2.840.10045.4.3.3", "ecdsa-with-SHA384", Some(Scheme::Ecdsa(Sha384))),
    ("1.2.840.10045.4.3.4", "ecdsa-with-SHA512", Some(Scheme::Ecdsa(Sha512))),
    ("1.2.840.113549.1.1.10", "RSASSA-PSS", None),
    ("1.2.840.113549.1.1.11", "sha256WithRSAEncryption", Some(Scheme::RsaPkcs1(Sha256))),
    ("1.2.840.113549.1.1.12", "sha384WithRSAEncryption", Some(Scheme::RsaPkcs1(Sha384))),
    ("1.2.840.113549.1.1.13", "sha512WithRSAEncryption", Some(Scheme::RsaPkcs1(Sha512))),
    ("1.2.840.113549.1.1.14", "sha224WithRSAEncryption", Some(Scheme::RsaPkcs1(Sha224))),
    ("1.2.840.113549.1.1.2", "md2WithRSAEncryption", None),
    ("1.2.840.113549.1.1.3", "md4WithRSAEncryption", None),
    ("1.2.840.113549.1.1.4", "md5WithRSAEncryption", Some(Scheme::RsaPkcs1(Md5))),
    ("1.2.840.113549.1.1.5", "sha1WithRSAEncryption", Some(Scheme::RsaPkcs1(Sha1))),
    ("1.3.101.112", "ED25519", Some(Scheme::Ed25519)),
    ("1.3.101.113", "ED448", Some(Scheme::Ed448)),
    ("1.3.14.3.2.15", "shaWithRSAEncryption", None),
    ("1.3.14.3.2.29", "sha1WithRSA", Some(Scheme::RsaPkcs1(Sha1))),
    ("1.3.14.3.2.3", "md5WithRSA", Some(Scheme::RsaPkcs1(Md5))),
    ("2.16.840.1.101.3.4.3.2", "dsa_with_SHA256", None),
    ("2.16.840.1.101.3.4.3.9", "ecdsa_with_SHA3-224", Some(Scheme::Ecdsa(Sha3_224))),
    ("2.16.840.1.101.3.4.3.10", "ecdsa_with_SHA3-256", Some(Scheme::Ecdsa(Sha3_256))),
    ("2.16.840.1.101.3.4.3.11", "ecdsa_with_SHA3-384", Some(Scheme::Ecdsa(Sha3_384))),
    ("2.16.840.1.101.3.4.3.12", "ecdsa_with_SHA3-512", Some(Scheme::Ecdsa(Sha3_512))),
    ("2.16.840.1.101.3.4.3.13", "RSA-SHA3-224", Some(Scheme::RsaPkcs1(Sha3_224))),
    ("2.16.840.1.101.3.4.3.14", "RSA-SHA3-256", Some(Scheme::RsaPkcs1(Sha3_256))),
    ("2.16.840.1.101.3.4.3.15", "RSA-SHA3-384", Some(Scheme::RsaPkcs1(Sha3_384))),
    ("2.16.840.1.101.3.4.3.16", "RSA-SHA3-512", Some(Scheme::RsaPkcs1(Sha3_512))),
    ("2.16.840.1.101.3.4.3.17", "ML-DSA-44", Some(Scheme::MlDsa(MlDsa::Set44))),
    ("2.16.840.1.101.3.4.3.18", "ML-DSA-65", Some(Scheme::MlDsa(MlDsa::Set65))),
    ("2.16.840.1.101.3.4.3.19", "ML-DSA-87", Some(Scheme::MlDsa(MlDsa::Set87))),
    ("2.16.840.1.101.3.4.3.20", "SLH-DSA-SHA2-128s", None),
    ("2.16.840.1.101.3.4.3.21", "SLH-DSA-SHA2-128f", None),
    ("2.16.840.1.101.3.4.3.22", "SLH-DSA-SHA2-192s", None),
    ("2.16.840.1.101.3.4.3.23", "SLH-DSA-SHA2-192f", None),
    ("2.16.840.1.101.3.4.3.24", "SLH-DSA-SHA2-256s", None),
    ("2.16.840.1.101.3.4.3.25", "SLH-DSA-SHA2-256f", None),
    ("2.16.840.1.101.3.4.3.26", "SLH-DSA-SHAKE-128s", None),
    ("2.16.840.1.101.3.4.3.27", "SLH-DSA-SHAKE-128f", None),
    ("2.16.840.1.101.3.4.3.28", "SLH-DSA-SHAKE-192s", None),
    ("2.16.840.1.101.3.4.3.29", "SLH-DSA-SHAKE-192f", None),
    ("2.16.840.1.101.3.4.3.30", "SLH-DSA-SHAKE-256s", None),
    ("2.16.840.1.101.3.4.3.31", "SLH-DSA-SHAKE-256f", None),
];

/// Keys, curves, and the algorithms that encrypt keys (PBES1: RFC 8018 §A.3; PKCS#12: RFC 7292 §C).
const OTHERS: &[(&str, &str)] = &[
    ("1.2.840.10040.4.1", "DSA"),
    ("1.2.840.10046.2.1", "DH"),
    ("1.2.840.113549.1.3.1", "DH"),
    ("1.2.840.113549.1.1.7", "RSA-OAEP"),
    ("1.3.132.1.12", "ECDH"),
    ("1.3.101.110", "X25519"),
    ("1.3.101.111", "X448"),
    ("1.2.643.2.2.19", "GOST R 34.10-2001"),
    ("1.2.643.2.2.20", "GOST R 34.10-94"),
    ("1.2.643.7.1.1.1.1", "GOST R 34.10-2012 (256 bits)"),
    ("1.2.643.7.1.1.1.2", "GOST R 34.10-2012 (512 bits)"),
    ("1.2.840.10045.3.1.1", "secp192r1"),
    ("1.3.132.0.10", "secp256k1"),
    ("1.3.132.0.33", "secp224r1"),
    ("1.3.36.3.3.2.8.1.1.1", "brainpoolP160r1"),
    ("1.3.36.3.3.2.8.1.1.3", "brainpoolP192r1"),
    ("1.3.36.3.3.2.8.1.1.5", "brainpoolP224r1"),
    ("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1"),
    ("1.3.36.3.3.2.8.1.1.9", "brainpoolP320r1"),
    ("1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1"),
    ("1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1"),
    ("1.2.156.10197.1.301", "SM2"),
    ("1.2.840.113549.1.5.1", "pbeWithMD2AndDES-CBC"),
    ("1.2.840.113549.1.5.3", "pbeWithMD5AndDES-CBC"),
    ("1.2.840.113549.1.5.4", "pbeWithMD2AndRC2-CBC"),
    ("1.2.840.113549.1.5.6", "pbeWithMD5AndRC2-CBC"),
    ("1.2.840.113549.1.5.10", "pbeWithSHA1AndDES-CBC"),
    ("1.2.840.113549.1.5.11", "pbeWithSHA1AndRC2-CBC"),
    ("1.2.840.113549.1.5.12", "PBKDF2"),
    ("1.2.840.113549.1.5.13", "PBES2"),
    ("1.2.840.113549.1.12.1.1", "pbeWithSHA1And128BitRC4"),
    ("1.2.840.113549.1.12.1.2", "pbeWithSHA1And40BitRC4"),
    ("1.2.840.113549.1.12.1.3", "pbeWithSHA1And3-KeyTripleDES-CBC"),
    ("1.2.840.113549.1.12.1.4", "pbeWithSHA1And2-KeyTripleDES-CBC"),
    ("1.2.840.113549.1.12.1.5", "pbeWithSHA1And128BitRC2-CBC"),
    ("1.2.840.113549.1.12.1.6", "pbeWithSHA1And40BitRC2-CBC"),
    ("1.3.6.1.4.1.11591.4.11", "scrypt"),
    ("1.2.840.113549.2.7", "HMAC-SHA1"),
    ("1.2.840.113549.2.8", "HMAC-SHA224"),
    ("1.2.840.113549.2.9", "HMAC-SHA256"),
    ("1.2.840.113549.2.10", "HMAC-SHA384"),
    ("1.2.840.113549.2.11", "HMAC-SHA512"),
    ("1.2.840.113549.2.12", "HMAC-SHA512-224"),
    ("1.2.840.113549.2.13", "HMAC-SHA512-256"),
    ("1.2.643.7.1.1.4.1", "HMAC-GOSTR3411-2012-256"),
    ("1.2.643.7.1.1.4.2", "HMAC-GOSTR3411-2012-512"),
    ("1.2.643.2.2.10", "HMAC-GOSTR3411-94"),
    ("1.2.643.2.2.21", "GOST28147-89"),
    ("1.3.14.3.2.7", "DES-CBC"),
    ("1.2.840.113549.3.2", "RC2-CBC"),
    ("1.2.840.113549.3.7", "DES-EDE3-CBC"),
    ("1.2.840.113549.3.9", "RC5-CBC"),
    ("2.16.840.1.101.3.4.1.2", "AES-128-CBC"),
    ("2.16.840.1.101.3.4.1.6", "AES-128-GCM"),
    ("2.16.840.1.101.3.4.1.22", "AES-192-CBC"),
    ("2.16.840.1.101.3.4.1.26", "AES-192-GCM"),
    ("2.16.840.1.101.3.4.1.42", "AES-256-CBC"),
    ("2.16.840.1.101.3.4.1.46", "AES-256-GCM"),
    ("1.2.392.200011.61.1.1.1.2", "CAMELLIA-128-CBC"),
    ("1.2.392.200011.61.1.1.1.3", "CAMELLIA-192-CBC"),
    ("1.2.392.200011.61.1.1.1.4", "CAMELLIA-256-CBC"),
    ("1.2.410.200004.1.4", "SEED-CBC"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_algorithm_has_one_row() {
        let mut all: Vec<&str> = SIGNATURES.iter().map(|row| row.0).collect();
        all.extend(OTHERS.iter().map(|row| row.0));
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn signatures_and_keys_share_their_names() {
        for (oid, expected) in [
            ("2.16.840.1.101.3.4.3.17", "ML-DSA-44"),
            ("2.16.840.1.101.3.4.3.18", "ML-DSA-65"),
            ("2.16.840.1.101.3.4.3.19", "ML-DSA-87"),
            ("1.3.101.113", "ED448"),
            ("1.2.3", "1.2.3"),
        ] {
            assert_eq!(name(oid), expected);
        }
        assert_eq!(scheme("1.3.101.112"), Some(Scheme::Ed25519));
        assert_eq!(oid(Scheme::RsaPkcs1(Sha1)), Some("1.2.840.113549.1.1.5"));
    }
}
