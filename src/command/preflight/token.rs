//! Tokens of a single line, in `check` and `status`: what `bearer-verify` and `idtoken-verify` say
//! about the one that would be sent.

use crate::check::{consumers, lifetime};
use crate::command::in_use::TokenInUse;
use crate::command::preflight::asked::Asked;
use crate::command::preflight::step::{NOTHING_SENT, State, begin, facts, rows};
use crate::command::preflight::subject::Subject;
use crate::command::{bearer, idtoken};
use crate::consumer::token::TokenKind;
use crate::locate::Candidate;
use crate::report::{Finding, Item, Report, Step};
use crate::text::time::UnixTime;

impl TokenInUse {
    /// The token in `file`, or the one that tools find, verified.
    pub(super) fn of(subject: Subject, file: Option<&Candidate>, asked: &Asked<'_>) -> Self {
        let (scope, env) = (asked.options.scope, asked.env);
        match subject {
            Subject::Idtoken => {
                let mut token = idtoken::in_use(file, scope, env);
                let selection = asked.demand.judge_as;
                let judges = selection.map(|selection| selection.tokens(TokenKind::IdToken));
                if let Some(judges) = judges.filter(|judges| !judges.is_empty()) {
                    consumers::tokens_as(&mut token.report.findings, &judges);
                }
                token
            }
            _ => bearer::in_use(file, &asked.demand, scope, env),
        }
    }

    /// Adds its findings.
    pub(super) fn judge(
        &mut self,
        subject: Subject,
        asked: &Asked<'_>,
        findings: &mut Vec<Finding>,
    ) {
        findings.append(&mut self.report.findings);
        if !asked.options.scope.exit_only {
            findings.extend(self.ends_soon(subject, asked));
        }
    }

    /// The warning of `--warn`.
    fn ends_soon(&self, subject: Subject, asked: &Asked<'_>) -> Option<Finding> {
        let (noun, advice) = match subject {
            Subject::Idtoken => ("the IDTOKEN", "condor_token_fetch, or condor_token_request"),
            _ => ("the bearer token", "htgettoken, or oidc-token ACCOUNT > FILE"),
        };
        let ask = lifetime::Question {
            noun,
            need: asked.options.warn?,
            kind: lifetime::CredentialKind::Token,
            now: asked.env.now,
        };
        let found = lifetime::ends_soon(self.end()?, ask)?;
        Some(found.advice(format!("get a new token: {advice}")))
    }

    /// The token and its steps.
    pub(super) fn steps(&self, subject: Subject, report: &Report, asked: &Asked<'_>) -> Item {
        let end = self.end();
        let mut item = begin(subject, report.exit(), self.from.clone());
        facts(&mut item, None, end, asked);
        let until =
            |end: UnixTime| format!("until {} ({})", end.screen(), end.relative_to(asked.env.now));
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
