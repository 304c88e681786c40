//! The flags of each subcommand.

use std::path::PathBuf;

use clap::Arg;
use clap::ArgAction;
use clap::Command;
use clap::builder::PossibleValuesParser;
use clap::value_parser;

use crate::chain::permission::PolicyMode;
use crate::cli::table::COMMANDS;
use crate::command;

/// Groups of flags that commands share.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Flags {
    Ca,
    Chain,
    Check,
    Destroy,
    Files,
    IdToken,
    Directory,
    Lines,
    Need,
    Pair,
    Passphrase,
    Path,
    Place,
    Token,
    Vo,
    Voms,
    Word(&'static str, &'static str),
}

/// `Command::defer` takes a plain function, so each command needs one: this picks it by name.
pub(super) fn fill(name: &str) -> fn(Command) -> Command {
    match name {
        "cert-info" | "token-info" => |c| with(c, &[Flags::Files, Flags::Need]),
        "proxy-info" => |c| with(c, &[Flags::Files, Flags::Need, Flags::Vo]),
        "cert-verify" | "token-verify" => {
            |c| with(c, &[Flags::Files, Flags::Need, Flags::Ca, Flags::Chain])
        }
        "proxy-verify" => |c| {
            let chain = [Flags::Files, Flags::Need, Flags::Ca, Flags::Chain];
            with(c, &[&chain[..], &[Flags::Vo, Flags::Voms]].concat())
        },
        "certkey-match" | "proxykey-match" | "tokenkey-match" => {
            |c| with(c, &[Flags::Pair, Flags::Passphrase])
        }
        "cert-destroy" | "proxy-destroy" | "token-destroy" => {
            |c| with(c, &[Flags::Files, Flags::Destroy])
        }
        "check" => |c| {
            let chain = [Flags::Check, Flags::Need, Flags::Passphrase, Flags::Ca];
            let path = [Flags::Path, Flags::Vo, Flags::Voms];
            with(c, &[&chain[..], &path].concat())
        },
        "ca-check" => |c| with(c, &[Flags::Place, Flags::Ca]),
        "idtoken-info" => |c| with(c, &[Flags::Files, Flags::Need]),
        "idtoken-verify" => |c| with(c, &[Flags::Files, Flags::Need, Flags::IdToken]),
        "idtoken-destroy" => |c| with(c, &[Flags::Lines]),
        "status" => |c| with(c, &[Flags::Need, Flags::Ca]),
        "token" => |c| with(c, &[Flags::Token]),
        "demo" => |c| with(c, &[Flags::Directory]),
        "explain" => |c| {
            with(
                c,
                &[Flags::Word(
                    "ID",
                    "The finding's id, as printed in brackets",
                )],
            )
        },
        "completions" => |c| {
            with(
                c,
                &[Flags::Word(
                    "SHELL",
                    "bash, elvish, fish, powershell or zsh",
                )],
            )
        },
        _ => |c| with(c, &[]),
    }
}

fn with(command: Command, flags: &[Flags]) -> Command {
    let verbose = !flags.contains(&Flags::Token);
    let spec = COMMANDS.iter().find(|spec| spec.name == command.get_name());
    let command = match spec {
        Some(spec) => command.after_help(format!("Example: {}", spec.example)),
        None => command,
    };
    command
        .args(shared(verbose))
        .args(flags.iter().flat_map(|flags| group(*flags)))
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .action(ArgAction::SetTrue)
        .help(help)
}

fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

fn path(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    option(name, value, help).value_parser(value_parser!(PathBuf))
}

/// The flags of every command; `-v` is the ancestor's days in `token`.
pub(super) fn shared(verbose: bool) -> Vec<Arg> {
    let formats = PossibleValuesParser::new(["text", "json", "alien"]);
    let colors = PossibleValuesParser::new(["auto", "always", "never"]);
    let loud = flag("verbose", "Say more: all facts, the reasons and sources");
    vec![
        option("format", "FORMAT", "Output format").value_parser(formats),
        flag("json", "The same as --format json"),
        flag("quiet", "Print nothing, answer by the exit code").short('q'),
        if verbose { loud.short('v') } else { loud },
        option("color", "WHEN", "Colour the text").value_parser(colors),
        option(
            "at",
            "TIME",
            "Judge at TIME: epoch seconds, RFC 3339, or +12h",
        )
        .allow_hyphen_values(true),
        flag("strict", "Exit with 18 if there are warnings"),
        flag("no-input", "Never ask for a passphrase or a confirmation"),
    ]
}

/// The arguments of a group.
fn group(flags: Flags) -> Vec<Arg> {
    let files = |name: &'static str, help: &'static str| {
        Arg::new("files")
            .value_name(name)
            .num_args(0..)
            .value_parser(value_parser!(PathBuf))
            .help(help)
    };
    match flags {
        Flags::Files => vec![files(
            "FILE",
            "Files to look at instead of the located one; - is standard input",
        )],
        Flags::Pair => {
            vec![files("FILE", "CERT [KEY] to look at instead of the located pair").num_args(0..=2)]
        }
        Flags::Directory => vec![files("DIR", "The directory to make").num_args(0..=1)],
        Flags::Place => vec![
            files(
                "DIR",
                "The directory (or file) of CA certificates instead of the one in use",
            )
            .num_args(0..=1),
        ],
        Flags::Need => vec![need()],
        Flags::Ca => vec![
            path("ca-dir", "DIR", "CA certificates, by hash, in DIR"),
            path("ca-file", "FILE", "CA certificates, all in FILE"),
        ],
        Flags::Chain => chain(),
        Flags::Check => preflight(),
        // Whether a path may hold proxies follows from what is checked.
        Flags::Path => chain()
            .into_iter()
            .filter(|arg| arg.get_id() != "proxy")
            .collect(),
        Flags::Passphrase => vec![path(
            "passphrase-file",
            "FILE",
            "The first line of FILE opens an encrypted key",
        )],
        Flags::Destroy => vec![
            flag("dry-run", "Say what would be removed, remove nothing"),
            flag("yes", "Do not ask; remove what alien.py left behind too").short('y'),
            flag(
                "shell",
                "Only print the line that unsets the variables, for eval; remove nothing",
            ),
        ],
        Flags::IdToken => idtoken(),
        Flags::Lines => vec![
            files(
                "FILE[:LINE]",
                "Files to remove, or single lines of them; nothing if there is only one token",
            ),
            flag("dry-run", "Say what would be removed, remove nothing"),
        ],
        Flags::Token => token(),
        Flags::Vo => vec![option(
            "vo",
            "NAME",
            "It must carry VOMS attributes of this VO",
        )],
        Flags::Voms => vec![
            option("voms", "MODE", "VOMS attributes; if-present unless given")
                .value_parser(PossibleValuesParser::new(["off", "if-present", "require"])),
            path(
                "vomsdir",
                "DIR",
                "The VOMS server list (LSC files by VO) in DIR",
            ),
        ],
        Flags::Word(name, help) => vec![Arg::new("word").value_name(name).help(help)],
    }
}

fn preflight() -> Vec<Arg> {
    vec![
        Arg::new("words")
            .value_name("WHAT")
            .num_args(0..)
            .value_parser(PossibleValuesParser::new(command::preflight::words()))
            .help(
                "What must be there and good; without words, whatever this environment would use",
            ),
        option("warn", "DURATION", "Warn if it ends within that time"),
        option(
            "name",
            "HOST",
            "The host certificate must be for this name or address",
        ),
    ]
}

fn need() -> Arg {
    option(
        "for",
        "DURATION",
        "It must stay valid that long: 90, 30m, 12h, 1d6h, 2w",
    )
}

fn token() -> Vec<Arg> {
    vec![
        flag("export", "Print two export lines, for eval"),
        option("role", "ROLE", "The role the token must have").short('u'),
        option(
            "days",
            "DAYS",
            "Days a new token would last; the current one is as it is",
        )
        .short('v'),
        option(
            "type",
            "TYPE",
            "The type the token must have: job, jobagent, host, user",
        )
        .short('t'),
        option("jobid", "ID", "The job the token must be for"),
        option("hostname", "HOST", "The host the token must be for"),
        need(),
    ]
}

fn idtoken() -> Vec<Arg> {
    vec![
        option(
            "trust-domain",
            "NAME",
            "The trust domain of the server; TRUST_DOMAIN of the configuration unless given",
        ),
        option(
            "authz",
            "LEVEL",
            "What it must permit: READ, WRITE, DAEMON and so on; may be repeated, or hold commas",
        )
        .action(ArgAction::Append),
        option(
            "key",
            "KEY",
            "Check the signature: with the key of that name, or the one in a file (with a slash)",
        ),
    ]
}

fn chain() -> Vec<Arg> {
    let purposes = PossibleValuesParser::new(["client", "server", "any"]);
    let crls = PossibleValuesParser::new(["off", "if-present", "require"]);
    let depths = PossibleValuesParser::new(["leaf", "chain"]);
    let policies = PossibleValuesParser::new(PolicyMode::NAMES.iter().map(|(name, _)| *name));
    let proxies = PossibleValuesParser::new(["allow", "deny"]);
    vec![
        option(
            "purpose",
            "PURPOSE",
            "What the certificate is to be used for; client unless given",
        )
        .value_parser(purposes),
        option("crl", "MODE", "Revocation lists; if-present unless given").value_parser(crls),
        option(
            "crl-depth",
            "DEPTH",
            "Whose revocation is looked at; chain unless given",
        )
        .value_parser(depths),
        option(
            "policy",
            "MODE",
            "signing_policy and namespaces files; if-present unless given, require as Globus has it",
        )
        .value_parser(policies),
        option(
            "proxy",
            "MODE",
            "Whether the path may hold proxies; allow in proxy-verify alone unless given",
        )
        .value_parser(proxies),
        flag(
            "partial-chain",
            "Any certificate of the CA directory ends a path",
        ),
        option(
            "max-depth",
            "N",
            "Certificates between leaf and anchor, at most; 100 unless given",
        )
        .value_parser(value_parser!(u16)),
    ]
}
