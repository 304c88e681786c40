//! certok says whether a grid credential will work, and if not, why not and what to type.
//!
//! ```text
//! env -> locate -> load -> parse -> chain -+-> describe --+-> report -> render
//!                                          +-> check -----+
//! ```
//!
//! Data moves right only; effects live at the two ends, the middle is pure.
//!
//! | room | its one job |
//! |---|---|
//! | [`cli`] | flags and help text |
//! | [`command`] | one file a subcommand: gather, judge, report |
//! | [`env`](mod@env) | variables, ids, clock: a value read once |
//! | [`locate`] | where credentials are looked for, and why there |
//! | [`load`] | the only reader of files |
//! | [`source`] | what was read, as data |
//! | [`parse`] | bytes to types |
//! | [`chain`] | certificates, anchors and an instant to a path, or where it stopped |
//! | [`describe`] | types to facts |
//! | [`check`] | types to findings |
//! | [`report`] | facts, findings, exit codes |
//! | [`render`] | report to bytes |
//! | [`crypto`] | the one room that names the crypto crates |
//! | [`store`] | the one room that writes |
//! | [`erase`] | the one room that destroys |
//! | [`parallel`] | the same work on all cores |
//! | [`prompt`] | asks on the terminal |
//! | [`sandbox`] | gives up what the process will not need |
//! | [`screen`] | text that is safe to show |
//! | [`shell`] | text that a shell reads back |
//! | [`time`] | instants, durations, their texts |

#![cfg_attr(
    not(test),
    deny(
        clippy::as_conversions,
        clippy::print_stderr,
        clippy::print_stdout,
        clippy::unwrap_used
    )
)]

pub mod chain;
pub mod check;
pub mod cli;
pub mod command;
pub mod crypto;
pub mod describe;
pub mod env;
pub mod erase;
pub mod load;
pub mod locate;
pub mod parallel;
pub mod parse;
pub mod prompt;
pub mod render;
pub mod report;
pub mod sandbox;
pub mod screen;
pub mod shell;
pub mod source;
pub mod store;
pub mod time;

use std::ffi::OsString;
use std::io;
use std::io::Write;
use std::process::ExitCode;

use crate::cli::Answer;
use crate::cli::Color;
use crate::cli::Request;
use crate::command::Noun;
use crate::env::Env;
use crate::render::Format;
use crate::render::Style;
use crate::report::Exit;
use crate::report::Report;
use crate::report::Severity;
use crate::sandbox::Sandbox;
use crate::screen::for_screen;
use crate::screen::without_keys;

/// Does what `arguments` ask, the program's name first, and says how it ended.
pub fn run(
    arguments: &[OsString],
    env: &Env,
    sandbox: &Sandbox,
    out: &mut impl Write,
    err: &mut impl Write,
) -> ExitCode {
    let written = code(arguments, env, sandbox, out, err);
    match written.and_then(|code| out.flush().map(|()| code)) {
        Ok(code) => ExitCode::from(code),
        // Whoever closed the pipe has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(err, "certok: error: cannot write the output: {error}");
            ExitCode::from(Exit::Error.code())
        }
    }
}

fn code(
    arguments: &[OsString],
    env: &Env,
    sandbox: &Sandbox,
    mut out: &mut dyn Write,
    mut err: &mut dyn Write,
) -> io::Result<u8> {
    match cli::parse(arguments, env.now) {
        Ok(request) => answer(&request, env, sandbox, &mut out, &mut err),
        Err(Answer::Help(text)) => out.write_all(text.as_bytes()).map(|()| 0),
        Err(Answer::Usage(text, json)) => usage(&text, json, env, &mut out, &mut err),
    }
}

fn answer(
    request: &Request,
    env: &Env,
    sandbox: &Sandbox,
    out: &mut impl Write,
    err: &mut impl Write,
) -> io::Result<u8> {
    if request.command == "demo" {
        return demo(request, env, sandbox, out, err);
    }
    let later;
    let env = if request.at == env.now {
        env
    } else {
        later = env.at(request.at);
        &later
    };
    if request.options.verbose && !matches!(sandbox, Sandbox::Denied) {
        writeln!(
            err,
            "certok: hint: sockets are not denied here: {sandbox:?}"
        )?;
    }
    let mut report = match dispatch(request, env, err) {
        Ok(report) => report.sorted(),
        Err(message) => {
            let json = request.format == Format::Json;
            return usage(&format!("error: {message}\n"), json, env, out, err);
        }
    };
    let warned = report
        .findings
        .iter()
        .any(|finding| finding.severity == Severity::Warn);
    if request.strict && warned && report.exit() == Exit::Ok {
        report
            .findings
            .push(check::usage::STRICT.found("there are warnings, and --strict was given"));
        report = report.sorted();
    }
    let code = print(&report, request, env, out, err)?;
    out.flush()?;
    report.spent.iter().for_each(|path| {
        // It has been printed; a key that is left behind opens nothing new.
        let _ = store::place::remove(path);
    });
    Ok(code)
}

/// Whether standard output is for a token, a request or an answer alone.
fn gives_files(command: &str, report: &Report) -> bool {
    match command {
        "idtoken-create" | "idtoken-receive" | "idtoken-request" => true,
        "idtoken-approve" => report.raw.is_some(),
        _ => false,
    }
}

/// Writes the report in the format that was asked for; the exit code.
fn print(
    report: &Report,
    request: &Request,
    env: &Env,
    out: &mut impl Write,
    err: &mut impl Write,
) -> io::Result<u8> {
    let mut code = report.exit().code();
    let style = Style {
        color: colored(request.color, env),
        verbose: request.options.verbose,
    };
    // A key given where a path belongs would be repeated in messages; `token` alone prints keys.
    let safe = |text: String| match report.results {
        Some(_) => text,
        None => without_keys(&text),
    };
    match request.format {
        Format::Json if request.quiet => {}
        Format::Json => out.write_all(safe(render::json::render(report)).as_bytes())?,
        Format::Alien => {
            let answer = render::alien::render(report);
            code = answer.code;
            if !request.quiet {
                out.write_all(safe(answer.out).as_bytes())?;
                err.write_all(safe(answer.err).as_bytes())?;
            }
        }
        Format::Text if request.quiet => {}
        // Standard output is for the token alone, however it ends.
        Format::Text if gives_files(request.command, report) => {
            let mut about = report.clone();
            if let Some(raw) = about.raw.take() {
                out.write_all(raw.as_bytes())?;
            }
            err.write_all(safe(render::text::render(&about, style)).as_bytes())?;
        }
        // What `token` prints is put into files and given to eval: a complaint must not be.
        Format::Text if request.command == "token" && report.raw.is_none() => {
            err.write_all(safe(render::text::render(report, style)).as_bytes())?;
        }
        Format::Text => out.write_all(safe(render::text::render(report, style)).as_bytes())?,
    }
    Ok(code)
}

fn dispatch(request: &Request, env: &Env, err: &mut impl Write) -> Result<Report, String> {
    let (command, options) = (request.command, &request.options);
    let mut tell = |text: &str| {
        if !request.quiet {
            let _ = writeln!(err, "certok: {}", for_screen(text));
        }
    };
    let raw = |text| Report::raw(command, env.now, text);
    let noun = match command {
        _ if command.starts_with("proxy") => Noun::Proxy,
        _ if command.starts_with("token") => Noun::Token,
        _ => Noun::Cert,
    };
    Ok(match command {
        "cert-info" | "token-info" => command::info::run(noun, command, options, env),
        "proxy-info" => command::proxy::run(command, options, env),
        "cert-verify" | "proxy-verify" | "token-verify" => {
            command::verify::run(noun, command, options, env)
        }
        "certkey-match" | "proxykey-match" | "tokenkey-match" => {
            command::key_match::run(noun, command, options, env)
        }
        "cert-destroy" | "proxy-destroy" | "token-destroy" => {
            command::destroy::run(noun, command, options, env)
        }
        "ca-check" => command::ca::audit::run(options, env),
        "idtoken-info" | "idtoken-verify" => command::idtoken::run(command, options, env),
        "idtoken-create" => command::idtoken::create::run(options, env)?,
        "idtoken-request" => command::idtoken::request::run(options, env, &mut tell)?,
        "idtoken-request-list" => command::idtoken::list::run(options, env)?,
        "idtoken-approve" => command::idtoken::approve::run(options, env)?,
        "idtoken-receive" => command::idtoken::receive::run(options, env)?,
        "idtoken-destroy" => command::idtoken::destroy::run(options, env),
        "token" => command::token::run(options, env),
        "explain" => command::explain::run(options, env)?,
        "completions" => raw(command::completions::run(
            options.word.as_deref(),
            cli::definition(),
        )?),
        "man" => raw(command::man::run(cli::definition())?),
        _ => command::status::run(options, env),
    })
}

/// Lays the demonstration out and walks through it: each step is a whole run of its own.
fn demo(
    request: &Request,
    env: &Env,
    sandbox: &Sandbox,
    out: &mut impl Write,
    err: &mut impl Write,
) -> io::Result<u8> {
    let demo = match command::demo::lay_out(&request.options, env) {
        Ok(demo) => demo,
        Err(message) => {
            writeln!(err, "certok: error: {message}")?;
            return Ok(Exit::NotDone.code());
        }
    };
    let at = command::demo::CLOCK.to_string();
    for (note, words) in &demo.steps {
        let mut arguments = vec!["certok".into(), "--at".into(), at.clone().into()];
        arguments.extend(words.iter().map(OsString::from));
        let words: Vec<String> = words.iter().map(|word| shell::quote(word)).collect();
        let (mut text, mut complaint) = (Vec::new(), Vec::new());
        let code = code(&arguments, &demo.env, sandbox, &mut text, &mut complaint)?;
        writeln!(out, "# {note}\n$ certok {}", words.join(" "))?;
        out.write_all(&text)?;
        err.write_all(&complaint)?;
        writeln!(out, "[exit code {code}]\n")?;
    }
    writeln!(
        out,
        "# To go on by hand:\n{} certok --at {at} status",
        demo.exports
    )?;
    Ok(Exit::Ok.code())
}

fn usage(
    text: &str,
    json: bool,
    env: &Env,
    out: &mut impl Write,
    err: &mut impl Write,
) -> io::Result<u8> {
    let text = &without_keys(text);
    if json {
        let mut report = Report::new("certok", env.now);
        let message = text
            .lines()
            .next()
            .unwrap_or_default()
            .trim_start_matches("error: ");
        report.findings.push(check::usage::USAGE.found(message));
        out.write_all(render::json::render(&report).as_bytes())?;
    }
    // The text repeats what was typed.
    let lines: Vec<String> = text.lines().map(for_screen).collect();
    writeln!(err, "certok: {}", lines.join("\n"))?;
    Ok(Exit::Usage.code())
}

fn colored(color: Color, env: &Env) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        // https://no-color.org, https://bixense.com/clicolors
        Color::Auto if env.filled("NO_COLOR").is_some() => false,
        Color::Auto => env.terminal || env.variable("CLICOLOR_FORCE").is_some_and(|v| v != "0"),
    }
}
