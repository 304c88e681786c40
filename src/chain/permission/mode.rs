//! How the two kinds of policy files are combined.

/// `--policy`: how signing_policy and namespaces files are combined. The long names are those of
/// canl.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum PolicyMode {
    /// No files are read.
    Off,
    /// Every file that exists must permit.
    #[default]
    IfPresent,
    /// A signing_policy must exist, and every file that exists must permit.
    Require,
    /// Only namespaces, if it exists.
    Namespaces,
    /// Only signing_policy, if it exists.
    Globus,
    /// Only namespaces, which must exist.
    NamespacesRequire,
    /// Only signing_policy, which must exist.
    GlobusRequire,
    /// namespaces if it exists, else signing_policy if it exists.
    NamespacesElseGlobus,
    /// signing_policy if it exists, else namespaces if it exists.
    GlobusElseNamespaces,
    /// namespaces if it exists, else signing_policy. One of the two must exist.
    NamespacesElseGlobusRequire,
    /// signing_policy if it exists, else namespaces. One of the two must exist.
    GlobusElseNamespacesRequire,
    /// Every file that exists must permit.
    Both,
    /// Every file that exists must permit, and one of the two must exist.
    BothRequire,
    /// As Globus: only signing_policy, which must exist and name the issuer as the certificate
    /// spells it.
    AsGlobus,
}

impl PolicyMode {
    /// All modes with their names.
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

    /// Whether files are read as canl reads them. A file with a syntax error or about other CAs
    /// counts as missing, and each `*` and `?` in a signing_policy is a wildcard.
    pub(super) fn is_canl(self) -> bool {
        !matches!(self, Self::Off | Self::IfPresent | Self::Require | Self::AsGlobus)
    }

    /// The kinds of file that are read, in order.
    pub(super) fn formats(self) -> &'static [PolicyFormat] {
        use PolicyFormat::{Namespaces, SigningPolicy};
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

    /// Whether the first file that exists decides alone.
    pub(super) fn first_decides(self) -> bool {
        matches!(
            self,
            Self::NamespacesElseGlobus
                | Self::GlobusElseNamespaces
                | Self::NamespacesElseGlobusRequire
                | Self::GlobusElseNamespacesRequire
        )
    }

    /// The kinds of which one must exist.
    pub(super) fn required(self) -> &'static [PolicyFormat] {
        match self {
            Self::Require | Self::GlobusRequire | Self::AsGlobus => &[PolicyFormat::SigningPolicy],
            Self::NamespacesRequire => &[PolicyFormat::Namespaces],
            Self::NamespacesElseGlobusRequire
            | Self::GlobusElseNamespacesRequire
            | Self::BothRequire => &[PolicyFormat::SigningPolicy, PolicyFormat::Namespaces],
            _ => &[],
        }
    }
}

/// The kinds of policy files.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PolicyFormat {
    /// The format of Globus.
    SigningPolicy,
    /// The format of EUGridPMA.
    Namespaces,
}

impl PolicyFormat {
    /// The suffix of its files.
    pub fn extension(self) -> &'static str {
        match self {
            Self::SigningPolicy => "signing_policy",
            Self::Namespaces => "namespaces",
        }
    }
}
