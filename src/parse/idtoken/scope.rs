//! What a token permits: the `condor:/LEVEL` items of its scope, read as HTCondor reads them.

use std::fmt;

use crate::parse::json::Json;

/// An authorization level of HTCondor.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Level {
    /// Administrators' commands.
    Administrator,
    /// To be listed as a master daemon.
    AdvertiseMaster,
    /// To be listed as a schedd.
    AdvertiseSchedd,
    /// To be listed as a startd.
    AdvertiseStartd,
    /// Only to be connected.
    Allow,
    /// Commands of a client to a server.
    Client,
    /// To change the configuration.
    Config,
    /// Commands between daemons.
    Daemon,
    /// Commands without a level of their own.
    Default,
    /// To match jobs.
    Negotiator,
    /// To look.
    Read,
    /// A former interface.
    Soap,
    /// To submit and change jobs.
    Write,
}

/// The names, as HTCondor writes them.
const NAMES: &[(&str, Level)] = &[
    ("ADMINISTRATOR", Level::Administrator),
    ("ADVERTISE_MASTER", Level::AdvertiseMaster),
    ("ADVERTISE_SCHEDD", Level::AdvertiseSchedd),
    ("ADVERTISE_STARTD", Level::AdvertiseStartd),
    ("ALLOW", Level::Allow),
    ("CLIENT", Level::Client),
    ("CONFIG", Level::Config),
    ("DAEMON", Level::Daemon),
    ("DEFAULT", Level::Default),
    ("NEGOTIATOR", Level::Negotiator),
    ("READ", Level::Read),
    ("SOAP", Level::Soap),
    ("WRITE", Level::Write),
];

impl Level {
    /// The level with that name. Case does not matter.
    pub fn parse(name: &str) -> Option<Self> {
        let known = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        known.map(|(_, level)| *level)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        let row = NAMES.iter().find(|(_, level)| *level == self);
        row.map_or("", |(name, _)| name)
    }

    /// All names, for messages.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }

    /// Whether this level includes `other`.
    pub fn implies(self, other: Self) -> bool {
        if self == other || other == Self::Allow {
            return true;
        }
        match self {
            Self::Administrator | Self::Daemon => matches!(other, Self::Write | Self::Read),
            Self::AdvertiseMaster
            | Self::AdvertiseSchedd
            | Self::AdvertiseStartd
            | Self::Config
            | Self::Negotiator
            | Self::Write => other == Self::Read,
            Self::Allow | Self::Client | Self::Default | Self::Read | Self::Soap => false,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The scope of a token. Without items for HTCondor there is no restriction.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Scope {
    /// The levels it names, in order.
    pub levels: Vec<Level>,
    /// Items for HTCondor that name no level.
    pub unknown: Vec<String>,
    /// Items for others.
    pub foreign: Vec<String>,
    /// Levels not in capitals. They work for commands, but not where HTCondor compares texts.
    pub lower: Vec<String>,
    /// Other items that follow a comma and are names of levels: `condor:/READ,WRITE` means only
    /// READ.
    pub lost: Vec<String>,
    /// The type of the claim, if it is not a text.
    pub misfit: Option<&'static str>,
}

/// How items for HTCondor begin.
const PREFIX: &str = "condor:/";

impl Scope {
    /// Reads the claim.
    pub fn of(claim: Option<&Json>) -> Self {
        match claim {
            None => Self::default(),
            Some(Json::Text(text)) => Self::parse(text),
            Some(other) => Self { misfit: Some(other.kind()), ..Self::default() },
        }
    }

    fn parse(text: &str) -> Self {
        let mut scope = Self::default();
        for item in text.split([' ', '\t', ',', '\n']) {
            if item.is_empty() {
                continue;
            }
            let Some(name) = item.strip_prefix(PREFIX) else {
                if Level::parse(item).is_some() {
                    scope.lost.push(item.to_owned());
                }
                scope.foreign.push(item.to_owned());
                continue;
            };
            match Level::parse(name) {
                Some(level) => {
                    if level.name() != name {
                        scope.lower.push(name.to_owned());
                    }
                    scope.levels.push(level);
                }
                None => scope.unknown.push(name.to_owned()),
            }
        }
        scope
    }

    /// Whether it restricts the token.
    pub fn is_restricted(&self) -> bool {
        !self.levels.is_empty() || !self.unknown.is_empty()
    }

    /// Whether it permits a command of `level`.
    pub fn permits(&self, level: Level) -> bool {
        !self.is_restricted() || self.levels.iter().any(|held| held.implies(level))
    }

    /// `READ, WRITE`. Items that permit nothing are named too.
    pub fn described(&self) -> String {
        let mut names: Vec<String> = self.levels.iter().map(ToString::to_string).collect();
        names.extend(self.unknown.iter().map(|name| format!("{name} (unknown)")));
        match names.is_empty() {
            true => "no restriction".to_owned(),
            false => names.join(", "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes() {
        for (text, restricted, read, write, described) in [
            ("", false, true, true, "no restriction"),
            ("openid other:/x", false, true, true, "no restriction"),
            ("condor:/READ", true, true, false, "READ"),
            ("condor:/READ condor:/WRITE", true, true, true, "READ, WRITE"),
            ("condor:/READ,WRITE", true, true, false, "READ"),
            ("condor:/READ,condor:/WRITE", true, true, true, "READ, WRITE"),
            ("condor:/WRITE", true, true, true, "WRITE"),
            ("condor:/read", true, true, false, "READ"),
            ("condor:/NOSUCH", true, false, false, "NOSUCH (unknown)"),
            ("Condor:/READ", false, true, true, "no restriction"),
            ("condor:/", true, false, false, " (unknown)"),
            ("condor:/ADVERTISE_STARTD", true, true, false, "ADVERTISE_STARTD"),
            ("condor:/ALLOW", true, false, false, "ALLOW"),
        ] {
            let scope = Scope::of(Some(&Json::Text(text.into())));
            assert_eq!(scope.is_restricted(), restricted, "{text}");
            assert_eq!(scope.permits(Level::Read), read, "{text}");
            assert_eq!(scope.permits(Level::Write), write, "{text}");
            assert_eq!(scope.described(), described, "{text}");
        }
        let scope = Scope::of(Some(&Json::Text("condor:/READ,WRITE condor:/daemon".into())));
        assert_eq!((scope.lost, scope.lower), (vec!["WRITE".into()], vec!["daemon".into()]));
        assert_eq!(Scope::of(Some(&Json::Array(vec![]))).misfit, Some("a list"));
    }

    #[test]
    fn who_administrates_writes_and_reads() {
        for (level, implied) in [
            (Level::Administrator, &[Level::Write, Level::Read][..]),
            (Level::Daemon, &[Level::Write, Level::Read]),
            (Level::Write, &[Level::Read]),
            (Level::Config, &[Level::Read]),
            (Level::Negotiator, &[Level::Read]),
            (Level::Read, &[]),
            (Level::Default, &[]),
        ] {
            for (_, other) in NAMES {
                let own = *other == level || *other == Level::Allow;
                assert_eq!(
                    level.implies(*other),
                    own || implied.contains(other),
                    "{level} {other}"
                );
            }
        }
    }
}
