//! Text that every shell reads back as it was: all that is printed for one is quoted here.

use std::path::Path;

use zeroize::Zeroizing;

use crate::text::screen::{for_screen, without_keys};

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

/// Lines that do not end with a line break, on one line: keys and tokens that are to be printed.
/// The text never grows, so no copy of a key is left behind.
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

/// Whether `text` is one line that a terminal shows as it is and that nothing is hidden of: one that
/// may be printed for a shell.
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
    // A key that began here would end in another line.
    let text = without_keys(text).replace(BEGIN, r"-----BEGIN\u{20}");
    let mut out = String::from(": \"");
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        // What was escaped for the screen before stays as it is.
        let is_escape = c == '\\' && rest.as_str().starts_with("u{");
        if "\"$`!\\".contains(c) && !is_escape {
            out.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    for_screen(&out) + "\""
}

/// `text` quoted if it needs it; nothing if no line can hold it, or it was no text to begin with.
pub fn literal(text: &str) -> Option<String> {
    let quoted = quote(text);
    let whole = is_line(&quoted) && !text.contains(char::REPLACEMENT_CHARACTER);
    whole.then_some(quoted)
}

/// Whether nothing has the name, as the condition of a fix: no link that leads nowhere either, through
/// which a new file would be written elsewhere.
pub fn is_free(file: &Path) -> String {
    let file = path(file);
    format!("[ ! -e {file} ] && [ ! -L {file} ]")
}

/// Makes the file `new` with `command`, which has `-out` as openssl does: only if nothing has the name,
/// and nothing is left of it if that fails. What is `secret` is this user's alone.
pub fn make_file(command: &str, new: &Path, secret: bool) -> String {
    let (free, to) = (is_free(new), path(new));
    let mut make = format!("{command} -out {to}");
    if secret {
        make = format!("(umask 077; {make})");
    }
    format!("{free} && {{ {make} && [ -s {to} ] || {{ rm -f {to}; false; }}; }}")
}

/// A copy of the file under a new name that begins with `kept`, as the first half of a fix that
/// rewrites it; the shell variable `$b` holds the copy's name afterwards. The copy is this user's
/// alone, whatever the file's mode.
pub fn keep_copy(file: &Path, kept: &Path) -> String {
    format!("b=$(mktemp {}.XXXXXX) && cp {} \"$b\"", path(kept), path(file))
}

#[cfg(test)]
mod tests;
