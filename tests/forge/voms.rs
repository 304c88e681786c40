//! VOMS: attribute certificates, their server, and the proxies that carry them.

use super::extension::{
    Extension, {self as ext},
};
use super::key::Key;
use super::name::Name;
use super::pki::{
    Authority, {self},
};
use super::sign::{Hash, Sign};
use super::{Cert, NOW, cert_pem, der};

/// An attribute certificate in the making. Every field may be set to anything.
#[derive(Clone)]
pub struct Attributes {
    /// The number in the version field (1 is v2).
    pub version: u64,
    /// Content of the Holder.
    pub holder: Vec<u8>,
    /// DER Name of the server.
    pub issuer: Vec<u8>,
    /// The algorithm that signs, named in both places.
    pub sign: Sign,
    /// Another AlgorithmIdentifier for the outer place.
    pub outer_algorithm: Option<Vec<u8>>,
    /// Content of the serial number's INTEGER.
    pub serial: Vec<u8>,
    /// First good second.
    pub not_before: i64,
    /// Last good second.
    pub not_after: i64,
    /// policyAuthority: `vo://host:port`.
    pub authority: String,
    /// Attribute names.
    pub fqans: Vec<String>,
    /// In encoded order; none at all leaves the field out.
    pub extensions: Vec<Extension>,
    /// Flip a bit of the signature.
    pub corrupt: bool,
}

/// The host of the VOMS server.
pub const HOST: &str = "voms.certok.test";

const HOUR: i64 = 3600;

/// The VOMS server and its certificate, under the grid CA.
#[derive(Clone)]
pub struct Server {
    /// Its subject.
    pub name: Name,
    /// Its key.
    pub key: Key,
    /// Its certificate, ready to be changed and issued again.
    pub cert: Cert,
    /// Its certificate's DER.
    pub der: Vec<u8>,
}

impl Server {
    /// Under `issuer`.
    pub fn below(issuer: &Authority) -> Self {
        let name = Name::slash("/DC=org/DC=certok/OU=Hosts").with("CN", HOST);
        let key = Key::load("host");
        let cert = issuer
            .user(&name, &key)
            .replace(Extension::extended_key_usage(&[ext::SERVER_AUTH, ext::CLIENT_AUTH]))
            .replace(Extension::subject_alt_name(&[ext::dns(HOST)]));
        Self::of(name, key, cert, &issuer.key)
    }

    /// With its certificate changed in some way.
    pub fn with_cert(&self, issuer: &Key, change: impl FnOnce(Cert) -> Cert) -> Self {
        let cert = change(self.cert.clone());
        Self::of(self.name.clone(), self.key.clone(), cert, issuer)
    }

    fn of(name: Name, key: Key, cert: Cert, issuer: &Key) -> Self {
        let der = cert.issue(issuer);
        Self { name, key, cert, der }
    }
}

/// The server of all the fixtures.
pub fn server() -> Server {
    Server::below(&pki::grid())
}

/// The user certificate that the proxies are made from.
pub fn user() -> Cert {
    pki::grid().user(&pki::alice(), &Key::load("user"))
}

impl Attributes {
    /// What `server` would say of `holder` for the VO `alice`: twelve hours around the clock.
    pub fn new(holder: &Cert, server: &Server) -> Self {
        Self {
            version: 1,
            holder: base(&holder.subject, &holder.serial),
            issuer: server.name.der(),
            sign: server.key.usual_sign(),
            outer_algorithm: None,
            serial: vec![7],
            not_before: NOW - 6 * HOUR,
            not_after: NOW + 6 * HOUR,
            authority: format!("alice://{HOST}:15000"),
            fqans: vec![
                "/alice/Role=NULL/Capability=NULL".to_owned(),
                "/alice/production/Role=lcgadmin/Capability=NULL".to_owned(),
            ],
            extensions: vec![
                Extension::raw("2.5.29.56", der::null()),
                Extension::authority_key_id(&server.key.id()),
                certificates(&[&server.der]),
            ],
            corrupt: false,
        }
    }

    /// For another VO of the same server.
    pub fn of_vo(mut self, vo: &str) -> Self {
        self.authority = format!("{vo}://{HOST}:15001");
        self.fqans = vec![format!("/{vo}/Role=NULL/Capability=NULL")];
        self
    }

    /// Epoch seconds for both ends.
    pub fn valid_between(mut self, not_before: i64, not_after: i64) -> Self {
        (self.not_before, self.not_after) = (not_before, not_after);
        self
    }

    /// One more extension, at the end.
    pub fn with(mut self, extension: Extension) -> Self {
        self.extensions.push(extension);
        self
    }

    /// All but the extension with this OID.
    pub fn without(mut self, oid: &str) -> Self {
        self.extensions.retain(|extension| extension.oid != oid);
        self
    }

    /// AttributeCertificateInfo.
    pub fn info(&self) -> Vec<u8> {
        let extensions: Vec<_> = self.extensions.iter().map(Extension::der).collect();
        let extensions = match extensions.is_empty() {
            true => Vec::new(),
            false => der::tlv(der::SEQUENCE, &extensions.concat()),
        };
        let fqans: Vec<_> = self.fqans.iter().map(|f| der::octets(f.as_bytes())).collect();
        let values = der::tlv(der::SEQUENCE, &fqans.concat());
        let syntax = der::sequence(&[&der::context(0, &ext::uri(&self.authority)), &values]);
        let attribute =
            der::sequence(&[&der::oid("1.3.6.1.4.1.8005.100.100.4"), &der::set(&[&syntax])]);
        let (start, end) = (der::generalized(self.not_before), der::generalized(self.not_after));
        der::sequence(&[
            &der::number(self.version),
            &der::tlv(der::SEQUENCE, &self.holder),
            &der::context(0, &general(&self.issuer)),
            &self.sign.algorithm(),
            &der::integer(&self.serial),
            &der::sequence(&[&start, &end]),
            &der::sequence(&[&attribute]),
            &extensions,
        ])
    }

    /// The attribute certificate's DER, signed by `server`.
    pub fn issue(&self, server: &Key) -> Vec<u8> {
        let info = self.info();
        let mut signature = server.sign(self.sign, &info);
        if self.corrupt {
            *signature.last_mut().expect("a signature") ^= 1;
        }
        let algorithm = self.outer_algorithm.clone();
        let algorithm = algorithm.unwrap_or(self.sign.algorithm());
        der::sequence(&[&info, &algorithm, &der::bit_string(&signature)])
    }
}

/// baseCertificateID of this name and serial number, as the content of a Holder.
pub fn base(name: &[u8], serial: &[u8]) -> Vec<u8> {
    der::context(0, &[general(name), der::integer(serial)].concat())
}

/// entityName, as the content of a Holder.
pub fn entity(name: &[u8]) -> Vec<u8> {
    der::context(1, &der::context(4, name))
}

/// VOMS' extension with the server's certificate and those above it.
pub fn certificates(chain: &[&[u8]]) -> Extension {
    let value = der::sequence(&[&der::tlv(der::SEQUENCE, &chain.concat())]);
    Extension::raw("1.3.6.1.4.1.8005.100.100.10", value)
}

/// VOMS' extension with generic attributes: name, value, qualifier.
pub fn generic(authority: &str, attributes: &[(&str, &str, &str)]) -> Extension {
    let text = |text: &str| der::octets(text.as_bytes());
    let tags: Vec<_> = attributes
        .iter()
        .map(|(name, value, qualifier)| {
            der::sequence(&[&text(name), &text(value), &text(qualifier)])
        })
        .collect();
    let tags = der::tlv(der::SEQUENCE, &tags.concat());
    let holder = der::sequence(&[&der::sequence(&[&ext::uri(authority)]), &tags]);
    let value = der::sequence(&[&der::sequence(&[&holder])]);
    Extension::raw("1.3.6.1.4.1.8005.100.100.11", value)
}

/// targetInformation of these hosts, critical, with the SEQUENCE that VOMS adds.
pub fn targets(hosts: &[&str]) -> Extension {
    let hosts: Vec<_> =
        hosts.iter().map(|host| der::sequence(&[&der::context(0, &ext::uri(host))])).collect();
    let value = der::sequence(&[&der::tlv(der::SEQUENCE, &hosts.concat())]);
    Extension::raw("2.5.29.55", value).critical()
}

/// The extension of a proxy that holds these attribute certificates.
pub fn extension(all: &[Vec<u8>]) -> Extension {
    let list = der::tlv(der::SEQUENCE, &all.concat());
    Extension::raw("1.3.6.1.4.1.8005.100.100.5", der::sequence(&[&list]))
}

/// A proxy of `user` with `carried`, its key, and the user certificate: what lies in /tmp.
pub fn proxy(user: &Cert, carried: Option<Extension>) -> String {
    let key = Key::load("job");
    let user_der = user.issue(&pki::grid().key);
    let der = proxy_der(user, carried);
    format!("{}{}{}", cert_pem(&der), key.pem(), cert_pem(&user_der))
}

/// The proxy certificate alone.
pub fn proxy_der(user: &Cert, carried: Option<Extension>) -> Vec<u8> {
    proxy_cert(user, carried).issue(&Key::load("user"))
}

/// The proxy certificate, before it is issued.
pub fn proxy_cert(user: &Cert, carried: Option<Extension>) -> Cert {
    let (_, mut cert) =
        pki::proxy(&pki::alice(), "2314679999", &Key::load("job"), ext::INHERIT_ALL);
    assert_eq!(cert.issuer, user.subject);
    cert.extensions.extend(carried);
    cert
}

/// The same, delegated once more without attributes: another key in front.
pub fn delegated(user: &Cert, carried: Option<Extension>) -> String {
    let (name, mut first) =
        pki::proxy(&pki::alice(), "2314679999", &Key::load("job"), ext::INHERIT_ALL);
    first.extensions.extend(carried);
    let key = Key::load("jobagent");
    let (_, second) = pki::proxy(&name, "1", &key, ext::INHERIT_ALL);
    let chain = [first.issue(&Key::load("user")), user.issue(&pki::grid().key)];
    let second = second.issue(&Key::load("job"));
    let above: String = chain.iter().map(|der| cert_pem(der)).collect();
    format!("{}{}{above}", cert_pem(&second), key.pem())
}

fn general(name: &[u8]) -> Vec<u8> {
    der::sequence(&[&der::context(4, name)])
}

/// RSA with a digest.
pub fn rsa(hash: Hash) -> Sign {
    Sign::Pkcs1(hash)
}
