//! The configuration language of HTCondor: lines to statements, statements to settings.

pub mod condition;
pub mod exclude;
pub mod key;
pub mod knob;
pub mod macros;

/// A statement and where it begins.
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
    /// `NAME = value`, or `NAME @=tag` and the lines up to `@tag`.
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
    /// What certok does not act upon, in a word.
    Other(&'static str),
    /// `use CATEGORY : TEMPLATE`
    Use(String),
}

/// An include that only a command's run can fill.
pub const COMMAND: &str = "include of a command's output";

/// A line that HTCondor does not understand either.
pub const NO_ASSIGNMENT: &str = "a line that is no assignment";

/// Takes a text apart. White space around lines is dropped; a line that ends with a backslash goes
/// on in the next one, a comment too; a comment line in between counts as white space.
pub fn statements(text: &str) -> Vec<Statement> {
    let mut out = Vec::new();
    let mut lines = text.split('\n').enumerate();
    while let Some((at, first)) = lines.next() {
        let mut whole = first.trim().to_owned();
        while let Some(shorter) = whole.strip_suffix('\\') {
            whole.truncate(shorter.len());
            match lines.next() {
                // The comment's own backslash, if it has one, is all that counts of it.
                Some((_, next)) if next.trim_start().starts_with('#') => {
                    if next.trim_end().ends_with('\\') {
                        whole.push('\\');
                    }
                }
                Some((_, next)) => whole.push_str(next.trim()),
                None => break,
            }
        }
        if whole.is_empty() || whole.starts_with('#') {
            continue;
        }
        let kind = match heredoc(&whole) {
            Some((name, tag)) => {
                let end = format!("@{tag}");
                let body = lines.by_ref().map(|(_, line)| line.trim());
                let body: Vec<&str> = body.take_while(|line| *line != end).collect();
                ConfigKind::Assign(name.to_owned(), body.join("\n"))
            }
            None => kind(&whole),
        };
        out.push(Statement { line: at + 1, kind });
    }
    out
}

/// Name and tag of `NAME @=tag`.
fn heredoc(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = name(line)?;
    let tag = rest.strip_prefix("@=")?.trim();
    (!tag.is_empty()).then_some((name, tag))
}

fn kind(line: &str) -> ConfigKind {
    let word_end = line.find(|c: char| !c.is_ascii_alphabetic() && c != '@');
    let (word, rest) = line.split_at(word_end.unwrap_or(line.len()));
    let rest = rest.trim_start();
    let is_assignment = rest.starts_with('=');
    let word = word.trim_start_matches('@').to_ascii_lowercase();
    match word.as_str() {
        _ if is_assignment => {}
        "if" => return ConfigKind::If(rest.to_owned()),
        "elif" => return ConfigKind::Elif(rest.to_owned()),
        "else" if rest.is_empty() => return ConfigKind::Else,
        "endif" => return ConfigKind::Endif,
        "use" => return ConfigKind::Use(rest.to_owned()),
        "include" => return include(rest),
        "warning" if rest.starts_with(':') => return ConfigKind::Other("a warning"),
        "error" if rest.starts_with(':') => return ConfigKind::Other("an error statement"),
        _ => {}
    }
    match name(line) {
        Some((name, rest)) if rest.starts_with('=') => {
            let value = rest.get(1..).unwrap_or_default().trim();
            ConfigKind::Assign(name.to_owned(), value.to_owned())
        }
        _ => ConfigKind::Other(NO_ASSIGNMENT),
    }
}

/// The name a line begins with, and what follows it.
fn name(line: &str) -> Option<(&str, &str)> {
    let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/');
    let end = line.find(|c| !in_name(c))?;
    let (name, rest) = line.split_at(end);
    (!name.is_empty()).then(|| (name, rest.trim_start()))
}

fn include(rest: &str) -> ConfigKind {
    let Some((options, target)) = rest.split_once(':') else {
        return ConfigKind::Other("an include without a colon");
    };
    let target = target.trim();
    match options.trim().to_ascii_lowercase().as_str() {
        _ if target.ends_with('|') => ConfigKind::Other(COMMAND),
        "" => ConfigKind::Include(target.to_owned()),
        "ifexist" => ConfigKind::IncludeIfExists(target.to_owned()),
        _ => ConfigKind::Other(COMMAND),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            ("# c \\\nA = b\nE = f", vec![(3, assign("E", "f"))]),
            ("A = b \\", vec![(1, assign("A", "b"))]),
            (
                "A @=end\n b\n  c\n@end\nE = f",
                vec![(1, assign("A", "b\nc")), (5, assign("E", "f"))],
            ),
            ("A @=end\n b", vec![(1, assign("A", "b"))]),
            ("TOOL.A = b", vec![(1, assign("TOOL.A", "b"))]),
            ("if = 1", vec![(1, assign("if", "1"))]),
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
            ("use security:recommended", vec![(1, ConfigKind::Use("security:recommended".into()))]),
            ("A : b", vec![(1, ConfigKind::Other(NO_ASSIGNMENT))]),
            ("nonsense", vec![(1, ConfigKind::Other(NO_ASSIGNMENT))]),
        ] {
            let got: Vec<_> = statements(text).into_iter().map(|s| (s.line, s.kind)).collect();
            assert_eq!(got, expected, "{text:?}");
        }
    }
}
