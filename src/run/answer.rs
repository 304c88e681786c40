//! Prints the answer in the format that was asked for.

use std::ffi::OsStr;
use std::io;
use std::io::Write;

use zeroize::Zeroizing;

use crate::check::arguments;
use crate::cli::{Color, Request};
use crate::command::arguments::groups::Operands;
use crate::command::definition::Stdout;
use crate::command::{Call, operands};
use crate::locate::environment::holds_path;
use crate::render::{Format, Style, nagios};
use crate::report::tally::Tally;
use crate::report::{Accepted, AlienForm, Exit, Finding, Operand, Report, Rule, Severity};
use crate::system::env::Env;
use crate::text::screen::{Screen, for_screen, is_opaque, without_keys};
use crate::text::time::Seconds;
use crate::{cli, render};

/// The report as it is printed: findings sorted, accepted ones made notes, and warnings counted if
/// `strict`.
pub fn finished(mut report: Report, strict: bool, accepted: &Accepted) -> Report {
    report.accept(accepted);
    let mut report = report.sorted();
    let warning = |finding: &Finding| finding.severity == Severity::Warn;
    if strict && report.exit() == Exit::Ok && report.findings.iter().any(warning) {
        let found = arguments::STRICT.found("there are warnings, and --strict was given");
        report.findings.push(found);
        return report.sorted();
    }
    report
}

/// What a command is told besides its own arguments: environment, format, options of all commands.
pub fn call<'a>(request: &Request, env: &'a Env, notify: &'a dyn Fn(&str)) -> Call<'a> {
    Call {
        name: request.command.info().name,
        env,
        exit_only: request.exit_only,
        values: !request.output.fields.is_empty(),
        no_input: request.no_input,
        conventions: request.conventions,
        notify,
        definition: cli::definition,
    }
}

/// The operands, if each one is answered as soon as it is judged. Then no report is kept.
pub fn streamed(request: &Request) -> Option<&Operands> {
    let alone = request.output.format == Format::JsonLines || !request.output.fields.is_empty();
    let unseen = request.output.quiet && request.output.format != Format::Alien;
    let lines = request.output.format == Format::Text && !request.output.verbose;
    let many =
        |operands: &Operands| operands.files.len() > 1 || operands.list.is_some() || operands.each;
    request.command.operands().filter(|operands| alone || unseen || lines && many(operands))
}

/// Judges operands, writes a line for each and one for all. Returns the exit code.
///
/// # Errors
///
/// What the writer reported.
pub fn stream(
    request: &Request,
    operands: &Operands,
    accepted: &Accepted,
    env: &Env,
    out: &mut Screen<'_>,
    err: &mut Screen<'_>,
) -> io::Result<u8> {
    let call = call(request, env, &|_| {});
    let mut tally = Tally::new(call.name, env.now);
    let mut absent = false;
    let mut take = |name: Operand, report| {
        let mut report = finished(report, request.strict, accepted);
        tally.add(&report);
        if request.output.quiet {
            return Ok(());
        }
        if request.output.format == Format::Text && request.output.fields.is_empty() {
            let line = render::text::line_of(&name.to_string(), &report, style(request, env));
            return out.write_all(line.as_bytes());
        }
        report.operand = Some(name);
        if !request.output.fields.is_empty() {
            let code = values(&report, request, out, err)?;
            absent |= report.exit() == Exit::Ok && code != 0;
            return Ok(());
        }
        render::json::write_line(&report, &mut *out)
    };
    let wrong = operands::each(&request.command, operands, &call, &mut take)?;
    if let Some(finding) = &wrong {
        tally.note(finding);
    }
    let mut summary = tally.summary();
    summary.need = request.output.need;
    let is_text = request.output.format == Format::Text;
    match (request.output.quiet || !request.output.fields.is_empty(), is_text) {
        (true, _) => {}
        (false, true) => {
            let count = render::text::count(&summary, wrong.as_ref(), style(request, env));
            out.write_all(count.as_bytes())?;
        }
        (false, false) => render::json::write_line(&summary, out)?,
    }
    Ok(match code(&summary, request) {
        0 if absent => Exit::NotFound.code(),
        code => code,
    })
}

/// Writes the report. Returns the exit code.
///
/// # Errors
///
/// What the writers reported.
pub fn print(
    report: &Report,
    request: &Request,
    env: &Env,
    out: &mut Screen<'_>,
    err: &mut Screen<'_>,
) -> io::Result<u8> {
    if request.output.quiet {
        return Ok(code(report, request));
    }
    if !request.output.fields.is_empty() {
        return values(report, request, out, err);
    }
    let text = match request.output.format {
        Format::Json | Format::JsonLines => {
            // This report holds a secret that the user asked for. The writer must let it through
            // here; all the rest is screened while it is written.
            let out: &mut dyn Write = match report.results {
                Some(_) => out.reveal()?,
                None => out,
            };
            let done = match request.output.format {
                Format::Json => render::json::write(report, out),
                _ => render::json::write_line(report, out),
            };
            return written(report, request, done);
        }
        Format::Alien => {
            let answer = render::alien::render(report, alien_form(request));
            err.write_all(answer.err.as_bytes())?;
            answer.out
        }
        format => format
            .document(report, request.output.need)
            .unwrap_or_else(|| render::text::render(report, style(request, env))),
    };
    let text = Zeroizing::new(text);
    let is_text = request.output.format == Format::Text;
    let stdout = if is_text { request.command.stdout() } else { Stdout::Report };
    let done = match stdout {
        Stdout::Made => made(report, request, env, out, err),
        Stdout::MadeOrReport if report.raw.is_some() => made(report, request, env, out, err),
        // Output of these commands goes to a file or to `eval`. A complaint on stdout would be run
        // as a command.
        Stdout::Eval | Stdout::Script if report.raw.is_none() => err.write_all(text.as_bytes()),
        _ if is_text && report.results.is_some() => out.reveal()?.write_all(text.as_bytes()),
        _ => out.write_all(text.as_bytes()),
    };
    if stdout == Stdout::Eval && report.raw.is_some() {
        hint(report, err)?;
    }
    written(report, request, done)
}

/// Writes the requested values to stdout. Says on stderr why a value is missing or why the
/// credential is not good. Returns the exit code.
fn values(
    report: &Report,
    request: &Request,
    out: &mut Screen<'_>,
    err: &mut Screen<'_>,
) -> io::Result<u8> {
    let fields = &request.output.fields;
    if let Some(finding) = report.headline() {
        let message = for_screen(&finding.message);
        writeln!(err, "certok: error: {message} [{}]", finding.rule.id)?;
    }
    if request.output.format == Format::Tsv {
        out.write_all(render::fields::row(fields, report).as_bytes())?;
        return Ok(code(report, request));
    }
    let mut absent = false;
    for field in fields {
        let values = field.values(report);
        absent |= values.is_empty();
        if values.is_empty() && report.headline().is_none() {
            let name = report.command;
            writeln!(err, "certok: error: {name} says nothing of `{}` here", field.name)?;
        }
        values.iter().try_for_each(|value| writeln!(out, "{value}"))?;
    }
    Ok(match code(report, request) {
        0 if absent => Exit::NotFound.code(),
        code => code,
    })
}

/// Writes what the command made to stdout, and the findings to stderr.
fn made(
    report: &Report,
    request: &Request,
    env: &Env,
    out: &mut Screen<'_>,
    err: &mut Screen<'_>,
) -> io::Result<()> {
    let mut about = report.clone();
    if let Some(raw) = about.raw.take() {
        out.reveal()?.write_all(raw.as_bytes())?;
    }
    err.write_all(render::text::render(&about, style(request, env)).as_bytes())
}

/// Whether the output contains what the command made. The one-line formats for monitors do not
/// contain it.
pub fn is_printed(request: &Request) -> bool {
    let whole = matches!(request.output.format, Format::Json | Format::JsonLines | Format::Text);
    whole && !request.output.quiet
}

/// Writes warnings to stderr, because output that goes to a file or to `eval` has no room for them.
fn hint(report: &Report, err: &mut Screen<'_>) -> io::Result<()> {
    let findings = report.findings.iter();
    for finding in findings.filter(|finding| finding.severity == Severity::Warn) {
        writeln!(err, "certok: hint: {}", for_screen(&finding.message))?;
    }
    Ok(())
}

fn written(report: &Report, request: &Request, done: io::Result<()>) -> io::Result<u8> {
    done.map(|()| code(report, request))
}

/// The exit code of the process.
fn code(report: &Report, request: &Request) -> u8 {
    match request.output.format {
        Format::Alien => render::alien::render(report, alien_form(request)).code,
        Format::Nagios => nagios::Status::of_report(report).code(),
        _ => report.exit().code(),
    }
}

fn alien_form(request: &Request) -> AlienForm {
    let form = request.command.info().alien.form();
    form.expect("the format is refused for other commands")
}

/// The exit code if the answer could not be written.
pub fn failed(format: Format) -> u8 {
    match format {
        Format::Nagios => nagios::Status::Unknown.code(),
        _ => Exit::Error.code(),
    }
}

/// The message about wrong arguments, for people, if the report contains nothing else.
pub fn usage(report: &Report, format: Format) -> Option<String> {
    let [finding] = report.findings.as_slice() else {
        return None;
    };
    let is_all = finding.is(&arguments::USAGE) && report.items.is_empty();
    let is_all = is_all && format == Format::Text;
    is_all.then(|| format!("error: {}\n  {}\n", finding.message, finding.advice))
}

/// Writes, in `format` too, that the arguments are wrong. Returns the exit code.
///
/// # Errors
///
/// What the writers reported.
pub fn complain(
    text: &str,
    format: Format,
    env: &Env,
    out: &mut Screen<'_>,
    err: &mut Screen<'_>,
) -> io::Result<u8> {
    decline(&arguments::USAGE, text, format, env, out, err)
}

/// Writes why nothing was done, as a finding of a rule.
///
/// # Errors
///
/// What the writers reported.
pub fn decline(
    rule: &'static Rule,
    text: &str,
    format: Format,
    env: &Env,
    out: &mut Screen<'_>,
    err: &mut Screen<'_>,
) -> io::Result<u8> {
    // Keys are taken out of the whole text first: a single line of a key could not be recognised.
    let text = &without_keys(text);
    let first = text.lines().next().unwrap_or_default();
    let mut report = Report::new("certok", env.now);
    let message = first.trim_start_matches("error: ");
    let finding = rule.found(message);
    let exit = finding.exit;
    report.findings.push(finding);
    match format {
        Format::Json => render::json::write(&report, &mut *out)?,
        Format::JsonLines => render::json::write_line(&report, &mut *out)?,
        format => {
            let document = format.document(&report, Seconds(0)).unwrap_or_default();
            out.write_all(document.as_bytes())?;
        }
    }
    // A Nagios plugin prints one line and no more.
    if format == Format::Nagios {
        return Ok(failed(format));
    }
    // The text repeats what the user typed, so it is screened.
    let lines: Vec<String> = text.lines().map(for_screen).collect();
    writeln!(err, "certok: {}", lines.join("\n"))?;
    Ok(exit.code())
}

/// Whether stderr is a terminal that can erase lines, and nothing else is written to it meanwhile.
pub fn is_watched(request: &Request, env: &Env) -> bool {
    let able = env.filled("TERM").is_some_and(|name| name != "dumb");
    let streams = streamed(request).is_some() && env.terminal && request.output.file.is_none();
    env.error_terminal && able && !request.output.quiet && !streams
}

fn style(request: &Request, env: &Env) -> Style {
    Style {
        color: colored(request, env),
        foreign_shell: env.has_foreign_shell(),
        verbose: request.output.verbose,
        width: env.width.filter(|_| request.output.file.is_none()),
    }
}

/// Whether text has colours.
pub fn colored(request: &Request, env: &Env) -> bool {
    match request.output.color {
        Color::Always => true,
        Color::Never => false,
        // https://no-color.org, https://bixense.com/clicolors
        Color::Auto if env.filled("NO_COLOR").is_some() => false,
        Color::Auto => {
            let terminal = env.terminal && request.output.file.is_none();
            terminal || env.variable("CLICOLOR_FORCE").is_some_and(|v| v != "0")
        }
    }
}

/// Values of path variables that are not paths. Some people put the token itself there, so these
/// values must not be printed.
pub fn opaque_paths(env: &Env) -> Vec<String> {
    let of_condor = |name: &str| {
        let name = name.to_ascii_uppercase();
        let is_path =
            ["_DIR", "_DIRECTORY", "_FILE", "_CONFIG"].iter().any(|end| name.ends_with(end));
        name.starts_with("_CONDOR_") && is_path
    };
    let is_path =
        |name: &OsStr| name.to_str().is_some_and(|name| holds_path(name) || of_condor(name));
    let paths = env.variables().filter(|(name, _)| is_path(name));
    let values = paths.filter_map(|(_, value)| value.to_str());
    let opaque = values.filter(|value| !value.contains('/') && is_opaque(value));
    opaque.map(str::to_owned).collect()
}
