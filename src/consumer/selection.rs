//! Which software is meant by a word: one profile, or a group of them.

use crate::consumer::profile::{Group, Profile, Proxies};
use crate::consumer::profiles;
use crate::consumer::token::{TOKEN_CONSUMERS, TokenConsumer, TokenKind};

/// Software whose verdict is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Selection {
    /// As it was asked for: a name, or that of a group.
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

/// The names of all consumers, of tokens too, then the groups.
pub fn words() -> Vec<&'static str> {
    let tokens = TOKEN_CONSUMERS.iter().map(|consumer| consumer.id);
    let groups = GROUPS.iter().map(|(word, _)| *word);
    let mut words: Vec<&'static str> = Vec::new();
    for word in profiles().map(|profile| profile.id).chain(tokens).chain(groups) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
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

    fn has(self, id: &str) -> bool {
        let group = GROUPS.iter().find(|(word, _)| *word == self.word);
        match group {
            Some((_, [])) => true,
            Some((_, ids)) => ids.contains(&id),
            None => self.word == id,
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
        for (word, certificates, bearer, idtokens) in [
            ("globus", 1, 0, 0),
            ("Globus", 1, 0, 0),
            ("xrootd-http", 1, 1, 0),
            ("dcache", 0, 1, 0),
            ("htcondor-25", 0, 0, 1),
            ("grid", 4, 4, 2),
            ("web", 4, 1, 0),
            ("all", 23, 7, 2),
        ] {
            let selection = Selection::of(word).unwrap();
            assert_eq!(selection.profiles().count(), certificates, "{word}");
            assert_eq!(selection.tokens(TokenKind::Bearer).len(), bearer, "{word}");
            assert_eq!(selection.tokens(TokenKind::IdToken).len(), idtokens, "{word}");
        }
        assert_eq!(Selection::of("globbus"), None);
        assert_eq!(Selection::of(""), None);
    }

    #[test]
    fn every_id_of_a_table_is_a_consumer() {
        let ids = GROUPS.iter().flat_map(|(_, ids)| *ids).chain(SETTINGS);
        for id in ids {
            assert!(profiles().any(|profile| profile.id == *id), "{id}");
        }
    }
}
