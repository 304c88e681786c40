//! Every `fix` that is printed is pasted into a shell here: afterwards the same command succeeds in
//! that shell, and nothing is lost.

mod run;

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::sync::atomic::{AtomicUsize, Ordering};

use run::{Home, NOW, base64, bytes, is_installed, is_root, pem};

/// Fixes that were pasted, and those that `certok fix` made.
static PASTED: AtomicUsize = AtomicUsize::new(0);
static MADE: AtomicUsize = AtomicUsize::new(0);

/// Has an ordinary user do the rest, where nothing in the home depends on who it was made for.
fn step_down(home: &mut Home) {
    let for_one = ["token", "TOKEN", "proxy", "PROXY", "TMPDIR"];
    let is_mine = |path: &String| {
        let facts = std::fs::symlink_metadata(path).unwrap();
        facts.uid() == rustix::process::getuid().as_raw()
    };
    if !for_one.iter().any(|word| home.setup.contains(word)) && home.tree().keys().all(is_mine) {
        home.steps_down();
    }
}

/// What `certok fix --yes` does without a shell mends as well, and loses nothing.
fn mend_without_shell(make: &dyn Fn() -> Home, command: &str) {
    let mut home = make();
    step_down(&mut home);
    let line = format!("{command} --no-input --at {NOW}");
    let report = home.run(&format!("{line} --json")).json();
    let mut findings = report["findings"].as_array().unwrap().iter();
    let id = findings.find(|finding| finding["fix"].is_string()).map(|finding| &finding["id"]);
    let before = home.tree();
    let run = home.run(&format!("fix --yes --json --no-input --at {NOW}"));
    let row = format!("{}: {line}\n{}{}", home.setup, run.out, run.err);
    let report = run.json();
    let items = report["items"].as_array().unwrap();
    assert!(items.iter().all(|item| item["outcome"] != "failed"), "{row}");
    let after = home.tree();
    expect_nothing_lost(&before, &after, &row);
    for (path, (mode, content)) in &after {
        let is_copy = !before.contains_key(path) && before.values().any(|(_, old)| old == content);
        let holds_key = String::from_utf8_lossy(content).contains("PRIVATE KEY");
        assert!(!is_copy || !holds_key || mode & 0o077 == 0, "{path} has mode {mode:o}: {row}");
    }
    if items.iter().any(|item| item["outcome"] == "done" && Some(&item["finding"]) == id) {
        let again = home.run(&line);
        assert_eq!(again.code, 0, "{row}\n{}{}", again.out, again.err);
        println!("made: {}", 1 + MADE.fetch_add(1, Ordering::Relaxed));
        // The lines that undo it, the last change first, give the old files back.
        let undo = items.iter().rev().filter_map(|item| item["undo"].as_str());
        let undo: Vec<&str> = undo.collect();
        if home.shell("dash", &undo.join("\n"), b"").is_some() {
            assert_eq!(home.tree(), before, "{}: {row}", undo.join("\n"));
        }
    }
}

/// Pastes the first fix that `command` prints in bash and dash, a fresh home each, as an ordinary
/// user where that can be.
fn mend(make: &dyn Fn() -> Home, command: &str, prefix: &str) {
    mend_without_shell(make, command);
    for shell in ["bash", "dash"] {
        let mut home = make();
        step_down(&mut home);
        let line = format!("{command} --no-input --at {NOW}");
        let failed = home.run(&format!("{line} --json"));
        let row = format!("{}: {shell}: {line}\n{}{}", home.setup, failed.out, failed.err);
        let report = failed.json();
        let findings = report["findings"].as_array().unwrap();
        let fix = findings.iter().find_map(|finding| finding["fix"].as_str());
        let fix = fix.unwrap_or_else(|| panic!("no fix: {row}"));
        assert!(!fix.contains('\n'), "more than a line: {row}");
        let text = home.run(&line).out;
        assert!(text.contains(&format!("fix: {fix}")), "the text has another fix: {text}");
        let before = home.tree();
        let script = format!("{prefix}{fix}\ncertok {line} --strict");
        let Some(run) = home.shell(shell, &script, b"") else {
            continue;
        };
        let row = format!("{row}\n{fix}\n{}{}", run.out, run.err);
        println!("pasted: {}", 1 + PASTED.fetch_add(1, Ordering::Relaxed));
        let strict = findings.iter().any(|finding| finding["severity"] == "error");
        assert!(run.code == 0 || run.code == 18 && strict, "exit {}: {row}", run.code);
        run.expect_no_secret(&row);
        let once = home.tree();
        expect_nothing_lost(&before, &once, &row);
        expect_closed_copies(&before, &once, &row);
        // A line pasted twice does not undo itself, and does nothing else either.
        home.shell(shell, &format!("{prefix}{fix}"), b"");
        let mut twice = home.tree();
        twice.retain(|path, _| once.contains_key(path) || !path.contains("/tmp/tmp."));
        assert_eq!(twice, once, "a second time: {row}");
    }
}

/// The copy of a file that was written anew is its owner's alone: it may hold a secret, and no other
/// line closes it.
fn expect_closed_copies(
    before: &BTreeMap<String, (u32, Vec<u8>)>,
    after: &BTreeMap<String, (u32, Vec<u8>)>,
    row: &str,
) {
    for (path, (mode, _)) in after {
        let of_mktemp = path.rsplit_once('.').filter(|(_, end)| end.len() == 6);
        if of_mktemp.is_some_and(|(of, _)| before.contains_key(of)) {
            assert_eq!(mode & 0o077, 0, "{path} has mode {mode:o}: {row}");
        }
    }
}

/// Whatever was there is there still, somewhere, and keys are no easier to read.
fn expect_nothing_lost(
    before: &BTreeMap<String, (u32, Vec<u8>)>,
    after: &BTreeMap<String, (u32, Vec<u8>)>,
    row: &str,
) {
    for (path, (mode, content)) in before {
        let kept = after.iter().any(|(now, (there, same))| {
            let key = String::from_utf8_lossy(same).contains("PRIVATE KEY");
            same == content && (!key || now == path || there & 0o077 & !mode == 0)
        });
        assert!(kept, "{path} is lost: {row}");
    }
    for (path, (mode, content)) in after {
        let text = String::from_utf8_lossy(content);
        if text.contains("PRIVATE KEY") && before.get(path).map(|(_, old)| old) != Some(content) {
            let same = before.get(path).map(|(mode, _)| mode) == Some(mode);
            assert!(same || mode & 0o077 == 0, "{path} has mode {mode:o}: {row}");
            let name = path.ends_with("userkey.pem");
            assert!(!name || same || *mode == 0o400, "{path} has mode {mode:o}: {row}");
        }
    }
}

fn setup(words: &'static str) -> impl Fn() -> Home {
    move || Home::new(words)
}

/// A home in which one variable has a value.
fn variable(words: &'static str, name: &'static str, value: String) -> impl Fn() -> Home {
    move || {
        let mut home = Home::new(words);
        home.set(name, &value);
        home.setup = format!("{words} {name}={value:.40}");
        home
    }
}

#[test]
fn paths_in_variables() {
    for value in [
        "\"{home}/my certs/c.pem\"",
        "'{home}/my certs/c.pem'",
        "{home}/my certs/c.pem\r",
        "{home}/my certs/c.pem ",
        " {home}/my certs/c.pem",
        "~/my certs/c.pem",
        "file://{home}/my certs/c.pem",
        "file://{home}/my%20certs/c.pem",
        "$HOME/my certs/c.pem",
        "\u{201c}{home}/my certs/c.pem\u{201d}",
        "export X509_USER_CERT='{home}/my certs/c.pem'",
        "{HOME}/my certs/c.pem",
        "{home}/my\\ certs/c.pem",
        "{home}/my%20certs/c.pem",
        "{home}/my certs/c.pem/",
        "\u{feff}{home}/my certs/c.pem\u{a0}",
        "${HOME}/my certs/c.pem",
        "certs/c.pem",
        "{home}/my certs",
    ] {
        let make = || {
            let mut home =
                Home::new("userkey=key/rsa-pkcs1.pem .globus/certs/c.pem=cert/healthy.pem");
            home.write("my certs/c.pem", &bytes("cert/healthy.pem"), 0o644);
            home.write("my certs/usercert.pem", &bytes("cert/healthy.pem"), 0o644);
            home.set("X509_USER_CERT", value);
            home.setup = format!("X509_USER_CERT={value}");
            home
        };
        mend(&make, "cert-info", "");
        mend(&make, "certkey-match", "");
    }
    for value in ["'{testdata}/ca/certificates'", "file://{testdata}/ca/certificates"] {
        let named = || {
            let mut home = Home::new("user");
            home.set("X509_CERT_DIR", value);
            home.setup = format!("X509_CERT_DIR={value}");
            home
        };
        mend(&named, "cert-verify", "");
    }
    for words in [
        "user $X509_USER_CERT=",
        "user $X509_USER_CERT={home}/gone",
        "user $X509_USER_CERT={home}/gone $X509_USER_KEY={home}/gone",
        "user $X509_USER_CERT=null $X509_USER_KEY=null",
        "user my/usercert.pem=cert/ec-p256.pem my/userkey.pem=key/ec-p256-sec1.pem \
         $X509_USER_CERT={home}/my/usercert.pem",
        "user my/usercert.pem=cert/ec-p256.pem my/userkey.pem=key/ec-p256-sec1.pem \
         $X509_USER_KEY={home}/my/userkey.pem",
    ] {
        mend(&setup(words), "certkey-match", "");
    }
    for words in [
        "token $JALIEN_TOKEN_CERT={home}/gone $JALIEN_TOKEN_KEY={home}/gone",
        "token $JALIEN_TOKEN_CERT=null $JALIEN_TOKEN_KEY=null",
        "tmp/tokencert_54321.pem=token/user.pem tmp/tokenkey_54321.pem=token/user-key.pem",
        "token $TMPDIR={home}/gone my/x=token/user.pem $JALIEN_TOKEN_CERT=\"{home}/my/x\" \
         $JALIEN_TOKEN_KEY={home}/tmp/tokenkey_{uid}.pem",
    ] {
        mend(&setup(words), "token-info", "");
    }
    mend(&setup("token $TMPDIR={home}/.globus"), "tokenkey-match", "");
}

#[test]
fn content_in_variables() {
    let cert = pem("token/user.pem");
    let key = pem("token/user-key.pem");
    let json = |cert: &str, key: &str| {
        let answer = serde_json::json!({ "results": [{ "tokencert": cert, "tokenkey": key }] });
        answer.to_string()
    };
    let der =
        |text: &str| -> String { text.lines().filter(|line| !line.starts_with('-')).collect() };
    let shapes = |text: &str| {
        [
            text.replace('\n', " "),
            text.replace('\n', ""),
            text.replace('\n', "\\n"),
            format!("\"{}\"", text.replace('\n', "\\n")),
            format!("\"{text}\""),
            format!("'{text}'"),
            base64(text.as_bytes()),
            der(text),
        ]
    };
    let has_jq = is_installed("jq");
    for (name, text, words) in [
        ("JALIEN_TOKEN_CERT", &cert, "tokenkey=token/user-key.pem"),
        ("JALIEN_TOKEN_KEY", &key, "tokencert=token/user.pem"),
    ] {
        let mut values = shapes(text).to_vec();
        values.extend(has_jq.then(|| json(&cert, &key)));
        for value in values {
            mend(&variable(words, name, value), "tokenkey-match", "");
        }
    }
    if !has_jq {
        println!("skipped: jq is not installed");
    }
}

#[test]
fn damaged_files() {
    for fixture in [
        "file/one-line.pem",
        "file/joined.pem",
        "file/indented.pem",
        "file/smart-dashes.pem",
        "file/literal-newlines.pem",
        "file/quoted.pem",
        "file/mail-quote.pem",
        "file/numbered.pem",
        "file/continued.pem",
        "file/coloured.pem",
        "file/wide-blank.pem",
        "file/entities.pem",
        "file/no-begin.pem",
        "file/four-hyphens.pem",
        "file/cr-only.pem",
        "file/utf16.pem",
        "file/der.pem",
        "file/pkcs7.pem",
        "cert/ca-first.pem",
        "cert/chain-reversed.pem",
        "cert/old-and-new.pem",
    ] {
        for mode in [0o644, 0o444] {
            let make = || {
                let home = Home::new("userkey=key/rsa-pkcs1.pem");
                home.write("usercert", &bytes(fixture), mode);
                home
            };
            mend(&make, "cert-info", "");
        }
        let words: &'static str =
            Box::leak(format!("usercert={fixture} userkey=key/rsa-pkcs1.pem").into_boxed_str());
        mend(&setup(words), "certkey-match", "");
    }
}

#[test]
fn keys() {
    for words in [
        "usercert=cert/healthy.pem userkey=key/two-keys.pem",
        "usercert=cert/healthy.pem userkey=key/two-keys.pem:600",
        "usercert=key/rsa-pkcs1.pem:400 userkey=cert/healthy.pem:644",
        "usercert=cert/healthy.pem userkey=key/rsa-pkcs1.pem:644",
        "usercert=cert/healthy.pem userkey=key/rsa-pkcs1.pem:640",
        "usercert=cert/healthy.pem:664 userkey=key/rsa-pkcs1.pem",
        "usercert=cert/healthy.pem:777 userkey=key/rsa-pkcs1.pem",
    ] {
        mend(&setup(words), "certkey-match", "");
    }
    let words = "usercert=key/rsa-pkcs1.pem:400 userkey=cert/healthy.pem:400";
    mend(&setup(words), "cert-info", "");
    if is_root() {
        let make = |half: &'static str| {
            move || {
                let home = Home::new("user");
                std::os::unix::fs::chown(home.place(half), Some(65534), None).unwrap();
                home
            }
        };
        mend(&make("usercert"), "certkey-match", "");
        mend(&make("userkey"), "certkey-match", "");
        let denied = || {
            let mut home = Home::new("user");
            home.chmod("userkey", 0o000);
            home.belongs_to(65534);
            home
        };
        mend(&denied, "certkey-match", "");
    }
}

/// The conversion leaves out what follows the certificate; one that is damaged is not converted.
#[test]
fn damaged_der() {
    let der = bytes("file/der.pem");
    let make = || {
        let home = Home::new("userkey=key/rsa-pkcs1.pem");
        home.write("usercert", &[&der[..], b"\n"].concat(), 0o644);
        home
    };
    mend(&make, "cert-info", "");
    let text = make().run(&format!("cert-info --at {NOW}")).out;
    assert!(text.contains("leaves out what follows"), "{text}");
    assert!(!text.contains("block 1"), "{text}");
    let mut bad = der.clone();
    // The version's INTEGER.
    let at = bad.windows(5).position(|at| at == [0xa0, 3, 2, 1, 2]).unwrap();
    bad[at + 4] = 0x7f;
    let home = Home::new("userkey=key/rsa-pkcs1.pem");
    home.write("usercert", &bad, 0o644);
    let run = home.run(&format!("cert-info --at {NOW}"));
    assert!(run.out.contains("[cert-damaged]"), "{}", run.out);
    assert!(!run.out.contains("fix:"), "{}", run.out);
}

/// What a word processor makes of some hyphens and not of others.
#[test]
fn mixed_dashes() {
    let text = pem("cert/healthy.pem");
    for dashes in ["—–-", "–----", "----—", "−−−−−", "‐‑-"] {
        let make = || {
            let home = Home::new("userkey=key/rsa-pkcs1.pem");
            let text = text.replacen("-----BEGIN", &format!("{dashes}BEGIN"), 1).replacen(
                "CERTIFICATE-----\n",
                &format!("CERTIFICATE{dashes}\n"),
                1,
            );
            home.write("usercert", text.as_bytes(), 0o644);
            home
        };
        mend(&make, "cert-info", "");
    }
}

/// openssl asks for the passphrase of the PKCS#12 file, and twice for that of the new key: here a
/// function answers.
#[test]
fn conversions_that_ask() {
    const ANSWERS: &str = "openssl() { test \"$1\" = x509 -o \"$1\" = pkcs7 && { command openssl \"$@\"; return; }; command openssl \"$@\" -passin 'pass:correct horse' \
                           -passout 'pass:correct horse'; }\n";
    for words in [
        ".globus/usercred.p12=file/user.p12",
        "Downloads/me.p12=file/user-rc2.p12",
        "usercert=file/user.p12 userkey=key/rsa-pkcs1.pem",
        "usercert=file/user-rc2.p12 userkey=key/rsa-pkcs1.pem",
        "usercert=cert/healthy.pem me.p12=file/user.p12",
    ] {
        mend(&setup(words), "cert-info", ANSWERS);
    }
    // A file whose name says what it is stays, and what is made of it lies beside it.
    for (words, command) in [
        ("my/c.p12=file/user.p12 $X509_USER_CERT={home}/my/c.p12", "cert-info"),
        ("my/c.pfx=file/user-rc2.p12 $X509_USER_CERT={home}/my/c.pfx", "cert-info"),
        (
            "userkey=key/rsa-pkcs1.pem my/c.der=file/der.pem $X509_USER_CERT={home}/my/c.der",
            "cert-info",
        ),
        (
            "userkey=key/rsa-pkcs1.pem my/c.p7b=file/pkcs7.pem $X509_USER_CERT={home}/my/c.p7b",
            "cert-info",
        ),
    ] {
        mend(&setup(words), command, ANSWERS);
    }
    // The key of a new cipher opens with the passphrase given for it.
    for key in ["key/dek-des.pem", "key/encrypted-pbes1.pem"] {
        let words: &'static str =
            Box::leak(format!("usercert=cert/healthy.pem userkey={key}").into_boxed_str());
        let make = move || {
            let home = Home::new(words);
            home.write("passphrase", b"correct horse\n", 0o600);
            home
        };
        let command = "certkey-match --passphrase-file {home}/passphrase";
        mend(&make, command, ANSWERS);
    }
    // A wrong passphrase leaves the file as it was.
    let home = Home::new("usercert=cert/healthy.pem userkey=key/dek-des.pem");
    let report = home.run(&format!("certkey-match --no-input --json --at {NOW}")).json();
    let fix = report["findings"][0]["fix"].as_str().unwrap().to_owned();
    let script = ANSWERS.replace("correct", "wrong") + &fix;
    home.shell("bash", &script, b"");
    assert_eq!(std::fs::read(home.place("userkey")).unwrap(), bytes("key/dek-des.pem"));
}

/// Fixes after which another command succeeds than the one that was refused.
#[test]
fn operands_stay_as_they_are() {
    const ANSWERS: &str = "openssl() { test \"$1\" = x509 -o \"$1\" = pkcs7 && { command openssl \"$@\"; return; }; command openssl \"$@\" -passin 'pass:correct horse' \
                           -passout 'pass:correct horse'; }\n";
    for (words, command, then) in [
        (
            ".globus/me.p12=file/user.p12",
            "cert-info {home}/.globus/me.p12",
            "cert-info {home}/.globus/usercert.pem",
        ),
        // Without both usual names free the halves are called after the file.
        (
            "userkey=key/other.pem .globus/me.p12=file/user.p12",
            "cert-info {home}/.globus/me.p12",
            "cert-info {home}/.globus/me-cert.pem",
        ),
        (".globus/ME.P12=file/user.p12", "cert-info {home}/.globus/ME.P12", "cert-info"),
        (
            "usercert=cert/healthy.pem .globus/me.pfx=file/user-rc2.p12",
            "cert-info {home}/.globus/me.pfx",
            "cert-info {home}/.globus/me-cert.pem",
        ),
        (
            "userkey=key/rsa-pkcs1.pem .globus/usercert.der=file/der.pem",
            "certkey-match {home}/.globus/usercert.der {home}/.globus/userkey.pem",
            "cert-info",
        ),
    ] {
        let home = Home::new(words);
        let failed = home.run(&format!("{command} --no-input --json --at {NOW}"));
        let report = failed.json();
        let findings = report["findings"].as_array().unwrap();
        let fix = findings.iter().find_map(|finding| finding["fix"].as_str());
        let fix = fix.unwrap_or_else(|| panic!("no fix: {words}\n{}", failed.out));
        let before = home.tree();
        let script = format!("{ANSWERS}{fix}\ncertok {then} --no-input --at {NOW}");
        let run = home.shell("bash", &script, b"").unwrap();
        assert_eq!(run.code, 0, "{words}\n{fix}\n{}{}", run.out, run.err);
        let after = home.tree();
        for (path, content) in before {
            assert_eq!(after.get(&path), Some(&content), "{path}: {words}\n{fix}");
        }
    }
}

/// The same text in UTF-16, as Notepad saves it.
fn wide(fixture: &str) -> Vec<u8> {
    let text = pem(fixture);
    let wide = text.encode_utf16().flat_map(u16::to_le_bytes);
    [0xff, 0xfe].into_iter().chain(wide).collect()
}

/// A line pasted twice does not undo itself.
#[test]
fn swapped_files_once() {
    let home = Home::new("usercert=key/rsa-pkcs1.pem:400 userkey=cert/healthy.pem:644");
    let report = home.run(&format!("certkey-match --json --at {NOW}")).json();
    let fix = report["findings"][0]["fix"].as_str().unwrap();
    assert_eq!(home.shell("bash", fix, b"").unwrap().code, 0, "{fix}");
    let mended = home.tree();
    assert_ne!(home.shell("bash", fix, b"").unwrap().code, 0, "{fix}");
    assert_eq!(home.tree(), mended, "{fix}");
    // What no line of shell recognizes is not moved by one.
    let home = Home::new("userkey=cert/healthy.pem:644");
    home.write("usercert", &wide("key/rsa-pkcs1.pem"), 0o400);
    let run = home.run(&format!("certkey-match --at {NOW}"));
    assert!(run.out.contains("they are swapped"), "{}", run.out);
    assert!(!run.out.contains("fix:"), "{}", run.out);
}

/// Where the files are right it is the names that are exchanged, and no file is touched.
#[test]
fn swapped_names() {
    let key = pem("key/rsa-pkcs1.pem");
    let cert = pem("cert/healthy.pem");
    let files = "my/c.pem=cert/healthy.pem my/k.pem=key/rsa-pkcs1.pem:600";
    for words in [
        "my/usercert.pem=cert/healthy.pem my/userkey.pem=key/rsa-pkcs1.pem \
         $X509_USER_CERT={home}/my/userkey.pem $X509_USER_KEY={home}/my/usercert.pem",
        "my/c.pem=cert/healthy.pem my/k.pem=key/rsa-pkcs1.pem:600 \
         $X509_USER_CERT={home}/my/k.pem $X509_USER_KEY={home}/my/c.pem",
    ] {
        let home = Home::new(words);
        let before = home.tree();
        for command in ["cert-info", "certkey-match"] {
            mend(&setup(words), command, "");
            let out = home.run(&format!("{command} --no-input --at {NOW}")).out;
            assert!(!out.contains("mv "), "{out}");
            assert!(!out.contains("cert.pem is readable"), "{out}");
        }
        assert_eq!(home.tree(), before);
    }
    let inline = move || {
        let mut home = Home::new("");
        home.set("X509_USER_CERT", &key);
        home.set("X509_USER_KEY", &cert);
        home
    };
    mend(&inline, "certkey-match", "");
    let home = Home::new(files);
    for (command, advice) in [
        ("certkey-match", "certok certkey-match {home}/my/c.pem {home}/my/k.pem"),
        ("tokenkey-match", "certok tokenkey-match {home}/my/c.pem {home}/my/k.pem"),
    ] {
        let line = format!("{command} {{home}}/my/k.pem {{home}}/my/c.pem --no-input --at {NOW}");
        let run = home.run(&line);
        let advice = home.fill(advice);
        assert_eq!(run.code, 4, "{}", run.out);
        assert!(run.out.contains(&advice), "{advice}\n{}", run.out);
        assert!(!run.out.contains("fix:"), "{}", run.out);
    }
}

/// Certificate and key are always of one PKCS#12 file: both are made of it, or none.
#[test]
fn halves_of_pkcs12_files() {
    const WITHOUT_KEY: &str = "openssl() { case \"$*\" in *-nocerts*) : ;; *) command openssl \
                               \"$@\" -passin 'pass:correct horse';; esac; }\n\
                               mktemp() { command mktemp \"$@\"; }\n";
    const EMPTY: &str = "openssl() { while [ $# -gt 0 ]; do [ \"$1\" = -out ] && : > \"$2\"; shift; \
                         done; }\n";
    for (words, command) in [
        ("user .globus/new.p12=file/user.p12", "cert-info {home}/.globus/new.p12"),
        (".globus/new.p12=file/user.p12", "cert-info"),
        ("userkey=key/other.pem me.p12=file/user.p12", "cert-info"),
        ("usercert=file/user.p12", "cert-info"),
        ("user my/c.der=file/der.pem", "cert-info {home}/my/c.der"),
    ] {
        for without in [EMPTY, WITHOUT_KEY] {
            let home = Home::new(words);
            let report = home.run(&format!("{command} --json --at {NOW}")).json();
            let fix = report["findings"][0]["fix"].as_str().unwrap().to_owned();
            if without == WITHOUT_KEY && !fix.contains("-nocerts") {
                continue;
            }
            let before = home.tree();
            let Some(run) = home.shell("bash", &format!("{without}{fix}"), b"") else {
                return;
            };
            let row = format!("{words}: {fix}\n{}{}", run.out, run.err);
            assert_ne!(run.code, 0, "{row}");
            for (path, (_, content)) in home.tree() {
                let is_copy = before.values().any(|(_, old)| *old == content);
                assert!(is_copy, "{path} is left: {row}");
            }
        }
    }
    // The pair that is there is another one.
    let home = Home::new("user .globus/new.p12=file/user.p12");
    let command = format!("cert-info {{home}}/.globus/new.p12 --at {NOW}");
    let text = home.run(&command).out;
    for name in ["new-cert.pem", "new-key.pem"] {
        assert!(text.contains(&home.fill(&format!("{{home}}/.globus/{name}"))), "{text}");
    }
    // Its halves are neither a proxy nor a token.
    for (words, command, advice) in [
        ("proxy=file/user.p12", "proxy-info", "make a new proxy"),
        ("me.p12=file/user.p12", "proxy-info {home}/me.p12", "make a new proxy"),
        ("tokencert=file/user.p12 tokenkey=token/user-key.pem", "token-info", "alien-token-init"),
        ("me.p12=file/user.p12", "token-info {home}/me.p12", "alien-token-init"),
    ] {
        let run = Home::new(words).run(&format!("{command} --at {NOW}"));
        assert!(run.out.contains(advice), "{command}: {}", run.out);
        assert!(!run.out.contains("fix:"), "{command}: {}", run.out);
    }
}

/// What the shell opened has no name to write to.
#[test]
fn descriptors_get_no_fix() {
    for (words, command) in [
        ("c/x=file/der.pem", "certok cert-info /dev/stdin < $X"),
        ("c/x=file/der.pem", "certok cert-info /dev/fd/0 < $X"),
        ("c/x=file/smart-dashes.pem", "certok cert-info /proc/self/fd/0 < $X"),
        ("c/x=file/user.p12", "certok cert-info /dev/fd/7 7< $X"),
        ("c/x=file/one-line.pem", "cat $X | certok cert-info /dev/stdin"),
        ("c/x=file/one-line.pem", "certok cert-info - < $X"),
        (
            "c/x=key/two-keys.pem user",
            "certok certkey-match {home}/.globus/usercert.pem /dev/stdin < $X",
        ),
        (
            "c/x=key/rsa-pkcs1.pem:644 user",
            "certok certkey-match {home}/.globus/usercert.pem /dev/stdin < $X",
        ),
        ("c/x=cert/chain-reversed.pem", "certok cert-info /dev/stdin < $X"),
        ("c/x=bearer/json.token", "certok bearer-info /dev/stdin < $X"),
    ] {
        let home = Home::new(words);
        let script = format!("X={{home}}/c/x; {command} --at {NOW}");
        let Some(run) = home.shell("bash", &script, b"") else {
            return;
        };
        assert!(!run.out.contains("fix:"), "{command}: {}", run.out);
        let is_repaired = words.contains("file/");
        let says = run.out.contains("save it to a file first");
        assert!(says || !is_repaired, "{command}: {}", run.out);
    }
}

/// What another user put where everybody can is neither copied nor used nor changed.
#[test]
fn files_of_others_in_a_shared_directory() {
    if !is_root() {
        println!("skipped: no other user");
        return;
    }
    let own = rustix::process::geteuid().as_raw();
    let shared = |owner: u32| {
        let home = Home::new("proxy=proxy/rfc3820.pem:644");
        home.write("tokencert", &bytes("token/user.pem"), 0o644);
        home.write("tokenkey", &bytes("token/user-key.pem"), 0o644);
        for place in ["proxy", "tokencert", "tokenkey"] {
            std::os::unix::fs::chown(home.place(place), Some(owner), None).unwrap();
        }
        home.chmod("tmp", 0o1777);
        home
    };
    for command in ["proxy-info", "token-info"] {
        let out = shared(own).run(&format!("{command} --at {NOW}")).out;
        assert!(out.contains("fix: chmod"), "{out}");
        let out = shared(54321).run(&format!("{command} --at {NOW}")).out;
        assert!(out.contains("is owned by uid 54321"), "{out}");
        assert!(!out.contains("fix:"), "{out}");
    }
    // A link that another user made.
    let home = shared(own);
    let (link, file) = (home.place("proxy"), home.place("proxy.pem"));
    // Where it is sticky too, Linux does not follow such links.
    home.chmod("tmp", 0o777);
    std::fs::rename(&link, &file).unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    for (owner, has_fix) in [(own, true), (54321, false)] {
        std::os::unix::fs::lchown(&link, Some(owner), None).unwrap();
        let out = home.run(&format!("proxy-info --at {NOW}")).out;
        assert_eq!(out.contains("fix: chmod 600"), has_fix, "{out}");
        assert_eq!(out.contains("is a symbolic link of uid 54321"), !has_fix, "{out}");
    }
}

/// What others could replace when `fix` began is not used, though it closed the directory itself.
#[test]
fn files_that_others_could_replace() {
    for (directory, made_open) in [(".globus", 0o777), (".globus", 0o1777), ("", 0o777)] {
        let home = Home::new("user usercert=cert/healthy.pem:666");
        home.chmod(directory, made_open);
        let run = home.run(&format!("fix --yes --json --no-input --at {NOW}"));
        let row = format!("{directory} {made_open:o}: {}{}", run.out, run.err);
        let items = run.json()["items"].as_array().unwrap().clone();
        let outcome = |id: &str| {
            let item = items.iter().find(|item| item["finding"] == id);
            item.map(|item| item["outcome"].as_str().unwrap().to_owned())
        };
        // In a sticky directory nobody can replace the file of another user.
        let word = if made_open == 0o1777 { "done" } else { "exposed" };
        assert_eq!(outcome("cert-writable").as_deref(), Some(word), "{row}");
    }
}

/// Nor is a CA trusted whose file they could write, though `fix` closed the file itself.
#[test]
fn cas_that_others_could_write_are_not_linked() {
    let grid = bytes("ca/certificates/Grid.pem");
    for (mode, outcome) in [(0o644, "done"), (0o646, "exposed"), (0o666, "exposed")] {
        let home = Home::new("user");
        std::fs::create_dir(home.path("cas")).unwrap();
        home.write("cas/Grid.pem", &grid, mode);
        let cas = home.path("cas");
        let command = format!("fix --yes --json --no-input --at {NOW} --ca-dir {}", cas.display());
        let run = home.run(&command);
        let items = run.json()["items"].as_array().unwrap().clone();
        let links = items.iter().filter(|item| item["finding"] == "ca-no-hash-link");
        let outcomes: Vec<&str> = links.map(|item| item["outcome"].as_str().unwrap()).collect();
        assert_eq!(outcomes, [outcome], "{mode:o}: {}{}", run.out, run.err);
        let is_linked = cas.join("bea41460.0").exists();
        assert_eq!(is_linked, outcome == "done", "{mode:o}: {}", run.out);
    }
}

/// `certok fix ID` ends with the code of what is left, also where there is no fix.
#[test]
fn what_has_no_fix_is_left() {
    let home = Home::new("user");
    std::fs::create_dir(home.path("cas")).unwrap();
    home.write("cas/bea41460.0", &bytes("ca/certificates/Grid.pem"), 0o644);
    for (at, code) in [(NOW, 0), (NOW + 100 * 365 * 86_400, 13)] {
        let cas = home.path("cas");
        let run = home.run(&format!("fix ca-expired --yes --at {at} --ca-dir {}", cas.display()));
        assert_eq!(run.code, code, "{}", run.out);
    }
}

/// Swapped files are exchanged by one of two commands that start together, or by none.
#[test]
fn two_commands_exchange_once() {
    for round in 0..8 {
        let home = Home::new("usercert=key/rsa-pkcs8.pem userkey=cert/healthy.pem:644");
        let fix = || home.run(&format!("fix --yes --no-input --at {NOW}"));
        let both = std::thread::scope(|scope| {
            let other = scope.spawn(fix);
            (fix(), other.join().unwrap())
        });
        let tree = home.tree();
        let mode_of_key = tree
            .values()
            .find(|(_, content)| String::from_utf8_lossy(content).contains("PRIVATE KEY"));
        let mode = mode_of_key.unwrap().0;
        assert_eq!(mode & 0o077, 0, "{round}: {mode:o}\n{}\n{}", both.0.out, both.1.out);
    }
}

#[test]
fn each_change_shows_how_it_is_undone() {
    let home = Home::new("user userkey=key/rsa-pkcs8.pem:644");
    let run = home.run(&format!("fix --yes --quiet --at {NOW}"));
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("leave out --quiet"), "{run:?}");
}

/// Anybody can put a credential of his into `/tmp`: it is named, and no fix uses it.
#[test]
fn credentials_of_others_elsewhere() {
    if !is_root() {
        println!("skipped: no other user");
        return;
    }
    let own = rustix::process::geteuid().as_raw();
    for (owner, has_fix) in [(own, true), (54321, false)] {
        let home = Home::new("");
        for (name, fixture) in [
            ("tmp/tokencert_7777.pem", "token/user.pem"),
            ("tmp/tokenkey_7777.pem", "token/user-key.pem"),
            ("tmp/x509up_u7777", "proxy/rfc3820.pem"),
        ] {
            home.write(name, &bytes(fixture), 0o600);
            std::os::unix::fs::chown(home.place(name), Some(owner), None).unwrap();
        }
        for command in ["token-info", "proxy-info"] {
            let out = home.run(&format!("{command} --at {NOW}")).out;
            assert!(out.contains("export "), "{out}");
            assert_eq!(out.contains("fix: export "), has_fix, "{out}");
            assert_eq!(out.contains("one of uid 54321 is in"), !has_fix, "{out}");
        }
    }
}

/// The refresh token stays.
#[test]
fn bearer_tokens_out_of_json() {
    if !is_installed("jq") {
        println!("skipped: jq is not installed");
        return;
    }
    let file = || {
        let mut home = Home::new("");
        home.write("bt", &bytes("bearer/json.token"), 0o600);
        home.set("BEARER_TOKEN_FILE", "{home}/bt");
        home
    };
    mend(&file, "bearer-info", "");
    let json = String::from_utf8(bytes("bearer/json.token")).unwrap();
    mend(&variable("", "BEARER_TOKEN", json), "bearer-info", "");
}

#[test]
fn other_commands() {
    let words = "user token $JALIEN_TOKEN_CERT={home}/.globus/usercert.pem \
                 $JALIEN_TOKEN_KEY={home}/.globus/userkey.pem";
    mend(&setup(words), "token-destroy --dry-run", "");
    mend(
        &variable("token", "JALIEN_TOKEN_CERT", pem("token/user.pem")),
        "token-destroy --dry-run",
        "",
    );
    mend(&setup(words), "token-info", "");
}

/// What is printed about the mode of a file, each line once.
fn mode_lines(home: &Home, command: &str) -> Vec<String> {
    let out = home.run(&format!("{command} --no-input --at {NOW}")).out;
    let lines = out.lines().filter_map(|line| line.trim().strip_prefix("fix: "));
    let mut lines: Vec<String> =
        lines.filter(|line| line.contains("chmod")).map(ToOwned::to_owned).collect();
    lines.dedup();
    lines
}

/// One line about the mode of a certificate file: it only takes away, and closes what holds a key.
#[test]
fn modes_of_certificate_files() {
    let (cert, user_key) = (bytes("cert/healthy.pem"), "key/rsa-pkcs1.pem");
    let body: String = pem(user_key).lines().filter(|line| !line.contains("-----")).collect();
    let keys = [
        None,
        Some(bytes(user_key)),
        Some(bytes("key/rsa-pkcs8.pem")),
        Some(bytes("key/encrypted-pbes2.pem")),
        Some(bytes("key/dek-aes256.pem")),
        Some(body.into_bytes()),
        Some(base64(pem(user_key).as_bytes()).into_bytes()),
    ];
    for (at, key) in keys.into_iter().enumerate() {
        for mode in [0o700, 0o620, 0o602, 0o722, 0o755, 0o666] {
            for command in ["cert-info", "certkey-match"] {
                let home = Home::new("user");
                let content = [cert.clone(), key.clone().unwrap_or_default()].join(&b'\n');
                home.write("usercert", &content, mode);
                let lines = mode_lines(&home, command);
                let row = format!("{at} {mode:o} {command}: {lines:?}");
                assert_eq!(lines.len(), 1, "{row}");
                home.shell("dash", &lines[0], b"");
                let path = home.place("usercert");
                let now = std::fs::metadata(path).unwrap().mode() & 0o777;
                assert_eq!(now, if key.is_some() { 0o400 } else { mode & !0o133 }, "{row}");
            }
        }
    }
}

/// A variable, or HTCondor's directory, that names what is no credential: its mode stays.
#[test]
fn modes_of_what_holds_no_secret() {
    let public = [
        ("cert", bytes("cert/healthy.pem")),
        ("text", b"root:x:0:0:root:/root:/bin/sh\n".to_vec()),
    ];
    for (name, content) in public {
        for (variable, command) in [
            ("X509_USER_KEY", "certkey-match"),
            ("X509_USER_PROXY", "proxy-info"),
            ("BEARER_TOKEN_FILE", "bearer-info"),
            ("JALIEN_TOKEN_KEY", "token-info"),
            ("_condor_SEC_TOKEN_DIRECTORY", "idtoken-info"),
        ] {
            for owner in [None, Some(54321)] {
                let mut home = Home::new("usercert=cert/healthy.pem tokencert=token/user.pem");
                home.write("etc/file", &content, 0o644);
                let mut place = "{home}/etc/file";
                if let Some(owner) = owner.filter(|_| is_root()) {
                    home.write("of-others", &content, 0o644);
                    std::os::unix::fs::chown(home.path("of-others"), Some(owner), None).unwrap();
                    home.link("etc/link", home.path("of-others"));
                    place = "{home}/etc/link";
                }
                if command == "idtoken-info" {
                    place = "{home}/etc";
                    home.set("CONDOR_CONFIG", "ONLY_ENV");
                }
                home.set(variable, place);
                let lines = mode_lines(&home, command);
                assert!(lines.is_empty(), "{name} {variable} {owner:?}: {lines:?}");
            }
        }
    }
    if !is_root() {
        println!("skipped: no other user");
        return;
    }
    // Another user's key stays as it is, too.
    let mut home = Home::new("usercert=cert/healthy.pem");
    home.write("of-others", &bytes("key/rsa-pkcs1.pem"), 0o644);
    std::os::unix::fs::chown(home.path("of-others"), Some(54321), None).unwrap();
    home.link("key", home.path("of-others"));
    home.set("X509_USER_KEY", "{home}/key");
    assert!(mode_lines(&home, "certkey-match").is_empty());
}

/// A new file is not written through a link that leads nowhere, and the link stays.
#[test]
fn new_files_in_the_place_of_dangling_links() {
    for (words, command, link) in [
        (
            "userkey=key/rsa-pkcs1.pem .globus/c.der=file/der.pem",
            "certkey-match {home}/.globus/c.der {home}/.globus/userkey.pem",
            ".globus/c.pem",
        ),
        (
            "userkey=key/other.pem .globus/me.p12=file/user.p12",
            "cert-info {home}/.globus/me.p12",
            ".globus/me-key.pem",
        ),
    ] {
        let home = Home::new(words);
        home.link(link, home.path("elsewhere"));
        let out = home.run(&format!("{command} --no-input --at {NOW}")).out;
        let fix = out.lines().find_map(|line| line.trim().strip_prefix("fix: "));
        let fix = fix.unwrap_or_else(|| panic!("no fix: {out}"));
        home.shell("dash", fix, b"");
        assert!(!home.path("elsewhere").exists(), "{fix}");
        assert!(std::fs::symlink_metadata(home.path(link)).is_ok(), "{fix}");
    }
}

/// A file, its bytes, the set-up around it, and the command that fails because of it.
type Broken = (&'static str, Vec<u8>, &'static str, &'static str);

/// Files that a converter mends in a shell and certok without one.
fn broken() -> Vec<Broken> {
    let body = |fixture: &str| -> Vec<u8> {
        let text = pem(fixture);
        let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
        certok::text::base64::decode(body.as_bytes()).unwrap().to_vec()
    };
    let relabel = |fixture: &str, old: &str, new: &str| pem(fixture).replace(old, new).into_bytes();
    let token = String::from_utf8(bytes("bearer/healthy.token")).unwrap();
    let token = token.trim();
    let wide: Vec<u8> = token.bytes().flat_map(|byte| [byte, 0]).collect();
    let in_two = format!("{}\n{}\n", &token[..40], &token[40..]);
    let twice = format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        base64(&bytes("cert/healthy.pem"))
    );
    let bearer = "$BEARER_TOKEN_FILE={home}/bt";
    let condor = "$_condor_SEC_TOKEN_DIRECTORY={home}/d";
    let (cert, key) = (".globus/usercert.pem", ".globus/userkey.pem");
    let ec = "usercert=cert/ec-p256.pem";
    vec![
        ("bt", bytes("bearer/json.token"), bearer, "bearer-info"),
        ("bt", bytes("bearer/quoted.token"), bearer, "bearer-info"),
        ("bt", format!("b'{token}'\n").into_bytes(), bearer, "bearer-info"),
        ("bt", in_two.into_bytes(), bearer, "bearer-info"),
        ("bt", [&b"\xff\xfe"[..], &wide].concat(), bearer, "bearer-info"),
        ("d/x", bytes("idtoken/wrapped.token"), condor, "idtoken-info"),
        ("d/x", bytes("idtoken/request-text.token"), condor, "idtoken-info"),
        (key, body("key/rsa-pkcs1.pem"), "usercert=cert/healthy.pem", "certkey-match"),
        (key, body("key/rsa-pkcs8.pem"), "usercert=cert/healthy.pem", "certkey-match"),
        (key, body("key/ec-p256-sec1.pem"), ec, "certkey-match"),
        (
            key,
            relabel("key/ec-p256-sec1.pem", "EC PRIVATE KEY", "RSA PRIVATE KEY"),
            ec,
            "certkey-match",
        ),
        (
            cert,
            relabel("cert/healthy.pem", " CERTIFICATE-", " PKCS7-"),
            "userkey=key/rsa-pkcs1.pem",
            "certkey-match",
        ),
        (cert, twice.into_bytes(), "userkey=key/rsa-pkcs1.pem", "certkey-match"),
    ]
}

#[test]
fn converters_are_built_in() {
    for (at, (path, content, words, command)) in broken().into_iter().enumerate() {
        let mut home = Home::new(words);
        if words.contains("_condor") {
            home.set("_condor_TRUST_DOMAIN", "pool.certok.test");
        }
        home.write(path, &content, 0o600);
        let line = format!("{command} --no-input --at {NOW}");
        let failed = home.run(&line);
        let row = format!("row {at}: {words} {path}: {line}\n{}{}", failed.out, failed.err);
        assert_ne!(failed.code, 0, "{row}");
        let before = home.tree();
        let run = home.run(&format!("fix --yes --json --no-input --at {NOW}"));
        let report = run.json();
        let items = report["items"].as_array().unwrap();
        assert!(items.iter().any(|item| item["outcome"] == "done"), "{row}{}", run.out);
        let again = home.run(&line);
        assert_eq!(again.code, 0, "{row}\n{}{}\n{}", again.out, again.err, run.out);
        expect_nothing_lost(&before, &home.tree(), &row);
        let undo = items.iter().rev().filter_map(|item| item["undo"].as_str());
        let undo: Vec<&str> = undo.collect();
        if home.shell("dash", &undo.join("\n"), b"").is_some() {
            assert_eq!(home.tree(), before, "{}: {row}", undo.join("\n"));
        }
    }
}

/// Folder of fixtures, where each is put, its mode, the set-up, and the command that judges it.
const USES: &[(&str, &str, u32, &str, &str)] = &[
    ("bearer", "bt", 0o644, "$BEARER_TOKEN_FILE={home}/bt", "bearer-info"),
    ("cert", ".globus/usercert.pem", 0o666, "userkey=key/rsa-pkcs1.pem", "cert-info"),
    ("cert", ".globus/usercert.pem", 0o444, "userkey=key/rsa-pkcs1.pem", "cert-verify"),
    ("file", ".globus/usercert.pem", 0o644, "userkey=key/rsa-pkcs1.pem", "cert-info"),
    ("file", ".globus/userkey.pem", 0o400, "usercert=cert/healthy.pem", "certkey-match"),
    ("file", "p", 0o600, "$X509_USER_PROXY={home}/p", "proxy-info"),
    ("host", "h", 0o666, "$X509_HOST_CERT={home}/h", "check host"),
    ("idtoken", "d/x", 0o644, "$_condor_SEC_TOKEN_DIRECTORY={home}/d", "idtoken-info"),
    ("key", ".globus/userkey.pem", 0o400, "usercert=cert/healthy.pem", "certkey-match"),
    ("key", ".globus/usercert.pem", 0o600, "userkey=cert/healthy.pem", "certkey-match"),
    ("proxy", "p", 0o644, "$X509_USER_PROXY={home}/p", "proxy-info"),
    ("token", "t", 0o664, "$JALIEN_TOKEN_CERT={home}/t", "token-info"),
    ("voms", "p", 0o640, "$X509_USER_PROXY={home}/p", "proxy-verify"),
];

/// Fixes that one fixture has at most, one after the other.
const MAX_FIXES: usize = 5;

/// An ordinary user pastes each fix of each fixture, and asks again: what it was for is gone.
fn paste_all(shell: &str) {
    let (mut pasted, mut asking, mut failures) = (0, 0, Vec::new());
    for (folder, path, mode, words, command) in USES {
        let mut names: Vec<String> = std::fs::read_dir(run::testdata().join(folder))
            .unwrap()
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.file_type().unwrap().is_file())
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        names.sort();
        for name in names {
            let fixture = format!("{folder}/{name}");
            let line = format!("certok {command} --json --no-input --at {NOW}");
            let mut typed: Vec<(String, String)> = Vec::new();
            while typed.len() < MAX_FIXES {
                let mut home = Home::new(words);
                home.write(path, &bytes(&fixture), *mode);
                home.steps_down();
                let before = home.tree();
                let lines = typed.iter().map(|(_, fix)| fix.replace("HOME-OF-THE-TEST", "{home}"));
                let script: String = lines.map(|fix| fix + "\n").collect();
                let Some(run) = home.shell(shell, &format!("{script}{line}"), b"") else { return };
                let row =
                    format!("{fixture} as {path}: {shell}: {script}{line}\n{}{}", run.out, run.err);
                expect_nothing_lost(&before, &home.tree(), &row);
                run.expect_no_secret(&row);
                let report: serde_json::Value = serde_json::from_str(&run.out).expect(&row);
                let findings = report["findings"].as_array().unwrap().iter();
                let home = home.fill("{home}");
                let mut fixes = findings.filter_map(|finding| {
                    let fix = finding["fix"].as_str()?.replace(&home, "HOME-OF-THE-TEST");
                    Some((finding["id"].to_string(), fix))
                });
                let Some((id, fix)) = fixes.next() else { break };
                let is_new = typed.iter().all(|(known, old)| (known, old) != (&id, &fix));
                if !is_new {
                    failures.push(format!("{id} is still there: {row:.3000}"));
                    break;
                }
                // Another test answers those that ask for a passphrase.
                let asks = fix.contains("pkcs12") || fix.contains("-aes256");
                if asks || fix.contains("jq ") && !is_installed("jq") {
                    asking += 1;
                    break;
                }
                pasted += 1;
                typed.push((id, fix));
            }
            assert!(typed.len() < MAX_FIXES, "no end: {fixture} as {path}: {typed:?}");
        }
    }
    println!("{shell}: {pasted} fixes of fixtures pasted, {asking} ask for something");
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    assert!(pasted > 100, "{pasted}");
}

#[test]
fn fixes_of_every_fixture_in_bash() {
    paste_all("bash");
}

#[test]
fn fixes_of_every_fixture_in_dash() {
    paste_all("dash");
}
