//! Extensions, ready made or raw.

use super::der;
use super::name::Name;

/// One extension: OID, criticality, and the DER inside its OCTET STRING.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Extension {
    /// Dotted.
    pub oid: String,
    /// The flag; `false` is left out, as DER wants.
    pub critical: bool,
    /// The value's DER.
    pub value: Vec<u8>,
}

/// EKU: TLS client.
pub const CLIENT_AUTH: &str = "1.3.6.1.5.5.7.3.2";
/// EKU: TLS server.
pub const SERVER_AUTH: &str = "1.3.6.1.5.5.7.3.1";
/// EKU: S/MIME.
pub const EMAIL_PROTECTION: &str = "1.3.6.1.5.5.7.3.4";

/// KU bit numbers (RFC 5280 §4.2.1.3).
pub const DIGITAL_SIGNATURE: u8 = 0;
/// Also called contentCommitment.
pub const NON_REPUDIATION: u8 = 1;
/// RSA key transport.
pub const KEY_ENCIPHERMENT: u8 = 2;
/// Signs certificates.
pub const KEY_CERT_SIGN: u8 = 5;
/// Signs CRLs.
pub const CRL_SIGN: u8 = 6;

/// RFC 3820 policy languages, and the Globus one for limited proxies.
pub const INHERIT_ALL: &str = "1.3.6.1.5.5.7.21.1";
/// No rights of the user.
pub const INDEPENDENT: &str = "1.3.6.1.5.5.7.21.2";
/// Globus limited proxy.
pub const LIMITED: &str = "1.3.6.1.4.1.3536.1.1.1.9";

impl Extension {
    /// Any extension, not critical.
    pub fn raw(oid: &str, value: Vec<u8>) -> Self {
        Self { oid: oid.to_owned(), critical: false, value }
    }

    /// The same, critical.
    pub fn critical(mut self) -> Self {
        self.critical = true;
        self
    }

    /// Extension element.
    pub fn der(&self) -> Vec<u8> {
        let flag = if self.critical { der::boolean(true) } else { Vec::new() };
        der::sequence(&[&der::oid(&self.oid), &flag, &der::octets(&self.value)])
    }

    /// basicConstraints for a CA, critical.
    pub fn ca(path_length: Option<u64>) -> Self {
        let length = path_length.map(der::number).unwrap_or_default();
        Self::raw("2.5.29.19", der::sequence(&[&der::boolean(true), &length])).critical()
    }

    /// basicConstraints for an end entity: an empty sequence, critical.
    pub fn not_ca() -> Self {
        Self::raw("2.5.29.19", der::sequence(&[])).critical()
    }

    /// keyUsage of these bits, critical.
    pub fn key_usage(bits: &[u8]) -> Self {
        Self::raw("2.5.29.15", der::named_bits(bits)).critical()
    }

    /// extKeyUsage.
    pub fn extended_key_usage(purposes: &[&str]) -> Self {
        let purposes: Vec<_> = purposes.iter().map(|dotted| der::oid(dotted)).collect();
        Self::raw("2.5.29.37", der::tlv(der::SEQUENCE, &purposes.concat()))
    }

    /// subjectKeyIdentifier.
    pub fn subject_key_id(id: &[u8]) -> Self {
        Self::raw("2.5.29.14", der::octets(id))
    }

    /// authorityKeyIdentifier of the key identifier alone.
    pub fn authority_key_id(id: &[u8]) -> Self {
        Self::raw("2.5.29.35", der::sequence(&[&der::context_primitive(0, id)]))
    }

    /// authorityKeyIdentifier with the issuer of the issuer and its serial number.
    pub fn authority_key_id_full(id: &[u8], issuer: &Name, serial: &[u8]) -> Self {
        let value = der::sequence(&[
            &der::context_primitive(0, id),
            &der::context(1, &issuer.general()),
            &der::context_primitive(2, serial),
        ]);
        Self::raw("2.5.29.35", value)
    }

    /// subjectAltName of ready GeneralNames.
    pub fn subject_alt_name(names: &[Vec<u8>]) -> Self {
        Self::raw("2.5.29.17", der::tlv(der::SEQUENCE, &names.concat()))
    }

    /// authorityInfoAccess: where the issuer's certificate is.
    pub fn ca_issuers(url: &str) -> Self {
        let access = der::sequence(&[&der::oid("1.3.6.1.5.5.7.48.2"), &uri(url)]);
        Self::raw("1.3.6.1.5.5.7.1.1", der::sequence(&[&access]))
    }

    /// cRLDistributionPoints of one URL.
    pub fn crl_at(url: &str) -> Self {
        let point = der::context(0, &der::context(0, &uri(url)));
        Self::raw("2.5.29.31", der::sequence(&[&der::sequence(&[&point])]))
    }

    /// certificatePolicies without qualifiers.
    pub fn policies(policies: &[&str]) -> Self {
        let policies: Vec<_> =
            policies.iter().map(|dotted| der::sequence(&[&der::oid(dotted)])).collect();
        Self::raw("2.5.29.32", der::tlv(der::SEQUENCE, &policies.concat()))
    }

    /// 1.2.3.4.5, critical, which nobody knows.
    pub fn unknown_critical() -> Self {
        Self::raw("1.2.3.4.5", der::null()).critical()
    }

    /// nameConstraints of ready GeneralNames, critical.
    pub fn name_constraints(permitted: &[Vec<u8>], excluded: &[Vec<u8>]) -> Self {
        let subtrees = |tag, bases: &[Vec<u8>]| {
            let all: Vec<_> = bases.iter().map(|base| der::sequence(&[base])).collect();
            if all.is_empty() { Vec::new() } else { der::context(tag, &all.concat()) }
        };
        let value = der::sequence(&[&subtrees(0, permitted), &subtrees(1, excluded)]);
        Self::raw("2.5.29.30", value).critical()
    }

    /// proxyCertInfo (RFC 3820), critical.
    pub fn proxy(language: &str, path_length: Option<u64>) -> Self {
        let length = path_length.map(der::number).unwrap_or_default();
        let policy = der::sequence(&[&der::oid(language)]);
        Self::raw("1.3.6.1.5.5.7.1.14", der::sequence(&[&length, &policy])).critical()
    }

    /// proxyCertInfo of the Globus draft (GSI-3), critical: the other order, a tagged length.
    pub fn draft_proxy(language: &str, path_length: Option<u64>) -> Self {
        let length = path_length.map(|n| der::context(1, &der::number(n))).unwrap_or_default();
        let policy = der::sequence(&[&der::oid(language)]);
        Self::raw("1.3.6.1.4.1.3536.1.222", der::sequence(&[&policy, &length])).critical()
    }
}

/// GeneralName: dNSName.
pub fn dns(name: &str) -> Vec<u8> {
    der::context_primitive(2, name.as_bytes())
}

/// GeneralName: rfc822Name.
pub fn email(address: &str) -> Vec<u8> {
    der::context_primitive(1, address.as_bytes())
}

/// GeneralName: uniformResourceIdentifier.
pub fn uri(url: &str) -> Vec<u8> {
    der::context_primitive(6, url.as_bytes())
}

/// GeneralName: iPAddress, 4 or 16 bytes.
pub fn ip(address: &[u8]) -> Vec<u8> {
    der::context_primitive(7, address)
}
