//! `--output`: the whole answer takes the place of the file at once, or nothing does; and
//! `--files-from` with the lines of `--format jsonl`.

mod run;

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use run::{Home, NOW, bytes};

/// The names in the home's `out`, sorted.
fn names(home: &Home) -> Vec<String> {
    let entries = fs::read_dir(home.path("out")).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn place(setup: &str) -> Home {
    let home = Home::new(setup);
    fs::create_dir(home.path("out")).unwrap();
    home
}

fn mode(home: &Home, path: &str) -> u32 {
    fs::symlink_metadata(home.path(path)).unwrap().permissions().mode() & 0o7777
}

#[test]
fn every_format_goes_into_the_file() {
    let home = place("user");
    for format in ["text", "json", "jsonl", "nagios", "prometheus", "classad", "alien"] {
        for (options, code) in [("", 0), ("--for 52w", 10)] {
            if format == "alien" && code != 0 {
                continue;
            }
            let command = format!("cert-info --at {NOW} --format {format} {options}");
            let shown = home.run(&command);
            let kept = home.run(&format!("{command} --output out/answer"));
            assert_eq!((kept.out.as_str(), kept.err.as_str()), ("", ""), "{command}");
            assert_eq!(kept.code, shown.code, "{command}");
            let text = fs::read_to_string(home.path("out/answer")).unwrap();
            assert_eq!(text, shown.out, "{command}");
            assert!(!text.is_empty(), "{command}");
            assert_eq!(names(&home), ["answer"], "{command}");
            assert_eq!(mode(&home, "out/answer"), 0o644, "{command}");
        }
    }
}

#[test]
fn the_mode_is_its_own() {
    let home = place("token");
    let script = "umask 077; certok token-info --at 1780315200 --output out/open
                  umask 0; certok token --at 1780315200 --output out/secret
                  : > out/old; chmod 600 out/old; certok token-info --at 1780315200 --output out/old";
    let Some(run) = home.shell("sh", script, b"") else {
        return;
    };
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let modes = ["open", "secret", "old"].map(|name| mode(&home, &format!("out/{name}")));
    assert_eq!(modes, [0o644, 0o600, 0o644]);
    let secret = fs::read_to_string(home.path("out/secret")).unwrap();
    assert!(secret.contains("PRIVATE KEY-----"));
}

#[test]
fn a_link_is_replaced_and_not_followed() {
    let home = place("user");
    fs::write(home.path("out/target"), "mine").unwrap();
    for target in ["target", "nothing"] {
        let _ = fs::remove_file(home.path("out/link"));
        home.link("out/link", target);
        let run = home.run(&format!("cert-info --at {NOW} --output out/link"));
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        let kind = fs::symlink_metadata(home.path("out/link")).unwrap();
        assert!(kind.is_file());
        assert_eq!(fs::read(home.path("out/target")).unwrap(), b"mine");
        assert!(!home.path("out/nothing").exists());
    }
}

#[test]
fn what_cannot_be_written_is_an_error_and_leaves_nothing() {
    let home = place("user");
    fs::create_dir(home.path("out/folder")).unwrap();
    fs::write(home.path("out/old"), "old").unwrap();
    for (output, words) in [
        ("out/folder", "it is a directory"),
        ("out/folder/", "it is a directory"),
        ("out/new/", "it is no name of a file"),
        ("out/..", "it is a directory"),
        ("out/nothing/x", "No such file or directory"),
        ("out/old/x", "Not a directory"),
        ("/dev/null", "it is a device"),
        ("/dev/stdout", "it is a device, pipe or socket"),
        (".globus/userkey.pem", "it holds a certificate or key"),
        (".globus/usercert.pem", "it holds a certificate or key"),
    ] {
        for (format, code) in [("text", 1), ("json", 1), ("nagios", 3)] {
            let command = format!("cert-info --at {NOW} --format {format} --output {output}");
            let run = home.run(&command);
            let row = format!("{command}\n{}{}", run.out, run.err);
            assert_eq!((run.code, run.out.as_str()), (code, ""), "{row}");
            let head = format!("certok: error: cannot write the output: {output}");
            assert!(run.err.starts_with(&head) && run.err.contains(words), "{row}");
            assert_eq!(names(&home), ["folder", "old"], "{row}");
        }
    }
    assert!(!fs::symlink_metadata("/dev/null").unwrap().is_file());
}

/// As `/dev/stdout` is, if the shell has redirected it to a file.
#[test]
fn a_link_to_an_open_file_stays() {
    let home = place("user");
    let link = home.path("out/stdout");
    symlink("/proc/self/exe", &link).unwrap();
    let run = home.run(&format!("cert-info --at {NOW} --output out/stdout"));
    assert_eq!((run.code, run.out.as_str()), (1, ""), "{}", run.err);
    assert!(run.err.contains("it is an open file descriptor"), "{}", run.err);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
}

#[test]
fn a_full_disk_leaves_what_was_there() {
    let home = place("user");
    fs::write(home.path("out/old"), "old").unwrap();
    // A signal would end the process; ignored, it is an error of writing.
    let script = "trap '' XFSZ; ulimit -f 1; certok man --output out/old";
    let Some(run) = home.shell("sh", script, b"") else {
        return;
    };
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.err.contains("cannot write the output: out/old: "), "{}", run.err);
    assert_eq!(names(&home), ["old"]);
    assert_eq!(fs::read(home.path("out/old")).unwrap(), b"old");
}

#[test]
fn no_answer_replaces_nothing() {
    let home = place("user");
    fs::write(home.path("out/old"), "old").unwrap();
    for (command, code) in [
        ("token --output out/old", 3),
        ("explain nonsense --output out/old", 2),
        ("cert-info -q --output out/old", 2),
    ] {
        let run = home.run(command);
        assert_eq!((run.code, run.out.as_str()), (code, ""), "{command}");
        assert_ne!(run.err, "", "{command}");
        assert_eq!(fs::read(home.path("out/old")).unwrap(), b"old", "{command}");
        assert_eq!(names(&home), ["old"], "{command}");
    }
    // A monitor is told, and not left with what was good yesterday.
    let run = home.run("explain nonsense --format prometheus --output out/old");
    assert_eq!(run.code, 2);
    let text = fs::read_to_string(home.path("out/old")).unwrap();
    assert!(text.contains("certok_exit_code{command=\"certok\"} 2\n"), "{text}");
}

#[test]
fn the_list_is_read_line_by_line() {
    let home = Home::new("a/one.pem=cert/healthy.pem");
    let command = format!("cert-info --at {NOW} --format jsonl --files-from -");
    let operands = |input: &[u8]| -> (i32, Vec<String>) {
        let run = home.run_with(&command, input);
        let lines = run.out.lines().map(|line| serde_json::from_str(line).unwrap());
        let mut lines: Vec<serde_json::Value> = lines.collect();
        let summary = lines.pop().unwrap();
        assert_eq!(summary["items"][0]["operands"], lines.len());
        assert_eq!(summary["result"]["exit_code"], run.code);
        let name = |line: &serde_json::Value| line["operand"].as_str().unwrap().to_owned();
        (run.code, lines.iter().map(name).collect())
    };
    let long = vec![b'x'; 4097];
    let limit = vec![b'x'; 4096];
    for (input, code, names) in [
        (&b"a/one.pem\n"[..], 0, &["a/one.pem"][..]),
        (b"a/one.pem", 0, &["a/one.pem"]),
        (b"\n\na/one.pem\n\n", 0, &["a/one.pem"]),
        (b"a/one.pem\na/two.pem\n", 3, &["a/one.pem", "a/two.pem"]),
        (b" a/one.pem\n", 3, &[" a/one.pem"]),
        (b"-\n", 3, &["./-"]),
        (b"", 3, &[]),
        (b"\n", 3, &[]),
        (b"a/one.pem\n-----BEGIN PRIVATE KEY-----\nMII\n", 4, &["a/one.pem"]),
        (b"a/one.pem\n\0\n", 4, &["a/one.pem"]),
        (b"eyJhbGciOiJub25lIn0.e30.c2VjcmV0\n", 4, &[]),
        (&long, 4, &[]),
    ] {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(operands(input), (code, names), "{}", String::from_utf8_lossy(input));
    }
    assert_eq!(operands(&limit).1.len(), 1);
}

#[test]
fn more_operands_than_a_batch() {
    let home = Home::new("one.pem=cert/healthy.pem two.pem=cert/expired.pem");
    let count = 600;
    let names: Vec<&str> =
        (0..count).map(|n| if n == 555 { "two.pem" } else { "one.pem" }).collect();
    let list = names.join("\n");
    let command = format!("cert-info --at {NOW} --files-from -");
    let run = home.run_with(&format!("{command} --format jsonl"), list.as_bytes());
    let lines = run.out.lines().map(|line| serde_json::from_str(line).unwrap());
    let lines: Vec<serde_json::Value> = lines.collect();
    let operands = lines.iter().filter_map(|line| line["operand"].as_str());
    assert_eq!(operands.collect::<Vec<_>>(), names);
    let summary = &lines[count]["items"][0];
    assert_eq!(summary["exits"][0]["operands"], count - 1);
    assert_eq!(summary["exits"][1]["exit_code"], 11);
    assert_eq!(run.code, 11);
    for format in ["text", "json", "nagios -q", "json -q", "prometheus"] {
        let run = home.run_with(&format!("{command} --format {format}"), list.as_bytes());
        let expected = if format.starts_with("nagios") { 2 } else { 11 };
        assert_eq!(run.code, expected, "{format}");
    }
}

#[test]
fn lines_come_as_they_are_judged() {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::process::Stdio;
    let home = Home::new("one.pem=cert/healthy.pem");
    let mut command = home.certok();
    command.args(["cert-info", "--format", "jsonl", "--files-from", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(&b"one.pem\n".repeat(2000)).unwrap();
    // The list has not ended, and yet there are answers.
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    assert!(line.contains("\"operand\":\"one.pem\""), "{line}");
    drop(input);
    assert_eq!(out.lines().count(), 2000);
    child.wait().unwrap();
}

/// What is accepted is a note: of a name alone, until a day, and never by a word that is no finding.
#[test]
fn accepted_findings() {
    let home = Home::new("a.pem=cert/expired.pem b.pem=cert/expired.pem");
    let day = |day: &str| format!("# of the site\n{day} expired=a gone soon\n");
    home.write("good", day("2026-06-01").as_bytes(), 0o644);
    home.write("over", day("2026-05-31").as_bytes(), 0o644);
    home.write("bad", b"expired gone soon\n", 0o644);
    for (options, exit, word) in [
        ("", 11, "[expired]"),
        ("--ignore expired", 0, "1 finding is accepted"),
        ("--ignore [expired]", 0, "1 finding is accepted"),
        ("--ignore expired=a", 0, "1 finding is accepted"),
        ("--ignore expired=a.pem", 0, "1 finding is accepted"),
        ("--ignore expired=b", 11, "[expired]"),
        ("--ignore key-readable", 11, "[expired]"),
        ("-q --ignore expired", 0, ""),
        ("--ignore expird", 2, "did you mean expired?"),
        ("--ignore-file good", 0, "(accepted: gone soon)"),
        ("--ignore-file over", 11, "(was accepted until 2026-05-31)"),
        ("--ignore-file bad", 2, "line 1: "),
        ("--ignore-file gone", 2, "cannot be read: it does not exist"),
    ] {
        let run = home.run(&format!("cert-info a.pem {options} --at {NOW}"));
        let row = format!("{options}\n{}{}", run.out, run.err);
        assert_eq!(run.code, exit, "{row}");
        assert!(run.out.contains(word) || run.err.contains(word), "{row}");
    }
    // One of two.
    let run = home.run(&format!("cert-info a.pem b.pem --json --ignore expired=a --at {NOW}"));
    assert_eq!(run.code, 11, "{}", run.out);
}

/// Without its CA nothing is known of a certificate, so an accepted missing link leaves it undecided.
#[test]
fn what_hides_the_rest_is_accepted_as_undecided() {
    let home = Home::new("user $X509_CERT_DIR={home}/cas");
    fs::create_dir(home.path("cas")).unwrap();
    for name in ["Grid.pem", "Root.pem"] {
        home.write(&format!("cas/{name}"), &bytes(&format!("ca/certificates/{name}")), 0o644);
    }
    for (options, exit) in [
        ("", 13),
        ("--ignore ca-no-hash-link", 5),
        ("-q --ignore ca-no-hash-link", 5),
        ("--json --ignore ca-no-hash-link", 5),
    ] {
        let run = home.run(&format!("cert-verify {options} --at {NOW}"));
        assert_eq!(run.code, exit, "{options}\n{}{}", run.out, run.err);
    }
    // The directory alone can be accepted as it is.
    let run = home.run(&format!("ca-check --ignore ca-no-hash-link --at {NOW}"));
    assert_ne!(run.code, 5, "{}", run.out);
}
