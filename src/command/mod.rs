//! One file a subcommand: gather evidence, have it described and judged, return a `Report`.

pub mod bearer;
pub mod ca;
pub mod completions;
pub mod demo;
pub mod destroy;
pub mod exchange;
pub mod explain;
pub mod idtoken;
pub mod info;
pub mod instead;
pub mod key_match;
pub mod man;
pub mod mint;
pub mod operands;
pub mod path;
pub mod preflight;
pub mod proxy;
pub mod status;
pub mod token;
pub mod token_init;
pub mod user;
pub mod verify;
pub mod who;

use std::path::PathBuf;

use crate::chain::Purpose;
use crate::command::ca::info::Wanted;
use crate::command::exchange::options::Wishes;
use crate::gather::options::{KeyOptions, TrustOptions, VomsOptions};
use crate::locate::Role;
use crate::parse::idtoken::scope::Level;
use crate::report::Report;
use crate::text::time::{Seconds, UnixTime};

/// What a command is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Noun {
    /// The user certificate.
    Cert,
    /// The proxy.
    Proxy,
    /// The JAliEn token.
    Token,
}

impl Noun {
    /// The certificate half.
    pub fn cert(self) -> Role {
        match self {
            Self::Cert => Role::UserCert,
            Self::Proxy => Role::Proxy,
            Self::Token => Role::TokenCert,
        }
    }
}

/// The token that would be used, as `check` tells it by steps.
#[derive(Debug)]
pub struct TokenInUse {
    /// What verifying it came to.
    pub report: Report,
    /// Where it is looked for.
    pub from: Option<String>,
    /// When it ends, if it does; nothing if there is none.
    pub sent: Option<Option<UnixTime>>,
}

/// Everything the command line can say to a command.
#[derive(Clone, Debug)]
pub struct Options {
    /// Operands, in order.
    pub files: Vec<PathBuf>,
    /// `--files-from`: the file that names more of them.
    pub files_from: Option<PathBuf>,
    /// `--for`.
    pub need: Seconds,
    /// `--purpose`.
    pub purpose: Purpose,
    /// `--crl-depth leaf`.
    pub crl_leaf_only: bool,
    /// `--proxy`, if given: whether proxies are allowed.
    pub proxies: Option<bool>,
    /// Which CAs, CRLs and policy files are looked at.
    pub trust: TrustOptions,
    /// What is asked of VOMS attributes.
    pub voms: VomsOptions,
    /// How an encrypted key is opened.
    pub key: KeyOptions,
    /// `--max-depth`.
    pub max_depth: usize,
    /// `--dry-run`.
    pub dry_run: bool,
    /// `--yes`.
    pub yes: bool,
    /// `--shell`.
    pub shell: bool,
    /// `--export`.
    pub export: bool,
    /// `--fix-script`: print the commands that mend the CA directory.
    pub fix_script: bool,
    /// `-u`: the role a token is wanted for.
    pub role: Option<String>,
    /// `-t`: the type a token is wanted of.
    pub kind: Option<String>,
    /// `-jobid`.
    pub job: Option<String>,
    /// `-hostname`.
    pub host: Option<String>,
    /// Which CAs `ca-info` lists, and in what order.
    pub cas: Wanted,
    /// The credentials that `check` is to look at, or what `who` is asked about.
    pub words: Vec<String>,
    /// `--tool`: one consumer.
    pub tool: Option<String>,
    /// `--warn`: a credential that ends before is worth a warning.
    pub warn: Option<Seconds>,
    /// `--name`: the host that a host certificate must be for.
    pub name: Option<String>,
    /// Whether `--purpose` was given.
    pub purpose_given: bool,
    /// `-v` of `token` and `token-init`: days.
    pub days: Option<i64>,
    /// `--account`: whose token it is to be.
    pub account: Option<String>,
    /// `--email`, any number.
    pub emails: Vec<String>,
    /// `--ca-cert`: the CA that signs.
    pub ca_cert: Option<PathBuf>,
    /// `--ca-key`: its key.
    pub ca_key: Option<PathBuf>,
    /// `--out-dir`: where a new token is put.
    pub out_dir: Option<PathBuf>,
    /// `--force`: even where a token of another issuer is.
    pub force: bool,
    /// The one word that `completions`, `explain` and `user` take.
    pub word: Option<String>,
    /// `--trust-domain`.
    pub trust_domain: Option<String>,
    /// `--authz`.
    pub authz: Vec<Level>,
    /// `--key`: a name or a file.
    pub signing_key: Option<String>,
    /// `--audience`, `--issuer`, `--scope`, `--jwks`.
    pub bearer: bearer::Demand,
    /// What is asked of the commands that make, request and approve IDTOKENS.
    pub wishes: Wishes,
    /// `-v`.
    pub verbose: bool,
    /// Nothing is printed and warnings change nothing: only what decides the exit code matters.
    pub exit_only: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            files: Vec::new(),
            files_from: None,
            need: Seconds(0),
            purpose: Purpose::Client,
            crl_leaf_only: false,
            proxies: None,
            trust: TrustOptions::default(),
            voms: VomsOptions::default(),
            key: KeyOptions::default(),
            max_depth: MAX_DEPTH,
            dry_run: false,
            yes: false,
            shell: false,
            export: false,
            fix_script: false,
            role: None,
            kind: None,
            job: None,
            host: None,
            cas: Wanted::default(),
            words: Vec::new(),
            tool: None,
            warn: None,
            name: None,
            purpose_given: false,
            days: None,
            account: None,
            emails: Vec::new(),
            ca_cert: None,
            ca_key: None,
            out_dir: None,
            force: false,
            word: None,
            trust_domain: None,
            authz: Vec::new(),
            signing_key: None,
            bearer: bearer::Demand::default(),
            wishes: Wishes::default(),
            verbose: false,
            exit_only: false,
        }
    }
}

/// Certificates between leaf and anchor, unless `--max-depth` says otherwise; as OpenSSL.
pub const MAX_DEPTH: usize = 100;
