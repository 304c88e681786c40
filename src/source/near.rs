//! What lies near a place where nothing was found, so that the report can say where the credential
//! is.

use std::path::PathBuf;

use crate::source::Source;

/// What lies near the place.
#[derive(Debug, Default)]
pub struct Near {
    /// The path that was probably meant, if it exists: without quotes, blanks, `file://`, and with
    /// `~` replaced.
    pub cleaned: Option<PathBuf>,
    /// The file with the usual name in the directory that was named instead of a file.
    pub inside: Option<PathBuf>,
    /// PKCS#12 files in `~/.globus`, `~`, `~/Downloads`.
    pub pkcs12: Vec<Source>,
    /// Tokens of other uids, or in other temporary directories, whose certificate and key this user
    /// may read. On a shared machine the tokens of all users lie in /tmp. Paths of the
    /// certificates.
    pub tokens: Vec<PathBuf>,
    /// The proxy in `$TMPDIR`. Only arcproxy puts it there.
    pub proxy: Option<PathBuf>,
    /// Whether the other half lies at its default place.
    pub partner: bool,
    /// Whether the variable of the other half names a missing file.
    pub partner_gone: bool,
    /// The default file, if a variable names a missing file.
    pub default: Option<PathBuf>,
    /// What is wrong with `$TMPDIR`, if the place depends on it.
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
