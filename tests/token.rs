//! `token`: prints the current token, and what is printed survives the documented recipes.

mod run;

use run::{Home, NOW, is_installed, pem};

const TOKEN: &str = "token/user.pem";
const KEY: &str = "token/user-key.pem";

#[test]
fn prints_the_token() {
    let home = Home::new("token");
    let (cert, key) = (pem(TOKEN), pem(KEY));
    let run = home.run(&format!("token --at {NOW}"));
    assert_eq!((run.code, run.out), (0, format!("{cert}\n{key}\n")));
    for line in ["-json token", "token -json", "--json token", "token --format json"] {
        let run = home.run(&format!("{line} --at {NOW}"));
        let report = run.json();
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{line}");
        assert_eq!(report["results"][0]["tokencert"], cert.as_str(), "{line}");
        assert_eq!(report["results"][0]["tokenkey"], key.as_str(), "{line}");
        assert_eq!(report["results"].as_array().unwrap().len(), 1, "{line}");
    }
    let run = home.run(&format!("token -q --at {NOW}"));
    assert_eq!((run.code, run.out.as_str()), (0, ""));
    // From variables, and text around the blocks is left out.
    let mut home = Home::new("");
    home.set("JALIEN_TOKEN_CERT", &format!("a line\n{cert}\n"));
    home.set("JALIEN_TOKEN_KEY", &format!("\n{key}"));
    let run = home.run(&format!("token --at {NOW}"));
    assert_eq!((run.code, run.out), (0, format!("{cert}\n{key}\n")));
}

/// Options of `token-init`, and whether the current token will do.
#[test]
fn only_the_token_asked_for() {
    for (token, key, options, exit) in [
        (TOKEN, KEY, "", 0),
        (TOKEN, KEY, "-u alice", 0),
        (TOKEN, KEY, "-u aliprod", 15),
        (TOKEN, KEY, "-t user", 0),
        (TOKEN, KEY, "-t user -u alice -v 2", 0),
        (TOKEN, KEY, "-t job", 15),
        (TOKEN, KEY, "-t job -jobid 2789000001", 15),
        (TOKEN, KEY, "-hostname vobox.certok.test", 15),
        ("token/job.pem", "token/job-key.pem", "-t job", 0),
        ("token/job.pem", "token/job-key.pem", "-t job -jobid 2789000001", 0),
        ("token/job.pem", "token/job-key.pem", "-jobid 2789000002", 15),
        ("token/job.pem", "token/job-key.pem", "-t user", 15),
        ("token/host.pem", "token/host-key.pem", "-t host -hostname vobox.certok.test", 0),
        ("token/host.pem", "token/host-key.pem", "-hostname other.certok.test", 15),
        ("token/jobagent.pem", "token/jobagent-key.pem", "-t jobagent", 0),
        ("token/jobagent.pem", "token/jobagent-key.pem", "-t job", 15),
        ("token/expired.pem", KEY, "", 11),
        ("token/eight-minutes-left.pem", KEY, "", 0),
        ("token/eight-minutes-left.pem", KEY, "--for 9m", 10),
        ("file/empty.pem", KEY, "", 4),
        (TOKEN, "token/job-key.pem", "", 15),
        (TOKEN, "key/encrypted-pbes2.pem", "", 5),
    ] {
        let home = Home::new(&format!("tokencert={token} tokenkey={key}"));
        for format in ["", "--json", "--export"] {
            let line = format!("token {options} {format} --at {NOW}");
            let run = home.run(&line);
            let row = format!("{token}: {line}: {}", run.out);
            assert_eq!(run.code, exit, "{row}");
            let has_key = run.out.contains("PRIVATE KEY");
            assert_eq!(has_key, exit == 0, "{row}");
        }
        if exit == 15 && key != "token/job-key.pem" || options.contains("jobid 2789000002") {
            let run = home.run(&format!("token {options} --at {NOW}"));
            assert!(run.err.contains("[other-token]"), "{token} {options}: {}", run.err);
            assert!(run.err.contains("alien-token-init"), "{token} {options}: {}", run.err);
        }
    }
    // Without a CA there is no new one, and that is said.
    for (options, said) in [("", false), ("-v 1", true), ("-v 400", true), ("--email a@b", true)] {
        let home = Home::new(&format!("tokencert={TOKEN} tokenkey={KEY}"));
        let run = home.run(&format!("token {options} --at {NOW}"));
        let is_said = run.err.contains("hint: no new token was made");
        assert_eq!((run.code, is_said), (0, said), "{options}: {}", run.err);
    }
    // To a shell, `eval` of nothing has succeeded.
    let home = Home::new("");
    for (line, code) in [("token --export", 3), ("token --export --such", 2)] {
        let run = home.run(line);
        assert_eq!((run.code, run.out.as_str()), (code, "false\n"), "{line}");
    }
    let run = Home::new("").run("token --json");
    assert_eq!((run.code, run.ids()), (3, vec!["token-missing".to_owned()]));
    assert!(run.json()["results"].is_null());
}

/// Both recipes, in the shells that users have; afterwards certok finds a whole token inline.
#[test]
fn recipes() {
    let jq = "export JALIEN_TOKEN_CERT=\"$(certok -json token --at {at} | jq -r '.results[0].tokencert')\"; \
              export JALIEN_TOKEN_KEY=\"$(certok -json token --at {at} | jq -r '.results[0].tokenkey')\"";
    let recipes = [
        ("quoted", "eval \"$(certok token --export --at {at})\""),
        ("unquoted", "eval $(certok token --export --at {at})"),
        ("jq", jq),
    ];
    for (shell, (name, recipe)) in
        ["bash", "dash"].into_iter().flat_map(|s| recipes.map(|r| (s, r)))
    {
        if name == "jq" && !is_installed("jq") {
            println!("skipped: jq is not installed");
            continue;
        }
        let home = Home::new("token");
        // The files are gone when the variables are used: nothing but them can answer.
        let script = format!(
            "{recipe}\nrm -f {{home}}/tmp/*\n\
             env | grep -c '^JALIEN_TOKEN_' >&2\n\
             certok tokenkey-match -q --at {{at}} && printf '%s\\n%s\\n' \"$JALIEN_TOKEN_CERT\" \"$JALIEN_TOKEN_KEY\""
        )
        .replace("{at}", &NOW.to_string());
        let Some(run) = home.shell(shell, &script, b"") else {
            continue;
        };
        assert_eq!((run.code, run.err.as_str()), (0, "2\n"), "{shell} {name}");
        assert_eq!(run.out, format!("{}\n{}\n", pem(TOKEN), pem(KEY)), "{shell} {name}");
    }
}

/// The recipe without quotes, as it stands in old documentation: the damage is recognised.
#[test]
fn unquoted_jq_is_explained() {
    if !is_installed("jq") {
        println!("skipped: jq is not installed");
        return;
    }
    let home = Home::new("token");
    let script = format!(
        "T=$(certok -json token --at {NOW} | jq -r '.results[0].tokencert'); \
         export JALIEN_TOKEN_CERT=$(echo $T); certok token-info --at {NOW}"
    );
    let run = home.shell("bash", &script, b"").unwrap();
    assert_eq!(run.code, 4, "{run:?}");
    assert!(run.out.contains("[variable-newlines-lost]"), "{run:?}");
    // Without a token jq prints null.
    let home = Home::new("");
    let script = "export JALIEN_TOKEN_CERT=\"$(certok -json token | jq -r '.results[0].tokencert')\"; certok token-info";
    let run = home.shell("bash", script, b"").unwrap();
    assert_eq!(run.code, 3, "{run:?}");
    assert!(run.out.contains("[variable-null]"), "{run:?}");
}
