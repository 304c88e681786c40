//! Text that a POSIX shell reads back as it was.

use std::path::Path;

use crate::screen::for_screen;

/// Quotes `text` for a POSIX shell, only if it needs it.
///
/// A value with a character that plays tricks on a terminal, or breaks the line, is written with
/// `$'…'`, which bash, zsh, ksh and POSIX 2024 shells read.
pub fn quote(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+=:,@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    if for_screen(text) != text {
        return format!("$'{}'", text.chars().map(ansi_c).collect::<String>());
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Quotes a path; one that starts with a dash gets `./` in front, so that it is no option. One that
/// is no text is written byte by byte: in another spelling it would be another file.
pub fn path(path: &Path) -> String {
    let Some(text) = path.to_str() else {
        return bytes(path.as_os_str().as_encoded_bytes());
    };
    if text.starts_with('-') {
        return quote(&format!("./{text}"));
    }
    quote(text)
}

fn bytes(path: &[u8]) -> String {
    let dot = if path.starts_with(b"-") { "./" } else { "" };
    let text = path.utf8_chunks().map(|chunk| {
        let valid: String = chunk.valid().chars().map(ansi_c).collect();
        let others = chunk.invalid().iter().map(|b| format!("\\{b:03o}"));
        valid + &others.collect::<String>()
    });
    format!("$'{dot}{}'", text.collect::<String>())
}

/// A comment: one line, whatever stands in `text`.
pub fn comment(text: &str) -> String {
    format!("# {}", for_screen(text))
}

/// `text` in single quotes if it needs them, as every POSIX shell reads it; nothing if it cannot be
/// shown as it is, or was no text to begin with.
pub fn literal(text: &str) -> Option<String> {
    let whole = for_screen(text) == text && !text.contains(char::REPLACEMENT_CHARACTER);
    whole.then(|| quote(text))
}

/// `cp -p` beside the file under a name that is not taken, as the first half of a fix that
/// rewrites it; the shell variable `$b` holds the copy's name afterwards.
pub fn keep_copy(file: &Path) -> String {
    format!("b=$(mktemp {0}.XXXXXX) && cp -p {0} \"$b\"", path(file))
}

fn ansi_c(c: char) -> String {
    match c {
        '\'' => r"\'".to_owned(),
        '\\' => r"\\".to_owned(),
        _ if for_screen(&c.to_string()) != c.to_string() => c
            .to_string()
            .bytes()
            .map(|b| format!("\\{b:03o}"))
            .collect(),
        _ => c.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::comment;
    use super::literal;
    use super::path;
    use super::quote;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::path::Path;

    #[test]
    fn paths() {
        for (name, quoted) in [
            (&b"/a/b.pem"[..], "/a/b.pem"),
            (b"-x", "./-x"),
            (b"b\xff'\\.pem", r"$'b\377\'\\.pem'"),
            (b"-\xff\n", r"$'./-\377\012'"),
        ] {
            assert_eq!(path(Path::new(OsStr::from_bytes(name))), quoted);
        }
    }

    #[test]
    fn scripts() {
        assert_eq!(comment("a\nrm -r b"), "# a\\u{a}rm -r b");
        assert_eq!(literal("it's").as_deref(), Some(r"'it'\''s'"));
        for text in ["a\nb", "a\u{1b}b", "a\u{fffd}b"] {
            assert_eq!(literal(text), None);
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
            ("a\rb", r"$'a\015b'"),
            ("a\nb", r"$'a\012b'"),
            ("\u{202e}x", r"$'\342\200\256x'"),
            ("a;b", "'a;b'"),
        ] {
            assert_eq!(quote(text), quoted);
        }
    }
}
