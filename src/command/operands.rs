//! Several files, of which each is judged alone: as many as are listed, some at a time in memory.

use std::io;
use std::path::{Path, PathBuf};

use crate::check::arguments;
use crate::command::{Noun, Options, bearer, idtoken, info, proxy, verify};
use crate::load::LoadError;
use crate::load::list::List;
use crate::report::{Finding, Report};
use crate::system::env::Env;
use crate::system::parallel;
use crate::system::progress::Task;

/// Operands that are in memory at a time: enough to keep every core busy, and no more than some
/// megabytes.
const BATCH: usize = 256;

/// Operands of one report, of some kilobytes each: 150 MB in all. jsonl has no such limit.
pub const MAX_TOGETHER: usize = 25_000;

/// Takes the reports of operands, in order, each with the operand's name.
pub type Sink<'a> = dyn FnMut(String, Report) -> io::Result<()> + 'a;

/// Judges a batch of operands, in order.
type Judge<'a> = dyn FnMut(&[PathBuf]) -> Vec<Report> + 'a;

/// Whether operands are asked about, of a command that judges each alone.
pub fn asked(command: &str, options: &Options) -> bool {
    let named = !options.files.is_empty() || options.files_from.is_some();
    named && subject(command).is_some()
}

/// What operands are.
#[derive(Clone, Copy)]
enum Subject {
    Bearer,
    Certificate(Noun),
    IdToken,
}

/// What the operands of `command` are, if it judges each alone.
fn subject(command: &str) -> Option<Subject> {
    match command {
        "bearer-info" | "bearer-verify" => Some(Subject::Bearer),
        "cert-info" | "cert-verify" => Some(Subject::Certificate(Noun::Cert)),
        "idtoken-info" | "idtoken-verify" => Some(Subject::IdToken),
        "proxy-info" | "proxy-verify" => Some(Subject::Certificate(Noun::Proxy)),
        "token-info" | "token-verify" => Some(Subject::Certificate(Noun::Token)),
        _ => None,
    }
}

/// Judges each operand; gives what is wrong with the list of them.
///
/// # Errors
///
/// What the sink said; nothing more is judged then.
pub fn each(
    command: &'static str,
    options: &Options,
    env: &Env,
    sink: &mut Sink<'_>,
) -> io::Result<Option<Finding>> {
    let progress = match &options.files_from {
        None => Task::begin(options.files.len()),
        Some(_) => Task::open(),
    };
    let mut judge = judge(command, options, env, &progress);
    let mut batch = Vec::with_capacity(BATCH);
    let mut judged = 0_usize;
    let mut take = |batch: &mut Vec<PathBuf>| -> io::Result<()> {
        let reports = judge(batch).into_iter();
        judged += batch.len();
        let each = batch.drain(..).zip(reports);
        each.into_iter().try_for_each(|(path, report)| sink(path.display().to_string(), report))
    };
    let mut trouble = None;
    for path in paths(options) {
        match path {
            Ok(path) => batch.push(path),
            Err(found) => trouble = Some(found),
        }
        if batch.len() == BATCH {
            take(&mut batch)?;
        }
    }
    take(&mut batch)?;
    let list = options.files_from.as_deref().unwrap_or(Path::new("-"));
    Ok(match trouble {
        Some(trouble) => Some(arguments::bad_list(list, &trouble)),
        None if judged == 0 => Some(arguments::empty_list(list)),
        None => None,
    })
}

/// The operands, and behind them those of the list.
fn paths(options: &Options) -> Box<dyn Iterator<Item = Result<PathBuf, LoadError>> + '_> {
    let named = options.files.iter().cloned().map(Ok);
    match options.files_from.as_deref().map(List::open) {
        None => Box::new(named),
        Some(Ok(list)) => Box::new(named.chain(list)),
        Some(Err(trouble)) => Box::new(named.chain(std::iter::once(Err(trouble)))),
    }
}

/// The operands in one report.
pub fn together(command: &'static str, options: &Options, env: &Env) -> Report {
    let mut parts = Vec::new();
    let mut keep = |name, report| {
        if parts.len() == MAX_TOGETHER {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        parts.push((name, report));
        Ok(())
    };
    let wrong = match each(command, options, env, &mut keep) {
        Ok(wrong) => wrong,
        Err(_) => Some(arguments::cut_list(MAX_TOGETHER)),
    };
    if let Some(finding) = wrong {
        let name = options.files_from.as_deref().unwrap_or(Path::new("-"));
        let mut part = Report::new(command, env.now);
        part.findings.push(finding);
        parts.push((name.display().to_string(), part));
    }
    Report::combined(command, env.now, parts)
}

/// What judges a batch.
fn judge<'a>(
    command: &'static str,
    options: &'a Options,
    env: &'a Env,
    progress: &'a Task,
) -> Box<Judge<'a>> {
    let subject = subject(command).unwrap_or(Subject::Certificate(Noun::Cert));
    match subject {
        Subject::Certificate(noun) if command.ends_with("-verify") => {
            return Box::new(verify::operands(noun, command, options, env, progress));
        }
        _ => {}
    }
    let one = move |path: &PathBuf| match subject {
        Subject::Certificate(Noun::Proxy) => proxy::operand(command, path, options, env),
        Subject::Certificate(noun) => info::operand(noun, command, path, options, env),
        Subject::Bearer => bearer::operand(command, path, options, env),
        Subject::IdToken => idtoken::operand(command, path, options, env),
    };
    Box::new(move |files| {
        parallel::map(files, |path: &PathBuf| {
            let report = one(path);
            progress.step();
            report
        })
    })
}
