//! `man`: the manual page, made from the definitions of the commands and the table of exit codes.

use std::fmt::Write as _;

use clap_mangen::Man;

use crate::command::Call;
use crate::command::arguments::arguments;
use crate::command::definition::{Definition, Group};
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

/// The variables that certok reads, and what for.
const ENVIRONMENT: &[(&str, &str)] = &[
    ("X509_USER_CERT, X509_USER_KEY", "the user certificate and its key: a path, or inline PEM"),
    ("JALIEN_TOKEN_CERT, JALIEN_TOKEN_KEY", "the JAliEn token and its key: a path, or inline PEM"),
    ("X509_USER_PROXY", "the proxy: a path"),
    ("X509_HOST_CERT, X509_HOST_KEY", "the host certificate and its key"),
    ("BEARER_TOKEN, BEARER_TOKEN_FILE", "the bearer token itself, or the path of its file"),
    ("XDG_RUNTIME_DIR", "where the bearer token is, if neither of these is set"),
    ("TMPDIR", "where the JAliEn token is; /tmp if not set"),
    (
        "X509_CERT_DIR, X509_CERT_FILE",
        "the CA certificates: a directory with hash links, or one file",
    ),
    ("X509_VOMS_DIR", "the VOMS server list: a directory with a folder for each VO"),
    ("JWKS_CACHE_DIR, JWKS_CACHE_FILE", "the public keys of bearer token issuers"),
    (
        "CONDOR_CONFIG, _condor_NAME",
        "HTCondor's configuration file, and settings of it such as _condor_SEC_TOKEN_DIRECTORY, the \
         directory of IDTOKENS",
    ),
    ("ALIEN_USER, USER, LOGNAME", "whose new JAliEn token it is, without --account"),
    ("ALIEN_PROC_ID", "set inside a job of ALICE, where the token of a job belongs"),
    ("XDG_STATE_HOME", "where waiting requests and the ledger are kept; ~/.local/state if not set"),
    ("HOME", "where .globus is"),
    ("COLUMNS", "how many characters a line of text has; else the terminal says it"),
    ("NO_COLOR, CLICOLOR_FORCE", "never colour, always colour"),
];

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
    for (names, meaning) in ENVIRONMENT {
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
