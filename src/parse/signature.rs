//! The signature algorithm of a certificate.

use x509_parser::asn1_rs::{Any, FromDer};
use x509_parser::signature_algorithm::RsaSsaPssParams;
use x509_parser::x509::AlgorithmIdentifier;

use crate::crypto::{Hash, Scheme, algorithm};
use crate::parse::oid;

/// The signature algorithm of a certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SignatureAlgorithm {
    /// The name in OpenSSL, `sha256WithRSAEncryption`; else the dotted OID.
    pub name: String,
    /// How to verify it, if certok can.
    pub scheme: Option<Scheme>,
}

impl SignatureAlgorithm {
    /// Reads an AlgorithmIdentifier in DER. `None` if it is malformed, or bytes follow.
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
            _ => algorithm::name(&oid).to_owned(),
        };
        return SignatureAlgorithm { name, scheme };
    }
    SignatureAlgorithm { name: algorithm::name(&oid).to_owned(), scheme: algorithm::scheme(&oid) }
}

/// The RSASSA-PSS-params (RFC 4055 §3.1) of a signature or key.
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
        "2.16.840.1.101.3.4.2.7" => Some(Hash::Sha3_224),
        "2.16.840.1.101.3.4.2.8" => Some(Hash::Sha3_256),
        "2.16.840.1.101.3.4.2.9" => Some(Hash::Sha3_384),
        "2.16.840.1.101.3.4.2.10" => Some(Hash::Sha3_512),
        _ => None,
    }
}

/// id-RSASSA-PSS.
const RSASSA_PSS: &str = "1.2.840.113549.1.1.10";
