//! signing_policy and namespaces: which subjects a CA may sign, in the eyes of the relying party.

use crate::chain::Flaw;
use crate::chain::Known;
use crate::chain::Question;

/// `--policy`: how signing_policy and namespaces files combine. The long names are those of canl.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum PolicyMode {
    /// None are looked at.
    Off,
    /// Every file that is there must permit.
    #[default]
    IfPresent,
    /// A signing_policy must be there, and every file that is there must permit.
    Require,
    /// namespaces alone, if there.
    Namespaces,
    /// signing_policy alone, if there.
    Globus,
    /// namespaces alone, and it must be there.
    NamespacesRequire,
    /// signing_policy alone, and it must be there.
    GlobusRequire,
    /// namespaces if there, else signing_policy if there.
    NamespacesElseGlobus,
    /// signing_policy if there, else namespaces if there.
    GlobusElseNamespaces,
    /// The same, and one of the two must be there.
    NamespacesElseGlobusRequire,
    /// The same, and one of the two must be there.
    GlobusElseNamespacesRequire,
    /// Every file that is there must permit.
    Both,
    /// Both must be there and permit.
    BothRequire,
}

impl PolicyMode {
    /// Every mode and the word for it.
    pub const NAMES: &'static [(&'static str, Self)] = &[
        ("off", Self::Off),
        ("if-present", Self::IfPresent),
        ("require", Self::Require),
        ("namespaces", Self::Namespaces),
        ("globus", Self::Globus),
        ("namespaces-require", Self::NamespacesRequire),
        ("globus-require", Self::GlobusRequire),
        ("namespaces-else-globus", Self::NamespacesElseGlobus),
        ("globus-else-namespaces", Self::GlobusElseNamespaces),
        (
            "namespaces-else-globus-require",
            Self::NamespacesElseGlobusRequire,
        ),
        (
            "globus-else-namespaces-require",
            Self::GlobusElseNamespacesRequire,
        ),
        ("both", Self::Both),
        ("both-require", Self::BothRequire),
    ];
}

/// A `<hash>.signing_policy` or `<hash>.namespaces` of a CA's name.
#[derive(Clone, Debug)]
pub struct PolicyFile {
    /// Where it came from, as a person would name it.
    pub from: String,
}

/// What the policy files say against a certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Trouble {}

/// Every objection to `path`.
pub fn judge(path: &[Known], question: &Question<'_>) -> Vec<Flaw> {
    let _ = (path, question);
    Vec::new()
}
