//! Reading never waits for ever: whatever stands at a name that certok reads, and whatever somebody
//! puts there while it runs.

mod run;

use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{fs, thread};

use run::{Home, NOW};
use rustix::fs::{CWD, FileType, Mode, RenameFlags, mknodat, renameat_with};

/// What does not end by then hangs.
const FOR_EVER: Duration = Duration::from_secs(30);

/// A home, the file in it that certok reads, the command.
const READ: &[(&str, &str, &str)] = &[
    ("proxy=proxy/rfc3820.pem", "proxy", "proxy-info"),
    ("user", "usercert", "cert-info"),
    ("user", "userkey", "certkey-match"),
    ("token", "tokenkey", "token"),
    (
        "tokens.d/t=idtoken/healthy.token $CONDOR_CONFIG=ONLY_ENV \
         $_condor_SEC_TOKEN_DIRECTORY={home}/tokens.d",
        "tokens.d/t",
        "idtoken-info",
    ),
    (
        "etc/condor=idtoken/healthy.token $CONDOR_CONFIG={home}/etc/condor",
        "etc/condor",
        "idtoken-info",
    ),
    ("bt/t=bearer/healthy.token:600 $BEARER_TOKEN_FILE={home}/bt/t", "bt/t", "bearer-info"),
    (
        "keys/k=bearer/keys.jwks:644 bt/t=bearer/healthy.token:600 \
         $BEARER_TOKEN_FILE={home}/bt/t",
        "keys/k",
        "bearer-verify --jwks {home}/keys/k",
    ),
    (
        "user ca/bundle=ca/certificates/AliEn2-CA.pem",
        "ca/bundle",
        "cert-verify --ca-file {home}/ca/bundle",
    ),
    ("ca/x.pem=ca/certificates/AliEn2-CA.pem", "ca/x.pem", "ca-check {home}/ca"),
    ("x/a.request=cert/healthy.pem", "x/a.request", "idtoken-request-list {home}/x"),
];

/// Names in a directory that lead to one file, each of which is looked at and opened.
const NAMES: usize = 1000;

/// How often the directory is read while the file comes and goes.
const RUNS: usize = 10;

/// Whoever owns a name in /tmp can put a pipe there between the look and the opening.
#[test]
fn a_pipe_that_takes_the_place_of_a_file_is_not_waited_for() {
    let home = Home::new(
        "my/token=idtoken/healthy.token $CONDOR_CONFIG=ONLY_ENV \
         $_condor_SEC_TOKEN_DIRECTORY={home}/tokens.d",
    );
    fs::create_dir(home.path("tokens.d")).unwrap();
    for at in 0..NAMES {
        home.link(&format!("tokens.d/t{at}"), "../my/token");
    }
    let (name, pipe) = (home.path("my/token"), home.path("my/pipe"));
    make(&pipe, FileType::Fifo);
    let done = AtomicBool::new(false);
    let swap = || renameat_with(CWD, &name, CWD, &pipe, RenameFlags::EXCHANGE);
    if let Err(reason) = swap() {
        return println!("skipped: no two names can be exchanged here: {reason}");
    }
    let hung = thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                swap().unwrap();
            }
        });
        let hung = (0..RUNS).find(|_| code(&home, "idtoken-info").is_none());
        done.store(true, Ordering::Relaxed);
        hung
    });
    assert_eq!(hung, None, "certok waits for a pipe");
}

/// What stands there all the time is named.
#[test]
fn a_pipe_in_the_place_of_a_file_is_called_one() {
    for (setup, place, command) in READ {
        let home = Home::new(setup);
        fs::remove_file(home.place(place)).unwrap();
        make(&home.place(place), FileType::Fifo);
        assert!(code(&home, command).is_some(), "certok {command}: hangs");
        let run = home.run(&format!("{command} --at {NOW}"));
        let is_said = run.out.contains("pipe") || run.err.contains("pipe");
        assert!(is_said, "certok {command}: {}{}", run.out, run.err);
    }
}

/// What an operand may be: the script, the exit code, words that are said and words that are not.
const OPERANDS: &[(&str, i32, &str)] = &[
    ("certok cert-info <(cat $C)", 0, "are good for"),
    ("certok cert-info <(sleep 0.3; cat $C)", 0, "are good for"),
    ("cat $C | certok cert-info /dev/stdin", 0, "are good for"),
    ("certok cert-info /dev/stdin < $C", 0, "are good for"),
    ("certok cert-info /dev/fd/7 7< $C", 0, "are good for"),
    ("mkfifo p; (sleep 0.3; cat $C > p) & certok cert-info p", 0, "are good for"),
    ("certok cert-info --files-from <(echo $C)", 0, "are good for"),
    ("certok certkey-match $C $L --passphrase-file <(echo correct horse)", 0, "belongs"),
    ("certok cert-info <(true)", 4, "is empty: nothing was written"),
    ("true | certok cert-info -", 4, "is empty: nothing was written"),
    ("true | certok cert-info /dev/stdin", 4, "is empty: nothing"),
    ("cat $C $K | certok certkey-match -", 0, "belongs"),
    ("cat $C $K | certok certkey-match /dev/stdin", 0, "belongs"),
    ("certok certkey-match <(cat $C $K)", 0, "belongs"),
    ("mkfifo p; certok cert-info p", 4, "no process writes to"),
    ("mkfifo p; certok bearer-info p", 4, "no process writes to"),
    ("mkfifo p; certok idtoken-info p", 4, "no process writes to"),
    ("mkfifo p; certok cert-info --files-from p", 4, "no process writes to"),
    ("certok cert-info /dev/null", 4, "a device"),
    ("certok cert-info --files-from /dev/null", 4, "a device"),
    ("certok cert-info --files-from /dev/zero", 4, "a device"),
    ("certok cert-info --files-from .", 4, "is a directory"),
    ("echo $C > l/list; certok cert-info --files-from l/list", 0, "are good for"),
    ("echo $C | certok cert-info --files-from /dev/stdin", 0, "are good for"),
    ("certok cert-info /dev/zero", 4, "a device"),
    ("certok certkey-match $C /dev/null", 4, "a device"),
    ("certok bearer-info /dev/zero", 4, "a device"),
    ("certok idtoken-info /dev/zero", 4, "a device"),
    ("certok idtoken-approve /dev/zero", 4, "a device"),
    ("certok cert-info <(cat /dev/zero)", 4, "64 MiB"),
];

#[test]
fn operands_that_are_no_files() {
    for (script, exit, words) in OPERANDS {
        let home = Home::new("user l/key=key/encrypted-pbes2.pem:400");
        let set = "C={home}/.globus/usercert.pem; K={home}/.globus/userkey.pem; L={home}/l/key";
        let at = format!("certok --at {NOW}");
        let script = format!("{set}; {}", script.replace("certok", &at));
        let Some(run) = home.shell("bash", &script, b"") else {
            return;
        };
        let row = format!("{script}\n{}{}", run.out, run.err);
        assert_eq!(run.code, *exit, "{row}");
        let said = format!("{}{}", run.out, run.err);
        assert!(said.contains(words), "{row}");
        for wrong in ["empty", "disk space", "quota"] {
            let is_meant = wrong == "empty" && words.contains("empty");
            assert!(is_meant || !said.contains(wrong), "{wrong}: {row}");
        }
    }
}

/// The exit code; `None` if it had to be ended.
fn code(home: &Home, line: &str) -> Option<i32> {
    let words = line.split_whitespace().map(|word| home.fill(word));
    let mut command = home.certok();
    command.args(words).args(["--at", &NOW.to_string()]);
    let silent = command.stdin(Stdio::null()).stdout(Stdio::null());
    let mut child = silent.stderr(Stdio::null()).spawn().unwrap();
    let until = Instant::now() + FOR_EVER;
    while Instant::now() < until {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status.code().expect("certok is not killed"));
        }
        thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    None
}

fn make(path: &Path, kind: FileType) {
    mknodat(CWD, path, kind, Mode::from_raw_mode(0o600), 0).unwrap();
}
