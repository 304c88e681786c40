//! `bearer-info`, `bearer-verify`: which bearer token is found, and would a service accept it.

mod forge;
mod run;

use forge::bearer::{ISSUER, cache, changed, headed, healthy, jwks, signed};
use run::{Home, NOW, expect};

const NOT_VERIFIED: &str = "bearer-not-verified";

/// The home of a job whose token lies where `BEARER_TOKEN_FILE` says.
fn home(content: &str) -> Home {
    let home = Home::new("$BEARER_TOKEN_FILE={home}/bt $XDG_RUNTIME_DIR={home}");
    home.write("bt", content.as_bytes(), 0o600);
    home
}

/// Changed claims, options, instant, exit code, ids besides the one for the signature.
type Row<'a> = (&'a [(&'static str, &'a str)], &'a str, i64, i32, &'a [&'a str]);

const HOUR: i64 = 3600;

const CLAIMS: &[Row<'_>] = &[
    (&[], "", NOW, 0, &[]),
    (&[], "", NOW + HOUR - 1, 0, &[]), // the last good second
    (&[], "", NOW + HOUR, 11, &["bearer-expired"]),
    (&[], "--for 1h", NOW, 0, &[]),
    (&[], "--for 3601", NOW, 10, &["bearer-too-short"]),
    (&[], "", NOW - HOUR - 61, 12, &["bearer-not-yet-valid"]),
    (&[], "", NOW - HOUR - 60, 0, &["bearer-issued-in-future"]),
    (&[], "", NOW - HOUR, 0, &[]),
    (&[("exp", "")], "", NOW, 13, &["bearer-claim-missing"]),
    (&[("iss", "")], "", NOW, 13, &["bearer-claim-missing"]),
    (&[("exp", "\"9\"")], "", NOW, 13, &["bearer-claim-form"]),
    (&[("nbf", "\"9\"")], "", NOW, 13, &["bearer-claim-form"]),
    (&[("scope", "[]")], "", NOW, 0, &["bearer-field-not-text"]),
    (&[("exp", "1e400")], "", NOW, 13, &["bearer-claim-form"]),
    (&[("exp", "-1e400")], "", NOW, 13, &["bearer-claim-form"]),
    (&[("exp", "1e300")], "", NOW, 13, &["bearer-claim-form"]),
    (&[("exp", "253402300799")], "", NOW, 0, &["bearer-time-overflow"]), // the end of the year 9999
    (&[("exp", "253402300800")], "", NOW, 13, &["bearer-claim-form"]),
    (&[("exp", "9223372036854775807")], "", NOW, 13, &["bearer-claim-form"]),
    (&[("exp", "99999999999999999999")], "", NOW, 13, &["bearer-claim-form"]),
    (&[("nbf", "-1e400")], "", NOW, 13, &["bearer-claim-form"]),
    (&[("nbf", "1e30")], "", NOW, 13, &["bearer-claim-form"]),
    (&[("iat", "1e400")], "", NOW, 13, &["bearer-claim-form"]),
    (&[("x", "[-1e400]")], "", NOW, 13, &["bearer-claim-form"]),
    (&[("exp", "1.7803188e9")], "", NOW, 0, &["bearer-time-fraction"]), // an hour, written so
    // The last second of the 64 bits, and the first beyond.
    (&[("exp", "9223372036")], "", NOW, 0, &[]),
    (&[("exp", "9223372037")], "", NOW, 0, &["bearer-time-overflow"]),
    (&[("exp", "32503680000")], "", NOW, 0, &["bearer-time-overflow"]), // the year 3000
    (&[("exp", "20227145674")], "", NOW, 0, &[]),                       // comes out as a day later
    (&[("scope", r#""openid\tprofile""#)], "", NOW, 0, &["bearer-scope-separator"]),
    (&[("scope", r#""storage.read:/,storage.modify:/""#)], "", NOW, 0, &["bearer-scope-separator"]),
    (&[("scope", r#""storage.read:/a,b storage.modify:/c+d""#)], "", NOW, 0, &[]),
    (&[("iss", "\"\"")], "", NOW, 13, &["bearer-claim-missing"]),
    (&[("iss", "\"https://\"")], "", NOW, 13, &["bearer-issuer-not-url"]),
    (&[("iss", "\"iam.certok.test\"")], "", NOW, 13, &["bearer-issuer-not-url"]),
    (&[("iss", "\"https://iam.certok.test/ \"")], "", NOW, 13, &["bearer-issuer-not-url"]),
    (&[("sub", "\"\"")], "", NOW, 0, &["bearer-claims-incomplete"]),
    (&[("aud", "\"\"")], "", NOW, 0, &["bearer-claims-incomplete"]),
    (&[("iat", "1780315260")], "", NOW, 0, &["bearer-issued-in-future"]), // a minute
    (&[("iat", "1780315261")], "", NOW, 12, &["bearer-not-yet-valid"]),
    (&[("jti", "")], "", NOW, 0, &["bearer-claims-incomplete"]),
    (&[("wlcg.ver", "")], "", NOW, 0, &["bearer-no-profile"]),
    (&[("wlcg.ver", "\"2.0\"")], "", NOW, 13, &["bearer-unknown-profile"]),
    (&[("wlcg.ver", "\"1.1\"")], "", NOW, 0, &["bearer-later-profile"]),
    (&[("wlcg.ver", "1.0")], "", NOW, 13, &["bearer-claim-form"]),
    (&[("scope", "\"storage.read\"")], "", NOW, 13, &["bearer-scope-pathless"]),
    (&[("scope", "\"storage.read:\"")], "", NOW, 13, &["bearer-scope-pathless"]),
    (&[("scope", "\"storage.read:/\"")], "", NOW, 0, &[]),
    (&[("scope", "\"storage.read:../..\"")], "", NOW, 13, &["bearer-scope-pathless"]),
    (&[("scope", "\"storage.read:/x/..\"")], "", NOW, 13, &["bearer-scope-pathless"]),
    (&[("scope", "\"condor:/WRITE\"")], "--scope condor:/READ", NOW, 0, &[]),
    (&[("scope", "\"condor:READ\"")], "--scope condor:/READ", NOW, 0, &[]),
    (&[("scope", "\"compute.read\"")], "--scope condor:/READ", NOW, 0, &[]),
    (
        &[("scope", "\"compute.create compute.modify compute.cancel\"")],
        "--scope condor:/WRITE --scope condor:/READ",
        NOW,
        0,
        &[],
    ),
    (
        &[("scope", "\"compute.create compute.modify\"")],
        "--scope condor:/READ",
        NOW,
        15,
        &["bearer-scope-insufficient"],
    ),
    (&[("scope", "\"a condor:/READ\"")], "--scope condor:/READ", NOW, 0, &[]),
    (
        &[("scope", "\"condor:/READ\"")],
        "--scope condor:/WRITE",
        NOW,
        15,
        &["bearer-scope-insufficient"],
    ),
    (&[("aud", "[]")], "--audience a", NOW, 15, &["bearer-wrong-audience"]),
    (&[("aud", "\"[a, b]\"")], "--audience a", NOW, 15, &["bearer-wrong-audience"]),
    (
        &[("wlcg.ver", ""), ("ver", "\"scitokens:2.0\"")],
        "",
        NOW,
        0,
        &["bearer-scope-void", "bearer-scope-void"],
    ),
    (&[], "--audience https://eos.test", NOW, 0, &[]),
    (&[], "--issuer https://iam.certok.test/", NOW, 0, &[]),
    (&[], "--issuer https://iam.certok.test", NOW, 15, &["bearer-wrong-issuer"]),
    (&[("aud", "\"https://eos.test\"")], "--audience https://eos.test", NOW, 0, &[]),
    (
        &[("aud", "\"https://eos.test\"")],
        "--audience https://eos.test/",
        NOW,
        15,
        &["bearer-wrong-audience"],
    ),
    (&[("aud", "[\"a\",\"https://eos.test\"]")], "--audience https://eos.test", NOW, 0, &[]),
    (&[("aud", "\"ANY\"")], "--audience https://eos.test", NOW, 15, &["bearer-wrong-audience"]),
    (&[], "--scope storage.read:/data", NOW, 0, &[]),
    (&[], "--scope storage.read:/data/x --scope storage.create:/data/alice/y", NOW, 0, &[]),
    (&[], "--scope storage.read:/database", NOW, 15, &["bearer-scope-insufficient"]),
    (&[], "--scope storage.modify:/data/bob", NOW, 15, &["bearer-scope-insufficient"]),
    (
        &[("scope", "\"storage.read:/data/%2e%2e\"")],
        "--scope storage.read:/etc",
        NOW,
        15,
        &["bearer-scope-insufficient", "bearer-scope-void"],
    ),
];

/// What scitokens-cpp grants is never called harmless: it stands first, with who does not.
#[test]
fn both_readings_of_a_scope_are_named() {
    for (scope, taken, asked) in [
        (
            "storage.read:data",
            "takes the scope storage.read:data for storage.read:/data",
            "storage.read:/data/x",
        ),
        ("storage.read:/x/../data", "storage.read:/data", "storage.read:/data"),
        ("read:/data", "read:/data", "storage.read:/data"),
        ("storage.read:/data/", "storage.read:/data", "storage.read:/data"),
        ("storage.read:/data/.", "storage.read:/data", "storage.read:/data"),
        ("condor:/WRITE", "HTCondor-CE permits it by condor:/WRITE", "compute.create"),
    ] {
        let scope = format!("\"{scope}\"");
        let home = home(&signed(&changed(&[("scope", &scope)]), "RS256", "user"));
        let run = home.run(&format!("bearer-verify --at {NOW} --scope {asked}"));
        assert_eq!(run.code, 15, "{scope}: {run:?}");
        assert!(run.out.contains(taken), "{scope}: {}", run.out);
        let harmless = format!("{} permits nothing", scope.trim_matches('"'));
        assert!(!run.out.contains(&harmless), "{scope}: {}", run.out);
    }
}

/// A path that only starts with the same letters is named.
#[test]
fn beside_a_path() {
    for (scope, asked, said) in [
        ("storage.read:/data", "storage.read:/datax", "; /datax is not below /data"),
        ("storage.modify:/a/b", "storage.create:/a/bc/d", "; /a/bc/d is not below /a/b"),
        ("storage.read:/data", "storage.read:/other", ""),
        ("storage.read:/data", "storage.create:/datax", ""),
        ("storage.read:/data/", "storage.read:/data", ""),
    ] {
        let scope = format!("\"{scope}\"");
        let home = home(&signed(&changed(&[("scope", &scope)]), "RS256", "user"));
        let run = home.run(&format!("bearer-verify --at {NOW} --scope {asked}"));
        assert_eq!(run.code, 15, "{scope}: {run:?}");
        assert!(run.out.contains(said), "{scope}: {}", run.out);
        assert_eq!(run.out.contains("is not below"), !said.is_empty(), "{scope}: {}", run.out);
    }
}

#[test]
fn claims() {
    for (changes, options, at, exit, ids) in CLAIMS {
        let home = home(&signed(&changed(changes), "RS256", "user"));
        let ids = [ids, &[NOT_VERIFIED][..]].concat();
        expect(&home, &format!("bearer-verify {options}"), *at, *exit, &ids, &[]);
    }
}

/// What a header demands is refused with keys and without them, when described and when judged.
#[test]
fn demands() {
    let keys = jwks(&["user"]);
    for (more, said) in [
        (r#","crit":["exp"]"#, "exp, which is not in the header"),
        (r#","x":1,"crit":["x"]"#, "demands that x be understood"),
        (r#","crit":[]"#, "an empty list"),
        (r#","crit":"kid""#, "a text, not a list"),
        (r#","crit":["kid"]"#, "kid, which is no extension"),
        (r#","x":1,"crit":["x","x"]"#, "x twice"),
        (r#","b64":false,"crit":["b64"]"#, "that b64 be understood"),
        (r#","b64":false"#, "b64 is not true"),
    ] {
        let home = home(&headed(&changed(&[]), "RS256", "user", more));
        home.write("keys", keys.as_bytes(), 0o644);
        for (command, ids) in [
            ("bearer-verify", &["bearer-critical-header", NOT_VERIFIED][..]),
            ("bearer-info", &["bearer-critical-header", NOT_VERIFIED]),
            ("bearer-verify --jwks {home}/keys", &["bearer-critical-header"]),
        ] {
            expect(&home, &home.fill(command), NOW, 13, ids, &[said]);
        }
    }
    let harmless = headed(&changed(&[]), "RS256", "user", r#","b64":true"#);
    expect(&home(&harmless), "bearer-verify", NOW, 0, &[NOT_VERIFIED], &[]);
}

#[test]
fn signatures() {
    const NAMES: &[&str] = &["user", "p256", "p384", "p521", "ed25519"];
    for (algorithm, key, exit, ids) in [
        ("RS256", "user", 0, &[][..]),
        ("RS384", "user", 0, &["bearer-rare-algorithm"]),
        ("RS512", "user", 0, &["bearer-rare-algorithm"]),
        ("PS256", "user", 0, &["bearer-rare-algorithm"]),
        ("ES256", "p256", 0, &[]),
        ("ES384", "p384", 0, &["bearer-rare-algorithm"]),
        ("ES512", "p521", 0, &["bearer-rare-algorithm"]),
        ("EdDSA", "ed25519", 0, &["bearer-rare-algorithm"]),
        ("RS256", "root", 5, &["bearer-key-unknown"]),
        ("none", "user", 13, &["bearer-algorithm"]),
        ("None", "user", 13, &["bearer-algorithm"]),
        ("HS256", "user", 13, &["bearer-algorithm"]),
        ("XX", "user", 13, &["bearer-algorithm"]),
    ] {
        let home = home(&signed(&changed(&[]), algorithm, key));
        home.write("keys", jwks(NAMES).as_bytes(), 0o644);
        let command = "bearer-verify --jwks {home}/keys";
        expect(&home, &home.fill(command), NOW, exit, ids, &[]);
    }
    // The signature of another token.
    let (good, other) = (healthy(), signed(&changed(&[("sub", "\"eve\"")]), "RS256", "user"));
    let swapped =
        format!("{}.{}", other.rsplit_once('.').unwrap().0, good.rsplit_once('.').unwrap().1);
    let home = home(&swapped);
    home.write("keys", jwks(NAMES).as_bytes(), 0o644);
    let command = home.fill("bearer-verify --jwks {home}/keys");
    expect(&home, &command, NOW, 13, &["bearer-bad-signature"], &[]);
}

#[test]
fn caches() {
    // sha256 of the issuer.
    let name = certok::parse::bearer::jwks::file_name(ISSUER);
    let asked = "bearer-verify --jwks {home}/cache";
    let unknown = &["bearer-key-unknown"][..];
    for (file, issuer, end, command, exit, ids) in [
        (&name[..], ISSUER, NOW + 1, asked, 0, &[][..]),
        (&name, ISSUER, NOW, asked, 5, unknown),
        (&name, "https://other.test/", NOW + 1, asked, 5, unknown),
        ("other", ISSUER, NOW + 1, asked, 5, unknown),
        (&name, ISSUER, NOW + 1, "bearer-verify", 0, &[]),
        (&name, ISSUER, NOW, "bearer-verify", 0, &[NOT_VERIFIED]),
    ] {
        let mut home = home(&healthy());
        home.set("JWKS_CACHE_DIR", "{home}/cache");
        let text = cache(issuer, &["user"], end);
        home.write(&format!("cache/{file}"), text.as_bytes(), 0o644);
        expect(&home, &home.fill(command), NOW, exit, ids, &[]);
    }
    // A plain set is of no issuer, and verifies nothing unless somebody says so.
    let mut home = home(&healthy());
    home.set("JWKS_CACHE_FILE", "{home}/set");
    home.write("set", jwks(&["user"]).as_bytes(), 0o644);
    expect(&home, "bearer-verify", NOW, 0, &[NOT_VERIFIED], &[]);
}

#[test]
fn discovery() {
    let token = healthy();
    let runtime = format!("bt_u{}", rustix::process::geteuid().as_raw());
    let new = |setup: &str| Home::new(&format!("$XDG_RUNTIME_DIR={{home}} {setup}"));
    // What is empty falls through, what is not stops.
    let mut home = new("$BEARER_TOKEN_FILE={home}/empty");
    home.set("BEARER_TOKEN", "");
    home.write("empty", b" \n", 0o600);
    home.write(&runtime, format!("\t{token}\r\n").as_bytes(), 0o600);
    let empty = ["bearer-empty", "bearer-empty", NOT_VERIFIED];
    expect(&home, "bearer-verify", NOW, 0, &empty, &["XDG_RUNTIME_DIR"]);
    home.set("BEARER_TOKEN", "opaque");
    let stops = ["bearer-not-jwt", "bearer-shadowed"];
    expect(&home, "bearer-verify", NOW, 4, &stops, &["$BEARER_TOKEN"]);
    home.set("BEARER_TOKEN", &token);
    let shadowed = ["bearer-shadowed", NOT_VERIFIED];
    expect(&home, "bearer-verify", NOW, 0, &shadowed, &[]);
    // A file that a variable names must be there.
    home.unset("BEARER_TOKEN");
    home.set("BEARER_TOKEN_FILE", "{home}/nothing");
    let missing = ["bearer-file-missing", "bearer-shadowed"];
    expect(&home, "bearer-verify", NOW, 3, &missing, &["nothing"]);
    home.set("BEARER_TOKEN_FILE", &token);
    expect(&home, "bearer-verify", NOW, 3, &missing, &["holds a token"]);
    // What is odd about the name is said, with the file that was meant; else the next place is.
    let meant = format!("fix: export BEARER_TOKEN_FILE={{home}}/{runtime}");
    for (value, words, fix) in [
        (format!("'{{home}}/{runtime}'"), "literal quote characters", meant.as_str()),
        (format!("{{home}}/{runtime}\r"), "carriage return", &meant),
        (format!("file://{{home}}/{runtime}"), "a file:// URL", &meant),
        ("{home}/nothing".to_owned(), "does not exist", "fix: unset BEARER_TOKEN_FILE"),
    ] {
        home.set("BEARER_TOKEN_FILE", &value);
        expect(&home, "bearer-verify", NOW, 3, &missing, &[words, fix]);
    }
}

/// What is no token as it stands may hold one all the same: it is closed before it is mended.
#[test]
fn open_secrets_are_closed() {
    let token = healthy();
    let (first, last) = token.split_at(60);
    for (content, closed) in [
        (format!("{first}\n{last}\n"), true),
        (format!("\"{token}\""), true),
        (format!("\u{feff}{token}"), true),
        (format!("{{\"access_token\":\"{first}\n{last}\"}}"), true),
        ("{\"auth\":{\"client_token\":\"x\"}}".to_owned(), true),
        ("{\"error\":\"invalid_grant\"}".to_owned(), false),
        ("/tmp/token".to_owned(), false),
        ("no token today".to_owned(), false),
    ] {
        let home = home(&content);
        home.write("bt", content.as_bytes(), 0o644);
        let run = home.run(&format!("bearer-verify --at {NOW}"));
        let kept = run.out.contains("leave its mode");
        assert_eq!((run.out.contains("chmod 600"), kept), (closed, !closed), "{content}: {run:?}");
    }
}

/// htgettoken and oidc-agent make no macaroons.
#[test]
fn only_its_service_makes_a_macaroon() {
    for (name, options, advice) in [
        ("macaroon-expired", "", "HTTP door"),
        ("macaroon", "--for 1y", "HTTP door"),
        ("expired", "", "htgettoken"),
    ] {
        let text = String::from_utf8(run::bytes(&format!("bearer/{name}.token"))).unwrap();
        let run = home(&text).run(&format!("bearer-verify {options} --at {NOW}"));
        assert!([10, 11].contains(&run.code), "{name}: {run:?}");
        assert!(run.out.contains(advice), "{name}: {run:?}");
        assert_eq!(run.out.contains("htgettoken"), name == "expired", "{name}: {run:?}");
    }
}

/// Tokens where discovery does not come to, and those that a bad one hides: the change is tried
/// before it is printed.
#[test]
fn elsewhere() {
    let uid = rustix::process::geteuid().as_raw();
    let late = signed(&changed(&[("exp", "1")]), "RS256", "user");
    let (good, own) = (healthy(), format!("bt_u{uid}"));
    let purpose = format!("{own}-igwn");
    for (bad, file, setup, exit, fix) in [
        ("", &*purpose, "", 3, "export BEARER_TOKEN_FILE={home}/{file}"),
        ("", "bt_u54321", "", 3, "export BEARER_TOKEN_FILE={home}/{file}"),
        ("", "igwn.use", "$_CONDOR_CREDS={home}", 3, "export BEARER_TOKEN_FILE={home}/{file}"),
        ("", "igwn", "$SCITOKEN_FILE={home}/igwn", 3, "export BEARER_TOKEN_FILE={home}/{file}"),
        ("old", &*own, "$BEARER_TOKEN_FILE={home}/old", 11, "unset BEARER_TOKEN_FILE"),
        (
            "old",
            &*purpose,
            "$BEARER_TOKEN_FILE={home}/old",
            11,
            "export BEARER_TOKEN_FILE={home}/{file}",
        ),
        (
            "",
            "t",
            "$BEARER_TOKEN={home}/t",
            4,
            "unset BEARER_TOKEN; export BEARER_TOKEN_FILE={home}/t",
        ),
        // What is no better is not named.
        ("", "x", "", 3, ""),
    ] {
        let home = Home::new(&format!("$XDG_RUNTIME_DIR={{home}} {setup}"));
        home.write(file, good.as_bytes(), 0o600);
        if !bad.is_empty() {
            home.write(bad, late.as_bytes(), 0o600);
        }
        let run = home.run(&format!("bearer-verify --at {NOW}"));
        let fix = home.fill(&fix.replace("{file}", file));
        let row = format!("{file} {setup}: {}", run.out);
        assert_eq!(run.code, exit, "{row}");
        match &*fix {
            "" => assert!(!run.out.contains("fix:"), "{row}"),
            fix => {
                assert!(run.out.contains(&format!("fix: {fix}\n")), "{fix}: {row}");
                let script = format!("{fix}\ncertok bearer-verify --at {NOW}");
                let run = home.shell("sh", &script, b"");
                assert!(run.is_none_or(|run| run.code == 0), "{row}");
            }
        }
    }
    // In another variable.
    let mut home = Home::new("$XDG_RUNTIME_DIR={home}");
    home.set("ACCESS_TOKEN", &good);
    let words = ["fix: export BEARER_TOKEN=\"$ACCESS_TOKEN\""];
    expect(&home, "bearer-verify", NOW, 3, &["bearer-none"], &words);
}

#[test]
fn modes() {
    let unsafe_mode = ["bearer-unsafe-mode", NOT_VERIFIED];
    let good = [NOT_VERIFIED];
    for (mode, exit, ids) in [
        (0o600, 0, &good[..]),
        (0o400, 0, &good),
        (0o640, 16, &unsafe_mode),
        (0o601, 16, &unsafe_mode),
    ] {
        let home = home(&healthy());
        home.chmod("bt", mode);
        expect(&home, "bearer-verify", NOW, exit, ids, &[]);
        let command = home.fill("bearer-verify {home}/bt");
        expect(&home, &command, NOW, 0, ids, &[]);
    }
}

#[test]
fn in_status_and_check() {
    let home = home(&healthy());
    let status = home.run(&format!("status --at {NOW} --json"));
    assert!(status.out.contains("\"bearer token\""), "{}", status.out);
    let words = ["accepted", "bearer token"];
    expect(&home, "check bearer", NOW, 0, &[NOT_VERIFIED], &words);
    let whole = home.run(&format!("check --at {NOW} --json"));
    assert!(whole.out.contains("\"credential\": \"bearer\""), "{}", whole.out);
    let late = NOW + HOUR;
    let expired = ["bearer-expired", NOT_VERIFIED];
    expect(&home, "check bearer", late, 11, &expired, &[]);
    let none = Home::new("$XDG_RUNTIME_DIR={home}");
    let status = none.run(&format!("status --at {NOW} --json"));
    assert!(!status.out.contains("\"bearer token\""), "{}", status.out);
}

#[test]
fn fixtures() {
    for (name, exit, id) in [
        ("expired.token", 11, "bearer-expired"),
        ("not-yet-valid.token", 12, "bearer-not-yet-valid"),
        ("future.token", 0, "bearer-issued-in-future"),
        ("ends-beyond-counting.token", 0, "bearer-time-overflow"),
        ("scope-tab.token", 0, "bearer-scope-separator"),
        ("no-exp.token", 13, "bearer-claim-missing"),
        ("exp-text.token", 13, "bearer-claim-form"),
        ("exp-out-of-range.token", 13, "bearer-claim-form"),
        ("crit.token", 13, "bearer-critical-header"),
        ("crit-empty.token", 13, "bearer-critical-header"),
        ("unencoded.token", 13, "bearer-critical-header"),
        ("trailing.token", 13, "bearer-not-strict-json"),
        ("trailing-header.token", 13, "bearer-not-strict-json"),
        ("no-iat.token", 0, "bearer-claim-mandatory"),
        ("no-nbf.token", 0, "bearer-no-start"),
        ("scope-list.token", 0, "bearer-field-not-text"),
        ("sub-number.token", 0, "bearer-claim-not-text"),
        ("no-jti.token", 0, "bearer-claims-incomplete"),
        ("no-profile.token", 0, "bearer-no-profile"),
        ("scope-void.token", 0, "bearer-scope-void"),
        ("alg-none.token", 13, "bearer-algorithm"),
        ("es384.token", 0, "bearer-rare-algorithm"),
        ("json.token", 4, "bearer-json"),
        ("healthy.token", 0, NOT_VERIFIED),
        ("no-ver.token", 0, "bearer-no-profile"),
        ("exp-fraction.token", 0, "bearer-time-fraction"),
        ("wlcg-1.3.token", 0, "bearer-later-profile"),
        ("wlcg-2.0.token", 13, "bearer-unknown-profile"),
        ("issuer-http.token", 13, "bearer-issuer-not-url"),
        ("two-profiles.token", 0, "bearer-two-profiles"),
        ("pathless.token", 13, "bearer-scope-pathless"),
        ("groups.token", 0, "bearer-groups-ignored"),
        ("compute-create.token", 0, NOT_VERIFIED),
        ("encoded-path.token", 0, NOT_VERIFIED),
        ("refresh.token", 4, "bearer-is-refresh-token"),
        ("bound.token", 0, "bearer-bound"),
        ("dpop-proof.token", 0, "bearer-other-type"),
        ("id-token.token", 4, "bearer-is-id-token"),
        ("macaroon.token", 0, "bearer-macaroon"),
        ("macaroon-expired.token", 11, "bearer-expired"),
    ] {
        let text = String::from_utf8(run::bytes(&format!("bearer/{name}"))).unwrap();
        let run = home(&text).run(&format!("bearer-verify --at {NOW} --json"));
        assert_eq!(run.code, exit, "{name}: {}", run.out);
        assert!(run.ids().iter().any(|known| known == id), "{name}");
    }
}

/// The signature holds, and a service with the same keys may not come to it.
#[test]
fn key_sets() {
    let single = jwks(&["user"]);
    let single = single.split_once('[').unwrap().1.rsplit_once(']').unwrap().0;
    let encrypts = jwks(&["user"]).replace("\"use\":\"sig\"", "\"use\":\"enc\"");
    let twice = String::from_utf8(run::bytes("bearer/twice.jwks")).unwrap();
    let slash = cache(ISSUER.trim_end_matches('/'), &["user"], NOW + 1);
    let rsa = jwks(&["user"]);
    let ends = |end: i64| rsa.replace("\"kty\":", &format!("\"exp\":{end},\"kty\":"));
    let padded = rsa.replace("\"e\":\"AQAB\"", "\"e\":\"AQAB=\"");
    let untyped = rsa.replace("\"kty\":\"RSA\",", "");
    let other_use = rsa.replace("\"kty\":", "\"alg\":\"ES256\",\"kty\":");
    for (keys, exit, ids, said) in [
        (
            padded,
            5,
            &["bearer-key-unknown"][..],
            "the key user in {home}/keys has something else than",
        ),
        (ends(NOW), 0, &["bearer-key-expired"], "whose exp is"),
        (ends(NOW + 1), 0, &[], ""),
        (untyped, 5, &["bearer-key-unknown"], "the key user in {home}/keys has no kty"),
        (other_use, 13, &["bearer-bad-signature"], "which made it, is for ES256 alone (alg)"),
        (jwks(&["user"]), 0, &[][..], ""),
        (jwks(&["root", "user"]), 0, &[], ""),
        (twice, 0, &["bearer-key-set"], "2 keys in"),
        (single.to_owned(), 0, &["bearer-key-set"], "a single JWK"),
        (encrypts, 5, &["bearer-key-unknown"], "is for encryption"),
        (slash, 5, &["bearer-key-unknown"], "a slash at the end"),
    ] {
        let home = home(&healthy());
        home.write("keys", keys.as_bytes(), 0o644);
        expect(&home, &home.fill("bearer-verify --jwks {home}/keys"), NOW, exit, ids, &[said]);
    }
}

/// XRootD counts the white space too.
#[test]
fn sizes() {
    for (bytes, ids) in [(4096, &[NOT_VERIFIED][..]), (4097, &["bearer-too-long", NOT_VERIFIED])] {
        let good = healthy();
        let blank = "\n".repeat(bytes - good.len());
        expect(&home(&format!("{good}{blank}")), "bearer-verify", NOW, 0, ids, &[]);
    }
}

/// The line takes away what is around the token, and nothing else.
#[test]
fn what_is_around_a_token_is_taken_away() {
    let good = healthy();
    let (first, last) = good.split_at(30);
    let wide: String = good.chars().flat_map(|c| [c, '\0']).collect();
    for (content, said) in [
        (format!("b'{good}'\n"), "as Python prints"),
        (format!("\"{good}\"\n"), "quotes"),
        (format!("{first}\n{last}\n"), "several lines"),
        (wide, "UTF-16"),
    ] {
        let home = home(&content);
        let before = home.run(&format!("bearer-verify --at {NOW} --json"));
        assert_eq!(before.code, 4, "{said}: {}", before.out);
        assert!(before.out.contains(said), "{said}: {}", before.out);
        let fix = before.json()["findings"][0]["fix"].as_str().unwrap().to_owned();
        let done = std::process::Command::new("sh").arg("-c").arg(&fix).status().unwrap();
        assert!(done.success(), "{fix}");
        expect(&home, "bearer-verify", NOW, 0, &[NOT_VERIFIED], &[]);
    }
}
