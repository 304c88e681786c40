//! Report to bytes, one file a format.

pub mod alien;
pub mod json;
pub mod text;

/// The formats.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
    /// alien.py's lines and exit codes.
    Alien,
    /// The JSON envelope.
    Json,
    /// For people.
    Text,
}

/// How text is to look.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// With ANSI colours.
    pub color: bool,
    /// With everything.
    pub verbose: bool,
}
