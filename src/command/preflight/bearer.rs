//! The bearer token as a part of `check`: what `bearer-verify` says, by steps.

use crate::check::lifetime;
use crate::command::bearer;
use crate::command::preflight::subject::Subject;
use crate::command::preflight::{Asked, step};
use crate::locate::Candidate;
use crate::report::Report;
use crate::text::time::UnixTime;

/// Judges the token of `file`, or the one that tools find.
pub(super) fn judge(file: Option<&Candidate>, asked: &Asked<'_>) -> (Report, Option<UnixTime>) {
    let soon = |end| {
        let ask = lifetime::Question {
            noun: "the bearer token",
            need: asked.args.warn?,
            kind: lifetime::CredentialKind::Token,
            now: asked.env.now,
        };
        let found = lifetime::ends_soon(end, ask)?;
        Some(found.advice("get a new token: htgettoken, or oidc-token ACCOUNT > FILE"))
    };
    let token = bearer::in_use(file, &asked.args.demand, asked.options.scope, asked.env);
    step::of_token((Subject::Bearer, "bearer token"), token, soon, asked)
}
