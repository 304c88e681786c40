//! Lines that fit a terminal. Nothing is left out: a word that is wider stands alone.

/// `text` in lines of `width` characters, the second and later ones behind `hang` blanks. A name is
/// broken before one of its RDNs, all else at blanks behind the first `hang` characters.
pub fn wrap(text: &str, width: usize, hang: usize) -> Vec<String> {
    let hang = hang.min(width / 2);
    let mut lines = Vec::new();
    let mut line = Line::default();
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if line.column > hang {
            line.note(before, c, text.split_at(at).1, at);
        }
        if line.column >= width
            && c != ' '
            && let Some(cut) = line.cut(width)
        {
            lines.push(line.text(text, cut.at));
            let start = cut.at + blanks(text.split_at(cut.at).1);
            let read = text
                .split_at(at)
                .0
                .split_at_checked(start)
                .map_or(0, |(_, read)| read.chars().count());
            line = Line {
                start,
                indent: hang,
                column: hang + read,
                blank: line.blank.filter(|blank| blank.at > cut.at),
                rdn: None,
            };
        }
        line.column += 1;
        before = c;
    }
    lines.push(line.text(text, text.len()));
    lines
}

/// The lines of `text` that are wider than `width`, broken: behind the first gap of two blanks, where
/// the right column of a help begins.
pub fn columns(text: &str, width: usize) -> String {
    let hang = |line: &str| {
        let indent = blanks(line);
        let gap = line.split_at(indent).1.find("  ").map(|at| indent + at);
        gap.map_or(indent + 2, |gap| gap + blanks(line.split_at(gap).1))
    };
    let broken = text.lines().flat_map(|line| wrap(line, width, hang(line)));
    broken.map(|line| line + "\n").collect()
}

/// The line that is being filled.
#[derive(Default)]
struct Line {
    /// Where it begins in the text.
    start: usize,
    /// Blanks before it.
    indent: usize,
    /// Characters in it, blanks included.
    column: usize,
    /// The last blank that it can end before.
    blank: Option<Break>,
    /// The last RDN that it can end before.
    rdn: Option<Break>,
}

#[derive(Clone, Copy)]
struct Break {
    at: usize,
    column: usize,
}

impl Line {
    /// Whether it can end before `c`, which `rest` begins with.
    fn note(&mut self, before: char, c: char, rest: &str, at: usize) {
        let here = Some(Break { at, column: self.column });
        if c == ' ' && before != ' ' {
            self.blank = here;
        }
        if c == '/' && before != ' ' && is_rdn(rest) {
            self.rdn = here;
        }
    }

    /// Where it ends best: before an RDN, if that does not leave most of the line empty.
    fn cut(&self, width: usize) -> Option<Break> {
        let is_best = |rdn: &Break| {
            rdn.column >= width / 2 || self.blank.is_none_or(|blank| blank.at < rdn.at)
        };
        self.rdn.filter(is_best).or(self.blank)
    }

    fn text(&self, text: &str, end: usize) -> String {
        let own = text.split_at(end).0.split_at_checked(self.start).map_or("", |(_, own)| own);
        " ".repeat(self.indent) + own.trim_end_matches(' ')
    }
}

/// Whether an RDN begins: `/CN=`, `/2.5.4.3=`.
fn is_rdn(rest: &str) -> bool {
    let rest = rest.trim_start_matches('/');
    let value = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '.');
    value.starts_with('=') && value.len() < rest.len()
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches(' ').len()
}

#[cfg(test)]
mod tests {
    use super::{columns, wrap};

    #[test]
    fn lines_that_fit() {
        for (text, width, hang, lines) in [
            ("", 10, 0, &[""][..]),
            ("one two", 7, 2, &["one two"]),
            ("one two", 6, 2, &["one", "  two"]),
            ("one two three", 9, 2, &["one two", "  three"]),
            ("a-word-that-is-wider b", 10, 2, &["a-word-that-is-wider", "  b"]),
            ("from  /tmp/a b", 9, 6, &["from  /tmp/a", "    b"]),
            ("/C=ch/O=AliEn2/CN=Alice Adams", 29, 2, &["/C=ch/O=AliEn2/CN=Alice Adams"]),
            ("/C=ch/O=AliEn2/CN=Alice Adams", 28, 2, &["/C=ch/O=AliEn2", "  /CN=Alice Adams"]),
            ("/DC=a/b/2.5.4.3=c", 10, 0, &["/DC=a/b", "/2.5.4.3=c"]),
            ("to /CN=a in a directory", 16, 0, &["to /CN=a in a", "directory"]),
            ("äöü äöü äöü", 7, 0, &["äöü äöü", "äöü"]),
        ] {
            assert_eq!(wrap(text, width, hang), lines, "{text} in {width}");
        }
    }

    #[test]
    fn the_right_column_stays_one() {
        let text = "Options:\n  -q, --quiet  print nothing, answer\n  -v           say more\n";
        let wanted = "Options:\n  -q, --quiet  print nothing,\n               answer\n  -v           say more\n";
        assert_eq!(columns(text, 30), wanted);
        assert_eq!(columns(text, 80), text);
    }
}
