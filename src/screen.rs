//! Text that is safe to show on a terminal.

/// `text` so that it cannot play tricks: control and bidirectional formatting characters
/// as `\u{…}`.
pub fn for_screen(text: &str) -> String {
    let tricky = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{61c}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    };
    text.chars()
        .fold(String::with_capacity(text.len()), |mut out, c| {
            if tricky(c) {
                out.extend(c.escape_unicode());
            } else {
                out.push(c);
            }
            out
        })
}

#[cfg(test)]
mod tests {
    use super::for_screen;

    #[test]
    fn tricks() {
        for (text, shown) in [
            ("Zoë Ångström", "Zoë Ångström"),
            ("a\u{1b}[31mb", "a\\u{1b}[31mb"),
            ("a\u{202e}b", "a\\u{202e}b"),
            ("a\nb", "a\\u{a}b"),
        ] {
            assert_eq!(for_screen(text), shown);
        }
    }
}
