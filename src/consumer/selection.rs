//! Which software is meant by a word: one, a family, or a group.

use crate::consumer::client::{CLIENTS, Client};
use crate::consumer::profile::{Group, Profile, Proxies};
use crate::consumer::profiles;
use crate::consumer::token::{TOKEN_CONSUMERS, TokenConsumer, TokenKind};

/// Software whose verdict is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Selection {
    /// As it was asked for: a name, or that of a family or group.
    pub word: &'static str,
}

/// Groups of consumers of certificates, each as it is set up unless somebody changes that.
const GROUPS: &[(&str, &[&str])] = &[
    ("grid", &["globus", "xrootd-gsi-5", "xrootd-gsi-6", "canl"]),
    ("web", &["openssl", "apache-crl", "nginx", "xrootd-http"]),
    ("all", &[]),
];

/// What holds only where an administrator has asked for it.
const SETTINGS: &[&str] = &[
    "apache-crl",
    "canl-nocrl",
    "canl-strict",
    "gnutls-crl",
    "nginx-crl",
    "openssl-level1",
    "openssl-proxy-crl",
    "openssl-strict",
    "rustls-crl",
];

/// The names of all consumers, of tokens and clients too.
pub fn names() -> Vec<&'static str> {
    let tokens = TOKEN_CONSUMERS.iter().map(|consumer| consumer.id);
    let clients = CLIENTS.iter().map(|client| client.id);
    distinct(profiles().map(|profile| profile.id).chain(tokens).chain(clients))
}

/// Families: how the names of several consumers begin, if that is no name itself.
pub fn families() -> Vec<&'static str> {
    let names = names();
    let beginnings = |name: &'static str| {
        let ends = name.match_indices('-').map(|(at, _)| at);
        ends.filter_map(|at| name.get(..at)).collect::<Vec<_>>()
    };
    let several =
        |family: &&'static str| names.iter().filter(|name| is_of(name, family)).count() > 1;
    let all = names.iter().flat_map(|name| beginnings(name)).filter(several);
    distinct(all.filter(|family| !names.contains(family)))
}

/// The names of groups.
pub fn groups() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().map(|(word, _)| *word)
}

/// Everything that may be asked for.
pub fn words() -> Vec<&'static str> {
    distinct(names().into_iter().chain(families()).chain(groups()))
}

fn distinct(all: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut words: Vec<&'static str> = Vec::new();
    for word in all {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

fn is_of(name: &str, family: &str) -> bool {
    name.strip_prefix(family).is_some_and(|rest| rest.starts_with('-'))
}

impl Selection {
    /// What `word` means, in whatever case it is written.
    pub fn of(word: &str) -> Option<Self> {
        let word = words().into_iter().find(|known| known.eq_ignore_ascii_case(word))?;
        Some(Self { word })
    }

    /// Its consumers of certificates.
    pub fn profiles(self) -> impl Iterator<Item = &'static Profile> {
        profiles().filter(move |profile| self.has(profile.id))
    }

    /// Its consumers of tokens.
    pub fn tokens(self, kind: TokenKind) -> Vec<&'static TokenConsumer> {
        let all = TOKEN_CONSUMERS.iter().filter(|consumer| consumer.kind == kind);
        let of_grid = |consumer: &TokenConsumer| consumer.group == Group::Grid;
        all.filter(|one| self.has(one.id) || (self.word == "grid" && of_grid(one))).collect()
    }

    /// Its clients.
    pub fn clients(self) -> impl Iterator<Item = &'static Client> {
        CLIENTS.iter().filter(move |client| self.has(client.id))
    }

    fn has(self, id: &str) -> bool {
        let group = GROUPS.iter().find(|(word, _)| *word == self.word);
        match group {
            Some((_, [])) => true,
            Some((_, ids)) => ids.contains(&id),
            None if self.word == id => true,
            None => is_of(id, self.word) && !names().contains(&self.word),
        }
    }
}

impl Profile {
    /// Whether software does so unless an administrator has asked for something else.
    pub fn is_usual(&self) -> bool {
        !SETTINGS.contains(&self.id)
    }

    /// Whether it takes proxies at all.
    pub fn takes_proxies(&self) -> bool {
        !matches!(self.proxies, Proxies::NotKnown | Proxies::Refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_mean_software() {
        for (word, certificates, bearer, idtokens, clients) in [
            ("globus", 1, 0, 0, 0),
            ("Globus", 1, 0, 0, 0),
            ("xrootd-http", 1, 1, 0, 0),
            ("dcache", 0, 1, 0, 0),
            ("htcondor-25", 0, 0, 1, 0),
            ("curl", 0, 0, 0, 1),
            // Families.
            ("python", 2, 0, 0, 0),
            ("xrootd", 3, 2, 0, 1),
            ("xrootd-gsi", 2, 0, 0, 0),
            ("htcondor", 0, 1, 2, 1),
            ("scitokens", 0, 3, 0, 0),
            ("grid", 4, 4, 2, 0),
            ("web", 4, 1, 0, 0),
            ("all", 23, 7, 2, 7),
        ] {
            let selection = Selection::of(word).unwrap();
            assert_eq!(selection.profiles().count(), certificates, "{word}");
            assert_eq!(selection.tokens(TokenKind::Bearer).len(), bearer, "{word}");
            assert_eq!(selection.tokens(TokenKind::IdToken).len(), idtokens, "{word}");
            assert_eq!(selection.clients().count(), clients, "{word}");
        }
        for nothing in ["globbus", "", "py", "xroot", "python-", "gnutls-c"] {
            assert_eq!(Selection::of(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn every_id_of_a_table_is_a_consumer() {
        let ids = GROUPS.iter().flat_map(|(_, ids)| *ids).chain(SETTINGS);
        for id in ids {
            assert!(profiles().any(|profile| profile.id == *id), "{id}");
        }
    }
}
