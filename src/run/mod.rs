//! One request, from arguments to exit code.

#![deny(missing_docs)]

pub mod answer;

use std::ffi::OsString;
use std::io;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::cli::{Answer, Request};
use crate::command::Noun;
use crate::render::Format;
use crate::report::{Exit, Report};
use crate::store::Replacement;
use crate::system::env::Env;
use crate::system::progress::Line;
use crate::system::sandbox::Sandbox;
use crate::text::screen::{Screen, for_screen};
use crate::text::shell;
use crate::{cli, command, store};

/// Does what `arguments` ask, the program's name first, and says how it ended.
pub fn run(
    arguments: &[OsString],
    env: &Env,
    sandbox: &Sandbox,
    out: &mut impl Write,
    err: &mut impl Write,
) -> ExitCode {
    let asked = cli::parse(arguments, env.now);
    let format = match &asked {
        Ok(request) => request.format,
        Err(Answer::Usage(_, format)) => *format,
        Err(Answer::Help(_)) => Format::Text,
    };
    let is_exported = match &asked {
        Ok(request) => request.options.export && request.output.is_none(),
        Err(_) => arguments.iter().any(|argument| argument == "--export"),
    };
    let colored = is_painted(&asked, env);
    let (out, err) = (
        &mut Screen::new(out, colored).hiding(answer::opaque_paths(env)),
        &mut Screen::new(err, colored).hiding(answer::opaque_paths(env)),
    );
    let written = code(asked, env, sandbox, out, err);
    let written = written.and_then(|code| {
        // To a shell, `eval` of nothing has succeeded.
        if is_exported && format == Format::Text && code != 0 {
            writeln!(out, "false")?;
        }
        Ok(code)
    });
    let written = err.flush().and(written);
    match written.and_then(|code| out.flush().map(|()| code)) {
        Ok(code) => ExitCode::from(code),
        // Whoever closed the pipe has read enough; a monitor that read nothing knows nothing.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => match format {
            Format::Nagios => ExitCode::from(answer::failed(format)),
            _ => ExitCode::SUCCESS,
        },
        Err(error) => {
            let error = for_screen(&error.to_string());
            let _ = writeln!(err, "certok: error: cannot write the output: {error}");
            let _ = err.flush();
            ExitCode::from(answer::failed(format))
        }
    }
}

/// Whether the answer has colours.
fn is_painted(asked: &Result<Request, Answer>, env: &Env) -> bool {
    let request = asked.as_ref().ok();
    request.is_some_and(|request| request.format == Format::Text && answer::colored(request, env))
}

fn code(
    asked: Result<Request, Answer>,
    env: &Env,
    sandbox: &Sandbox,
    out: &mut Screen<'_>,
    err: &mut Screen<'_>,
) -> io::Result<u8> {
    match asked {
        Ok(request) => {
            let mut spent = Vec::new();
            let code = match &request.output {
                Some(path) => into_file(path, &request, env, sandbox, err, &mut spent)?,
                None => answer(&request, env, sandbox, out, err, &mut spent)?,
            };
            out.flush()?;
            spent.iter().for_each(|path| {
                // The answer is out; a key that is left behind opens nothing new.
                let _ = store::place::remove(path);
            });
            Ok(code)
        }
        Err(Answer::Help(text)) => out.write_all(text.as_bytes()).map(|()| 0),
        Err(Answer::Usage(text, format)) => answer::complain(&text, format, env, out, err),
    }
}

/// The answer in a file: all of it or nothing, and nothing if there is none.
fn into_file(
    path: &Path,
    request: &Request,
    env: &Env,
    sandbox: &Sandbox,
    err: &mut Screen<'_>,
    spent: &mut Vec<PathBuf>,
) -> io::Result<u8> {
    let named = |error: io::Error| io::Error::other(format!("{}: {error}", path.display()));
    let mode = if answer::is_secret(request) { 0o600 } else { 0o644 };
    let mut file = Replacement::of(path, mode).map_err(named)?;
    let mut out =
        Screen::new(&mut file, answer::colored(request, env)).hiding(answer::opaque_paths(env));
    let code = answer(request, env, sandbox, &mut out, err, spent);
    let code = code.and_then(|code| out.flush().map(|()| code)).map_err(named)?;
    if !file.is_empty() {
        file.commit().map_err(named)?;
    }
    Ok(code)
}

fn answer(
    request: &Request,
    env: &Env,
    sandbox: &Sandbox,
    out: &mut Screen<'_>,
    err: &mut Screen<'_>,
    spent: &mut Vec<PathBuf>,
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
        writeln!(err, "certok: hint: sockets and other programs are not denied here: {sandbox:?}")?;
    }
    let watched = Line::begin(answer::is_watched(request, env));
    if answer::is_streamed(request) {
        return answer::stream(request, env, out);
    }
    let answer = dispatch(request, env, err);
    drop(watched);
    match answer {
        Ok(mut report) => {
            let is_tried = !request.quiet && request.format != Format::Alien;
            if is_tried && request.options.files.is_empty() {
                let mut again = request.clone();
                again.options.key.no_input = true;
                let again = |env: &Env| dispatch(&again, env, err).ok();
                command::instead::advise(&mut report, request.command, env, again);
            }
            let report = answer::finished(report, request.strict);
            if answer::is_printed(request) {
                spent.extend(report.spent.iter().cloned());
            }
            answer::print(&report, request, env, out, err)
        }
        Err(message) => {
            let text = format!("error: {message}\n");
            answer::complain(&text, request.format, env, out, err)
        }
    }
}

fn dispatch(request: &Request, env: &Env, err: &mut Screen<'_>) -> Result<Report, String> {
    let (command, options) = (request.command, &request.options);
    let mut tell = |text: &str| {
        if !request.quiet {
            let _ = writeln!(err, "certok: {}", for_screen(text));
            // Whoever waits is to read it now.
            let _ = err.flush();
        }
    };
    let raw = |text| Report::raw(command, env.now, text);
    let noun = match command {
        _ if command.starts_with("proxy") => Noun::Proxy,
        _ if command.starts_with("token") => Noun::Token,
        _ => Noun::Cert,
    };
    Ok(match command {
        _ if command::operands::asked(command, options) => {
            command::operands::together(command, options, env)
        }
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
        "ca-info" => command::ca::info::run(options, env),
        "check" => command::preflight::run(options, env)?,
        "ca-check" => command::ca::audit::run(options, env),
        "bearer-info" | "bearer-verify" => command::bearer::run(command, options, env),
        "idtoken-info" | "idtoken-verify" => command::idtoken::run(command, options, env),
        "idtoken-create" => command::idtoken::create::run(options, env)?,
        "idtoken-request" => command::exchange::request::run(options, env, &mut tell)?,
        "idtoken-request-list" => command::exchange::list::run(options, env)?,
        "idtoken-approve" => command::exchange::approve::run(options, env)?,
        "idtoken-receive" => command::exchange::receive::run(options, env)?,
        "idtoken-destroy" => command::idtoken::destroy::run(options, env),
        "token" => command::token::run(options, env)?,
        "token-init" => command::token_init::run(options, env)?,
        "who" => command::who::run(options, env)?,
        "user" => command::user::run(options, env)?,
        "explain" => command::explain::run(options, env)?,
        "completions" => {
            raw(command::completions::run(options.word.as_deref(), cli::definition())?)
        }
        "man" => raw(command::man::run(cli::definition())?),
        _ => command::status::run(options, env),
    })
}

/// Lays the demonstration out and walks through it: each step is a whole run of its own.
fn demo(
    request: &Request,
    env: &Env,
    sandbox: &Sandbox,
    out: &mut Screen<'_>,
    err: &mut Screen<'_>,
) -> io::Result<u8> {
    let demo = match command::demo::lay_out(&request.options, env) {
        Ok(demo) => demo,
        Err(message) => {
            writeln!(err, "certok: error: {}", for_screen(&message))?;
            return Ok(Exit::NotDone.code());
        }
    };
    let at = command::demo::CLOCK.to_string();
    for (note, words) in &demo.steps {
        let mut arguments = vec!["certok".into(), "--at".into(), at.clone().into()];
        arguments.extend(words.iter().map(OsString::from));
        let words: Vec<String> = words.iter().map(|word| shell::quote(word)).collect();
        let (mut text, mut complaint) = (Vec::new(), Vec::new());
        let asked = cli::parse(&arguments, demo.env.now);
        let code = {
            let (out, err) =
                (&mut Screen::new(&mut text, false), &mut Screen::new(&mut complaint, false));
            let code = code(asked, &demo.env, sandbox, out, err)?;
            out.flush().and_then(|()| err.flush())?;
            code
        };
        writeln!(out, "# {note}\n$ certok {}", words.join(" "))?;
        out.reveal()?.write_all(&text)?;
        err.reveal()?.write_all(&complaint)?;
        writeln!(out, "[exit code {code}]\n")?;
    }
    writeln!(out, "# To go on by hand:\n{} certok --at {at} status", demo.exports)?;
    Ok(Exit::Ok.code())
}
