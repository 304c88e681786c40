//! Several files, of which each is judged alone: as many as are listed, some at a time in memory.

use std::io;
use std::path::{Path, PathBuf};

use crate::check::arguments;
use crate::command::arguments::groups::Operands;
use crate::command::definition::Judge;
use crate::command::{Call, Command};
use crate::load::LoadError;
use crate::load::list::List;
use crate::locate;
use crate::report::{Finding, Report};
use crate::source::candidate::Candidate;
use crate::system::parallel;
use crate::system::progress::Task;

/// Operands that are in memory at a time: enough to keep every core busy, and no more than some
/// megabytes.
const BATCH: usize = 256;

/// Operands of one report, of some kilobytes each: 150 MB in all. jsonl has no such limit.
pub const MAX_TOGETHER: usize = 25_000;

/// Takes the reports of operands, in order, each with the operand's name.
pub type Sink<'a> = dyn FnMut(String, Report) -> io::Result<()> + 'a;

impl Operands {
    /// Whether there are any.
    pub fn are_given(&self) -> bool {
        !self.files.is_empty() || self.list.is_some()
    }

    /// The operands, and behind them those of the list.
    fn paths(&self) -> Box<dyn Iterator<Item = Result<PathBuf, LoadError>> + '_> {
        let named = self.files.iter().cloned().map(Ok);
        match self.list.as_deref().map(|list| List::open(list, self.nul)) {
            None => Box::new(named),
            Some(Ok(list)) => Box::new(named.chain(list)),
            Some(Err(trouble)) => Box::new(named.chain(std::iter::once(Err(trouble)))),
        }
    }

    /// The list as it is shown.
    fn shown_list(&self) -> &Path {
        self.list.as_deref().unwrap_or(Path::new("-"))
    }
}

/// Judges each operand; gives what is wrong with the list of them.
///
/// # Errors
///
/// What the sink said; nothing more is judged then.
pub fn each(
    command: &Command,
    operands: &Operands,
    call: &Call<'_>,
    sink: &mut Sink<'_>,
) -> io::Result<Option<Finding>> {
    let progress = match &operands.list {
        None => Task::begin(operands.files.len()),
        Some(_) => Task::open(),
    };
    let judge = command.judge(call, &progress);
    let mut judge = judge.expect("a command that has operands judges them");
    let mut batch = Vec::with_capacity(BATCH);
    let mut judged = 0_usize;
    let mut take = |batch: &mut Vec<PathBuf>| -> io::Result<()> {
        let operands: Vec<Candidate> = batch.iter().map(|path| locate::operand(path)).collect();
        let reports = judge(&operands).into_iter();
        judged += batch.len();
        let each = batch.drain(..).zip(reports);
        each.into_iter().try_for_each(|(path, report)| sink(path.display().to_string(), report))
    };
    let mut trouble = None;
    for path in operands.paths() {
        match path {
            Ok(path) => batch.push(path),
            Err(found) => trouble = Some(found),
        }
        if batch.len() == BATCH {
            take(&mut batch)?;
        }
    }
    take(&mut batch)?;
    let list = operands.shown_list();
    Ok(match trouble {
        Some(trouble) => Some(arguments::bad_list(list, &trouble)),
        None if judged == 0 => Some(arguments::empty_list(list)),
        None => None,
    })
}

/// The operands in one report.
pub fn together(command: &Command, operands: &Operands, call: &Call<'_>) -> Report {
    let mut parts = Vec::new();
    let mut keep = |name, report| {
        if parts.len() == MAX_TOGETHER {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        parts.push((name, report));
        Ok(())
    };
    let wrong = match each(command, operands, call, &mut keep) {
        Ok(wrong) => wrong,
        Err(_) => Some(arguments::cut_list(MAX_TOGETHER)),
    };
    if let Some(finding) = wrong {
        let mut part = call.report();
        part.findings.push(finding);
        parts.push((operands.shown_list().display().to_string(), part));
    }
    Report::combined(call.name, call.env.now, parts)
}

/// Judges the operands of a batch on all cores, each by itself.
pub fn one_by_one<'a>(
    task: &'a Task,
    one: impl Fn(&Candidate) -> Report + Sync + 'a,
) -> Box<Judge<'a>> {
    Box::new(move |files| {
        parallel::map(files, |file: &Candidate| {
            let report = one(file);
            task.step();
            report
        })
    })
}
