//! The policy files of a CA as they were read: signing_policy and namespaces.

use std::path::Path;

use crate::chain::permission::{Content, FileName, PolicyFile, PolicyFormat, Unusable};
use crate::check::ca_index::policy_file::unusable;
use crate::load;
use crate::load::LoadError;
use crate::load::ca_dir::ReadEntry;
use crate::parse::name::Name;
use crate::parse::policy::Problem;
use crate::parse::policy::namespaces::Namespaces;
use crate::parse::policy::signing_policy::SigningPolicy;
use crate::parse::shape;
use crate::parse::shape::Shape;
use crate::source::Source;

/// What a file is, if it is no policy file.
pub(super) fn wrong(source: &Source, format: PolicyFormat, why: Problem) -> Unusable {
    let Shape::LinkText(target) = shape::recognise(&source.bytes) else {
        return why.into();
    };
    let beside = source.path().zip(source.path().and_then(Path::parent));
    let again = beside.filter(|(_, directory)| {
        let is_name = Path::new(&target).file_name() == Some(target.as_ref());
        is_name && load::ca_dir::writable(directory) && {
            let there = load::ca_dir::entry(directory, &target).outcome;
            there.is_ok_and(|there| match format {
                PolicyFormat::SigningPolicy => SigningPolicy::parse(&there.bytes).is_ok(),
                PolicyFormat::Namespaces => Namespaces::parse(&there.bytes).is_ok(),
            })
        }
    });
    let path = again.map(|(path, _)| path.to_path_buf());
    Unusable::LinkText(target, path)
}

/// `<hash>.signing_policy` and `<hash>.namespaces`: by the new hash of `ca`, else by the old one.
pub fn read(directory: &Path, ca: &Name) -> Vec<PolicyFile> {
    let hash = ca.new_hash();
    let mut found = Vec::new();
    for format in [PolicyFormat::SigningPolicy, PolicyFormat::Namespaces] {
        let named = |hash: &str| format!("{hash}.{}", format.extension());
        let mut entry = load::ca_dir::entry(directory, &named(&hash));
        let old_hash = is_missing(&entry);
        if old_hash {
            entry = load::ca_dir::entry(directory, &named(&ca.old_hash()));
        }
        if !is_missing(&entry) {
            found.push(PolicyFile { hash: hash.clone(), old_hash, ..file(entry, format) });
        }
    }
    found
}

pub(super) fn is_missing(entry: &ReadEntry) -> bool {
    matches!(entry.outcome, Err(LoadError::Missing(_)))
}

pub(super) fn file(entry: ReadEntry, format: PolicyFormat) -> PolicyFile {
    let mut link = None;
    let bytes = entry.outcome.map_err(|trouble| unusable(&trouble)).inspect(|source| {
        link = source.file.as_ref().and_then(|file| file.link_target.clone());
    });
    let content = match format {
        PolicyFormat::SigningPolicy => Content::SigningPolicy(
            bytes
                .and_then(|s| SigningPolicy::parse(&s.bytes).map_err(|why| wrong(&s, format, why))),
        ),
        PolicyFormat::Namespaces => Content::Namespaces(
            bytes.and_then(|s| Namespaces::parse(&s.bytes).map_err(|why| wrong(&s, format, why))),
        ),
    };
    PolicyFile {
        name: FileName { path: entry.path, link },
        hash: String::new(),
        old_hash: false,
        content,
    }
}
