//! Which files may be destroyed: what each one is, and whether it can be made again.

use std::path::{Path, PathBuf};

use crate::check::key_match;
use crate::check::key_match::{KeyBlock, Opened};
use crate::command::destroy::unset_line;
use crate::command::{Noun, destroy};
use crate::gather::credential::{CredentialFile, Keys, Read};
use crate::load::LoadError;
use crate::locate::{Location, Reason, Role};
use crate::parse::cert::{Certificate, CertificateKind};
use crate::parse::file::Contents;
use crate::parse::key::LockedKey;
use crate::parse::shape::Shape;
use crate::parse::token::Token;
use crate::report::{Finding, Place};
use crate::source::{FileFacts, Origin};
use crate::system::env::Env;
use crate::{check, load, locate};

/// A file that may be destroyed.
pub(super) struct Target {
    pub(super) path: PathBuf,
    pub(super) judged: FileFacts,
}

/// Whether `half` may be destroyed. `Ok(None)` if there is no file.
pub(super) fn judge(
    noun: Noun,
    half: &CredentialFile,
    halves: &[CredentialFile],
    env: &Env,
) -> Result<Option<Target>, Vec<Finding>> {
    let read = match &half.outcome {
        Ok(read) => read,
        Err(LoadError::Missing(_) | LoadError::NoHome)
            if half.candidate.reason == Reason::Default =>
        {
            return Ok(None);
        }
        Err(LoadError::Dangling(path, target)) => {
            let why = format!("it is a symbolic link to {}", target.display());
            return Err(refused(path, &why));
        }
        Err(LoadError::LinkLoop(path)) => {
            return Err(refused(path, "it is a symbolic link in a loop"));
        }
        Err(LoadError::Directory(path)) => {
            return Err(refused(path, "it is a directory, not a regular file"));
        }
        Err(LoadError::Special(path, kind)) => {
            return Err(refused(path, &format!("it is {kind}, not a regular file")));
        }
        Err(_) => return Err(half.trouble(env)),
    };
    if read.source.origin == Origin::Stdin {
        return Err(refused(Path::new("-"), "standard input is not a file"));
    }
    let Origin::File(path) = &read.source.origin else {
        return Err(vec![inline(noun, half)]);
    };
    match noun {
        Noun::Token if is_user_credential(half, read, path, env) => {
            return Err(vec![not_a_token(half, path)]);
        }
        Noun::Proxy => {
            if let Some(what) = user_part(read, env) {
                return Err(vec![not_a_proxy(half, path, what)]);
            }
        }
        Noun::Cert | Noun::Token => {}
    }
    if !is_credential(half, read, path, env) {
        return Err(refused(path, &format!("it is no {}", half.role.noun())));
    }
    let default = locate::default(half.role, env) == Location::Path(path.clone());
    let tokens = || halves.iter().filter_map(|half| half.found()?.contents.first());
    let tokens = || tokens().filter(|token| Token::parse(&token.subject).is_some());
    if half.role == Role::TokenKey && !default && tokens().next().is_none() {
        return Err(refused(path, OF_NO_TOKEN));
    }
    let owners: Vec<&Certificate> = match noun {
        Noun::Token => tokens().map(|token| &**token).collect(),
        Noun::Proxy => read.contents.readable().map(|(_, known)| &**known).collect(),
        Noun::Cert => Vec::new(),
    };
    if let Some(why) = foreign_key(noun, read, &owners, default || noun == Noun::Proxy) {
        return Err(refused(path, &why));
    }
    let judged = read.source.file.clone();
    Ok(judged.map(|judged| Target { path: path.clone(), judged }))
}

/// A private key in `read` that belongs to none of `owners`: it may be the only copy. If
/// `may_be_damaged`, a single damaged key does not count, because nothing is lost.
fn foreign_key(
    noun: Noun,
    read: &Read,
    owners: &[&Certificate],
    may_be_damaged: bool,
) -> Option<String> {
    if owners.is_empty() {
        return None;
    }
    let keys = Keys::open(read, None);
    let (blocks, budget) = (keys.blocks(), key_match::tries());
    let is_own = |key: &KeyBlock<'_>| {
        let mut short_lived = owners.iter().filter(|owner| noun == Noun::Token || owner.is_proxy());
        short_lived.any(|owner| {
            key_match::any_matches(owner, std::slice::from_ref(key), &budget) == Some(true)
        })
    };
    let is_lost = |key: &KeyBlock<'_>| {
        may_be_damaged && blocks.len() == 1 && matches!(key.opened, Opened::Bad(_))
    };
    let foreign = blocks.iter().find(|key| !is_own(key) && !is_lost(key)).map(|key| key.line);
    let of_key = |label: &str| label.ends_with("PRIVATE KEY");
    let other = || read.contents.others.iter().find(|other| of_key(&other.label));
    let damaged = || read.contents.damage.iter().find(|damage| of_key(&damage.label));
    let line = foreign.or_else(|| other().map(|other| other.line)).or_else(|| {
        let more = !blocks.is_empty();
        damaged().filter(|_| more).map(|damage| damage.line)
    })?;
    Some(match noun {
        Noun::Token if read.contents.certificates.is_empty() && blocks.len() == 1 => {
            OF_NO_TOKEN.to_owned()
        }
        Noun::Token => {
            format!("the private key in line {line} is of no token that would go with it")
        }
        Noun::Cert | Noun::Proxy => {
            format!("the private key in line {line} is of no proxy in the file")
        }
    })
}

const OF_NO_TOKEN: &str = "it is a key of no token that would go with it";

/// Whether the file is what its role says. Empty and damaged files are accepted only with the exact
/// default name of a token or proxy.
fn is_credential(half: &CredentialFile, read: &Read, path: &Path, env: &Env) -> bool {
    let contents = &read.contents;
    let default = locate::default(half.role, env) == Location::Path(path.to_path_buf());
    let bare = contents.certificates.is_empty() && contents.keys.is_empty();
    let of_hours = half.role.is_token() || half.role == Role::Proxy;
    if of_hours && default && bare {
        return contents.others.is_empty() && is_debris(contents);
    }
    if half.role.is_key() {
        // The service makes tokens without passphrase. So an encrypted key belongs to a person.
        let locked = |parsed: &Result<LockedKey, _>| matches!(parsed, Ok(LockedKey::Locked(_)));
        let locked = contents.keys.iter().any(|slot| locked(&slot.parsed));
        return (!contents.keys.is_empty()
            || matches!(contents.shape, Some(Shape::DerPrivateKey(_))))
            && !(half.role.is_token() && locked);
    }
    let Some(first) = contents.first() else {
        return default && half.role.is_token();
    };
    let fits = match half.role {
        Role::Proxy => first.is_proxy(),
        _ => !half.role.is_token() || Token::parse(&first.subject).is_some(),
    };
    fits && !first.is_ca()
}

/// Whether nothing but a damaged certificate or key was ever in a file, as far as one can see.
fn is_debris(contents: &Contents) -> bool {
    let nothing = matches!(
        contents.shape,
        Some(
            Shape::Binary
                | Shape::DerTruncated { .. }
                | Shape::Empty
                | Shape::OnlyBlanks
                | Shape::OnlyNuls
        )
    );
    nothing || !contents.damage.is_empty()
}

/// Whether a supposed token is the user's own certificate or key, whatever the variables say.
fn is_user_credential(half: &CredentialFile, read: &Read, path: &Path, env: &Env) -> bool {
    let user = if half.role.is_key() { Role::UserKey } else { Role::UserCert };
    let identity = read.source.file.as_ref().map(|file| file.identity);
    let named = locate::credential(user, env).into_iter().map(|candidate| candidate.location);
    let same = named.chain([locate::default(user, env)]).any(|place| {
        let other = match place {
            Location::Path(other) => load::file_facts(&other),
            Location::Value(value) => load::file_facts(Path::new(&value)),
            Location::Held(_) | Location::NoHome | Location::Stdin => None,
        };
        other.is_some_and(|other| Some(other.identity) == identity)
    });
    let foreign = read.contents.first().is_some_and(|first| Token::parse(&first.subject).is_none());
    let in_globus = path.parent().and_then(Path::file_name).is_some_and(|name| name == ".globus");
    same || foreign || in_globus || half.role.is_key() && opens_user_cert(read, env)
}

/// The part of a supposed proxy that belongs to the user and cannot be made again.
fn user_part(read: &Read, env: &Env) -> Option<&'static str> {
    let first = read.contents.first();
    if first.is_some_and(|first| first.kind() == CertificateKind::EndEntity) {
        return Some("your user certificate");
    }
    let keys = Keys::open(read, None);
    let blocks = keys.blocks();
    let mut others = read.contents.readable().map(|(_, certificate)| certificate);
    let budget = key_match::tries();
    let of_user = others.any(|certificate| {
        certificate.kind() == CertificateKind::EndEntity
            && key_match::any_matches(certificate, &blocks, &budget) != Some(false)
    });
    (of_user || opens_user_cert(read, env)).then_some("your user key")
}

fn not_a_proxy(half: &CredentialFile, path: &Path, what: &str) -> Finding {
    let found = check::erase::NOT_A_PROXY
        .found(format!("refusing to destroy {}: it holds {what}, not a proxy", path.display()));
    let found = match half.candidate.reason {
        Reason::Variable(_) => found.fix(unset_line(Noun::Proxy).trim_end()),
        _ => found,
    };
    found.at(Place::file(path))
}

/// Whether the key in `read` is a copy of the user's own key, or may be.
fn opens_user_cert(read: &Read, env: &Env) -> bool {
    let user = CredentialFile::located(Role::UserCert, env);
    let certificate = user.found().and_then(|user| user.contents.first());
    let keys = Keys::open(read, None);
    let blocks = keys.blocks();
    certificate.is_some_and(|certificate| {
        key_match::any_matches(certificate, &blocks, &key_match::tries()) != Some(false)
    })
}

fn not_a_token(half: &CredentialFile, path: &Path) -> Finding {
    let what = if half.role.is_key() { "your user key" } else { "your user certificate" };
    let found = check::erase::NOT_A_TOKEN
        .found(format!("refusing to destroy {}: it is {what}, not a token", path.display()));
    let found = match half.candidate.reason {
        Reason::Variable(_) => found.fix(unset_line(Noun::Token).trim_end()),
        _ => found,
    };
    found.at(Place::file(path))
}

fn refused(path: &Path, why: &str) -> Vec<Finding> {
    let found =
        check::erase::REFUSED.found(format!("refusing to destroy {}: {why}", path.display()));
    vec![found.at(Place::file(path))]
}

pub(super) fn inline(noun: Noun, half: &CredentialFile) -> Finding {
    let name = half.role.variable();
    check::erase::INLINE
        .found(format!(
            "the content of {name} is in the environment of your shell: no program can remove it \
             from there"
        ))
        .advice(format!(
            "unset the variables in every shell that has them: eval \"$(certok {} --shell)\"",
            match noun {
                Noun::Cert => destroy::CERT.name,
                Noun::Proxy => destroy::PROXY.name,
                Noun::Token => destroy::TOKEN.name,
            }
        ))
        .fix(unset_line(noun).trim_end())
        .at(Place::variable(name))
}
