//! What is wrong with a block, and where.

use std::fmt;

/// Why a block cannot be used.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Damage {
    /// The label of `BEGIN`; of `END` when there is no `BEGIN`. Printable ASCII.
    pub label: String,
    /// Line of `BEGIN` (of `END` when there is no `BEGIN`), counted from 1.
    pub line: usize,
    /// Line of the defect.
    pub at: usize,
    /// What it is.
    pub kind: DamageKind,
}

/// What is wrong with a block. Contains nothing of the body but one wrong character.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum DamageKind {
    /// A character that is not base64.
    BadCharacter {
        /// Counted from 1.
        column: usize,
        /// The character, escaped if need be; empty when the label names a private key.
        shown: String,
    },
    /// The number of base64 characters, padding included, is not a multiple of four.
    BadLength {
        /// How many there are.
        count: usize,
        /// The length of the line that differs, and that of the others.
        line: Option<(usize, usize)>,
    },
    /// OpenSSL finds no good end of the block, for another reason than these.
    BadEnd,
    /// `+` became a blank, as web forms do.
    BlankForPlus,
    /// `=` elsewhere than at the end, or more than two of them.
    BadPadding,
    /// Nothing between `BEGIN` and `END`.
    EmptyBody,
    /// `END` without `BEGIN`: the beginning is missing.
    EndWithoutBegin,
    /// `END` and the next `BEGIN` share a line.
    Glued,
    /// `BEGIN` or `END` is indented by blanks.
    Indented,
    /// `END` bears this other label.
    LabelMismatch(String),
    /// Invisible characters before `BEGIN` or `END`.
    Invisible,
    /// The two characters `\n` in place of line ends.
    LiteralNewlines,
    /// `begin` or `end`, or a label, in lower case.
    LowerCase,
    /// `BEGIN` without `END`; `at` is the last line that was searched.
    NoEnd,
    /// `BEGIN`, body and `END` share a line.
    OneLine,
    /// No blank line between the RFC 1421 headers and the body.
    OpenHeaders,
    /// A quote stands before `BEGIN`.
    Quoted,
    /// Body text shares the line of `BEGIN` or `END`.
    SharedLine(Edge),
    /// Typographic dashes instead of hyphens.
    SmartDashes,
    /// Other text after `BEGIN` or `END` on the same line.
    TextAfter(Edge),
    /// Other text before `BEGIN` on the same line.
    TextBefore,
    /// Other than five hyphens.
    WrongHyphens {
        /// On the left.
        before: usize,
        /// On the right.
        after: usize,
    },
}

impl DamageKind {
    /// Whether OpenSSL stops at this block and finds none behind it: it saw the BEGIN, but nothing
    /// that it can decode up to an END with the same label.
    pub fn stops_reading(&self) -> bool {
        matches!(
            self,
            Self::BadCharacter { .. }
                | Self::BadEnd
                | Self::BadLength { .. }
                | Self::BadPadding
                | Self::BlankForPlus
                | Self::Glued
                | Self::LabelMismatch(_)
                | Self::NoEnd
                | Self::SharedLine(Edge::End)
                | Self::TextAfter(Edge::End)
        )
    }
}

/// Which end of a block.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Edge {
    /// The `BEGIN` line.
    Begin,
    /// The `END` line.
    End,
}

impl fmt::Display for Edge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Begin => "BEGIN",
            Self::End => "END",
        })
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { label, line, at, kind } = self;
        match kind {
            DamageKind::NoEnd => {
                write!(f, "line {line}: BEGIN {label} without END {label} up to line {at}")
            }
            DamageKind::LabelMismatch(other) => {
                write!(f, "line {at}: END {other} closes the BEGIN {label} of line {line}")
            }
            DamageKind::EndWithoutBegin => {
                write!(f, "line {at}: END {label} without BEGIN {label}")
            }
            _ => write!(f, "line {at}: {kind}"),
        }
    }
}

impl fmt::Display for DamageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadCharacter { column, shown } if shown.is_empty() => {
                write!(f, "the character in column {column} is not base64")
            }
            Self::BadCharacter { shown, .. } => write!(f, "`{shown}` is not base64"),
            Self::BadLength { count, line } => {
                if let Some((length, usual)) = line {
                    write!(f, "the line has {length} characters, the others have {usual}; ")?;
                }
                write!(f, "base64 comes in groups of 4 characters, and the body has {count}")
            }
            Self::LabelMismatch(other) => write!(f, "END {other} closes another BEGIN"),
            Self::SharedLine(edge) => write!(f, "{edge} and the body share a line"),
            Self::TextAfter(edge) => write!(f, "there is text after {edge}"),
            Self::WrongHyphens { before, after } => {
                write!(f, "{before} hyphens before and {after} after, 5 and 5 are needed")
            }
            plain => f.write_str(plain.phrase()),
        }
    }
}

impl DamageKind {
    /// The phrase, for kinds without values.
    pub(super) fn phrase(&self) -> &'static str {
        match self {
            Self::BadEnd => "OpenSSL says \"bad end line\" or \"bad base64\"",
            Self::BlankForPlus => "the base64 has blanks where it had a +",
            Self::BadPadding => "the base64 padding `=` is not only at the end",
            Self::EmptyBody => "there is nothing between BEGIN and END",
            Self::EndWithoutBegin => "END without BEGIN",
            Self::Glued => "END and the next BEGIN share a line",
            Self::Indented => "BEGIN or END is indented",
            Self::Invisible => {
                "invisible characters (no-break or zero-width space) are before BEGIN or END"
            }
            Self::LiteralNewlines => "the two characters `\\n` are written where lines should end",
            Self::LowerCase => "BEGIN and END must be in capitals",
            Self::NoEnd => "BEGIN without END",
            Self::OneLine => "the line breaks are gone: BEGIN, body and END share a line",
            Self::OpenHeaders => "no blank line between the headers and the body",
            Self::Quoted => "a quote is before BEGIN",
            Self::SmartDashes => "typographic dashes instead of hyphens around BEGIN or END",
            Self::TextBefore => "there is text before BEGIN",
            Self::BadCharacter { .. }
            | Self::BadLength { .. }
            | Self::LabelMismatch(_)
            | Self::SharedLine(_)
            | Self::TextAfter(_)
            | Self::WrongHyphens { .. } => "",
        }
    }
}
