//! How the two kinds of file combine.

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
    /// namespaces, else signing_policy; one of the two must be there.
    NamespacesElseGlobusRequire,
    /// signing_policy, else namespaces; one of the two must be there.
    GlobusElseNamespacesRequire,
    /// Every file that is there must permit.
    Both,
    /// Every file that is there must permit, and one of the two must be there.
    BothRequire,
    /// As Globus does: signing_policy alone, which must be there, and names the issuer as the
    /// certificate spells it.
    AsGlobus,
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
        ("namespaces-else-globus-require", Self::NamespacesElseGlobusRequire),
        ("globus-else-namespaces-require", Self::GlobusElseNamespacesRequire),
        ("both", Self::Both),
        ("both-require", Self::BothRequire),
    ];

    /// Whether files are read as canl reads them: what has a wrong syntax or names other CAs
    /// counts as absent, and every `*` and `?` of a signing_policy is a wildcard.
    pub(super) fn is_canl(self) -> bool {
        !matches!(self, Self::Off | Self::IfPresent | Self::Require | Self::AsGlobus)
    }

    /// The kinds of file that are looked at, in order.
    pub(super) fn formats(self) -> &'static [Format] {
        use Format::{Namespaces, SigningPolicy};
        match self {
            Self::Off => &[],
            Self::Globus | Self::GlobusRequire | Self::AsGlobus => &[SigningPolicy],
            Self::Namespaces | Self::NamespacesRequire => &[Namespaces],
            Self::NamespacesElseGlobus | Self::NamespacesElseGlobusRequire => {
                &[Namespaces, SigningPolicy]
            }
            _ => &[SigningPolicy, Namespaces],
        }
    }

    /// Whether the first file that is there decides alone.
    pub(super) fn first_decides(self) -> bool {
        matches!(
            self,
            Self::NamespacesElseGlobus
                | Self::GlobusElseNamespaces
                | Self::NamespacesElseGlobusRequire
                | Self::GlobusElseNamespacesRequire
        )
    }

    /// What must be there: one of these.
    pub(super) fn required(self) -> &'static [Format] {
        match self {
            Self::Require | Self::GlobusRequire | Self::AsGlobus => &[Format::SigningPolicy],
            Self::NamespacesRequire => &[Format::Namespaces],
            Self::NamespacesElseGlobusRequire
            | Self::GlobusElseNamespacesRequire
            | Self::BothRequire => &[Format::SigningPolicy, Format::Namespaces],
            _ => &[],
        }
    }
}

/// Which of the two kinds of file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
    /// Globus' own.
    SigningPolicy,
    /// The EUGridPMA's.
    Namespaces,
}

impl Format {
    /// What its files end in.
    pub fn extension(self) -> &'static str {
        match self {
            Self::SigningPolicy => "signing_policy",
            Self::Namespaces => "namespaces",
        }
    }
}
