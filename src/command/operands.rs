//! Many files, each judged alone. A list may have any number; only a batch is in memory.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::check::arguments;
use crate::command::arguments::groups::Operands;
use crate::command::definition::Judge;
use crate::command::{Call, Command};
use crate::load::LoadError;
use crate::load::blocks::Blocks;
use crate::load::list::List;
use crate::locate;
use crate::report::{Finding, Operand, Report};
use crate::source::Source;
use crate::source::candidate::{Candidate, Held, Location};
use crate::system::parallel;
use crate::system::progress::Task;

/// Operands in memory at a time. Enough for all cores, and only some megabytes.
const BATCH: usize = 256;

/// Most operands in one report. They need some kilobytes each, 150 MB in all. jsonl has no such
/// limit.
pub const MAX_TOGETHER: usize = 25_000;

/// Receives the reports of operands in order, with their names.
pub type Sink<'a> = dyn FnMut(Operand, Report) -> io::Result<()> + 'a;

impl Operands {
    /// Whether there are any.
    pub fn are_given(&self) -> bool {
        !self.files.is_empty() || self.list.is_some()
    }

    /// The operands, and after them those of the list.
    fn paths(&self) -> Box<dyn Iterator<Item = Result<PathBuf, LoadError>> + '_> {
        let named = self.files.iter().cloned().map(Ok);
        match self.list.as_deref().map(|list| List::open(list, self.nul)) {
            None => Box::new(named),
            Some(Ok(list)) => Box::new(named.chain(list)),
            Some(Err(trouble)) => Box::new(named.chain(std::iter::once(Err(trouble)))),
        }
    }

    /// The operands that are judged, with their names. With `--each`, the blocks of the files.
    fn candidates(&self) -> Box<dyn Iterator<Item = Result<(Operand, Candidate), LoadError>> + '_> {
        let named = |path: PathBuf| {
            (Operand { name: path.display().to_string(), part: None }, locate::operand(&path))
        };
        if !self.each {
            return Box::new(self.paths().map(move |path| path.map(named)));
        }
        Box::new(self.paths().flat_map(move |path| match path.map(named) {
            Ok((operand, candidate)) => blocks(operand, candidate),
            Err(trouble) => Box::new(std::iter::once(Err(trouble))),
        }))
    }

    /// The list, for the screen.
    fn shown_list(&self) -> &Path {
        self.list.as_deref().unwrap_or(Path::new("-"))
    }
}

type Candidates = Box<dyn Iterator<Item = Result<(Operand, Candidate), LoadError>>>;

/// The blocks of one operand. If it cannot be read to its end, the operand itself, so that the
/// judgement says why.
fn blocks(operand: Operand, whole: Candidate) -> Candidates {
    let Ok(blocks) = Blocks::open(&whole) else {
        return Box::new(std::iter::once(Ok((operand, whole))));
    };
    let mut count = 0_usize;
    let mut blocks = blocks.fuse();
    Box::new(std::iter::from_fn(move || {
        count += 1;
        let part = |source: &Source| source.part.map(|part| (part.block, part.line));
        match blocks.next() {
            Some(Ok(source)) => {
                let operand = Operand { part: part(&source), ..operand.clone() };
                let location = Location::Held(Held(Arc::new(source)));
                Some(Ok((operand, Candidate { location, ..whole.clone() })))
            }
            Some(Err(_)) => Some(Ok((operand.clone(), whole.clone()))),
            None => (count == 1).then(|| Ok((operand.clone(), whole.clone()))),
        }
    }))
}

/// Judges each operand. Returns findings about the list.
///
/// # Errors
///
/// What the sink reported. Then nothing more is judged.
pub fn each(
    command: &Command,
    operands: &Operands,
    call: &Call<'_>,
    sink: &mut Sink<'_>,
) -> io::Result<Option<Finding>> {
    let progress = match &operands.list {
        None if !operands.each => Task::begin(operands.files.len()),
        _ => Task::open(),
    };
    let judge = command.judge(call, &progress);
    let mut judge = judge.expect("a command that has operands judges them");
    let mut batch = Vec::with_capacity(BATCH);
    let mut judged = 0_usize;
    let mut take = |batch: &mut Vec<(Operand, Candidate)>| -> io::Result<()> {
        let (names, operands): (Vec<Operand>, Vec<Candidate>) = batch.drain(..).unzip();
        let reports = judge(&operands).into_iter();
        judged += names.len();
        names.into_iter().zip(reports).try_for_each(|(name, report)| sink(name, report))
    };
    let mut trouble = None;
    for one in operands.candidates() {
        match one {
            Ok(one) => batch.push(one),
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
    let mut keep = |name: Operand, report| {
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
        parts.push((
            Operand { name: operands.shown_list().display().to_string(), part: None },
            part,
        ));
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
