//! `cert-info`, `token-info`: the file's form, dates, types of tokens; formats and exit codes.

mod run;

use std::fs;
use std::fs::File;
use std::process::Stdio;

use run::below::CERTOK;
use run::{Home, NOW, bytes, check, expect};

/// File as user certificate beside the healthy key, exit, ids, words.
const FILES: &[(&str, i32, &[&str], &str)] = &[
    ("file/empty.pem", 4, &["file-empty"], "0 bytes"),
    ("file/blank.pem", 4, &["file-empty"], "blank"),
    ("file/truncated.pem", 4, &["pem-truncated"], "BEGIN CERTIFICATE without END"),
    (
        "file/body-truncated.pem",
        4,
        &["cert-damaged"],
        "truncated: DER says 1112 bytes, there are 960",
    ),
    ("file/bad-base64.pem", 4, &["pem-bad-base64"], "line 14: `!`"),
    ("file/one-line.pem", 4, &["pem-one-line"], "line breaks are gone"),
    ("file/joined.pem", 4, &["pem-glued"], "lacks a newline between two blocks: line 26"),
    ("file/indented.pem", 4, &["pem-layout"], "indented"),
    ("file/smart-dashes.pem", 4, &["pem-dashes"], "typographic dashes"),
    ("file/literal-newlines.pem", 4, &["pem-layout"], "characters `\\n`"),
    ("file/quoted.pem", 4, &["pem-layout"], "a quote is before BEGIN"),
    ("file/mail-quote.pem", 4, &["pem-layout"], "each line begins with `> `"),
    ("file/numbered.pem", 4, &["pem-layout"], "each line begins with its number"),
    ("file/continued.pem", 4, &["pem-layout"], "each line ends with `\\`"),
    ("file/coloured.pem", 4, &["pem-layout"], "the colours of a terminal"),
    ("file/wide-blank.pem", 4, &["pem-layout"], "a no-break or wide space"),
    ("file/entities.pem", 4, &["pem-layout"], "written as &#10;"),
    ("file/no-begin.pem", 4, &["pem-layout"], "the line -----BEGIN CERTIFICATE----- is missing"),
    ("file/four-hyphens.pem", 4, &["pem-layout"], "4 hyphens before and 4 after"),
    ("file/wrong-end.pem", 4, &["pem-damaged"], "END X509 CRL closes the BEGIN CERTIFICATE"),
    ("file/null.pem", 4, &["no-certificate"], "the word null"),
    ("file/crlf.pem", 0, &[], "good for 213 days"),
    ("file/cr-only.pem", 4, &["pem-bare-cr"], "lone carriage return"),
    ("file/bom.pem", 0, &["pem-odd"], "byte order mark"),
    ("file/utf16.pem", 4, &["file-is-utf16"], "iconv -f UTF-16"),
    ("file/der.pem", 4, &["file-is-der"], "openssl x509 -inform DER"),
    ("file/der-trailing.pem", 4, &["cert-damaged"], "4 bytes follow what belongs here"),
    ("file/html.pem", 4, &["file-is-web-page"], "web page"),
    ("file/no-pem.txt", 4, &["no-certificate"], "no PEM block"),
    ("file/binary.bin", 4, &["no-certificate"], "binary data"),
    ("file/request.pem", 4, &["file-is-request"], "certificate request (CSR)"),
    ("file/pkcs7.pem", 4, &["file-is-pkcs7"], "openssl pkcs7 -print_certs"),
    ("file/public-key.pem", 4, &["file-is-public-key"], "extract the certificate"),
    ("file/bag-attributes.pem", 0, &[], "good for 213 days"),
    ("file/openssh-private.pem", 4, &["file-is-ssh-key"], "OpenSSH private key"),
    ("file/openssh-public.pem", 4, &["file-is-ssh-key"], "SSH public key"),
    ("file/cert-and-key.pem", 0, &["key-in-cert-file", "key-readable"], "good for 213 days"),
    ("file/user.p12", 4, &["file-is-pkcs12"], "openssl pkcs12 -in"),
    ("file/user-rc2.p12", 4, &["file-is-pkcs12"], "openssl pkcs12 -legacy -in"),
    ("file/text-dump.pem", 0, &[], "good for 213 days"),
    ("key/rsa-pkcs1.pem", 4, &["file-is-private-key"], "a private key and no certificate"),
    ("cert/with-chain.pem", 0, &[], "also in the file (block 2)"),
    ("cert/with-root.pem", 0, &[], "also in the file (block 3)"),
    (
        "cert/ca-first.pem",
        15,
        &["ca-first"],
        "the first certificate is the CA Certok Test Grid CA, your own (Alice Adams) is number 2",
    ),
    ("cert/chain-reversed.pem", 15, &["ca-first"], "Alice Adams) is number 3"),
    ("cert/duplicate-extension.pem", 4, &["cert-damaged"], "subjectKeyIdentifier occurs twice"),
    ("cert/not-after-without-seconds.pem", 4, &["cert-damaged"], "the seconds are missing"),
    ("cert/not-after-with-offset.pem", 4, &["cert-damaged"], "validity.notAfter"),
    ("cert/validity-inverted.pem", 13, &["never-valid"], "can never be valid"),
    ("cert/old-and-new.pem", 11, &["old-first"], "the second (block 2) is valid until 2027-01-01"),
    ("cert/expired.pem", 11, &["expired"], "expired on 2026-04-01 00:00:00 UTC (61 days ago)"),
    (
        "cert/not-yet-valid.pem",
        12,
        &["not-yet-valid"],
        "not valid before 2026-07-01 00:00:00 UTC (in 29 days)",
    ),
    ("cert/expires-in-7-days.pem", 0, &["expires-soon"], "expires in 7 days, on 2026-06-08"),
    ("cert/generalized-time-2055.pem", 0, &[], "until 2055-01-01"),
    ("cert/long-serial.pem", 0, &[], "good for 213 days"),
    ("cert/bytes-behind-ca-issuers.pem", 0, &[], "good for 213 days"),
    ("cert/serial-zero.pem", 0, &[], "good for 213 days"),
    ("cert/negative-serial.pem", 0, &[], "good for 213 days"),
    ("cert/v1.pem", 0, &[], "good for 213 days"),
    ("cert/every-san.pem", 0, &[], "also named"),
    ("cert/unicode-dn.pem", 0, &[], "Zoë Łukasz Ωmega 山田"),
    ("cert/slash-and-equals-dn.pem", 0, &[], "Robot: a=b/CN=c"),
    ("cert/odd-dn.pem", 0, &[], "good for 213 days"),
    ("cert/string-types-dn.pem", 0, &[], "Printable Alice"),
    // What a chain or a policy would refuse is not what info is asked.
    ("cert/md5-signature.pem", 0, &[], "md5WithRSAEncryption"),
    ("cert/self-signed.pem", 0, &[], "good for 213 days"),
    ("cert/server-only.pem", 0, &[], "serverAuth"),
];

#[test]
fn files_at_the_default_place() {
    for (fixture, exit, ids, words) in FILES {
        let mut home = Home::new("user");
        home.write("usercert", &bytes(fixture), 0o644);
        home.setup = (*fixture).to_owned();
        // These keys belong to other certificates; only the form is looked at here.
        let own = ["file/", "cert/with", "cert/ca-first", "cert/chain-", "cert/old"];
        if !own.iter().any(|start| fixture.starts_with(start)) {
            home.write("usercert", &bytes("cert/healthy.pem"), 0o644);
            home.write("other.pem", &bytes(fixture), 0o600);
            let command = "cert-info {home}/other.pem";
            let report = expect(&home, command, NOW, *exit, ids, &[words]);
            assert_eq!(report["offline"], true);
            continue;
        }
        let ids: Vec<&str> = if fixture.contains("first") || fixture.contains("chain-r") {
            // The CA that stands first has another key.
            vec![ids[0], "key-mismatch"]
        } else {
            ids.to_vec()
        };
        expect(&home, "cert-info", NOW, *exit, &ids, &[words]);
        // DER is read where it is merely named.
        if *fixture == "file/der.pem" {
            expect(&home, "cert-info {home}/.globus/usercert.pem", NOW, 0, &ids, &[words]);
        }
        let input = bytes(fixture);
        let run = home.run_with(&format!("cert-info - --json --at {NOW}"), &input);
        assert_eq!(
            run.code,
            if *fixture == "file/der.pem" { 0 } else { *exit },
            "{fixture}: {}",
            run.out
        );
    }
}

/// What the user certificate is instead, and what is said of it.
const CONTENTS: &[(&str, &str, &str)] = &[
    ("CRT", "pem-label", "a certificate in binary DER form is in a block with the label CRT"),
    ("CERTIFICATE CHAIN", "pem-label", "is in a block with the label CERTIFICATE CHAIN"),
    (
        "PUBLIC KEY",
        "pem-label",
        "a certificate in binary DER form is in a block with the label PUBLIC KEY",
    ),
    ("PGP MESSAGE", "no-certificate", "an OpenPGP message or key"),
    ("=Salted__abcdefgh", "file-is-stored", "encrypted by openssl enc"),
    ("=U2FsdGVkX19hYmNkZWZnaAABAgMEBQYHCAkKCwwNDg8=", "file-is-stored", "by openssl enc"),
    ("=vault:v1:8SDd3WHDOjf7mq69", "file-is-stored", "encrypted by Vault"),
    ("={{ grid_certificate }}", "file-is-stored", "a template"),
    ("=apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\n", "file-is-stored", "SealedSecret"),
    ("=usercert: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  61\n", "file-is-stored", "ansible-vault"),
];

#[test]
fn content_is_named_whatever_the_label() {
    let home = Home::new("user");
    let good = String::from_utf8(bytes("cert/healthy.pem").to_vec()).expect("text");
    for (what, id, words) in CONTENTS {
        let text = match what.strip_prefix('=') {
            Some(text) => text.to_owned(),
            // As armour ends, which PEM does not.
            None if what.starts_with("PGP") => {
                format!("-----BEGIN {what}-----\n\nmQENBFabcabc\n=abcd\n-----END {what}-----\n")
            }
            None => good.replace(" CERTIFICATE-", &format!(" {what}-")),
        };
        home.write("other.pem", text.as_bytes(), 0o644);
        expect(&home, "cert-info {home}/other.pem", NOW, 4, &[id], &[words]);
    }
}

#[test]
fn boundaries_of_time() {
    let end = 1_798_761_600; // 2027-01-01T00:00:00Z
    let start = 1_767_225_600; // 2026-01-01T00:00:00Z
    let token_end = 1_781_950_387; // 2026-06-20T10:13:07Z
    check(&[
        ("user", "cert-info", start - 1, 12, &["not-yet-valid"], &["in 1 second"]),
        ("user", "cert-info", start, 0, &[], &[]),
        ("user", "cert-info", end - 30 * 86400, 0, &[], &[]),
        ("user", "cert-info", end - 30 * 86400 + 1, 0, &["expires-soon"], &["29 days"]),
        ("user", "cert-info", end, 0, &["alien-too-short"], &[]),
        ("user", "cert-info", end + 1, 11, &["expired"], &["1 second ago"]),
        ("user", "cert-info --for 12h", end - 43200, 0, &["expires-soon"], &[]),
        ("user", "cert-info --for 12h", end - 43199, 10, &["too-short"], &["12 hours asked for"]),
        ("token", "token-info", token_end - 600, 0, &[], &[]),
        (
            "token",
            "token-info",
            token_end - 599,
            0,
            &["alien-too-short"],
            &["refused by: alien.py"],
        ),
        ("token", "token-info", token_end, 0, &["alien-too-short"], &[]),
        ("token", "token-info", token_end + 1, 11, &["expired"], &["alien-token-init"]),
        ("token", "token-info --strict", token_end - 599, 18, &["strict", "alien-too-short"], &[]),
        ("token", "token-info --strict", token_end - 600, 0, &[], &[]),
    ]);
}

#[test]
fn tokens() {
    check(&[
        ("token", "token-info", NOW, 0, &[], &["JAliEn user token", "alice"]),
        (
            "tokencert=token/user-without-san.pem tokenkey=token/user-key.pem",
            "token-info",
            NOW,
            0,
            &[],
            &["JAliEn user token"],
        ),
        (
            "tokencert=token/job.pem tokenkey=token/job-key.pem",
            "token-info",
            NOW,
            0,
            &["job-token-outside-job"],
            &["job 2789000001, user alice"],
        ),
        (
            "tokencert=token/job.pem tokenkey=token/job-key.pem $ALIEN_PROC_ID=2789000001",
            "token-info",
            NOW,
            0,
            &[],
            &["JAliEn job token"],
        ),
        (
            "tokencert=token/job.pem tokenkey=token/job-key.pem $ALIEN_PROC_ID=2789000002",
            "token-info",
            NOW,
            15,
            &["job-token-of-other-job"],
            &["token of job 2789000001", "this is job 2789000002"],
        ),
        (
            "tokencert=token/jobagent.pem tokenkey=token/jobagent-key.pem",
            "token-info",
            NOW,
            0,
            &["jobagent-token"],
            &["pilot"],
        ),
        (
            "tokencert=token/jobagent-with-ou.pem tokenkey=token/jobagent-key.pem",
            "token-info",
            NOW,
            0,
            &["jobagent-token"],
            &["pilot"],
        ),
        (
            "tokencert=token/host.pem tokenkey=token/host-key.pem",
            "token-info",
            NOW,
            0,
            &["host-token"],
            &["vobox.certok.test"],
        ),
        (
            "tokencert=token/expired.pem tokenkey=token/user-key.pem",
            "token-info",
            NOW,
            11,
            &["expired"],
            &["expired on 2026-05-27 12:00:00 UTC (5 days ago)", "alien-token-init"],
        ),
        (
            "tokencert=token/eight-minutes-left.pem tokenkey=token/user-key.pem",
            "token-info",
            NOW,
            0,
            &["alien-too-short"],
            &["only 8 minutes more"],
        ),
        (
            "tokencert=token/eight-minutes-left.pem tokenkey=token/user-key.pem",
            "token-info --for 10m",
            NOW,
            10,
            &["too-short"],
            &["10 minutes asked for"],
        ),
        (
            "usercert=cert/expires-in-7-days.pem \
             tokencert=token/limited-by-user-certificate.pem tokenkey=token/user-key.pem",
            "token-info",
            NOW,
            0,
            &["token-limited"],
            &["a new token will not last longer"],
        ),
        (
            "user tokencert=token/limited-by-user-certificate.pem tokenkey=token/user-key.pem",
            "token-info",
            NOW,
            0,
            &[],
            &[],
        ),
        (
            "tokencert=token/from-old-ca.pem tokenkey=token/user-key.pem",
            "token-info",
            NOW,
            0,
            &["old-alien-ca"],
            &["O=AliEn2"],
        ),
        (
            "tokencert=cert/healthy.pem tokenkey=key/rsa-pkcs1.pem",
            "token-info",
            NOW,
            0,
            &["user-cert-as-token"],
            &["your full user certificate (/DC=org/DC=certok/OU=People/CN=Alice Adams)"],
        ),
        (
            "usercert=token/user.pem userkey=token/user-key.pem",
            "cert-info",
            NOW,
            0,
            &["token-as-cert"],
            &["JAliEn user token"],
        ),
        (
            "usercert=cert/rfc3820-proxy.pem",
            "cert-info",
            NOW,
            0,
            &["proxy-as-cert"],
            &["proxy (RFC 3820)"],
        ),
        (
            "tokencert=file/empty.pem tokenkey=token/user-key.pem",
            "token-info",
            NOW,
            4,
            &["file-empty"],
            &["alien-token-init"],
        ),
        (
            "tokencert=token/user.pem tokenkey=token/job-key.pem",
            "token-info",
            NOW,
            15,
            &["key-mismatch"],
            &["alien-token-init"],
        ),
    ]);
}

/// An encrypted key stands in the way of nothing but proving the pair.
#[test]
fn encrypted_keys() {
    for (key, notes, both) in [
        ("key/encrypted-pbes2.pem", &["key-encrypted"][..], &["crl-missing", "key-encrypted"][..]),
        ("key/dek-aes256.pem", &["key-encrypted"], &["crl-missing", "key-encrypted"]),
        ("key/encrypted-pbes1.pem", &[], &["crl-missing"]),
    ] {
        let home = Home::new(&format!(
            "usercert=cert/healthy.pem userkey={key} $X509_CERT_DIR={{testdata}}/ca/certificates"
        ));
        expect(&home, "cert-info", NOW, 0, notes, &["encrypted PKCS", "not known"]);
        let run = home.run(&format!("cert-verify --json --at {NOW}"));
        let mut ids = run.ids();
        ids.sort();
        assert_eq!((run.code, ids), (0, both.iter().map(|id| (*id).to_owned()).collect()));
    }
    let home = Home::new("usercert=cert/healthy.pem userkey=key/dek-des.pem");
    expect(&home, "cert-info", NOW, 0, &["key-cipher"], &["DES-CBC"]);
}

#[test]
fn several_operands() {
    let home = Home::new("");
    for (files, exit) in [
        ("cert/healthy.pem cert/ec-p256.pem", 0),
        ("cert/healthy.pem gone", 3),
        ("gone cert/healthy.pem", 3),
        ("cert/healthy.pem file/empty.pem", 4),
        ("gone file/empty.pem", 4),
        ("file/empty.pem gone", 4),
        ("cert/expired.pem gone file/empty.pem", 11),
        ("gone file/empty.pem cert/not-yet-valid.pem", 12),
        ("cert/not-yet-valid.pem cert/expired.pem", 11),
        ("cert/ca-first.pem cert/validity-inverted.pem", 13),
        ("cert/ca-first.pem gone", 15),
    ] {
        let files: Vec<String> =
            files.split(' ').map(|file| format!("{{testdata}}/{file}")).collect();
        let line = format!("cert-info {} --at {NOW}", files.join(" "));
        assert_eq!(home.run(&line).code, exit, "{line}");
        assert_eq!(
            home.run(&format!("{line} --json")).json()["result"]["exit_code"],
            exit,
            "{line}"
        );
    }
    let line =
        format!("cert-info {{testdata}}/cert/expired.pem {{testdata}}/gone --for 1h --at {NOW}");
    let run = home.run(&line);
    assert!(run.out.lines().next().is_some_and(|line| line.contains("expired.pem: expired: ")));
    assert!(run.out.contains("gone does not exist"), "{}", run.out);
}

#[test]
fn formats() {
    let home = Home::new("user token");
    let at = format!("--at {NOW}");
    let run = |line: &str| home.run(&format!("{line} {at}"));
    for line in [
        "cert-info -json",
        "-json cert-info",
        "--json cert-info",
        "cert-info --format json",
        "--format=json cert-info",
    ] {
        let report = run(line).json();
        assert_eq!(report["schema"], 1, "{line}");
        assert_eq!(report["command"], "cert-info", "{line}");
        assert_eq!(report["evaluated_at"]["epoch"], NOW, "{line}");
        assert_eq!(report["result"]["status"], "ok", "{line}");
        assert_eq!(report["items"][0]["not_after"]["epoch"], 1_798_761_600, "{line}");
        assert_eq!(
            report["items"][0]["subject"]["slash"],
            "/DC=org/DC=certok/OU=People/CN=Alice Adams"
        );
        assert_eq!(report["items"][1]["matches"], true, "{line}");
    }
    // `-json` behind `--` is a file.
    assert_eq!(run("cert-info -- -json").code, 3);
    let same = run("cert-info").out;
    assert_eq!(home.run("cert-info --at 2026-06-01T12:00:00Z").out, same);
    assert!(run("cert-info -v").out.len() > same.len());
}

#[test]
fn colour() {
    let mut home = Home::new("user");
    let line = format!("cert-info --at {NOW}");
    let colored = |home: &Home, line: &str| home.run(line).out.contains('\x1b');
    assert!(!colored(&home, &line));
    assert!(colored(&home, &format!("{line} --color always")));
    home.set("CLICOLOR_FORCE", "0");
    assert!(!colored(&home, &line));
    home.set("CLICOLOR_FORCE", "1");
    assert!(colored(&home, &line));
    assert!(!colored(&home, &format!("{line} --color never")));
    assert!(!colored(&home, &format!("{line} --json")));
    home.set("NO_COLOR", "1");
    assert!(!colored(&home, &line));
    assert!(colored(&home, &format!("{line} --color always")));
    home.set("NO_COLOR", "");
    assert!(colored(&home, &line));
}

#[test]
fn output_that_cannot_be_written() {
    let home = Home::new("user");
    for line in ["cert-info", "cert-info --json", "explain", "man", "completions bash", "--help"] {
        let command = || {
            let mut command = home.certok();
            command.args(line.split(' ')).stderr(Stdio::piped());
            command
        };
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = command().stdout(full).output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{line}: {message}");
        assert!(message.contains("certok: error: cannot write the output"), "{line}: {message}");
        let mut child = command().stdout(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code().is_some() && message.is_empty(), "{line}: {message}");
    }
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut quiet = home.certok();
    quiet.args(["-q", "cert-info", "--at", &NOW.to_string()]).stdout(full);
    assert_eq!(quiet.status().unwrap().code(), Some(0), "nothing to write");
}

#[test]
fn usage_errors() {
    let home = Home::new("user");
    for line in [
        "frob",
        "cert-info --bogus",
        "cert-info --at yesterday",
        "cert-info --for ever",
        "cert-info --format yaml",
        "cert-info --color pink",
        "certkey-match a b c",
        "explain no-such-id",
        "completions ksh",
        "completions",
        "cert-verify --max-depth -1",
        "proxy-verify --vo=",
        "--format alien status",
        "--format alien cert-destroy",
    ] {
        let run = home.run(line);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{line}: {}", run.err);
        assert!(run.err.starts_with("certok: error: "), "{line}: {}", run.err);
        if line.contains("format") {
            continue;
        }
        for json in ["--json", "--format json", "--format=json", "-json"] {
            let run = home.run(&format!("{json} {line}"));
            let report = run.json();
            assert_eq!(run.code, 2, "{line}");
            assert_eq!(report["result"]["exit_name"], "usage", "{line}");
            assert_eq!(report["findings"][0]["id"], "usage", "{line}");
        }
    }
    for line in ["--help", "-h", "cert-info --help", "token -h", "--version", "-V"] {
        let run = home.run(line);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{line}");
        assert!(run.out.contains("certok"), "{line}");
    }
}

#[test]
fn alien_format() {
    const CERT: &str = "DN >>> DC=org/DC=certok/OU=People/CN=Alice Adams\n\
        ISSUER >>> DC=org/DC=certok/CN=Certok Test Grid CA\n\
        BEGIN >>> 2026-01-01 00:00:00\nEXPIRE >>> 2027-01-01 00:00:00\n";
    const TOKEN: &str = "DN >>> C=ch/O=AliEn2/CN=Users/CN=alice/OU=alice\n\
        ISSUER >>> C=ch/O=AliEn2/CN=AliEn CA\n\
        BEGIN >>> 2026-05-20 08:13:07\nEXPIRE >>> 2026-06-20 10:13:07\n";
    let ca = "$X509_CERT_DIR={testdata}/ca/certificates";
    for (setup, command, at, code, out, err) in [
        ("user", "cert-info", NOW, 0, CERT, ""),
        ("token", "token-info", NOW, 0, TOKEN, ""),
        ("token", "token-info", 1_781_950_387 - 600, 0, TOKEN, ""),
        ("token", "token-info", 1_781_950_387 - 599, 2, "", "expired"),
        ("token", "token-info", 1_781_950_387 + 1, 2, "", "expired on"),
        ("", "cert-info", NOW, 2, "", "no user certificate"),
        ("usercert=file/empty.pem", "cert-info", NOW, 2, "", "is empty"),
        ("usercert=file/der.pem", "cert-info", NOW, 2, "", "DER"),
        // alien.py wants the key to be there, and does not look whether it fits.
        ("usercert=cert/healthy.pem", "cert-info", NOW, 2, "", "private key is missing"),
        ("usercert=cert/healthy.pem userkey=key/other.pem:644", "cert-info", NOW, 0, CERT, ""),
        (
            "user",
            "cert-verify",
            NOW,
            0,
            "SSL Verification successful for {home}/.globus/usercert.pem\n",
            "",
        ),
        (
            "token",
            "token-verify",
            NOW,
            0,
            "SSL Verification successful for {home}/tmp/tokencert_{uid}.pem\n",
            "",
        ),
        (
            "usercert=cert/bad-signature.pem userkey=key/rsa-pkcs8.pem",
            "cert-verify",
            NOW,
            1,
            "",
            "SSL Verification failed for {home}/.globus/usercert.pem\n",
        ),
        (
            "usercert=cert/expired.pem userkey=key/rsa-pkcs8.pem",
            "cert-verify",
            NOW,
            2,
            "",
            "expired",
        ),
        ("token", "token-verify", 1_781_950_387 - 599, 2, "", ""),
        ("", "token-verify", NOW, 2, "", "no JAliEn token"),
        ("user $X509_CERT_DIR={home}/gone", "cert-verify", NOW, 1, "", "X509_CERT_DIR"),
        ("user", "certkey-match", NOW, 0, "Cert/key match!\n", ""),
        ("token", "tokenkey-match", NOW, 0, "Cert/key match!\n", ""),
        (
            "usercert=cert/healthy.pem userkey=key/rsa-pkcs1.pem:644",
            "certkey-match",
            NOW,
            0,
            "Cert/key match!\n",
            "",
        ),
        (
            "usercert=cert/healthy.pem userkey=key/other.pem:644",
            "certkey-match",
            NOW,
            42,
            "",
            "Cert/key DO NOT match!\n",
        ),
        ("usercert=cert/healthy.pem", "certkey-match", NOW, 5, "", "private key is missing"),
        (
            "usercert=cert/healthy.pem userkey=key/encrypted-pbes2.pem",
            "certkey-match",
            NOW,
            5,
            "",
            "encrypted",
        ),
        (
            "usercert=cert/healthy.pem userkey=key/encrypted-pbes2.pem:644",
            "certkey-match",
            NOW,
            5,
            "",
            "",
        ),
        (
            "token",
            "token-destroy",
            NOW,
            0,
            "Token was destroyed! Re-connect for token re-creation.\n",
            "",
        ),
        ("", "token-destroy", NOW, 2, "", "nothing is at"),
        ("tokencert=cert/healthy.pem", "token-destroy", NOW, 1, "", "refusing to destroy"),
    ] {
        let home = Home::new(&format!("{ca} {setup}"));
        let run = home.run(&format!("--format alien {command} --no-input --at {at}"));
        let row = format!("{setup}: {command}: {run:?}");
        assert_eq!((run.code, run.out.as_str()), (code, home.fill(out).as_str()), "{row}");
        assert!(run.err.contains(&home.fill(err)), "{row}");
        assert_eq!(run.err.is_empty(), !out.is_empty(), "{row}");
        run.expect_no_secret(&row);
    }
}

#[test]
fn alien_names() {
    let programs = Home::new("");
    for (name, copied, out) in [
        ("alien-cert-info", false, "DN >>> DC=org"),
        ("alien_cert_info", true, "DN >>> DC=org"),
        ("alien-token-info", true, "DN >>> C=ch"),
        ("alien_token-info", false, "DN >>> C=ch"),
        ("alien-token-destroy", false, "Token was destroyed!"),
        ("alien_token_destroy", true, "Token was destroyed!"),
    ] {
        let home = Home::new("user token");
        let program = programs.path(name);
        if copied {
            fs::copy(CERTOK, &program).unwrap();
        } else {
            programs.link(name, CERTOK);
        }
        let run = home.run_as(&program, &format!("--at {NOW}"));
        assert_eq!(run.code, 0, "{name}: {run:?}");
        assert!(run.out.starts_with(out), "{name}: {run:?}");
        assert_eq!(home.place("tokencert").exists(), !name.contains("destroy"), "{name}");
        let run = home.run_as(&program, &format!("--at {NOW} --json"));
        assert_eq!(run.json()["schema"], 1, "{name}");
    }
}

#[test]
fn explain_completions_man() {
    let home = Home::new("");
    let list = home.run("explain").out;
    assert!(list.lines().count() > 60, "{list}");
    for line in list.lines() {
        let id = line.split_whitespace().next().unwrap();
        let run = home.run(&format!("explain {id}"));
        assert_eq!(run.code, 0, "{id}");
        assert!(run.out.starts_with(id) && run.out.contains("why "), "{}", run.out);
        assert_eq!(home.run(&format!("explain {id} --json")).json()["items"][0]["id"], id);
    }
    let near = home.run("explain key-match").err;
    assert!(near.contains("later-key-matches") || near.contains("key-mismatch"), "{near}");
    for (shell, start) in [
        ("bash", "_certok()"),
        ("zsh", "#compdef certok"),
        ("fish", "# Print"),
        ("tcsh", "complete certok "),
    ] {
        let run = home.run(&format!("completions {shell}"));
        assert_eq!(run.code, 0, "{shell}");
        assert!(run.out.starts_with(start), "{shell}: {:.80}", run.out);
        assert!(run.out.contains("token-destroy"), "{shell}");
        let script =
            format!("certok completions {shell} > {{home}}/script && {shell} -n {{home}}/script");
        if !run::is_installed(shell) {
            println!("skipped: {shell} is not installed");
            continue;
        }
        let checked = home.shell("bash", &script, b"").unwrap();
        assert_eq!((checked.code, checked.err.as_str()), (0, ""), "{shell}");
    }
    for command in ["", "cert-info", "man"] {
        let help = home.run(&format!("help {command}"));
        let same = home.run(&format!("{command} --help"));
        assert_eq!((help.code, &help.out), (0, &same.out), "help {command}");
    }
    for (word, said) in [("proxy", "did you mean: certok proxy-info"), ("nothing", "lists the")] {
        let help = home.run(&format!("help {word}"));
        assert!(help.code == 2 && help.err.contains(said), "{word}: {} {}", help.code, help.err);
    }
    let page = home.run("man");
    assert_eq!(page.code, 0);
    assert!(page.out.starts_with(".ie") || page.out.starts_with(".TH"), "{:.80}", page.out);
    if run::is_installed("groff") {
        let run = home.shell("bash", "certok man | groff -man -Tascii -ww 2>&1 >/dev/null", b"");
        assert_eq!(run.unwrap().out, "", "groff complains");
        let run = home.shell("bash", "certok man | groff -man -Tascii -P-cbou", b"");
        let text = run.unwrap().out;
        for word in [
            "NAME",
            "token-destroy",
            "--passphrase-file",
            "EXIT STATUS",
            "not-yet-valid",
            "JALIEN_TOKEN_CERT",
        ] {
            assert!(text.contains(word), "{word}");
        }
    } else {
        println!("skipped: groff is not installed");
    }
}
