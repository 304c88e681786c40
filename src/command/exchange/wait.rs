//! `idtoken-request --wait`: waits for the answer, and says at once what stands in its way.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use crate::check::exchange as check;
use crate::command::Options;
use crate::command::exchange::round::Round;
use crate::command::exchange::state::Waiting;
use crate::parse::exchange::digest::{Digest, Id};
use crate::parse::exchange::pending::Pending;
use crate::report::{Finding, Report};
use crate::system::env::Env;
use crate::system::wait::Wait;
use crate::text::shell;

/// How often the exchange directory is looked at; condor_token_request asks every five seconds.
const PAUSE: Duration = Duration::from_secs(1);

/// Refusals of one waiting that are told.
const MAX_TOLD: usize = 10;

/// Looks for the answer until it is there or nobody waits any more. Answers that do not prove
/// whose they are do not end the waiting; that they are there is told at once.
pub(super) fn wait(
    pending: &Pending,
    id: Id,
    options: &Options,
    env: &Env,
    tell: &mut dyn FnMut(&str),
) -> Report {
    let wait = Wait::begin(options.wishes.timeout);
    let (mut seen, mut refusals) = (HashSet::new(), Vec::new());
    let mut is_silent = false;
    loop {
        let later = env.at(env.now + wait.passed());
        let found = match look(pending, options, &later, &mut seen) {
            Ok(report) => return report,
            Err(findings) => findings,
        };
        for finding in found {
            if refusals.iter().any(|known| finding.same_as(known)) {
                continue;
            }
            if refusals.len() < MAX_TOLD {
                tell(&told(&finding, options));
                refusals.push(finding);
            } else if !is_silent {
                tell("still waiting: more is there that is no answer to be taken; it is not told");
                is_silent = true;
            }
        }
        if !wait.sleep(PAUSE) {
            let mut report = Report::new("idtoken-request", later.now);
            let is_over = pending.request.expires <= later.now;
            report.findings.push(timed_out(id, &refusals, is_over, options));
            report.findings.extend(refusals.into_iter().map(Finding::as_warning));
            return report;
        }
    }
}

/// That the time is over: whether an answer lies there that its code would prove.
fn timed_out(id: Id, refusals: &[Finding], is_over: bool, options: &Options) -> Finding {
    let (limit, line) = (options.wishes.timeout, receive_line(options));
    let waits = |finding: &Finding| finding.is(&check::ANSWER_UNAUTHENTICATED);
    if refusals.iter().any(waits) {
        let message = format!(
            "the request {id} was answered, but within {limit} nothing proved whose the answer is: it \
             needs its code"
        );
        let advice = format!("with the code that the approver reads out: {line} --code CODE");
        return check::TIMED_OUT.found(message).advice(advice);
    }
    let message = format!("nobody answered the request {id} within {limit}");
    let advice = match is_over {
        true => "the request has expired: make a new one, and ask for it to be approved".to_owned(),
        false => format!("the request still waits; once there is an answer: {line}"),
    };
    check::TIMED_OUT.found(message).advice(advice)
}

fn receive_line(options: &Options) -> String {
    let directory = options.wishes.exchange.as_deref().unwrap_or(Path::new("."));
    format!("certok idtoken-receive --exchange {}", shell::path(directory))
}

/// What is said of an answer that is there and not taken.
fn told(finding: &Finding, options: &Options) -> String {
    let next = match finding.is(&check::FILE_IGNORED) {
        true => String::new(),
        false => format!(
            "; with its answer code it is received by: {} --code CODE",
            receive_line(options)
        ),
    };
    format!("still waiting: {}{next}", finding.message)
}

/// What came of an authentic answer, or what another process received meanwhile.
fn look(
    pending: &Pending,
    options: &Options,
    env: &Env,
    seen: &mut HashSet<Digest>,
) -> Result<Report, Vec<Finding>> {
    let one = |finding: Box<Finding>| vec![*finding];
    let waiting = Waiting::of(env).map_err(one)?;
    let digest = pending.request.digest();
    let directory = options.wishes.exchange.as_deref().unwrap_or(Path::new("."));
    if let Some(received) = waiting.received(digest) {
        let mut report = Report::new("idtoken-request", env.now);
        report.findings.push(check::received(&received, directory));
        return Ok(report);
    }
    let round = Round {
        command: "idtoken-request",
        directory,
        waiting: &waiting,
        code: None,
        typed: &OnceCell::new(),
        options,
        env,
    };
    let looked = round.look(pending, seen).map_err(one)?;
    let refusals = looked.refusal.into_iter().chain(looked.ignored);
    looked.settled.ok_or(refusals.collect())
}
