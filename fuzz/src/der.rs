//! As much DER as it takes to change an element and have every length around it right again.

use std::ops::Range;

/// An element: where it lies, and where its content does.
#[derive(Clone, Debug)]
pub struct Element {
    /// Tag, length and content.
    pub whole: Range<usize>,
    /// Content alone.
    pub content: Range<usize>,
}

/// The element at `at`, if there is one that ends before `end`.
fn element(bytes: &[u8], at: usize, end: usize) -> Option<Element> {
    let first = usize::from(*bytes.get(at + 1)?);
    let count = first.saturating_sub(0x80);
    if count > 4 || first == 0x80 {
        return None;
    }
    let digits = bytes.get(at + 2..at + 2 + count)?;
    let long = digits.iter().fold(0, |sum, d| sum << 8 | usize::from(*d));
    let length = if first < 0x80 { first } else { long };
    let start = at + 2 + count;
    let stop = start.checked_add(length).filter(|stop| *stop <= end)?;
    Some(Element { whole: at..stop, content: start..stop })
}

/// The elements in `within`, if they fill it.
pub fn children(bytes: &[u8], within: Range<usize>) -> Option<Vec<Element>> {
    let (mut found, mut at) = (Vec::new(), within.start);
    while at < within.end {
        let next = element(bytes, at, within.end)?;
        at = next.whole.end;
        found.push(next);
    }
    Some(found)
}

/// Every element, each before those in it, with the indices of those around it. What is in an
/// OCTET STRING counts, if it is DER: that is how extensions carry their values.
pub fn tree(bytes: &[u8]) -> Vec<(Element, Vec<usize>)> {
    let mut found = Vec::new();
    let mut open = vec![(0..bytes.len(), Vec::new())];
    while let Some((within, around)) = open.pop() {
        for child in children(bytes, within).unwrap_or_default() {
            let tag = bytes[child.whole.start];
            let mut path: Vec<usize> = around.clone();
            path.push(found.len());
            if tag & 0x20 != 0 || tag == 4 {
                open.push((child.content.clone(), path));
            }
            found.push((child, around.clone()));
        }
    }
    found
}

/// An element of this tag and content.
pub fn wrap(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut out = vec![tag];
    match length {
        0..=0x7f => out.push(length as u8),
        0x80..=0xff => out.extend([0x81, length as u8]),
        0x100..=0xffff => out.extend([0x82, (length >> 8) as u8, length as u8]),
        _ => out.extend([0x83, (length >> 16) as u8, (length >> 8) as u8, length as u8]),
    }
    out.extend(content);
    out
}

/// `bytes` with `replacement` in the place of `range`, and the lengths of the elements `around`
/// it, outermost first, as they must be then.
pub fn replaced(
    bytes: &[u8],
    range: Range<usize>,
    replacement: &[u8],
    around: &[Element],
) -> Vec<u8> {
    let (mut range, mut new) = (range, replacement.to_vec());
    for outer in around.iter().rev() {
        let before = &bytes[outer.content.start..range.start];
        let after = &bytes[range.end..outer.content.end];
        let content = [before, new.as_slice(), after].concat();
        new = wrap(bytes[outer.whole.start], &content);
        range = outer.whole.clone();
    }
    [&bytes[..range.start], new.as_slice(), &bytes[range.end..]].concat()
}
