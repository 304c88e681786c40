//! `who`: what each consumer would do with the fixtures, and why.

mod setup;

use serde_json::Value;
use setup::{As, Place};

/// A script, and who does not take what it asks about: the finding, then the tools; `?` where it is
/// not known. Everybody else takes it.
const CASES: &[(&str, &str)] = &[
    ("certok who cert", "crl-missing: openssl-proxy-crl apache-crl nginx-crl"),
    (
        "certok who proxy",
        "proxy-not-accepted: openssl apache-crl nginx nginx-crl python-3.11 python-3.13 go rustls rustls-crl java; crl-missing: openssl-proxy-crl; strict-refuses: openssl-strict; not-a-ca: gnutls gnutls-crl",
    ),
    ("certok who token", "crl-missing: openssl-proxy-crl apache-crl nginx-crl"),
    (
        "certok who $D/cert/expired.pem",
        "expired: alien.py globus-client voms-proxy-init xrootd-client globus xrootd-gsi-5 \
         xrootd-gsi-6 xrootd-http canl canl-nocrl canl-strict openssl openssl-proxy openssl-level1 openssl-strict nginx python-3.11 python-3.13 go \
         rustls rustls-crl gnutls gnutls-crl java; crl-missing: openssl-proxy-crl apache-crl \
         nginx-crl",
    ),
    (
        "certok who $D/cert/server-only.pem",
        "wrong-purpose: xrootd-http openssl openssl-proxy openssl-proxy-crl openssl-level1 \
         openssl-strict apache-crl nginx nginx-crl python-3.11 python-3.13 go rustls \
         rustls-crl java",
    ),
    (
        "certok who $D/cert/sha1-signature.pem",
        "sha1-signature: xrootd-http openssl openssl-proxy openssl-proxy-crl openssl-level1 \
         openssl-strict apache-crl nginx nginx-crl python-3.11 python-3.13 go rustls \
         rustls-crl gnutls gnutls-crl",
    ),
    (
        "certok who $D/cert/rsa-1024.pem",
        "key-too-small: globus xrootd-http openssl openssl-proxy openssl-proxy-crl \
         openssl-strict apache-crl nginx nginx-crl python-3.11 python-3.13 rustls rustls-crl",
    ),
    (
        "certok who $D/cert/ec-p521.pem",
        "crl-missing: openssl-proxy-crl apache-crl nginx-crl; p521-key: rustls rustls-crl",
    ),
    ("certok who $D/cert/ed25519.pem", "crl-missing: openssl-proxy-crl apache-crl nginx-crl"),
    (
        "certok who $D/cert/pss-key.pem",
        "crl-missing: openssl-proxy-crl apache-crl nginx-crl; key-not-used: go rustls rustls-crl",
    ),
    (
        "certok who $D/cert/negative-serial.pem",
        "crl-missing: openssl-proxy-crl apache-crl nginx-crl; negative-serial: go",
    ),
    (
        "certok who $D/cert/v1.pem",
        "crl-missing: openssl-proxy-crl apache-crl nginx-crl; version-before-3: rustls \
         rustls-crl",
    ),
    ("certok who $D/cert/not-der.pem", "crl-missing: openssl-proxy-crl apache-crl nginx-crl"),
    (
        "certok who $D/cert/with-intermediate.pem",
        "signing-policy-missing: globus canl-strict; issuer-unknown: xrootd-gsi-5 \
         xrootd-gsi-6; crl-missing: openssl-proxy-crl apache-crl nginx-crl",
    ),
    (
        "certok who $D/cert/inside-constraints.pem",
        "unknown-critical-extension: globus go rustls rustls-crl gnutls gnutls-crl; \
         issuer-unknown: xrootd-gsi-5 xrootd-gsi-6; signing-policy-missing: canl-strict; \
         crl-missing: openssl-proxy-crl apache-crl nginx-crl",
    ),
    (
        "certok who $D/cert/outside-constraints.pem",
        "unknown-critical-extension: globus go rustls rustls-crl gnutls gnutls-crl; \
         issuer-unknown: xrootd-gsi-5 xrootd-gsi-6; name-constraint: xrootd-http canl \
         canl-nocrl canl-strict openssl openssl-proxy openssl-level1 openssl-strict nginx \
         python-3.11 python-3.13; crl-missing: openssl-proxy-crl apache-crl nginx-crl",
    ),
    (
        "certok who $D/cert/utf8-vs-printable-issuer.pem",
        "signing-policy-other-ca: globus; issuer-spelling: xrootd-gsi-5 xrootd-gsi-6 canl \
         canl-nocrl canl-strict go rustls rustls-crl gnutls gnutls-crl java; crl-missing: \
         openssl-proxy-crl apache-crl nginx-crl",
    ),
    (
        "certok who $D/cert/marked-as-ca.pem",
        "ca-as-credential: globus xrootd-gsi-5 xrootd-gsi-6 xrootd-http rustls rustls-crl; \
         crl-missing: openssl-proxy-crl apache-crl nginx-crl",
    ),
    (
        "certok who $D/cert/unknown-critical-extension.pem",
        "unknown-critical-extension: globus xrootd-http canl canl-nocrl canl-strict openssl \
         openssl-proxy openssl-proxy-crl openssl-level1 openssl-strict apache-crl nginx \
         nginx-crl python-3.11 python-3.13 go rustls rustls-crl gnutls gnutls-crl java",
    ),
    (
        "cp $D/proxy/legacy.pem $PX; certok who proxy",
        "proxy-issuer-key-usage: globus; proxy-subject: xrootd-gsi-5 xrootd-gsi-6; not-a-ca: \
         xrootd-http openssl openssl-proxy openssl-proxy-crl openssl-level1 openssl-strict \
         apache-crl nginx nginx-crl python-3.11 python-3.13 go gnutls gnutls-crl java; \
         version-before-3: rustls rustls-crl",
    ),
    (
        "cp $D/proxy/draft.pem $PX; certok who proxy",
        "unknown-critical-extension: xrootd-http openssl openssl-proxy openssl-proxy-crl \
         openssl-level1 openssl-strict apache-crl nginx nginx-crl python-3.11 python-3.13 go \
         rustls rustls-crl gnutls gnutls-crl java",
    ),
    (
        "cp $D/proxy/full-below-limited.pem $PX; certok who proxy",
        "proxy-exceeds-limited: globus canl canl-nocrl canl-strict; proxy-not-accepted: openssl apache-crl nginx nginx-crl python-3.11 python-3.13 go rustls rustls-crl java; crl-missing: openssl-proxy-crl; strict-refuses: openssl-strict; not-a-ca: gnutls gnutls-crl",
    ),
    (
        "cp $D/proxy/path-length-exceeded.pem $PX; certok who proxy",
        "proxy-path-length: globus canl canl-nocrl canl-strict; path-length: xrootd-http openssl-proxy openssl-proxy-crl openssl-level1 openssl-strict; proxy-not-accepted: openssl apache-crl nginx nginx-crl python-3.11 python-3.13 go rustls rustls-crl java; not-a-ca: gnutls gnutls-crl",
    ),
    (
        "cp $D/proxy/rfc3820-restricted.pem $PX; certok who proxy",
        "proxy-restricted: globus; proxy-not-accepted: openssl apache-crl nginx nginx-crl python-3.11 python-3.13 go rustls rustls-crl java; crl-missing: openssl-proxy-crl; strict-refuses: openssl-strict; not-a-ca: gnutls gnutls-crl",
    ),
    (
        "cp $D/proxy/info-not-critical.pem $PX; certok who proxy",
        "path-length: globus; proxy-info-not-critical: xrootd-gsi-5 xrootd-gsi-6; \
         proxy-not-accepted: openssl apache-crl nginx nginx-crl python-3.11 python-3.13; \
         crl-missing: openssl-proxy-crl; strict-refuses: openssl-strict; not-a-ca: go rustls \
         rustls-crl gnutls gnutls-crl java",
    ),
    (
        "cp $D/proxy/subject-differs.pem $PX; certok who proxy",
        "proxy-subject: globus xrootd-gsi-5 xrootd-gsi-6 xrootd-http canl canl-nocrl canl-strict openssl-proxy openssl-proxy-crl openssl-level1 openssl-strict; proxy-not-accepted: openssl apache-crl nginx nginx-crl python-3.11 python-3.13 go rustls rustls-crl java; not-a-ca: gnutls gnutls-crl",
    ),
    (
        "cp $D/crl/revokes-healthy.pem $CA/bea41460.r0; certok who cert",
        "revoked: globus xrootd-gsi-6 canl canl-strict openssl-proxy-crl apache-crl nginx-crl \
         rustls-crl gnutls-crl",
    ),
    (
        "cp $D/crl/expired.pem $CA/bea41460.r0; certok who cert",
        "crl-expired: globus canl canl-strict openssl-proxy-crl apache-crl nginx-crl",
    ),
    (
        "rm $CA/bea41460.signing_policy $CA/*.namespaces; certok who cert",
        "signing-policy-missing: globus; crl-missing: openssl-proxy-crl apache-crl nginx-crl",
    ),
    // The policies are there, but not by the old hash, by which canl-java looks for them.
    (
        "rm $CA/1bd5a390.*; certok who cert",
        "ca-new-hash-only: canl-strict; crl-missing: openssl-proxy-crl apache-crl nginx-crl",
    ),
    (
        "rm $CA/1bd5a390.* $CA/bea41460.signing_policy $CA/bea41460.namespaces; certok who cert --tool canl-strict",
        "signing-policy-missing: canl-strict",
    ),
    (
        "rm $CA/*.0; certok who cert",
        "ca-no-hash-link: globus xrootd-gsi-5 xrootd-gsi-6 xrootd-http canl canl-nocrl \
         canl-strict openssl openssl-proxy openssl-proxy-crl openssl-level1 openssl-strict \
         apache-crl python-3.11 python-3.13; crl-missing: nginx-crl",
    ),
    ("certok who bearer $D/bearer/healthy.token", "bearer-unsafe-mode: xrootd-http xrootd-ztn"),
    (
        "certok who bearer $D/bearer/wlcg-2.0.token",
        "bearer-unsafe-mode: xrootd-http xrootd-ztn; bearer-unknown-profile: dcache \
         htcondor-ce scitokens-cpp-1.3 scitokens-cpp",
    ),
    (
        "certok who bearer $D/bearer/exp-fraction.token",
        "bearer-unsafe-mode: xrootd-http xrootd-ztn; bearer-time-fraction: scitokens-cpp-1.3",
    ),
    (
        "certok who $D/cert/string-types-dn.pem",
        "crl-missing: openssl-proxy-crl apache-crl nginx-crl; name-string: go",
    ),
    (
        "certok who $D/cert/malformed-policies.pem",
        "crl-missing: openssl-proxy-crl apache-crl nginx-crl; malformed-extension: go",
    ),
    (
        "certok who $D/cert/signed-by-rsa-sha224.pem",
        "forbidden-algorithm: canl canl-nocrl canl-strict go rustls rustls-crl java; \
         crl-missing: openssl-proxy-crl apache-crl nginx-crl",
    ),
];

/// Files that some client does not load: the script, and who does not take the credential.
const FILES: &[(&str, &str)] = &[
    // Modes: Globus looks at them, OpenSSL does not. XRootD and VOMS look at that of a key alone.
    (
        "chmod 640 $UK; certok who cert",
        "key-readable: globus-client voms-proxy-init xrootd-client globus xrootd-gsi-5 \
         xrootd-gsi-6; crl-missing: openssl-proxy-crl apache-crl nginx-crl",
    ),
    ("chmod 600 $UK; certok who cert", "crl-missing: openssl-proxy-crl apache-crl nginx-crl"),
    ("chmod 644 $PX; certok who proxy --tool globus", "key-readable: globus"),
    ("chmod 600 $PX; certok who proxy --tool globus", ""),
    ("chmod 644 $PX; certok who proxy --tool xrootd", ""),
    ("chmod 664 $UC; certok who cert --tool globus", "cert-writable: globus"),
    (
        "chmod 644 $TK; certok who token --tool xrootd",
        "key-readable: xrootd-client xrootd-gsi-5 xrootd-gsi-6",
    ),
    ("chmod 644 $TK; certok who token --tool openssl", ""),
    // The pair.
    (
        "rm $UK; certok who cert --tool xrootd",
        "key-missing: xrootd-client xrootd-gsi-5 xrootd-gsi-6 xrootd-http",
    ),
    ("rm $UK; certok who cert --tool curl", "key-missing: curl"),
    ("chmod u+w $UK; cp $D/key/other.pem $UK; certok who cert --tool go", "key-mismatch: go"),
    // A key that asks for a passphrase is no reason; that of a proxy is.
    ("rm $UK; cp $D/key/encrypted-pbes2.pem $UK; chmod 400 $UK; certok who cert --tool go", ""),
    // What OpenSSL's PEM reader cannot read.
    (
        "sed -n '/BEGIN/,$p' $D/cert/healthy.pem > $HOME/c; printf %s \"$(cat $HOME/c)\" > $UC
         cat $HOME/c >> $UC; certok who cert --tool web",
        "pem-glued: xrootd-http openssl apache-crl nginx",
    ),
    ("tr -d '\\n' < $D/cert/healthy.pem > $UC; certok who cert --tool curl", "pem-one-line: curl"),
    ("echo nothing > $UC; certok who cert --tool go", "no-certificate: go"),
    // A file that was named is judged as a chain alone.
    ("rm $UK; certok who $UC --tool go", ""),
];

#[test]
fn a_client_that_cannot_load_the_files_takes_nothing() {
    let mut failures = Vec::new();
    for (script, want) in FILES {
        let got = said(script);
        if got != *want {
            failures.push(format!("(\n{script:?},\n{got:?},\n),"));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

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
        ("certok who cert --tool go --for 213d", 0),
        ("certok who cert --tool go --for 214d", 10),
        ("certok who $D/cert/expired.pem --tool go --for 1h", 11),
        ("certok who cert --tool grid", 0),
        ("certok who cert --tool dcache", 2),
    ] {
        let place = Place::new(As::Anybody, &[]).unwrap();
        let (out, err, exit) = place.run(script);
        assert_eq!(exit, code, "{script}\n{out}{err}");
    }
}

/// `--as`: a script, the exit code, the finding that decides, and what the headline says.
const VERDICTS: &[(&str, i32, &str, &str)] = &[
    ("certok cert-verify --as globus", 0, "", "verifies for Globus"),
    ("certok cert-verify --as GLOBUS", 0, "", "verifies for Globus"),
    ("certok cert-verify --as grid", 0, "", "verifies for Globus, XRootD GSI and canl-java"),
    (
        "certok cert-verify --as web",
        13,
        "crl-missing",
        "Apache with SSLCARevocationCheck chain refuses",
    ),
    (
        "cp $D/crl/grid.pem $CA/bea41460.r0; cp $D/crl/root.pem $CA/4b4ca555.r0
         certok cert-verify --as web",
        0,
        "",
        "XRootD over HTTPS, OpenSSL, Apache with",
    ),
    (
        "certok cert-verify --as canl-strict $D/cert/with-intermediate.pem",
        13,
        "signing-policy-missing",
        "namespaces required",
    ),
    // What certok refuses and some software takes.
    ("certok cert-verify --as gnutls $D/cert/server-only.pem", 0, "", "verifies for GnuTLS"),
    ("certok cert-verify --as grid $D/cert/server-only.pem", 0, "", "verifies for Globus"),
    (
        "certok cert-verify --as go $D/cert/server-only.pem",
        15,
        "wrong-purpose",
        "Go refuses the host certificate: ",
    ),
    ("certok cert-verify --as canl $D/cert/rsa-1024.pem", 0, "", "verifies for canl-java"),
    ("certok cert-verify --as openssl-level1 $D/cert/rsa-1024.pem", 0, "", "security level 1"),
    (
        "certok cert-verify --as openssl $D/cert/rsa-1024.pem",
        13,
        "key-too-small",
        "OpenSSL refuses",
    ),
    // What certok takes and some software refuses.
    ("certok cert-verify --as openssl $D/cert/with-intermediate.pem", 0, "", "for OpenSSL"),
    (
        "certok cert-verify --as globus $D/cert/with-intermediate.pem",
        13,
        "signing-policy-missing",
        "Globus",
    ),
    (
        "certok cert-verify --as xrootd-gsi-6 $D/cert/with-intermediate.pem",
        13,
        "issuer-unknown",
        "XRootD GSI",
    ),
    ("certok cert-verify --as go $D/cert/negative-serial.pem", 13, "negative-serial", "Go refuses"),
    // Proxies.
    ("certok proxy-verify --as grid", 0, "", "verifies for Globus, XRootD GSI and canl-java"),
    ("certok proxy-verify --as openssl", 13, "proxy-not-accepted", "OpenSSL refuses the proxy"),
    ("certok proxy-verify --as xrootd-http", 0, "", "verifies for XRootD over HTTPS"),
    ("certok cert-verify --as globus $D/proxy/rfc3820.pem", 0, "", "verifies for Globus"),
    (
        "certok proxy-verify --as globus $D/proxy/full-below-limited.pem",
        13,
        "proxy-exceeds-limited",
        "Globus",
    ),
    // Tokens.
    ("certok token-verify --as xrootd-http", 0, "", "verifies for XRootD over HTTPS"),
    ("certok bearer-verify --as dcache $D/bearer/exp-fraction.token", 0, "", "is good for"),
    (
        "certok bearer-verify --as scitokens-cpp-1.3 $D/bearer/exp-fraction.token",
        13,
        "bearer-time-fraction",
        "before 1.4 refuses",
    ),
    (
        "certok bearer-verify --as dcache $D/bearer/wlcg-2.0.token",
        13,
        "bearer-unknown-profile",
        "dCache refuses",
    ),
    ("certok bearer-verify --as scitokens-python $D/bearer/wlcg-2.0.token", 0, "", "is good for"),
    (
        "cp $D/bearer/healthy.token $HOME/t; chmod 600 $HOME/t; certok bearer-verify --as grid $HOME/t",
        0,
        "",
        "is good for",
    ),
    // What was asked besides, and everything.
    ("certok cert-verify --as globus --for 5000w", 10, "too-short", "less than"),
    (
        "cp $D/cert/with-intermediate.pem $UC; certok check cert --as canl-strict",
        13,
        "signing-policy-missing",
        "namespaces required",
    ),
    ("certok check cert --as globus", 0, "", "; the verdict on certificates is that of globus"),
    ("certok status --as xrootd-http", 0, "", "usable; the verdict is that of xrootd-http"),
    (
        "bearer healthy; certok check bearer --as dcache",
        0,
        "",
        "; the verdict on tokens is that of dcache",
    ),
    (
        "rm $TC $PX; cp $D/cert/with-intermediate.pem $UC; certok status --as globus",
        13,
        "signing-policy-missing",
        "Globus refuses",
    ),
    ("certok verify $D/cert/server-only.pem --as gnutls", 0, "", "verifies for GnuTLS"),
    // A mode that the software does not look at stops nobody who uses it.
    ("chmod 644 $UK; certok cert-verify --as nginx", 0, "", "verifies for nginx"),
    ("chmod 644 $UK; certok cert-verify --as globus", 16, "key-readable", "readable"),
    // Families, and other CAs of the same software as a client.
    ("certok cert-verify --as python", 0, "", "verifies for Python ssl"),
    ("certok cert-verify --as XRootD-GSI", 0, "", "verifies for XRootD GSI"),
    ("SSL_CERT_FILE=/x certok cert-verify --as go", 0, "", "verifies for Go"),
    ("certok cert-verify --as curl", 2, "usage", "certok who --tool curl"),
    // Its client loads the files: XRootD's over HTTPS is one with OpenSSL.
    ("chmod 644 $UK; certok cert-verify --as xrootd-http", 0, "", "verifies for XRootD over HTTPS"),
    ("chmod 644 $UK; certok cert-verify --as xrootd-gsi-5", 16, "key-readable", "readable"),
    ("chmod 644 $PX; certok proxy-verify --as xrootd-gsi-5", 0, "", "verifies for XRootD GSI"),
    ("chmod 644 $PX; certok proxy-verify --as globus", 16, "key-readable", "readable"),
    // Usage.
    ("certok cert-verify --as globbus", 2, "usage", "did you mean globus?"),
    ("certok cert-verify --as dcache", 2, "usage", "does not accept certificates"),
    ("certok bearer-verify --as globus", 2, "usage", "does not accept bearer tokens"),
    ("certok cert-verify --as globus --crl require", 2, "usage", "--crl"),
    ("certok cert-verify --as globus --max-depth 3", 2, "usage", "--max-depth"),
];

#[test]
fn the_verdict_is_that_of_the_software_asked_for() {
    let mut failures = Vec::new();
    for (script, code, id, words) in VERDICTS {
        let place = Place::new(As::Anybody, &[]).unwrap();
        let (out, err, exit) = place.run(script);
        let report: Value = serde_json::from_str(&out).unwrap_or_default();
        let said = report["result"]["message"].as_str().unwrap_or_default();
        let first = report["findings"][0]["id"].as_str().filter(|_| exit != 0).unwrap_or_default();
        if (exit, first) != (*code, *id) || !said.contains(words) {
            failures.push(format!("{script}: {exit} {first} {said}{err}"));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// What certok accepts, and who is said to refuse it all the same; then what it refuses, and who is
/// said to take it.
#[test]
fn who_differs_is_named() {
    for (script, refused, named) in [
        ("certok cert-verify", false, ""),
        ("certok proxy-verify", false, ""),
        ("certok token-verify", false, ""),
        (
            "certok cert-verify $D/cert/with-intermediate.pem",
            false,
            "; Globus and XRootD GSI will refuse it",
        ),
        ("certok cert-verify $D/cert/negative-serial.pem", false, "; Go will refuse it"),
        (
            "certok cert-verify $D/cert/server-only.pem",
            true,
            "Globus, XRootD GSI, canl-java, GnuTLS",
        ),
        (
            "certok cert-verify $D/cert/rsa-1024.pem",
            true,
            "XRootD GSI, canl-java, Go, GnuTLS, Java",
        ),
        ("certok cert-verify $D/cert/bad-signature.pem", true, ""),
        ("certok cert-verify --for 5000w", true, ""),
    ] {
        let place = Place::new(As::Anybody, &[]).unwrap();
        let (out, err, _) = place.run(script);
        let report: Value =
            serde_json::from_str(&out).unwrap_or_else(|_| panic!("{script}\n{err}"));
        let said = match refused {
            true => {
                let names = report["findings"][0]["taken_by"].as_array().unwrap();
                names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
            }
            false => {
                let message = report["result"]["message"].as_str().unwrap();
                let at = message.find(';').unwrap_or(message.len());
                message[at..].to_owned()
            }
        };
        assert_eq!(said, named, "{script}\n{out}");
    }
}

/// Without words all credentials that are found are judged, by the software that takes such ones.
#[test]
fn all_that_is_found_is_judged() {
    for (script, code, credentials) in [
        ("certok who", 0, "token user certificate proxy"),
        ("rm $TC $PX; unset X509_USER_PROXY; certok who", 0, "user certificate"),
        ("rm $TC $UC $PX; unset X509_USER_PROXY; bearer healthy; certok who", 0, "bearer token"),
        ("rm $TC $UC; idtoken healthy; certok who", 0, "proxy IDTOKEN"),
        ("rm $TC $UC; idtoken healthy; certok who --tool htcondor-25", 0, "IDTOKEN"),
        (
            "bearer healthy; certok who --tool xrootd-http",
            0,
            "token user certificate proxy bearer token",
        ),
        // One that is taken is enough.
        ("cp $D/cert/expired.pem $UC; certok who", 0, "token user certificate proxy"),
        (
            "rm $TC $PX; unset X509_USER_PROXY; cp $D/cert/expired.pem $UC; certok who",
            11,
            "user certificate",
        ),
        // Nothing is found: where it was looked for is said.
        ("rm $TC $UC $PX; unset X509_USER_PROXY; certok who", 3, ""),
        ("rm $TC $UC $PX; unset X509_USER_PROXY; bearer healthy; certok who --tool globus", 3, ""),
        ("certok who bearer --tool globus", 2, ""),
        // A file says itself what it is.
        ("bearer healthy; certok who $HOME/bt", 0, "bearer token"),
        ("certok who $PX", 0, "proxy"),
        ("idtoken healthy; certok who $HOME/t/t", 0, "IDTOKEN"),
        ("cat $UC | certok who -", 0, "user certificate"),
        ("cat $D/bearer/healthy.token | certok who -", 0, "bearer token"),
        ("certok who $UC", 0, "user certificate"),
        // Some clients show some kinds alone.
        ("certok who --tool voms-proxy-init", 0, "user certificate"),
        ("certok who --tool curl", 0, "token user certificate proxy"),
        ("certok who proxy --tool voms-proxy-init", 2, ""),
    ] {
        let place = Place::new(As::Anybody, &[]).unwrap();
        let (out, err, exit) = place.run(script);
        assert_eq!(exit, code, "{script}\n{out}{err}");
        let report: Value = serde_json::from_str(&out).unwrap();
        let rows = report["acceptance"].as_array().cloned().unwrap_or_default();
        let mut said: Vec<&str> = rows.iter().filter_map(|r| r["credential"].as_str()).collect();
        said.dedup();
        assert_eq!(said.join(" "), credentials, "{script}");
    }
}

/// The remedy is that of the check which says the same.
#[test]
fn the_remedy_is_that_of_the_check() {
    for (script, who, verify) in [
        ("cp $D/proxy/expired.pem $PX", "who proxy", "proxy-verify"),
        ("cp $D/proxy/user-certificate-first.pem $PX", "who proxy --tool curl", "proxy-verify"),
        ("cp $D/token/expired.pem $TC", "who token", "token-verify"),
        ("chmod 644 $UK", "who cert --tool globus", "cert-verify"),
        ("rm -f $UK", "who cert", "cert-verify"),
    ] {
        let place = Place::new(As::Anybody, &[]).unwrap();
        let first = |command: &str| {
            let (out, ..) = place.run(&format!("{script}\ncertok {command}"));
            let report: Value = serde_json::from_str(&out).unwrap();
            ["id", "advice", "fix"].map(|key| report["findings"][0][key].clone())
        };
        assert_eq!(first(who), first(verify), "{script}");
    }
}

/// A script, and for each client what it would show and whose CAs it trusts; `$` is the set-up.
const CLIENTS: &[(&str, &str)] = &[
    (
        "",
        "alien.py: $/tmp/tokencert.pem $/tmp/tokenkey.pem $/ca; Globus XRootD: \
         $/tmp/x509up $/tmp/x509up $/ca; voms-proxy-init canl-java: $/home/.globus/usercert.pem \
         $/home/.globus/userkey.pem $/ca; curl Python ssl Go: - - those of the system; HTCondor: \
         $/tmp/x509up $/tmp/x509up those of the system",
    ),
    (
        "export X509_USER_PROXY=/p XrdSecGSICADIR=/x SSL_CERT_FILE=/s",
        "alien.py: $/tmp/tokencert.pem $/tmp/tokenkey.pem $/ca; Globus: /p /p $/ca; \
         voms-proxy-init canl-java: $/home/.globus/usercert.pem $/home/.globus/userkey.pem $/ca; \
         XRootD: /p /p /x; curl Python ssl Go: - - /s; HTCondor: /p /p /s",
    ),
    (
        "unset X509_CERT_DIR; rm $TC $PX; mkdir -p $HOME/.globus/certificates",
        "alien.py: $/home/.globus/usercert.pem $/home/.globus/userkey.pem -; Globus: \
         $/tmp/x509up $/tmp/x509up $/home/.globus/certificates; voms-proxy-init canl-java: \
         $/home/.globus/usercert.pem $/home/.globus/userkey.pem \
         $/home/.globus/certificates; XRootD: $/tmp/x509up $/tmp/x509up -; curl Python ssl Go: - - \
         those of the system; HTCondor: $/tmp/x509up $/tmp/x509up those of the system",
    ),
    (
        "unset X509_USER_PROXY; rm $TK $PX $UC; export X509_CERT_DIR=$HOME",
        "alien.py: - - -; Globus voms-proxy-init canl-java XRootD: - - $/home; curl Python ssl Go HTCondor: - - those \
         of the system",
    ),
    (
        "rm $UC; export X509_USER_CERT=/c",
        "alien.py: $/tmp/tokencert.pem $/tmp/tokenkey.pem $/ca; Globus XRootD: \
         $/tmp/x509up $/tmp/x509up $/ca; voms-proxy-init canl-java: /c $/home/.globus/userkey.pem $/ca; \
         curl Python ssl Go: - - those of the system; HTCondor: $/tmp/x509up $/tmp/x509up those of \
         the system",
    ),
    (
        "export JALIEN_TOKEN_KEY=\"$(cat $TK)\" _CONDOR_AUTH_SSL_CLIENT_CERTFILE=/c \
         _CONDOR_AUTH_SSL_CLIENT_KEYFILE=/k",
        "alien.py: $/tmp/tokencert.pem $JALIEN_TOKEN_KEY, which holds it $/ca; Globus \
         XRootD: $/tmp/x509up $/tmp/x509up $/ca; voms-proxy-init canl-java: $/home/.globus/usercert.pem \
         $/home/.globus/userkey.pem $/ca; curl Python ssl Go: - - those of the system; HTCondor: /c \
         /k those of the system",
    ),
];

#[test]
fn each_client_takes_what_its_own_rules_say() {
    let mut failures = Vec::new();
    for (script, want) in CLIENTS {
        let place = Place::new(As::Anybody, &[]).unwrap();
        let (out, err, _) = place.run(&format!("{script}\ncertok who cert"));
        let report: Value =
            serde_json::from_str(&out).unwrap_or_else(|_| panic!("{script}\n{out}{err}"));
        let root = place.root.path().display().to_string();
        let uid = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(&root).unwrap());
        let text = |item: &Value, key: &str| {
            let text = item[key].as_str().unwrap_or("-").replace(&root, "$");
            text.replace(&format!("_u{uid}"), "").replace(&format!("_{uid}.pem"), ".pem")
        };
        let clients = report["items"].as_array().unwrap();
        let clients = clients.iter().filter(|item| item["kind"] == "client").map(|item| {
            let names = item["clients"].as_array().unwrap().iter().filter_map(Value::as_str);
            let parts = ["certificate", "key", "cas"].map(|key| text(item, key));
            format!("{}: {}", names.collect::<Vec<_>>().join(" "), parts.join(" "))
        });
        let got: Vec<String> = clients.collect();
        let got = got.join("; ");
        if got != *want {
            failures.push(format!("({script:?},\n{got:?}),"));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// A script, and a line of the text that it prints; or one that it does not, behind `!`.
const LINES: &[(&str, &str)] = &[
    // Clients load files, servers see what is sent.
    ("certok who cert", "clients, which load the files"),
    ("certok who cert", "  loads it     alien.py"),
    ("certok who cert", "servers, which see what the client of their protocol sends"),
    ("certok who cert", "  takes it     globus"),
    ("certok who cert --tool grid", "  takes it     globus, xrootd-gsi-5, xrootd-gsi-6, canl"),
    ("certok who cert --tool grid -v", "!  takes it     globus, xrootd-gsi-5, xrootd-gsi-6, canl"),
    // What was read.
    ("certok who cert --tool go", "  key          $/home/.globus/userkey.pem (default)"),
    ("certok who proxy --tool go", "  key          in the same file"),
    ("rm $UK; certok who cert --tool go", "  key          none"),
    ("certok who $UC --tool go", "  key          not looked at, since a file was named"),
    ("certok who cert --tool go", "  CAs          $/ca ($X509_CERT_DIR)"),
    // Of several credentials those that do the same stand together.
    ("certok who --tool xrootd-gsi", "  takes it     xrootd-gsi-5, xrootd-gsi-6"),
    // A key with a passphrase is said of.
    (
        "rm $UK; cp $D/key/encrypted-pbes2.pem $UK; chmod 400 $UK; certok who cert --tool go",
        "ok: Go 1.24 and later takes $/home/.globus/usercert.pem (default); its key asks for a passphrase",
    ),
    // The time that was asked for, in every command.
    ("certok status --for 24", "asked for: the next 24 seconds, until 2026-06-01 12:00:24 UTC"),
    ("certok check --for 24", "asked for: the next 24 seconds, until 2026-06-01 12:00:24 UTC"),
    (
        "certok who --for 90m",
        "asked for: the next 1 hour 30 minutes, until 2026-06-01 13:30:00 UTC",
    ),
    (
        "certok cert-verify --for 24",
        "asked for: the next 24 seconds, until 2026-06-01 12:00:24 UTC",
    ),
    ("certok proxy-verify --for 5d", "asked for: the next 5 days, until 2026-06-06 12:00:00 UTC"),
    ("certok $UC $PX --for 24", "asked for: the next 24 seconds, until 2026-06-01 12:00:24 UTC"),
    ("certok status --for 0", "!asked for: the next 0 seconds, until 2026-06-01 12:00:00 UTC"),
];

#[test]
fn the_text_says_what_was_read_and_asked() {
    let mut failures = Vec::new();
    for (script, want) in LINES {
        let place = Place::new(As::Anybody, &[]).unwrap();
        let (out, err, _) = place.run_as(script, "");
        let out = out.replace(&place.root.path().display().to_string(), "$");
        let (line, wanted) = want.strip_prefix('!').map_or((*want, true), |line| (line, false));
        if out.lines().any(|one| one == line) != wanted {
            failures.push(format!("{script}: {want}\n{out}{err}"));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}
