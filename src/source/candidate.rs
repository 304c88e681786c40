//! Where a credential is looked for, and why there.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::source::error::LoadError;
use crate::source::place::{Directory, Spot};
use crate::source::{FileFacts, Origin, Source, place};

/// Which part of which credential.
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

/// What tells one role from another.
struct Row {
    /// The words for it in messages.
    noun: &'static str,
    /// What its variables and those of its key are for. None for a key.
    meaning: Option<&'static str>,
    part: Part,
    owner: Owner,
    partner: Role,
    /// The places, best first. If a variable is set, only that one counts.
    places: &'static [Spot],
}

/// What its file holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Part {
    Both,
    Certificate,
    Key,
}

/// Whose credential it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Owner {
    Host,
    Token,
    User,
}

impl Role {
    /// All of them, each certificate before its key.
    pub const ALL: &[Self] = &[
        Self::UserCert,
        Self::UserKey,
        Self::TokenCert,
        Self::TokenKey,
        Self::Proxy,
        Self::HostCert,
        Self::HostKey,
    ];

    const fn row(self) -> Row {
        const GLOBUS: Directory = Directory::Home(".globus");
        const SYSTEM: Directory = Directory::At("/etc/grid-security");
        const TMP: Directory = Directory::At("/tmp");
        match self {
            // CMS WMCore, SiteRM and gLite L&B ask for these two; Globus and XRootD have none.
            Self::HostCert => Row {
                noun: "host certificate",
                meaning: Some("the host certificate and its key"),
                part: Part::Certificate,
                owner: Owner::Host,
                partner: Self::HostKey,
                places: &[Spot::Value("X509_HOST_CERT"), Spot::File(SYSTEM, "hostcert.pem")],
            },
            Self::HostKey => Row {
                noun: "host key",
                meaning: None,
                part: Part::Key,
                owner: Owner::Host,
                partner: Self::HostCert,
                places: &[Spot::Value("X509_HOST_KEY"), Spot::File(SYSTEM, "hostkey.pem")],
            },
            Self::Proxy => Row {
                noun: "proxy",
                meaning: Some("the proxy: a path"),
                part: Part::Both,
                owner: Owner::User,
                partner: Self::Proxy,
                // Globus, VOMS and XRootD do not ask for TMPDIR.
                places: &[Spot::Value("X509_USER_PROXY"), Spot::File(TMP, "x509up_uUID")],
            },
            Self::TokenCert => Row {
                noun: "token",
                meaning: Some("the JAliEn token and its key: a path, or inline PEM"),
                part: Part::Certificate,
                owner: Owner::Token,
                partner: Self::TokenKey,
                places: &[
                    Spot::Value("JALIEN_TOKEN_CERT"),
                    Spot::File(Directory::Temporary, "tokencert_UID.pem"),
                ],
            },
            Self::TokenKey => Row {
                noun: "token key",
                meaning: None,
                part: Part::Key,
                owner: Owner::Token,
                partner: Self::TokenCert,
                places: &[
                    Spot::Value("JALIEN_TOKEN_KEY"),
                    Spot::File(Directory::Temporary, "tokenkey_UID.pem"),
                ],
            },
            Self::UserCert => Row {
                noun: "user certificate",
                meaning: Some("the user certificate and its key: a path, or inline PEM"),
                part: Part::Certificate,
                owner: Owner::User,
                partner: Self::UserKey,
                places: &[Spot::Value("X509_USER_CERT"), Spot::File(GLOBUS, "usercert.pem")],
            },
            Self::UserKey => Row {
                noun: "private key",
                meaning: None,
                part: Part::Key,
                owner: Owner::User,
                partner: Self::UserCert,
                places: &[Spot::Value("X509_USER_KEY"), Spot::File(GLOBUS, "userkey.pem")],
            },
        }
    }

    /// The words for it in messages.
    pub const fn noun(self) -> &'static str {
        self.row().noun
    }

    /// What its variables and those of its key are for. None for a key.
    pub fn meaning(self) -> Option<&'static str> {
        self.row().meaning
    }

    /// The role of the other half: key of a certificate, certificate of a key. A proxy is both.
    pub fn partner(self) -> Self {
        self.row().partner
    }

    /// Whether it is a private key and nothing else.
    pub fn is_key(self) -> bool {
        self.row().part == Part::Key
    }

    /// Whether a private key belongs in its file.
    pub fn holds_key(self) -> bool {
        self.row().part != Part::Certificate
    }

    /// Whether it belongs to the machine, not to a user.
    pub fn is_host(self) -> bool {
        self.row().owner == Owner::Host
    }

    /// Whether it belongs to a JAliEn token.
    pub fn is_token(self) -> bool {
        self.row().owner == Owner::Token
    }

    /// The places where it is looked for, best first.
    pub fn places(self) -> &'static [Spot] {
        self.row().places
    }

    /// The first environment variable that names its place.
    pub fn variable(self) -> &'static str {
        let mut names = self.places().iter().filter_map(|spot| spot.variable());
        names.next().expect("each has a variable")
    }

    /// The variables of both halves, those of the certificate first.
    pub fn both_variables(self) -> Vec<&'static str> {
        let mut halves =
            if self.is_key() { [self.partner(), self] } else { [self, self.partner()] }.to_vec();
        halves.dedup();
        let spots = halves.into_iter().flat_map(Self::places);
        spots.filter_map(|spot| spot.variable()).collect()
    }

    /// The same, as `unset` takes them.
    pub fn variables(self) -> String {
        self.both_variables().join(" ")
    }

    /// Its default file name, for user `uid`.
    pub fn file_name(self, uid: u32) -> String {
        let name = self.places().iter().find_map(|spot| match spot {
            Spot::File(_, name) => Some(*name),
            Spot::Named(_) | Spot::Value(_) => None,
        });
        place::file_name(name.expect("each has a usual place"), uid, uid)
    }
}

/// Why a place was chosen.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reason {
    /// No option, argument or variable names another place.
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
#[derive(Clone, Eq, PartialEq)]
pub enum Location {
    /// A file or directory.
    Path(PathBuf),
    /// There is no home directory, so there is no default place.
    NoHome,
    /// Standard input.
    Stdin,
    /// The value of the variable that is the reason: a path, or the PEM itself.
    Value(OsString),
    /// The content was read already.
    Held(Held),
}

/// An input that was read to find out what it is. It is kept because a pipe can be read only once.
#[derive(Clone)]
pub struct Held(pub Arc<Source>);

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Held {}

/// The value of a variable may be a key or a token, so it is not shown.
impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "Path({})", path.display()),
            Self::NoHome => f.write_str("NoHome"),
            Self::Stdin => f.write_str("Stdin"),
            Self::Value(value) => write!(f, "Value({} bytes)", value.len()),
            Self::Held(Held(source)) => write!(f, "Held({source:?})"),
        }
    }
}

/// A place, and why it is searched.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Candidate {
    pub reason: Reason,
    pub location: Location,
}

impl Candidate {
    /// The file, if it is one.
    pub fn path(&self) -> Option<&Path> {
        match &self.location {
            Location::Path(path) => Some(path),
            Location::Held(Held(source)) => source.path(),
            Location::NoHome | Location::Stdin | Location::Value(_) => None,
        }
    }

    /// Whether it is standard input.
    pub fn is_stdin(&self) -> bool {
        match &self.location {
            Location::Held(Held(source)) => source.origin == Origin::Stdin,
            location => *location == Location::Stdin,
        }
    }

    /// The variable that names the place, if one does.
    pub fn variable(&self) -> Option<&'static str> {
        match self.reason {
            Reason::Variable(name) => Some(name),
            Reason::Default | Reason::Operand | Reason::Option(_) => None,
        }
    }

    /// Whether the user named it on the command line. Other tools do not look there.
    pub fn is_operand(&self) -> bool {
        self.reason == Reason::Operand
    }
}

/// The result of reading a candidate.
#[derive(Debug)]
pub struct Reading<T> {
    /// Where it was read, and why there.
    pub candidate: Candidate,
    /// What the system says of the file. Links are followed.
    pub facts: Option<FileFacts>,
    /// Checksum as cksum(1) prints it, if a fix may write the file. 32 bits reveal no secret.
    pub checksum: Option<u32>,
    /// Whether the file may hold a secret (key, token), or this is not known.
    pub holds_secret: bool,
    /// The content, or why it cannot be read.
    pub content: Result<T, LoadError>,
}

/// A directory of CA certificates, or one file of them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CaCandidate {
    pub reason: Reason,
    pub path: PathBuf,
    /// Whether it is one file of certificates, not a directory.
    pub bundle: bool,
}

/// ALICE's CA directory: the IGTF CAs and the AliEn CAs.
pub const ALICE_CAS: &str = "/cvmfs/alice.cern.ch/etc/grid-security/certificates";
/// The system's CA directory.
pub const SYSTEM_CAS: &str = "/etc/grid-security/certificates";

/// The VOMS server list: a directory with a folder for each VO.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VomsDirCandidate {
    pub reason: Reason,
    pub path: PathBuf,
}

/// The system's VOMS server list.
pub const SYSTEM_VOMS_DIR: &str = "/etc/grid-security/vomsdir";
