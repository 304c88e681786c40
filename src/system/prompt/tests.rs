use std::path::Path;
use std::process::{
    Child, ChildStdin, ChildStdout, Command, Stdio, {self},
};
use std::{env, fs};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::*;

/// What is typed, what `passphrase` makes of it.
const PASSPHRASES: &[(&[u8], &str)] = &[
    (b"secret\n", "Ok(Some(\"secret\"))"),
    (b"\n", "Ok(Some(\"\"))"),
    (b"secrets\x7f\n", "Ok(Some(\"secret\"))"),   // erase
    (b"wrong\x15right\n", "Ok(Some(\"right\"))"), // kill
    (b"two words \n", "Ok(Some(\"two words \"))"),
    (b"\xe9\n", "Ok(Some(\"\\xe9\"))"),        // not UTF-8
    (b"sec\x04ret\n", "Ok(Some(\"secret\"))"), // end of file within a line
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
    for (length, fits) in [(MAX_LINE_BYTES, true), (MAX_LINE_BYTES + 1, false), (4000, false)] {
        let line = "x".repeat(length);
        let Some((got, _)) = converse("passphrase", format!("{line}\n").as_bytes()) else {
            return;
        };
        let want = if fits { format!("Ok(Some(\"{line}\"))") } else { "Err(InvalidData)".into() };
        assert_eq!(got, format!("{want} restored"), "{length}");
    }
}

#[test]
fn confirmations() {
    let yes: [&[u8]; 3] = [b"y\n", b"YES\n", b" yes \n"];
    let no: [&[u8]; 5] = [b"\n", b"n\n", b"yess\n", b"yes no\n", b"\x04"];
    for (typed, want) in yes.iter().map(|y| (y, true)).chain(no.iter().map(|n| (n, false))) {
        let Some((got, _)) = converse("confirm", typed) else {
            return;
        };
        assert_eq!(got, format!("Ok(Some({want})) restored"), "{}", typed.escape_ascii());
    }
}

/// What happens during the question, what the shell says of it: `$?`, and whether `stty` shows the
/// echo.
const ENDINGS: &[(Event<'_>, &str)] = &[
    (Event::Signal(Signal::HUP), "code 129 echo"),
    (Event::Signal(Signal::INT), "code 130 echo"),
    (Event::Signal(Signal::QUIT), "code 131 echo"),
    (Event::Signal(Signal::TERM), "code 143 echo"),
    (Event::Key(b"secret\x03"), "code 130 echo"), // interrupt, no line end needed
    (Event::Key(b"secret\x1c"), "code 131 echo"), // quit
];

#[derive(Clone, Copy, Debug)]
enum Event<'a> {
    Key(&'a [u8]),
    Signal(Signal),
}

#[test]
fn signals_end_the_process_with_the_echo_on() {
    for (event, want) in ENDINGS {
        let Some(mut talk) = Talk::start("passphrase", REPORT) else {
            return;
        };
        talk.wait_for("QUESTION?");
        talk.cause(*event);
        talk.wait_for(want);
        assert_eq!(talk.end().0, "", "{event:?}: the question was answered");
    }
}

#[test]
fn stopped_with_the_echo_on_and_asked_again() {
    for event in [Event::Signal(Signal::TSTP), Event::Key(b"wrong\x1a")] {
        // With job control the question is a job of its own, which the shell can resume.
        let Some(mut talk) = Talk::start("passphrase", &format!("set -m; {REPORT}; fg")) else {
            return;
        };
        talk.wait_for("QUESTION?");
        talk.cause(event);
        talk.wait_for("code 149 echo"); // SIGTTIN
        talk.wait_for("QUESTION?");
        talk.cause(Event::Key(b"secret\n"));
        let (outcome, shown) = talk.end();
        assert_eq!(outcome, "Ok(Some(\"secret\")) restored", "{event:?}");
        assert!(!shown.contains("secret"), "{event:?}: {shown:?}");
    }
}

#[test]
fn a_job_that_nobody_could_resume_is_not_stopped() {
    for event in
        [Event::Signal(Signal::TSTP), Event::Key(b"wrong\x1a"), Event::Signal(Signal::CONT)]
    {
        let Some(mut talk) = Talk::start("passphrase", "PROGRAM") else {
            return;
        };
        talk.wait_for("QUESTION?");
        talk.cause(event);
        talk.wait_for("QUESTION?");
        talk.cause(Event::Key(b"secret\n"));
        assert_eq!(talk.end().0, "Ok(Some(\"secret\")) restored", "{event:?}");
    }
}

#[test]
fn an_ignored_signal_stays_ignored() {
    let Some(mut talk) = Talk::start("passphrase", "trap '' TERM; PROGRAM") else {
        return;
    };
    talk.wait_for("QUESTION?");
    talk.cause(Event::Signal(Signal::TERM));
    talk.cause(Event::Key(b"secret\n"));
    assert_eq!(talk.end().0, "Ok(Some(\"secret\")) restored");
}

#[test]
fn after_the_question_a_signal_ends_the_process_at_once() {
    let Some(mut talk) = Talk::start("passphrase then wait", REPORT) else {
        return;
    };
    talk.wait_for("QUESTION?");
    talk.cause(Event::Key(b"secret\n"));
    talk.wait_for("WAITING");
    talk.cause(Event::Signal(Signal::TERM));
    talk.wait_for("code 143 echo");
}

/// A shell script that runs the program and tells `ENDINGS`. Keys reach the shell, too.
const REPORT: &str = "ulimit -c 0; trap : INT QUIT; PROGRAM; \
    echo code $? $(stty -a | tr ' ;' '\\n\\n' | grep -x -e '-*echo')";

/// Whether this process ignores SIGINT or SIGQUIT: no shell below it can set them right again.
fn ignores_interrupt() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap().trim();
    u64::from_str_radix(ignored, 16).unwrap() & 0b110 != 0
}

/// Answers `typed` to the question `kind`: the outcome, and what the terminal showed.
fn converse(kind: &str, typed: &[u8]) -> Option<(String, String)> {
    let mut talk = Talk::start(kind, "PROGRAM")?;
    talk.wait_for("QUESTION?");
    talk.cause(Event::Key(typed));
    Some(talk.end())
}

/// A question on a terminal of its own.
struct Talk {
    script: Child,
    stdin: ChildStdin,
    stdout: ChildStdout,
    folder: TempDir,
    shown: Vec<u8>,
    /// How much of `shown` was waited for.
    seen: usize,
}

impl Talk {
    /// Runs `shell`, with this very program's `asked_on_a_terminal` as `PROGRAM`. `None`, with the
    /// reason printed, where no terminal can be made.
    ///
    /// A program that makes terminals is used, because a process gets a new one only before it
    /// starts, which takes `unsafe`.
    fn start(kind: &str, shell: &str) -> Option<Self> {
        if shell.contains("trap :") && ignores_interrupt() {
            println!("skipped: SIGINT or SIGQUIT is ignored here, as in a background job of sh");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let program = env::current_exe().unwrap();
        let test = "system::prompt::tests::asked_on_a_terminal --exact --ignored --nocapture";
        let program = format!("'{}' {test}", program.display());
        let started = Command::new("script")
            .args(["-q", "-e", "-c", &shell.replace("PROGRAM", &program)])
            .arg("/dev/null")
            .env("ASK", kind)
            .env("FOLDER", folder.path())
            .env("SHELL", "/bin/sh")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut script) = started else {
            println!("skipped: script (util-linux) is not installed");
            return None;
        };
        Some(Self {
            stdin: script.stdin.take().unwrap(),
            stdout: script.stdout.take().unwrap(),
            script,
            folder,
            shown: Vec::new(),
            seen: 0,
        })
    }

    /// Until the terminal shows `text`, once more if it did before.
    fn wait_for(&mut self, text: &str) {
        loop {
            let unseen = String::from_utf8_lossy(&self.shown[self.seen..]);
            if let Some(at) = unseen.find(text) {
                self.seen += at + text.len();
                return;
            }
            let mut some = [0; 256];
            let length = self.stdout.read(&mut some).unwrap();
            let shown = String::from_utf8_lossy(&self.shown);
            assert_ne!(length, 0, "no {text:?}: {shown}");
            self.shown.extend_from_slice(&some[..length]);
        }
    }

    fn cause(&mut self, event: Event<'_>) {
        match event {
            Event::Key(typed) => {
                self.stdin.write_all(typed).unwrap();
                self.stdin.flush().unwrap();
            }
            Event::Signal(signal) => {
                let pid = fs::read_to_string(self.folder.path().join("pid")).unwrap();
                let pid = Pid::from_raw(pid.parse().unwrap()).unwrap();
                kill_process(pid, signal).unwrap();
            }
        }
    }

    /// The outcome, empty if there is none, and what the terminal showed, when all has ended.
    fn end(mut self) -> (String, String) {
        self.stdout.read_to_end(&mut self.shown).unwrap();
        drop(self.stdin);
        self.script.wait().unwrap();
        let outcome = fs::read_to_string(self.folder.path().join("outcome"));
        let shown = String::from_utf8_lossy(&self.shown).into_owned();
        (outcome.unwrap_or_default(), shown)
    }
}

/// Asks, and writes down what came and whether the terminal is as before.
#[test]
#[ignore = "the other end of the conversations above"]
fn asked_on_a_terminal() {
    let Some(folder) = env::var_os("FOLDER") else {
        return;
    };
    let folder = Path::new(&folder);
    fs::write(folder.join("pid"), process::id().to_string()).unwrap();
    let tty = terminal().unwrap().unwrap();
    let modes = || format!("{:?}", termios::tcgetattr(&tty).unwrap());
    let before = modes();
    let kind = env::var("ASK").unwrap();
    let answer = match kind.as_str() {
        "confirm" => format!("{:?}", confirm("QUESTION?").map_err(|e| e.kind())),
        _ => format!("{:?}", passphrase("QUESTION?").map(readable).map_err(|e| e.kind())),
    };
    let after = if modes() == before { "restored" } else { "changed" };
    fs::write(folder.join("outcome"), format!("{answer} {after}")).unwrap();
    if kind.ends_with("wait") {
        println!("WAITING");
        thread::sleep(Duration::from_secs(20));
    }
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
