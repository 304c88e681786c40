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

/// `text` without private keys and without the signatures of tokens: where a path is expected,
/// people put whole keys and tokens, and messages repeat what was given. Works on escaped text too.
pub fn without_keys(text: &str) -> String {
    without_signatures(&without_private_keys(text))
}

fn without_private_keys(text: &str) -> String {
    const BEGIN: &str = "-----BEGIN ";
    const MARK: &str = "PRIVATE KEY-----";
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(BEGIN) {
        let (before, block) = rest.split_at(start);
        let label_end = block.find(MARK).filter(|at| *at < 64);
        let Some(label_end) = label_end else {
            let (head, tail) = rest.split_at(start + BEGIN.len());
            out.push_str(head);
            rest = tail;
            continue;
        };
        out.push_str(before);
        out.push_str("(a private key, not shown)");
        let (_, body) = block.split_at(label_end + MARK.len());
        // Without an END of its own the key ends where the line or the quoted text does, or where
        // it is repeated.
        let next = body.find(BEGIN).unwrap_or(body.len());
        let (own, _) = body.split_at(next);
        let end = own.find(MARK).map(|at| at + MARK.len());
        let end = end.unwrap_or_else(|| end_of_open(own));
        rest = body.split_at(end).1;
    }
    out.push_str(rest);
    out
}

/// Where a key without an END stops: at a quote, or behind the last of its lines.
fn end_of_open(body: &str) -> usize {
    let of_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let mut end = body.find(['"', '\n']).unwrap_or(body.len());
    let mut lines = false;
    while let Some(line) = body.split_at(end).1.strip_prefix('\n') {
        let run = line.find(|c| !of_base64(c)).unwrap_or(line.len());
        let is_header = line.starts_with("Proc-Type:") || line.starts_with("DEK-Info:");
        let whole = line.find('\n').unwrap_or(line.len());
        end += match (is_header, lines, run) {
            (true, ..) => 1 + whole,
            (false, false, 0) if line.starts_with('\n') => 1,
            (false, true, 1..) | (false, false, MIN_KEY_LINE..) => 1 + run,
            _ => break,
        };
        lines |= run >= MIN_KEY_LINE;
    }
    end
}

/// Characters of base64 at the start of a line that make it one of a key, in front of which there is
/// none yet.
const MIN_KEY_LINE: usize = 16;

/// The signature makes a JWT a secret; header and payload alone open nothing.
fn without_signatures(text: &str) -> String {
    let in_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !in_part(c)).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(end);
        out.push_str(run);
        rest = behind;
        let (Some(behind), true) = (behind.strip_prefix('.'), is_header(run)) else {
            let next = rest.find(in_part).unwrap_or(rest.len());
            let (between, behind) = rest.split_at(next);
            out.push_str(between);
            rest = behind;
            continue;
        };
        let payload = behind.trim_start_matches(in_part);
        let Some(signature) = payload.strip_prefix('.') else {
            continue;
        };
        out.push_str(&rest[..rest.len() - signature.len()]);
        rest = signature.trim_start_matches(in_part);
        if rest.len() < signature.len() {
            out.push_str("(signature not shown)");
        }
    }
    out
}

/// Whether `run` is the base64url of a JSON object that is long enough to be a JOSE header: `{`
/// and a quote or white space.
fn is_header(run: &str) -> bool {
    (run.starts_with("ey") || run.starts_with("ew")) && run.len() >= MIN_HEADER
}

/// Base64url characters of `{"alg":""}`, less two.
const MIN_HEADER: usize = 12;

/// Characters of base64 in a row that no word and no name has, but a line of a key.
const MAX_BASE64: usize = 32;

/// Whether a piece of a private key may be in `text`, which then is repeated nowhere.
pub fn may_be_secret(text: &str) -> bool {
    let of_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
    text.split(|c| !of_base64(c))
        .any(|run| run.len() >= MAX_BASE64)
}

#[cfg(test)]
mod tests {
    use super::for_screen;
    use super::without_keys;

    #[test]
    fn keys_are_hidden() {
        let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----";
        for (text, shown) in [
            (format!("a {key} b"), "a (a private key, not shown) b"),
            (
                format!("{key}{key}"),
                "(a private key, not shown)(a private key, not shown)",
            ),
            (
                "-----BEGIN PRIVATE KEY-----MIIE\" x".into(),
                "(a private key, not shown)\" x",
            ),
            (
                "-----BEGIN PRIVATE KEY-----MIIE a -----BEGIN PRIVATE KEY-----MIIE".into(),
                "(a private key, not shown)(a private key, not shown)",
            ),
            (
                "\"-----BEGIN PRIVATE KEY-----MIIE\", \"-----BEGIN PRIVATE KEY-----MIIE\"".into(),
                "\"(a private key, not shown)\", \"(a private key, not shown)\"",
            ),
            // An argument parser cuts at the first `=`.
            (
                "'-----BEGIN PRIVATE KEY-----\nMIIEMIIEMIIEMIIE\nMIIEMIIEMIIEMIIE\naQ' found\n\nUsage".into(),
                "'(a private key, not shown)' found\n\nUsage",
            ),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: x\n\nMIIEMIIEMIIEMIIE\naQ' x".into(),
                "(a private key, not shown)' x",
            ),
            (
                "-----BEGIN PRIVATE KEY-----MIIE\nUsage: x".into(),
                "(a private key, not shown)\nUsage: x",
            ),
            (
                "-----BEGIN CERTIFICATE----- x".into(),
                "-----BEGIN CERTIFICATE----- x",
            ),
        ] {
            assert_eq!(without_keys(&text), shown);
        }
    }

    #[test]
    fn signatures_are_hidden() {
        const HEADER: &str = "eyJhbGciOiJIUzI1NiJ9";
        for (text, shown) in [
            ("x H.e30.AbC_-9 y", "x H.e30.(signature not shown) y"),
            (
                "H.e30.A/H.e30.B",
                "H.e30.(signature not shown)/H.e30.(signature not shown)",
            ),
            ("H.e30.", "H.e30."),
            ("H.e30", "H.e30"),
            ("H..x", "H..(signature not shown)"),
            ("eyes.example.org ewe.b.c", "eyes.example.org ewe.b.c"),
            ("/x/H.e30.\u{d}", "/x/H.e30.\u{d}"),
            ("\"H.e30.AA\"", "\"H.e30.(signature not shown)\""),
        ] {
            let (text, shown) = (text.replace('H', HEADER), shown.replace('H', HEADER));
            assert_eq!(without_keys(&text), shown);
        }
    }

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
