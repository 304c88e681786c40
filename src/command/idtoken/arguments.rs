//! Arguments that several commands about tokens share.

use std::path::PathBuf;

use crate::command::arguments::{Argument, NamedValue, OlderTool, arguments, flag, option};

/// The identity that a token is for.
pub(in crate::command) const fn identity(help: &'static str) -> Argument {
    option("identity", "NAME", help).of(OlderTool::Condor)
}

/// The name of a signing key.
pub(in crate::command) const fn key(help: &'static str) -> Argument {
    option("key", "NAME", help).of(OlderTool::Condor)
}

/// The trust domain.
pub(in crate::command) const fn trust_domain(help: &'static str) -> Argument {
    option("trust-domain", "NAME", help)
}

/// The levels that a token should grant.
pub(in crate::command) const AUTHZ: Argument = option(
    "authz",
    "LEVEL",
    "For what: READ, WRITE and so on; may be given again; everything unless given",
)
.of(OlderTool::Condor);

/// The lifetime of a token.
pub(in crate::command) const fn lifetime(help: &'static str) -> Argument {
    option("lifetime", "DURATION", help)
        .of(OlderTool::Condor)
        .naming_itself()
        .with(|arg| arg.allow_hyphen_values(true))
}

/// The exchange directory.
pub(in crate::command) const EXCHANGE: Argument =
    option("exchange", "DIR", "The directory that both sides see");

/// Where decisions are recorded.
pub(in crate::command) const LEDGER: Argument =
    option("ledger", "FILE", "Where decisions are recorded; in ~/.local/state/certok unless given");

arguments! {
    /// Where a token is written.
    pub struct TargetArguments {
        token: Option<String> = option("token", "NAME",
            "Put the token into the token directory under this name")
        .of(OlderTool::Condor)
        // `-t` is `-type`.
        .letters(2),
        file: Option<PathBuf> =
            option("file", "FILE", "Put the token into this file").of(OlderTool::Condor),
        force: bool = flag("force", "Replace a token of another identity, too"),
    }
}

arguments! {
    /// Who must have signed the answer.
    pub struct Approver {
        key: Option<PathBuf> = option("approver-key", "FILE",
            "The answer must be signed with this public key (Ed25519)"),
        dn: Option<String> = option("approver-dn", "DN",
            "The answer must be signed with a certificate of this DN"),
    }
}

/// What signs a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Signer {
    /// The user certificate.
    Cert,
    /// The proxy.
    Proxy,
}

impl NamedValue for Signer {
    const NAMES: &'static [(&'static str, Self)] = &[("cert", Self::Cert), ("proxy", Self::Proxy)];
}
