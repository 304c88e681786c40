//! The files of `contrib/`: what they run is a command that parses, and what can run here runs.

mod readers;
mod run;

use std::fs;
use std::path::{Path, PathBuf};

use certok::cli;
use certok::command::Command;
use certok::text::time::UnixTime;
use run::{Home, NOW};

fn contrib() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("contrib")
}

/// Every file but the README, with its text.
fn files() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in fs::read_dir(contrib()).unwrap() {
        let folder = folder.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let name = path.strip_prefix(contrib()).unwrap().display().to_string();
            found.push((name, fs::read_to_string(path).unwrap()));
        }
    }
    found
}

#[test]
fn the_readme_lists_every_file() {
    let readme = fs::read_to_string(contrib().join("README.md")).unwrap();
    for (name, text) in files() {
        assert!(readme.contains(&format!("]({name})")), "{name}");
        let first = text.lines().find(|line| !line.starts_with("#!")).unwrap();
        assert!(first.starts_with("# "), "{name} says at its head what it is");
    }
    for link in readme.split("](").skip(1) {
        let path = link.split(')').next().unwrap();
        assert!(contrib().join(path).is_file(), "{path}");
    }
}

/// The arguments of each call of certok in a line, without comments.
fn call(line: &str) -> Option<Vec<String>> {
    let line = line.split(" || ").next()?;
    let words = if let Some((name, args)) = line.split_once("_ARGS = ") {
        assert!(name.starts_with("STARTD_CRON_"), "{line}");
        args
    } else if let Some(args) = line.strip_prefix("arguments = \"") {
        args.trim_end_matches('"')
    } else if line.trim_start().starts_with('#') {
        return None;
    } else if let Some((_, args)) = line.split_once("/usr/bin/certok ") {
        args
    } else {
        line.trim_start().strip_prefix("certok ")?
    };
    let filled = |word: &str| match word {
        "$ARG1$" => "host".to_owned(),
        "$ARG2$" => "12h".to_owned(),
        _ => word.replace(['"', '$', '(', ')'], ""),
    };
    Some(words.split_whitespace().map(filled).collect())
}

#[test]
fn every_call_parses() {
    let mut calls = 0;
    for (name, text) in files() {
        let mut here = 0;
        for words in text.lines().filter_map(call) {
            calls += 1;
            here += 1;
            let known = Command::ALL.iter().any(|entry| entry.name == words[0]);
            let arguments: Vec<_> = ["certok"]
                .into_iter()
                .chain(words.iter().map(String::as_str))
                .map(std::ffi::OsString::from)
                .collect();
            let parsed = cli::parse(&arguments, UnixTime(NOW));
            assert!(parsed.is_ok() || !known, "{name}: {words:?}: {parsed:?}");
            assert!(known || words[0] == "check", "{name}: {words:?}");
        }
        let runs = text.contains("certok") && !name.ends_with(".timer") && !name.ends_with(".yml");
        assert!(here > 0 || !runs, "{name} calls certok");
    }
    assert!(calls >= 9, "{calls}");
}

#[test]
fn a_list_in_parts_is_the_list() {
    let home = Home::new("");
    let fixtures = ["healthy", "expired", "odd-dn", "bad-signature", "nothing"];
    let paths = fixtures.map(|name| format!("{{testdata}}/cert/{name}.pem\n"));
    let list = home.fill(&paths.concat());
    home.write("all.txt", list.as_bytes(), 0o644);
    let script = contrib().join("bulk/judge.sh").display().to_string();
    let env = "export X509_CERT_DIR={testdata}/ca/certificates";
    let Some(run) = home.shell("sh", &format!("{env}; {script} all.txt 2 2"), b"") else {
        return;
    };
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let lines = run.out.lines().map(|line| serde_json::from_str(line).unwrap());
    let lines: Vec<serde_json::Value> = lines.collect();
    let mut operands: Vec<&str> = lines.iter().filter_map(|l| l["operand"].as_str()).collect();
    operands.sort_unstable();
    let mut expected: Vec<&str> = list.lines().collect();
    expected.sort_unstable();
    assert_eq!(operands, expected);
    assert_eq!(lines.len(), fixtures.len() + 3, "a summary for each part");
}

#[test]
fn alerts_ask_for_metrics_that_are() {
    let home = Home::new("user");
    let certificates = "{testdata}/ca/certificates";
    let copy = format!("cp -R {certificates} ca; cp {{testdata}}/crl/grid.pem ca/bea41460.r0");
    // The service runs it, on the day after the list's end too.
    let list = "certok ca-info --at 2026-06-22T12:00:00Z ca --format prometheus";
    let Some(run) = home.shell("sh", &format!("{copy}; chmod u+w ca; {list}"), b"") else {
        return;
    };
    let series = readers::prometheus(&run.out).unwrap_or_else(|e| panic!("{e}: {}", run.out));
    let rules = fs::read_to_string(contrib().join("prometheus/certok.rules.yml")).unwrap();
    let mut asked = 0;
    for word in rules.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
        if word.starts_with("certok_") {
            asked += 1;
            assert!(series.keys().any(|(name, _)| name == word), "{word}: {}", run.out);
        }
    }
    assert_eq!(asked, 5);
}
