//! Text that a POSIX shell reads back as it was.

use std::path::Path;

/// Quotes `text` for a POSIX shell, only if it needs it.
///
/// Control characters other than newline would be shown raw by a terminal; a value with one is
/// written with `$'…'`, which bash, zsh, ksh and POSIX 2024 shells read.
pub fn quote(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+=:,@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return format!("$'{}'", text.chars().map(ansi_c).collect::<String>());
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Quotes a path.
pub fn path(path: &Path) -> String {
    quote(&path.to_string_lossy())
}

/// `cp -p` beside the file under a name that is not taken, as the first half of a fix that
/// rewrites it; the shell variable `$b` holds the copy's name afterwards.
pub fn keep_copy(file: &Path) -> String {
    format!(
        "b={0}.$(date +%Y%m%d-%H%M%S) && cp -p {0} \"$b\"",
        path(file)
    )
}

fn ansi_c(c: char) -> String {
    match c {
        '\'' => r"\'".to_owned(),
        '\\' => r"\\".to_owned(),
        _ if c.is_ascii_control() => format!("\\x{:02x}", u32::from(c)),
        _ => c.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn quoting() {
        for (text, quoted) in [
            ("/tmp/a.pem", "/tmp/a.pem"),
            ("/tmp/My Certs/a.pem", "'/tmp/My Certs/a.pem'"),
            ("it's", r"'it'\''s'"),
            ("", "''"),
            ("$HOME", "'$HOME'"),
            ("~/x", "'~/x'"),
            ("a\rb", r"$'a\x0db'"),
            ("a;b", "'a;b'"),
        ] {
            assert_eq!(quote(text), quoted);
        }
    }
}
