//! The command line: flags, help text, the ancestors' spellings. No behaviour.

use std::ffi::OsStr;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Arg;
use clap::ArgAction;
use clap::ArgMatches;
use clap::Command;
use clap::builder::PossibleValuesParser;
use clap::value_parser;

use crate::chain::Purpose;
use crate::chain::permission::PolicyMode;
use crate::chain::revocation::CrlMode;
use crate::chain::voms::VomsMode;
use crate::command::MAX_DEPTH;
use crate::command::Options;
use crate::locate::CaOptions;
use crate::render::Format;
use crate::report::EXITS;
use crate::time::Seconds;
use crate::time::UnixTime;

/// One subcommand as the help shows it.
#[derive(Debug)]
pub struct Spec {
    /// Its name.
    pub name: &'static str,
    /// One line.
    pub about: &'static str,
    /// The heading it stands under.
    pub group: &'static str,
    /// An example with a word on what it does; run by a test.
    pub example: &'static str,
}

/// Groups of flags that commands share.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Flags {
    Ca,
    Chain,
    Destroy,
    Files,
    Directory,
    Need,
    Pair,
    Passphrase,
    Token,
    Vo,
    Voms,
    Word(&'static str, &'static str),
}

const INFO: &str = "Look at a credential";
const CHECK: &str = "Check it";
const REMOVE: &str = "Remove it";
const MORE: &str = "Everything else";

/// The subcommands, in the order of the help.
pub const COMMANDS: &[Spec] = &[
    Spec {
        name: "cert-info",
        about: "Everything worth knowing about the user certificate, and whether it is usable now",
        group: INFO,
        example: "certok cert-info",
    },
    Spec {
        name: "token-info",
        about: "The same for the JAliEn token",
        group: INFO,
        example: "certok token-info --for 12h",
    },
    Spec {
        name: "proxy-info",
        about: "The same for the proxy: its type, whom it stands for, how long the whole chain lasts",
        group: INFO,
        example: "certok proxy-info --for 1h",
    },
    Spec {
        name: "cert-verify",
        about: "Verify the user certificate against a CA directory, and show the path found",
        group: CHECK,
        example: "certok cert-verify --ca-dir /etc/grid-security/certificates",
    },
    Spec {
        name: "token-verify",
        about: "The same for the JAliEn token",
        group: CHECK,
        example: "certok token-verify",
    },
    Spec {
        name: "proxy-verify",
        about: "The same for the proxy, by the rules of RFC 3820 and Globus",
        group: CHECK,
        example: "certok proxy-verify",
    },
    Spec {
        name: "certkey-match",
        about: "Prove that the private key belongs to the user certificate",
        group: CHECK,
        example: "certok certkey-match",
    },
    Spec {
        name: "tokenkey-match",
        about: "The same for the JAliEn token",
        group: CHECK,
        example: "certok tokenkey-match",
    },
    Spec {
        name: "proxykey-match",
        about: "The same for the proxy",
        group: CHECK,
        example: "certok proxykey-match",
    },
    Spec {
        name: "cert-destroy",
        about: "Remove the user certificate and its key (asks first)",
        group: REMOVE,
        example: "certok cert-destroy --dry-run",
    },
    Spec {
        name: "token-destroy",
        about: "Remove the JAliEn token and its key",
        group: REMOVE,
        example: "certok token-destroy --dry-run",
    },
    Spec {
        name: "proxy-destroy",
        about: "Remove the proxy",
        group: REMOVE,
        example: "certok proxy-destroy --dry-run",
    },
    Spec {
        name: "status",
        about: "What this user or job would use (also plain `certok`)",
        group: MORE,
        example: "certok status",
    },
    Spec {
        name: "token",
        about: "Print the current JAliEn token, certificate and key, for programs",
        group: MORE,
        example: "certok token --export",
    },
    Spec {
        name: "demo",
        about: "Lay out demonstration credentials in a new directory and walk through them",
        group: MORE,
        example: "certok demo",
    },
    Spec {
        name: "explain",
        about: "One finding in full; without an id, the list of all",
        group: MORE,
        example: "certok explain expired",
    },
    Spec {
        name: "completions",
        about: "Print the completion script for a shell",
        group: MORE,
        example: "certok completions bash",
    },
    Spec {
        name: "man",
        about: "Print the manual page",
        group: MORE,
        example: "certok man",
    },
];

/// What the command line asks for.
#[derive(Clone, Debug)]
pub struct Request {
    /// The subcommand.
    pub command: &'static str,
    /// What it is given.
    pub options: Options,
    /// The output format.
    pub format: Format,
    /// Exit code only.
    pub quiet: bool,
    /// `auto`, `always`, `never`.
    pub color: Color,
    /// `--at`.
    pub at: UnixTime,
    /// Warnings make exit code 18.
    pub strict: bool,
}

/// When to colour.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Color {
    /// Always.
    Always,
    /// On a terminal.
    Auto,
    /// Never.
    Never,
}

/// What parsing gave instead of a request.
#[derive(Debug)]
pub enum Answer {
    /// Help or version: to standard output, exit 0.
    Help(String),
    /// A usage error: the message, and whether JSON was asked for.
    Usage(String, bool),
}

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

/// The commands that have the alien format.
const ALIEN_COMMANDS: &[&str] = &[
    "cert-info",
    "token-info",
    "cert-verify",
    "token-verify",
    "certkey-match",
    "tokenkey-match",
    "token-destroy",
];

/// Parses the arguments, the program's own name first.
///
/// # Errors
///
/// Help, version, or why the arguments are wrong.
pub fn parse(arguments: &[OsString], now: UnixTime) -> Result<Request, Answer> {
    let (arguments, alien) = called_as(arguments);
    let arguments = rewrite(&help_asked(&arguments));
    let json = arguments
        .iter()
        .any(|a| a == "--json" || a == "--format=json")
        || arguments
            .windows(2)
            .any(|pair| pair[0] == "--format" && pair[1] == "json");
    // The text is long: it is made only where it may be asked for.
    let asked = |argument: &OsString| {
        let word = argument.as_encoded_bytes();
        word.starts_with(b"-") && word.contains(&b'h')
    };
    let root = if arguments.iter().any(asked) {
        definition()
    } else {
        bare()
    };
    let matches = root.try_get_matches_from(&arguments).map_err(|error| {
        let text = error.render().to_string();
        if error.use_stderr() {
            Answer::Usage(text, json)
        } else {
            Answer::Help(text)
        }
    })?;
    request(&matches, alien, now)
        .map_err(|message| Answer::Usage(format!("error: {message}\n"), json))
}

/// The whole definition: for parsing, completions and the manual page. Subcommands fill in their
/// flags only when one of them is asked for, which keeps the start short.
pub fn definition() -> Command {
    bare().override_help(help())
}

/// The definition without the text of `--help`.
fn bare() -> Command {
    let root = Command::new("certok")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Says whether a grid credential will work, and if not, why not and what to type")
        .override_usage("certok [COMMAND] [OPTIONS]")
        .disable_help_subcommand(true)
        .args_override_self(true);
    root.args(shared(true))
        .subcommands(COMMANDS.iter().map(|spec| {
            Command::new(spec.name)
                .about(spec.about)
                .args_override_self(true)
                .defer(fill(spec.name))
        }))
}

/// `Command::defer` takes a plain function, so each command needs one: this picks it by name.
fn fill(name: &str) -> fn(Command) -> Command {
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
fn shared(verbose: bool) -> Vec<Arg> {
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
        Flags::Need => vec![need()],
        Flags::Ca => vec![
            path("ca-dir", "DIR", "CA certificates, by hash, in DIR"),
            path("ca-file", "FILE", "CA certificates, all in FILE"),
        ],
        Flags::Chain => chain(),
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
        option("crl", "MODE", "Revocation lists").value_parser(crls),
        option("crl-depth", "DEPTH", "Whose revocation is looked at").value_parser(depths),
        option("policy", "MODE", "signing_policy and namespaces files").value_parser(policies),
        option("proxy", "MODE", "Whether the path may hold proxies").value_parser(proxies),
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

fn help() -> String {
    let mut text = String::from(
        "certok: will this credential work, and if not, why not and what do I type?\n\n\
         Usage: certok [COMMAND] [OPTIONS]\n",
    );
    for group in [INFO, CHECK, REMOVE, MORE] {
        write!(text, "\n{group}:\n").expect("a String takes all");
        for spec in COMMANDS.iter().filter(|spec| spec.group == group) {
            writeln!(text, "  {:16} {}", spec.name, spec.about).expect("a String takes all");
        }
    }
    text.push_str(
        "\nOptions of every command:\n  \
         -q, --quiet          print nothing, answer by the exit code\n  \
         -v, --verbose        say more: all facts, the reasons and sources\n      \
         --json           JSON (the same as --format json)\n      \
         --format FORMAT  text, json, or alien (alien.py's lines and exit codes)\n      \
         --at TIME        judge at TIME: epoch seconds, RFC 3339, or +12h\n      \
         --color WHEN     auto, always, never\n      \
         --strict         exit with 18 if there are warnings\n      \
         --no-input       never ask for a passphrase or a confirmation\n  \
         -h, --help           this help; with a command, its options and an example\n  \
         -V, --version        the version\n\nExit codes:\n",
    );
    for (_, code, name, meaning) in EXITS {
        writeln!(text, "  {code:3} {name:14} {meaning}").expect("a String takes all");
    }
    text.push_str("\nNothing is sent anywhere: certok has no network code.\n");
    text
}

/// Takes the command from the name certok was called by, if it is one of alien.py's.
fn called_as(arguments: &[OsString]) -> (Vec<OsString>, bool) {
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
fn help_asked(arguments: &[OsString]) -> Vec<OsString> {
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
    "--at",
    "--ca-dir",
    "--ca-file",
    "--color",
    "--crl",
    "--crl-depth",
    "--days",
    "--for",
    "--format",
    "--hostname",
    "--jobid",
    "--max-depth",
    "--passphrase-file",
    "--policy",
    "--proxy",
    "--purpose",
    "--role",
    "--type",
    "--vo",
    "--voms",
    "--vomsdir",
    "-t",
    "-u",
];

fn rewrite(arguments: &[OsString]) -> Vec<OsString> {
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

fn request(matches: &ArgMatches, alien: bool, now: UnixTime) -> Result<Request, String> {
    let (name, inner) = matches.subcommand().unwrap_or(("status", matches));
    let command = COMMANDS
        .iter()
        .find(|spec| spec.name == name)
        .map_or("status", |spec| spec.name);
    let both = Both {
        inner,
        outer: matches,
    };
    let at = both
        .text("at")
        .map_or(Ok(now), |text| UnixTime::parse(&text, now))?;
    let format = match both.text("format").as_deref() {
        Some("json") => Format::Json,
        Some("alien") => Format::Alien,
        _ if both.is_set("json") => Format::Json,
        None if alien => Format::Alien,
        _ => Format::Text,
    };
    let color = match both.text("color").as_deref() {
        Some("always") => Color::Always,
        Some("never") => Color::Never,
        _ => Color::Auto,
    };
    let mut options = options(&both)?;
    options.alien = format == Format::Alien;
    if options.alien && !ALIEN_COMMANDS.contains(&command) {
        return Err(format!(
            "alien.py has no `{command}`; the alien format is for {}",
            ALIEN_COMMANDS.join(", ")
        ));
    }
    let (quiet, strict) = (both.is_set("quiet"), both.is_set("strict"));
    // alien.py's exit codes are read off the facts.
    options.exit_only = quiet && !strict && !options.alien;
    Ok(Request {
        command,
        options,
        format,
        quiet,
        color,
        at,
        strict,
    })
}

fn options(both: &Both<'_>) -> Result<Options, String> {
    let need = both
        .text("for")
        .map_or(Ok(Seconds(0)), |text| Seconds::parse(&text))?;
    let voms = voms(both)?;
    Ok(Options {
        files: both.paths("files"),
        need,
        ca: CaOptions {
            directory: both.path("ca-dir"),
            file: both.path("ca-file"),
        },
        purpose: match both.text("purpose").as_deref() {
            Some("any") => Purpose::Any,
            Some("server") => Purpose::Server,
            _ => Purpose::Client,
        },
        crl: match both.text("crl").as_deref() {
            Some("off") => CrlMode::Off,
            Some("require") => CrlMode::Require,
            _ => CrlMode::IfPresent,
        },
        crl_leaf_only: both.text("crl-depth").as_deref() == Some("leaf"),
        policy: PolicyMode::NAMES
            .iter()
            .find(|(name, _)| Some(*name) == both.text("policy").as_deref())
            .map_or_else(PolicyMode::default, |(_, mode)| *mode),
        proxies: both.text("proxy").map(|word| word == "allow"),
        vo: both.text("vo"),
        voms,
        voms_dir: both.path("vomsdir"),
        partial_chain: both.is_set("partial-chain"),
        max_depth: both.number("max-depth").map_or(MAX_DEPTH, usize::from),
        passphrase_file: both.path("passphrase-file"),
        no_input: both.is_set("no-input"),
        dry_run: both.is_set("dry-run"),
        yes: both.is_set("yes"),
        shell: both.is_set("shell"),
        export: both.is_set("export"),
        role: both.text("role"),
        kind: both.text("type"),
        job: both.text("jobid"),
        host: both.text("hostname"),
        word: both.text("word"),
        verbose: both.is_set("verbose"),
        exit_only: false,
        alien: false,
    })
}

fn voms(both: &Both<'_>) -> Result<VomsMode, String> {
    match both.text("voms").as_deref() {
        Some("off") if both.text("vo").is_some() => {
            Err("--vo asks for VOMS attributes, --voms off leaves them out".to_owned())
        }
        Some("off") => Ok(VomsMode::Off),
        Some("require") => Ok(VomsMode::Require),
        _ => Ok(VomsMode::IfPresent),
    }
}

/// A flag may stand before or behind the command's name.
struct Both<'a> {
    inner: &'a ArgMatches,
    outer: &'a ArgMatches,
}

impl Both<'_> {
    fn get<T: Clone + Send + Sync + 'static>(&self, name: &str) -> Option<T> {
        let one = |matches: &ArgMatches| matches.try_get_one::<T>(name).ok().flatten().cloned();
        one(self.inner).or_else(|| one(self.outer))
    }

    fn text(&self, name: &str) -> Option<String> {
        self.get::<String>(name)
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        self.get::<PathBuf>(name)
    }

    fn number(&self, name: &str) -> Option<u16> {
        self.get::<u16>(name)
    }

    fn is_set(&self, name: &str) -> bool {
        let one = |matches: &ArgMatches| {
            matches
                .try_get_one::<bool>(name)
                .ok()
                .flatten()
                .copied()
                .unwrap_or(false)
        };
        one(self.inner) || one(self.outer)
    }

    fn paths(&self, name: &str) -> Vec<PathBuf> {
        let many = self.inner.try_get_many::<PathBuf>(name).ok().flatten();
        many.into_iter().flatten().cloned().collect()
    }
}
