//! Runs the real binary in a home of its own, made of fixtures, with nothing else in the
//! environment.
#![allow(dead_code, reason = "each test file uses another part")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::run::below::System;

#[path = "../below/mod.rs"]
pub(crate) mod below;

/// The fixtures' clock, 2026-06-01T12:00:00Z.
pub(crate) const NOW: i64 = 1_780_315_200;

/// One row: the home, the command, the instant, and what is to come of it: exit code, ids of the
/// findings in order, words that the text has.
pub(crate) type Case<'a> = (&'a str, &'a str, i64, i32, &'a [&'a str], &'a [&'a str]);

/// Runs rows.
pub(crate) fn check(cases: &[Case<'_>]) {
    for (setup, command, at, exit, ids, words) in cases {
        expect(&Home::new(setup), command, *at, *exit, ids, words);
    }
}

/// Runs `command` as JSON, as text and quietly, which must agree; and asserts what it says.
pub(crate) fn expect(
    home: &Home,
    command: &str,
    at: i64,
    exit: i32,
    ids: &[&str],
    words: &[&str],
) -> Value {
    let command = format!("{command} --at {at}");
    let before = home.tree();
    let json = home.run(&format!("{command} --json"));
    let report = json.json();
    let row = format!("{}: certok {command}\n{}{}", home.setup, json.out, json.err);
    assert_eq!(json.ids(), ids, "{row}");
    assert_eq!(json.code, exit, "{row}");
    assert_eq!(report["result"]["exit_code"], exit, "{row}");
    let text = home.run(&command);
    let row = format!("{}: certok {command}\n{}{}", home.setup, text.out, text.err);
    assert_eq!(text.code, exit, "{row}");
    for word in words {
        let word = home.fill(word);
        assert!(text.out.contains(&word), "no `{word}` in\n{row}");
    }
    if let Some(first) = ids.first().filter(|_| exit != 0) {
        let headline = text.out.lines().next().unwrap_or_default();
        assert!(headline.ends_with(&format!("[{first}]")), "{row}");
    }
    let quiet = home.run(&format!("{command} -q"));
    assert_eq!((quiet.code, quiet.out.as_str(), quiet.err.as_str()), (exit, "", ""), "-q: {row}");
    for run in [&json, &text] {
        run.expect_no_secret(&row);
    }
    assert_eq!(home.tree(), before, "files changed: {row}");
    report
}

/// A home directory, the variables and the current directory of a user of a bare machine.
pub(crate) struct Home {
    /// Where the places of the system are.
    pub(crate) system: System,
    folder: TempDir,
    variables: BTreeMap<String, String>,
    /// What it was made from, for messages.
    pub(crate) setup: String,
    /// Who runs the commands.
    pub(crate) uid: u32,
}

impl Home {
    /// A home with `.globus` and `tmp`, which is `TMPDIR`, and what `setup` says, word by word:
    ///
    /// - `user`, `token`: the healthy pair of that kind
    /// - `proxy=FIXTURE`: a proxy where `X509_USER_PROXY` says
    /// - `usercert=FIXTURE`, `userkey=…`, `tokencert=…`, `tokenkey=…`: the file at its default
    ///   place, `FIXTURE:MODE` with another mode than 644 or, for keys and tokens, 400
    /// - `PATH=FIXTURE` with a slash in it: a file below the home
    /// - `$NAME=VALUE`, `$NAME<FIXTURE`: a variable
    ///
    /// `{home}`, `{uid}`, `{testdata}` are replaced everywhere.
    pub(crate) fn new(setup: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut home = Self {
            system: System::new(),
            folder,
            variables: BTreeMap::new(),
            setup: setup.to_owned(),
            uid: rustix::process::getuid().as_raw(),
        };
        fs::create_dir_all(home.path(".globus")).unwrap();
        fs::create_dir_all(home.path("tmp")).unwrap();
        home.set("HOME", "{home}");
        home.set("TMPDIR", "{home}/tmp");
        home.set("X509_USER_PROXY", "{home}/tmp/x509up_u{uid}");
        for word in setup.split_whitespace() {
            home.add(word);
        }
        home
    }

    fn add(&mut self, word: &str) {
        match word {
            "user" => {
                self.add("usercert=cert/healthy.pem");
                self.add("userkey=key/rsa-pkcs1.pem");
                return;
            }
            "token" => {
                self.add("tokencert=token/user.pem");
                self.add("tokenkey=token/user-key.pem");
                return;
            }
            _ => {}
        }
        if let Some(variable) = word.strip_prefix('$') {
            match variable.split_once('=') {
                Some((name, value)) if !name.contains('<') => self.set(name, value),
                _ => {
                    let (name, fixture) = variable.split_once('<').expect("$NAME<FIXTURE");
                    let text = String::from_utf8(bytes(fixture)).unwrap();
                    self.set(name, &text);
                }
            }
            return;
        }
        let (place, source) = word.split_once('=').expect("PLACE=FIXTURE");
        let (source, mode) = match source.split_once(':') {
            Some((source, mode)) => (source, u32::from_str_radix(mode, 8).unwrap()),
            None if place == "proxy" => (source, 0o600),
            None if place.contains("key") || place.contains("token") => (source, 0o400),
            None => (source, 0o644),
        };
        self.write(place, &bytes(source), mode);
    }

    /// Writes a file at `place`: `usercert`, …, or a path below the home.
    pub(crate) fn write(&self, place: &str, content: &[u8], mode: u32) {
        let path = self.place(place);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let _ = fs::remove_file(&path);
        fs::write(&path, content).unwrap();
        self.chmod(place, mode);
    }

    /// Sets the mode of the file at `place`.
    pub(crate) fn chmod(&self, place: &str, mode: u32) {
        fs::set_permissions(self.place(place), fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Makes `place` a symbolic link to `target`.
    pub(crate) fn link(&self, place: &str, target: impl AsRef<Path>) {
        symlink(target, self.place(place)).unwrap();
    }

    /// `proxy`, `usercert`, `userkey`, `tokencert`, `tokenkey`, or a path below the home.
    pub(crate) fn place(&self, place: &str) -> PathBuf {
        let uid = self.uid;
        match place {
            "proxy" => self.path(&format!("tmp/x509up_u{uid}")),
            "usercert" | "userkey" => self.path(&format!(".globus/{place}.pem")),
            "tokencert" | "tokenkey" => self.path(&format!("tmp/{place}_{uid}.pem")),
            path => self.path(&self.fill(path)),
        }
    }

    /// A path below the home.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Sets a variable.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        let value = self.fill(value);
        self.variables.insert(name.to_owned(), value);
    }

    /// Removes a variable.
    pub(crate) fn unset(&mut self, name: &str) {
        self.variables.remove(name);
    }

    /// `{home}`, `{uid}`, `{testdata}` replaced.
    pub(crate) fn fill(&self, text: &str) -> String {
        text.replace("{home}", self.folder.path().to_str().unwrap())
            .replace("{uid}", &self.uid.to_string())
            .replace("{testdata}", testdata().to_str().unwrap())
    }

    /// Gives everything to another user, who runs the commands from now on; root only.
    pub(crate) fn belongs_to(&mut self, uid: u32) {
        for path in self.tree().keys().map(PathBuf::from) {
            std::os::unix::fs::lchown(path, Some(uid), Some(uid)).unwrap();
        }
        std::os::unix::fs::lchown(self.folder.path(), Some(uid), Some(uid)).unwrap();
        self.uid = uid;
    }

    /// Runs certok with the words of `line`.
    pub(crate) fn run(&self, line: &str) -> Run {
        self.run_with(line, b"")
    }

    /// Runs certok under another name.
    pub(crate) fn run_as(&self, program: &Path, line: &str) -> Run {
        let words = line.split_whitespace().map(|word| self.fill(word));
        self.finish(self.command(program).args(words), b"")
    }

    /// Runs certok with `input` on standard input.
    pub(crate) fn run_with(&self, line: &str, input: &[u8]) -> Run {
        let words = line.split_whitespace().map(|word| self.fill(word));
        self.finish(self.certok().args(words), input)
    }

    /// Runs a script in `shell`, certok on the path, `input` where a terminal would be; `None` if
    /// there is no such shell.
    pub(crate) fn shell(&self, shell: &str, script: &str, input: &[u8]) -> Option<Run> {
        for needed in [shell, "setsid"] {
            if !is_installed(needed) {
                println!("skipped: {needed} is not installed");
                return None;
            }
        }
        // Without a terminal of its own, openssl asks for passphrases on standard input.
        let mut command = self.command(Path::new("setsid"));
        command.args(["--wait", shell, "-c", &self.fill(script)]);
        command.env("PATH", self.system.search_path());
        Some(self.finish(&mut command, input))
    }

    /// certok in this home.
    pub(crate) fn certok(&self) -> Command {
        self.command(&self.system.certok())
    }

    /// A command in this home.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs([self.system.variable()]).envs(&self.variables);
        command.current_dir(self.folder.path());
        if self.uid != rustix::process::getuid().as_raw() {
            command.uid(self.uid).gid(self.uid);
        }
        command
    }

    fn finish(&self, command: &mut Command, input: &[u8]) -> Run {
        let run = finish(command, input);
        let seen = |text: &str| self.system.as_user_sees(text);
        Run { out: seen(&run.out), err: seen(&run.err), ..run }
    }

    /// Every file below the home: its mode and content, or where it points.
    pub(crate) fn tree(&self) -> BTreeMap<String, (u32, Vec<u8>)> {
        let mut found = BTreeMap::new();
        collect(self.folder.path(), &mut found);
        found
    }
}

fn collect(folder: &Path, found: &mut BTreeMap<String, (u32, Vec<u8>)>) {
    for entry in unless_denied(fs::read_dir(folder), folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = path.to_str().unwrap().to_owned();
        let Some(facts) = unless_denied(fs::symlink_metadata(&path), &path) else {
            found.insert(name, (0, Vec::new()));
            continue;
        };
        let content = if facts.is_symlink() {
            fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes()
        } else if facts.is_file() {
            unless_denied(fs::read(&path), &path).unwrap_or_default()
        } else {
            Vec::new()
        };
        found.insert(name, (facts.mode() & 0o7777, content));
        if facts.is_dir() {
            collect(&path, found);
        }
    }
}

/// What a test has made unreadable, it cannot read either, unless it is root.
fn unless_denied<T>(read: std::io::Result<T>, path: &Path) -> Option<T> {
    match read {
        Err(e) if e.kind() == std::io::ErrorKind::PermissionDenied => None,
        read => Some(read.unwrap_or_else(|e| panic!("{}: {e}", path.display()))),
    }
}

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Run {
    /// Exit code.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Run {
    /// The envelope.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}{}", self.out, self.err))
    }

    /// The ids of its findings.
    pub(crate) fn ids(&self) -> Vec<String> {
        let report = self.json();
        let findings = report["findings"].as_array().expect("findings");
        let id = |finding: &Value| finding["id"].as_str().unwrap().to_owned();
        findings.iter().map(id).collect()
    }

    /// No key in what is printed.
    pub(crate) fn expect_no_secret(&self, row: &str) {
        for text in [&self.out, &self.err] {
            let secret = text.contains("PRIVATE KEY-----");
            assert!(!secret, "a private key is printed: {row}");
        }
    }
}

fn finish(command: &mut Command, input: &[u8]) -> Run {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut started = command.spawn();
    // A program that was copied a moment ago is busy while another test's child, forked in
    // between, still holds the file open for writing.
    for _ in 0..100 {
        if !matches!(&started, Err(e) if e.kind() == std::io::ErrorKind::ExecutableFileBusy) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
        started = command.spawn();
    }
    let mut child = started.unwrap_or_else(|e| panic!("{command:?}: {e}"));
    // Whoever does not read it has ended already.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Whether a program is on the path.
pub(crate) fn is_installed(program: &str) -> bool {
    ["/usr/local/bin", "/usr/bin", "/bin"]
        .iter()
        .any(|folder| Path::new(folder).join(program).exists())
}

/// Whether the tests run as root, who may give files away; says so if not.
pub(crate) fn is_root() -> bool {
    let root = rustix::process::geteuid().is_root();
    if !root {
        println!("skipped: only root can give files to another user");
    }
    root
}

/// The bytes of a fixture.
pub(crate) fn bytes(fixture: &str) -> Vec<u8> {
    fs::read(testdata().join(fixture)).unwrap_or_else(|e| panic!("{fixture}: {e}"))
}

/// The PEM blocks of a fixture, without the line before them and the newline at the end.
pub(crate) fn pem(fixture: &str) -> String {
    let text = String::from_utf8(bytes(fixture)).unwrap();
    text[text.find("-----BEGIN").unwrap()..].trim_end().to_owned()
}

/// Where the fixtures are.
pub(crate) fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

/// `text` in base64, on one line.
pub(crate) fn base64(text: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in text.chunks(3) {
        let bits =
            (0..3).fold(0_usize, |bits, at| bits << 8 | usize::from(*chunk.get(at).unwrap_or(&0)));
        for at in 0..4 {
            if at <= chunk.len() {
                let digit = DIGITS[bits >> (18 - 6 * at) & 63];
                write!(out, "{}", char::from(digit)).unwrap();
            } else {
                out.push('=');
            }
        }
    }
    out
}
