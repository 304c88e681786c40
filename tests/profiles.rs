//! Questions on which software differs, each with a credential that is forged for it: who takes it,
//! and who does not.

mod below;
mod forge;

use std::fs;
use std::path::Path;
use std::process::Command;

use below::{CERTOK, System};
use forge::crl::{Crl, delta_to, reason};
use forge::extension::Extension;
use forge::key::Key;
use forge::name::{Name, Text};
use forge::{Cert, NOW, cert_pem, crl_pem, der, extension as ext, pki};
use serde_json::Value;

/// Which of `tools` take the certificates in `chain`, with `list` as the CRL of the grid CA.
fn takers(chain: &[Vec<u8>], list: Option<&[u8]>, tools: &[&str]) -> Vec<Option<bool>> {
    let scratch = tempfile::tempdir().unwrap();
    let cas = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/ca/certificates");
    let own = scratch.path().join("certificates");
    fs::create_dir(&own).unwrap();
    for entry in fs::read_dir(cas).unwrap() {
        let path = entry.unwrap().path();
        fs::write(own.join(path.file_name().unwrap()), fs::read(&path).unwrap()).unwrap();
    }
    if let Some(list) = list {
        fs::write(own.join("bea41460.r0"), crl_pem(list)).unwrap();
    }
    let file = scratch.path().join("cert.pem");
    fs::write(&file, chain.iter().map(|der| cert_pem(der)).collect::<String>()).unwrap();
    let system = System::new();
    let (name, root) = system.variable();
    let out = Command::new(CERTOK)
        .env_clear()
        .env(name, root)
        .args(["who", "cert", "--json", "--at", &NOW.to_string(), "--ca-dir"])
        .args([&own, &file])
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&out.stdout).unwrap();
    let rows = report["acceptance"].as_array().unwrap();
    let of = |tool: &&str| rows.iter().find(|row| row["tool"] == **tool).unwrap();
    tools.iter().map(|tool| of(tool)["accepts"].as_bool()).collect()
}

/// Each tool with a plus if it takes the credential, with a minus if not.
fn assert_takes(what: &str, expected: &str, chain: &[Vec<u8>], list: Option<&[u8]>) {
    let tools: Vec<&str> = expected.split(' ').map(|word| &word[1..]).collect();
    let said = takers(chain, list, &tools);
    let sign = |accepts: &Option<bool>| match accepts {
        Some(true) => '+',
        Some(false) => '-',
        None => '?',
    };
    let words = tools.iter().zip(&said).map(|(tool, accepts)| format!("{}{tool}", sign(accepts)));
    assert_eq!(words.collect::<Vec<_>>().join(" "), expected, "{what}");
}

#[test]
fn names_below_constraints() {
    let key = Key::load("user");
    let with_mail = |text| pki::alice().with_text("emailAddress", text, "alice@certok.test");
    let address = |host: &str| Name::slash("/DC=org/DC=certok").with("CN", host);
    let (hosts, mails) = (vec![ext::dns("certok.test")], vec![ext::email("certok.test")]);
    let mail = |address: &str| Extension::subject_alt_name(&[ext::email(address)]);
    let same = |cert: Cert| cert;
    type Case<'a> = (&'a str, &'a Vec<Vec<u8>>, Name, &'a dyn Fn(Cert) -> Cert, &'a str);
    let cases: &[Case<'_>] = &[
        (
            "an e-mail address as IA5String",
            &hosts,
            with_mail(Text::Ia5),
            &same,
            "+openssl +xrootd-http +gnutls +go",
        ),
        (
            "the same as UTF8String",
            &hosts,
            with_mail(Text::Utf8),
            &same,
            "-openssl -xrootd-http +gnutls +go",
        ),
        ("a CN that is no host", &hosts, address("Alice"), &same, "+openssl +gnutls"),
        ("an address as CN", &hosts, address("10.0.0.1"), &same, "-openssl +gnutls"),
        (
            "a mail address at the host",
            &mails,
            pki::alice(),
            &|cert| cert.replace(mail("a@certok.test")),
            "+openssl +go",
        ),
        (
            "a mail address below the host",
            &mails,
            pki::alice(),
            &|cert| cert.replace(mail("a@sub.certok.test")),
            "-openssl +go",
        ),
    ];
    for (what, permitted, subject, change, expected) in cases {
        let root = pki::root();
        let sub = root.below("Certok Constrained CA", "grid", None);
        let constraints = Extension::name_constraints(permitted, &[]);
        let sub = sub.with_cert(&root.key, |cert| cert.with(constraints));
        let cert = change(sub.user(subject, &key));
        assert_takes(what, expected, &[cert.issue(&sub.key), sub.der.clone()], None);
    }
}

#[test]
fn end_entities_and_policies() {
    let (grid, key) = (pki::grid(), Key::load("user"));
    let qualifier = der::sequence(&[&der::oid("1.3.6.1.5.5.7.2.1"), &der::tlv(0x16, b"http://a")]);
    let policy = der::sequence(&[&der::oid(pki::CLASSIC_PROFILE), &der::sequence(&[&qualifier])]);
    let qualified = Extension::raw("2.5.29.32", der::sequence(&[&policy]));
    let plain = Extension::policies(&[pki::CLASSIC_PROFILE]);
    let user = || grid.user(&pki::alice(), &key);
    let below = grid.user(&grid.name.clone().with("CN", "Alice"), &key);
    let cases = [
        ("critical policies", user().replace(plain.critical()), "+java +canl +openssl -rustls"),
        ("with a qualifier", user().replace(qualified.clone()), "+java +canl +openssl +rustls"),
        (
            "critical policies with a qualifier",
            user().replace(qualified.critical()),
            "-java +canl +openssl -rustls",
        ),
        ("a user below the name of the CA", below, "-xrootd-http +openssl-proxy +globus"),
    ];
    for (what, cert, expected) in cases {
        assert_takes(what, expected, &[cert.issue(&grid.key)], None);
    }
}

#[test]
fn lists_are_read_in_different_ways() {
    let (grid, key) = (pki::grid(), Key::load("user"));
    let own = [&[0x11][..], &[0x22][..]];
    let cert = grid.user(&pki::alice(), &key).serial(own[0]).issue(&grid.key);
    let new = || Crl::new(&grid, NOW - 86_400, NOW + 86_400);
    let unknown = || vec![Extension::raw("1.2.3.4", vec![5, 0]).critical()];
    let mut numbered = new();
    numbered.extensions[1] = numbered.extensions[1].clone().critical();
    let cases = [
        ("an empty list", new(), "+globus +canl +gnutls-crl +rustls-crl +xrootd-gsi-6"),
        (
            "revoked",
            new().revoke(own[0], NOW - 10),
            "-globus -canl -gnutls-crl -rustls-crl -xrootd-gsi-6",
        ),
        (
            "revoked in a delta list",
            new().with(delta_to(1)).revoke(own[0], NOW - 10),
            "-globus +canl -gnutls-crl +rustls-crl -xrootd-gsi-6",
        ),
        (
            "removed from the list",
            new().revoke_with(own[0], NOW - 10, vec![reason(8)]),
            "-globus +canl -gnutls-crl -rustls-crl -xrootd-gsi-6",
        ),
        (
            "a reason without a name",
            new().revoke_with(own[0], NOW - 10, vec![reason(11)]),
            "-globus +canl -gnutls-crl +rustls-crl -xrootd-gsi-6",
        ),
        (
            "another entry that is not understood",
            new().revoke_with(own[1], NOW - 10, unknown()),
            "+globus +canl +gnutls-crl +rustls-crl +xrootd-gsi-6",
        ),
        ("a critical number", numbered, "+globus -canl +gnutls-crl +rustls-crl +xrootd-gsi-6"),
        (
            "another issuer's list",
            Crl::new(&pki::root(), NOW - 86_400, NOW + 86_400),
            "+globus +canl +gnutls-crl +rustls-crl -xrootd-gsi-6",
        ),
    ];
    for (what, list, expected) in cases {
        let by =
            if what.starts_with("another issuer") { pki::root().key } else { grid.key.clone() };
        assert_takes(what, expected, std::slice::from_ref(&cert), Some(&list.issue(&by)));
    }
}
