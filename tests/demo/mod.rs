//! The machine of the pages: the demonstration PKI, its clock, and a user at a shell.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::demo::below::System;

#[path = "../below/mod.rs"]
mod below;

/// The demonstration PKI, laid out; paths in what it prints are those of a user's machine.
pub(crate) struct Demo {
    scratch: tempfile::TempDir,
    system: System,
}

impl Demo {
    /// A new one, as `certok demo` makes it.
    pub(crate) fn new() -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let top = scratch.path().join("demo");
        let system = System::new();
        let mut laid_out = Command::new(system.certok());
        let laid_out = laid_out.envs([system.variable()]).arg("demo").arg(&top).output();
        assert!(laid_out.unwrap().status.success());
        let demo = Self { scratch, system };
        // The demonstration is about certificates; HTCondor's user has a token too.
        demo.put("demo/home/.condor/tokens.d", "pool", "idtoken/healthy.token");
        demo.put("keys", "POOL", "idtoken/keys/POOL");
        demo.put("bearer", "bt", "bearer/healthy.token");
        demo.wrap();
        demo
    }

    /// Makes a `certok` that keeps to the clock of the demonstration, whoever runs it.
    fn wrap(&self) {
        let bin = self.scratch.path().join("bin");
        fs::create_dir(&bin).unwrap();
        fs::write(bin.join("certok"), self.system.script("--at 2026-06-01T12:00:00Z")).unwrap();
        fs::set_permissions(bin.join("certok"), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Copies a fixture into a new directory, for its owner alone.
    fn put(&self, directory: &str, name: &str, fixture: &str) {
        let directory = self.scratch.path().join(directory);
        fs::create_dir_all(&directory).unwrap();
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
        let path = directory.join(name);
        fs::copy(data.join(fixture), &path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// Where it lies.
    pub(crate) fn top(&self) -> PathBuf {
        self.scratch.path().canonicalize().unwrap().join("demo")
    }

    /// Runs `line` as the user of the pages would.
    pub(crate) fn run(&self, line: &str) -> (String, i32) {
        let top = self.top();
        let uid = certok::system::env::Env::from_process().uid;
        let mut shell = Command::new("sh");
        let shell = shell
            .arg("-c")
            .arg(line)
            .env_clear()
            .envs([self.system.variable()])
            .env("PATH", format!("{}/bin:/usr/bin:/bin", self.scratch.path().display()))
            .env("HOME", top.join("home"))
            .env("TMPDIR", top.join("tmp"))
            .env("X509_CERT_DIR", top.join("certificates"))
            .env("CONDOR_CONFIG", "ONLY_ENV")
            .env("_condor_TRUST_DOMAIN", "pool.certok.test")
            .env("_condor_UID_DOMAIN", "pool.test")
            .env("_condor_SEC_PASSWORD_DIRECTORY", self.scratch.path().join("keys"))
            .envs(line.contains("bearer").then(|| {
                let token = self.scratch.path().join("bearer/bt");
                ("BEARER_TOKEN_FILE", token)
            }))
            .envs(line.contains("idtoken").then(|| tokens_d(&top)))
            .env("X509_USER_PROXY", top.join(format!("tmp/x509up_u{uid}")))
            .current_dir(&top);
        let done = shell.output().unwrap();
        let text =
            String::from_utf8(done.stdout).unwrap() + &String::from_utf8(done.stderr).unwrap();
        let text = ["cert", "key"].iter().fold(text, |text, half| {
            text.replace(&format!("token{half}_{uid}.pem"), &format!("token{half}_1000.pem"))
        });
        let text = text.replace(&format!("x509up_u{uid}"), "x509up_u1000");
        let place = |part: &str| top.join(part).display().to_string();
        let text = self.system.as_user_sees(&text);
        let text = text
            .replace(&place("home"), "/home/alice")
            .replace(&place("tmp"), "/tmp")
            .replace(&place("certificates"), "/etc/grid-security/certificates")
            .replace(&format!("{}/", top.display()), "");
        (text, done.status.code().unwrap())
    }

    /// A console block with what its commands print now.
    pub(crate) fn replayed(&self, block: &[&str]) -> String {
        let commands: Vec<&str> = block.iter().filter_map(|line| line.strip_prefix("$ ")).collect();
        let shown = |command: &&str| {
            let (text, code) = self.run(command);
            let code = if code == 0 { String::new() } else { format!("[exit code {code}]\n") };
            format!("$ {command}\n{text}{code}")
        };
        commands.iter().map(shown).collect::<Vec<_>>().join("\n")
    }
}

/// Where the examples about HTCondor put tokens.
fn tokens_d(top: &Path) -> (&'static str, PathBuf) {
    ("_condor_SEC_TOKEN_DIRECTORY", top.join("home/.condor/tokens.d"))
}

/// A request, its approval and its receipt: `ID` and `CODE` stand for what they print.
#[derive(Default)]
pub(crate) struct Story {
    id: String,
    code: String,
}

impl Story {
    /// Runs the next line of it.
    pub(crate) fn tell(&mut self, demo: &Demo, line: &str) {
        let line = line
            .replace("--yes ID", &format!("--yes {}", self.id))
            .replace("--code CODE", &format!("--code {}", self.code));
        let (text, code) = demo.run(&line);
        assert_eq!(code, 0, "{line}: {text}");
        let after = |label: &str| {
            let mut lines = text.lines();
            let found = lines.find_map(|line| line.strip_prefix(label));
            found.map(|rest| rest.trim().to_owned())
        };
        self.id = after("request ").unwrap_or_default();
        self.code = after("  answer code").unwrap_or_default();
    }
}
