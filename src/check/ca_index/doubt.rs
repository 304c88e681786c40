//! Which CA a fix may link: none that somebody may have put out of use. A link makes it trusted.

use std::path::{Path, PathBuf};

use crate::check::ca_index::{Authority, Entry, Inventory};
use crate::parse::ca_dir::{EntryName, OutOfUse, out_of_use};

/// Why a fix links to no file of a CA.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Doubt {
    /// It holds a private key.
    HoldsKey,
    /// It is a root that has the name of a known CA, and another key.
    OtherKey,
    /// Its name, or that of the file it leads to.
    OutOfUse(OutOfUse),
    /// It is a root that nothing else in the directory names.
    Unnamed,
    /// A group can write to it, or on the way to it; or it is owned by neither root, nor this user,
    /// nor the owner of the directory.
    Others,
    /// Everybody can write to it, or on the way to it.
    Writable,
}

impl Doubt {
    /// What is said of the file: `Grid.pem.bak, which looks like a backup copy`.
    pub fn phrase(self) -> String {
        match self {
            Self::HoldsKey => "which holds a private key too".to_owned(),
            Self::OtherKey => {
                "a root that has the name of another CA certificate here, and another key"
                    .to_owned()
            }
            Self::OutOfUse(what) => format!("which looks {}", what.phrase()),
            Self::Unnamed => {
                "a root that no policy, note or other link in the directory names".to_owned()
            }
            Self::Others => {
                "which others than root, you and the owner of the directory may have put there"
                    .to_owned()
            }
            Self::Writable => "which anybody may have put there".to_owned(),
        }
    }

    /// What to do.
    pub fn advice(self) -> &'static str {
        match self {
            Self::HoldsKey => {
                "no private key belongs here, and others may know it: whoever looks after the \
                 directory must take the key out and decide whether to trust the CA"
            }
            Self::OutOfUse(_) => {
                "somebody may have put it out of use on purpose: whoever looks after the directory \
                 must decide whether to trust it"
            }
            Self::OtherKey | Self::Unnamed => {
                "it may have been left there by mistake, or by somebody who must not: whoever looks \
                 after the directory must decide whether to trust it"
            }
            Self::Others => {
                "see who owns it, and which group can write there (ls -l): whoever looks after the \
                 directory must compare it with the CA packages before it is trusted"
            }
            Self::Writable => {
                "whoever looks after the directory must close it to others, and compare what is in \
                 it with the CA packages before any of it is trusted"
            }
        }
    }
}

/// What the name says, or that of a file it leads to; `target` is where a name of the directory
/// points, if it is a link.
pub fn out_of_use_under(name: &str, target: impl Fn(&str) -> Option<PathBuf>) -> Option<OutOfUse> {
    let mut path = PathBuf::from(name);
    for _ in 0..MAX_LINKS {
        if let Some(what) = out_of_use(&path) {
            return Some(what);
        }
        let beside = path.to_str().filter(|name| !name.contains('/'));
        path = target(beside?)?;
    }
    None
}

/// Links followed, one leading to the next (path_resolution(7) has 40).
const MAX_LINKS: usize = 40;

impl Inventory {
    /// Why no fix may link a root to which no lookup comes: the directory does not mean it to be there.
    /// `file` is what it is called after, `hashed` says whether a hash name that is not its own leads
    /// to it.
    pub fn unnamed(&self, authority: &Authority, file: &str, hashed: bool) -> Option<Doubt> {
        let certificate = &authority.certificate;
        let is_hash_name = |entry: &Entry| matches!(entry.kind, EntryName::Certificate { .. });
        // Where nothing has a hash name nobody singled anything out.
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
        // A name is no proof: anybody can sign a certificate that has the name of a known CA.
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
        let several = self.names_of(authority).nth(1).is_some();
        let meant = hashed || several || hashes.iter().any(|hash| has_note(hash));
        (!meant).then_some(Doubt::Unnamed)
    }

    /// Whether a lookup by hash comes to a CA.
    fn is_found(&self, authority: &Authority) -> bool {
        let subject = &authority.certificate.subject;
        [subject.new_hash(), subject.old_hash()].iter().any(|hash| {
            let names = (0_u32..).map(|n| self.entry_named(&format!("{hash}.{n}")));
            let mut read = names.map_while(|entry| entry.filter(|entry| entry.file.is_ok()));
            read.any(|entry| self.certificates(entry).any(|ca| *ca == authority.certificate))
        })
    }
}

/// What the IGTF puts beside each of its CAs.
const NOTES: &[&str] = &["signing_policy", "namespaces", "info", "crl_url"];
