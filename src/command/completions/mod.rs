//! `completions SHELL`: from the command definitions.

mod tcsh;

use clap_complete::{Shell, generate};

use crate::command::Call;
use crate::command::arguments::{arguments, completed, operand};
use crate::command::completions::tcsh::{Tcsh, fish_operands};
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
    /// Of `completions`.
    pub struct Args {
        shell: Option<String> = operand("word", "SHELL", "bash, elvish, fish, powershell, tcsh or zsh")
            .with(|arg| completed(arg, SHELLS.iter().copied())),
    }
}

const SHELLS: &[&str] = &["bash", "elvish", "fish", "powershell", "tcsh", "zsh"];

fn run(args: &Args, call: &Call<'_>) -> Result<Report, String> {
    let known = SHELLS.join(", ");
    let name = args.shell.as_deref().ok_or_else(|| format!("name a shell: {known}"))?;
    let mut definition = (call.definition)();
    let mut script = Vec::new();
    match name.parse::<Shell>() {
        _ if name == "tcsh" => generate(Tcsh, &mut definition, "certok", &mut script),
        Ok(shell) => {
            generate(shell, &mut definition, "certok", &mut script);
            if shell == Shell::Fish {
                script.extend(fish_operands(&definition).into_bytes());
            }
        }
        Err(_) => return Err(format!("no completions for `{name}`; there are: {known}")),
    }
    Ok(Report::raw(call.name, call.env.now, String::from_utf8_lossy(&script).into_owned()))
}
