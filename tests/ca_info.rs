//! `ca-info`: the CAs of a directory, those that are looked for, and who signed a certificate.

mod setup;

use serde_json::Value;
use setup::{As, Place};

/// Exit code, script, and in order the aliases listed.
const LISTS: &[(i32, &str, &[&str])] = &[
    (0, "certok ca-info", &["AliEn2-CA", "Ecc", "Grid", "Root"]),
    (0, "certok ca-info $CA", &["AliEn2-CA", "Ecc", "Grid", "Root"]),
    (0, "certok ca-info --sort subject", &["AliEn2-CA", "Ecc", "Grid", "Root"]),
    (
        0,
        "cp $D/ca/web-root.pem $CA; cp $D/ca/old-root.pem $CA/legacy.pem; certok ca-info --sort subject",
        &["AliEn2-CA", "web-root", "legacy", "Ecc", "Grid", "Root"],
    ),
    (
        0,
        "cp $D/ca/old-root.pem $CA/legacy.pem; certok ca-info --sort expiry",
        &["legacy", "Ecc", "Grid", "Root", "AliEn2-CA"],
    ),
    (
        0,
        "cp $D/ca/alien-old.pem $CA/alien-1.pem; cp $D/ca/ca-ed25519.pem $D/ca/ca-p521.pem $CA; \
         certok ca-info --sort key",
        &["alien-1", "AliEn2-CA", "Grid", "Root", "Ecc", "ca-p521", "ca-ed25519"],
    ),
    // A bundle, and names that are hashes alone.
    (
        0,
        "cat $CA/Grid.pem $CA/Root.pem > $HOME/all.pem; certok ca-info $HOME/all.pem",
        &["all#1", "all#2"],
    ),
    (
        0,
        "mkdir $HOME/x; cp $CA/Grid.pem $HOME/x/bea41460.0; certok ca-info $HOME/x",
        &["bea41460.0"],
    ),
    (
        0,
        "mkdir $HOME/x; cp $CA/Grid.pem $HOME/x/bea41460.0; cp $CA/Grid.info $HOME/x/bea41460.info
         certok ca-info $HOME/x",
        &["Grid"],
    ),
    // Those that have expired, and those that will: the last good second and the next one.
    (0, "certok ca-info --expired", &[]),
    (0, "cp $D/ca/old-root.pem $CA/legacy.pem; certok ca-info --expired", &["legacy"]),
    (0, "cp $D/ca/old-root.pem $CA/legacy.pem; certok ca-info --expired --at 1735689600", &[]),
    (
        0,
        "cp $D/ca/old-root.pem $CA/legacy.pem; certok ca-info --expired --at 1735689601",
        &["legacy"],
    ),
    (
        0,
        "cp $D/ca/old-root.pem $CA/legacy.pem; certok ca-info --expiring 1d --at 1735603200",
        &["legacy"],
    ),
    (0, "cp $D/ca/old-root.pem $CA/legacy.pem; certok ca-info --expiring 1d --at 1735603199", &[]),
    (0, "cp $D/ca/old-root.pem $CA/legacy.pem; certok ca-info --expiring 1d --at 1735689601", &[]),
    (
        0,
        "cp $D/ca/old-root.pem $CA/legacy.pem; certok ca-info --expired --expiring 52w --at 1735689601",
        &["legacy"],
    ),
    // By every form of a name.
    (0, "certok ca-info --find '/DC=org/DC=certok/CN=Certok Test Grid CA'", &["Grid"]),
    (0, "certok ca-info --find 'CN=Certok Test Grid CA,DC=certok,DC=org'", &["Grid"]),
    (0, "certok ca-info --find 'cn = certok test grid ca, dc = certok, dc = org'", &["Grid"]),
    (
        0,
        "certok ca-info --find 'issuer=DC = org, DC = certok, CN = Certok Test Grid CA'",
        &["Grid"],
    ),
    (0, "certok ca-info --find 'test grid'", &["Grid"]),
    (0, "certok ca-info --find certok", &["Ecc", "Grid", "Root"]),
    (0, "certok ca-info --find alien2-ca", &["AliEn2-CA"]),
    (0, "certok ca-info --find bea41460", &["Grid"]),
    (0, "certok ca-info --find bea41460.0", &["Grid"]),
    (0, "certok ca-info --find 02045a7e", &["AliEn2-CA"]),
    (
        0,
        "certok ca-info --find 91:E1:AD:79:3B:EA:64:97:CB:86:E2:E6:E1:1C:A1:34:05:D2:71:7F",
        &["AliEn2-CA"],
    ),
    (0, "certok ca-info --find 91e1ad793bea6497cb86e2e6e11ca13405d2717f", &["AliEn2-CA"]),
    (3, "certok ca-info --find 91e1ad793bea6497cb86e2e6e11ca13405d2717e", &[]),
    (3, "certok ca-info --find '/DC=org/DC=certok/CN=Certok Test Grid CB'", &[]),
    (0, "certok ca-info --find certok --expired", &[]),
    // Whose key signed it, up to the root.
    (0, "certok ca-info --find $UC", &["Grid", "Root"]),
    (0, "certok ca-info --find - < $UC", &["Grid", "Root"]),
    (0, "certok ca-info --find $CA/Root.pem", &["Root"]),
    (0, "certok ca-info --find $TC", &["AliEn2-CA"]),
    (0, "certok ca-info --find $PX", &["Grid", "Root"]),
    (3, "certok ca-info --find $D/cert/self-signed.pem", &[]),
    (3, "certok ca-info --find $D/cert/bad-signature.pem", &[]),
    (3, "rm $CA/*Grid*; certok ca-info --find $UC", &[]),
    (0, "rm $CA/*Grid*; certok ca-info --find $D/cert/with-intermediate.pem", &["Root"]),
    // A namesake with another key did not sign it; a second certificate of the same key did.
    (0, "cp $D/ca/grid-rekeyed.pem $CA; certok ca-info --find $UC", &["Grid", "Root"]),
    (
        3,
        "cp $D/ca/grid-rekeyed.pem $CA/Grid.pem; \
         certok ca-info --find $UC",
        &[],
    ),
    (
        0,
        "cp $D/ca/grid-cross.pem $D/ca/cross-root.pem $CA; certok ca-info --find $UC",
        &["Grid", "grid-cross", "Root", "cross-root"],
    ),
    (0, "rm $CA/Root.pem; certok ca-info --find $UC", &["Grid"]),
    // What is out of use is no CA of the directory.
    (
        0,
        "rm $CA/bea41460.0 $CA/1bd5a390.0; mv $CA/Grid.pem $CA/Grid.pem.disabled; certok ca-info",
        &["AliEn2-CA", "Ecc", "Root"],
    ),
    (
        3,
        "rm $CA/bea41460.0 $CA/1bd5a390.0; mv $CA/Grid.pem $CA/Grid.pem.bak; certok ca-info --find Grid",
        &[],
    ),
    (
        3,
        "rm $CA/bea41460.0 $CA/1bd5a390.0; mv $CA/Grid.pem $CA/Grid.pem.off; certok ca-info --find $UC",
        &[],
    ),
    (0, "cp $CA/Grid.pem $HOME/Grid.pem.bak; certok ca-info $HOME/Grid.pem.bak", &["Grid.pem.bak"]),
    // Nothing to list, or nothing to look for.
    (3, "certok ca-info --find $HOME/gone.pem", &[]),
    (4, ": > $HOME/empty; certok ca-info --find $HOME/empty", &[]),
    (5, "mkdir $HOME/x; certok ca-info $HOME/x", &[]),
    (3, "certok ca-info $HOME/gone", &[]),
];

fn run(script: &str) -> (Value, i32) {
    let place = Place::new(As::Anybody, &[]).unwrap();
    let (out, err, code) = place.run(script);
    let report = serde_json::from_str(&out).unwrap_or_else(|e| panic!("{script}: {e}\n{out}{err}"));
    (report, code)
}

fn cas(report: &Value) -> Vec<&Value> {
    let items = report["items"].as_array().unwrap();
    items.iter().filter(|item| item["kind"] == "ca").collect()
}

#[test]
fn what_is_listed() {
    for (exit, script, aliases) in LISTS {
        let (report, code) = run(script);
        let listed = cas(&report);
        let listed: Vec<&str> = listed.iter().map(|ca| ca["alias"].as_str().unwrap()).collect();
        assert_eq!(listed, *aliases, "{script}");
        assert_eq!(code, *exit, "{script}");
    }
}

/// Script, alias, key, value.
const FACTS: &[(&str, &str, &str, &str)] = &[
    ("certok ca-info", "Grid", "signed_by", "[\"Root\"]"),
    ("certok ca-info", "Root", "signed_by", "[\"Root\"]"),
    ("certok ca-info", "Grid", "type", "\"intermediate CA\""),
    ("certok ca-info", "Grid", "path_length", "0"),
    ("certok ca-info", "Ecc", "key", "\"EC P-384\""),
    ("certok ca-info", "Grid", "info_version", "\"1.140\""),
    ("certok ca-info", "AliEn2-CA", "info_version", "null"),
    ("certok ca-info", "Grid", "signing_policy", "\"bea41460.signing_policy\""),
    ("certok ca-info", "Grid", "signing_policy_subjects", "[\"/DC=org/DC=certok/*\"]"),
    ("certok ca-info", "Grid", "namespaces_subjects", "[\"/DC=org/DC=certok/.*\"]"),
    (
        "cp $D/policy/other-ca.namespaces $CA/Grid.namespaces; certok ca-info",
        "Grid",
        "namespaces_subjects",
        "[]",
    ),
    ("policy syntax.namespaces; certok ca-info", "Grid", "signing_policy_fault", "null"),
    ("rm $CA/*.signing_policy; certok ca-info", "Grid", "signing_policy", "null"),
    (
        "echo http://ca.certok.test/Grid.crl > $CA/bea41460.crl_url; certok ca-info",
        "Grid",
        "fetch_urls",
        "[\"http://ca.certok.test/Grid.crl\"]",
    ),
    ("certok ca-info", "Grid", "crl_state", "\"none\""),
    ("cp $D/crl/grid.pem $CA/bea41460.r0; certok ca-info", "Grid", "crl_state", "\"fresh\""),
    ("cp $D/crl/der.r0 $CA/bea41460.r0; certok ca-info", "Grid", "crl_state", "\"fresh\""),
    ("cp $D/crl/expired.pem $CA/bea41460.r0; certok ca-info", "Grid", "crl_state", "\"expired\""),
    (
        "cp $D/crl/future.pem $CA/bea41460.r0; certok ca-info",
        "Grid",
        "crl_state",
        "\"not-yet-valid\"",
    ),
    ("cp $D/crl/bad-signature.pem $CA/bea41460.r0; certok ca-info", "Grid", "crl_state", "\"bad\""),
    ("cp $D/crl/md5.pem $CA/bea41460.r0; certok ca-info", "Grid", "crl_state", "\"bad\""),
    (
        "cp $D/crl/unknown-critical.pem $CA/bea41460.r0; certok ca-info",
        "Grid",
        "crl_state",
        "\"bad\"",
    ),
    (": > $CA/bea41460.r0; certok ca-info", "Grid", "crl_state", "\"bad\""),
    // The list of another CA in its place is none of its own.
    ("cp $D/crl/root.pem $CA/bea41460.r0; certok ca-info", "Grid", "crl_state", "\"none\""),
    ("cp $D/crl/root.pem $CA/bea41460.r0; certok ca-info", "Root", "crl_state", "\"fresh\""),
    // The good one decides, whatever else is there.
    (
        "cp $D/crl/expired.pem $CA/bea41460.r0; cp $D/crl/grid.pem $CA/bea41460.r1; \
         : > $CA/bea41460.r2; certok ca-info",
        "Grid",
        "crl_state",
        "\"fresh\"",
    ),
    // The key that signed the list belongs to the same CA.
    (
        "cp $D/ca/grid-rekeyed.pem $CA; cp $D/crl/grid.pem $CA/bea41460.r0; certok ca-info",
        "grid-rekeyed",
        "crl_state",
        "\"fresh\"",
    ),
];

#[test]
fn what_is_known_of_one() {
    for (script, alias, key, value) in FACTS {
        let (report, _) = run(script);
        let listed = cas(&report);
        let ca = listed.iter().find(|ca| ca["alias"] == *alias);
        let ca = ca.unwrap_or_else(|| panic!("{script}: no {alias}"));
        assert_eq!(ca[key].to_string(), *value, "{script}: {alias}: {key}");
    }
}

#[test]
fn a_bad_policy_says_where() {
    let (report, _) = run("cp $D/policy/syntax.namespaces $CA/Grid.namespaces; certok ca-info");
    let listed = cas(&report);
    let grid = listed.iter().find(|ca| ca["alias"] == "Grid").unwrap();
    let fault = grid["namespaces_fault"].as_str().unwrap();
    assert!(fault.starts_with("line "), "{fault}");
}

#[test]
fn the_table_is_aligned() {
    let place = Place::new(As::Anybody, &[]).unwrap();
    let script = "cp $D/crl/grid.pem $CA/bea41460.r0; rm $CA/*.namespaces; certok ca-info";
    let (out, ..) = place.run_as(script, "--color=never");
    let table: Vec<&str> = out.lines().skip(2).collect();
    let expected = [
        "alias      hash      old hash  key       valid until     CRL        policies  subject",
        "AliEn2-CA  e73e4177  02045a7e  RSA-2048  2040-02-12 13y  none       signing   /C=ch/O=AliEn2/CN=AliEn CA",
        "Ecc        e096fac2  988d45dc  EC P-384  2040-01-01 13y  none       signing   /DC=org/DC=certok/CN=Certok Test ECC CA",
        "Grid       bea41460  1bd5a390  RSA-2048  2040-01-01 13y  fresh 20d  signing   /DC=org/DC=certok/CN=Certok Test Grid CA",
        "Root       4b4ca555  89680c43  RSA-2048  2040-01-01 13y  none       signing   /DC=org/DC=certok/CN=Certok Test Root",
    ];
    assert_eq!(table, expected);
    assert!(out.starts_with("ok: 4 CAs in "), "{out}");
}

#[test]
fn sentences() {
    for (script, sentence) in [
        ("certok ca-info --expired", "none of the 4 CAs in"),
        ("certok ca-info --expiring 90d", "expires within 90 days"),
        ("certok ca-info --find $UC", "was signed by the key of Grid, up to the root Root"),
        (
            "rm $CA/*Grid*; certok ca-info --find $D/cert/with-intermediate.pem",
            "was signed by the key of Root, through 1 of the file's own certificates",
        ),
        ("certok ca-info --find $CA/Root.pem", "was signed by the key of Root, a root"),
        ("certok ca-info --find $D/cert/self-signed.pem", "has the name of the issuer of"),
        (
            "cp $D/ca/grid-rekeyed.pem $CA/Grid.pem; certok ca-info --find $UC",
            "but its key did not sign it",
        ),
        ("certok ca-info --find certok --expired", "fit 'certok'; 0 of them listed"),
        ("certok ca-info --find ' '", "it is empty"),
        ("certok ca-info --expiring soon", "is not a duration"),
    ] {
        let place = Place::new(As::Anybody, &[]).unwrap();
        let (out, err, _) = place.run_as(script, "--color=never");
        assert!(format!("{out}{err}").contains(sentence), "{script}: {out}{err}");
    }
}

/// Both commands call a CA after the same one of its files.
#[test]
fn one_name_in_both_commands() {
    for (script, file) in [
        ("cp $D/ca/old-root.pem a-longer-name.pem; cp a-longer-name.pem short.pem", "short.pem"),
        ("cp $D/ca/old-root.pem longer.pem; ln -s longer.pem link.pem", "longer.pem"),
        ("cp $D/ca/old-root.pem longer.pem; cp longer.pem bak.pem", "longer.pem"),
        ("cp $D/ca/old-root.pem own.v2.pem; cp own.v2.pem a-longer-name.pem", "own.v2.pem"),
    ] {
        let (report, _) = run(&format!("cd $CA; {script}; certok ca-info --expired"));
        assert_eq!(cas(&report)[0]["alias"], file.trim_end_matches(".pem"), "{script}");
        let (report, _) = run(&format!("cd $CA; {script}; certok ca-check"));
        let findings = report["findings"].as_array().unwrap();
        let expired = findings.iter().find(|finding| finding["id"] == "ca-expired").unwrap();
        let message = expired["message"].as_str().unwrap();
        assert!(message.contains(&format!("({file})")), "{script}: {message}");
    }
}
