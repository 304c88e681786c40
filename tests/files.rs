//! `certok FILE`, `info`, `verify`, `match`, `check FILE`: the content decides which command judges
//! a file, and words for kinds are as good as the names of commands.

mod run;

use run::{Home, NOW, bytes, expect};

/// Where the files of each row lie: a name that says nothing.
const X: &str = "{home}/x/file";

/// Fixture, and for `certok FILE`, `info`, `verify`: exit code and the command whose answer it is.
const KINDS: &[(&str, [(i32, &str); 3])] = &[
    ("cert/healthy.pem", [(0, "cert-verify"), (0, "cert-info"), (0, "cert-verify")]),
    ("cert/expired.pem", [(11, "cert-verify"), (11, "cert-info"), (11, "cert-verify")]),
    ("cert/issuer-unknown.pem", [(13, "cert-verify"), (0, "cert-info"), (13, "cert-verify")]),
    ("file/cert-and-key.pem", [(0, "cert-verify"), (0, "cert-info"), (0, "cert-verify")]),
    // For servers, as hosts are.
    ("host/healthy.pem", [(0, "cert-verify"), (0, "cert-info"), (0, "cert-verify")]),
    ("host/server-only.pem", [(0, "cert-verify"), (0, "cert-info"), (0, "cert-verify")]),
    ("token/user.pem", [(0, "token-verify"), (0, "token-info"), (0, "token-verify")]),
    ("proxy/rfc3820.pem", [(0, "proxy-verify"), (0, "proxy-info"), (0, "proxy-verify")]),
    ("ca/sub.pem", [(0, "cert-verify"), (0, "cert-info"), (0, "cert-verify")]),
    ("bearer/healthy.token", [(0, "bearer-verify"), (0, "bearer-info"), (0, "bearer-verify")]),
    ("bearer/macaroon.token", [(0, "bearer-verify"), (0, "bearer-info"), (0, "bearer-verify")]),
    ("bearer/json.token", [(4, "bearer-verify"), (4, "bearer-info"), (4, "bearer-verify")]),
    ("bearer/quoted.token", [(4, "bearer-verify"), (4, "bearer-info"), (4, "bearer-verify")]),
    ("bearer/expired.token", [(11, "bearer-verify"), (11, "bearer-info"), (11, "bearer-verify")]),
    ("idtoken/healthy.token", [(0, "idtoken-verify"), (0, "idtoken-info"), (0, "idtoken-verify")]),
    (
        "idtoken/request-only.token",
        [(4, "idtoken-verify"), (4, "idtoken-info"), (4, "idtoken-verify")],
    ),
    ("key/rsa-pkcs1.pem", [(0, "info"), (0, "info"), (2, "verify")]),
    ("key/encrypted-pbes2.pem", [(0, "info"), (0, "info"), (2, "verify")]),
    ("file/openssh-private.pem", [(4, "info"), (4, "info"), (2, "verify")]),
    ("crl/grid.pem", [(0, "info"), (0, "info"), (2, "verify")]),
    ("crl/der.r0", [(0, "info"), (0, "info"), (2, "verify")]),
    ("crl/expired.pem", [(17, "info"), (17, "info"), (2, "verify")]),
    ("bearer/keys.jwks", [(2, "file"), (2, "info"), (2, "verify")]),
    ("policy/anybody.signing_policy", [(2, "file"), (2, "info"), (2, "verify")]),
    ("policy/class.namespaces", [(2, "file"), (2, "info"), (2, "verify")]),
    // What is no credential is said by the command for certificates.
    ("file/user.p12", [(4, "cert-verify"), (4, "cert-info"), (4, "cert-verify")]),
    ("file/pkcs7.pem", [(4, "cert-verify"), (4, "cert-info"), (4, "cert-verify")]),
    ("file/request.pem", [(4, "cert-verify"), (4, "cert-info"), (4, "cert-verify")]),
    ("file/html.pem", [(4, "cert-verify"), (4, "cert-info"), (4, "cert-verify")]),
    ("file/empty.pem", [(4, "cert-verify"), (4, "cert-info"), (4, "cert-verify")]),
    ("file/openssh-public.pem", [(4, "cert-verify"), (4, "cert-info"), (4, "cert-verify")]),
];

const CAS: &str = "$X509_CERT_DIR={testdata}/ca/certificates";

#[test]
fn the_content_decides() {
    for (fixture, wanted) in KINDS {
        let home = Home::new(CAS);
        home.write("x/file", &bytes(fixture), 0o400);
        for (verb, (exit, command)) in ["", "info ", "verify "].into_iter().zip(wanted) {
            for (line, input) in [(format!("{verb}{X}"), None), (format!("{verb}-"), Some(()))] {
                let input = input.map_or_else(Vec::new, |()| bytes(fixture));
                let run = home.run_with(&format!("{line} --json --at {NOW}"), &input);
                let row = format!("{fixture}: certok {line}\n{}{}", run.out, run.err);
                assert_eq!(run.json()["command"], *command, "{row}");
                assert_eq!(run.code, *exit, "{row}");
            }
        }
    }
}

/// Directories by what lies in them.
#[test]
fn directories() {
    let setup = format!("{CAS} tokens/pool=idtoken/healthy.token user empty/.x=file/null.pem");
    let home = Home::new(&setup);
    home.write("vo/test/server.lsc", b"/CN=server\n/CN=CA\n", 0o644);
    for (line, exit, command, word) in [
        ("info {testdata}/ca/certificates", 0, "ca-info", "4 CAs"),
        ("verify {testdata}/ca/certificates", 0, "ca-check", "nothing is wrong"),
        ("{testdata}/ca/certificates", 0, "ca-check", "nothing is wrong"),
        ("info {home}/tokens", 0, "idtoken-info", "tokens/pool"),
        ("verify {home}/tokens", 0, "idtoken-verify", "tokens/pool"),
        ("info {home}/.globus", 2, "info", "certok info {home}/.globus/usercert.pem"),
        ("{home}/.globus", 2, "file", "certok verify {home}/.globus/usercert.pem"),
        ("info {home}/vo", 2, "info", "certok proxy-verify --vomsdir {home}/vo PROXY"),
        ("info {home}/empty", 2, "info", "certok info FILE"),
    ] {
        let run = home.run(&format!("{line} --json --at {NOW}"));
        let row = format!("certok {line}\n{}{}", run.out, run.err);
        assert_eq!((run.code, &run.json()["command"]), (exit, &command.into()), "{row}");
        assert!(run.out.contains(&home.fill(word)), "{row}");
    }
}

/// Several files, each by its kind: in one report, and line by line.
#[test]
fn several() {
    let home = Home::new(&format!(
        "{CAS} x/a=cert/healthy.pem x/b=bearer/expired.token x/c=file/html.pem"
    ));
    let line = "info {home}/x/a {home}/x/b {home}/x/c {home}/x/gone";
    let ids = ["bearer-expired", "file-is-web-page", "cert-missing"];
    let text = home.run(&format!("{line} --at {NOW}"));
    assert_eq!(text.code, 11, "{}", text.out);
    for id in ids {
        assert!(text.out.contains(id), "{id}: {}", text.out);
    }
    let lines = home.run(&format!("{line} --format jsonl --at {NOW}"));
    let commands: Vec<&str> = lines.out.lines().filter_map(|line| line.split('"').nth(5)).collect();
    assert_eq!(
        commands,
        ["cert-info", "bearer-info", "cert-info", "cert-info", "info"],
        "{}",
        lines.out
    );
    assert_eq!(lines.code, 11);
}

/// A file that does not exist, a word that is no command.
#[test]
fn what_is_not_there() {
    let home = Home::new("user");
    for (line, exit, out, err) in [
        ("foo.pem", 3, "not-found: foo.pem does not exist", ""),
        ("./cert-infoo", 3, "./cert-infoo does not exist", ""),
        ("verify foo", 3, "foo does not exist", ""),
        ("fooo", 2, "", "`fooo` is neither a command nor a file here"),
        ("cert-inof", 2, "", "did you mean: certok cert-info"),
        ("verfiy", 2, "", "did you mean: certok verify"),
        ("cert-verfy --crl require --no-such", 2, "", "did you mean: certok cert-verify"),
        ("foo.pem --no-such", 2, "", "unexpected argument '--no-such'"),
        ("check fooo", 2, "", "`fooo` is no file here, and none of the words token, cert"),
        ("verify .globus/usercert.pem --audience x", 2, "", "--audience is about bearer tokens"),
        ("info .globus/usercert.pem --vo test", 2, "", "--vo is about proxies"),
    ] {
        let run = home.run(&format!("{line} --at {NOW}"));
        let row = format!("certok {line}\n{}{}", run.out, run.err);
        assert_eq!(run.code, exit, "{row}");
        assert!(run.out.contains(out) && run.err.contains(err), "{row}");
    }
    // Nothing that destroys is offered for what was typed by mistake.
    for word in ["cert-destory", "tokendestroy", "destroy", "proxy-destro"] {
        let run = home.run(word);
        let advice = run.err.lines().nth(1).unwrap_or_default();
        assert!(run.code == 2 && !advice.contains("destroy"), "{word}: {}", run.err);
    }
}

/// Set-up, command, and the words of its advice: where the user is, and with what.
const ADVICE: &[(&str, &str, &[&str])] = &[
    (
        "x/file=host/healthy.pem",
        "x/file --at 2028-01-01",
        &["host certificate x/file expired", "request a new host certificate"],
    ),
    ("x/file=host/healthy.pem", "cert-info x/file --at 2028-01-01", &["new host certificate"]),
    ("x/file=host/healthy.pem", "x/file --at 2026-12-20", &["renew now: request a new host"]),
    (
        "x/file=cert/healthy.pem",
        "x/file --at 2026-12-20",
        &["renew now: request a new certificate"],
    ),
    (
        "$X509_USER_PROXY=/dev/null",
        "proxy-info",
        &["/dev/null is a device", "unset X509_USER_PROXY, or let it name"],
    ),
    ("$X509_USER_CERT=/dev/null", "cert-verify", &["is a device", "unset X509_USER_CERT"]),
    ("$BEARER_TOKEN_FILE=/dev/null", "bearer-info", &["is a device", "unset BEARER_TOKEN_FILE"]),
    (
        "x/file=bearer/expired.token:600",
        "bearer-info x/file",
        &["oidc-token ACCOUNT > x/file", "htgettoken -a SERVER -i ISSUER -o x/file"],
    ),
    (
        "$XDG_RUNTIME_DIR={home}",
        "bearer-info",
        &["oidc-token ACCOUNT > {home}/bt_u{uid}", "(umask 077"],
    ),
];

#[test]
fn advice_is_where_the_user_is() {
    for (setup, line, words) in ADVICE {
        let home = Home::new(&format!("{setup} {CAS}"));
        let at = if line.contains("--at") { String::new() } else { format!(" --at {NOW}") };
        let run = home.run(&format!("{line}{at}"));
        for word in *words {
            let word = home.fill(word);
            assert!(
                run.out.contains(&word),
                "{setup}: {line}: no `{word}` in\n{}{}",
                run.out,
                run.err
            );
        }
    }
}

/// Words in the other order, with blanks, of the same meaning.
#[test]
fn words_for_commands() {
    let home = Home::new(&format!("user token {CAS} info=cert/expired.pem"));
    for (typed, meant) in [
        ("info cert", "cert-info"),
        ("cert info", "cert-info"),
        ("info certificate", "cert-info"),
        ("verify token --for 12h", "token-verify --for 12h"),
        ("match cert", "certkey-match"),
        ("match cert key", "certkey-match"),
        ("match token", "tokenkey-match"),
        ("match", "certkey-match"),
        ("info ca", "ca-info"),
        ("verify ca", "ca-check"),
        ("check ca", "check ca"),
        ("info idtokens", "idtoken-info"),
        ("verify host", "check host"),
        ("verify proxy --vo test", "proxy-verify --vo test"),
        ("info cert info", "cert-info info"),
        ("--json info cert", "--json cert-info"),
        ("info", "status"),
        ("verify", "check"),
        ("version", "--version"),
    ] {
        let [typed, meant] = [typed, meant].map(|line| {
            let run = home.run(&format!("{line} --at {NOW}"));
            (line, run.code, run.out, run.err)
        });
        assert_eq!(&typed.1, &meant.1, "{typed:?}");
        assert_eq!(&typed.2, &meant.2, "{typed:?}");
        assert_eq!(&typed.3, &meant.3, "{typed:?}");
    }
}

#[test]
fn the_command_wins() {
    let home = Home::new("user status/x=cert/healthy.pem");
    home.write("info", &bytes("cert/expired.pem"), 0o644);
    assert_eq!(home.run(&format!("./info --at {NOW}")).code, 11);
    assert_eq!(home.run(&format!("info ./info --at {NOW}")).code, 11);
    assert_eq!(
        home.run(&format!("info --at {NOW}")).code,
        home.run(&format!("status --at {NOW}")).code
    );
}

#[test]
fn either_order() {
    let setup = "a/cert=cert/healthy.pem a/key=key/rsa-pkcs1.pem a/other-key=key/other.pem \
                 a/tokencert=token/user.pem a/tokenkey=token/user-key.pem a/proxy-key=proxy/rfc3820.pem";
    let home = Home::new(setup);
    for (files, exit, command) in [
        ("cert key", 0, "certkey-match"),
        ("key cert", 0, "certkey-match"),
        ("cert other-key", 15, "certkey-match"),
        ("other-key cert", 15, "certkey-match"),
        ("tokencert tokenkey", 0, "tokenkey-match"),
        ("tokenkey tokencert", 0, "tokenkey-match"),
        ("proxy-key", 0, "proxykey-match"),
        ("proxy-key proxy-key", 0, "proxykey-match"),
        ("cert cert", 4, "certkey-match"),
        ("key key", 4, "certkey-match"),
        ("cert gone", 3, "certkey-match"),
    ] {
        let words: Vec<String> = files.split(' ').map(|name| format!("a/{name}")).collect();
        let run = home.run(&format!("match {} --json --at {NOW}", words.join(" ")));
        let row = format!("match {files}\n{}{}", run.out, run.err);
        assert_eq!((run.code, &run.json()["command"]), (exit, &command.into()), "{row}");
    }
    let run = home.run_with(&format!("match - a/cert --at {NOW}"), &bytes("key/rsa-pkcs1.pem"));
    assert_eq!(run.code, 0, "{}", run.out);
}

/// `check FILE`, `check WORD=FILE`.
#[test]
fn files_before_a_job() {
    let setup = format!(
        "{CAS} own/usercert.pem=cert/healthy.pem own/userkey.pem=key/rsa-pkcs1.pem a/cert=cert/healthy.pem \
         a/key=key/rsa-pkcs1.pem a/other-key=key/other.pem a/host=host/healthy.pem \
         a/host-key=host/hostkey.pem a/tokencert=token/user.pem a/tokenkey=token/user-key.pem \
         a/proxy-key=proxy/rfc3820.pem a/token-bt=bearer/healthy.token a/token-id=idtoken/healthy.token"
    );
    let home = Home::new(&setup);
    for (words, exit, ids, word) in [
        ("own/usercert.pem", 0, &["crl-missing"][..], "belongs to the certificate"),
        ("a/cert", 0, &["crl-missing"], "no private key was named"),
        ("a/cert a/key", 0, &["crl-missing"], "belongs to the certificate"),
        ("a/key a/cert", 0, &["crl-missing"], "belongs to the certificate"),
        ("cert=a/cert key=a/key", 0, &["crl-missing"], "user certificate is good"),
        ("cert=a/cert key=a/other-key", 15, &["key-mismatch", "crl-missing"], ""),
        ("cert=a/gone", 3, &["cert-missing"], "a/gone does not exist"),
        ("host=a/host key=a/host-key", 0, &["crl-missing"], "host certificate is good"),
        ("token=a/tokencert key=a/tokenkey", 0, &["crl-missing"], "token is good"),
        ("a/proxy-key", 0, &["crl-missing"], "proxy is good"),
        ("bearer=a/token-bt", 0, &["bearer-not-verified"], "bearer token is good"),
        ("a/token-id", 0, &["idtoken-not-verified"], "IDTOKEN is good"),
        ("ca={testdata}/ca/certificates", 0, &[], "CA directory is good"),
    ] {
        expect(&home, &format!("check {words}"), NOW, exit, ids, &[word]);
    }
    for (words, why) in [
        ("a/key", "checked with its certificate"),
        ("key=a/key", "checked with its certificate"),
        ("colour=a/cert", "none of the words"),
        ("own", "a directory, neither of CAs nor of IDTOKENS"),
    ] {
        let run = home.run(&format!("check {words}"));
        assert!(run.code == 2 && run.err.contains(why), "{words}: {}", run.err);
    }
}

/// A pipe is read once, by whoever judges it.
#[test]
fn a_pipe() {
    let home = Home::new(CAS);
    let script = format!("cat {{testdata}}/cert/healthy.pem | certok verify /dev/stdin --at {NOW}");
    let Some(run) = home.shell("bash", &script, b"") else { return };
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

/// A bundle: a verdict for each block, with block and line, and the issuers in the file help.
#[test]
fn each_block() {
    let home = Home::new(CAS);
    let text = |fixture: &str| String::from_utf8(bytes(fixture)).unwrap();
    let der = |fixture: &str| -> String {
        let is_body = |line: &&str| !line.is_empty() && !line.contains([' ', '-']);
        text(fixture).lines().filter(is_body).collect()
    };
    let (good, bad, proxy) =
        (text("cert/healthy.pem"), text("cert/expired.pem"), text("proxy/rfc3820.pem"));
    let cut: String = good.lines().take(8).map(|line| format!("{line}\n")).collect();
    let glued = format!("{}{}", good.trim_end(), &bad[bad.find("-----BEGIN").unwrap()..]);
    let first =
        |text: &str| 1 + text.lines().position(|line| line.starts_with("-----BEGIN")).unwrap();
    let lines = good.lines().count();
    for (input, verb, wanted) in [
        (good.clone(), "verify", vec![("ok", 1, first(&good))]),
        (
            format!("{good}{bad}{good}"),
            "verify",
            vec![
                ("ok", 1, first(&good)),
                ("expired", 2, lines + first(&bad)),
                ("ok", 3, lines + bad.lines().count() + first(&good)),
            ],
        ),
        // The key is no block of its own, and the user certificate is judged too.
        (proxy.clone(), "info", vec![("ok", 1, first(&proxy)), ("ok", 3, 0)]),
        (
            format!("{cut}{good}"),
            "info",
            vec![("unreadable", 1, first(&cut)), ("ok", 2, 8 + first(&good))],
        ),
        (glued, "info", vec![("unreadable", 1, first(&good)), ("unreadable", 2, lines)]),
        (
            format!("{}\n\nno certificate\n{}\n", der("cert/healthy.pem"), der("cert/expired.pem")),
            "info",
            vec![("ok", 1, 1), ("expired", 2, 4)],
        ),
        (text("file/pkcs7.pem"), "info", vec![("ok", 1, 0), ("ok", 2, 0)]),
        (text("bearer/healthy.token"), "info", vec![("ok", 1, 1)]),
    ] {
        home.write("x/file", input.as_bytes(), 0o600);
        for (name, input) in [(X, Vec::new()), ("-", input.as_bytes().to_vec())] {
            let line = format!("{verb} {name} --each --format jsonl --at {NOW}");
            let run = home.run_with(&line, &input);
            let row = format!("certok {line}\n{}{}", run.out, run.err);
            let mut lines: Vec<serde_json::Value> =
                run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            assert!(lines.pop().is_some_and(|last| last.get("block").is_none()), "{row}");
            let found = lines.iter().map(|line| {
                (line["result"]["exit_name"].as_str().unwrap(), line["block"].as_u64().unwrap())
            });
            let exits: Vec<_> = wanted.iter().map(|(exit, block, _)| (*exit, *block)).collect();
            assert_eq!(found.collect::<Vec<_>>(), exits, "{row}");
            for (line, (_, _, wanted)) in lines.iter().zip(&wanted) {
                assert!(*wanted == 0 || line["line"] == *wanted, "{wanted}: {row}");
            }
        }
    }
    // What has no block is judged as it is.
    for (fixture, exit, word) in [
        ("file/html.pem", 4, "file-is-web-page"),
        ("file/der.pem", 0, "DER"),
        ("key/rsa-pkcs1.pem", 4, "file-is-private-key"),
        ("file/empty.pem", 4, "file-empty"),
    ] {
        let run = home.run(&format!("cert-info {{testdata}}/{fixture} --each --json --at {NOW}"));
        assert!(run.code == exit && run.out.contains(word), "{fixture}: {}{}", run.out, run.err);
    }
    let gone = home.run("cert-info gone.pem --each");
    assert!(gone.code == 3 && gone.out.contains("0 of 1 good; 1 not-found"), "{}", gone.out);
    // Without it the others are told of.
    home.write("x/file", format!("{good}{bad}").as_bytes(), 0o600);
    let run = home.run(&format!("verify {X} --at {NOW}"));
    assert!(
        run.code == 0 && run.out.contains("--each judges all [others-unjudged]"),
        "{}",
        run.out
    );
}
