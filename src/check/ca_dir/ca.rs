//! The CAs of a directory, one per name, whatever the number of certificates and keys. Revocation
//! lists and policies belong to a name.

use std::collections::{HashMap, HashSet};

use crate::chain::budget::Budget;
use crate::chain::revocation::{List, Unusable};
use crate::check::ca_dir::{Authority, Entry, Inventory};
use crate::parse::ca_dir::EntryName;
use crate::parse::cert::Certificate;
use crate::parse::name::Name;
use crate::parse::policy::folded;
use crate::text::time::UnixTime;

/// A CA, identified by its name.
#[derive(Debug)]
pub struct Ca<'a> {
    /// Its index in [`Cas::all`].
    pub number: usize,
    pub name: &'a Name,
    /// Subject hash of OpenSSL since 1.0.
    pub new_hash: String,
    /// Subject hash of OpenSSL before 1.0 (MD5).
    pub old_hash: String,
    /// Its certificates.
    pub authorities: Vec<&'a Authority>,
    /// Whether one of its certificates is in use and has not expired. Other CAs need no lists or
    /// policies.
    pub alive: bool,
}

/// Most keys of one name that are tried for a list. Even a CA that was re-keyed several times has
/// three.
const MAX_KEYS: usize = 32;

impl<'a> Ca<'a> {
    /// The certificate of the CA that signed a list.
    ///
    /// # Errors
    ///
    /// Why the list does not count; see [`List::voucher`].
    pub fn vouched(&self, list: &List, budget: &Budget) -> Result<&'a Certificate, Unusable> {
        let certificates = self.authorities.iter().take(MAX_KEYS);
        let certificates: Vec<&Certificate> = certificates.map(|a| &*a.certificate).collect();
        let at = list.voucher(&certificates, budget).map_err(|why| match why {
            Unusable::BadSignature if self.authorities.len() > MAX_KEYS => {
                let name = format!("a signature beyond the limit of {MAX_KEYS} keys of one CA");
                Unusable::Unverifiable(name)
            }
            why => why,
        })?;
        certificates.get(at).copied().ok_or(Unusable::BadSignature)
    }

    /// Its name in messages.
    pub fn shown(&self) -> String {
        self.name.common_name()
    }

    /// Whether one of its certificates with this key has not expired.
    pub fn is_alive_with(&self, key: &[u8], now: UnixTime) -> bool {
        let mut certificates = self.authorities.iter().map(|a| &a.certificate);
        certificates.any(|c| c.spki() == key && is_alive(c, now))
    }
}

/// The hash in the file name of a CA certificate.
fn claimed(entry: &Entry) -> Option<&str> {
    match &entry.kind {
        EntryName::Certificate { hash, .. } => Some(hash),
        _ => None,
    }
}

/// All CAs of a directory, by hash and name.
#[derive(Debug)]
pub struct Cas<'a> {
    /// In the order of their files.
    pub all: Vec<Ca<'a>>,
    by_name: HashMap<&'a [u8], usize>,
    by_hash: HashMap<String, Vec<usize>>,
    by_slash: HashSet<String>,
    entries: HashMap<&'a str, &'a Entry>,
    claimed: HashSet<&'a str>,
}

impl<'a> Cas<'a> {
    /// The CAs of `inventory` at `now`. Certificates of end entities are left out.
    pub fn of(inventory: &'a Inventory, now: UnixTime) -> Self {
        let mut cas = Self {
            all: Vec::new(),
            by_name: HashMap::new(),
            by_hash: HashMap::new(),
            by_slash: HashSet::new(),
            entries: inventory.entries.iter().map(|entry| (entry.name.as_str(), entry)).collect(),
            claimed: inventory.entries.iter().filter_map(claimed).collect(),
        };
        for authority in &inventory.authorities {
            if authority.certificate.is_ca() {
                let alive = is_alive(&authority.certificate, now);
                cas.take(authority, alive && !inventory.is_out_of_use(authority));
            }
        }
        cas
    }

    /// Whether a file name of a CA certificate has this hash, even if the file is bad. Another
    /// finding is about the file, and lists and policies with this hash are not leftovers.
    pub fn is_claimed(&self, hash: &str) -> bool {
        self.claimed.contains(hash)
    }

    /// The CA with this name.
    pub fn named(&self, name: &Name) -> Option<&Ca<'a>> {
        self.all.get(*self.by_name.get(name.canonical())?)
    }

    /// The CAs with this hash, new or old.
    pub fn hashed(&self, hash: &str) -> impl Iterator<Item = &Ca<'a>> {
        let cas = self.by_hash.get(hash).into_iter().flatten();
        cas.filter_map(|at| self.all.get(*at))
    }

    /// Whether a CA has this name, as policies compare names.
    pub fn has_slash(&self, folded: &str) -> bool {
        self.by_slash.contains(folded)
    }

    /// The entry with this file name.
    pub fn entry(&self, name: &str) -> Option<&'a Entry> {
        self.entries.get(name).copied()
    }

    fn take(&mut self, authority: &'a Authority, alive: bool) {
        let name = &authority.certificate.subject;
        let at = *self.by_name.entry(name.canonical()).or_insert_with(|| {
            let (new_hash, old_hash) = (name.new_hash(), name.old_hash());
            let at = self.all.len();
            for hash in [&new_hash, &old_hash] {
                let cas = self.by_hash.entry(hash.clone()).or_default();
                if cas.last() != Some(&at) {
                    cas.push(at);
                }
            }
            self.by_slash.insert(folded(&name.slash()));
            self.all.push(Ca {
                number: at,
                name,
                new_hash,
                old_hash,
                authorities: Vec::new(),
                alive: false,
            });
            at
        });
        if let Some(ca) = self.all.get_mut(at) {
            ca.authorities.push(authority);
            ca.alive |= alive;
        }
    }
}

fn is_alive(certificate: &Certificate, now: UnixTime) -> bool {
    certificate.validity.not_after >= now
}
