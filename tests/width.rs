//! Text in the width of a terminal: nothing is cut, names break before an RDN, what is to be typed is
//! never broken, and the columns of a table stay where they are.

mod run;

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::process::Stdio;

use run::{Home, NOW, bytes, is_installed};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

const LINES: &[&str] = &[
    "",
    "status",
    "check",
    "cert-info -v",
    "cert-verify",
    "token-verify --ca-dir {home}/nowhere",
    "ca-info {home}/cas",
    "ca-check {home}/cas -v",
    "who",
    "explain expired",
    "--help",
    "cert-verify --help",
    "idtoken-create --help",
];

fn home() -> Home {
    let home = Home::new("user token");
    for (name, fixture) in [
        ("Grid.pem", "ca/certificates/Grid.pem"),
        ("a-ca-whose-alias-is-longer-than-most-columns.pem", "ca/certificates/Root.pem"),
        ("AliEn2-CA.pem", "ca/certificates/AliEn2-CA.pem"),
    ] {
        home.write(&format!("cas/{name}"), &bytes(fixture), 0o644);
    }
    home
}

/// `text` without blanks: what is left of it whatever its width.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn lines_end_where_the_terminal_does() {
    let mut home = home();
    for line in LINES {
        let line = format!("{line} --at {NOW}");
        home.set("COLUMNS", "");
        let whole = home.run(&line).out;
        for width in [60, 80, 200] {
            home.set("COLUMNS", &width.to_string());
            let out = home.run(&line).out;
            assert_eq!(squeezed(&out), squeezed(&whole), "{line} in {width}");
            for text in out.lines().filter(|text| !text.contains("fix: ")) {
                let longest = text.split(' ').map(|word| word.chars().count()).max();
                let fits = text.chars().count() <= width || longest.unwrap() > width / 2;
                assert!(fits, "{line} in {width}: {text}");
            }
            let fixes = |text: &str| -> Vec<String> {
                let fixes = text.lines().filter(|text| text.starts_with("  fix: "));
                fixes.map(str::to_owned).collect()
            };
            assert_eq!(fixes(&out), fixes(&whole), "{line} in {width}");
        }
    }
}

#[test]
fn columns_stay() {
    let mut home = home();
    for width in ["", "60", "100", "200"] {
        home.set("COLUMNS", width);
        let out = home.run(&format!("ca-info {{home}}/cas --at {NOW}")).out;
        let table: Vec<&str> = out.lines().skip_while(|text| !text.starts_with("alias")).collect();
        let head = table[0].find("hash").unwrap();
        for hash in ["bea41460", "4b4ca555", "e73e4177"] {
            let row = table.iter().find(|row| row.contains(hash)).unwrap();
            assert_eq!(row.find(hash), Some(head), "{width}: {out}");
        }
        let is_whole = table.iter().filter(|row| row.starts_with("a-ca")).count() == 1;
        assert!(is_whole, "{width}: {out}");
        // What reads a pipe has a line for each.
        assert_eq!(table.len() == 4, width.is_empty() || width == "200", "{width}: {out}");
    }
}

/// What comes out on a terminal of that width.
fn on_terminal(home: &Home, line: &str, width: u16) -> String {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let size = Winsize { ws_row: 24, ws_col: width, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(&master, size).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let slave = OpenOptions::new().read(true).write(true).open(name.to_str().unwrap()).unwrap();
    let mut command = home.certok();
    command.args(line.split_whitespace().map(|word| home.fill(word)));
    let mut child = command.stdin(Stdio::null()).stdout(slave).spawn().unwrap();
    drop(command);
    let mut master = File::from(master);
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    // Once the last slave is closed, Linux reports an error and others the end.
    while let Ok(length @ 1..) = master.read(&mut buffer) {
        text.extend_from_slice(&buffer[..length]);
    }
    child.wait().unwrap();
    String::from_utf8(text).unwrap().replace("\r\n", "\n")
}

#[test]
fn the_terminal_says_its_width() {
    let mut home = home();
    let line = format!("cert-verify --color never --at {NOW}");
    let whole = home.run(&line).out;
    let widest = |text: &str| text.lines().map(|line| line.chars().count()).max().unwrap();
    assert!(widest(&whole) > 100, "{whole}");
    for width in [60, 100, 1000] {
        let out = on_terminal(&home, &line, width);
        assert_eq!(squeezed(&out), squeezed(&whole), "{width}");
        assert_eq!(out == whole, width == 1000, "{width}: {out}");
    }
    // The variable has the word.
    home.set("COLUMNS", "1000");
    assert_eq!(on_terminal(&home, &line, 60), whole);
    // A terminal that does not know its size.
    home.set("COLUMNS", "many");
    assert_eq!(on_terminal(&home, &line, 0), whole);
}

/// Nothing in a file is broken.
#[test]
fn files_have_no_width() {
    let mut home = home();
    let line = format!("cert-verify --at {NOW}");
    let whole = home.run(&line).out;
    home.set("COLUMNS", "60");
    home.run(&format!("{line} --output {{home}}/answer"));
    assert_eq!(std::fs::read_to_string(home.path("answer")).unwrap(), whole);
}

/// The shell of the user, the set-up, and what stands before the fix.
const SHELLS: &[(&str, &str, &str)] = &[
    ("/bin/tcsh", "user userkey=key/rsa-pkcs1.pem:644", "fix: chmod"),
    ("/bin/csh", "user $X509_USER_CERT={home}/gone", "fix (type it in sh): unset"),
    ("/usr/bin/fish", "user usercert=file/one-line.pem", "fix (type it in sh): ["),
    ("/bin/bash", "user $X509_USER_CERT={home}/gone", "fix: unset"),
    ("", "user usercert=file/one-line.pem", "fix: ["),
];

#[test]
fn a_line_for_sh_says_so_elsewhere() {
    for (shell, setup, wanted) in SHELLS {
        let mut home = Home::new(setup);
        home.set("SHELL", shell);
        let out = home.run(&format!("certkey-match --at {NOW}")).out;
        assert!(out.contains(&format!("\n  {wanted}")), "{shell}: {wanted}: {out}");
    }
}

/// Shell, what it is asked, in its own words, and what it must offer.
const COMPLETIONS: &[(&str, &str, &str)] = &[
    ("fish", "source ./script; complete -C 'certok explain exp'", "expired"),
    ("fish", "source ./script; complete -C 'certok fix key-r'", "key-readable"),
    ("fish", "source ./script; complete -C 'certok cert-info --field ser'", "serial"),
    ("fish", "source ./script; complete -C 'certok completions t'", "tcsh"),
    (
        "bash",
        "source ./script; COMP_WORDS=(certok explain exp) COMP_CWORD=2; _certok certok exp explain
         echo ${COMPREPLY[@]}",
        "expired",
    ),
    (
        "bash",
        "source ./script; COMP_WORDS=(certok ca-info --field ser) COMP_CWORD=3
         _certok certok ser --field; echo ${COMPREPLY[@]}",
        "serial",
    ),
    ("tcsh", "source ./script; complete certok", "n/explain/(home-unset"),
    ("zsh", "zsh -n script; grep -c ' expired ' script", "\n"),
];

#[test]
fn shells_complete() {
    let home = Home::new("");
    for (shell, words, offered) in COMPLETIONS {
        if !is_installed(shell) {
            println!("skipped: {shell} is not installed");
            continue;
        }
        let script = home.run(&format!("completions {shell}")).out;
        home.write("script", script.as_bytes(), 0o644);
        let run = home.shell(shell, words, b"").unwrap();
        assert!(run.out.contains(offered), "{shell}: {words}: {}{}", run.out, run.err);
        assert_eq!(run.err, "", "{shell}: {words}");
    }
}
