//! What the author of a file with a syntax error probably meant.

use crate::parse::distance::distance;
use crate::parse::policy::Problem;

/// The words with which statements of a signing_policy start.
const KNOWN: &[&str] = &[
    "access_id_CA",
    "access_id_ANYBODY",
    "pos_rights",
    "neg_rights",
    "cond_subjects",
    "cond_banned_subjects",
];

/// Most changes in a word that count as a typing error: a missing letter, an additional `s`, two
/// letters swapped.
const MAX_SLIPS: usize = 2;

/// Quotes that an editor inserts while one types.
const TYPOGRAPHIC: &[char] = &['‘', '’', '‚', '“', '”', '„', '«', '»'];

/// The known word that was probably meant by an unknown one.
pub fn meant(word: &str) -> Option<&'static str> {
    let longest = KNOWN.iter().map(|known| known.len()).max();
    if word.len() > longest.unwrap_or_default() + MAX_SLIPS {
        return None;
    }
    let folded = |text: &str| text.to_ascii_lowercase();
    let far = |known: &&&str| distance(&folded(word), &folded(known));
    let nearest = KNOWN.iter().min_by_key(far)?;
    (far(&nearest) <= MAX_SLIPS && word != *nearest).then_some(*nearest)
}

/// The typographic quote at the start of `word`, perhaps behind a plain one.
pub fn typographic(word: &str) -> Option<char> {
    let first = word.trim_start_matches(['\'', '"']).chars().next();
    first.filter(|c| TYPOGRAPHIC.contains(c))
}

/// The same problem, said about the whole file instead of a word in it.
pub(super) fn clearer(problem: Problem, bytes: &[u8]) -> Problem {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        let what = "the file is UTF-16, which no tool reads: it must be plain text (UTF-8)";
        return Problem::new(problem.line, what);
    }
    if is_binary(bytes) {
        return Problem::new(problem.line, "the file is binary, and must be plain text");
    }
    if problem.line == 1 && bytes.starts_with("\u{feff}".as_bytes()) {
        let what = "the file starts with a byte order mark, which tools take for a part of the \
                    first word";
        return Problem::new(1, what);
    }
    let line = bytes.split(|byte| *byte == b'\n').nth(problem.line.saturating_sub(1));
    let line = String::from_utf8_lossy(line.unwrap_or_default());
    let mut quotes = line.split_whitespace().filter_map(typographic);
    match quotes.next() {
        Some(quote) => {
            let what = format!(
                "{} (the line has a typographic quote, {quote}, where a plain one belongs)",
                problem.what
            );
            Problem::new(problem.line, what)
        }
        None => problem,
    }
}

/// Whether there are control characters as in no text: a NUL, or one in ten bytes.
fn is_binary(bytes: &[u8]) -> bool {
    let control = |byte: &&u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
    bytes.contains(&0) || bytes.iter().filter(control).count() * 10 > bytes.len()
}

#[cfg(test)]
mod tests {
    use super::{clearer, meant};
    use crate::parse::policy::signing_policy::SigningPolicy;

    #[test]
    fn slips() {
        for (word, want) in [
            ("cond_subject", Some("cond_subjects")),
            ("cond_Subjects", Some("cond_subjects")),
            ("cond_subjekt", Some("cond_subjects")),
            ("cond_subj", None),
            ("cond_subjects", None),
            ("cond_banned_subject", Some("cond_banned_subjects")),
            ("pos_right", Some("pos_rights")),
            ("neg-rights", Some("neg_rights")),
            ("access_id_ca", Some("access_id_CA")),
            ("access_CA", None),
            ("cond_time", None),
            ("", None),
        ] {
            assert_eq!(meant(word), want, "{word}");
        }
        assert_eq!(meant(&"x".repeat(100_000)), None);
    }

    #[test]
    fn what_a_file_is() {
        let ca = "access_id_CA X509 '/O=a'\n";
        for (text, want) in [
            (format!("\u{feff}{ca}"), "line 1: the file starts with a byte order mark"),
            (format!("{ca}pos_right globus CA:sign\n"), "'pos_right'; did you mean pos_rights?"),
            (
                "access_id_CA X509 ‘/O=a b’\n".to_owned(),
                "found the end of the file (the line has a typographic quote, ‘,",
            ),
            (
                format!("{ca}pos_rights globus CA:sign\ncond_subjects globus ’\"/O=a\"’\n"),
                "(the line has a typographic quote, ’,",
            ),
            (
                format!("{ca}pos_rights globus CA:read # it’s\n"),
                "line 2: expected CA:sign after pos_rights, found 'CA:read'",
            ),
            ("0\u{82}\0\u{1}".to_owned(), "line 1: the file is binary"),
        ] {
            let problem = SigningPolicy::parse(text.as_bytes()).expect_err(&text).to_string();
            assert!(problem.contains(want), "{text}: {problem}");
            assert!(!problem.contains('\\'), "{problem}");
            assert!(want.contains("typographic") || !problem.contains("typographic"), "{problem}");
        }
        let found = SigningPolicy::parse(b"\xff\xfea\0").map_err(|found| found.to_string());
        assert!(found.is_err_and(|found| found.contains("UTF-16")));
    }

    #[test]
    fn a_line_that_is_not_there() {
        use crate::parse::policy::Problem;
        for line in [1, 9] {
            let problem = Problem::new(line, "x");
            assert_eq!(clearer(problem.clone(), b""), problem);
        }
    }
}
