//! Finds the issuer's keys, and verifies the signature with them.

use std::path::{Path, PathBuf};

use crate::chain::budget::{Budget, Work};
use crate::check::bearer::Signature;
use crate::crypto::jose::Algorithm;
use crate::crypto::verify::Refusal;
use crate::load;
use crate::load::LoadError;
use crate::parse::bearer::BearerToken;
use crate::parse::bearer::jwks::{Held, Jwk, KeySet, MAX_KEYS};
use crate::system::env::Env;

/// The result of verifying the signature with the keys in `asked`, else with those in the caches of
/// this machine.
pub(super) fn check(token: &BearerToken, asked: Option<&Path>, env: &Env) -> Signature {
    let name = token.algorithm.as_deref().unwrap_or("none");
    let Some(algorithm) = Algorithm::named(name) else {
        return Signature::Unchecked(format!("there is no public key for the algorithm {name}"));
    };
    let places = match asked {
        Some(path) => vec![path.to_path_buf()],
        None => caches(env),
    };
    let mut reasons = Vec::new();
    for place in places {
        let (path, held) = load::bearer::keys(&place, token.issuer.as_deref());
        let shown = path.display();
        match held {
            Err(LoadError::Missing(_)) if asked.is_none() => {}
            Err(trouble) => reasons.push(format!("{shown}: {trouble}")),
            Ok(Held::Miss(Some(near))) => reasons.push(format!(
                "{shown} has keys of {near}, not of {}: they differ in case, port or a slash at the \
                 end, and are compared exactly",
                token.issuer.as_deref().unwrap_or_default()
            )),
            Ok(Held::Miss(None)) if asked.is_none() => {}
            Ok(Held::Miss(None)) => reasons.push(format!("{shown} has no keys of the issuer")),
            Ok(Held::Broken(why)) => reasons.push(format!("{shown}: {why}")),
            // A plain set does not say to which issuer it belongs.
            Ok(Held::Keys(set)) if set.expires.is_none() && asked.is_none() => {
                reasons.push(format!("{shown} is a JWK Set, not a cache of them by issuer"));
            }
            Ok(Held::Keys(set)) => match set.expires.filter(|end| *end <= env.now) {
                Some(end) => {
                    reasons.push(format!("the keys in {shown} expired at {}", end.screen()));
                }
                None => match by(&set, token, algorithm, &path) {
                    Signature::Unchecked(why) => reasons.push(why),
                    known => return known,
                },
            },
        }
    }
    if reasons.is_empty() {
        let issuer = token.issuer.as_deref().unwrap_or("no issuer");
        reasons.push(format!("no keys of {issuer} are on this machine"));
    }
    Signature::Unchecked(reasons.join("; "))
}

/// The caches: first those of WLCG in their order, then that of scitokens-cpp.
fn caches(env: &Env) -> Vec<PathBuf> {
    let named = ["JWKS_CACHE_DIR", "JWKS_CACHE_FILE"];
    let named = named.iter().filter_map(|name| env.filled(name));
    let defaults =
        ["/etc/jwks", "/etc/jwks/cache.json", "/var/cache/jwks", "/var/cache/jwks/cache.json"];
    let mut caches: Vec<PathBuf> =
        named.map(PathBuf::from).chain(defaults.map(|place| env.system(place))).collect();
    let home = || Some(load::passwd_home(env.euid, env)?.join(".cache"));
    let cache = env.filled("SCITOKENS_CACHE").or_else(|| env.variable("XDG_CACHE_HOME"));
    let cache = cache.map(PathBuf::from).or_else(home).filter(|cache| cache.is_absolute());
    caches.extend(cache.map(|cache| match load::is_directory(&cache) {
        true => cache.join("scitokens/scitokens_cpp.sqllite"),
        false => cache,
    }));
    caches
}

/// Verifies with the key that the token names. If it names none, with any key.
fn by(set: &KeySet, token: &BearerToken, algorithm: Algorithm, path: &Path) -> Signature {
    let shown = path.display();
    let own = set.keys.iter().filter(|key| token.key_id.is_none() || key.id == token.key_id);
    let own: Vec<_> = own.collect();
    let limit = format!("{shown} has keys beyond the limit of {MAX_KEYS}, none of which was tried");
    if own.is_empty() && set.cut {
        return Signature::Unchecked(limit);
    }
    let other = set.others.iter().find(|(id, _)| token.key_id.is_none() || *id == token.key_id);
    if let (true, Some((name, other))) = (own.is_empty(), other) {
        let name = name.as_deref().unwrap_or("without a name");
        return Signature::Unchecked(format!("the key {name} in {shown} {other}"));
    }
    if own.is_empty() {
        let others = set.others.iter().map(|(id, _)| id);
        let all = set.keys.iter().map(|key| &key.id).chain(others);
        let names: Vec<&str> = all.filter_map(|id| id.as_deref()).collect();
        return Signature::Unchecked(format!(
            "the key {} is not in {shown}, which has {}",
            token.key_id.as_deref().unwrap_or("of any name"),
            match names.as_slice() {
                [] => "no key with a name".to_owned(),
                names => names.join(", "),
            }
        ));
    }
    let (mut beyond, mut otherwise) = (None, None);
    let budget = Budget::default();
    for key in &own {
        let only =
            key.algorithm.as_deref().filter(|only| Some(*only) != token.algorithm.as_deref());
        let price = algorithm.price(&key.key, token.signed());
        if !budget.spend(Work::Signatures, price) {
            let limit = budget.exhausted().unwrap_or_default();
            return Signature::Unchecked(format!("to try the keys in {shown} exceeds {limit}"));
        }
        match algorithm.verify(&key.key, token.signed(), token.signature()) {
            Ok(()) if only.is_some() => otherwise = only,
            Ok(()) => {
                let until = set
                    .expires
                    .map_or_else(String::new, |end| format!(", good until {}", end.screen()));
                let name = key.id.as_deref().unwrap_or("without a name");
                return Signature::Good {
                    until: key.expires,
                    by: format!("the key {name} in {shown}{until}"),
                    doubt: doubt(set, token, key, &own, &path.display().to_string()),
                };
            }
            Err(Refusal::Unsupported(what)) => beyond = Some(what),
            Err(Refusal::BadSignature | Refusal::KeyMismatch) => {}
        }
    }
    if let Some(only) = otherwise {
        return Signature::Bad(format!(
            "the key {} in {shown}, which made it, is for {only} alone (alg), and the token says {}",
            token.key_id.as_deref().unwrap_or("without a name"),
            token.algorithm.as_deref().unwrap_or("none")
        ));
    }
    match (beyond, &token.key_id) {
        (Some(what), _) => Signature::Unchecked(format!("{what} is not supported")),
        (None, _) if set.cut => Signature::Unchecked(limit),
        (None, Some(name)) => Signature::Bad(format!("it is not by the key {name} in {shown}")),
        (None, None) => Signature::Bad(format!("it is by no key in {shown}")),
    }
}

/// Why services with this set of keys may not use this key.
fn doubt(
    set: &KeySet,
    token: &BearerToken,
    key: &Jwk,
    own: &[&Jwk],
    shown: &str,
) -> Option<String> {
    let name = key.id.as_deref().unwrap_or("without a name");
    if set.is_single {
        return Some(format!(
            "{shown} is a single JWK; libraries read a set of them, {{\"keys\": [...]}}"
        ));
    }
    if own.len() > 1 && token.key_id.is_none() {
        return Some(format!(
            "the token does not name its key (kid), and {shown} has {} keys: scitokens-cpp refuses to \
             try them",
            own.len()
        ));
    }
    (own.len() > 1 && key.id.is_some() && own.iter().all(|other| other.id == key.id)).then(|| {
        format!(
            "{} keys in {shown} have the name {name}: scitokens-cpp takes the first one alone",
            own.len()
        )
    })
}
