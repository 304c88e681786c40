//! Revocation lists in a CA directory or file, with the real binary: which are read, what is said
//! of them, and with which exit code.

mod forge;
mod setup;

use std::fs;

use forge::key::Key;
use forge::{Cert, cert_pem, pki};
use serde_json::Value;
use setup::As::{
    Anybody, User, {self},
};
use setup::Place;

/// Who, exit code, the ids of errors and warnings, a part of the text, and the script.
const CASES: &[(As, i32, &str, &str, &str)] = &[
    (Anybody, 0, "", "no CRL of Certok Test Grid CA, Certok Test Root in", "certok cert-verify"),
    (
        Anybody,
        0,
        "",
        "CRL checked for 1 of 2 CAs, valid until 2026-06-21",
        "cp $D/crl/grid.pem $CA/bea41460.r0; certok cert-verify",
    ),
    (
        Anybody,
        0,
        "",
        "CRL checked for 2 of 2 CAs, valid until 2026-06-21",
        "cp $D/crl/grid.pem $CA/bea41460.r0; cp $D/crl/root.pem $CA/4b4ca555.r0; certok cert-verify --crl require",
    ),
    (
        Anybody,
        0,
        "",
        "CRL checked for 1 of 1 CA, valid",
        "cp $D/crl/grid.pem $CA/bea41460.r0; certok cert-verify --crl require --crl-depth leaf",
    ),
    (
        Anybody,
        5,
        "crl-missing",
        "there is no CRL of the CA Certok Test Root (expected as 4b4ca555.r0)",
        "cp $D/crl/grid.pem $CA/bea41460.r0; certok cert-verify --crl require",
    ),
    // Numbers: a missing .r0 hides nothing, and the newest decides.
    (
        Anybody,
        14,
        "revoked",
        "keyCompromise, says the CRL",
        "cp $D/crl/revokes-healthy.pem $CA/bea41460.r1; certok cert-verify",
    ),
    (
        Anybody,
        14,
        "revoked",
        "bea41460.r10",
        "cp $D/crl/revokes-healthy.pem $CA/bea41460.r9; mv $CA/bea41460.r9 $CA/bea41460.r10; : > $CA/bea41460.r4; certok cert-verify",
    ),
    (
        Anybody,
        0,
        "crl-expired",
        "CRL checked for 1 of 2",
        "cp $D/crl/expired.pem $CA/bea41460.r0; cp $D/crl/grid.pem $CA/bea41460.r2; certok cert-verify",
    ),
    (
        Anybody,
        0,
        "",
        "CRL checked for 1 of 2",
        ": > $CA/bea41460.r0; cp $D/crl/crlf.pem $CA/bea41460.r1; certok cert-verify",
    ),
    // Of the CA itself.
    (
        Anybody,
        14,
        "revoked",
        "this CA is no longer trusted, and everything below it is refused",
        "cp $D/crl/root-revokes-grid.pem $CA/4b4ca555.r0; certok cert-verify",
    ),
    (
        Anybody,
        0,
        "revoked",
        "CRL checked for 0 of 1 CA",
        "cp $D/crl/root-revokes-grid.pem $CA/4b4ca555.r0; certok cert-verify --crl-depth leaf",
    ),
    // What is no list.
    (
        Anybody,
        13,
        "crl-corrupt",
        "bea41460.r0 of the CA Certok Test Grid CA is empty",
        ": > $CA/bea41460.r0; certok cert-verify",
    ),
    (
        Anybody,
        13,
        "crl-corrupt",
        "is corrupt: a web page, not a CRL",
        "cp $D/file/html.pem $CA/bea41460.r0; certok cert-verify",
    ),
    (
        Anybody,
        13,
        "crl-corrupt",
        "is corrupt: PEM: CERTIFICATE, not a CRL",
        "cp $CA/Grid.pem $CA/bea41460.r0; certok cert-verify",
    ),
    (
        Anybody,
        13,
        "crl-corrupt",
        "is corrupt: damaged",
        "head -n 6 $D/crl/grid.pem > $CA/bea41460.r0; certok cert-verify",
    ),
    (Anybody, 0, "", "", ": > $CA/bea41460.r0; certok cert-verify --crl off"),
    (
        Anybody,
        5,
        "crl-unreadable",
        "its target nothing is missing",
        "ln -s nothing $CA/bea41460.r0; certok cert-verify",
    ),
    (
        Anybody,
        5,
        "crl-unreadable",
        "it is a directory",
        "mkdir $CA/bea41460.r0; certok cert-verify",
    ),
    (
        User,
        5,
        "crl-unreadable",
        "permission denied",
        "cp $D/crl/grid.pem $CA/bea41460.r0; chmod 0 $CA/bea41460.r0; certok cert-verify",
    ),
    (
        Anybody,
        5,
        "crl-unreadable search-limit",
        "larger than 64 MiB",
        "truncate -s 65M $CA/bea41460.r0; certok cert-verify",
    ),
    // What a limit leaves unread may revoke.
    (
        Anybody,
        0,
        "",
        "CRL checked for 1 of 2",
        "for n in $(seq 0 99); do cp $D/crl/grid.pem $CA/bea41460.r$n; done; certok cert-verify",
    ),
    (
        Anybody,
        5,
        "search-limit",
        "ended early at the limit of 100 CRL files of one CA (bea41460.rN)",
        "for n in $(seq 0 99); do cp $D/crl/grid.pem $CA/bea41460.r$n; done; cp $D/crl/revokes-healthy.pem $CA/bea41460.r100; certok cert-verify",
    ),
    (
        Anybody,
        0,
        "",
        "",
        "for n in $(seq 0 100); do cp $D/crl/grid.pem $CA/bea41460.r$n; done; certok cert-verify --crl off",
    ),
    (
        Anybody,
        5,
        "search-limit",
        "ended early at the limit of 64 MiB for a CRL file (bea41460.r1)",
        "cp $D/crl/grid.pem $CA/bea41460.r0; truncate -s 65M $CA/bea41460.r1; certok cert-verify",
    ),
    // So may a CA that is left unread be the one.
    (
        Anybody,
        0,
        "issuer-unknown",
        "CRL checked for 0 of 2",
        "mv $CA/bea41460.0 g; for n in $(seq 0 98); do cp $CA/Root.pem $CA/bea41460.$n; done; mv g $CA/bea41460.99; certok cert-verify",
    ),
    (
        Anybody,
        5,
        "intermediate-missing search-limit",
        "the limit of 100 CA certificates of one hash (bea41460.N)",
        "mv $CA/bea41460.0 g; for n in $(seq 0 99); do cp $CA/Root.pem $CA/bea41460.$n; done; mv g $CA/bea41460.100; certok cert-verify",
    ),
    // The list of another CA under this one's name.
    (
        Anybody,
        0,
        "crl-unsupported",
        "there is no CRL of the CA Certok Test Grid CA: /",
        "cp $D/crl/root-revokes-grid.pem $CA/bea41460.r0; certok cert-verify --crl-depth leaf",
    ),
    // Remarks.
    (
        Anybody,
        0,
        "crl-is-der",
        "binary DER",
        "cp $D/crl/der.r0 $CA/bea41460.r0; certok cert-verify",
    ),
    (
        Anybody,
        0,
        "crl-sha1-signature",
        "",
        "cp $D/crl/sha1.pem $CA/bea41460.r0; certok cert-verify",
    ),
    (
        Anybody,
        0,
        "",
        "valid until 2026-06-21",
        "cp $D/crl/grid.pem $CA/bea41460.r0; certok cert-verify --for 20d",
    ),
    (
        Anybody,
        0,
        "crl-expires-soon",
        "ends on 2026-06-21 12:00:00 UTC (in 20 days), which is less than the 20 days asked for",
        "cp $D/crl/grid.pem $CA/bea41460.r0; certok cert-verify --for 1728001",
    ),
    // A file of CAs and lists.
    (
        Anybody,
        14,
        "revoked",
        "says the CRL",
        "cat $CA/Root.pem $CA/Grid.pem $D/crl/revokes-healthy.pem > $HOME/all.pem; certok cert-verify --ca-file $HOME/all.pem",
    ),
    (
        Anybody,
        0,
        "",
        "CRL checked for 2 of 2",
        "cat $CA/Root.pem $CA/Grid.pem $D/crl/grid.pem $D/crl/root.pem > $HOME/all.pem; certok cert-verify --crl require --ca-file $HOME/all.pem",
    ),
    (
        Anybody,
        13,
        "crl-corrupt",
        "untrusted: a CRL in ",
        "cat $CA/Root.pem $CA/Grid.pem > $HOME/all.pem; block 'X509 CRL' >> $HOME/all.pem; certok cert-verify --ca-file $HOME/all.pem",
    ),
    // A token has an issuer too.
    (Anybody, 0, "", "CRL checked for 0 of 1 CA", "certok token-verify"),
];

#[test]
fn lists() {
    let mut wrong = Vec::new();
    for (who, code, ids, part, script) in CASES {
        let place = match Place::new(*who, &[]) {
            Ok(place) => place,
            Err(reason) => {
                eprintln!("not run: {reason}: {script}");
                continue;
            }
        };
        let (json, err, got) = place.run(script);
        let value: Value =
            serde_json::from_str(&json).unwrap_or_else(|_| panic!("{script}: {err}"));
        let findings = value["findings"].as_array().expect("findings");
        let grave = findings.iter().filter(|finding| finding["severity"] != "info");
        let found: Vec<&str> = grave.filter_map(|finding| finding["id"].as_str()).collect();
        let place = Place::new(*who, &[]).expect("as before");
        let (text, ..) = place.run_as(script, "");
        if got != *code || found.join(" ") != *ids || !text.contains(part) {
            wrong.push(format!("{script}\n  exit {got}, {found:?}\n{text}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Certificates that no path can come to are not looked up, however many a file has.
#[test]
fn more_issuers_than_are_looked_up() {
    let key = Key::load("ed25519");
    let mut text =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/cert/healthy.pem"))
            .expect("a fixture");
    for number in 0..1100 {
        let issuer = pki::grid_name(&format!("CA {number}"));
        let helper = Cert::new(&pki::alice(), &key, &issuer, key.usual_sign());
        text.push_str(&cert_pem(&helper.issue(&key)));
    }
    text.push_str(&cert_pem(&pki::grid().der));
    let folder = tempfile::tempdir().expect("a scratch directory");
    let place = Place::new(Anybody, &[("F", folder.path())]).expect("a place");
    fs::write(folder.path().join("many.pem"), text).expect("scratch space");
    assert_eq!(place.run("certok cert-verify $F/many.pem").2, 0);
}

/// What is said of a revoked certificate: its number, date, reason, and the list.
#[test]
fn a_revocation_in_full() {
    let place = Place::new(Anybody, &[]).expect("a place");
    let script = "cp $D/crl/revokes-healthy.pem $CA/bea41460.r0; certok cert-verify";
    let (json, ..) = place.run(script);
    let value: Value = serde_json::from_str(&json).expect("JSON");
    let finding = &value["findings"][0];
    let serial = {
        let (json, ..) = place.run("certok cert-info");
        let value: Value = serde_json::from_str(&json).expect("JSON");
        value["items"][0]["serial"].as_str().expect("a number").to_owned()
    };
    let message = finding["message"].as_str().expect("a message");
    for part in [
        serial.as_str(),
        "Certok Test Grid CA",
        "on 2026-05-22 12:00:00 UTC (10 days ago)",
        "reason: keyCompromise",
        "bea41460.r0",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
    let file = finding["place"]["file"].as_str().expect("a file");
    assert!(file.ends_with("bea41460.r0"), "{file}");
    assert_eq!(value["result"]["exit_name"], "revoked");
}

/// The facts are in JSON, also for the CA that has no list.
#[test]
fn facts() {
    let place = Place::new(Anybody, &[]).expect("a place");
    let script = "cp $D/crl/grid.pem $CA/bea41460.r0; certok cert-verify";
    let value: Value = serde_json::from_str(&place.run(script).0).expect("JSON");
    let items = value["items"].as_array().expect("items");
    let item = items.iter().find(|item| item["kind"] == "revocation").expect("lists");
    assert_eq!((&item["checked"], &item["asked"]), (&1.into(), &2.into()));
    let [grid, root] = item["lists"].as_array().expect("two").as_slice() else {
        panic!("{item}");
    };
    assert_eq!(grid["this_update"]["rfc3339"], "2026-05-30T12:00:00Z");
    assert_eq!(grid["next_update"]["rfc3339"], "2026-06-21T12:00:00Z");
    assert!(grid["file"].as_str().is_some_and(|file| file.ends_with("bea41460.r0")));
    assert_eq!(root["issuer"]["slash"], "/DC=org/DC=certok/CN=Certok Test Root");
    assert!(root["file"].is_null() && root["next_update"].is_null());
}
