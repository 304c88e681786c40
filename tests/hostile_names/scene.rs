//! A tree under a name, certok called on it, and its fixes run.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::setup::below::System;

/// The shells in which people paste.
pub(super) const SHELLS: &[&[&str]] =
    &[&["dash"], &["bash"], &["zsh"], &["busybox", "ash"], &["ksh"]];

/// The clock of the fixtures, and answers to openssl's questions.
const PREFIX: &str = "certok() { command certok --at 1780315200 \"$@\"; }
openssl() { case $1 in
    pkcs12|pkey) command openssl \"$@\" -passin 'pass:correct horse' -passout 'pass:correct horse';;
    *) command openssl \"$@\";;
esac; }
";

/// A call of certok, in which the tree is called `root`.
#[derive(Clone)]
pub(super) struct Call {
    pub(super) root: Vec<u8>,
    pub(super) arguments: Vec<Vec<u8>>,
    pub(super) variables: Vec<(Vec<u8>, Vec<u8>)>,
    pub(super) directory: Vec<u8>,
    pub(super) uid: Option<u32>,
}

/// Of a finding: its rule, its advice, its fix.
pub(super) type FindingTexts = (String, String, Option<String>);

/// What a tree holds: mode, and content or target.
type Tree = BTreeMap<Vec<u8>, (u32, Vec<u8>)>;

/// What a line did: to the tree, and to the variables.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Effect {
    pub(super) tree: Vec<(String, Option<String>, Option<String>)>,
    pub(super) variables: Vec<(String, String)>,
}

/// A copy of a tree under another name, alone in its folder.
pub(super) struct Scene<'a> {
    folder: TempDir,
    system: System,
    name: &'a OsStr,
    call: &'a Call,
    is_relative: bool,
    tree: &'a Path,
}

impl<'a> Scene<'a> {
    pub(super) fn new(tree: &'a Path, name: &'a [u8], call: &'a Call, is_relative: bool) -> Self {
        let system = System::new();
        let folder = tempfile::tempdir().unwrap();
        let name = OsStr::from_bytes(name);
        let scene = Self { folder, system, name, call, is_relative, tree };
        if let Some(uid) = call.uid {
            std::os::unix::fs::chown(scene.folder.path(), Some(uid), Some(uid)).unwrap();
        }
        scene.reset();
        scene
    }

    /// Makes it new, in the same place.
    fn reset(&self) {
        open(self.folder.path());
        for entry in fs::read_dir(self.folder.path()).unwrap() {
            let path = entry.unwrap().path();
            let removed =
                if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
            removed.unwrap();
        }
        let closed = open(self.tree);
        let copied = Command::new("cp").arg("-a").arg(self.tree).arg(self.absolute()).status();
        assert!(copied.unwrap().success());
        self.relink(&self.absolute());
        // From within, since there is no way into a closed directory.
        for (path, mode) in closed.iter().rev() {
            for tree in [self.tree, &self.absolute()] {
                let path = if path == Path::new("") { tree.to_path_buf() } else { tree.join(path) };
                fs::set_permissions(path, fs::Permissions::from_mode(*mode)).unwrap();
            }
        }
    }

    fn absolute(&self) -> PathBuf {
        self.folder.path().join(self.name)
    }

    /// Links into the tree lead into this copy.
    fn relink(&self, path: &Path) {
        let facts = fs::symlink_metadata(path).unwrap();
        if facts.is_dir() {
            for entry in fs::read_dir(path).unwrap() {
                self.relink(&entry.unwrap().path());
            }
        } else if facts.is_symlink() {
            let target = fs::read_link(path).unwrap();
            if let Ok(inside) = target.strip_prefix(OsStr::from_bytes(&self.call.root)) {
                fs::remove_file(path).unwrap();
                symlink(self.absolute().join(inside), path).unwrap();
            }
        }
    }

    /// `text` of the call, with the name of this copy.
    fn named(&self, text: &[u8]) -> OsString {
        let name = if self.is_relative {
            self.name.as_bytes().to_vec()
        } else {
            self.absolute().into_os_string().into_vec()
        };
        OsString::from_vec(replaced(text, &self.call.root, &name))
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let directory = match self.is_relative {
            true => self.folder.path().to_path_buf(),
            false => self.named(&self.call.directory).into(),
        };
        command
            .current_dir(directory)
            .env_clear()
            .envs(self.variables())
            .envs([self.system.variable()])
            .env("PATH", self.system.search_path())
            .stdin(Stdio::null());
        if let Some(uid) = self.call.uid {
            command.uid(uid).gid(uid);
        }
        command
    }

    fn variables(&self) -> BTreeMap<OsString, OsString> {
        let all = self.call.variables.iter();
        all.map(|(name, value)| (OsString::from_vec(name.clone()), self.named(value))).collect()
    }

    /// What certok says here.
    pub(super) fn certok(&self) -> Output {
        let arguments = self.call.arguments.iter().map(|word| self.named(word));
        self.command("certok").args(arguments).output().unwrap()
    }

    /// The findings, with the cases of those that have several.
    pub(super) fn findings(&self) -> Vec<FindingTexts> {
        let output = self.certok();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let findings = report["findings"].as_array().into_iter().flatten();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let mut all = Vec::new();
        for finding in findings {
            let (id, advice) = (&finding["id"], text(&finding["advice"]).unwrap_or_default());
            let id = text(id).unwrap_or_default();
            all.push((id.clone(), advice.clone(), text(&finding["fix"])));
            let cases = finding["cases"].as_array().into_iter().flatten();
            all.extend(cases.map(|case| (id.clone(), advice.clone(), text(&case["fix"]))));
        }
        all
    }

    /// Runs `script`, and says what came of it.
    pub(super) fn effect(&self, shell: &[&str], script: &str) -> Effect {
        self.reset();
        let before = self.tree();
        let script = format!("{PREFIX}{script}\nprintf '\\0ENV\\0'; env -0");
        // Without a terminal of its own, so that nothing asks there.
        let mut command = self.command("setsid");
        let output = command.arg("--wait").args(shell).args(["-c", &script]).output().unwrap();
        let variables = output.stdout.split(|byte| *byte == 0);
        let variables = variables.skip_while(|line| *line != b"ENV").skip(1);
        let old = self.variables();
        let mut changed = Vec::new();
        for line in variables {
            let at = line.iter().position(|byte| *byte == b'=').unwrap_or(0);
            let (name, value) = (&line[..at], &line[at + usize::from(at > 0)..]);
            // Shells set some of their own.
            let is_ours = [&b"X509_"[..], b"JALIEN_", b"SSL_", b"_condor_"];
            let is_ours = is_ours.iter().any(|start| name.starts_with(start));
            let same = old.get(OsStr::from_bytes(name)).is_some_and(|old| old.as_bytes() == value);
            if is_ours && !same {
                changed.push((shown(name), undated(&shown(&self.anonymous(value)))));
            }
        }
        let after = self.tree();
        let mut tree = Vec::new();
        for path in before.keys().chain(after.keys().filter(|path| !before.contains_key(*path))) {
            let told = |tree: &Tree| {
                tree.get(path).map(|(mode, content)| format!("{mode:o} {}", shown(content)))
            };
            let (was, is) = (told(&before), told(&after));
            if was != is {
                let name = undated(&shown(path));
                let name = if was.is_none() { copied(&name) } else { name };
                tree.push((name, was, is));
            }
        }
        tree.sort();
        changed.sort();
        Effect { tree, variables: changed }
    }

    /// The same whatever the name is.
    fn anonymous(&self, text: &[u8]) -> Vec<u8> {
        let name = self.name.as_bytes();
        let text = replaced(text, self.absolute().as_os_str().as_bytes(), b"ROOT");
        let text = replaced(&text, self.folder.path().as_os_str().as_bytes(), b"FOLDER");
        for start in [&b""[..], b"./", b"."] {
            if let Some(rest) = text.strip_prefix(&[start, name].concat()[..]) {
                return [if start == b"." { &b".ROOT"[..] } else { b"ROOT" }, rest].concat();
            }
        }
        text
    }

    /// Everything in the folder, so that what stands beside the tree is seen too.
    fn tree(&self) -> Tree {
        let mut tree = Tree::new();
        self.collect(self.folder.path(), &mut tree);
        tree
    }

    fn collect(&self, path: &Path, tree: &mut Tree) {
        let facts = fs::symlink_metadata(path).unwrap();
        let content = if facts.is_symlink() {
            self.anonymous(fs::read_link(path).unwrap().as_os_str().as_bytes())
        } else if facts.is_file() {
            fs::read(path).map(without_salt).unwrap_or_default()
        } else {
            Vec::new()
        };
        let inside = path.strip_prefix(self.folder.path()).unwrap();
        let name = self.anonymous(inside.as_os_str().as_bytes());
        tree.insert(name, (facts.mode(), content));
        if facts.is_dir() {
            // What a script closed, its user cannot look into either.
            for entry in fs::read_dir(path).into_iter().flatten() {
                self.collect(&entry.unwrap().path(), tree);
            }
        }
    }
}

/// Lets the owner read everything in `top`; what was closed to him, with its mode. Root needs none of
/// it.
fn open(top: &Path) -> Vec<(PathBuf, u32)> {
    let mut closed = Vec::new();
    let mut paths = vec![top.to_path_buf()];
    while let Some(path) = paths.pop() {
        let facts = fs::symlink_metadata(&path).unwrap();
        let needed = if facts.is_dir() { 0o700 } else { 0o400 };
        if !facts.is_symlink() && facts.mode() & needed != needed {
            let mode = fs::Permissions::from_mode(facts.mode() | needed);
            fs::set_permissions(&path, mode).unwrap();
            closed.push((path.strip_prefix(top).unwrap().to_path_buf(), facts.mode() & 0o7777));
        }
        if facts.is_dir() {
            paths.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    closed
}

/// An encrypted key is another one each time.
fn without_salt(content: Vec<u8>) -> Vec<u8> {
    let is_encrypted = |line: &[u8]| line.starts_with(b"-----BEGIN ENCRYPTED");
    match content.split(|byte| *byte == b'\n').any(is_encrypted) {
        true => b"an encrypted key".to_vec(),
        false => content,
    }
}

/// Without the date of a copy, and without mktemp's letters.
fn undated(name: &str) -> String {
    let mut parts: Vec<String> = name.split('.').map(str::to_owned).collect();
    let last = parts.last_mut().unwrap();
    let is_date = last.len() == 15 && last.chars().all(|c| c.is_ascii_digit() || c == '-');
    if is_date {
        *last = "DATE".to_owned();
    } else if name.contains("/tmp.") {
        *last = "MKTEMP".to_owned();
    }
    parts.join(".")
}

/// The name of a new file without the letters that mktemp puts behind that of a kept copy.
fn copied(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((of, end)) if end.len() == 6 && end.chars().all(|c| c.is_ascii_alphanumeric()) => {
            format!("{of}.MKTEMP")
        }
        _ => name.to_owned(),
    }
}

fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(byte) = rest.first() {
        if let Some(behind) = rest.strip_prefix(from) {
            out.extend(to);
            rest = behind;
        } else {
            out.push(*byte);
            rest = &rest[1..];
        }
    }
    out
}

fn shown(text: &[u8]) -> String {
    text.escape_ascii().to_string()
}
