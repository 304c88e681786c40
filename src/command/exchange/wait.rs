//! `idtoken-request --wait`: waits for the answer, and reports obstacles at once.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::time::Duration;

use crate::check::exchange as check;
use crate::command::Call;
use crate::command::exchange::answer_check::Terms;
use crate::command::exchange::answer_search::AnswerSearch;
use crate::command::exchange::receive::RECEIVE;
use crate::command::exchange::request_arguments::Args;
use crate::command::exchange::state::Waiting;
use crate::parse::exchange::digest::{Digest, Id};
use crate::parse::exchange::pending::Pending;
use crate::report::{Finding, Report};
use crate::system::env::Env;
use crate::system::wait::Wait;
use crate::text::shell;

/// Time between two looks at the exchange directory. condor_token_request asks every five seconds.
const PAUSE: Duration = Duration::from_secs(1);

/// Most refused answers that are reported while waiting.
const MAX_LISTED: usize = 10;

/// Waits for the answer, until the time is over. Answers that are not authentic do not end the
/// waiting; they are reported at once.
pub(super) fn wait(pending: &Pending, id: Id, args: &Args, call: &Call<'_>) -> Report {
    let (env, notify) = (call.env, call.notify);
    let wait = Wait::begin(args.timeout());
    let (mut seen, mut refusals) = (HashSet::new(), Vec::new());
    let mut is_silent = false;
    loop {
        let later = env.at(env.now + wait.passed());
        let found = match search(pending, args, (call.name, &later), &mut seen) {
            Ok(report) => return report,
            Err(findings) => findings,
        };
        for finding in found {
            if refusals.iter().any(|known| finding.same_as(known)) {
                continue;
            }
            if refusals.len() < MAX_LISTED {
                notify(&still_waiting(&finding, args));
                refusals.push(finding);
            } else if !is_silent {
                notify(
                    "still waiting: more files are there that cannot be accepted as answers; \
                     they are not reported",
                );
                is_silent = true;
            }
        }
        if !wait.sleep(PAUSE) {
            let mut report = Report::new(call.name, later.now);
            let is_over = pending.request.expires <= later.now;
            report.findings.push(timed_out(id, &refusals, is_over, args));
            report.findings.extend(refusals.into_iter().map(Finding::as_warning));
            return report;
        }
    }
}

/// The finding that the time is over, and whether there is an answer that its code would prove.
fn timed_out(id: Id, refusals: &[Finding], is_over: bool, args: &Args) -> Finding {
    let (limit, line) = (args.timeout(), receive_line(args));
    let waits = |finding: &Finding| finding.is(&check::ANSWER_UNAUTHENTICATED);
    if refusals.iter().any(waits) {
        let message = format!(
            "the request {id} was answered, but within {limit} nothing proved who made the \
             answer: its code is needed"
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

fn receive_line(args: &Args) -> String {
    format!("certok {} --exchange {}", RECEIVE.name, shell::path(args.directory()))
}

/// The message about an answer that was not accepted.
fn still_waiting(finding: &Finding, args: &Args) -> String {
    let next = match finding.is(&check::FILE_IGNORED) {
        true => String::new(),
        false => {
            format!("; with its answer code it is received by: {} --code CODE", receive_line(args))
        }
    };
    format!("still waiting: {}{next}", finding.message)
}

/// Looks for an authentic answer, or one that another process received meanwhile.
fn search(
    pending: &Pending,
    args: &Args,
    (command, env): (&'static str, &Env),
    seen: &mut HashSet<Digest>,
) -> Result<Report, Vec<Finding>> {
    let one = |finding: Box<Finding>| vec![*finding];
    let waiting = Waiting::of(env).map_err(one)?;
    let digest = pending.request.digest();
    let directory = args.directory();
    if let Some(received) = waiting.received(digest) {
        let mut report = Report::new(command, env.now);
        report.findings.push(check::received(&received, directory));
        return Ok(report);
    }
    let terms = Terms {
        target: &args.target,
        approver: &args.approver,
        trust_domain: None,
        ca: &args.ca,
        no_input: args.key.no_input,
    };
    let search = AnswerSearch {
        command,
        directory,
        waiting: &waiting,
        code: None,
        typed: &OnceCell::new(),
        terms,
        env,
    };
    let result = search.run(pending, seen).map_err(one)?;
    let refusals = result.refusal.into_iter().chain(result.ignored);
    result.authentic.ok_or(refusals.collect())
}
