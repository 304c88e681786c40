//! The revocation reasons that a list covers (ReasonFlags, RFC 5280 §4.2.1.13).

use std::fmt;

/// A set of reasons.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct ReasonFlags(u16);

impl ReasonFlags {
    /// No reason.
    pub const NONE: Self = Self(0);
    /// All reasons. The first bit is not a reason.
    pub const ALL: Self = Self(0x7f80);

    /// From the content of the BIT STRING; its first byte counts the unused bits.
    pub(super) fn read(content: &[u8]) -> Self {
        let byte = |at: usize| content.get(at).copied().unwrap_or_default();
        Self(u16::from_be_bytes([byte(1), byte(2)])).and(Self::ALL)
    }

    /// Those that are in both.
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those that are in one of them.
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are not in it.
    pub fn missing(self) -> Self {
        Self(!self.0).and(Self::ALL)
    }
}

/// The names of RFC 5280.
impl fmt::Display for ReasonFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = (1..).zip(NAMES).filter(|(bit, _)| self.0 & (0x8000_u16 >> bit) != 0);
        let names: Vec<&str> = named.map(|(_, name)| name).collect();
        f.write_str(&names.join(", "))
    }
}

/// From bit 1 on.
const NAMES: [&str; 8] = [
    "keyCompromise",
    "cACompromise",
    "affiliationChanged",
    "superseded",
    "cessationOfOperation",
    "certificateHold",
    "privilegeWithdrawn",
    "aACompromise",
];

#[cfg(test)]
mod tests {
    use super::ReasonFlags;

    #[test]
    fn bits() {
        let all = "keyCompromise, cACompromise, affiliationChanged, superseded, \
                   cessationOfOperation, certificateHold, privilegeWithdrawn, aACompromise";
        for (content, names, whole) in [
            (&[7, 0x7f, 0x80][..], all, true),
            (&[7, 0xff, 0x80], all, true),
            (&[1, 0x7e], &all[..all.len() - "aACompromise, privilegeWithdrawn, ".len()], false),
            (&[6, 0x40], "keyCompromise", false),
            (&[7, 0x80], "", false),
            (&[0], "", false),
            (&[], "", false),
        ] {
            let reasons = ReasonFlags::read(content);
            assert_eq!(reasons.to_string(), names, "{content:02x?}");
            assert_eq!(reasons == ReasonFlags::ALL, whole, "{content:02x?}");
            assert_eq!(reasons.or(reasons.missing()), ReasonFlags::ALL);
            assert_eq!(reasons.and(reasons.missing()), ReasonFlags::NONE);
        }
    }
}
