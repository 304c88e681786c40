//! Asks the person at the terminal.
//!
//! Always on the terminal device: standard input may carry a credential, standard output a report.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};

use rustix::io::Errno;
use rustix::termios::{
    self, InputModes, LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios,
};
use zeroize::Zeroizing;

/// Asks `question` and reads one line without showing it. The line end is not part of it.
///
/// `None` when there is no terminal. What was typed before the question appeared is thrown away.
/// The terminal is as before on every return, and after the keys for interrupt and quit, which
/// abandon the question at once. The suspend key is ignored. What cannot be caught without a signal
/// handler is a `SIGTERM` or `SIGKILL` sent by another process: the echo then stays off until the
/// shell or `stty sane` puts it back.
///
/// # Errors
///
/// `Interrupted` when the question was abandoned, also by end of file; `InvalidData` when the line
/// is longer than 1024 bytes; else what the system said.
pub fn passphrase(question: &str) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let Some(tty) = terminal()? else {
        return Ok(None);
    };
    let hidden = Hidden::begin(&tty)?;
    show(&tty, question)?;
    let line = hidden.line();
    // The line end was not shown either.
    show(&tty, "\n")?;
    line.map(Some)
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
    let length = read_line(&tty, &mut line, |byte| byte == b'\n')?;
    let answer = line[..length].trim_ascii();
    let yes = answer.eq_ignore_ascii_case(b"y") || answer.eq_ignore_ascii_case(b"yes");
    Ok(Some(yes))
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

/// Writes `text`. It may hold a file name, so control characters other than line ends are replaced.
fn show(mut tty: &File, text: &str) -> io::Result<()> {
    let is_unsafe = |c: char| c.is_control() && c != '\n';
    tty.write_all(text.replace(is_unsafe, "\u{fffd}").as_bytes())
}

/// Fills `line` up to a byte that `ends` it, to the end of file, or until it is full. How many bytes
/// came, the last one included.
fn read_line(mut tty: &File, line: &mut [u8], ends: impl Fn(u8) -> bool) -> io::Result<usize> {
    let mut length = 0;
    while length < line.len() {
        match tty.read(&mut line[length..]) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(reason) if reason.kind() == io::ErrorKind::Interrupted => continue,
            Err(reason) => return Err(reason),
        }
        if ends(line[length - 1]) {
            break;
        }
    }
    Ok(length)
}

/// A terminal that shows nothing and sends no signals, until this is dropped.
struct Hidden<'a> {
    tty: &'a File,
    before: Termios,
}

impl<'a> Hidden<'a> {
    /// Echo off, signal keys off. The kernel still edits the line (erase, kill, literal next).
    ///
    /// A signal key would end the process with the echo off. So it becomes a plain character, and
    /// one that ends the line (`VEOL`): it arrives at once, and certok can put things right first.
    fn begin(tty: &'a File) -> io::Result<Self> {
        let before = termios::tcgetattr(tty)?;
        let mut during = before.clone();
        // Set already, unless an editor or a shell left the terminal raw.
        during.input_modes |= InputModes::ICRNL;
        during.local_modes |= LocalModes::ICANON;
        during.local_modes -= LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ISIG;
        let codes = &mut during.special_codes;
        codes[SpecialCodeIndex::VEOL] = before.special_codes[SpecialCodeIndex::VINTR];
        codes[SpecialCodeIndex::VEOL2] = before.special_codes[SpecialCodeIndex::VQUIT];
        let hidden = Self { tty, before };
        termios::tcsetattr(tty, OptionalActions::Flush, &during)?;
        Ok(hidden)
    }

    /// One line, without its end.
    fn line(&self) -> io::Result<Zeroizing<Vec<u8>>> {
        // One more than allowed, and the line end. Never grows, so no copy is left behind.
        let mut line = Zeroizing::new(vec![0; MAX_LINE_BYTES + 2]);
        let length = read_line(self.tty, &mut line, |byte| {
            byte == b'\n' || self.abandons(byte)
        })?;
        line.truncate(length);
        match line.last() {
            Some(b'\n') => _ = line.pop(),
            None => return Err(abandoned()),
            Some(&last) if self.abandons(last) => return Err(abandoned()),
            Some(_) => {}
        }
        line.retain(|&byte| !self.is_key(SpecialCodeIndex::VSUSP, byte));
        if line.len() > MAX_LINE_BYTES {
            let reason = format!("longer than {MAX_LINE_BYTES} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
        }
        Ok(line)
    }

    /// Whether `byte` is the interrupt or the quit key.
    fn abandons(&self, byte: u8) -> bool {
        self.is_key(SpecialCodeIndex::VINTR, byte) || self.is_key(SpecialCodeIndex::VQUIT, byte)
    }

    /// Whether `byte` is the key at `index`. A key of 0 is no key (`_POSIX_VDISABLE` on Linux).
    fn is_key(&self, index: SpecialCodeIndex, byte: u8) -> bool {
        byte != 0 && self.before.special_codes[index] == byte
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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::{Child, Command, Stdio};
    use std::{env, fs, path::Path};

    use super::*;

    /// What is typed, what `passphrase` makes of it.
    const PASSPHRASES: &[(&[u8], &str)] = &[
        (b"secret\n", "Ok(Some(\"secret\"))"),
        (b"\n", "Ok(Some(\"\"))"),
        (b"secrets\x7f\n", "Ok(Some(\"secret\"))"), // erase
        (b"wrong\x15right\n", "Ok(Some(\"right\"))"), // kill
        (b"sec\x1aret\n", "Ok(Some(\"secret\"))"),  // suspend
        (b"two words \n", "Ok(Some(\"two words \"))"),
        (b"\xe9\n", "Ok(Some(\"\\xe9\"))"),        // not UTF-8
        (b"sec\x04ret\n", "Ok(Some(\"secret\"))"), // end of file within a line
        (b"secret\x03", "Err(Interrupted)"),       // interrupt, no line end needed
        (b"secret\x1c", "Err(Interrupted)"),       // quit
        (b"\x04", "Err(Interrupted)"),             // end of file
    ];

    #[test]
    fn passphrases() {
        for (typed, want) in PASSPHRASES {
            let Some((got, shown)) = converse("passphrase", typed) else {
                return;
            };
            let typed = typed.escape_ascii();
            assert_eq!(got, format!("{want} restored"), "{typed}");
            for part in ["secret", "wrong", "right", "words"] {
                assert!(!shown.contains(part), "{typed} was echoed: {shown:?}");
            }
        }
    }

    #[test]
    fn passphrase_length() {
        for (length, fits) in [
            (MAX_LINE_BYTES, true),
            (MAX_LINE_BYTES + 1, false),
            (4000, false),
        ] {
            let line = "x".repeat(length);
            let Some((got, _)) = converse("passphrase", format!("{line}\n").as_bytes()) else {
                return;
            };
            let want = if fits {
                format!("Ok(Some(\"{line}\"))")
            } else {
                "Err(InvalidData)".into()
            };
            assert_eq!(got, format!("{want} restored"), "{length}");
        }
    }

    #[test]
    fn confirmations() {
        let yes: [&[u8]; 3] = [b"y\n", b"YES\n", b" yes \n"];
        let no: [&[u8]; 5] = [b"\n", b"n\n", b"yess\n", b"yes no\n", b"\x04"];
        for (typed, want) in yes
            .iter()
            .map(|y| (y, true))
            .chain(no.iter().map(|n| (n, false)))
        {
            let Some((got, _)) = converse("confirm", typed) else {
                return;
            };
            assert_eq!(
                got,
                format!("Ok(Some({want})) restored"),
                "{}",
                typed.escape_ascii()
            );
        }
    }

    /// Answers `typed` to the question `kind` on a terminal of its own: the outcome, and what the
    /// terminal showed. `None`, with the reason printed, where no terminal can be made.
    ///
    /// A program that makes terminals is used, because a process gets a new one only before it
    /// starts, which takes `unsafe`.
    fn converse(kind: &str, typed: &[u8]) -> Option<(String, String)> {
        let folder = tempfile::tempdir().unwrap();
        let outcome = folder.path().join("outcome");
        let Some(mut script) = start(kind, &outcome) else {
            println!("skipped: script (util-linux) is not installed");
            return None;
        };
        let mut shown = Vec::new();
        let mut stdout = script.stdout.take().unwrap();
        while !String::from_utf8_lossy(&shown).contains("QUESTION?") {
            let mut some = [0; 256];
            let length = stdout.read(&mut some).unwrap();
            assert_ne!(
                length,
                0,
                "no question: {}",
                String::from_utf8_lossy(&shown)
            );
            shown.extend_from_slice(&some[..length]);
        }
        let mut stdin = script.stdin.take().unwrap();
        stdin.write_all(typed).unwrap();
        stdin.flush().unwrap();
        stdout.read_to_end(&mut shown).unwrap();
        drop(stdin);
        script.wait().unwrap();
        let shown = String::from_utf8_lossy(&shown).into_owned();
        let outcome = fs::read_to_string(outcome).unwrap_or_else(|_| panic!("no outcome: {shown}"));
        Some((outcome, shown))
    }

    /// Runs `asked_on_a_terminal` of this very program under `script`.
    fn start(kind: &str, outcome: &Path) -> Option<Child> {
        let program = env::current_exe().unwrap();
        let test = "prompt::tests::asked_on_a_terminal --exact --ignored --nocapture";
        Command::new("script")
            .args([
                "-q",
                "-e",
                "-c",
                &format!("'{}' {test}", program.display()),
                "/dev/null",
            ])
            .env("ASK", kind)
            .env("OUTCOME", outcome)
            .env("SHELL", "/bin/sh")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()
    }

    /// Asks, and writes down what came and whether the terminal is as before.
    #[test]
    #[ignore = "the other end of the conversations above"]
    fn asked_on_a_terminal() {
        let Some(path) = env::var_os("OUTCOME") else {
            return;
        };
        let tty = terminal().unwrap().unwrap();
        let modes = || format!("{:?}", termios::tcgetattr(&tty).unwrap());
        let before = modes();
        let answer = match env::var("ASK").unwrap().as_str() {
            "confirm" => format!("{:?}", confirm("QUESTION?").map_err(|e| e.kind())),
            _ => format!(
                "{:?}",
                passphrase("QUESTION?").map(readable).map_err(|e| e.kind())
            ),
        };
        let after = if modes() == before {
            "restored"
        } else {
            "changed"
        };
        fs::write(path, format!("{answer} {after}")).unwrap();
    }

    /// The passphrase as text.
    fn readable(line: Option<Zeroizing<Vec<u8>>>) -> Option<Shown> {
        line.map(|line| Shown(line.escape_ascii().to_string()))
    }

    /// Shown within quotes, as it is.
    struct Shown(String);

    impl std::fmt::Debug for Shown {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "\"{}\"", self.0)
        }
    }
}
