//! The flags of each subcommand.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command, value_parser};

use crate::chain::permission::PolicyMode;
use crate::cli::exchange;
use crate::cli::table::COMMANDS;
use crate::command;
use crate::command::ca::info::Sort;
use crate::render::Format;

/// Groups of flags that commands share.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Flags {
    Approve,
    Bearer,
    Ca,
    Cas,
    Chain,
    Check,
    Create,
    Destroy,
    Mend,
    Files,
    IdToken,
    Directory,
    Lines,
    List,
    Mint,
    Need,
    Pair,
    Passphrase,
    Path,
    Place,
    Put,
    Receive,
    Request,
    RequestList,
    Token,
    Vo,
    Voms,
    Who,
    Word(&'static str, &'static str),
}

const VERIFY: &[Flags] = &[Flags::Files, Flags::List, Flags::Need, Flags::Ca, Flags::Chain];

/// `Command::defer` takes a plain function, so each command needs one: this picks it by name.
pub(super) fn fill(name: &str) -> fn(Command) -> Command {
    match name {
        "cert-info" | "token-info" => |c| with(c, &[Flags::Files, Flags::List, Flags::Need]),
        "proxy-info" => |c| with(c, &[Flags::Files, Flags::List, Flags::Need, Flags::Vo]),
        "cert-verify" | "token-verify" => |c| with(c, VERIFY),
        "proxy-verify" => |c| with(c, &[VERIFY, &[Flags::Vo, Flags::Voms]].concat()),
        "certkey-match" | "proxykey-match" | "tokenkey-match" => {
            |c| with(c, &[Flags::Pair, Flags::Passphrase])
        }
        "cert-destroy" | "proxy-destroy" | "token-destroy" => {
            |c| with(c, &[Flags::Files, Flags::Destroy])
        }
        "bearer-info" => |c| with(c, &[Flags::Files, Flags::List, Flags::Need]),
        "bearer-verify" => |c| with(c, &[Flags::Files, Flags::List, Flags::Need, Flags::Bearer]),
        "idtoken-info" => |c| with(c, &[Flags::Files, Flags::List, Flags::Need]),
        "idtoken-verify" => |c| with(c, &[Flags::Files, Flags::List, Flags::Need, Flags::IdToken]),
        "idtoken-create" => |c| with(c, &[Flags::Create]),
        "idtoken-request" => |c| with(c, &[Flags::Request, Flags::Ca, Flags::Passphrase]),
        "idtoken-request-list" => |c| with(c, &[Flags::RequestList]),
        "idtoken-approve" => |c| with(c, &[Flags::Approve, Flags::Ca, Flags::Passphrase]),
        "idtoken-receive" => |c| with(c, &[Flags::Receive, Flags::Ca]),
        "idtoken-destroy" => |c| with(c, &[Flags::Lines]),
        "check" => |c| {
            let chain = [Flags::Check, Flags::Need, Flags::Passphrase, Flags::Ca];
            let path = [Flags::Path, Flags::Vo, Flags::Voms, Flags::Bearer];
            with(c, &[&chain[..], &path].concat())
        },
        "ca-info" => |c| with(c, &[Flags::Place, Flags::Ca, Flags::Cas]),
        "ca-check" => |c| with(c, &[Flags::Place, Flags::Ca, Flags::Mend]),
        "status" => |c| with(c, &[Flags::Need, Flags::Ca]),
        "token" => |c| with(c, &[Flags::Token, Flags::Mint, Flags::Passphrase]),
        "token-init" => |c| with(c, &[Flags::Mint, Flags::Put, Flags::Passphrase]),
        "user" => |c| {
            with(c, &[Flags::Word("NAME", "The role, as alien.py's `user` takes it"), Flags::Need])
        },
        "who" => |c| with(c, &[Flags::Who, Flags::Ca]),
        "demo" => |c| with(c, &[Flags::Directory]),
        "explain" => |c| with(c, &[Flags::Word("ID", "The finding's id, as printed in brackets")]),
        "completions" => {
            |c| with(c, &[Flags::Word("SHELL", "bash, elvish, fish, powershell or zsh")])
        }
        _ => |c| with(c, &[]),
    }
}

fn with(command: Command, flags: &[Flags]) -> Command {
    let verbose = !flags.contains(&Flags::Mint);
    let spec = COMMANDS.iter().find(|spec| spec.name == command.get_name());
    let command = match spec {
        Some(spec) => {
            let note = exchange::note(spec.name);
            command.after_help(format!("{note}Example: {}", spec.example))
        }
        None => command,
    };
    command.args(shared(verbose)).args(flags.iter().flat_map(|flags| group(*flags)))
}

pub(super) fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

pub(super) fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

pub(super) fn path(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    option(name, value, help).value_parser(value_parser!(PathBuf))
}

/// The flags of every command; `-v` is the ancestor's days in `token` and `token-init`.
pub(super) fn shared(verbose: bool) -> Vec<Arg> {
    let formats = PossibleValuesParser::new(Format::NAMES.iter().map(|(name, _)| *name));
    let colors = PossibleValuesParser::new(["auto", "always", "never"]);
    let loud = flag("verbose", "Say more: all facts, the reasons and sources");
    vec![
        option("format", "FORMAT", "Output format").value_parser(formats),
        flag("json", "The same as --format json"),
        path("output", "FILE", "Write the answer to FILE, which is replaced at once and whole"),
        flag("quiet", "Print nothing, answer by the exit code").short('q'),
        if verbose { loud.short('v') } else { loud },
        option("color", "WHEN", "Colour the text").value_parser(colors),
        option("at", "TIME", "Judge at TIME: epoch seconds, RFC 3339, or +12h")
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
        Flags::Approve => exchange::approve(),
        Flags::Create => exchange::create(),
        Flags::Receive => exchange::receive(),
        Flags::Request => exchange::request(),
        Flags::RequestList => exchange::request_list(),
        Flags::Files => {
            vec![files("FILE", "Files to look at instead of the located one; - is standard input")]
        }
        Flags::Pair => {
            vec![files("FILE", "CERT [KEY] to look at instead of the located pair").num_args(0..=2)]
        }
        Flags::List => vec![path(
            "files-from",
            "FILE",
            "More files to look at, one a line in FILE; - is standard input",
        )],
        Flags::Directory => vec![files("DIR", "The directory to make").num_args(0..=1)],
        Flags::Place => vec![
            files("DIR", "The directory (or file) of CA certificates instead of the one in use")
                .num_args(0..=1),
        ],
        Flags::Mend => vec![flag(
            "fix-script",
            "Only print the shell commands that mend links and modes; change nothing",
        )],
        Flags::Need => vec![need()],
        Flags::Ca => vec![
            path("ca-dir", "DIR", "CA certificates, by hash, in DIR"),
            path("ca-file", "FILE", "CA certificates, all in FILE"),
        ],
        Flags::Cas => cas(),
        Flags::Chain => chain(),
        Flags::Check => preflight(),
        // Whether a path may hold proxies follows from what is checked.
        Flags::Path => chain().into_iter().filter(|arg| arg.get_id() != "proxy").collect(),
        Flags::Passphrase => {
            vec![path("passphrase-file", "FILE", "The first line of FILE opens an encrypted key")]
        }
        Flags::Destroy => vec![
            flag("dry-run", "Say what would be removed, remove nothing"),
            flag("yes", "Do not ask; remove what alien.py left behind too").short('y'),
            flag(
                "shell",
                "Only print the line that unsets the variables, for eval; remove nothing",
            ),
        ],
        Flags::Bearer => bearer(),
        Flags::IdToken => idtoken(),
        Flags::Lines => vec![
            files(
                "FILE[:LINE]",
                "Files to remove, or single lines of them; nothing if there is only one token",
            ),
            flag("dry-run", "Say what would be removed, remove nothing"),
        ],
        Flags::Mint => mint(),
        Flags::Put => vec![
            path("out-dir", "DIR", "Put the token into DIR instead of the default place"),
            flag("force", "Replace a token of another issuer, too"),
        ],
        Flags::Token => vec![flag("export", "Print two export lines, for eval")],
        Flags::Vo => vec![option("vo", "NAME", "It must carry VOMS attributes of this VO")],
        Flags::Voms => vec![
            option("voms", "MODE", "VOMS attributes; if-present unless given")
                .value_parser(PossibleValuesParser::new(["off", "if-present", "require"])),
            path("vomsdir", "DIR", "The VOMS server list (LSC files by VO) in DIR"),
        ],
        Flags::Who => vec![
            Arg::new("words").value_name("WHAT").num_args(0..=2).help(
                "bearer, cert, host, idtoken, proxy or token, and a file; without words, the credential in use",
            ),
            option("tool", "NAME", "Only this one of the lines, with everything"),
        ],
        Flags::Word(name, help) => vec![Arg::new("word").value_name(name).help(help)],
    }
}

fn cas() -> Vec<Arg> {
    let orders = PossibleValuesParser::new(Sort::NAMES.iter().map(|(name, _)| *name));
    vec![
        option("sort", "ORDER", "Order of the lines; alias unless given").value_parser(orders),
        flag("expired", "Only those that have expired"),
        option("expiring", "DURATION", "Only those that expire within that time: 90d, 52w"),
        option(
            "find",
            "WHAT",
            "Only what has this subject (or a part of it), hash or fingerprint; with a \
             certificate's file, the CAs that signed it, up to the root",
        ),
    ]
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
        option("name", "HOST", "The host certificate must be for this name or address"),
    ]
}

fn need() -> Arg {
    option("for", "DURATION", "It must stay valid that long: 90, 30m, 12h, 1d6h, 2w")
}

fn mint() -> Vec<Arg> {
    let types = PossibleValuesParser::new(["job", "jobagent", "host", "user"]);
    let emails = "A mail address in a new user token; may be given several times";
    vec![
        option("role", "ROLE", "The role (of a job: the account) of the token").short('u'),
        option(
            "days",
            "DAYS",
            "Days that a new token lasts; without it as many as its type may have",
        )
        .short('v')
        .allow_negative_numbers(true)
        .value_parser(value_parser!(i64)),
        option("type", "TYPE", "The type of the token; user unless a job or host is named")
            .short('t')
            .value_parser(types),
        option("jobid", "ID", "The job it is for: the id in the queue, or what extends the name"),
        option("hostname", "HOST", "The host it is for, by its full name"),
        option(
            "account",
            "NAME",
            "Whose new token it is; $ALIEN_USER, $USER or $LOGNAME without it",
        ),
        option("email", "ADDRESS", emails).action(ArgAction::Append),
        path("ca-cert", "FILE", "The certificate of the CA that signs a new token"),
        path("ca-key", "FILE", "The private key of that CA"),
        need(),
    ]
}

fn bearer() -> Vec<Arg> {
    vec![
        option("audience", "NAME", "The service it must be for, compared exactly"),
        option("issuer", "URL", "Who must have issued it, compared exactly"),
        option("scope", "SCOPE", "What it must permit, as in storage.read:/data or condor:/READ; a blank in a path is %20; may be repeated")
            .action(ArgAction::Append),
        path(
            "jwks",
            "FILE|DIR",
            "Check the signature: a JWK Set, or a WLCG key cache (no sqlite of scitokens-cpp)",
        ),
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
