//! The algorithm a certificate was signed with.

use x509_parser::asn1_rs::{Any, FromDer};
use x509_parser::signature_algorithm::RsaSsaPssParams;
use x509_parser::x509::AlgorithmIdentifier;

use crate::crypto::{Hash, Scheme};
use crate::parse::oid;

/// The algorithm a certificate was signed with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SignatureAlgorithm {
    /// As OpenSSL names it: `sha256WithRSAEncryption`; else the dotted OID.
    pub name: String,
    /// How to verify it, if certok can.
    pub scheme: Option<Scheme>,
}

impl SignatureAlgorithm {
    /// Reads an AlgorithmIdentifier in DER; `None` if it is none, or bytes follow it.
    pub fn parse(der: &[u8]) -> Option<Self> {
        let (rest, identifier) = AlgorithmIdentifier::from_der(der).ok()?;
        rest.is_empty().then(|| algorithm(&identifier))
    }
}

pub(in crate::parse) fn algorithm(identifier: &AlgorithmIdentifier<'_>) -> SignatureAlgorithm {
    let oid = oid::text(&identifier.algorithm);
    if oid == RSASSA_PSS {
        let scheme = identifier.parameters.as_ref().and_then(pss_scheme);
        let name = match scheme {
            Some(Scheme::RsaPss { hash, .. }) => format!("RSASSA-PSS with {hash}"),
            _ => "RSASSA-PSS".to_owned(),
        };
        return SignatureAlgorithm { name, scheme };
    }
    match ALGORITHMS.iter().find(|row| row.0 == oid) {
        Some(row) => SignatureAlgorithm { name: row.1.to_owned(), scheme: row.2 },
        None => SignatureAlgorithm { name: oid, scheme: None },
    }
}

/// What RSASSA-PSS-params say (RFC 4055 §3.1), of a signature or of a key.
pub(in crate::parse) fn pss_scheme(parameters: &Any<'_>) -> Option<Scheme> {
    let parameters = RsaSsaPssParams::try_from(parameters).ok()?;
    let mask = parameters.mask_gen_algorithm().ok()?;
    (oid::text(&mask.mgf) == "1.2.840.113549.1.1.8").then_some(())?;
    (parameters.trailer_field() == 1).then_some(())?;
    Some(Scheme::RsaPss {
        hash: hash(&oid::text(parameters.hash_algorithm_oid()))?,
        mask: hash(&oid::text(&mask.hash))?,
        salt_bytes: usize::try_from(parameters.salt_length()).ok()?,
    })
}

fn hash(oid: &str) -> Option<Hash> {
    match oid {
        "1.2.840.113549.2.5" => Some(Hash::Md5),
        "1.3.14.3.2.26" => Some(Hash::Sha1),
        "2.16.840.1.101.3.4.2.1" => Some(Hash::Sha256),
        "2.16.840.1.101.3.4.2.2" => Some(Hash::Sha384),
        "2.16.840.1.101.3.4.2.3" => Some(Hash::Sha512),
        "2.16.840.1.101.3.4.2.4" => Some(Hash::Sha224),
        _ => None,
    }
}

/// Signature algorithms: dotted OID, OpenSSL's name, how to verify. RSASSA-PSS is apart, since
/// its parameters decide.
const ALGORITHMS: &[(&str, &str, Option<Scheme>)] = &[
    ("1.2.840.10040.4.3", "dsaWithSHA1", None),
    ("1.2.840.10045.4.1", "ecdsa-with-SHA1", Some(Scheme::Ecdsa(Hash::Sha1))),
    ("1.2.840.10045.4.3.1", "ecdsa-with-SHA224", Some(Scheme::Ecdsa(Hash::Sha224))),
    ("1.2.840.10045.4.3.2", "ecdsa-with-SHA256", Some(Scheme::Ecdsa(Hash::Sha256))),
    ("1.2.840.10045.4.3.3", "ecdsa-with-SHA384", Some(Scheme::Ecdsa(Hash::Sha384))),
    ("1.2.840.10045.4.3.4", "ecdsa-with-SHA512", Some(Scheme::Ecdsa(Hash::Sha512))),
    ("1.2.840.113549.1.1.11", "sha256WithRSAEncryption", Some(Scheme::RsaPkcs1(Hash::Sha256))),
    ("1.2.840.113549.1.1.12", "sha384WithRSAEncryption", Some(Scheme::RsaPkcs1(Hash::Sha384))),
    ("1.2.840.113549.1.1.13", "sha512WithRSAEncryption", Some(Scheme::RsaPkcs1(Hash::Sha512))),
    ("1.2.840.113549.1.1.14", "sha224WithRSAEncryption", Some(Scheme::RsaPkcs1(Hash::Sha224))),
    ("1.2.840.113549.1.1.2", "md2WithRSAEncryption", None),
    ("1.2.840.113549.1.1.3", "md4WithRSAEncryption", None),
    ("1.2.840.113549.1.1.4", "md5WithRSAEncryption", Some(Scheme::RsaPkcs1(Hash::Md5))),
    ("1.2.840.113549.1.1.5", "sha1WithRSAEncryption", Some(Scheme::RsaPkcs1(Hash::Sha1))),
    ("1.3.101.112", "ED25519", Some(Scheme::Ed25519)),
    ("1.3.101.113", "ED448", None),
    ("1.3.14.3.2.15", "shaWithRSAEncryption", None),
    ("1.3.14.3.2.29", "sha1WithRSA", Some(Scheme::RsaPkcs1(Hash::Sha1))),
    ("1.3.14.3.2.3", "md5WithRSA", Some(Scheme::RsaPkcs1(Hash::Md5))),
    ("2.16.840.1.101.3.4.3.2", "dsa_with_SHA256", None),
];

/// id-RSASSA-PSS.
const RSASSA_PSS: &str = "1.2.840.113549.1.1.10";
