//! `man`: the manual page, made from the definitions of the commands and the table of exit codes.

use std::fmt::Write as _;

use clap_mangen::Man;

use crate::command::Call;
use crate::command::arguments::arguments;
use crate::command::definition::{Definition, Group};
use crate::locate::environment;
use crate::report::{EXITS, Report};

/// `man`.
pub const MAN: Definition<Args> = Definition {
    name: "man",
    group: Group::More,
    about: "Print the manual page",
    example: "certok man",
    ..Definition::reporting(run)
};

arguments! {
    /// Arguments of `man`.
    pub struct Args {}
}

/// The page in roff, with all subcommands.
fn run(_: &Args, call: &Call<'_>) -> Result<Report, String> {
    let mut page = Vec::new();
    let fail = |error: std::io::Error| error.to_string();
    let mut definition = (call.definition)();
    definition.build();
    Man::new(definition.clone()).render(&mut page).map_err(fail)?;
    for command in definition.get_subcommands() {
        let name = command.get_name().to_owned();
        page.extend(format!(".SH COMMAND {name}\n").into_bytes());
        let man = Man::new(command.clone());
        man.render_description_section(&mut page).map_err(fail)?;
        man.render_options_section(&mut page).map_err(fail)?;
    }
    let page = String::from_utf8_lossy(&page).into_owned();
    Ok(Report::raw(call.name, call.env.now, page + &exit_status() + &environment()))
}

fn exit_status() -> String {
    let mut text = String::from(".SH EXIT STATUS\n");
    for (_, code, name, meaning) in EXITS {
        writeln!(text, ".TP\n\\fB{code}\\fR {}\n{}", roff(name), roff(meaning))
            .expect("a String takes all");
    }
    text
}

fn environment() -> String {
    let mut text = String::from(".SH ENVIRONMENT\n");
    for (names, meaning) in environment::variables() {
        writeln!(text, ".TP\n\\fB{names}\\fR\n{}", roff(meaning)).expect("a String takes all");
    }
    text
}

/// Escapes text for roff. A plain hyphen may become a line break or another character, and a line
/// that begins with a dot is a command.
fn roff(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    if text.starts_with('.') { format!("\\&{text}") } else { text }
}
