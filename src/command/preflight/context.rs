//! The question about everything that `check` and `status` judge.

use crate::chain::Purpose;
use crate::command::bearer::Demand;
use crate::command::path::PathOptions;
use crate::gather::options::KeyOptions;
use crate::locate::Candidate;
use crate::parse::host_name::HostName;
use crate::report::Report;
use crate::system::env::Env;

/// The question about everything that is judged.
pub struct CheckContext<'a> {
    /// The command that makes the report.
    pub command: &'static str,
    /// Questions about paths.
    pub options: PathOptions,
    /// `--purpose`, if given. Without it a host certificate is for a server, and may be for a
    /// client too.
    pub purpose: Option<Purpose>,
    /// How encrypted keys are decrypted. This never asks the user.
    pub key: KeyOptions,
    /// The key of a certificate that was named.
    pub key_file: Option<Candidate>,
    /// `--name`: the host that the host certificate must be for.
    pub name: Option<HostName>,
    /// Questions about the bearer token.
    pub demand: Demand,
    /// The environment.
    pub env: &'a Env,
}

impl CheckContext<'_> {
    pub(super) fn report(&self) -> Report {
        Report::new(self.command, self.env.now)
    }
}
