//! What lies near a place where nothing was found, so that the report can say where the credential
//! is.

use std::path::PathBuf;

use crate::source::Source;

/// What lies near the path that a variable names.
#[derive(Clone, Debug, Default)]
pub struct NearValue {
    /// The path that was probably meant, if it exists: without quotes, blanks, `file://`, and with
    /// `~` replaced.
    pub cleaned: Option<PathBuf>,
    /// What is used if the variable is not set, if that exists.
    pub default: Option<PathBuf>,
    /// The directory of the path, if that exists.
    pub parent: Option<PathBuf>,
    /// The current directory.
    pub here: Option<PathBuf>,
}

/// What lies near a place of CA certificates that is of no use.
#[derive(Clone, Debug, Default)]
pub struct NearCas {
    /// What lies near the path that a variable names.
    pub value: NearValue,
    /// The CA directory in the directory that was named, or around the file that was.
    pub inside: Option<PathBuf>,
}

/// What lies near the place.
#[derive(Debug, Default)]
pub struct Near {
    /// What lies near the path that the variable names.
    pub value: NearValue,
    /// The file with the usual name in the directory that was named instead of a file.
    pub inside: Option<PathBuf>,
    /// What stands where a directory above the path should be.
    pub above: Option<Above>,
    /// What has a similar name.
    pub alike: Option<Alike>,
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
    /// What is wrong with `$TMPDIR`, if the place depends on it, and what lies near its path.
    pub temporary: Option<(PathBuf, BadTemporary, NearValue)>,
    /// Where Python, so alien.py, puts temporary files.
    pub python_temporary: Option<PathBuf>,
    /// `/etc/passwd`'s home, when `$HOME` is not set, and whether what is looked for is there.
    pub passwd_home: Option<(PathBuf, bool)>,
}

/// What stands where a directory should be.
#[derive(Clone, Debug)]
pub struct Above {
    pub path: PathBuf,
    /// The target of the symbolic link, if it is one. Else it is a file.
    pub target: Option<PathBuf>,
}

/// A file that was probably meant: its name, or the name of the variable, is almost right.
#[derive(Clone, Debug)]
pub struct Alike {
    pub path: PathBuf,
    /// The variable that names it.
    pub variable: Option<&'static str>,
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
