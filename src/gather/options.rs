//! What a command line says of the evidence.

use std::path::PathBuf;

use crate::chain::permission::PolicyMode;
use crate::chain::revocation::CrlMode;
use crate::chain::voms::VomsMode;
use crate::locate::CaOptions;

/// Which CAs, CRLs and policy files are looked at.
#[derive(Clone, Debug, Default)]
pub struct TrustOptions {
    /// `--ca-dir`, `--ca-file`.
    pub ca: CaOptions,
    /// `--crl`.
    pub crl: CrlMode,
    /// `--policy`.
    pub policy: PolicyMode,
    /// `--partial-chain`.
    pub partial_chain: bool,
}

/// What is asked of VOMS attributes.
#[derive(Clone, Debug, Default)]
pub struct VomsOptions {
    /// `--vo`: the VO whose attributes a proxy must carry.
    pub vo: Option<String>,
    /// `--voms`.
    pub mode: VomsMode,
    /// `--vomsdir`.
    pub directory: Option<PathBuf>,
}

/// How an encrypted key is opened.
#[derive(Clone, Debug, Default)]
pub struct KeyOptions {
    /// `--passphrase-file`.
    pub passphrase_file: Option<PathBuf>,
    /// `--no-input`: nobody is asked.
    pub no_input: bool,
}
