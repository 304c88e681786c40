//! The available signing keys, by name: those of HTCondor, or the one in `--key`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::check::idtoken::{Signature, key};
use crate::load::condor::Config;
use crate::load::{LoadError, idtokens};
use crate::parse::condor::key::{POOL, SigningKey};
use crate::parse::condor::key_derivation;
use crate::parse::idtoken::IdToken;
use crate::report::Finding;

/// Keys that were searched, each once.
pub(in crate::command) struct Keyring<'a> {
    config: &'a Config,
    /// The file in `--key`. It is used for any key name.
    file: Option<PathBuf>,
    euid: u32,
    known: BTreeMap<String, Known>,
    /// Number of tokens with a wrong signature.
    bad: usize,
    /// Findings about the files of keys.
    pub(in crate::command) findings: Vec<Finding>,
}

enum Known {
    Empty(PathBuf),
    Key(PathBuf, SigningKey, Zeroizing<Vec<u8>>),
    Missing(String),
}

/// Most tokens for which other ways to derive the key are tried. Each needs some hundred
/// signatures.
const MAX_EXPLAINED: usize = 16;

/// Most names that are looked up. Each token may have another one.
const MAX_KEYS: usize = 1_000;

impl<'a> Keyring<'a> {
    pub(in crate::command) fn new(config: &'a Config, file: Option<PathBuf>, euid: u32) -> Self {
        Self { config, file, euid, known: BTreeMap::new(), bad: 0, findings: Vec::new() }
    }

    /// Verifies the signature of a token.
    pub(in crate::command) fn check(&mut self, token: &IdToken) -> Signature {
        let unchecked = |why: &str| Signature::Unchecked(why.to_owned());
        let Some(name) = token.key_id.clone().filter(|_| token.has_plain_key_id()) else {
            return unchecked("it names no key");
        };
        if !self.known.contains_key(&name) {
            if self.known.len() >= MAX_KEYS {
                let why = format!("more than {MAX_KEYS} keys are named, the limit of one run");
                return Signature::Unchecked(why);
            }
            let known = self.lookup(&name);
            self.known.insert(name.clone(), known);
        }
        let algorithm = token.algorithm.as_deref().unwrap_or_default();
        match self.known.get(&name) {
            Some(Known::Key(path, key, bytes)) => {
                match key.made(algorithm, token.signed(), token.signature()) {
                    Some(true) => Signature::Good(path.clone()),
                    Some(false) => {
                        self.bad += 1;
                        let few = self.bad <= MAX_EXPLAINED;
                        let way = few.then(|| key_derivation::of(&name, bytes, token)).flatten();
                        Signature::Bad(path.clone(), way)
                    }
                    None => unchecked("its algorithm is none of HTCondor's"),
                }
            }
            Some(Known::Empty(path)) => Signature::EmptyKey(path.clone()),
            Some(Known::Missing(why)) => Signature::Unchecked(why.clone()),
            None => unchecked("its key was not looked for"),
        }
    }

    fn lookup(&mut self, name: &str) -> Known {
        let path = match &self.file {
            Some(file) => Ok(file.clone()),
            None => path_of(name, self.config),
        };
        let path = match path {
            Ok(path) => path,
            Err(why) => return Known::Missing(why),
        };
        let source = match idtokens::key(&path) {
            Ok(source) => source,
            Err(trouble) => {
                let shown = path.display();
                let why = match trouble {
                    LoadError::Missing(_) => format!("the key {name} is not on this machine"),
                    other => format!("the key {name} in {shown} cannot be read: {other}"),
                };
                return Known::Missing(why);
            }
        };
        self.findings.extend(key::check(name, &path, &source, self.euid));
        let is_password = self.config.is_on("SEC_TOKEN_POOL_SIGNING_KEY_IS_PASSWORD");
        match SigningKey::of(name, &source.bytes, is_password) {
            Some(key) => Known::Key(path, key, source.bytes),
            None => Known::Empty(path),
        }
    }
}

/// The file of the key with that name, where HTCondor stores it.
///
/// # Errors
///
/// The setting that is not known.
pub(in crate::command) fn path_of(name: &str, config: &Config) -> Result<PathBuf, String> {
    let setting = match name {
        POOL => "SEC_TOKEN_POOL_SIGNING_KEY_FILE",
        _ => "SEC_PASSWORD_DIRECTORY",
    };
    let knob = config.knob(setting);
    let value = knob.ok_or_else(|| format!("{setting} is set to nothing"))?.value;
    let path = PathBuf::from(value.map_err(|why| format!("{setting}: {why}"))?);
    Ok(if name == POOL { path } else { path.join(name) })
}
