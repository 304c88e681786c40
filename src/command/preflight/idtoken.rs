//! HTCondor's IDTOKENS as a part of `check`: what `idtoken-verify` says, by steps.

use crate::check::lifetime;
use crate::command::idtoken;
use crate::command::preflight::subject::Subject;
use crate::command::preflight::{Asked, step};
use crate::locate::Candidate;
use crate::report::Report;
use crate::text::time::UnixTime;

/// Whether there are any, or somebody says that there are.
pub(super) fn are_there(asked: &Asked<'_>) -> bool {
    let summary = idtoken::summary(asked.args.need, asked.env);
    summary.is_some_and(|summary| summary.is_there || summary.is_named)
}

/// Judges the tokens of `file`, or those that HTCondor finds, and which of them it would send.
pub(super) fn judge(file: Option<&Candidate>, asked: &Asked<'_>) -> (Report, Option<UnixTime>) {
    let soon = |end| {
        let ask = lifetime::Question {
            noun: "the IDTOKEN",
            need: asked.args.warn?,
            kind: lifetime::CredentialKind::Token,
            now: asked.env.now,
        };
        let found = lifetime::ends_soon(end, ask)?;
        Some(found.advice("get a new token: condor_token_fetch, or condor_token_request"))
    };
    let token = idtoken::in_use(file, asked.options.scope, asked.env);
    step::of_token((Subject::Idtoken, "IDTOKENS"), token, soon, asked)
}
