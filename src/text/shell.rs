//! Quotes text for shells, so that every shell reads exactly this text.

use std::path::Path;

use zeroize::Zeroizing;

use crate::text::screen::{for_screen, without_keys};

/// Quotes `text` for a shell, only if needed.
///
/// sh, dash, bash, zsh, ksh and busybox read the same text, also at an interactive prompt. The
/// printed text is readable, except for a value with a line break at its end: only an unusual
/// quoting gives that, and [`line`] refuses it.
pub fn quote(text: &str) -> String {
    bytes(text.as_bytes())
}

/// Quotes a path byte by byte, because another spelling would be another file. A relative path that
/// a program could take for an option gets `./` in front.
pub fn path(path: &Path) -> String {
    let text = path.as_os_str().as_encoded_bytes();
    let is_operator = text.first().is_some_and(|first| !is_harmless(*first));
    let component = text.split(|byte| *byte == b'/').next().unwrap_or_default();
    // `name=value` is an assignment for awk, `scheme:rest` a URI for openssl.
    if is_operator || component.iter().any(|byte| b"=:".contains(byte)) {
        return bytes(&[b"./", text].concat());
    }
    bytes(text)
}

/// A first byte that programs take for the start of a file name.
fn is_harmless(first: u8) -> bool {
    first.is_ascii_alphanumeric() || b"/._".contains(&first) || !first.is_ascii()
}

fn bytes(text: &[u8]) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-+=:,@%".contains(byte);
    // zsh replaces `=program` by the program's path, also after a colon.
    let expands = text.starts_with(b"=") || text.windows(2).any(|pair| pair == b":=");
    let lossy = String::from_utf8_lossy(text);
    if !text.is_empty() && text.iter().all(plain) && !expands {
        return lossy.into_owned();
    }
    // A secret must keep its spelling, so that it is recognised and hidden.
    let is_raw = text.ends_with(b"\n") || hides(&lossy);
    // fish interprets backslashes in single quotes; csh, and no other shell, exclamation marks.
    let is_shown =
        for_screen(&lossy) == lossy && !lossy.contains([char::REPLACEMENT_CHARACTER, '\\', '!']);
    if is_raw || (is_shown && !lossy.contains(BEGIN)) {
        return format!("'{}'", lossy.replace('\'', r"'\''"));
    }
    format!("\"$(printf '{}')\"", octal(text))
}

/// The beginning of what [`without_keys`] takes for a key.
const BEGIN: &str = "-----BEGIN ";

fn hides(text: &str) -> bool {
    without_keys(text) != text
}

/// A format of printf(1). `\ooo` has three digits in all shells.
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

/// Makes one line of keys and tokens with several lines. The buffer never grows, so no copy of a
/// key is left.
pub fn lines(text: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(EXPANSION * text.len() + 32));
    out.push_str("\"$(printf %b '");
    let mut buffer = [0; 4];
    for c in text.chars() {
        let shown: &str = c.encode_utf8(&mut buffer);
        match c {
            '\n' => out.push_str(r"\n"),
            c if matches!(c, '\\' | '\'' | '!') || for_screen(shown) != shown => {
                out.extend(shown.bytes().map(|byte| format!("\\0{byte:03o}")));
            }
            c => out.push(c),
        }
    }
    out.push_str("')\"");
    out
}

/// How much longer [`lines`] may make a text.
pub const EXPANSION: usize = 5;

/// Whether `text` is one line that a terminal shows unchanged and of which nothing is hidden. Only
/// such a line may be printed for a shell.
pub fn is_line(text: &str) -> bool {
    for_screen(text) == text && !hides(text)
}

/// Whether csh, fish and others read `line` as sh does: commands alone, with `&&` between them.
pub fn is_universal(line: &str) -> bool {
    // Between single quotes they differ in what `bytes` does not put there.
    let bare: String = line.split('\'').step_by(2).collect();
    let of_sh = |command: &str| {
        let word = command.split_whitespace().next().unwrap_or_default();
        word.contains('=') || ["export", "unset", "umask", "eval"].contains(&word)
    };
    let bare = bare.replace("&&", "\n");
    !bare.contains(|c: char| "$`\"(){}[]<>;|&*?!~\\#".contains(c)) && !bare.lines().any(of_sh)
}

/// A comment: one line, whatever stands in `text`. An interactive zsh runs what stands behind a `#`,
/// so it is an argument of the command that does nothing, without what a shell reads in quotes.
pub fn comment(text: &str) -> String {
    // If a key began here, it would end in another line.
    let text = without_keys(text).replace(BEGIN, r"-----BEGIN\u{20}");
    let mut out = String::from(": \"");
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        // Escapes that were made for the screen stay.
        let is_escape = c == '\\' && rest.as_str().starts_with("u{");
        if "\"$`!\\".contains(c) && !is_escape {
            out.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    for_screen(&out) + "\""
}

/// `text`, quoted if needed. None if no line can contain it, or it is not text.
pub fn literal(text: &str) -> Option<String> {
    let quoted = quote(text);
    let whole = is_line(&quoted) && !text.contains(char::REPLACEMENT_CHARACTER);
    whole.then_some(quoted)
}

/// A shell condition: the name is free. A broken link counts as taken, because a new file would be
/// written to its target.
pub fn is_free(file: &Path) -> String {
    let file = path(file);
    format!("[ ! -e {file} ] && [ ! -L {file} ]")
}

/// Makes the file `new` with `command`, which has `-out` as openssl does: only if the name is free,
/// and without leaving a part if it fails. A `secret` file gets mode 0600.
pub fn make_file(command: &str, new: &Path, secret: bool) -> String {
    let (free, to) = (is_free(new), path(new));
    let mut make = format!("{command} -out {to}");
    if secret {
        make = format!("(umask 077; {make})");
    }
    format!("{free} && {{ {make} && [ -s {to} ] || {{ rm -f {to}; false; }}; }}")
}

/// Copies the file to a new name that begins with `kept`: the first half of a fix that rewrites it.
/// The shell variable `$b` then has the name of the copy. Only this user can read the copy,
/// whatever the mode of the file.
pub fn keep_copy(file: &Path, kept: &Path) -> String {
    format!("b=$(mktemp {}.XXXXXX) && cp {} \"$b\"", path(kept), path(file))
}

#[cfg(test)]
mod tests;
