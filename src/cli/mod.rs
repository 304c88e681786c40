//! The command line: flags, help text, the ancestors' spellings. No behaviour.

mod exchange;
mod flags;
mod request;
mod spelling;
mod table;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Command;

use crate::cli::flags::{fill, shared};
use crate::cli::request::request;
use crate::cli::spelling::{called_as, help_asked, rewrite};
use crate::cli::table::help;
pub use crate::cli::table::{COMMANDS, Spec};
use crate::command::Options;
use crate::render::Format;
use crate::text::time::UnixTime;

/// What the command line asks for.
#[derive(Clone, Debug)]
pub struct Request {
    /// The subcommand.
    pub command: &'static str,
    /// What it is given.
    pub options: Options,
    /// The output format.
    pub format: Format,
    /// `--output`: where the answer goes instead of standard output.
    pub output: Option<PathBuf>,
    /// Exit code only.
    pub quiet: bool,
    /// `auto`, `always`, `never`.
    pub color: Color,
    /// `--at`.
    pub at: UnixTime,
    /// Warnings make exit code 18.
    pub strict: bool,
}

/// When to colour.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Color {
    /// Always.
    Always,
    /// On a terminal.
    Auto,
    /// Never.
    Never,
}

/// What parsing gave instead of a request.
#[derive(Debug)]
pub enum Answer {
    /// Help or version: to standard output, exit 0.
    Help(String),
    /// A usage error: the message, and the format that was asked for.
    Usage(String, Format),
}

/// Parses the arguments, the program's own name first.
///
/// # Errors
///
/// Help, version, or why the arguments are wrong.
pub fn parse(arguments: &[OsString], now: UnixTime) -> Result<Request, Answer> {
    let (arguments, alien) = called_as(arguments);
    let arguments = rewrite(&help_asked(&arguments));
    let format = asked_format(&arguments);
    // The text is long: it is made only where it may be asked for.
    let asked = |argument: &OsString| {
        let word = argument.as_encoded_bytes();
        word.starts_with(b"-") && word.contains(&b'h')
    };
    let root = if arguments.iter().any(asked) { definition() } else { bare() };
    let matches = root.try_get_matches_from(&arguments).map_err(|error| {
        let text = error.render().to_string();
        if error.use_stderr() { Answer::Usage(text, format) } else { Answer::Help(text) }
    })?;
    request(&matches, alien, now)
        .map_err(|message| Answer::Usage(format!("error: {message}\n"), format))
}

/// The format that `arguments` ask for, whatever else is wrong with them.
fn asked_format(arguments: &[OsString]) -> Format {
    let mut words = arguments.iter().filter_map(|argument| argument.to_str());
    let mut format = Format::Text;
    while let Some(word) = words.next() {
        let name = match word {
            "--json" => Some("json"),
            "--format" => words.next(),
            _ => word.strip_prefix("--format="),
        };
        format = name.and_then(Format::named).unwrap_or(format);
    }
    format
}

/// The whole definition: for parsing, completions and the manual page. Subcommands fill in their
/// flags only when one of them is asked for, which keeps the start short.
pub fn definition() -> Command {
    bare().override_help(help())
}

/// The definition without the text of `--help`.
fn bare() -> Command {
    let root = Command::new("certok")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Says whether a grid credential will work, and if not, why not and what to type")
        .override_usage("certok [COMMAND] [OPTIONS]")
        .disable_help_subcommand(true)
        .args_override_self(true);
    root.args(shared(true)).subcommands(COMMANDS.iter().map(|spec| {
        Command::new(spec.name).about(spec.about).args_override_self(true).defer(fill(spec.name))
    }))
}
