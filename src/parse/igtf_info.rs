//! What stands beside a CA certificate of the IGTF distribution: `.info` and `.crl_url` files.

/// The value of a key in an `.info` file, quotes around it taken off: `version = 1.133`.
pub fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let pairs = lines(text).filter_map(|line| line.split_once('='));
    let mut found = pairs.filter(|(name, _)| name.trim() == key);
    let value = found.next()?.1.trim();
    let bare = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
    Some(bare.unwrap_or(value)).filter(|value| !value.is_empty())
}

/// The URLs of a `.crl_url` file, one a line.
pub fn urls(text: &str) -> impl Iterator<Item = &str> {
    lines(text)
}

/// Lines that are neither blank nor comments.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::urls;
    use super::value;

    #[test]
    fn pairs_and_lines() {
        let text =
            "# alias = no\nalias = Grid\n  version=1.140 \nsubjectdn = \"/CN=a = b\"\nurl =\n";
        for (key, expected) in [
            ("alias", Some("Grid")),
            ("version", Some("1.140")),
            ("subjectdn", Some("/CN=a = b")),
            ("url", None),
            ("# alias", None),
            ("status", None),
        ] {
            assert_eq!(value(text, key), expected, "{key}");
        }
        let text = "#x\nhttp://a/b.crl\n\n http://c/d.crl \n";
        assert_eq!(
            urls(text).collect::<Vec<_>>(),
            ["http://a/b.crl", "http://c/d.crl"]
        );
    }
}
