//! `who`: what each consumer would do with the fixtures, and why.

mod setup;

use serde_json::Value;
use setup::{As, Place};

/// A script, and who does not take what it asks about: the finding, then the tools; `?` where it is
/// not known. Everybody else takes it.
const CASES: &[(&str, &str)] = &[];

/// What `script` says, in the form of the table.
fn said(script: &str) -> String {
    let place = Place::new(As::Anybody, &[]).unwrap();
    let (out, err, _) = place.run(script);
    let report: Value =
        serde_json::from_str(&out).unwrap_or_else(|_| panic!("{script}\n{out}{err}"));
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for row in report["acceptance"].as_array().unwrap_or_else(|| panic!("{script}\n{out}")) {
        let mark = match row["accepts"].as_bool() {
            Some(true) => continue,
            Some(false) => "",
            None => "?",
        };
        let id = format!("{}{mark}", row["because"][0].as_str().unwrap());
        let tool = row["tool"].as_str().unwrap();
        match groups.iter_mut().find(|(known, _)| *known == id) {
            Some((_, tools)) => tools.push(tool),
            None => groups.push((id, vec![tool])),
        }
    }
    let groups = groups.iter().map(|(id, tools)| format!("{id}: {}", tools.join(" ")));
    groups.collect::<Vec<_>>().join("; ")
}

#[test]
fn each_consumer_decides_as_it_does() {
    let mut failures = Vec::new();
    for (script, want) in CASES {
        let got = said(script);
        if got != *want {
            failures.push(format!("(\n{script:?},\n{got:?},\n),"));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// notAfter itself: OpenSSL before 4.0 counts that second as expired, others do not; XRootD takes a
/// certificate ten minutes early, Globus not one second.
#[test]
fn the_ends_are_where_each_consumer_has_them() {
    // healthy.pem is valid from 2026-01-01 to 2027-01-01, at midnight.
    for (at, tool, expected) in [
        ("2026-12-31T23:59:59Z", "openssl", true),
        ("2027-01-01T00:00:00Z", "openssl", false),
        ("2027-01-01T00:00:00Z", "go", true),
        ("2027-01-01T00:00:01Z", "go", false),
        ("2027-01-01T00:00:00Z", "xrootd-gsi-6", true),
        ("2027-01-01T00:00:01Z", "xrootd-gsi-6", false),
        ("2025-12-31T23:50:00Z", "xrootd-gsi-6", true),
        ("2025-12-31T23:49:59Z", "xrootd-gsi-6", false),
        ("2025-12-31T23:59:59Z", "globus", false),
        ("2026-01-01T00:00:00Z", "globus", true),
    ] {
        let place = Place::new(As::Anybody, &[]).unwrap();
        let script = format!("certok who cert --tool {tool} --at {at}");
        let (out, ..) = place.run(&script);
        let report: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(report["acceptance"][0]["accepts"], expected, "{script}\n{out}");
    }
}

/// One consumer alone: its answer is the exit code.
#[test]
fn the_answer_of_one_is_the_exit_code() {
    for (script, code) in [
        ("certok who cert --tool go", 0),
        ("certok who $D/cert/expired.pem --tool go", 11),
        ("certok who $D/cert/server-only.pem --tool go", 15),
        ("certok who $D/cert/server-only.pem --tool gnutls", 0),
        ("certok who $D/cert/sha1-signature.pem --tool go", 13),
        ("certok who $D/cert/server-only.pem", 0),
        ("certok who $D/cert/bad-signature.pem", 13),
        ("certok who $HOME/nothing", 3),
        ("certok who proxy cert x", 2),
        ("certok who cert --tool nonsense", 2),
    ] {
        let place = Place::new(As::Anybody, &[]).unwrap();
        let (out, err, exit) = place.run(script);
        assert_eq!(exit, code, "{script}\n{out}{err}");
    }
}
