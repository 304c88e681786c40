//! A certificate as JAliEn's CA library writes it (java-certificate-authority, `SignerImpl`):
//! version 3, four or five extensions in its order, none critical, no basicConstraints.

use std::fmt;
use std::time::Duration;

use x509_cert::Version;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::der::asn1::{
    BitString, GeneralizedTime, Ia5String, ObjectIdentifier, OctetString, PrintableStringRef,
    SetOfVec, UtcTime, Utf8StringRef,
};
use x509_cert::der::oid::AssociatedOid;
use x509_cert::der::pem::LineEnding;
use x509_cert::der::{Any, Decode, Encode, Error, Tag, TagNumber, pem};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName,
    SubjectKeyIdentifier,
};
use x509_cert::name::{RdnSequence, RelativeDistinguishedName};
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoRef};
use x509_cert::time::{Time, Validity};

use crate::crypto::{Hash, Scheme, algorithm, digest};
use crate::text::time::UnixTime;

/// The content of a certificate that is to be made.
#[derive(Clone, Copy, Debug)]
pub struct CertificateTemplate<'a> {
    /// Random bytes. They are taken as a positive number.
    pub serial: [u8; 16],
    /// The issuer's name, as encoded in its own certificate.
    pub issuer: &'a [u8],
    /// The issuer's key identifier in its own certificate. If it has none, it is derived from the
    /// key.
    pub issuer_key_id: Option<&'a [u8]>,
    /// The issuer's SubjectPublicKeyInfo.
    pub issuer_key: &'a [u8],
    /// First good second.
    pub not_before: UnixTime,
    /// Last good second.
    pub not_after: UnixTime,
    /// Type (`C`, `O`, `OU`, `CN`) and value of each RDN.
    pub subject: &'a [(&'static str, &'a str)],
    /// Other names, and the purposes.
    pub extras: &'a Extras<'a>,
    /// SubjectPublicKeyInfo.
    pub key: &'a [u8],
    /// The signature scheme.
    pub scheme: Scheme,
}

/// The extensions that differ between certificates.
#[derive(Clone, Debug)]
pub struct Extras<'a> {
    /// Extended key usages.
    pub purposes: &'a [&'static str],
    /// dNSNames.
    pub hosts: Vec<&'a str>,
    /// rfc822Names.
    pub emails: &'a [String],
}

/// Why a certificate cannot be encoded: a time or text that the encoding cannot hold.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Impossible(String);

impl fmt::Display for Impossible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Impossible {}

impl From<Error> for Impossible {
    fn from(error: Error) -> Self {
        Self(error.to_string())
    }
}

/// A certificate without its signature: its TBSCertificate in DER.
#[derive(Debug)]
pub struct Unsigned {
    tbs: Vec<u8>,
    algorithm: Vec<u8>,
}

impl Unsigned {
    /// Encodes `template`.
    ///
    /// # Errors
    ///
    /// What cannot be encoded.
    pub fn new(template: &CertificateTemplate<'_>) -> Result<Self, Impossible> {
        let issuer = RdnSequence::from_der(template.issuer)?;
        if issuer.to_der()? != template.issuer {
            return Err(Impossible("the name of the CA is not in DER".to_owned()));
        }
        let algorithm = algorithm(template.scheme)?.to_der()?;
        let validity: Validity =
            Validity::new(time(template.not_before)?, time(template.not_after)?);
        let serial: SerialNumber = SerialNumber::new(&template.serial)?;
        let tbs = sequence(&[
            &explicit(0, &Version::V3)?,
            &serial.to_der()?,
            &algorithm,
            template.issuer,
            &validity.to_der()?,
            &name(template.subject)?.to_der()?,
            template.key,
            &explicit(3, &extensions(template)?)?,
        ])?;
        Ok(Self { tbs, algorithm })
    }

    /// The bytes to sign.
    pub fn bytes(&self) -> &[u8] {
        &self.tbs
    }

    /// The certificate in PEM, in lines of 64 columns.
    ///
    /// # Errors
    ///
    /// The signature is too long.
    pub fn signed(self, signature: &[u8]) -> Result<String, Impossible> {
        let signature = BitString::from_bytes(signature)?.to_der()?;
        let der = sequence(&[&self.tbs, &self.algorithm, &signature])?;
        pem::encode_string("CERTIFICATE", LineEnding::LF, &der)
            .map_err(|error| Impossible(error.to_string()))
    }
}

/// A SEQUENCE of `elements`, which are DER.
fn sequence(elements: &[&[u8]]) -> Result<Vec<u8>, Error> {
    Any::new(Tag::Sequence, elements.concat())?.to_der()
}

/// `value` in an explicit context-specific tag.
fn explicit(number: u32, value: &impl Encode) -> Result<Vec<u8>, Error> {
    let (number, constructed) = (TagNumber(number), true);
    Any::new(Tag::ContextSpecific { number, constructed }, value.to_der()?)?.to_der()
}

/// As Bouncy Castle's `BCStyle`: the country as PrintableString, the rest as UTF8String.
fn name(rdns: &[(&'static str, &str)]) -> Result<RdnSequence, Impossible> {
    let rdn = |(kind, value): &(&str, &str)| {
        let (_, oid) = ATTRIBUTES
            .iter()
            .find(|(known, _)| known == kind)
            .ok_or_else(|| Impossible(format!("the attribute {kind} is not known")))?;
        let value = if *kind == "C" {
            Any::encode_from(&PrintableStringRef::new(value)?)?
        } else {
            Any::encode_from(&Utf8StringRef::new(value)?)?
        };
        let attribute = AttributeTypeAndValue { oid: *oid, value };
        let set = SetOfVec::try_from([attribute])?;
        Ok(RelativeDistinguishedName::from(set))
    };
    rdns.iter().map(rdn).collect::<Result<Vec<_>, _>>().map(RdnSequence::from)
}

/// UTCTime up to 2049, GeneralizedTime beyond (RFC 5280 §4.1.2.5).
fn time(at: UnixTime) -> Result<Time, Impossible> {
    let seconds =
        u64::try_from(at.0).map_err(|_| Impossible(format!("{} is before 1970", at.screen())))?;
    let since_epoch = Duration::from_secs(seconds);
    if let Ok(time) = UtcTime::from_unix_duration(since_epoch) {
        return Ok(Time::UtcTime(time));
    }
    let time = GeneralizedTime::from_unix_duration(since_epoch)
        .map_err(|_| Impossible(format!("second {seconds} is beyond the year 9999")))?;
    Ok(Time::GeneralTime(time))
}

fn extensions(template: &CertificateTemplate<'_>) -> Result<Vec<Extension>, Impossible> {
    let issuer_key_id = match template.issuer_key_id {
        Some(id) => id.to_vec(),
        None => key_id(template.issuer_key)?,
    };
    let authority = AuthorityKeyIdentifier {
        key_identifier: Some(OctetString::new(issuer_key_id)?),
        ..AuthorityKeyIdentifier::default()
    };
    let subject = SubjectKeyIdentifier(OctetString::new(key_id(template.key)?)?);
    let purposes = template.extras.purposes.iter();
    let purposes = purposes.map(|oid| ObjectIdentifier::new(oid).map_err(Error::from));
    let purposes = ExtendedKeyUsage(purposes.collect::<Result<_, _>>()?);
    let usage = KeyUsage(
        KeyUsages::DigitalSignature | KeyUsages::NonRepudiation | KeyUsages::KeyEncipherment,
    );
    let mut extensions = vec![
        extension(&authority)?,
        extension(&subject)?,
        extension(&purposes)?,
        extension(&usage)?,
    ];
    let names = alternative_names(template.extras)?;
    if !names.is_empty() {
        extensions.push(extension(&SubjectAltName(names))?);
    }
    Ok(extensions)
}

fn extension<T: AssociatedOid + Encode>(value: &T) -> Result<Extension, Impossible> {
    Ok(Extension {
        extn_id: T::OID,
        critical: false,
        extn_value: OctetString::new(value.to_der()?)?,
    })
}

fn alternative_names(extras: &Extras<'_>) -> Result<Vec<GeneralName>, Error> {
    let hosts = extras.hosts.iter();
    let hosts = hosts.map(|host| Ok(GeneralName::DnsName(Ia5String::new(host)?)));
    let emails = extras.emails.iter();
    let emails = emails.map(|email| Ok(GeneralName::Rfc822Name(Ia5String::new(email)?)));
    hosts.chain(emails).collect()
}

/// SHA-1 over the bits of the key (RFC 5280 §4.2.1.2, method 1).
fn key_id(spki: &[u8]) -> Result<Vec<u8>, Error> {
    let spki = SubjectPublicKeyInfoRef::from_der(spki)?;
    Ok(digest::sha1(spki.subject_public_key.raw_bytes()).to_vec())
}

/// RFC 4055 §5 requires NULL parameters, RFC 5758 §3.2 and RFC 8410 §3 forbid them.
fn algorithm(scheme: Scheme) -> Result<AlgorithmIdentifierOwned, Impossible> {
    let impossible = || Impossible(format!("{scheme} has no name here"));
    let parameters = match scheme {
        Scheme::RsaPkcs1(Hash::Sha256) => Some(Any::null()),
        Scheme::Ecdsa(Hash::Sha256 | Hash::Sha384 | Hash::Sha512) | Scheme::Ed25519 => None,
        _ => return Err(impossible()),
    };
    let oid = algorithm::oid(scheme).ok_or_else(impossible)?;
    Ok(AlgorithmIdentifierOwned {
        oid: ObjectIdentifier::new(oid).map_err(Error::from)?,
        parameters,
    })
}

/// Short names and OIDs (RFC 4519).
const ATTRIBUTES: &[(&str, ObjectIdentifier)] = &[
    ("C", ObjectIdentifier::new_unwrap("2.5.4.6")),
    ("CN", ObjectIdentifier::new_unwrap("2.5.4.3")),
    ("O", ObjectIdentifier::new_unwrap("2.5.4.10")),
    ("OU", ObjectIdentifier::new_unwrap("2.5.4.11")),
];
