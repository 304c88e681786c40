//! Tokens that are one line, as parts of `check` and `status`: what `bearer-verify` and
//! `idtoken-verify` say of the one that would be sent.

use crate::check::lifetime;
use crate::command::preflight::judged::{Asked, Judged, Presence};
use crate::command::preflight::step::{State, of, row};
use crate::command::preflight::subject::Subject;
use crate::command::{bearer, idtoken};
use crate::report::{Finding, Item, Report, Step, Value};
use crate::text::time::UnixTime;

/// The token that would be used.
#[derive(Debug)]
pub struct TokenInUse {
    /// What verifying it came to.
    pub report: Report,
    /// Its row in `status`.
    pub row: Item,
    /// Whether it is there, or is said to be.
    pub presence: Presence,
    /// Whether a token was read.
    pub is_there: bool,
    /// Where it is looked for.
    pub from: Option<String>,
    /// When it ends, if it does; nothing if there is none.
    pub sent: Option<Option<UnixTime>>,
}

impl TokenInUse {
    /// The token that tools find, verified.
    pub(super) fn of(subject: Subject, asked: &Asked<'_>) -> Self {
        let (scope, env) = (asked.options.scope, asked.env);
        match subject {
            Subject::Idtoken => idtoken::in_use(scope, env),
            _ => bearer::in_use(&asked.demand, scope, env),
        }
    }

    /// When the one that would be sent ends.
    pub(super) fn end(&self) -> Option<UnixTime> {
        self.sent.flatten()
    }

    /// The warning of `--warn`.
    pub(super) fn ends_soon(&self, subject: Subject, asked: &Asked<'_>) -> Option<Finding> {
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
    pub(super) fn steps(&self, judged: &Judged, asked: &Asked<'_>) -> Item {
        let (end, now) = (self.end(), asked.env.now);
        let exit = judged.report.exit();
        let title = match judged.subject {
            Subject::Idtoken => "IDTOKENS",
            subject => subject.noun(),
        };
        let mut item = Item::new("check", format!("{title}: {}", exit.name()));
        item.machine("credential", judged.subject.word());
        item.machine("exit_code", i64::from(exit.code()));
        item.machine("exit_name", exit.name());
        item.machine("from", self.from.clone());
        item.machine("subject", Value::Unknown);
        item.machine("not_after", end);
        item.machine("seconds_left", end.map(|end| end - now));
        let until = end.map(|end| format!("until {} ({})", end.screen(), end.relative_to(now)));
        let steps = [Step::Found, Step::Readable, Step::Safe, Step::Lifetime, Step::Accepted];
        let row = |step: Step| {
            let own = |finding: &&Finding| of(finding.rule) == step;
            let own: Vec<&Finding> = judged.report.findings.iter().filter(own).collect();
            let otherwise = match (step, self.sent) {
                (Step::Found, _) => (State::Ok, self.from.clone().unwrap_or_default()),
                (_, None) => (State::NotChecked, NOTHING_SENT.to_owned()),
                (Step::Lifetime, Some(_)) => (State::Ok, until.clone().unwrap_or_default()),
                (Step::Accepted, _) => (State::Ok, self.report.good.clone()),
                _ => (State::Ok, String::new()),
            };
            row(step.name(), &own, otherwise)
        };
        item.fact("steps", "", Vec::from(steps.map(row)));
        item
    }
}

pub(super) const NOTHING_SENT: &str = "there is no token that would be sent";
