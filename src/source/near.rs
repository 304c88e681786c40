//! What lies near a place where nothing was found.

use std::path::PathBuf;

use crate::source::Source;

/// What lies near.
#[derive(Debug, Default)]
pub struct Near {
    /// The path meant, when the value has quotes, blanks, `~`, `file://` around one that exists.
    pub cleaned: Option<PathBuf>,
    /// The file of the usual name inside the directory that was named.
    pub inside: Option<PathBuf>,
    /// PKCS#12 files in `~/.globus`, `~`, `~/Downloads`.
    pub pkcs12: Vec<Source>,
    /// Tokens of other uids or in other temporary directories that this user may read, key
    /// included: on a shared machine everybody else's lie in /tmp too. By their certificates.
    pub tokens: Vec<PathBuf>,
    /// The proxy that arcproxy, which alone asks for `TMPDIR`, made there.
    pub proxy: Option<PathBuf>,
    /// Whether the other half lies at its default place.
    pub partner: bool,
    /// Whether the variable of the other half names a path where nothing is.
    pub partner_gone: bool,
    /// The default file, when a variable names another that is not there.
    pub default: Option<PathBuf>,
    /// What is wrong with `$TMPDIR`, if it matters here.
    pub temporary: Option<(PathBuf, BadTemporary)>,
    /// Where Python, so alien.py, puts temporary files.
    pub python_temporary: Option<PathBuf>,
    /// `/etc/passwd`'s home, when `$HOME` is not set, and whether what is looked for is there.
    pub passwd_home: Option<(PathBuf, bool)>,
}

/// Why `$TMPDIR` cannot hold a token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum BadTemporary {
    /// It does not exist.
    Missing,
    /// It is a file.
    NotDirectory,
    /// This user may not write there; Python goes on to the next place then.
    NotWritable,
}
