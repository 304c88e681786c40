//! The line that says how far long work has come: on a terminal, after half a second, gone at the
//! end. The work is made long by a pipe that a test keeps open.

mod run;

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use run::{Home, NOW, bytes};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// Long enough for a line to be drawn, were there to be one.
const A_WHILE: Duration = Duration::from_millis(900);

/// A line that is not drawn by then never is.
const FOR_EVER: Duration = Duration::from_secs(60);

/// certok at work on 40 certificates and a pipe, its standard error on a terminal.
struct AtWork {
    child: Child,
    /// What comes out on the terminal.
    seen: Receiver<Vec<u8>>,
    /// The other end of the pipe.
    pipe: File,
}

impl AtWork {
    /// Runs `words` in `home`; `term` is what `TERM` says.
    fn begin(home: &Home, words: &str, term: Option<&str>) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap();
        let slave = OpenOptions::new().read(true).write(true).open(name.to_str().unwrap()).unwrap();
        let fifo = home.path("pipe");
        let made = std::process::Command::new("mkfifo").arg(&fifo).status();
        assert!(made.unwrap().success());
        let mut command = home.certok();
        let words = words.split_whitespace().map(|word| home.fill(word));
        command.args(words).args(["--at", &NOW.to_string()]);
        let healthy = home.fill("{testdata}/cert/healthy.pem");
        command.args(std::iter::repeat_n(healthy, 40)).arg(&fifo);
        if let Some(term) = term {
            command.env("TERM", term);
        }
        // Both ends, so that neither side waits for the other to open it.
        let pipe = OpenOptions::new().read(true).write(true).open(&fifo);
        let child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(slave).spawn().unwrap();
        let (send, seen) = channel();
        let mut master = File::from(master);
        thread::spawn(move || {
            let mut buffer = [0; 1024];
            // Once the last slave is closed, Linux reports an error and others the end.
            while let Ok(length @ 1..) = master.read(&mut buffer) {
                if send.send(buffer[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        let pipe = pipe.unwrap();
        Self { child, seen, pipe }
    }

    /// Waits until `text` stands on the terminal; all of what stands there.
    fn wait_for(&self, text: &str) -> String {
        let mut all = String::new();
        while !all.contains(text) {
            let piece = self.seen.recv_timeout(FOR_EVER);
            let piece = piece.unwrap_or_else(|_| panic!("no {text:?} in {all:?}"));
            all.push_str(&String::from_utf8_lossy(&piece));
        }
        all
    }

    /// Lets the pipe end; what came on standard output, and the rest on the terminal.
    fn finish(self) -> (String, String) {
        let Self { child, seen, mut pipe } = self;
        pipe.write_all(&bytes("cert/healthy.pem")).unwrap();
        drop(pipe);
        let output = child.wait_with_output().unwrap();
        let rest: Vec<u8> = seen.iter().flatten().collect();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        (text(output.stdout), text(rest))
    }
}

#[test]
fn long_work_is_counted_on_a_terminal() {
    for words in ["cert-info", "cert-info --json", "cert-info --color=never"] {
        let home = Home::new("");
        let at_work = AtWork::begin(&home, words, Some("xterm"));
        at_work.wait_for("\r\u{1b}[Kcertok: 40 of 41");
        let (out, rest) = at_work.finish();
        assert!(rest.ends_with("\r\u{1b}[K"), "{words}: not erased: {rest:?}");
        assert!(!out.contains("certok: 40 of 41"), "{words}: {out}");
        assert!(out.contains("healthy.pem"), "{words}: {out}");
    }
}

#[test]
fn verification_is_counted_too() {
    let home = Home::new("$X509_CERT_DIR={testdata}/ca/certificates");
    let at_work = AtWork::begin(&home, "cert-verify", Some("xterm"));
    at_work.wait_for(" of 41");
    let (out, rest) = at_work.finish();
    assert!(rest.ends_with("\r\u{1b}[K"), "not erased: {rest:?}");
    assert!(out.ends_with("41 of 41 good\n"), "{out}");
}

#[test]
fn nobody_is_told_who_does_not_look() {
    for (words, term) in [
        ("cert-info -q", Some("xterm")),
        ("cert-info", Some("dumb")),
        ("cert-info", Some("")),
        ("cert-info", None),
    ] {
        let home = Home::new("");
        let at_work = AtWork::begin(&home, words, term);
        thread::sleep(A_WHILE);
        let (_, rest) = at_work.finish();
        assert_eq!(rest, "", "{words}, TERM={term:?}");
    }
}
