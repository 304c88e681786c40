//! Calls the command for the kind of each file.

use std::ptr;

use crate::chain::voms::VomsMode;
use crate::check::arguments;
use crate::command::definition::Judge;
use crate::command::files::VerifyArgs;
use crate::command::files::job::{Verb, job};
use crate::command::subject::{BEARER, CA, IDTOKEN, Job, PROXY, Question, Subject};
use crate::command::{Call, Command};
use crate::gather::options::VomsOptions;
use crate::gather::sort::{Sorted, Thing, shown, sort};
use crate::load::LoadError;
use crate::report::{Finding, Report};
use crate::source::candidate::Candidate;
use crate::system::parallel;
use crate::system::progress::Task;
use crate::text::time::Seconds;

impl Question {
    /// A question about facts.
    pub(super) fn of(need: Seconds, voms: VomsOptions) -> Self {
        let (bearer, idtoken) = Default::default();
        Self { need, options: None, purpose: None, voms, bearer, idtoken }
    }

    /// An option that does not apply to `subject`, and what it is about.
    fn misfit(&self, subject: Option<&Subject>) -> Option<(&'static str, &'static str)> {
        let (token, pool, voms) = (&self.bearer, &self.idtoken, &self.voms);
        let is = |wanted: &Subject| subject == Some(wanted);
        let ends = subject.is_some() && !is(&CA);
        let asked = [
            (token.audience.is_some(), is(&BEARER), "--audience", "bearer tokens"),
            (token.issuer.is_some(), is(&BEARER), "--issuer", "bearer tokens"),
            (!token.scopes.is_empty(), is(&BEARER), "--scope", "bearer tokens"),
            (token.keys.is_some(), is(&BEARER), "--jwks", "bearer tokens"),
            (pool.trust_domain.is_some(), is(&IDTOKEN), "--trust-domain", "IDTOKENS"),
            (!pool.authz.is_empty(), is(&IDTOKEN), "--authz", "IDTOKENS"),
            (pool.key.is_some(), is(&IDTOKEN), "--key", "IDTOKENS"),
            (voms.vo.is_some(), is(&PROXY), "--vo", "proxies"),
            (voms.mode == VomsMode::Require, is(&PROXY), "--voms require", "proxies"),
            (self.need > Seconds(0), ends, "--for", "credentials"),
        ];
        let misfit = asked.into_iter().find(|(asked, fits, ..)| *asked && !fits);
        misfit.map(|(_, _, option, whom)| (option, whom))
    }
}

impl VerifyArgs {
    pub(super) fn question(&self, call: &Call<'_>) -> Question {
        Question {
            need: self.chain.path.need,
            options: Some(self.chain.options(call)),
            purpose: self.chain.path.path.purpose,
            voms: self.chain.voms.clone(),
            bearer: self.bearer.clone(),
            idtoken: self.idtoken.clone(),
        }
    }
}

/// The function that judges batches of files. Evidence is opened only once for all.
pub(super) fn judge<'a>(
    verb: Verb,
    question: Question,
    call: &'a Call<'a>,
    task: &'a Task,
) -> Box<Judge<'a>> {
    let mut judges: Vec<(&Job, Box<Judge<'a>>)> = Vec::new();
    Box::new(move |operands| {
        let sorted = parallel::map(operands, sort);
        let jobs = sorted.iter().map(|one| plan(verb, one, &question));
        let mut reports: Vec<Option<Report>> = Vec::new();
        let mut batches: Vec<(&Job, Vec<usize>)> = Vec::new();
        for (at, job) in jobs.enumerate() {
            let job = match job {
                Ok(job) => job,
                Err(finding) => {
                    task.step();
                    let mut report = call.report();
                    report.findings.push(*finding);
                    reports.push(Some(report));
                    continue;
                }
            };
            reports.push(None);
            match batches.iter_mut().find(|(known, _)| ptr::eq(*known, job)) {
                Some((_, places)) => places.push(at),
                None => batches.push((job, vec![at])),
            }
        }
        for (job, places) in batches {
            if !judges.iter().any(|(known, _)| ptr::eq(*known, job)) {
                let own = Call { name: job.command, ..*call };
                judges.push((job, (job.begin)(&question, &own, task)));
            }
            let judge = judges.iter_mut().find(|(known, _)| ptr::eq(*known, job));
            let (_, judge) = judge.expect("it was begun");
            let files: Vec<Candidate> =
                places.iter().map(|at| sorted[*at].candidate.clone()).collect();
            for (at, report) in places.into_iter().zip(judge(&files)) {
                reports[at] = Some(report);
            }
        }
        reports.into_iter().map(|report| report.expect("each was judged")).collect()
    })
}

/// The work for a file, or why it has none.
fn plan(verb: Verb, one: &Sorted, asked: &Question) -> Result<&'static Job, Box<Finding>> {
    let file = shown(&one.candidate);
    if let (Verb::Any, Thing::Unread(LoadError::Missing(_))) = (verb, &one.thing)
        && !file.contains(['/', '.'])
    {
        return Err(Box::new(arguments::unknown_word(&file, &Command::meant_by(&file))));
    }
    let (subject, job) = job(verb, &one.thing, &file)
        .map_err(|(what, command)| Box::new(arguments::choice(&file, &what, &command)))?;
    match asked.misfit(subject) {
        Some((option, whom)) if !matches!(one.thing, Thing::Unread(_)) => {
            Err(Box::new(arguments::misfit(&file, option, whom)))
        }
        _ => Ok(job),
    }
}
