//! VOMS attributes of a proxy: what `proxy-verify` and `proxy-info` say of them.

mod run;

use run::{Home, NOW, bytes, expect};
use serde_json::Value;

const HOUR: i64 = 3600;

/// A home with one proxy, the CA directory of the fixtures and their list of VOMS servers.
fn home(proxy: &str) -> Home {
    Home::new(&format!(
        "user here/x509up=voms/{proxy}:600 $X509_USER_PROXY={{home}}/here/x509up \
         $X509_CERT_DIR={{testdata}}/ca/certificates $X509_VOMS_DIR={{testdata}}/voms/vomsdir"
    ))
}

const VERIFY: &str = "proxy-verify --crl off --policy off";

/// The item of the attributes.
fn attributes(report: &Value) -> &Value {
    let items = report["items"].as_array().unwrap();
    let found = items.iter().find(|item| item["kind"] == "voms");
    found.unwrap_or_else(|| panic!("no attributes in {report}"))
}

// Proxy, exit code, ids in order, words.
const CASES: &[(&str, i32, &[&str], &[&str])] = &[
    (
        "healthy.pem",
        0,
        &[],
        &[
            "VOMS attributes of alice verified",
            "VOMS attributes of alice (verified)",
            "/alice/production/Role=lcgadmin/Capability=NULL",
            "voms.certok.test:15000",
        ],
    ),
    ("none.pem", 0, &[], &[]),
    ("delegated.pem", 0, &[], &["VOMS attributes of alice (verified)"]),
    ("generic.pem", 0, &[], &["nickname = alice", "group = shire"]),
    ("two-vos.pem", 0, &[], &["VOMS attributes of alice, shire.test verified"]),
    ("no-certificates.pem", 5, &["voms-no-server-certificate"], &["voms/vomsdir/alice"]),
    (
        "holder-by-issuer.pem",
        0,
        &["voms-holder-form"],
        &["refused by: VOMS Java API", "issuer and serial number"],
    ),
    ("holder-by-name.pem", 13, &["voms-malformed"], &["by entityName alone"]),
    ("sha1.pem", 0, &["voms-sha1-signature"], &["sha1WithRSAEncryption"]),
    ("targets.pem", 0, &["voms-targeted"], &["se.certok.test, ce.certok.test"]),
    (
        "expired.pem",
        11,
        &["voms-expired"],
        &["2026-06-01 11:00:00 UTC (1 hour ago)", "voms-proxy-init --voms alice", "(not verified)"],
    ),
    ("not-yet-valid.pem", 12, &["voms-not-yet-valid"], &["2026-06-01 13:00:00 UTC (in 1 hour)"]),
    ("never-valid.pem", 13, &["voms-malformed"], &["before they start"]),
    ("malformed.pem", 13, &["voms-malformed"], &["attributeCertificate (byte 8): cut short"]),
    (
        "other-serial.pem",
        15,
        &["voms-holder-mismatch"],
        &["serial number 42, but the proxy was made from"],
    ),
    ("other-holder.pem", 15, &["voms-holder-mismatch"], &["CN=Bob Baker", "CN=Alice Adams"]),
    ("bad-signature.pem", 13, &["voms-bad-signature"], &["CN=voms.certok.test"]),
    ("md5.pem", 13, &["voms-forbidden-algorithm"], &["md5WithRSA"]),
    ("md2.pem", 13, &["voms-bad-signature", "voms-forbidden-algorithm"], &["md2WithRSA"]),
    (
        "algorithm-differs.pem",
        13,
        &["voms-bad-signature", "voms-bad-signature"],
        &["differs from sha512WithRSAEncryption"],
    ),
    (
        "unknown-algorithm.pem",
        13,
        &["voms-bad-signature", "voms-unsupported-algorithm"],
        &["1.2.3.4"],
    ),
    ("issuer-differs.pem", 13, &["voms-issuer-mismatch"], &["CN=Somebody"]),
    ("key-id-differs.pem", 13, &["voms-issuer-mismatch"], &["another key"]),
    ("no-rev-avail-missing.pem", 13, &["voms-extension"], &["noRevAvail"]),
    ("critical-no-rev-avail.pem", 13, &["voms-extension"], &["noRevAvail marked as critical"]),
    ("unknown-critical.pem", 13, &["voms-extension"], &["unknown critical extension 1.2.3.4.5"]),
    ("foreign-attribute.pem", 13, &["voms-foreign-attribute"], &["/shire.test/Role=NULL"]),
    ("server-expired.pem", 13, &["voms-issuer-untrusted"], &["expired on 2026-01-01"]),
    (
        "server-of-stranger.pem",
        13,
        &["voms-lsc-mismatch", "voms-issuer-untrusted"],
        &["line 2 has the issuer DN /DC=org/DC=certok/CN=Certok Test Grid CA, the certificate \
             has /DC=org/DC=certok/CN=Certok Test Strangers"],
    ),
    // Its LSC file ends too early.
    ("with-chain.pem", 13, &["voms-lsc-mismatch"], &["ends at line 2"]),
];

#[test]
fn attributes_are_judged() {
    for (proxy, exit, ids, words) in CASES {
        let home = home(proxy);
        let report = expect(&home, VERIFY, NOW, *exit, ids, words);
        if *proxy == "none.pem" || *proxy == "malformed.pem" {
            continue;
        }
        assert_eq!(attributes(&report)["verified"], *exit == 0, "{proxy}");
    }
}

#[test]
fn facts_are_for_machines_too() {
    let report = home("healthy.pem").run(&format!("{VERIFY} --at {NOW} --json")).json();
    let voms = attributes(&report);
    assert_eq!(voms["vo"], "alice");
    assert_eq!(
        voms["fqans"],
        serde_json::json!([
            "/alice/Role=NULL/Capability=NULL",
            "/alice/production/Role=lcgadmin/Capability=NULL"
        ])
    );
    let second = &voms["attributes"][1];
    assert_eq!(
        (&second["group"], &second["role"]),
        (&"/alice/production".into(), &"lcgadmin".into())
    );
    assert_eq!(voms["attributes"][0]["role"], Value::Null);
    assert_eq!(voms["policy_authority"], "alice://voms.certok.test:15000");
    assert_eq!(voms["server"], "voms.certok.test:15000");
    assert_eq!(voms["seconds_left"], 6 * HOUR);
    assert_eq!(voms["not_after"]["epoch"], NOW + 6 * HOUR);
    assert_eq!(voms["holder"]["slash"], "/DC=org/DC=certok/OU=People/CN=Alice Adams");
    assert_eq!(voms["issuer"]["slash"], "/DC=org/DC=certok/OU=Hosts/CN=voms.certok.test");
    assert_eq!(voms["serial"], "07");
}

/// Both ends are good seconds, and there is no leeway. The proxy itself ends with its attributes.
#[test]
fn ends_are_inclusive() {
    let home = home("not-yet-valid.pem");
    for (at, exit, ids) in [
        (NOW + HOUR - 1, 12, &["voms-not-yet-valid"][..]),
        (NOW + HOUR, 0, &[]),
        (NOW + 2 * HOUR, 0, &[]),
        (NOW + 2 * HOUR + 1, 11, &["voms-expired"]),
    ] {
        expect(&home, VERIFY, at, exit, ids, &[]);
        let mut ids = ids.to_vec();
        ids.retain(|id| id.starts_with("voms"));
        expect(&home, "proxy-info", at, exit, &ids, &[]);
    }
}

#[test]
fn need_covers_the_attributes() {
    let home = home("not-yet-valid.pem");
    let at = NOW + HOUR;
    expect(&home, &format!("{VERIFY} --for 1h"), at, 0, &[], &[]);
    let words = &["end on 2026-06-01 14:00:00 UTC (in 1 hour), 1 hour 1 minute are needed"];
    let short = &["voms-too-short"];
    expect(&home, &format!("{VERIFY} --for 61m"), at, 10, short, words);
    expect(&home, "proxy-info --for 61m", at, 10, short, words);
}

#[test]
fn a_vo_can_be_asked_for() {
    for (proxy, options, exit, ids, word) in [
        ("healthy.pem", "--vo alice", 0, &[][..], "verified"),
        ("healthy.pem", "--voms require", 0, &[], "verified"),
        (
            "healthy.pem",
            "--vo atlas",
            15,
            &["voms-missing"],
            "no VOMS attributes of the VO atlas, but of alice",
        ),
        ("two-vos.pem", "--vo atlas", 15, &["voms-missing"], "but of alice, shire.test"),
        ("two-vos.pem", "--vo shire.test", 0, &[], "verified"),
        ("none.pem", "--vo alice", 15, &["voms-missing"], "voms-proxy-init --voms alice"),
        ("none.pem", "--voms require", 15, &["voms-missing"], "carries no VOMS attributes"),
        ("none.pem", "--voms if-present", 0, &[], "verifies"),
        ("none.pem", "--voms off", 0, &[], "verifies"),
        (
            "expired.pem",
            "--voms off",
            0,
            &["voms-not-checked"],
            "attributes of alice were not checked",
        ),
        ("expired.pem", "--vo alice", 11, &["voms-expired"], "1 hour ago"),
    ] {
        let command = format!("{VERIFY} {options}");
        expect(&home(proxy), &command, NOW, exit, ids, &[word]);
    }
    let wrong = home("healthy.pem").run("proxy-verify --vo alice --voms off");
    assert_eq!(wrong.code, 2, "{}", wrong.err);
}

#[test]
fn info_describes_and_watches_the_clock() {
    for (proxy, options, exit, ids, word) in [
        ("healthy.pem", "", 0, &[][..], "VOMS attributes of alice for 6 hours"),
        ("healthy.pem", "--vo alice", 0, &[], "/alice/Role=NULL/Capability=NULL"),
        ("healthy.pem", "--vo atlas", 15, &["voms-missing"], "but of alice"),
        ("none.pem", "--vo alice", 15, &["voms-missing"], "no VOMS attributes"),
        ("expired.pem", "", 11, &["voms-expired"], "1 hour ago"),
        // Nobody's word is asked for: who signed is another question.
        ("server-of-stranger.pem", "", 0, &[], "VOMS attributes of alice\n"),
        ("malformed.pem", "", 13, &["voms-malformed"], "cut short"),
    ] {
        let command = format!("proxy-info {options}");
        expect(&home(proxy), &command, NOW, exit, ids, &[word]);
    }
}

// --- the list of VOMS servers

const SERVER: &str = "/DC=org/DC=certok/OU=Hosts/CN=voms.certok.test";
const CA: &str = "/DC=org/DC=certok/CN=Certok Test Grid CA";
const ROOT: &str = "/DC=org/DC=certok/CN=Certok Test Root";

fn with_list(proxy: &str, files: &[(&str, String)]) -> Home {
    let mut home = home(proxy);
    std::fs::create_dir(home.path("list")).unwrap();
    for (name, text) in files {
        home.write(&format!("list/{name}"), text.as_bytes(), 0o644);
    }
    home.set("X509_VOMS_DIR", "{home}/list");
    home
}

#[test]
fn lsc_files_decide() {
    let good = format!("{SERVER}\n{CA}\n");
    let old = format!("{SERVER}\n{CA} old\n");
    for (text, exit, ids, word) in [
        (good.clone(), 0, &[][..], "verified"),
        (format!("# ours\n\n{SERVER}\r\n{CA}\r\n"), 0, &[], "verified"),
        (format!("{old}------ NEXT CHAIN ------\n{good}"), 0, &[], "verified"),
        (format!("{old}------NEXT CHAIN------\n{good}"), 0, &[], "verified"),
        (format!("{good}{CA}\n{ROOT}\n"), 0, &["voms-lsc-longer"], "describes more certificates"),
        (old, 13, &["voms-lsc-mismatch"], "voms.certok.test.lsc does not match"),
        (format!("{CA}\n{SERVER}\n"), 13, &["voms-lsc-mismatch"], "line 1 has the subject DN"),
        (
            format!("{good}{CA}\n"),
            5,
            &["voms-lsc-malformed"],
            "line 3: the issuer of /DC=org/DC=certok/CN=Certok Test Grid CA is missing",
        ),
        (String::new(), 5, &["voms-lsc-malformed"], "line 1: no name in it"),
        ("hello\n".to_owned(), 5, &["voms-lsc-malformed"], "`hello` is not a name"),
    ] {
        let home = with_list("healthy.pem", &[("alice/voms.certok.test.lsc", text)]);
        expect(&home, VERIFY, NOW, exit, ids, &[word]);
    }
}

#[test]
fn a_chain_of_certificates_needs_a_chain_of_lines() {
    let chain = String::from_utf8(bytes("voms/server/chain.lsc")).unwrap();
    let home = with_list("with-chain.pem", &[("alice/voms.certok.test.lsc", chain)]);
    expect(&home, VERIFY, NOW, 0, &[], &["verified"]);
}

#[test]
fn without_an_lsc_file() {
    let server = String::from_utf8(bytes("voms/server/server.pem")).unwrap();
    let other = String::from_utf8(bytes("cert/healthy.pem")).unwrap();
    let missing = &["voms-lsc-missing"][..];
    for (proxy, files, exit, ids, word) in [
        ("healthy.pem", &[][..], 5, missing, "list has no folder alice"),
        (
            "healthy.pem",
            &[("alice/old.lsc", format!("{SERVER}\n{CA}\n"))],
            5,
            missing,
            "voms.certok.test.lsc is missing; there is old.lsc",
        ),
        ("healthy.pem", &[("alice/x.pem", other.clone())], 5, missing, SERVER),
        ("healthy.pem", &[("alice/x.pem", server.clone())], 0, &[], "verified"),
        ("healthy.pem", &[("x.pem", server.clone())], 0, &[], "verified"),
        // An LSC file says nothing of a certificate that is not at hand.
        ("no-certificates.pem", &[("alice/x.pem", server.clone())], 0, &[], "verified"),
        (
            "no-certificates.pem",
            &[("alice/voms.certok.test.lsc", format!("{SERVER}\n{CA}\n"))],
            5,
            &["voms-no-server-certificate"],
            "bring no certificate of their server voms.certok.test",
        ),
        // What is certain is said first.
        ("bad-signature.pem", &[], 13, &["voms-bad-signature", "voms-lsc-missing"], "missing"),
    ] {
        let home = with_list(proxy, files);
        expect(&home, VERIFY, NOW, exit, ids, &[word]);
    }
}

/// The certificate that made the signature stands behind as many files as are read, or one more.
#[test]
fn a_server_beyond_the_limit_of_files_is_undecided() {
    let server = String::from_utf8(bytes("voms/server/server.pem")).unwrap();
    for (others, exit, ids, word) in [
        (999, 0, &[][..], "verified"),
        (1000, 5, &["search-limit"], "the limit of 1000 files of one folder"),
    ] {
        let home = with_list("no-certificates.pem", &[("alice/x.pem", server.clone())]);
        for number in 0..others {
            home.write(&format!("list/alice/a{number}"), b"", 0o644);
        }
        expect(&home, VERIFY, NOW, exit, ids, &[word]);
    }
}

#[test]
fn the_list_is_located() {
    let nothing = &["voms-dir-unusable"][..];
    for (value, exit, ids, word) in [
        ("", 5, nothing, "X509_VOMS_DIR is set, but empty"),
        ("{home}/nothing", 5, nothing, "X509_VOMS_DIR points to {home}/nothing"),
        ("{home}/here/x509up", 5, nothing, "is a file, not a directory"),
        ("{testdata}/voms/vomsdir", 0, &[], "verified"),
    ] {
        let mut home = home("healthy.pem");
        home.set("X509_VOMS_DIR", value);
        expect(&home, VERIFY, NOW, exit, ids, &[word]);
        // The option goes before the variable, and without attributes nothing is looked up.
        let command = format!("{VERIFY} --vomsdir {{testdata}}/voms/vomsdir");
        expect(&home, &command, NOW, 0, &[], &["verified"]);
        home.write("here/x509up", &bytes("voms/none.pem"), 0o600);
        expect(&home, VERIFY, NOW, 0, &[], &[]);
    }
    let home = home("healthy.pem");
    let command = format!("{VERIFY} --vomsdir {{home}}/nothing");
    expect(&home, &command, NOW, 5, nothing, &["--vomsdir points to {home}/nothing"]);
}

/// Attributes are never said to hold where the proxy itself does not.
#[test]
fn nothing_is_verified_below_a_refused_proxy() {
    let mut home = home("healthy.pem");
    std::fs::create_dir(home.path("empty")).unwrap();
    home.set("X509_CERT_DIR", "{home}/empty");
    let run = home.run(&format!("{VERIFY} --at {NOW} --json"));
    assert_eq!(run.code, 13, "{}", run.out);
    assert_eq!(attributes(&run.json())["verified"], false);
    let expired = NOW + 7 * HOUR;
    let run =
        home.run(&format!("{VERIFY} --at {expired} --json --ca-dir {{testdata}}/ca/certificates"));
    assert_eq!(run.code, 11, "{}", run.out);
    assert_eq!(attributes(&run.json())["verified"], false);
}
