//! `status`, also plain `certok`: what this user or job would use.

mod run;

use run::{Home, NOW, expect};

const CAS: &str = "$X509_CERT_DIR={testdata}/ca/certificates";

/// The tests' homes name a proxy that is not there, unless a row says otherwise.
fn home(setup: &str) -> Home {
    let mut home = Home::new(setup);
    if !setup.to_lowercase().contains("proxy=") {
        home.unset("X509_USER_PROXY");
    }
    home
}

#[test]
fn rows() {
    for (setup, exit, ids, words) in [
        (
            "user token",
            0,
            &[][..],
            &["2 of 2 credentials found are usable", "/CN=Alice Adams", "/OU=alice", "3 CAs used"]
                [..],
        ),
        ("user", 0, &[], &["1 of 1 credentials found are usable", "2 CAs used"]),
        ("token", 0, &[], &["1 of 1 credentials found are usable", "1 CA used"]),
        (
            "",
            3,
            &["token-missing", "cert-missing", "proxy-missing"],
            &["no JAliEn token", "none used"],
        ),
        (
            "usercert=cert/expired.pem userkey=key/rsa-pkcs1.pem",
            11,
            &["expired"],
            &["state        expired"],
        ),
        (
            "token usercert=cert/expired.pem userkey=key/rsa-pkcs1.pem",
            0,
            &["expired"],
            &[
                "1 of 2 credentials found are usable, but not the user certificate\n",
                "warning: user certificate",
            ],
        ),
        (
            "user tokencert=token/eight-minutes-left.pem tokenkey=token/user-key.pem",
            0,
            &["alien-too-short"],
            &["alien.py calls this expired"],
        ),
        (
            "usercert=cert/healthy.pem userkey=key/encrypted-pbes2.pem",
            0,
            &[],
            &["1 of 1", "the encrypted key of the user certificate was not tried"],
        ),
        (
            "usercert=cert/healthy.pem userkey=key/other.pem",
            15,
            &["key-mismatch"],
            &["state        mismatch"],
        ),
        (
            "usercert=file/empty.pem",
            4,
            &["file-empty", "key-missing"],
            &["state        unreadable"],
        ),
        // What a variable names will be used, whatever else is good.
        (
            "user $X509_USER_PROXY={home}/gone",
            3,
            &["variable-path-gone"],
            &["state        not-found"],
        ),
        ("user proxy=proxy/expired.pem", 11, &["expired"], &["state        ok"]),
        (
            "token usercert=cert/healthy.pem $X509_USER_KEY={home}/gone",
            3,
            &["variable-path-gone"],
            &[],
        ),
        ("user $BEARER_TOKEN_FILE={home}/gone", 3, &["bearer-file-missing"], &["bearer token"]),
        // A directory is no credential.
        (
            "user $_condor_SEC_TOKEN_DIRECTORY={home}/gone $CONDOR_CONFIG=ONLY_ENV",
            0,
            &["idtoken-none"],
            &["1 of 1", "IDTOKENS"],
        ),
    ] {
        let home = home(&format!("{CAS} {setup}"));
        for command in ["status", ""] {
            let report = expect(&home, command, NOW, exit, ids, words);
            assert_eq!(report["command"], "status", "{setup}");
            let rows = report["items"].as_array().unwrap();
            let kinds: Vec<_> = rows.iter().map(|row| row["kind"].as_str().unwrap()).collect();
            assert_eq!(&kinds[..3], ["status"; 3], "{setup}");
            assert_eq!(kinds.last(), Some(&"ca_directory"), "{setup}");
        }
    }
}

const GRID: &str = "cas/bea41460.0=ca/certificates/Grid.pem cas/4b4ca555.0=ca/certificates/Root.pem \
                    $X509_CERT_DIR={home}/cas";

/// What no service would accept: the home, the options, the exit code and the first finding.
const REFUSED: &[(&str, &str, i32, &str)] = &[
    (
        "user cas/e73e4177.0=ca/certificates/AliEn2-CA.pem $X509_CERT_DIR={home}/cas",
        "",
        13,
        "issuer-unknown",
    ),
    ("usercert=cert/self-signed.pem userkey=key/rsa-pkcs1.pem GRID", "", 13, "self-signed"),
    ("usercert=cert/bad-signature.pem userkey=key/rsa-pkcs1.pem GRID", "", 13, "bad-signature"),
    ("user cas/bea41460.r0=crl/revokes-healthy.pem GRID", "", 14, "revoked"),
    ("user cas/bea41460.r0=crl/expired.pem GRID", "", 13, "crl-expired"),
    (
        "user cas/bea41460.signing_policy=policy/denies.signing_policy GRID",
        "",
        13,
        "signing-policy-denies",
    ),
    ("user", "", 5, "ca-dir-unusable"),
    ("user $X509_CERT_DIR={home}/gone", "", 5, "ca-dir-unusable"),
    ("user", "--ca-file {home}/gone", 5, "ca-dir-unusable"),
    ("usercert=cert/healthy.pem userkey=key/rsa-pkcs1.pem:644 GRID", "", 16, "key-readable"),
    ("user GRID", "--for 52w", 10, "too-short"),
    ("proxy=proxy/user-certificate-expired.pem GRID", "", 11, "proxy-eec-expired"),
    ("token GRID", "", 13, "issuer-unknown"),
];

/// `status` and `check` come to the same, in every format; and none says that it is ok.
#[test]
fn what_is_refused_is_not_ok() {
    for (setup, options, exit, id) in REFUSED {
        let home = home(&setup.replace("GRID", GRID));
        // Plain `certok` has no options of its own.
        let plain = ["status", "check", ""];
        for command in &plain[..if options.is_empty() { 3 } else { 2 }] {
            let line = format!("--at {NOW} {command} {options}");
            let row = format!("{setup}: {line}");
            let text = home.run(&line);
            let first = text.out.lines().next().unwrap_or_default();
            assert!(first.ends_with(&format!("[{id}]")), "{row}\n{}", text.out);
            let report = home.run(&format!("{line} --json")).json();
            assert_eq!(report["result"]["exit_code"], *exit, "{row}");
            assert_eq!(report["findings"][0]["id"], *id, "{row}");
            for (format, words) in [
                ("text", String::new()),
                ("json", format!("\"exit_code\": {exit}")),
                (
                    "prometheus",
                    format!(
                        "certok_exit_code{{command=\"{}\"}} {exit}\n",
                        report["command"].as_str().unwrap()
                    ),
                ),
                ("classad", format!("ExitCode = {exit}\n")),
                ("text -q", String::new()),
            ] {
                let run = home.run(&format!("{line} --format {format}"));
                assert_eq!(run.code, *exit, "{row} {format}\n{}", run.out);
                assert!(run.out.contains(&words), "{row} {format}\n{}", run.out);
            }
            let nagios = home.run(&format!("{line} --format nagios"));
            let (word, code) = match exit {
                5 => ("UNKNOWN", 3),
                10 => ("WARNING", 1),
                _ => ("CRITICAL", 2),
            };
            assert!(nagios.out.starts_with(&format!("CERTOK {word} - ")), "{row}\n{}", nagios.out);
            assert_eq!(nagios.code, code, "{row}\n{}", nagios.out);
        }
    }
}

/// Beside one that is good it is a warning, if nobody named it.
#[test]
fn a_second_one_that_is_bad() {
    let good = "tok/cert=token/user.pem:400 tok/key=token/user-key.pem:400 \
                $JALIEN_TOKEN_CERT={home}/tok/cert $JALIEN_TOKEN_KEY={home}/tok/key \
                cas/e73e4177.0=ca/certificates/AliEn2-CA.pem";
    for (bad, ids) in [
        ("usercert=cert/self-signed.pem userkey=key/rsa-pkcs1.pem", &["self-signed"][..]),
        ("user cas/bea41460.r0=crl/revokes-healthy.pem", &["revoked"]),
        (
            "usercert=cert/healthy.pem userkey=key/rsa-pkcs1.pem:644",
            &["signing-policy-missing", "key-readable"],
        ),
    ] {
        let mut home = home(&format!("{good} {bad} {GRID}"));
        let said = ["warning: ", "1 of 2 credentials found are usable"];
        let report = expect(&home, "status", NOW, 0, ids, &said);
        assert_ne!(report["items"][1]["state"], "ok", "{bad}");
        assert_eq!(home.run(&format!("status --at {NOW} --strict")).code, 18, "{bad}");
        let line = home.run(&format!("status --at {NOW} --format nagios"));
        assert!(line.out.starts_with("CERTOK WARNING - "), "{bad}: {}", line.out);
        home.set("X509_USER_CERT", "{home}/.globus/usercert.pem");
        let code = home.run(&format!("status --at {NOW}")).code;
        assert!(code >= 13, "{bad}: {code}");
    }
}

/// Whom nobody asks about the trust says that nobody did.
#[test]
fn info_commands_do_not_vouch() {
    for (setup, command) in [
        ("usercert=cert/self-signed.pem userkey=key/rsa-pkcs1.pem", "cert-info"),
        ("user", "cert-info {testdata}/cert/self-signed.pem"),
        ("user", "cert-info"),
        ("token", "token-info"),
        ("proxy=proxy/rfc3820.pem", "proxy-info"),
        ("$BEARER_TOKEN<bearer/healthy.token", "bearer-info"),
    ] {
        for format in ["text", "nagios", "classad"] {
            let run = home(setup).run(&format!("{command} --at {NOW} --format {format}"));
            let line = run.out.lines().find(|line| line.contains("good")).unwrap_or_default();
            assert!(line.contains("was not checked"), "{setup}: {command}\n{}", run.out);
            assert!(!run.out.contains("usable"), "{setup}: {command}\n{}", run.out);
        }
    }
}

#[test]
fn how_long() {
    let home = home(&format!("{CAS} token"));
    let end = 1_781_950_387;
    expect(&home, "status --for 12h", end - 43200, 0, &[], &[]);
    let ids = ["too-short"];
    expect(&home, "status --for 12h", end - 43199, 10, &ids, &[]);
}

#[test]
fn ca_directories() {
    let home = home("user token $X509_CERT_DIR={home}/gone");
    let run = home.run(&format!("status --at {NOW}"));
    assert_eq!(run.code, 5, "{}", run.out);
    assert!(run.out.contains("X509_CERT_DIR"), "{}", run.out);
    let run = home.run(&format!("status --ca-dir {{testdata}}/ca/certificates --at {NOW}"));
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("(--ca-dir)"), "{}", run.out);
    // Nobody asked for it; but a variable says that it is there.
    let setup = "$BEARER_TOKEN<bearer/healthy.token $X509_CERT_DIR={home}/gone";
    let words = ["state        unusable", "X509_CERT_DIR"];
    expect(&self::home(setup), "status", NOW, 0, &["ca-dir-unusable"], &words);
    // A token's CAs are looked for elsewhere.
    let alice = "/cvmfs/alice.cern.ch/etc/grid-security/certificates";
    let setup = format!(
        "user token {alice}/e73e4177.0=ca/certificates/AliEn2-CA.pem \
         /etc/grid-security/certificates/bea41460.0=ca/certificates/Grid.pem \
         /etc/grid-security/certificates/4b4ca555.0=ca/certificates/Root.pem"
    );
    let words = [&*format!("{alice} (default)"), "/etc/grid-security/certificates (default)"];
    expect(&self::home(&setup), "status", NOW, 0, &["signing-policy-missing"], &words);
}

/// Files put into a copy of the directory, and what the line says of the lists of the CAs in use.
const LISTS: &[(&str, &[&str])] = &[
    ("", &["state        3 CAs used\n", "CRLs         none\n"]),
    (
        "bea41460.r0=crl/grid.pem",
        &[
            "CRLs         1 fresh, 2 CAs without\n",
            "first ends   2026-06-21 12:00:00 UTC (in 20 days)\n",
        ],
    ),
    ("4b4ca555.r0=crl/root.pem bea41460.r0=crl/expired.pem", &["1 fresh, 1 expired, 1 CA without"]),
    ("bea41460.r0=crl/bad-signature.pem", &["CRLs         1 bad, 2 CAs without\n"]),
    ("bea41460.r0=crl/revokes-healthy.pem", &["CRLs         1 fresh, 2 CAs without\n"]),
    // Nobody here needs that CA.
    ("e096fac2.r0=file/empty.pem", &["CRLs         none\n"]),
];

#[test]
fn revocation_lists_of_the_cas() {
    for (files, words) in LISTS {
        let home = home("user token $X509_CERT_DIR={home}/cas");
        for (hash, ca) in [("e73e4177", "AliEn2-CA"), ("bea41460", "Grid"), ("4b4ca555", "Root")] {
            let pem = run::bytes(&format!("ca/certificates/{ca}.pem"));
            home.write(&format!("cas/{hash}.0"), &pem, 0o644);
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
        let home = home(&format!("{CAS} {setup}"));
        let run = home.run(&format!("status --json --at {NOW}"));
        let item = &run.json()["items"][row];
        assert_eq!(item["key"].as_str().unwrap_or_default(), key, "{setup}");
        if let Some((name, value)) = fact {
            assert_eq!(item[name].as_str(), Some(&*home.fill(value)), "{setup}");
        }
    }
}

/// A directory of tokens that is set up and empty: a warning beside something usable, for `check` too;
/// an error if it was asked for, or if nothing else is there.
#[test]
fn an_empty_token_directory() {
    for (setup, command, exit) in [
        ("user", "status", 0),
        ("user", "check", 0),
        ("user", "check idtoken", 3),
        ("", "status", 3),
        ("", "check", 3),
    ] {
        let cas = "$X509_CERT_DIR={testdata}/ca/certificates";
        let home = home(&format!("{setup} {cas} $_CONDOR_SEC_TOKEN_DIRECTORY={{home}}/tokens"));
        std::fs::create_dir(home.path("tokens")).unwrap();
        let run = home.run(&format!("{command} --at {NOW}"));
        assert_eq!(run.code, exit, "{setup}: certok {command}\n{}{}", run.out, run.err);
        assert!(run.out.contains("tokens"), "{setup}: certok {command}\n{}", run.out);
    }
}
