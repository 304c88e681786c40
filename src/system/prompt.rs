//! Asks the person at the terminal.
//!
//! Always on the terminal device: standard input may carry a credential, standard output a report.

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

/// Asks `question` and reads one line without showing it. The line end is not part of it.
///
/// `None` when there is no terminal. What was typed before the question appeared is thrown away.
/// The terminal is as before on every return, and before `SIGHUP`, `SIGINT`, `SIGQUIT` or `SIGTERM`
/// ends the process, whether from a key or from another process. It is so, too, while `SIGTSTP`
/// stops the process; the question is asked again afterwards.
///
/// # Errors
///
/// `Interrupted` when the question was abandoned by end of file; `InvalidData` when the line is
/// longer than 1024 bytes; else what the system said.
pub fn passphrase(question: &str) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let Some(tty) = terminal()? else {
        return Ok(None);
    };
    loop {
        // Stops a background job (`SIGTTOU`) while a signal can still end it.
        termios::tcflush(&tty, QueueSelector::IFlush)?;
        signals::hold()?;
        let line = hidden_line(&tty, question);
        let Some(signal) = signals::release() else {
            return line.map(Some);
        };
        // Wiped, should the signal have come right after the line end.
        drop(line);
        signals::obey(signal)?;
    }
}

/// Asks `question`, to be answered with yes or no; everything but `y` and `yes` is no.
///
/// `None` when there is no terminal. What was typed before the question appeared is thrown away.
///
/// # Errors
///
/// What the system said.
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

/// Asks `question` and reads one line, which is shown as it is typed. White space
/// around it is not part of it.
///
/// `None` when there is no terminal. What was typed before the question appeared is thrown away.
///
/// # Errors
///
/// What the system said.
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

/// The terminal that controls this process, if there is one.
fn terminal() -> io::Result<Option<File>> {
    let opened = OpenOptions::new().read(true).write(true).open("/dev/tty");
    match opened {
        Ok(tty) => Ok(Some(tty)),
        Err(reason) if is_absence(&reason) => Ok(None),
        Err(reason) => Err(reason),
    }
}

/// Whether `/dev/tty` failed to open because no terminal, or no such device, is there.
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

/// Fills `line` up to its end, to the end of file, until it is full or, if `tty` does not block, until
/// a signal comes. How many bytes came, the line end included.
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

/// Asks `question` and reads one line, or as much as there is until a signal comes.
fn hidden_line(tty: &File, question: &str) -> io::Result<Zeroizing<Vec<u8>>> {
    let hidden = Hidden::begin(tty)?;
    show(tty, question)?;
    let line = hidden.line();
    // The line end was not shown either.
    show(tty, "\n")?;
    line
}

/// A terminal that shows nothing, until this is dropped.
struct Hidden<'a> {
    tty: &'a File,
    before: Termios,
}

impl<'a> Hidden<'a> {
    /// Echo off. The kernel still edits the line (erase, kill, literal next).
    fn begin(tty: &'a File) -> io::Result<Self> {
        let before = termios::tcgetattr(tty)?;
        let mut during = before.clone();
        // Set already, unless an editor or a shell left the terminal raw.
        during.input_modes |= InputModes::ICRNL;
        during.local_modes |= LocalModes::ICANON | LocalModes::ISIG;
        during.local_modes -= LocalModes::ECHO | LocalModes::ECHONL;
        let hidden = Self { tty, before };
        termios::tcsetattr(tty, OptionalActions::Flush, &during)?;
        Ok(hidden)
    }

    /// One line, without its end.
    fn line(&self) -> io::Result<Zeroizing<Vec<u8>>> {
        // One more than allowed, and the line end. Never grows, so no copy is left behind.
        let mut line = Zeroizing::new(vec![0; MAX_LINE_BYTES + 2]);
        // A read that blocks would go on after a signal. (`poll` knows no /dev/tty on macOS.)
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
    /// As before. What is left of an overlong line is thrown away, lest the shell reads it.
    fn drop(&mut self) {
        // Nobody is left to tell: if this fails the terminal has gone.
        let _ = termios::tcsetattr(self.tty, OptionalActions::Flush, &self.before);
    }
}

/// The person does not want to answer.
fn abandoned() -> io::Error {
    io::Error::new(io::ErrorKind::Interrupted, "abandoned")
}

/// Longest line taken. OpenSSL reads passphrases of up to 1024 bytes (`PEM_BUFSIZE`).
const MAX_LINE_BYTES: usize = 1024;

/// Between two looks whether a line or a signal has come: too short to be noticed.
const PAUSE: Duration = Duration::from_millis(20);

#[cfg(all(test, target_os = "linux"))]
mod tests;
