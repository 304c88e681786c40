//! Calls the command for the kind of each file.

use std::path::Path;

use crate::chain::Purpose;
use crate::chain::voms::VomsMode;
use crate::check::arguments;
use crate::command::ca::{CaDirArguments, audit, info as ca_info};
use crate::command::certificate::Scope;
use crate::command::definition::Judge;
use crate::command::files::job::{Job, Verb, job};
use crate::command::files::{VerifyArgs, lone};
use crate::command::idtoken::tokens::Wanted;
use crate::command::operands::one_by_one;
use crate::command::path::PathOptions;
use crate::command::{Call, Command, Noun, bearer, idtoken, info, proxy, verify};
use crate::gather::options::VomsOptions;
use crate::gather::sort::{Sorted, Thing, shown, sort};
use crate::load::LoadError;
use crate::locate::CaOptions;
use crate::report::{Finding, Report};
use crate::source::candidate::Candidate;
use crate::system::parallel;
use crate::system::progress::Task;
use crate::text::time::Seconds;

/// The question, for any kind of file.
#[derive(Clone)]
pub(super) struct Question {
    need: Seconds,
    /// Options about chains, for verdicts.
    options: Option<PathOptions>,
    purpose: Option<Purpose>,
    voms: VomsOptions,
    bearer: bearer::Demand,
    idtoken: idtoken::Demand,
}

impl Question {
    /// A question about facts.
    pub(super) fn of(need: Seconds, voms: VomsOptions) -> Self {
        let (bearer, idtoken) = Default::default();
        Self { need, options: None, purpose: None, voms, bearer, idtoken }
    }

    /// An option that does not apply to `job`.
    fn misfit(&self, job: Job) -> Option<(&'static str, &'static str)> {
        let (token, pool, voms) = (&self.bearer, &self.idtoken, &self.voms);
        let is_bearer = matches!(job, Job::BearerInfo | Job::BearerVerify);
        let is_pool = matches!(job, Job::IdtokenInfo | Job::IdtokenVerify);
        let is_proxy = matches!(job, Job::CertInfo(Noun::Proxy) | Job::CertVerify(Noun::Proxy));
        let ends = !matches!(job, Job::CaCheck | Job::CaInfo | Job::CrlInfo | Job::KeyInfo);
        let asked = [
            (token.audience.is_some(), is_bearer, "--audience", "bearer tokens"),
            (token.issuer.is_some(), is_bearer, "--issuer", "bearer tokens"),
            (!token.scopes.is_empty(), is_bearer, "--scope", "bearer tokens"),
            (token.keys.is_some(), is_bearer, "--jwks", "bearer tokens"),
            (pool.trust_domain.is_some(), is_pool, "--trust-domain", "IDTOKENS"),
            (!pool.authz.is_empty(), is_pool, "--authz", "IDTOKENS"),
            (pool.key.is_some(), is_pool, "--key", "IDTOKENS"),
            (voms.vo.is_some(), is_proxy, "--vo", "proxies"),
            (voms.mode == VomsMode::Require, is_proxy, "--voms require", "proxies"),
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
    let mut judges: Vec<(Job, Box<Judge<'a>>)> = Vec::new();
    Box::new(move |operands| {
        let sorted = parallel::map(operands, sort);
        let jobs = sorted.iter().map(|one| plan(verb, one, &question));
        let mut reports: Vec<Option<Report>> = Vec::new();
        let mut batches: Vec<(Job, Vec<usize>)> = Vec::new();
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
            match batches.iter_mut().find(|(known, _)| *known == job) {
                Some((_, places)) => places.push(at),
                None => batches.push((job, vec![at])),
            }
        }
        for (job, places) in batches {
            if !judges.iter().any(|(known, _)| *known == job) {
                judges.push((job, begin(job, &question, call, task)));
            }
            let judge = judges.iter_mut().find(|(known, _)| *known == job);
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
fn plan(verb: Verb, one: &Sorted, asked: &Question) -> Result<Job, Box<Finding>> {
    let file = shown(&one.candidate);
    if let (Verb::Any, Thing::Unread(LoadError::Missing(_))) = (verb, &one.thing)
        && !file.contains(['/', '.'])
    {
        return Err(Box::new(arguments::unknown_word(&file, &Command::meant_by(&file))));
    }
    let job = job(verb, &one.thing, &file)
        .map_err(|(what, command)| Box::new(arguments::choice(&file, &what, &command)))?;
    match asked.misfit(job) {
        Some((option, whom)) if !matches!(one.thing, Thing::Unread(_)) => {
            Err(Box::new(arguments::misfit(&file, option, whom)))
        }
        _ => Ok(job),
    }
}

/// Starts `job`.
fn begin<'a>(job: Job, asked: &Question, call: &'a Call<'a>, task: &'a Task) -> Box<Judge<'a>> {
    let own = &Call { name: job.command(), ..*call };
    let need = asked.need;
    let options = |purpose: Purpose| PathOptions {
        purpose: asked.purpose.unwrap_or(purpose),
        ..asked.options.clone().expect("verdicts have options")
    };
    match job {
        Job::BearerInfo | Job::BearerVerify => {
            one_by_one(task, bearer::operand(asked.bearer.clone(), need, own))
        }
        Job::IdtokenInfo => one_by_one(task, idtoken::operand(Wanted::facts(need), own)),
        Job::IdtokenVerify => one_by_one(task, idtoken::operand(asked.idtoken.wanted(need), own)),
        Job::CertInfo(Noun::Proxy) => {
            one_by_one(task, proxy::operand(need, asked.voms.clone(), own))
        }
        Job::CertInfo(noun) => one_by_one(task, info::operand(noun, need, own)),
        Job::CertVerify(noun) => verify::each(noun, options(Purpose::Client), own, task),
        Job::CaVerify => verify::each(Noun::Cert, options(Purpose::Any), own, task),
        Job::HostVerify => verify::each(Noun::Cert, options(Purpose::Server), own, task),
        Job::CaCheck | Job::CaInfo => {
            let call = Call { name: job.command(), ..*call };
            Box::new(move |files| files.iter().map(|file| directory(job, file, &call)).collect())
        }
        Job::CrlInfo | Job::KeyInfo => {
            let (scope, env): (Scope, _) = (call.scope(need), call.env);
            one_by_one(task, move |file| match job {
                Job::KeyInfo => lone::key(file, scope, env),
                _ => lone::list(file, scope, env),
            })
        }
    }
}

/// A directory or CA file. Its own judgement uses all cores.
fn directory(job: Job, file: &Candidate, call: &Call<'_>) -> Report {
    let directories = Vec::from_iter(file.path().map(Path::to_path_buf));
    let place = CaDirArguments { directories, ca: CaOptions::default() };
    match job {
        Job::CaInfo => ca_info::of(place, call),
        _ => audit::run(&audit::Args::of(place), call.name, call.env),
    }
}
