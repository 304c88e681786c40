//! `man`: the manual page, from the command definitions.

use clap_mangen::Man;

/// The page in roff, every subcommand in it.
///
/// # Errors
///
/// What went wrong while writing to memory.
pub fn run(definition: clap::Command) -> Result<String, String> {
    let mut page = Vec::new();
    let fail = |error: std::io::Error| error.to_string();
    let mut definition = definition;
    definition.build();
    Man::new(definition.clone())
        .render(&mut page)
        .map_err(fail)?;
    for command in definition.get_subcommands() {
        let name = command.get_name().to_owned();
        page.extend(format!(".SH COMMAND {name}\n").into_bytes());
        let man = Man::new(command.clone());
        man.render_description_section(&mut page).map_err(fail)?;
        man.render_options_section(&mut page).map_err(fail)?;
    }
    Ok(String::from_utf8_lossy(&page).into_owned())
}
