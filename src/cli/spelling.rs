//! The ancestors' spellings, and what they are here.

use std::ffi::{OsStr, OsString};
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
    let name = name.as_ref().and_then(|name| name.file_name()).and_then(OsStr::to_str);
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
const ONE_DASH: &[(&str, &str)] =
    &[("-hostname", "--hostname"), ("-jobid", "--jobid"), ("-json", "--json")];

/// The same for HTCondor's tools, in the commands about IDTOKENS alone.
const CONDOR: &[(&str, &str)] = &[
    ("-authz", "--authz"),
    ("-debug", "--verbose"),
    ("-file", "--file"),
    ("-help", "--help"),
    ("-identity", "--identity"),
    ("-key", "--key"),
    ("-lifetime", "--lifetime"),
    ("-name", "--name"),
    ("-pool", "--pool"),
    ("-token", "--token"),
    ("-type", "--type"),
    ("--debug", "--verbose"),
];

/// The commands that have HTCondor's options.
const OF_CONDOR: &str = "idtoken-";

/// Options that are a flag in other commands.
const VALUED_IN: &[(&str, &str)] = &[("idtoken-approve", "--yes")];

/// Options that are followed by a value, which is never rewritten.
const VALUED: &[&str] = &[
    "--account",
    "--approver-cert",
    "--approver-dn",
    "--approver-key",
    "--at",
    "--audience",
    "--authz",
    "--ca-cert",
    "--ca-dir",
    "--ca-file",
    "--ca-key",
    "--code",
    "--color",
    "--crl",
    "--crl-depth",
    "--days",
    "--email",
    "--exchange",
    "--expiring",
    "--file",
    "--files-from",
    "--find",
    "--for",
    "--format",
    "--hostname",
    "--identity",
    "--issuer",
    "--jobid",
    "--jwks",
    "--key",
    "--ledger",
    "--lifetime",
    "--map",
    "--max-depth",
    "--max-lifetime",
    "--name",
    "--out-dir",
    "--output",
    "--passphrase-file",
    "--policy",
    "--pool",
    "--proxy",
    "--purpose",
    "--reason",
    "--role",
    "--scope",
    "--sign",
    "--sort",
    "--timeout",
    "--token",
    "--tool",
    "--trust-domain",
    "--type",
    "--valid-for",
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
    let mut command = None;
    let mut rest = false;
    for argument in arguments {
        let value = out.last().is_some_and(|last| takes_value(last, command));
        rest |= argument == "--" && !value;
        let as_is = rest || value;
        let known = ours(argument, command).filter(|_| !as_is);
        let is_option = argument.as_encoded_bytes().starts_with(b"-");
        // The first word is the program's name.
        if !as_is && !is_option && command.is_none() && !out.is_empty() {
            command = argument.to_str();
        }
        out.push(known.map_or_else(|| argument.clone(), OsString::from));
    }
    out
}

fn takes_value(option: &OsStr, command: Option<&str>) -> bool {
    let here = VALUED_IN.iter().any(|(name, valued)| command == Some(*name) && option == *valued);
    here || VALUED.iter().any(|valued| option == *valued)
}

/// What an ancestor's option is called here.
fn ours(argument: &OsStr, command: Option<&str>) -> Option<&'static str> {
    let of_condor = command.is_some_and(|name| name.starts_with(OF_CONDOR));
    let condor = CONDOR.iter().filter(|_| of_condor);
    let mut all = ONE_DASH.iter().chain(condor);
    let known = all.find(|(old, _)| argument == *old);
    // condor_token_request -debug:D_SECURITY
    let debug = || of_condor && argument.as_encoded_bytes().starts_with(b"-debug:");
    known.map(|(_, new)| *new).or_else(|| debug().then_some("--verbose"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::ffi::OsString;

    use super::{VALUED, VALUED_IN, rewrite};

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
        let here = VALUED_IN.iter().map(|(_, name)| name);
        let known: BTreeSet<String> = known.chain(here).map(|name| (*name).to_owned()).collect();
        assert_eq!(long, known);
    }

    #[test]
    fn spellings() {
        for (typed, ours) in [
            ("cert-info -json", "cert-info --json"),
            ("-json cert-info", "--json cert-info"),
            ("cert-info -- -json", "cert-info -- -json"),
            ("token -token", "token -token"),
            ("idtoken-create -identity a -authz READ", "idtoken-create --identity a --authz READ"),
            ("idtoken-create -identity -key -key x", "idtoken-create --identity -key --key x"),
            ("idtoken-request -token -type -type X", "idtoken-request --token -type --type X"),
            ("idtoken-request -debug -debug:D_SECURITY", "idtoken-request --verbose --verbose"),
            ("idtoken-request -help", "idtoken-request --help"),
            ("idtoken-approve --yes -key x", "idtoken-approve --yes -key x"),
            ("cert-destroy --yes -json", "cert-destroy --yes --json"),
            ("--at 5 idtoken-create -lifetime 5", "--at 5 idtoken-create --lifetime 5"),
        ] {
            let words = format!("certok {typed}");
            let words: Vec<OsString> = words.split(' ').map(OsString::from).collect();
            let got: Vec<String> =
                rewrite(&words).into_iter().map(|word| word.into_string().unwrap()).collect();
            assert_eq!(got.join(" "), format!("certok {ours}"));
        }
    }
}
