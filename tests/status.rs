//! `status`, also plain `certok`: what this user or job would use.

mod run;

use run::{Home, NOW, expect};

const CAS: &str = "$X509_CERT_DIR={testdata}/ca/certificates";

/// Whoever sets the variable of a proxy that is not there is told, whatever else is usable; the
/// homes of these tests do.
const NO_PROXY: &str = "variable-path-gone";

#[test]
fn rows() {
    for (setup, exit, ids, words) in [
        (
            "user token",
            0,
            &[NO_PROXY][..],
            &["2 of 2 credentials found are usable", "/CN=Alice Adams", "/OU=alice", "4 CAs"][..],
        ),
        ("user", 0, &[NO_PROXY], &["1 of 1 credentials found are usable"]),
        ("token", 0, &[NO_PROXY], &["1 of 1 credentials found are usable"]),
        ("", 3, &["token-missing", "cert-missing", "variable-path-gone"], &["no JAliEn token"]),
        (
            "usercert=cert/expired.pem userkey=key/rsa-pkcs1.pem",
            11,
            &["expired", NO_PROXY],
            &["state        expired"],
        ),
        (
            "token usercert=cert/expired.pem userkey=key/rsa-pkcs1.pem",
            0,
            &["expired", NO_PROXY],
            &["1 of 2 credentials found are usable", "warning: user certificate"],
        ),
        (
            "user tokencert=token/eight-minutes-left.pem tokenkey=token/user-key.pem",
            0,
            &["alien-too-short", NO_PROXY],
            &["alien.py calls this expired"],
        ),
        ("usercert=cert/healthy.pem userkey=key/encrypted-pbes2.pem", 0, &[NO_PROXY], &["1 of 1"]),
        (
            "usercert=cert/healthy.pem userkey=key/other.pem",
            15,
            &["key-mismatch", NO_PROXY],
            &["state        mismatch"],
        ),
        (
            "usercert=file/empty.pem",
            4,
            &["file-empty", "key-missing", NO_PROXY],
            &["state        unreadable"],
        ),
    ] {
        let home = Home::new(&format!("{CAS} {setup}"));
        for command in ["status", ""] {
            let report = expect(&home, command, NOW, exit, ids, words);
            assert_eq!(report["command"], "status", "{setup}");
            assert_eq!(report["items"].as_array().unwrap().len(), 4, "{setup}");
            assert_eq!(report["items"][3]["count"], 4, "{setup}");
        }
    }
}

#[test]
fn how_long() {
    let home = Home::new(&format!("{CAS} token"));
    let end = 1_781_950_387;
    expect(&home, "status --for 12h", end - 43200, 0, &[NO_PROXY], &[]);
    let run = home.run(&format!("status --for 12h --json --at {}", end - 43199));
    assert_eq!(run.ids().first().map(String::as_str), Some("too-short"));
    assert!(run.ids().contains(&"too-short".to_owned()), "{}", run.out);
}

#[test]
fn ca_directories() {
    let home = Home::new("user token $X509_CERT_DIR={home}/gone");
    let run = home.run(&format!("status --at {NOW}"));
    assert_eq!(run.code, 5, "{}", run.out);
    assert!(run.out.contains("X509_CERT_DIR"), "{}", run.out);
    let run = home.run(&format!("status --ca-dir {{testdata}}/ca/certificates --at {NOW}"));
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("(--ca-dir)"), "{}", run.out);
}

/// Files put into a copy of the directory, and what the line says of the lists: exit code, words.
const LISTS: &[(&str, &[&str])] = &[
    ("", &["state        4 CAs\n", "CRLs         none\n"]),
    (
        "bea41460.r0=crl/grid.pem",
        &[
            "CRLs         1 fresh, 3 CAs without\n",
            "first ends   2026-06-21 12:00:00 UTC (in 20 days)\n",
        ],
    ),
    (
        "4b4ca555.r0=crl/root.pem bea41460.r0=crl/expired.pem e096fac2.r0=file/empty.pem",
        &["1 fresh, 1 expired, 1 bad, 1 CA without"],
    ),
    ("bea41460.r0=crl/bad-signature.pem", &["CRLs         1 bad, 3 CAs without\n"]),
    // Nobody waits for the list of a CA that has expired.
    (
        "old.pem=ca/old-root.pem bea41460.r0=crl/grid.pem",
        &["5 CAs, 1 expired", "1 fresh, 3 CAs without"],
    ),
];

#[test]
fn revocation_lists_of_the_cas() {
    for (files, words) in LISTS {
        let home = Home::new("user token $X509_CERT_DIR={home}/cas");
        for ca in ["AliEn2-CA", "Ecc", "Grid", "Root"] {
            let pem = run::bytes(&format!("ca/certificates/{ca}.pem"));
            home.write(&format!("cas/{ca}.pem"), &pem, 0o644);
        }
        for word in files.split_whitespace() {
            let (name, fixture) = word.split_once('=').unwrap();
            home.write(&format!("cas/{name}"), &run::bytes(fixture), 0o644);
        }
        let run = home.run(&format!("status --at {NOW}"));
        for word in *words {
            assert!(run.out.contains(word), "{files}: no {word:?} in {}", run.out);
        }
    }
}

#[test]
fn the_key_and_what_is_not_used() {
    // Setup, row, its key's state, and what its default place has to say.
    for (setup, row, key, fact) in [
        ("user", 1, "matches", None),
        ("token", 0, "matches", None),
        ("proxy=proxy/rfc3820.pem", 2, "matches", None),
        ("usercert=cert/healthy.pem userkey=key/other.pem", 1, "mismatch", None),
        ("usercert=cert/healthy.pem userkey=key/encrypted-pbes2.pem", 1, "encrypted", None),
        ("usercert=cert/healthy.pem", 1, "missing", None),
        ("usercert=cert/healthy.pem $X509_USER_KEY={home}", 1, "unreadable", None),
        ("proxy=proxy/no-key.pem", 2, "unknown", None),
        (
            "user other/cert.pem=cert/healthy.pem $X509_USER_CERT={home}/other/cert.pem",
            1,
            "matches",
            Some(("shadows", "{home}/.globus/usercert.pem")),
        ),
        ("user", 0, "", Some(("sought", "{home}/tmp/tokencert_{uid}.pem (default)"))),
        ("$JALIEN_TOKEN_CERT=null", 0, "", Some(("sought", "$JALIEN_TOKEN_CERT"))),
        (
            "host/cert.pem=host/healthy.pem host/key.pem=host/hostkey.pem \
             $X509_HOST_CERT={home}/host/cert.pem $X509_HOST_KEY={home}/host/key.pem",
            3,
            "matches",
            Some(("credential", "host certificate")),
        ),
    ] {
        let home = Home::new(&format!("{CAS} {setup}"));
        let run = home.run(&format!("status --json --at {NOW}"));
        let item = &run.json()["items"][row];
        assert_eq!(item["key"].as_str().unwrap_or_default(), key, "{setup}");
        if let Some((name, value)) = fact {
            assert_eq!(item[name].as_str(), Some(&*home.fill(value)), "{setup}");
        }
    }
}
