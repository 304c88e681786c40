//! A CA directory as it was read: its names, files, certificates and lists.

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
use crate::source::{FileFacts, Way};

/// A CA directory (or file), read whole: each file once, whatever its names.
#[derive(Debug)]
pub struct Inventory {
    /// Where it is and why it was chosen.
    pub candidate: CaCandidate,
    /// The directories above it, from the root down to itself, links resolved.
    pub above: Vec<(PathBuf, FileFacts)>,
    /// The directories outside of it that its links lead to, and those above them.
    pub beyond: Vec<(PathBuf, FileFacts)>,
    /// Its names, sorted.
    pub entries: Vec<Entry>,
    /// The files behind them.
    pub files: Vec<CaFile>,
    /// The CA certificates in them, each once.
    pub authorities: Vec<Authority>,
    /// Indices into `authorities` by canonical subject name.
    pub by_subject: HashMap<Vec<u8>, Vec<usize>>,
    /// Whether there are more names than are looked at.
    pub more: bool,
    /// The limit at which files were not read or signatures not looked at, if they took too much work.
    pub exhausted: Option<String>,
    /// The folders in it that hold certificates, if it holds none itself.
    pub folders: Vec<Folder>,
    /// Whether this user may make names in it.
    pub writable: bool,
    /// The user who looks at it.
    pub euid: u32,
}

/// A folder of a directory that has no certificates itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Folder {
    /// Where it is.
    pub path: PathBuf,
    /// How many of its names are those of CA certificates.
    pub names: usize,
}

/// One name.
#[derive(Debug)]
pub struct Entry {
    /// The file name, as it can be shown.
    pub name: String,
    /// The whole path.
    pub path: PathBuf,
    /// What the name promises.
    pub kind: EntryName,
    /// Where it points, if it is a symbolic link.
    pub link: Option<PathBuf>,
    /// Index into `files`, or why it leads to none.
    pub file: Result<usize, LoadError>,
}

/// One file.
#[derive(Debug)]
pub struct CaFile {
    /// What the system says of it.
    pub facts: FileFacts,
    /// Indices into `entries`: its names.
    pub names: Vec<usize>,
    /// How links that lead out of the directory come to it.
    pub ways: Vec<Way>,
    /// What it holds, read as its names promise, or why it could not be read.
    pub content: Result<Content, LoadError>,
}

/// What a file holds, in the eyes of the readers that its names ask for.
#[derive(Debug, Default)]
pub struct Content {
    /// If a name asks for certificates.
    pub pem: Option<Contents>,
    /// If a name asks for revocation lists: at least one, good or bad.
    pub lists: Vec<List>,
    /// If a name asks for a signing_policy.
    pub signing_policy: Option<Result<SigningPolicy, Problem>>,
    /// If a name asks for namespaces.
    pub namespaces: Option<Result<Namespaces, Problem>>,
    /// If a name asks for a note: `.info`, `.crl_url`.
    pub text: Option<String>,
    /// Whether secrets were looked for, and there are none. They are looked for where others may not
    /// read the file.
    pub no_secret: bool,
}

/// One CA certificate, however often it lies there.
#[derive(Debug)]
pub struct Authority {
    pub certificate: Arc<Certificate>,
    /// Index into `files` and PEM block, counted from 1, of each copy.
    pub copies: Vec<(usize, usize)>,
    /// Indices into `authorities` of those with its issuer's name (itself among them, if it is
    /// self-issued), and whether the signature is theirs.
    pub signers: Vec<(usize, Result<(), Refusal>)>,
}

impl Inventory {
    /// The authorities of a name.
    pub fn named(&self, name: &Name) -> impl Iterator<Item = (usize, &Authority)> {
        let known = self.by_subject.get(name.canonical());
        let known = known.into_iter().flatten();
        known.map(|at| (*at, &self.authorities[*at]))
    }

    /// The names of an authority's files.
    pub fn names_of(&self, authority: &Authority) -> impl Iterator<Item = &Entry> {
        let files = authority.copies.iter().map(|(file, _)| &self.files[*file]);
        files.flat_map(|file| file.names.iter().map(|name| &self.entries[*name]))
    }

    /// The entry of this file name.
    pub fn entry_named(&self, name: &str) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|entry| entry.name.as_str().cmp(name));
        self.entries.get(at.ok()?)
    }

    /// The certificates that OpenSSL reads under a name.
    pub fn certificates(&self, entry: &Entry) -> impl Iterator<Item = &Arc<Certificate>> {
        let held = entry.file.as_ref().ok().and_then(|file| self.files.get(*file));
        let held = held.filter(|held| held.unusable().is_none());
        let pem = held.and_then(|held| held.content.as_ref().ok()?.pem.as_ref());
        pem.into_iter().flat_map(Contents::readable).map(|(_, certificate)| certificate)
    }

    /// The file beside it that a name means which leads nowhere: a dangling link that was made for another
    /// place, or a link that was turned into text.
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

    /// Whether it is a directory of grid CAs, which have policies and say where their lists are.
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
