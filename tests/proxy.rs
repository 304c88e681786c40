//! `proxy-info`, `proxy-verify`, `proxykey-match`, `proxy-destroy`: the real binary on every
//! fixture of `testdata/proxy`, and on what a user has in `X509_USER_PROXY`.

mod run;

use std::collections::BTreeSet;
use std::fs;

use run::{Case, Home, NOW, bytes, check, expect, is_root, pem, testdata};

/// Without CRLs and policies, which have tests of their own.
const VERIFY: &str = "proxy-verify --crl off --policy off";
const CAS: &str = "$X509_CERT_DIR={testdata}/ca/certificates";

/// File below `testdata/proxy`; what `proxy-info` gives, exit code and ids; what `proxy-verify`
/// gives; and what `proxykey-match` gives.
type Row = (&'static str, (i32, &'static [&'static str]), (i32, &'static [&'static str]), i32);

const GOOD: (i32, &[&str]) = (0, &[]);

const FILES: &[Row] = &[
    ("alternative-name.pem", GOOD, (13, &["proxy-alt-name"]), 0),
    ("bad-signature.pem", GOOD, (13, &["bad-signature"]), 0),
    ("chain-in-other-order.pem", GOOD, GOOD, 0),
    ("delegated.pem", GOOD, GOOD, 0),
    ("delegated-from-expired.pem", (11, &["expired"]), (11, &["expired"]), 0),
    ("delegated-from-rsa-1024.pem", GOOD, (0, &["small-proxy-key"]), 0),
    ("draft.pem", GOOD, (0, &["proxy-draft-type"]), 0),
    ("draft-limited-path-length-1.pem", GOOD, (0, &["proxy-draft-type", "proxy-limited"]), 0),
    ("expired.pem", (11, &["expired"]), (11, &["expired"]), 0),
    ("full-below-independent.pem", GOOD, GOOD, 0),
    ("full-below-limited.pem", GOOD, (13, &["proxy-exceeds-limited"]), 0),
    ("independent-below-limited.pem", GOOD, GOOD, 0),
    ("info-malformed.pem", GOOD, (13, &["malformed-extension"]), 0),
    ("info-not-critical.pem", GOOD, (13, &["proxy-info-not-critical"]), 0),
    ("issued-by-ca.pem", GOOD, (13, &["proxy-issued-by-ca"]), 0),
    ("issuer-id-differs.pem", GOOD, (13, &["proxy-issuer-id"]), 0),
    ("issuer-without-signature.pem", GOOD, (13, &["proxy-issuer-key-usage"]), 0),
    ("legacy.pem", GOOD, (0, &["version-before-3", "proxy-legacy-type"]), 0),
    (
        "legacy-limited.pem",
        GOOD,
        (0, &["version-before-3", "proxy-legacy-type", "proxy-limited"]),
        0,
    ),
    ("limited-below-full.pem", GOOD, (0, &["proxy-limited"]), 0),
    ("marked-as-ca.pem", GOOD, (13, &["proxy-is-ca"]), 0),
    ("md5-signature.pem", GOOD, (13, &["forbidden-algorithm"]), 0),
    ("mixed-types.pem", GOOD, (13, &["proxy-mixed-types"]), 0),
    ("no-key.pem", (4, &["proxy-no-key"]), (4, &["proxy-no-key"]), 4),
    ("not-yet-valid.pem", (12, &["not-yet-valid"]), (12, &["not-yet-valid"]), 0),
    ("other-key.pem", (15, &["key-mismatch"]), (15, &["key-mismatch"]), 15),
    ("path-length-exceeded.pem", GOOD, (13, &["proxy-path-length"]), 0),
    ("path-length-grows.pem", GOOD, (13, &["proxy-path-length-grows"]), 0),
    ("path-length-used-up.pem", GOOD, GOOD, 0),
    ("rfc3820.pem", GOOD, GOOD, 0),
    ("rfc3820-any-language.pem", GOOD, (0, &["proxy-policy-language"]), 0),
    ("rfc3820-independent.pem", GOOD, GOOD, 0),
    ("rfc3820-limited.pem", GOOD, (0, &["proxy-limited"]), 0),
    ("rfc3820-path-length-0.pem", GOOD, GOOD, 0),
    ("rfc3820-restricted.pem", GOOD, (0, &["proxy-restricted"]), 0),
    ("rsa-1024.pem", GOOD, (0, &["small-proxy-key"]), 0),
    ("sha1-signature.pem", GOOD, (0, &["sha1-signature"]), 0),
    ("subject-attributes-joined.pem", GOOD, (13, &["proxy-subject"]), 0),
    ("subject-differs.pem", GOOD, (13, &["proxy-subject"]), 0),
    ("subject-two-attributes.pem", GOOD, (13, &["proxy-subject"]), 0),
    ("unknown-critical-extension.pem", GOOD, (13, &["unknown-critical-extension"]), 0),
    ("user-certificate.pem", (15, &["proxy-is-user-cert"]), (15, &["proxy-is-user-cert"]), 0),
    ("user-certificate-expired.pem", (11, &["proxy-eec-expired"]), (11, &["proxy-eec-expired"]), 0),
    ("user-certificate-first.pem", (15, &["proxy-not-first"]), (15, &["proxy-not-first"]), 15),
    ("with-user-key.pem", (15, &["key-mismatch"]), (15, &["key-mismatch"]), 15),
    ("without-user-certificate.pem", (13, &["proxy-missing-eec"]), (13, &["proxy-missing-eec"]), 0),
];

#[test]
fn each_file() {
    for (file, info, verify, matches) in FILES {
        let home = Home::new(&format!("{CAS} proxy=proxy/{file}"));
        let proxy = home.place("proxy").display().to_string();
        expect(&home, "proxy-info", NOW, info.0, info.1, &[]);
        expect(&home, VERIFY, NOW, verify.0, verify.1, &[]);
        // Named on the command line it is judged the same.
        expect(&home, &format!("proxy-info {proxy}"), NOW, info.0, info.1, &[]);
        expect(&home, &format!("{VERIFY} {proxy}"), NOW, verify.0, verify.1, &[]);
        for command in ["proxykey-match".to_owned(), format!("proxykey-match {proxy}")] {
            let run = home.run(&format!("{command} --at {NOW}"));
            assert_eq!(run.code, *matches, "{file}: {command}\n{}", run.out);
        }
    }
}

/// What reads the same in one line differs, and where is said.
#[test]
fn a_slash_inside_a_value_is_named() {
    for (file, is_joined) in
        [("subject-attributes-joined.pem", true), ("subject-differs.pem", false)]
    {
        let home = Home::new(&format!("{CAS} proxy=proxy/{file}"));
        let said = home.run(&format!("{VERIFY} --at {NOW}")).out;
        assert_eq!(said.contains("joined, with a slash inside one value"), is_joined, "{said}");
    }
}

#[test]
fn every_file_has_a_row() {
    let listed: BTreeSet<String> = FILES.iter().map(|row| row.0.to_owned()).collect();
    let entries = fs::read_dir(testdata().join("proxy")).unwrap();
    let found = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(listed, found.collect());
}

/// Every refusal but by a missing permission holds for `cert-verify` too, which allows no proxies
/// unless asked.
#[test]
fn proxies_are_allowed_where_asked() {
    for (file, _, verify, _) in FILES.iter().filter(|row| row.0 != "user-certificate.pem") {
        let home = Home::new(CAS);
        let path = format!("{{testdata}}/proxy/{file}");
        let common = format!("--crl off --policy off --at {NOW} {path}");
        let denied = home.run(&format!("cert-verify {common} --json"));
        let of_file = *file == "user-certificate-first.pem";
        assert_eq!(denied.code == 0, of_file, "{file}");
        let allowed = home.run(&format!("cert-verify --proxy allow {common}"));
        let chain = verify.0 == 13 || verify.0 == 11 || verify.0 == 12;
        assert_eq!(allowed.code != 0, chain, "{file}\n{}", allowed.out);
        let own = home.run(&format!("proxy-verify --proxy deny {common}"));
        assert_ne!(own.code, 0, "{file}");
    }
    let home = Home::new(CAS);
    let run = home.run(&format!(
        "cert-verify --crl off --policy off --at {NOW} --json {{testdata}}/proxy/rfc3820.pem"
    ));
    assert_eq!(run.ids(), ["proxy-not-accepted"]);
}

#[test]
fn what_info_says() {
    for (file, words) in [
        (
            "rfc3820.pem",
            &[
                "type         RFC 3820 compliant impersonation proxy",
                "subject      /DC=org/DC=certok/OU=People/CN=Alice Adams/CN=1001",
                "identity     /DC=org/DC=certok/OU=People/CN=Alice Adams\n",
                "limited      no",
                "delegable    any number of times more",
                "strength     RSA-2048",
                "valid until  2026-06-01 18:00:00 UTC (in 6 hours)",
                "proxy of Alice Adams: dates and key are good for 6 hours",
            ][..],
        ),
        (
            "rfc3820-limited.pem",
            &["type         RFC 3820 compliant limited proxy", "limited      yes"],
        ),
        (
            "rfc3820-independent.pem",
            &[
                "RFC 3820 compliant independent proxy",
                "identity     /DC=org/DC=certok/OU=People/CN=Alice Adams/CN=1001",
            ],
        ),
        ("rfc3820-any-language.pem", &["RFC 3820 compliant restricted proxy"]),
        ("rfc3820-path-length-0.pem", &["delegable    not any more (path length 0)"]),
        ("path-length-used-up.pem", &["delegable    not any more"]),
        ("path-length-grows.pem", &["delegable    not any more"]),
        ("draft.pem", &["Proxy draft (pre-RFC) compliant impersonation proxy"]),
        (
            "draft-limited-path-length-1.pem",
            &["Proxy draft (pre-RFC) compliant limited proxy", "delegable    once more"],
        ),
        ("legacy.pem", &["full legacy globus proxy", "limited      no"]),
        ("legacy-limited.pem", &["limited legacy globus proxy", "limited      yes"]),
        (
            "limited-below-full.pem",
            &[
                "identity     /DC=org/DC=certok/OU=People/CN=Alice Adams\n",
                "limited      yes",
                "signed by /DC=org/DC=certok/OU=People/CN=Alice Adams/CN=1001\n",
            ],
        ),
        ("full-below-limited.pem", &["limited      yes"]),
        (
            "full-below-independent.pem",
            &[
                "identity     /DC=org/DC=certok/OU=People/CN=Alice Adams/CN=1001/CN=1002\n",
                "limited      no",
            ],
        ),
        ("independent-below-limited.pem", &["limited      no", "CN=Alice Adams/CN=1001/CN=1002\n"]),
        // The chain ends with the first of its certificates.
        (
            "user-certificate-expired.pem",
            &["valid until  2026-06-01 11:00:00 UTC (1 hour ago)", "renew the user certificate"],
        ),
        ("user-certificate.pem", &["end entity credential"]),
        ("info-malformed.pem", &["type         proxy whose proxyCertInfo has"]),
    ] {
        let home = Home::new(&format!("{CAS} proxy=proxy/{file}"));
        let run = home.run(&format!("proxy-info --at {NOW}"));
        for word in words {
            assert!(run.out.contains(word), "{file}: no `{word}` in\n{}", run.out);
        }
    }
}

/// The last good second and the first bad one, and `--for` over every link.
#[test]
fn dates() {
    // 2026-06-01T18:00:00Z, and an hour before now.
    let (end, user_end) = (1_780_336_800, NOW - 3600);
    for (file, at, options, info, verify) in [
        ("rfc3820.pem", end, "", 0, 0),
        ("rfc3820.pem", end + 1, "", 11, 11),
        ("rfc3820.pem", end - 3600, "--for 1h", 0, 0),
        ("rfc3820.pem", end - 3599, "--for 1h", 10, 10),
        ("user-certificate-expired.pem", user_end, "", 0, 0),
        ("user-certificate-expired.pem", user_end + 1, "", 11, 11),
        ("user-certificate-expired.pem", user_end - 60, "--for 1m", 0, 0),
        ("user-certificate-expired.pem", user_end - 59, "--for 1m", 10, 10),
        ("not-yet-valid.pem", NOW + 3599, "", 12, 12),
        ("not-yet-valid.pem", NOW + 3600, "", 0, 0),
    ] {
        let home = Home::new(&format!("{CAS} proxy=proxy/{file}"));
        for (command, code) in [("proxy-info", info), (VERIFY, verify)] {
            let run = home.run(&format!("{command} {options} --at {at}"));
            assert_eq!(run.code, code, "{file} {command} {options} {at}\n{}", run.out);
        }
    }
}

#[test]
fn where_it_is_looked_for() {
    check(&[
        (
            "$X509_USER_PROXY=",
            "proxy-info",
            NOW,
            3,
            &["variable-empty"],
            &["X509_USER_PROXY is set, but empty"],
        ),
        (
            "$X509_USER_PROXY={home}/gone",
            "proxy-verify",
            NOW,
            3,
            &["variable-path-gone"],
            &[
                "X509_USER_PROXY points to {home}/gone",
                "unset X509_USER_PROXY; make a new proxy: voms-proxy-init",
            ],
        ),
        (
            "proxy=proxy/rfc3820.pem $X509_USER_PROXY={home}/gone",
            "proxy-verify",
            NOW,
            3,
            &["proxy-elsewhere"],
            &[
                "X509_USER_PROXY points to {home}/gone, but there is one at {home}/tmp/x509up_u{uid}",
                "export X509_USER_PROXY={home}/tmp/x509up_u{uid}",
            ],
        ),
        (
            "proxy=proxy/rfc3820.pem $X509_USER_PROXY='{home}/tmp/x509up_u{uid}'",
            "proxy-info",
            NOW,
            3,
            &["variable-quoted"],
            &["export X509_USER_PROXY={home}/tmp/x509up_u{uid}"],
        ),
        (
            "tmp/p=proxy/rfc3820.pem:600 $X509_USER_PROXY=~/tmp/p",
            "proxy-info",
            NOW,
            3,
            &["variable-tilde"],
            &["fix: export X509_USER_PROXY={home}/tmp/p"],
        ),
        (
            "tmp/p=proxy/rfc3820.pem:600 $X509_USER_PROXY=file://{home}/tmp/p",
            "proxy-info",
            NOW,
            3,
            &["variable-url"],
            &["fix: export X509_USER_PROXY={home}/tmp/p"],
        ),
        (
            "$X509_USER_PROXY={home}/tmp",
            "proxy-info",
            NOW,
            4,
            &["is-directory"],
            &["X509_USER_PROXY"],
        ),
        (
            "$X509_USER_PROXY<proxy/rfc3820.pem",
            "proxy-info",
            NOW,
            4,
            &["proxy-inline"],
            &["p=$(mktemp)", "export X509_USER_PROXY="],
        ),
        (
            "proxy=token/user.pem",
            "proxy-info",
            NOW,
            15,
            &["proxy-is-user-cert"],
            &["holds a JAliEn token, not a proxy"],
        ),
        (
            "proxy=ca/certificates/Root.pem",
            "proxy-info",
            NOW,
            15,
            &["proxy-is-user-cert"],
            &["holds a CA certificate, not a proxy", "a CA's certificate is not a proxy"],
        ),
        ("proxy=file/empty.pem", "proxy-info", NOW, 4, &["file-empty"], &[]),
        ("proxy=key/rsa-pkcs1.pem", "proxy-info", NOW, 4, &["file-is-private-key"], &[]),
    ]);
}

/// A token or user certificate that is wanted is not found in a proxy.
#[test]
fn a_proxy_in_the_place_of_another() {
    let cases: &[Case<'_>] = &[
        (
            "usercert=proxy/rfc3820.pem",
            "cert-info",
            NOW,
            0,
            &["proxy-as-cert"],
            &["holds a proxy, not a user certificate"],
        ),
        (
            "tokencert=proxy/rfc3820.pem",
            "token-info",
            NOW,
            0,
            &["proxy-as-cert"],
            &["holds a proxy, not a JAliEn token"],
        ),
    ];
    for (setup, command, at, exit, ids, words) in cases {
        let home = Home::new(setup);
        let run = home.run(&format!("{command} --at {at} --json"));
        assert_eq!(run.code, *exit, "{}", run.out);
        for id in *ids {
            assert!(run.ids().contains(&(*id).to_owned()), "{}", run.out);
        }
        for word in *words {
            assert!(run.out.contains(word), "{}", run.out);
        }
    }
}

#[test]
fn mode_and_owner() {
    for (mode, verify, info_ids) in [
        ("600", 0, &[][..]),
        ("400", 0, &[]),
        ("640", 16, &["key-readable"]),
        ("604", 16, &["key-readable"]),
        ("700", 16, &["key-readable"]),
    ] {
        let home = Home::new(&format!("{CAS} tmp/p=proxy/rfc3820.pem:{mode}"));
        let path = home.path("tmp/p").display().to_string();
        expect(&home, &format!("proxy-info {path}"), NOW, 0, info_ids, &[]);
        expect(&home, &format!("{VERIFY} {path}"), NOW, verify, info_ids, &[]);
    }
    if !is_root() {
        return;
    }
    let mut home = Home::new(&format!("{CAS} proxy=proxy/rfc3820.pem"));
    home.belongs_to(12345);
    home.uid = 0;
    let name = home.path("tmp/x509up_u0").display().to_string();
    expect(
        &home,
        &format!("{VERIFY} {name}"),
        NOW,
        16,
        &["key-not-owned"],
        &["is owned by uid 12345", "p=$(mktemp) && cp"],
    );
}

/// Each printed fix, run in a shell, mends what it was printed for.
#[test]
fn fixes() {
    for (setup, id) in [
        ("user proxy=proxy/without-user-certificate.pem", "proxy-missing-eec"),
        ("proxy=proxy/user-certificate-first.pem", "proxy-not-first"),
        ("$X509_USER_PROXY<proxy/rfc3820.pem", "proxy-inline"),
        ("tmp/p=proxy/rfc3820.pem:644 $X509_USER_PROXY={home}/tmp/p", "key-readable"),
    ] {
        let home = Home::new(&format!("{CAS} {setup}"));
        let verify = format!("{VERIFY} --at {NOW} --json");
        let before = home.run(&verify);
        assert_eq!(before.ids().first().map(String::as_str), Some(id), "{}", before.out);
        let report = before.json();
        let fix = report["findings"][0]["fix"].as_str().expect("a fix").to_owned();
        let script = format!("umask 022; {fix} && certok {verify}");
        let Some(after) = home.shell("sh", &script, b"") else {
            return;
        };
        assert_eq!(after.code, 0, "{id}: {fix}\n{}{}", after.out, after.err);
        assert_eq!(after.ids(), [""; 0], "{id}");
    }
}

/// Without the certificate that issued it, nothing is appended.
#[test]
fn a_foreign_user_certificate_is_no_fix() {
    let home = Home::new(&format!(
        "{CAS} usercert=cert/rsa-4096.pem proxy=proxy/without-user-certificate.pem"
    ));
    let run = home.run(&format!("{VERIFY} --at {NOW} --json"));
    assert_eq!(run.ids(), ["proxy-missing-eec"]);
    assert!(run.json()["findings"][0]["fix"].is_null(), "{}", run.out);
}

#[test]
fn pairs() {
    let home = Home::new("user proxy=proxy/rfc3820.pem");
    let run = home.run(&format!("proxykey-match --at {NOW}"));
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("proven by a signature"), "{}", run.out);
    // Two operands are taken as they are.
    for (cert, key, code) in [
        ("proxy/rfc3820.pem", "proxy/delegated.pem", 0),
        ("proxy/rfc3820.pem", "proxy/other-key.pem", 15),
        ("proxy/rfc3820.pem", "proxy/no-key.pem", 4),
        ("proxy/no-key.pem", "token/job-key.pem", 0),
    ] {
        let line = format!("proxykey-match {{testdata}}/{cert} {{testdata}}/{key} --at {NOW}");
        let run = home.run(&line);
        let wrong_mode = if code == 0 { 16 } else { code };
        assert_eq!(run.code, wrong_mode, "{cert} {key}\n{}", run.out);
    }
    // An encrypted key is of no use in a proxy.
    let encrypted = format!("{}\n{}\n", pem("cert/healthy.pem"), pem("key/encrypted-pbes2.pem"));
    let chain = format!("{}{encrypted}", pem("proxy/no-key.pem") + "\n");
    home.write("proxy", chain.as_bytes(), 0o600);
    let run = home.run(&format!("proxy-info --json --at {NOW}"));
    assert_eq!((run.code, run.ids()), (4, vec!["proxy-key-encrypted".to_owned()]));
}

#[test]
fn destroying() {
    // What, its mode, the words, whether it is gone.
    for (source, options, code, gone, word) in [
        ("proxy/rfc3820.pem", "", 0, true, "removed"),
        ("proxy/rfc3820.pem", "--dry-run", 0, false, "would remove"),
        ("proxy/expired.pem", "", 0, true, "removed"),
        ("proxy/legacy.pem", "", 0, true, "removed"),
        ("proxy/no-key.pem", "", 0, true, "removed"),
        ("proxy/user-certificate.pem", "", 6, false, "your user certificate"),
        ("proxy/user-certificate-first.pem", "", 6, false, "your user certificate"),
        ("proxy/with-user-key.pem", "", 6, false, "your user key"),
        ("token/user.pem", "", 6, false, "not a proxy"),
        ("ca/certificates/Root.pem", "", 6, false, "no proxy"),
        ("key/rsa-pkcs1.pem", "", 6, false, "no proxy"),
        ("file/text-dump.pem", "", 6, false, "your user certificate"),
        ("file/no-pem.txt", "", 6, false, "no proxy"),
    ] {
        let home = Home::new(&format!("proxy={source}"));
        let run = home.run(&format!("proxy-destroy {options} --at {NOW}"));
        let row = format!("{source} {options}\n{}{}", run.out, run.err);
        assert_eq!(run.code, code, "{row}");
        assert_eq!(!home.place("proxy").exists(), gone, "{row}");
        assert!(run.out.contains(word), "no `{word}`: {row}");
    }
    // The key alone, where the certificate is not in the file.
    let home = Home::new("user");
    let text = format!("{}\n{}\n", pem("proxy/no-key.pem"), pem("key/rsa-pkcs1.pem"));
    home.write("proxy", text.as_bytes(), 0o600);
    let run = home.run(&format!("proxy-destroy --at {NOW}"));
    assert_eq!(run.code, 6, "{}", run.out);
    assert!(run.out.contains("your user key"), "{}", run.out);
}

/// The key of a CA, or of anybody, behind a proxy; and a key that does not fit it.
#[test]
fn keys_that_are_of_no_proxy_stay() {
    for (more, exit) in [
        ("proxy/rfc3820.pem", 0),
        ("ca/certificates/Root.pem", 0),
        ("key/other.pem", 6),
        ("key/encrypted-pbes2.pem", 6),
        ("key/ed25519.pem", 6),
        ("keys/alien2.pem", 6),
    ] {
        let home = Home::new("");
        let text = format!("{}\n{}\n", pem("proxy/rfc3820.pem"), pem(more));
        home.write("proxy", text.as_bytes(), 0o600);
        let run = home.run(&format!("proxy-destroy --at {NOW}"));
        assert_eq!(run.code, exit, "{more}: {}", run.out);
        assert_eq!(home.place("proxy").exists(), exit != 0, "{more}");
        assert_eq!(
            run.out.contains("is of no proxy in the file"),
            exit != 0,
            "{more}: {}",
            run.out
        );
    }
    let home = Home::new("proxy=proxy/other-key.pem");
    assert_eq!(home.run(&format!("proxy-destroy --at {NOW}")).code, 6);
}

#[test]
fn destroying_through_links_and_variables() {
    let home = Home::new("tmp/real=proxy/rfc3820.pem:600");
    home.link("proxy", home.path("tmp/real"));
    let run = home.run(&format!("proxy-destroy --at {NOW}"));
    assert_eq!(run.code, 6, "{}", run.out);
    assert_eq!(fs::read(home.path("tmp/real")).unwrap(), bytes("proxy/rfc3820.pem"));
    // The variable names the user's own files.
    let home = Home::new("user $X509_USER_PROXY={home}/.globus/usercert.pem");
    let run = home.run(&format!("proxy-destroy --at {NOW} --json"));
    assert_eq!(run.ids(), ["destroy-not-a-proxy"]);
    assert_eq!(run.json()["findings"][0]["fix"], "unset X509_USER_PROXY");
    assert!(home.place("usercert").exists());
    // In the variable itself.
    let home = Home::new("$X509_USER_PROXY<proxy/rfc3820.pem");
    let run = home.run(&format!("proxy-destroy --at {NOW} --json"));
    assert_eq!((run.code, run.ids()), (6, vec!["destroy-inline".to_owned()]));
    let run = home.run("proxy-destroy --shell");
    assert_eq!(run.out, "unset X509_USER_PROXY\n");
    // A file that is named must be there.
    let home = Home::new("");
    assert_eq!(home.run("proxy-destroy {home}/gone").code, 3);
}

#[test]
fn alien_format_is_not_for_proxies() {
    let home = Home::new("proxy=proxy/rfc3820.pem");
    for command in ["proxy-info", "proxy-verify", "proxykey-match", "proxy-destroy"] {
        let run = home.run(&format!("{command} --format alien"));
        assert_eq!(run.code, 2, "{command}");
    }
    assert!(home.place("proxy").exists());
}

#[test]
fn status_has_a_row_for_it() {
    let home = Home::new(&format!("{CAS} user proxy=proxy/rfc3820-limited.pem"));
    let report = expect(&home, "status", NOW, 0, &[], &["2 of 2 credentials found are usable"]);
    let row = &report["items"][2];
    assert_eq!(row["credential"], "proxy");
    assert_eq!(row["state"], "ok");
    assert_eq!(row["seconds_left"], 6 * 3600);
    // A proxy that a variable names and that is not usable is an error, whatever else is there.
    let home = Home::new(&format!("{CAS} user proxy=proxy/user-certificate-expired.pem"));
    let report = expect(&home, "status", NOW, 11, &["proxy-eec-expired"], &[]);
    assert_eq!(report["items"][2]["state"], "expired");
    assert_eq!(report["items"][2]["seconds_left"], -3600);
}

#[test]
fn several_operands() {
    let home = Home::new(CAS);
    let run = home.run(&format!(
        "{VERIFY} --json --at {NOW} {{testdata}}/proxy/rfc3820.pem {{testdata}}/proxy/expired.pem"
    ));
    assert_eq!(run.code, 11, "{}", run.out);
    let run = home.run_with(&format!("proxy-info --at {NOW} -"), &bytes("proxy/rfc3820.pem"));
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("standard input"), "{}", run.out);
}

/// A device or a pipe has no mode that could be mended, and nobody waits for a pipe that nobody
/// writes to.
#[test]
fn what_is_no_file() {
    let home = Home::new("");
    for script in [
        "certok proxy-info /dev/null",
        "certok proxy-verify /dev/null",
        "mkfifo {home}/pipe && timeout 20 certok proxy-info {home}/pipe",
        "echo garbage > {home}/garbage; chmod 644 {home}/garbage; certok proxy-info {home}/garbage",
    ] {
        let run = home.shell("bash", script, b"").expect("bash");
        assert_eq!(run.code, 4, "{script}: {}", run.out);
        assert!(!run.out.contains("chmod"), "{script}: {}", run.out);
    }
}

/// A proxy that was cut off is not made whole by what is appended to it, and one with half a block
/// behind it is refused as OpenSSL, Globus and VOMS refuse it.
#[test]
fn cut_off() {
    let home = Home::new("user $X509_CERT_DIR={testdata}/ca/certificates");
    let proxy = "{testdata}/proxy/rfc3820.pem";
    for (make, what) in [
        (format!("head -c 3000 {proxy}"), "truncated"),
        (format!("cat {proxy}; head -c 300 {{testdata}}/cert/healthy.pem"), "truncated"),
    ] {
        for command in ["proxy-info", "proxy-verify", "proxykey-match"] {
            let script = format!(
                "({make}) > {{home}}/p; chmod 600 {{home}}/p; certok {command} {{home}}/p --at {NOW}"
            );
            let run = home.shell("bash", &script, b"").expect("bash");
            assert_eq!(run.code, 4, "{script}: {}", run.out);
            assert!(run.out.lines().next().is_some_and(|l| l.contains(what)), "{}", run.out);
            assert!(run.out.contains("[proxy-damaged]"), "{}", run.out);
            assert!(!run.out.contains("fix:"), "{script}: {}", run.out);
        }
    }
}
