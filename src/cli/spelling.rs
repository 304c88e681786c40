//! The ancestors' spellings, and what they are here.

use std::ffi::OsStr;
use std::ffi::OsString;
use std::path::PathBuf;

/// Names under which certok behaves as alien.py, and the command each stands for.
const ALIEN_NAMES: &[(&str, &str)] = &[
    ("alien-cert-info", "cert-info"),
    ("alien-token-destroy", "token-destroy"),
    ("alien-token-info", "token-info"),
    ("alien_cert-info", "cert-info"),
    ("alien_cert_info", "cert-info"),
    ("alien_token-destroy", "token-destroy"),
    ("alien_token-info", "token-info"),
    ("alien_token_destroy", "token-destroy"),
    ("alien_token_info", "token-info"),
];

/// Takes the command from the name certok was called by, if it is one of alien.py's.
pub(super) fn called_as(arguments: &[OsString]) -> (Vec<OsString>, bool) {
    let name = arguments.first().map(PathBuf::from);
    let name = name
        .as_ref()
        .and_then(|name| name.file_name())
        .and_then(OsStr::to_str);
    let known = ALIEN_NAMES.iter().find(|(alien, _)| Some(*alien) == name);
    let mut out = arguments.to_vec();
    if let Some((_, command)) = known {
        out.insert(1, OsString::from(command));
    }
    (out, known.is_some())
}

/// `certok help COMMAND` is `certok COMMAND --help`.
pub(super) fn help_asked(arguments: &[OsString]) -> Vec<OsString> {
    match arguments {
        [name, word, rest @ ..] if word == "help" => {
            let mut out = vec![name.clone()];
            out.extend(rest.iter().take(1).cloned());
            out.push(OsString::from("--help"));
            out
        }
        _ => arguments.to_vec(),
    }
}

/// The ancestors' long options with one dash, and what they are here.
const ONE_DASH: &[(&str, &str)] = &[
    ("-hostname", "--hostname"),
    ("-jobid", "--jobid"),
    ("-json", "--json"),
];

/// Options that are followed by a value, which is never rewritten.
const VALUED: &[&str] = &[
    "--account",
    "--at",
    "--authz",
    "--ca-cert",
    "--ca-dir",
    "--ca-file",
    "--ca-key",
    "--color",
    "--crl",
    "--crl-depth",
    "--days",
    "--email",
    "--expiring",
    "--files-from",
    "--find",
    "--for",
    "--format",
    "--hostname",
    "--jobid",
    "--key",
    "--max-depth",
    "--name",
    "--out-dir",
    "--output",
    "--passphrase-file",
    "--policy",
    "--proxy",
    "--purpose",
    "--role",
    "--sort",
    "--trust-domain",
    "--type",
    "--vo",
    "--voms",
    "--vomsdir",
    "--warn",
    "-t",
    "-u",
];

/// The arguments with the ancestors' options in our spelling.
pub(super) fn rewrite(arguments: &[OsString]) -> Vec<OsString> {
    let mut out: Vec<OsString> = Vec::with_capacity(arguments.len());
    let mut rest = false;
    for argument in arguments {
        let value = out
            .last()
            .is_some_and(|last| VALUED.iter().any(|v| last == v));
        rest |= argument == "--" && !value;
        let known = ONE_DASH
            .iter()
            .find(|(old, _)| !rest && !value && argument == old);
        out.push(known.map_or_else(|| argument.clone(), |(_, new)| OsString::from(new)));
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::VALUED;

    #[test]
    fn every_option_with_a_value_is_known() {
        let mut root = crate::cli::definition();
        root.build();
        let commands = root.get_subcommands();
        let arguments = commands.flat_map(|command| command.get_arguments());
        let valued = arguments.filter(|argument| argument.get_action().takes_values());
        let long = valued.filter_map(|argument| Some(format!("--{}", argument.get_long()?)));
        let long: BTreeSet<String> = long.collect();
        let known = VALUED.iter().filter(|name| name.starts_with("--"));
        let known: BTreeSet<String> = known.map(|name| (*name).to_owned()).collect();
        assert_eq!(long, known);
    }
}
