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
    /// This one of the system.
    At(&'static str),
    /// This one below the home directory.
    Home(&'static str),
    /// The directory that a variable names. Without the variable there is no such place.
    Of(&'static str),
    /// `${TMPDIR:-/tmp}`.
    Temporary,
}

/// The places of credentials that are no X.509 certificates, and what their variables are for.
pub const OTHERS: &[(&[Spot], &str)] =
    &[(BEARER, "the bearer token itself, or the path of its file")];

/// The places of bearer tokens, in the order of WLCG Bearer Token Discovery.
pub const BEARER: &[Spot] = &[
    Spot::Value("BEARER_TOKEN"),
    Spot::Named("BEARER_TOKEN_FILE"),
    Spot::File(Directory::Of("XDG_RUNTIME_DIR"), "bt_uEUID"),
    Spot::File(Directory::At("/tmp"), "bt_uEUID"),
];
