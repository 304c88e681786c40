//! Text that can be shown safely: no private key, no token, no characters that control a terminal.
//!
//! All output of the process passes through [`Screen`]. It is safe even if the code that made the
//! text did not think of secrets.

mod der;
mod escape;
mod hidden;
mod named;
mod panic;
mod pem;
mod random;
mod run;
mod secret;
mod spelled;
mod url;
mod writer;

pub use panic::hide_panics;
pub use secret::{first_key, is_opaque, may_hold_secret, without_keys};
pub use writer::Screen;

/// Whether a terminal may obey `c` instead of showing it: control characters, bidirectional
/// formatting, and characters without width.
pub fn is_tricky(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{61c}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// `text` with such characters written as `\u{…}`.
pub fn for_screen(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        if is_tricky(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
        out
    })
}

/// More characters of base64 in a row than in any word or name. A line of a key has more.
const MAX_BASE64: usize = 32;

/// Whether `text` may contain a piece of a private key. Then it is never repeated.
pub fn may_be_secret(text: &str) -> bool {
    let of_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
    text.split(|c| !of_base64(c)).any(|run| run.len() >= MAX_BASE64)
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
