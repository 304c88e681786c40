//! Shows on the terminal how far long work has come. The line is removed when the work is done.
//!
//! If nobody can see it, nothing is counted and no thread is started.

use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender};
use std::sync::{Arc, mpsc};
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;

/// Shorter work shows no line.
const PATIENCE: Duration = Duration::from_millis(500);

/// Time between two updates of the line.
const REDRAW: Duration = Duration::from_millis(100);

/// Goes to the beginning of the line and clears it (ECMA-48 EL).
const ERASE: &str = "\r\x1b[K";

/// Stands for an unknown number of steps.
const UNKNOWN: usize = usize::MAX;

/// While it exists, work of this thread is counted on stderr, if `shown`.
#[derive(Debug)]
pub struct Line(());

impl Line {
    /// Begins. `shown`: somebody can see the line.
    pub fn begin(shown: bool) -> Self {
        HERE.set(shown.then(Meter::default));
        Self(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        // Dropping the meter removes the line from the terminal.
        HERE.take();
    }
}

/// Work of many steps. Other work inside it is not counted.
#[derive(Debug)]
pub struct Task(Option<Arc<Count>>);

impl Task {
    /// Begins work with this number of steps.
    pub fn begin(steps: usize) -> Self {
        if steps < 2 {
            return Self(None);
        }
        Self(HERE.with_borrow_mut(|meter| meter.as_mut()?.start(steps)))
    }

    /// Begins work with an unknown number of steps.
    pub fn open() -> Self {
        Self(HERE.with_borrow_mut(|meter| meter.as_mut()?.start(UNKNOWN)))
    }

    /// Counts one step as done.
    pub fn step(&self) {
        if let Some(count) = &self.0 {
            count.done.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if self.0.is_some() {
            HERE.with_borrow_mut(|meter| meter.iter_mut().for_each(|meter| meter.busy = false));
        }
    }
}

thread_local! {
    /// The meter for work that this thread starts.
    static HERE: RefCell<Option<Meter>> = const { RefCell::new(None) };
}

#[derive(Default)]
struct Meter {
    count: Arc<Count>,
    ticker: Option<Ticker>,
    busy: bool,
}

impl Meter {
    fn start(&mut self, steps: usize) -> Option<Arc<Count>> {
        if self.busy {
            return None;
        }
        self.busy = true;
        self.count.done.store(0, Ordering::Relaxed);
        self.count.all.store(steps, Ordering::Relaxed);
        let count = &self.count;
        self.ticker.get_or_insert_with(|| Ticker::start(count));
        Some(Arc::clone(count))
    }
}

#[derive(Debug, Default)]
struct Count {
    done: AtomicUsize,
    all: AtomicUsize,
}

/// The thread that draws the line.
struct Ticker {
    /// Dropping it stops the thread.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    fn start(count: &Arc<Count>) -> Self {
        let (stop, stopped) = mpsc::channel::<()>();
        let count = Arc::clone(count);
        let work = move || {
            let mut wait = PATIENCE;
            while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                wait = REDRAW;
                let done = count.done.load(Ordering::Relaxed);
                let all = count.all.load(Ordering::Relaxed);
                write(&line(done, all));
            }
            if wait != PATIENCE {
                write(ERASE);
            }
        };
        Self {
            stop: Some(stop),
            // If no thread can be started, the work goes on without a line.
            thread: thread::Builder::new().spawn(work).ok(),
        }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.stop = None;
        let ended = self.thread.take().map(JoinHandle::join);
        drop(ended);
    }
}

/// `certok: 4 200 of 10 000`, or `certok: 4 200`. It replaces the previous line.
fn line(done: usize, all: usize) -> String {
    if all == UNKNOWN {
        return format!("{ERASE}certok: {}", grouped(done));
    }
    format!("{ERASE}certok: {} of {}", grouped(done.min(all)), grouped(all))
}

/// The number with its digits in groups of three.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// Writes without the lock on stderr, which the thread that started the work holds.
fn write(text: &str) {
    // The line is only for looking at, so errors do not matter.
    let _ = rustix::io::write(rustix::stdio::stderr(), text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::{HERE, Line, Task, grouped, line};

    #[test]
    fn the_line() {
        assert_eq!(line(4200, 10_000), "\r\x1b[Kcertok: 4 200 of 10 000");
        assert_eq!(line(4200, super::UNKNOWN), "\r\x1b[Kcertok: 4 200");
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1 000"), (1_234_567, "1 234 567")] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn nothing_is_counted_where_nobody_looks() {
        let line = Line::begin(false);
        assert!(Task::begin(1000).0.is_none());
        drop(line);
        assert!(Task::begin(1000).0.is_none());
    }

    #[test]
    fn work_within_work_is_not_counted() {
        let line = Line::begin(true);
        let outer = Task::begin(3);
        assert!(outer.0.is_some());
        assert!(Task::begin(1000).0.is_none());
        drop(outer);
        assert!(Task::begin(1).0.is_none(), "one step has no middle");
        assert!(Task::begin(2).0.is_some());
        drop(line);
        assert!(HERE.take().is_none());
    }
}
