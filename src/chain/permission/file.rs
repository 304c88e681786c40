//! Policy files as they were found.

use std::fmt;
use std::path::PathBuf;

use crate::parse::policy::Problem;
use crate::parse::policy::namespaces::Namespaces;
use crate::parse::policy::signing_policy::SigningPolicy;

/// A `<hash>.signing_policy` or `<hash>.namespaces` of a CA's name.
#[derive(Clone, Debug)]
pub struct PolicyFile {
    /// Where it is.
    pub name: FileName,
    /// Hash of the name it was looked up for, as OpenSSL since 1.0 makes it.
    pub hash: String,
    /// Whether it is there under the hash of old alone, which canl may be set to use.
    pub old_hash: bool,
    /// What is in it.
    pub content: Content,
}

/// The path of a policy file. IGTF's are links, and it is their targets that people know.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FileName {
    /// As it was opened.
    pub path: PathBuf,
    /// Where it points, if it is a link.
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

/// The two kinds of file, read.
#[derive(Clone, Debug)]
pub enum Content {
    SigningPolicy(Result<SigningPolicy, Unusable>),
    /// A namespaces file.
    Namespaces(Result<Namespaces, Unusable>),
}

/// Why a file that is there says nothing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Unusable {
    /// A link to this missing target.
    Dangling(String),
    /// A link that was turned into a text file: where it led, and its own path, if what it led to lies
    /// beside it and this user can make the link anew.
    LinkText(String, Option<PathBuf>),
    /// It departs from its grammar.
    Syntax(Problem),
    /// Permission denied or worse.
    Unreadable(String),
}
