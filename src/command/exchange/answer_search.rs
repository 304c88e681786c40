//! Looks once at the answers to a request in a directory.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::path::Path;

use crate::check::exchange as check;
use crate::command::exchange::answer_check::{AnswerCheck, Terms};
use crate::command::exchange::spool;
use crate::command::exchange::state::Waiting;
use crate::parse::exchange::digest::{AnswerCode, Digest};
use crate::parse::exchange::pending::Pending;
use crate::report::{Finding, Report};
use crate::system::env::Env;

/// How answers are judged.
pub(super) struct AnswerSearch<'a> {
    pub(super) command: &'static str,
    pub(super) directory: &'a Path,
    pub(super) waiting: &'a Waiting,
    /// `--code`.
    pub(super) code: Option<AnswerCode>,
    pub(super) typed: &'a OnceCell<Option<String>>,
    pub(super) terms: Terms<'a>,
    pub(super) env: &'a Env,
}

/// The result.
pub(super) struct SearchResult {
    /// The result of an authentic answer.
    pub(super) authentic: Option<Report>,
    /// Why the first of the other answers was not accepted, and how many more there are.
    pub(super) refusal: Option<Finding>,
    /// Files that were ignored.
    pub(super) ignored: Option<Finding>,
}

impl AnswerSearch<'_> {
    /// Accepts the first authentic answer to a request. Answers in `seen` are skipped. Anybody can
    /// put answers there, so a false one says nothing about the next.
    pub(super) fn run(
        &self,
        pending: &Pending,
        seen: &mut HashSet<Digest>,
    ) -> Result<SearchResult, Box<Finding>> {
        let (answers, ignored) = spool::answers(self.directory, pending.request.digest())?;
        let mut result = SearchResult { authentic: None, refusal: None, ignored };
        let mut more = 0;
        for (path, file) in answers {
            if !seen.insert(file.digest) {
                continue;
            }
            let check = AnswerCheck {
                path: &path,
                file,
                pending,
                code: self.code,
                typed: self.typed,
                terms: self.terms,
                env: self.env,
            };
            let report = check.accept(self.command, self.waiting);
            if is_authentic(&report) {
                result.authentic = Some(report);
                break;
            }
            let first = report.findings.into_iter().next();
            match result.refusal {
                Some(_) => more += 1,
                None => result.refusal = first,
            }
        }
        if let Some(refusal) = result.refusal.as_mut().filter(|_| more > 0) {
            refusal.message +=
                &format!("; {more} more answers to the request are not accepted either");
        }
        Ok(result)
    }
}

/// Whether an answer was authentic, so that no other one needs to be looked at.
fn is_authentic(report: &Report) -> bool {
    let not_authentic = [
        &check::ANSWER_MALFORMED,
        &check::ANSWER_FOREIGN,
        &check::ANSWER_UNAUTHENTICATED,
        &check::ANSWER_CODE,
        &check::ANSWER_SIGNATURE,
    ];
    let is = |finding: &Finding| finding.is_one_of(&not_authentic);
    !report.findings.iter().any(is)
}
