//! `completions SHELL`: from the command definitions.

use clap_complete::Shell;

/// The completion script for `shell`.
///
/// # Errors
///
/// The message of a usage error: the shell is unknown.
pub fn run(shell: Option<&str>, mut definition: clap::Command) -> Result<String, String> {
    let known = "bash, elvish, fish, powershell, zsh";
    let name = shell.ok_or_else(|| format!("name a shell: {known}"))?;
    let shell: Shell =
        name.parse().map_err(|_| format!("no completions for `{name}`; there are: {known}"))?;
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut definition, "certok", &mut script);
    Ok(String::from_utf8_lossy(&script).into_owned())
}
