//! What a certificate must be by itself: names that are there, flags that are right; and the keys
//! that nothing depends on.

use super::forge::extension::Extension;
use super::forge::key::Key;
use super::forge::name::Name;
use super::forge::pki::Authority;
use super::forge::{Cert, der, extension as ext, pki};
use super::{Purpose, Vector, changed_ca, changed_root, grid, plain, reissued, root, user};

pub(crate) fn vectors() -> Vec<Vector> {
    let mut all = Vec::new();
    all.extend(criticality());
    all.extend(names());
    all.extend(keys());
    all.extend(rollover());
    all
}

const OK: &str = "ok";

fn criticality() -> Vec<Vector> {
    const WHY: &str = "RFC 5280 §4.2.1.1, §4.2.1.2: not critical; OpenSSL refuses them as unknown";
    let critical = |oid: &'static str| {
        move |mut cert: Cert| {
            for extension in &mut cert.extensions {
                extension.critical |= extension.oid == oid;
            }
            cert
        }
    };
    let (subject, authority) = ("2.5.29.14", "2.5.29.35");
    let freshest = Extension::crl_at("http://ca.certok.test/delta.crl").value;
    let freshest = Extension::raw("2.5.29.46", freshest);
    vec![
        plain(
            "critical: subjectKeyIdentifier",
            WHY,
            "0 WronglyCritical",
            critical(subject)(user(&grid())),
        ),
        plain(
            "critical: authorityKeyIdentifier",
            WHY,
            "0 WronglyCritical",
            critical(authority)(user(&grid())),
        ),
        changed_ca(
            "critical: authorityKeyIdentifier of the CA",
            WHY,
            "1 WronglyCritical",
            critical(authority),
        ),
        changed_root(
            "critical: subjectKeyIdentifier of the root",
            WHY,
            "2 WronglyCritical",
            critical(subject),
        ),
        plain(
            "critical: freshestCRL",
            "RFC 5280 §4.2.1.15",
            "0 WronglyCritical",
            user(&grid()).with(freshest.clone().critical()),
        ),
        plain("not critical: freshestCRL", "RFC 5280 §4.2.1.15", OK, user(&grid()).with(freshest)),
        plain(
            "no key identifiers",
            "CAs have left them out for decades",
            OK,
            user(&grid()).without(subject).without(authority),
        ),
        plain("serial number 0", "IGTF roots have it", OK, user(&grid()).serial(&[0])),
        plain(
            "negative serial number",
            "only warned of: Go refuses it",
            OK,
            user(&grid()).serial(&[0x80]),
        ),
        plain("serial number of 20 bytes", "RFC 5280 §4.1.2.2", OK, user(&grid()).serial(&[1; 20])),
        plain(
            "serial number of 21 bytes",
            "only warned of: OpenSSL, Go and webpki take it",
            OK,
            user(&grid()).serial(&[1; 21]),
        ),
        plain("keyCertSign without cA", "only warned of: no rule of RFC 5280 §6.1 asks", OK, {
            user(&grid())
                .replace(Extension::key_usage(&[ext::DIGITAL_SIGNATURE, ext::KEY_CERT_SIGN]))
        }),
    ]
}

fn names() -> Vec<Vector> {
    const WHY: &str = "RFC 5280 §4.1.2.6 binds CAs: only warned of";
    let nameless = |cert: Cert| Cert { subject: Name::default().der(), ..cert };
    let names = || Extension::subject_alt_name(&[ext::email("alice@certok.test")]);
    let nobody = {
        let (name, key) = (Name::default(), Key::load("sub"));
        let cert = nameless(root().below("Nobody", "sub", None).cert);
        let der = cert.issue(&root().key);
        Authority { name, key, cert, der }
    };
    vec![
        plain(
            "no subject, critical subjectAltName",
            WHY,
            OK,
            nameless(user(&grid()).replace(names().critical())),
        ),
        plain("no subject, subjectAltName not critical", WHY, OK, nameless(user(&grid()))),
        plain(
            "no subject, no subjectAltName",
            WHY,
            OK,
            nameless(user(&grid()).without("2.5.29.17")),
        ),
        plain(
            "no subject, an empty subjectAltName",
            WHY,
            OK,
            nameless(user(&grid()).replace(Extension::subject_alt_name(&[]).critical())),
        ),
        Vector::new("a CA without a name", "RFC 5280 §4.1.2.4, §4.1.2.6", OK)
            .anchor(&root().der)
            .helper(&nobody.der)
            .user_of(&nobody),
    ]
}

/// Keys that certok does not compute with, of an anchor that is looked at for its own sake.
fn keys() -> Vec<Vector> {
    const WHY: &str = "nothing depends on the key of an anchor that is asked about itself";
    // X25519 signs nothing, so its certificate is another key's, whatever it says of its issuer.
    const NOT_SELF: &str = "OpenSSL: self-signed is what a key of that type can have signed";
    let key = Key::load("ca-ed25519");
    let cert = Authority::root("Certok X25519", "ca-ed25519").cert;
    let cert = cert.without("2.5.29.14").without("2.5.29.35");
    // id-Ed25519 is 1.3.101.112, id-X25519 is 1.3.101.110, id-Ed448 is 1.3.101.113.
    let with_type = |last: u8| {
        let mut other = key.spki();
        let oid = der::oid("1.3.101.112");
        let at = other.windows(oid.len()).position(|window| window == oid).expect("its type");
        other[at + oid.len() - 1] = last;
        reissued(&cert, &key, &key.spki(), &other)
    };
    let any = |vector: Vector| vector.ask(|ask| ask.purpose = Purpose::Any);
    let alone = |name: &str, why, want: &str, der: &[u8]| {
        any(Vector::new(name, why, want).anchor(der).leaf(der.to_vec()))
    };
    let partial = alone("an X25519 key, trusted itself, partial chain", WHY, OK, &with_type(110));
    vec![
        alone("an Ed448 key, trusted itself", WHY, OK, &with_type(113)),
        alone("an X25519 key, trusted itself", NOT_SELF, "0 IssuerNotFound", &with_type(110)),
        partial.ask(|ask| ask.partial_chain = true),
        Vector::new(
            "an Ed448 key, trusted itself, as client",
            "what a client's key is good for is asked",
            "0 KeyUnsupported, 0 NoDigitalSignature",
        )
        .anchor(&with_type(113))
        .leaf(with_type(113)),
    ]
}

/// A CA changes its key: each of its certificates under the other key (RFC 4210 §4.4).
fn rollover() -> Vec<Vector> {
    const WHY: &str = "RFC 4210 §4.4: old with new and new with old join both generations";
    const NAME: &str = "Certok Test Root";
    let (old, new) = (root(), Authority::root(NAME, "cross-root"));
    let under = |ca: &Authority, issuer: &Authority| {
        ca.with_cert(&issuer.key, |cert| {
            let cert = cert.serial(&[7]);
            cert.replace(Extension::authority_key_id(&issuer.key.id()))
        })
    };
    let (new_with_old, old_with_new) = (under(&new, &old), under(&old, &new));
    let user_of_new = user(&new).issue(&new.key);
    let user_of_old = user(&old).issue(&old.key);
    let vector = |name: &str, want: &str, leaf: &[u8]| {
        Vector::new(&format!("rollover: {name}"), WHY, want).leaf(leaf.to_vec())
    };
    vec![
        vector("new user, old anchor, new with old", OK, &user_of_new)
            .anchor(&old.der)
            .helper(&new_with_old.der),
        vector("old user, new anchor, old with new", OK, &user_of_old)
            .anchor(&new.der)
            .helper(&old_with_new.der),
        vector("new user, old anchor alone", "0 BadSignature", &user_of_new).anchor(&old.der),
        vector("new user, new with old in the directory", OK, &user_of_new)
            .anchor(&old.der)
            .anchor(&new_with_old.der),
        vector("new user, new with old alone in the directory", "1 IssuerNotFound", &user_of_new)
            .anchor(&new_with_old.der),
        vector("everything everywhere", OK, &user_of_new)
            .anchor(&old.der)
            .anchor(&new.der)
            .helper(&new_with_old.der)
            .helper(&old_with_new.der),
        vector("path length 0 of the old root, self-issued between", OK, &user_of_new)
            .anchor(&old.with_cert(&old.key, |cert| cert.replace(Extension::ca(Some(0)))).der)
            .helper(&new_with_old.der),
        vector("a self-issued end entity", OK, &{
            let key = Key::load("user");
            let leaf =
                Cert::new(&pki::grid_name(NAME), &key, &pki::grid_name(NAME), old.key.usual_sign());
            leaf.with(Extension::authority_key_id(&old.key.id())).issue(&old.key)
        })
        .anchor(&old.der),
    ]
}

/// Where webpki says otherwise: vector, what it says, why.
pub(crate) const DIFFERENCES: &[(&str, &str, &str)] = &[
    ("critical: subjectKeyIdentifier of the root", "ok", ANCHOR),
    ("an Ed448 key, trusted itself", "CaUsedAsEndEntity", CA_AS_LEAF),
    ("an X25519 key, trusted itself, partial chain", "CaUsedAsEndEntity", CA_AS_LEAF),
    ("rollover: new user, new with old alone in the directory", "ok", ANCHOR),
];

const ANCHOR: &str =
    "it takes of an anchor the name, the key and the name constraints, and nothing else";
const CA_AS_LEAF: &str = "it takes no CA for an end entity";
