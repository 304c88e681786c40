//! Policy files, as they were read.

use std::fmt;
use std::path::PathBuf;

use crate::parse::policy::Problem;
use crate::parse::policy::namespaces::Namespaces;
use crate::parse::policy::signing_policy::SigningPolicy;

/// A `<hash>.signing_policy` or `<hash>.namespaces` file.
#[derive(Clone, Debug)]
pub struct PolicyFile {
    /// Its path.
    pub name: FileName,
    /// The hash of the name that was searched, as OpenSSL since 1.0 computes it.
    pub hash: String,
    /// Whether the file exists only under the MD5 hash (OpenSSL before 1.0). canl can be configured
    /// to use that.
    pub old_hash: bool,
    /// Its content.
    pub content: Content,
}

/// The path of a policy file. In the IGTF distribution the paths are links, and people know their
/// targets.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FileName {
    /// The path that was opened.
    pub path: PathBuf,
    /// The target, if the path is a link.
    pub link: Option<PathBuf>,
}

/// `/ca/48e3c71f.namespaces (a link to Grid.namespaces)`.
impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.link {
            None => write!(f, "{}", self.path.display()),
            Some(target) => {
                let (path, target) = (self.path.display(), target.display());
                write!(f, "{path} (a link to {target})")
            }
        }
    }
}

/// The content, by kind of file.
#[derive(Clone, Debug)]
pub enum Content {
    SigningPolicy(Result<SigningPolicy, Unusable>),
    /// A namespaces file.
    Namespaces(Result<Namespaces, Unusable>),
}

/// Why a file has no usable content.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Unusable {
    /// A link to this target, which does not exist.
    Dangling(String),
    /// A text file that was a link once. The target in it; and the path of the link, if the target
    /// lies beside it and this user can make the link again.
    LinkText(String, Option<PathBuf>),
    /// It is larger than certok reads. What software makes of it is not known.
    Limit,
    /// A syntax error.
    Syntax(Problem),
    /// It cannot be read: the error of the system.
    Unreadable(String),
}

impl From<Problem> for Unusable {
    fn from(problem: Problem) -> Self {
        if problem.is_limit { Self::Limit } else { Self::Syntax(problem) }
    }
}
