//! What the command line can say about making, asking for and approving tokens.

use std::path::PathBuf;

use crate::text::time::{HOUR, Seconds};

/// The options of `idtoken-create`, `idtoken-request`, `idtoken-approve`, `idtoken-receive` and
/// `idtoken-request-list`, besides those that other commands have too.
#[derive(Clone, Debug)]
pub struct Wishes {
    /// `--identity`.
    pub identity: Option<String>,
    /// `--lifetime`.
    pub lifetime: Option<Seconds>,
    /// `--token`: a name in the token directory.
    pub token: Option<String>,
    /// `--file`: any other place.
    pub file: Option<PathBuf>,
    /// `--pool`, a label.
    pub pool: Option<String>,
    /// `--name`, a label, and the name of an approver's host certificate.
    pub name: Option<String>,
    /// `--exchange`: the directory that both sides see.
    pub exchange: Option<PathBuf>,
    /// `--wait`.
    pub wait: bool,
    /// `--timeout`: for how long.
    pub timeout: Seconds,
    /// `--valid-for`: for how long a request may be approved.
    pub valid_for: Option<Seconds>,
    /// `--sign`: with what a request is signed.
    pub sign: Option<Signer>,
    /// `--approver-key`: public where an answer is received, private where it is made.
    pub approver_key: Option<PathBuf>,
    /// `--approver-cert`: the certificate of that private key.
    pub approver_cert: Option<PathBuf>,
    /// `--approver-dn`: whose certificate must have signed the answer.
    pub approver_dn: Option<String>,
    /// `--code`: as the approver read it out.
    pub code: Option<String>,
    /// `--yes ID`.
    pub yes: Option<String>,
    /// `--deny`.
    pub deny: bool,
    /// `--reason`: a word to who is denied.
    pub reason: Option<String>,
    /// `--again`: the recorded answer once more.
    pub again: bool,
    /// `--allow-superuser`.
    pub allow_superuser: bool,
    /// `--allow-unrestricted`.
    pub allow_unrestricted: bool,
    /// `--no-expiry`.
    pub no_expiry: bool,
    /// `--max-lifetime`.
    pub max_lifetime: Option<Seconds>,
    /// `--map`.
    pub map: Option<PathBuf>,
    /// `--ledger`.
    pub ledger: Option<PathBuf>,
}

/// With what a request is signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Signer {
    /// The user certificate.
    Cert,
    /// The proxy.
    Proxy,
}

/// As condor_token_request waits.
pub const TIMEOUT: Seconds = Seconds(HOUR);

impl Default for Wishes {
    fn default() -> Self {
        Self {
            identity: None,
            lifetime: None,
            token: None,
            file: None,
            pool: None,
            name: None,
            exchange: None,
            wait: false,
            timeout: TIMEOUT,
            valid_for: None,
            sign: None,
            approver_key: None,
            approver_cert: None,
            approver_dn: None,
            code: None,
            yes: None,
            deny: false,
            reason: None,
            again: false,
            allow_superuser: false,
            allow_unrestricted: false,
            no_expiry: false,
            max_lifetime: None,
            map: None,
            ledger: None,
        }
    }
}
