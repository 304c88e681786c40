//! Fixes: actions that certok can do itself, or a shell line that the user must type.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::text::shell;

/// What mends something.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fix {
    /// One shell line that does it, ready to paste.
    line: String,
    /// The same as actions of certok. Empty if it needs a shell, another program or another user.
    actions: Vec<Action>,
}

impl Fix {
    /// A fix of a line and the actions that do the same.
    pub fn of(line: impl Into<String>, actions: Vec<Action>) -> Self {
        Self { line: line.into(), actions }
    }

    /// The line.
    pub fn line(&self) -> &str {
        &self.line
    }

    /// The actions, if certok can do all of it itself.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// Whether it makes links and does nothing else.
    pub fn is_links(&self) -> bool {
        let is_link = |action: &Action| matches!(action, Action::Link { .. });
        !self.actions.is_empty() && self.actions.iter().all(is_link)
    }

    /// One fix that does all of `fixes`, one after the other.
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

/// A fix that is only a line: it changes the user's shell, or needs another program.
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

/// A change of files. No content is lost: the old file is kept beside the new one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Action {
    /// Change permission bits.
    Chmod {
        /// The file.
        path: PathBuf,
        /// The new bits.
        mode: Mode,
        /// The file that was judged, by device and inode. No other one is changed.
        file: Option<(u64, u64)>,
    },
    /// Exchange the files of certificate and key.
    Exchange {
        /// Where the certificate belongs. The key is there now.
        cert: PathBuf,
        /// Where the key belongs. The certificate is there now.
        key: PathBuf,
    },
    /// Make a symbolic link.
    Link {
        /// Its name.
        path: PathBuf,
        /// Its target.
        target: PathBuf,
        /// Whether a link that leads nowhere may be there, and is replaced.
        again: bool,
    },
    /// Rename a file. The new name must be free.
    Move {
        /// The old name.
        from: PathBuf,
        /// The new name.
        to: PathBuf,
    },
    /// Replace another user's file by a copy that this user owns.
    Own {
        /// The file.
        path: PathBuf,
        /// How the old file is named then, without the date at the end.
        kept: PathBuf,
        /// The permission bits of the copy.
        mode: u32,
    },
    /// Write a new content to a file.
    Rewrite(Box<Rewrite>),
    /// Rename a file to a name with the date at the end.
    SetAside {
        /// The file.
        path: PathBuf,
        /// The new name, without the date.
        kept: PathBuf,
    },
}

/// A new content for a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rewrite {
    /// The file.
    pub path: PathBuf,
    /// Beginning of the name under which the old content is kept.
    pub kept: PathBuf,
    /// State of the file when it was judged: cksum(1), bytes, permission bits. Another state stops
    /// the fix.
    pub now: (u32, u64, u32),
    /// The new content.
    pub text: NewText,
}

/// The new content of a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewText {
    /// The shell command that makes it from the copy `"$b"`.
    pub command: String,
    /// How certok makes it, if it can.
    pub made: Option<Made>,
}

impl From<String> for NewText {
    fn from(command: String) -> Self {
        Self { command, made: None }
    }
}

/// How certok makes the new content from the old.
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
    /// Move the block with this index to the front.
    Front(usize),
    /// The lines from the first to the last are one.
    Joined(usize, usize),
    /// Block so-and-so has another label.
    Labelled(usize, &'static str),
    /// PEM as it should be written.
    Mended,
    /// Convert DER or PKCS#7 to PEM.
    Pem,
    /// What stands in base64 between the lines of PEM.
    Unwrapped,
    /// UTF-8 of UTF-16.
    Utf8,
}

impl Made {
    /// Together with the shell command that does the same.
    pub fn by(self, command: impl Into<String>) -> NewText {
        NewText { command: command.into(), made: Some(self) }
    }
}

/// A change of permission bits, in the words of chmod(1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mode {
    /// Set exactly these.
    Exactly(u32),
    /// Add these.
    Plus(&'static str, u32),
    /// Take these away.
    Minus(&'static str, u32),
}

impl Mode {
    /// Nobody else may write.
    pub const CLOSED: Self = Self::Minus("go-w", 0o022);
    /// Nobody else may write, and nobody may execute.
    pub const DATA: Self = Self::Minus("a-x,go-w", 0o133);
    /// A directory that its owner can use.
    pub const ENTERED: Self = Self::Plus("u+rwx", 0o700);

    /// The bits that `old` becomes.
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

    /// The temporary name of the certificate's file during the exchange.
    pub fn between(cert: &Path) -> PathBuf {
        let mut name = OsString::from(cert);
        name.push(".swap");
        name.into()
    }

    /// One shell line that does it. Pasted a second time, it does nothing.
    pub fn line(&self) -> String {
        match self {
            Self::Chmod { path, mode, .. } => format!("chmod {mode} {}", shell::path(path)),
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

/// Sets the shell variable `$b` to the name with the date at the end.
fn dated(kept: &Path) -> String {
    format!("b={}.$(date +%Y%m%d-%H%M%S)", shell::path(kept))
}

/// What the first line of a PEM private key contains, and no certificate does.
pub const KEY_MARK: &str = "PRIVATE KEY-";

/// Exchanges only while the key lies in the certificate's place, so that a second paste does
/// nothing.
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
    /// Keeps a copy as `"$b"` and writes the file, only if its content is still the one that was
    /// read.
    fn line(&self) -> String {
        let (checksum, size, mode) = self.now;
        let (file, command) = (shell::path(&self.path), &self.text.command);
        let is_same = format!("[ \"$(cksum < {file})\" = \"{checksum} {size}\" ]");
        let keep = shell::keep_copy(&self.path, &self.kept);
        // If the command fails or prints nothing, the file stays as it was and no copy is left.
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
