//! Where credentials are looked for: `Env` to candidates, each with its reason. Touches no file.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::system::env::Env;

/// Which half of which credential.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Role {
    /// The certificate of this machine and its services.
    HostCert,
    /// The key of the host certificate.
    HostKey,
    /// The proxy: one file that holds certificate, key and chain.
    Proxy,
    /// The JAliEn token's certificate.
    TokenCert,
    /// The JAliEn token's key.
    TokenKey,
    /// The user certificate.
    UserCert,
    /// The user certificate's key.
    UserKey,
}

impl Role {
    /// The environment variable that names it.
    pub fn variable(self) -> &'static str {
        match self {
            // CMS WMCore, SiteRM and gLite L&B ask for these two; Globus and XRootD have none.
            Self::HostCert => "X509_HOST_CERT",
            Self::HostKey => "X509_HOST_KEY",
            Self::Proxy => "X509_USER_PROXY",
            Self::TokenCert => "JALIEN_TOKEN_CERT",
            Self::TokenKey => "JALIEN_TOKEN_KEY",
            Self::UserCert => "X509_USER_CERT",
            Self::UserKey => "X509_USER_KEY",
        }
    }

    /// What people call it.
    pub fn noun(self) -> &'static str {
        match self {
            Self::HostCert => "host certificate",
            Self::HostKey => "host key",
            Self::Proxy => "proxy",
            Self::TokenCert => "token",
            Self::TokenKey => "token key",
            Self::UserCert => "user certificate",
            Self::UserKey => "private key",
        }
    }

    /// The other half; a proxy is both.
    pub fn partner(self) -> Self {
        match self {
            Self::HostCert => Self::HostKey,
            Self::HostKey => Self::HostCert,
            Self::Proxy => Self::Proxy,
            Self::TokenCert => Self::TokenKey,
            Self::TokenKey => Self::TokenCert,
            Self::UserCert => Self::UserKey,
            Self::UserKey => Self::UserCert,
        }
    }

    /// Whether it is a private key and nothing else.
    pub fn is_key(self) -> bool {
        matches!(self, Self::HostKey | Self::TokenKey | Self::UserKey)
    }

    /// Whether a private key belongs in its file.
    pub fn holds_key(self) -> bool {
        self.is_key() || self == Self::Proxy
    }

    /// The variables that name it and its other half, the certificate's first: `unset` takes them.
    pub fn variables(self) -> String {
        match (self, self.is_key()) {
            (Self::Proxy, _) => self.variable().to_owned(),
            (_, true) => format!("{} {}", self.partner().variable(), self.variable()),
            (_, false) => format!("{} {}", self.variable(), self.partner().variable()),
        }
    }

    /// Whether it belongs to the machine, not to a user.
    pub fn is_host(self) -> bool {
        matches!(self, Self::HostCert | Self::HostKey)
    }

    /// Whether it belongs to a JAliEn token.
    pub fn is_token(self) -> bool {
        matches!(self, Self::TokenCert | Self::TokenKey)
    }

    /// Its default file name, for user `uid`.
    pub fn file_name(self, uid: u32) -> String {
        match self {
            Self::HostCert => "hostcert.pem".to_owned(),
            Self::HostKey => "hostkey.pem".to_owned(),
            Self::Proxy => format!("x509up_u{uid}"),
            Self::TokenCert => format!("tokencert_{uid}.pem"),
            Self::TokenKey => format!("tokenkey_{uid}.pem"),
            Self::UserCert => "usercert.pem".to_owned(),
            Self::UserKey => "userkey.pem".to_owned(),
        }
    }
}

/// Why a place was chosen.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reason {
    /// Nothing named another.
    Default,
    /// Given on the command line.
    Operand,
    /// Given by a command-line option.
    Option(&'static str),
    /// Named by an environment variable.
    Variable(&'static str),
}

/// `default`, `argument`, `--ca-dir`, `$X509_USER_CERT`.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Operand => f.write_str("argument"),
            Self::Option(name) => f.write_str(name),
            Self::Variable(name) => write!(f, "${name}"),
        }
    }
}

/// A place to look at.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Place {
    /// A file or directory.
    Path(PathBuf),
    /// There is no home directory to look under.
    NoHome,
    /// Standard input.
    Stdin,
    /// The value of the variable named by the reason: a path or the thing itself.
    Value(OsString),
}

/// A place and why it is looked at.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Candidate {
    /// Why.
    pub reason: Reason,
    /// Where.
    pub place: Place,
}

/// The one candidate for `role`: its variable if that is set, even to nothing, else the default.
pub fn credential(role: Role, env: &Env) -> Candidate {
    match env.variable(role.variable()) {
        Some(value) => Candidate {
            reason: Reason::Variable(role.variable()),
            place: Place::Value(value.to_owned()),
        },
        None => Candidate { reason: Reason::Default, place: default(role, env) },
    }
}

/// A file named on the command line; `-` is standard input.
pub fn operand(path: &Path) -> Candidate {
    let place = if path == Path::new("-") { Place::Stdin } else { Place::Path(path.to_path_buf()) };
    Candidate { reason: Reason::Operand, place }
}

/// Where `role` is looked for when no variable names it.
pub fn default(role: Role, env: &Env) -> Place {
    if role == Role::Proxy {
        // Globus, VOMS and XRootD do not ask for TMPDIR.
        return Place::Path(Path::new("/tmp").join(role.file_name(env.uid)));
    }
    if role.is_token() {
        return Place::Path(temporary_directory(env).join(role.file_name(env.uid)));
    }
    if role.is_host() {
        return Place::Path(Path::new(SYSTEM).join(role.file_name(env.uid)));
    }
    let file = |home: &Path| Place::Path(home.join(".globus").join(role.file_name(env.uid)));
    env.home().map_or(Place::NoHome, file)
}

/// Where the grid software of a machine has its credentials and CAs.
const SYSTEM: &str = "/etc/grid-security";

/// `${TMPDIR:-/tmp}`.
pub fn temporary_directory(env: &Env) -> PathBuf {
    env.filled("TMPDIR").map_or_else(|| PathBuf::from("/tmp"), PathBuf::from)
}

/// A directory of CA certificates, or one file of them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CaCandidate {
    /// Why.
    pub reason: Reason,
    /// Where.
    pub path: PathBuf,
    /// Whether it is meant to be a file of certificates.
    pub bundle: bool,
}

/// ALICE's CA directory: the IGTF CAs and the AliEn CAs.
pub const ALICE_CAS: &str = "/cvmfs/alice.cern.ch/etc/grid-security/certificates";
/// The system's CA directory.
pub const SYSTEM_CAS: &str = "/etc/grid-security/certificates";

/// The options that name CA certificates.
#[derive(Clone, Debug, Default)]
pub struct CaOptions {
    /// `--ca-dir`.
    pub directory: Option<PathBuf>,
    /// `--ca-file`.
    pub file: Option<PathBuf>,
}

/// In which order the default CA directories are looked at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CaSearch {
    /// As alien.py does, which is for tokens: ALICE's first.
    AlienPy,
    /// As Globus does: the user's own first.
    Globus,
}

impl CaSearch {
    /// That of the tools which use such a credential.
    pub fn of(role: Role) -> Self {
        if role.is_token() { Self::AlienPy } else { Self::Globus }
    }

    /// The one of other tools.
    pub fn other(self) -> Self {
        match self {
            Self::AlienPy => Self::Globus,
            Self::Globus => Self::AlienPy,
        }
    }
}

/// Where CA certificates are looked for: one place if an option or variable names it, usable or
/// not; else the defaults, best first.
pub fn ca(options: &CaOptions, search: CaSearch, env: &Env) -> Vec<CaCandidate> {
    let one = |reason, path: PathBuf, bundle| vec![CaCandidate { reason, path, bundle }];
    if let Some(path) = &options.directory {
        return one(Reason::Option("--ca-dir"), path.clone(), false);
    }
    if let Some(path) = &options.file {
        return one(Reason::Option("--ca-file"), path.clone(), true);
    }
    for (name, bundle) in [("X509_CERT_DIR", false), ("X509_CERT_FILE", true)] {
        if let Some(value) = env.variable(name) {
            return one(Reason::Variable(name), PathBuf::from(value), bundle);
        }
    }
    let home = env.home().map(|home| home.join(".globus/certificates"));
    let (alice, system) = (Some(PathBuf::from(ALICE_CAS)), Some(PathBuf::from(SYSTEM_CAS)));
    let order = match search {
        CaSearch::AlienPy => [alice, system, home],
        CaSearch::Globus => [home, system, alice],
    };
    let candidate = |path| CaCandidate { reason: Reason::Default, path, bundle: false };
    order.into_iter().flatten().map(candidate).collect()
}

/// The VOMS server list: a directory with a folder for each VO.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VomsDirCandidate {
    /// Why.
    pub reason: Reason,
    /// Where.
    pub path: PathBuf,
}

/// The system's VOMS server list.
pub const SYSTEM_VOMS_DIR: &str = "/etc/grid-security/vomsdir";

/// Where VOMS servers are looked up: `option` (`--vomsdir`), else `X509_VOMS_DIR`, usable or not,
/// else the default; as both VOMS libraries do.
pub fn voms_dir(option: Option<&Path>, env: &Env) -> VomsDirCandidate {
    let variable = env.variable("X509_VOMS_DIR");
    let (reason, path) = match (option, variable) {
        (Some(path), _) => (Reason::Option("--vomsdir"), path.to_path_buf()),
        (None, Some(value)) => (Reason::Variable("X509_VOMS_DIR"), PathBuf::from(value)),
        (None, None) => (Reason::Default, PathBuf::from(SYSTEM_VOMS_DIR)),
    };
    VomsDirCandidate { reason, path }
}
