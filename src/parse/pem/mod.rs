//! PEM (RFC 7468): finding blocks, decoding them, and saying where a file is damaged.
//!
//! The measure is OpenSSL: what it reads is a [`Block`], what it refuses is a [`Damage`]. Some
//! layouts that it refuses are read here all the same and told as a [`Quirk`], see
//! [`Quirk::is_refused`].
//!
//! ```text
//! line -> mark -> frame -> body
//! ```
//!
//! A text has lines, a line has marks (`BEGIN`, `END`), two marks frame a body.

mod body;
mod damage;
mod escape;
mod frame;
mod line;
mod mark;
mod quirk;
mod repair;
mod whole;
mod write;

use std::fmt;

use zeroize::Zeroizing;

use crate::parse::pem::body::decode_body;
pub use crate::parse::pem::damage::{Damage, DamageKind, Edge};
use crate::parse::pem::frame::flaw;
use crate::parse::pem::line::Lines;
use crate::parse::pem::mark::{BOM, Mark, marks};
pub use crate::parse::pem::quirk::Quirk;
use crate::parse::pem::quirk::note;
pub use crate::parse::pem::repair::repair;
pub use crate::parse::pem::whole::unwrap;
pub use crate::parse::pem::write::encode;

/// One decoded block.
#[derive(Clone, Eq, PartialEq)]
pub struct Block {
    /// What stands between `BEGIN` and the dashes: `CERTIFICATE`.
    pub label: String,
    /// Line of `BEGIN`, counted from 1.
    pub line: usize,
    /// RFC 1421 headers (`Proc-Type`, `DEK-Info`), in order.
    pub headers: Vec<(String, String)>,
    /// The decoded body, DER. May be a private key: wiped when dropped.
    pub bytes: Zeroizing<Vec<u8>>,
}

/// Says how much there is, never what.
impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { label, line, headers, bytes } = self;
        let (headers, bytes) = (headers.len(), bytes.len());
        write!(f, "Block({label}, line {line}, {headers} headers, {bytes} bytes)")
    }
}

/// What a text holds.
#[derive(Debug, Default)]
pub struct Pem {
    /// Blocks in file order, sound and damaged.
    pub blocks: Vec<Result<Block, Damage>>,
    /// Oddities of blocks that could be read; each kind at most once, with its first line.
    pub quirks: Vec<Quirk>,
}

/// Blocks that one text may hold. The largest bundles in use (all IGTF authorities, all public
/// roots ever trusted) hold some hundreds of certificates.
pub const MAX_BLOCKS: usize = 100_000;

/// Characters of a body line (RFC 7468 §2, RFC 1421 §4.3.2.4: exactly 64).
const LINE_CHARACTERS: usize = 64;

/// Finds and decodes every block. Text outside of blocks is skipped, as OpenSSL does.
///
/// Linear in the length of `bytes`; never panics.
pub fn scan(bytes: &[u8]) -> Pem {
    let mut pem = Pem::default();
    if bytes.starts_with(BOM) {
        note(&mut pem.quirks, Quirk::ByteOrderMark);
    }
    let (marks, last_line) = marks(bytes);
    let mut rest = marks.as_slice();
    while let Some((mark, others)) = rest.split_first() {
        if pem.blocks.len() == MAX_BLOCKS {
            note(&mut pem.quirks, Quirk::TooManyBlocks(mark.line));
            break;
        }
        rest = others;
        let end = others.first().filter(|next| next.edge == Edge::End);
        if mark.edge == Edge::End {
            if mark.is_exact() {
                pem.blocks.push(Err(mark.damage(bytes, mark.line, DamageKind::EndWithoutBegin)));
            }
        } else if !mark.opens_body(bytes, others.first()) {
            rest = others.get(usize::from(end.is_some_and(|end| !end.is_exact()))..).unwrap_or(&[]);
        } else if let Some(end) = end {
            rest = others.get(1..).unwrap_or(&[]);
            let block = pem.block(bytes, mark, end, rest.first());
            pem.blocks.push(block);
        } else {
            let at = others.first().map_or(last_line, |next| next.line);
            pem.blocks.push(Err(mark.damage(bytes, at, DamageKind::NoEnd)));
        }
    }
    pem
}

impl Pem {
    /// The block between two marks; `next` is the mark that follows.
    fn block(
        &mut self,
        text: &[u8],
        begin: &Mark,
        end: &Mark,
        next: Option<&Mark>,
    ) -> Result<Block, Damage> {
        if let Some((at, kind)) = flaw(text, begin, end, next) {
            return Err(begin.damage(text, at, kind));
        }
        let mut quirks = Vec::new();
        let body = Lines::between(text, begin, end);
        let (headers, bytes) = decode_body(text, body, begin.hides(text), &mut quirks)
            .map_err(|(at, kind)| begin.damage(text, at, kind))?;
        for quirk in quirks {
            note(&mut self.quirks, quirk);
        }
        Ok(Block { label: begin.label(text), line: begin.line, headers, bytes })
    }
}

#[cfg(test)]
mod tests;
