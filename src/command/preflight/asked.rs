//! What is asked of all that `check` and `status` judge.

use crate::chain::Purpose;
use crate::command::bearer::Demand;
use crate::command::path::PathOptions;
use crate::gather::options::KeyOptions;
use crate::locate::Candidate;
use crate::parse::host_name::HostName;
use crate::report::Report;
use crate::system::env::Env;

/// What is asked of all that is judged.
pub struct Asked<'a> {
    /// The command whose report this becomes.
    pub command: &'static str,
    /// What is asked of paths.
    pub options: PathOptions,
    /// `--purpose`, if it was given: without it a host is a server, and may be a client too.
    pub purpose: Option<Purpose>,
    /// How encrypted keys are opened. It never waits for anybody.
    pub key: KeyOptions,
    /// The key of the certificate that was named.
    pub key_file: Option<Candidate>,
    /// `--name`: the host that the host certificate must be for.
    pub name: Option<HostName>,
    /// What is asked of the bearer token.
    pub demand: Demand,
    /// Where it runs.
    pub env: &'a Env,
}

impl Asked<'_> {
    pub(super) fn report(&self) -> Report {
        Report::new(self.command, self.env.now)
    }
}
