//! The steps of `check`: which finding belongs to which step, and the result of each.

use crate::chain::permission::PolicyMode;
use crate::chain::revocation::CrlMode;
use crate::chain::voms::VomsMode;
use crate::check::chain;
use crate::command::preflight::context::CheckContext;
use crate::command::preflight::credential::Credential;
use crate::command::subject::{Subject, not_verified};
use crate::gather::credential::CredentialFile;
use crate::load::LoadError;
use crate::locate::Role;
use crate::report::{Exit, Finding, Item, Report, Rule, Severity, Step, Value};
use crate::source::Origin;
use crate::text::time::UnixTime;
use crate::{check, describe};

/// The result of a step.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum State {
    /// Good.
    Ok,
    /// Good for now, or for most software.
    Warning,
    /// It does not hold.
    Failed,
    /// It was not checked, or evidence is missing.
    NotChecked,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::NotChecked => "unchecked",
        }
    }

    /// The state by the findings of a step. `None` if there is none.
    fn from(findings: &[&Finding]) -> Option<Self> {
        let any = |holds: fn(&Finding) -> bool| findings.iter().any(|finding| holds(finding));
        let unlooked = |finding: &Finding| {
            let notes = [
                &chain::revocation::MISSING,
                &chain::revocation::SCOPE,
                &check::voms::NOT_CHECKED,
                &check::key_match::LOCKED,
            ];
            finding.exit == Exit::Undecided
                || finding.is_one_of(&notes)
                || finding.is_one_of(&not_verified())
        };
        if any(|finding| !matches!(finding.exit, Exit::Ok | Exit::Undecided)) {
            Some(Self::Failed)
        } else if any(|finding| finding.exit == Exit::Undecided) {
            Some(Self::NotChecked)
        } else if any(|finding| finding.severity == Severity::Warn) {
            Some(Self::Warning)
        } else {
            findings.iter().any(|finding| unlooked(finding)).then_some(Self::NotChecked)
        }
    }
}

/// A credential that was judged, and the question.
struct Seen<'a> {
    report: &'a Report,
    credential: &'a Credential,
    context: &'a CheckContext<'a>,
}

pub(super) const NOTHING_SENT: &str = "there is no token that would be sent";
pub(super) const NOTHING_READ: &str = "nothing was read, so nothing more was checked";

/// The credential and its steps.
pub(super) fn item(
    subject: &Subject,
    report: &Report,
    credential: &Credential,
    context: &CheckContext<'_>,
) -> Item {
    let seen = &Seen { report, credential, context };
    let half = &credential.half;
    let from = half.found().map(|_| half.described());
    let mut item = begin(subject, report.exit(), from);
    facts(&mut item, seen.subject(), credential.end(), context);
    let steps = Step::ALL.iter().copied().filter(|step| seen.asks(*step));
    item.fact("steps", "", rows(report, steps, |step| seen.otherwise(step)));
    item
}

/// The item of a subject with the result `exit`.
pub(super) fn begin(subject: &Subject, exit: Exit, from: Option<String>) -> Item {
    let mut item = Item::new("check", format!("{}: {}", subject.title, exit.name()));
    item.machine("credential", subject.word);
    item.machine("exit_code", i64::from(exit.code()));
    item.machine("exit_name", exit.name());
    item.machine("from", from);
    item
}

/// Adds subject and end.
pub(super) fn facts(
    item: &mut Item,
    subject: Option<Value>,
    end: Option<UnixTime>,
    context: &CheckContext<'_>,
) {
    item.machine("subject", subject.unwrap_or(Value::Unknown));
    item.machine("not_after", end);
    item.machine("seconds_left", end.map(|end| end - context.env.now));
}

/// A row for each of `steps`.
pub(super) fn rows(
    report: &Report,
    steps: impl Iterator<Item = Step>,
    otherwise: impl Fn(Step) -> (State, String),
) -> Vec<Item> {
    let row = |step: Step| {
        let own = |finding: &&Finding| of(finding.rule) == step;
        let own: Vec<&Finding> = report.findings.iter().filter(own).collect();
        row(step.name(), &own, otherwise(step))
    };
    steps.map(row).collect()
}

/// Findings without a step belong to the step about the content.
fn of(rule: &Rule) -> Step {
    rule.step.unwrap_or(Step::Content)
}

/// The row of one step: by its findings, or `otherwise`.
pub(super) fn row(name: &str, findings: &[&Finding], otherwise: (State, String)) -> Item {
    let mut item = Item::new("check_step", name);
    item.machine("step", Value::Text(name.to_owned()));
    let telling = findings.iter().min_by_key(|f| (f.severity, f.exit.rank()));
    let (state, message) = match (State::from(findings), telling) {
        (Some(state), Some(finding)) => (state, finding.message.clone()),
        _ => otherwise,
    };
    let exit = match (state, telling) {
        (State::Ok | State::Warning, _) => Some(Exit::Ok),
        (State::Failed, Some(finding)) => Some(finding.exit),
        (State::Failed, None) | (State::NotChecked, _) => None,
    };
    let code = exit.map_or(Value::Unknown, |exit| Value::Int(exit.code().into()));
    item.machine("exit_code", code);
    let mut ids: Vec<String> = Vec::new();
    for finding in findings.iter().filter(|_| State::from(findings).is_some()) {
        if ids.iter().all(|id| id != finding.rule.id) {
            ids.push(finding.rule.id.to_owned());
        }
    }
    // The first line says it already.
    if [NOTHING_READ, NOTHING_SENT].contains(&message.as_str()) && name != Step::Readable.name() {
        item.detail("state", "", Value::Text(state.name().to_owned()));
        item.detail("message", "", Value::Text(message));
        item.machine("findings", Value::Texts(ids));
        return item;
    }
    item.fact("state", "", Value::Text(state.name().to_owned()));
    // The findings are shown in full below the steps.
    if ids.is_empty() {
        item.fact("message", "", Value::Text(message));
        item.machine("findings", Value::Texts(ids));
    } else {
        item.machine("message", Value::Text(message));
        item.fact("findings", "", Value::Texts(ids));
    }
    item
}

impl Seen<'_> {
    /// Whether the step applies to this credential.
    fn asks(&self, step: Step) -> bool {
        match step {
            Step::Name => self.credential.half.role.is_host(),
            Step::Accepted => false,
            Step::Voms => {
                let said = self.report.findings.iter().any(|f| of(f.rule) == Step::Voms);
                self.credential.half.role == Role::Proxy
                    && (said || self.items_of("voms").next().is_some())
            }
            _ => true,
        }
    }

    /// The state of a step without findings, and the words for it.
    fn otherwise(&self, step: Step) -> (State, String) {
        let done = |text: String| (State::Ok, text);
        let not = |text: &str| (State::NotChecked, text.to_owned());
        let read = self.credential.half.found();
        let certificate = read.and_then(|read| read.contents.first());
        match (step, read, certificate) {
            (Step::Found, ..) if self.is_hidden() => not("a directory above may not be entered"),
            (Step::Found, ..) => done(self.places()),
            (_, None, _) => not(NOTHING_READ),
            (Step::Readable, ..) => done(String::new()),
            (Step::Safe, ..) => done(self.modes()),
            (_, _, None) => not("there is no certificate to judge"),
            (Step::Content, ..) => done(self.subject_text()),
            (Step::Key, ..) => self.key(),
            (Step::Lifetime, ..) => done(self.credential.end().map_or_else(String::new, |end| {
                format!("until {} ({})", end.screen(), end.relative_to(self.context.env.now))
            })),
            (Step::Chain, ..) => self.chain(),
            (Step::Crl, ..) => self.lists(),
            (Step::Policy, ..) => self.policies(),
            (Step::Voms, ..) => match self.context.options.voms.mode {
                VomsMode::Off => not("--voms off"),
                _ => done(self.titles("voms")),
            },
            (Step::Accepted, ..) => not("no token of a pool"),
            (Step::Name, ..) => match &self.context.name {
                Some(name) => done(format!("for {name}")),
                None => not("--name was not given"),
            },
        }
    }

    /// Whether it is not even known if it exists.
    fn is_hidden(&self) -> bool {
        match &self.credential.half.outcome {
            Err(LoadError::Denied(path, barrier)) => {
                barrier.as_ref().is_none_or(|barrier| barrier.path != *path)
            }
            _ => false,
        }
    }

    fn items_of(&self, kind: &'static str) -> impl Iterator<Item = &Item> {
        self.credential.items.iter().filter(move |item| item.kind == kind)
    }

    fn titles(&self, kind: &'static str) -> String {
        let titles: Vec<&str> = self.items_of(kind).map(|item| item.title.as_str()).collect();
        titles.join(", ")
    }

    fn places(&self) -> String {
        let shown = |half: &CredentialFile| match &half.outcome {
            Ok(_) => half.described(),
            Err(trouble) => {
                trouble.path().map_or_else(String::new, |path| path.display().to_string())
            }
        };
        let own = shown(&self.credential.half);
        match self.credential.key.as_ref().map(shown) {
            Some(key) if !key.is_empty() && key != own => format!("{own}, key {key}"),
            _ => own,
        }
    }

    fn modes(&self) -> String {
        let mode = |half: &CredentialFile| {
            let read = half.found()?;
            let facts = read.source.file.as_ref();
            Some(match (&read.source.origin, facts) {
                (Origin::Variable(name), _) => format!("${name} has no mode"),
                (_, Some(facts)) => format!("mode {:04o}", facts.mode & 0o777),
                (_, None) => "no mode".to_owned(),
            })
        };
        let own = mode(&self.credential.half).unwrap_or_default();
        match self.credential.key.as_ref().and_then(mode) {
            Some(key) => format!("{own}, key {key}"),
            None => own,
        }
    }

    fn subject(&self) -> Option<Value> {
        let first = self.credential.half.found()?.contents.first()?;
        Some(describe::name(&first.subject))
    }

    fn subject_text(&self) -> String {
        let first = self.credential.half.found().and_then(|read| read.contents.first());
        first.map_or_else(String::new, |first| first.subject.screen())
    }

    fn key(&self) -> (State, String) {
        match self.credential.pair {
            Some(proof) => (State::Ok, describe::key::proven(proof).to_owned()),
            None => (State::NotChecked, "there is no key to try".to_owned()),
        }
    }

    fn chain(&self) -> (State, String) {
        match &self.credential.path.anchor {
            Some(name) => (State::Ok, format!("to the trust anchor {name}")),
            None => (State::NotChecked, "no path to a trust anchor".to_owned()),
        }
    }

    fn lists(&self) -> (State, String) {
        let not = |text: &str| (State::NotChecked, text.to_owned());
        match (&self.credential.path.crls, self.context.options.trust.crl) {
            (Some((said, true)), _) => (State::Ok, said.clone()),
            (Some((said, false)), _) => not(said),
            (None, CrlMode::Off) => not("--crl off"),
            (None, _) if self.credential.path.anchor.is_some() => {
                not("no CA of the path could revoke")
            }
            (None, _) => not("no path to a trust anchor"),
        }
    }

    fn is_bundle(&self) -> bool {
        self.credential.place.as_ref().is_some_and(|place| place.bundle)
    }

    fn policies(&self) -> (State, String) {
        let not = |text: &str| (State::NotChecked, text.to_owned());
        match (self.context.options.trust.policy, self.credential.path.permits) {
            (PolicyMode::Off, _) => not("--policy off"),
            _ if self.credential.path.anchor.is_none() => not("no path to a trust anchor"),
            (_, 0) if self.is_bundle() => not("a file of CAs has no place for policies"),
            (_, 0) => not("no signing_policy or namespaces file for its CAs"),
            (_, 1) => (State::Ok, "permitted by one entry".to_owned()),
            (_, n) => (State::Ok, format!("permitted by {n} entries")),
        }
    }
}
