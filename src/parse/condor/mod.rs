//! The configuration language of HTCondor: lines to statements, statements to settings.

pub mod condition;
pub mod exclude;
mod function;
pub mod key;
pub mod key_derivation;
pub mod knob;
pub mod macros;
pub mod template;

/// A statement, and its first line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Statement {
    /// Counted from 1.
    pub line: usize,
    /// What it is.
    pub kind: ConfigKind,
}

/// What a statement is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ConfigKind {
    /// `NAME = value`, or `NAME @=tag` and the lines up to `@tag`. Macros in the name are not expanded.
    Assign(String, String),
    /// `elif CONDITION`
    Elif(String),
    /// `else`
    Else,
    /// `endif`
    Endif,
    /// `if CONDITION`
    If(String),
    /// `include : FILE`
    Include(String),
    /// `include ifexist : FILE`
    IncludeIfExists(String),
    /// A statement that certok skips, in a word.
    Other(&'static str),
    /// A statement at which HTCondor's tools refuse to start, in a word.
    Refused(&'static str),
    /// `use CATEGORY : TEMPLATES`, the two.
    Use(String, String),
}

/// An include of the output of a command.
pub const COMMAND: &str = "include of a command's output";

/// A line that HTCondor does not understand either.
pub const NO_ASSIGNMENT: &str = "a line that is no assignment";

/// Splits a text into statements, as `Parse_macros` of config.cpp does. White space around lines is
/// removed. A line that ends with a backslash continues in the next one, unless it is a comment. A
/// comment line in between counts as white space.
pub fn statements(text: &str) -> Vec<Statement> {
    let mut out = Vec::new();
    let mut lines = logical_lines(text);
    let mut open_ifs = 0usize;
    while let Some((at, whole)) = lines.next() {
        // A colon hides conditions and what is in them from HTCondor before 8.1.5.
        let hidden = whole.strip_prefix(':').filter(|rest| open_ifs > 0 || is_keyword(rest, "if"));
        let line = hidden.unwrap_or(&whole);
        let kind = match heredoc(line) {
            Some((name, tag)) => {
                let end = format!("@{tag}");
                let mut is_closed = false;
                let body = lines.by_ref().map(|(_, line)| line);
                let body = body.take_while(|line| {
                    is_closed = *line == end;
                    !is_closed
                });
                let body = body.collect::<Vec<String>>().join("\n");
                match is_closed {
                    true => ConfigKind::Assign(name.to_owned(), body),
                    false => ConfigKind::Refused("a text of several lines without its end"),
                }
            }
            None => match kind(line) {
                Some(kind) => kind,
                None => continue,
            },
        };
        match kind {
            ConfigKind::If(_) => open_ifs += 1,
            ConfigKind::Endif => open_ifs = open_ifs.saturating_sub(1),
            _ => {}
        }
        out.push(Statement { line: at + 1, kind });
    }
    out
}

/// Lines joined with their continuations, without comments and empty lines.
fn logical_lines(text: &str) -> impl Iterator<Item = (usize, String)> {
    let mut lines = text.split('\n').enumerate();
    std::iter::from_fn(move || {
        loop {
            let (at, first) = lines.next()?;
            let mut whole = first.trim().to_owned();
            if whole.starts_with('#') {
                continue;
            }
            while let Some(shorter) = whole.strip_suffix('\\') {
                whole.truncate(shorter.len());
                match lines.next() {
                    // Only the backslash of the comment counts, if it has one.
                    Some((_, next)) if next.trim_start().starts_with('#') => {
                        if next.trim_end().ends_with('\\') {
                            whole.push('\\');
                        }
                    }
                    Some((_, next)) => whole.push_str(next.trim()),
                    None => break,
                }
            }
            if !whole.is_empty() {
                return Some((at, whole));
            }
        }
    })
}

/// Name and tag of `NAME @=tag`; words between them do not count.
fn heredoc(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.split_once(char::is_whitespace)?;
    if ["if", "elif", "else", "endif"].iter().any(|word| name.eq_ignore_ascii_case(word)) {
        return None;
    }
    let (_, rest) = rest.split_at(rest.find(['=', ':', '@'])?);
    let tag = rest.strip_prefix("@=")?;
    (!name.contains(['=', ':'])).then(|| (name, tag.trim()))
}

/// Whether `line` is `word`, alone or followed by white space.
fn is_keyword(line: &str, word: &str) -> bool {
    behind_keyword(line, word).is_some()
}

fn behind_keyword<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let (first, rest) = line.split_at_checked(word.len())?;
    let is_word = rest.is_empty() || rest.starts_with(char::is_whitespace);
    (is_word && first.eq_ignore_ascii_case(word)).then(|| rest.trim_start())
}

/// None if the line counts as a comment.
fn kind(line: &str) -> Option<ConfigKind> {
    let condition = |word| behind_keyword(line, word).map(str::to_owned);
    if let Some(condition) = condition("if") {
        return Some(ConfigKind::If(condition));
    }
    if let Some(condition) = condition("elif") {
        return Some(ConfigKind::Elif(condition));
    }
    if is_keyword(line, "else") {
        return Some(ConfigKind::Else);
    }
    if is_keyword(line, "endif") {
        return Some(ConfigKind::Endif);
    }
    let name_end = line.find(|c: char| c.is_whitespace() || matches!(c, '=' | ':'));
    let Some(name_end) = name_end else {
        // Like a heading of an .ini file.
        return (!line.starts_with('[')).then_some(ConfigKind::Refused(NO_ASSIGNMENT));
    };
    let (name, rest) = line.split_at(name_end);
    let operator = rest.find(['=', ':', '@']).map(|at| rest.split_at(at));
    let (between, value) = match operator {
        Some((between, rest)) if rest.starts_with(['=', ':']) => (between.trim(), rest),
        _ => return Some(ConfigKind::Refused(NO_ASSIGNMENT)),
    };
    let is_colon = value.starts_with(':');
    let value = value.get(1..).unwrap_or_default().trim().to_owned();
    let word = name.strip_prefix('@').unwrap_or(name).to_ascii_lowercase();
    Some(match word.as_str() {
        "use" if is_colon => ConfigKind::Use(between.to_owned(), value),
        "include" if is_colon => include(between, value),
        "error" if is_colon => ConfigKind::Refused("an error statement"),
        "warning" if is_colon => return None,
        "" => ConfigKind::Refused("a setting without a name"),
        // Text between name and operator is ignored, even a colon.
        _ => ConfigKind::Assign(name.to_owned(), value),
    })
}

/// Whether HTCondor accepts `name` as the name of a setting.
pub fn is_name(name: &str) -> bool {
    let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/');
    !name.is_empty() && name.chars().all(in_name)
}

fn include(options: &str, target: String) -> ConfigKind {
    let words: Vec<&str> = options.split_whitespace().collect();
    let (is_optional, words) = match words.as_slice() {
        ["ifexist" | "ifexists", rest @ ..] => (true, rest),
        all => (false, all),
    };
    match words {
        [] if target.contains('|') => ConfigKind::Other(COMMAND),
        [] if is_optional => ConfigKind::IncludeIfExists(target),
        [] => ConfigKind::Include(target),
        ["output" | "command", ..] => ConfigKind::Other(COMMAND),
        _ => ConfigKind::Refused("an include with words that it does not have"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As condor_config_val of 23.9.6.
    #[test]
    fn what_is_refused() {
        for (text, refused) in [
            ("nonsense", true),
            ("[section]", false),
            ("[a b]", true),
            ("error : x", true),
            ("error x", true),
            ("warning : x", false),
            ("warning x", true),
            ("include /a", true),
            ("include IfExist : /a", true),
            ("include x : /a", true),
            ("use X", true),
            ("A b", true),
            ("A @ b", true),
            ("A @=end\nb", true),
            ("A @=end\nb\n@END", true),
            ("= b", true),
            (": b", true),
            ("A = b", false),
            ("export A = b", false),
        ] {
            let mut all = statements(text).into_iter();
            let is_refused = all.any(|one| matches!(one.kind, ConfigKind::Refused(_)));
            assert_eq!(is_refused, refused, "{text}");
        }
    }

    #[test]
    fn lines_to_statements() {
        let assign = |name: &str, value: &str| ConfigKind::Assign(name.into(), value.into());
        for (text, expected) in [
            ("A = b c \n", vec![(1, assign("A", "b c"))]),
            ("  # x\n\nA=b\r\n", vec![(3, assign("A", "b"))]),
            ("A =\n", vec![(1, assign("A", ""))]),
            (
                "A = b \\\n   c \\\n d\nE = f",
                vec![(1, assign("A", "b c d")), (4, assign("E", "f"))],
            ),
            ("A = b \\\n # c\nE = f", vec![(1, assign("A", "b")), (3, assign("E", "f"))]),
            ("A = b \\\n # c \\\n d\n", vec![(1, assign("A", "b d"))]),
            ("# c \\\nA = b\nE = f", vec![(2, assign("A", "b")), (3, assign("E", "f"))]),
            ("A = b \\", vec![(1, assign("A", "b"))]),
            (
                "A @=end\n b\n  c\n@end\nE = f",
                vec![(1, assign("A", "b\nc")), (5, assign("E", "f"))],
            ),
            ("A @=end\n# c\n\n b \\\n c\n@end", vec![(1, assign("A", "b c"))]),
            ("A @=\nb\n@", vec![(1, assign("A", "b"))]),
            ("TOOL.A = b", vec![(1, assign("TOOL.A", "b"))]),
            ("if = 1", vec![(1, ConfigKind::If("= 1".into()))]),
            ("if=1", vec![(1, assign("if", "1"))]),
            ("A b = c", vec![(1, assign("A", "c"))]),
            ("A += c", vec![(1, assign("A", "c"))]),
            ("$(A) = c", vec![(1, assign("$(A)", "c"))]),
            (
                ":if 1\n:A = c\n:else # d\n:endif x\nwarning : x",
                vec![
                    (1, ConfigKind::If("1".into())),
                    (2, assign("A", "c")),
                    (3, ConfigKind::Else),
                    (4, ConfigKind::Endif),
                ],
            ),
            (
                "IF defined X\nelif version >= 9\nelse\nendif",
                vec![
                    (1, ConfigKind::If("defined X".into())),
                    (2, ConfigKind::Elif("version >= 9".into())),
                    (3, ConfigKind::Else),
                    (4, ConfigKind::Endif),
                ],
            ),
            ("include : /a/b", vec![(1, ConfigKind::Include("/a/b".into()))]),
            ("@include ifexist : /a", vec![(1, ConfigKind::IncludeIfExists("/a".into()))]),
            ("include : /a/b |", vec![(1, ConfigKind::Other(COMMAND))]),
            ("include command : /a", vec![(1, ConfigKind::Other(COMMAND))]),
            ("include ifexists command into x : /a", vec![(1, ConfigKind::Other(COMMAND))]),
            ("@use security:a, b", vec![(1, ConfigKind::Use("security".into(), "a, b".into()))]),
            ("A : b", vec![(1, assign("A", "b"))]),
            ("A b", vec![(1, ConfigKind::Refused(NO_ASSIGNMENT))]),
        ] {
            let got: Vec<_> = statements(text).into_iter().map(|s| (s.line, s.kind)).collect();
            assert_eq!(got, expected, "{text:?}");
        }
    }
}
