//! Which files of a CA directory are in use, and which a fix may link.

use std::path::Path;

use crate::check::ca_index::doubt::{Doubt, out_of_use_under};
use crate::check::ca_index::inventory::{Authority, Entry, Inventory};
use crate::check::ca_index::reach;
use crate::parse::ca_dir::{EntryName, OutOfUse};
use crate::parse::file::Contents;

impl Inventory {
    /// Whether OpenSSL reads a CA with this hash (new or old) from the entry, and a fix may link
    /// it.
    pub fn may_be_linked(&self, entry: &Entry, hash: &str) -> bool {
        let mut names = self.certificates(entry).map(|certificate| &certificate.subject);
        let fits = names.any(|name| name.new_hash() == hash || name.old_hash() == hash);
        fits && entry.file.as_ref().is_ok_and(|file| self.doubt(*file).is_none())
    }

    /// The CAs of the directory, each with its index. Without certificates of end entities and
    /// without CAs that are out of use.
    pub fn cas(&self) -> impl Iterator<Item = (usize, &Authority)> {
        let all = self.authorities.iter().enumerate();
        all.filter(|(_, authority)| authority.certificate.is_ca() && !self.is_out_of_use(authority))
    }

    /// Whether OpenSSL reads any CA.
    pub fn has_ca(&self) -> bool {
        let is_readable = |(file, _): &(usize, usize)| self.files[*file].unusable.is_none();
        self.cas().any(|(_, authority)| authority.copies.iter().any(is_readable))
    }

    /// Whether all files of the CA look put aside, and none has a hash name.
    pub fn is_out_of_use(&self, authority: &Authority) -> bool {
        // If the user named a file, its name does not matter.
        let mut names = self.names_of(authority);
        let named = names.any(|entry| matches!(entry.kind, EntryName::Certificate { .. }));
        let aside = |(file, _): &(usize, usize)| self.out_of_use(*file).is_some();
        !self.candidate.bundle && !named && authority.copies.iter().all(aside)
    }

    /// Whether the name of the file says that it is out of use.
    fn out_of_use(&self, file: usize) -> Option<OutOfUse> {
        let held = self.files.get(file)?;
        let target = |name: &str| self.entry_named(name)?.link.clone();
        let names = held.names.iter();
        let names = || names.clone().filter_map(|at| self.entries.get(*at));
        // The name of the file itself counts. If it is elsewhere, the name of the link counts.
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
        // A CA certificate in a file with the name of a policy, note or list.
        let mut names = held.names.iter().filter_map(|at| self.entries.get(*at));
        let astray = pem.is_some_and(|pem| !pem.certificates.is_empty())
            && !self.candidate.bundle
            && !names.any(|entry| entry.kind.is_certificate());
        let out_of_use = out_of_use.or(astray.then_some(OutOfUse::Unknown));
        let reach = reach::Reach { above: &self.above, euid: self.euid };
        let others = reach.doubt(&held.facts, &held.links);
        let doubts = [
            (out_of_use.is_some(), out_of_use.map(Doubt::OutOfUse)),
            (holds_key, Some(Doubt::HoldsKey)),
            (held.is_rejected, Some(Doubt::Rejected)),
            (others.is_some(), others),
        ];
        let mut doubts = doubts.into_iter();
        doubts.find_map(|(holds, doubt)| doubt.filter(|_| holds))
    }

    /// Why a fix must not link a root that no lookup finds: the directory does not say that it
    /// should be trusted. `file` gives it its name; `hashed` says whether a wrong hash name leads
    /// to it.
    pub fn unnamed(&self, authority: &Authority, file: &str, hashed: bool) -> Option<Doubt> {
        let certificate = &authority.certificate;
        let is_hash_name = |entry: &Entry| matches!(entry.kind, EntryName::Certificate { .. });
        // If no file has a hash name, nothing distinguishes the CAs.
        if !certificate.is_self_issued() || !self.entries.iter().any(is_hash_name) {
            return None;
        }
        let has_note = |stem: &str| {
            NOTES.iter().any(|suffix| self.entry_named(&format!("{stem}.{suffix}")).is_some())
        };
        let stem = Path::new(file).file_stem().unwrap_or_default().to_string_lossy();
        let hashes = [certificate.subject.new_hash(), certificate.subject.old_hash()];
        let is_hash = hashes.iter().any(|hash| *hash == stem);
        let same_key = |other: &Authority| other.certificate.spki() == certificate.spki();
        let mut namesakes = self.named(&certificate.subject).map(|(_, other)| other);
        // The name proves nothing: anybody can make a certificate with the name of a known CA.
        let has_rival = namesakes.any(|other| !same_key(other));
        let mut namesakes = self.named(&certificate.subject).map(|(_, other)| other);
        if !is_hash && has_note(&stem)
            || namesakes.any(|other| same_key(other) && self.is_found(other))
        {
            return None;
        }
        if has_rival {
            return Some(Doubt::OtherKey);
        }
        // Files with the hash remain if somebody puts only the certificate aside.
        let several = self.names_of(authority).nth(1).is_some();
        (!hashed && !several).then_some(Doubt::Unnamed)
    }

    /// Whether a lookup by hash finds the CA.
    fn is_found(&self, authority: &Authority) -> bool {
        let subject = &authority.certificate.subject;
        [subject.new_hash(), subject.old_hash()].iter().any(|hash| {
            let names = (0_u32..).map(|n| self.entry_named(&format!("{hash}.{n}")));
            let mut read = names.map_while(|entry| entry.filter(|entry| entry.file.is_ok()));
            read.any(|entry| self.certificates(entry).any(|ca| *ca == authority.certificate))
        })
    }
}

/// Suffixes of the files that the IGTF puts beside each CA.
const NOTES: &[&str] = &["signing_policy", "namespaces", "info", "crl_url"];
