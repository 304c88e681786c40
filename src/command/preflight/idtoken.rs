//! HTCondor's IDTOKENS as a part of `check`: what `idtoken-verify` says, by steps.

use crate::check::lifetime;
use crate::command::preflight::step;
use crate::command::preflight::subject::Subject;
use crate::command::{Options, idtoken};
use crate::report::Report;
use crate::system::env::Env;
use crate::text::time::UnixTime;

/// Whether there are any, or somebody says that there are.
pub(super) fn are_there(options: &Options, env: &Env) -> bool {
    let summary = idtoken::summary(options, env);
    summary.is_some_and(|summary| summary.is_there || summary.is_named)
}

/// Judges the tokens that HTCondor finds, and which of them it would send.
pub(super) fn judge(options: &Options, env: &Env) -> (Report, Option<UnixTime>) {
    let soon = |end| {
        let ask = lifetime::Question {
            noun: "the IDTOKEN",
            need: options.warn?,
            kind: lifetime::CredentialKind::Token,
            now: env.now,
        };
        let found = lifetime::ends_soon(end, ask)?;
        Some(found.advice("get a new token: condor_token_fetch, or condor_token_request"))
    };
    let token = idtoken::in_use(options, env);
    step::of_token((Subject::Idtoken, "IDTOKENS"), token, soon, options, env.now)
}
