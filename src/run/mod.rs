//! Runs one request, from arguments to exit code.

#![deny(missing_docs)]

pub mod answer;

use std::cell::RefCell;
use std::ffi::OsString;
use std::io;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::check::arguments::NETWORK_NEEDED;
use crate::cli::{NoRequest, Request};
use crate::command::definition::{Outcome, Walk};
use crate::command::idtoken::trace;
use crate::command::status::STATUS;
use crate::command::{Call, Command, alternative};
use crate::render::Format;
use crate::report::Exit;
use crate::store::Replacement;
use crate::system::env::Env;
use crate::system::progress::Line;
use crate::system::sandbox::Sandbox;
use crate::text::screen::{Screen, for_screen};
use crate::text::{shell, wrap};
use crate::{cli, store};

/// Does what `arguments` ask. The first one is the program's name. Returns the exit code.
pub fn run(
    arguments: &[OsString],
    env: &Env,
    sandbox: &Sandbox,
    out: &mut impl Write,
    err: &mut impl Write,
) -> ExitCode {
    let asked = cli::parse(arguments, env.now);
    let format = match &asked {
        Ok(request) => request.output.format,
        Err(NoRequest::Declined(format) | NoRequest::Usage(_, format)) => *format,
        Err(NoRequest::Help(_)) => Format::Text,
    };
    let is_exported = match &asked {
        Ok(request) => {
            let export = matches!(&request.command, Command::Token(args) if args.export);
            export && request.output.file.is_none()
        }
        Err(_) => arguments.iter().any(|argument| argument == "--export"),
    };
    let colored = is_painted(&asked, env);
    let (out, err) = (
        &mut Screen::new(out, colored).hiding(answer::opaque_paths(env)),
        &mut Screen::new(err, colored).hiding(answer::opaque_paths(env)),
    );
    let written = code(asked, env, sandbox, out, err);
    let written = written.and_then(|code| {
        // `eval "$(certok …)"` succeeds if the output is empty. Print `false` so that the shell
        // sees the failure.
        if is_exported && format == Format::Text && code != 0 {
            writeln!(out, "false")?;
        }
        Ok(code)
    });
    let written = err.flush().and(written);
    match written.and_then(|code| out.flush().map(|()| code)) {
        Ok(code) => ExitCode::from(code),
        // A reader that closed the pipe has read enough. But a monitor that read nothing knows
        // nothing: report that as unknown.
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
fn is_painted(asked: &Result<Request, NoRequest>, env: &Env) -> bool {
    let request = asked.as_ref().ok();
    request.is_some_and(|request| {
        request.output.format == Format::Text && answer::colored(request, env)
    })
}

fn code(
    asked: Result<Request, NoRequest>,
    env: &Env,
    sandbox: &Sandbox,
    out: &mut Screen<'_>,
    err: &mut Screen<'_>,
) -> io::Result<u8> {
    match asked {
        Ok(request) => {
            let mut spent = Vec::new();
            let code = match &request.output.file {
                Some(path) => into_file(path, &request, env, sandbox, err, &mut spent)?,
                None => answer(&request, env, sandbox, out, err, &mut spent)?,
            };
            out.flush()?;
            spent.iter().for_each(|path| {
                // The answer was printed. If the key file cannot be removed, it opens nothing new.
                let _ = store::place::remove(path);
            });
            Ok(code)
        }
        Err(NoRequest::Help(text)) => {
            let text = env.width.map_or(text.clone(), |width| wrap::columns(&text, width));
            out.write_all(text.as_bytes()).map(|()| 0)
        }
        Err(NoRequest::Declined(format)) => {
            let rule = &NETWORK_NEEDED;
            let text = format!("error: {}\nhint: {}\n", rule.what, rule.advice);
            answer::decline(rule, &text, format, env, out, err)
        }
        Err(NoRequest::Usage(text, format)) => answer::complain(&text, format, env, out, err),
    }
}

/// Writes the answer to a file: all of it, or leaves no file.
fn into_file(
    path: &Path,
    request: &Request,
    env: &Env,
    sandbox: &Sandbox,
    err: &mut Screen<'_>,
    spent: &mut Vec<PathBuf>,
) -> io::Result<u8> {
    let named = |error: io::Error| io::Error::other(format!("{}: {error}", path.display()));
    let mode = if request.command.prints_secret() { 0o600 } else { 0o644 };
    let mut file = Replacement::of(path, mode).map_err(named)?;
    if store::replacement::holds_pem(path) {
        let why = "it holds a certificate or key, which an answer does not replace";
        return Err(named(io::Error::other(why)));
    }
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
    let later;
    let env = if request.at == env.now {
        env
    } else {
        later = env.at(request.at);
        &later
    };
    if request.output.verbose && !matches!(sandbox, Sandbox::Denied) {
        writeln!(err, "certok: hint: sockets and other programs are not denied here: {sandbox:?}")?;
    }
    let accepted = match request.ignored.read() {
        Ok(accepted) => accepted,
        Err(message) => {
            let text = format!("error: {message}\n");
            return answer::complain(&text, request.output.format, env, out, err);
        }
    };
    let watched = Line::begin(answer::is_watched(request, env));
    if let Some(operands) = answer::streamed(request) {
        return answer::stream(request, operands, &accepted, env, out, err);
    }
    let stderr = RefCell::new(&mut *err);
    let notify = |text: &str| {
        if !request.output.quiet {
            let mut err = stderr.borrow_mut();
            let _ = writeln!(err, "certok: {}", for_screen(text));
            // The user reads this while the command waits, so it must not stay in the buffer.
            let _ = err.flush();
        }
    };
    if let Some(categories) = &request.output.debug {
        trace::lines(categories, env).iter().for_each(|line| notify(&format!("debug: {line}")));
    }
    let answer = request.command.run(&answer::call(request, env, &notify));
    drop(watched);
    match answer {
        Ok(Outcome::Walk(walk)) => walk_through(walk, sandbox, out, err),
        Ok(Outcome::Report(mut report)) => {
            if !request.output.quiet && request.output.format != Format::Alien {
                let again = |command: &Command, env: &Env| {
                    let call = Call { no_input: true, ..answer::call(request, env, &notify) };
                    match command.run(&call) {
                        Ok(Outcome::Report(report)) => Some(report),
                        Ok(Outcome::Walk(_)) | Err(_) => None,
                    }
                };
                alternative::advise(&mut report, &request.command, env, again);
            }
            if let Some(text) = answer::usage(&report, request.output.format) {
                return answer::complain(&text, Format::Text, env, out, err);
            }
            report.need = request.output.need;
            let report = answer::finished(report, request.strict, &accepted);
            if answer::is_printed(request) {
                spent.extend(report.spent.iter().cloned());
            }
            answer::print(&report, request, env, out, err)
        }
        Err(message) => {
            let text = format!("error: {message}\n");
            answer::complain(&text, request.output.format, env, out, err)
        }
    }
}

/// Runs the commands one after the other. Each one is a complete run of its own.
fn walk_through(
    walk: Result<Walk, String>,
    sandbox: &Sandbox,
    out: &mut Screen<'_>,
    err: &mut Screen<'_>,
) -> io::Result<u8> {
    let walk = match walk {
        Ok(walk) => walk,
        Err(message) => {
            writeln!(err, "certok: error: {}", for_screen(&message))?;
            return Ok(Exit::NotDone.code());
        }
    };
    let at = walk.env.now.to_string();
    for (note, words) in &walk.steps {
        let mut arguments = vec!["certok".into(), "--at".into(), at.clone().into()];
        arguments.extend(words.iter().map(OsString::from));
        let words: Vec<String> = words.iter().map(|word| shell::quote(word)).collect();
        let (mut text, mut complaint) = (Vec::new(), Vec::new());
        let asked = cli::parse(&arguments, walk.env.now);
        let code = {
            let (out, err) =
                (&mut Screen::new(&mut text, false), &mut Screen::new(&mut complaint, false));
            let code = code(asked, &walk.env, sandbox, out, err)?;
            out.flush().and_then(|()| err.flush())?;
            code
        };
        writeln!(out, "# {note}\n$ certok {}", words.join(" "))?;
        out.reveal()?.write_all(&text)?;
        err.reveal()?.write_all(&complaint)?;
        writeln!(out, "[exit code {code}]\n")?;
    }
    writeln!(out, "# To go on by hand:\n{} certok --at {at} {}", walk.exports, STATUS.name)?;
    Ok(Exit::Ok.code())
}
