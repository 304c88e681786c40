//! The answer in the format that was asked for.

use std::ffi::OsStr;
use std::io;
use std::io::Write;

use zeroize::Zeroizing;

use crate::check::arguments;
use crate::cli::{Color, Request};
use crate::command::operands;
use crate::render;
use crate::render::{Format, Style, nagios};
use crate::report::tally::Tally;
use crate::report::{Exit, Finding, Report, Severity};
use crate::system::env::Env;
use crate::text::screen::{Screen, for_screen, is_opaque, without_keys};
use crate::text::time::Seconds;

/// The report in its last form: in the order of telling, and warnings count if `strict`.
pub fn finished(report: Report, strict: bool) -> Report {
    let mut report = report.sorted();
    let warning = |finding: &Finding| finding.severity == Severity::Warn;
    if strict && report.exit() == Exit::Ok && report.findings.iter().any(warning) {
        let found = arguments::STRICT.found("there are warnings, and --strict was given");
        report.findings.push(found);
        return report.sorted();
    }
    report
}

/// Whether each operand is answered as soon as it is judged, and none is kept.
pub fn is_streamed(request: &Request) -> bool {
    let alone = request.format == Format::JsonLines;
    let unseen = request.quiet && request.format != Format::Alien;
    (alone || unseen) && operands::asked(request.command, &request.options)
}

/// Judges operands and writes a line for each, and one for all; the exit code.
///
/// # Errors
///
/// What the writer said.
pub fn stream(request: &Request, env: &Env, out: &mut Screen<'_>) -> io::Result<u8> {
    let mut tally = Tally::new(request.command, env.now);
    let mut take = |name, report| {
        let mut report = finished(report, request.strict);
        tally.add(&report);
        if request.quiet {
            return Ok(());
        }
        report.operand = Some(name);
        render::json::write_line(&report, &mut *out)
    };
    let wrong = operands::each(request.command, &request.options, env, &mut take)?;
    if let Some(finding) = wrong {
        tally.note(&finding);
    }
    let summary = tally.summary();
    if !request.quiet {
        render::json::write_line(&summary, out)?;
    }
    Ok(code(&summary, request.format))
}

/// Writes the report; the exit code.
///
/// # Errors
///
/// What the writers said.
pub fn print(
    report: &Report,
    request: &Request,
    env: &Env,
    out: &mut Screen<'_>,
    err: &mut Screen<'_>,
) -> io::Result<u8> {
    if request.quiet {
        return Ok(code(report, request.format));
    }
    let text = match request.format {
        Format::Json | Format::JsonLines => {
            // What a command is there to print stands among the rest, which is screened as it is
            // written.
            let out: &mut dyn Write = match report.results {
                Some(_) => out.reveal()?,
                None => out,
            };
            let done = match request.format {
                Format::Json => render::json::write(report, out),
                _ => render::json::write_line(report, out),
            };
            return written(report, request.format, done);
        }
        Format::Alien => {
            let answer = render::alien::render(report);
            err.write_all(answer.err.as_bytes())?;
            answer.out
        }
        Format::ClassAd => render::classad::render(report),
        Format::Nagios => nagios::render(report, request.options.need),
        Format::Prometheus => render::prometheus::render(report),
        Format::Text => render::text::render(report, style(request, env)),
    };
    let text = Zeroizing::new(text);
    // Standard output is for the token alone, however it ends.
    if request.format == Format::Text && gives_files(request.command, report) {
        let mut about = report.clone();
        if let Some(raw) = about.raw.take() {
            out.reveal()?.write_all(raw.as_bytes())?;
        }
        let told = render::text::render(&about, style(request, env));
        let done = err.write_all(told.as_bytes());
        return written(report, request.format, done);
    }
    // What `token` prints is put into files and given to eval: a complaint must not be.
    let for_programs = request.command == "token" || request.options.fix_script;
    let complaint = request.format == Format::Text && for_programs && report.raw.is_none();
    let revealed = request.format == Format::Text && report.results.is_some();
    let done = match (complaint, revealed) {
        (true, _) => err.write_all(text.as_bytes()),
        (false, true) => out.reveal()?.write_all(text.as_bytes()),
        (false, false) => out.write_all(text.as_bytes()),
    };
    if request.format == Format::Text && request.command == "token" && !complaint {
        hint(report, err)?;
    }
    written(report, request.format, done)
}

/// Whether what the command prints is a key or a token.
pub fn is_secret(request: &Request) -> bool {
    match request.command {
        "idtoken-create" | "idtoken-receive" | "token" => true,
        // Who waits gets the token.
        "idtoken-request" => request.options.wishes.wait,
        _ => false,
    }
}

/// Whether what a command makes is in what is printed: the lines of monitors do not have it.
pub fn is_printed(request: &Request) -> bool {
    let whole = matches!(request.format, Format::Json | Format::JsonLines | Format::Text);
    whole && !request.quiet
}

/// Whether standard output is for a token, a request or an answer alone.
fn gives_files(command: &str, report: &Report) -> bool {
    match command {
        "idtoken-create" | "idtoken-receive" | "idtoken-request" => true,
        "idtoken-approve" => report.raw.is_some(),
        _ => false,
    }
}

/// What is put into files and given to eval has no room for warnings.
fn hint(report: &Report, err: &mut Screen<'_>) -> io::Result<()> {
    let findings = report.findings.iter();
    for finding in findings.filter(|finding| finding.severity == Severity::Warn) {
        writeln!(err, "certok: hint: {}", for_screen(&finding.message))?;
    }
    Ok(())
}

fn written(report: &Report, format: Format, done: io::Result<()>) -> io::Result<u8> {
    done.map(|()| code(report, format))
}

/// The exit code of the process.
fn code(report: &Report, format: Format) -> u8 {
    match format {
        Format::Alien => render::alien::render(report).code,
        Format::Nagios => nagios::Status::of_report(report).code(),
        _ => report.exit().code(),
    }
}

/// The exit code if the answer could not be written.
pub fn failed(format: Format) -> u8 {
    match format {
        Format::Nagios => nagios::Status::Unknown.code(),
        _ => Exit::Error.code(),
    }
}

/// Says that the arguments are wrong, in `format` too; the exit code.
///
/// # Errors
///
/// What the writers said.
pub fn complain(
    text: &str,
    format: Format,
    env: &Env,
    out: &mut Screen<'_>,
    err: &mut Screen<'_>,
) -> io::Result<u8> {
    // Whole, before it is taken apart.
    let text = &without_keys(text);
    let first = text.lines().next().unwrap_or_default();
    let mut report = Report::new("certok", env.now);
    let message = first.trim_start_matches("error: ");
    report.findings.push(arguments::USAGE.found(message));
    match format {
        Format::Alien | Format::Text => {}
        Format::ClassAd => out.write_all(render::classad::render(&report).as_bytes())?,
        Format::Json => render::json::write(&report, &mut *out)?,
        Format::JsonLines => render::json::write_line(&report, &mut *out)?,
        Format::Nagios => {
            // One line is all that a plugin says.
            let line = nagios::render(&report, Seconds(0));
            out.write_all(line.as_bytes())?;
            return Ok(failed(format));
        }
        Format::Prometheus => out.write_all(render::prometheus::render(&report).as_bytes())?,
    }
    // The text repeats what was typed.
    let lines: Vec<String> = text.lines().map(for_screen).collect();
    writeln!(err, "certok: {}", lines.join("\n"))?;
    Ok(Exit::Usage.code())
}

/// Whether somebody looks at standard error, on a terminal whose lines can be taken back, and
/// nothing else is written there meanwhile.
pub fn is_watched(request: &Request, env: &Env) -> bool {
    let able = env.filled("TERM").is_some_and(|name| name != "dumb");
    let streams = is_streamed(request) && env.terminal && request.output.is_none();
    env.error_terminal && able && !request.quiet && !streams
}

fn style(request: &Request, env: &Env) -> Style {
    Style { color: colored(request, env), verbose: request.options.verbose }
}

/// Whether text is painted.
pub fn colored(request: &Request, env: &Env) -> bool {
    match request.color {
        Color::Always => true,
        Color::Never => false,
        // https://no-color.org, https://bixense.com/clicolors
        Color::Auto if env.filled("NO_COLOR").is_some() => false,
        Color::Auto => {
            let terminal = env.terminal && request.output.is_none();
            terminal || env.variable("CLICOLOR_FORCE").is_some_and(|v| v != "0")
        }
    }
}

/// Values of variables for paths that are no paths: there people put the token itself.
pub fn opaque_paths(env: &Env) -> Vec<String> {
    let of_condor = |name: &str| {
        let name = name.to_ascii_uppercase();
        let is_path =
            ["_DIR", "_DIRECTORY", "_FILE", "_CONFIG"].iter().any(|end| name.ends_with(end));
        name.starts_with("_CONDOR_") && is_path
    };
    let is_path =
        |name: &OsStr| name.to_str().is_some_and(|name| PATHS.contains(&name) || of_condor(name));
    let paths = env.variables().filter(|(name, _)| is_path(name));
    let values = paths.filter_map(|(_, value)| value.to_str());
    let opaque = values.filter(|value| !value.contains('/') && is_opaque(value));
    opaque.map(str::to_owned).collect()
}

/// Variables whose value is a path.
const PATHS: &[&str] = &[
    "BEARER_TOKEN_FILE",
    "CONDOR_CONFIG",
    "HOME",
    "JALIEN_TOKEN_CERT",
    "JALIEN_TOKEN_KEY",
    "JWKS_CACHE_DIR",
    "JWKS_CACHE_FILE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "TMPDIR",
    "X509_CERT_DIR",
    "X509_CERT_FILE",
    "X509_HOST_CERT",
    "X509_HOST_KEY",
    "X509_USER_CERT",
    "X509_USER_KEY",
    "X509_USER_PROXY",
    "X509_VOMS_DIR",
    "XDG_RUNTIME_DIR",
    "XDG_STATE_HOME",
];
