//! `demo`: stub
use crate::command::Options;
use crate::env::Env;
use crate::report::Report;

/// x
///
/// # Errors
///
/// x
pub fn run(_options: &Options, env: &Env) -> Result<Report, String> {
    Ok(Report::new("demo", env.now))
}
