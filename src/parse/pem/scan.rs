//! All blocks of a text.

use std::fmt;

use zeroize::Zeroizing;

use crate::parse::pem::body::decode_body;
use crate::parse::pem::damage::{Damage, DamageKind, Edge};
use crate::parse::pem::frame::flaw;
use crate::parse::pem::mark::{BOM, Mark, between, marks};
use crate::parse::pem::quirk::{MAX_BLOCKS, Quirk, note};

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
        let body = between(text, begin, end);
        let (headers, bytes) = decode_body(text, body, begin.hides(text), &mut quirks)
            .map_err(|(at, kind)| begin.damage(text, at, kind))?;
        for quirk in quirks {
            note(&mut self.quirks, quirk);
        }
        Ok(Block { label: begin.label(text), line: begin.line, headers, bytes })
    }
}
