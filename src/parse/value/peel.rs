//! What was put around a path and does not belong to it.

/// An invisible character at the end of a value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Blank {
    /// From a Windows line end.
    CarriageReturn,
    /// One that is no ASCII: a no-break space, a byte order mark, or one of no width.
    Invisible(char),
    /// A line feed, without carriage return.
    Newline,
    /// A space or tab.
    Space,
}

/// A value without what is around it.
#[derive(Debug)]
pub(super) struct Peeled<'a> {
    pub inner: &'a [u8],
    pub quoted: Option<char>,
    pub trailing_blank: Option<Blank>,
    pub leading_blank: Option<Blank>,
    pub assigned: bool,
    pub list_end: Option<char>,
}

/// Removes blanks, quotes, `NAME=` and separators from both ends, until nothing changes.
pub(super) fn peeled(value: &[u8]) -> Peeled<'_> {
    let mut found = Peeled {
        inner: value,
        quoted: None,
        trailing_blank: trailing_blank(value),
        leading_blank: first(value).and_then(|(c, _)| blank(c)),
        assigned: false,
        list_end: None,
    };
    loop {
        let before = found.inner.len();
        found.inner = trimmed(found.inner);
        if let Some(rest) = assigned(found.inner) {
            found.assigned = true;
            found.inner = rest;
        }
        if let Some((rest, quote)) = unquoted(found.inner) {
            found.quoted = found.quoted.or(Some(quote));
            found.inner = rest;
        }
        if let Some((end, length)) = last(found.inner)
            && matches!(end, ';' | ',' | ':')
            && before > length
        {
            found.list_end = Some(end);
            found.inner = &found.inner[..found.inner.len() - length];
        }
        if found.inner.len() == before {
            return found;
        }
    }
}

/// The opening and the closing quote. Word processors and chat programs make those of the lower
/// lines.
const QUOTES: &[(char, char)] = &[
    ('"', '"'),
    ('\'', '\''),
    ('`', '`'),
    ('<', '>'),
    ('\u{201c}', '\u{201d}'),
    ('\u{201e}', '\u{201c}'),
    ('\u{2018}', '\u{2019}'),
    ('\u{201a}', '\u{2018}'),
    ('\u{ab}', '\u{bb}'),
    ('\u{201d}', '\u{201d}'),
    ('\u{2019}', '\u{2019}'),
];

/// The text between a pair of quotes, or without the one at an end, and the quote.
fn unquoted(text: &[u8]) -> Option<(&[u8], char)> {
    let (start, start_length) = first(text)?;
    let (end, end_length) = last(text)?;
    let opens = QUOTES.iter().any(|(open, _)| *open == start);
    let closes = QUOTES.iter().any(|(_, close)| *close == end);
    let is_pair = QUOTES.contains(&(start, end)) && text.len() >= start_length + end_length;
    // A command in backticks may end the value.
    let is_command = |quote: char| quote == '`' && text.iter().filter(|b| **b == b'`').count() > 1;
    if is_pair {
        Some((&text[start_length..text.len() - end_length], start))
    } else if opens && !is_command(start) {
        Some((&text[start_length..], start))
    } else if closes && !is_command(end) {
        Some((&text[..text.len() - end_length], end))
    } else {
        None
    }
}

/// What comes after `NAME=`, `export NAME=` and the like.
fn assigned(text: &[u8]) -> Option<&[u8]> {
    let words: [&[u8]; 4] = [b"export ", b"set ", b"setenv ", b"declare -x "];
    let word = words.iter().find_map(|word| text.strip_prefix(*word));
    let rest = word.unwrap_or(text).trim_ascii_start();
    let name = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    let is_name = rest.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
    let after = rest.get(name..)?;
    if !is_name {
        return None;
    }
    match (after, word) {
        ([b'=', value @ ..], _) | ([b' ', value @ ..], Some(_)) => Some(value),
        _ => None,
    }
}

fn trimmed(mut text: &[u8]) -> &[u8] {
    while let Some((c, length)) = first(text)
        && blank(c).is_some()
    {
        text = &text[length..];
    }
    while let Some((c, length)) = last(text)
        && blank(c).is_some()
    {
        text = &text[..text.len() - length];
    }
    text
}

fn trailing_blank(value: &[u8]) -> Option<Blank> {
    match value {
        [.., b'\r', b'\n'] => Some(Blank::CarriageReturn),
        _ => last(value).and_then(|(c, _)| blank(c)),
    }
}

fn blank(c: char) -> Option<Blank> {
    match c {
        '\r' => Some(Blank::CarriageReturn),
        '\n' => Some(Blank::Newline),
        c if c.is_ascii_whitespace() => Some(Blank::Space),
        '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => Some(Blank::Invisible(c)),
        c if c.is_whitespace() => Some(Blank::Invisible(c)),
        _ => None,
    }
}

/// The first character and its length. Bytes that are no UTF-8 are none.
fn first(text: &[u8]) -> Option<(char, usize)> {
    (1..=4).find_map(|length| character(text.get(..length)?))
}

fn last(text: &[u8]) -> Option<(char, usize)> {
    (1..=4).find_map(|length| character(text.get(text.len().checked_sub(length)?..)?))
}

fn character(bytes: &[u8]) -> Option<(char, usize)> {
    let c = std::str::from_utf8(bytes).ok()?.chars().next()?;
    Some((c, bytes.len()))
}
