//! A CA directory as it was read: names, the files behind them, the CAs in these. What audits,
//! lists and lookups say is derived from it.

mod copy;
pub mod doubt;
pub mod reach;
pub mod usable;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::chain::revocation::List;
pub use crate::check::ca_index::copy::Copy;
use crate::check::ca_index::doubt::{Doubt, out_of_use_under};
use crate::crypto::verify::Refusal;
use crate::parse::ca_dir::{EntryName, OutOfUse};
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

    /// Whether OpenSSL reads a CA of this hash, new or old, under a name, and nothing speaks against a
    /// link to it.
    pub fn may_be_linked(&self, entry: &Entry, hash: &str) -> bool {
        let mut names = self.certificates(entry).map(|certificate| &certificate.subject);
        let fits = names.any(|name| name.new_hash() == hash || name.old_hash() == hash);
        fits && entry.file.as_ref().is_ok_and(|file| self.doubt(*file).is_none())
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

    /// The CAs that the place is there for, each with its index: certificates of others are none, and
    /// what is out of use is nobody's trust anchor.
    pub fn cas(&self) -> impl Iterator<Item = (usize, &Authority)> {
        let all = self.authorities.iter().enumerate();
        all.filter(|(_, authority)| authority.certificate.is_ca() && !self.is_out_of_use(authority))
    }

    /// Whether an authority lies in files alone that look put aside, and under no hash name.
    pub fn is_out_of_use(&self, authority: &Authority) -> bool {
        // The name of a file that somebody named says nothing.
        let mut names = self.names_of(authority);
        let named = names.any(|entry| matches!(entry.kind, EntryName::Certificate { .. }));
        let aside = |(file, _): &(usize, usize)| self.out_of_use(*file).is_some();
        !self.candidate.bundle && !named && authority.copies.iter().all(aside)
    }

    /// What the name of a file says of its use.
    fn out_of_use(&self, file: usize) -> Option<OutOfUse> {
        let held = self.files.get(file)?;
        let target = |name: &str| self.entry_named(name)?.link.clone();
        let names = held.names.iter();
        let names = || names.clone().filter_map(|at| self.entries.get(*at));
        // What the file itself is called counts; of one that lies elsewhere, what leads to it.
        let lies_here = names().any(|entry| entry.link.is_none());
        let real = names().filter(|entry| entry.link.is_none() || !lies_here);
        let mut words = real.map(|entry| out_of_use_under(&entry.name, target));
        let first = words.next().flatten();
        first.filter(|_| words.all(|word| word.is_some()))
    }

    /// Why no fix may link a file.
    pub fn doubt(&self, file: usize) -> Option<Doubt> {
        let held = self.files.get(file)?;
        let out_of_use = self.out_of_use(file);
        let pem = held.content.as_ref().ok().and_then(|c| c.pem.as_ref());
        let holds_key = pem.is_some_and(Contents::holds_key);
        // A CA certificate under the name of a policy, a note or a list.
        let mut names = held.names.iter().filter_map(|at| self.entries.get(*at));
        let astray = pem.is_some_and(|pem| !pem.certificates.is_empty())
            && !self.candidate.bundle
            && !names.any(|entry| entry.kind.is_certificate());
        let out_of_use = out_of_use.or(astray.then_some(OutOfUse::Unknown));
        let reach = reach::Reach { above: &self.above, euid: self.euid };
        let others = reach.doubt(&held.facts, &held.ways);
        let doubts = [
            (out_of_use.is_some(), out_of_use.map(Doubt::OutOfUse)),
            (holds_key, Some(Doubt::HoldsKey)),
            (others.is_some(), others),
        ];
        let mut doubts = doubts.into_iter();
        doubts.find_map(|(holds, doubt)| doubt.filter(|_| holds))
    }

    /// The lists of all files, each with its file.
    pub fn lists(&self) -> impl Iterator<Item = (&CaFile, &List)> {
        self.files.iter().flat_map(|file| {
            let content = file.content.iter();
            content.flat_map(move |content| content.lists.iter().map(move |list| (file, list)))
        })
    }
}
