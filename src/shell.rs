//! Text that every shell reads back as it was: all that is printed for one is quoted here.

use std::path::Path;

use crate::screen::for_screen;
use crate::screen::without_keys;

/// Quotes `text` for a shell, only if it needs it.
///
/// sh, dash, bash, zsh, ksh and busybox read the same text back, also where a line is typed or pasted.
/// What is printed shows as it is, but for a value that ends with a line break: no word without one
/// gives it, and [`line`] refuses it.
pub fn quote(text: &str) -> String {
    bytes(text.as_bytes())
}

/// Quotes a path, byte by byte: in another spelling it would be another file. A relative one that a
/// program could take for something else, as an option, gets `./` in front.
pub fn path(path: &Path) -> String {
    let text = path.as_os_str().as_encoded_bytes();
    let is_operator = text.first().is_some_and(|first| !is_harmless(*first));
    let component = text.split(|byte| *byte == b'/').next().unwrap_or_default();
    // `name=value` is an assignment to awk, `scheme:rest` a URI to openssl.
    if is_operator || component.iter().any(|byte| b"=:".contains(byte)) {
        return bytes(&[b"./", text].concat());
    }
    bytes(text)
}

/// A first byte of an operand that programs do not take for the start of something else.
fn is_harmless(first: u8) -> bool {
    first.is_ascii_alphanumeric() || b"/._".contains(&first) || !first.is_ascii()
}

fn bytes(text: &[u8]) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-+=:,@%".contains(byte);
    // zsh puts the place of a program for `=program`, and does so behind a colon too.
    let expands = text.starts_with(b"=") || text.windows(2).any(|pair| pair == b":=");
    let lossy = String::from_utf8_lossy(text);
    if !text.is_empty() && text.iter().all(plain) && !expands {
        return lossy.into_owned();
    }
    // Secrets must stay what whoever hides them knows.
    let is_raw = text.ends_with(b"\n") || hides(&lossy);
    // fish reads backslashes in single quotes; csh, and nobody else there, exclamation marks.
    let is_shown =
        for_screen(&lossy) == lossy && !lossy.contains([char::REPLACEMENT_CHARACTER, '\\', '!']);
    if is_raw || (is_shown && !lossy.contains(BEGIN)) {
        return format!("'{}'", lossy.replace('\'', r"'\''"));
    }
    format!("\"$(printf '{}')\"", octal(text))
}

/// The start of what [`without_keys`] takes for a key, whatever stands between it and the end.
const BEGIN: &str = "-----BEGIN ";

fn hides(text: &str) -> bool {
    without_keys(text) != text
}

/// A format of printf(1), in which `\ooo` has three digits everywhere.
fn octal(text: &[u8]) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+=:,@".contains(&byte);
    let written = |(at, byte): (usize, &u8)| match byte {
        // At the start it would be an option.
        b'-' if at == 0 => r"\055".to_owned(),
        byte if plain(*byte) => char::from(*byte).to_string(),
        byte => format!("\\{byte:03o}"),
    };
    text.iter().enumerate().map(written).collect()
}

/// Whether `text` is one line that a terminal shows as it is and that nothing is hidden of: one that
/// may be printed for a shell.
pub fn is_line(text: &str) -> bool {
    for_screen(text) == text && !hides(text)
}

/// A comment: one line, whatever stands in `text`.
pub fn comment(text: &str) -> String {
    // A key that began here would end in another line.
    let text = without_keys(text).replace(BEGIN, r"-----BEGIN\u{20}");
    format!("# {}", for_screen(&text))
}

/// `text` quoted if it needs it; nothing if no line can hold it, or it was no text to begin with.
pub fn literal(text: &str) -> Option<String> {
    let quoted = quote(text);
    let whole = is_line(&quoted) && !text.contains(char::REPLACEMENT_CHARACTER);
    whole.then_some(quoted)
}

/// `cp -p` beside the file under a name that is not taken, as the first half of a fix that
/// rewrites it; the shell variable `$b` holds the copy's name afterwards.
pub fn keep_copy(file: &Path) -> String {
    format!(
        "b={0}.$(date +%Y%m%d-%H%M%S) && cp -p {0} \"$b\"",
        path(file)
    )
}

#[cfg(test)]
mod tests {
    use super::bytes;
    use super::comment;
    use super::is_line;
    use super::literal;
    use super::path;
    use super::quote;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::path::Path;
    use std::process::Command;

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
        assert_eq!(comment("a\nrm -r b"), "# a\\u{a}rm -r b");
        assert_eq!(comment("a\r\u{85}\u{2028}b"), "# a\\u{d}\\u{85}\\u{2028}b");
        // Whoever hides keys would take away what stands between here and the end of one.
        assert_eq!(comment("-----BEGIN "), "# -----BEGIN\\u{20}");
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
        for (line, printed) in [
            ("a b", true),
            ("a\u{1b}b", false),
            ("a\n", false),
            (KEY, false),
        ] {
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

    /// What shells read is what was quoted, alone and with something behind it.
    #[test]
    fn shells_read_it_back() {
        let shells = [
            "sh", "dash", "bash", "zsh", "busybox", "ksh", "mksh", "yash",
        ];
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
                let word = bytes(text);
                assert!(is_line(&word) || text.ends_with(b"\n"), "{word}");
                script += &format!(
                    "a={word}; export A={word}.x\nprintf '%s\\0%s\\0%s\\0' {word} \"$a\" \"$A\"\n"
                );
                wanted.extend([text, &b"\0"[..], text, b"\0", text, b".x\0"].concat());
            }
            let mut command = Command::new(shell);
            if shell == "busybox" {
                command.arg("ash");
            }
            match command.args(["-c", &script]).output() {
                Ok(output) => assert!(output.stdout == wanted, "{shell}: {output:?}"),
                Err(error) => println!("{shell} is skipped: {error}"),
            }
        }
    }
}
