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
        "proxy-not-accepted: openssl apache-crl nginx nginx-crl python-3.11 python-3.13; \
         crl-missing: openssl-proxy-crl; strict-refuses: openssl-strict; \
         unknown-critical-extension: go rustls rustls-crl java; not-a-ca: gnutls gnutls-crl",
    ),
    ("certok who token", "crl-missing: openssl-proxy-crl apache-crl nginx-crl"),
    (
        "certok who $D/cert/expired.pem",
        "expired: globus xrootd-gsi-5 xrootd-gsi-6 xrootd-http canl canl-nocrl canl-strict \
         openssl openssl-proxy openssl-level1 openssl-strict nginx python-3.11 python-3.13 go \
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
        "certok who proxy $D/proxy/legacy.pem",
        "proxy-issuer-key-usage: globus; proxy-subject: xrootd-gsi-5 xrootd-gsi-6; not-a-ca: \
         xrootd-http openssl openssl-proxy openssl-proxy-crl openssl-level1 openssl-strict \
         apache-crl nginx nginx-crl python-3.11 python-3.13 go gnutls gnutls-crl java; \
         version-before-3: rustls rustls-crl",
    ),
    (
        "certok who proxy $D/proxy/draft.pem",
        "unknown-critical-extension: xrootd-http openssl openssl-proxy openssl-proxy-crl \
         openssl-level1 openssl-strict apache-crl nginx nginx-crl python-3.11 python-3.13 go \
         rustls rustls-crl gnutls gnutls-crl java",
    ),
    (
        "certok who proxy $D/proxy/full-below-limited.pem",
        "proxy-exceeds-limited: globus canl canl-nocrl canl-strict; proxy-not-accepted: \
         openssl apache-crl nginx nginx-crl python-3.11 python-3.13; crl-missing: \
         openssl-proxy-crl; strict-refuses: openssl-strict; unknown-critical-extension: go \
         rustls rustls-crl java; not-a-ca: gnutls gnutls-crl",
    ),
    (
        "certok who proxy $D/proxy/path-length-exceeded.pem",
        "proxy-path-length: globus canl canl-nocrl canl-strict; path-length: xrootd-http \
         openssl-proxy openssl-proxy-crl openssl-level1 openssl-strict; proxy-not-accepted: \
         openssl apache-crl nginx nginx-crl python-3.11 python-3.13; \
         unknown-critical-extension: go rustls rustls-crl java; not-a-ca: gnutls gnutls-crl",
    ),
    (
        "certok who proxy $D/proxy/rfc3820-restricted.pem",
        "proxy-restricted: globus; proxy-not-accepted: openssl apache-crl nginx nginx-crl \
         python-3.11 python-3.13; crl-missing: openssl-proxy-crl; strict-refuses: \
         openssl-strict; unknown-critical-extension: go rustls rustls-crl java; not-a-ca: \
         gnutls gnutls-crl",
    ),
    (
        "certok who proxy $D/proxy/info-not-critical.pem",
        "path-length: globus; proxy-info-not-critical: xrootd-gsi-5 xrootd-gsi-6; \
         proxy-not-accepted: openssl apache-crl nginx nginx-crl python-3.11 python-3.13; \
         crl-missing: openssl-proxy-crl; strict-refuses: openssl-strict; not-a-ca: go rustls \
         rustls-crl gnutls gnutls-crl java",
    ),
    (
        "certok who proxy $D/proxy/subject-differs.pem",
        "proxy-subject: globus xrootd-gsi-5 xrootd-gsi-6 xrootd-http canl canl-nocrl \
         canl-strict openssl-proxy openssl-proxy-crl openssl-level1 openssl-strict; \
         proxy-not-accepted: openssl apache-crl nginx nginx-crl python-3.11 python-3.13; \
         unknown-critical-extension: go rustls rustls-crl java; not-a-ca: gnutls gnutls-crl",
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
    (
        "rm $CA/*.0; certok who cert",
        "issuer-unknown: globus xrootd-gsi-5 xrootd-gsi-6 xrootd-http canl canl-nocrl \
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
    ("certok cert-verify --as go $D/cert/server-only.pem", 15, "wrong-purpose", "Go refuses it: "),
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
    ("certok proxy-verify --as openssl", 13, "proxy-not-accepted", "OpenSSL refuses it"),
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
    ("certok check cert --as globus", 0, "", "user certificate is good"),
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

/// A script, and for each client what it would show and whose CAs it trusts; `$` is the set-up.
const CLIENTS: &[(&str, &str)] = &[
    (
        "",
        "alien.py: $/tmp/tokencert.pem $/tmp/tokenkey.pem $/ca; Globus XRootD: \
         $/tmp/x509up $/tmp/x509up $/ca; VOMS canl: $/home/.globus/usercert.pem \
         $/home/.globus/userkey.pem $/ca; curl: - - those of the system; HTCondor: \
         $/tmp/x509up $/tmp/x509up those of the system",
    ),
    (
        "export X509_USER_PROXY=/p XrdSecGSICADIR=/x SSL_CERT_FILE=/s",
        "alien.py: $/tmp/tokencert.pem $/tmp/tokenkey.pem $/ca; Globus: /p /p $/ca; \
         VOMS canl: $/home/.globus/usercert.pem $/home/.globus/userkey.pem $/ca; \
         XRootD: /p /p /x; curl: - - /s; HTCondor: /p /p /s",
    ),
    (
        "unset X509_CERT_DIR; rm $TC $PX; mkdir -p $HOME/.globus/certificates",
        "alien.py: $/home/.globus/usercert.pem $/home/.globus/userkey.pem -; Globus: \
         $/tmp/x509up $/tmp/x509up $/home/.globus/certificates; VOMS canl: \
         $/home/.globus/usercert.pem $/home/.globus/userkey.pem \
         $/home/.globus/certificates; XRootD: $/tmp/x509up $/tmp/x509up -; curl: - - \
         those of the system; HTCondor: $/tmp/x509up $/tmp/x509up those of the system",
    ),
    (
        "unset X509_USER_PROXY; rm $TK $PX $UC; export X509_CERT_DIR=$HOME",
        "alien.py: - - -; Globus VOMS canl XRootD: - - $/home; curl HTCondor: - - those \
         of the system",
    ),
    (
        "rm $UC; export X509_USER_CERT=/c",
        "alien.py: $/tmp/tokencert.pem $/tmp/tokenkey.pem $/ca; Globus XRootD: \
         $/tmp/x509up $/tmp/x509up $/ca; VOMS canl: /c $/home/.globus/userkey.pem $/ca; \
         curl: - - those of the system; HTCondor: $/tmp/x509up $/tmp/x509up those of \
         the system",
    ),
    (
        "export JALIEN_TOKEN_KEY=\"$(cat $TK)\" _CONDOR_AUTH_SSL_CLIENT_CERTFILE=/c \
         _CONDOR_AUTH_SSL_CLIENT_KEYFILE=/k",
        "alien.py: $/tmp/tokencert.pem $JALIEN_TOKEN_KEY, which holds it $/ca; Globus \
         XRootD: $/tmp/x509up $/tmp/x509up $/ca; VOMS canl: $/home/.globus/usercert.pem \
         $/home/.globus/userkey.pem $/ca; curl: - - those of the system; HTCondor: /c \
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
