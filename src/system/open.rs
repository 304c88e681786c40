//! The one room that opens a file for reading.
//!
//! Whoever owns a name in /tmp can put a pipe there after the name was looked at. So opening never
//! waits, and what is to be known of a file is asked of the open file, never of its name again.
//!
//! Symbolic links are followed unless the caller forbids it: Globus, VOMS, XRootD, HTCondor and
//! alien.py follow them for every credential, /tmp included, and certok must read what they read. Where
//! somebody else's link would do harm (what is destroyed, exchanged or kept), `NOFOLLOW` is passed.

use std::fs::{File, Metadata};
use std::io;
use std::os::fd::AsFd;
use std::path::Path;

use rustix::fs::{Mode, OFlags, openat};
use rustix::io::retry_on_intr;

/// Opens `path`, seen from `directory`, for reading; `flags` are added. What the system says of the
/// open file. A pipe is opened whether or not somebody writes to it, and no terminal becomes the one
/// that controls the process.
///
/// # Errors
///
/// What the system said.
pub fn for_reading(
    directory: impl AsFd,
    path: &Path,
    flags: OFlags,
) -> io::Result<(File, Metadata)> {
    let flags = flags | OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let opened = retry_on_intr(|| openat(&directory, path, flags, Mode::empty()))?;
    let file = File::from(opened);
    let facts = file.metadata()?;
    Ok((file, facts))
}
