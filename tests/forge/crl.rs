//! Certificate revocation lists, for tests that put one into a copy of the CA directory.

use super::der;
use super::extension::Extension;
use super::key::Key;
use super::pki::Authority;
use super::sign::Sign;

/// A list in the making. Every field may be set to anything.
#[derive(Clone)]
pub struct Crl {
    /// The number in the version field (1 is v2), or none for a v1 list.
    pub version: Option<u8>,
    /// The algorithm that signs.
    pub sign: Sign,
    /// DER Name.
    pub issuer: Vec<u8>,
    /// DER time.
    pub this_update: Vec<u8>,
    /// DER time, if any.
    pub next_update: Option<Vec<u8>>,
    /// Serial number contents and DER times.
    pub revoked: Vec<(Vec<u8>, Vec<u8>)>,
    /// In encoded order; none at all leaves the field out.
    pub extensions: Vec<Extension>,
    /// Flip a bit of the signature.
    pub corrupt: bool,
}

impl Crl {
    /// An empty v2 list of `issuer` with AKI and number 1, between two instants.
    pub fn new(issuer: &Authority, this_update: i64, next_update: i64) -> Self {
        Self {
            version: Some(1),
            sign: issuer.key.usual_sign(),
            issuer: issuer.name.der(),
            this_update: der::time(this_update),
            next_update: Some(der::time(next_update)),
            revoked: Vec::new(),
            extensions: vec![
                Extension::authority_key_id(&issuer.key.id()),
                Extension::raw("2.5.29.20", der::number(1)),
            ],
            corrupt: false,
        }
    }

    /// One more revoked serial number (INTEGER content), revoked at `when`.
    pub fn revoke(mut self, serial: &[u8], when: i64) -> Self {
        self.revoked.push((serial.to_vec(), der::time(when)));
        self
    }

    /// The list's DER, signed by `issuer`.
    pub fn issue(&self, issuer: &Key) -> Vec<u8> {
        let tbs = self.tbs();
        let mut signature = issuer.sign(self.sign, &tbs);
        if self.corrupt {
            *signature.last_mut().expect("a signature") ^= 1;
        }
        der::sequence(&[&tbs, &self.sign.algorithm(), &der::bit_string(&signature)])
    }

    fn tbs(&self) -> Vec<u8> {
        let revoked: Vec<_> = self
            .revoked
            .iter()
            .map(|(serial, when)| der::sequence(&[&der::integer(serial), when]))
            .collect();
        let extensions: Vec<_> = self.extensions.iter().map(Extension::der).collect();
        der::sequence(&[
            &self
                .version
                .map(|v| der::number(v.into()))
                .unwrap_or_default(),
            &self.sign.algorithm(),
            &self.issuer,
            &self.this_update,
            &self.next_update.clone().unwrap_or_default(),
            &unless_empty(&revoked),
            &if extensions.is_empty() {
                Vec::new()
            } else {
                der::context(0, &unless_empty(&extensions))
            },
        ])
    }
}

/// SEQUENCE OF, left out when there is nothing in it.
fn unless_empty(elements: &[Vec<u8>]) -> Vec<u8> {
    if elements.is_empty() {
        Vec::new()
    } else {
        der::tlv(der::SEQUENCE, &elements.concat())
    }
}
