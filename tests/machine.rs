//! What monitors and HTCondor read, held against strict readers: of every command, and of reports
//! that try to break out of each format. `tests/peers/formats.sh` asks the real readers.

mod readers;
mod run;

use std::collections::BTreeMap;

use certok::render::{classad, nagios, prometheus};
use certok::report::{EXITS, Exit, Finding, Item, NameForms, Report, Rule, Value};
use certok::text::time::{Seconds, UnixTime};
use readers::Attribute;
use run::{Home, NOW};

/// Homes and commands, with the exit code and the status for a monitor.
const RUNS: &[(&str, &str, i32, &str)] = &[
    (
        "user token proxy=proxy/rfc3820.pem $X509_CERT_DIR={testdata}/ca/certificates",
        "status",
        0,
        "OK",
    ),
    ("user", "cert-info", 0, "OK"),
    ("user", "cert-info --for 52w", 10, "WARNING"),
    ("user usercert=cert/expired.pem", "cert-info", 11, "CRITICAL"),
    ("user usercert=cert/not-yet-valid.pem", "cert-info", 12, "CRITICAL"),
    ("", "cert-info", 3, "UNKNOWN"),
    ("user usercert=file/bad-base64.pem", "cert-info", 4, "UNKNOWN"),
    ("", "status", 3, "UNKNOWN"),
    ("token", "token-info", 0, "OK"),
    ("proxy=proxy/rfc3820.pem", "proxy-info", 0, "OK"),
    ("user", "cert-verify --ca-dir {testdata}/ca/certificates", 0, "OK"),
    ("user", "cert-verify --ca-dir {home}/nothing", 5, "UNKNOWN"),
    (
        "user usercert=cert/bad-signature.pem",
        "cert-verify --ca-dir {testdata}/ca/certificates",
        13,
        "CRITICAL",
    ),
    (
        "",
        "cert-verify --ca-dir {testdata}/ca/certificates {testdata}/cert/healthy.pem \
         {testdata}/cert/expired.pem {testdata}/cert/odd-dn.pem {home}/nothing",
        11,
        "CRITICAL",
    ),
    ("user", "certkey-match", 0, "OK"),
    ("usercert=cert/healthy.pem userkey=key/other.pem", "certkey-match", 15, "CRITICAL"),
    ("usercert=cert/healthy.pem userkey=key/rsa-pkcs1.pem:644", "cert-info", 0, "WARNING"),
    (
        "usercert=cert/healthy.pem userkey=key/rsa-pkcs1.pem:644",
        "cert-info --strict",
        18,
        "WARNING",
    ),
    ("token", "token", 0, "OK"),
    ("", "token", 3, "UNKNOWN"),
    ("token", "token-destroy --dry-run", 0, "OK"),
    ("", "ca-check {testdata}/ca/certificates", 0, "OK"),
    ("", "ca-check {home}/nothing", 3, "UNKNOWN"),
    ("", "ca-info {testdata}/ca/certificates", 0, "OK"),
    (
        "",
        "idtoken-info {testdata}/idtoken/ends-never.token {testdata}/idtoken/alg-none.token",
        13,
        "CRITICAL",
    ),
    ("", "explain", 0, "OK"),
    ("", "explain expired", 0, "OK"),
    ("", "explain nonsense", 2, "UNKNOWN"),
    ("", "man", 0, "OK"),
    ("", "completions bash", 0, "OK"),
    ("", "nonsense", 2, "UNKNOWN"),
    ("", "cert-info --nonsense|x", 2, "UNKNOWN"),
    ("", "demo", 2, "UNKNOWN"),
];

fn nagios_code(status: &str) -> i32 {
    let names = ["OK", "WARNING", "CRITICAL", "UNKNOWN"];
    i32::try_from(names.iter().position(|name| *name == status).unwrap()).unwrap()
}

#[test]
fn every_command_in_every_format() {
    for (setup, command, code, status) in RUNS {
        let home = Home::new(setup);
        let command = format!("--at {NOW} {command}");
        let line = home.run(&format!("{command} --format nagios"));
        let row = format!("{setup}: {command}\n{}{}", line.out, line.err);
        let read = readers::nagios(&line.out).unwrap_or_else(|e| panic!("{e}: {row}"));
        assert_eq!(read.status, *status, "{row}");
        assert_eq!(line.code, nagios_code(status), "{row}");
        assert_eq!(line.err, "", "{row}");
        if *code != 2 {
            let quiet = home.run(&format!("{command} --format nagios -q"));
            assert_eq!((quiet.code, quiet.out.as_str()), (line.code, ""), "{row}");
        }
        let metrics = home.run(&format!("{command} --format prometheus"));
        let series = readers::prometheus(&metrics.out)
            .unwrap_or_else(|e| panic!("{e}: {command}\n{}", metrics.out));
        assert_eq!(metrics.code, *code, "{row}");
        let exit = series.iter().find(|((name, _), _)| name == "certok_exit_code");
        assert_eq!(exit.map(|(_, value)| *value), Some(f64::from(*code)), "{row}");
        let ad = home.run(&format!("{command} --format classad"));
        let attributes =
            readers::classad(&ad.out).unwrap_or_else(|e| panic!("{e}: {command}\n{}", ad.out));
        assert_eq!(ad.code, *code, "{row}");
        let exit = attributes.iter().find(|(name, _)| name.ends_with("ExitCode"));
        let expected = Attribute::Int(i64::from(*code));
        assert_eq!(exit.map(|(_, value)| value), Some(&expected), "{row}");
        for run in [&line, &metrics, &ad] {
            run.expect_no_secret(&row);
        }
    }
}

#[test]
fn every_exit_has_a_status() {
    for (exit, code, ..) in EXITS {
        let status = nagios::Status::of(*exit, false).code();
        let expected = match code {
            0 => 0,
            10 | 18 => 1,
            11..=17 => 2,
            _ => 3,
        };
        assert_eq!(status, expected, "{code}");
    }
    assert_eq!(nagios::Status::of(Exit::Ok, true).code(), 1);
    assert_eq!(nagios::Status::of(Exit::Expired, true).code(), 2);
}

#[test]
fn thresholds_and_the_least() {
    let mut home = Home::new("user token $X509_CERT_DIR={testdata}/ca/certificates");
    home.unset("X509_USER_PROXY");
    let run = home.run(&format!("--at {NOW} status --for 2w --format nagios"));
    let line = readers::nagios(&run.out).unwrap();
    let datum = |label: &str| line.data.iter().find(|datum| datum.0 == label).unwrap();
    let (_, token, unit, [warn, crit, ..]) = datum("token_seconds_left");
    assert_eq!((unit.as_str(), warn.as_str(), crit.as_str()), ("s", "1209600:", "0:"));
    assert!(*token < datum("user_certificate_seconds_left").1);
    assert_eq!(datum("least_seconds_left").1, *token);
    assert_eq!(datum("errors").1, 0);
}

#[test]
fn a_series_has_a_whole_identity() {
    let home = Home::new("");
    let files = "{testdata}/cert/healthy.pem {testdata}/cert/expired.pem";
    let run = home.run(&format!("--at {NOW} cert-info --format prometheus {files}"));
    let series = readers::prometheus(&run.out).unwrap();
    let ends = series.iter().filter(|((name, _), _)| name == "certok_not_after_timestamp_seconds");
    let ends: Vec<_> = ends.collect();
    assert_eq!(ends.len(), 2);
    for ((_, labels), _) in ends {
        for label in ["command", "kind", "from", "issuer", "serial", "subject"] {
            assert!(labels.contains_key(label), "no {label}: {labels:?}");
        }
    }
    let states = series.iter().filter(|((name, _), _)| name == "certok_item_exit_code");
    let states: BTreeMap<&str, f64> = states
        .map(|((_, labels), code)| (labels["file"].rsplit('/').next().unwrap(), *code))
        .collect();
    assert_eq!(states, BTreeMap::from([("expired.pem", 11.0), ("healthy.pem", 0.0)]));
    let files = "cert={testdata}/cert/healthy.pem cert={testdata}/cert/expired.pem";
    let run = home.run(&format!("--at {NOW} check --format prometheus {files}"));
    let series = readers::prometheus(&run.out).unwrap();
    let steps = series.iter().filter(|((_, labels), _)| labels.contains_key("step"));
    let lifetimes = steps.filter(|((_, labels), _)| labels["step"] == "lifetime");
    let codes: BTreeMap<&str, f64> = lifetimes
        .map(|((_, labels), code)| (labels["from"].rsplit('/').next().unwrap(), *code))
        .collect();
    assert_eq!(codes, BTreeMap::from([("expired.pem", 11.0), ("healthy.pem", 0.0)]));
}

/// Texts that try to break out, each of at least one format.
const TRICKS: &[&str] = &[
    "",
    "|",
    "a | b=1;2;3 'c'=4",
    "\"",
    "\\",
    "\\\"",
    "ends with \\",
    "ends with \\\\",
    "a\" = 1",
    "a\nCertokOk = true",
    "a\r\n- update:true",
    "\"} 1\ncertok_exit_code 0",
    "# HELP x",
    "tab\tnul\0bell\u{7}esc\u{1b}[31m",
    "\u{202e}turned \u{2028} line \u{85} feed",
    "Zoë Ångström 証明書 \u{1F511}",
    "-----BEGIN PRIVATE KEY-----\nMIIE\nabc\n-----END PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nMIIEabc",
    "{x=\"y\"}",
];

static BAD: Rule =
    Rule { id: "sample-error", exit: Exit::Expired, what: "something is wrong", ..Rule::ERROR };

static NOTE: Rule = Rule { id: "sample-note", what: "something is so", ..Rule::INFO };

fn name(text: &str) -> Value {
    Value::Name(Box::new(NameForms {
        rfc4514: text.to_owned(),
        ambiguous: false,
        slash: text.to_owned(),
        screen: text.to_owned(),
        alien: text.to_owned(),
        rdns: Vec::new(),
    }))
}

fn item(text: &str, end: i64) -> Item {
    let mut item = Item::new("certificate", text);
    item.fact("from", "file", Value::Text(text.to_owned()));
    item.fact("subject", "subject", name(text));
    item.fact("state", "state", Value::Text(text.to_owned()));
    item.fact("not_after", "valid until", Value::Time(UnixTime(end)));
    item.machine("good", Value::Bool(true));
    item.machine("count", Value::Int(i64::MAX));
    item.machine("bytes_total", Value::Int(i64::MIN));
    item.machine("lasts", Value::Span(Seconds(-1)));
    item.machine("nothing", Value::Unknown);
    item.machine("texts", Value::Texts(vec![text.to_owned()]));
    item
}

/// Every format reads what the renderers write of `report`, and no key is in it.
fn read_all(report: &Report) -> (readers::Line, readers::Series, BTreeMap<String, Attribute>) {
    let line = nagios::render(report, Seconds(3600));
    let metrics = prometheus::render(report);
    let ad = classad::render(report);
    for text in [&line, &metrics, &ad] {
        assert!(!text.contains("MIIE"), "{text}");
    }
    (
        readers::nagios(&line).unwrap_or_else(|e| panic!("{e}: {line}")),
        readers::prometheus(&metrics).unwrap_or_else(|e| panic!("{e}: {metrics}")),
        readers::classad(&ad).unwrap_or_else(|e| panic!("{e}: {ad}")),
    )
}

#[test]
fn nothing_breaks_out() {
    for trick in TRICKS {
        let mut report = Report::new("cert-info", UnixTime(NOW));
        report.findings.push(BAD.found(format!("{trick} is wrong: {trick}")));
        report.items.push(item(trick, 1));
        let (line, series, ad) = read_all(&report);
        assert_eq!(line.status, "CRITICAL", "{trick}");
        let exits = series.keys().filter(|(name, _)| name == "certok_exit_code");
        assert_eq!(exits.count(), 1, "{trick}");
        assert_eq!(ad["CertokCertInfoOk"], Attribute::Bool(false), "{trick}");
        assert_eq!(ad.get("CertokOk"), None, "{trick}");
        let mut good = Report::new("cert-info", UnixTime(NOW));
        (*trick).clone_into(&mut good.good);
        good.good.push('.');
        read_all(&good);
    }
}

#[test]
fn texts_come_through() {
    for text in ["plain", "Zoë 証明書", "a \"quoted\" word", "back\\slash\\", "\\\"both\\\""] {
        let mut report = Report::new("cert-info", UnixTime(NOW));
        text.clone_into(&mut report.good);
        report.items.push(item(text, 1));
        let (line, series, ad) = read_all(&report);
        assert_eq!(line.text, text);
        assert!(series.keys().any(|(_, labels)| labels.get("subject").is_some_and(|s| s == text)));
        let expected = Attribute::Text(text.to_owned());
        assert_eq!(ad["CertokCertInfoCertificateSubject"], expected);
    }
}

#[test]
fn nothing_and_too_much() {
    let mut empty = Report::new("status", UnixTime(0));
    "nothing to say".clone_into(&mut empty.good);
    let (line, ..) = read_all(&empty);
    assert_eq!(line.status, "OK");
    let mut full = Report::new("ca-check", UnixTime(NOW));
    let found = |n: usize| -> Finding {
        if n.is_multiple_of(2) {
            BAD.found(format!("number {n} {}", "x".repeat(100)))
        } else {
            NOTE.found(format!("number {n}"))
        }
    };
    full.findings = (0..100_000).map(found).collect();
    // Neither names nor numbers tell them apart but in pairs.
    full.items = (0..20_000).map(|n| item("same", n / 2)).collect();
    full.findings[0].message = "long ".repeat(10_000);
    let (line, series, ad) = read_all(&full);
    assert!(line.text.ends_with(" (and 49999 more errors)"), "{}", line.text);
    assert!(line.data.iter().any(|datum| datum.0 == "least_seconds_left" && datum.1 == -NOW));
    let by_id = series.iter().filter(|((name, _), _)| name == "certok_findings_by_id");
    assert!(by_id.map(|(_, count)| *count).eq([50_000.0, 50_000.0]));
    let ends = series.keys().filter(|(name, _)| name == "certok_not_after_timestamp_seconds");
    assert_eq!(ends.count(), 10_000);
    assert_eq!(ad["CertokCaCheckItemsLeftOut"], Attribute::Int(19_950));
    assert!(ad.len() < 1000, "{}", ad.len());
}

#[test]
fn names_that_are_no_text() {
    use std::os::unix::ffi::OsStrExt as _;
    let home = Home::new("");
    let names: [&[u8]; 2] = [b"one\xff.pem", b"two|\"\\\n\x1b\xfe.pem"];
    for name in names {
        let path = home.path("").join(std::ffi::OsStr::from_bytes(name));
        std::fs::write(path, run::bytes("cert/expired.pem")).unwrap();
    }
    let mut list = Vec::new();
    // A line end in a name cannot be listed.
    list.extend(b"one\xff.pem\n");
    for (format, reads) in [
        ("nagios", (|out| readers::nagios(out).map(|_| ())) as fn(&str) -> Result<(), String>),
        ("prometheus", |out| readers::prometheus(out).map(|_| ())),
        ("classad", |out| readers::classad(out).map(|_| ())),
        ("jsonl", |out| {
            let lines = out.lines().map(serde_json::from_str::<serde_json::Value>);
            let lines: Result<Vec<_>, _> = lines.collect();
            lines.map(|_| ()).map_err(|e| e.to_string())
        }),
    ] {
        let mut command = home.certok();
        command.args(["cert-info", "--at", "1780315200", "--format", format]);
        command.args(names.map(std::ffi::OsStr::from_bytes));
        let out = command.output().unwrap();
        let text = String::from_utf8(out.stdout).unwrap();
        reads(&text).unwrap_or_else(|e| panic!("{format}: {e}\n{text}"));
        let line = format!("cert-info --at {NOW} --format {format} --files-from -");
        let listed = home.run_with(&line, &list);
        reads(&listed.out).unwrap_or_else(|e| panic!("{format}: {e}\n{}", listed.out));
        assert!(listed.out.contains('\u{fffd}'), "{}", listed.out);
    }
}

#[test]
fn the_readers_are_strict() {
    for bad in [
        "CERTOK OK - x",
        "CERTOK GOOD - x\n",
        "CERTOK OK - \n",
        "CERTOK OK - x|a=1|b=2\n",
        "CERTOK OK - x\ny\n",
        "CERTOK OK - x|a=1 a=2\n",
        "CERTOK OK - x|a b=1\n",
        "CERTOK OK - x|a=one\n",
        "CERTOK OK - x|a=1;x\n",
        "CERTOK OK - x|a=1;;;;;1\n",
    ] {
        assert!(readers::nagios(bad).is_err(), "{bad}");
    }
    let head = "# HELP certok_x Help.\n# TYPE certok_x gauge\n";
    assert!(readers::prometheus(&format!("{head}certok_x{{a=\"b\"}} 1\n")).is_ok());
    for bad in [
        "certok_x{a=\"b\"} 1",
        "certok_x{a=\"b\"} 1 1780315200\n",
        "certok_x{a=\"b} 1\n",
        "certok_x{a=\"b\",} 1\n",
        "certok_x{a=\"\\x\"} 1\n",
        "certok_x{a=\"b\",a=\"c\"} 1\n",
        "certok_y{a=\"b\"} 1\n",
        "certok_x{a=\"b\"} 1\ncertok_x{a=\"b\"} 2\n",
        "certok_x{a=\"b\"} one\n",
        "\n",
    ] {
        assert!(readers::prometheus(&format!("{head}{bad}")).is_err(), "{bad}");
    }
    for bad in [
        "CertokA = 1",
        "Ok = 1\n",
        "CertokA = one\n",
        "CertokA = \"a\"b\"\n",
        "CertokA = \"a\n",
        "CertokA = 1\ncertoka = 2\n",
        "CertokA = 1\nCERTOKA = 2\n",
        "- update:true\n",
    ] {
        assert!(readers::classad(bad).is_err(), "{bad}");
    }
}
