//! Tokens of a single line, in `check` and `status`: what `bearer-verify` and `idtoken-verify` say
//! about the one that would be sent.

use crate::check::{consumers, lifetime};
use crate::command::in_use::TokenInUse;
use crate::command::preflight::context::CheckContext;
use crate::command::preflight::step::{NOTHING_SENT, State, begin, facts, rows};
use crate::command::preflight::subject::Subject;
use crate::command::{bearer, idtoken};
use crate::consumer::token::TokenKind;
use crate::locate::Candidate;
use crate::report::{Finding, Item, Report, Step};
use crate::text::time::UnixTime;

impl TokenInUse {
    /// The token in `file`, or the one that tools find, verified.
    pub(super) fn of(
        subject: Subject,
        file: Option<&Candidate>,
        context: &CheckContext<'_>,
    ) -> Self {
        let (scope, env) = (context.options.scope, context.env);
        match subject {
            Subject::Idtoken => {
                let mut token = idtoken::in_use(file, scope, env);
                let selection = context.demand.judge_as;
                let judges = selection.map(|selection| selection.tokens(TokenKind::IdToken));
                if let Some(judges) = judges.filter(|judges| !judges.is_empty()) {
                    consumers::tokens_as(&mut token.report.findings, &judges);
                }
                token
            }
            _ => bearer::in_use(file, &context.demand, scope, env),
        }
    }

    /// Adds its findings.
    pub(super) fn judge(
        &mut self,
        subject: Subject,
        context: &CheckContext<'_>,
        findings: &mut Vec<Finding>,
    ) {
        findings.append(&mut self.report.findings);
        if !context.options.scope.exit_only {
            findings.extend(self.ends_soon(subject, context));
        }
    }

    /// The warning of `--warn`.
    fn ends_soon(&self, subject: Subject, context: &CheckContext<'_>) -> Option<Finding> {
        let (noun, advice) = match subject {
            Subject::Idtoken => ("the IDTOKEN", "condor_token_fetch, or condor_token_request"),
            _ => ("the bearer token", "htgettoken, or oidc-token ACCOUNT > FILE"),
        };
        let ask = lifetime::Question {
            noun,
            need: context.options.warn?,
            kind: lifetime::CredentialKind::Token,
            now: context.env.now,
        };
        let found = lifetime::ends_soon(self.end()?, ask)?;
        Some(found.advice(format!("get a new token: {advice}")))
    }

    /// The token and its steps.
    pub(super) fn steps(
        &self,
        subject: Subject,
        report: &Report,
        context: &CheckContext<'_>,
    ) -> Item {
        let end = self.end();
        let mut item = begin(subject, report.exit(), self.from.clone());
        facts(&mut item, None, end, context);
        let until = |end: UnixTime| {
            format!("until {} ({})", end.screen(), end.relative_to(context.env.now))
        };
        let steps = [Step::Found, Step::Readable, Step::Safe, Step::Lifetime, Step::Accepted];
        let otherwise = |step: Step| match (step, self.sent) {
            (Step::Found, _) => (State::Ok, self.from.clone().unwrap_or_default()),
            (_, None) => (State::NotChecked, NOTHING_SENT.to_owned()),
            (Step::Lifetime, Some(_)) => (State::Ok, end.map(until).unwrap_or_default()),
            (Step::Accepted, _) => (State::Ok, self.report.good.clone()),
            _ => (State::Ok, String::new()),
        };
        item.fact("steps", "", rows(report, steps.into_iter(), otherwise));
        item
    }
}
