//! The bearer token as a part of `check`: what `bearer-verify` says, by steps.

use crate::check::lifetime;
use crate::command::preflight::step;
use crate::command::preflight::subject::Subject;
use crate::command::{Options, bearer};
use crate::report::Report;
use crate::system::env::Env;
use crate::text::time::UnixTime;

/// Judges the token that tools find.
pub(super) fn judge(options: &Options, env: &Env) -> (Report, Option<UnixTime>) {
    let soon = |end| {
        let ask = lifetime::Question {
            noun: "the bearer token",
            need: options.warn?,
            kind: lifetime::CredentialKind::Token,
            now: env.now,
        };
        let found = lifetime::ends_soon(end, ask)?;
        Some(found.advice("get a new token: htgettoken, or oidc-token ACCOUNT > FILE"))
    };
    let token = bearer::in_use(options, env);
    step::of_token((Subject::Bearer, "bearer token"), token, soon, options, env.now)
}
