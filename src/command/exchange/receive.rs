//! `idtoken-receive`: takes the token out of an answer, once it is known who made the answer.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::check::exchange as check;
use crate::command::Call;
use crate::command::arguments::groups::exchanged;
use crate::command::arguments::{OlderTool, arguments, option};
use crate::command::definition::{Definition, Group, Stdout};
use crate::command::exchange::answer_check::{AnswerCheck, Terms};
use crate::command::exchange::answer_search::AnswerSearch;
use crate::command::exchange::spool;
use crate::command::exchange::state::Waiting;
use crate::command::idtoken::arguments::{Approver, TargetArguments};
use crate::command::idtoken::{arguments as shared, at_most, issue};
use crate::load;
use crate::load::{LoadError, exchange};
use crate::locate::CaOptions;
use crate::parse::exchange::answer::AnswerFile;
use crate::parse::exchange::digest::{AnswerCode, Id};
use crate::parse::exchange::received::Received;
use crate::report::{Finding, Report};
use crate::system::env::Env;

/// `idtoken-receive`.
pub const RECEIVE: Definition<Args> = Definition {
    name: "idtoken-receive",
    group: Group::Tokens,
    about: "Take the token out of the answer",
    note: "An answer must prove who made it: by the approver's key (--approver-key), by a \
           certificate (of the\nhost named with -name, or of --approver-dn), or by the answer \
           code that the approver reads out.\n\n",
    example: "certok idtoken-receive --code CODE alice.answer",
    older_tool: OlderTool::Condor,
    stdout: |_| Stdout::Made,
    prints_secret: |_| true,
    ..Definition::reporting(run)
};

arguments! {
    /// Arguments of `idtoken-receive`.
    pub struct Args {
        files: Vec<PathBuf> =
            exchanged("FILE", "The answer; with --exchange whatever answers there are"),
        code: Option<String> =
            option("code", "CODE", "The answer code, as the approver read it out"),
        trust_domain: Option<String> =
            shared::trust_domain("The trust domain the token must be for"),
        target: TargetArguments,
        approver: Approver,
        exchange: Option<PathBuf> = shared::EXCHANGE,
        ca: CaOptions,
    }
}

/// Receives the answer in the operand, or the answers in the exchange directory.
fn run(args: &Args, call: &Call<'_>) -> Result<Report, String> {
    issue::check_trust_domain(args.trust_domain.as_deref())?;
    at_most(&args.files, 1)?;
    let code = code(args.code.as_deref())?;
    let env = call.env;
    let terms = Terms {
        target: &args.target,
        approver: &args.approver,
        trust_domain: args.trust_domain.as_deref(),
        ca: &args.ca,
        no_input: call.no_input,
    };
    match (args.files.first(), &args.exchange) {
        (Some(_), Some(_)) => Err("a file and --exchange name two places for one answer".into()),
        (None, None) => Err("name the answer file, or the directory: --exchange DIR".into()),
        (Some(path), None) => Ok(match exchange::operand(path) {
            Ok(bytes) => of_file(path, &bytes, code, terms, env),
            Err(trouble) => {
                let message = format!("the answer {}: {trouble}", path.display());
                failed(unread(path, &trouble, message), env)
            }
        }),
        (None, Some(directory)) => Ok(of_directory(directory, code, terms, env)),
    }
}

fn code(given: Option<&str>) -> Result<Option<AnswerCode>, String> {
    let code = given.map(|text| AnswerCode::parse(text).ok_or_else(|| not_a_code(text)));
    code.transpose()
}

fn not_a_code(text: &str) -> String {
    let what = match Id::parse(text) {
        Some(_) => "is the id of a request, and",
        None => "is",
    };
    format!("--code: '{text}' {what} no answer code: 16 characters as the approver reads them out")
}

fn failed(finding: Finding, env: &Env) -> Report {
    let mut report = Report::new(RECEIVE.name, env.now);
    report.findings.push(finding);
    report
}

fn of_file(
    path: &Path,
    bytes: &[u8],
    code: Option<AnswerCode>,
    terms: Terms<'_>,
    env: &Env,
) -> Report {
    let file = match AnswerFile::parse(bytes) {
        Ok(file) => file,
        Err(why) => {
            let message = format!("{} is no answer: {why}", path.display());
            return failed(check::about(&check::ANSWER_MALFORMED, path, message), env);
        }
    };
    let waiting = match Waiting::of(env) {
        Ok(waiting) => waiting,
        Err(finding) => return failed(*finding, env),
    };
    match waiting.find(file.answer.request, env) {
        Ok(Some(pending)) => {
            AnswerCheck { path, file, pending: &pending, code, typed: &OnceCell::new(), terms, env }
                .accept(RECEIVE.name, &waiting)
        }
        Ok(None) => {
            if let Some(received) = waiting.received(file.answer.request) {
                return failed(check::received(&received, path), env);
            }
            let id = file.answer.request.id();
            let message = format!(
                "the answer in {} is to the request {id}, which does not wait here",
                path.display()
            );
            failed(check::about(&check::ANSWER_FOREIGN, path, message), env)
        }
        Err(finding) => failed(*finding, env),
    }
}

/// The first authentic answer in the directory to a pending request.
fn of_directory(directory: &Path, code: Option<AnswerCode>, terms: Terms<'_>, env: &Env) -> Report {
    let command = RECEIVE.name;
    let waiting = match Waiting::of(env) {
        Ok(waiting) => waiting,
        Err(finding) => return failed(*finding, env),
    };
    let (pendings, mut aside) = waiting.all(env);
    let mut refused = None;
    let search = AnswerSearch {
        command,
        directory,
        waiting: &waiting,
        code,
        typed: &OnceCell::new(),
        terms,
        env,
    };
    for pending in &pendings {
        let result = match search.run(pending, &mut HashSet::new()) {
            Ok(result) => result,
            Err(finding) => return failed(*finding, env),
        };
        if let Some(mut report) = result.authentic {
            let aside = aside.into_iter().chain(result.ignored);
            report.findings.extend(aside.map(Finding::as_warning));
            return report;
        }
        refused = refused.or(result.refusal);
        aside.extend(result.ignored);
    }
    let notes = waiting.notes();
    let again = || named_again(directory, code?, &notes);
    let finding = again().or(refused).or_else(|| {
        let there = |received: &Received| {
            let name = format!("{}.{}", received.request.id(), exchange::ANSWER);
            Some(directory.join(name)).filter(|path| load::link_facts(path).is_some())
        };
        let mut before = notes.iter().filter_map(|(_, received)| {
            there(received).map(|path| check::received(received, &path))
        });
        before.next()
    });
    let mut report = failed(finding.unwrap_or_else(|| missing(directory)), env);
    report.findings.extend(aside);
    report
}

/// The finding that the answer with this code was received before. The code says that this one is
/// meant, whatever other answers are there.
fn named_again(
    directory: &Path,
    code: AnswerCode,
    notes: &[(PathBuf, Received)],
) -> Option<Finding> {
    notes.iter().find_map(|(_, received)| {
        let (answers, _) = spool::answers(directory, received.request).ok()?;
        let mut answers = answers.into_iter();
        let (path, _) = answers.find(|(_, file)| file.digest.code() == code)?;
        Some(check::received(received, &path))
    })
}

fn unread(path: &Path, trouble: &LoadError, message: String) -> Finding {
    match trouble {
        LoadError::Missing(_) | LoadError::Dangling(..) => {
            check::about(&check::ANSWER_MISSING, path, message)
                .advice("name the file of the answer, or the directory: --exchange DIR")
        }
        _ => check::about(&check::ANSWER_MALFORMED, path, message),
    }
}

fn missing(directory: &Path) -> Finding {
    let message = format!("no answer to a request that waits here is in {}", directory.display());
    check::about(&check::ANSWER_MISSING, directory, message)
}
