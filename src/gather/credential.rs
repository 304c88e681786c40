//! Gathers what a command judges: certificate and key of a credential, read and parsed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::chain::PoolCertificate;
use crate::chain::budget::{Budget, Work};
use crate::check::key_match::{KeyBlock, Opened, Side, are_swapped};
use crate::check::place::failed::FailedRead;
use crate::check::{file, file_mode, key_match, place};
use crate::crypto::decrypt::DecryptError;
use crate::crypto::key::PrivateKey;
use crate::gather::options::KeyOptions;
use crate::load::{LoadError, ca_dir, near};
use crate::parse::cert::Certificate;
use crate::parse::file::{Contents, Slot};
use crate::parse::key::{KeyError, LockedKey};
use crate::parse::shape::Shape;
use crate::report::{Exit, Finding};
use crate::source::candidate::{Candidate, Location, Reason, Role};
use crate::source::{Origin, Source};
use crate::system::env::Env;
use crate::system::prompt;
use crate::text::screen::may_hold_secret;
use crate::{check, load, locate};

/// An input that was read.
pub struct Read {
    /// The bytes and their source.
    pub source: Source,
    /// The parsed content.
    pub contents: Contents,
}

impl Read {
    /// Whether it may contain a private key, even a damaged one or in a form that certok cannot
    /// read.
    fn may_hold_key(&self) -> bool {
        // Text was parsed completely, so its content is known.
        let public = |shape: &Shape| shape.is_public() || matches!(shape, Shape::Text);
        self.contents.holds_key()
            || !self.contents.shape.as_ref().is_none_or(public)
            || may_hold_secret(&self.source.bytes)
    }

    /// The same with a second copy of the bytes, because a pipe can be read only once.
    fn again(&self) -> Self {
        let source = self.source.again();
        Self { contents: contents(&source), source }
    }

    /// The certificates that could be parsed, in the order of the file.
    pub fn known(&self) -> Vec<PoolCertificate> {
        let known = |(slot, certificate): (&Slot<Arc<Certificate>, _>, &Arc<Certificate>)| {
            PoolCertificate {
                certificate: Arc::clone(certificate),
                from: self.source.origin.to_string(),
                block: slot.block,
                trusted: false,
            }
        };
        self.contents.readable().map(known).collect()
    }
}

/// The parsed content, with block and line numbers of the bundle that it comes from.
fn contents(source: &Source) -> Contents {
    let contents = Contents::read(&source.bytes);
    match source.part {
        Some(part) => contents.behind(part.block - 1, part.line - 1),
        None => contents,
    }
}

/// Certificate or key of a credential: where it was searched, and the result.
pub struct CredentialFile {
    /// Which of both.
    pub role: Role,
    /// The place, and why it was chosen.
    pub candidate: Candidate,
    /// What was read, or why it cannot be read.
    pub outcome: Result<Read, LoadError>,
}

impl CredentialFile {
    /// Reads `candidate` as `role`.
    pub fn read(role: Role, candidate: Candidate) -> Self {
        let outcome = load::load(&candidate).map(|source| {
            let contents = contents(&source);
            Read { source, contents }
        });
        Self { role, candidate, outcome }
    }

    /// Reads `role` from the first place where it is. If it is in none, says so of the best one.
    pub fn located(role: Role, env: &Env) -> Self {
        let read = |candidate| Self::read(role, candidate);
        let mut places = locate::credential(role, env).into_iter();
        let best = read(places.next().expect("each has a place"));
        let is_there =
            |one: &Self| !matches!(one.outcome, Err(LoadError::Missing(_) | LoadError::NoHome));
        if is_there(&best) {
            return best;
        }
        places.map(read).find(is_there).unwrap_or(best)
    }

    /// Reads a file named on the command line as `role`.
    pub fn operand(role: Role, path: &Path) -> Self {
        Self::read(role, locate::operand(path))
    }

    /// The other half at the same place. The file is not read again.
    pub fn partner(&self) -> Self {
        Self {
            role: self.role.partner(),
            candidate: self.candidate.clone(),
            outcome: match &self.outcome {
                Ok(read) => Ok(read.again()),
                Err(trouble) => Err(trouble.clone()),
            },
        }
    }

    /// What was read, if it could be read.
    pub fn found(&self) -> Option<&Read> {
        self.outcome.as_ref().ok()
    }

    /// Whether tools read it from this place. They do not if it was only named on the command line.
    pub fn is_located(&self) -> bool {
        self.candidate.reason != Reason::Operand
    }

    /// The role for which tools read it from this place, if they do.
    pub fn read_as(&self) -> Option<Role> {
        self.is_located().then_some(self.role)
    }

    /// Why it could not be read, with hints from what lies near. Empty if it could.
    pub fn trouble(&self, env: &Env) -> Vec<Finding> {
        let Err(error) = &self.outcome else {
            return Vec::new();
        };
        let (role, candidate) = (self.role, &self.candidate);
        let near = &near::look(role, candidate, error, env);
        let (uid, euid, directory) = (env.uid, env.euid, env.directory.as_deref());
        place::check(FailedRead { role, candidate, error, near, uid, euid, directory })
    }

    /// Findings about mode and owner of its file, and whether alien.py accepts it.
    pub fn modes(&self, env: &Env) -> Vec<Finding> {
        let Some(read) = self.found() else {
            return Vec::new();
        };
        // Without a key the file has no secret that its mode could reveal.
        if self.role == Role::Proxy && read.contents.keys.is_empty() {
            return Vec::new();
        }
        let mut found = match self.role.is_key() && !read.may_hold_key() {
            true => Vec::new(),
            false => file_mode::check(self.role, &read.source, env.euid),
        };
        let directory = match &read.source.origin {
            Origin::File(path) if self.is_located() => path.parent(),
            _ => None,
        };
        let above = directory.map(ca_dir::ancestry).unwrap_or_default();
        found.extend(file_mode::directories(&above, env.euid));
        let alien_py = place::alien_py(self.role, &self.candidate, &read.source);
        found.extend(alien_py.filter(|_| self.is_located()));
        found
    }

    /// What was read, to compare it with the other half.
    pub fn side(&self) -> Option<Side<'_>> {
        let read = self.found()?;
        Some(Side {
            role: self.role,
            reason: self.candidate.reason,
            source: &read.source,
            contents: &read.contents,
        })
    }

    /// The note that the default file is not used, if there is one.
    pub fn shadow(&self, env: &Env) -> Option<Finding> {
        let default = self.shadowed(env)?;
        Some(place::shadowed(self.role, &self.candidate, &default))
    }

    /// The default file, if it exists and the variable names another one.
    pub fn shadowed(&self, env: &Env) -> Option<PathBuf> {
        let (Location::Value(_), Location::Path(default)) =
            (&self.candidate.location, locate::default(self.role, env))
        else {
            return None;
        };
        let read = self.found()?;
        let other = load::file_facts(&default)?;
        let same = read.source.file.as_ref().is_some_and(|file| file.identity == other.identity);
        (!same).then_some(default)
    }

    /// `/home/me/.globus/usercert.pem ($X509_USER_CERT)`. Without the reason for a file on the
    /// command line.
    pub fn described(&self) -> String {
        let Some(read) = self.found() else {
            return String::new();
        };
        match (&read.source.origin, self.candidate.reason) {
            (Origin::Variable(name), _) => format!("${name} (its content)"),
            (origin, Reason::Operand) => origin.to_string(),
            (origin, reason) => format!("{origin} ({reason})"),
        }
    }
}

/// Findings about mode and owner of both files. If each holds what the other should, the file with
/// the key is the secret one, and modes must be changed after the exchange.
pub fn modes(cert: &CredentialFile, key: &CredentialFile, env: &Env) -> Vec<Finding> {
    let crossed = |(cert, key)| are_swapped(cert, key);
    if !cert.side().zip(key.side()).is_some_and(crossed) {
        let mut modes = cert.modes(env);
        let of_key = key.modes(env).into_iter();
        // Usually both are in the same directory.
        let new: Vec<Finding> =
            of_key.filter(|found| !modes.iter().any(|known| known.same_as(found))).collect();
        modes.extend(new);
        return modes;
    }
    let as_role = |half: &CredentialFile, role| {
        let source = half.found().map(|read| &read.source);
        let found = source.map(|source| file_mode::check(role, source, env.euid));
        found.unwrap_or_default()
    };
    let mut found = as_role(cert, key.role);
    found.extend(as_role(key, cert.role));
    for finding in &mut found {
        finding.fix = None;
    }
    found
}

/// The private keys of a file. Encrypted ones were decrypted with the passphrase.
pub struct Keys<'a> {
    half: &'a Read,
    unlocked: Vec<Option<Result<PrivateKey, DecryptError>>>,
}

impl<'a> Keys<'a> {
    /// Decrypts all keys that `passphrase` opens.
    pub fn open(half: &'a Read, passphrase: Option<&[u8]>) -> Self {
        // A file may have many keys, each as costly as the limit allows.
        let budget = Budget::of(KEY_UNITS);
        let unlock = |locked: &LockedKey| match (locked, passphrase) {
            (LockedKey::Locked(locked), Some(passphrase)) => {
                let paid = budget.spend(Work::Keys, locked.units());
                let beyond = || DecryptError::TooExpensive(budget.exhausted().unwrap_or_default());
                Some(if paid { locked.unlock(passphrase) } else { Err(beyond()) })
            }
            _ => None,
        };
        let slots = half.contents.keys.iter();
        let unlocked = slots.map(|slot| slot.parsed.as_ref().ok().and_then(unlock)).collect();
        Self { half, unlocked }
    }

    /// The key blocks, in the order of the file.
    pub fn blocks<'s>(&'s self) -> Vec<KeyBlock<'s>> {
        let slots = self.half.contents.keys.iter().zip(&self.unlocked);
        let block = |(slot, unlocked): (&'s Slot<LockedKey, KeyError>, &'s Option<_>)| {
            let opened = match (&slot.parsed, unlocked) {
                (Err(error), _) => Opened::Bad(error),
                (Ok(LockedKey::Open(key, _)), _) => Opened::Key(key),
                (Ok(LockedKey::Locked(_)), Some(Ok(key))) => Opened::Key(key),
                (Ok(LockedKey::Locked(locked)), Some(Err(error))) => {
                    Opened::Failed(locked.container(), error)
                }
                (Ok(LockedKey::Locked(locked)), None) => Opened::Locked(locked.container()),
            };
            KeyBlock { block: slot.block, line: slot.line, opened }
        };
        slots.map(block).collect()
    }
}

/// Units of work for the encrypted keys of one file: half a second. It suffices for 200 keys of
/// OpenSSL 3 with 12 000 iterations, or one with 2 500 000 (half as many for HMAC-SHA1 and
/// AES-256).
const KEY_UNITS: u64 = 500_000;

/// The passphrase for the key in `half`, if it is needed: from `--passphrase-file`, else from the
/// terminal.
///
/// # Errors
///
/// The file of the passphrase cannot be read.
pub fn passphrase(
    half: &Read,
    options: &KeyOptions,
) -> Result<Option<Zeroizing<Vec<u8>>>, Box<Finding>> {
    let locked = |parsed: &Result<LockedKey, _>| match parsed {
        Ok(LockedKey::Locked(locked)) => key_match::lacking(locked.container()).is_none(),
        _ => false,
    };
    let mut keys = half.contents.keys.iter();
    if !keys.any(|slot| locked(&slot.parsed)) {
        return Ok(None);
    }
    if let Some(path) = &options.passphrase_file {
        return from_file(path, half).map(Some);
    }
    if options.no_input {
        return Ok(None);
    }
    let question = format!("passphrase of {}: ", half.source.origin);
    Ok(prompt::passphrase(&question).ok().flatten())
}

fn from_file(path: &Path, half: &Read) -> Result<Zeroizing<Vec<u8>>, Box<Finding>> {
    let source = load::load(&locate::operand(path)).map_err(|trouble| {
        // The message does not name the file: people put the passphrase itself there.
        let why = match trouble {
            LoadError::Missing(_) => "does not exist".to_owned(),
            LoadError::Dangling(..) => "cannot be read (it is a link to nothing)".to_owned(),
            trouble => format!("cannot be read ({trouble})"),
        };
        Box::new(key_match::NO_PASSPHRASE.found(format!(
            "the file given by --passphrase-file {why}, and {} is encrypted",
            half.source.origin
        )))
    })?;
    let bytes: &[u8] = &source.bytes;
    let line = bytes.split(|&b| b == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    Ok(Zeroizing::new(line.to_vec()))
}

/// Adapts the advice to a token. It is never repaired; a new one is fetched.
pub fn advised(role: Role, mut findings: Vec<Finding>) -> Vec<Finding> {
    if role == Role::Proxy {
        let findings = findings.into_iter();
        return findings.map(check::proxy::as_a_whole).collect();
    }
    for finding in &mut findings {
        let unreadable = finding.exit == Exit::Unreadable && finding.fix.is_none();
        let is_bundle = finding.rule.id == file::IS_PKCS12.id;
        if role.is_token() && (unreadable || is_bundle) {
            finding.fix = None;
            finding.advice = "get a new token: alien-token-init".to_owned();
        }
    }
    findings
}

/// The file with the usual name beside `half`, if the other half is there.
pub fn sibling(half: &CredentialFile, env: &Env) -> Option<PathBuf> {
    let Origin::File(path) = &half.found()?.source.origin else {
        return None;
    };
    let path = path.with_file_name(half.role.partner().file_name(env.uid));
    load::is_file(&path).then_some(path)
}
