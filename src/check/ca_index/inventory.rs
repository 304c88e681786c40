//! A CA directory as it was read: file names, files, certificates and lists.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::chain::revocation::List;
use crate::crypto::verify::Refusal;
use crate::parse::ca_dir::EntryName;
use crate::parse::cert::Certificate;
use crate::parse::file::Contents;
use crate::parse::name::Name;
use crate::parse::policy::Problem;
use crate::parse::policy::namespaces::Namespaces;
use crate::parse::policy::signing_policy::SigningPolicy;
use crate::parse::shape::Shape;
use crate::source::candidate::CaCandidate;
use crate::source::error::LoadError;
use crate::source::{FileFacts, ResolvedPath};

/// A CA directory (or CA file) that was read completely. Each file was read once, even if it has
/// several names.
#[derive(Debug)]
pub struct Inventory {
    /// Where it is and why it was chosen.
    pub candidate: CaCandidate,
    /// The directories above it and itself, from the root down. Links are resolved.
    pub above: Vec<(PathBuf, FileFacts)>,
    /// The directories outside to which its links lead, and those above them.
    pub beyond: Vec<(PathBuf, FileFacts)>,
    /// Its file names, sorted.
    pub entries: Vec<Entry>,
    /// The files behind them.
    pub files: Vec<CaFile>,
    /// The CA certificates in the files, each once.
    pub authorities: Vec<Authority>,
    /// Indices into `authorities` by canonical subject name.
    pub by_subject: HashMap<Vec<u8>, Vec<usize>>,
    /// Whether there are more names than the limit.
    pub more: bool,
    /// The limit at which files were not read or signatures not verified, if it was reached.
    pub exhausted: Option<String>,
    /// Subdirectories with certificates, if the directory itself has none.
    pub folders: Vec<Folder>,
    /// Whether this user may create files in it.
    pub writable: bool,
    /// The user who examines it.
    pub euid: u32,
}

/// A subdirectory of a directory without certificates.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Folder {
    /// Where it is.
    pub path: PathBuf,
    /// How many of its file names are those of CA certificates.
    pub names: usize,
}

/// A file name.
#[derive(Debug)]
pub struct Entry {
    /// The file name, for the screen.
    pub name: String,
    /// The whole path.
    pub path: PathBuf,
    /// What a file of this name should contain.
    pub kind: EntryName,
    /// The target, if it is a symbolic link.
    pub link: Option<PathBuf>,
    /// Index into `files`, or why there is no file.
    pub file: Result<usize, LoadError>,
}

/// One file.
#[derive(Debug)]
pub struct CaFile {
    /// What the system says of it.
    pub facts: FileFacts,
    /// Indices into `entries`: its names.
    pub names: Vec<usize>,
    /// How links outside of the directory lead to it.
    pub links: Vec<ResolvedPath>,
    /// Its content, as far as its names ask for it; or why it cannot be read.
    pub content: Result<Content, LoadError>,
    /// Why OpenSSL reads no certificate from it, if so.
    pub unusable: Option<String>,
    /// Whether the trust settings of a certificate in it reject clients or servers.
    pub is_rejected: bool,
}

/// The content of a file, for each kind of reader that its names ask for.
#[derive(Debug, Default)]
pub struct Content {
    /// If a name is that of certificates.
    pub pem: Option<Contents>,
    /// If a name is that of revocation lists: at least one entry, good or bad.
    pub lists: Vec<List>,
    /// If a name is that of a signing_policy.
    pub signing_policy: Option<Result<SigningPolicy, Problem>>,
    /// If a name is that of a namespaces file.
    pub namespaces: Option<Result<Namespaces, Problem>>,
    /// If a name is that of an `.info` or `.crl_url` file.
    pub text: Option<String>,
    /// Whether secrets were searched and none was found. They are searched only if others may not
    /// read the file.
    pub no_secret: bool,
}

/// A CA certificate. Copies in several files count as one.
#[derive(Debug)]
pub struct Authority {
    pub certificate: Arc<Certificate>,
    /// The copies: index into `files` and number of the PEM block, from 1.
    pub copies: Vec<(usize, usize)>,
    /// Indices into `authorities` of CAs with its issuer's name (also itself, if self-issued), and
    /// whether they signed it.
    pub signers: Vec<(usize, Result<(), Refusal>)>,
}

impl Inventory {
    /// The CAs with this name.
    pub fn named(&self, name: &Name) -> impl Iterator<Item = (usize, &Authority)> {
        let known = self.by_subject.get(name.canonical());
        let known = known.into_iter().flatten();
        known.map(|at| (*at, &self.authorities[*at]))
    }

    /// The names of a CA's files.
    pub fn names_of(&self, authority: &Authority) -> impl Iterator<Item = &Entry> {
        let files = authority.copies.iter().map(|(file, _)| &self.files[*file]);
        files.flat_map(|file| file.names.iter().map(|name| &self.entries[*name]))
    }

    /// The entry with this file name.
    pub fn entry_named(&self, name: &str) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|entry| entry.name.as_str().cmp(name));
        self.entries.get(at.ok()?)
    }

    /// The certificates that OpenSSL reads from an entry.
    pub fn certificates(&self, entry: &Entry) -> impl Iterator<Item = &Arc<Certificate>> {
        let held = entry.file.as_ref().ok().and_then(|file| self.files.get(*file));
        let held = held.filter(|held| held.unusable.is_none());
        let pem = held.and_then(|held| held.content.as_ref().ok()?.pem.as_ref());
        pem.into_iter().flat_map(Contents::readable).map(|(_, certificate)| certificate)
    }

    /// The file in the same directory that a broken name means: a link that was made for another
    /// place, or a link that became a text file.
    pub fn meant(&self, entry: &Entry) -> Option<&Entry> {
        let name = match &entry.file {
            Err(LoadError::Dangling(..)) => entry.link.as_deref()?.file_name()?.to_str()?,
            Err(_) => return None,
            Ok(file) => match &self.files.get(*file)?.content.as_ref().ok()?.pem.as_ref()?.shape {
                Some(Shape::LinkText(name)) => name,
                _ => return None,
            },
        };
        self.entry_named(name).filter(|near| near.name != entry.name)
    }

    /// Whether it is a directory of grid CAs, with policies and URLs of lists.
    pub fn is_grid(&self) -> bool {
        self.entries.iter().any(|entry| match entry.kind {
            EntryName::SigningPolicy { .. } | EntryName::Namespaces { .. } => true,
            _ => entry.name.ends_with(".crl_url") || entry.name.ends_with(".info"),
        })
    }

    /// The lists of all files, each with its file.
    pub fn lists(&self) -> impl Iterator<Item = (&CaFile, &List)> {
        self.files.iter().flat_map(|file| {
            let content = file.content.iter();
            content.flat_map(move |content| content.lists.iter().map(move |list| (file, list)))
        })
    }
}
