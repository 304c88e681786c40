//! Collects what a CA directory contains about one CA.

use std::collections::HashMap;

use crate::chain::budget::Budget;
use crate::chain::permission::PolicyFormat;
use crate::chain::revocation::{Health, List, health};
use crate::check::ca_dir::{Authority, Content, Entry, Inventory};
use crate::command::ca::permits;
use crate::describe::ca::{Facts, Policy};
use crate::gather::inventory::MAX_SIGNERS;
use crate::parse::ca_dir::EntryName;
use crate::parse::cert::Certificate;
use crate::parse::info;
use crate::parse::name::Name;
use crate::text::time::UnixTime;

/// The files of a directory, by the CA that they are about.
pub struct FilesByCa<'a> {
    inventory: &'a Inventory,
    /// The alias of each CA.
    pub aliases: Vec<Alias>,
    /// Lists by the canonical name of their issuer.
    lists: HashMap<&'a [u8], Vec<&'a List>>,
    /// Files that should be a list and are not, by the hash in the name.
    broken: HashMap<&'a str, Vec<&'a List>>,
    /// Policies and `.info` files, by their name without suffix.
    by_stem: HashMap<&'a str, Vec<usize>>,
}

/// The alias of a CA, and its file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Alias {
    /// The name of the file without its suffix.
    pub name: String,
    /// The whole path.
    pub file: String,
    /// The PEM block, counted from 1.
    pub block: usize,
}

impl<'a> FilesByCa<'a> {
    /// Sorts the files of `inventory` by CA.
    pub fn of(inventory: &'a Inventory) -> Self {
        let mut files_by_ca = Self {
            inventory,
            aliases: Vec::new(),
            lists: HashMap::new(),
            broken: HashMap::new(),
            by_stem: HashMap::new(),
        };
        for (_, list) in inventory.lists() {
            match (&list.content, &list.hash) {
                // No lookup reads a list without hash name.
                (_, None) => {}
                (Ok(crl), Some(_)) => {
                    let issuer = crl.issuer.canonical();
                    files_by_ca.lists.entry(issuer).or_default().push(list);
                }
                (Err(_), Some(hash)) => files_by_ca.broken.entry(hash).or_default().push(list),
            }
        }
        for (at, entry) in inventory.entries.iter().enumerate() {
            if let Some(stem) = stem(entry) {
                files_by_ca.by_stem.entry(stem).or_default().push(at);
            }
        }
        let alias = |authority| files_by_ca.alias(authority);
        files_by_ca.aliases = inventory.authorities.iter().map(alias).collect();
        files_by_ca
    }

    /// The list that is used for certificates of a CA at `at`.
    pub fn list(&self, authority: &Authority, at: UnixTime, budget: &Budget) -> Option<Health<'a>> {
        let certificate = &authority.certificate;
        let hash = certificate.subject.new_hash();
        let lists = self.lists.get(certificate.subject.canonical());
        let broken = self.broken.get(hash.as_str());
        if lists.is_none() && broken.is_none() {
            return None;
        }
        // If there are more, this is reported for the whole directory, which is undecided then.
        let named = self.inventory.named(&certificate.subject).take(MAX_SIGNERS);
        let siblings: Vec<&Certificate> = named
            .map(|(_, sibling)| sibling.certificate.as_ref())
            .filter(|sibling| sibling.spki() != certificate.spki())
            .collect();
        let all = lists.into_iter().chain(broken).flatten().copied();
        health(all, certificate, &siblings, at, budget)
    }

    /// All facts about one CA.
    pub fn facts(&self, at: usize, now: UnixTime, budget: &Budget) -> Facts<'a> {
        let inventory = self.inventory;
        let authority = &inventory.authorities[at];
        let certificate: &Certificate = &authority.certificate;
        let alias = self.aliases[at].clone();
        let names = inventory.names_of(authority).map(|e| e.name.clone());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names.dedup();
        let signed = authority.signers.iter().filter(|(_, by)| by.is_ok());
        let signed_by = signed.map(|(by, _)| self.aliases[*by].name.clone());
        let files = self.beside(&certificate.subject, &alias.name);
        let note = |key| {
            let texts = files.iter().filter(|e| e.name.ends_with(".info"));
            let mut texts = texts.filter_map(|entry| self.content(entry)?.text.as_deref());
            texts.find_map(|text| info::value(text, key).map(str::to_owned))
        };
        Facts {
            certificate,
            names,
            signed_by: signed_by.collect(),
            list: self.list(authority, now, budget),
            signing_policy: self.policy(&files, &certificate.subject, PolicyFormat::SigningPolicy),
            namespaces: self.policy(&files, &certificate.subject, PolicyFormat::Namespaces),
            fetch_urls: self.fetch_urls(&files),
            info_version: note("version"),
            info_status: note("status"),
            alias: alias.name,
            file: alias.file,
            block: alias.block,
        }
    }

    fn alias(&self, authority: &Authority) -> Alias {
        let copy = self.inventory.copy(authority);
        let copy = copy.expect("an authority lies in a file, which has a name");
        let mut name = match &copy.entry.kind {
            EntryName::Certificate { hash, .. } => self.noted(hash, &copy.entry.name),
            _ => copy.stem().to_owned(),
        };
        if copy.is_bundle {
            name = format!("{name}#{}", copy.block);
        }
        Alias { name, file: copy.entry.path.display().to_string(), block: copy.block }
    }

    /// The alias in the `.info` file beside `<hash>.0`, else the name of the file itself.
    fn noted(&self, hash: &str, name: &str) -> String {
        let notes = self.by_stem.get(hash).into_iter().flatten();
        let notes = notes.map(|at| &self.inventory.entries[*at]);
        let mut notes = notes.filter(|entry| entry.name.ends_with(".info"));
        let first = notes.find_map(|entry| self.content(entry)?.text.as_deref());
        let alias = first.and_then(|text| info::value(text, "alias"));
        let only = name.ends_with(".0");
        alias.filter(|_| only).unwrap_or(name).to_owned()
    }

    /// The files beside a CA with its hashes or its alias, in this order.
    fn beside(&self, subject: &Name, alias: &str) -> Vec<&'a Entry> {
        let (new, old) = (subject.new_hash(), subject.old_hash());
        let stems = [new.as_str(), old.as_str(), alias].into_iter();
        let found = stems.filter_map(|stem| self.by_stem.get(stem));
        let entries = &self.inventory.entries;
        found.flatten().map(|at| &entries[*at]).collect()
    }

    fn content(&self, entry: &Entry) -> Option<&'a Content> {
        let file = *entry.file.as_ref().ok()?;
        self.inventory.files.get(file)?.content.as_ref().ok()
    }

    /// The first of `files` that is such a policy, or should be one.
    fn policy(&self, files: &[&Entry], ca: &Name, format: PolicyFormat) -> Option<Policy> {
        let entry = files.iter().find(|entry| match entry.kind {
            EntryName::SigningPolicy { .. } => format == PolicyFormat::SigningPolicy,
            EntryName::Namespaces { .. } => format == PolicyFormat::Namespaces,
            _ => false,
        })?;
        let content = match &entry.file {
            Ok(file) => self.inventory.files[*file].content.as_ref(),
            Err(trouble) => Err(trouble),
        };
        let subjects = match content {
            Ok(content) => permits::subjects(content, ca, format),
            Err(trouble) => Err(trouble.to_string()),
        };
        let file = entry.name.clone();
        Some(Policy { file, subjects })
    }

    fn fetch_urls(&self, files: &[&Entry]) -> Vec<String> {
        let lists = files.iter().filter(|e| e.name.ends_with(".crl_url"));
        let texts = lists.filter_map(|entry| self.content(entry)?.text.as_deref());
        let mut urls: Vec<String> = texts.flat_map(info::urls).map(str::to_owned).collect();
        urls.sort();
        urls.dedup();
        urls
    }
}

/// The name of a policy or `.info` file without its suffix.
fn stem(entry: &Entry) -> Option<&str> {
    match &entry.kind {
        EntryName::SigningPolicy { stem } | EntryName::Namespaces { stem } => Some(stem),
        EntryName::Companion => entry.name.rsplit_once('.').map(|(stem, _)| stem),
        _ => None,
    }
}
