//! The command line: the definition for clap, and spellings of older tools. Does nothing itself.

mod help;
mod request;
mod spelling;

use std::ffi::OsString;

use crate::cli::help::help;
pub use crate::cli::request::{Color, OutputOptions, Request};
use crate::cli::request::{Shared, request};
use crate::cli::spelling::{called_as, help_asked, is_service_token_init, named, rewrite, unknown};
use crate::command::Command;
use crate::command::arguments::{Argument, Arguments};
use crate::render::Format;
use crate::text::time::UnixTime;

/// What parsing returns instead of a request.
#[derive(Debug)]
pub enum NoRequest {
    /// alien-token-init, which certok cannot replace. With the format that was asked for.
    Declined(Format),
    /// Help or version: to standard output, exit 0.
    Help(String),
    /// A usage error: the message, and the format that was asked for.
    Usage(String, Format),
}

/// Parses the arguments. The first one is the program's name.
///
/// # Errors
///
/// Help, version, or what is wrong with the arguments.
pub fn parse(arguments: &[OsString], now: UnixTime) -> Result<Request, NoRequest> {
    if is_service_token_init(arguments) {
        return Err(NoRequest::Declined(asked_format(arguments)));
    }
    let (arguments, conventions) = called_as(arguments);
    let (arguments, is_help) = help_asked(&arguments);
    let (mut arguments, guess) = named(arguments);
    // A word that is no command was taken for a file.
    if is_help && guess.is_none() {
        arguments.push(OsString::from("--help"));
    }
    let arguments = rewrite(&arguments);
    let format = asked_format(&arguments);
    // The help text is long. It is made only if it may be asked for, to start fast.
    let asked = |argument: &OsString| {
        let word = argument.as_encoded_bytes();
        word.starts_with(b"-") && word.contains(&b'h')
    };
    let root = if arguments.iter().any(asked) { definition() } else { bare() };
    let matches = root.try_get_matches_from(&arguments).map_err(|error| {
        let text = error.render().to_string();
        match (error.use_stderr(), guess.as_deref().and_then(unknown)) {
            (true, Some(message)) => NoRequest::Usage(message, format),
            (true, None) => NoRequest::Usage(text, format),
            (false, _) => NoRequest::Help(text),
        }
    })?;
    request(&matches, conventions, now)
        .map_err(|message| NoRequest::Usage(format!("error: {message}\n"), format))
}

/// The format that `arguments` ask for, even if the rest of them is wrong.
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

/// The whole definition: for parsing, completions and the manual page. A subcommand adds its
/// options only when it is asked for, to start fast.
pub fn definition() -> clap::Command {
    bare().override_help(help())
}

/// The definition without the text of `--help`.
fn bare() -> clap::Command {
    let root = clap::Command::new("certok")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Says whether a grid credential will work, and if not, why not and what to type")
        .override_usage("certok [COMMAND | FILE...] [OPTIONS]")
        .disable_help_subcommand(true)
        .args_override_self(true);
    let shared = Shared::arguments();
    root.args(shared.iter().map(Argument::arg)).subcommands(Command::ALL.iter().map(|entry| {
        clap::Command::new(entry.name).about(entry.about).args_override_self(true).defer(filled)
    }))
}

/// A subcommand with its arguments.
fn filled(command: clap::Command) -> clap::Command {
    let Some(entry) = Command::ALL.iter().find(|entry| entry.name == command.get_name()) else {
        return command;
    };
    let own = (entry.arguments)();
    let mut shared = Shared::arguments();
    for argument in &mut shared {
        // Commands that make tokens take `-v DAYS` as alien.py does. There `-v` is not verbose.
        let is_taken = own.iter().any(|one| one.short.is_some() && one.short == argument.short);
        argument.short = argument.short.filter(|_| !is_taken);
    }
    let command = command.after_help(format!("{}Example: {}", entry.note, entry.example));
    let shared = shared.iter().map(|one| one.arg().help_heading("Options of every command"));
    command.args(own.iter().map(Argument::arg).chain(shared))
}
