//! Repairs damaged blocks, if this is possible without guessing.

use std::str::from_utf8;

use zeroize::Zeroizing;

use crate::parse::pem::body::{Body, decode_body};
use crate::parse::pem::damage::Edge;
use crate::parse::pem::disguise::Disguise;
use crate::parse::pem::escape::plain_text;
use crate::parse::pem::mark::{Mark, between, marks};
use crate::parse::pem::quirk::{MAX_BLOCKS, Quirk};
use crate::parse::pem::scan::scan;
use crate::parse::pem::write::write_block;
use crate::text::base64;

/// The text with all blocks that can be repaired without guessing, correctly written.
///
/// `None` if this would not help: nothing is damaged, or no block can be repaired. Blocks that
/// cannot be repaired and text outside of blocks are left out. So use it for reading; write it to a
/// file only after checking that nothing is lost.
pub fn repair(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let undone =
        Disguise::of(bytes).and_then(|disguise| Some(disguise.undo(from_utf8(bytes).ok()?)));
    let text = plain_text(undone.as_ref().map_or(bytes, |undone| undone.as_bytes()));
    let (marks, _) = marks(&text);
    let mut out = Zeroizing::new(Vec::with_capacity(text.len() * 2 + 64 * marks.len()));
    let mut mended = 0;
    for pair in marks.windows(2).take(MAX_BLOCKS) {
        if let [begin, end] = pair
            && let Some((headers, body)) = mend(&text, begin, end)
        {
            write_block(&mut out, &begin.label(&text).to_ascii_uppercase(), &headers, &body);
            mended += 1;
        }
    }
    let before = scan(bytes);
    let sound = before.blocks.iter().filter(|block| block.is_ok()).count();
    let gains = mended > sound || (mended == sound && before.quirks.iter().any(Quirk::is_refused));
    (gains && mended > 0).then_some(out)
}

/// Headers and bytes between two marks, if they belong together and are complete.
fn mend(text: &[u8], begin: &Mark, end: &Mark) -> Option<Body> {
    let same = begin.label(text).eq_ignore_ascii_case(&end.label(text));
    if (begin.edge, end.edge, same) != (Edge::Begin, Edge::End, true) {
        return None;
    }
    decode_body(text, between(text, begin, end), true, &mut Vec::new())
        .ok()
        .or_else(|| decode_flat(text.get(begin.end..end.start)?))
}

/// A body whose lines were joined: `Name: value` pairs of one word each, then base64.
fn decode_flat(body: &[u8]) -> Option<Body> {
    let mut headers = Vec::new();
    let mut rest = body.trim_ascii_start();
    while let Some((name, after)) = split_word(rest).filter(|(word, _)| word.ends_with(b":")) {
        let (value, after) = split_word(after)?;
        let name = name.strip_suffix(b":").unwrap_or(name);
        headers.push((from_utf8(name).ok()?.into(), from_utf8(value).ok()?.into()));
        rest = after;
    }
    Some((headers, base64::decode(rest)?))
}

/// The first word, and what follows the blanks behind it.
fn split_word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = text.iter().position(u8::is_ascii_whitespace)?;
    let (word, rest) = text.split_at(length);
    Some((word, rest.trim_ascii_start()))
}
