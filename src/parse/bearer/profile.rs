//! The profile of a token: WLCG, SciTokens, or neither.

use std::fmt;

/// The profile by which claims are read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Profile {
    /// Neither `wlcg.ver` nor `ver`: a plain OIDC token.
    None,
    /// SciTokens 1.0 has no `ver`. It is recognised by a scope of SciTokens, or by `scp`.
    SciTokens1,
    /// `ver` of SciTokens.
    SciTokens(String),
    /// `ver` or `wlcg.ver` with an unknown version.
    Unknown(&'static str, String),
    /// `wlcg.ver`.
    Wlcg(String),
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none: neither wlcg.ver nor ver"),
            Self::SciTokens1 => f.write_str("SciTokens 1.0 (no ver)"),
            Self::SciTokens(version) => write!(f, "SciTokens ({version})"),
            Self::Unknown(claim, version) => write!(f, "unknown ({claim} {version})"),
            Self::Wlcg(version) => write!(f, "WLCG {version}"),
        }
    }
}
