use std::ffi::OsStr;
use std::io::{Write, stderr};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Command;

use crate::text::shell::{bytes, comment, is_line, lines, literal, path, quote};

#[test]
fn paths() {
    for (name, quoted) in [
        (&b"/a/b.pem"[..], "/a/b.pem"),
        (b"-x", "./-x"),
        (b"a/-x", "a/-x"),
        (b"=ls", "./=ls"),
        (b"/a/=ls", "/a/=ls"),
        (b"~root", "'./~root'"),
        (b"!", r#""$(printf './\041')""#),
        (b"x=1/y", "./x=1/y"),
        (b"y/x=1", "y/x=1"),
        (b"file:x", "./file:x"),
        (b"b\xff'\\.pem", r#""$(printf 'b\377\047\134.pem')""#),
        (b"-\xff\n1", r#""$(printf './-\377\0121')""#),
    ] {
        assert_eq!(path(Path::new(OsStr::from_bytes(name))), quoted);
    }
}

#[test]
fn scripts() {
    assert_eq!(comment("a\nrm -r b"), ": \"a\\u{a}rm -r b\"");
    assert_eq!(comment("a\r\u{85}\u{2028}b"), ": \"a\\u{d}\\u{85}\\u{2028}b\"");
    // Whoever hides keys would take away what stands between here and the end of one.
    assert_eq!(comment("-----BEGIN "), ": \"-----BEGIN\\u{20}\"");
    assert_eq!(literal("it's").as_deref(), Some(r"'it'\''s'"));
    assert_eq!(literal("a\nb").as_deref(), Some(r#""$(printf 'a\012b')""#));
    for text in ["a\n", "a\u{fffd}b", KEY, TOKEN] {
        assert_eq!(literal(text), None);
    }
}

const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMIIE";
const TOKEN: &str = "\u{1b}eyJhbGciOiJIUzI1NiJ9.e30.AbC";

#[test]
fn secrets() {
    assert_eq!(quote(KEY), format!("'{KEY}'"));
    assert_eq!(quote(TOKEN), format!("'{TOKEN}'"));
    for (line, printed) in [("a b", true), ("a\u{1b}b", false), ("a\n", false), (KEY, false)] {
        assert_eq!(is_line(line), printed, "{line}");
    }
}

#[test]
fn quoting() {
    for (text, quoted) in [
        ("/tmp/a.pem", "/tmp/a.pem"),
        ("/tmp/My Certs/a.pem", "'/tmp/My Certs/a.pem'"),
        ("it's", r"'it'\''s'"),
        ("", "''"),
        ("$HOME", "'$HOME'"),
        ("~/x", "'~/x'"),
        ("a;b", "'a;b'"),
        ("=ls", "'=ls'"),
        ("a=ls", "a=ls"),
        ("/a:=ls", "'/a:=ls'"),
        ("Zoë", "'Zoë'"),
        ("a\rb", r#""$(printf 'a\015b')""#),
        ("a\nb", r#""$(printf 'a\012b')""#),
        ("-\u{202e}%s", r#""$(printf '\055\342\200\256\045s')""#),
        // fish
        (r"a\'b", r#""$(printf 'a\134\047b')""#),
        // csh
        ("a!b", r#""$(printf 'a\041b')""#),
        // No command gives what ends so.
        ("a\n", "'a\n'"),
        ("-----BEGIN x", r#""$(printf '\055----BEGIN\040x')""#),
    ] {
        assert_eq!(quote(text), quoted);
    }
}

/// Nothing of a comment is run, in a file or typed: not all shells have comments then.
#[test]
fn shells_run_no_comment() {
    for shell in ["sh", "dash", "bash", "bash -i", "zsh", "zsh -fi", "busybox sh", "ksh", "fish"] {
        let folder = tempfile::tempdir().unwrap();
        let mut lines = String::new();
        for text in [
            "$(touch PWNED)",
            "`touch PWNED`",
            "; touch PWNED;",
            "a\ntouch PWNED",
            "' ; touch PWNED; '",
            "\"; touch PWNED; \"",
            "\\",
            "\\\"; touch PWNED; \"",
            "$HOME !! !touch ${x:=y}",
            "=ls *(e:'touch PWNED':)",
        ] {
            lines += &comment(text);
            lines.push('\n');
        }
        // Without a terminal of its own, for which an interactive one would wait.
        let mut command = Command::new("setsid");
        command.arg("--wait").args(shell.split_whitespace());
        command.current_dir(folder.path()).env("HOME", folder.path());
        command.stdin(std::process::Stdio::piped());
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        let Ok(mut child) = command.spawn() else {
            writeln!(stderr(), "setsid is not installed").unwrap();
            return;
        };
        // The last line tells that the shell was still reading commands.
        lines += "touch END\n";
        // Whoever does not read it has ended already.
        let _ = child.stdin.take().unwrap().write_all(lines.as_bytes());
        // 126 where a folder of PATH may not be searched.
        if matches!(child.wait().unwrap().code(), Some(126 | 127)) {
            writeln!(stderr(), "{shell} is not installed").unwrap();
            continue;
        }
        let there = |name: &str| folder.path().join(name).exists();
        assert_eq!((there("PWNED"), there("END")), (false, true), "{shell}\n{lines}");
    }
}

/// What shells read is what was quoted, alone and with something behind it.
#[test]
fn shells_read_it_back() {
    let shells = ["sh", "dash", "bash", "zsh", "busybox", "ksh", "mksh", "yash"];
    let long: Vec<u8> = (1..=255).collect();
    let hostile = [
        &b"plain"[..],
        b"a b",
        b"it's",
        b"''",
        b"\"",
        b"\\",
        b"a\\",
        b"\\'",
        b"$(touch PWNED)",
        b"`touch PWNED`",
        b"${HOME}",
        b";&|<>()",
        b"a\nb",
        b"\n",
        b"a\n\nb",
        b"a\r",
        b"\t",
        b"\x1b[31m",
        b"\x1b'",
        "\u{202e}'".as_bytes(),
        "\u{85}\u{9b}".as_bytes(),
        "\u{200b}".as_bytes(),
        "\u{2028}x".as_bytes(),
        b"\xff",
        b"\xff'",
        b"\xff7",
        b"-n",
        b"--",
        b"-e",
        b"=ls",
        b":=ls",
        b"~",
        b"~root",
        b"*",
        b"?",
        b"[x]",
        b"{a,b}",
        b"!",
        b"!!",
        b"^a^b",
        b"#",
        b"a #b",
        b"%s",
        b"%%",
        b"%",
        b"\\n",
        b"\\0123",
        b"\x01\x30\x31",
        b"'||id>PWNED #.pem",
        b"\x1b'||id>PWNED #.pem",
        b"\xff'||id>PWNED #.pem",
        b"-----BEGIN x",
        "Zo\u{eb}".as_bytes(),
        &long,
    ];
    for shell in shells {
        let mut script = String::new();
        let mut wanted = Vec::new();
        for text in hostile.iter().chain([&&b""[..]]) {
            if let Ok(text) = std::str::from_utf8(text) {
                script += &format!("printf '%s\\0' {}\n", &*lines(text));
                wanted.extend([text.trim_end_matches('\n').as_bytes(), b"\0"].concat());
            }
            let word = bytes(text);
            assert!(is_line(&word) || text.ends_with(b"\n"), "{word}");
            script += &format!(
                "a={word}; export A={word}.x\nprintf '%s\\0%s\\0%s\\0' {word} \"$a\" \"$A\"\n"
            );
            wanted.extend([text, &b"\0"[..], text, b"\0", text, b".x\0"].concat());
        }
        for locale in ["C", "C.UTF-8"] {
            let mut command = Command::new(shell);
            if shell == "busybox" {
                command.arg("ash");
            }
            match command.args(["-c", &script]).env("LC_ALL", locale).output() {
                Ok(output) => assert!(output.stdout == wanted, "{shell}: {output:?}"),
                Err(error) => writeln!(stderr(), "{shell} is skipped: {error}").unwrap(),
            }
        }
    }
}
