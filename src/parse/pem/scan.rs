//! All blocks of a text.

use std::collections::HashSet;
use std::fmt;

use zeroize::Zeroizing;

use crate::parse::pem::body::decode_body;
use crate::parse::pem::damage::{Damage, DamageKind, Edge};
use crate::parse::pem::exact;
use crate::parse::pem::exact::Attempt;
use crate::parse::pem::frame::flaw;
use crate::parse::pem::line::Lines;
use crate::parse::pem::mark::{BOM, Mark, between, marks};
use crate::parse::pem::quirk::{MAX_BLOCKS, Quirk, note};

/// One decoded block.
#[derive(Clone, Eq, PartialEq)]
pub struct Block {
    /// The text between `BEGIN` and the dashes: `CERTIFICATE`.
    pub label: String,
    /// Line of `BEGIN`, counted from 1.
    pub line: usize,
    /// RFC 1421 headers (`Proc-Type`, `DEK-Info`), in order.
    pub headers: Vec<(String, String)>,
    /// The decoded body, DER. May be a private key: wiped when dropped.
    pub bytes: Zeroizing<Vec<u8>>,
}

/// Shows the length, never the content.
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
    /// Blocks in the order of the file, good and damaged.
    pub blocks: Vec<Result<Block, Damage>>,
    /// Oddities of blocks that could be read; each kind at most once, with its first line.
    pub quirks: Vec<Quirk>,
}

/// Finds and decodes every block. Text outside of blocks is ignored, as by OpenSSL.
///
/// What OpenSSL reads is a block here, with the same bytes. The marks say what is wrong with the
/// rest, and what is odd.
///
/// Linear in the length of `bytes`; never panics.
pub fn scan(bytes: &[u8]) -> Pem {
    let attempts = exact::read(bytes);
    let (marks, last_line) = marks(bytes);
    let mut pem = by_marks(bytes, &marks, last_line, &attempts);
    if attempts.iter().any(|attempt| !attempt.clean || attempt.read.is_none())
        || pem.blocks.len() != attempts.len()
    {
        pem.hold_to(bytes, attempts);
    }
    pem
}

/// The blocks of a text, by its marks.
fn by_marks(bytes: &[u8], marks: &[Mark], last_line: usize, attempts: &[Attempt]) -> Pem {
    let mut pem = Pem::default();
    let mut clean = attempts.iter().filter(|attempt| attempt.clean).peekable();
    let mut rest = marks;
    while let Some((mark, others)) = rest.split_first() {
        if pem.blocks.len() == MAX_BLOCKS {
            note(&mut pem.quirks, Quirk::TooManyBlocks(mark.line));
            break;
        }
        rest = others;
        while clean.next_if(|attempt| attempt.span.start < mark.start).is_some() {}
        let end = others.first().filter(|next| next.edge == Edge::End);
        if mark.edge == Edge::End {
            if mark.is_exact() {
                pem.blocks.push(Err(mark.damage(bytes, mark.line, DamageKind::EndWithoutBegin)));
            }
        } else if !mark.opens_body(bytes, others.first()) {
            rest = others.get(usize::from(end.is_some_and(|end| !end.is_exact()))..).unwrap_or(&[]);
        } else if let Some(end) = end {
            rest = others.get(1..).unwrap_or(&[]);
            let read = clean.next_if(|attempt| attempt.span.start == mark.start);
            let block = match read.and_then(|attempt| attempt.block(mark.line)) {
                Some(block) => Ok(block),
                None => pem.block(bytes, mark, end, rest.first()),
            };
            pem.blocks.push(block);
        } else {
            let at = others.first().map_or(last_line, |next| next.line);
            pem.blocks.push(Err(mark.damage(bytes, at, DamageKind::NoEnd)));
        }
    }
    pem
}

fn bad_end(label: String, line: usize, at: usize) -> Damage {
    Damage { label, line, at, kind: DamageKind::BadEnd }
}

impl Attempt {
    /// The block, if it was read.
    fn block(&self, line: usize) -> Option<Block> {
        let (header, bytes) = self.read.as_ref()?;
        let header = String::from_utf8_lossy(header);
        let mut pairs: Vec<(String, String)> = Vec::new();
        for line in header.lines() {
            match (line.split_once(':'), pairs.last_mut()) {
                (_, Some((_, value))) if line.starts_with([' ', '\t']) => {
                    value.push_str(line.trim())
                }
                (Some((name, value)), _) => pairs.push((name.into(), value.trim().into())),
                (None, _) => {}
            }
        }
        Some(Block {
            label: String::from_utf8_lossy(&self.label).into_owned(),
            line,
            headers: pairs,
            bytes: bytes.clone(),
        })
    }
}

impl Pem {
    /// Takes what OpenSSL reads, and what it refuses for no known reason.
    fn hold_to(&mut self, text: &[u8], attempts: Vec<Attempt>) {
        let starts: Vec<usize> = Lines::new(text).map(|line| line.start).collect();
        let line_of = |at: usize| starts.partition_point(|start| *start <= at).max(1);
        let lines = |attempt: &Attempt| {
            let last = attempt.span.end.saturating_sub(1).max(attempt.span.start);
            (line_of(attempt.span.start), line_of(last))
        };
        let spans: Vec<(usize, usize)> = attempts.iter().map(lines).collect();
        let attempt_at = |line: usize| {
            let at = spans.partition_point(|span| span.0 <= line).checked_sub(1)?;
            spans.get(at).filter(|span| line <= span.1).map(|_| at)
        };
        let is_read = |line: usize| {
            attempt_at(line).and_then(|at| attempts.get(at)).is_some_and(|a| a.read.is_some())
        };
        self.quirks.retain(|quirk| !quirk.is_refused() || !is_read(quirk.line()));
        let refused: Vec<usize> =
            self.quirks.iter().filter(|quirk| quirk.is_refused()).map(Quirk::line).collect();
        self.blocks.retain(|found| match found {
            Ok(block) => !is_read(block.line),
            Err(damage) => !is_read(damage.line),
        });
        let mut reported: HashSet<usize> =
            refused.iter().filter_map(|line| attempt_at(*line)).collect();
        for found in &mut self.blocks {
            match found {
                Err(damage) if damage.kind == DamageKind::EndWithoutBegin => {}
                Err(damage) => {
                    reported.extend([damage.line, damage.at].map(attempt_at).into_iter().flatten());
                }
                // Only the marks make it a block.
                Ok(block) if refused.is_empty() => {
                    reported.extend(attempt_at(block.line));
                    *found = Err(bad_end(block.label.clone(), block.line, block.line));
                }
                Ok(_) => {}
            }
        }
        for (at, (attempt, span)) in attempts.iter().zip(&spans).take(MAX_BLOCKS).enumerate() {
            self.note_marks(text, attempt, span.0);
            match attempt.block(span.0) {
                Some(block) => self.blocks.push(Ok(block)),
                None if reported.contains(&at) => {}
                None => {
                    let label = String::from_utf8_lossy(&attempt.label);
                    let label = label.chars().filter(|c| matches!(c, ' '..='~')).collect();
                    self.blocks.push(Err(bad_end(label, span.0, span.1)));
                }
            }
        }
        self.blocks.sort_by_key(|block| match block {
            Ok(block) => block.line,
            Err(damage) => damage.line,
        });
        self.blocks.truncate(MAX_BLOCKS);
    }

    /// Oddities of the mark lines of a block, which OpenSSL ignores.
    fn note_marks(&mut self, text: &[u8], attempt: &Attempt, line: usize) {
        let block = text.get(attempt.span.clone()).unwrap_or_default();
        if block.starts_with(BOM) {
            note(&mut self.quirks, Quirk::ByteOrderMark(line));
        }
        let lines = block.strip_prefix(BOM).unwrap_or(block).split(|byte| *byte == b'\n');
        let odd = lines.zip(line..).find(|(line, _)| {
            let end = line.iter().rposition(u8::is_ascii_graphic).map_or(0, |at| at + 1);
            line.get(end..).is_some_and(|end| !end.is_ascii())
        });
        if let Some((_, line)) = odd.filter(|_| attempt.read.is_some()) {
            note(&mut self.quirks, Quirk::TrailingBytes(line));
        }
    }

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
