//! `$F…(PATH)`: parts of a path.

/// The parts of a path that the letters name. None if it is not known what HTCondor makes of it.
pub(super) fn part_of_path(letters: &str, value: &str) -> Option<String> {
    let count = |part: char| letters.chars().filter(|c| c.eq_ignore_ascii_case(&part)).count();
    let has = |part: char| count(part) > 0;
    let (quoted, bare) = (has('q'), has('b'));
    let text = unquoted(value);
    // Backslashes separate in some of the functions, and quotes in quotes are not for paths.
    if has('w') || text.contains('\\') || quoted && text.contains(['"', '\'']) {
        return None;
    }
    let name_at = text.rfind('/').map_or(0, |at| at + 1);
    let dot = text.get(name_at..)?.rfind('.').filter(|at| *at > 0);
    let extension_at = dot.map_or(text.len(), |at| name_at + at);
    let (name, extension) = (has('n'), has('x'));
    let with_path = name_at > 0 || !name && !extension;
    let name_end = if name && !extension { extension_at } else { text.len() };
    let end_of_path = name_at.saturating_sub(usize::from(bare));
    let part = if has('d') && with_path {
        let start = behind_slash(text, count('d'))?;
        let end = if name || extension { name_end } else { end_of_path };
        text.get(start..end.max(start))?
    } else if has('p') && with_path {
        let end = if name || extension { name_end } else { end_of_path };
        text.get(..end)?
    } else if name {
        text.get(name_at..name_end)?
    } else if extension {
        text.get(extension_at + usize::from(bare && dot.is_some())..)?
    } else {
        text
    };
    if !quoted {
        return Some(part.to_owned());
    }
    let quote = if has('a') { '\'' } else { '"' };
    let is_known = !part.is_empty() && !text.get(name_at..)?.starts_with('.');
    is_known.then(|| format!("{quote}{part}{quote}"))
}

/// Where the last `directories` of a path start. None if it has fewer.
fn behind_slash(path: &str, directories: usize) -> Option<usize> {
    let mut starts = vec![0];
    starts.extend(path.match_indices('/').map(|(at, _)| at + 1));
    match starts.len() {
        1 => Some(path.len()),
        count => starts.get(count.checked_sub(directories + 1)?).copied(),
    }
}

fn unquoted(text: &str) -> &str {
    let strip = |quote| text.strip_prefix(quote)?.strip_suffix(quote);
    let inner = strip('"').or_else(|| strip('\'')).unwrap_or(text);
    inner.strip_prefix('"').unwrap_or(inner)
}
