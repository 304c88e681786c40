//! Asks the user at the terminal.
//!
//! Questions always use the terminal device, because stdin may be a credential and stdout a report.

use std::fs::{File, OpenOptions};
use std::io::{
    Read, Write, {self},
};
use std::thread;
use std::time::Duration;

use rustix::io::{Errno, ioctl_fionbio};
use rustix::termios::{
    InputModes, LocalModes, OptionalActions, QueueSelector, Termios, {self},
};
use zeroize::Zeroizing;

use crate::system::signals;
use crate::text::screen::Screen;

/// Asks `question` and reads one line without showing it. The line end is removed.
///
/// `None` if there is no terminal. Input from before the question is thrown away. The terminal is
/// restored on every return, and before `SIGHUP`, `SIGINT`, `SIGQUIT` or `SIGTERM` ends the
/// process. It is also restored while `SIGTSTP` stops the process; then the question is asked
/// again.
///
/// # Errors
///
/// `Interrupted` if the user typed end of file; `InvalidData` if the line is longer than 1024
/// bytes; else the error of the system.
pub fn passphrase(question: &str) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let Some(tty) = terminal()? else {
        return Ok(None);
    };
    loop {
        // A background job is stopped here (`SIGTTOU`), while a signal can still end it.
        termios::tcflush(&tty, QueueSelector::IFlush)?;
        signals::hold()?;
        let line = hidden_line(&tty, question);
        let Some(signal) = signals::release() else {
            return line.map(Some);
        };
        // The line must be wiped, even if the signal came right after its end.
        drop(line);
        signals::obey(signal)?;
    }
}

/// Asks a yes-no `question`. Only `y` and `yes` mean yes.
///
/// `None` if there is no terminal. Input from before the question is thrown away.
///
/// # Errors
///
/// The error of the system.
pub fn confirm(question: &str) -> io::Result<Option<bool>> {
    let Some(tty) = terminal()? else {
        return Ok(None);
    };
    termios::tcflush(&tty, QueueSelector::IFlush)?;
    show(&tty, question)?;
    show(&tty, " [y/N] ")?;
    let mut line = vec![0; MAX_LINE_BYTES];
    let length = read_line(&tty, &mut line)?;
    let answer = line[..length].trim_ascii();
    let yes = answer.eq_ignore_ascii_case(b"y") || answer.eq_ignore_ascii_case(b"yes");
    Ok(Some(yes))
}

/// Asks `question` and reads one line, which is shown while it is typed. White space around it is
/// removed.
///
/// `None` if there is no terminal. Input from before the question is thrown away.
///
/// # Errors
///
/// The error of the system.
pub fn line(question: &str) -> io::Result<Option<String>> {
    let Some(tty) = terminal()? else {
        return Ok(None);
    };
    termios::tcflush(&tty, QueueSelector::IFlush)?;
    show(&tty, question)?;
    let mut line = vec![0; MAX_LINE_BYTES];
    let length = read_line(&tty, &mut line)?;
    let typed = line.get(..length).unwrap_or_default().trim_ascii();
    Ok(Some(String::from_utf8_lossy(typed).into_owned()))
}

/// The controlling terminal, if there is one.
fn terminal() -> io::Result<Option<File>> {
    let opened = OpenOptions::new().read(true).write(true).open("/dev/tty");
    match opened {
        Ok(tty) => Ok(Some(tty)),
        Err(reason) if is_absence(&reason) => Ok(None),
        Err(reason) => Err(reason),
    }
}

/// Whether the error of opening `/dev/tty` means that there is no terminal.
fn is_absence(reason: &io::Error) -> bool {
    let errno = Errno::from_io_error(reason);
    matches!(errno, Some(Errno::NXIO | Errno::NODEV | Errno::NOENT))
}

/// Writes `text`, which may hold a file name.
fn show(mut tty: &File, text: &str) -> io::Result<()> {
    let mut screen = Screen::new(&mut tty, false);
    screen.write_all(text.as_bytes())?;
    screen.flush()
}

/// Reads into `line` until its end, the end of file, or until it is full. If `tty` does not block,
/// also until a signal comes. Returns the number of bytes, with the line end.
fn read_line(mut tty: &File, line: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < line.len() {
        match tty.read(&mut line[length..]) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(reason) if reason.kind() == io::ErrorKind::Interrupted => continue,
            Err(reason) if reason.kind() == io::ErrorKind::WouldBlock => {
                if signals::arrived().is_some() {
                    return Err(abandoned());
                }
                thread::sleep(PAUSE);
                continue;
            }
            Err(reason) => return Err(reason),
        }
        if line[length - 1] == b'\n' {
            break;
        }
    }
    Ok(length)
}

/// Asks `question` and reads one line, or what was typed until a signal comes.
fn hidden_line(tty: &File, question: &str) -> io::Result<Zeroizing<Vec<u8>>> {
    let hidden = Hidden::begin(tty)?;
    show(tty, question)?;
    let line = hidden.line();
    // Echo is off, so the line end was not shown either.
    show(tty, "\n")?;
    line
}

/// A terminal without echo. Dropping this restores it.
struct Hidden<'a> {
    tty: &'a File,
    before: Termios,
}

impl<'a> Hidden<'a> {
    /// Turns echo off. The kernel still handles editing of the line (erase, kill, literal next).
    fn begin(tty: &'a File) -> io::Result<Self> {
        let before = termios::tcgetattr(tty)?;
        let mut during = before.clone();
        // This is set already, unless an editor or a shell left the terminal raw.
        during.input_modes |= InputModes::ICRNL;
        during.local_modes |= LocalModes::ICANON | LocalModes::ISIG;
        during.local_modes -= LocalModes::ECHO | LocalModes::ECHONL;
        let hidden = Self { tty, before };
        termios::tcsetattr(tty, OptionalActions::Flush, &during)?;
        Ok(hidden)
    }

    /// One line, without its end.
    fn line(&self) -> io::Result<Zeroizing<Vec<u8>>> {
        // One byte more than allowed, and the line end. The buffer never grows, so no copy is left.
        let mut line = Zeroizing::new(vec![0; MAX_LINE_BYTES + 2]);
        // A blocking read would continue after a signal. (`poll` cannot use /dev/tty on macOS.)
        ioctl_fionbio(self.tty, true)?;
        let length = read_line(self.tty, &mut line);
        ioctl_fionbio(self.tty, false)?;
        line.truncate(length?);
        match line.last() {
            Some(b'\n') => _ = line.pop(),
            Some(_) => {}
            None => return Err(abandoned()),
        }
        if line.len() > MAX_LINE_BYTES {
            let reason = format!("longer than {MAX_LINE_BYTES} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
        }
        Ok(line)
    }
}

impl Drop for Hidden<'_> {
    /// Restores the terminal. The rest of a line that is too long is thrown away, so that the shell
    /// does not read it.
    fn drop(&mut self) {
        // If this fails, the terminal is gone and nobody can be told.
        let _ = termios::tcsetattr(self.tty, OptionalActions::Flush, &self.before);
    }
}

/// The error if the user does not answer.
fn abandoned() -> io::Error {
    io::Error::new(io::ErrorKind::Interrupted, "abandoned")
}

/// Longest line. OpenSSL reads passphrases of up to 1024 bytes (`PEM_BUFSIZE`).
const MAX_LINE_BYTES: usize = 1024;

/// Time between two checks for a line or a signal. It is too short to be noticed.
const PAUSE: Duration = Duration::from_millis(20);

#[cfg(all(test, target_os = "linux"))]
mod tests;
