//! `certkey-match`, `tokenkey-match`: every kind of key, under a passphrase or not, and pairs that
//! are none.

mod run;

use std::fs;

use run::{Home, NOW, bytes, check, expect};

/// Certificate and key in the clear: proven.
const OPEN: &[(&str, &str)] = &[
    ("cert/healthy.pem", "key/rsa-pkcs1.pem"),
    ("cert/healthy.pem", "key/rsa-pkcs8.pem"),
    ("cert/rsa-1024.pem", "key/rsa-1024.pem"),
    ("cert/rsa-4096.pem", "key/rsa-4096.pem"),
    ("cert/ec-p256.pem", "key/ec-p256-sec1.pem"),
    ("cert/ec-p256.pem", "key/ec-p256-pkcs8.pem"),
    ("cert/ec-p256.pem", "key/ec-p256-with-parameters.pem"),
    ("cert/ec-p384.pem", "key/ec-p384-sec1.pem"),
    ("cert/ec-p384.pem", "key/ec-p384-pkcs8.pem"),
    ("cert/ec-p521.pem", "key/ec-p521-sec1.pem"),
    ("cert/ec-p521.pem", "key/ec-p521-pkcs8.pem"),
    ("cert/ed25519.pem", "key/ed25519.pem"),
    ("cert/pss-key.pem", "key/rsa-pss.pem"),
    ("cert/pss-key-bound.pem", "key/rsa-pss.pem"),
    ("cert/pss-key-bound.pem", "key/rsa-pss-bound.pem"),
    // Neither dates nor strength are what a match is about.
    ("cert/expired.pem", "key/rsa-pkcs1.pem"),
    ("cert/not-yet-valid.pem", "key/rsa-pkcs1.pem"),
    ("cert/md5-signature.pem", "key/rsa-pkcs1.pem"),
];

/// Certificate and key under the passphrase `correct horse`.
const ENCRYPTED: &[(&str, &str, &str)] = &[
    ("cert/healthy.pem", "key/encrypted-pbes2.pem", "PBES2, PBKDF2-HMAC-SHA256, AES-256-CBC"),
    ("cert/healthy.pem", "key/encrypted-pbes2-des3.pem", "DES-EDE3-CBC"),
    ("cert/healthy.pem", "key/encrypted-scrypt.pem", "scrypt"),
    ("cert/ec-p256.pem", "key/encrypted-ec-p256.pem", "AES-128-CBC"),
    ("cert/healthy.pem", "key/dek-aes256.pem", "DEK-Info: AES-256-CBC"),
    ("cert/healthy.pem", "key/dek-des3.pem", "DEK-Info: DES-EDE3-CBC"),
    ("cert/ec-p256.pem", "key/dek-ec-p256.pem", "DEK-Info: AES-128-CBC"),
];

fn pair(cert: &str, key: &str) -> Home {
    Home::new(&format!("usercert={cert} userkey={key}"))
}

#[test]
fn open_keys() {
    for (cert, key) in OPEN {
        expect(&pair(cert, key), "certkey-match", NOW, 0, &[], &["belongs to"]);
        let home = Home::new(&format!("c={cert} key={key}"));
        expect(
            &home,
            "certkey-match {home}/c {home}/key",
            NOW,
            0,
            &[],
            &["{home}/key belongs to {home}/c"],
        );
        // The same key under the name of a token.
        let home = Home::new(&format!("c={cert} key={key}"));
        expect(&home, "tokenkey-match {home}/c {home}/key", NOW, 0, &[], &[]);
    }
    // One of each kind against a certificate of another.
    for (_, key) in OPEN.iter().filter(|(cert, _)| !cert.starts_with("cert/ed")) {
        let ids = ["key-mismatch"];
        expect(&pair("cert/ed25519.pem", key), "certkey-match", NOW, 15, &ids, &["does not match"]);
    }
}

#[test]
fn tokens() {
    for (cert, key) in [
        ("token/user.pem", "token/user-key.pem"),
        ("token/user-without-san.pem", "token/user-key.pem"),
        ("token/expired.pem", "token/user-key.pem"),
        ("token/job.pem", "token/job-key.pem"),
        ("token/jobagent.pem", "token/jobagent-key.pem"),
        ("token/jobagent-with-ou.pem", "token/jobagent-key.pem"),
        ("token/host.pem", "token/host-key.pem"),
    ] {
        let home = Home::new(&format!("tokencert={cert} tokenkey={key}"));
        expect(&home, "tokenkey-match", NOW, 0, &[], &["proven by a signature"]);
    }
}

#[test]
fn keys_under_a_passphrase() {
    for (cert, key, words) in ENCRYPTED {
        let home = pair(cert, key);
        home.write("right", b"correct horse\nsecond line\n", 0o600);
        home.write("windows", b"correct horse\r\n", 0o600);
        home.write("bare", b"correct horse", 0o600);
        home.write("wrong", b"battery staple\n", 0o600);
        home.write("blank", b"", 0o600);
        fs::create_dir(home.path("folder")).unwrap();
        let command = "certkey-match --passphrase-file {home}/right";
        expect(&home, command, NOW, 0, &[], &["belongs to", words]);
        let command = "certkey-match --passphrase-file {home}/wrong";
        let words = [*words, "does not open"];
        expect(&home, command, NOW, 5, &["wrong-passphrase"], &words);
        for (file, exit) in [("windows", 0), ("bare", 0), ("blank", 5)] {
            let command = format!("certkey-match --passphrase-file {{home}}/{file} --at {NOW}");
            assert_eq!(home.run(&command).code, exit, "{key} {file}");
        }
        for (file, why) in [
            ("gone", "the file given by --passphrase-file does not exist"),
            ("folder", "it is a directory"),
        ] {
            let command = format!("certkey-match --passphrase-file {{home}}/{file}");
            let words = [why, "{home}/.globus/userkey.pem is encrypted"];
            expect(&home, &command, NOW, 5, &["passphrase-unreadable", "key-encrypted"], &words);
        }
        let words = [words[0], "--passphrase-file", "batch jobs"];
        expect(&home, "certkey-match --no-input", NOW, 5, &["key-encrypted"], &words);
        let run = home
            .run_with(&format!("certkey-match --passphrase-file - --at {NOW}"), b"correct horse\n");
        assert_eq!(run.code, 0, "{key}: {run:?}");
        // A key under a passphrase that belongs to another certificate.
        let other = pair("cert/rsa-4096.pem", key);
        other.write("right", b"correct horse\n", 0o600);
        let command = "certkey-match --passphrase-file {home}/right -q";
        assert_eq!(other.run(command).code, 15, "{key}");
    }
    // A passphrase that nobody needs is not read.
    let home = pair("cert/healthy.pem", "key/rsa-pkcs1.pem");
    expect(&home, "certkey-match --passphrase-file {home}/gone", NOW, 0, &[], &[]);
}

#[test]
fn ciphers_that_certok_lacks() {
    for command in
        ["certkey-match --no-input", "certkey-match --passphrase-file {testdata}/README.md"]
    {
        let home = pair("cert/healthy.pem", "key/dek-des.pem");
        let words =
            ["DES-CBC, an obsolete cipher that OpenSSL 3 does not read", "-provider legacy"];
        expect(&home, command, NOW, 4, &["key-cipher"], &words);
        let home = pair("cert/healthy.pem", "key/encrypted-pbes1.pem");
        let words = ["certok does not open (OpenSSL does)", "-aes256"];
        expect(&home, command, NOW, 5, &["key-unsupported"], &words);
    }
}

#[test]
fn files_that_are_no_key() {
    for (key, exit, id, words) in [
        ("key/public.pem", 4, "file-is-public-key", "-nocerts"),
        ("key/dsa.pem", 5, "key-unsupported", "DSA"),
        ("cert/healthy.pem", 4, "file-is-certificate", "a certificate and no private key"),
        ("file/empty.pem", 4, "file-empty", "0 bytes"),
        ("file/public-key.pem", 4, "file-is-public-key", "a public key"),
        ("file/openssh-private.pem", 4, "file-is-ssh-key", "ssh-keygen -p -m PEM"),
        ("file/request.pem", 4, "file-is-request", "CSR"),
        ("file/user.p12", 4, "file-is-pkcs12", "-nocerts"),
        ("file/no-pem.txt", 4, "no-key", "no PEM block"),
    ] {
        let home = pair("cert/healthy.pem", key);
        expect(&home, "certkey-match --no-input", NOW, exit, &[id], &[words]);
    }
    let home = Home::new("tokencert=token/user.pem tokenkey=cert/healthy.pem");
    let words = ["a certificate and no private key", "alien-token-init"];
    expect(&home, "tokenkey-match", NOW, 4, &["file-is-certificate"], &words);
    let whole = bytes("key/rsa-pkcs1.pem");
    let home = Home::new("usercert=cert/healthy.pem");
    home.write("userkey", &whole[..whole.len() - 60], 0o400);
    let words = ["BEGIN RSA PRIVATE KEY without END"];
    expect(&home, "certkey-match", NOW, 4, &["pem-truncated"], &words);
}

#[test]
fn pairs_that_are_none() {
    check(&[
        (
            "usercert=cert/healthy.pem userkey=key/other.pem",
            "certkey-match",
            NOW,
            15,
            &["key-mismatch"],
            &["does not match the certificate", "the same p12", "does NOT belong"],
        ),
        (
            "tokencert=token/user.pem tokenkey=token/host-key.pem",
            "tokenkey-match",
            NOW,
            15,
            &["key-mismatch"],
            &["alien-token-init"],
        ),
        (
            "usercert=cert/healthy.pem userkey=key/rsa-pss.pem",
            "certkey-match",
            NOW,
            15,
            &["key-type-differs"],
            &["as a key for id-RSASSA-PSS, and the certificate's key is for rsaEncryption"],
        ),
        (
            "usercert=cert/pss-key.pem userkey=key/rsa-pkcs1.pem",
            "certkey-match",
            NOW,
            15,
            &["key-type-differs"],
            &["as a key for rsaEncryption, and the certificate's key is for id-RSASSA-PSS"],
        ),
        (
            "usercert=cert/healthy.pem userkey=key/two-keys.pem",
            "certkey-match",
            NOW,
            15,
            &["later-key-matches"],
            &[
                "has 2 private keys: the first does not match the certificate, the second (line 29) does",
            ],
        ),
        (
            "usercert=key/rsa-pkcs1.pem:400 userkey=cert/healthy.pem:644",
            "certkey-match",
            NOW,
            4,
            &["cert-key-swapped"],
            &[
                "contains the private key and {home}/.globus/userkey.pem the certificate: they are swapped",
            ],
        ),
        (
            "usercert=key/rsa-pkcs1.pem:400 userkey=cert/healthy.pem:400",
            "cert-info",
            NOW,
            4,
            &["cert-key-swapped"],
            &[],
        ),
        (
            "user my/usercert.pem=cert/ec-p256.pem my/userkey.pem=key/ec-p256-sec1.pem \
             $X509_USER_CERT={home}/my/usercert.pem",
            "certkey-match",
            NOW,
            15,
            &["pair-from-two-places", "shadowed"],
            &["only X509_USER_CERT is set", "fix: export X509_USER_KEY={home}/my/userkey.pem"],
        ),
        (
            "user my/usercert.pem=cert/ec-p256.pem my/userkey.pem=key/ec-p256-sec1.pem \
             $X509_USER_KEY={home}/my/userkey.pem",
            "certkey-match",
            NOW,
            15,
            &["pair-from-two-places", "shadowed"],
            &["only X509_USER_KEY is set", "fix: export X509_USER_CERT={home}/my/usercert.pem"],
        ),
        (
            "user my/usercert.pem=cert/ec-p256.pem $X509_USER_CERT={home}/my/usercert.pem",
            "certkey-match",
            NOW,
            15,
            &["pair-from-two-places", "shadowed"],
            &["set both variables, or none"],
        ),
        (
            "usercert=cert/ca-first.pem userkey=key/rsa-pkcs1.pem",
            "certkey-match",
            NOW,
            15,
            &["ca-first", "key-mismatch"],
            &["wrong order"],
        ),
    ]);
}

#[test]
fn key_in_the_certificate_file() {
    check(&[
        (
            "usercert=file/cert-and-key.pem:600",
            "certkey-match",
            NOW,
            0,
            &["key-in-cert-file"],
            &["proven by a signature"],
        ),
        (
            "usercert=file/cert-and-key.pem:600",
            "cert-info",
            NOW,
            0,
            &["key-in-cert-file"],
            &["proven by a signature"],
        ),
        (
            "c.pem=file/cert-and-key.pem:600",
            "certkey-match {home}/c.pem",
            NOW,
            0,
            &[],
            &["{home}/c.pem belongs to {home}/c.pem"],
        ),
        (
            "user c.pem=cert/healthy.pem",
            "certkey-match {home}/c.pem",
            NOW,
            0,
            &[],
            &["{home}/.globus/userkey.pem belongs to {home}/c.pem"],
        ),
        (
            "user c.pem=cert/ec-p256.pem",
            "certkey-match {home}/c.pem",
            NOW,
            15,
            &["key-mismatch"],
            &[],
        ),
        ("c.pem=cert/healthy.pem", "certkey-match {home}/c.pem", NOW, 3, &["key-missing"], &[]),
    ]);
}

#[test]
fn modes() {
    for (mode, words) in [
        ("0400", None),
        ("0600", None),
        ("0440", Some("readable by the group (mode 0440)")),
        ("0404", Some("readable by everybody (mode 0404)")),
        ("0410", Some("accessible to others (mode 0410)")),
        ("0500", Some("executable (mode 0500)")),
        ("0644", Some("readable by everybody (mode 0644)")),
    ] {
        let home =
            Home::new(&format!("usercert=cert/healthy.pem userkey=key/rsa-pkcs1.pem:{mode}"));
        let (exit, ids): (i32, &[&str]) = match words {
            Some(_) => (16, &["key-readable"]),
            None => (0, &[]),
        };
        let words: Vec<&str> = words.into_iter().collect();
        expect(&home, "certkey-match", NOW, exit, ids, &words);
        // It is usable now, by those who do not look.
        expect(&home, "cert-info", NOW, 0, ids, &words);
        let home =
            Home::new(&format!("tokencert=token/user.pem tokenkey=token/user-key.pem:{mode}"));
        expect(&home, "tokenkey-match", NOW, 0, ids, &words);
    }
    for (mode, words) in [
        ("0644", None),
        ("0600", None),
        ("0664", Some("writable by the group (mode 0664)")),
        ("0646", Some("writable by everybody (mode 0646)")),
        ("0744", Some("executable (mode 0744)")),
    ] {
        let home =
            Home::new(&format!("usercert=cert/healthy.pem:{mode} userkey=key/rsa-pkcs1.pem"));
        let (exit, ids): (i32, &[&str]) = match words {
            Some(_) => (16, &["cert-writable"]),
            None => (0, &[]),
        };
        let words: Vec<&str> = words.into_iter().collect();
        expect(&home, "certkey-match", NOW, exit, ids, &words);
    }
    // What is no private key is not judged as one.
    for (key, judged) in [
        ("cert/healthy.pem", false),
        ("key/public.pem", false),
        ("file/request.pem", false),
        ("file/empty.pem", false),
        ("file/der.pem", false),
        ("file/user.p12", true),
        ("key/dsa.pem", true),
    ] {
        let home = Home::new(&format!("usercert=cert/healthy.pem userkey={key}:644"));
        let run = home.run(&format!("certkey-match --json --no-input --at {NOW}"));
        let found = run.ids().iter().any(|id| id == "key-readable");
        assert_eq!(found, judged, "{key}: {}", run.out);
    }
    // A pair that does not match is worse than a mode.
    let home = Home::new("usercert=cert/healthy.pem userkey=key/other.pem:644");
    expect(&home, "certkey-match", NOW, 15, &["key-mismatch", "key-readable"], &[]);
}
