//! `idtoken-info`, `idtoken-verify`: which IDTOKEN HTCondor would send, and would it be accepted.

mod run;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use run::{Home, NOW, bytes, expect, is_root};

/// A home whose tokens lie where a variable says; no configuration of the machine is read.
fn home(setup: &str) -> Home {
    Home::new(&format!(
        "$CONDOR_CONFIG=ONLY_ENV $_condor_SEC_TOKEN_DIRECTORY={{home}}/tokens.d \
         $_condor_SEC_PASSWORD_DIRECTORY={{home}}/keys {setup}"
    ))
}

/// The keys of the fixtures, as a server has them.
const KEYS: &str = "keys/POOL=idtoken/keys/POOL:600 keys/KEY2=idtoken/keys/KEY2:600 \
                    keys/EMPTY=idtoken/keys/EMPTY:600";

/// Fixture, options, instant, exit code, ids.
type Row<'a> = (&'a str, &'a str, i64, i32, &'a [&'a str]);

const DAY: i64 = 86_400;

/// One token alone, the keys at hand.
const TOKENS: &[Row<'_>] = &[
    ("healthy.token", "", NOW, 0, &[]),
    ("healthy.token", "--for 30d", NOW, 0, &[]),
    ("healthy.token", "--for 2592001", NOW, 10, &["idtoken-too-short"]),
    ("healthy.token", "", NOW + 30 * DAY, 0, &[]), // the last good second
    ("healthy.token", "", NOW + 30 * DAY + 1, 11, &["idtoken-expired"]),
    ("ends-now.token", "", NOW, 0, &[]),
    ("ends-now.token", "", NOW + 1, 11, &["idtoken-expired"]),
    ("expired.token", "", NOW, 11, &["idtoken-expired"]),
    ("ends-never.token", "", NOW, 0, &["idtoken-never-expires"]),
    ("ends-beyond-counting.token", "", NOW, 11, &["idtoken-expired"]),
    ("ends-wrapped.token", "", NOW, 0, &["idtoken-never-expires"]),
    ("ends-wrapped.token", "", NOW + 30 * DAY, 0, &["idtoken-never-expires"]),
    ("ends-wrapped.token", "", NOW + 30 * DAY + 1, 11, &["idtoken-expired"]),
    ("exp-out-of-range.token", "", NOW, 11, &["idtoken-expired", "idtoken-claim-form"]),
    ("iat-beyond-counting.token", "", NOW, 0, &["idtoken-issued-in-future"]),
    ("crit.token", "", NOW, 13, &["idtoken-critical-header"]),
    ("exp-fraction.token", "", NOW, 0, &["idtoken-fraction"]),
    ("exp-text.token", "", NOW, 13, &["idtoken-claim-form"]),
    ("iss-number.token", "", NOW, 15, &["idtoken-other-trust-domain"]),
    ("issued-in-future.token", "", NOW + 1199, 0, &["idtoken-issued-in-future"]),
    ("issued-in-future.token", "", NOW + 1200, 0, &[]),
    ("unrestricted.token", "--authz ADMINISTRATOR", NOW, 0, &["idtoken-unrestricted"]),
    ("healthy.token", "--authz READ --authz WRITE", NOW, 0, &[]),
    ("healthy.token", "--authz read,write", NOW, 0, &[]),
    ("healthy.token", "--authz DAEMON", NOW, 15, &["idtoken-scope-insufficient"]),
    ("read-only.token", "--authz READ,WRITE", NOW, 15, &["idtoken-scope-insufficient"]),
    ("read-only.token", "--authz WRITE --authz READ", NOW, 15, &["idtoken-scope-insufficient"]),
    ("scope-comma.token", "", NOW, 0, &["idtoken-authorization-comma"]),
    ("scope-lower-case.token", "--authz READ", NOW, 0, &["idtoken-authorization-case"]),
    ("scope-unknown.token", "", NOW, 0, &["idtoken-unknown-authorization"]),
    ("scope-nothing-known.token", "--authz READ", NOW, 13, &["idtoken-no-authorization"]),
    ("scope-list.token", "", NOW, 13, &["idtoken-claim-form"]),
    ("no-id.token", "", NOW, 0, &["idtoken-no-id"]),
    ("no-domain.token", "", NOW, 0, &["idtoken-no-domain"]),
    ("not-expanded.token", "", NOW, 0, &["idtoken-not-expanded"]),
    ("superuser.token", "", NOW, 0, &["idtoken-superuser"]),
    ("empty-subject.token", "", NOW, 13, &["idtoken-no-subject"]),
    ("capability.token", "", NOW, 5, &["idtoken-capability"]),
    ("other-trust-domain.token", "", NOW, 0, &[]),
    (
        "other-trust-domain.token",
        "--trust-domain pool.certok.test",
        NOW,
        15,
        &["idtoken-other-trust-domain"],
    ),
    ("healthy.token", "--trust-domain pool.certok.test", NOW, 0, &[]),
    // Letter by letter.
    ("healthy.token", "--trust-domain Pool.certok.test", NOW, 15, &["idtoken-other-trust-domain"]),
    ("no-key-id.token", "", NOW, 15, &["idtoken-unknown-key"]),
    ("path-key-id.token", "", NOW, 15, &["idtoken-unknown-key"]),
    ("hs512.token", "", NOW, 0, &[]),
    ("alg-rs256.token", "", NOW, 13, &["idtoken-algorithm"]),
    ("alg-none.token", "", NOW, 13, &["idtoken-algorithm"]),
    ("alg-missing.token", "", NOW, 13, &["idtoken-algorithm"]),
    ("other-key.token", "", NOW, 0, &[]),
    ("other-key.token", "--key KEY2", NOW, 0, &[]),
    ("other-key.token", "--key POOL", NOW, 15, &["idtoken-unknown-key"]),
    ("other-key.token", "--key keys/POOL", NOW, 13, &["idtoken-bad-signature"]),
    ("wrong-key.token", "", NOW, 13, &["idtoken-bad-signature"]),
    ("empty-key.token", "", NOW, 13, &["idtoken-empty-key"]),
    ("signature-cut.token", "", NOW, 13, &["idtoken-bad-signature"]),
    ("two-parts.token", "", NOW, 4, &["idtoken-malformed"]),
    ("padded.token", "", NOW, 4, &["idtoken-malformed"]),
    ("words.token", "", NOW, 4, &["idtoken-malformed"]),
    (
        "not-utf8.token",
        "",
        NOW,
        0,
        &["idtoken-never-expires", "idtoken-unrestricted", "idtoken-not-utf8"],
    ),
    ("wrapped.token", "", NOW, 4, &["idtoken-line-wrapped"]),
    ("request-text.token", "", NOW, 4, &["idtoken-request-text"]),
    ("request-only.token", "", NOW, 4, &["idtoken-request-text"]),
    ("begins-with-nul.token", "", NOW, 4, &["idtoken-hangs-client"]),
    ("two.token", "", NOW, 0, &["idtoken-shadowed"]),
    ("expired-then-healthy.token", "", NOW, 11, &["idtoken-expired", "idtoken-shadowed"]),
];

#[test]
fn tokens() {
    for (fixture, options, at, exit, ids) in TOKENS {
        let home = home(&format!("{KEYS} tokens.d/friend=idtoken/{fixture}"));
        let command = format!("idtoken-verify {options}");
        let words = if *exit == 0 { "ok: IDTOKEN of " } else { "tokens.d/friend" };
        expect(&home, &command, *at, *exit, ids, &[words]);
    }
}

#[test]
fn without_the_key_the_signature_is_not_checked() {
    let home = home("tokens.d/friend=idtoken/wrong-key.token");
    let words = &["signature was not checked", "KEY2"];
    expect(&home, "idtoken-verify", NOW, 0, &["idtoken-not-verified"], words);
    expect(&home, "idtoken-verify --key KEY2", NOW, 5, &["idtoken-key-unreadable"], words);
    let there = "idtoken-verify --key {testdata}/idtoken/keys/KEY2";
    expect(&home, there, NOW, 13, &["idtoken-bad-signature", "idtoken-key-unsafe"], &[]);
}

/// Directory, what is asked, exit code, ids, words.
type Directory<'a> = (&'a str, &'a str, i32, &'a [&'a str], &'a [&'a str]);

const DIRECTORIES: &[Directory<'_>] = &[
    ("", "", 3, &["idtoken-none"], &["tokens.d", "does not exist", "condor_token_fetch"]),
    ("tokens.d/.hidden=idtoken/healthy.token", "", 3, &["idtoken-excluded-name"], &[".hidden"]),
    ("tokens.d/x.sh=idtoken/healthy.token", "", 3, &["idtoken-excluded-name"], &[]),
    ("tokens.d/README~=cert/healthy.pem", "", 3, &["idtoken-none"], &[]),
    ("tokens.d/t.bak=idtoken/healthy.token", "", 0, &[], &[]),
    ("tokens.d/t=idtoken/healthy.token:400", "", 0, &[], &[]),
    ("tokens.d/t=idtoken/healthy.token:700", "", 0, &[], &[]),
    (
        "tokens.d/t=idtoken/healthy.token:644",
        "",
        16,
        &["idtoken-unsafe-mode"],
        &["readable by everybody (mode 0644)", "fix: chmod 600 {home}/tokens.d/t"],
    ),
    (
        "tokens.d/t=idtoken/healthy.token:610",
        "",
        16,
        &["idtoken-unsafe-mode"],
        &["accessible to others"],
    ),
    // What is not read does not hide what is, and is a warning.
    (
        "tokens.d/a=idtoken/expired.token:644 tokens.d/b=idtoken/healthy.token",
        "",
        0,
        &["idtoken-unsafe-mode"],
        &["tokens.d/b:1"],
    ),
    // The order is that of names, upper case first; the automatic token before all.
    (
        "tokens.d/B=idtoken/healthy.token tokens.d/a=idtoken/expired.token",
        "",
        0,
        &["idtoken-shadowed"],
        &["sent from {home}/tokens.d/B:1"],
    ),
    (
        "tokens.d/a=idtoken/healthy.token tokens.d/tool_AUTO_generated_token=idtoken/expired.token",
        "",
        11,
        &["idtoken-expired", "idtoken-shadowed"],
        &["it hides the good token {home}/tokens.d/a:1", "sed '1s/^/# /' \"$b\" > "],
    ),
    // Of another trust domain: both are sent, each to its own.
    (
        "tokens.d/a=idtoken/expired.token tokens.d/b=idtoken/other-trust-domain.token",
        "",
        0,
        &["idtoken-expired"],
        &["for other.pool.test is good", "warning: IDTOKEN"],
    ),
    (
        "tokens.d/a=idtoken/expired.token tokens.d/b=idtoken/other-trust-domain.token",
        "--trust-domain pool.certok.test",
        11,
        &["idtoken-expired"],
        &[],
    ),
    (
        "tokens.d/a=idtoken/expired.token tokens.d/b=idtoken/other-trust-domain.token",
        "--trust-domain other.pool.test",
        0,
        &[],
        &[],
    ),
    // The configuration says which pool is meant.
    (
        "tokens.d/b=idtoken/other-trust-domain.token $_CONDOR_trust_domain=pool.certok.test",
        "",
        15,
        &["idtoken-other-trust-domain"],
        &["TRUST_DOMAIN, $_CONDOR_trust_domain"],
    ),
    // Signed with another key of the same trust domain: sent where the first key is not known.
    (
        "tokens.d/a=idtoken/healthy.token tokens.d/b=idtoken/other-key.token",
        "",
        0,
        &[],
        &["sent where {home}/tokens.d/a:1's key is not known"],
    ),
    (
        "tokens.d/a=idtoken/expired.token tokens.d/b=idtoken/other-key.token",
        "",
        11,
        &["idtoken-expired"],
        &["it hides the good token {home}/tokens.d/b:1"],
    ),
    (
        "tokens.d/a=idtoken/expired.token tokens.d/b=idtoken/other-key.token",
        "--key KEY2",
        0,
        &[],
        &[],
    ),
    // Lines that are none are passed over.
    (
        "tokens.d/a=cert/healthy.pem tokens.d/b=idtoken/healthy.token",
        "",
        0,
        &["idtoken-malformed"],
        &["it is a PEM file", "move it out of the token directory"],
    ),
    (
        "tokens.d/a=idtoken/request-only.token tokens.d/b=idtoken/healthy.token",
        "",
        0,
        &["idtoken-request-text"],
        &["warning: line 1 of {home}/tokens.d/a"],
    ),
    // The client comes to the first token before it comes to this file.
    (
        "tokens.d/b=idtoken/begins-with-nul.token tokens.d/a=idtoken/healthy.token",
        "",
        0,
        &["idtoken-hangs-client"],
        &[],
    ),
    (
        "tokens.d/a=idtoken/begins-with-nul.token tokens.d/b=idtoken/healthy.token",
        "",
        4,
        &["idtoken-hangs-client"],
        &[],
    ),
    // Issued an hour ago.
    ("tokens.d/a=idtoken/healthy.token $_condor_SEC_TOKEN_MAX_AGE=60*60", "", 0, &[], &[]),
    (
        "tokens.d/a=idtoken/healthy.token $_condor_SEC_TOKEN_MAX_AGE=60*60-1",
        "",
        11,
        &["idtoken-too-old"],
        &["none older than SEC_TOKEN_MAX_AGE = 60*60-1 seconds"],
    ),
    // Daemons read their own settings, and tools theirs.
    (
        "tokens.d/a=idtoken/healthy.token $_condor_SCHEDD.SEC_TOKEN_MAX_AGE=1",
        "",
        11,
        &["idtoken-too-old"],
        &["SCHEDD.SEC_TOKEN_MAX_AGE"],
    ),
    ("tokens.d/a=idtoken/healthy.token $_condor_TOOL.SEC_TOKEN_MAX_AGE=1", "", 0, &[], &[]),
    // What others may read is not read, and what is not read does no harm.
    (
        "tokens.d/a=idtoken/begins-with-nul.token:640 tokens.d/b=idtoken/healthy.token",
        "",
        0,
        &["idtoken-unsafe-mode"],
        &[],
    ),
    // Revoked by the configuration.
    (
        "tokens.d/a=idtoken/healthy.token $_condor_SEC_TOKEN_REVOCATION_EXPR=jti=?=\"00112233445566778899aabbccddeeff\"",
        "",
        14,
        &["idtoken-revoked"],
        &["SEC_TOKEN_REVOCATION_EXPR"],
    ),
    (
        "tokens.d/a=idtoken/healthy.token $_condor_SEC_TOKEN_REVOCATION_EXPR=nosuch==3",
        "",
        14,
        &["idtoken-revoked"],
        &["undefined", "=?="],
    ),
    (
        "tokens.d/a=idtoken/healthy.token $_condor_SEC_TOKEN_REVOCATION_EXPR=formatTime(iat)",
        "",
        5,
        &["idtoken-revocation-not-evaluated"],
        &[],
    ),
    (
        "tokens.d/a=idtoken/healthy.token $_condor_SEC_TOKEN_REVOCATION_EXPR=nosuch=?=3",
        "",
        0,
        &[],
        &[],
    ),
    // Another rule for names.
    (
        "tokens.d/a.old=idtoken/expired.token tokens.d/b=idtoken/healthy.token \
         $_condor_LOCAL_CONFIG_DIR_EXCLUDE_REGEXP=\\.old$",
        "",
        0,
        &["idtoken-excluded-name"],
        &[],
    ),
];

#[test]
fn directories() {
    for (setup, options, exit, ids, words) in DIRECTORIES {
        let home = home(&format!("{KEYS} {setup}"));
        expect(&home, &format!("idtoken-verify {options}"), NOW, *exit, ids, words);
    }
}

#[test]
fn info_shows_every_token() {
    let home = home(&format!("{KEYS} tokens.d/friend=idtoken/two.token"));
    let report = expect(&home, "idtoken-info", NOW, 0, &["idtoken-shadowed"], &["tokens       2"]);
    let items = report["items"].as_array().unwrap();
    assert_eq!(items.len(), 3);
    assert_eq!(items[0]["reason"], "$_condor_SEC_TOKEN_DIRECTORY");
    let first = &items[1];
    assert_eq!(first["line"], 3);
    assert_eq!((&first["state"], &first["sent"]), (&"usable".into(), &true.into()));
    assert_eq!(first["identity"], "alice@certok.test");
    assert_eq!(first["trust_domain"], "pool.certok.test");
    assert_eq!(first["authorizations"], serde_json::json!(["READ", "WRITE"]));
    assert_eq!(first["seconds_left"], 30 * DAY);
    assert_eq!(first["key_id"], "POOL");
    assert!(first["signature"].as_str().unwrap().starts_with("good"), "{first}");
    let state = items[2]["state"].as_str().unwrap();
    assert!(state.starts_with("shadowed by ") && state.ends_with("friend:3"), "{state}");
}

#[test]
fn operands_are_judged_alone() {
    let home = home("x/a.token=idtoken/healthy.token:644 x/b.token=idtoken/expired.token");
    let unsafe_mode = &["idtoken-unsafe-mode", "idtoken-not-verified"];
    expect(&home, "idtoken-verify x/a.token", NOW, 0, unsafe_mode, &["x/a.token:1"]);
    expect(
        &home,
        "idtoken-verify x",
        NOW,
        11,
        &["idtoken-expired", "idtoken-unsafe-mode", "idtoken-not-verified"],
        &[],
    );
    expect(&home, "idtoken-verify x/none", NOW, 3, &["idtoken-none"], &["there is no file x/none"]);
    let run = home.run(&format!("idtoken-verify x/a.token x/b.token --at {NOW} --json"));
    assert_eq!((run.code, &*run.ids()[0]), (11, "idtoken-expired"));
    let run = home.run_with(&format!("idtoken-info - --at {NOW}"), &bytes("idtoken/healthy.token"));
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("it would be sent from standard input:1"), "{}", run.out);
}

/// A token where a file belongs is not repeated with its signature, wherever it is put.
#[test]
fn no_signature_is_printed() {
    let token = String::from_utf8(bytes("idtoken/healthy.token")).unwrap();
    let (rest, signature) = token.trim().rsplit_once('.').unwrap();
    let home = home("tokens.d/a=idtoken/healthy.token tokens.d/b=idtoken/signature-cut.token");
    for line in [
        "idtoken-info",
        "idtoken-info -v",
        "idtoken-info --json",
        "idtoken-verify -v",
        "status -v",
        "idtoken-info T",
        "idtoken-verify T --json",
        "idtoken-destroy T",
        "idtoken-verify --key T",
        "idtoken-verify --trust-domain T",
        "idtoken-verify --authz T",
        "cert-info T",
        "explain T",
        "T",
        "idtoken-destroy --dry-run {home}/tokens.d/a",
    ] {
        let run = home.run(&line.replace('T', &format!("{rest}.{signature}")));
        for text in [&run.out, &run.err] {
            assert!(!text.contains(&signature[..20]), "{line}\n{text}");
        }
    }
}

#[test]
fn odd_files_do_no_harm() {
    let home = home("tokens.d/z=idtoken/healthy.token");
    fs::create_dir(home.path("tokens.d/directory")).unwrap();
    let large = fs::File::create(home.path("tokens.d/large")).unwrap();
    large.set_len(1 << 40).unwrap();
    home.link("tokens.d/loop", "loop");
    home.link("tokens.d/device", "/dev/zero");
    let run = home.run(&format!("idtoken-verify --at {NOW} --json"));
    assert_eq!(run.code, 0, "{}", run.out);
    for name in ["large", "loop", "device"] {
        assert!(run.out.contains(&format!("tokens.d/{name}")), "{name}: {}", run.out);
    }
    // A pipe: HTCondor waits there for ever, certok does not.
    let fifo = std::process::Command::new("mkfifo").arg(home.path("tokens.d/a")).status();
    assert!(fifo.unwrap().success());
    let run = home.run(&format!("idtoken-verify --at {NOW} --json"));
    assert_eq!((run.code, &*run.ids()[0]), (4, "idtoken-hangs-client"));
}

#[test]
fn ten_thousand_tokens() {
    let home = home("");
    let token = bytes("idtoken/healthy.token");
    for at in 0..10_000 {
        home.write(&format!("tokens.d/t{at:05}"), &token, 0o600);
    }
    let run = home.run(&format!("idtoken-verify --at {NOW} --json"));
    assert_eq!(run.code, 0);
    assert_eq!(run.ids(), ["idtoken-not-verified", "idtoken-shadowed"].map(str::to_owned));
}

#[test]
fn links_and_owners() {
    let mut home = home("elsewhere/t=idtoken/healthy.token:600");
    fs::create_dir(home.path("tokens.d")).unwrap();
    home.link("tokens.d/t", "../elsewhere/t");
    let ids = &["idtoken-not-verified", "idtoken-symlink"];
    expect(&home, "idtoken-verify", NOW, 0, ids, &["symbolic link"]);
    if is_root() {
        home.belongs_to(12345);
        home.uid = 0;
        let ids = &["idtoken-not-owned", "idtoken-symlink"];
        expect(&home, "idtoken-verify", NOW, 16, ids, &["owned by uid 12345"]);
    }
}

/// What is in the configuration, which settings win, and where that is said.
#[test]
fn configuration() {
    let files = |home: &Home, files: &[(&str, &str)]| {
        for (name, text) in files {
            home.write(name, home.fill(text).as_bytes(), 0o644);
        }
    };
    let reason = |home: &Home| {
        let run = home.run(&format!("idtoken-info --at {NOW} --json"));
        let report = run.json();
        let reason = report["items"][0]["reason"].as_str().unwrap_or("").to_owned();
        let place = home.path("").display().to_string();
        (reason.replace(&place, "~/"), run.ids())
    };
    let base = "$CONDOR_CONFIG={home}/condor_config";
    for (settings, expected, finding) in [
        (
            &[("condor_config", "SEC_TOKEN_DIRECTORY = {home}/a\n")][..],
            "SEC_TOKEN_DIRECTORY, ~/condor_config:1",
            "",
        ),
        (
            &[
                (
                    "condor_config",
                    "D = {home}\nLOCAL_CONFIG_DIR = $(D)/config.d\nSEC_TOKEN_DIRECTORY = $(D)/a\n",
                ),
                ("config.d/10", "SEC_TOKEN_DIRECTORY = $(D)/b\n"),
                ("config.d/20", "# no\n\nsec_token_directory = \\\n  $(D)/c\n"),
                ("config.d/30~", "SEC_TOKEN_DIRECTORY = $(D)/d\n"),
            ],
            "SEC_TOKEN_DIRECTORY, ~/config.d/20:3",
            "",
        ),
        (
            &[
                (
                    "condor_config",
                    "LOCAL_CONFIG_FILE = {home}/local\nSEC_TOKEN_DIRECTORY = {home}/a\n",
                ),
                (
                    "local",
                    "if defined SEC_TOKEN_DIRECTORY\ninclude : {home}/more\nelse\nSEC_TOKEN_DIRECTORY = x\nendif\n",
                ),
                ("more", "SEC_TOKEN_DIRECTORY = {home}/m\n"),
            ],
            "SEC_TOKEN_DIRECTORY, ~/more:1",
            "",
        ),
        (
            &[(
                "condor_config",
                "SEC_TOKEN_DIRECTORY = {home}/a\nif version >= 24.0\nSEC_TOKEN_DIRECTORY = {home}/b\nendif\n",
            )],
            "SEC_TOKEN_DIRECTORY, ~/condor_config:1",
            "condor-config-passed-over",
        ),
        (
            &[("condor_config", "include command : echo x\nSEC_TOKEN_DIRECTORY = {home}/a\n")],
            "SEC_TOKEN_DIRECTORY, ~/condor_config:2",
            "condor-config-passed-over",
        ),
        (
            &[("condor_config", "SEC_TOKEN_DIRECTORY = {home}/$(FULL_HOSTNAME)\n")],
            "",
            "condor-config-unknown",
        ),
        (
            &[("condor_config", "include : condor_config\nSEC_TOKEN_DIRECTORY = {home}/a\n")],
            "SEC_TOKEN_DIRECTORY, ~/condor_config:2",
            "condor-config-unreadable",
        ),
        (
            &[("condor_config", "# no \\\nSEC_TOKEN_DIRECTORY : {home}/a\n")],
            "SEC_TOKEN_DIRECTORY, ~/condor_config:2",
            "",
        ),
        (
            &[("condor_config", "SEC_TOKEN_DIRECTORY = {home}/a\nif true\nX = y\n")],
            "SEC_TOKEN_DIRECTORY, ~/condor_config:1",
            "condor-config-refused",
        ),
        (&[], "", "condor-config-unreadable"),
    ] {
        let home = Home::new(base);
        files(&home, settings);
        let (said, ids) = reason(&home);
        if !expected.is_empty() {
            assert_eq!(said, expected, "{settings:?}");
        }
        let passed = ids.iter().any(|id| id == finding) || finding.is_empty();
        assert!(passed, "{settings:?}: {ids:?}");
    }
    // A variable wins over every file.
    let home = Home::new(&format!("{base} $_condor_SEC_TOKEN_DIRECTORY={{home}}/v"));
    files(&home, &[("condor_config", "SEC_TOKEN_DIRECTORY = {home}/a\n")]);
    assert_eq!(reason(&home).0, "$_condor_SEC_TOKEN_DIRECTORY");
}

#[test]
fn where_nobody_looks() {
    // Below $HOME, but not below the home of the password database.
    let home = Home::new("$CONDOR_CONFIG=ONLY_ENV .condor/tokens.d/t=idtoken/healthy.token");
    let run = home.run(&format!("idtoken-verify --at {NOW} --json"));
    assert!(run.ids().contains(&"idtoken-elsewhere".to_owned()), "{}", run.out);
}

/// Tokens of a broken form, and what only looks like a token.
#[test]
fn what_is_said_of_files_and_their_directory() {
    for (setup, mode, said, not_said) in [
        (
            "tokens.d/t=idtoken/wrapped.token:644",
            0o700,
            "fix: chmod 600 {home}/tokens.d/t",
            "no token:",
        ),
        ("tokens.d/t=file/binary.bin:600", 0o700, "it is binary", "line 2"),
        ("tokens.d/t=idtoken/healthy.token:600", 0o770, "the group may remove", ""),
        ("tokens.d/t=idtoken/healthy.token:600", 0o777, "everybody may remove", ""),
        ("tokens.d/t=idtoken/healthy.token:600", 0o1777, "ok: IDTOKEN", "may remove"),
        ("tokens.d/t=idtoken/healthy.token:600", 0o755, "ok: IDTOKEN", "may remove"),
        (
            "tokens.d/t=idtoken/healthy.token:600 .condor/tokens.d/t=idtoken/healthy.token:600",
            0o700,
            "[idtoken-elsewhere]",
            "fix:",
        ),
    ] {
        let home = home(setup);
        fs::set_permissions(home.path("tokens.d"), fs::Permissions::from_mode(mode)).unwrap();
        let run = home.run(&format!("idtoken-verify --at {NOW}"));
        assert!(run.out.contains(&home.fill(said)), "{setup}: {run:?}");
        let is_said = !not_said.is_empty() && run.out.contains(not_said);
        assert!(!is_said, "{setup}: {run:?}");
    }
}

/// What a fix promises.
#[test]
fn fixes() {
    for (setup, prefix) in [
        ("tokens.d/t=idtoken/healthy.token:644", "chmod 600"),
        ("tokens.d/t=idtoken/wrapped.token:600", "[ \"$(cksum"),
        ("tokens.d/t=idtoken/request-text.token:600", "[ \"$(cksum"),
        ("tokens.d/t=idtoken/expired-then-healthy.token:600", "[ \"$(cksum"),
        ("tokens.d/t=idtoken/begins-with-nul.token:600 tokens.d/u=idtoken/healthy.token", "b="),
    ] {
        let home = home(setup);
        let command = format!("idtoken-verify --at {NOW} --json");
        let run = home.run(&command);
        assert_ne!(run.code, 0, "{setup}");
        let report = run.json();
        let fix = report["findings"][0]["fix"].as_str().unwrap_or_default().to_owned();
        assert!(fix.starts_with(prefix), "{setup}: {fix}");
        let Some(mended) = home.shell("sh", &fix, b"") else {
            return;
        };
        assert_eq!((mended.code, &*mended.err), (0, ""), "{fix}");
        let run = home.run(&command);
        assert_eq!(run.code, 0, "{setup}: {fix}\n{}", run.out);
        let once = home.tree();
        home.shell("sh", &fix, b"");
        assert_eq!(home.tree(), once, "a second time: {fix}");
    }
}

#[test]
fn status_has_a_row_where_there_are_tokens() {
    const CAS: &str = "$X509_CERT_DIR={testdata}/ca/certificates user";
    let row = |setup: &str| {
        let mut home = home(&format!("{CAS} {setup}"));
        home.unset("X509_USER_PROXY");
        let run = home.run(&format!("status --at {NOW} --json"));
        let report = run.json();
        let rows = report["items"].as_array().unwrap().clone();
        let row = rows.into_iter().find(|row| row["credential"] == "IDTOKENS");
        (row.map(|row| row["state"].as_str().unwrap().to_owned()), run.code)
    };
    assert_eq!(row("tokens.d/t=idtoken/healthy.token"), (Some("ok".into()), 0));
    assert_eq!(row("tokens.d/t=idtoken/expired.token"), (Some("expired".into()), 0));
    assert_eq!(row(""), (Some("not-found".into()), 0));
    let bare = Home::new(&format!(
        "$CONDOR_CONFIG=ONLY_ENV $_condor_SEC_TOKEN_SYSTEM_DIRECTORY=/nonexistent {CAS}"
    ));
    let run = bare.run(&format!("status --at {NOW}"));
    if !std::path::Path::new("/root/.condor").exists() && bare.uid == 0 {
        assert!(run.out.contains("IDTOKENS"), "a variable names it: {}", run.out);
    }
}

/// Files and lines that go, and those that do not.
#[test]
fn destroy() {
    let healthy = String::from_utf8(bytes("idtoken/healthy.token")).unwrap();
    for (setup, operand, exit, ids, left) in [
        ("tokens.d/t=idtoken/healthy.token", "", 0, &["idtoken-not-revoked"][..], None),
        ("tokens.d/t=idtoken/expired.token", "", 0, &[], None),
        ("tokens.d/t=idtoken/two.token", "", 6, &["destroy-refused"], Some(5)),
        ("tokens.d/t=idtoken/two.token", "tokens.d/t:4", 0, &["idtoken-not-revoked"], Some(4)),
        (
            "tokens.d/t=idtoken/two.token",
            "tokens.d/t:4 tokens.d/t:3",
            0,
            &["idtoken-not-revoked"],
            Some(3),
        ),
        ("tokens.d/t=idtoken/two.token", "tokens.d/t", 0, &["idtoken-not-revoked"], None),
        ("tokens.d/t=idtoken/two.token", "tokens.d/t:1", 6, &["destroy-refused"], Some(5)),
        ("tokens.d/t=idtoken/two.token", "tokens.d/t:4 tokens.d/u", 3, &["idtoken-none"], Some(5)),
        ("tokens.d/t=idtoken/two-parts.token", "tokens.d/t", 0, &[], None),
        ("tokens.d/t=idtoken/wrapped.token", "tokens.d/t", 0, &[], None),
        ("tokens.d/t=idtoken/request-only.token", "tokens.d/t", 0, &[], None),
        ("tokens.d/t=cert/healthy.pem", "tokens.d/t", 6, &["destroy-refused"], Some(0)),
        ("", "", 3, &["destroy-nothing"], None),
    ] {
        let home = home(setup);
        let before = home.tree();
        let run = home.run(&format!("idtoken-destroy --dry-run {operand} --at {NOW} --json"));
        assert_eq!(
            (run.code, run.ids()),
            (exit, ids.iter().map(|id| (*id).to_owned()).collect()),
            "{setup} {operand}\n{}",
            run.out
        );
        assert_eq!(home.tree(), before, "a dry run: {setup} {operand}");
        let run = home.run(&format!("idtoken-destroy {operand} --at {NOW} --json"));
        assert_eq!(run.code, exit, "{setup} {operand}\n{}", run.out);
        let rest = fs::read_to_string(home.path("tokens.d/t")).ok();
        match left {
            None => assert_eq!(rest, None, "{setup} {operand}"),
            Some(0) => assert!(rest.is_some(), "{setup} {operand}"),
            Some(lines) => assert_eq!(
                rest.map(|text| text.split('\n').count()),
                Some(lines),
                "{setup} {operand}"
            ),
        }
        let names = fs::read_dir(home.path("tokens.d")).map_or(0, Iterator::count);
        assert!(names <= 1, "{setup} {operand}: {names} files are left");
    }
    // The line that revokes is printed.
    let home = home("tokens.d/t=idtoken/healthy.token");
    let run = home.run(&format!("idtoken-destroy --at {NOW}"));
    let line = r#"SEC_TOKEN_REVOCATION_EXPR = jti =?= "00112233445566778899aabbccddeeff""#;
    assert!(run.out.contains(line), "{}", run.out);
    // Links are not followed.
    home.write("real", healthy.as_bytes(), 0o600);
    home.link("tokens.d/link", "../real");
    let run = home.run(&format!("idtoken-destroy tokens.d/link --at {NOW}"));
    assert_eq!(run.code, 6, "{}", run.out);
    assert!(home.path("real").exists());
}

#[test]
fn usage() {
    let home = home("");
    for line in
        ["idtoken-verify --authz NOSUCH", "idtoken-info --authz READ", "idtoken-verify --key"]
    {
        assert_eq!(home.run(line).code, 2, "{line}");
    }
}
