//! What mends a finding: actions that certok can take itself, or a line for a shell alone.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::text::shell;

/// What mends something.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fix {
    /// One line of shell that does it, ready to paste.
    line: String,
    /// The same without a shell; empty if it needs one, another program or another user.
    actions: Vec<Action>,
}

impl Fix {
    /// A line, and what it does.
    pub fn of(line: impl Into<String>, actions: Vec<Action>) -> Self {
        Self { line: line.into(), actions }
    }

    /// The line.
    pub fn line(&self) -> &str {
        &self.line
    }

    /// What it does, if certok can do all of it.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// One after the other.
    pub fn all<'a>(fixes: impl IntoIterator<Item = &'a Self>) -> Self {
        let fixes: Vec<&Self> = fixes.into_iter().collect();
        let lines: Vec<&str> = fixes.iter().map(|fix| fix.line()).collect();
        let able = fixes.iter().all(|fix| !fix.actions.is_empty());
        let actions = fixes.iter().filter(|_| able).flat_map(|fix| fix.actions.clone());
        Self { line: lines.join(" && "), actions: actions.collect() }
    }
}

/// The line.
impl fmt::Display for Fix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

/// A line alone: it changes the shell that it is typed in, or needs another program.
impl From<String> for Fix {
    fn from(line: String) -> Self {
        Self { line, actions: Vec::new() }
    }
}

impl From<&str> for Fix {
    fn from(line: &str) -> Self {
        line.to_owned().into()
    }
}

impl From<Action> for Fix {
    fn from(action: Action) -> Self {
        let line = action.line();
        Self { line, actions: Vec::from_iter(action.is_able().then_some(action)) }
    }
}

/// A change of files. None takes anything away: what a file held stays beside it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Action {
    /// Other permission bits.
    Chmod {
        /// Of what.
        path: PathBuf,
        /// Which.
        mode: Mode,
    },
    /// Certificate and key change places.
    Exchange {
        /// Where the certificate belongs, and the key is.
        cert: PathBuf,
        /// Where the key belongs.
        key: PathBuf,
    },
    /// A symbolic link.
    Link {
        /// Its name.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
        /// Whether something that leads nowhere may be there.
        again: bool,
    },
    /// Another name, which nothing has yet.
    Move {
        /// What it is called.
        from: PathBuf,
        /// What it is to be called.
        to: PathBuf,
    },
    /// A copy that is this user's, in the place of another user's file.
    Own {
        /// The file.
        path: PathBuf,
        /// The name that it keeps, but for the date behind it.
        kept: PathBuf,
        /// The permission bits of the copy.
        mode: u32,
    },
    /// A file is written anew.
    Rewrite(Box<Rewrite>),
    /// Out of the way, to a name with the date behind it.
    SetAside {
        /// The file.
        path: PathBuf,
        /// That name, but for the date.
        kept: PathBuf,
    },
}

/// A file that is written anew.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rewrite {
    /// The file.
    pub path: PathBuf,
    /// How the name of the copy begins that is kept.
    pub kept: PathBuf,
    /// What it is now: cksum(1), bytes, permission bits.
    pub now: (u32, u64, u32),
    /// What it is to hold.
    pub text: NewText,
}

/// What a file is to hold.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewText {
    /// What makes it in a shell of the copy `"$b"`.
    pub command: String,
    /// What makes it in certok, if that can.
    pub made: Option<Made>,
}

impl From<String> for NewText {
    fn from(command: String) -> Self {
        Self { command, made: None }
    }
}

/// How the new content of a file comes from the old.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Made {
    /// The access token of JSON.
    AccessToken,
    /// Another file stands behind it.
    Appended(PathBuf),
    /// A bearer token without what is around it.
    BareToken,
    /// That line is a comment.
    Commented(usize),
    /// Base64 is taken away.
    Decoded,
    /// Block so-and-so comes first.
    Front(usize),
    /// The lines from the first to the last are one.
    Joined(usize, usize),
    /// Block so-and-so has another label.
    Labelled(usize, &'static str),
    /// PEM as it should be written.
    Mended,
    /// PEM of DER or PKCS#7.
    Pem,
    /// What stands in base64 between the lines of PEM.
    Unwrapped,
    /// UTF-8 of UTF-16.
    Utf8,
}

impl Made {
    /// With the command that does the same.
    pub fn by(self, command: impl Into<String>) -> NewText {
        NewText { command: command.into(), made: Some(self) }
    }
}

/// Permission bits, as chmod(1) takes them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mode {
    /// These.
    Exactly(u32),
    /// These too.
    Plus(&'static str, u32),
    /// Not these.
    Minus(&'static str, u32),
}

impl Mode {
    /// Nobody else may write.
    pub const CLOSED: Self = Self::Minus("go-w", 0o022);
    /// Nobody else may write, and nobody run it.
    pub const DATA: Self = Self::Minus("a-x,go-w", 0o133);
    /// A directory that its owner may use.
    pub const ENTERED: Self = Self::Plus("u+rwx", 0o700);

    /// What becomes of `old`.
    pub fn of(self, old: u32) -> u32 {
        match self {
            Self::Exactly(bits) => bits,
            Self::Plus(_, bits) => old | bits,
            Self::Minus(_, bits) => old & !bits,
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(bits) => write!(f, "{bits:o}"),
            Self::Plus(word, _) | Self::Minus(word, _) => f.write_str(word),
        }
    }
}

impl Action {
    /// Whether certok can do it itself.
    fn is_able(&self) -> bool {
        !matches!(self, Self::Rewrite(rewrite) if rewrite.text.made.is_none())
    }

    /// The name that a certificate's file has for a moment while it is exchanged.
    pub fn between(cert: &Path) -> PathBuf {
        let mut name = OsString::from(cert);
        name.push(".swap");
        name.into()
    }

    /// One line of shell that does it; pasted a second time it does nothing.
    pub fn line(&self) -> String {
        match self {
            Self::Chmod { path, mode } => format!("chmod {mode} {}", shell::path(path)),
            Self::Exchange { cert, key } => exchange(cert, key),
            Self::Link { path, target, again } => {
                let option = if *again { "-sfn" } else { "-s" };
                format!("ln {option} {} {}", shell::path(target), shell::path(path))
            }
            Self::Move { from, to } => format!("mv {} {}", shell::path(from), shell::path(to)),
            Self::Own { path, kept, mode } => {
                let file = shell::path(path);
                format!(
                    "[ ! -O {file} ] && {} && mv {file} \"$b\" && (umask 077; cp \"$b\" {file}) && \
                     chmod {mode:o} {file}",
                    dated(kept)
                )
            }
            Self::Rewrite(rewrite) => rewrite.line(),
            Self::SetAside { path, kept } => {
                format!("{} && mv {} \"$b\"", dated(kept), shell::path(path))
            }
        }
    }
}

/// Sets the shell variable `$b` to the name with the date behind it.
fn dated(kept: &Path) -> String {
    format!("b={}.$(date +%Y%m%d-%H%M%S)", shell::path(kept))
}

/// What a PEM private key has in its first line, and no certificate.
pub const KEY_MARK: &str = "PRIVATE KEY-";

/// Only while the key lies in the certificate's place.
fn exchange(cert: &Path, key: &Path) -> String {
    let between = Action::between(cert);
    let (c, k, b) = (shell::path(cert), shell::path(key), shell::path(&between));
    format!(
        "grep -q '{KEY_MARK}' {c} && {} && mv {c} {b} && mv {k} {c} && mv {b} {k} && chmod 644 {c} && \
         chmod 400 {k}",
        shell::is_free(&between)
    )
}

impl Rewrite {
    /// Keeps a copy as `"$b"` and writes the file anew, only if it is as it was read.
    fn line(&self) -> String {
        let (checksum, size, mode) = self.now;
        let (file, command) = (shell::path(&self.path), &self.text.command);
        let is_same = format!("[ \"$(cksum < {file})\" = \"{checksum} {size}\" ]");
        let keep = shell::keep_copy(&self.path, &self.kept);
        // If the command fails or finds nothing, the file is as it was, and there is no copy.
        let write = format!(
            "{{ {command} > {file} && [ -s {file} ] || {{ cat \"$b\" > {file} && rm -f \"$b\"; false; }}; }}"
        );
        match mode & 0o200 {
            0 => format!(
                "{is_same} && {keep} && chmod u+w {file} && {write}; r=$?; chmod {mode:o} {file}; (exit $r)"
            ),
            _ => format!("{is_same} && {keep} && {write}"),
        }
    }
}
