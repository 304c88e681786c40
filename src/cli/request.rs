//! Makes a request of the parsed arguments.

use std::path::PathBuf;

use clap::ArgMatches;

use crate::command::accepted::Ignored;
use crate::command::arguments::groups::{NEED, NO_INPUT};
use crate::command::arguments::{
    Arguments, Given, NamedValue, OlderTool, Value, arguments, completed, flag, option,
};
use crate::command::status::STATUS;
use crate::command::{Command, Conventions};
use crate::render::Format;
use crate::render::fields::{FIELDS, Field};
use crate::text::time::{Seconds, UnixTime};

arguments! {
    /// Options that every command has.
    pub(super) struct Shared {
        format: Option<Format> = option("format", "FORMAT", "Output format"),
        json: bool = flag("json", "The same as --format json").of(OlderTool::Jalien),
        field: Vec<String> = option("field", "NAME",
            "Print this value alone, as grid-proxy-info, voms-proxy-info and openssl do: subject, \
             issuer, identity, timeleft, not_after, serial, fingerprint, vo, fqan, path, type and \
             more; may be repeated")
            .with(|arg| completed(arg, FIELDS.iter().map(|field| field.name))),
        fields: Option<String> = option("fields", "NAMES",
            "Print these values, commas between their names, in a line for each file"),
        output: Option<PathBuf> = option("output", "FILE",
            "Write the answer to FILE, which is replaced at once and whole"),
        quiet: bool = flag("quiet", "Print nothing, answer by the exit code").short('q'),
        verbose: bool = flag("verbose", "Say more: all facts, the reasons and sources").short('v'),
        debug: Vec<String> = option("debug", "CATEGORIES",
            "As HTCondor's -debug: say what of its configuration was read, and what was decided")
            .with(|arg| arg.num_args(0..=1).require_equals(true).default_missing_value("").hide(true)),
        color: Color = option("color", "WHEN", "Colour the text"),
        at: Option<String> = option("at", "TIME", "Judge at TIME: epoch seconds, RFC 3339, a date, or +12h")
            .with(|arg| arg.allow_hyphen_values(true)),
        strict: bool = flag("strict", "Exit with 18 if there are warnings"),
        ignored: Ignored,
        no_input: bool = NO_INPUT,
    }
}

impl NamedValue for Format {
    const NAMES: &'static [(&'static str, Self)] = Format::NAMES;
}

impl NamedValue for Color {
    const NAMES: &'static [(&'static str, Self)] =
        &[("auto", Self::Auto), ("always", Self::Always), ("never", Self::Never)];
}

/// Makes a request of clap's matches.
pub(super) fn request(
    matches: &ArgMatches,
    conventions: Conventions,
    now: UnixTime,
) -> Result<Request, String> {
    let (name, inner) = matches.subcommand().unwrap_or((STATUS.name, matches));
    let given = Given::new(inner, matches);
    let shared = Shared::read(&given)?;
    let at = shared.at.as_deref().map_or(Ok(now), |text| UnixTime::parse(text, now))?;
    let format = match shared.format {
        None | Some(Format::Text) if shared.json => Format::Json,
        None if conventions == Conventions::Alien => Format::Alien,
        None => Format::Text,
        Some(format) => format,
    };
    let (format, fields) = fields(&shared, format)?;
    let command = Command::read(name, &given).ok_or("there is no such command")??;
    let conventions = if format == Format::Alien { Conventions::Alien } else { Conventions::Own };
    refuse(&command, format)?;
    let (quiet, strict) = (shared.quiet, shared.strict);
    let file = output(shared.output, quiet)?;
    // The exit codes of alien.py depend on facts, and those of Nagios on warnings. So both need the
    // whole judgement.
    let facts_count = conventions == Conventions::Alien || format == Format::Nagios;
    Ok(Request {
        command,
        conventions,
        output: OutputOptions {
            format,
            file,
            quiet,
            verbose: shared.verbose || !shared.debug.is_empty(),
            debug: shared.debug.last().cloned(),
            color: shared.color,
            fields,
            need: Value::read(&given, &NEED)?,
        },
        at,
        strict,
        ignored: shared.ignored,
        no_input: shared.no_input,
        exit_only: quiet && !strict && !facts_count,
    })
}

/// The fields to print, and the format to print them in.
fn fields(shared: &Shared, format: Format) -> Result<(Format, Vec<&'static Field>), String> {
    let named = |name: &str| {
        let known = FIELDS.iter().find(|field| field.name == name);
        known.ok_or_else(|| {
            let names: Vec<&str> = FIELDS.iter().map(|field| field.name).collect();
            format!("there is no field `{name}`; there are {}", names.join(", "))
        })
    };
    let listed = shared.fields.iter().flat_map(|names| names.split(','));
    let all = shared.field.iter().map(String::as_str).chain(listed).map(named);
    let all = all.collect::<Result<Vec<_>, String>>()?;
    match (format, shared.fields.is_some()) {
        (Format::Tsv, _) if all.is_empty() => Err("--format tsv needs --fields".to_owned()),
        (Format::Text | Format::Tsv, true) => Ok((Format::Tsv, all)),
        (Format::Text | Format::Tsv, false) => Ok((format, all)),
        _ if all.is_empty() => Ok((format, all)),
        _ => Err("--field and --fields are of the formats text and tsv".to_owned()),
    }
}

/// Refuses a format that the command does not have.
fn refuse(command: &Command, format: Format) -> Result<(), String> {
    let info = command.info();
    if format == Format::Alien && info.alien.form().is_none() {
        let others = Command::ALL.iter().filter(|other| other.alien.form().is_some());
        let names: Vec<&str> = others.map(|other| other.name).collect();
        let (name, names) = (info.name, names.join(", "));
        return Err(format!("`{name}` has no alien format; it is for {names}"));
    }
    if matches!(command, Command::Demo(_)) && format != Format::Text {
        return Err(format!("{} is a demonstration for people: it prints text only", info.name));
    }
    Ok(())
}

/// The file to write the answer to, if it is not stdout.
fn output(path: Option<PathBuf>, quiet: bool) -> Result<Option<PathBuf>, String> {
    match path {
        Some(path) if path.as_os_str() == "-" => Ok(None),
        Some(_) if quiet => Err("--quiet prints nothing that --output could hold".to_owned()),
        path => Ok(path),
    }
}

/// What the command line asks for.
#[derive(Clone, Debug)]
pub struct Request {
    /// The command, with what it was given.
    pub command: Command,
    /// Whose output and exit codes: certok's own or alien.py's.
    pub conventions: Conventions,
    /// Where the answer goes, and what it looks like.
    pub output: OutputOptions,
    /// `--at`.
    pub at: UnixTime,
    /// Warnings make exit code 18.
    pub strict: bool,
    /// Findings that are accepted.
    pub ignored: Ignored,
    /// Ask no questions.
    pub no_input: bool,
    /// Print nothing; warnings change nothing. Only the exit code matters.
    pub exit_only: bool,
}

/// Where an answer goes, and what it looks like.
#[derive(Clone, Debug)]
pub struct OutputOptions {
    /// The format.
    pub format: Format,
    /// `--output`: a file instead of standard output.
    pub file: Option<PathBuf>,
    /// Exit code only.
    pub quiet: bool,
    /// All facts.
    pub verbose: bool,
    /// `-debug` of HTCondor's tools, with its categories. Accepted for compatibility.
    pub debug: Option<String>,
    /// The fields to print, and nothing else.
    pub fields: Vec<&'static Field>,
    /// When to colour.
    pub color: Color,
    /// `--for`, which the formats for monitors need as a threshold.
    pub need: Seconds,
}

/// When to colour.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Color {
    /// Always.
    Always,
    /// On a terminal.
    #[default]
    Auto,
    /// Never.
    Never,
}
