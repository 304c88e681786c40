//! The lines of a text, with any kind of line end.

/// Characters of a body line (RFC 7468 §2, RFC 1421 §4.3.2.4: exactly 64).
pub(super) const LINE_CHARACTERS: usize = 64;

/// One line, without its end.
pub(super) struct Line {
    pub(super) number: usize,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Ended by a lone carriage return.
    pub(super) bare: bool,
}

/// The lines of a text. A line ends with LF, CR LF, CR CR LF (text sent through Windows twice)
/// or a lone CR.
#[derive(Clone, Copy)]
pub(super) struct Lines<'a> {
    pub(super) text: &'a [u8],
    pub(super) at: usize,
    pub(super) number: usize,
}

impl<'a> Lines<'a> {
    /// All lines of `text`.
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0, number: 1 }
    }
}

impl Iterator for Lines<'_> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        let length = length.unwrap_or(rest.len());
        let (width, bare) = match rest.get(length..) {
            Some([b'\r', b'\r', b'\n', ..]) => (3, false),
            Some([b'\r', b'\n', ..]) => (2, false),
            Some([b'\r', ..]) => (1, true),
            Some([_, ..]) => (1, false),
            _ => (0, false),
        };
        let start = self.at;
        let line = Line { number: self.number, start, end: start + length, bare };
        self.at = line.end + width;
        self.number += 1;
        Some(line)
    }
}
