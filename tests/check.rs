//! `check`: words and options to steps and one exit code.

mod run;

use std::collections::BTreeSet;
use std::ffi::OsString;

use certok::system::env::Env;
use certok::system::sandbox::Sandbox;
use certok::text::time::UnixTime;
use run::{Case, Home, NOW};
use serde_json::Value;

const CAS: &str = "$X509_CERT_DIR={testdata}/ca/certificates $CONDOR_CONFIG=ONLY_ENV";

const IDTOKENS: &str = "$_condor_SEC_PASSWORD_DIRECTORY={home}/keys \
                        $_condor_SEC_TOKEN_DIRECTORY={home}/tokens.d \
                        keys/POOL=idtoken/keys/POOL:600";

/// The tests' homes name a proxy that is not there, unless a row says otherwise.
fn home(setup: &str) -> Home {
    let mut home = Home::new(&format!("{CAS} {setup}"));
    if !setup.contains("proxy") {
        // No user has such a uid, so nothing lies at the default place in the real /tmp.
        home.unset("X509_USER_PROXY");
    }
    home
}

/// As [`run::expect`]; notes (here: that there are no CRLs) may come behind `ids`.
fn expect(home: &Home, line: &str, at: i64, exit: i32, ids: &[&str], words: &[&str]) -> Value {
    let all = home.run(&format!("{line} --json --at {at}")).ids();
    let notes = all.iter().filter(|id| *id == "crl-missing");
    let ids = ids.iter().copied().chain(notes.map(String::as_str));
    let ids: Vec<&str> = ids.collect();
    run::expect(home, line, at, exit, &ids, words)
}

/// Each step of each item, as `credential.step=state`.
fn steps(report: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for item in report["items"].as_array().unwrap() {
        let word = item["credential"].as_str().unwrap();
        for step in item["steps"].as_array().unwrap() {
            let (name, state) = (step["step"].as_str(), step["state"].as_str());
            found.insert(format!("{word}.{}={}", name.unwrap(), state.unwrap()));
        }
    }
    found
}

fn host(cert: &str) -> String {
    host_with(cert, "host/hostkey.pem")
}

fn host_with(cert: &str, key: &str) -> String {
    format!(
        "etc/cert.pem={cert} etc/key.pem={key} $X509_HOST_CERT={{home}}/etc/cert.pem \
         $X509_HOST_KEY={{home}}/etc/key.pem"
    )
}

const END_OF_TOKEN: i64 = 1_781_950_387;
const END_OF_PROXY: i64 = 1_780_336_800;
const END_OF_CERT: i64 = 1_798_761_600;

#[test]
fn words() {
    // Setup, words, exit, ids, credentials judged in this order.
    for (setup, line, exit, ids, judged) in [
        ("user token", "", 0, &[][..], &["token", "cert"][..]),
        ("user", "", 0, &[], &["cert"]),
        ("token", "", 0, &[], &["token"]),
        ("", "", 3, &["token-missing", "cert-missing", "proxy-missing"], &[]),
        ("user", "cert", 0, &[], &["cert"]),
        ("user", "cert cert", 0, &[], &["cert"]),
        ("user token", "cert", 0, &[], &["cert"]),
        ("user token", "ca cert token", 0, &[], &["token", "cert", "ca"]),
        ("user", "token", 3, &["token-missing"], &["token"]),
        ("user", "cert token", 3, &["token-missing"], &["token", "cert"]),
        // A variable says that it should be there.
        ("user $JALIEN_TOKEN_CERT={home}/gone", "", 3, &["variable-path-gone"], &["token", "cert"]),
        // What is missing does not hide what is wrong with what is there.
        (
            "usercert=cert/expired.pem userkey=key/rsa-pkcs1.pem",
            "cert token",
            11,
            &["expired", "token-missing"],
            &["token", "cert"],
        ),
        // A key alone is no credential.
        (
            "userkey=key/rsa-pkcs1.pem",
            "",
            3,
            &["token-missing", "cert-missing", "proxy-missing"],
            &[],
        ),
        ("proxy=proxy/rfc3820.pem", "", 0, &[], &["proxy"]),
        ("proxy=proxy/rfc3820.pem user", "proxy", 0, &[], &["proxy"]),
        ("user", "ca", 0, &[], &["ca"]),
        ("user", "host", 3, &["host-cert-missing"], &["host"]),
        ("user", "--name ce.certok.test", 3, &["host-cert-missing"], &["cert", "host"]),
        ("user", "--vo shire.test", 3, &["proxy-missing"], &["cert", "proxy"]),
        ("user", "--voms require", 3, &["proxy-missing"], &["cert", "proxy"]),
    ] {
        let home = home(setup);
        let report = expect(&home, &format!("check {line}"), NOW, exit, ids, &[]);
        let items = report["items"].as_array().unwrap();
        let words: Vec<_> = items.iter().map(|item| &item["credential"]).collect();
        assert_eq!(words, judged, "{setup}: {line}");
    }
}

#[test]
fn contradictions() {
    for (line, words) in [
        ("nosuch", "`nosuch`"),
        ("cert --vo shire.test", "--vo is about the proxy"),
        ("token --voms require", "--voms require is about the proxy"),
        ("token --name ce.certok.test", "--name is about the host certificate"),
        ("host --name", "--name"),
        ("host --name https://ce.certok.test/", "only the name in it"),
        ("host --name ce.certok.test:443", "leave the port away"),
        ("host --name *.certok.test", "is a pattern"),
        ("ca --for 30d", "--for is about credentials"),
        ("ca --warn 30d", "--warn is about credentials"),
        ("ca --crl require", "--crl require is about credentials"),
        ("token --for tomorrow", "tomorrow"),
        ("token --warn tomorrow", "tomorrow"),
        ("token --proxy allow", "--proxy"),
        ("token --format alien", "`check` has no alien format"),
    ] {
        let run = home("user token").run(&format!("check {line}"));
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{line}: {}", run.err);
        assert!(run.err.contains(words), "{line}: {}", run.err);
    }
    let home = home("");
    let mut command = home.certok();
    let output = command.args(["check", "host", "--name", ""]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn how_long() {
    let user = &format!("{CAS} user");
    let token = &format!("{CAS} token");
    let proxy = &format!("{CAS} proxy=proxy/rfc3820.pem");
    let cases: &[Case<'_>] = &[
        (token, "check token --for 12h", END_OF_TOKEN - 43_200, 0, &[], &[]),
        (token, "check token --for 12h", END_OF_TOKEN - 43_199, 10, &["too-short"], &[]),
        (token, "check token --warn 12h", END_OF_TOKEN - 43_200, 0, &[], &[]),
        (
            token,
            "check token --warn 12h",
            END_OF_TOKEN - 43_199,
            0,
            &["ends-soon"],
            &["lifetime     warning      [ends-soon]", "see the warnings"],
        ),
        (proxy, "check proxy --for 1h", END_OF_PROXY - 3600, 0, &[], &[]),
        (proxy, "check proxy --for 1h", END_OF_PROXY - 3599, 10, &["too-short"], &[]),
        (proxy, "check proxy --warn 1h", END_OF_PROXY - 3600, 0, &[], &[]),
        (proxy, "check proxy --warn 1h", END_OF_PROXY - 3599, 0, &["ends-soon"], &[]),
        // --warn takes the place of the thirty days.
        (user, "check cert", END_OF_CERT - 10 * 86_400, 0, &["expires-soon"], &[]),
        (user, "check cert --warn 10d", END_OF_CERT - 10 * 86_400, 0, &[], &[]),
        (user, "check cert --warn 10d", END_OF_CERT - 863_999, 0, &["ends-soon"], &[]),
        (
            user,
            "check cert --warn 10d --strict",
            END_OF_CERT - 863_999,
            18,
            &["strict", "ends-soon"],
            &[],
        ),
        // Longer than everything: the certificate's own end comes first.
        (user, "check cert --for 5000w", NOW, 10, &["too-short", "too-short", "too-short"], &[]),
        (user, "check cert --for 12h --warn 30w", END_OF_CERT - 43_199, 10, &["too-short"], &[]),
        (
            user,
            "check cert",
            END_OF_CERT,
            0,
            &["alien-too-short", "expired"],
            &["nginx and Python ssl will refuse"],
        ),
        (
            user,
            "check cert",
            END_OF_CERT + 1,
            11,
            &["expired"],
            &["lifetime     failed       [expired]"],
        ),
    ];
    for (setup, line, at, exit, ids, words) in cases {
        expect(&Home::new(setup), line, *at, *exit, ids, words);
    }
}

#[test]
fn each_step() {
    // Setup, line, exit, steps that must be among those reported.
    for (setup, line, exit, wanted) in [
        (
            "user",
            "cert",
            0,
            &[
                "cert.found=ok",
                "cert.readable=ok",
                "cert.content=ok",
                "cert.safe=ok",
                "cert.key=ok",
                "cert.lifetime=ok",
                "cert.chain=ok",
                "cert.crl=unchecked",
                "cert.policy=ok",
            ][..],
        ),
        ("", "cert", 3, &["cert.found=failed", "cert.readable=unchecked", "cert.chain=unchecked"]),
        (
            "usercert=cert/healthy.pem",
            "cert",
            3,
            &["cert.found=failed", "cert.key=unchecked", "cert.chain=ok"],
        ),
        (
            "usercert=file/empty.pem userkey=key/rsa-pkcs1.pem",
            "cert",
            4,
            &["cert.content=failed", "cert.lifetime=unchecked", "cert.chain=unchecked"],
        ),
        (
            "usercert=cert/healthy.pem userkey=key/rsa-pkcs1.pem:644",
            "cert",
            16,
            &["cert.safe=failed", "cert.key=ok", "cert.chain=ok"],
        ),
        (
            "tokencert=token/user.pem tokenkey=token/user-key.pem:644",
            "token",
            0,
            &["token.safe=warning", "token.key=ok", "token.crl=unchecked"],
        ),
        (
            "usercert=cert/healthy.pem userkey=key/other.pem",
            "cert",
            15,
            &["cert.key=failed", "cert.lifetime=ok", "cert.chain=ok"],
        ),
        (
            "usercert=cert/healthy.pem userkey=key/encrypted-pbes2.pem",
            "cert",
            5,
            &["cert.key=unchecked", "cert.chain=ok"],
        ),
        (
            "usercert=cert/bad-signature.pem userkey=key/rsa-pkcs1.pem",
            "cert",
            13,
            &["cert.chain=failed", "cert.key=ok", "cert.crl=unchecked"],
        ),
        (
            "user",
            "cert --crl off --policy off",
            0,
            &["cert.crl=unchecked", "cert.policy=unchecked"],
        ),
        ("token", "token --crl require", 5, &["token.crl=unchecked", "token.chain=ok"]),
        ("user", "cert --ca-dir {home}/gone", 5, &["cert.chain=unchecked", "cert.key=ok"]),
        ("user", "cert --ca-file {testdata}/ca/certificates/Root.pem", 13, &["cert.chain=failed"]),
        ("user", "cert --purpose server", 15, &["cert.chain=failed"]),
        ("proxy=proxy/rfc3820.pem:644", "proxy", 16, &["proxy.safe=failed", "proxy.chain=ok"]),
        ("proxy=proxy/no-key.pem", "proxy", 4, &["proxy.key=failed", "proxy.chain=ok"]),
        ("proxy=proxy/rfc3820.pem", "proxy --vo shire.test", 15, &["proxy.voms=failed"]),
        (
            "proxy=voms/healthy.pem",
            "proxy --vomsdir {testdata}/voms/vomsdir",
            0,
            &["proxy.voms=ok"],
        ),
        ("proxy=voms/healthy.pem", "proxy --voms off", 0, &["proxy.voms=unchecked"]),
        ("user", "ca --ca-dir {home}/gone", 5, &["ca.found=unchecked", "ca.directory=unchecked"]),
        ("user", "ca", 0, &["ca.directory=ok"]),
    ] {
        let home = home(setup);
        let run = home.run(&format!("check {line} --at {NOW} --json"));
        let report = run.json();
        assert_eq!(run.code, exit, "{setup}: {line}\n{}", run.out);
        let quiet = home.run(&format!("check {line} --at {NOW} -q"));
        assert_eq!((quiet.code, quiet.out.as_str()), (exit, ""), "{setup}: {line}");
        let found = steps(&report);
        for step in wanted {
            assert!(found.contains(*step), "{setup}: {line}: no {step} in {found:#?}");
        }
    }
}

/// A located credential is judged in everything: no command knows worse of it than `check`.
#[test]
fn no_command_disagrees() {
    let mut rows = 0;
    for (folder, cert, key, word, noun) in [
        ("cert", "usercert", "userkey=key/rsa-pkcs1.pem", "cert", "cert"),
        ("file", "usercert", "userkey=key/rsa-pkcs1.pem", "cert", "cert"),
        ("proxy", "usercert", "userkey=key/rsa-pkcs1.pem", "cert", "cert"),
        ("key", "userkey", "usercert=cert/healthy.pem", "cert", "cert"),
        ("file", "userkey", "usercert=cert/healthy.pem", "cert", "cert"),
        ("token", "tokencert", "tokenkey=token/user-key.pem", "token", "token"),
        ("token", "tokencert", "", "token", "token"),
        ("cert", "tokencert", "tokenkey=key/rsa-pkcs1.pem", "token", "token"),
        ("file", "tokencert", "tokenkey=token/user-key.pem", "token", "token"),
        ("proxy", "proxy", "", "proxy", "proxy"),
        ("voms", "proxy", "", "proxy", "proxy"),
        ("file", "proxy", "", "proxy", "proxy"),
        ("cert", "proxy", "", "proxy", "proxy"),
    ] {
        for entry in std::fs::read_dir(run::testdata().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if !path.is_file() {
                continue;
            }
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            for mode in if rows % 5 == 0 { &["", ":666"][..] } else { &[""] } {
                let home = home(&format!("{cert}={folder}/{name}{mode} {key}"));
                agree(&home, word, noun);
                rows += 1;
            }
        }
    }
    assert!(rows > 300, "{rows}");
}

fn agree(home: &Home, word: &str, noun: &str) {
    let commands = [format!("{noun}-info"), format!("{noun}-verify"), format!("{noun}key-match")];
    let codes = commands.each_ref().map(|command| here(home, command).0);
    let rank = |code: &i64| {
        let exit = certok::report::EXITS.iter().find(|row| i64::from(row.1) == *code);
        exit.unwrap().0.rank()
    };
    let worst = *codes.iter().min_by_key(|code| rank(code)).unwrap();
    let (code, report) = here(home, &format!("check {word}"));
    let row = format!("{}: {codes:?}\n{report:#}", home.setup);
    assert_eq!(code, worst, "{row}");
    // What a step says is what the findings say.
    let findings = report["findings"].as_array().unwrap();
    let ids: BTreeSet<_> =
        findings.iter().map(|finding| &finding["id"]).map(Value::to_string).collect();
    for item in report["items"].as_array().unwrap() {
        for step in item["steps"].as_array().unwrap() {
            for id in step["findings"].as_array().unwrap() {
                assert!(ids.contains(&id.to_string()), "{row}");
            }
        }
    }
    let any = |state: &str| steps(&report).iter().any(|step| step.ends_with(state));
    match code {
        0 => assert!(!any("=failed"), "{row}"),
        5 => assert!(any("=unchecked") && !any("=failed"), "{row}"),
        _ => assert!(any("=failed"), "{row}"),
    }
}

/// What `line` says in this process, in full and quietly, which must agree.
fn here(home: &Home, line: &str) -> (i64, Value) {
    let variable = |name: &str, value: &str| (name.to_owned(), home.fill(value));
    let mut variables = vec![
        variable("HOME", "{home}"),
        variable("TMPDIR", "{home}/tmp"),
        variable("X509_CERT_DIR", "{testdata}/ca/certificates"),
    ];
    if line.contains("proxy") {
        variables.push(variable("X509_USER_PROXY", "{home}/tmp/x509up_u{uid}"));
    }
    let variables: Vec<(&str, &str)> =
        variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut env = Env::new(&variables, UnixTime(NOW));
    (env.uid, env.euid) = (home.uid, home.uid);
    let answer = |last: &str| {
        let words = ["certok"].into_iter().chain(line.split(' '));
        let words: Vec<OsString> = words.chain(["--no-input", last]).map(OsString::from).collect();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = certok::run(&words, &env, &Sandbox::Denied, &mut out, &mut err);
        (code, out)
    };
    let (code, out) = answer("--json");
    let report: Value = serde_json::from_slice(&out).unwrap();
    if !line.starts_with("check") {
        return (report["result"]["exit_code"].as_i64().unwrap(), report);
    }
    assert_eq!(answer("-q").0, code, "{}: {line} -q\n{report:#}", home.setup);
    (report["result"]["exit_code"].as_i64().unwrap(), report)
}

#[test]
fn hosts() {
    let name = "check host --name ce.certok.test";
    let (good, dns) = (&host("host/healthy.pem"), &host("host/wildcard.pem"));
    let with_cas = |setup: &str| format!("{CAS} {setup}");
    for (setup, line, exit, ids, words) in [
        (
            good.as_str(),
            "check host",
            0,
            &[][..],
            &["name         unchecked    --name was not given"][..],
        ),
        (good, name, 0, &[], &["name         ok           for ce.certok.test"]),
        (good, "check host --name ALIAS.certok.test.", 0, &[], &["for alias.certok.test"]),
        (
            good,
            "check host --name se.certok.test",
            15,
            &["host-name-mismatch"],
            &["but for DNS:ce.certok.test"],
        ),
        (good, "check host --name 192.0.2.7", 15, &["host-name-mismatch"], &[]),
        (dns, name, 0, &[], &[]),
        (dns, "check host --name certok.test", 15, &["host-name-mismatch"], &[]),
        (
            dns,
            "check host --name a.ce.certok.test",
            15,
            &["host-name-mismatch"],
            &["but for DNS:*.certok.test"],
        ),
        (&host("host/other-name.pem"), name, 15, &["host-name-mismatch"], &[]),
        (&host("host/other-name.pem"), "check host --name se.certok.test", 0, &[], &[]),
        (&host("host/address.pem"), "check host --name 192.0.2.7", 0, &[], &[]),
        (&host("host/address.pem"), "check host --name [2001:db8::7]", 0, &[], &[]),
        (
            &host("host/address.pem"),
            "check host --name 192.0.2.8",
            15,
            &["host-name-mismatch"],
            &["IP:192.0.2.7"],
        ),
        (
            &host("host/address-as-dns.pem"),
            "check host --name 192.0.2.7",
            15,
            &["host-name-mismatch"],
            &["as dNSName"],
        ),
        (
            &host("host/only-common-name.pem"),
            name,
            0,
            &["host-name-only-in-subject"],
            &["refused by: browsers, Go, rustls"],
        ),
        (&host("host/globus-common-name.pem"), name, 0, &["host-name-only-in-subject"], &[]),
        (
            &host("host/only-common-name.pem"),
            "check host --name se.certok.test",
            15,
            &["host-name-mismatch"],
            &["CN=ce.certok.test"],
        ),
        (&host("host/client-only.pem"), "check host", 15, &["wrong-purpose"], &["as server"]),
        (&host("host/client-only.pem"), "check host --purpose client", 0, &[], &[]),
        (&host("host/server-only.pem"), "check host", 0, &["server-only"], &["as client"]),
        (
            &host("host/server-only.pem"),
            "check host --purpose client",
            15,
            &["wrong-purpose"],
            &["as client"],
        ),
        (&host("host/server-only.pem"), "check host --purpose server", 0, &[], &[]),
        (
            &host("host/expired.pem"),
            name,
            11,
            &["expired"],
            &["host certificate", "request a new host certificate", "restart the services"],
        ),
        (
            &host_with("host/healthy.pem", "token/job-key.pem"),
            name,
            15,
            &["key-mismatch"],
            &["key          failed"],
        ),
        (
            &host_with("host/healthy.pem", "host/hostkey.pem:640"),
            name,
            16,
            &["key-readable"],
            &["safe         failed"],
        ),
        (&host_with("host/healthy.pem", "host/hostkey.pem:600"), name, 0, &[], &[]),
        (
            "$X509_HOST_CERT={testdata}/host/healthy.pem",
            "check host",
            3,
            &["host-key-missing"],
            &[],
        ),
        // Nobody's user certificate, but a host's all the same.
        (
            &host_with("token/host.pem", "token/host-key.pem"),
            "check host --name vobox.certok.test",
            0,
            &[],
            &[],
        ),
        // A variable names it, so the environment uses it.
        (good, "check", 0, &[], &["host certificate is good"]),
    ] {
        let mut home = home(&with_cas(setup));
        home.unset("X509_USER_PROXY");
        expect(&home, line, NOW, exit, ids, words);
    }
}

#[test]
fn owners_of_hosts() {
    if !run::is_root() {
        return;
    }
    let key = |home: &Home, uid| {
        for file in ["etc/cert.pem", "etc/key.pem"] {
            std::os::unix::fs::lchown(home.path(file), Some(uid), Some(uid)).unwrap();
        }
    };
    // Root looks at the copy of a service.
    let home = home(&host("host/healthy.pem"));
    key(&home, 4242);
    let ids = &["cert-not-owned", "key-not-owned"];
    expect(&home, "check host", NOW, 0, ids, &["safe         warning"]);
    // A user finds root's: the certificate is for all to see, the key is not.
    let mut home = self::home(&host("host/healthy.pem"));
    home.belongs_to(4242);
    key(&home, 0);
    let words = &["run this as root", "readable     failed"];
    expect(&home, "check host", NOW, 4, &["permission-denied"], words);
}

#[test]
fn lists() {
    let home = home("user");
    for (list, exit, wanted) in [
        ("crl/grid.pem", 0, ["cert.crl=ok", "cert.policy=unchecked"]),
        ("crl/expired.pem", 13, ["cert.crl=failed", "cert.chain=ok"]),
        ("crl/revokes-healthy.pem", 14, ["cert.crl=failed", "cert.key=ok"]),
    ] {
        let files = ["ca/certificates/Root.pem", "ca/certificates/Grid.pem"];
        let files = files.into_iter().chain(["crl/root.pem", list]);
        let bundle: Vec<u8> = files.flat_map(run::bytes).collect();
        home.write("etc/bundle.pem", &bundle, 0o644);
        let line = "check cert --ca-file {home}/etc/bundle.pem";
        let run = home.run(&format!("{line} --at {NOW} --json"));
        assert_eq!(run.code, exit, "{list}: {}", run.out);
        let found = steps(&run.json());
        for step in wanted {
            assert!(found.contains(step), "{list}: no {step} in {found:#?}");
        }
    }
}

#[test]
fn idtokens() {
    let of = |file: &str| home(&format!("{IDTOKENS} tokens.d/t=idtoken/{file}.token:600"));
    let end = NOW + 30 * 86_400;
    for (file, line, at, exit, ids, wanted) in [
        ("healthy", "check idtoken", NOW, 0, &[][..], "idtoken.accepted=ok"),
        ("healthy", "check idtoken --for 1h", end - 3600, 0, &[], "idtoken.lifetime=ok"),
        (
            "healthy",
            "check idtoken --for 1h",
            end - 3599,
            10,
            &["idtoken-too-short"],
            "idtoken.lifetime=failed",
        ),
        ("healthy", "check idtoken --warn 1h", end - 3600, 0, &[], "idtoken.lifetime=ok"),
        (
            "healthy",
            "check idtoken --warn 1h",
            end - 3599,
            0,
            &["ends-soon"],
            "idtoken.lifetime=warning",
        ),
        ("expired", "check idtoken", NOW, 11, &["idtoken-expired"], "idtoken.lifetime=failed"),
        (
            "other-key",
            "check idtoken",
            NOW,
            0,
            &["idtoken-not-verified"],
            "idtoken.accepted=unchecked",
        ),
    ] {
        let report = expect(&of(file), line, at, exit, ids, &[]);
        let found = steps(&report);
        assert!(found.contains(wanted), "{file}: {line}: {found:#?}");
        let word = &report["items"][0]["credential"];
        assert_eq!(word, "idtoken", "{file}: {line}");
    }
    // Found without being named; and missed when named.
    let found = expect(&of("expired"), "check", NOW, 11, &["idtoken-expired"], &[]);
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let ids = &["idtoken-none"];
    expect(&home("user"), "check idtoken", NOW, 3, ids, &["IDTOKENS: not-found"]);
}

#[test]
fn inline_and_unreadable() {
    let mut home = home("");
    home.set("JALIEN_TOKEN_CERT", &run::pem("token/user.pem"));
    home.set("JALIEN_TOKEN_KEY", &run::pem("token/user-key.pem"));
    let words = &["$JALIEN_TOKEN_CERT has no mode", "$JALIEN_TOKEN_CERT (its content)"];
    expect(&home, "check token", NOW, 0, &[], words);
    home.set("JALIEN_TOKEN_CERT", "");
    expect(&home, "check", NOW, 3, &["variable-empty"], &["found        failed"]);
    home.unset("HOME");
    home.unset("JALIEN_TOKEN_CERT");
    home.unset("JALIEN_TOKEN_KEY");
    let ids = &["token-missing", "home-unset", "proxy-missing"];
    expect(&home, "check", NOW, 3, ids, &[]);
    expect(&home, "check cert", NOW, 3, &["home-unset", "home-unset"], &["HOME is not set"]);
}

#[test]
fn a_passphrase_is_never_asked_for() {
    let home = home("usercert=cert/healthy.pem userkey=key/encrypted-pbes2.pem");
    let ids = &["key-encrypted"][..];
    expect(&home, "check cert", NOW, 5, ids, &["--passphrase-file"]);
    // Nobody asked for the pair: the rest decides.
    let words =
        &["; the encrypted key of the user certificate was not tried", "key          unchecked"];
    let note = &["crl-missing", "key-encrypted"];
    run::expect(&home, "check", NOW, 0, note, words);
    let old = self::home("usercert=cert/expired.pem userkey=key/encrypted-pbes2.pem");
    run::expect(&old, "check", NOW, 11, &["expired", "key-encrypted"], &[]);
    let line = "check --passphrase-file {home}/pass";
    home.write("pass", b"correct horse\n", 0o600);
    expect(&home, line, NOW, 0, &[], &["key          ok"]);
    home.write("pass", b"wrong\n", 0o600);
    let words = &["key          unchecked    [wrong-passphrase]"];
    expect(&home, line, NOW, 5, &["wrong-passphrase"], words);
}
