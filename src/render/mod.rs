//! Report to bytes, one file a format.

pub mod alien;
pub mod classad;
pub mod fields;
pub mod json;
mod measure;
pub mod nagios;
pub mod prometheus;
pub mod text;

use crate::report::Report;
use crate::text::time::Seconds;

/// The formats.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
    /// alien.py's lines and exit codes.
    Alien,
    /// Attributes for HTCondor.
    ClassAd,
    /// The JSON envelope.
    Json,
    /// The JSON envelope in one line, one for each operand.
    JsonLines,
    /// One line and the exit codes of Nagios.
    Nagios,
    /// Metrics for Prometheus.
    Prometheus,
    /// For people.
    Text,
    /// The values asked for, a line for each operand.
    Tsv,
}

impl Format {
    /// Every format by its name.
    pub const NAMES: &[(&str, Self)] = &[
        ("text", Self::Text),
        ("json", Self::Json),
        ("jsonl", Self::JsonLines),
        ("nagios", Self::Nagios),
        ("prometheus", Self::Prometheus),
        ("classad", Self::ClassAd),
        ("alien", Self::Alien),
        ("tsv", Self::Tsv),
    ];

    /// What the help says of it beside its name.
    pub fn note(self) -> &'static str {
        match self {
            Self::Alien => "alien.py's lines and exit codes",
            Self::ClassAd => "HTCondor",
            Self::JsonLines => "a line for each file",
            Self::Json | Self::Nagios | Self::Prometheus | Self::Text | Self::Tsv => "",
        }
    }

    /// The whole report, for formats that are made as one text. Monitors compare the lifetime with
    /// `need` (`--for`).
    pub fn document(self, report: &Report, need: Seconds) -> Option<String> {
        match self {
            Self::ClassAd => Some(classad::render(report)),
            Self::Nagios => Some(nagios::render(report, need)),
            Self::Prometheus => Some(prometheus::render(report)),
            Self::Alien | Self::Json | Self::JsonLines | Self::Text | Self::Tsv => None,
        }
    }

    /// The format with that name.
    pub fn named(name: &str) -> Option<Self> {
        let row = Self::NAMES.iter().find(|(known, _)| *known == name);
        row.map(|(_, format)| *format)
    }
}

/// How text is to look.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// With ANSI colours.
    pub color: bool,
    /// Whoever reads it types into a shell that is no sh.
    pub foreign_shell: bool,
    /// With everything.
    pub verbose: bool,
    /// Characters in a line, if that is known.
    pub width: Option<usize>,
}
