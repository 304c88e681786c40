//! The copy of a CA certificate whose file gives the CA its name, the same in every command.

use crate::check::ca_index::inventory::{Authority, CaFile, Content, Entry, Inventory};
use crate::check::ca_index::usable::{refused_usage, unusable_as_ca};
use crate::parse::ca_dir::EntryName;
use crate::parse::cert::Certificate;
use crate::source::error::LoadError;
use crate::source::{FileFacts, ResolvedPath};

/// A file name of a file with a CA certificate.
#[derive(Clone, Copy, Debug)]
pub struct Copy<'a> {
    /// The name.
    pub entry: &'a Entry,
    /// Index of the file.
    pub file: usize,
    /// Number of the PEM block, from 1.
    pub block: usize,
    /// Whether the file holds several certificates.
    pub is_bundle: bool,
}

impl Copy<'_> {
    /// Whether it is a name for people, not a hash.
    pub fn is_alias(&self) -> bool {
        self.entry.kind == EntryName::Other
    }

    /// `CERN-Root-2` of `CERN-Root-2.pem`.
    pub fn stem(&self) -> &str {
        let name = self.entry.name.as_str();
        match name.rsplit_once('.') {
            Some((stem, "cer" | "crt" | "der" | "pem")) if !stem.is_empty() => stem,
            _ => name,
        }
    }
}

impl Inventory {
    /// The copy that gives the CA its name. The IGTF has one file per CA, named by an alias, and
    /// hash links to it. A file that OpenSSL cannot read, or that a fix must not link, comes last.
    pub fn copy(&self, authority: &Authority) -> Option<Copy<'_>> {
        let copies = authority.copies.iter().flat_map(|(file, block)| {
            let (held, file, block) = (&self.files[*file], *file, *block);
            let rank = (held.unusable.is_some(), self.doubt(file).is_some());
            let is_bundle = held.is_bundle();
            let names = held.names.iter().map(|name| &self.entries[*name]);
            names.map(move |entry| (rank, Copy { entry, file, block, is_bundle }))
        });
        let best = copies.min_by_key(|(rank, copy)| {
            let (name, is_link) = (&copy.entry.name, copy.entry.link.is_some());
            (*rank, copy.is_bundle, !copy.is_alias(), is_link, name.len(), name)
        });
        best.map(|(_, copy)| copy)
    }
}

impl CaFile {
    /// Takes a file that was read, or why it cannot be.
    pub fn new(
        facts: FileFacts,
        names: Vec<usize>,
        links: Vec<ResolvedPath>,
        content: Result<Content, LoadError>,
    ) -> Self {
        let pem = content.as_ref().ok().and_then(|content| content.pem.as_ref());
        let unusable = match &content {
            Ok(_) => pem.and_then(unusable_as_ca),
            Err(error) => Some(error.to_string()),
        };
        let rejects = |known: &Certificate| {
            known.trust.as_ref().is_some_and(|settings| refused_usage(settings).is_some())
        };
        let is_rejected = pem.is_some_and(|pem| pem.readable().any(|(_, known)| rejects(known)));
        Self { facts, names, links, content, unusable, is_rejected }
    }

    /// Whether it holds several certificates.
    pub fn is_bundle(&self) -> bool {
        let pem = self.content.as_ref().ok().and_then(|content| content.pem.as_ref());
        pem.is_some_and(|pem| pem.certificates.len() > 1)
    }
}
