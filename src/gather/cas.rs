//! Gathers CA certificates: by hash as they are needed, or the whole directory to explain a
//! failure.

use std::collections::{HashMap, HashSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::chain::PoolCertificate;
use crate::chain::acceptance::Anchor;
use crate::chain::evidence::Evidence;
use crate::chain::permission::PolicyMode;
use crate::chain::revocation::{CrlMode, other_crl_issuers};
use crate::check::ca_dir::{Inventory, place, reach};
use crate::check::ca_lookup::{BadEntry, Doubt, EntryFault, unusable_as_ca};
use crate::check::place::no_pem;
use crate::gather::inventory::{Extent, is_directory};
use crate::gather::options::TrustOptions;
use crate::gather::{inventory, lists, policy_files};
use crate::load::ca_dir::ReadEntry;
use crate::load::{LoadError, ca_dir, near, near_cas};
use crate::locate::CaSearch;
use crate::parse::cert::Certificate;
use crate::parse::file::{Contents, Other};
use crate::parse::name::Name;
use crate::parse::pem::Damage;
use crate::parse::shape;
use crate::parse::shape::{Meaning, Shape};
use crate::report::Finding;
use crate::source::candidate::{CaCandidate, Reason};
use crate::source::near::NearCas;
use crate::source::{FileFacts, ResolvedPath};
use crate::system::env::Env;
use crate::{load, locate};

/// Most names that are looked up for one question. A path needs about ten; cross-signed CAs need
/// many more.
const MAX_NAMES: usize = 1000;

/// Most files with one hash. The largest real case is a CA with three keys.
const MAX_SAME_HASH: usize = 100;

/// The CA directory or CA file in use, and what was read from it so far.
pub struct Trust {
    /// The place, and why it was chosen.
    pub candidate: CaCandidate,
    /// Why it cannot be read.
    pub trouble: Option<LoadError>,
    /// The certificates that were read. All are trusted.
    pub pool: Vec<PoolCertificate>,
    /// Indices into the pool, by canonical subject.
    by_subject: HashMap<Vec<u8>, Vec<usize>>,
    /// DER of certificates from a directory, where several files may contain the same one.
    known: HashSet<Vec<u8>>,
    /// Revocation lists and policy files of the names that were looked up.
    pub evidence: Evidence,
    /// How revocation lists are used.
    crl: CrlMode,
    /// How policy files are combined.
    policy: PolicyMode,
    /// Hashes that were looked up, and the limit at which some files were not read.
    asked: HashMap<String, Option<String>>,
    /// Reads revocation lists.
    reader: lists::Reader,
    /// Entries that a lookup found and could not use.
    pub bad: Vec<BadEntry>,
    /// The whole directory. It is read only if something was missing.
    inventory: OnceLock<Option<Inventory>>,
    /// Its certificates and names as other software finds them, once they were asked for.
    pub(super) held: OnceLock<(Vec<Anchor>, Vec<String>)>,
    /// The user who asks, and the variables.
    env: Env,
    /// In which order the default places were searched.
    search: CaSearch,
    /// What else lies near the place. It is searched only if the place is of no use.
    near: OnceLock<NearCas>,
    /// The directories above it and itself. They are read only if needed.
    above: OnceLock<Vec<(PathBuf, FileFacts)>>,
}

impl Trust {
    /// Chooses the place. Reads a CA file, but nothing of a directory yet.
    pub fn open(options: &TrustOptions, search: CaSearch, env: &Env) -> Self {
        let mut candidates = locate::ca(&options.ca, search, env);
        let found =
            candidates.iter().position(|candidate| load::file_facts(&candidate.path).is_some());
        let candidate = candidates.swap_remove(found.unwrap_or(0));
        let mut trust = Self {
            candidate,
            trouble: None,
            pool: Vec::new(),
            by_subject: HashMap::new(),
            known: HashSet::new(),
            evidence: Evidence::default(),
            crl: options.crl,
            policy: options.policy,
            asked: HashMap::new(),
            reader: lists::Reader::default(),
            bad: Vec::new(),
            inventory: OnceLock::new(),
            held: OnceLock::new(),
            env: env.clone(),
            search,
            near: OnceLock::new(),
            above: OnceLock::new(),
        };
        trust.trouble = trust.prepare().err();
        trust
    }

    /// That alien.py passes over the directory in `X509_CERT_DIR`, as it does if no file `*.pem` is in it.
    pub fn alien_py(&self) -> Option<Finding> {
        let CaCandidate { reason, path, bundle: false } = &self.candidate else {
            return None;
        };
        let named = *reason == Reason::Variable("X509_CERT_DIR") && self.trouble.is_none();
        (named && !near::has(path, &|name| name.ends_with(".pem"))).then(|| no_pem(path))
    }

    /// What lies near the place, to explain that it is of no use.
    pub fn near(&self) -> &NearCas {
        self.near.get_or_init(|| near_cas::look(&self.candidate, self.search, &self.env))
    }

    /// How a person would name it.
    pub fn shown(&self) -> String {
        format!("{} ({})", self.candidate.path.display(), self.candidate.reason)
    }

    fn prepare(&mut self) -> Result<(), LoadError> {
        let path = self.candidate.path.clone();
        if self.candidate.bundle {
            let source = load::file(&path, false)?;
            let contents = Contents::read(&source.bytes);
            if contents.mended {
                // OpenSSL, and software that uses it, reads no certificate from such a file.
                return Err(LoadError::Special(path, "not PEM (openssl x509 converts it)"));
            }
            if contents.readable().next().is_none() {
                let what = unusable_as_ca(&contents);
                return Err(LoadError::NoCertificate(path, what.unwrap_or_default()));
            }
            let from = path.display().to_string();
            self.take(&contents, &from);
            let is_list = |other: &Other| other.meaning == Meaning::Crl;
            let damaged = |damage: &Damage| shape::meaning(&damage.label) == Meaning::Crl;
            let any = contents.others.iter().any(is_list) || contents.damage.iter().any(damaged);
            if any && self.crl != CrlMode::Off {
                self.evidence.lists = lists::of_bundle(&source.bytes, &from);
            }
            return Ok(());
        }
        is_directory(&path)?;
        ca_dir::readable(&path)
    }

    /// Looks up every CA that a path from `leaf` through `helpers` could need. Returns the limit at
    /// which something was not read, if it was reached.
    pub fn gather(
        &mut self,
        leaf: &PoolCertificate,
        helpers: &[PoolCertificate],
        partial: bool,
    ) -> Option<String> {
        if self.candidate.bundle {
            return None;
        }
        let crl = self.crl;
        let asked = |known: &PoolCertificate| {
            let others = match crl {
                CrlMode::Off => Vec::new(),
                CrlMode::IfPresent | CrlMode::Require => other_crl_issuers(&known.certificate),
            };
            std::iter::once(known.certificate.issuer.clone()).chain(others)
        };
        let mut wanted: VecDeque<Name> = asked(leaf).collect();
        if partial {
            wanted.push_back(leaf.certificate.subject.clone());
        }
        // Helpers that no path can reach are left out.
        let mut by_subject: HashMap<&[u8], Vec<&PoolCertificate>> = HashMap::new();
        for helper in helpers {
            let subject = helper.certificate.subject.canonical();
            by_subject.entry(subject).or_default().push(helper);
        }
        let (mut seen, mut limit) = (HashSet::new(), None);
        while let Some(name) = wanted.pop_front() {
            let own = by_subject.remove(name.canonical()).unwrap_or_default();
            if !seen.insert(name.canonical().to_vec()) {
                continue;
            }
            if seen.len() > MAX_NAMES {
                return Some(format!("the limit of {MAX_NAMES} names of CAs looked up"));
            }
            let reached = self.look_up(&name);
            limit = limit.or(reached);
            // From this lookup or an earlier one.
            let known = self.named(name.canonical()).map(|(_, known)| known);
            let next = known.chain(own);
            let next = next.filter(|k| !k.certificate.is_self_issued()).flat_map(asked);
            wanted.extend(next.filter(|name| !seen.contains(name.canonical())));
        }
        limit
    }

    /// The whole directory, to explain why something was not found in it.
    pub fn inventory(&self) -> Option<&Inventory> {
        let read = || {
            let candidate = self.candidate.clone();
            inventory::read(candidate, Extent::Lookup, self.env.euid).ok()
        };
        self.inventory.get_or_init(|| if self.candidate.bundle { None } else { read() }).as_ref()
    }

    /// What other users can change: the directory, those above it, and the files of `path`.
    pub fn writable(&self, path: &[PoolCertificate], euid: u32) -> Vec<Finding> {
        let trusted = path.iter().filter(|known| known.trusted);
        let hashes: Vec<String> =
            trusted.clone().map(|known| known.certificate.subject.new_hash()).collect();
        let policies = self.evidence.policies.iter();
        let policies = policies.filter(|policy| hashes.contains(&policy.hash));
        let lists = self.evidence.lists.iter();
        let lists = lists.filter(|list| list.hash.as_ref().is_some_and(|h| hashes.contains(h)));
        let mut files: Vec<PathBuf> = trusted.map(|known| PathBuf::from(&known.from)).collect();
        files.extend(policies.map(|policy| policy.name.path.clone()));
        files.extend(lists.map(|list| PathBuf::from(&list.from)));
        files.sort();
        files.dedup();
        files.retain(|path| *path != self.candidate.path);
        let facts = |path: PathBuf| {
            let (facts, resolved) = (load::file_facts(&path)?, resolved_link(&path));
            Some((path, facts, resolved))
        };
        let files: Vec<_> = files.into_iter().filter_map(facts).collect();
        let reach = reach::Reach { above: self.above(), euid };
        place::remarks(reach, self.candidate.bundle, &files)
    }

    /// Why a file of the directory may come from another user.
    pub fn others(&self, path: &Path) -> Option<Doubt> {
        let file = load::file_facts(path)?;
        let resolved = resolved_link(path);
        let reach = reach::Reach { above: self.above(), euid: self.env.euid };
        reach.doubt(&file, resolved.as_slice())
    }

    fn above(&self) -> &[(PathBuf, FileFacts)] {
        let path = &self.candidate.path;
        self.above.get_or_init(|| ca_dir::ancestry(path))
    }

    /// Reads the files with the hash of a name, once. Returns the limit at which some were not
    /// read.
    fn look_up(&mut self, name: &Name) -> Option<String> {
        let hash = name.new_hash();
        if self.trouble.is_some() {
            return None;
        }
        if let Some(limit) = self.asked.get(&hash) {
            return limit.clone();
        }
        let mut limit = None;
        if self.crl != CrlMode::Off {
            let (lists, reached) = self.reader.read(&self.candidate.path, &hash);
            self.evidence.lists.extend(lists);
            limit = reached;
        }
        if self.policy != PolicyMode::Off {
            let policies = policy_files::read(&self.candidate.path, name);
            self.evidence.policies.extend(policies);
        }
        let reached = self.authorities(&hash);
        limit = limit.or(reached);
        self.asked.insert(hash, limit.clone());
        limit
    }

    /// Reads `<hash>.0`, `<hash>.1`, … up to the first that is missing or cannot be used, as
    /// OpenSSL's `X509_LOOKUP_hash_dir` does. Returns the limit, if there are more.
    fn authorities(&mut self, hash: &str) -> Option<String> {
        for index in 0..MAX_SAME_HASH {
            let entry = ca_dir::entry(&self.candidate.path, &format!("{hash}.{index}"));
            if matches!(entry.outcome, Err(LoadError::Missing(_))) {
                return None;
            }
            let from = entry.path.display().to_string();
            match certificates(entry) {
                Ok(certificates) => self.push(certificates, &from),
                Err(bad) => {
                    self.bad.push(*bad);
                    return None;
                }
            }
        }
        let next = format!("{hash}.{MAX_SAME_HASH}");
        ca_dir::is_there(&self.candidate.path, &next)
            .then(|| format!("the limit of {MAX_SAME_HASH} CA certificates of one hash ({hash}.N)"))
    }

    fn push(&mut self, certificates: Vec<Arc<Certificate>>, from: &str) {
        for (at, certificate) in certificates.into_iter().enumerate() {
            if self.known.insert(certificate.der().to_vec()) {
                self.add(PoolCertificate {
                    certificate,
                    from: from.to_owned(),
                    block: at + 1,
                    trusted: true,
                });
            }
        }
    }

    fn take(&mut self, contents: &Contents, from: &str) {
        let slots = contents.readable();
        let known = slots.map(|(slot, certificate)| PoolCertificate {
            certificate: Arc::clone(certificate),
            from: from.to_owned(),
            block: slot.block,
            trusted: true,
        });
        known.for_each(|known| self.add(known));
    }

    fn add(&mut self, known: PoolCertificate) {
        let subject = known.certificate.subject.canonical().to_vec();
        let places = self.by_subject.entry(subject).or_default();
        places.push(self.pool.len());
        self.pool.push(known);
    }

    fn named(&self, subject: &[u8]) -> impl Iterator<Item = (usize, &PoolCertificate)> {
        let places = self.by_subject.get(subject).into_iter().flatten();
        places.filter_map(|&at| Some((at, self.pool.get(at)?)))
    }

    /// The first certificate with this name.
    pub fn first_named(&self, name: &Name) -> Option<&Arc<Certificate>> {
        self.named(name.canonical()).next().map(|(_, known)| &known.certificate)
    }

    /// The part of the pool that a path from any of `starts` could reach, by names alone, in the
    /// same order. Of a CA file with thousands of CAs, a credential needs three.
    pub fn reachable<'a>(
        &self,
        starts: impl Iterator<Item = &'a Certificate>,
    ) -> Vec<PoolCertificate> {
        let canonical = |name: &Name| name.canonical().to_vec();
        // The certificate of its CRL issuer may be there too.
        let names = |certificate: &Certificate| {
            let own = [&certificate.subject, &certificate.issuer].map(canonical);
            own.into_iter().chain(other_crl_issuers(certificate).iter().map(canonical)).collect()
        };
        let mut wanted: Vec<Vec<u8>> = starts.flat_map::<Vec<_>, _>(names).collect();
        let (mut seen, mut places) = (HashSet::new(), Vec::new());
        while let Some(name) = wanted.pop() {
            if seen.contains(&name) {
                continue;
            }
            for (at, known) in self.named(&name) {
                places.push(at);
                let next = names(&known.certificate).into_iter();
                wanted.extend(next.filter(|next| *next != name && !seen.contains(next)));
            }
            seen.insert(name);
        }
        places.sort_unstable();
        places.iter().filter_map(|&at| self.pool.get(at).cloned()).collect()
    }
}

/// The way to a file, if its name is a link.
fn resolved_link(path: &Path) -> Option<ResolvedPath> {
    let is_link = load::link_facts(path).is_some_and(|facts| facts.link_target.is_some());
    is_link.then(|| ca_dir::resolved_path(path))
}

/// Reads one entry as OpenSSL does: PEM with at least one certificate.
fn certificates(entry: ReadEntry) -> Result<Vec<Arc<Certificate>>, Box<BadEntry>> {
    let (fault, link) = match entry.outcome {
        Ok(source) => {
            let contents = Contents::read(&source.bytes);
            let Some(what) = unusable_as_ca(&contents) else {
                let readable = contents.readable();
                return Ok(readable.map(|(_, certificate)| Arc::clone(certificate)).collect());
            };
            let link = source.file.as_ref().and_then(|file| file.link_target.clone());
            (unusable(&contents, what), link)
        }
        Err(LoadError::Dangling(_, target)) => (EntryFault::Dangling(target.clone()), Some(target)),
        Err(LoadError::TooLarge(..)) => {
            (EntryFault::Corrupt("larger than any CA certificate".to_owned()), None)
        }
        Err(LoadError::Denied(..)) => (EntryFault::Denied, None),
        Err(other) => (EntryFault::Unreadable(other.to_string()), None),
    };
    Err(Box::new(BadEntry { name: entry.name, link, fault }))
}

/// What a file is in which OpenSSL finds no certificate.
fn unusable(contents: &Contents, what: String) -> EntryFault {
    match &contents.shape {
        Some(Shape::LinkText(target)) => EntryFault::LinkText(target.clone()),
        _ => EntryFault::Corrupt(what),
    }
}
