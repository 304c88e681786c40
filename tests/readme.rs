//! The README is true: every `$ certok …` block prints what it says, every table is the code's.
//!
//! `cargo test --test readme -- --ignored` writes the blocks and tables anew.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use certok::parse::idtoken::IdToken;
use certok::report::EXITS;
use certok::{check, cli};

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");

#[test]
fn the_readme_is_true() {
    let written = fs::read_to_string(README).unwrap();
    let real = rewritten(&written);
    for (line, (says, prints)) in written.lines().zip(real.lines()).enumerate() {
        assert_eq!(says, prints, "README.md line {}", line + 1);
    }
    assert_eq!(written, real);
}

#[test]
#[ignore = "writes README.md; run it after a deliberate change of output"]
fn write_the_readme() {
    let written = fs::read_to_string(README).unwrap();
    fs::write(README, rewritten(&written)).unwrap();
}

#[test]
fn the_exchange_of_the_readme_works() {
    let readme = fs::read_to_string(README).unwrap();
    let section = readme.split("### HTCondor tokens without a network").nth(1);
    let block = section.and_then(|text| text.split("```").nth(1)).unwrap();
    let demo = Demo::new();
    let mut story = Story::default();
    let lines = block.lines().filter_map(|line| line.strip_prefix("certok "));
    let mut count = 0;
    for words in lines {
        story.tell(&demo, words);
        count += 1;
    }
    assert_eq!(count, 3);
    let installed = fs::read(demo.top().join("home/.condor/tokens.d/pool")).unwrap();
    let token = IdToken::parse(installed.trim_ascii()).unwrap();
    assert_eq!(token.subject.as_deref(), Some("alice@pool.test"));
}

/// A request, its approval and its receipt: `ID` and `CODE` stand for what they print.
#[derive(Default)]
struct Story {
    id: String,
    code: String,
}

impl Story {
    fn tell(&mut self, demo: &Demo, words: &str) {
        let words = words
            .replace("--yes ID", &format!("--yes {}", self.id))
            .replace("--code CODE", &format!("--code {}", self.code));
        let (text, code) = demo.run(&words);
        assert_eq!(code, 0, "{words}: {text}");
        let after = |label: &str| {
            let mut lines = text.lines();
            let found = lines.find_map(|line| line.strip_prefix(label));
            found.map(|rest| rest.trim().to_owned())
        };
        self.id = after("request ").unwrap_or_default();
        self.code = after("  answer code").unwrap_or_default();
    }
}

#[test]
fn every_example_of_the_help_runs() {
    let demo = Demo::new();
    let mut story = Story::default();
    for spec in cli::COMMANDS {
        let words = spec.example.strip_prefix("certok ").unwrap();
        let told = ["idtoken-request", "idtoken-approve", "idtoken-receive"];
        if told.contains(&spec.name) {
            story.tell(&demo, words);
            continue;
        }
        // The examples are for a user's machine: their CA directory is the demonstration's here.
        let words = words.replace("--ca-dir /etc/grid-security/certificates", "");
        let words = words.replace("/etc/grid-security/certificates", "");
        let (text, code) = demo.run(&words);
        assert_eq!(code, 0, "{}: {text}", spec.example);
    }
}

/// The README with every block and table as the code has it.
fn rewritten(readme: &str) -> String {
    let demo = Demo::new();
    let mut out = String::new();
    let mut lines = readme.lines();
    while let Some(line) = lines.next() {
        writeln!(out, "{line}").unwrap();
        if line == "```console" {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            out += &demo.replayed(&block);
            out += "```\n";
        }
        let table = line.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(": begin -->"));
        if let Some(name) = table {
            let end = format!("<!-- {name}: end -->");
            lines.by_ref().find(|line| *line == end).unwrap();
            writeln!(out, "\n{}\n{end}", tabulated(name)).unwrap();
        }
    }
    out
}

fn tabulated(name: &str) -> String {
    let rows: Vec<String> = match name {
        "exits" => {
            let row = |row: &(_, u8, &str, &str)| format!("| {} | {} | {} |", row.1, row.2, row.3);
            let head = ["| code | name | meaning |".into(), "|---|---|---|".into()];
            head.into_iter().chain(EXITS.iter().map(row)).collect()
        }
        "commands" => {
            let row = |spec: &cli::Spec| format!("| `{}` | {} |", spec.name, spec.about);
            let head = ["| command | does |".into(), "|---|---|".into()];
            head.into_iter().chain(cli::COMMANDS.iter().map(row)).collect()
        }
        "rules" => {
            let head = ["| id | severity | exit | what |".into(), "|---|---|---|---|".into()];
            let row = |rule: &'static certok::report::Rule| {
                let (severity, code) = (rule.severity.name(), rule.exit.code());
                format!("| `{}` | {severity} | {code} | {} |", rule.id, rule.what)
            };
            head.into_iter().chain(check::rules().map(row)).collect()
        }
        other => panic!("no table {other}"),
    };
    rows.join("\n") + "\n"
}

/// Where the examples about HTCondor put tokens.
fn tokens_d(top: &Path) -> (&'static str, PathBuf) {
    ("_condor_SEC_TOKEN_DIRECTORY", top.join("home/.condor/tokens.d"))
}

/// The demonstration PKI, laid out; paths in what it prints are those of a user's machine.
struct Demo {
    scratch: tempfile::TempDir,
}

impl Demo {
    fn new() -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let top = scratch.path().join("demo");
        let laid_out = Command::new(env!("CARGO_BIN_EXE_certok")).arg("demo").arg(&top).output();
        assert!(laid_out.unwrap().status.success());
        let demo = Self { scratch };
        // The demonstration is about certificates; HTCondor's user has a token too.
        demo.put("demo/home/.condor/tokens.d", "pool", "idtoken/healthy.token");
        demo.put("keys", "POOL", "idtoken/keys/POOL");
        demo.put("bearer", "bt", "bearer/healthy.token");
        demo
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

    fn top(&self) -> PathBuf {
        self.scratch.path().canonicalize().unwrap().join("demo")
    }

    /// Runs `certok WORDS` as the README's user would.
    fn run(&self, words: &str) -> (String, i32) {
        let top = self.top();
        let binary = Path::new(env!("CARGO_BIN_EXE_certok"));
        let uid = certok::system::env::Env::from_process().uid;
        let mut shell = Command::new("sh");
        let shell = shell
            .arg("-c")
            .arg(format!("certok --at 2026-06-01T12:00:00Z {words}"))
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", binary.parent().unwrap().display()))
            .env("HOME", top.join("home"))
            .env("TMPDIR", top.join("tmp"))
            .env("X509_CERT_DIR", top.join("certificates"))
            .env("CONDOR_CONFIG", "ONLY_ENV")
            .env("_condor_TRUST_DOMAIN", "pool.certok.test")
            .env("_condor_UID_DOMAIN", "pool.test")
            .env("_condor_SEC_PASSWORD_DIRECTORY", self.scratch.path().join("keys"))
            .envs(words.contains("bearer").then(|| {
                let token = self.scratch.path().join("bearer/bt");
                ("BEARER_TOKEN_FILE", token)
            }))
            .envs(words.contains("idtoken").then(|| tokens_d(&top)))
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
        let text = text
            .replace(&place("home"), "/home/alice")
            .replace(&place("tmp"), "/tmp")
            .replace(&place("certificates"), "/etc/grid-security/certificates")
            .replace(&format!("{}/", top.display()), "");
        (text, done.status.code().unwrap())
    }

    /// A console block with what its commands print now.
    fn replayed(&self, block: &[&str]) -> String {
        let commands: Vec<&str> = block.iter().filter_map(|line| line.strip_prefix("$ ")).collect();
        let shown = |command: &&str| {
            let words = command.strip_prefix("certok").unwrap();
            let (text, code) = self.run(words);
            let code = if code == 0 { String::new() } else { format!("[exit code {code}]\n") };
            format!("$ {command}\n{text}{code}")
        };
        commands.iter().map(shown).collect::<Vec<_>>().join("\n")
    }
}
