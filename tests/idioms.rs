//! The scripts of README.md and docs/scripts.md do what the pages say of them.

mod run;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use run::below::CERTOK;
use run::{Home, NOW, Run};

/// The pages that have scripts.
const PAGES: &str = concat!(include_str!("../README.md"), include_str!("../docs/scripts.md"));

/// The text of the block behind `<!-- idiom: NAME -->`.
fn idiom(name: &str) -> String {
    let mark = format!("<!-- idiom: {name} -->\n```");
    let (_, rest) = PAGES.split_once(&mark).expect("the idiom's mark");
    let (_, rest) = rest.split_once('\n').unwrap();
    let (text, _) = rest.split_once("```").expect("the block's end");
    text.to_owned()
}

/// A home with `bin`: certok at the clock of the fixtures, and tools that only leave a mark.
struct Machine {
    home: Home,
}

impl Machine {
    fn new(setup: &str) -> Self {
        let cas = "$X509_CERT_DIR={testdata}/ca/certificates";
        let mut home = Home::new(&format!("{cas} {setup}"));
        let certok = home.system.script(&format!("--at {NOW}"));
        home.write("bin/certok", certok.as_bytes(), 0o755);
        for tool in ["alien-token-init", "job"] {
            let mark = format!("#!/bin/sh\necho \"$0 $*\" >> $HOME/ran-{tool}\n");
            home.write(&format!("bin/{tool}"), mark.as_bytes(), 0o755);
        }
        home.set("PATH", "{home}/bin:/usr/bin:/bin");
        Self { home }
    }

    /// Runs `script` in `shell`, under `set -e`.
    fn run(&self, shell: &str, script: &str) -> Run {
        let mut command = self.home.command(std::path::Path::new(shell));
        let output = command.args(["-e", "-c", script]).output().unwrap();
        Run {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Writes `script` as a program and runs it with `words`, input and errors closed if `closed`.
    fn program(&self, script: &str, words: &str, closed: bool) -> Run {
        self.home.write("bin/program", script.as_bytes(), 0o755);
        let closing = if closed { "<&- 2>&-" } else { "" };
        self.run("/bin/sh", &format!("program {words} {closing}"))
    }

    fn has_run(&self, tool: &str) -> bool {
        self.home.path(&format!("ran-{tool}")).exists()
    }
}

const HEALTHY_PROXY: &str = "proxy=proxy/rfc3820.pem";
/// Setup and the exit code of `certok check proxy`.
const PROXIES: &[(&str, i32)] = &[
    (HEALTHY_PROXY, 0),
    ("", 3),
    ("proxy=proxy/user-certificate-expired.pem", 11),
    ("proxy=proxy/other-key.pem", 15),
    ("proxy=proxy/rfc3820.pem:644", 16),
];

#[test]
fn shell() {
    // Setup; whether a token is fetched; the exit code.
    for (setup, fetched, code) in [
        ("token", false, 0),
        ("", true, 0),
        ("tokencert=token/eight-minutes-left.pem tokenkey=token/user-key.pem", true, 0),
        ("tokencert=token/expired.pem tokenkey=token/user-key.pem", true, 0),
        ("tokencert=token/user.pem tokenkey=token/job-key.pem", false, 15),
        ("tokencert=file/empty.pem", false, 4),
        ("token $X509_CERT_DIR={home}/gone", false, 5),
    ] {
        for shell in ["/bin/sh", "/usr/bin/bash", "/usr/bin/dash"] {
            if !std::path::Path::new(shell).exists() {
                continue;
            }
            let machine = Machine::new(setup);
            let run = machine.run(shell, &format!("{}\necho on", idiom("shell")));
            assert_eq!(run.code, code, "{shell}: {setup}: {}{}", run.out, run.err);
            assert_eq!(machine.has_run("alien-token-init"), fetched, "{setup}");
            assert_eq!(run.out == "on\n", code == 0, "{setup}: {}", run.out);
            // Who must look is told why.
            assert_eq!(run.err.contains("token: "), code != 0, "{setup}: {}", run.err);
        }
    }
}

#[test]
fn systemd() {
    let unit = idiom("systemd");
    let condition = unit.lines().find_map(|line| line.strip_prefix("ExecCondition="));
    let condition = condition.unwrap().replace("/usr/bin/certok", "certok");
    for (setup, code) in PROXIES {
        let run = Machine::new(setup).run("/bin/sh", &format!("exec {condition}"));
        assert_eq!(run.code, *code, "{setup}");
        assert_eq!((run.out.as_str(), run.err.as_str()), ("", ""), "{setup}");
    }
    // 255 would make the unit fail.
    let codes = certok::report::EXITS.iter().map(|row| row.1);
    assert!(codes.clone().all(|code| code < 255) && codes.count() > 10);
}

#[test]
fn systemd_takes_the_unit() {
    if !run::is_installed("systemd-analyze") {
        println!("skipped: systemd-analyze is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let verify = |name: &str, text: &str| {
        // The programs need not be installed here.
        let text = text.replace("/usr/bin/certok", "/bin/sh").replace("/usr/bin/rsync", "/bin/sh");
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        let output = Command::new("systemd-analyze")
            .args(["verify", "--man=no"])
            .arg(&path)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let about = said.lines().filter(|line| line.contains(name));
        about.map(str::to_owned).collect::<Vec<_>>()
    };
    let unit = idiom("systemd");
    assert_eq!(verify("certok-good.service", &unit), Vec::<String>::new());
    let misspelt = unit.replace("ExecCondition", "ExecConditoin");
    assert_ne!(verify("certok-bad.service", &misspelt), Vec::<String>::new());
}

#[test]
fn slurm() {
    for (setup, code) in PROXIES {
        let machine = Machine::new(setup);
        let bin = machine.home.fill("PATH={home}/bin:/usr/bin:/bin\n");
        let script = idiom("slurm").replace("PATH=/usr/bin:/bin\n", &bin);
        assert_ne!(script, idiom("slurm"));
        let script = script.replace("--for 1d", "--for 1h");
        let run = machine.program(&script, "", true);
        assert_eq!(run.code, 0, "{setup}");
        // slurmstepd obeys `export NAME=VALUE` and `print TEXT`, and skips other lines.
        let lines: Vec<&str> = run.out.lines().collect();
        let [first, second] = lines[..] else {
            panic!("{setup}: {}", run.out);
        };
        assert_eq!(first, format!("export CERTOK_EXIT={code}"), "{setup}");
        let headline = second.strip_prefix("print certok: ").unwrap();
        let row = certok::report::EXITS.iter().find(|row| i32::from(row.1) == *code);
        let name = row.unwrap().2;
        assert!(headline.starts_with(&format!("{name}: ")), "{setup}: {second}");
        let (_, line) = PAGES.split_once("In the job: `").unwrap();
        let (line, _) = line.split_once("`.").unwrap();
        let job = format!("CERTOK_EXIT={code}; {line}; job");
        assert_eq!(machine.run("/bin/sh", &job).code, *code, "{setup}");
        assert_eq!(machine.has_run("job"), *code == 0, "{setup}");
    }
}

#[test]
fn htcondor() {
    for (setup, code) in PROXIES {
        let mut machine = Machine::new(setup);
        let error = machine.home.path("wrapper-error");
        let path = error.to_str().unwrap().to_owned();
        machine.home.set("_CONDOR_WRAPPER_ERROR_FILE", &path);
        let run = machine.program(&idiom("htcondor"), "job one 'two words'", false);
        assert_eq!(run.code, i32::from(*code != 0), "{setup}: {}", run.err);
        assert_eq!(machine.has_run("job"), *code == 0, "{setup}");
        assert_eq!(error.exists(), *code != 0, "{setup}");
        if let Ok(said) = fs::read_to_string(&error) {
            assert!(said.contains("proxy: "), "{setup}: {said}");
        }
    }
    // Jobs without a proxy are none of its business.
    let mut machine = Machine::new("");
    machine.home.unset("X509_USER_PROXY");
    let run = machine.program(&idiom("htcondor"), "job", false);
    assert!(run.code == 0 && machine.has_run("job"), "{}", run.err);
}

#[test]
fn cron() {
    let line = idiom("cron");
    // Minute, hour, day, month, weekday; a % would be a line break.
    let mut fields = line.split_whitespace();
    assert_eq!(fields.by_ref().take(5).count(), 5);
    let command: Vec<&str> = fields.collect();
    let command = command.join(" ");
    assert!(!command.contains('%'));
    let host = |cert: &str| {
        format!(
            "etc/cert.pem={cert} etc/key.pem=host/hostkey.pem \
             $X509_HOST_CERT={{home}}/etc/cert.pem $X509_HOST_KEY={{home}}/etc/key.pem"
        )
    };
    for (setup, days, said) in [
        (host("host/healthy.pem"), "30d", None),
        (host("host/healthy.pem"), "300d", Some("[ends-soon]")),
        (host("host/expired.pem"), "30d", Some("[expired]")),
        (String::new(), "30d", Some("[host-cert-missing]")),
    ] {
        let command = command.replace("30d", days);
        let run = Machine::new(&setup).run("/bin/sh", &command);
        match said {
            Some(id) => assert!(run.out.contains(id), "{setup}: {}", run.out),
            None => assert_eq!((run.out.as_str(), run.err.as_str()), ("", ""), "{setup}"),
        }
    }
}

#[test]
fn each_idiom_is_run() {
    let marks = PAGES.matches("<!-- idiom: ").count();
    assert_eq!(marks, 5, "a test for each");
    let mode = fs::metadata(CERTOK).unwrap().permissions().mode();
    assert_ne!(mode & 0o111, 0);
}
