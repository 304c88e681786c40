//! `idtoken-destroy`.

use crate::command::Options;
use crate::env::Env;
use crate::report::Report;

/// Removes tokens.
pub fn run(_options: &Options, env: &Env) -> Report {
    Report::new("idtoken-destroy", env.now)
}
