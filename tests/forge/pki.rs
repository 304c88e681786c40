//! The cast: authorities, the user, and the JAliEn tokens.

use super::extension::{
    Extension, {self as ext},
};
use super::key::Key;
use super::name::{Name, Text};
use super::sign::{Hash, Sign};
use super::{Cert, der, serial_of};

/// IGTF classic profile, as grid CAs assert it.
pub const CLASSIC_PROFILE: &str = "1.2.840.113612.5.2.2.1";

/// Who issues: a name with a key, and the certificate that says so.
#[derive(Clone)]
pub struct Authority {
    /// Subject of the CA certificate.
    pub name: Name,
    /// Its key.
    pub key: Key,
    /// The CA certificate, ready to be changed and issued again.
    pub cert: Cert,
    /// The CA certificate's DER.
    pub der: Vec<u8>,
}

impl Authority {
    /// A root: self-signed, 2015 to 2040.
    pub fn root(common_name: &str, key: &str) -> Self {
        let (name, key) = (grid_name(common_name), Key::load(key));
        let cert = ca_cert(&name, &key, &name, &key, None);
        Self::from_cert(name, key.clone(), cert, &key)
    }

    /// A root whose key is kept nowhere.
    pub fn numbered(common_name: &str, number: u64) -> Self {
        let (name, key) = (grid_name(common_name), Key::numbered(number));
        let cert = ca_cert(&name, &key, &name, &key, None);
        Self::from_cert(name, key.clone(), cert, &key)
    }

    /// The same below this one.
    pub fn numbered_below(&self, common_name: &str, number: u64) -> Self {
        let (name, key) = (grid_name(common_name), Key::numbered(number));
        let cert = ca_cert(&name, &key, &self.name, &self.key, Some(0));
        Self::from_cert(name, key, cert, &self.key)
    }

    /// An authority below this one, 2015 to 2040.
    pub fn below(&self, common_name: &str, key: &str, path_length: Option<u64>) -> Self {
        let (name, key) = (grid_name(common_name), Key::load(key));
        let cert = ca_cert(&name, &key, &self.name, &self.key, path_length);
        Self::from_cert(name, key, cert, &self.key)
    }

    /// This authority with a certificate changed in some way, signed by `issuer`.
    pub fn with_cert(&self, issuer: &Key, change: impl FnOnce(Cert) -> Cert) -> Self {
        Self::from_cert(self.name.clone(), self.key.clone(), change(self.cert.clone()), issuer)
    }

    /// A certificate under this authority as grid CAs make them for users.
    pub fn user(&self, subject: &Name, key: &Key) -> Cert {
        Cert::new(subject, key, &self.name, self.key.usual_sign())
            .with(Extension::not_ca())
            .with(Extension::key_usage(usages(key)))
            .with(Extension::extended_key_usage(&[ext::CLIENT_AUTH, ext::EMAIL_PROTECTION]))
            .with(Extension::subject_key_id(&key.id()))
            .with(Extension::authority_key_id(&self.key.id()))
            .with(Extension::subject_alt_name(&[ext::email("alice@certok.test")]))
            .with(Extension::policies(&[CLASSIC_PROFILE]))
            .with(Extension::ca_issuers("http://ca.certok.test/issuer.cer"))
            .with(Extension::crl_at("http://ca.certok.test/issuer.crl"))
    }

    fn from_cert(name: Name, key: Key, cert: Cert, issuer: &Key) -> Self {
        let der = cert.issue(issuer);
        Self { name, key, cert, der }
    }
}

/// `/DC=org/DC=certok/CN=…`
pub fn grid_name(common_name: &str) -> Name {
    Name::slash("/DC=org/DC=certok").with("CN", common_name)
}

/// The user all the certificates are for.
pub fn alice() -> Name {
    Name::slash("/DC=org/DC=certok/OU=People/CN=Alice Adams")
}

/// `/DC=org/DC=certok/CN=Certok Test Root`
pub fn root() -> Authority {
    Authority::root("Certok Test Root", "root")
}

/// `/DC=org/DC=certok/CN=Certok Test Grid CA`, path length 0, under the root.
pub fn grid() -> Authority {
    root().below("Certok Test Grid CA", "grid", Some(0))
}

/// `/DC=org/DC=certok/CN=Certok Test ECC CA`: a P-384 root.
pub fn ecc() -> Authority {
    Authority::root("Certok Test ECC CA", "ca-p384")
}

/// The issuer of today's JAliEn tokens, in every field but the key.
pub fn alien2() -> Authority {
    alien_ca("AliEn2", "alien2", ("200217162138Z", "400212162138Z"))
}

/// The issuer of the first JAliEn tokens: `O=AliEn`, RSA-1024.
pub fn alien_old() -> Authority {
    alien_ca("AliEn", "alien-old", ("200122100000Z", "400117100000Z"))
}

/// A token as JAliEn makes them: four extensions, none critical, no basicConstraints.
pub fn token(subject: &Name, key: &Key, purposes: &[&str], issuer: &Authority) -> Cert {
    let usages = [ext::DIGITAL_SIGNATURE, ext::NON_REPUDIATION, ext::KEY_ENCIPHERMENT];
    let mut key_usage = Extension::key_usage(&usages);
    key_usage.critical = false;
    Cert::new(subject, key, &issuer.name, Sign::Pkcs1(Hash::Sha256))
        .serial(&serial_of(&[b"token", &subject.der()], 16))
        .with(Extension::authority_key_id(&issuer.key.id()))
        .with(Extension::subject_key_id(&key.id()))
        .with(Extension::extended_key_usage(purposes))
        .with(key_usage)
}

/// The names that every JAliEn user and job token is for; the last two are addresses, written as
/// dNSName all the same.
pub fn localhost_names() -> Vec<Vec<u8>> {
    ["localhost", "localhost.localdomain", "127.0.0.1", "::1"].map(ext::dns).to_vec()
}

/// An RFC 3820 proxy: one CN more than the subject of its issuer, 12 hours around the clock.
pub fn proxy(issuer: &Name, number: &str, key: &Key, language: &str) -> (Name, Cert) {
    let subject = issuer.clone().with("CN", number);
    let cert = Cert::new(&subject, key, issuer, Sign::Pkcs1(Hash::Sha256))
        .valid("260601060000Z", "260601180000Z")
        .with(Extension::proxy(language, None))
        .with(Extension::key_usage(&[ext::DIGITAL_SIGNATURE, ext::KEY_ENCIPHERMENT]));
    (subject, cert)
}

fn ca_cert(name: &Name, key: &Key, issuer: &Name, signer: &Key, path_length: Option<u64>) -> Cert {
    Cert::new(name, key, issuer, signer.usual_sign())
        .valid("150101000000Z", "400101000000Z")
        .with(Extension::ca(path_length))
        .with(Extension::key_usage(&[ext::KEY_CERT_SIGN, ext::CRL_SIGN]))
        .with(Extension::subject_key_id(&key.id()))
        .with(Extension::authority_key_id(&signer.id()))
}

/// All its strings are Printable, which shows in the old subject hash; those of its tokens are not.
fn alien_ca(organisation: &str, key: &str, (not_before, not_after): (&str, &str)) -> Authority {
    let name = &Name::default()
        .with("C", "ch")
        .with_text("O", Text::Printable, organisation)
        .with_text("CN", Text::Printable, "AliEn CA");
    let key = Key::load(key);
    let usages = [ext::DIGITAL_SIGNATURE, ext::KEY_CERT_SIGN, ext::CRL_SIGN];
    let serial = [0];
    let cert = Cert::new(name, &key, name, Sign::Pkcs1(Hash::Sha256))
        .serial(&serial)
        .valid(not_before, not_after)
        .with(Extension::ca(Some(0)))
        .with(Extension::key_usage(&usages))
        .with(Extension::subject_key_id(&key.id()))
        .with(Extension::authority_key_id_full(&key.id(), name, &serial))
        .with(Extension::subject_alt_name(&[name.general()]))
        .with(Extension::ca_issuers("http://alien.certok.test/"));
    Authority::from_cert(name.clone(), key.clone(), cert, &key)
}

/// Only an RSA key can transport another.
fn usages(key: &Key) -> &'static [u8] {
    match key.usual_sign() {
        Sign::Pkcs1(_) => &[ext::DIGITAL_SIGNATURE, ext::KEY_ENCIPHERMENT],
        _ => &[ext::DIGITAL_SIGNATURE],
    }
}

/// SubjectPublicKeyInfo as PEM.
pub fn public_pem(key: &Key) -> String {
    super::pem("PUBLIC KEY", &key.spki())
}

/// A certificate request (PKCS#10) without attributes.
pub fn request(subject: &Name, key: &Key) -> Vec<u8> {
    let sign = key.usual_sign();
    let info =
        der::sequence(&[&der::number(0), &subject.der(), &key.spki(), &der::context(0, &[])]);
    let signature = key.sign(sign, &info);
    der::sequence(&[&info, &sign.algorithm(), &der::bit_string(&signature)])
}
