//! CA certificates with one defect each, for CA directories that are audited; and any number of CAs.

use super::extension::{
    Extension, {self as ext},
};
use super::key::Key;
use super::name::Name;
use super::pki::{
    Authority, {self},
};
use super::sign::{Hash, Sign};
use super::{Cert, NOW, cert_pem, der, pem};

/// What `ca-expires-soon` counts as soon.
const SOON: i64 = 90 * 86_400;

/// File names and texts. `soon-last-good` and `soon-first-bad` are such pairs at [`NOW`].
pub fn certificates() -> Vec<(&'static str, String)> {
    let mut files = Vec::new();
    let mut put = |name, der: &[u8]| files.push((name, cert_pem(der)));
    for (name, not_before, not_after) in [
        ("soon-last-good.pem", NOW - 9, NOW + SOON),
        ("soon-first-bad.pem", NOW - 9, NOW + SOON - 1),
        ("expired-last-good.pem", NOW - 9, NOW),
        ("expired-first-bad.pem", NOW - 9, NOW - 1),
        ("future-last-good.pem", NOW, NOW + 2 * SOON),
        ("future-first-bad.pem", NOW + 1, NOW + 2 * SOON),
    ] {
        put(name, &root(|cert| cert.valid_between(not_before, not_after)));
    }
    put("version-1.pem", &version_1(&pki::grid_name("Certok Audited CA"), "ca-p256"));
    put("version-1-below.pem", &version_1(&pki::root().name, "root"));
    put("no-basic-constraints.pem", &root(|cert| cert.without("2.5.29.19")));
    put("unknown-critical.pem", &root(|cert| cert.with(Extension::unknown_critical())));
    for (name, oid) in
        [("malformed-policies.pem", "2.5.29.32"), ("malformed-ip-blocks.pem", "1.3.6.1.5.5.7.1.7")]
    {
        put(name, &root(|cert| cert.with(Extension::raw(oid, der::utf8("none")))));
    }
    for (name, more) in
        [("any-usage-ca.pem", &[][..]), ("client-usage-ca.pem", &[ext::CLIENT_AUTH])]
    {
        let usages = [&["2.5.29.37.0"], more].concat();
        put(name, &root(|cert| cert.with(Extension::extended_key_usage(&usages))));
    }
    put("root-altered.pem", &root(Cert::corrupt));
    put("root-sha1.pem", &rsa_root(Sign::Pkcs1(Hash::Sha1)));
    put("below-sha1.pem", &below(|cert| cert.sign(Sign::Pkcs1(Hash::Sha1))));
    put("below-md5.pem", &below(|cert| cert.sign(Sign::Pkcs1(Hash::Md5))));
    put("below-altered.pem", &below(Cert::corrupt));
    put("below-other-key.pem", &below_other_key());
    let serial = pki::grid().cert.serial;
    let twin = pki::root().below("Certok Test Grid CA", "grid-rekeyed", Some(0));
    let twin = twin.with_cert(&pki::root().key, |cert| cert.serial(&serial));
    put("grid-same-serial.pem", &twin.der);
    for (name, ca) in [
        ("grid-self-signed.pem", "Certok Test Grid CA"),
        ("root-other-key.pem", "Certok Test Root"),
    ] {
        put(name, &Authority::root(ca, "cross-root").der);
    }
    let mail = ("emailAddress", "ca@certok.test");
    put(
        "mail-in-cn.pem",
        &Authority::root("Certok Audited CA/emailAddress=ca@certok.test", "ca-p256").der,
    );
    let (beside, key) =
        (pki::grid_name("Certok Audited CA").with(mail.0, mail.1), Key::load("ca-p256"));
    let user = Cert::new(&pki::alice(), &Key::load("user"), &beside, key.usual_sign());
    put("below-mail-beside-cn.pem", &user.issue(&key));
    let (old, new) = changed_keys();
    put("changed-old.pem", &old);
    put("changed-new-by-old.pem", &new);
    files
}

/// `count` roots with different names and one key, as one PEM text each.
pub fn roots(count: usize) -> impl Iterator<Item = (Name, String)> {
    let key = Key::load("ca-p256");
    (0..count).map(move |n| {
        let name = Name::slash("/C=US/O=Certok Web").with("CN", &format!("Certok Web Root {n}"));
        let cert = Cert::new(&name, &key, &name, key.usual_sign())
            .serial(&[u8::try_from(n + 1).expect("few roots")])
            .with(Extension::ca(None))
            .with(Extension::key_usage(&[ext::KEY_CERT_SIGN, ext::CRL_SIGN]));
        (name, cert_pem(&cert.issue(&key)))
    })
}

/// `/DC=org/DC=certok/CN=Certok Audited CA`, a root with a change.
fn root(change: impl FnOnce(Cert) -> Cert) -> Vec<u8> {
    let root = Authority::root("Certok Audited CA", "ca-p256");
    root.with_cert(&root.key, change).der
}

fn rsa_root(sign: Sign) -> Vec<u8> {
    let root = Authority::root("Certok Audited CA", "web");
    root.with_cert(&root.key, |cert| cert.sign(sign)).der
}

/// `/DC=org/DC=certok/CN=Certok Audited CA` below the root, with a change.
fn below(change: impl FnOnce(Cert) -> Cert) -> Vec<u8> {
    let root = pki::root();
    let ca = root.below("Certok Audited CA", "sub", None);
    ca.with_cert(&root.key, change).der
}

/// Signed in the root's name by a key that is not the root's.
fn below_other_key() -> Vec<u8> {
    let stranger = Authority::root("Certok Test Root", "cross-root");
    stranger.below("Certok Audited CA", "sub", None).der
}

fn version_1(issuer: &Name, signer: &str) -> Vec<u8> {
    let (name, signer) = (pki::grid_name("Certok Audited CA"), Key::load(signer));
    let mut cert = Cert::new(&name, &Key::load("ca-p256"), issuer, signer.usual_sign())
        .valid("150101000000Z", "400101000000Z");
    cert.version = None;
    cert.issue(&signer)
}

/// A root, and the certificate of its next key by which the old one vouches for it (RFC 4210 §4.4).
fn changed_keys() -> (Vec<u8>, Vec<u8>) {
    let old = Authority::root("Certok Audited CA", "ca-p256");
    let new = old.below("Certok Audited CA", "ca-p384", None);
    (old.der, new.der)
}

/// The root in OpenSSL's own form, trusted for everything.
pub fn trusted_root() -> String {
    let any = der::sequence(&[&der::sequence(&[&der::oid("2.5.29.37.0")])]);
    pem("TRUSTED CERTIFICATE", &[&pki::root().der[..], &any].concat())
}

/// A block that has the right label and no certificate in it.
pub fn no_certificate() -> String {
    cert_pem(&der::sequence(&[&der::number(1)]))
}
