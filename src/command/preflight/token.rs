//! Tokens of a single line, in `check` and `status`: what `bearer-verify` and `idtoken-verify` say
//! about the one that would be sent.

use crate::check::lifetime;
use crate::command::in_use::TokenInUse;
use crate::command::preflight::context::CheckContext;
use crate::command::preflight::step::{NOTHING_SENT, State, begin, facts, rows};
use crate::command::subject::{Subject, TokenForm};
use crate::report::{Finding, Item, Report, Step};
use crate::text::time::UnixTime;

impl TokenInUse {
    /// The warning of `--warn`.
    pub(super) fn ends_soon(
        &self,
        subject: &Subject,
        form: &TokenForm,
        context: &CheckContext<'_>,
    ) -> Option<Finding> {
        let need = context.options.warn.filter(|_| !context.options.scope.exit_only)?;
        let ask = lifetime::Question {
            noun: &format!("the {}", subject.noun),
            need,
            kind: lifetime::CredentialKind::Token,
            now: context.env.now,
        };
        let found = lifetime::ends_soon(self.end()?, ask)?;
        Some(found.advice(format!("get a new token: {}", form.renewal)))
    }

    /// The token and its steps.
    pub(super) fn steps(
        &self,
        subject: &Subject,
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
