//! What a token may be used for: `condor:/LEVEL` items of its scope, read as HTCondor reads them.

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
    /// Nothing but to be connected.
    Allow,
    /// What a client asks of a server.
    Client,
    /// To change the configuration.
    Config,
    /// What daemons ask of each other.
    Daemon,
    /// Whatever has no level of its own.
    Default,
    /// To match jobs.
    Negotiator,
    /// To look.
    Read,
    /// Of a former interface.
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
    /// The level of a name, in capitals or not.
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

    /// Whether who has this level has `other` too.
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

/// The scope of a token. Without an item for HTCondor it restricts nothing.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Scope {
    /// The levels it names, in order.
    pub levels: Vec<Level>,
    /// Items for HTCondor that name no level.
    pub unknown: Vec<String>,
    /// Items for others.
    pub foreign: Vec<String>,
    /// Levels that are not in capitals: enough for commands, not where HTCondor compares texts.
    pub lower: Vec<String>,
    /// Foreign items that follow a comma and are names of levels: `condor:/READ,WRITE` is READ.
    pub lost: Vec<String>,
    /// What the claim is, if it is there and no text.
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

    /// Whether it restricts at all.
    pub fn is_restricted(&self) -> bool {
        !self.levels.is_empty() || !self.unknown.is_empty()
    }

    /// Whether it lets a command of `level` pass.
    pub fn permits(&self, level: Level) -> bool {
        !self.is_restricted() || self.levels.iter().any(|held| held.implies(level))
    }

    /// `READ, WRITE`; what it is that permits nothing is said too.
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
