//! The fuzzer's bytes as edits on bytes that are good: what comes out is wrong in a few places
//! only, so that it gets far.

use crate::der;

/// Reads the fuzzer's bytes; zeros behind their end.
pub struct Script<'a> {
    rest: &'a [u8],
}

impl<'a> Script<'a> {
    /// From the start.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Whether all is read.
    pub fn is_over(&self) -> bool {
        self.rest.is_empty()
    }

    /// One byte.
    pub fn byte(&mut self) -> u8 {
        let (byte, rest) = self.rest.split_first().unwrap_or((&0, &[]));
        self.rest = rest;
        *byte
    }

    /// A number below `end`; 0 if that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        let number = usize::from(self.byte()) << 8 | usize::from(self.byte());
        number.checked_rem(end).unwrap_or(0)
    }
}

/// `good` after the edits that `script` says; `others` are what pieces may come from.
pub fn edited(good: &[u8], script: &mut Script<'_>, others: &[&[u8]]) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for _ in 0..MAX_EDITS {
        if script.is_over() {
            break;
        }
        edit(&mut bytes, script, others);
    }
    bytes
}

/// After so many nothing is good any more.
const MAX_EDITS: usize = 16;

fn edit(bytes: &mut Vec<u8>, script: &mut Script<'_>, others: &[&[u8]]) {
    let kind = script.byte() % 10;
    let at = script.below(bytes.len());
    if bytes.is_empty() {
        return;
    }
    match kind {
        0 => bytes[at] ^= 1 << (script.byte() % 8),
        1 => bytes[at] = script.byte(),
        2 => bytes.insert(at, script.byte()),
        3 => {
            bytes.remove(at);
        }
        4 => bytes.truncate(at),
        5 => {
            let other = piece_of(script, others);
            let start = script.below(other.len());
            let end = other.len().min(start + usize::from(script.byte()));
            let piece = &other[start..end];
            bytes.splice(at..at, piece.iter().copied());
        }
        6 => bytes.extend([script.byte(), script.byte()]),
        _ => element(bytes, kind, at, script, others),
    }
}

/// Takes an element out, doubles it, or puts another in its place; all lengths are right then.
fn element(bytes: &mut Vec<u8>, kind: u8, at: usize, script: &mut Script<'_>, others: &[&[u8]]) {
    let tree = der::tree(bytes);
    let Some((element, around)) = tree.get(at % tree.len().max(1)) else {
        return;
    };
    let old = &bytes[element.whole.clone()];
    let new = match kind {
        7 => Vec::new(),
        8 => [old, old].concat(),
        _ => {
            let other = piece_of(script, others);
            let tree = der::tree(other);
            let chosen = script.below(tree.len());
            let chosen = tree.get(chosen).map(|(chosen, _)| chosen.whole.clone());
            other[chosen.unwrap_or(0..0)].to_vec()
        }
    };
    let around: Vec<_> = around.iter().map(|index| tree[*index].0.clone()).collect();
    *bytes = der::replaced(bytes, element.whole.clone(), &new, &around);
}

fn piece_of<'a>(script: &mut Script<'_>, others: &[&'a [u8]]) -> &'a [u8] {
    let chosen = script.below(others.len());
    others.get(chosen).copied().unwrap_or_default()
}
