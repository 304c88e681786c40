//! Delays signals while something must be finished, and obeys them afterwards.

use std::ffi::c_int;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use std::{io, thread};

use rustix::fs::{CWD, OFlags};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN};
use signal_hook::{flag, low_level};

use crate::system::open;

/// From now on signals are only noted, until [`release`]. A signal that the caller of certok
/// ignores (`nohup`, `trap ''`) stays ignored.
///
/// The first call installs the handlers. They cannot be removed, so afterwards they do what the
/// system would do; only `SIGTSTP` is ignored.
///
/// # Errors
///
/// The error of the system.
pub fn hold() -> io::Result<()> {
    if !INSTALLED.load(Ordering::SeqCst) {
        let ignored = ignored_signals();
        for watched in WATCHED.iter().filter(|w| ignored & w.mask() == 0) {
            if watched.ends {
                flag::register_conditional_default(watched.signal, &MAY_END)?;
            }
            flag::register(watched.signal, &watched.arrived)?;
        }
        INSTALLED.store(true, Ordering::SeqCst);
    }
    for watched in &WATCHED {
        watched.arrived.store(false, Ordering::SeqCst);
    }
    MAY_END.store(false, Ordering::SeqCst);
    Ok(())
}

/// From now on a signal ends the process again. Returns the signal that came since [`hold`].
pub fn release() -> Option<c_int> {
    MAY_END.store(true, Ordering::SeqCst);
    arrived()
}

/// The signal that came. If there were several, the most important: `SIGTERM` is often followed by
/// `SIGCONT`.
pub fn arrived() -> Option<c_int> {
    let mut watched = WATCHED.iter();
    let came = watched.find(|watched| watched.arrived.load(Ordering::SeqCst));
    came.map(|watched| watched.signal)
}

/// Does what `signal` does by default. Returns only if the process was resumed.
///
/// # Errors
///
/// The error of the system.
pub fn obey(signal: c_int) -> io::Result<()> {
    match signal {
        // The process was stopped by `SIGSTOP`, and the shell may have changed the terminal.
        SIGCONT => Ok(()),
        // It is not caught, so the kernel decides. It does not stop a job that no shell could
        // resume.
        SIGTSTP => {
            low_level::raise(SIGTTIN)?;
            await_resumption();
            Ok(())
        }
        _ => low_level::emulate_default_handler(signal),
    }
}

/// Waits for the `SIGCONT` that resumed the process, because another thread may note it a moment
/// later. After the next question it would make certok ask again and throw the answer away.
fn await_resumption() {
    let mut watched = WATCHED.iter();
    let resumed = watched.find(|watched| watched.signal == SIGCONT);
    for _ in 0..RESUMPTION_PAUSES {
        if resumed.is_none_or(|watched| watched.arrived.load(Ordering::SeqCst)) {
            break;
        }
        thread::sleep(PAUSE);
    }
}

/// The ignored signals, one bit each, if the system says so (Linux).
fn ignored_signals() -> u64 {
    let mut status = String::new();
    let path = Path::new("/proc/self/status");
    let opened = open::for_reading(CWD, path, OFlags::empty());
    let _ = opened.and_then(|(mut file, _)| file.read_to_string(&mut status));
    let mut lines = status.lines();
    let mask = lines.find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// A signal that may come while something is half done.
struct Watched {
    signal: c_int,
    /// Whether it ends the process.
    ends: bool,
    arrived: AtomicBool,
}

impl Watched {
    const fn new(signal: c_int, ends: bool) -> Self {
        Self { signal, ends, arrived: AtomicBool::new(false) }
    }

    /// Its bit in masks of /proc.
    fn mask(&self) -> u64 {
        1 << (self.signal - 1)
    }
}

/// The most important come first.
static WATCHED: [Watched; 6] = [
    Watched::new(SIGHUP, true),
    Watched::new(SIGINT, true),
    Watched::new(SIGQUIT, true),
    Watched::new(SIGTERM, true),
    Watched::new(SIGTSTP, false),
    Watched::new(SIGCONT, false),
];

/// Whether the handlers are installed.
static INSTALLED: AtomicBool = AtomicBool::new(false);

/// Whether a signal may end the process at once, because nothing is half done.
static MAY_END: AtomicBool = AtomicBool::new(true);

/// Time between two checks for `SIGCONT`. It is too short to be noticed.
const PAUSE: Duration = Duration::from_millis(20);

/// How many times to check for `SIGCONT`. It does not come if the process was not stopped, because
/// no shell could resume it.
const RESUMPTION_PAUSES: u32 = 10;
