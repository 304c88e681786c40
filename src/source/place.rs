//! The places where a credential may lie, as data. `locate` makes candidates of them.

/// One place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Spot {
    /// The file of this name in a directory. `UID` and `EUID` in it are the numbers of the user.
    File(Directory, &'static str),
    /// The file whose path is the value of this variable.
    Named(&'static str),
    /// The value of this variable: a path, or the credential itself.
    Value(&'static str),
}

impl Spot {
    /// The variable that names the place or holds the credential.
    pub fn variable(self) -> Option<&'static str> {
        match self {
            Self::Named(name) | Self::Value(name) => Some(name),
            Self::File(..) => None,
        }
    }
}

/// The name of a file, with the numbers of the user in it.
pub fn file_name(name: &str, uid: u32, euid: u32) -> String {
    name.replace("EUID", &euid.to_string()).replace("UID", &uid.to_string())
}

/// A directory with usual places.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Directory {
    /// `~/.globus`.
    Globus,
    /// The directory that a variable names. Without the variable there is no such place.
    Of(&'static str),
    /// `/etc/grid-security`, where the grid software of a machine has its credentials.
    System,
    /// `${TMPDIR:-/tmp}`.
    Temporary,
    /// `/tmp`.
    Tmp,
}

/// The places of bearer tokens, in the order of WLCG Bearer Token Discovery.
pub const BEARER: &[Spot] = &[
    Spot::Value("BEARER_TOKEN"),
    Spot::Named("BEARER_TOKEN_FILE"),
    Spot::File(Directory::Of("XDG_RUNTIME_DIR"), "bt_uEUID"),
    Spot::File(Directory::Tmp, "bt_uEUID"),
];
