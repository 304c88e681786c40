//! `completions SHELL`: made from the definitions of the commands.

use clap_complete::Shell;

use crate::command::Call;
use crate::command::arguments::{arguments, operand};
use crate::command::definition::{Definition, Group};
use crate::report::Report;

/// `completions`.
pub const COMPLETIONS: Definition<Args> = Definition {
    name: "completions",
    group: Group::More,
    about: "Print the completion script for a shell",
    example: "certok completions bash",
    ..Definition::reporting(run)
};

arguments! {
    /// Arguments of `completions`.
    pub struct Args {
        shell: Option<String> = operand("word", "SHELL", "bash, elvish, fish, powershell or zsh"),
    }
}

fn run(args: &Args, call: &Call<'_>) -> Result<Report, String> {
    let known = "bash, elvish, fish, powershell, zsh";
    let name = args.shell.as_deref().ok_or_else(|| format!("name a shell: {known}"))?;
    let shell: Shell =
        name.parse().map_err(|_| format!("no completions for `{name}`; there are: {known}"))?;
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut (call.definition)(), "certok", &mut script);
    Ok(Report::raw(call.name, call.env.now, String::from_utf8_lossy(&script).into_owned()))
}
