//! The one place that opens files for reading.
//!
//! A name in /tmp can become a pipe after it was checked. So opening never waits, and facts come
//! from the open file, not from a second look at its name.
//!
//! Symbolic links are followed unless the caller forbids it. Globus, VOMS, XRootD, HTCondor and
//! alien.py follow them for every credential, also in /tmp, and certok must read what they read.
//! Where the link of another user would do harm (files that are destroyed, exchanged or kept),
//! `NOFOLLOW` is passed.

use std::fs::{File, Metadata};
use std::io;
use std::os::fd::AsFd;
use std::path::Path;

use rustix::fs::{Mode, OFlags, openat};
use rustix::io::retry_on_intr;

/// Opens `path`, relative to `directory`, for reading, with additional `flags`. Also returns what
/// the system says of the open file. A pipe is opened even if no process writes to it. A
/// terminal does not become the controlling one.
///
/// # Errors
///
/// The error of the system.
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
