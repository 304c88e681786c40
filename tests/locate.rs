//! Where credentials are found, and what is said when they are not: variables of every shape,
//! homes, temporary directories, links, owners.

mod run;

use std::fs;
use std::path::Path;

use run::below::CERTOK;
use run::{Home, NOW, base64, bytes, check, expect, is_root, pem, testdata};

#[test]
fn default_places_and_variables() {
    check(&[
        ("user", "cert-info", NOW, 0, &[], &["{home}/.globus/usercert.pem (default)"]),
        ("token", "token-info", NOW, 0, &[], &["{home}/tmp/tokencert_{uid}.pem (default)"]),
        (
            "user my/c.pem=cert/healthy.pem $X509_USER_CERT={home}/my/c.pem",
            "cert-info",
            NOW,
            0,
            &["shadowed"],
            &["{home}/my/c.pem ($X509_USER_CERT)", "{home}/.globus/usercert.pem exists and is not"],
        ),
        (
            "user $X509_USER_CERT={home}/.globus/usercert.pem",
            "cert-info",
            NOW,
            0,
            &[],
            &["usercert.pem ($X509_USER_CERT)"],
        ),
        (
            "user $X509_USER_CERT=.globus/usercert.pem",
            "cert-info",
            NOW,
            0,
            &[],
            &[".globus/usercert.pem ($X509_USER_CERT)"],
        ),
        (
            "",
            "cert-info",
            NOW,
            3,
            &["cert-missing"],
            &["X509_USER_CERT is not set", "openssl pkcs12"],
        ),
        ("", "token-info", NOW, 3, &["token-missing"], &["alien-token-init"]),
        (
            "usercert=cert/healthy.pem",
            "certkey-match",
            NOW,
            3,
            &["key-missing"],
            &["{home}/.globus/userkey.pem does not exist", "-nocerts"],
        ),
        (
            "tokencert=token/user.pem",
            "tokenkey-match",
            NOW,
            3,
            &["token-key-missing"],
            &["alien-token-init"],
        ),
        (
            "user",
            "cert-info {home}/nope.pem",
            NOW,
            3,
            &["cert-missing"],
            &["nope.pem does not exist"],
        ),
    ]);
}

/// Where nothing else is said: `/tmp` and `/etc`.
#[test]
fn places_of_the_system() {
    for (setup, command, words) in [
        ("", "status", &["/tmp/tokencert_{uid}.pem (default)"][..]),
        (
            "/tmp/tokencert_{uid}.pem=token/user.pem /tmp/tokenkey_{uid}.pem=token/user-key.pem",
            "token-info",
            &["/tmp/tokencert_{uid}.pem (default)"],
        ),
        (
            "/tmp/x509up_u{uid}=proxy/rfc3820.pem:600",
            "proxy-info",
            &["/tmp/x509up_u{uid} (default)"],
        ),
        ("/tmp/bt_u{uid}=bearer/healthy.token:600", "bearer-info", &["/tmp/bt_u{uid} (default)"]),
        (
            "/etc/grid-security/hostcert.pem=host/healthy.pem \
             /etc/grid-security/hostkey.pem=host/hostkey.pem",
            "status --ca-dir {testdata}/ca/certificates",
            &["/etc/grid-security/hostcert.pem (default)"],
        ),
        (
            "user /etc/grid-security/certificates/bea41460.0=ca/certificates/Grid.pem \
             /etc/grid-security/certificates/4b4ca555.0=ca/certificates/Root.pem",
            "cert-verify",
            &["/etc/grid-security/certificates (default)"],
        ),
    ] {
        let mut home = Home::new(setup);
        home.unset("TMPDIR");
        home.unset("X509_USER_PROXY");
        let run = home.run(&format!("{command} --at {NOW}"));
        assert_eq!(run.code, if setup.is_empty() { 3 } else { 0 }, "{setup}: {run:?}");
        for word in words {
            assert!(run.out.contains(&home.fill(word)), "{setup}: {}", run.out);
        }
    }
}

/// The variable is one of the tests' binary alone.
#[test]
fn certok_itself_cannot_be_led_to_another_system() {
    let mut home = Home::new("");
    home.unset("TMPDIR");
    let root = home.system.path("/").display().to_string();
    for (program, is_led) in [(CERTOK, true), (env!("CARGO_BIN_EXE_certok"), false)] {
        let output = home.command(Path::new(program)).arg("status").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(text.contains(&root), is_led, "{text}");
    }
}

/// Path-like values: what is odd, and the fix names the file that was meant.
#[test]
fn odd_paths() {
    const FIX: &str = "fix: export X509_USER_CERT={home}/my/c.pem";
    for (value, exit, id, words) in [
        ("\"{home}/my/c.pem\"", 3, "variable-quoted", "literal quote characters (\")"),
        ("'{home}/my/c.pem'", 3, "variable-quoted", "literal quote characters (')"),
        ("{home}/my/c.pem\r", 3, "variable-blank", "invisible carriage return"),
        ("{home}/my/c.pem\r\n", 3, "variable-blank", "invisible carriage return"),
        ("{home}/my/c.pem ", 3, "variable-blank", "ends with invisible white space"),
        (" {home}/my/c.pem", 3, "variable-blank", "starts with invisible white space"),
        ("~/my/c.pem", 3, "variable-tilde", "literal '~'"),
        ("file://{home}/my/c.pem", 3, "variable-url", "file:// URL"),
        ("file:{home}/my/c.pem", 3, "variable-url", "file:// URL"),
        ("$HOME/my/c.pem", 3, "variable-not-expanded", "never expanded"),
        ("${HOME}/my/c.pem", 3, "variable-not-expanded", "never expanded"),
        ("\"~/my/c.pem\"\r", 3, "variable-quoted", "literal quote"),
        ("\u{201c}{home}/my/c.pem\u{201d}", 3, "variable-quoted", "quote characters (\u{201c})"),
        ("\u{2018}{home}/my/c.pem\u{2019}", 3, "variable-quoted", "quote characters (\u{2018})"),
        ("<{home}/my/c.pem>", 3, "variable-quoted", "quote characters (<)"),
        ("`{home}/my/c.pem`", 3, "variable-quoted", "quote characters (`)"),
        ("\"{home}/my/c.pem", 3, "variable-quoted", "quote characters (\")"),
        ("{home}/my/c.pem'", 3, "variable-quoted", "quote characters (')"),
        ("X509_USER_CERT={home}/my/c.pem", 3, "variable-assignment", "a whole assignment"),
        ("export X=\"{home}/my/c.pem\"", 3, "variable-assignment", "a whole assignment"),
        (
            "\u{feff}{home}/my/c.pem",
            3,
            "variable-blank",
            "starts with an invisible character (U+FEFF",
        ),
        (
            "\u{200b}{home}/my/c.pem",
            3,
            "variable-blank",
            "starts with an invisible character (U+200B",
        ),
        ("{home}/my/c.pem\u{a0}", 3, "variable-blank", "ends with an invisible character (U+00A0"),
        ("%HOME%/my/c.pem", 3, "variable-not-expanded", "a template that was never expanded"),
        ("{HOME}/my/c.pem", 3, "variable-not-expanded", "a template that was never expanded"),
        ("{{ HOME }}/my/c.pem", 3, "variable-not-expanded", "a template that was never expanded"),
        ("$(echo ~)/my/c.pem", 3, "variable-not-expanded", "contains a command"),
        ("{home}/my/c.pem;", 3, "variable-list", "ends with ';'"),
        ("{home}/my/c.pem,", 3, "variable-list", "ends with ','"),
        ("{home}/my/c.pem:{home}/my/d.pem", 3, "variable-list", "is a list of 2 paths"),
        ("{home}/my/c%2Epem", 3, "variable-escaped", "contains an escape"),
        ("{home}/my/c.pem/", 3, "variable-trailing-slash", "ends with a '/'"),
        ("C:\\Users\\me\\c.pem", 3, "variable-windows", "a path of Windows"),
        ("\\\\wsl$\\Ubuntu{home}/my/c.pem", 3, "variable-windows", "a path of Windows"),
        ("https://server/c.pem", 3, "variable-url", "is a URL (https://)"),
        ("arn:aws:secretsmanager:x", 3, "variable-url", "a name of a cloud service (arn:)"),
        ("my/c.pem/../c.pem", 3, "variable-relative", "relative path"),
        ("{home}/my", 4, "is-directory", "X509_USER_CERT: {home}/my is a directory"),
    ] {
        let mut home = Home::new("userkey=key/rsa-pkcs1.pem my/c.pem=cert/healthy.pem");
        if id == "is-directory" {
            home.write("my/usercert.pem", &bytes("cert/healthy.pem"), 0o644);
        }
        home.set("X509_USER_CERT", value);
        home.setup = format!("X509_USER_CERT={value:?}");
        let underivable = ["http", "arn", "C:", "$(echo"].iter().any(|s| value.starts_with(s));
        let words = if underivable || matches!(id, "variable-relative" | "is-directory") {
            vec![words]
        } else {
            vec![words, FIX]
        };
        expect(&home, "cert-info", NOW, exit, &[id], &words);
        // The same shapes for the key, told by certkey-match.
        if id != "is-directory" {
            let mut home = Home::new("usercert=cert/healthy.pem my/c.pem=key/rsa-pkcs1.pem");
            home.set("X509_USER_KEY", value);
            expect(&home, "certkey-match", NOW, exit, &[id], &["X509_USER_KEY"]);
        }
    }
}

/// A home with the CAs of the fixtures in `.globus/certificates`, the first place to be searched.
fn with_cas(setup: &str) -> Home {
    let home = Home::new(setup);
    for entry in std::fs::read_dir(testdata().join("ca/certificates")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let content = bytes(&format!("ca/certificates/{name}"));
        home.write(&format!(".globus/certificates/{name}"), &content, 0o644);
    }
    home
}

/// The variables of CA certificates, judged as those of credentials are; the fix names the
/// directory that was meant, or unsets the variable if the default place is good.
#[test]
fn odd_paths_of_cas() {
    const DIR: &str = "fix: export X509_CERT_DIR={home}/.globus/certificates\n";
    const UNSET: &str = "fix: unset X509_CERT_DIR\n";
    const FILE: &str = "fix: export X509_CERT_FILE={home}/.globus/certificates/Grid.pem\n";
    let cas = "{home}/.globus/certificates";
    for (name, value, id, words, fix) in [
        ("X509_CERT_DIR", "\"CD\"", "ca-dir-unusable", "literal quote characters (\")", DIR),
        ("X509_CERT_DIR", "~/.globus/certificates", "ca-dir-unusable", "a literal '~'", DIR),
        ("X509_CERT_DIR", "$HOME/.globus/certificates", "ca-dir-unusable", "never expanded", DIR),
        ("X509_CERT_DIR", "CD\r", "ca-dir-unusable", "carriage return", DIR),
        ("X509_CERT_DIR", "CD ", "ca-dir-unusable", "ends with invisible white space", DIR),
        ("X509_CERT_DIR", "file://CD", "ca-dir-unusable", "is a file:// URL", DIR),
        ("X509_CERT_DIR", "certificates", "ca-dir-unusable", "the relative path", DIR),
        ("X509_CERT_DIR", "CD:/gone", "ca-dir-unusable", "is a list of 2 paths", DIR),
        ("X509_CERT_DIR", "/gone:CD", "ca-dir-unusable", "is a list of 2 paths", DIR),
        ("X509_CERT_DIR", "CD:", "ca-dir-unusable", "ends with ':'", DIR),
        ("X509_CERT_DIR", "/gone", "ca-dir-unusable", "which does not exist", UNSET),
        ("X509_CERT_DIR", "", "ca-dir-unusable", "is set, but empty", UNSET),
        ("X509_CERT_DIR", "{home}/.globus", "ca-dir-empty", "contains no CA certificates", DIR),
        ("X509_CERT_DIR", "{home}/tmp", "ca-dir-empty", "contains no CA certificates", UNSET),
        ("X509_CERT_DIR", "CD/Grid.pem", "ca-dir-is-file", "it must be a directory", DIR),
        ("X509_CERT_DIR", "{home}/one.pem", "ca-dir-is-file", "", "X509_CERT_FILE={home}/one.pem"),
        ("X509_CERT_FILE", "'CD/Grid.pem'", "ca-dir-unusable", "literal quote", FILE),
        ("X509_CERT_FILE", "~/.globus/certificates/Grid.pem", "ca-dir-unusable", "'~'", FILE),
        ("X509_CERT_FILE", "/gone", "ca-dir-unusable", "does not exist", "unset X509_CERT_FILE"),
    ] {
        let mut home = with_cas("user one.pem=ca/certificates/Grid.pem");
        home.set(name, &value.replace("CD", cas));
        home.setup = format!("{name}={value:?}");
        for command in ["cert-verify", "ca-info", "status"] {
            let run = home.run(&format!("{command} --at {NOW}"));
            let is_said = [id, words, fix].iter().all(|word| run.out.contains(&home.fill(word)));
            assert!(is_said, "{}: {command}: {}", home.setup, run.out);
        }
    }
    // The other variable is used once the bad one is gone.
    let mut home = with_cas("user $X509_CERT_DIR=/gone");
    home.set("X509_CERT_FILE", "{home}/.globus/certificates/Grid.pem");
    let fix = ["unset it, and {home}/.globus/certificates/Grid.pem is used", UNSET];
    let ids = ["ca-dir-unusable"];
    expect(&home, "ca-info", NOW, 5, &ids, &fix);
}

/// A directory of the user that is of no use hides that of the system.
#[test]
fn a_default_of_no_use_hides_the_next() {
    let setup = "user /etc/grid-security/certificates/89680c43.0=ca/certificates/89680c43.0";
    let home = Home::new(setup);
    std::fs::create_dir(home.path(".globus/certificates")).unwrap();
    let fix = "fix: export X509_CERT_DIR=/etc/grid-security/certificates\n";
    for command in ["cert-verify", "ca-info"] {
        let run = home.run(&format!("{command} --at {NOW}"));
        assert!(run.out.contains(fix), "{command}: {}", run.out);
    }
}

/// Names that are almost right, of files and of variables.
#[test]
fn names_that_are_alike() {
    for name in ["usercert.pem.txt", "UserCert.pem", "usercert.crt", "usercert.pem "] {
        let home = Home::new("userkey=key/rsa-pkcs1.pem");
        home.write(&format!(".globus/{name}"), &bytes("cert/healthy.pem"), 0o644);
        let there = format!("but there is {{home}}/.globus/{name}");
        let fix = "fix: export X509_USER_CERT=";
        expect(&home, "cert-info", NOW, 3, &["file-misnamed"], &[&there, fix]);
    }
    check(&[
        (
            "globus/usercert.pem=cert/healthy.pem",
            "cert-info",
            NOW,
            3,
            &["file-misnamed"],
            &["but there is {home}/globus/usercert.pem", "export X509_USER_CERT={home}/globus/"],
        ),
        (
            ".globus/userkey.key=key/rsa-pkcs1.pem usercert=cert/healthy.pem",
            "certkey-match",
            NOW,
            3,
            &["file-misnamed"],
            &["export X509_USER_KEY={home}/.globus/userkey.key"],
        ),
        // Another name altogether.
        (
            ".globus/mycert.pem=cert/healthy.pem",
            "cert-info",
            NOW,
            3,
            &["cert-missing"],
            &["does not exist"],
        ),
    ]);
    for (name, at) in [("X509_PROXY", "p"), ("XrdSecGSIUSERPROXY", "p")] {
        let mut home = Home::new("my/p=proxy/rfc3820.pem:600");
        home.unset("X509_USER_PROXY");
        home.set(name, &format!("{{home}}/my/{at}"));
        let words =
            [&format!("but {name} names {{home}}/my/p"), "fix: export X509_USER_PROXY={home}/my/p"];
        expect(&home, "proxy-info", NOW, 3, &["variable-misnamed"], &words);
    }
}

/// A file or a dangling link in place of the directory.
#[test]
fn directories_that_are_none() {
    for (target, id, words) in [
        (None, "not-a-directory", "{home}/.globus is a file, it must be a directory"),
        (Some("/nowhere"), "link-dangling", "{home}/.globus is a dangling symbolic link"),
    ] {
        let home = Home::new("");
        std::fs::remove_dir(home.path(".globus")).unwrap();
        match target {
            Some(target) => home.link(".globus", target),
            None => home.write(".globus", b"", 0o644),
        }
        for command in ["cert-info", "certkey-match"] {
            let run = home.run(&format!("{command} --at {NOW}"));
            assert_eq!(run.code, 3, "{run:?}");
            assert!(run.out.contains(&format!("[{id}]")), "{run:?}");
            assert!(run.out.contains(&home.fill(words)), "{run:?}");
            assert!(!run.out.contains("mkdir"), "{run:?}");
        }
    }
}

#[test]
fn values_that_name_nothing() {
    check(&[
        ("$X509_USER_CERT=", "cert-info", NOW, 3, &["variable-empty"], &["is set, but empty"]),
        (
            "user $X509_USER_CERT=",
            "cert-info",
            NOW,
            3,
            &["variable-empty"],
            &["fix: unset X509_USER_CERT"],
        ),
        (
            "$X509_USER_CERT={home}/gone",
            "cert-info",
            NOW,
            3,
            &["variable-path-gone"],
            &["{home}/gone"],
        ),
        (
            "user $X509_USER_CERT={home}/gone",
            "cert-info",
            NOW,
            3,
            &["variable-path-gone"],
            &["unset it, and", "fix: unset X509_USER_CERT\n"],
        ),
        (
            "user $X509_USER_CERT={home}/gone $X509_USER_KEY={home}/.globus/userkey.pem",
            "cert-info",
            NOW,
            3,
            &["variable-path-gone"],
            &["unset it, and", "fix: unset X509_USER_CERT\n"],
        ),
        (
            "user $X509_USER_CERT={home}/gone $X509_USER_KEY={home}/lost",
            "cert-info",
            NOW,
            3,
            &["variable-path-gone"],
            &["unset both variables, and", "fix: unset X509_USER_CERT X509_USER_KEY"],
        ),
        (
            "$JALIEN_TOKEN_CERT={home}/gone",
            "token-info",
            NOW,
            3,
            &["variable-path-gone"],
            &["unset JALIEN_TOKEN_CERT; alien-token-init"],
        ),
        (
            "$JALIEN_TOKEN_CERT=job.pem",
            "token-info",
            NOW,
            3,
            &["variable-relative"],
            &["relative path job.pem", "{home}"],
        ),
        (
            "tmp/job.pem=token/user.pem $JALIEN_TOKEN_CERT=job.pem",
            "token-info",
            NOW,
            3,
            &["variable-relative"],
            &["fix: export JALIEN_TOKEN_CERT={home}/tmp/job.pem"],
        ),
        ("$JALIEN_TOKEN_CERT=null", "token-info", NOW, 3, &["variable-null"], &["\"null\"", "jq"]),
        ("$JALIEN_TOKEN_CERT=None", "token-info", NOW, 3, &["variable-null"], &["\"None\""]),
        (
            "token $JALIEN_TOKEN_CERT=null $JALIEN_TOKEN_KEY=null",
            "token-info",
            NOW,
            3,
            &["variable-null"],
            &["fix: unset JALIEN_TOKEN_CERT JALIEN_TOKEN_KEY"],
        ),
        (
            "$X509_USER_CERT=null",
            "cert-info",
            NOW,
            3,
            &["variable-null"],
            &["unset it, or set it to a path"],
        ),
        (
            "$X509_USER_CERT=/dev/null",
            "cert-info",
            NOW,
            4,
            &["not-a-file"],
            &["X509_USER_CERT: /dev/null is a device"],
        ),
        ("$X509_USER_CERT={}", "cert-info", NOW, 4, &["variable-json"], &["JSON"]),
    ]);
}

#[test]
fn good_inline_values() {
    let cert = pem("token/user.pem");
    let pkcs1 = pem("token/user-key.pem");
    // alien.py takes for a name what does not begin with PEM.
    let refused: &[&str] = &["alien-py-refuses", "alien-py-refuses"];
    for (cert_name, cert, key, ids) in [
        ("as it is", cert.clone(), pkcs1.clone(), &[][..]),
        ("white space around", format!("\n  {cert} \n\n"), format!(" \t{pkcs1}\n "), refused),
        ("a line before", format!("my token\n{cert}"), format!("my key\n{pkcs1}"), refused),
        ("CR LF", cert.replace('\n', "\r\n"), pkcs1.replace('\n', "\r\n"), &[]),
    ] {
        let mut home = Home::new("");
        home.set("JALIEN_TOKEN_CERT", &cert);
        home.set("JALIEN_TOKEN_KEY", &key);
        home.setup = cert_name.to_owned();
        let words = ["$JALIEN_TOKEN_CERT (its content)", "proven by a signature"];
        expect(&home, "token-info", NOW, 0, ids, &words);
        expect(
            &home,
            "tokenkey-match",
            NOW,
            0,
            ids,
            &["$JALIEN_TOKEN_KEY belongs to $JALIEN_TOKEN_CERT"],
        );
    }
    for (cert, key) in [
        ("cert/healthy.pem", "key/rsa-pkcs1.pem"),
        ("cert/healthy.pem", "key/rsa-pkcs8.pem"),
        ("cert/ec-p256.pem", "key/ec-p256-sec1.pem"),
        ("cert/ec-p256.pem", "key/ec-p256-pkcs8.pem"),
        ("cert/ed25519.pem", "key/ed25519.pem"),
    ] {
        let mut home = Home::new("");
        home.set("X509_USER_CERT", &pem(cert));
        home.set("X509_USER_KEY", &format!("\n {}\n", pem(key)));
        home.setup = format!("{cert} {key}");
        expect(
            &home,
            "certkey-match",
            NOW,
            0,
            &["alien-py-refuses", "alien-py-refuses"],
            &["proven by a signature"],
        );
    }
}

#[test]
fn damaged_inline_values() {
    let good = pem("token/user.pem");
    let answer = serde_json::json!({ "results": [{ "tokencert": good, "tokenkey": "" }] });
    let der: String = good.lines().filter(|line| !line.starts_with('-')).collect();
    for (value, id, words) in [
        (good.replace('\n', " "), "variable-newlines-lost", "turned into spaces"),
        (good.replace('\n', ""), "variable-newlines-lost", "fix: export JALIEN_TOKEN_CERT="),
        (good.replace('\n', "\\n"), "variable-literal-newlines", "characters \\n"),
        (format!("\"{}\"", good.replace('\n', "\\n")), "variable-literal-newlines", "printf '%b'"),
        (format!("\"{good}\""), "variable-inline-quoted", "before -----BEGIN"),
        (format!("'{good}'"), "variable-inline-quoted", "before -----BEGIN"),
        (answer.to_string(), "variable-json", "jq -r '.results[0].tokencert'"),
        (base64(good.as_bytes()), "variable-base64", "base64 -d"),
        (der, "variable-base64", "openssl x509 -inform DER"),
        (good[..300].to_owned(), "variable-inline-damaged", "truncated PEM: BEGIN without END"),
        (good.replace("-----BEGIN", "—BEGIN"), "variable-inline-damaged", "damaged PEM: "),
        (good.replacen("MII", "M!I", 1), "variable-inline-damaged", "`!`"),
    ] {
        let mut home = Home::new("tokenkey=token/user-key.pem");
        home.set("JALIEN_TOKEN_CERT", &value);
        home.setup = format!("JALIEN_TOKEN_CERT={value:.60}");
        expect(&home, "token-info", NOW, 4, &[id], &["JALIEN_TOKEN_CERT", words]);
        expect(&home, "tokenkey-match", NOW, 4, &[id], &[]);
    }
}

/// A value is never repeated in full: it may be a piece of a key.
#[test]
fn pieces_of_a_key_are_not_repeated() {
    let key = pem("token/user-key.pem");
    let body: String = key.lines().filter(|line| !line.starts_with('-')).collect();
    let piece = &body[64..128];
    for value in [
        body[..body.len() - 5].to_owned(),
        body[..400].to_owned(),
        key.replace('\n', " "),
        key.replace('\n', "\\n"),
        key[..key.len() - 40].to_owned(),
        format!(" \n{key}"),
        format!("text\n{key}"),
        format!("{{\"tokenkey\":\"{}\"}}", key.replace('\n', "\\n")),
        base64(key.as_bytes()),
    ] {
        for name in ["JALIEN_TOKEN_KEY", "JALIEN_TOKEN_CERT", "X509_USER_KEY"] {
            let mut home = Home::new("user token $X509_CERT_DIR={testdata}/ca/certificates");
            home.set(name, &value);
            for command in ["", "token-info", "tokenkey-match", "token-destroy --dry-run"] {
                for format in ["-v", "--json"] {
                    let run = home.run(&format!("{command} {format} --at {NOW}"));
                    let inside = base64(piece.as_bytes());
                    for secret in [piece, &inside[..60]] {
                        let told = run.out.contains(secret) || run.err.contains(secret);
                        assert!(!told, "{name}={value:.40} {command} {format}: {}", run.out);
                    }
                }
            }
        }
    }
}

#[test]
fn homes() {
    let mut home = Home::new("user");
    for value in [None, Some("")] {
        match value {
            None => home.unset("HOME"),
            Some(value) => home.set("HOME", value),
        }
        for command in ["cert-info", "certkey-match", "cert-verify"] {
            let ids: &[&str] = match command {
                "certkey-match" => &["home-unset", "home-unset"],
                _ => &["home-unset"],
            };
            expect(&home, command, NOW, 3, ids, &["HOME is not set", "HOME="]);
        }
        let ok = format!("cert-info {{home}}/.globus/usercert.pem --at {NOW}");
        assert_eq!(home.run(&ok).code, 0);
    }
    home.set("HOME", "{home}/gone");
    expect(&home, "cert-info", NOW, 3, &["cert-missing"], &["{home}/gone/.globus"]);
}

#[test]
fn temporary_directories() {
    check(&[
        (
            "$TMPDIR={home}/gone",
            "token-info",
            NOW,
            3,
            &["tmpdir-unusable", "token-missing"],
            &["TMPDIR points to {home}/gone, which does not exist", "alien.py takes "],
        ),
        (
            "other/x=cert/healthy.pem $TMPDIR={home}/gone $TEMP={home}/lost $TMP={home}/other",
            "token-info",
            NOW,
            3,
            &["tmpdir-unusable", "token-missing"],
            &["alien.py takes {home}/other (TMPDIR, TEMP, TMP, /tmp)"],
        ),
        (
            "other/tokencert_{uid}.pem=token/user.pem other/tokenkey_{uid}.pem=token/user-key.pem \
             $TEMP={home}/other",
            "token-info",
            NOW,
            3,
            &["token-elsewhere"],
            &["there is one at {home}/other/tokencert_{uid}.pem"],
        ),
        (
            "token $TMPDIR=~/tmp",
            "token-info",
            NOW,
            3,
            &["tmpdir-unusable", "token-elsewhere"],
            &["TMPDIR starts with a literal '~'", "fix: export TMPDIR={home}/tmp\n"],
        ),
        (
            "token $SCRATCH={home} $TMPDIR=$SCRATCH/tmp",
            "token-info",
            NOW,
            3,
            &["tmpdir-unusable", "token-elsewhere"],
            &["TMPDIR contains a $NAME", "fix: export TMPDIR={home}/tmp\n"],
        ),
        (
            "token $TMPDIR=\"{home}/tmp\"",
            "token-info",
            NOW,
            3,
            &["tmpdir-unusable", "token-elsewhere"],
            &["TMPDIR contains literal quote characters", "fix: export TMPDIR={home}/tmp\n"],
        ),
        (
            "file=cert/healthy.pem $TMPDIR={home}/file",
            "token-info",
            NOW,
            3,
            &["tmpdir-unusable", "token-missing"],
            &["not a directory"],
        ),
        (
            "other/tokencert_{uid}.pem=token/user.pem other/tokenkey_{uid}.pem=token/user-key.pem \
             $TMPDIR={home}/other",
            "token-info",
            NOW,
            0,
            &[],
            &["{home}/other/tokencert_{uid}.pem"],
        ),
        (
            "token $TMPDIR={home}/.globus",
            "token-info",
            NOW,
            3,
            &["token-elsewhere"],
            &["there is one at {home}/tmp/tokencert_{uid}.pem", "fix: export JALIEN_TOKEN_CERT="],
        ),
        (
            "tmp/tokencert_54321.pem=token/user.pem tmp/tokenkey_54321.pem=token/user-key.pem",
            "token-info",
            NOW,
            3,
            &["token-other-uid"],
            &["belongs to uid 54321", "JALIEN_TOKEN_KEY={home}/tmp/tokenkey_54321.pem"],
        ),
        // Without its key it is of no use.
        ("tmp/tokencert_54321.pem=token/user.pem", "token-info", NOW, 3, &["token-missing"], &[]),
    ]);
    if cfg!(target_os = "linux") {
        // Nobody makes a file there, root with all rights neither.
        let home = Home::new("$TMPDIR=/proc");
        let ids = ["token-missing", "tmpdir-unusable"];
        expect(
            &home,
            "token-info",
            NOW,
            3,
            &ids,
            &["TMPDIR points to /proc, where you may not write"],
        );
    }
    let mut home = Home::new("token");
    home.unset("TMPDIR");
    let run = home.run(&format!("token-info --json --at {NOW}"));
    assert!(run.out.contains("/tmp/"), "{}", run.out);
    home.set("TMPDIR", "");
    assert_eq!(home.run(&format!("token-info --json --at {NOW}")).out, run.out);
}

/// alien.py takes the directory in `X509_CERT_DIR` only if it has a file `*.pem`.
#[test]
fn a_ca_directory_of_hashes_alone() {
    let hashes = "cas/e73e4177.0=ca/certificates/AliEn2-CA.pem";
    for (more, command, said) in [
        ("", "token-verify", true),
        ("", "check token", true),
        (" cas/A.pem=ca/certificates/AliEn2-CA.pem", "token-verify", false),
        ("", "token-verify --ca-dir {home}/cas", false),
    ] {
        let named = if command.contains("--ca-dir") { "" } else { "$X509_CERT_DIR={home}/cas" };
        let home = Home::new(&format!("token {hashes}{more} {named}"));
        let run = home.run(&format!("{command} --at {NOW}"));
        let is_said = run.out.contains("alien.py ignores the CA directory");
        assert_eq!(is_said, said, "{command}{more}: {run:?}");
    }
}

#[test]
fn pkcs12_beside() {
    check(&[
        (
            ".globus/usercred.p12=file/user.p12",
            "cert-info",
            NOW,
            3,
            &["pkcs12-only"],
            &[
                "there is {home}/.globus/usercred.p12",
                "openssl asks for its password",
                "-clcerts",
                "-nocerts",
            ],
        ),
        (".globus/usercred.p12=file/user.p12", "certkey-match", NOW, 3, &["pkcs12-only"], &[]),
        (
            "Downloads/me.p12=file/user-rc2.p12",
            "cert-info",
            NOW,
            3,
            &["pkcs12-only"],
            &["RC2-40", "openssl pkcs12 -legacy -in {home}/Downloads/me.p12"],
        ),
        (
            "usercert=cert/healthy.pem me.pfx=file/user.p12",
            "certkey-match",
            NOW,
            3,
            &["pkcs12-only"],
            &[
                "userkey.pem does not exist",
                "openssl pkcs12 -in {home}/me.pfx -nocerts",
                "export X509_USER_CERT={home}/.globus/me-cert.pem X509_USER_KEY=",
            ],
        ),
    ]);
    // What is none is not converted.
    for (content, what) in [("", "empty"), ("<!DOCTYPE html><html>", "a web page")] {
        let home = Home::new("");
        home.write("me.p12", content.as_bytes(), 0o600);
        let run = home.run(&format!("cert-info --at {NOW}"));
        assert_eq!(run.code, 3, "{}", run.out);
        assert!(run.out.contains(what), "{}", run.out);
        assert!(!run.out.contains("fix:"), "{}", run.out);
    }
    let home = Home::new("usercert=cert/healthy.pem me.p12=file/user.p12");
    let run = home.run(&format!("certkey-match --at {NOW}"));
    assert!(!run.out.contains("usercert.pem &&"), "the certificate is written over: {}", run.out);
}

#[test]
fn links_and_strange_files() {
    let home = Home::new("userkey=key/rsa-pkcs1.pem");
    home.link("usercert", "/nowhere/usercert.pem");
    expect(
        &home,
        "cert-info",
        NOW,
        3,
        &["link-dangling"],
        &["/nowhere/usercert.pem does not exist", "ln -sfn"],
    );
    fs::remove_file(home.place("usercert")).unwrap();
    home.link("usercert", "usercert.pem");
    expect(&home, "cert-info", NOW, 3, &["link-loop"], &["too many levels"]);
    fs::remove_file(home.place("usercert")).unwrap();
    fs::create_dir(home.place("usercert")).unwrap();
    expect(&home, "cert-info", NOW, 4, &["is-directory"], &["out of the way"]);
    fs::remove_dir(home.place("usercert")).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        home.place("usercert"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::from_raw_mode(0o600),
        0,
    )
    .unwrap();
    expect(&home, "cert-info", NOW, 4, &["not-a-file"], &["a named pipe"]);
    let home = Home::new("userkey=key/rsa-pkcs1.pem my/c.pem=cert/healthy.pem");
    home.link("usercert", home.path("my/c.pem"));
    expect(&home, "cert-info", NOW, 0, &[], &[]);
}

#[test]
fn permission_denied() {
    let mut home = Home::new("user token");
    if !home.steps_down() {
        return;
    }
    let uid = home.uid;
    home.chmod("usercert", 0o000);
    let words =
        [format!("you are uid {uid}"), "fix: chmod u+r {home}/.globus/usercert.pem".to_owned()];
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    expect(&home, "cert-info", NOW, 4, &["permission-denied"], &words);
    home.chmod("usercert", 0o644);
    home.chmod("userkey", 0o000);
    expect(
        &home,
        "certkey-match",
        NOW,
        4,
        &["permission-denied"],
        &["fix: chmod 400 {home}/.globus/userkey.pem"],
    );
    home.chmod(".globus", 0o600);
    expect(
        &home,
        "cert-info",
        NOW,
        4,
        &["permission-denied"],
        &["by the directory {home}/.globus"],
    );
    home.chmod(".globus", 0o700);
}

#[test]
fn files_of_others() {
    if !is_root() {
        return;
    }
    let home = Home::new("user token");
    let mut theirs = Home::new("user token");
    theirs.belongs_to(65534);
    theirs.uid = home.uid;
    let ids = ["cert-not-owned", "key-not-owned"];
    expect(
        &theirs,
        "certkey-match",
        NOW,
        16,
        &ids,
        &["owned by uid 65534, you are uid 0", "run certok as that user, sudo -u '#65534'"],
    );
    // info answers whether it is good now, and says the rest as warnings.
    expect(&theirs, "cert-info", NOW, 0, &ids, &[]);
    // Nobody who takes a token looks at its owner.
    let mut tokens = Home::new("token");
    let names = [tokens.place("tokencert"), tokens.place("tokenkey")];
    tokens.belongs_to(65534);
    tokens.uid = home.uid;
    assert!(names.iter().all(|name| name.exists()));
    expect(&tokens, "tokenkey-match", NOW, 0, &ids, &[]);
    // Unreadable to another: its owner is named.
    let mut home = Home::new("");
    home.belongs_to(65534);
    let root_s = home.place("tokencert");
    fs::write(&root_s, bytes("token/user.pem")).unwrap();
    home.chmod("tokencert", 0o400);
    expect(
        &home,
        "token-info",
        NOW,
        4,
        &["permission-denied"],
        &["owner uid 0, mode 0400", "export TMPDIR=~/tmp"],
    );
}

/// A credential that will not do, while another one would: the change is tried before it is printed,
/// and where it does not help there is none.
#[test]
fn another_one_would_do() {
    const OLD: &str = "my/c=cert/expired.pem my/k=key/rsa-pkcs1.pem $X509_USER_CERT={home}/my/c \
                       $X509_USER_KEY={home}/my/k";
    let unset = "fix: unset X509_USER_CERT X509_USER_KEY";
    let used = "{home}/.globus/usercert.pem is used, valid until";
    let cas = "$X509_CERT_DIR={testdata}/ca/certificates";
    for (setup, command, exit, words) in [
        (format!("user {OLD}"), "cert-info", 11, &[unset, used][..]),
        (format!("user {OLD} {cas}"), "cert-verify", 11, &[unset, used]),
        (format!("user {OLD} {cas}"), "check cert", 11, &[unset]),
        ("user usercert=cert/expired.pem ".to_owned() + OLD, "cert-info", 11, &["!unset"]),
        (
            "proxy=proxy/expired.pem x509up_old=proxy/rfc3820.pem:600".to_owned(),
            "proxy-info",
            11,
            &["fix: export X509_USER_PROXY={home}/x509up_old"],
        ),
        (
            "tokencert=token/expired.pem tokenkey=token/user-key.pem \
             tmp/tokencert_54321.pem=token/user.pem tmp/tokenkey_54321.pem=token/user-key.pem"
                .to_owned(),
            "token-info",
            11,
            &["fix: export JALIEN_TOKEN_CERT={home}/tmp/tokencert_54321.pem JALIEN_TOKEN_KEY="],
        ),
        (
            "tmp/tokencert_54321.pem=token/expired.pem tmp/tokenkey_54321.pem=token/user-key.pem"
                .to_owned(),
            "token-info",
            3,
            &["JALIEN_TOKEN_CERT={home}/tmp/tokencert_54321.pem", "but: token", "expired", "!fix:"],
        ),
    ] {
        let home = Home::new(&setup);
        let run = home.run(&format!("{command} --at {NOW}"));
        assert_eq!(run.code, exit, "{setup}: {command}: {}", run.out);
        for word in words {
            let word = home.fill(word);
            let fits = match word.strip_prefix('!') {
                Some(word) => !run.out.contains(word),
                None => run.out.contains(&word),
            };
            assert!(fits, "{word}: {setup}: {command}: {}", run.out);
        }
        // What the fix says is true.
        let fix = run.out.lines().find_map(|line| line.trim().strip_prefix("fix: "));
        if let (Some(fix), true) = (fix, words.iter().any(|word| word.starts_with("fix:"))) {
            let script = format!("{fix}\ncertok {command} --at {NOW}");
            let again = home.shell("sh", &script, b"");
            assert!(again.is_none_or(|run| run.code == 0), "{setup}: {}", run.out);
        }
    }
}

/// A directory above that its owner may not enter.
#[test]
fn closed_directories() {
    if is_root() {
        println!("skipped: root enters every directory");
        return;
    }
    let home = Home::new("my/c=cert/healthy.pem $X509_USER_CERT={home}/my/c");
    home.chmod("my", 0o600);
    let words = ["by the directory {home}/my", "fix: chmod u+rwx {home}/my"];
    expect(&home, "cert-info", NOW, 4, &["permission-denied"], &words);
    home.chmod("my", 0o700);
}
