//! What is odd about a text whose blocks can be read.

use std::fmt;
use std::mem::discriminant;

use crate::parse::pem::line::LINE_CHARACTERS;

/// An oddity with which the text can be read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Quirk {
    /// Lines end with a lone carriage return from this line on: OpenSSL finds no block.
    BareCarriageReturns(usize),
    /// A blank line in a body: OpenSSL says "bad end line".
    BlankLine(usize),
    /// Blanks before or among the base64 characters: OpenSSL skips them, others do not.
    BlanksInBody(usize),
    /// A UTF-8 byte order mark before `BEGIN`: Java tools cannot read it.
    ByteOrderMark(usize),
    /// RFC 1421 headers in a certificate. OpenSSL accepts only those of an encrypted body.
    Headers(usize),
    /// A line of other than 64 characters before the last one of a body with RFC 1421 headers:
    /// OpenSSL says "bad end line".
    LineLength(usize),
    /// More than [`MAX_BLOCKS`] blocks. This line and what follows were not read.
    TooManyBlocks(usize),
    /// Blanks at the end of a line: Java tools cannot read them.
    TrailingBlanks(usize),
    /// Non-ASCII bytes at the end of a line, such as a no-break space. OpenSSL takes them for
    /// blanks where `char` is signed.
    TrailingBytes(usize),
}

impl Quirk {
    /// Its line, counted from 1.
    pub fn line(&self) -> usize {
        let mut copy = *self;
        *copy.line_mut()
    }

    /// The same, mutable.
    pub fn line_mut(&mut self) -> &mut usize {
        match self {
            Self::BareCarriageReturns(line)
            | Self::BlankLine(line)
            | Self::BlanksInBody(line)
            | Self::ByteOrderMark(line)
            | Self::Headers(line)
            | Self::LineLength(line)
            | Self::TooManyBlocks(line)
            | Self::TrailingBlanks(line)
            | Self::TrailingBytes(line) => line,
        }
    }

    /// Whether OpenSSL refuses the block because of it.
    pub fn is_refused(&self) -> bool {
        match self {
            Self::BareCarriageReturns(_)
            | Self::BlankLine(_)
            | Self::Headers(_)
            | Self::LineLength(_) => true,
            Self::BlanksInBody(_)
            | Self::ByteOrderMark(_)
            | Self::TooManyBlocks(_)
            | Self::TrailingBlanks(_)
            | Self::TrailingBytes(_) => false,
        }
    }
}

impl fmt::Display for Quirk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BareCarriageReturns(line) => {
                write!(f, "line {line}: lines end with a lone carriage return")
            }
            Self::BlankLine(line) => write!(f, "line {line}: a blank line in the base64 body"),
            Self::BlanksInBody(line) => write!(f, "line {line}: blanks in the base64 body"),
            Self::ByteOrderMark(line) => {
                write!(f, "line {line}: a UTF-8 byte order mark is in front")
            }
            Self::Headers(line) => write!(f, "line {line}: a header in a certificate"),
            Self::LineLength(line) => write!(
                f,
                "line {line}: the lines of a body with headers must have {LINE_CHARACTERS} characters"
            ),
            Self::TooManyBlocks(line) => {
                write!(f, "line {line}: not read from here on, {MAX_BLOCKS} blocks are the limit")
            }
            Self::TrailingBlanks(line) => write!(f, "line {line}: blanks at the end of the line"),
            Self::TrailingBytes(line) => write!(
                f,
                "line {line}: invisible or foreign characters at the end of the line, which OpenSSL \
                 ignores on x86-64 and not on ARM"
            ),
        }
    }
}

/// Stores the first quirk of each kind.
pub(super) fn note(quirks: &mut Vec<Quirk>, quirk: Quirk) {
    let kind = discriminant(&quirk);
    if quirks.iter().all(|known| discriminant(known) != kind) {
        quirks.push(quirk);
    }
}

/// Blocks that one text may hold. The largest bundles in use (all IGTF authorities, all public
/// roots ever trusted) hold some hundreds of certificates.
pub const MAX_BLOCKS: usize = 100_000;
