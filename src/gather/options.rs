//! The options about evidence.

use std::path::PathBuf;

use crate::chain::permission::PolicyMode;
use crate::chain::revocation::CrlMode;
use crate::chain::voms::VomsMode;
use crate::locate::CaOptions;

/// Which CAs, CRLs and policy files are used.
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

/// What is asked about VOMS attributes.
#[derive(Clone, Debug, Default)]
pub struct VomsOptions {
    /// `--vo`: the VO whose attributes a proxy must carry.
    pub vo: Option<String>,
    /// `--voms`.
    pub mode: VomsMode,
    /// `--vomsdir`.
    pub directory: Option<PathBuf>,
}

/// How an encrypted key is decrypted.
#[derive(Clone, Debug, Default)]
pub struct KeyOptions {
    /// `--passphrase-file`.
    pub passphrase_file: Option<PathBuf>,
    /// `--no-input`: ask no questions.
    pub no_input: bool,
}
