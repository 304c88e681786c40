//! Fully qualified attribute names: a group, and perhaps a role in it.

use std::fmt;

/// `/vo/group/Role=production/Capability=NULL`, as the VOMS server wrote it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fqan(String);

impl Fqan {
    /// Takes text that starts with `/` and has nothing in it that a terminal must not see.
    pub fn parse(text: &str) -> Option<Self> {
        let sound = text.starts_with('/') && !text.chars().any(char::is_control);
        sound.then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The group: `/vo/group`.
    pub fn group(&self) -> &str {
        let ends = ["/Role=", "/Capability="];
        let end = ends.iter().filter_map(|mark| self.0.find(mark)).min();
        self.0.get(..end.unwrap_or(self.0.len())).unwrap_or_default()
    }

    /// The role, unless it is none or `NULL`.
    pub fn role(&self) -> Option<&str> {
        let (_, rest) = self.0.split_once("/Role=")?;
        let role = rest.split('/').next().unwrap_or_default();
        (!role.is_empty() && role != "NULL").then_some(role)
    }

    /// Whether it is an attribute of this VO: its root group is the VO.
    pub fn is_of(&self, vo: &str) -> bool {
        let root = self.group().strip_prefix('/').unwrap_or_default();
        root.split('/').next() == Some(vo)
    }
}

impl fmt::Display for Fqan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Fqan;

    #[test]
    fn parts() {
        for (text, group, role) in [
            ("/alice/Role=NULL/Capability=NULL", "/alice", None),
            ("/alice/prod/Role=lcgadmin/Capability=NULL", "/alice/prod", Some("lcgadmin")),
            ("/alice/Role=pilot", "/alice", Some("pilot")),
            ("/alice/Capability=x", "/alice", None),
            ("/alice/Role=", "/alice", None),
            ("/alice", "/alice", None),
        ] {
            let fqan = Fqan::parse(text).unwrap();
            assert_eq!((fqan.group(), fqan.role()), (group, role), "{text}");
            assert!(fqan.is_of("alice") && !fqan.is_of("alic") && !fqan.is_of("alice2"));
        }
        for bad in ["", "alice", "/a\u{1b}[2J", "/a\nb"] {
            assert_eq!(Fqan::parse(bad), None, "{bad:?}");
        }
        assert!(!Fqan::parse("/alice2/Role=x").unwrap().is_of("alice"));
        assert!(!Fqan::parse("//alice").unwrap().is_of("alice"));
    }
}
