//! `token-destroy`, `cert-destroy`: what goes, what stays, and what is said of it.

mod run;

use std::fs;

use run::{Home, NOW, bytes, is_root, pem};

/// Setup, command, exit, ids, words, which of cert and key are left.
type Case<'a> = (&'a str, &'a str, i32, &'a [&'a str], &'a str, (bool, bool));

fn check(cases: &[Case<'_>]) {
    for (setup, command, exit, ids, words, left) in cases {
        destroy(&Home::new(setup), command, *exit, ids, words, *left);
    }
}

/// A dry run agrees with the real one and touches nothing; what is not removed stays as it was.
fn destroy(
    home: &Home,
    command: &str,
    exit: i32,
    ids: &[&str],
    words: &str,
    (cert, key): (bool, bool),
) {
    let noun = if command.starts_with("cert") { "user" } else { "token" };
    let before = home.tree();
    let dry = home.run(&format!("{command} --dry-run --no-input --json --at {NOW}"));
    let row = format!("{}: {command}\n{}{}", home.setup, dry.out, dry.err);
    assert_eq!(home.tree(), before, "a dry run changed files: {row}");
    if !ids.contains(&"destroy-not-confirmed") {
        assert_eq!((dry.code, dry.ids()), (exit, to_strings(ids)), "{row}");
    }
    let run = home.run(&format!("{command} --no-input --at {NOW}"));
    let row = format!("{}: {command}\n{}{}", home.setup, run.out, run.err);
    assert_eq!(run.code, exit, "{row}");
    assert!(run.out.contains(&home.fill(words)), "no `{words}` in {row}");
    for id in ids {
        assert!(run.out.contains(&format!("[{id}]")), "{row}");
    }
    run.expect_no_secret(&row);
    let exists = |half: &str| fs::symlink_metadata(home.place(&format!("{noun}{half}"))).is_ok();
    assert_eq!((exists("cert"), exists("key")), (cert, key), "{row}");
    let after = home.tree();
    for (path, content) in &after {
        assert_eq!(before.get(path), Some(content), "{path} changed: {row}");
    }
}

fn to_strings(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

#[test]
fn tokens() {
    check(&[
        (
            "token",
            "token-destroy",
            0,
            &[],
            "ok: removed {home}/tmp/tokenkey_{uid}.pem and {home}/tmp/tokencert_{uid}.pem",
            (false, false),
        ),
        (
            "tokencert=token/expired.pem tokenkey=token/user-key.pem",
            "token-destroy",
            0,
            &[],
            "removed",
            (false, false),
        ),
        (
            "tokencert=token/host.pem tokenkey=token/host-key.pem",
            "token-destroy",
            0,
            &[],
            "removed",
            (false, false),
        ),
        ("tokencert=token/user.pem", "token-destroy", 0, &[], "removed", (false, false)),
        ("tokenkey=token/user-key.pem", "token-destroy", 0, &[], "removed", (false, false)),
        // Debris at the exact default names.
        (
            "tokencert=file/empty.pem tokenkey=token/user-key.pem",
            "token-destroy",
            0,
            &[],
            "removed",
            (false, false),
        ),
        (
            "tokencert=file/truncated.pem tokenkey=file/empty.pem",
            "token-destroy",
            0,
            &[],
            "removed",
            (false, false),
        ),
        (
            "tokencert=file/binary.bin tokenkey=file/empty.pem",
            "token-destroy",
            0,
            &[],
            "removed",
            (false, false),
        ),
        // Something else at these names.
        (
            "tokencert=file/no-pem.txt tokenkey=token/user-key.pem",
            "token-destroy",
            6,
            &["destroy-refused"],
            "refusing to destroy {home}/tmp/tokencert_{uid}.pem: it is no token",
            (true, true),
        ),
        (
            "tokencert=token/user.pem tokenkey=file/user.p12",
            "token-destroy",
            6,
            &["destroy-refused"],
            "refusing to destroy {home}/tmp/tokenkey_{uid}.pem",
            (true, true),
        ),
        (
            "",
            "token-destroy",
            3,
            &["destroy-nothing"],
            "nothing is at {home}/tmp/tokencert_{uid}.pem",
            (false, false),
        ),
        (
            "$TMPDIR={home}/gone",
            "token-destroy",
            3,
            &["destroy-nothing"],
            "nothing is at",
            (false, false),
        ),
        (
            "token my/c=token/user.pem my/key=token/user-key.pem $JALIEN_TOKEN_CERT={home}/my/c $JALIEN_TOKEN_KEY={home}/my/key",
            "token-destroy",
            0,
            &["destroy-remains"],
            "fix: certok token-destroy {home}/tmp/tokencert_{uid}.pem {home}/tmp/tokenkey_{uid}.pem",
            (true, true),
        ),
        (
            "token",
            "token-destroy {home}/gone",
            3,
            &["token-missing"],
            "{home}/gone does not exist",
            (true, true),
        ),
        (
            "token",
            "token-destroy {home}/tmp/tokenkey_{uid}.pem {home}/tmp/tokencert_{uid}.pem",
            0,
            &[],
            "removed",
            (false, false),
        ),
        ("token", "token-destroy {home}/tmp/tokencert_{uid}.pem", 0, &[], "removed", (false, true)),
        (
            "token $JALIEN_TOKEN_CERT={home}/gone",
            "token-destroy",
            3,
            &["variable-path-gone", "destroy-remains"],
            "points to {home}/gone",
            (true, true),
        ),
        (
            "my/c=token/user.pem my/key=token/user-key.pem $JALIEN_TOKEN_CERT={home}/my/c $JALIEN_TOKEN_KEY={home}/my/key",
            "token-destroy",
            0,
            &[],
            "removed {home}/my/key and {home}/my/c",
            (false, false),
        ),
    ]);
}

#[test]
fn what_is_no_token_stays() {
    check(&[
        (
            "user token $JALIEN_TOKEN_CERT={home}/.globus/usercert.pem $JALIEN_TOKEN_KEY={home}/.globus/userkey.pem",
            "token-destroy",
            6,
            &["destroy-not-a-token", "destroy-not-a-token", "destroy-remains"],
            "fix: unset JALIEN_TOKEN_CERT JALIEN_TOKEN_KEY",
            (true, true),
        ),
        (
            "tokencert=cert/healthy.pem tokenkey=key/rsa-pkcs1.pem",
            "token-destroy",
            6,
            &["destroy-not-a-token"],
            "your user certificate",
            (true, true),
        ),
        // A copy of the user's own key under the token's name.
        (
            "user tokencert=token/user.pem tokenkey=key/rsa-pkcs8.pem",
            "token-destroy",
            6,
            &["destroy-not-a-token"],
            "your user key",
            (true, true),
        ),
        (
            "user token",
            "token-destroy {home}/.globus/usercert.pem",
            6,
            &["destroy-not-a-token"],
            "not a token",
            (true, true),
        ),
        (
            "user token",
            "token-destroy {home}/.globus/userkey.pem",
            6,
            &["destroy-not-a-token"],
            "your user key",
            (true, true),
        ),
        (
            "token my.txt=file/no-pem.txt",
            "token-destroy {home}/my.txt",
            6,
            &["destroy-refused"],
            "it is no token",
            (true, true),
        ),
        (
            "token my.pem=file/empty.pem",
            "token-destroy {home}/my.pem",
            6,
            &["destroy-refused"],
            "it is no token",
            (true, true),
        ),
        // A key that no token's certificate goes with may be anything's.
        (
            "token my/key=key/other.pem $JALIEN_TOKEN_KEY={home}/my/key",
            "token-destroy",
            6,
            &["destroy-refused"],
            "a key of no token",
            (true, true),
        ),
        (
            "token my/key=token/user-key.pem",
            "token-destroy {home}/my/key",
            6,
            &["destroy-refused"],
            "a key of no token",
            (true, true),
        ),
        // The only copy of somebody's key, in the token's place or behind the token's key.
        (
            "tokencert=token/user.pem tokenkey=key/other.pem",
            "token-destroy",
            6,
            &["destroy-refused"],
            "a key of no token",
            (true, true),
        ),
        (
            "tokencert=token/user.pem tokenkey=key/encrypted-pbes2.pem",
            "token-destroy",
            6,
            &["destroy-refused"],
            "it is no token key",
            (true, true),
        ),
        // Nothing is removed if one of several may not be.
        (
            "token my.txt=file/no-pem.txt",
            "token-destroy {home}/tmp/tokenkey_{uid}.pem {home}/my.txt",
            6,
            &["destroy-refused"],
            "it is no token",
            (true, true),
        ),
    ]);
}

#[test]
fn a_further_key_in_a_file_of_the_token() {
    for half in ["tokencert", "tokenkey"] {
        for (more, exit) in [("token/user-key.pem", 0), ("key/other.pem", 6)] {
            let home = Home::new("token");
            let own = if half == "tokencert" { "token/user.pem" } else { "token/user-key.pem" };
            let text = format!("{}\n{}\n", pem(own), pem(more));
            home.write(half, text.as_bytes(), 0o400);
            let (ids, words): (&[&str], _) = match exit {
                0 => (&[], "ok: removed"),
                _ => (&["destroy-refused"], "of no token that would go with it"),
            };
            destroy(&home, "token-destroy", exit, ids, words, (exit != 0, exit != 0));
        }
    }
}

#[test]
fn strange_files() {
    for half in ["tokencert", "tokenkey"] {
        let refused = ["destroy-refused"];
        let home = Home::new("token");
        fs::rename(home.place(half), home.path("real.pem")).unwrap();
        home.link(half, home.path("real.pem"));
        let words = "it is a symbolic link to {home}/real.pem";
        destroy(&home, "token-destroy", 6, &refused, words, (true, true));

        let home = Home::new("token");
        fs::hard_link(home.place(half), home.path("second.pem")).unwrap();
        destroy(&home, "token-destroy", 6, &refused, "it has 2 names", (true, true));

        let home = Home::new("token");
        fs::remove_file(home.place(half)).unwrap();
        fs::create_dir(home.place(half)).unwrap();
        destroy(&home, "token-destroy", 6, &refused, "it is a directory", (true, true));

        let home = Home::new("token");
        fs::remove_file(home.place(half)).unwrap();
        let mode = rustix::fs::Mode::from_raw_mode(0o600);
        rustix::fs::mknodat(rustix::fs::CWD, home.place(half), rustix::fs::FileType::Fifo, mode, 0)
            .unwrap();
        destroy(&home, "token-destroy", 6, &refused, "it is a named pipe", (true, true));

        let home = Home::new("token");
        fs::remove_file(home.place(half)).unwrap();
        home.link(half, "/nowhere/x.pem");
        destroy(
            &home,
            "token-destroy",
            6,
            &refused,
            "symbolic link to /nowhere/x.pem",
            (true, true),
        );
    }
}

#[test]
fn files_and_folders_of_others() {
    if !is_root() {
        return;
    }
    let home = Home::new("token");
    std::os::unix::fs::chown(home.place("tokencert"), Some(65534), None).unwrap();
    destroy(&home, "token-destroy", 6, &["destroy-refused"], "owned by uid 65534", (true, true));
    // A folder in which the user may not remove.
    let mut home = Home::new("");
    home.belongs_to(65534);
    home.write("tokencert", &bytes("token/user.pem"), 0o400);
    home.write("tokenkey", &bytes("token/user-key.pem"), 0o400);
    home.belongs_to(65534);
    home.chmod("tmp", 0o555);
    let ids = ["destroy-failed", "destroy-failed"];
    destroy(&home, "token-destroy", 6, &ids, "cannot remove from this directory", (true, true));
    home.chmod("tmp", 0o755);
    destroy(&home, "token-destroy", 0, &[], "removed", (false, false));
}

#[test]
fn inline() {
    let mut home = Home::new("token");
    home.set("JALIEN_TOKEN_CERT", &pem("token/user.pem"));
    home.set("JALIEN_TOKEN_KEY", &pem("token/user-key.pem"));
    let ids = ["destroy-inline", "destroy-inline", "destroy-remains"];
    destroy(
        &home,
        "token-destroy",
        6,
        &ids,
        "fix: unset JALIEN_TOKEN_CERT JALIEN_TOKEN_KEY",
        (true, true),
    );
    let run = home.run("token-destroy --shell");
    assert_eq!(
        (run.code, run.out.as_str(), run.err.as_str()),
        (6, "unset JALIEN_TOKEN_CERT JALIEN_TOKEN_KEY\n", "")
    );
    for shell in ["bash", "dash"] {
        for eval in
            ["eval \"$(certok token-destroy --shell)\"", "eval $(certok token-destroy --shell)"]
        {
            let script = format!("{eval}; echo \"<$JALIEN_TOKEN_CERT$JALIEN_TOKEN_KEY>\"");
            if let Some(run) = home.shell(shell, &script, b"") {
                assert_eq!(run.out, "<>\n", "{shell}: {eval}");
            }
        }
    }
    // One half inline, the other a file: neither goes.
    let mut home = Home::new("token");
    home.set("JALIEN_TOKEN_CERT", &pem("token/user.pem"));
    destroy(
        &home,
        "token-destroy",
        6,
        &["destroy-inline", "destroy-remains"],
        "the content of JALIEN_TOKEN_CERT",
        (true, true),
    );
}

#[test]
fn leftovers_of_alien_py() {
    const LEFT: &str = "tmp/tokenkey_ab12cd_{uid}_123e4567-e89b-12d3-a456-426614174000.pem";
    let home = Home::new(&format!("token {LEFT}=token/user-key.pem"));
    let left = home.place(LEFT);
    destroy(
        &home,
        "token-destroy",
        0,
        &["token-leftovers"],
        "fix: certok token-destroy --yes",
        (false, false),
    );
    assert!(left.exists());
    destroy(&home, "token-destroy --yes", 0, &[], "removed", (false, false));
    assert!(!left.exists());
    // Somebody else's, a link, and another name.
    let home = Home::new(
        "token tmp/tokenkey_ab_777_123e4567-e89b-12d3-a456-426614174000.pem=token/user-key.pem",
    );
    home.link(
        &format!("tmp/tokenkey_x_{}_123e4567-e89b-12d3-a456-426614174000.pem", home.uid),
        home.path("tmp"),
    );
    destroy(&home, "token-destroy --yes", 0, &[], "removed", (false, false));
    assert_eq!(fs::read_dir(home.path("tmp")).unwrap().count(), 2);
}

#[test]
fn user_certificates() {
    check(&[
        (
            "user",
            "cert-destroy",
            6,
            &["destroy-not-confirmed"],
            "you did not confirm it",
            (true, true),
        ),
        (
            "user",
            "cert-destroy {home}/.globus/usercert.pem",
            6,
            &["destroy-not-confirmed"],
            "give --yes",
            (true, true),
        ),
        (
            "user",
            "cert-destroy --yes",
            0,
            &[],
            "removed {home}/.globus/userkey.pem and {home}/.globus/usercert.pem",
            (false, false),
        ),
        ("user", "cert-destroy -y", 0, &[], "removed", (false, false)),
        ("usercert=cert/expired.pem", "cert-destroy --yes", 0, &[], "removed", (false, false)),
        (
            "",
            "cert-destroy --yes",
            3,
            &["destroy-nothing"],
            "nothing is at {home}/.globus/usercert.pem",
            (false, false),
        ),
        (
            "user",
            "cert-destroy --yes {home}/gone",
            3,
            &["cert-missing"],
            "does not exist",
            (true, true),
        ),
        // Debris is removed for tokens alone.
        (
            "usercert=file/empty.pem",
            "cert-destroy --yes",
            6,
            &["destroy-refused"],
            "it is no user certificate",
            (true, false),
        ),
        (
            "usercert=file/no-pem.txt userkey=key/rsa-pkcs1.pem",
            "cert-destroy --yes",
            6,
            &["destroy-refused"],
            "it is no user certificate",
            (true, true),
        ),
    ]);
    let mut home = Home::new("user");
    home.unset("HOME");
    let run = home.run("cert-destroy --yes");
    assert_eq!(run.code, 3, "{run:?}");
    assert!(home.place("usercert").exists());
}
